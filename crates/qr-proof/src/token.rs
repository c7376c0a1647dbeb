//! The issuer's token: made by the issuer, kept by the wallet, carried in every code.

use jose::{Jwk, Signer};

use crate::cose::{self, Signed, TYP_TOKEN};
use crate::{DEFAULT_MAX_AHEAD, DecodeError, EncodeError, TokenClaims, VerifyError};

/// Signs a token. `key_id` tells checkers which of the issuer's keys it was (COSE `kid`, 1 byte or more; 4–8 are enough).
///
/// # Errors
/// [`EncodeError`] if the claims cannot be written or signed.
pub fn issue(
    claims: &TokenClaims,
    key_id: &[u8],
    signer: &dyn Signer,
) -> Result<Vec<u8>, EncodeError> {
    cose::sign(TYP_TOKEN, Some(key_id), None, claims.to_cbor()?, signer)
}

/// Reads a token without checking anything but its form: **unverified**.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a token.
pub fn read_token(token: &[u8]) -> Result<TokenClaims, DecodeError> {
    Ok(Token::open(cose::read(token)?)?.claims)
}

/// The key id in a token's header, by which its issuer's key is found.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a token.
pub fn token_key_id(token: &[u8]) -> Result<Vec<u8>, DecodeError> {
    Ok(cose::open(cose::read(token)?, TYP_TOKEN)?.key_id().to_vec())
}

/// Reads a token and checks the issuer's signature and the times, as a wallet does with what it received.
///
/// # Errors
/// [`TokenError`]: not a token, or a token that is not good.
pub fn verify_token(token: &[u8], issuer_key: &Jwk, now: i64) -> Result<TokenClaims, TokenError> {
    let token = Token::open(cose::read(token)?)?;
    token.verify(issuer_key, now, DEFAULT_MAX_AHEAD)?;
    Ok(token.claims)
}

/// Why a token was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It cannot be read.
    #[error("the token cannot be read")]
    Decode(#[from] DecodeError),
    /// It can be read and is not good.
    #[error("the token is not good")]
    Verify(#[from] VerifyError),
}

/// A token taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) signed: Signed,
    pub(crate) claims: TokenClaims,
    not_before: i64,
}

impl Token {
    pub(crate) fn open(value: ciborium::Value) -> Result<Self, DecodeError> {
        let signed = cose::open(value, TYP_TOKEN)?;
        if signed.key_id().is_empty() {
            return Err(DecodeError::Structure("the token names no key"));
        }
        let (claims, not_before) = TokenClaims::from_cbor(signed.payload())?;
        Ok(Self {
            signed,
            claims,
            not_before,
        })
    }

    pub(crate) fn verify(
        &self,
        issuer_key: &Jwk,
        now: i64,
        max_ahead: i64,
    ) -> Result<(), VerifyError> {
        if !self.signed.is_signed_by(issuer_key) {
            return Err(VerifyError::IssuerSignature);
        }
        // RFC 8392 §3.1.5 and §3.1.4: from nbf on, and before exp.
        if self.not_before > now.saturating_add(max_ahead) {
            return Err(VerifyError::TokenNotYetValid);
        }
        if now >= self.claims.expires_at {
            return Err(VerifyError::TokenExpired);
        }
        Ok(())
    }
}
