use jose::{SoftwareKey, base64url};
use ring::rand::SystemRandom;
use serde_json::json;

use super::*;

const ISSUER: &str = "https://issuer.example/county";
const CLIENT: &str = "lommebevis-app";
const NONCE: &str = "nonce-1";
const NOW: i64 = 1_760_000_000;

fn new_key() -> SoftwareKey {
    SoftwareKey::generate(&SystemRandom::new()).unwrap()
}

fn expected() -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        client_id: CLIENT,
        now: NOW,
        max_age: DEFAULT_MAX_AGE,
    }
}

/// A proof with this header and these claims, whatever they are, and a signature that holds.
fn signed(header: &Value, claims: &Value, signer: &dyn Signer) -> String {
    let input = format!(
        "{}.{}",
        base64url(header.to_string().as_bytes()),
        base64url(claims.to_string().as_bytes())
    );
    let signature = signer.sign(input.as_bytes()).unwrap();
    format!("{input}.{}", base64url(&signature))
}

fn good_header(key: &SoftwareKey) -> Value {
    json!({"alg": "ES256", "typ": TYP, "jwk": key.public_jwk()})
}

fn good_claims() -> Value {
    json!({"iss": CLIENT, "aud": ISSUER, "iat": NOW, "nonce": NONCE})
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().shift_remove(name);
    value
}

fn with(mut value: Value, name: &str, content: Value) -> Value {
    value[name] = content;
    value
}

/// The variant's name, to compare errors that hold sources.
fn kind(outcome: &Result<KeyProof, ProofError>) -> String {
    match outcome {
        Ok(_) => "accepted".into(),
        Err(error) => {
            let shown = format!("{error:?}");
            let end = shown.find([' ', '(']).unwrap_or(shown.len());
            shown[..end].to_owned()
        }
    }
}

#[test]
fn a_proof_gives_its_key_nonce_and_time() {
    let key = new_key();
    let jwt = prove(ISSUER, CLIENT, NONCE, NOW - 10, &key).unwrap();
    let proof = verify(&jwt, &expected()).unwrap();
    assert_eq!(
        proof,
        KeyProof {
            jwk: key.public_jwk(),
            nonce: NONCE.into(),
            issued_at: NOW - 10,
            key_attestation: None,
            other: Map::new(),
        }
    );
}

fn claims(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[test]
fn further_claims_come_out_as_they_went_in() {
    let key = new_key();
    let other = claims(json!({"key_protection": "hardware", "n": [1, {"deep": null}]}));
    let jwt = prove_with(ISSUER, CLIENT, NONCE, NOW, &key, None, other.clone()).unwrap();
    assert_eq!(verify(&jwt, &expected()).unwrap().other, other);
}

#[test]
fn a_further_claim_cannot_take_the_place_of_a_jwts_own() {
    let key = new_key();
    for name in OWN_CLAIMS {
        let other = claims(json!({name: "another"}));
        let refused = prove_with(ISSUER, CLIENT, NONCE, NOW, &key, None, other);
        assert!(matches!(refused, Err(SignError::Claim)), "{name}");
    }
}

#[test]
fn many_and_long_further_claims_are_left_unread_and_refuse_no_proof() {
    let key = new_key();
    let mut sent = good_claims();
    sent["long"] = json!("x".repeat(MAX_OTHER_CLAIM));
    sent["exp"] = json!(1);
    sent["first"] = json!("kept");
    for number in 0..40 {
        sent[format!("claim-{number}")] = json!(number);
    }
    let proof = verify(&signed(&good_header(&key), &sent, &key), &expected()).unwrap();
    assert_eq!(proof.other.len(), MAX_OTHER_CLAIMS);
    assert!(!proof.other.contains_key("long") && !proof.other.contains_key("exp"));
    assert_eq!(proof.other["first"], json!("kept"));
}

#[test]
fn a_key_attestation_comes_along_unchecked() {
    let key = new_key();
    let attested = prove_attested(ISSUER, CLIENT, NONCE, NOW, &key, Some("jwt".into())).unwrap();
    let proof = verify(&attested, &expected()).unwrap();
    assert_eq!(proof.key_attestation.as_deref(), Some("jwt"));
    let header = with(good_header(&key), "key_attestation", json!({"jwt": 1}));
    let odd = signed(&header, &good_claims(), &key);
    assert_eq!(kind(&verify(&odd, &expected())), "KeyAttestation");
}

#[test]
fn a_proof_has_the_form_of_appendix_f() {
    let key = new_key();
    let jws = Jws::parse(&prove(ISSUER, CLIENT, NONCE, NOW, &key).unwrap()).unwrap();
    assert_eq!(
        serde_json::to_value(jws.header()).unwrap(),
        good_header(&key)
    );
    assert_eq!(
        serde_json::from_slice::<Value>(jws.unverified_payload()).unwrap(),
        good_claims()
    );
}

#[test]
fn proofs_that_break_a_rule_of_f_4_are_refused_though_the_signature_holds() {
    let key = new_key();
    let (header, claims) = (good_header(&key), good_claims());
    let private = with(header["jwk"].clone(), "d", json!("AQAB"));
    let rsa = json!({"kty": "RSA", "n": base64url(&[255; 256]), "e": "AQAB"});
    let off_curve =
        json!({"kty": "EC", "crv": "P-256", "x": base64url(&[1; 32]), "y": base64url(&[1; 32])});
    let named = |name, content| (with(header.clone(), name, content), claims.clone());
    let claimed = |name, content| (header.clone(), with(claims.clone(), name, content));
    let header_without = |name| (without(header.clone(), name), claims.clone());
    let claims_without = |name| (header.clone(), without(claims.clone(), name));

    for (case, (header, claims), error) in [
        // The base case, and what is optional.
        (
            "as it should be",
            (header.clone(), claims.clone()),
            "accepted",
        ),
        ("no iss", claims_without("iss"), "accepted"),
        ("more claims", claimed("jti", json!("1")), "accepted"),
        (
            "more header",
            named("key_attestation", json!("ey")),
            "accepted",
        ),
        // All required claims.
        ("no aud", claims_without("aud"), "Claims"),
        ("no iat", claims_without("iat"), "Claims"),
        ("iat is text", claimed("iat", json!("now")), "Claims"),
        ("aud is a list", claimed("aud", json!([ISSUER])), "Claims"),
        ("nonce is a number", claimed("nonce", json!(1)), "Claims"),
        ("claims are a list", (header.clone(), json!([1])), "Claims"),
        // Explicitly typed.
        ("no typ", header_without("typ"), "Type"),
        ("another typ", named("typ", json!("JWT")), "Type"),
        ("a DPoP proof", named("typ", json!("dpop+jwt")), "Type"),
        (
            "an old draft's typ",
            named("typ", json!("openid4vci-proof")),
            "Type",
        ),
        // Algorithm.
        ("alg none", named("alg", json!("none")), "Algorithm"),
        ("no alg", header_without("alg"), "Algorithm"),
        ("HMAC", named("alg", json!("HS256")), "Algorithm"),
        ("RS256", named("alg", json!("RS256")), "Algorithm"),
        ("ES384", named("alg", json!("ES384")), "Algorithm"),
        // Exactly one way to name the key.
        ("no jwk", header_without("jwk"), "KeyReference"),
        ("kid beside jwk", named("kid", json!("k")), "KeyReference"),
        (
            "x5c beside jwk",
            named("x5c", json!(["AA"])),
            "KeyReference",
        ),
        (
            "kid instead of jwk",
            (
                with(
                    without(header.clone(), "jwk"),
                    "kid",
                    json!("did:example:1"),
                ),
                claims.clone(),
            ),
            "KeyReference",
        ),
        ("an RSA key", named("jwk", rsa), "KeyReference"),
        ("no key at all", named("jwk", json!({})), "KeyReference"),
        ("jwk is text", named("jwk", json!("key")), "Malformed"),
        // Signature.
        (
            "another key",
            named("jwk", json!(new_key().public_jwk())),
            "Signature",
        ),
        ("a key off the curve", named("jwk", off_curve), "Signature"),
        // No private key.
        ("a private key", named("jwk", private), "PrivateKey"),
        // Audience and client.
        (
            "another issuer",
            claimed("aud", json!("https://other.example")),
            "Audience",
        ),
        (
            "a slash more",
            claimed("aud", json!(format!("{ISSUER}/"))),
            "Audience",
        ),
        ("another client", claimed("iss", json!("other")), "Client"),
        // Nonce.
        ("no nonce", claims_without("nonce"), "NoNonce"),
        ("an empty nonce", claimed("nonce", json!("")), "NoNonce"),
        // Time.
        (
            "oldest",
            claimed("iat", json!(NOW - DEFAULT_MAX_AGE)),
            "accepted",
        ),
        (
            "too old",
            claimed("iat", json!(NOW - DEFAULT_MAX_AGE - 1)),
            "TooOld",
        ),
        ("from 1970", claimed("iat", json!(0)), "TooOld"),
        (
            "the beginning of time",
            claimed("iat", json!(i64::MIN)),
            "TooOld",
        ),
        (
            "a little ahead",
            claimed("iat", json!(NOW + MAX_AHEAD)),
            "accepted",
        ),
        (
            "too far ahead",
            claimed("iat", json!(NOW + MAX_AHEAD + 1)),
            "Ahead",
        ),
        ("the end of time", claimed("iat", json!(i64::MAX)), "Ahead"),
        // Headers that demand more than is understood.
        ("crit", named("crit", json!(["exp"])), "Malformed"),
    ] {
        let outcome = verify(&signed(&header, &claims, &key), &expected());
        assert_eq!(kind(&outcome), error, "{case}");
        if let Err(error) = outcome {
            assert_eq!(error.code(), CredentialErrorCode::InvalidProof);
        }
    }
}

#[test]
fn texts_that_are_no_proofs_are_refused() {
    let good = prove(ISSUER, CLIENT, NONCE, NOW, &new_key()).unwrap();
    let unsigned = good[..=good.rfind('.').unwrap()].to_owned();
    for (case, text, error) in [
        ("empty", String::new(), "Malformed"),
        ("words", "not a proof".into(), "Malformed"),
        ("trailing data", format!("{good}.AA"), "Malformed"),
        ("trailing line break", format!("{good}\n"), "Malformed"),
        ("padding", format!("{good}=="), "Malformed"),
        ("no signature", unsigned, "Signature"),
        ("oversize", "A".repeat(MAX_LENGTH + 1), "TooLarge"),
    ] {
        assert_eq!(kind(&verify(&text, &expected())), error, "{case}");
    }
}

#[test]
fn the_clock_errors_say_by_how_much() {
    let jwt = prove(ISSUER, CLIENT, NONCE, NOW, &new_key()).unwrap();
    let at = |now| verify(&jwt, &Expected { now, ..expected() });
    assert!(matches!(
        at(NOW + 7200),
        Err(ProofError::TooOld { seconds: 7200 })
    ));
    assert!(matches!(
        at(NOW - 7200),
        Err(ProofError::Ahead { seconds: 7200 })
    ));
}

#[test]
fn the_keys_of_one_request_must_differ() {
    let keys = [new_key(), new_key()];
    let proof = |key: &SoftwareKey, nonce| prove(ISSUER, CLIENT, nonce, NOW, key).unwrap();
    let proofs = verify_all(
        &[proof(&keys[0], NONCE), proof(&keys[1], NONCE)],
        &expected(),
    )
    .unwrap();
    assert_eq!(proofs[0].jwk, keys[0].public_jwk());
    assert_eq!(proofs[1].jwk, keys[1].public_jwk());

    let repeated = [
        proof(&keys[0], NONCE),
        proof(&keys[1], NONCE),
        proof(&keys[0], "nonce-2"),
    ];
    assert!(matches!(
        verify_all(&repeated, &expected()),
        Err(ProofError::RepeatedKey)
    ));
    let one_bad = [proof(&keys[0], NONCE), proof(&keys[1], "")];
    assert!(matches!(
        verify_all(&one_bad, &expected()),
        Err(ProofError::NoNonce)
    ));
}

#[test]
fn any_one_flipped_bit_is_refused() {
    let jwt = prove(ISSUER, CLIENT, NONCE, NOW, &new_key()).unwrap();
    for position in 0..jwt.len() {
        for bit in 0..8 {
            let mut bytes = jwt.clone().into_bytes();
            bytes[position] ^= 1 << bit;
            if let Ok(text) = String::from_utf8(bytes) {
                assert!(
                    verify(&text, &expected()).is_err(),
                    "byte {position}, bit {bit}"
                );
            }
        }
    }
}
