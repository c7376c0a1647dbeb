//! Properly signed envelopes around foreign content, so that the readers behind the signature are reached.

use std::hash::{DefaultHasher, Hash, Hasher};

use ciborium::Value as Cbor;
use jose::{Signer, base64url};

use crate::keys::Party;

/// The lines of an input; the first `N` at most, the last with all the rest in it.
#[must_use]
pub fn lines<const N: usize>(data: &[u8]) -> [&[u8]; N] {
    let mut parts = data.splitn(N, |byte| *byte == b'\n');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// A compact JWS with just this header and payload, whatever they are.
#[must_use]
pub fn jws(header: &[u8], payload: &[u8], signer: &Party) -> String {
    let signed = format!("{}.{}", base64url(header), base64url(payload));
    let signature = signer.key.sign(signed.as_bytes()).expect("signed");
    format!("{signed}.{}", base64url(&signature))
}

/// A compact JWS of this type that names the signer's key.
#[must_use]
pub fn typed_jws(typ: &str, payload: &[u8], signer: &Party) -> String {
    let kid = signer.jwk.thumbprint();
    let header = format!(r#"{{"alg":"ES256","typ":"{typ}","kid":"{kid}"}}"#);
    jws(header.as_bytes(), payload, signer)
}

/// A tagged COSE_Sign1 with just this protected header and payload (RFC 9052 §4.4).
#[must_use]
pub fn cose(protected: &[u8], payload: &[u8], signer: &Party) -> Cbor {
    let (protected, payload) = (
        Cbor::Bytes(protected.to_vec()),
        Cbor::Bytes(payload.to_vec()),
    );
    let to_sign = Cbor::Array(vec![
        "Signature1".into(),
        protected.clone(),
        Cbor::Bytes(Vec::new()),
        payload.clone(),
    ]);
    let signature = signer.key.sign(&bytes(&to_sign)).expect("signed").to_vec();
    let parts = vec![
        protected,
        Cbor::Map(Vec::new()),
        payload,
        Cbor::Bytes(signature),
    ];
    Cbor::Tag(18, Box::new(Cbor::Array(parts)))
}

/// The encoding of a CBOR value.
#[must_use]
pub fn bytes(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("memory takes every byte");
    bytes
}

/// The same bytes but for one bit, which the input chooses.
#[must_use]
pub fn one_bit_flipped(data: &[u8], whole: &[u8]) -> Vec<u8> {
    let mut changed = whole.to_vec();
    let bit = choice(data, whole.len() * 8);
    changed[bit / 8] ^= 1 << (bit % 8);
    changed
}

/// A number below `below` that depends on every byte of the input.
#[must_use]
pub fn choice(data: &[u8], below: usize) -> usize {
    // The hasher begins with the same state every time.
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    (hasher.finish() % below.max(1) as u64) as usize
}
