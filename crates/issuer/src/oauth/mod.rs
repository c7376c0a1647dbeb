//! Our own OAuth 2.0 server, for one public client: the app.
//!
//! Pushed requests (RFC 9126) with PKCE S256 (RFC 7636), bound to a DPoP key from the first message on
//! (RFC 9449 §10), answers that name their issuer (RFC 9207), rotating refresh tokens, opaque tokens that
//! are stored as hashes only. The person logs in at Feide in between.

pub(crate) mod access;
mod attestation;
pub(crate) mod authorize;
pub(crate) mod callback;
pub(crate) mod device;
mod dpop;
pub(crate) mod dpop_nonce;
mod error;
mod form;
pub(crate) mod par;
mod redirect;
pub(crate) mod revoke;
pub(crate) mod secret;
pub(crate) mod token;

pub(crate) use callback::Binding;
pub(crate) use error::OAuthProblem;
pub(crate) use form::Parameters;
