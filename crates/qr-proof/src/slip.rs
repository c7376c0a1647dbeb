//! A slip: what an issuer signs for paper, which can neither hold a key nor make a code anew.
//!
//! A copy of a slip is as good as the slip. What bounds the harm is a day's life, a place in a status list, and the portrait
//! in it: whoever checks compares the face. It says so of itself in its signed header, its text begins differently, and it
//! has no claim of a holder, so that no reader can take it for a living code.

use ciborium::Value as Cbor;
use jose::{Jwk, Signer};

use crate::claims::{EXPIRES_AT, IDENTITY, ISSUED_AT, ISSUER, STATUS};
use crate::cose::{self, Signed, TYP_SLIP};
use crate::proof::from_base45;
use crate::{
    Claim169, DecodeError, EncodeError, MAX_SLIP_LIFETIME, SLIP_PREFIX, StatusRef, VerifyError,
    link,
};

/// What the issuer vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipClaims {
    /// The issuer's address (claim 1).
    pub issuer: String,
    /// Unix seconds from which the slip is no longer good (claim 4); at most [`MAX_SLIP_LIFETIME`] after `issued_at`.
    pub expires_at: i64,
    /// Unix seconds (claim 6).
    pub issued_at: i64,
    /// Where the slip's status is found (claim 65535). Every slip can be revoked.
    pub status: StatusRef,
    /// The facts (claim 169).
    pub identity: Claim169,
}

/// Signs a slip; `key_id` as for [`crate::issue`].
///
/// # Errors
/// [`EncodeError::Lifetime`] for more than a day, otherwise if the claims cannot be written or signed.
pub fn issue_slip(
    claims: &SlipClaims,
    key_id: &[u8],
    signer: &dyn Signer,
) -> Result<Vec<u8>, EncodeError> {
    if !claims.is_short() {
        return Err(EncodeError::Lifetime);
    }
    let members = [
        (ISSUER, Cbor::Text(claims.issuer.clone())),
        (EXPIRES_AT, claims.expires_at.into()),
        (ISSUED_AT, claims.issued_at.into()),
        (STATUS, claims.status.to_cbor(&claims.issuer)?),
        (IDENTITY, claims.identity.to_cbor()),
    ];
    let payload = cose::encode(&cose::map(members))?;
    cose::sign(TYP_SLIP, Some(key_id), None, payload, signer)
}

/// The text of a slip's code: [`SLIP_PREFIX`] and base45.
///
/// # Errors
/// [`EncodeError::Token`] if the bytes are not a slip.
pub fn show_slip(slip: &[u8]) -> Result<String, EncodeError> {
    Slip::open(slip)?;
    Ok(format!("{SLIP_PREFIX}{}", base45::encode(slip)))
}

/// The same as a link to `page`, for cameras without the app, as [`crate::link`] does for a living code.
///
/// # Errors
/// [`EncodeError::Page`] if the address is not plain http(s), [`EncodeError::Token`] if the bytes are not a slip.
pub fn slip_link(slip: &[u8], page: &str) -> Result<String, EncodeError> {
    Slip::open(slip)?;
    link::marked(slip, SLIP_PREFIX, page)
}

/// Whether a text says that it is a slip, in either form; it may be a damaged one.
#[must_use]
pub fn is_slip(text: &str) -> bool {
    text.starts_with(SLIP_PREFIX) || link::read_marked(text, SLIP_PREFIX).is_some()
}

/// Reads a slip, also one that is a link. Its form is checked, strictly; who signed it is not: that is [`Slip::verify`].
///
/// # Errors
/// [`DecodeError::NotOurCode`] for any other code, the other variants for a damaged or forged one.
pub fn decode_slip(text: &str) -> Result<Slip, DecodeError> {
    let bytes = match link::read_marked(text, SLIP_PREFIX) {
        Some(bytes) => bytes?,
        None => from_base45(text, SLIP_PREFIX)?,
    };
    Slip::open(&bytes)
}

/// A slip that was read and is not yet checked.
#[derive(Debug, Clone)]
pub struct Slip {
    signed: Signed,
    claims: SlipClaims,
}

impl Slip {
    fn open(bytes: &[u8]) -> Result<Self, DecodeError> {
        let signed = cose::open(cose::read(bytes)?, TYP_SLIP)?;
        if signed.key_id().is_empty() {
            return Err(DecodeError::Structure("the slip names no key"));
        }
        let claims = SlipClaims::from_cbor(signed.payload())?;
        Ok(Self { signed, claims })
    }

    /// Which of the issuer's keys is said to have signed the slip.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        self.signed.key_id()
    }

    /// What the slip says. **Unverified**.
    #[must_use]
    pub fn claims(&self) -> &SlipClaims {
        &self.claims
    }

    /// What to remember so that one slip is known again: a hash of what was signed, not of the signature.
    #[must_use]
    pub fn id(&self) -> [u8; 32] {
        jose::sha256(&self.signed.message())
    }

    /// Checks the issuer's signature and the times; `max_ahead` as in [`crate::Policy`].
    ///
    /// # Errors
    /// [`VerifyError::IssuerSignature`], [`VerifyError::TokenNotYetValid`] or [`VerifyError::TokenExpired`], the first that
    /// holds.
    pub fn verify(
        &self,
        issuer_key: &Jwk,
        now: i64,
        max_ahead: i64,
    ) -> Result<&SlipClaims, VerifyError> {
        if !self.signed.is_signed_by(issuer_key) {
            return Err(VerifyError::IssuerSignature);
        }
        if self.claims.issued_at > now.saturating_add(max_ahead) {
            return Err(VerifyError::TokenNotYetValid);
        }
        if now >= self.claims.expires_at {
            return Err(VerifyError::TokenExpired);
        }
        Ok(&self.claims)
    }
}

impl SlipClaims {
    /// Reads a claims set that has passed the strict check. Unlike in a token, a claim that is not known is a fault: a key
    /// of a holder, or a later beginning, would make something else of it.
    fn from_cbor(bytes: &[u8]) -> Result<Self, DecodeError> {
        const MISSING: fn(&'static str) -> DecodeError = DecodeError::Structure;
        let mut map = cose::Map::read(bytes, "the slip's claims are no map")?;
        let issuer = map.text(ISSUER, "iss")?.ok_or(MISSING("iss is missing"))?;
        let expires_at = map
            .int(EXPIRES_AT, "exp")?
            .ok_or(MISSING("exp is missing"))?;
        let issued_at = map
            .int(ISSUED_AT, "iat")?
            .ok_or(MISSING("iat is missing"))?;
        let status = map.take(STATUS).ok_or(MISSING("status is missing"))?;
        let status = StatusRef::from_cbor(status, &issuer)?;
        let identity = Claim169::take_from(&mut map)?;
        if !map.is_empty() {
            return Err(DecodeError::Structure("a claim that no slip has"));
        }
        let claims = Self {
            issuer,
            expires_at,
            issued_at,
            status,
            identity,
        };
        if !claims.is_short() {
            return Err(DecodeError::Structure("good for more than a day"));
        }
        Ok(claims)
    }

    fn is_short(&self) -> bool {
        self.expires_at
            .checked_sub(self.issued_at)
            .is_some_and(|seconds| (1..=MAX_SLIP_LIFETIME).contains(&seconds))
    }
}
