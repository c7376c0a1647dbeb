//! What is no code, or no longer the code that was signed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

mod common;

use ciborium::Value as Cbor;
use common::{AUDIENCE, KEY_ID, KEYS, NOW, check, code, token};
use jose::{Signer, SoftwareKey};
use proptest::prelude::*;
use qr_proof::{
    CborFault, Claim169, DecodeError, PREFIX, Policy, StatusRef, TokenClaims, Value, VerifyError,
    decode, issue, prove, read_token,
};

#[test]
fn text_that_is_no_code_is_refused_with_its_reason() {
    let text = code();
    let cases = [
        (
            "another QR code",
            "https://example.com/".to_owned(),
            DecodeError::NotOurCode,
        ),
        (
            "a lower-case prefix",
            text.replacen("SID1", "sid1", 1),
            DecodeError::NotOurCode,
        ),
        (
            "the next version",
            text.replacen("SID1", "SID2", 1),
            DecodeError::NotOurCode,
        ),
        (
            "nothing after the prefix",
            PREFIX.to_owned(),
            DecodeError::Cbor(CborFault::Truncated),
        ),
        (
            "a letter that is not base45",
            format!("{PREFIX}a"),
            DecodeError::Base45,
        ),
        (
            "three characters above 65535",
            format!("{PREFIX}:::"),
            DecodeError::Base45,
        ),
        (
            "two characters above 255",
            format!("{PREFIX}::"),
            DecodeError::Base45,
        ),
        (
            "letters outside ASCII",
            format!("{PREFIX}ÅØÆ"),
            DecodeError::Base45,
        ),
        (
            "too long",
            format!("{PREFIX}{}", "0".repeat(6_200)),
            DecodeError::TooLarge,
        ),
    ];
    for (name, text, expected) in cases {
        assert_eq!(decode(&text).unwrap_err(), expected, "{name}");
    }
}

#[test]
fn cbor_that_is_no_code_is_refused_with_its_reason() {
    let holder = &KEYS.holder;
    let inner: Cbor = ciborium::from_reader(&token()[..]).unwrap();
    let typ = |typ: i64| (Cbor::from(16), Cbor::from(typ));
    let cases: Vec<(&str, String, DecodeError)> = vec![
        (
            "a token without a proof",
            format!("{PREFIX}{}", base45::encode(token())),
            DecodeError::Structure("the type"),
        ),
        (
            "an algorithm outside the signature",
            proof_by_hand(holder, vec![], vec![(Cbor::from(1), Cbor::from(-7))]),
            DecodeError::Structure("an unprotected header"),
        ),
        (
            "another algorithm",
            by_hand(
                holder,
                vec![
                    (1.into(), (-35).into()),
                    (13.into(), inner.clone()),
                    typ(294),
                ],
                vec![],
                claims(),
            ),
            DecodeError::Structure("the algorithm is not ES256"),
        ),
        (
            "no algorithm",
            by_hand(
                holder,
                vec![(13.into(), inner.clone()), typ(294)],
                vec![],
                claims(),
            ),
            DecodeError::Structure("the algorithm is not ES256"),
        ),
        (
            "no token",
            by_hand(
                holder,
                vec![(1.into(), (-7).into()), typ(294)],
                vec![],
                claims(),
            ),
            DecodeError::Structure("the proof carries no token"),
        ),
        (
            "a proof in a proof",
            {
                let bytes = base45::decode(&code()[PREFIX.len()..]).unwrap();
                let nested: Cbor = ciborium::from_reader(&bytes[..]).unwrap();
                by_hand(
                    holder,
                    vec![(1.into(), (-7).into()), (13.into(), nested), typ(294)],
                    vec![],
                    claims(),
                )
            },
            DecodeError::Structure("the type"),
        ),
        (
            "an issuer in the proof",
            proof_by_hand(holder, vec![(1.into(), "me".into())], vec![]),
            DecodeError::Structure("iss or sub in the proof"),
        ),
        (
            "a time that is text",
            by_hand(
                holder,
                vec![
                    (1.into(), (-7).into()),
                    (13.into(), inner.clone()),
                    typ(294),
                ],
                vec![],
                vec![(3.into(), AUDIENCE.into()), (6.into(), "now".into())],
            ),
            DecodeError::Structure("iat"),
        ),
        (
            "no audience",
            by_hand(
                holder,
                vec![(1.into(), (-7).into()), (13.into(), inner), typ(294)],
                vec![],
                vec![(6.into(), NOW.into())],
            ),
            DecodeError::Structure("aud is missing"),
        ),
        (
            "bytes after the code",
            {
                let mut bytes = base45::decode(&code()[PREFIX.len()..]).unwrap();
                bytes.push(0);
                format!("{PREFIX}{}", base45::encode(bytes))
            },
            DecodeError::Cbor(CborFault::TrailingBytes),
        ),
        (
            "the audience twice in the proof",
            proof_by_hand(holder, vec![(3.into(), "other".into())], vec![]),
            DecodeError::Cbor(CborFault::DuplicateKey),
        ),
    ];
    for (name, text, expected) in cases {
        assert_eq!(decode(&text).unwrap_err(), expected, "{name}");
    }
}

#[test]
fn the_right_token_under_the_wrong_signature_is_refused() {
    // What the program of somebody who has copied a token would make.
    let thief = SoftwareKey::generate(&ring::rand::SystemRandom::new()).unwrap();
    let forged = proof_by_hand(&thief, vec![], vec![]);
    assert_eq!(
        check(&forged, &KEYS.issuer.public_jwk(), |_| {}),
        Err(VerifyError::HolderSignature)
    );
}

#[test]
fn the_tag_for_cwt_is_allowed() {
    let bytes = base45::decode(&code()[PREFIX.len()..]).unwrap();
    let mut tagged = vec![0xd8, 61];
    tagged.extend(bytes);
    let text = format!("{PREFIX}{}", base45::encode(tagged));
    assert_eq!(check(&text, &KEYS.issuer.public_jwk(), |_| {}), Ok(()));
}

/// Every bit, not a sample: the law that makes a code worth scanning.
#[test]
fn any_one_flipped_bit_is_refused() {
    let text = code();
    let issuer = KEYS.issuer.public_jwk();
    let policy = Policy::new(&issuer, AUDIENCE, NOW);
    let good = |text: &str| decode(text).is_ok_and(|code| code.verify(&policy).is_ok());
    assert!(good(&text));

    let bytes = base45::decode(&text[PREFIX.len()..]).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(
            !good(&format!("{PREFIX}{}", base45::encode(flipped))),
            "bit {bit} of the bytes"
        );
    }
    for bit in (0..text.len() * 8).filter(|bit| bit % 8 != 7) {
        let mut flipped = text.clone().into_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(
            !good(std::str::from_utf8(&flipped).unwrap()),
            "bit {bit} of the text"
        );
    }
    for end in 0..text.len() {
        assert!(!good(&text[..end]), "cut after {end}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_identity_comes_back_as_it_was(
        entries in prop::collection::btree_map(any::<i64>(), value(), 0..12),
        issuer in "https://[a-z]{1,12}\\.example(/[a-z]{0,8})?",
        idx in any::<u64>(),
        (issued_at, expires_at) in any::<(i64, i64)>(),
    ) {
        let status = Some(StatusRef { uri: format!("{issuer}/list"), idx });
        let identity = Claim169(entries);
        let holder = KEYS.holder.public_jwk();
        let claims = TokenClaims { issuer, issued_at, expires_at, holder, status, identity };
        let token = issue(&claims, &KEY_ID, &KEYS.issuer).unwrap();
        prop_assert_eq!(&read_token(&token).unwrap(), &claims);
        let text = prove(&token, AUDIENCE, NOW, None, &KEYS.holder).unwrap();
        let code = decode(&text).unwrap();
        prop_assert_eq!(code.claims(), &claims);
    }

    #[test]
    fn any_text_is_answered_without_a_panic(text in ".{0,200}", tail in "[0-9A-Z $%*+./:-]{0,400}") {
        let _ = decode(&text);
        let _ = decode(&format!("{PREFIX}{tail}"));
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_token(&bytes);
        let _ = decode(&format!("{PREFIX}{}", base45::encode(&bytes)));
    }
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Int),
        ".{0,30}".prop_map(Value::Text),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        any::<bool>().prop_map(Value::Bool),
    ]
}

fn claims() -> Vec<(Cbor, Cbor)> {
    vec![(3.into(), AUDIENCE.into()), (6.into(), NOW.into())]
}

/// A proof with further claims put first, and an unprotected header.
fn proof_by_hand(
    key: &SoftwareKey,
    first: Vec<(Cbor, Cbor)>,
    unprotected: Vec<(Cbor, Cbor)>,
) -> String {
    let inner: Cbor = ciborium::from_reader(&token()[..]).unwrap();
    let header = vec![
        (1.into(), (-7).into()),
        (13.into(), inner),
        (16.into(), 294.into()),
    ];
    by_hand(
        key,
        header,
        unprotected,
        first.into_iter().chain(claims()).collect(),
    )
}

/// COSE_Sign1 written without the crate, as RFC 9052 §4.4 says.
fn by_hand(
    key: &SoftwareKey,
    protected: Vec<(Cbor, Cbor)>,
    unprotected: Vec<(Cbor, Cbor)>,
    payload: Vec<(Cbor, Cbor)>,
) -> String {
    let encode = |value: &Cbor| {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes).unwrap();
        bytes
    };
    let protected = Cbor::Bytes(encode(&Cbor::Map(protected)));
    let payload = Cbor::Bytes(encode(&Cbor::Map(payload)));
    let structure = Cbor::Array(vec![
        "Signature1".into(),
        protected.clone(),
        Cbor::Bytes(vec![]),
        payload.clone(),
    ]);
    let signature = key.sign(&encode(&structure)).unwrap();
    let parts = vec![
        protected,
        Cbor::Map(unprotected),
        payload,
        Cbor::Bytes(signature.to_vec()),
    ];
    format!(
        "{PREFIX}{}",
        base45::encode(encode(&Cbor::Tag(18, Box::new(Cbor::Array(parts)))))
    )
}
