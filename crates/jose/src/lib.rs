//! JSON Object Signing and Encryption on [`ring`], as small as OpenID4VCI, SD-JWT and DPoP need it.
//!
//! | Module | Standard |
//! |---|---|
//! | [`jwk`] | JSON Web Key (RFC 7517, RFC 7518 §6) and its thumbprint (RFC 7638) |
//! | [`jws`] | JSON Web Signature, compact form (RFC 7515) |
//! | [`jwe`] | JSON Web Encryption, compact form, ECDH-ES with A128GCM and A256GCM (RFC 7516, RFC 7518 §4.6) |
//! | [`dpop`] | Demonstrating proof of possession (RFC 9449) |
//! | [`pkce`] | Proof key for code exchange, S256 (RFC 7636) |
//! | [`key`] | The signing side: a trait for key holders, and a key in memory |
//!
//! Signing is ES256 alone. Verifying is ES256 and RS256, the latter for OpenID providers. Every other
//! algorithm, `none` among them, is refused while the header is read, before any key is looked at.
//! Time and randomness come in as arguments and nothing here does I/O, so it runs in a browser as well.
//!
//! ```
//! use jose::{Algorithm, Signer, SoftwareKey, jws};
//! use ring::rand::SystemRandom;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = SoftwareKey::generate(&SystemRandom::new())?;
//! let header = jws::Header::new("example+jwt").with_jwk(key.public_jwk());
//! let compact = jws::sign(&header, br#"{"iat":1}"#, &key)?;
//!
//! let parsed = jws::Jws::parse(&compact)?;
//! parsed.require_typ("example+jwt")?;
//! let payload = parsed.verify(&key.public_jwk(), &[Algorithm::Es256])?;
//! assert_eq!(payload, br#"{"iat":1}"#);
//! # Ok(())
//! # }
//! ```

mod bytes;
pub mod dpop;
pub mod jwe;
pub mod jwk;
pub mod jws;
pub mod key;
mod object;
pub mod pkce;

pub use bytes::{
    Base64UrlError, base64url, base64url_decode, constant_time_eq, random_token, sha256,
};
pub use jwk::{Algorithm, Jwk, JwkError, JwkSet, PublicKey, SignatureError};
pub use key::{KeyError, SignError, Signer, SoftwareKey};
pub use object::UniqueValue;
