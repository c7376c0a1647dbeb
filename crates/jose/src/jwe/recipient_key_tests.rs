use proptest::prelude::*;
use ring::rand::SystemRandom;
use serde_json::{Value, json};

use super::*;
use crate::jwe::{ContentEncryption, MAX_COMPACT_LENGTH, encrypt};
use crate::{base64url, base64url_decode};

fn new_key() -> RecipientKey {
    RecipientKey::generate(&SystemRandom::new()).unwrap()
}

fn encrypted(to: &RecipientKey, enc: ContentEncryption, plaintext: &[u8]) -> String {
    encrypt(to.public_jwk(), enc, plaintext, &SystemRandom::new()).unwrap()
}

/// A message as it would be if its sender's key were `epk`.
fn with_sender(message: &str, epk: &Value) -> String {
    let (protected, rest) = message.split_once('.').unwrap();
    let mut header: Value = serde_json::from_slice(&base64url_decode(protected).unwrap()).unwrap();
    header["epk"] = epk.clone();
    format!("{}.{rest}", base64url(header.to_string().as_bytes()))
}

#[test]
fn one_key_decrypts_many_messages_also_after_it_was_stored() {
    let key = new_key();
    let again = RecipientKey::from_bytes(&key.to_bytes()).unwrap();
    assert_eq!(again.public_jwk(), key.public_jwk());
    for enc in ContentEncryption::ALL {
        for plaintext in [&b""[..], b"one", b"another"] {
            let compact = encrypted(&key, enc, plaintext);
            assert_eq!(*key.decrypt(&compact).unwrap(), plaintext);
            assert_eq!(*again.decrypt(&compact).unwrap(), plaintext);
        }
    }
}

#[test]
fn the_key_that_is_published_says_what_it_is_for_and_nothing_private() {
    let key = new_key();
    let written = serde_json::to_value(key.public_jwk()).unwrap();
    let mut names: Vec<_> = written.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    assert_eq!(written["alg"], "ECDH-ES");
    assert_eq!(written["use"], "enc");
    let EncryptionJwk { x, y, .. } = key.public;
    assert_eq!(written["kid"], crate::Jwk::p256(x, y).thumbprint());
}

#[test]
fn a_number_that_is_no_private_key_is_refused() {
    // SEC 2 §2.4.2, the order of P-256.
    let mut order = *b"\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51";
    for (case, bytes) in [
        ("zero", [0; 32]),
        ("the order", order),
        ("all ones", [0xff; 32]),
    ] {
        assert_eq!(
            RecipientKey::from_bytes(&bytes).unwrap_err(),
            KeyError::Malformed,
            "{case}"
        );
    }
    order[31] -= 1;
    assert!(RecipientKey::from_bytes(&order).is_ok());
}

#[test]
fn a_sender_whose_point_is_not_on_the_curve_learns_nothing() {
    let key = new_key();
    let good = encrypted(&key, ContentEncryption::A256Gcm, b"text");
    let (protected, _) = good.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&base64url_decode(protected).unwrap()).unwrap();
    let on_curve = &header["epk"];
    let point = |x: &[u8; 32], y: &[u8; 32]| json!({"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)});
    let prime = *b"\xff\xff\xff\xff\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
    let mut swapped = on_curve.clone();
    swapped["x"] = on_curve["y"].clone();
    swapped["y"] = on_curve["x"].clone();
    // y² = x³ - 3x + b' goes through any point for some b'; the curves of small order among them give the key away.
    for (case, epk) in [
        ("the point at infinity as zeros", point(&[0; 32], &[0; 32])),
        ("some point of another curve", point(&[1; 32], &[1; 32])),
        (
            "a point of order two on another curve",
            point(&[2; 32], &[0; 32]),
        ),
        ("coordinates that are not reduced", point(&prime, &prime)),
        ("all ones", point(&[0xff; 32], &[0xff; 32])),
        ("the coordinates swapped", swapped),
    ] {
        assert_eq!(
            key.decrypt(&with_sender(&good, &epk)).unwrap_err(),
            DecryptError::Header,
            "{case}"
        );
    }
    // A point of the curve that is another's is answered as wrong content, no sooner.
    let other = encrypted(&new_key(), ContentEncryption::A256Gcm, b"text");
    let (other, _) = other.split_once('.').unwrap();
    let other: Value = serde_json::from_slice(&base64url_decode(other).unwrap()).unwrap();
    assert_eq!(
        key.decrypt(&with_sender(&good, &other["epk"])).unwrap_err(),
        DecryptError::Content
    );
}

#[test]
fn a_message_to_another_key_is_told_from_a_damaged_one() {
    let (key, former) = (new_key(), new_key());
    let compact = encrypted(&former, ContentEncryption::A128Gcm, b"text");
    assert_eq!(key.decrypt(&compact).unwrap_err(), DecryptError::OtherKey);
    assert_eq!(*former.decrypt(&compact).unwrap(), b"text");
    assert_eq!(
        key.decrypt(&"A".repeat(MAX_COMPACT_LENGTH + 1))
            .unwrap_err(),
        DecryptError::TooLarge
    );
}

#[test]
fn debug_output_shows_the_name_and_no_key_bytes() {
    let key = new_key();
    let shown = format!("{key:?}");
    assert!(shown.contains(key.public_jwk().kid().unwrap()));
    assert!(shown.len() < 120, "{shown}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_one_flipped_bit_does_not_decrypt(place: prop::sample::Index, bit in 0u8..7) {
        let key = new_key();
        let mut bytes = encrypted(&key, ContentEncryption::A128Gcm, b"a secret").into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let text = String::from_utf8(bytes).unwrap();
        prop_assert!(key.decrypt(&text).is_err());
    }

    #[test]
    fn no_text_makes_decrypting_panic(text in "[A-Za-z0-9_.-]{0,80}") {
        let _ = new_key().decrypt(&text);
    }
}
