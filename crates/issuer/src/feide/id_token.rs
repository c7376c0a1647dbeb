//! Checking an ID token (OpenID Connect Core 1.0 §3.1.3.7).

use jose::{Algorithm, Jwk, jws::Jws};
use ring::digest;
use serde::Deserialize;
use thiserror::Error;

/// Clocks may differ by this much, in seconds.
const LEEWAY: i64 = 60;
/// A token for a login that just happened is not older than this, in seconds.
const MAX_AGE: i64 = 600;

/// Why an ID token was refused.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum IdTokenError {
    /// Not a JWS, or claims are missing or of the wrong type.
    #[error("the ID token cannot be read")]
    Malformed,
    /// Not RS256, or the signature is not Feide's.
    #[error("the ID token's signature is wrong")]
    Signature,
    /// `iss` is another issuer.
    #[error("the ID token is from another issuer")]
    Issuer,
    /// `aud` or `azp` is another client.
    #[error("the ID token is for another client")]
    Audience,
    /// `exp` has passed.
    #[error("the ID token has expired")]
    Expired,
    /// `iat` or `nbf` is in the future, or `iat` long ago.
    #[error("the ID token was not made now")]
    NotNow,
    /// `nonce` is not that of this login.
    #[error("the ID token belongs to another login")]
    Nonce,
    /// `auth_time` is before this login began: someone's earlier session was used.
    #[error("the login at Feide is older than this login")]
    EarlierSession,
    /// There is no `auth_time`, though it was asked for.
    #[error("the ID token does not say when the login was, though `max_age` asked for it")]
    NoTime,
    /// `acr` is not what was asked for.
    #[error("the login was not as strong as it must be")]
    TooWeak,
    /// `at_hash` does not fit the access token.
    #[error("the ID token belongs to another access token")]
    AccessToken,
}

/// What this login expects.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) access_token: &'a str,
    /// When the login at Feide may have been at the earliest, if that matters. Unix seconds.
    pub(super) logged_in_since: Option<i64>,
    /// A token that does not say when is refused.
    pub(super) says_when: bool,
    /// How the login must have been, if that matters.
    pub(super) acr: Option<&'a str>,
    /// Unix seconds.
    pub(super) now: i64,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    auth_time: Option<i64>,
    acr: Option<String>,
    at_hash: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Verifies `token` with Feide's `key` and gives its `sub`.
pub(super) fn verify(
    token: &Jws,
    key: &Jwk,
    expected: &Expected<'_>,
) -> Result<String, IdTokenError> {
    // 6, 7: signature with an algorithm we chose beforehand.
    let payload = token
        .verify(key, &[Algorithm::Rs256])
        .map_err(|_| IdTokenError::Signature)?;
    let claims: Claims = serde_json::from_slice(payload).map_err(|_| IdTokenError::Malformed)?;
    // 2: issuer, exactly.
    if claims.iss != expected.issuer {
        return Err(IdTokenError::Issuer);
    }
    // 3, 4, 5: audience and authorized party.
    let (named, several) = match &claims.aud {
        Audience::One(aud) => (aud == expected.client_id, false),
        Audience::Many(all) => (
            all.iter().any(|aud| aud == expected.client_id),
            all.len() > 1,
        ),
    };
    let party_fits = match &claims.azp {
        Some(azp) => azp == expected.client_id,
        None => !several,
    };
    if !named || !party_fits {
        return Err(IdTokenError::Audience);
    }
    // 9, 10: times.
    if claims.exp <= expected.now.saturating_sub(LEEWAY) {
        return Err(IdTokenError::Expired);
    }
    let latest = expected.now.saturating_add(LEEWAY);
    let earliest = expected.now.saturating_sub(MAX_AGE);
    if claims.iat > latest || claims.iat < earliest || claims.nbf.is_some_and(|nbf| nbf > latest) {
        return Err(IdTokenError::NotNow);
    }
    // 11: nonce.
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(IdTokenError::Nonce);
    }
    // 12: how the login was.
    if expected.acr.is_some() && claims.acr.as_deref() != expected.acr {
        return Err(IdTokenError::TooWeak);
    }
    // 13: time of the login, when given or asked for.
    if expected.says_when && claims.auth_time.is_none() {
        return Err(IdTokenError::NoTime);
    }
    if let (Some(since), Some(at)) = (expected.logged_in_since, claims.auth_time)
        && at < since.saturating_sub(LEEWAY)
    {
        return Err(IdTokenError::EarlierSession);
    }
    // §3.1.3.8: access token hash, when given.
    if let Some(at_hash) = &claims.at_hash {
        let hash = digest::digest(&digest::SHA256, expected.access_token.as_bytes());
        if *at_hash != jose::base64url(&hash.as_ref()[..16]) {
            return Err(IdTokenError::AccessToken);
        }
    }
    // §2: `sub` is at most 255 ASCII characters.
    if claims.sub.is_empty() || claims.sub.len() > 255 || !claims.sub.is_ascii() {
        return Err(IdTokenError::Malformed);
    }
    Ok(claims.sub)
}
