//! A recipient's key that lives longer than one message.

use std::fmt;

use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{PublicKey, SecretKey, ecdh};
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

use super::{DecryptError, EncryptionJwk, Received, content_key};
use crate::jwk::uncompressed_point;
use crate::key::KeyError;

/// A P-256 agreement key that can be stored and that decrypts any number of messages: the key that a service
/// publishes in its metadata, as OpenID4VCI's encrypted requests need it (§10, `credential_request_encryption`).
///
/// `ring` cannot import an agreement key, it only makes ones that live in memory for one use. So the point
/// multiplication here is done by the crate `p256` (constant time, no other feature of it than ECDH), and all else,
/// randomness, key derivation and AES-GCM, stays with `ring`. Where one message is expected, [`super::Recipient`] is
/// the better choice: it needs no second crate and its key is gone afterwards.
///
/// The other side's point is checked to lie on the curve before the private key touches it; P-256 has cofactor 1, so
/// that is the whole defence against invalid-curve and small-subgroup attacks.
pub struct RecipientKey {
    /// Wiped when dropped.
    private: SecretKey,
    public: EncryptionJwk,
}

impl RecipientKey {
    /// Makes a key, named by its thumbprint.
    ///
    /// # Errors
    /// [`KeyError::Random`] if the system gives no randomness.
    pub fn generate(random: &dyn SecureRandom) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        // All but one of 2^32 draws are below the group's order. A source that misses it eight times is broken.
        for _ in 0..8 {
            random
                .fill(bytes.as_mut_slice())
                .map_err(|_| KeyError::Random)?;
            if let Ok(key) = Self::from_bytes(&bytes) {
                return Ok(key);
            }
        }
        Err(KeyError::Random)
    }

    /// Reads a key that [`RecipientKey::to_bytes`] gave out.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if the number is zero or not below the order of P-256.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let private = SecretKey::from_slice(bytes).map_err(|_| KeyError::Malformed)?;
        let point = private.public_key().to_sec1_point(false);
        let (Some(x), Some(y)) = (point.x(), point.y()) else {
            return Err(KeyError::Malformed);
        };
        let public = EncryptionJwk::named_by_thumbprint((*x).into(), (*y).into());
        Ok(Self { private, public })
    }

    /// The private number, big-endian, to be stored sealed.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.private.to_bytes().into())
    }

    /// The key to publish: `alg` ECDH-ES, `use` enc, `kid` its thumbprint.
    #[must_use]
    pub fn public_jwk(&self) -> &EncryptionJwk {
        &self.public
    }

    /// Decrypts what was encrypted to this key.
    ///
    /// # Errors
    /// [`DecryptError`]; [`DecryptError::OtherKey`] if the header names another key, so that a service that holds its
    /// former key too can try that.
    pub fn decrypt(&self, compact: &str) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        let message = Received::parse(compact, &self.public)?;
        let header = &message.header;
        let secret = self
            .agree(&header.sender.0, &header.sender.1)
            .ok_or(DecryptError::Header)?;
        let key = content_key(
            secret.raw_secret_bytes(),
            header.enc,
            &header.apu,
            &header.apv,
        )
        .ok_or(DecryptError::Header)?;
        message.open(&key)
    }

    /// The agreed secret, wiped when dropped, if the other's point is one of the curve.
    fn agree(&self, x: &[u8; 32], y: &[u8; 32]) -> Option<ecdh::SharedSecret> {
        // Decoding refuses a point that is not on the curve (SEC 1 §3.2.2.1).
        let peer = PublicKey::from_sec1_bytes(&uncompressed_point(x, y)).ok()?;
        Some(ecdh::diffie_hellman(
            self.private.to_nonzero_scalar(),
            peer.as_affine(),
        ))
    }
}

impl fmt::Debug for RecipientKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RecipientKey")
            .field("kid", &self.public.kid)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "recipient_key_tests.rs"]
mod tests;
