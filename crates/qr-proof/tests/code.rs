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
    EncodeError, Policy, StatusRef, TokenClaims, TokenError, Value, VerifyError, decode, issue,
    prove, read_token, token_key_id, verify_token,
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
