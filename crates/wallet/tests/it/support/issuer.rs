//! A small issuer that does everything by the book, with the checks of the real one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use chrono::TimeDelta;
use county_api::{
    CLIENT_ID, CardClaims, CardSlot, CardType, Contact, ContactRole, Enrolment, EnrolmentStatus,
    FurtherCard, Holder, InPersonClaims, LibraryCard, PhotoClaims, PhotoDecision,
    PhotoMissingReason, PhotoSource, PortraitHash, Profile, ProposedPhoto, SCOPE, Symbology,
    TrustListBody, TrustedIssuer, TrustedKey, Validity, ValidityRequest, ValidityStatement,
    claims::Portrait, photo_sha256,
};
use jose::jwe::{self, RecipientKey};
use jose::{Jwk, Signer, SoftwareKey, dpop, pkce};
use openid4vc::{
    AuthorizationCallback, AuthorizationRequest, CredentialRequest, CredentialResponse,
    PushedAuthorizationRequest, RequestEncryption, ResponseEncryptionOffer, TokenRequest,
    TokenResponse, metadata::signed, proof,
};
use ring::rand::SystemRandom;
use serde_json::{Value, json};
use status_list::{Bits, Status, StatusList, StatusListToken};
use url::Url;
use wallet::platform::{Request, Response};

use super::TestClock;

pub(crate) const ISSUER: &str = "https://bevis.fjordviken.example";
const LIST: &str = "https://bevis.fjordviken.example/status-lists/1";

pub(crate) fn random() -> SystemRandom {
    SystemRandom::new()
}

fn key() -> SoftwareKey {
    SoftwareKey::generate(&random()).unwrap()
}

fn token() -> String {
    jose::random_token(&random(), 16).unwrap()
}

pub(crate) fn jpeg(last: u8) -> Vec<u8> {
    vec![0xFF, 0xD8, 0xFF, 0xE0, last]
}

/// The first bytes of a WebP file, which is all that anyone here looks at.
pub(crate) fn webp(last: u8) -> Vec<u8> {
    let mut webp = b"RIFF\x20\x02\0\0WEBPVP8 ".to_vec();
    webp.resize(520, 0x55);
    webp.push(last);
    webp
}

pub(crate) fn contact() -> Contact {
    Contact {
        role: ContactRole::School,
        name: "Fjordvik vgs, kontoret".into(),
        phone: Some("70 00 00 00".into()),
        email: None,
        url: None,
    }
}

/// Ways in which this issuer can be made to send what must not be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    StrangerSignsCopies,
    StrangerSignsToken,
    StrangerSignsStatusList,
    StrangerSignsStatement,
    StrangerSignsTrustList,
    CopyForAnotherKey,
    TokenForAnotherKey,
    SameCopyTwice,
    CopiesDiffer,
    TokenDiffers,
    OneTokenDiffers,
    TokenOfAnotherProfile,
    TokensNameDifferentPortraits,
    AnotherPortrait,
    StrangerSignsPhoto,
    PhotoForAnotherKey,
    NoPhotoToken,
    AnotherPhoto,
    AnotherIssuerInCopy,
    AnotherIssuerInToken,
    AnotherType,
    CopyExpired,
    TokenExpired,
    StatusListTooShort,
    OldStatusList,
    StatementAboutAnother,
    TrustListWithoutUs,
    NoHolderKey,
    PlainAnswer,
    AnswerForAnotherKey,
    StrangerSignsMetadata,
    MetadataOfAnother,
}

/// Which messages go in a second envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Envelopes {
    None,
    Requests,
    Both,
}

pub(crate) struct Inner {
    pub(crate) enrolment: Enrolment,
    pub(crate) account: String,
    pub(crate) photo: Vec<u8>,
    /// The small portrait, if one was made.
    pub(crate) small: Option<Vec<u8>>,
    pub(crate) claims: CardClaims,
    /// What the training card of somebody who has both says.
    pub(crate) training: Option<CardClaims>,
    /// Configurations that are refused, as by an issuer that fails half-way.
    pub(crate) refused: BTreeSet<&'static str>,
    pub(crate) in_person_days: i64,
    pub(crate) faults: BTreeSet<Fault>,
    pub(crate) trust_version: u64,
    pub(crate) trust_ends: Option<i64>,
    pub(crate) dpop_nonce: Option<String>,
    pub(crate) down: bool,
    pub(crate) next_index: u64,
    pub(crate) statuses: BTreeMap<u64, Status>,
    pub(crate) notifications: Vec<String>,
    /// Photos that were sent in: query, version of the check, bytes.
    pub(crate) submitted: Vec<(String, String, Vec<u8>)>,
    /// What is answered to the next of them, if not that it is locked: status, kind of problem, reasons.
    pub(crate) photo_refusal: Option<(u16, &'static str, Value)>,
    pub(crate) sessions_ended: bool,
    pub(crate) batch: usize,
    pub(crate) envelopes: Envelopes,
    /// The key for encrypted requests.
    pub(crate) recipient: RecipientKey,
    pushed: BTreeMap<String, (PushedAuthorizationRequest, String)>,
    codes: BTreeMap<String, (PushedAuthorizationRequest, String)>,
    access: BTreeMap<String, (String, i64)>,
    refresh: BTreeMap<String, RefreshToken>,
    nonces: BTreeSet<String>,
    jtis: BTreeSet<String>,
}

#[derive(Clone)]
struct RefreshToken {
    jkt: String,
    successor: Option<String>,
    used: bool,
}

pub(crate) struct Issuer {
    pub(crate) trust_list_key: SoftwareKey,
    signing_key: SoftwareKey,
    stranger: SoftwareKey,
    clock: Arc<TestClock>,
    inner: Mutex<Inner>,
}

impl Issuer {
    pub(crate) fn new(clock: Arc<TestClock>) -> Self {
        let photo = jpeg(1);
        let claims = CardClaims {
            given_name: "Nora".into(),
            family_name: "Østby".into(),
            birthdate: "2009-03-14".parse().unwrap(),
            portrait: Portrait::from_jpeg(photo.clone()).unwrap(),
            card_type: CardType::Elev,
            institution: "Fjordvik videregående skole".into(),
            institution_number: Some("974588145".into()),
            class: Some("2STA".into()),
            programme: Some("Studiespesialisering".into()),
            student_number: Some("100042".into()),
            semester: "2026-H".parse().unwrap(),
            valid_from: "2026-08-01".parse().unwrap(),
            valid_until: "2027-07-31".parse().unwrap(),
            age_over_16: true,
            age_over_18: false,
            age_over_20: false,
            county: "Fjordviken fylkeskommune".into(),
        };
        Self {
            trust_list_key: key(),
            signing_key: key(),
            stranger: key(),
            clock,
            inner: Mutex::new(Inner {
                enrolment: ready(&claims),
                account: "account".into(),
                photo,
                small: Some(webp(1)),
                claims,
                training: None,
                refused: BTreeSet::new(),
                in_person_days: 7,
                faults: BTreeSet::new(),
                trust_version: 1,
                trust_ends: None,
                dpop_nonce: None,
                down: false,
                next_index: 100,
                statuses: BTreeMap::new(),
                notifications: Vec::new(),
                submitted: Vec::new(),
                photo_refusal: None,
                sessions_ended: false,
                batch: 4,
                envelopes: Envelopes::Both,
                recipient: RecipientKey::generate(&random()).unwrap(),
                pushed: BTreeMap::new(),
                codes: BTreeMap::new(),
                access: BTreeMap::new(),
                refresh: BTreeMap::new(),
                nonces: BTreeSet::new(),
                jtis: BTreeSet::new(),
            }),
        }
    }

    /// Looks into the issuer, or changes something about it.
    pub(crate) fn with<R>(&self, act: impl FnOnce(&mut Inner) -> R) -> R {
        act(&mut self.inner.lock().unwrap())
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.with(|inner| inner.faults.insert(fault));
    }

    pub(crate) fn no_faults(&self) {
        self.with(|inner| inner.faults.clear());
    }

    /// The class changes; the old credentials stay good.
    pub(crate) fn change_class(&self, class: &str) {
        self.with(|inner| {
            inner.claims.class = Some(class.into());
            inner.enrolment = ready(&inner.claims);
        });
    }

    /// The person is an apprentice too, and both cards can be fetched.
    pub(crate) fn add_training(&self, company: &str) {
        self.with(|inner| {
            let training = CardClaims {
                card_type: CardType::Larling,
                institution: company.into(),
                class: None,
                valid_until: "2028-01-31".parse().unwrap(),
                ..inner.claims.clone()
            };
            inner.enrolment = with_further(ready(&inner.claims), &training);
            inner.training = Some(training);
        });
    }

    /// The contract has ended: the enrolment names the pupil's card alone, and the credentials of the other are
    /// suspended.
    pub(crate) fn end_training(&self, credentials: std::ops::Range<u64>) {
        self.with(|inner| {
            inner.training = None;
            inner.enrolment = ready(&inner.claims);
            for idx in credentials {
                inner.statuses.insert(idx, Status::Suspended);
            }
        });
    }

    /// The metadata as they are without a signature.
    pub(crate) fn plain_metadata(&self) -> Vec<u8> {
        self.with(|inner| serde_json::to_vec(&self.issuer_metadata(inner)).unwrap())
    }

    /// There is a photo to confirm.
    pub(crate) fn propose_photo(&self) {
        self.with(|inner| {
            inner.enrolment = Enrolment::PhotoToConfirm {
                holder: holder(&inner.claims),
                photo: ProposedPhoto {
                    sha256: photo_sha256(&inner.photo),
                    source: PhotoSource::SchoolRecords,
                    taken_on: None,
                },
                reset: None,
            };
        });
    }

    /// Staff have taken the photo back, and the cards with it.
    pub(crate) fn reset_photo(&self, note: &str) {
        self.with(|inner| {
            inner.enrolment = Enrolment::PhotoMissing {
                holder: holder(&inner.claims),
                why: PhotoMissingReason::Reset { note: note.into() },
                contact: contact(),
            };
            for idx in 100..inner.next_index {
                inner.statuses.insert(idx, Status::Invalid);
            }
        });
    }

    pub(crate) fn block(&self) {
        self.with(|inner| {
            inner.enrolment = Enrolment::Blocked {
                reason: "Mistet telefon".into(),
                until: None,
                contact: contact(),
            };
            for idx in 100..inner.next_index {
                inner.statuses.insert(idx, Status::Suspended);
            }
        });
    }

    /// What browser and Feide do: follows the address and gives where the browser ends up.
    pub(crate) fn browser(&self, address: &Url) -> Url {
        let code = token();
        let request = self.pushed_request(address);
        self.with(|inner| {
            inner.codes.insert(code.clone(), request.clone());
        });
        AuthorizationCallback::Code {
            code,
            state: request.0.state.clone(),
            iss: Some(ISSUER.into()),
        }
        .to_url(&Url::parse(&request.0.redirect_uri).unwrap())
    }

    /// The same when it goes wrong.
    pub(crate) fn browser_refused(&self, address: &Url, error: &str) -> Url {
        let (request, _) = self.pushed_request(address);
        AuthorizationCallback::Error {
            error: openid4vc::OAuthErrorCode::from(error.to_owned()).into(),
            state: request.state.clone(),
            iss: Some(ISSUER.into()),
        }
        .to_url(&Url::parse(&request.redirect_uri).unwrap())
    }

    fn pushed_request(&self, address: &Url) -> (PushedAuthorizationRequest, String) {
        assert_eq!(address.path(), "/oauth/authorize");
        let request = AuthorizationRequest::from_query(address.query().unwrap()).unwrap();
        assert_eq!(request.client_id, CLIENT_ID);
        self.with(|inner| inner.pushed.remove(&request.request_uri).unwrap())
    }

    fn now(&self) -> i64 {
        self.clock.truth().timestamp()
    }

    pub(crate) fn answer(&self, request: &Request) -> Response {
        let mut inner = self.inner.lock().unwrap();
        let mut answer = if inner.down {
            reply(503, json!({"support_code": "LB-HTTP-503"}))
        } else {
            self.route(&mut inner, request)
                .unwrap_or_else(|refusal| refusal)
        };
        let date = self.clock.truth().format("%a, %d %b %Y %H:%M:%S GMT");
        answer.headers.push(("Date".into(), date.to_string()));
        if let Some(nonce) = &inner.dpop_nonce {
            answer.headers.push(("DPoP-Nonce".into(), nonce.clone()));
        }
        answer
    }

    fn route(&self, inner: &mut Inner, request: &Request) -> Result<Response, Response> {
        match (request.method.as_str(), request.url.path()) {
            ("GET", "/.well-known/openid-credential-issuer") => {
                assert_eq!(header(request, "accept"), Some("application/jwt"));
                Ok(text(&self.signed_metadata(inner)))
            }
            ("GET", "/.well-known/oauth-authorization-server") => Ok(reply(200, oauth_metadata())),
            ("GET", "/trust-list") => Ok(text(&self.trust_list(inner))),
            ("GET", "/status-lists/1") => Ok(text(&self.status_list(inner))),
            ("POST", "/oauth/par") => self.par(inner, request),
            ("POST", "/oauth/token") => self.token(inner, request),
            ("POST", "/oauth/revoke") => {
                inner.sessions_ended = true;
                Ok(reply(200, json!({})))
            }
            ("POST", "/openid4vci/nonce") => {
                let nonce = token();
                inner.nonces.insert(nonce.clone());
                Ok(reply(200, json!({"c_nonce": nonce})))
            }
            _ => {
                self.authorised(inner, request)?;
                self.protected(inner, request)
            }
        }
    }

    fn protected(&self, inner: &mut Inner, request: &Request) -> Result<Response, Response> {
        match (request.method.as_str(), request.url.path()) {
            ("GET", "/wallet/enrolment") => Ok(self.enrolment(inner)),
            ("GET", "/wallet/photo") => Ok(Response {
                status: 200,
                headers: vec![("Content-Type".into(), "image/jpeg".into())],
                body: inner.photo.clone(),
            }),
            ("POST", "/wallet/photo") => {
                assert_eq!(header(request, "content-type"), Some("image/jpeg"));
                if let Some((status, kind, reasons)) = inner.photo_refusal.take() {
                    let kind = format!("urn:lommebevis:problem:{kind}");
                    return Err(reply(status, json!({"type": kind, "reasons": reasons})));
                }
                inner.submitted.push((
                    request.url.query().unwrap_or_default().to_owned(),
                    header(request, "lommebevis-portrait")
                        .unwrap_or_default()
                        .to_owned(),
                    request.body.clone(),
                ));
                inner.enrolment = ready(&inner.claims);
                Ok(self.enrolment(inner))
            }
            ("POST", "/wallet/photo/confirm") => self.decide(inner, request, true),
            ("POST", "/wallet/photo/reject") => self.decide(inner, request, false),
            ("POST", "/wallet/validity") => self.validity(inner, request),
            ("POST", "/openid4vci/credential") => self.credential(inner, request),
            ("POST", "/openid4vci/notification") => {
                let body: Value = serde_json::from_slice(&request.body).unwrap();
                inner
                    .notifications
                    .push(body["event"].as_str().unwrap().to_owned());
                Ok(reply(204, json!(null)))
            }
            _ => Err(reply(404, json!({"support_code": "LB-HTTP-404"}))),
        }
    }

    fn signed_metadata(&self, inner: &Inner) -> String {
        let mut metadata = self.issuer_metadata(inner);
        if inner.faults.contains(&Fault::MetadataOfAnother) {
            metadata["credential_issuer"] = json!("https://other.example");
        }
        // The stranger claims to be the issuer's key, or the signature would not even be looked at.
        let kid = self.signing_key.public_jwk().thumbprint();
        let signer = self.signer(inner, Fault::StrangerSignsMetadata);
        let now = self.now();
        signed::sign(&metadata, ISSUER, now, now + 86_400, &kid, signer).unwrap()
    }

    fn issuer_metadata(&self, inner: &Inner) -> Value {
        let configuration = |format: &str| {
            json!({
                "format": format, "scope": SCOPE, "vct": format!("{ISSUER}/types/student-id"),
                "cryptographic_binding_methods_supported": ["jwk"],
                "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
            })
        };
        let mut configurations = json!({});
        for slot in CardSlot::ALL {
            configurations[slot.sd_jwt_configuration()] = configuration("dc+sd-jwt");
            let in_person = configuration(county_api::IN_PERSON_FORMAT);
            configurations[slot.photo_configuration()] = in_person.clone();
            for profile in Profile::ALL {
                configurations[slot.code_configuration(profile)] = in_person.clone();
            }
        }
        let mut metadata = json!({
            "credential_issuer": ISSUER,
            "authorization_servers": [ISSUER],
            "credential_endpoint": format!("{ISSUER}/openid4vci/credential"),
            "nonce_endpoint": format!("{ISSUER}/openid4vci/nonce"),
            "notification_endpoint": format!("{ISSUER}/openid4vci/notification"),
            "batch_credential_issuance": {"batch_size": inner.batch},
            "credential_configurations_supported": configurations,
        });
        if inner.envelopes != Envelopes::None {
            let offer = RequestEncryption::offered(inner.recipient.public_jwk()).unwrap();
            metadata["credential_request_encryption"] = json!(offer);
        }
        if inner.envelopes == Envelopes::Both {
            let offer = ResponseEncryptionOffer::offered();
            metadata["credential_response_encryption"] = json!(offer);
        }
        metadata
    }

    /// Opens the envelope of a request, and knows which one the answer must be in.
    fn credential_request(
        &self,
        inner: &Inner,
        request: &Request,
    ) -> Result<CredentialRequest, Response> {
        let kind = header(request, "content-type");
        if inner.envelopes == Envelopes::None {
            assert_eq!(kind, Some("application/json"));
            return Ok(CredentialRequest::from_json(&request.body, inner.batch).unwrap());
        }
        assert_eq!(
            kind,
            Some("application/jwt"),
            "it is offered, so it is used"
        );
        let compact = std::str::from_utf8(&request.body).unwrap();
        let plain = inner
            .recipient
            .decrypt(compact)
            .map_err(|_| reply(400, json!({"error": "invalid_encryption_parameters"})))?;
        let body = CredentialRequest::from_decrypted(&plain, inner.batch).unwrap();
        let asked = body.credential_response_encryption.is_some();
        assert_eq!(asked, inner.envelopes == Envelopes::Both);
        Ok(body)
    }

    fn proof(
        &self,
        inner: &mut Inner,
        request: &Request,
        access_token: Option<&str>,
        jkt: Option<&str>,
    ) -> Result<String, Response> {
        let status = if access_token.is_some() { 401 } else { 400 };
        let refused = || reply(status, json!({"error": "invalid_dpop_proof"}));
        let proof = header(request, "dpop").ok_or_else(refused)?;
        let verified = dpop::verify(
            proof,
            &dpop::Expected {
                method: request.method.as_str(),
                url: request.url.as_str(),
                now: self.now(),
                nonces: None,
                max_age: dpop::DEFAULT_MAX_AGE,
                access_token,
                key_thumbprint: jkt,
            },
        )
        .map_err(|_| refused())?;
        assert!(inner.jtis.insert(verified.jti), "a jti was used twice");
        if inner.dpop_nonce.is_some() && verified.nonce != inner.dpop_nonce {
            return Err(if access_token.is_some() {
                Response {
                    status: 401,
                    headers: vec![(
                        "WWW-Authenticate".into(),
                        r#"DPoP error="use_dpop_nonce", error_description="x""#.into(),
                    )],
                    body: Vec::new(),
                }
            } else {
                reply(400, json!({"error": "use_dpop_nonce"}))
            });
        }
        Ok(verified.thumbprint)
    }

    fn par(&self, inner: &mut Inner, request: &Request) -> Result<Response, Response> {
        let jkt = self.proof(inner, request, None, None)?;
        let pushed = PushedAuthorizationRequest::from_form(&request.body).unwrap();
        assert_eq!(pushed.dpop_jkt.as_deref(), Some(jkt.as_str()));
        assert_eq!(
            (pushed.client_id.as_str(), pushed.scope.as_str()),
            (CLIENT_ID, SCOPE)
        );
        let uri = format!("urn:ietf:params:oauth:request_uri:{}", token());
        inner.pushed.insert(uri.clone(), (pushed, jkt));
        Ok(reply(201, json!({"request_uri": uri, "expires_in": 90})))
    }

    fn token(&self, inner: &mut Inner, request: &Request) -> Result<Response, Response> {
        let jkt = self.proof(inner, request, None, None)?;
        let refused = || reply(400, json!({"error": "invalid_grant"}));
        match TokenRequest::from_form(&request.body).unwrap() {
            TokenRequest::AuthorizationCode {
                code,
                redirect_uri,
                code_verifier,
                ..
            } => {
                let (pushed, code_jkt) = inner.codes.remove(&code).ok_or_else(refused)?;
                let good = code_jkt == jkt
                    && pushed.redirect_uri == redirect_uri
                    && pkce::matches(&code_verifier, &pushed.code_challenge);
                if !good {
                    return Err(refused());
                }
                inner.sessions_ended = false;
            }
            TokenRequest::RefreshToken { refresh_token, .. } => {
                let known = inner
                    .refresh
                    .get(&refresh_token)
                    .cloned()
                    .ok_or_else(refused)?;
                // The old one is good once more as long as its successor was not used.
                let successor_used = known
                    .successor
                    .as_ref()
                    .is_some_and(|next| inner.refresh.get(next).is_none_or(|next| next.used));
                if known.jkt != jkt || inner.sessions_ended {
                    return Err(refused());
                }
                if known.used && successor_used {
                    inner.sessions_ended = true;
                    return Err(refused());
                }
                let next = self.new_tokens(inner, &jkt);
                if let Some(old) = inner.refresh.get_mut(&refresh_token) {
                    old.used = true;
                    old.successor = next.refresh_token.clone();
                }
                return Ok(reply(200, serde_json::to_value(next).unwrap()));
            }
        }
        let tokens = self.new_tokens(inner, &jkt);
        Ok(reply(200, serde_json::to_value(tokens).unwrap()))
    }

    fn new_tokens(&self, inner: &mut Inner, jkt: &str) -> TokenResponse {
        let (access, refresh) = (token(), token());
        inner
            .access
            .insert(access.clone(), (jkt.to_owned(), self.now() + 300));
        inner.refresh.insert(
            refresh.clone(),
            RefreshToken {
                jkt: jkt.to_owned(),
                successor: None,
                used: false,
            },
        );
        TokenResponse::dpop(access, 300, Some(refresh), None)
    }

    fn authorised(&self, inner: &mut Inner, request: &Request) -> Result<(), Response> {
        let refused = || reply(401, json!({"error": "invalid_token"}));
        let access = header(request, "authorization")
            .and_then(|value| value.strip_prefix("DPoP "))
            .ok_or_else(refused)?
            .to_owned();
        let (jkt, expires_at) = inner.access.get(&access).cloned().ok_or_else(refused)?;
        if self.now() >= expires_at || inner.sessions_ended {
            return Err(refused());
        }
        self.proof(inner, request, Some(&access), Some(&jkt))?;
        Ok(())
    }

    fn enrolment(&self, inner: &Inner) -> Response {
        let status = EnrolmentStatus {
            state: inner.enrolment.clone(),
            account: inner.account.clone(),
            library_card: Some(LibraryCard {
                code: "N001234567".into(),
                symbology: Symbology::Code39,
            }),
            contacts: vec![contact()],
            next_sync: Some(self.clock.truth() + TimeDelta::hours(12)),
            server_time: self.clock.truth(),
        };
        reply(200, serde_json::to_value(status).unwrap())
    }

    fn decide(
        &self,
        inner: &mut Inner,
        request: &Request,
        yes: bool,
    ) -> Result<Response, Response> {
        let decision: PhotoDecision = serde_json::from_slice(&request.body).unwrap();
        let problem = |kind: &str, code: &str| {
            reply(
                409,
                json!({"type": format!("urn:lommebevis:problem:{kind}"), "support_code": code}),
            )
        };
        match &inner.enrolment {
            Enrolment::PhotoToConfirm { photo, .. } if photo.sha256 == decision.sha256 => {}
            Enrolment::PhotoToConfirm { .. } => {
                return Err(problem("photo-changed", "LB-PHOTO-410"));
            }
            _ => return Err(problem("photo-locked", "LB-PHOTO-409")),
        }
        inner.enrolment = if yes {
            ready(&inner.claims)
        } else {
            Enrolment::PhotoMissing {
                holder: holder(&inner.claims),
                why: PhotoMissingReason::NotMe,
                contact: contact(),
            }
        };
        Ok(self.enrolment(inner))
    }

    fn validity(&self, inner: &Inner, request: &Request) -> Result<Response, Response> {
        let question: ValidityRequest = serde_json::from_slice(&request.body).unwrap();
        let mut status = question.credential_status;
        let result = match inner.statuses.get(&status.idx) {
            None | Some(Status::Valid) => Validity::Valid,
            Some(Status::Suspended) => Validity::Suspended,
            Some(_) => Validity::Revoked,
        };
        if inner.faults.contains(&Fault::StatementAboutAnother) {
            status.idx += 1;
        }
        let statement = ValidityStatement {
            iss: ISSUER.into(),
            iat: self.now(),
            exp: self.now() + 60,
            status,
            result,
            card_valid_until: inner.claims.valid_until,
        };
        let signer = self.signer(inner, Fault::StrangerSignsStatement);
        Ok(text(&statement.sign(signer).unwrap()))
    }

    fn trust_list(&self, inner: &Inner) -> String {
        let iss = if inner.faults.contains(&Fault::TrustListWithoutUs) {
            "https://other.example"
        } else {
            ISSUER
        };
        let body = TrustListBody {
            version: inner.trust_version,
            iat: self.now(),
            exp: inner.trust_ends.unwrap_or(self.now() + 86_400),
            issuers: vec![TrustedIssuer {
                iss: iss.into(),
                name: "Fjordviken fylkeskommune".into(),
                demo: true,
                keys: vec![TrustedKey {
                    jwk: self.signing_key.public_jwk().with_thumbprint_kid(),
                    not_before: self.now() - 1_000_000,
                    not_after: self.now() + 10_000_000,
                }],
            }],
        };
        if inner.faults.contains(&Fault::StrangerSignsTrustList) {
            body.sign(&self.stranger).unwrap()
        } else {
            body.sign(&self.trust_list_key).unwrap()
        }
    }

    fn status_list(&self, inner: &Inner) -> String {
        let short = inner.faults.contains(&Fault::StatusListTooShort);
        let mut list = StatusList::new(Bits::Two, if short { 8 } else { 4096 });
        for (idx, status) in &inner.statuses {
            let _ = list.set(*idx, u8::from(*status));
        }
        let age = if inner.faults.contains(&Fault::OldStatusList) {
            3600
        } else {
            0
        };
        let token = StatusListToken {
            uri: LIST.into(),
            issued_at: self.now() - age,
            expires_at: Some(self.now() + 86_400),
            ttl: Some(900),
            aggregation_uri: None,
            list,
        };
        // The stranger claims to be the issuer's key, or the signature would not even be looked at.
        let kid = self.signing_key.public_jwk().thumbprint();
        let signer = self.signer(inner, Fault::StrangerSignsStatusList);
        token.to_jwt(&kid, signer).unwrap()
    }

    fn signer(&self, inner: &Inner, fault: Fault) -> &SoftwareKey {
        if inner.faults.contains(&fault) {
            &self.stranger
        } else {
            &self.signing_key
        }
    }

    fn credential(&self, inner: &mut Inner, request: &Request) -> Result<Response, Response> {
        let body = self.credential_request(inner, request)?;
        let proofs = proof::verify_all(
            &body.proofs.jwt,
            &proof::Expected {
                issuer: ISSUER,
                client_id: CLIENT_ID,
                now: self.now(),
                max_age: proof::DEFAULT_MAX_AGE,
            },
        )
        .map_err(|_| reply(400, json!({"error": "invalid_proof"})))?;
        let nonce = proofs[0].nonce.clone();
        if !inner.nonces.remove(&nonce) || proofs.iter().any(|proof| proof.nonce != nonce) {
            return Err(reply(400, json!({"error": "invalid_nonce"})));
        }
        if !matches!(inner.enrolment, Enrolment::Ready { .. }) {
            return Err(reply(400, json!({"error": "credential_request_denied"})));
        }
        let keys: Vec<Jwk> = proofs.into_iter().map(|proof| proof.jwk).collect();
        let wanted = body.credential_configuration_id.as_str();
        let denied = || reply(400, json!({"error": "credential_request_denied"}));
        if inner.refused.contains(wanted) {
            return Err(denied());
        }
        let unknown = || reply(400, json!({"error": "unknown_credential_configuration"}));
        let slot = match wanted.ends_with("-training") {
            true => CardSlot::Training,
            false => CardSlot::First,
        };
        let claims = match slot {
            CardSlot::First => inner.claims.clone(),
            CardSlot::Training => inner.training.clone().ok_or_else(denied)?,
        };
        let profile = Profile::ALL
            .into_iter()
            .find(|profile| slot.code_configuration(*profile) == wanted);
        let credentials = match profile {
            Some(profile) => vec![self.code(inner, &claims, profile, &keys[0])],
            None if wanted == slot.sd_jwt_configuration() => self.copies(inner, &claims, &keys),
            None if wanted == slot.photo_configuration() => {
                vec![self.photo(inner, &keys[0]).ok_or_else(denied)?]
            }
            None => return Err(unknown()),
        };
        let answer = CredentialResponse::new(credentials, Some(token()));
        let plain = serde_json::to_vec(&answer).unwrap();
        match body.credential_response_encryption {
            Some(asked) if !inner.faults.contains(&Fault::PlainAnswer) => {
                let other = RecipientKey::generate(&random()).unwrap();
                let to = if inner.faults.contains(&Fault::AnswerForAnotherKey) {
                    other.public_jwk()
                } else {
                    &asked.jwk
                };
                Ok(Response {
                    status: 200,
                    headers: vec![("Content-Type".into(), "application/jwt".into())],
                    body: jwe::encrypt(to, asked.enc, &plain, &random())
                        .unwrap()
                        .into_bytes(),
                })
            }
            _ => Ok(reply(200, serde_json::to_value(answer).unwrap())),
        }
    }

    fn copies(&self, inner: &mut Inner, claims: &CardClaims, keys: &[Jwk]) -> Vec<String> {
        let has = |inner: &Inner, fault| inner.faults.contains(&fault);
        let stranger = self.stranger.public_jwk();
        let mut made = Vec::new();
        for (number, key) in keys.iter().enumerate() {
            let mut claims = claims.clone();
            if has(inner, Fault::CopiesDiffer) && number == 1 {
                claims.class = Some("3STA".into());
            }
            if has(inner, Fault::AnotherPhoto) {
                claims.portrait = Portrait::from_jpeg(jpeg(2)).unwrap();
            }
            let idx = inner.next_index;
            inner.next_index += 1;
            let expires_at = if has(inner, Fault::CopyExpired) {
                self.now() - 1
            } else {
                self.now() + 30 * 86_400
            };
            let holder = if has(inner, Fault::CopyForAnotherKey) && number == 0 {
                &stranger
            } else {
                key
            };
            let vct = if has(inner, Fault::AnotherType) {
                "https://bevis.fjordviken.example/types/other"
            } else {
                "https://bevis.fjordviken.example/types/student-id"
            };
            let iss = if has(inner, Fault::AnotherIssuerInCopy) {
                "https://other.example"
            } else {
                ISSUER
            };
            let credential = sd_jwt::vc::CredentialClaims {
                issuer: iss,
                vct,
                issued_at: self.now() - 60,
                not_before: None,
                expires_at,
                status: Some((LIST, idx)),
                holder,
                subject_claims: claims.to_claims(),
            };
            let kid = self.signing_key.public_jwk().thumbprint();
            let signer = self.signer(inner, Fault::StrangerSignsCopies);
            if has(inner, Fault::NoHolderKey) {
                made.push(self.without_holder(&credential, &kid));
            } else {
                made.push(sd_jwt::vc::issue(&credential, &kid, &random(), signer).unwrap());
            }
        }
        if has(inner, Fault::SameCopyTwice) {
            made[1] = made[0].clone();
        }
        made
    }

    /// A credential that anyone could show: no `cnf`.
    fn without_holder(&self, credential: &sd_jwt::vc::CredentialClaims<'_>, kid: &str) -> String {
        let mut payload = credential.subject_claims.clone();
        payload.insert("iss".into(), credential.issuer.into());
        payload.insert("vct".into(), credential.vct.into());
        payload.insert("iat".into(), credential.issued_at.into());
        payload.insert("exp".into(), credential.expires_at.into());
        let header = jose::jws::Header::new(sd_jwt::vc::TYP).with_kid(kid);
        let signer = &self.signing_key;
        sd_jwt::issue(payload, &[], None, &header, &random(), signer, 0).unwrap()
    }

    fn code(&self, inner: &mut Inner, claims: &CardClaims, profile: Profile, key: &Jwk) -> String {
        let has = |fault| inner.faults.contains(&fault);
        let hash = match profile {
            Profile::Travel if has(Fault::TokensNameDifferentPortraits) => {
                Some(PortraitHash([0; 8]))
            }
            _ => inner.small.as_deref().map(PortraitHash::of),
        };
        let said = match profile {
            Profile::Exam if has(Fault::TokenOfAnotherProfile) => Profile::Travel,
            _ => profile,
        };
        let mut said = InPersonClaims::of(said, claims, hash);
        if has(Fault::TokenDiffers) {
            said.full_name = said.full_name.map(|_| "Kari Nordmann".into());
        }
        if has(Fault::OneTokenDiffers) {
            said.age_over_20 = said.age_over_20.map(|over| !over);
        }
        self.in_person_token(
            inner,
            said.to_identity(),
            key,
            Fault::StrangerSignsToken,
            Fault::TokenForAnotherKey,
        )
    }

    /// The static token with the small portrait.
    fn photo(&self, inner: &mut Inner, key: &Jwk) -> Option<String> {
        let webp = match inner.faults.contains(&Fault::AnotherPortrait) {
            true => webp(2),
            false => inner.small.clone()?,
        };
        if inner.faults.contains(&Fault::NoPhotoToken) {
            return None;
        }
        Some(self.in_person_token(
            inner,
            PhotoClaims { webp }.to_identity(),
            key,
            Fault::StrangerSignsPhoto,
            Fault::PhotoForAnotherKey,
        ))
    }

    fn in_person_token(
        &self,
        inner: &mut Inner,
        identity: qr_proof::Claim169,
        key: &Jwk,
        stranger_signs: Fault,
        for_another_key: Fault,
    ) -> String {
        let has = |inner: &Inner, fault| inner.faults.contains(&fault);
        let idx = inner.next_index;
        inner.next_index += 1;
        let expires_at = if has(inner, Fault::TokenExpired) {
            self.now() - 1
        } else {
            self.now() + inner.in_person_days * 86_400
        };
        let token = qr_proof::TokenClaims {
            issuer: if has(inner, Fault::AnotherIssuerInToken) {
                "https://other.example".into()
            } else {
                ISSUER.into()
            },
            expires_at,
            issued_at: self.now(),
            holder: if has(inner, for_another_key) {
                self.stranger.public_jwk()
            } else {
                key.clone()
            },
            status: Some(qr_proof::StatusRef {
                uri: LIST.into(),
                idx,
            }),
            identity,
        };
        let key_id = county_api::key_id(&self.signing_key.public_jwk());
        let signer = self.signer(inner, stranger_signs);
        jose::base64url(&qr_proof::issue(&token, &key_id, signer).unwrap())
    }

    /// What a checker has with them, fetched now.
    pub(crate) fn checker(&self) -> verifier::Checker {
        let inner = self.inner.lock().unwrap();
        let now = self.clock.truth();
        let trust = verifier::TrustList::verify(
            &self.trust_list(&inner),
            &self.trust_list_key.public_jwk(),
            now,
            None,
        )
        .unwrap();
        let mut statuses = verifier::StatusCache::default();
        statuses
            .add_jwt(&self.status_list(&inner), &trust, now)
            .unwrap();
        verifier::Checker::new(trust, statuses, verifier::Settings::default())
    }

    pub(crate) fn public_key(&self) -> Jwk {
        self.signing_key.public_jwk()
    }
}

fn holder(claims: &CardClaims) -> Holder {
    Holder {
        given_name: claims.given_name.clone(),
        family_name: claims.family_name.clone(),
        card_type: claims.card_type,
        institution: claims.institution.clone(),
    }
}

fn ready(claims: &CardClaims) -> Enrolment {
    Enrolment::Ready {
        holder: holder(claims),
        photo_sha256: photo_sha256(claims.portrait.jpeg()),
        content_sha256: photo_sha256(&serde_json::to_vec(claims).unwrap()),
        more: Vec::new(),
    }
}

fn with_further(mut enrolment: Enrolment, card: &CardClaims) -> Enrolment {
    if let Enrolment::Ready { more, .. } = &mut enrolment {
        more.push(FurtherCard {
            card_type: card.card_type,
            institution: card.institution.clone(),
            content_sha256: photo_sha256(&serde_json::to_vec(card).unwrap()),
        });
    }
    enrolment
}

fn oauth_metadata() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/oauth/authorize"),
        "token_endpoint": format!("{ISSUER}/oauth/token"),
        "revocation_endpoint": format!("{ISSUER}/oauth/revoke"),
        "pushed_authorization_request_endpoint": format!("{ISSUER}/oauth/par"),
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let mut found = request.headers.iter().filter(|(n, _)| *n == name);
    let (_, value) = found.next()?;
    assert!(found.next().is_none(), "{name} stands twice");
    Some(value)
}

fn reply(status: u16, body: Value) -> Response {
    Response {
        status,
        headers: vec![("Content-Type".into(), "application/json".into())],
        body: serde_json::to_vec(&body).unwrap(),
    }
}

fn text(body: &str) -> Response {
    Response {
        status: 200,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    }
}
