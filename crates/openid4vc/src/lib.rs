//! OpenID for Verifiable Credential Issuance 1.0: the messages between wallet and issuer, and their checks.
//!
//! Plain types for both sides, without I/O: what is sent is written with `to_form`, `to_url` or serde, and what
//! is received is read with `from_form`, `from_url` or `from_json`, which refuse it with the error that the
//! standard has for it. Members that are not known are passed over, as the standards demand.
//!
//! | Module | Messages | Standard |
//! |---|---|---|
//! | [`address`] | identifiers, well-known addresses, redirect addresses | OpenID4VCI 12.2, RFC 8414, RFC 8252 |
//! | [`metadata`] | of the issuer, plain and signed, and of its authorization server | OpenID4VCI 12.2, RFC 8414 |
//! | [`authorization`] | pushed request, authorization, callback | RFC 9126, RFC 6749 §4.1, RFC 9207 |
//! | [`token`] | token request and response | RFC 6749 §5, RFC 9449 §5 |
//! | [`error`] | error answers and their codes | RFC 6749 §5.2, OpenID4VCI 8.3.1, 11.3 |
//! | [`credential`] | nonce, credential, notification | OpenID4VCI 7, 8, 11 |
//! | [`encryption`] | encrypted requests and answers of the credential endpoint | OpenID4VCI 10 |
//! | [`proof`] | the key proof of type `jwt` | OpenID4VCI appendix F |
//! | [`key_attestation`] | where keys are kept | OpenID4VCI appendix D |
//! | [`client_attestation`] | that a copy of the wallet is genuine | attestation-based client authentication, draft 11 |
//! | [`offer`] | an issuer's invitation | OpenID4VCI 4.1 |
//!
//! Profile: authorization code with PAR, PKCE S256, DPoP and `iss` in the answer; ES256 key proofs with the key
//! in the header; ECDH-ES where messages are encrypted. Attestations are checked where they are sent and never asked
//! for. Whoever runs the endpoints keeps what needs memory: nonces, codes and the identifiers of proofs.
//!
//! ```
//! use jose::SoftwareKey;
//! use openid4vc::credential::CredentialRequest;
//! use openid4vc::proof;
//! use ring::rand::SystemRandom;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The wallet proves that it holds a new key, with the nonce the issuer gave it …
//! let key = SoftwareKey::generate(&SystemRandom::new())?;
//! let issuer = "https://issuer.example";
//! let jwt = proof::prove(issuer, "the-app", "nonce-1", 1_760_000_000, &key)?;
//! let body = serde_json::to_vec(&CredentialRequest::new("student-id", vec![jwt]))?;
//!
//! // … and the issuer gets the keys to issue to, after using up the nonce.
//! let request = CredentialRequest::from_json(&body, 10)?;
//! let expected = proof::Expected {
//!     issuer,
//!     client_id: "the-app",
//!     now: 1_760_000_001,
//!     max_age: proof::DEFAULT_MAX_AGE,
//! };
//! let proofs = proof::verify_all(&request.proofs.jwt, &expected)?;
//! assert_eq!(proofs[0].nonce, "nonce-1");
//! # Ok(())
//! # }
//! ```

pub mod address;
mod attested;
pub mod authorization;
pub mod client_attestation;
pub mod credential;
pub mod encryption;
pub mod error;
mod form;
pub mod key_attestation;
pub mod metadata;
pub mod offer;
pub mod proof;
pub mod token;

pub use address::{identifier, well_known};
pub use authorization::{
    AuthorizationCallback, AuthorizationRequest, CallbackError, PushedAuthorizationRequest,
    PushedAuthorizationResponse,
};
pub use credential::{
    CredentialRequest, CredentialResponse, IssuedCredential, NonceResponse, NotificationEvent,
    NotificationRequest, Proofs,
};
pub use encryption::{RequestEncryption, ResponseEncryption, ResponseEncryptionOffer};
pub use error::{
    CredentialError, CredentialErrorCode, NotificationError, NotificationErrorCode, OAuthError,
    OAuthErrorCode,
};
pub use metadata::{AuthorizationServerMetadata, IssuerMetadata, MetadataError};
pub use offer::{CredentialOffer, OfferLink};
pub use proof::{KeyProof, ProofError};
pub use token::{TokenRequest, TokenResponse};
