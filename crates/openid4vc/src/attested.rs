//! What the two kinds of attestation have in common: a short-lived ES256 JWT by somebody who is trusted for that.

use jose::jws::{Jws, JwsError};
use jose::{Algorithm, Jwk};
use serde::de::DeserializeOwned;

/// How far apart two clocks may be, in seconds.
pub(crate) const CLOCK_SKEW: i64 = 60;

/// Reads a JWT of this type that one of `trusted` has signed.
pub(crate) fn read<T: DeserializeOwned>(
    jwt: &str,
    typ: &str,
    trusted: &[Jwk],
) -> Result<T, JwsError> {
    let jws = Jws::parse(jwt)?;
    jws.require_typ(typ)?;
    // A county trusts a handful of wallet makers at most, so `kid` is not needed to choose.
    let mut outcome = Err(JwsError::AlgorithmNotAllowed);
    for key in trusted {
        outcome = jws.verify_json(key, &[Algorithm::Es256]);
        if !matches!(outcome, Err(JwsError::Signature(_))) {
            return outcome;
        }
    }
    outcome
}
