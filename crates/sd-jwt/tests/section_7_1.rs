//! RFC 9901 §7.1, step by step: a good SD-JWT with one thing wrong, refused by name. At the end, everything wrong at
//! once, mended in the order of the steps.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

mod common;

use common::{
    ISSUER, NOW, TYP, digest, disclosure, element_of, new_key, object_of, refused, sd_jwt, verify,
};
use jose::{Signer, jws};
use sd_jwt::{DisclosureError, KeyBindingPolicy, ParseError, SdJwt, VerifyError};
use serde_json::{Value, json};

/// One more than are read, and longer than is read.
const TOO_MANY: usize = sd_jwt::MAX_DISCLOSURES + 1;
const TOO_LONG: usize = sd_jwt::MAX_LENGTH + 1;

fn name() -> String {
    disclosure(json!(["salt-1", "name", "Nora"]))
}

fn element() -> String {
    disclosure(json!(["salt-2", "element"]))
}

/// The good one with another header, under the old signature.
fn with_header(header: Value) -> String {
    let good = sd_jwt(&json!({"sub": "nora"}), &[]);
    let (_, rest) = good.split_once('.').unwrap();
    format!("{}.{rest}", jose::base64url(header.to_string().as_bytes()))
}

// Step 1: separate.

#[test]
fn step_1_a_text_without_a_tilde_after_the_jwt_is_refused() {
    let good = sd_jwt(&json!({}), &[]);
    assert_eq!(verify(&good).unwrap(), json!({}));
    refused(good.trim_end_matches('~'), ParseError::Separators);
    refused("", ParseError::Separators);
}

#[test]
fn step_1_nothing_between_two_tildes_is_refused() {
    let good = sd_jwt(&object_of(&[&name()]), &[&name()]);
    refused(&format!("{good}~"), ParseError::Separators);
    refused(&good.replacen('~', "~~", 1), ParseError::Separators);
}

#[test]
fn step_1_a_first_part_that_is_no_jwt_is_refused() {
    for text in ["~", "e30.e30~", "e30.e30.~", "a.b.c.d~", "not a jwt~"] {
        refused(text, ParseError::IssuerJwt);
    }
}

#[test]
fn step_1_more_than_anyone_needs_is_refused_before_it_is_looked_at() {
    let good = sd_jwt(&json!({}), &[]);
    refused(
        &format!("{good}{}", "x~".repeat(TOO_MANY)),
        ParseError::TooLong,
    );
    refused(&"~".repeat(TOO_LONG), ParseError::TooLong);
}

// Step 2: the issuer-signed JWT.

#[test]
fn step_2_a_another_type_is_refused() {
    let other = jws::sign_json(&jws::Header::new("JWT"), &json!({}), &*ISSUER).unwrap() + "~";
    refused(&other, VerifyError::Type);
}

#[test]
fn step_2_a_the_algorithm_none_is_refused() {
    refused(
        &with_header(json!({"alg": "none", "typ": TYP})),
        ParseError::IssuerJwt,
    );
}

#[test]
fn step_2_a_an_algorithm_with_a_shared_key_is_refused() {
    refused(
        &with_header(json!({"alg": "HS256", "typ": TYP})),
        ParseError::IssuerJwt,
    );
}

#[test]
fn step_2_a_an_algorithm_that_credentials_do_not_use_is_refused() {
    refused(
        &with_header(json!({"alg": "RS256", "typ": TYP})),
        VerifyError::IssuerAlgorithm,
    );
}

#[test]
fn step_2_a_a_critical_header_is_refused() {
    let header = json!({"alg": "ES256", "typ": TYP, "crit": ["exp"]});
    refused(&with_header(header), ParseError::IssuerJwt);
}

#[test]
fn step_2_b_a_signature_over_something_else_is_refused() {
    let header = json!({"alg": "ES256", "typ": TYP, "x": 1});
    refused(&with_header(header), VerifyError::IssuerSignature);
}

#[test]
fn step_2_c_the_signature_of_another_key_is_refused() {
    let good = SdJwt::parse(&sd_jwt(&json!({}), &[])).unwrap();
    let stranger = new_key().public_jwk();
    let refused = good.verify(&stranger, TYP, NOW, &KeyBindingPolicy::NotRequired);
    assert_eq!(refused.unwrap_err(), VerifyError::IssuerSignature);
}

#[test]
fn step_2_the_signed_payload_must_be_an_object() {
    for payload in [json!([1]), json!("text"), json!(null)] {
        refused(&sd_jwt(&payload, &[]), ParseError::IssuerJwt);
    }
}

#[test]
fn step_2_a_payload_that_says_one_claim_twice_is_refused() {
    let payload = format!(r#"{{"exp": {}, "sub": "1", "exp": {}}}"#, NOW - 1, NOW + 1);
    let jwt = jws::sign(&jws::Header::new(TYP), payload.as_bytes(), &*ISSUER).unwrap();
    refused(&format!("{jwt}~"), ParseError::IssuerJwt);
}

#[test]
fn step_2_d_a_hash_that_is_not_understood_is_refused() {
    for hash in [
        json!("sha-512"),
        json!("SHA-256"),
        json!("md5"),
        json!(256),
        json!(null),
    ] {
        refused(
            &sd_jwt(&json!({"_sd_alg": hash}), &[]),
            DisclosureError::HashAlgorithm,
        );
    }
    assert!(verify(&sd_jwt(&json!({"_sd_alg": "sha-256"}), &[])).is_ok());
}

// Step 3: the Disclosures and embedded digests.

#[test]
fn step_3_a_the_same_disclosure_twice_is_refused() {
    let text = sd_jwt(&object_of(&[&name()]), &[&name(), &name()]);
    refused(&text, DisclosureError::Repeated);
}

#[test]
fn step_3_a_the_digest_is_over_the_text_and_not_over_what_it_decodes_to() {
    let spaced = jose::base64url(br#"["salt-1", "name", "Nora"]"#);
    assert_ne!(spaced, name());
    refused(
        &sd_jwt(&object_of(&[&name()]), &[&spaced]),
        DisclosureError::Unreferenced,
    );
    assert!(verify(&sd_jwt(&object_of(&[&spaced]), &[&spaced])).is_ok());
}

#[test]
fn step_3_b_digests_of_an_object_that_are_no_array_of_text_are_refused() {
    let inside = disclosure(json!(["salt", "outer", {"_sd": "text"}]));
    for (payload, disclosures) in [
        (json!({"_sd": "text"}), vec![]),
        (json!({"_sd": [1]}), vec![]),
        (json!({"_sd": {}}), vec![]),
        (json!({"a": {"_sd": null}}), vec![]),
        (object_of(&[&inside]), vec![&*inside]),
    ] {
        refused(&sd_jwt(&payload, &disclosures), DisclosureError::Digest);
    }
}

#[test]
fn step_3_b_a_digest_of_an_array_element_that_is_not_alone_or_no_text_is_refused() {
    let element = element();
    for array in [
        json!([{"...": digest(&element), "b": 1}]),
        json!([{"...": 1}]),
        json!([{"...": [digest(&element)]}]),
    ] {
        refused(
            &sd_jwt(&json!({"a": array}), &[&element]),
            DisclosureError::Digest,
        );
    }
}

#[test]
fn step_3_b_a_digest_of_an_array_element_outside_an_array_is_refused() {
    let element = element();
    for payload in [element_of(&element), json!({"a": element_of(&element)})] {
        refused(&sd_jwt(&payload, &[&element]), DisclosureError::Digest);
    }
}

#[test]
fn step_3_c_i_a_digest_without_disclosure_is_ignored() {
    let payload = json!({"_sd": ["decoy"], "a": [{"...": "another"}], "b": {"_sd": ["third"]}});
    assert_eq!(
        verify(&sd_jwt(&payload, &[])).unwrap(),
        json!({"a": [], "b": {}})
    );
}

#[test]
fn step_3_c_ii_1_what_is_in_an_object_must_have_salt_name_and_value() {
    for contents in [
        json!(["salt"]),
        json!(["salt", "an element's value"]),
        json!(["salt", "a", 1, 2]),
        json!([1, "a", 1]),
        json!(["salt", 1, 1]),
        json!({"salt": "a"}),
        json!(null),
    ] {
        let text = disclosure(contents);
        refused(
            &sd_jwt(&object_of(&[&text]), &[&text]),
            DisclosureError::Contents,
        );
    }
    for text in ["a+b=", "AAAA", "WyJhIg", "WyJzIiwgImEiLCAxXQ=="] {
        refused(
            &sd_jwt(&object_of(&[text]), &[text]),
            DisclosureError::Contents,
        );
    }
}

#[test]
fn step_3_c_ii_1_a_name_that_stands_twice_in_a_disclosed_value_is_refused() {
    let text = jose::base64url(br#"["salt", "address", {"city": "A", "city": "B"}]"#);
    refused(
        &sd_jwt(&object_of(&[&text]), &[&text]),
        DisclosureError::Contents,
    );
}

#[test]
fn step_3_c_ii_2_a_claim_called_sd_or_three_dots_is_refused() {
    for reserved in ["_sd", "..."] {
        let text = disclosure(json!(["salt", reserved, ["x"]]));
        refused(
            &sd_jwt(&object_of(&[&text]), &[&text]),
            DisclosureError::ReservedName,
        );
    }
}

#[test]
fn step_3_c_ii_3_a_claim_that_is_already_there_is_refused() {
    let (nora, olav) = (name(), disclosure(json!(["salt-3", "name", "Olav"])));
    let beside = json!({"_sd": [digest(&nora)], "name": "Olav"});
    refused(&sd_jwt(&beside, &[&nora]), DisclosureError::NameTaken);
    refused(
        &sd_jwt(&object_of(&[&nora, &olav]), &[&nora, &olav]),
        DisclosureError::NameTaken,
    );
    // The name of the hash counts until the end, so that nobody can hide another.
    let hash = disclosure(json!(["salt", "_sd_alg", "sha-256"]));
    let payload = json!({"_sd": [digest(&hash)], "_sd_alg": "sha-256"});
    refused(&sd_jwt(&payload, &[&hash]), DisclosureError::NameTaken);
    // On another level it is another claim.
    let payload = json!({"a": {"_sd": [digest(&nora)]}, "name": "Olav"});
    assert_eq!(
        verify(&sd_jwt(&payload, &[&nora])).unwrap(),
        json!({"a": {"name": "Nora"}, "name": "Olav"})
    );
}

#[test]
fn step_3_c_ii_5_what_is_disclosed_is_gone_through_as_well() {
    let inner = disclosure(json!(["salt-4", "_sd", 1]));
    let outer = disclosure(json!(["salt-5", "outer", object_of(&[&inner])]));
    let text = sd_jwt(&object_of(&[&outer]), &[&outer, &inner]);
    refused(&text, DisclosureError::ReservedName);
}

#[test]
fn step_3_c_iii_1_what_is_in_an_array_must_have_salt_and_value() {
    for contents in [
        json!(["salt"]),
        json!(["salt", "name", "a claim's value"]),
        json!([1, "value"]),
        json!([]),
        json!("text"),
    ] {
        let text = disclosure(contents);
        let payload = json!({"a": [element_of(&text)]});
        refused(&sd_jwt(&payload, &[&text]), DisclosureError::Contents);
    }
}

#[test]
fn step_3_c_iii_3_an_element_that_is_disclosed_is_gone_through_as_well() {
    let outer = disclosure(json!(["salt", [{"...": 1}]]));
    let payload = json!({"a": [element_of(&outer)]});
    refused(&sd_jwt(&payload, &[&outer]), DisclosureError::Digest);
}

#[test]
fn step_3_d_to_f_what_is_withheld_leaves_no_trace() {
    let inner = disclosure(json!(["s1", "inner", 1]));
    let outer = disclosure(json!(["s2", "outer", {"_sd": [digest(&inner), "decoy"]}]));
    let element = disclosure(json!(["s3", [{"...": "decoy-2"}, "kept"]]));
    let payload = json!({
        "_sd": [digest(&outer), "decoy-3"], "_sd_alg": "sha-256",
        "list": [{"...": "decoy-4"}, element_of(&element), "always"],
    });
    for (disclosures, expected) in [
        (vec![], json!({"list": ["always"]})),
        (vec![&*outer], json!({"list": ["always"], "outer": {}})),
        (
            vec![&*inner, &*outer],
            json!({"list": ["always"], "outer": {"inner": 1}}),
        ),
        (vec![&*element], json!({"list": [["kept"], "always"]})),
    ] {
        assert_eq!(verify(&sd_jwt(&payload, &disclosures)).unwrap(), expected);
    }
}

#[test]
fn nesting_without_end_is_refused() {
    let deep = (0..40).fold(json!(1), |value, _| json!([value]));
    refused(&sd_jwt(&json!({"a": deep}), &[]), DisclosureError::TooDeep);
    let chain = (0..40).fold((json!(1), Vec::new()), |(value, mut all), _| {
        let text = disclosure(json!(["salt", "a", value]));
        let value = object_of(&[&text]);
        all.push(text);
        (value, all)
    });
    let disclosures: Vec<&str> = chain.1.iter().map(String::as_str).collect();
    refused(&sd_jwt(&chain.0, &disclosures), DisclosureError::TooDeep);
}

// Steps 4 and 5.

#[test]
fn step_4_a_digest_that_is_met_twice_is_refused_wherever_that_is() {
    let (name, element) = (name(), element());
    let holds_name = disclosure(json!(["salt", "outer", object_of(&[&name])]));
    for (payload, disclosures) in [
        (object_of(&[&name, &name]), vec![&*name]),
        (
            json!({"a": object_of(&[&name]), "b": object_of(&[&name])}),
            vec![&*name],
        ),
        (object_of(&[&name, &holds_name]), vec![&*name, &*holds_name]),
        (
            json!({"a": [element_of(&element), element_of(&element)]}),
            vec![&*element],
        ),
        (json!({"_sd": ["decoy", "decoy"]}), vec![]),
        (json!({"_sd": ["decoy"], "a": [{"...": "decoy"}]}), vec![]),
    ] {
        refused(
            &sd_jwt(&payload, &disclosures),
            DisclosureError::DigestRepeated,
        );
    }
}

#[test]
fn step_4_disclosures_that_multiply_each_other_are_refused_in_no_time() {
    // Each holds the next twice: thirty of them would make a thousand million elements.
    let mut all = vec![disclosure(json!(["salt", "end"]))];
    for _ in 0..30 {
        let next = element_of(all.last().unwrap());
        all.push(disclosure(json!(["salt", [next.clone(), next]])));
    }
    let payload = json!({"a": [element_of(all.last().unwrap())]});
    let disclosures: Vec<&str> = all.iter().map(String::as_str).collect();
    refused(
        &sd_jwt(&payload, &disclosures),
        DisclosureError::DigestRepeated,
    );
}

#[test]
fn step_5_a_disclosure_that_nothing_refers_to_is_refused() {
    let name = name();
    refused(&sd_jwt(&json!({}), &[&name]), DisclosureError::Unreferenced);
    let tampered = disclosure(json!(["salt-1", "name", "Olav"]));
    refused(
        &sd_jwt(&object_of(&[&name]), &[&tampered]),
        DisclosureError::Unreferenced,
    );
    let outer = disclosure(json!(["salt", "outer", object_of(&[&name])]));
    refused(
        &sd_jwt(&object_of(&[&outer]), &[&name]),
        DisclosureError::Unreferenced,
    );
}

// Step 6: validity.

#[test]
fn step_6_a_time_to_come_is_refused_but_clocks_may_differ_a_little() {
    refused(
        &sd_jwt(&json!({"nbf": NOW + 61}), &[]),
        VerifyError::NotYetValid,
    );
    assert!(verify(&sd_jwt(&json!({"nbf": NOW + 60}), &[])).is_ok());
}

#[test]
fn step_6_what_has_expired_is_refused_also_when_the_time_is_disclosed() {
    refused(&sd_jwt(&json!({"exp": NOW}), &[]), VerifyError::Expired);
    refused(
        &sd_jwt(&json!({"exp": NOW as f64 - 0.5}), &[]),
        VerifyError::Expired,
    );
    assert!(verify(&sd_jwt(&json!({"exp": NOW + 1}), &[])).is_ok());
    let hidden = disclosure(json!(["salt", "exp", NOW - 1]));
    refused(
        &sd_jwt(&object_of(&[&hidden]), &[&hidden]),
        VerifyError::Expired,
    );
}

#[test]
fn step_6_a_time_that_is_no_number_is_refused() {
    refused(
        &sd_jwt(&json!({"exp": "tomorrow"}), &[]),
        VerifyError::Claim("exp"),
    );
    refused(
        &sd_jwt(&json!({"nbf": null}), &[]),
        VerifyError::Claim("nbf"),
    );
}

#[test]
fn step_6_what_is_meant_for_others_is_refused() {
    for audience in [json!("https://other.example"), json!([]), json!(["a", "b"])] {
        refused(
            &sd_jwt(&json!({"aud": audience}), &[]),
            VerifyError::Audience,
        );
    }
    refused(&sd_jwt(&json!({"aud": 1}), &[]), VerifyError::Claim("aud"));
}

// The order.

#[test]
fn when_everything_is_wrong_the_first_step_speaks_then_the_next() {
    let expired = disclosure(json!(["salt", "exp", NOW - 1]));
    let reserved = disclosure(json!(["salt", "_sd", []]));
    let stray = disclosure(json!(["salt", "stray", 1]));
    let payload = |digests: &[&str], hash: &str, exp: i64| {
        let mut payload = object_of(digests);
        payload["_sd_alg"] = hash.into();
        payload["nbf"] = (NOW + exp).into();
        payload
    };
    let all = [&*reserved, &*stray, &*stray];
    let signed_by_other = {
        let key = new_key();
        let payload = payload(&[&reserved, &expired, &expired], "md5", 1_000);
        jws::sign_json(&jws::Header::new(TYP), &payload, &key).unwrap()
    };
    let bad = |digests: &[&str], hash, nbf, disclosures: &[&str]| {
        sd_jwt(&payload(digests, hash, nbf), disclosures)
    };
    let twice = [&*reserved, &*expired, &*expired];
    let without = [&*expired, &*expired];
    for (text, expected) in [
        (
            format!("{signed_by_other}~{stray}~"),
            VerifyError::IssuerSignature,
        ),
        (
            bad(&twice, "md5", 1_000, &all),
            DisclosureError::HashAlgorithm.into(),
        ),
        (
            bad(&twice, "sha-256", 1_000, &all),
            DisclosureError::Repeated.into(),
        ),
        (
            bad(&twice, "sha-256", 1_000, &[&reserved, &stray]),
            DisclosureError::ReservedName.into(),
        ),
        (
            bad(&without, "sha-256", 1_000, &[&stray]),
            DisclosureError::DigestRepeated.into(),
        ),
        (
            bad(&[&expired], "sha-256", 1_000, &[&stray]),
            DisclosureError::Unreferenced.into(),
        ),
        (
            bad(&[&expired], "sha-256", 1_000, &[&expired]),
            VerifyError::NotYetValid,
        ),
        (
            bad(&[&expired], "sha-256", 0, &[&expired]),
            VerifyError::Expired,
        ),
    ] {
        assert_eq!(verify(&text).unwrap_err(), expected);
    }
    assert!(verify(&bad(&[&expired], "sha-256", 0, &[])).is_ok());
}
