//! A small issuer that does everything by the book, with the checks of the real one.

mod credentials;
mod lists;
mod oauth;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use chrono::TimeDelta;
use county_api::{
    CLIENT_ID, CardClaims, CardSlot, CardType, Contact, ContactRole, Enrolment, EnrolmentStatus,
    FurtherCard, Holder, InPersonClaims, KEY_PROTECTION_CLAIM, LibraryCard, PhotoClaims,
    PhotoDecision, PhotoMissingReason, PhotoSource, PortraitHash, Profile, ProposedPhoto, SCOPE,
    Symbology, TrustListBody, TrustedIssuer, TrustedKey, Validity, ValidityRequest,
    ValidityStatement, claims::Portrait, photo_sha256,
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
    /// What key proofs said of their keys, newest last.
    pub(crate) key_protection: Vec<Value>,
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
                key_protection: Vec::new(),
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
