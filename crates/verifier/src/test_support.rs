//! A synthetic county that signs for the tests.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use county_api::claims::Portrait;
use county_api::{
    CardClaims, CardType, InPersonClaims, PhotoClaims, PortraitHash, Profile, SlipClaims,
    TrustListBody, TrustedIssuer, TrustedKey,
};
use jose::{Jwk, Signer, SoftwareKey};
use qr_proof::{Claim169, StatusRef, TokenClaims};
use ring::rand::SystemRandom;
use status_list::{Bits, StatusList, StatusListToken};

use crate::{Checker, Settings, StatusCache, TrustList};

pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

pub(crate) fn key() -> SoftwareKey {
    SoftwareKey::generate(&SystemRandom::new()).unwrap()
}

#[derive(Clone)]
pub(crate) struct County {
    pub(crate) iss: String,
    pub(crate) demo: bool,
    pub(crate) now: i64,
    pub(crate) trust_list_key: Arc<SoftwareKey>,
    pub(crate) issuer_key: Arc<SoftwareKey>,
    pub(crate) holder_key: Arc<SoftwareKey>,
}

impl County {
    pub(crate) const IDX: u64 = 42;

    pub(crate) fn new() -> Self {
        Self {
            iss: "https://issuer.fjordviken.example".into(),
            demo: false,
            // 1 September 2026, 08:00 UTC.
            now: 1_788_249_600,
            trust_list_key: Arc::new(key()),
            issuer_key: Arc::new(key()),
            holder_key: Arc::new(key()),
        }
    }

    pub(crate) fn trust_list_jwk(&self) -> Jwk {
        self.trust_list_key.public_jwk()
    }

    pub(crate) fn issuer_jwk(&self) -> Jwk {
        self.issuer_key.public_jwk().with_thumbprint_kid()
    }

    pub(crate) fn trust_list(&self) -> TrustListBody {
        TrustListBody {
            version: 7,
            iat: self.now - 1_000,
            exp: self.now + 30 * 86_400,
            issuers: vec![TrustedIssuer {
                iss: self.iss.clone(),
                name: "Fjordviken fylkeskommune".into(),
                demo: self.demo,
                keys: vec![TrustedKey {
                    jwk: self.issuer_jwk(),
                    not_before: self.now - 86_400,
                    not_after: self.now + 60 * 86_400,
                }],
            }],
        }
    }

    pub(crate) fn trust(&self) -> TrustList {
        let jws = self.trust_list().sign(&*self.trust_list_key).unwrap();
        TrustList::verify(&jws, &self.trust_list_jwk(), at(self.now), None).unwrap()
    }

    pub(crate) fn status_uri(&self) -> String {
        format!("{}/status-lists/1", self.iss)
    }

    pub(crate) fn status_token(&self, uri: &str, entries: &[(u64, u8)]) -> StatusListToken {
        let mut list = StatusList::new(Bits::Two, 1024);
        for (idx, value) in entries {
            list.set(*idx, *value).unwrap();
        }
        StatusListToken {
            uri: uri.to_owned(),
            issued_at: self.now,
            expires_at: Some(self.now + 86_400),
            ttl: Some(900),
            aggregation_uri: None,
            list,
        }
    }

    pub(crate) fn status_jwt_at(&self, uri: &str, entries: &[(u64, u8)]) -> String {
        self.status_token(uri, entries)
            .to_jwt(&self.issuer_jwk().thumbprint(), &*self.issuer_key)
            .unwrap()
    }

    pub(crate) fn status_jwt(&self, entries: &[(u64, u8)]) -> String {
        self.status_jwt_at(&self.status_uri(), entries)
    }

    pub(crate) fn status_cwt(&self, entries: &[(u64, u8)]) -> Vec<u8> {
        self.status_token(&self.status_uri(), entries)
            .to_cwt(&county_api::key_id(&self.issuer_jwk()), &*self.issuer_key)
            .unwrap()
    }

    /// A checker that has this status list, issued at `self.now`.
    pub(crate) fn checker(&self, entries: &[(u64, u8)]) -> Checker {
        let mut statuses = StatusCache::default();
        statuses
            .add_jwt(&self.status_jwt(entries), &self.trust(), at(self.now))
            .unwrap();
        Checker::new(self.trust(), statuses, Settings::default())
    }

    pub(crate) fn card(&self) -> CardClaims {
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
            valid_until: "2026-12-31".parse().unwrap(),
            age_over_16: true,
            age_over_18: true,
            age_over_20: false,
            county: "Fjordviken fylkeskommune".into(),
        }
    }

    pub(crate) fn photo(&self) -> PhotoClaims {
        PhotoClaims {
            webp: b"RIFF\x04\0\0\0WEBP".to_vec(),
        }
    }

    /// What the code says for an exam.
    pub(crate) fn said(&self) -> InPersonClaims {
        self.said_for(Profile::Exam)
    }

    pub(crate) fn said_for(&self, profile: Profile) -> InPersonClaims {
        let portrait = PortraitHash::of(&self.photo().webp);
        InPersonClaims::of(profile, &self.card(), Some(portrait))
    }

    pub(crate) fn claims(&self) -> TokenClaims {
        self.claims_with(self.said().to_identity())
    }

    pub(crate) fn claims_with(&self, identity: Claim169) -> TokenClaims {
        TokenClaims {
            issuer: self.iss.clone(),
            issued_at: self.now - 3_600,
            expires_at: self.now + 7 * 86_400,
            holder: self.holder_key.public_jwk(),
            status: Some(StatusRef {
                uri: self.status_uri(),
                idx: Self::IDX,
            }),
            identity,
        }
    }

    /// The still code with the portrait.
    pub(crate) fn photo_code(&self) -> String {
        let claims = self.claims_with(self.photo().to_identity());
        qr_proof::show_token(&self.token(&claims)).unwrap()
    }

    /// A slip for an exam, printed an hour ago and good until midnight in Norway.
    pub(crate) fn slip(&self) -> qr_proof::SlipClaims {
        let day = "2026-09-01".parse().unwrap();
        let said = SlipClaims::of(Profile::Exam, &self.card(), self.photo(), day).unwrap();
        qr_proof::SlipClaims {
            issuer: self.iss.clone(),
            issued_at: self.now - 3_600,
            expires_at: self.now + 14 * 3_600,
            status: StatusRef {
                uri: self.status_uri(),
                idx: Self::IDX,
            },
            identity: said.to_identity(),
        }
    }

    pub(crate) fn on_paper(&self, claims: &qr_proof::SlipClaims) -> Vec<u8> {
        let key_id = county_api::key_id(&self.issuer_jwk());
        qr_proof::issue_slip(claims, &key_id, &*self.issuer_key).unwrap()
    }

    pub(crate) fn slip_code(&self, claims: &qr_proof::SlipClaims) -> String {
        qr_proof::show_slip(&self.on_paper(claims)).unwrap()
    }

    pub(crate) fn token(&self, claims: &TokenClaims) -> Vec<u8> {
        let key_id = county_api::key_id(&self.issuer_jwk());
        qr_proof::issue(claims, &key_id, &*self.issuer_key).unwrap()
    }

    /// The code for `claims` as the holder's phone shows it at `made_at`.
    pub(crate) fn code(&self, claims: &TokenClaims, made_at: i64) -> String {
        let profile = InPersonClaims::from_identity(&claims.identity).map(|said| said.profile);
        let audience = profile.unwrap_or(Profile::Exam).audience();
        qr_proof::prove(
            &self.token(claims),
            audience,
            made_at,
            None,
            &*self.holder_key,
        )
        .unwrap()
    }
}
