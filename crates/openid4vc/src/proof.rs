//! The key proof of type `jwt` (OpenID4VCI appendix F.1) and its checks (F.4).
//!
//! A proof says: I hold this key, and I made this for you with the nonce you gave. [`verify`] gives the nonce
//! back; the issuer must then see that it gave that nonce and use it up (`invalid_nonce` otherwise).

use jose::jws::{self, Header, HeaderError, Jws, JwsError};
use jose::{Algorithm, Jwk, PublicKey, SignError, Signer};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::error::CredentialErrorCode;
use crate::key_attestation;

/// The `typ` of a proof.
pub const TYP: &str = "openid4vci-proof+jwt";

/// How old a proof may be by default, in seconds.
pub const DEFAULT_MAX_AGE: i64 = 300;

/// How far in the future a proof may lie, in seconds: clocks differ.
pub const MAX_AHEAD: i64 = 60;

/// The longest proof that is read, in bytes.
pub const MAX_LENGTH: usize = 16 * 1024;

/// How many claims beyond those of F.1 a proof may carry for its reader; what there is beyond is not read.
pub const MAX_OTHER_CLAIMS: usize = 16;

/// The longest such claim, in bytes of its JSON; a longer one is not read.
pub const MAX_OTHER_CLAIM: usize = 1024;

/// The claims of F.1, and of RFC 7519 §4.1 all that says for whom and when a token is: set here or not at all.
const OWN_CLAIMS: [&str; 8] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce"];

/// Header members that name the key in another way than `jwk` (F.1).
const OTHER_KEY_MEMBERS: [&str; 2] = ["x5c", "trust_chain"];

/// What an issuer demands of a proof.
pub struct Expected<'a> {
    /// Its own identifier.
    pub issuer: &'a str,
    /// The client that the access token belongs to.
    pub client_id: &'a str,
    /// Now, in unix seconds.
    pub now: i64,
    /// How old the proof may be, in seconds; [`DEFAULT_MAX_AGE`] is usual.
    pub max_age: i64,
}

/// A proof that holds. Its nonce has yet to be used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyProof {
    /// The key to issue to, without `kid`, `alg` and `use`.
    pub jwk: Jwk,
    /// The nonce in it.
    pub nonce: String,
    /// When it was made, unix seconds by the wallet's clock.
    pub issued_at: i64,
    /// The key attestation that came with it, for [`key_attestation::verify`].
    pub key_attestation: Option<String>,
    /// Claims that F.1 does not know, signed with the rest: what the two sides make of them is theirs. At most
    /// [`MAX_OTHER_CLAIMS`], none longer than [`MAX_OTHER_CLAIM`].
    pub other: Map<String, Value>,
}

/// Why a proof does not hold.
#[derive(Debug, Error)]
pub enum ProofError {
    /// Longer than [`MAX_LENGTH`].
    #[error("the proof is too large")]
    TooLarge,
    /// Not a signed JWT.
    #[error("the proof is malformed")]
    Malformed(#[source] JwsError),
    /// A required claim is missing or malformed.
    #[error("a claim of the proof is missing or malformed")]
    Claims(#[source] serde_json::Error),
    /// `typ` is another or absent.
    #[error("the proof is of another type")]
    Type,
    /// The algorithm is `none`, unknown, or not ES256.
    #[error("the algorithm is not allowed")]
    Algorithm,
    /// The header does not name its key by `jwk` alone, or it is not a P-256 key.
    #[error("the proof does not carry exactly one acceptable key")]
    KeyReference,
    /// The key attestation in the header is not text.
    #[error("the key attestation is malformed")]
    KeyAttestation,
    /// The signature does not hold under the key in the header.
    #[error("the signature does not hold")]
    Signature,
    /// The header carries a private key.
    #[error("the proof carries a private key")]
    PrivateKey,
    /// Made for another issuer.
    #[error("the proof is for another issuer")]
    Audience,
    /// Made by another client.
    #[error("the proof is by another client")]
    Client,
    /// There is no nonce in it.
    #[error("the proof has no nonce")]
    NoNonce,
    /// Made too long ago.
    #[error("the proof is {seconds} s old")]
    TooOld {
        /// Its age.
        seconds: i64,
    },
    /// Made in the future: the wallet's clock is wrong.
    #[error("the proof lies {seconds} s in the future")]
    Ahead {
        /// How far.
        seconds: i64,
    },
    /// Two proofs of one request have the same key.
    #[error("two proofs have the same key")]
    RepeatedKey,
}

impl ProofError {
    /// The code of the answer (8.3.1.2). A wrong nonce is found later and is `invalid_nonce`.
    #[must_use]
    pub fn code(&self) -> CredentialErrorCode {
        CredentialErrorCode::InvalidProof
    }
}

impl From<JwsError> for ProofError {
    fn from(error: JwsError) -> Self {
        match error {
            JwsError::TooLarge => Self::TooLarge,
            JwsError::Type => Self::Type,
            JwsError::AlgorithmNotAllowed | JwsError::Header(HeaderError::Algorithm) => {
                Self::Algorithm
            }
            JwsError::Header(HeaderError::Jwk(jose::JwkError::PrivateMember)) => Self::PrivateKey,
            JwsError::Header(HeaderError::Jwk(_)) => Self::KeyReference,
            JwsError::Signature(_) => Self::Signature,
            JwsError::Payload(source) => Self::Claims(source),
            other => Self::Malformed(other),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    // Optional (F.1), but if it is there it must be the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    aud: String,
    iat: i64,
    // Optional in F.1; demanded below, for there is a nonce endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// Makes a proof for one key.
///
/// # Errors
/// Whatever the key answers.
pub fn prove(
    issuer: &str,
    client_id: &str,
    nonce: &str,
    now: i64,
    holder: &dyn Signer,
) -> Result<String, SignError> {
    prove_attested(issuer, client_id, nonce, now, holder, None)
}

/// As [`prove`], with a key attestation if there is one.
///
/// # Errors
/// Whatever the key answers.
pub fn prove_attested(
    issuer: &str,
    client_id: &str,
    nonce: &str,
    now: i64,
    holder: &dyn Signer,
    key_attestation: Option<String>,
) -> Result<String, SignError> {
    let other = Map::new();
    prove_with(
        issuer,
        client_id,
        nonce,
        now,
        holder,
        key_attestation,
        other,
    )
}

/// As [`prove_attested`], with further claims, which an issuer may read or not.
///
/// # Errors
/// [`SignError::Claim`] if a further claim is one of a JWT's own, else whatever the key answers.
pub fn prove_with(
    issuer: &str,
    client_id: &str,
    nonce: &str,
    now: i64,
    holder: &dyn Signer,
    key_attestation: Option<String>,
    other: Map<String, Value>,
) -> Result<String, SignError> {
    if other.keys().any(|name| OWN_CLAIMS.contains(&name.as_str())) {
        return Err(SignError::Claim);
    }
    let mut header = Header::new(TYP).with_jwk(holder.public_jwk().key_only());
    if let Some(jwt) = key_attestation {
        let name = key_attestation::HEADER_MEMBER.to_owned();
        header.other.insert(name, Value::String(jwt));
    }
    let claims = Claims {
        iss: Some(client_id.to_owned()),
        aud: issuer.to_owned(),
        iat: now,
        nonce: Some(nonce.to_owned()),
        other,
    };
    jws::sign_json(&header, &claims, holder)
}

/// Checks a proof, in the order of F.4.
///
/// # Errors
/// [`ProofError`] for the first check that fails. Reading comes first of all, and it refuses unknown algorithms
/// and private keys at once.
pub fn verify(jwt: &str, expected: &Expected<'_>) -> Result<KeyProof, ProofError> {
    if jwt.len() > MAX_LENGTH {
        return Err(ProofError::TooLarge);
    }
    let jws = Jws::parse(jwt)?;
    // F.4: "all required claims … are contained". They are believed once the signature holds.
    let claims: Claims =
        serde_json::from_slice(jws.unverified_payload()).map_err(ProofError::Claims)?;
    // F.4: "explicitly typed".
    jws.require_typ(TYP)?;
    // F.1: exactly one of `jwk`, `kid` and `x5c`; here it is `jwk`.
    let header = jws.header();
    let others = header.kid.is_some()
        || OTHER_KEY_MEMBERS
            .iter()
            .any(|name| header.other.contains_key(*name));
    let jwk = match &header.jwk {
        Some(jwk) if !others && matches!(jwk.key, PublicKey::P256 { .. }) => jwk,
        _ => return Err(ProofError::KeyReference),
    };
    let key_attestation = match header.other.get(key_attestation::HEADER_MEMBER) {
        None => None,
        Some(Value::String(jwt)) => Some(jwt.clone()),
        Some(_) => return Err(ProofError::KeyAttestation),
    };
    // F.4: "a registered asymmetric digital signature algorithm … acceptable", "the signature … verifies". "Does
    // not contain a private key" held when the header was read.
    jws.verify(jwk, &[Algorithm::Es256])?;
    // F.1: `aud` is the issuer's identifier, `iss` the client's.
    if claims.aud != expected.issuer {
        return Err(ProofError::Audience);
    }
    if claims.iss.is_some_and(|iss| iss != expected.client_id) {
        return Err(ProofError::Client);
    }
    // F.4: "the nonce … matches". It is there; the caller knows which nonces are good.
    let nonce = claims
        .nonce
        .filter(|nonce| !nonce.is_empty())
        .ok_or(ProofError::NoNonce)?;
    // F.4: "the creation time … is within an acceptable window".
    let age = expected.now.saturating_sub(claims.iat);
    if age > expected.max_age {
        return Err(ProofError::TooOld { seconds: age });
    }
    if age < -MAX_AHEAD {
        return Err(ProofError::Ahead {
            seconds: age.saturating_neg(),
        });
    }
    Ok(KeyProof {
        jwk: jwk.key_only(),
        nonce,
        issued_at: claims.iat,
        key_attestation,
        other: bounded(claims.other),
    })
}

/// The further claims, as many and as long as may be: a stranger's appendage costs the reader nothing.
fn bounded(claims: Map<String, Value>) -> Map<String, Value> {
    claims
        .into_iter()
        .filter(|(name, value)| {
            !OWN_CLAIMS.contains(&name.as_str())
                && name.len() + value.to_string().len() <= MAX_OTHER_CLAIM
        })
        .take(MAX_OTHER_CLAIMS)
        .collect()
}

/// Checks all proofs of one request; each must have a key of its own, for there is one credential for each key.
///
/// # Errors
/// As [`verify`], or [`ProofError::RepeatedKey`].
pub fn verify_all(jwts: &[String], expected: &Expected<'_>) -> Result<Vec<KeyProof>, ProofError> {
    let mut proofs: Vec<KeyProof> = Vec::with_capacity(jwts.len());
    for jwt in jwts {
        let proof = verify(jwt, expected)?;
        if proofs.iter().any(|earlier| earlier.jwk == proof.jwk) {
            return Err(ProofError::RepeatedKey);
        }
        proofs.push(proof);
    }
    Ok(proofs)
}

#[cfg(test)]
#[path = "proof_tests.rs"]
mod tests;
