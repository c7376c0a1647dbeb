//! The checks of whoever receives an SD-JWT, in the order of RFC 9901 §7.1 and §7.3.

use jose::{Algorithm, Jwk, UniqueValue, jws::Jws};
use serde::Deserialize;
use serde_json::{Map, Number, Value};

use crate::expand::{DisclosureError, Expanded, expand};
use crate::parse::{ParseError, SdJwt, digest};

/// How far two clocks may differ, in seconds.
pub const CLOCK_SKEW: i64 = 60;

/// Who is looking, and whether the holder must have signed: decided before looking at what was sent (§7.3 step 1).
#[derive(Debug, Clone, Copy)]
pub enum KeyBindingPolicy<'a> {
    /// A holder looks at what an issuer sent (§7.2): a Key Binding JWT has no place there.
    Issuance,
    /// A verifier looks who does not need a Key Binding JWT; one that is there is not looked at.
    NotRequired,
    /// A verifier looks who needs a Key Binding JWT that says this.
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
    /// §7.2: an issuer sent what only a holder can have made.
    #[error("there is a key binding where none may be")]
    KeyBindingPresent,
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
    /// §7.1 step 6: `aud` names others than this verifier.
    #[error("meant for others")]
    Audience,
    /// §7.3 step 5.a: there is no key of the holder to check with.
    #[error("the credential names no key of the holder")]
    HolderKeyMissing,
    /// §7.3 step 5: the Key Binding JWT cannot be read or a claim of it is missing.
    #[error("the key binding is malformed")]
    KeyBindingMalformed,
    /// §7.3 step 5.b: another algorithm than ES256.
    #[error("the holder's algorithm is not allowed")]
    KeyBindingAlgorithm,
    /// §7.3 step 5.c: the holder's key did not sign it.
    #[error("the holder's signature is wrong")]
    KeyBindingSignature,
    /// §7.3 step 5.d: its `typ` is not `kb+jwt`.
    #[error("the key binding is of another type")]
    KeyBindingType,
    /// §7.3 step 5.e: made too long ago.
    #[error("the key binding is {seconds} seconds old")]
    KeyBindingTooOld {
        /// Its age.
        seconds: i64,
    },
    /// §7.3 step 5.e: made in the future.
    #[error("the key binding is {seconds} seconds ahead")]
    KeyBindingAhead {
        /// How far ahead.
        seconds: i64,
    },
    /// §7.3 step 5.f: not this transaction's nonce.
    #[error("the key binding has another nonce")]
    KeyBindingNonce,
    /// §7.3 step 5.f: for another verifier.
    #[error("the key binding is for another audience")]
    KeyBindingAudience,
    /// §7.3 step 5.g: over another set of Disclosures.
    #[error("the key binding is over something else")]
    KeyBindingHash,
    /// §7.3 step 5.h: it has an `nbf` to come or an `exp` that has passed.
    #[error("the key binding is not valid now")]
    KeyBindingExpired,
}

/// §4.3, where `aud` is one text, and RFC 7519 §4.1.
#[derive(Deserialize)]
struct KeyBindingClaims {
    iat: Number,
    aud: String,
    nonce: String,
    sd_hash: String,
    nbf: Option<Number>,
    exp: Option<Number>,
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
        // §7.3 steps 1 to 3: the policy decides, not the sender.
        match (key_binding, &self.key_binding) {
            (KeyBindingPolicy::Issuance, Some(_)) => return Err(VerifyError::KeyBindingPresent),
            (KeyBindingPolicy::Required { .. }, None) => {
                return Err(VerifyError::KeyBindingMissing);
            }
            _ => {}
        }
        // §7.3 step 4 is §7.1, here from step 2.
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
        let payload = claims_of(payload)?;
        let Expanded { claims, pointers } = expand(payload, &self.disclosures())?;
        // Step 6: these count after the Disclosures are in, since an issuer may have hidden them.
        if time(&claims, "nbf")?.is_some_and(|nbf| nbf > now.saturating_add(CLOCK_SKEW)) {
            return Err(VerifyError::NotYetValid);
        }
        if time(&claims, "exp")?.is_some_and(|exp| now >= exp) {
            return Err(VerifyError::Expired);
        }
        check_audience(&claims, key_binding)?;
        let holder = holder_key(&claims)?;
        if let KeyBindingPolicy::Required {
            audience,
            nonce,
            now,
            max_age,
        } = *key_binding
        {
            let holder = holder.as_ref().ok_or(VerifyError::HolderKeyMissing)?; // step 5.a
            self.verify_key_binding(holder, audience, nonce, now, max_age)?;
        }
        Ok(Verified {
            claims,
            holder,
            disclosed: pointers,
        })
    }

    /// §7.3 steps 5.b to 5.h.
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
        let time = |time: &Number| seconds(time).ok_or(VerifyError::KeyBindingMalformed);
        let issued_at = time(&claims.iat)?;
        let age = now.saturating_sub(issued_at);
        if age > max_age {
            return Err(VerifyError::KeyBindingTooOld { seconds: age });
        }
        let ahead = issued_at.saturating_sub(now);
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
        let not_before = claims.nbf.as_ref().map(time).transpose()?;
        let expires_at = claims.exp.as_ref().map(time).transpose()?;
        if not_before.is_some_and(|nbf| nbf > now.saturating_add(CLOCK_SKEW))
            || expires_at.is_some_and(|exp| now >= exp)
        {
            return Err(VerifyError::KeyBindingExpired);
        }
        Ok(())
    }
}

/// RFC 7519 §4.1.3: whoever does not find itself in `aud` must refuse. A verifier that has no name of its own is never
/// meant; a holder is not who a credential is shown to.
fn check_audience(
    claims: &Map<String, Value>,
    policy: &KeyBindingPolicy<'_>,
) -> Result<(), VerifyError> {
    let own = match *policy {
        KeyBindingPolicy::Issuance => return Ok(()),
        KeyBindingPolicy::NotRequired => None,
        KeyBindingPolicy::Required { audience, .. } => Some(audience),
    };
    let meant = |value: &Value| own.is_some_and(|own| value.as_str() == Some(own));
    let among = match claims.get("aud") {
        None => return Ok(()),
        Some(one @ Value::String(_)) => meant(one),
        Some(Value::Array(several)) => several.iter().any(meant),
        Some(_) => return Err(VerifyError::Claim("aud")),
    };
    if among {
        Ok(())
    } else {
        Err(VerifyError::Audience)
    }
}

/// The claims in a JWT's payload. A name that stands twice is refused, as RFC 7519 §4 allows.
pub(crate) fn claims_of(payload: &[u8]) -> Result<Map<String, Value>, ParseError> {
    match serde_json::from_slice(payload) {
        Ok(UniqueValue(Value::Object(claims))) => Ok(claims),
        _ => Err(ParseError::IssuerJwt),
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
    claims
        .get(name)
        .map(|value| {
            let time = value.as_number().and_then(seconds);
            time.ok_or(VerifyError::Claim(name))
        })
        .transpose()
}

fn seconds(time: &Number) -> Option<i64> {
    // The `as` saturates; a fraction of a second is dropped.
    time.as_i64()
        .or_else(|| time.as_f64().map(|time| time as i64))
}

/// `cnf.jwk` (RFC 7800 §3.2), if there is a `cnf`; a private key in it is refused. Keys that would have to be fetched
/// (`jku`, `x5u`) or guessed (`kid`) are none.
pub(crate) fn holder_key(claims: &Map<String, Value>) -> Result<Option<Jwk>, VerifyError> {
    let Some(cnf) = claims.get("cnf") else {
        return Ok(None);
    };
    let cnf = cnf.as_object().ok_or(VerifyError::Claim("cnf"))?;
    let Some(jwk) = cnf.get("jwk") else {
        return Ok(None);
    };
    jwk.as_object()
        .and_then(|members| Jwk::from_members(members).ok())
        .map(Some)
        .ok_or(VerifyError::Claim("cnf"))
}
