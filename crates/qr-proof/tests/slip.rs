//! A slip from the issuer over paper to the checker, and all that is none.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

mod common;

use ciborium::Value as Cbor;
use common::{KEY_ID, KEYS, code, realistic_claims, token};
use jose::{Jwk, Signer, SoftwareKey};
use proptest::prelude::*;
use qr_proof::{
    CborFault, Claim169, DecodeError, EncodeError, MAX_SLIP_LIFETIME, PREFIX, SLIP_PREFIX,
    SlipClaims, StatusRef, TOKEN_PREFIX, Value, VerifyError, decode, decode_slip, decode_token,
    is_slip, issue_slip, link, read_token, show_slip, show_token, slip_link,
};

const PAGE: &str = "https://bevis.fjordviken.example/kontroll";
const ISSUED: i64 = 1_795_000_000;
const EXPIRES: i64 = ISSUED + 10 * 3_600;

fn claims() -> SlipClaims {
    let living = realistic_claims();
    let mut identity = living.identity;
    identity.0.remove(&81);
    identity.insert(16, Value::Bytes(vec![0xa5; 550]));
    identity.insert(17, Value::Int(4));
    identity.insert(85, Value::Int(20_261_118));
    SlipClaims {
        issuer: living.issuer,
        issued_at: ISSUED,
        expires_at: EXPIRES,
        status: living.status.unwrap(),
        identity,
    }
}

fn slip() -> Vec<u8> {
    issue_slip(&claims(), &KEY_ID, &KEYS.issuer).unwrap()
}

fn issuer() -> Jwk {
    KEYS.issuer.public_jwk()
}

fn is_good(text: &str) -> bool {
    decode_slip(text).is_ok_and(|slip| slip.verify(&issuer(), ISSUED + 60, 15).is_ok())
}

#[test]
fn a_slip_says_what_the_issuer_said_in_both_its_forms() {
    let bytes = slip();
    let (text, link) = (show_slip(&bytes).unwrap(), slip_link(&bytes, PAGE).unwrap());
    let start = "HTTPS://BEVIS.FJORDVIKEN.EXAMPLE/KONTROLL#SIS1:";
    assert!(link.starts_with(start), "{link}");
    for text in [&text, &link] {
        assert!(is_slip(text));
        let slip = decode_slip(text).unwrap();
        assert_eq!(slip.key_id(), KEY_ID);
        assert_eq!(*slip.claims(), claims());
        assert_eq!(slip.verify(&issuer(), ISSUED, 15), Ok(&claims()));
        assert_eq!(
            slip.id(),
            decode_slip(&show_slip(&bytes).unwrap()).unwrap().id()
        );
    }
}

#[test]
fn a_slip_with_its_portrait_fits_one_code_that_a_phone_reads_from_paper() {
    let bytes = slip();
    for text in [show_slip(&bytes).unwrap(), slip_link(&bytes, PAGE).unwrap()] {
        assert!(text.len() <= 1_500, "{} characters", text.len());
        let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let plain = |c: char| upper(c) || " $%*+-./:#".contains(c);
        assert!(text.chars().all(plain));
    }
}

#[test]
fn a_slip_is_good_from_its_first_second_to_its_last() {
    let slip = decode_slip(&show_slip(&slip()).unwrap()).unwrap();
    let at = |now| slip.verify(&issuer(), now, 15).map(|_| ());
    assert_eq!(at(ISSUED - 16), Err(VerifyError::TokenNotYetValid));
    assert_eq!(at(ISSUED - 15), Ok(()));
    assert_eq!(at(EXPIRES - 1), Ok(()));
    assert_eq!(at(EXPIRES), Err(VerifyError::TokenExpired));
    assert_eq!(
        at(EXPIRES + MAX_SLIP_LIFETIME),
        Err(VerifyError::TokenExpired)
    );
    let stranger = SoftwareKey::generate(&ring::rand::SystemRandom::new()).unwrap();
    assert_eq!(
        slip.verify(&stranger.public_jwk(), ISSUED, 15),
        Err(VerifyError::IssuerSignature)
    );
}

#[test]
fn no_slip_is_made_for_more_than_a_day() {
    for (seconds, good) in [
        (i64::MIN / 2, false),
        (0, false),
        (1, true),
        (MAX_SLIP_LIFETIME, true),
        (MAX_SLIP_LIFETIME + 1, false),
    ] {
        let mut claims = claims();
        claims.expires_at = claims.issued_at.saturating_add(seconds);
        let made = issue_slip(&claims, &KEY_ID, &KEYS.issuer);
        assert_eq!(made.is_ok(), good, "{seconds}");
        if !good {
            assert!(matches!(made, Err(EncodeError::Lifetime)));
        }
    }
}

#[test]
fn neither_a_slip_in_another_frame_nor_another_code_in_a_slips_is_taken() {
    let slip = slip();
    let (living, token) = (code(), token());
    let living_bytes = base45::decode(&living[PREFIX.len()..]).unwrap();
    let framed = |prefix: &str, bytes: &[u8]| format!("{prefix}{}", base45::encode(bytes));
    const TYPE: DecodeError = DecodeError::Structure("the type");

    // A slip where another code is expected.
    assert_eq!(decode(&framed(PREFIX, &slip)).unwrap_err(), TYPE);
    assert_eq!(
        decode_token(&framed(TOKEN_PREFIX, &slip)).unwrap_err(),
        TYPE
    );
    assert_eq!(read_token(&slip).unwrap_err(), TYPE);
    assert!(matches!(show_token(&slip), Err(EncodeError::Token(TYPE))));
    assert!(matches!(
        link(&framed(PREFIX, &slip), PAGE).map(|link| decode(&link).unwrap_err()),
        Ok(TYPE)
    ));
    let own = show_slip(&slip).unwrap();
    assert_eq!(decode(&own).unwrap_err(), DecodeError::NotOurCode);
    assert_eq!(decode_token(&own).unwrap_err(), DecodeError::NotOurCode);
    let linked = slip_link(&slip, PAGE).unwrap();
    assert_eq!(decode(&linked).unwrap_err(), DecodeError::NotOurCode);
    // A slip as the token in a proof: there is no key that could have signed it, and its type is refused before.
    let inner: Cbor = ciborium::from_reader(&slip[..]).unwrap();
    let header = vec![(1.into(), (-7).into()), (13.into(), inner), typ(294)];
    let proof = by_hand(
        header,
        vec![(3.into(), "sid:exam".into()), (6.into(), ISSUED.into())],
    );
    assert_eq!(decode(&framed(PREFIX, &proof)).unwrap_err(), TYPE);

    // Another code where a slip is expected.
    for other in [&living_bytes, &token] {
        assert_eq!(decode_slip(&framed(SLIP_PREFIX, other)).unwrap_err(), TYPE);
        assert!(matches!(show_slip(other), Err(EncodeError::Token(TYPE))));
        assert!(matches!(
            slip_link(other, PAGE),
            Err(EncodeError::Token(TYPE))
        ));
    }
    for other in [
        living.clone(),
        show_token(&token).unwrap(),
        link(&living, PAGE).unwrap(),
    ] {
        assert!(!is_slip(&other), "{other}");
        assert_eq!(decode_slip(&other).unwrap_err(), DecodeError::NotOurCode);
    }
}

#[test]
fn text_that_is_no_slip_is_refused_with_its_reason() {
    let text = show_slip(&slip()).unwrap();
    let page = "https://bevis.example/kontroll";
    for (text, expected) in [
        ("", DecodeError::NotOurCode),
        ("https://bevis.example/meny#TOP", DecodeError::NotOurCode),
        ("mailto:a@b.example#SIS1:AAAA", DecodeError::NotOurCode),
        (&text.replacen("SIS1", "sis1", 1), DecodeError::NotOurCode),
        (&text.replacen("SIS1", "SIS2", 1), DecodeError::NotOurCode),
        (SLIP_PREFIX, DecodeError::Cbor(CborFault::Truncated)),
        ("SIS1:a", DecodeError::Base45),
        ("SIS1::::", DecodeError::Base45),
        (
            &format!("SIS1:{}", "0".repeat(6_200)),
            DecodeError::TooLarge,
        ),
        (
            &format!("{page}#SIS1:"),
            DecodeError::Cbor(CborFault::Truncated),
        ),
        (&format!("{page}#SIS1:abcd"), DecodeError::Base32),
        (&format!("{page}#SIS1:A"), DecodeError::Base32),
        (
            &format!("{page}#SIS1:{}", "A".repeat(6_600)),
            DecodeError::TooLarge,
        ),
    ] {
        assert_eq!(decode_slip(text).unwrap_err(), expected, "{text}");
    }
    assert!(slip_link(&slip(), "https://bevis.example/k?a=b").is_err());
}

#[test]
fn every_claim_is_there_once_of_its_kind_and_no_other() {
    const fn structure(what: &'static str) -> DecodeError {
        DecodeError::Structure(what)
    }
    let changed = |label: i64, to: Option<Cbor>| {
        let mut members: Vec<_> = members();
        members.retain(|(key, _)| *key != Cbor::from(label));
        members.extend(to.map(|to| (Cbor::from(label), to)));
        members.sort_by_key(|(key, _)| key.as_integer().map(i128::from));
        members
    };
    let key = Cbor::Map(vec![(1.into(), Cbor::Map(vec![]))]);
    let cases = [
        (changed(1, None), structure("iss is missing")),
        (changed(1, Some(7.into())), structure("iss")),
        (changed(4, None), structure("exp is missing")),
        (changed(4, Some("soon".into())), structure("exp")),
        (
            changed(4, Some((ISSUED + MAX_SLIP_LIFETIME + 1).into())),
            structure("good for more than a day"),
        ),
        (
            changed(4, Some(ISSUED.into())),
            structure("good for more than a day"),
        ),
        (changed(6, None), structure("iat is missing")),
        (
            changed(6, Some(i64::MIN.into())),
            structure("good for more than a day"),
        ),
        (changed(65535, None), structure("status is missing")),
        (
            changed(65535, Some(1.into())),
            structure("status is not a status_list reference"),
        ),
        (changed(169, None), structure("claim 169 is missing")),
        (
            changed(169, Some(Cbor::Map(vec![(4.into(), Cbor::Array(vec![]))]))),
            structure("claim 169 holds a value of another kind"),
        ),
        (
            changed(5, Some(ISSUED.into())),
            structure("a claim that no slip has"),
        ),
        (changed(8, Some(key)), structure("a claim that no slip has")),
        (
            changed(39, Some(Cbor::Bytes(vec![1; 16]))),
            structure("a claim that no slip has"),
        ),
    ];
    for (members, expected) in cases {
        let bytes = by_hand(header(Some(&KEY_ID)), members.clone());
        let text = format!("{SLIP_PREFIX}{}", base45::encode(bytes));
        assert_eq!(decode_slip(&text).unwrap_err(), expected, "{members:?}");
    }
    assert!(is_good(&format!(
        "{SLIP_PREFIX}{}",
        base45::encode(by_hand(header(Some(&KEY_ID)), members()))
    )));
}

#[test]
fn a_header_that_is_not_a_slips_is_refused() {
    let alg = |alg: i64| (Cbor::from(1), Cbor::from(alg));
    let kid = || (Cbor::from(4), Cbor::Bytes(KEY_ID.to_vec()));
    let text_typ = |typ: &str| (Cbor::from(16), Cbor::from(typ));
    for (header, expected) in [
        (vec![alg(-7), kid()], "the type"),
        (vec![alg(-7), kid(), typ(293)], "the type"),
        (
            vec![alg(-7), kid(), text_typ("application/slip+cwt")],
            "the type",
        ),
        (
            vec![
                alg(-7),
                kid(),
                (16.into(), Cbor::Bytes(b"slip+cwt".to_vec())),
            ],
            "the type",
        ),
        (vec![alg(-7), text_typ("slip+cwt")], "the slip names no key"),
        (
            vec![alg(-35), kid(), text_typ("slip+cwt")],
            "the algorithm is not ES256",
        ),
        (
            vec![kid(), text_typ("slip+cwt")],
            "the algorithm is not ES256",
        ),
    ] {
        let text = format!(
            "{SLIP_PREFIX}{}",
            base45::encode(by_hand(header, members()))
        );
        assert_eq!(
            decode_slip(&text).unwrap_err(),
            DecodeError::Structure(expected)
        );
    }
}

/// What an issuer wrote when this form was young must be read for as long as there are checkers of that time: its key's two
/// coordinates, and what `show_slip` and `slip_link` made of `slip()` then.
#[test]
fn a_slip_of_before_is_still_read() {
    let mut lines = include_str!("vectors/slip.txt").lines();
    let mut next = || lines.next().unwrap();
    let key: Vec<[u8; 32]> = [next(), next()]
        .map(|hex| {
            let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
            std::array::from_fn(byte)
        })
        .to_vec();
    let (text, linked) = (next(), next());
    for text in [text, linked] {
        let slip = decode_slip(text).unwrap();
        let said = slip.verify(&Jwk::p256(key[0], key[1]), ISSUED, 15).unwrap();
        assert_eq!(*said, claims());
    }
}

/// Every bit, as for a living code.
#[test]
fn any_one_flipped_bit_is_refused() {
    let bytes = slip();
    assert!(is_good(&show_slip(&bytes).unwrap()));
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let text = format!("{SLIP_PREFIX}{}", base45::encode(flipped));
        assert!(!is_good(&text), "bit {bit}");
    }
    // The letters of a page's address are nobody's promise; all behind its `#` is. A sample, of every place and bit.
    let link = slip_link(&bytes, PAGE).unwrap();
    let from = link.find('#').unwrap();
    for bit in (from * 8..link.len() * 8)
        .filter(|bit| bit % 8 != 7)
        .step_by(9)
    {
        let mut flipped = link.clone().into_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(
            !is_good(std::str::from_utf8(&flipped).unwrap()),
            "bit {bit} of the link"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_slip_comes_back_as_it_was(
        name in ".{0,60}", idx in any::<u64>(), issued_at in -1_000_000_000_000_i64..1_000_000_000_000,
        seconds in 1..=MAX_SLIP_LIFETIME,
    ) {
        let mut identity = Claim169::default();
        identity.insert(4, Value::Text(name));
        let issuer = "https://bevis.example".to_owned();
        let status = StatusRef { uri: format!("{issuer}/status-lists/2"), idx };
        let claims = SlipClaims { issuer, issued_at, expires_at: issued_at + seconds, status, identity };
        let bytes = issue_slip(&claims, &KEY_ID, &KEYS.issuer).unwrap();
        for text in [show_slip(&bytes).unwrap(), slip_link(&bytes, PAGE).unwrap()] {
            let slip = decode_slip(&text).unwrap();
            prop_assert_eq!(slip.claims(), &claims);
        }
    }

    #[test]
    fn any_text_is_answered_without_a_panic(text in ".{0,200}", tail in "[0-9A-Z $%*+./:-]{0,400}") {
        let _ = decode_slip(&text);
        let _ = decode_slip(&format!("{SLIP_PREFIX}{tail}"));
        let _ = decode_slip(&format!("{PAGE}#{SLIP_PREFIX}{tail}"));
    }
}

fn typ(typ: i64) -> (Cbor, Cbor) {
    (16.into(), typ.into())
}

/// The protected header of a slip.
fn header(kid: Option<&[u8]>) -> Vec<(Cbor, Cbor)> {
    let mut header = vec![(1.into(), (-7).into())];
    header.extend(kid.map(|kid| (4.into(), Cbor::Bytes(kid.to_vec()))));
    header.push((16.into(), "slip+cwt".into()));
    header
}

/// The claims of a slip, by hand.
fn members() -> Vec<(Cbor, Cbor)> {
    let list = vec![
        ("idx".into(), 7.into()),
        ("uri".into(), "/status-lists/2".into()),
    ];
    let status = Cbor::Map(vec![("status_list".into(), Cbor::Map(list))]);
    vec![
        (1.into(), "https://bevis.example".into()),
        (4.into(), EXPIRES.into()),
        (6.into(), ISSUED.into()),
        (169.into(), Cbor::Map(vec![(4.into(), "Nora".into())])),
        (65535.into(), status),
    ]
}

/// COSE_Sign1 written without the crate (RFC 9052 §4.4), signed by the issuer.
fn by_hand(protected: Vec<(Cbor, Cbor)>, payload: Vec<(Cbor, Cbor)>) -> Vec<u8> {
    let encode = |value: &Cbor| {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes).unwrap();
        bytes
    };
    let protected = Cbor::Bytes(encode(&Cbor::Map(protected)));
    let payload = Cbor::Bytes(encode(&Cbor::Map(payload)));
    let empty = Cbor::Bytes(vec![]);
    let structure = vec![
        "Signature1".into(),
        protected.clone(),
        empty,
        payload.clone(),
    ];
    let signature = KEYS.issuer.sign(&encode(&Cbor::Array(structure))).unwrap();
    let parts = vec![
        protected,
        Cbor::Map(vec![]),
        payload,
        Cbor::Bytes(signature.to_vec()),
    ];
    encode(&Cbor::Tag(18, Box::new(Cbor::Array(parts))))
}
