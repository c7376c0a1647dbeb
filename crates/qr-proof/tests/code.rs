//! A code from the issuer through the phone to the checker.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

mod common;

use common::{AUDIENCE, EXPIRES, ISSUED, KEY_ID, KEYS, NOW, check, code, realistic_claims, token};
use jose::{Jwk, PublicKey, Signer, SoftwareKey};
use qr_proof::{
    Claim169, DecodeError, EncodeError, Policy, StatusRef, TokenClaims, TokenError, Value,
    VerifyError, decode, decode_token, issue, link, prove, read_token, show_token, token_key_id,
    verify_token,
};

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
fn debug_says_nothing_about_the_holder() {
    let code = format!("{:?}", decode(&code()).unwrap().claims());
    assert!(
        !code.contains("Nora") && !code.contains("20080529"),
        "{code}"
    );
}

#[test]
fn a_still_code_with_a_small_picture_fits_its_budget_and_is_checked_by_itself() {
    let mut claims = realistic_claims();
    claims.identity = Claim169::default();
    claims.identity.insert(16, Value::Bytes(vec![0xa5; 650]));
    claims.identity.insert(17, Value::Int(4));
    let token = issue(&claims, &KEY_ID, &KEYS.issuer).unwrap();
    let text = show_token(&token).unwrap();
    assert!(text.len() <= 1_500, "{} characters", text.len());

    let still = decode_token(&text).unwrap();
    assert_eq!((still.key_id(), still.claims()), (&KEY_ID[..], &claims));
    let issuer = KEYS.issuer.public_jwk();
    assert_eq!(still.verify(&issuer, NOW, 15), Ok(&claims));
    for (key, now, error) in [
        (KEYS.holder.public_jwk(), NOW, VerifyError::IssuerSignature),
        (issuer.clone(), ISSUED - 16, VerifyError::TokenNotYetValid),
        (issuer.clone(), EXPIRES, VerifyError::TokenExpired),
    ] {
        assert_eq!(still.verify(&key, now, 15), Err(error));
    }
}

#[test]
fn a_still_code_never_passes_for_a_living_one_nor_the_other_way_round() {
    let still = show_token(&token()).unwrap();
    assert_eq!(decode(&still).unwrap_err(), DecodeError::NotOurCode);
    let as_code = still.replacen("SIP1:", "SID1:", 1);
    assert_eq!(
        decode(&as_code).unwrap_err(),
        DecodeError::Structure("the type")
    );
    let living = code();
    assert_eq!(decode_token(&living).unwrap_err(), DecodeError::NotOurCode);
    let as_still = living.replacen("SID1:", "SIP1:", 1);
    assert_eq!(
        decode_token(&as_still).unwrap_err(),
        DecodeError::Structure("the type")
    );
    assert!(matches!(show_token(b"junk"), Err(EncodeError::Token(_))));
}

#[test]
fn a_link_is_the_same_code_in_the_characters_of_a_qr_code() {
    let text = code();
    let link = link(&text, "https://bevis.fjordviken.example/kontroll").unwrap();
    let (page, fragment) = link.split_once('#').unwrap();
    assert_eq!(page, "HTTPS://BEVIS.FJORDVIKEN.EXAMPLE/KONTROLL");
    assert!(
        fragment
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    );
    let issuer = KEYS.issuer.public_jwk();
    assert_eq!(check(&link, &issuer, |_| {}), Ok(()));
    assert_eq!(
        decode(&link).unwrap().proof_id(),
        decode(&text).unwrap().proof_id()
    );
    // A camera may give the address back in small letters; the fragment it must leave alone.
    let small = format!("https://bevis.fjordviken.example/KONTROLL#{fragment}");
    assert_eq!(check(&small, &issuer, |_| {}), Ok(()));
}

#[test]
fn other_links_are_other_codes_and_damaged_ones_are_refused() {
    let link = link(&code(), "https://bevis.fjordviken.example/kontroll").unwrap();
    for text in [
        "https://bevis.fjordviken.example/kontroll",
        "https://bevis.fjordviken.example/kontroll#",
        "https://www.example.org/#om-oss",
        &link.replacen("HTTPS", "FTP", 1),
        &link.to_ascii_lowercase(),
    ] {
        assert_eq!(decode(text).unwrap_err(), DecodeError::NotOurCode, "{text}");
    }
    let longer = format!("{link}AAAAAAAA");
    assert!(matches!(decode(&longer), Err(DecodeError::Cbor(_))));
    let huge = format!("HTTPS://A.EXAMPLE/#{}", "A".repeat(10_000));
    assert_eq!(decode(&huge).unwrap_err(), DecodeError::TooLarge);
    for page in [
        "bevis.example",
        "https://bevis.example/?a=1",
        "https://bevis.example/#a",
    ] {
        assert!(
            matches!(qr_proof::link(&code(), page), Err(EncodeError::Page)),
            "{page}"
        );
    }
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
        check(&text, &issuer, |p| p.audience = "sid:travel"),
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
