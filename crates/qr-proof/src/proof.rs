//! The proof around the token: made by the phone every few seconds, checked by whoever scans it.

use jose::{Jwk, Signer};

use crate::cose::{self, KCWT, Signed, TYP_PROOF};
use crate::token::Token;
use crate::{
    DEFAULT_MAX_AGE, DEFAULT_MAX_AHEAD, DecodeError, EncodeError, MAX_BYTES, PREFIX, TokenClaims,
};

const ISSUER: i64 = 1;
const SUBJECT: i64 = 2;
const AUDIENCE: i64 = 3;
const ISSUED_AT: i64 = 6;
const NONCE: i64 = 39; // cnonce

/// Makes the text of a code: `token` wrapped in a proof by its holder for `audience` at `now` (unix seconds).
/// `nonce` is the challenge of a checker who asked for one, 8 to 64 bytes.
///
/// # Errors
/// [`EncodeError`] if the token cannot be read, belongs to another key, or the key cannot sign.
pub fn prove(
    token: &[u8],
    audience: &str,
    now: i64,
    nonce: Option<&[u8]>,
    holder: &dyn Signer,
) -> Result<String, EncodeError> {
    let value = cose::read(token)?;
    let claims = Token::open(value.clone())?.claims;
    if claims.holder.thumbprint_bytes() != holder.public_jwk().thumbprint_bytes() {
        return Err(EncodeError::OtherHolder);
    }
    let mut payload = vec![(AUDIENCE, audience.into()), (ISSUED_AT, now.into())];
    if let Some(nonce) = nonce {
        if !(8..=64).contains(&nonce.len()) {
            return Err(EncodeError::Nonce);
        }
        payload.push((NONCE, nonce.into()));
    }
    let payload = cose::encode(&cose::map(payload))?;
    let proof = cose::sign(TYP_PROOF, None, Some(value), payload, holder)?;
    Ok(format!("{PREFIX}{}", base45::encode(proof)))
}

/// Reads a code, also one that is a [`link`]. Its form is checked, strictly; who signed it is not: that is [`Code::verify`].
///
/// # Errors
/// [`DecodeError::NotOurCode`] for any other QR code, the other variants for a damaged or forged one.
pub fn decode(text: &str) -> Result<Code, DecodeError> {
    let bytes = match crate::link::read(text) {
        Some(bytes) => bytes?,
        None => from_base45(text, PREFIX)?,
    };
    let proof = cose::open(cose::read(&bytes)?, TYP_PROOF)?;
    let token = proof
        .protected(KCWT)
        .ok_or(DecodeError::Structure("the proof carries no token"))?;
    let token = Token::open(token.clone())?;

    let mut claims = cose::Map::read(proof.payload(), "the proof's claims are no map")?;
    if claims.take(ISSUER).is_some() || claims.take(SUBJECT).is_some() {
        return Err(DecodeError::Structure("iss or sub in the proof"));
    }
    let audience = claims
        .text(AUDIENCE, "aud")?
        .ok_or(DecodeError::Structure("aud is missing"))?;
    let issued_at = claims
        .int(ISSUED_AT, "iat")?
        .ok_or(DecodeError::Structure("iat is missing"))?;
    let nonce = claims.bytes(NONCE, "cnonce")?;
    Ok(Code {
        token,
        proof,
        audience,
        issued_at,
        nonce,
    })
}

/// The bytes behind `prefix`.
pub(crate) fn from_base45(text: &str, prefix: &str) -> Result<Vec<u8>, DecodeError> {
    let encoded = text.strip_prefix(prefix).ok_or(DecodeError::NotOurCode)?;
    if encoded.len() > MAX_BYTES.div_ceil(2) * 3 {
        return Err(DecodeError::TooLarge);
    }
    let bytes = base45::decode(encoded).map_err(|_| DecodeError::Base45)?;
    if base45::encode(&bytes) != encoded {
        return Err(DecodeError::Base45); // one value has one text: RFC 9285 §4
    }
    Ok(bytes)
}

/// A code that was read and is not yet checked.
#[derive(Debug, Clone)]
pub struct Code {
    token: Token,
    proof: Signed,
    audience: String,
    issued_at: i64,
    nonce: Option<Vec<u8>>,
}

/// What a checker asks of a code.
#[derive(Debug, Clone)]
pub struct Policy<'a> {
    /// The issuer's key, found by [`Code::key_id`] in a list the checker trusts.
    pub issuer_key: &'a Jwk,
    /// What the code must have been made for.
    pub audience: &'a str,
    /// The checker's time, unix seconds.
    pub now: i64,
    /// How old a code may be, in seconds.
    pub max_age: i64,
    /// How far ahead of `now` its time may be, in seconds, since clocks differ.
    pub max_ahead: i64,
    /// The challenge that this code must answer; with `None`, a code that answers somebody's challenge is refused.
    pub nonce: Option<&'a [u8]>,
}

impl<'a> Policy<'a> {
    /// The usual window and no challenge.
    #[must_use]
    pub fn new(issuer_key: &'a Jwk, audience: &'a str, now: i64) -> Self {
        Self {
            issuer_key,
            audience,
            now,
            max_age: DEFAULT_MAX_AGE,
            max_ahead: DEFAULT_MAX_AHEAD,
            nonce: None,
        }
    }
}

/// What has been checked. Only [`Code::verify`] makes one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VerifiedCode {
    /// What the issuer vouches for.
    pub claims: TokenClaims,
    /// When the phone made the code, by its own clock, in unix seconds.
    pub issued_at: i64,
    /// See [`Code::proof_id`].
    pub proof_id: [u8; 32],
}

/// Why a code was refused, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The issuer's key did not sign the token.
    #[error("the issuer's signature is wrong")]
    IssuerSignature,
    /// The token is not good yet.
    #[error("the token is not valid yet")]
    TokenNotYetValid,
    /// The token is no longer good.
    #[error("the token has expired")]
    TokenExpired,
    /// The holder's key did not sign the proof.
    #[error("the holder's signature is wrong")]
    HolderSignature,
    /// Made for another purpose.
    #[error("the code is for another audience")]
    Audience,
    /// An old code, such as a screenshot.
    #[error("the code is {seconds} seconds old")]
    TooOld {
        /// Its age by the checker's clock.
        seconds: i64,
    },
    /// A code from the future: one of the two clocks is wrong.
    #[error("the code is {seconds} seconds ahead")]
    ClockAhead {
        /// How far ahead of the checker's clock.
        seconds: i64,
    },
    /// Not the answer to this checker's challenge.
    #[error("the code does not answer the challenge")]
    Nonce,
}

impl Code {
    /// Which of the issuer's keys is said to have signed the token.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        self.token.signed.key_id()
    }

    /// What the code says. **Unverified**: good only for showing what was read beside a refusal.
    #[must_use]
    pub fn claims(&self) -> &TokenClaims {
        &self.token.claims
    }

    /// What the code says it was made for. Unverified.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// When the code says it was made, unix seconds. Unverified.
    #[must_use]
    pub fn issued_at(&self) -> i64 {
        self.issued_at
    }

    /// What to remember so that a code is taken once. It is a hash of what was signed and not of the signature, of
    /// which an onlooker can make a second good one (ECDSA is malleable).
    #[must_use]
    pub fn proof_id(&self) -> [u8; 32] {
        jose::sha256(&self.proof.message())
    }

    /// Checks everything that can be checked without a network and without memory.
    ///
    /// # Errors
    /// The first [`VerifyError`], in the order of its variants.
    pub fn verify(&self, policy: &Policy<'_>) -> Result<VerifiedCode, VerifyError> {
        self.token
            .verify(policy.issuer_key, policy.now, policy.max_ahead)?;
        let claims = &self.token.claims;
        if !self.proof.is_signed_by(&claims.holder) {
            return Err(VerifyError::HolderSignature);
        }
        if self.audience != policy.audience {
            return Err(VerifyError::Audience);
        }
        let age = policy.now.saturating_sub(self.issued_at);
        if age > policy.max_age {
            return Err(VerifyError::TooOld { seconds: age });
        }
        let ahead = self.issued_at.saturating_sub(policy.now);
        if ahead > policy.max_ahead {
            return Err(VerifyError::ClockAhead { seconds: ahead });
        }
        if self.nonce.as_deref() != policy.nonce {
            return Err(VerifyError::Nonce);
        }
        Ok(VerifiedCode {
            claims: claims.clone(),
            issued_at: self.issued_at,
            proof_id: self.proof_id(),
        })
    }
}
