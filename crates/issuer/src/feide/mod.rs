//! The county's service as a relying party of Feide (OpenID Connect, authorization code flow with PKCE).
//!
//! Everything about Feide is read by discovery, so that the real Feide and a stand-in differ in one setting.
//! No Feide token leaves this module: what comes out is a [`FeideUser`].

mod discovery;
mod fetch;
mod id_token;
mod login;
mod userinfo;

use thiserror::Error;
use url::Url;

pub use id_token::IdTokenError;
pub use login::{Demands, Feide, LoginSecrets};
pub use userinfo::FeideUser;

/// Why a login at Feide did not give a person.
#[derive(Debug, Error)]
pub enum FeideError {
    /// Feide cannot be reached, or not in time.
    #[error("Feide cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The system gives no randomness.
    #[error("no randomness")]
    Random,
    /// Feide answered with an HTTP error.
    #[error("Feide answered with status {0}")]
    Status(u16),
    /// Feide's token endpoint refused, with this OAuth error code.
    #[error("Feide's token endpoint refused: {0}")]
    Token(String),
    /// More than a sensible answer holds.
    #[error("Feide's answer is too large")]
    TooLarge,
    /// The answer is not what the standard says.
    #[error("Feide's answer cannot be read")]
    Malformed,
    /// Discovery names another issuer than the configured one.
    #[error("Feide's metadata is for another issuer")]
    IssuerMismatch,
    /// An endpoint is not https.
    #[error("an address of Feide is not https")]
    InsecureEndpoint,
    /// No key of Feide's fits the ID token.
    #[error("the ID token is signed with a key Feide does not publish")]
    UnknownKey,
    /// The ID token does not hold.
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    /// Userinfo is about somebody else than the ID token.
    #[error("userinfo is about another person than the ID token")]
    SubjectMismatch,
}

/// What came to the callback address from Feide.
#[derive(serde::Deserialize)]
pub struct Callback {
    /// The authorization code.
    pub code: Option<String>,
    /// The value we sent.
    pub state: Option<String>,
    /// OAuth error code, instead of `code`.
    pub error: Option<String>,
    /// RFC 9207.
    pub iss: Option<String>,
}

/// An address to send the browser to, and what has to be kept until it comes back.
pub struct Begun {
    /// Feide's authorization endpoint with the request.
    pub url: Url,
    /// To be kept.
    pub secrets: LoginSecrets,
}
