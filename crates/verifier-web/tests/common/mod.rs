//! A county of one pupil, with keys of its own, that signs whatever a test asks for.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of tests may stop where a test may"
)]
#![allow(
    dead_code,
    reason = "the test and the example use their own parts of this"
)]

use county_api::{
    CardClaims, CardType, County, InPersonClaims, PhotoClaims, PortraitHash, Profile,
    TrustListBody, TrustedIssuer, TrustedKey, claims::Portrait,
};
use jose::{Signer, SoftwareKey};
use qr_proof::{Claim169, StatusRef, TokenClaims};
use ring::rand::SystemRandom;
use status_list::{Bits, StatusList, StatusListToken};

/// A drawn face, 48×64.
const PORTRAIT: &[u8] = include_bytes!("portrait.webp");
const DAY: i64 = 86_400;

/// Entries of the status list.
pub(crate) const GOOD: u64 = 1;
pub(crate) const REVOKED: u64 = 2;
pub(crate) const SUSPENDED: u64 = 3;

pub(crate) struct Specimen {
    pub(crate) issuer: String,
    pub(crate) demo: bool,
    trust_list_key: SoftwareKey,
    issuer_key: SoftwareKey,
    holder_key: SoftwareKey,
    stranger: SoftwareKey,
}

/// What a code is made of.
pub(crate) struct Code {
    pub(crate) profile: Profile,
    /// When it was made, unix seconds.
    pub(crate) at: i64,
    /// Its entry in the status list.
    pub(crate) idx: u64,
    /// Signed by an issuer whom nobody knows.
    pub(crate) forged: bool,
}

impl Code {
    pub(crate) fn at(at: i64) -> Self {
        Self {
            profile: Profile::Exam,
            at,
            idx: GOOD,
            forged: false,
        }
    }
}

impl Specimen {
    pub(crate) fn new(issuer: &str) -> Self {
        let key = || SoftwareKey::generate(&SystemRandom::new()).unwrap();
        Self {
            issuer: issuer.to_owned(),
            demo: false,
            trust_list_key: key(),
            issuer_key: key(),
            holder_key: key(),
            stranger: key(),
        }
    }

    pub(crate) fn county_json(&self) -> String {
        let county = County {
            issuer: self.issuer.parse().unwrap(),
            name: "Fjordviken fylkeskommune".into(),
            trust_list_key: self.trust_list_key.public_jwk(),
            password_help_url: None,
            accessibility_statement_url: None,
            demo: self.demo,
        };
        serde_json::to_string(&county).unwrap()
    }

    /// A trust list of thirty days, signed at `at`.
    pub(crate) fn trust_list(&self, version: u64, at: i64) -> String {
        let body = self.trust_list_body(version, at);
        body.sign(&self.trust_list_key).unwrap()
    }

    /// The same, with the issuer's key over and done with.
    pub(crate) fn trust_list_without_keys(&self, version: u64, at: i64) -> String {
        let mut body = self.trust_list_body(version, at);
        for key in &mut body.issuers[0].keys {
            key.not_after = at;
        }
        body.sign(&self.trust_list_key).unwrap()
    }

    fn trust_list_body(&self, version: u64, at: i64) -> TrustListBody {
        TrustListBody {
            version,
            iat: at,
            exp: at + 30 * DAY,
            issuers: vec![TrustedIssuer {
                iss: self.issuer.clone(),
                name: "Fjordviken fylkeskommune".into(),
                demo: self.demo,
                keys: vec![TrustedKey {
                    jwk: self.issuer_key.public_jwk().with_thumbprint_kid(),
                    not_before: at - 400 * DAY,
                    not_after: at + 400 * DAY,
                }],
            }],
        }
    }

    pub(crate) fn status_uri(&self, number: u32) -> String {
        format!("{}/status-lists/{number}", self.issuer)
    }

    /// A status list of a day, signed at `at`.
    pub(crate) fn status_list(&self, number: u32, at: i64, entries: &[(u64, u8)]) -> String {
        let mut list = StatusList::new(Bits::Two, 1 << 17);
        for (idx, value) in entries {
            list.set(*idx, *value).unwrap();
        }
        let token = StatusListToken {
            uri: self.status_uri(number),
            issued_at: at,
            expires_at: Some(at + DAY),
            ttl: Some(900),
            aggregation_uri: None,
            list,
        };
        let kid = self.issuer_key.public_jwk().thumbprint();
        token.to_jwt(&kid, &self.issuer_key).unwrap()
    }

    /// The code as the holder's phone shows it.
    pub(crate) fn code(&self, code: &Code) -> String {
        let said = InPersonClaims::of(code.profile, &card(), Some(PortraitHash::of(PORTRAIT)));
        let token = self.token(said.to_identity(), code);
        let audience = code.profile.audience();
        qr_proof::prove(&token, audience, code.at, None, &self.holder_key).unwrap()
    }

    /// The still code with the portrait.
    pub(crate) fn photo_code(&self, at: i64) -> String {
        let photo = PhotoClaims {
            webp: PORTRAIT.to_vec(),
        };
        qr_proof::show_token(&self.token(photo.to_identity(), &Code::at(at))).unwrap()
    }

    fn key_id(&self) -> [u8; 8] {
        county_api::key_id(&self.issuer_key.public_jwk())
    }

    fn token(&self, identity: Claim169, code: &Code) -> Vec<u8> {
        let claims = self.claims(identity, code);
        if code.forged {
            let key_id = county_api::key_id(&self.stranger.public_jwk());
            return qr_proof::issue(&claims, &key_id, &self.stranger).unwrap();
        }
        qr_proof::issue(&claims, &self.key_id(), &self.issuer_key).unwrap()
    }

    fn claims(&self, identity: Claim169, code: &Code) -> TokenClaims {
        TokenClaims {
            issuer: self.issuer.clone(),
            issued_at: code.at - 3_600,
            expires_at: code.at + 7 * DAY,
            holder: self.holder_key.public_jwk(),
            status: Some(StatusRef {
                uri: self.status_uri(1),
                idx: code.idx,
            }),
            identity,
        }
    }
}

fn card() -> CardClaims {
    CardClaims {
        given_name: "Nora".into(),
        family_name: "Bjørnstad".into(),
        birthdate: "2008-02-29".parse().unwrap(),
        portrait: Portrait::from_jpeg(vec![0xFF, 0xD8, 0xFF]).unwrap(),
        card_type: CardType::Elev,
        institution: "Fjordvik videregående skole".into(),
        institution_number: None,
        class: Some("2STA".into()),
        programme: None,
        student_number: Some("100042".into()),
        semester: "2026-H".parse().unwrap(),
        valid_from: "2026-08-01".parse().unwrap(),
        // Far off, so that the tests outlive it.
        valid_until: "2099-12-31".parse().unwrap(),
        age_over_16: true,
        age_over_18: true,
        age_over_20: false,
        county: "Fjordviken fylkeskommune".into(),
    }
}
