//! How well the key of a credential is guarded, as the app says it beside the proof that it holds the key.

use serde::{Deserialize, Serialize};

/// The claim of a key proof (OpenID4VCI appendix F.1) that carries a [`KeyProtection`]. A word of the app's own about
/// itself, which proves nothing: it tells a county what its phones can do, and refuses nobody.
pub const KEY_PROTECTION_CLAIM: &str = "key_protection";

/// Where a private key lies, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyProtection {
    /// In a chip that signs and never gives the key out: Secure Enclave, StrongBox, a trusted execution environment.
    Hardware,
    /// In software, guarded by the system's key store.
    KeyStore,
    /// In a file that the app can read by itself.
    File,
}
