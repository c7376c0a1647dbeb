//! A code from the issuer through the phone to the checker, and everything that may be wrong with it.

use std::sync::LazyLock;

use ciborium::Value as Cbor;
use jose::{Jwk, PublicKey, Signer, SoftwareKey};
use proptest::prelude::*;
use qr_proof::{
    CborFault, Claim169, DecodeError, EncodeError, PREFIX, Policy, StatusRef, TokenClaims,
    TokenError, Value, VerifyError, decode, issue, prove, read_token, token_key_id, verify_token,
};

const AUDIENCE: &str = "sid:in-person:1";
const ISSUED: i64 = 1_795_000_000;
const EXPIRES: i64 = ISSUED + 7 * 86_400;
const NOW: i64 = ISSUED + 3_600;
const KEY_ID: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

struct Keys {
    issuer: SoftwareKey,
    holder: SoftwareKey,
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let rng = ring::rand::SystemRandom::new();
    Keys {
        issuer: SoftwareKey::generate(&rng).unwrap(),
        holder: SoftwareKey::generate(&rng).unwrap(),
    }
});

/// What a real card says, at full length.
fn realistic_claims() -> TokenClaims {
    let mut identity = Claim169::default();
    identity.insert(1, Value::Text("20260417".into()));
    identity.insert(
        4,
        Value::Text("Nora Elise Østby Sárá Larsen".chars().take(27).collect()),
    );
    identity.insert(8, Value::Text("20080529".into()));
    identity.insert(75, Value::Text("Fjordviken videregående skole".into()));
    identity.insert(76, Value::Int(1));
    identity.insert(77, Value::Text("2STUSA".into()));
    identity.insert(78, Value::Text("2026-H".into()));
    identity.insert(79, Value::Int(20_270_731));
    TokenClaims {
        issuer: "http://issuer.fjordviken.example:80".into(),
        issued_at: ISSUED,
        expires_at: EXPIRES,
        holder: KEYS.holder.public_jwk(),
        status: Some(StatusRef {
            uri: "http://issuer.fjordviken.example:80/status-lists/17".into(),
            idx: 131_071,
        }),
        identity,
    }
}

fn token() -> Vec<u8> {
    issue(&realistic_claims(), &KEY_ID, &KEYS.issuer).unwrap()
}

fn code() -> String {
    prove(&token(), AUDIENCE, NOW, None, &KEYS.holder).unwrap()
}

fn check(
    text: &str,
    issuer: &Jwk,
    change: impl FnOnce(&mut Policy<'_>),
) -> Result<(), VerifyError> {
    let mut policy = Policy::new(issuer, AUDIENCE, NOW);
    change(&mut policy);
    decode(text)
        .expect("the form is right")
        .verify(&policy)
        .map(|_| ())
}

#[test]
fn a_code_says_what_the_issuer_said() {
    let code = decode(&code()).unwrap();
    assert_eq!(code.key_id(), KEY_ID);
    assert_eq!(*code.claims(), realistic_claims());
    let verified = code
        .verify(&Policy::new(&KEYS.issuer.public_jwk(), AUDIENCE, NOW + 20))
        .unwrap();
    assert_eq!(verified.claims, realistic_claims());
    assert_eq!(verified.issued_at, NOW);
    assert_eq!(verified.proof_id, code.proof_id());
}

#[test]
fn the_usual_code_fits_its_budget() {
    let text = code();
    assert!(text.len() <= 700, "{} characters", text.len());
    assert!(
        text.chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || " $%*+-./:".contains(c))
    );
}

#[test]
fn a_code_with_a_small_picture_fits_its_budget() {
    let mut claims = realistic_claims();
    claims.identity.insert(16, Value::Bytes(vec![0xa5; 515]));
    claims.identity.insert(17, Value::Int(4));
    let token = issue(&claims, &KEY_ID, &KEYS.issuer).unwrap();
    let text = prove(&token, AUDIENCE, NOW, None, &KEYS.holder).unwrap();
    assert!(text.len() <= 1_500, "{} characters", text.len());
}

#[test]
fn each_refusal_has_its_own_name() {
    let rng = ring::rand::SystemRandom::new();
    let stranger = SoftwareKey::generate(&rng).unwrap();
    let issuer = KEYS.issuer.public_jwk();
    let text = code();
    let answered = prove(&token(), AUDIENCE, NOW, Some(b"challenge"), &KEYS.holder).unwrap();
    assert_eq!(check(&text, &issuer, |_| {}), Ok(()));
    assert_eq!(
        check(&answered, &issuer, |p| p.nonce = Some(b"challenge")),
        Ok(())
    );

    assert_eq!(
        check(&text, &stranger.public_jwk(), |_| {}),
        Err(VerifyError::IssuerSignature)
    );
    assert_eq!(
        check(&text, &issuer, |p| p.now = ISSUED - 16),
        Err(VerifyError::TokenNotYetValid)
    );
    assert_eq!(
        check(&text, &issuer, |p| p.now = EXPIRES),
        Err(VerifyError::TokenExpired)
    );
    assert_eq!(
        check(&text, &issuer, |p| p.audience = "sid:exam:1"),
        Err(VerifyError::Audience)
    );
    assert_eq!(
        check(&text, &issuer, |p| p.nonce = Some(b"challenge")),
        Err(VerifyError::Nonce)
    );
    assert_eq!(
        check(&answered, &issuer, |p| p.nonce = Some(b"another challenge")),
        Err(VerifyError::Nonce)
    );
    assert_eq!(check(&answered, &issuer, |_| {}), Err(VerifyError::Nonce));
}

#[test]
fn a_screenshot_of_the_code_is_refused_after_a_minute() {
    let issuer = KEYS.issuer.public_jwk();
    let text = code();
    for (offset, expected) in [
        (0, Ok(())),
        (45, Ok(())),
        (46, Err(VerifyError::TooOld { seconds: 46 })),
        (60, Err(VerifyError::TooOld { seconds: 60 })),
        (-15, Ok(())),
        (-16, Err(VerifyError::ClockAhead { seconds: 16 })),
        (-600, Err(VerifyError::ClockAhead { seconds: 600 })),
    ] {
        assert_eq!(
            check(&text, &issuer, |p| p.now = NOW + offset),
            expected,
            "{offset} s"
        );
    }
    assert_eq!(
        check(&text, &issuer, |p| p.now = i64::MAX),
        Err(VerifyError::TokenExpired)
    );
    assert_eq!(
        check(&text, &issuer, |p| p.now = i64::MIN),
        Err(VerifyError::TokenNotYetValid)
    );
}

#[test]
fn a_stolen_token_is_worth_nothing_without_its_key() {
    let rng = ring::rand::SystemRandom::new();
    let thief = SoftwareKey::generate(&rng).unwrap();
    assert!(matches!(
        prove(&token(), AUDIENCE, NOW, None, &thief),
        Err(EncodeError::OtherHolder)
    ));

    // What a thief's own program would make: the right token under the wrong signature.
    let forged = proof_by_hand(&thief, vec![], vec![]);
    assert_eq!(
        check(&forged, &KEYS.issuer.public_jwk(), |_| {}),
        Err(VerifyError::HolderSignature)
    );
}

#[test]
fn an_issuer_that_is_not_the_issuer_is_refused() {
    let rng = ring::rand::SystemRandom::new();
    let forger = SoftwareKey::generate(&rng).unwrap();
    let token = issue(&realistic_claims(), &KEY_ID, &forger).unwrap();
    let text = prove(&token, AUDIENCE, NOW, None, &KEYS.holder).unwrap();
    assert_eq!(
        check(&text, &KEYS.issuer.public_jwk(), |_| {}),
        Err(VerifyError::IssuerSignature)
    );
}

#[test]
fn a_code_is_told_from_the_next_one_and_not_by_its_signature() {
    let first = code();
    let next = prove(&token(), AUDIENCE, NOW + 15, None, &KEYS.holder).unwrap();
    let id = |text: &str| decode(text).unwrap().proof_id();
    assert_ne!(id(&first), id(&next));
    // The same proof signed again over the very same token is the same proof.
    let token = token();
    let [one, two] = [0, 0].map(|_| prove(&token, AUDIENCE, NOW, None, &KEYS.holder).unwrap());
    assert_ne!(one, two);
    assert_eq!(id(&one), id(&two));
}

#[test]
fn the_wallet_can_check_what_it_received() {
    let token = token();
    let issuer = KEYS.issuer.public_jwk();
    assert_eq!(token_key_id(&token).unwrap(), KEY_ID);
    assert_eq!(read_token(&token).unwrap(), realistic_claims());
    assert_eq!(
        verify_token(&token, &issuer, NOW).unwrap(),
        realistic_claims()
    );
    assert_eq!(
        verify_token(&token, &KEYS.holder.public_jwk(), NOW),
        Err(VerifyError::IssuerSignature.into())
    );
    assert_eq!(
        verify_token(&token, &issuer, EXPIRES),
        Err(VerifyError::TokenExpired.into())
    );
    assert_eq!(
        verify_token(&token, &issuer, ISSUED - 60),
        Err(VerifyError::TokenNotYetValid.into())
    );
    assert!(matches!(
        verify_token(&token[1..], &issuer, NOW),
        Err(TokenError::Decode(_))
    ));
}

#[test]
fn a_status_elsewhere_keeps_its_whole_address() {
    for (issuer, uri) in [
        ("https://id.example", "https://status.example/1"),
        ("https://id.example", "https://id.example.evil/1"),
        ("https://id.example", "https://id.example"),
        ("https://id.example/", "https://id.example/status/1"),
        (
            "https://id.example/county",
            "https://id.example/county/status/1",
        ),
        ("https://id.example/", "https://id.example//1"),
    ] {
        let status = Some(StatusRef {
            uri: uri.into(),
            idx: 0,
        });
        let claims = TokenClaims {
            issuer: issuer.into(),
            status,
            ..realistic_claims()
        };
        let token = issue(&claims, &KEY_ID, &KEYS.issuer).unwrap();
        assert_eq!(read_token(&token).unwrap(), claims, "{issuer} {uri}");
    }
    let status = Some(StatusRef {
        uri: "/status/1".into(),
        idx: 0,
    });
    let claims = TokenClaims {
        status,
        ..realistic_claims()
    };
    assert!(matches!(
        issue(&claims, &KEY_ID, &KEYS.issuer),
        Err(EncodeError::StatusUri)
    ));
}

#[test]
fn what_cannot_be_written_is_refused_when_writing() {
    let PublicKey::P256 { x, mut y } = KEYS.holder.public_jwk().key else {
        panic!("not P-256")
    };
    y[0] ^= 1;
    let claims = TokenClaims {
        holder: Jwk::p256(x, y),
        ..realistic_claims()
    };
    assert!(matches!(
        issue(&claims, &KEY_ID, &KEYS.issuer),
        Err(EncodeError::HolderKey)
    ));

    let mut claims = realistic_claims();
    claims.identity.insert(16, Value::Bytes(vec![0; 5_000]));
    assert!(matches!(
        issue(&claims, &KEY_ID, &KEYS.issuer),
        Err(EncodeError::TooLarge)
    ));

    let token = token();
    for nonce in [&b"short"[..], &[0; 65]] {
        let proof = prove(&token, AUDIENCE, NOW, Some(nonce), &KEYS.holder);
        assert!(matches!(proof, Err(EncodeError::Nonce)));
    }
}

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
fn the_tag_for_cwt_is_allowed() {
    let bytes = base45::decode(&code()[PREFIX.len()..]).unwrap();
    let mut tagged = vec![0xd8, 61];
    tagged.extend(bytes);
    let text = format!("{PREFIX}{}", base45::encode(tagged));
    assert_eq!(check(&text, &KEYS.issuer.public_jwk(), |_| {}), Ok(()));
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
