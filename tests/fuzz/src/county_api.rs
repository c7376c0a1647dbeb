//! What is special to counties: `county.json`, what stands between a person and the card, the claims of a card and of
//! its codes, exam lists, the trust list's content, the answer to "is it good right now?".
//!
//! Input: any of these as JSON, or signed; a semester; a portrait as a data URI; a claim 169 as CBOR.

use std::collections::HashSet;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate};
use county_api::claims::{Portrait, age_over};
use county_api::{
    CardClaims, County, EnrolmentStatus, InPersonClaims, PhotoClaims, PhotoDecision, PortraitHash,
    Profile, Roster, Semester, StatusReference, TrustListBody, ValidityRequest, ValidityStatement,
    date_in_norway, roster, validity,
};
use serde_json::{Map, Value};

use crate::NOW;
use crate::jose::signing_input;
use crate::keys::{HOLDER, ISSUER, Party, SEED_ISSUER, STRANGER};
use crate::laws::json_comes_back;
use crate::{make, qr_proof};

/// The issuer that is asked.
pub const ISSUER_ID: &str = "https://issuer.example";

static SEEDS: LazyLock<HashSet<Vec<u8>>> =
    LazyLock::new(|| crate::seeds::known("county_api", |seed| Some(signing_input(seed)?.to_vec())));

/// The card that is asked about.
#[must_use]
pub fn question() -> ValidityRequest {
    ValidityRequest {
        credential_status: StatusReference {
            uri: format!("{ISSUER_ID}/status-lists/1"),
            idx: 42,
        },
    }
}

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let mut accepted = county(data)
        | card(data)
        | identity(data)
        | made_statement(data)
        | made_roster(data)
        | json_comes_back::<EnrolmentStatus>(data)
        | json_comes_back::<TrustListBody>(data)
        | json_comes_back::<ValidityRequest>(data)
        | json_comes_back::<PhotoDecision>(data);
    if let Ok(text) = std::str::from_utf8(data) {
        accepted |= semester(text) | portrait(text) | day(text) | statement(text) | roster(text);
    }
    accepted
}

fn county(data: &[u8]) -> bool {
    let Ok(county) = County::from_json(data) else {
        return false;
    };
    let again = serde_json::to_vec(&county).unwrap();
    assert_eq!(County::from_json(&again).unwrap(), county);
    assert!(!county.issuer_id().ends_with('/'));
    assert!(county.issuer.scheme() == "https" || county.issuer.host_str().is_some());
    assert!(county.issuer.query().is_none() && county.issuer.fragment().is_none());
    true
}

fn card(data: &[u8]) -> bool {
    let Ok(claims) = serde_json::from_slice::<Map<String, Value>>(data) else {
        return false;
    };
    let Ok(card) = CardClaims::from_claims(&claims) else {
        return false;
    };
    assert_eq!(CardClaims::from_claims(&card.to_claims()).unwrap(), card);
    for years in [16, 18, 20] {
        let reached = age_over(card.birthdate, years, card.valid_until);
        assert!(!reached || card.birthdate <= card.valid_until);
    }
    for profile in Profile::ALL {
        for portrait in [None, Some(PortraitHash::of(card.portrait.jpeg()))] {
            let claims = InPersonClaims::of(profile, &card, portrait);
            assert_eq!(
                InPersonClaims::from_identity(&claims.to_identity()).unwrap(),
                claims
            );
        }
    }
    true
}

/// The identity as it comes out of a token.
fn identity(data: &[u8]) -> bool {
    let Ok(identity) = ciborium::from_reader::<ciborium::Value, _>(data) else {
        return false;
    };
    let holder = &HOLDER.jwk;
    let claims = qr_proof::claims_with(identity, holder);
    let token = make::bytes(&qr_proof::token_of(&claims, &ISSUER));
    let Ok(claims) = ::qr_proof::read_token(&token) else {
        return false;
    };
    if let Ok(photo) = PhotoClaims::from_identity(&claims.identity) {
        assert!(photo.webp.len() <= PhotoClaims::MAX_BYTES);
        assert_eq!(
            PhotoClaims::from_identity(&photo.to_identity()).unwrap(),
            photo
        );
        assert!(
            InPersonClaims::from_identity(&claims.identity).is_err(),
            "a photo and a card"
        );
        return true;
    }
    let Ok(card) = InPersonClaims::from_identity(&claims.identity) else {
        return false;
    };
    assert_eq!(
        InPersonClaims::from_identity(&card.to_identity()).unwrap(),
        card
    );
    assert_eq!(
        Profile::from_number(card.profile.number()),
        Some(card.profile)
    );
    true
}

fn semester(text: &str) -> bool {
    let Ok(semester) = text.parse::<Semester>() else {
        return false;
    };
    assert_eq!(semester.to_string(), text);
    if let (Some(first), Some(last)) = (semester.first_day(), semester.last_day()) {
        assert!(first < last);
        assert_eq!(
            (Semester::of(first), Semester::of(last)),
            (semester, semester)
        );
    }
    true
}

fn portrait(text: &str) -> bool {
    let Ok(portrait) = Portrait::from_data_uri(text) else {
        return false;
    };
    assert!(portrait.jpeg().len() <= Portrait::MAX_BYTES);
    assert_eq!(portrait.data_uri(), text);
    true
}

/// Any moment that a number of seconds can say has a day in Norway.
fn day(text: &str) -> bool {
    let Some(at) = text
        .parse()
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
    else {
        return false;
    };
    let day: NaiveDate = date_in_norway(at);
    let apart = day.signed_duration_since(at.date_naive()).num_days();
    assert!((0..=1).contains(&apart));
    true
}

fn verify(text: &str, issuer: &Party) -> Option<ValidityStatement> {
    let now = DateTime::from_timestamp(NOW, 0).unwrap();
    ValidityStatement::verify(text, &issuer.jwk, ISSUER_ID, &question(), now).ok()
}

fn statement(text: &str) -> bool {
    let accepted = verify(text, &SEED_ISSUER).is_some();
    if accepted {
        let known = SEEDS.contains(signing_input(text.as_bytes()).unwrap());
        assert!(known, "not what the issuer signed");
    }
    accepted
}

fn made_statement(data: &[u8]) -> bool {
    if !data.starts_with(b"{") {
        return false;
    }
    let text = make::typed_jws(validity::TYP, data, &ISSUER);
    let Some(statement) = verify(&text, &ISSUER) else {
        return false;
    };
    assert_eq!(statement.iss, ISSUER_ID);
    assert_eq!(statement.status, question().credential_status);
    assert!(statement.exp > NOW && statement.iat <= NOW + validity::MAX_AHEAD);
    assert!(verify(&text, &STRANGER).is_none());
    let again = statement.sign(&ISSUER.key).unwrap();
    assert_eq!(verify(&again, &ISSUER).unwrap(), statement);
    let changed = make::one_bit_flipped(data, text.as_bytes());
    if let Ok(changed) = std::str::from_utf8(&changed) {
        assert!(verify(changed, &ISSUER).is_none(), "a bit was flipped");
    }
    true
}

fn verify_roster(text: &str, issuer: &Party) -> Option<Roster> {
    let now = DateTime::from_timestamp(NOW, 0).unwrap();
    Roster::verify(text, &issuer.jwk, ISSUER_ID, now).ok()
}

fn roster(text: &str) -> bool {
    let named = Roster::key_name(text).is_ok();
    let accepted = verify_roster(text, &SEED_ISSUER).is_some();
    if accepted {
        assert!(named);
        let known = SEEDS.contains(signing_input(text.trim().as_bytes()).unwrap());
        assert!(known, "not what the issuer signed");
    }
    accepted
}

fn made_roster(data: &[u8]) -> bool {
    if !data.starts_with(b"{") {
        return false;
    }
    let text = make::typed_jws(roster::TYP, data, &ISSUER);
    let Some(read) = verify_roster(&text, &ISSUER) else {
        return false;
    };
    assert_eq!(read.iss, ISSUER_ID);
    assert!(read.exp > NOW && read.exp > read.starts_at);
    assert!(read.candidates.len() <= roster::MAX_CANDIDATES);
    assert_eq!(Roster::key_name(&text).unwrap(), ISSUER.jwk.thumbprint());
    for candidate in &read.candidates {
        assert_eq!(
            candidate.portrait.is_some(),
            candidate.portrait_webp().is_some()
        );
        assert!(candidate.is(None, Some(&candidate.name), Some(candidate.birth_date)));
        // Who knows neither number nor name is nobody.
        assert!(!candidate.is(None, None, None));
    }
    assert!(verify_roster(&text, &STRANGER).is_none());
    let again = read.sign(&ISSUER.key).unwrap();
    assert_eq!(verify_roster(&again, &ISSUER).unwrap(), read);
    let changed = make::one_bit_flipped(data, text.as_bytes());
    if let Ok(changed) = std::str::from_utf8(&changed) {
        assert!(
            verify_roster(changed, &ISSUER).is_none(),
            "a bit was flipped"
        );
    }
    true
}
