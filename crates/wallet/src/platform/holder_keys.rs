//! Keys that the device keeps: in a chip or a key store that signs and never gives them out.

use county_api::KeyProtection;
use jose::Jwk;
use serde::{Deserialize, Serialize};

/// What a key is for. A device may keep one in its strongest and slowest place, and not a dozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// One for each login: the tokens are bound to it (RFC 9449).
    Session,
    /// One for each credential, made and thrown away by the dozen.
    Credential,
}

/// What is asked of a new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyWish {
    /// What it is for.
    pub key_use: KeyUse,
    /// Whether the owner is to be asked (face, finger, code) whenever it signs.
    pub user_presence: bool,
}

/// A key that the device keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceKey {
    /// What the device knows it by: ASCII letters, digits, `-` and `_`, at most 64 of them.
    pub name: String,
    /// Its public half: P-256, without `kid`, `alg` or `use`.
    pub public: Jwk,
    /// Where it really lies, which may be worse than what was hoped for.
    pub protection: KeyProtection,
}

/// Why the device did not do something with a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HolderKeyError {
    /// This device keeps no keys.
    #[error("the device keeps no keys")]
    Absent,
    /// There is no such key any more: the phone was restored from a copy, or its screen lock was taken away or changed.
    #[error("the key is gone")]
    Gone,
    /// The key is there, but not while the device is locked.
    #[error("the key is locked")]
    Locked,
    /// The owner was asked and did not confirm.
    #[error("the owner did not confirm")]
    NotConfirmed,
    /// Something else. Says nothing of the key.
    #[error("the device's key store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A place of the device that keeps P-256 keys. Calls may block: a chip takes its time, and the owner may be asked.
pub trait HolderKeys: Send + Sync {
    /// Makes a key that cannot be taken out, in the best place that there is for its use.
    fn generate(&self, wish: KeyWish) -> Result<DeviceKey, HolderKeyError>;

    /// Signs with ECDSA on P-256 and SHA-256 of the message; answers r‖s.
    fn sign(&self, name: &str, message: &[u8]) -> Result<[u8; 64], HolderKeyError>;

    /// The names of all keys that were made here and not deleted, in no order.
    fn names(&self) -> Result<Vec<String>, HolderKeyError>;

    /// Deletes a key; no error if there is none.
    fn delete(&self, name: &str) -> Result<(), HolderKeyError>;
}

/// A device that keeps no keys, as a desktop: those of the wallet lie in its sealed store.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHolderKeys;

impl HolderKeys for NoHolderKeys {
    fn generate(&self, _: KeyWish) -> Result<DeviceKey, HolderKeyError> {
        Err(HolderKeyError::Absent)
    }

    fn sign(&self, _: &str, _: &[u8]) -> Result<[u8; 64], HolderKeyError> {
        Err(HolderKeyError::Gone)
    }

    fn names(&self) -> Result<Vec<String>, HolderKeyError> {
        Ok(Vec::new())
    }

    fn delete(&self, _: &str) -> Result<(), HolderKeyError> {
        Ok(())
    }
}
