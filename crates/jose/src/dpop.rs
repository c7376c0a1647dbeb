//! Demonstrating Proof of Possession (RFC 9449): a token that only works together with a key.
//!
//! [`verify`] makes every check of §4.3 that can be made on the proof alone. Two are left to the caller, who
//! has what they need: that the request has exactly one `DPoP` header, and that [`Proof::jti`] was not seen
//! before (remember it, with the key's thumbprint, for [`Expected::max_age`] + [`MAX_AHEAD`] seconds).
//! A server that wants nonces of its own in proofs (§8, §9) makes them with [`Nonces`].

mod nonces;

pub use nonces::Nonces;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::bytes::{base64url, constant_time_eq, sha256};
use crate::jwk::Algorithm;
use crate::jws::{self, Header, Jws, JwsError};
use crate::key::{SignError, Signer};

/// The `typ` of a proof.
pub const TYP: &str = "dpop+jwt";

/// How old a proof may be by default, in seconds.
pub const DEFAULT_MAX_AGE: i64 = 300;

/// How far in the future a proof may lie, in seconds: clocks differ.
pub const MAX_AHEAD: i64 = 60;

/// The longest proof that is read, in bytes.
pub const MAX_LENGTH: usize = 8 * 1024;

/// The longest `jti` that is accepted, in bytes.
pub const MAX_JTI_LENGTH: usize = 256;

/// What a client proves: that it sends this request, now, with this key.
pub struct ProofRequest<'a> {
    /// The HTTP method, upper case.
    pub method: &'a str,
    /// The absolute URL. Query and fragment are left out of the proof.
    pub url: &'a str,
    /// Now, in unix seconds.
    pub now: i64,
    /// A random value, new for each proof; [`crate::random_token`] of 16 bytes is good.
    pub jti: &'a str,
    /// The access token the request carries, if it does.
    pub access_token: Option<&'a str>,
    /// The nonce the server last gave in `DPoP-Nonce`, if it did.
    pub nonce: Option<&'a str>,
}

/// What a server demands of a proof.
pub struct Expected<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// The absolute URL of the request as the outside sees it.
    pub url: &'a str,
    /// Now, in unix seconds.
    pub now: i64,
    /// The server's nonces, if it demands one in every proof.
    pub nonces: Option<&'a Nonces>,
    /// How old the proof may be, in seconds; [`DEFAULT_MAX_AGE`] is usual.
    pub max_age: i64,
    /// The access token in the request. It must be given wherever a resource is asked for.
    pub access_token: Option<&'a str>,
    /// The thumbprint (base64url) of the key that the token is bound to.
    pub key_thumbprint: Option<&'a str>,
}

/// A proof that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The RFC 7638 thumbprint of its key, base64url.
    pub thumbprint: String,
    /// Its identifier, for the memory of replays.
    pub jti: String,
    /// When it was made, unix seconds by the client's clock.
    pub issued_at: i64,
    /// The server's nonce in it, if any.
    pub nonce: Option<String>,
}

/// Why a proof does not hold. On the wire all are `invalid_dpop_proof` but [`DpopError::Nonce`].
#[derive(Debug, Error)]
pub enum DpopError {
    /// Longer than [`MAX_LENGTH`].
    #[error("the proof is too large")]
    TooLarge,
    /// Not a signed JWT with acceptable header, key, algorithm and claims, or the signature does not hold.
    #[error("the proof is not acceptable")]
    Jws(#[from] JwsError),
    /// The header has no `jwk`.
    #[error("the proof carries no key")]
    NoKey,
    /// `jti` is empty or too long.
    #[error("the proof's identifier is empty or too long")]
    Identifier,
    /// Made for another method.
    #[error("the proof is for another method")]
    Method,
    /// Made for another URL.
    #[error("the proof is for another address")]
    Url,
    /// Made without a nonce that the server gave, or with an old one: `use_dpop_nonce` on the wire, with a new one in
    /// `DPoP-Nonce` (§8, §9).
    #[error("the proof carries no nonce of ours")]
    Nonce,
    /// Made too long ago.
    #[error("the proof is {seconds} s old")]
    TooOld {
        /// Its age.
        seconds: i64,
    },
    /// Made in the future: the client's clock is wrong.
    #[error("the proof lies {seconds} s in the future")]
    Ahead {
        /// How far.
        seconds: i64,
    },
    /// Made for another access token, or for none.
    #[error("the proof is for another access token")]
    AccessToken,
    /// Made with another key than the token is bound to.
    #[error("the proof is made with another key")]
    Key,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
}

/// Makes the value of the `DPoP` header (§4.2).
///
/// # Errors
/// Whatever the key answers.
pub fn prove(request: &ProofRequest<'_>, signer: &dyn Signer) -> Result<String, SignError> {
    let header = Header::new(TYP).with_jwk(signer.public_jwk().key_only());
    let claims = Claims {
        jti: request.jti.to_owned(),
        htm: request.method.to_owned(),
        htu: without_query(request.url).to_owned(),
        iat: request.now,
        ath: request.access_token.map(access_token_hash),
        nonce: request.nonce.map(str::to_owned),
    };
    jws::sign_json(&header, &claims, signer)
}

/// Checks a proof, in the order of §4.3.
///
/// # Errors
/// [`DpopError`] for the first check that fails.
pub fn verify(proof: &str, expected: &Expected<'_>) -> Result<Proof, DpopError> {
    if proof.len() > MAX_LENGTH {
        return Err(DpopError::TooLarge);
    }
    // Steps 2, 5 and 7: well formed, a known algorithm, no private key. Header reading refuses the rest.
    let jws = Jws::parse(proof)?;
    // Step 4: explicit type.
    jws.require_typ(TYP)?;
    // Steps 3 and 6: the signature holds under the key in the header, and the claims are there.
    let key = jws.header().jwk.as_ref().ok_or(DpopError::NoKey)?;
    let claims: Claims = jws.verify_json(key, &[Algorithm::Es256])?;
    if claims.jti.is_empty() || claims.jti.len() > MAX_JTI_LENGTH {
        return Err(DpopError::Identifier);
    }
    // Step 8.
    if claims.htm != expected.method {
        return Err(DpopError::Method);
    }
    // Step 9.
    match (normalize(&claims.htu), normalize(expected.url)) {
        (Some(theirs), Some(ours)) if theirs == ours => {}
        _ => return Err(DpopError::Url),
    }
    // Step 10.
    if let Some(nonces) = expected.nonces {
        let nonce = claims.nonce.as_deref().ok_or(DpopError::Nonce)?;
        if !nonces.accepts(nonce, expected.now) {
            return Err(DpopError::Nonce);
        }
    }
    // Step 11.
    let age = expected.now.saturating_sub(claims.iat);
    if age > expected.max_age {
        return Err(DpopError::TooOld { seconds: age });
    }
    if age < -MAX_AHEAD {
        return Err(DpopError::Ahead {
            seconds: age.saturating_neg(),
        });
    }
    // Step 12.
    if let Some(token) = expected.access_token {
        let bound = claims.ath.as_deref().is_some_and(|ath| {
            constant_time_eq(ath.as_bytes(), access_token_hash(token).as_bytes())
        });
        if !bound {
            return Err(DpopError::AccessToken);
        }
    }
    let thumbprint = key.thumbprint();
    if let Some(bound_to) = expected.key_thumbprint
        && !constant_time_eq(bound_to.as_bytes(), thumbprint.as_bytes())
    {
        return Err(DpopError::Key);
    }
    Ok(Proof {
        thumbprint,
        jti: claims.jti,
        issued_at: claims.iat,
        nonce: claims.nonce,
    })
}

/// `ath` (§4.2): base64url of the SHA-256 of the token's ASCII.
fn access_token_hash(token: &str) -> String {
    base64url(&sha256(token.as_bytes()))
}

fn without_query(url: &str) -> &str {
    url.find(['?', '#']).map_or(url, |end| &url[..end])
}

/// §4.3 step 9: query and fragment do not count; letter case of scheme and host, the default port and the empty
/// path are made alike (RFC 3986 §6.2.2.1, §6.2.3). Anything else must be written the same. Userinfo is refused.
fn normalize(url: &str) -> Option<String> {
    let (scheme, rest) = without_query(url).split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let (authority, path) = match rest.find('/') {
        Some(start) => rest.split_at(start),
        None => (rest, "/"),
    };
    if authority.is_empty() || authority.contains('@') {
        return None;
    }
    let authority = authority.to_ascii_lowercase();
    let host = authority
        .strip_suffix(default_port)
        .or_else(|| authority.strip_suffix(':'))
        .unwrap_or(&authority);
    Some(format!("{scheme}://{host}{path}"))
}

#[cfg(test)]
#[path = "dpop_tests.rs"]
mod tests;
