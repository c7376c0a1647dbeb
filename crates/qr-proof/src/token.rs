//! The issuer's token: made by the issuer, kept by the wallet, carried in every code.

use jose::{Jwk, Signer};

use crate::cose::{self, Signed, TYP_TOKEN};
use crate::proof::from_base45;
use crate::{DEFAULT_MAX_AHEAD, DecodeError, EncodeError, TOKEN_PREFIX, TokenClaims, VerifyError};

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

/// The text of a still code: a token by itself, with no proof that its holder is here. Good only for what is bound to
/// another code, such as a picture.
///
/// # Errors
/// [`EncodeError::Token`] if the bytes are not a token.
pub fn show_token(token: &[u8]) -> Result<String, EncodeError> {
    Token::open(cose::read(token)?)?;
    Ok(format!("{TOKEN_PREFIX}{}", base45::encode(token)))
}

/// Reads a still code. Its form is checked, strictly; who signed it is not: that is [`StillCode::verify`].
///
/// # Errors
/// [`DecodeError::NotOurCode`] for any other code, the other variants for a damaged or forged one.
pub fn decode_token(text: &str) -> Result<StillCode, DecodeError> {
    let bytes = from_base45(text, TOKEN_PREFIX)?;
    Ok(StillCode(Token::open(cose::read(&bytes)?)?))
}

/// A token that was read by itself and is not yet checked.
#[derive(Debug, Clone)]
pub struct StillCode(Token);

impl StillCode {
    /// Which of the issuer's keys is said to have signed the token.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        self.0.signed.key_id()
    }

    /// What the token says. **Unverified**.
    #[must_use]
    pub fn claims(&self) -> &TokenClaims {
        &self.0.claims
    }

    /// Checks the issuer's signature and the times; `max_ahead` as in [`crate::Policy`].
    ///
    /// # Errors
    /// The first [`VerifyError`] among those that concern a token.
    pub fn verify(
        &self,
        issuer_key: &Jwk,
        now: i64,
        max_ahead: i64,
    ) -> Result<&TokenClaims, VerifyError> {
        self.0.verify(issuer_key, now, max_ahead)?;
        Ok(&self.0.claims)
    }
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
