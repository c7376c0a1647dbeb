//! RFC 9901 §7.2 and §7.3, step by step: a good presentation with one thing wrong, refused by name.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

mod common;

use common::{AUDIENCE, HOLDER, ISSUER, NONCE, NOW, digest, disclosure, sd_jwt, verify, verify_by};
use jose::{Signer, SoftwareKey, jws};
use sd_jwt::{DisclosureError, KeyBindingPolicy, VerifyError, present};
use serde_json::{Value, json};

const POLICY: KeyBindingPolicy<'static> = KeyBindingPolicy::Required {
    audience: AUDIENCE,
    nonce: NONCE,
    now: NOW + 5,
    max_age: 60,
};

fn name() -> String {
    disclosure(json!(["s1", "name", "Nora"]))
}

fn school() -> String {
    disclosure(json!(["s2", "school", "Fjordviken"]))
}

/// What the issuer signed, with `cnf` of this kind and one Disclosure of two.
fn credential(cnf: Option<Value>) -> String {
    let mut payload = json!({"_sd": [digest(&name()), digest(&school())]});
    if let Some(cnf) = cnf {
        payload["cnf"] = cnf;
    }
    sd_jwt(&payload, &[&name()])
}

fn holder_jwk() -> Value {
    serde_json::to_value(HOLDER.public_jwk()).unwrap()
}

fn bound_to_holder() -> String {
    credential(Some(json!({"jwk": holder_jwk()})))
}

fn key_binding(typ: &str, claims: &Value, key: &SoftwareKey) -> String {
    jws::sign_json(&jws::Header::new(typ), claims, key).unwrap()
}

fn good_claims(credential: &str) -> Value {
    json!({"iat": NOW, "aud": AUDIENCE, "nonce": NONCE, "sd_hash": digest(credential)})
}

fn good() -> String {
    let credential = bound_to_holder();
    let jwt = key_binding("kb+jwt", &good_claims(&credential), &HOLDER);
    credential + &jwt
}

/// The good one with something else in the holder's claims.
fn with(name: &str, value: Value) -> String {
    let credential = bound_to_holder();
    let mut claims = good_claims(&credential);
    claims[name] = value;
    let jwt = key_binding("kb+jwt", &claims, &HOLDER);
    credential + &jwt
}

#[track_caller]
fn refused(text: &str, expected: impl Into<VerifyError>) {
    assert_eq!(verify_by(text, &POLICY).unwrap_err(), expected.into());
}

#[test]
fn a_good_presentation_is_accepted() {
    let claims = verify_by(&good(), &POLICY).unwrap();
    assert_eq!(claims["name"], "Nora");
    assert!(claims.get("school").is_none());
}

#[test]
fn section_7_2_a_holder_refuses_a_credential_that_is_bound_already() {
    let refused = verify_by(&good(), &KeyBindingPolicy::Issuance).unwrap_err();
    assert_eq!(refused, VerifyError::KeyBindingPresent);
    assert!(verify_by(&bound_to_holder(), &KeyBindingPolicy::Issuance).is_ok());
}

#[test]
fn step_1_the_policy_decides_and_not_what_was_sent() {
    // A key binding that nobody asked for changes nothing, not even a bad one.
    assert!(verify(&format!("{}abc", bound_to_holder())).is_ok());
}

#[test]
fn step_2_a_missing_key_binding_is_refused_where_one_is_needed() {
    refused(&bound_to_holder(), VerifyError::KeyBindingMissing);
    refused(&credential(None), VerifyError::KeyBindingMissing);
}

#[test]
fn step_3_a_last_part_that_is_no_jwt_is_refused() {
    refused(
        &format!("{}abc", bound_to_holder()),
        VerifyError::KeyBindingMalformed,
    );
}

#[test]
fn step_4_the_issuers_part_is_checked_too() {
    let stray = good().replacen('~', "~WyJzIiwgImEiLCAxXQ~", 1);
    refused(&stray, DisclosureError::Unreferenced);
}

#[test]
fn step_4_a_credential_for_other_verifiers_is_refused_and_one_for_this_is_not() {
    let shown = |audience: Value| {
        let payload = json!({"cnf": {"jwk": holder_jwk()}, "aud": audience});
        let credential = sd_jwt(&payload, &[]);
        let jwt = key_binding("kb+jwt", &good_claims(&credential), &HOLDER);
        verify_by(&(credential + &jwt), &POLICY).map(|_| ())
    };
    assert_eq!(shown(json!(AUDIENCE)), Ok(()));
    assert_eq!(shown(json!(["https://other.example", AUDIENCE])), Ok(()));
    assert_eq!(
        shown(json!("https://other.example")),
        Err(VerifyError::Audience)
    );
}

#[test]
fn step_5_a_a_credential_that_names_no_key_is_refused() {
    let jwt = |credential: &str| key_binding("kb+jwt", &good_claims(credential), &HOLDER);
    for cnf in [
        None,
        Some(json!({})),
        Some(json!({"kid": "of somebody"})),
        Some(json!({"jku": "https://elsewhere.example/keys", "kid": "1"})),
    ] {
        let credential = credential(cnf);
        refused(
            &(credential.clone() + &jwt(&credential)),
            VerifyError::HolderKeyMissing,
        );
    }
}

#[test]
fn step_5_a_a_key_that_is_malformed_or_private_is_refused() {
    let mut private = holder_jwk();
    private["d"] = "secret".into();
    for cnf in [
        json!({"jwk": private}),
        json!({"jwk": "text"}),
        json!("text"),
        json!(null),
    ] {
        let credential = credential(Some(cnf));
        let jwt = key_binding("kb+jwt", &good_claims(&credential), &HOLDER);
        refused(&(credential + &jwt), VerifyError::Claim("cnf"));
    }
}

#[test]
fn step_5_b_the_algorithm_none_and_others_are_refused() {
    let good = good();
    let (before, jwt) = good.rsplit_once('~').unwrap();
    let (_, rest) = jwt.split_once('.').unwrap();
    let with = |alg: &str| {
        let header = json!({"alg": alg, "typ": "kb+jwt"}).to_string();
        format!("{before}~{}.{rest}", jose::base64url(header.as_bytes()))
    };
    refused(&with("none"), VerifyError::KeyBindingMalformed);
    refused(&with("HS256"), VerifyError::KeyBindingMalformed);
    refused(&with("RS256"), VerifyError::KeyBindingAlgorithm);
}

#[test]
fn step_5_c_the_signature_of_another_key_is_refused() {
    let credential = bound_to_holder();
    let jwt = key_binding("kb+jwt", &good_claims(&credential), &ISSUER);
    refused(&(credential + &jwt), VerifyError::KeyBindingSignature);
}

#[test]
fn step_5_c_a_key_in_the_header_does_not_count() {
    let credential = bound_to_holder();
    let thief = common::new_key();
    let header = jws::Header::new("kb+jwt").with_jwk(thief.public_jwk());
    let jwt = jws::sign_json(&header, &good_claims(&credential), &thief).unwrap();
    refused(&(credential + &jwt), VerifyError::KeyBindingSignature);
}

#[test]
fn step_5_d_another_type_is_refused() {
    for typ in ["JWT", "dpop+jwt", "kb+cwt", ""] {
        let credential = bound_to_holder();
        let jwt = key_binding(typ, &good_claims(&credential), &HOLDER);
        refused(&(credential + &jwt), VerifyError::KeyBindingType);
    }
}

#[test]
fn step_5_e_a_key_binding_from_another_time_is_refused() {
    refused(
        &with("iat", json!(NOW - 56)),
        VerifyError::KeyBindingTooOld { seconds: 61 },
    );
    refused(
        &with("iat", json!(NOW + 66)),
        VerifyError::KeyBindingAhead { seconds: 61 },
    );
    assert!(verify_by(&with("iat", json!(NOW - 55)), &POLICY).is_ok());
    assert!(verify_by(&with("iat", json!(NOW as f64 + 0.5)), &POLICY).is_ok());
}

#[test]
fn step_5_f_another_nonce_is_refused() {
    refused(&with("nonce", json!("other")), VerifyError::KeyBindingNonce);
    refused(&with("nonce", json!("")), VerifyError::KeyBindingNonce);
}

#[test]
fn step_5_f_another_audience_is_refused() {
    for audience in ["https://evil.example", "https://verifier.example/", ""] {
        refused(
            &with("aud", json!(audience)),
            VerifyError::KeyBindingAudience,
        );
    }
}

#[test]
fn step_5_f_a_claim_that_is_missing_or_of_another_kind_is_refused() {
    for name in ["iat", "nonce", "aud", "sd_hash"] {
        let credential = bound_to_holder();
        let mut claims = good_claims(&credential);
        claims.as_object_mut().unwrap().shift_remove(name);
        let jwt = key_binding("kb+jwt", &claims, &HOLDER);
        refused(&(credential + &jwt), VerifyError::KeyBindingMalformed);
        refused(&with(name, json!(null)), VerifyError::KeyBindingMalformed);
    }
    // §4.3: one audience, as a text.
    refused(
        &with("aud", json!([AUDIENCE])),
        VerifyError::KeyBindingMalformed,
    );
    refused(&with("iat", json!("now")), VerifyError::KeyBindingMalformed);
}

#[test]
fn step_5_g_another_hash_is_refused() {
    refused(
        &with("sd_hash", json!(digest("other"))),
        VerifyError::KeyBindingHash,
    );
}

#[test]
fn step_5_g_a_disclosure_more_or_less_is_refused() {
    let good = good();
    let more = good.replacen('~', &format!("~{}~", school()), 1);
    refused(&more, VerifyError::KeyBindingHash);
    let less = good.replacen(&format!("~{}", name()), "", 1);
    refused(&less, VerifyError::KeyBindingHash);
}

#[test]
fn step_5_g_the_key_binding_of_another_credential_is_refused() {
    let (first, second) = (good(), good());
    let (_, jwt) = first.rsplit_once('~').unwrap();
    let (credential, _) = second.rsplit_once('~').unwrap();
    refused(&format!("{credential}~{jwt}"), VerifyError::KeyBindingHash);
}

#[test]
fn step_5_h_a_key_binding_that_says_it_is_not_valid_now_is_refused() {
    refused(&with("exp", json!(NOW + 5)), VerifyError::KeyBindingExpired);
    refused(
        &with("nbf", json!(NOW + 66)),
        VerifyError::KeyBindingExpired,
    );
    refused(
        &with("exp", json!("later")),
        VerifyError::KeyBindingMalformed,
    );
    assert!(verify_by(&with("exp", json!(NOW + 6)), &POLICY).is_ok());
}

#[test]
fn what_we_present_ourselves_is_accepted() {
    let binding = sd_jwt::Binding {
        audience: AUDIENCE,
        nonce: NONCE,
        now: NOW,
        holder: &*HOLDER,
    };
    let shown = present(&bound_to_holder(), &["name"], Some(binding)).unwrap();
    assert_eq!(verify_by(&shown, &POLICY).unwrap()["name"], "Nora");
}
