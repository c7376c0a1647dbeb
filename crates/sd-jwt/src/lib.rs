//! Selective Disclosure JWT (RFC 9901) with key binding, and SD-JWT VC with its type metadata.
//!
//! An issuer signs digests instead of claims and hands the claims over beside them; the holder passes on only the
//! claims that are asked for, and signs that it was they who did so.
//!
//! ```
//! use jose::{Signer, SoftwareKey};
//! use sd_jwt::{Binding, KeyBindingPolicy, present, vc};
//! use serde_json::json;
//!
//! let random = ring::rand::SystemRandom::new();
//! let (issuer, holder) = (SoftwareKey::generate(&random)?, SoftwareKey::generate(&random)?);
//! let credential = vc::issue(&vc::CredentialClaims {
//!     issuer: "https://id.example", vct: "https://id.example/types/student-id",
//!     issued_at: 1_000, not_before: None, expires_at: 9_000, status: None,
//!     holder: &holder.public_jwk(),
//!     subject_claims: json!({"given_name": "Nora", "birthdate": "2008-05-29"}).as_object().unwrap().clone(),
//! }, "key-1", &random, &issuer)?;                                                            // the issuer
//!
//! let binding = Binding { audience: "https://shop.example", nonce: "n-1", now: 2_000, holder: &holder };
//! let shown = present(&credential, &["given_name"], Some(binding))?;                         // the holder
//!
//! let policy = KeyBindingPolicy::Required {
//!     audience: "https://shop.example", nonce: "n-1", now: 2_001, max_age: 60,
//! };
//! let verified = vc::verify(&shown, &issuer.public_jwk(), 2_001, &policy)?;                  // the verifier
//! assert_eq!(verified.claims["given_name"], "Nora");
//! assert!(!verified.claims.contains_key("birthdate"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Supported: compact serialization, SHA-256, ES256, Disclosures within Disclosures, array elements, decoys.
//! Not supported: JWS JSON serialization (§8). Checks stand in the order of §7.1 and §7.3 and each refusal names its
//! step ([`VerifyError`], [`DisclosureError`]). Whether the holder must have signed is the verifier's policy, never the
//! sender's choice. Text, Disclosures and depth are bounded; nothing read here makes it panic.

mod expand;
mod issue;
mod parse;
mod present;
pub mod vc;
mod verify;

pub use expand::DisclosureError;
pub use issue::{IssueError, issue};
pub use parse::{MAX_DISCLOSURES, MAX_LENGTH, ParseError, SdJwt};
pub use present::{Binding, PresentError, present};
pub use verify::{CLOCK_SKEW, KeyBindingPolicy, Verified, VerifyError};
