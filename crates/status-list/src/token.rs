//! The signed statement around a list, whichever form it has (draft §5), and the checks of §8.3.

use jose::Jwk;

use crate::{CLOCK_SKEW, ListError, Status, StatusList};

/// A list with what its issuer says about it. Reading one from a JWT or CWT checks it.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusListToken {
    /// Where the list is found: `sub`, equal to the `uri` in each credential.
    pub uri: String,
    /// `iat`, unix seconds.
    pub issued_at: i64,
    /// `exp`, unix seconds: from then on the list says nothing.
    pub expires_at: Option<i64>,
    /// Seconds after which a fresh list should be fetched.
    pub ttl: Option<u64>,
    /// Where the addresses of all lists of this issuer are found (§9.3).
    pub aggregation_uri: Option<String>,
    /// The entries.
    pub list: StatusList,
}

/// Why a token could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The key could not sign.
    #[error("the key could not sign")]
    Sign(#[from] jose::SignError),
    /// CBOR could not be written.
    #[error("the CBOR could not be written")]
    Cbor,
}

/// Why a token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Larger than [`crate::MAX_TOKEN_BYTES`].
    #[error("the token is too large")]
    TooLarge,
    /// Not a JWT or CWT at all.
    #[error("not a token")]
    Malformed,
    /// Another kind of token.
    #[error("not a status list token")]
    Type,
    /// Not signed with ES256 by this key.
    #[error("the signature is wrong")]
    Signature,
    /// A claim is missing or of the wrong kind.
    #[error("the claim {0} is missing or wrong")]
    Claim(&'static str),
    /// A list for other credentials: `sub` is not the address that the credential names.
    #[error("the token is for another list")]
    OtherList,
    /// Issued in the future, beyond [`CLOCK_SKEW`].
    #[error("the token is from the future")]
    FromTheFuture,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// The list in it cannot be read.
    #[error("the list cannot be read")]
    List(#[from] ListError),
}

impl StatusListToken {
    /// What the list says of the entry `idx`; `None` if the list is not that long, which is to be refused.
    #[must_use]
    pub fn status(&self, idx: u64) -> Option<Status> {
        self.list.get(idx).map(Status::from)
    }

    /// When a fresh list should be fetched: after `ttl`, and at `exp` at the latest (§13.7). Unix seconds.
    #[must_use]
    pub fn refresh_at(&self) -> Option<i64> {
        let after_ttl = self.ttl.map(|ttl| {
            self.issued_at
                .saturating_add(i64::try_from(ttl).unwrap_or(i64::MAX))
        });
        match (after_ttl, self.expires_at) {
            (Some(ttl), Some(exp)) => Some(ttl.min(exp)),
            (ttl, exp) => ttl.or(exp),
        }
    }

    /// §8.3 steps 3 to 5, after the signature.
    pub(crate) fn check(self, expected_uri: &str, now: i64) -> Result<Self, ReadError> {
        if self.uri != expected_uri {
            return Err(ReadError::OtherList);
        }
        if self.issued_at > now.saturating_add(CLOCK_SKEW) {
            return Err(ReadError::FromTheFuture);
        }
        if self.expires_at.is_some_and(|expires_at| now >= expires_at) {
            return Err(ReadError::Expired);
        }
        if self.ttl == Some(0) {
            return Err(ReadError::Claim("ttl"));
        }
        Ok(self)
    }
}

/// One error for every way in which a signature can be bad, so that nothing is told apart.
pub(crate) fn verify(key: &Jwk, message: &[u8], signature: &[u8]) -> Result<(), ReadError> {
    key.verify(jose::Algorithm::Es256, message, signature)
        .map_err(|_| ReadError::Signature)
}
