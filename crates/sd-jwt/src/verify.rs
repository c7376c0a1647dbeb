//! The checks of whoever receives an SD-JWT, in the order of RFC 9901 §7.1 and §7.3.

use jose::{Algorithm, Jwk, jws::Jws};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::expand::{DisclosureError, Expanded, expand};
use crate::parse::{ParseError, SdJwt, digest};

/// How far two clocks may differ, in seconds.
pub const CLOCK_SKEW: i64 = 60;

/// Whether the holder must have signed, decided before looking at what was sent (§7.3 step 1).
#[derive(Debug, Clone, Copy)]
pub enum KeyBindingPolicy<'a> {
    /// A Key Binding JWT is not needed, and not looked at if there is one.
    NotRequired,
    /// A Key Binding JWT is needed and must say this.
    Required {
        /// Its `aud`: who is asking.
        audience: &'a str,
        /// Its `nonce`.
        nonce: &'a str,
        /// The verifier's time, unix seconds.
        now: i64,
        /// How old it may be, in seconds.
        max_age: i64,
    },
}

/// Claims that have been verified. Only [`SdJwt::verify`] makes one.
#[derive(Clone)]
#[non_exhaustive]
pub struct Verified {
    /// Everything that is visible, whether by Disclosure or always.
    pub claims: Map<String, Value>,
    /// The holder's key of `cnf`, if there is one.
    pub holder: Option<Jwk>,
    /// JSON Pointers of what came by Disclosure.
    pub disclosed: Vec<String>,
}

/// Claims are personal, so `Debug` shows only how many there are.
impl std::fmt::Debug for Verified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verified")
            .field("claims", &self.claims.len())
            .finish_non_exhaustive()
    }
}

/// Why an SD-JWT was refused, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// §7.1 step 1: it cannot be taken apart.
    #[error("not an SD-JWT")]
    Parse(#[from] ParseError),
    /// §7.3 step 2: the holder did not sign and must.
    #[error("the holder did not sign")]
    KeyBindingMissing,
    /// §9.11: the issuer-signed JWT is of another type.
    #[error("the issuer's part is of another type")]
    Type,
    /// §7.1 step 2.a: the issuer used another algorithm than ES256.
    #[error("the issuer's algorithm is not allowed")]
    IssuerAlgorithm,
    /// §7.1 step 2.b: the issuer's key did not sign it.
    #[error("the issuer's signature is wrong")]
    IssuerSignature,
    /// §7.1 steps 2.d to 5.
    #[error("digests and disclosures do not fit")]
    Disclosures(#[from] DisclosureError),
    /// A claim is missing or of the wrong kind, or may not be selectively disclosed.
    #[error("the claim {0} is missing, malformed or wrongly disclosed")]
    Claim(&'static str),
    /// §7.1 step 6: `nbf` is to come.
    #[error("not valid yet")]
    NotYetValid,
    /// §7.1 step 6: `exp` has passed.
    #[error("expired")]
    Expired,
    /// §7.3 step 4.a: there is no key of the holder to check with.
    #[error("the credential names no key of the holder")]
    HolderKeyMissing,
    /// §7.3 step 4: the Key Binding JWT cannot be read or a claim of it is missing.
    #[error("the key binding is malformed")]
    KeyBindingMalformed,
    /// §7.3 step 4.b: another algorithm than ES256.
    #[error("the holder's algorithm is not allowed")]
    KeyBindingAlgorithm,
    /// §7.3 step 4.c: the holder's key did not sign it.
    #[error("the holder's signature is wrong")]
    KeyBindingSignature,
    /// §7.3 step 4.d: its `typ` is not `kb+jwt`.
    #[error("the key binding is of another type")]
    KeyBindingType,
    /// §7.3 step 4.e: made too long ago.
    #[error("the key binding is {seconds} seconds old")]
    KeyBindingTooOld {
        /// Its age.
        seconds: i64,
    },
    /// §7.3 step 4.e: made in the future.
    #[error("the key binding is {seconds} seconds ahead")]
    KeyBindingAhead {
        /// How far ahead.
        seconds: i64,
    },
    /// §7.3 step 4.f: not this transaction's nonce.
    #[error("the key binding has another nonce")]
    KeyBindingNonce,
    /// §7.3 step 4.f: for another verifier.
    #[error("the key binding is for another audience")]
    KeyBindingAudience,
    /// §7.3 step 4.g: over another set of Disclosures.
    #[error("the key binding is over something else")]
    KeyBindingHash,
}

#[derive(Deserialize)]
struct KeyBindingClaims {
    iat: i64,
    aud: String,
    nonce: String,
    sd_hash: String,
}

impl SdJwt {
    /// Verifies everything. `issuer_key` must belong to the issuer (§7.1 step 2.c is the caller's: take it from a list
    /// that is trusted). `typ` is what the issuer's part must be; `now` in unix seconds is for `nbf` and `exp`.
    ///
    /// # Errors
    /// The first [`VerifyError`].
    pub fn verify(
        &self,
        issuer_key: &Jwk,
        typ: &str,
        now: i64,
        key_binding: &KeyBindingPolicy<'_>,
    ) -> Result<Verified, VerifyError> {
        // §7.3 steps 1 and 2: the policy decides, not the sender.
        if matches!(key_binding, KeyBindingPolicy::Required { .. }) && self.key_binding.is_none() {
            return Err(VerifyError::KeyBindingMissing);
        }
        // §7.3 step 3 is §7.1, here from step 2.
        self.issuer
            .require_typ(typ)
            .map_err(|_| VerifyError::Type)?;
        let payload = verified_payload(&self.issuer, issuer_key).map_err(|algorithm| {
            if algorithm {
                VerifyError::IssuerAlgorithm
            } else {
                VerifyError::IssuerSignature
            }
        })?;
        let payload = serde_json::from_slice(payload)
            .map_err(|_| VerifyError::Parse(ParseError::IssuerJwt))?;
        let Expanded { claims, pointers } = expand(payload, &self.disclosures)?;
        // Step 6: times count after the Disclosures are in, since an issuer may have hidden them.
        if time(&claims, "nbf")?.is_some_and(|nbf| nbf > now.saturating_add(CLOCK_SKEW)) {
            return Err(VerifyError::NotYetValid);
        }
        if time(&claims, "exp")?.is_some_and(|exp| now >= exp) {
            return Err(VerifyError::Expired);
        }
        let holder = holder_key(&claims)?;
        if let KeyBindingPolicy::Required {
            audience,
            nonce,
            now,
            max_age,
        } = *key_binding
        {
            let holder = holder.as_ref().ok_or(VerifyError::HolderKeyMissing)?; // step 4.a
            self.verify_key_binding(holder, audience, nonce, now, max_age)?;
        }
        Ok(Verified {
            claims,
            holder,
            disclosed: pointers,
        })
    }

    /// §7.3 steps 4.b to 4.g.
    fn verify_key_binding(
        &self,
        holder: &Jwk,
        audience: &str,
        nonce: &str,
        now: i64,
        max_age: i64,
    ) -> Result<(), VerifyError> {
        let text = self
            .key_binding
            .as_deref()
            .ok_or(VerifyError::KeyBindingMissing)?;
        let jws = Jws::parse(text).map_err(|_| VerifyError::KeyBindingMalformed)?;
        let payload = verified_payload(&jws, holder).map_err(|algorithm| {
            if algorithm {
                VerifyError::KeyBindingAlgorithm
            } else {
                VerifyError::KeyBindingSignature
            }
        })?;
        jws.require_typ("kb+jwt")
            .map_err(|_| VerifyError::KeyBindingType)?;
        let claims: KeyBindingClaims =
            serde_json::from_slice(payload).map_err(|_| VerifyError::KeyBindingMalformed)?;
        let age = now.saturating_sub(claims.iat);
        if age > max_age {
            return Err(VerifyError::KeyBindingTooOld { seconds: age });
        }
        let ahead = claims.iat.saturating_sub(now);
        if ahead > CLOCK_SKEW {
            return Err(VerifyError::KeyBindingAhead { seconds: ahead });
        }
        if !jose::constant_time_eq(claims.nonce.as_bytes(), nonce.as_bytes()) {
            return Err(VerifyError::KeyBindingNonce);
        }
        if claims.aud != audience {
            return Err(VerifyError::KeyBindingAudience);
        }
        if claims.sd_hash != digest(&self.bound_text) {
            return Err(VerifyError::KeyBindingHash);
        }
        Ok(())
    }
}

/// The payload if `key` signed it with ES256; `Err(true)` if the algorithm is another.
fn verified_payload<'a>(jws: &'a Jws, key: &Jwk) -> Result<&'a [u8], bool> {
    if jws.header().alg != Algorithm::Es256 {
        return Err(true);
    }
    jws.verify(key, &[Algorithm::Es256]).map_err(|_| false)
}

/// A NumericDate (RFC 7519 §2) in whole seconds, if the claim is there.
pub(crate) fn time(
    claims: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<i64>, VerifyError> {
    // The `as` saturates; a fraction of a second is dropped.
    let seconds = |value: &Value| {
        value
            .as_i64()
            .or_else(|| value.as_f64().map(|time| time as i64))
    };
    claims
        .get(name)
        .map(|value| seconds(value).ok_or(VerifyError::Claim(name)))
        .transpose()
}

/// `cnf.jwk` (RFC 7800 §3.2), if there is a `cnf`; a private key in it is refused.
pub(crate) fn holder_key(claims: &Map<String, Value>) -> Result<Option<Jwk>, VerifyError> {
    let Some(cnf) = claims.get("cnf") else {
        return Ok(None);
    };
    let Some(jwk) = cnf.get("jwk") else {
        return Ok(None);
    };
    Jwk::deserialize(jwk)
        .map(Some)
        .map_err(|_| VerifyError::Claim("cnf"))
}
