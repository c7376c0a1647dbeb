//! The issuer, the holder and the card of these tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::sync::LazyLock;

use jose::{Jwk, Signer, SoftwareKey};
use qr_proof::{
    Claim169, Policy, StatusRef, TokenClaims, Value, VerifyError, decode, issue, prove,
};

pub(crate) const AUDIENCE: &str = "sid:exam";
pub(crate) const ISSUED: i64 = 1_795_000_000;
pub(crate) const EXPIRES: i64 = ISSUED + 7 * 86_400;
pub(crate) const NOW: i64 = ISSUED + 3_600;
pub(crate) const KEY_ID: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

pub(crate) struct Keys {
    pub(crate) issuer: SoftwareKey,
    pub(crate) holder: SoftwareKey,
}

pub(crate) static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let rng = ring::rand::SystemRandom::new();
    Keys {
        issuer: SoftwareKey::generate(&rng).unwrap(),
        holder: SoftwareKey::generate(&rng).unwrap(),
    }
});

/// What a real card says, at full length.
pub(crate) fn realistic_claims() -> TokenClaims {
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
    identity.insert(79, Value::Int(20_270_731));
    identity.insert(80, Value::Int(1));
    identity.insert(81, Value::Bytes(vec![0xa5; 8]));
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

pub(crate) fn token() -> Vec<u8> {
    issue(&realistic_claims(), &KEY_ID, &KEYS.issuer).unwrap()
}

pub(crate) fn code() -> String {
    prove(&token(), AUDIENCE, NOW, None, &KEYS.holder).unwrap()
}

pub(crate) fn check(
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
