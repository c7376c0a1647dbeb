//! An issuer, a holder, and SD-JWTs put together by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::sync::LazyLock;

use jose::{Signer, SoftwareKey, jws};
use sd_jwt::{KeyBindingPolicy, SdJwt, VerifyError};
use serde_json::{Value, json};

pub(crate) const NOW: i64 = 1_795_000_000;
pub(crate) const TYP: &str = "example+sd-jwt";
pub(crate) const AUDIENCE: &str = "https://verifier.example";
pub(crate) const NONCE: &str = "n-0S6_WzA2Mj";

pub(crate) static ISSUER: LazyLock<SoftwareKey> = LazyLock::new(new_key);
pub(crate) static HOLDER: LazyLock<SoftwareKey> = LazyLock::new(new_key);

pub(crate) fn new_key() -> SoftwareKey {
    SoftwareKey::generate(&ring::rand::SystemRandom::new()).unwrap()
}

/// A Disclosure with these contents.
pub(crate) fn disclosure(contents: Value) -> String {
    jose::base64url(contents.to_string().as_bytes())
}

pub(crate) fn digest(text: &str) -> String {
    jose::base64url(&jose::sha256(text.as_bytes()))
}

/// An object with these Disclosures behind it.
pub(crate) fn object_of(disclosures: &[&str]) -> Value {
    json!({"_sd": disclosures.iter().map(|text| digest(text)).collect::<Vec<_>>()})
}

/// An array element with this Disclosure behind it.
pub(crate) fn element_of(disclosure: &str) -> Value {
    json!({"...": digest(disclosure)})
}

/// An SD-JWT whose issuer-signed part says exactly `payload`.
pub(crate) fn sd_jwt(payload: &Value, disclosures: &[&str]) -> String {
    let jwt = jws::sign_json(&jws::Header::new(TYP), payload, &*ISSUER).unwrap();
    let disclosures = disclosures.iter().map(|text| format!("{text}~"));
    format!("{jwt}~{}", disclosures.collect::<String>())
}

/// What a verifier says of it who needs no key binding.
pub(crate) fn verify(text: &str) -> Result<Value, VerifyError> {
    verify_by(text, &KeyBindingPolicy::NotRequired)
}

pub(crate) fn verify_by(text: &str, policy: &KeyBindingPolicy<'_>) -> Result<Value, VerifyError> {
    let verified = SdJwt::parse(text)?.verify(&ISSUER.public_jwk(), TYP, NOW, policy)?;
    Ok(Value::Object(verified.claims))
}

/// Demands that verifying ends with this.
#[track_caller]
pub(crate) fn refused(text: &str, expected: impl Into<VerifyError>) {
    assert_eq!(verify(text).unwrap_err(), expected.into());
}
