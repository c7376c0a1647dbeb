//! The signing side: whoever holds a key, and a key held in memory.

use std::fmt;

use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Jwk;

/// Something that can sign with ES256: a key in memory, in a key store, or in hardware.
pub trait Signer: Send + Sync {
    /// The public key, without `kid`, `alg` or `use` unless the holder gives it some.
    fn public_jwk(&self) -> Jwk;

    /// Signs with ECDSA on P-256 and SHA-256; answers r‖s.
    ///
    /// # Errors
    /// [`SignError`] if the key cannot be reached or does not sign.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError>;
}

impl<S: Signer + ?Sized> Signer for &S {
    fn public_jwk(&self) -> Jwk {
        (**self).public_jwk()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        (**self).sign(message)
    }
}

/// Why nothing was signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// The key is not there now: locked, or the hardware does not answer. It may be another time.
    #[error("the signing key is not available")]
    KeyUnavailable,
    /// The key is not there any more, and will not come back.
    #[error("the signing key is gone")]
    KeyGone,
    /// The key is there but did not sign.
    #[error("signing failed")]
    Failed,
    /// The header has a member that this crate sets itself, or that it would refuse when reading.
    #[error("the header has a member that may not be set")]
    Header,
    /// Among further claims is one that is set already.
    #[error("a claim is set twice")]
    Claim,
    /// The header or payload could not be written as JSON.
    #[error("the content could not be written as JSON")]
    Json(#[source] serde_json::Error),
}

/// Why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The system gave no randomness.
    #[error("no randomness available")]
    Random,
    /// The bytes are not a P-256 key in PKCS#8 with its public key.
    #[error("not a P-256 private key")]
    Malformed,
}

/// A P-256 key in memory. The bytes are wiped when it is dropped.
pub struct SoftwareKey {
    pair: EcdsaKeyPair,
    pkcs8: Zeroizing<Vec<u8>>,
}

impl SoftwareKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`KeyError::Random`] if the system gives no randomness.
    pub fn generate(random: &dyn SecureRandom) -> Result<Self, KeyError> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, random)
            .map_err(|_| KeyError::Random)?;
        Self::from_pkcs8(document.as_ref(), random)
    }

    /// Reads a key that [`SoftwareKey::pkcs8`] gave out (RFC 5958, with the public key in it).
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if it is no such key.
    pub fn from_pkcs8(pkcs8: &[u8], random: &dyn SecureRandom) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, random)
            .map_err(|_| KeyError::Malformed)?;
        Ok(Self {
            pair,
            pkcs8: Zeroizing::new(pkcs8.to_vec()),
        })
    }

    /// The private key, to be stored sealed.
    #[must_use]
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}

impl Signer for SoftwareKey {
    fn public_jwk(&self) -> Jwk {
        let point = self.pair.public_key().as_ref();
        let (mut x, mut y) = ([0; 32], [0; 32]);
        // ring gives the uncompressed form: 0x04, x, y.
        x.copy_from_slice(&point[1..33]);
        y.copy_from_slice(&point[33..65]);
        Jwk::p256(x, y)
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        // ring mixes the private key into the nonce, so weak randomness here does not give the key away.
        let signature = self
            .pair
            .sign(&SystemRandom::new(), message)
            .map_err(|_| SignError::Failed)?;
        signature.as_ref().try_into().map_err(|_| SignError::Failed)
    }
}

impl fmt::Debug for SoftwareKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SoftwareKey")
            .field("thumbprint", &self.public_jwk().thumbprint())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Algorithm, base64url};

    #[test]
    fn a_key_that_was_stored_and_read_again_is_the_same_key() {
        let random = SystemRandom::new();
        let key = SoftwareKey::generate(&random).unwrap();
        let again = SoftwareKey::from_pkcs8(key.pkcs8(), &random).unwrap();
        assert_eq!(key.public_jwk(), again.public_jwk());
        let signature = again.sign(b"message").unwrap();
        assert_eq!(
            key.public_jwk()
                .verify(Algorithm::Es256, b"message", &signature),
            Ok(())
        );
    }

    #[test]
    fn a_damaged_key_is_refused() {
        let random = SystemRandom::new();
        let key = SoftwareKey::generate(&random).unwrap();
        let whole = key.pkcs8();
        for length in 0..whole.len() {
            assert!(SoftwareKey::from_pkcs8(&whole[..length], &random).is_err());
        }
        let mut longer = whole.to_vec();
        longer.push(0);
        assert_eq!(
            SoftwareKey::from_pkcs8(&longer, &random).unwrap_err(),
            KeyError::Malformed
        );
    }

    #[test]
    fn debug_output_shows_the_thumbprint_and_no_key_bytes() {
        let key = SoftwareKey::generate(&SystemRandom::new()).unwrap();
        let shown = format!("{key:?}");
        assert!(shown.contains(&key.public_jwk().thumbprint()));
        assert!(shown.len() < 100, "{shown}");
        assert!(!shown.contains(&base64url(&key.pkcs8()[36..68])));
    }
}
