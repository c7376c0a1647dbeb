//! Attestation-based client authentication (draft-ietf-oauth-attestation-based-client-auth-11; OpenID4VCI appendix
//! E calls it the wallet attestation).
//!
//! The maker of a wallet says of one copy of it: this is my program, and this is its key. The copy proves that it
//! holds that key, by a JWT of its own or by the DPoP proof of the same request. Whoever runs the endpoints sees that
//! each header stands once and that a [`PossessionProof::jti`] is used once.

use jose::jws::{self, Header, Jws, JwsError};
use jose::{Algorithm, Jwk, PublicKey, SignError, Signer, constant_time_eq};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::attested::{self, CLOCK_SKEW};
use crate::error::OAuthErrorCode;

/// The request header with the attestation (§4), in lower case.
pub const HEADER: &str = "oauth-client-attestation";

/// The request header with the proof of possession (§5.1), in lower case.
pub const POP_HEADER: &str = "oauth-client-attestation-pop";

/// The `typ` of an attestation.
pub const TYP: &str = "oauth-client-attestation+jwt";

/// The `typ` of a proof of possession.
pub const POP_TYP: &str = "oauth-client-attestation-pop+jwt";

/// How old a proof of possession may be by default, in seconds.
pub const DEFAULT_MAX_AGE: i64 = 300;

/// The longest attestation or proof that is read, in bytes (§10.5).
pub const MAX_LENGTH: usize = 8 * 1024;

/// The longest `jti` that is accepted, in bytes.
pub const MAX_JTI_LENGTH: usize = 256;

/// What a server demands.
pub struct Expected<'a> {
    /// Keys of the wallet makers that are trusted.
    pub trusted: &'a [Jwk],
    /// The `client_id` in the request.
    pub client_id: &'a str,
    /// The server's own identifier (RFC 8414).
    pub audience: &'a str,
    /// Now, in unix seconds.
    pub now: i64,
    /// How old a proof of possession may be, in seconds; [`DEFAULT_MAX_AGE`] is usual.
    pub max_age: i64,
}

/// An attestation that holds. Whether whoever sends it is the one it speaks of, a proof of possession must tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientAttestation {
    /// The key of this copy of the wallet.
    pub instance_key: Jwk,
}

/// A proof of possession that holds. It must not have been seen before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PossessionProof {
    /// Its identifier, for the memory of replays.
    pub jti: String,
    /// When it was made, unix seconds by the client's clock.
    pub issued_at: i64,
}

/// Why a client is not believed.
#[derive(Debug, Error)]
pub enum ClientAttestationError {
    /// Longer than [`MAX_LENGTH`].
    #[error("the attestation or its proof is too large")]
    TooLarge,
    /// Not a JWT of the right type by somebody who is trusted, or a claim is missing.
    #[error("the attestation is not acceptable")]
    Attestation(#[source] JwsError),
    /// `cnf` has no P-256 key.
    #[error("the attestation has no acceptable key")]
    Key,
    /// `sub` is another client.
    #[error("the attestation is for another client")]
    Client,
    /// It has expired.
    #[error("the attestation expired {seconds} s ago")]
    Expired {
        /// Seconds since then.
        seconds: i64,
    },
    /// It begins, or was made, in the future.
    #[error("the attestation lies in the future")]
    Ahead,
    /// The proof of possession is not a JWT of the right type by the attested key, or a claim is missing.
    #[error("the proof of possession is not acceptable")]
    Proof(#[source] JwsError),
    /// The proof is for another server.
    #[error("the proof of possession is for another server")]
    Audience,
    /// The proof was made too long ago, or in the future.
    #[error("the proof of possession is {seconds} s old")]
    ProofAge {
        /// Its age.
        seconds: i64,
    },
    /// `jti` is empty or too long.
    #[error("the proof's identifier is empty or too long")]
    Identifier,
    /// The DPoP proof is made with another key.
    #[error("the DPoP proof is made with another key than the attested one")]
    OtherDpopKey,
}

impl ClientAttestationError {
    /// The code of the answer (§7.4).
    #[must_use]
    pub fn code(&self) -> OAuthErrorCode {
        match self {
            // "MUST be used when the Client Attestation JWT is deemed to be not fresh enough".
            Self::Expired { .. } => OAuthErrorCode::UseFreshAttestation,
            _ => OAuthErrorCode::InvalidClientAttestation,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    cnf: Confirmation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct Confirmation {
    jwk: Jwk,
}

#[derive(Serialize, Deserialize)]
struct ProofClaims {
    aud: String,
    jti: String,
    iat: i64,
}

/// Says of a copy of the wallet that it is genuine: what the wallet's maker does.
///
/// # Errors
/// Whatever the key answers.
pub fn attest(
    client_id: &str,
    instance_key: &Jwk,
    now: i64,
    expires_at: i64,
    attester: &dyn Signer,
) -> Result<String, SignError> {
    let header = Header::new(TYP).with_kid(attester.public_jwk().thumbprint());
    let claims = Claims {
        sub: client_id.to_owned(),
        exp: expires_at,
        cnf: Confirmation {
            jwk: instance_key.key_only(),
        },
        iat: Some(now),
        nbf: None,
    };
    jws::sign_json(&header, &claims, attester)
}

/// Proves possession of the attested key: what a copy of the wallet does for each request.
///
/// # Errors
/// Whatever the key answers.
pub fn prove(
    audience: &str,
    jti: &str,
    now: i64,
    instance: &dyn Signer,
) -> Result<String, SignError> {
    let claims = ProofClaims {
        aud: audience.to_owned(),
        jti: jti.to_owned(),
        iat: now,
    };
    jws::sign_json(&Header::new(POP_TYP), &claims, instance)
}

/// Checks an attestation, in the order of §7.1.
///
/// # Errors
/// [`ClientAttestationError`] for the first check that fails.
pub fn verify(
    attestation: &str,
    expected: &Expected<'_>,
) -> Result<ClientAttestation, ClientAttestationError> {
    use ClientAttestationError::{Ahead, Attestation, Client, Expired, Key, TooLarge};
    if attestation.len() > MAX_LENGTH {
        return Err(TooLarge);
    }
    // Rules 2 to 5: claims, algorithm, signature by an attester that is trusted. Reading a `cnf` with a private key
    // in it fails.
    let claims: Claims = attested::read(attestation, TYP, expected.trusted).map_err(Attestation)?;
    let PublicKey::P256 { .. } = claims.cnf.jwk.key else {
        return Err(Key);
    };
    // Rule 6.
    let seconds = expected.now.saturating_sub(claims.exp);
    if seconds >= CLOCK_SKEW {
        return Err(Expired { seconds });
    }
    let latest = expected.now.saturating_add(CLOCK_SKEW);
    if claims.iat.max(claims.nbf).is_some_and(|from| from > latest) {
        return Err(Ahead);
    }
    // Rule 7.
    if claims.sub != expected.client_id {
        return Err(Client);
    }
    Ok(ClientAttestation {
        instance_key: claims.cnf.jwk.key_only(),
    })
}

impl ClientAttestation {
    /// Checks the proof of possession that came with the attestation, in the order of §7.2.
    ///
    /// # Errors
    /// [`ClientAttestationError`] for the first check that fails.
    pub fn verify_proof(
        &self,
        proof: &str,
        expected: &Expected<'_>,
    ) -> Result<PossessionProof, ClientAttestationError> {
        use ClientAttestationError::{Audience, Identifier, Proof, ProofAge, TooLarge};
        if proof.len() > MAX_LENGTH {
            return Err(TooLarge);
        }
        // Rules 2 to 4.
        let jws = Jws::parse(proof).map_err(Proof)?;
        jws.require_typ(POP_TYP).map_err(Proof)?;
        let claims: ProofClaims = jws
            .verify_json(&self.instance_key, &[Algorithm::Es256])
            .map_err(Proof)?;
        if claims.jti.is_empty() || claims.jti.len() > MAX_JTI_LENGTH {
            return Err(Identifier);
        }
        // Rule 6; rule 5 is for servers that give challenges.
        let seconds = expected.now.saturating_sub(claims.iat);
        if seconds > expected.max_age || seconds < -CLOCK_SKEW {
            return Err(ProofAge { seconds });
        }
        // Rule 7.
        if claims.aud != expected.audience {
            return Err(Audience);
        }
        Ok(PossessionProof {
            jti: claims.jti,
            issued_at: claims.iat,
        })
    }

    /// Takes the DPoP proof of the same request, which must have been checked, for the proof of possession (§7.3).
    ///
    /// # Errors
    /// [`ClientAttestationError::OtherDpopKey`].
    pub fn accept_dpop(&self, thumbprint: &str) -> Result<(), ClientAttestationError> {
        let own = self.instance_key.thumbprint();
        if constant_time_eq(own.as_bytes(), thumbprint.as_bytes()) {
            Ok(())
        } else {
            Err(ClientAttestationError::OtherDpopKey)
        }
    }
}

#[cfg(test)]
#[path = "client_attestation_tests.rs"]
mod tests;
