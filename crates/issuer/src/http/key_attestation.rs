//! Key attestations in key proofs (OpenID4VCI 1.0 appendices D and F.1): never asked for, but what is sent is checked.

use std::collections::HashSet;

use county_api::{KEY_PROTECTION_CLAIM, KeyProtection};
use jose::Jwk;
use openid4vc::{CredentialError, CredentialErrorCode, key_attestation, proof::KeyProof};
use serde::Deserialize;

use super::Service;
use crate::db::entity::credential::KeyLevel;

/// What proofs that hold lead to.
pub(super) struct Proven {
    /// The keys to issue to: those proven, and as many of those attested besides as one batch takes.
    pub(super) keys: Vec<ProvenKey>,
    /// The nonces to use up: of the proofs and of the attestations.
    pub(super) nonces: HashSet<String>,
}

/// A key to issue to.
#[derive(Clone, Debug)]
pub(super) struct ProvenKey {
    pub(super) jwk: Jwk,
    /// How well the app says that it is guarded. Its own word, which decides nothing.
    pub(super) protection: Option<KeyLevel>,
}

impl ProvenKey {
    /// Whatever else may stand there, or nothing: an honest app of another version is not refused for it.
    fn of(proof: &KeyProof) -> Self {
        let said = proof.other.get(KEY_PROTECTION_CLAIM);
        let known = said.and_then(|said| KeyProtection::deserialize(said).ok());
        Self {
            jwk: proof.jwk.clone(),
            protection: known.map(KeyLevel::from),
        }
    }
}

/// Checks the attestations that came with these proofs.
pub(super) fn check(service: &Service, proofs: Vec<KeyProof>) -> Result<Proven, CredentialError> {
    let trusted = &service.config.client_attestation.trusted_keys;
    let mut proven = Proven {
        keys: proofs.iter().map(ProvenKey::of).collect(),
        nonces: HashSet::new(),
    };
    for proof in proofs {
        proven.nonces.insert(proof.nonce);
        let Some(jwt) = proof.key_attestation else {
            continue;
        };
        let attestation = key_attestation::verify(&jwt, trusted, &proof.jwk, service.unix_now())
            .map_err(|error| {
                tracing::debug!(%error, "a key attestation was refused");
                CredentialError::new(CredentialErrorCode::InvalidProof)
                    .with_description("a key attestation does not hold")
            })?;
        proven.nonces.insert(attestation.nonce);
        // F.1: "SHOULD issue a Credential for each cryptographic public key specified in the attested_keys claim".
        for key in attestation.keys {
            let is_new = proven.keys.iter().all(|known| known.jwk != key);
            if proven.keys.len() < service.config.lifetimes.batch && is_new {
                proven.keys.push(ProvenKey {
                    jwk: key,
                    protection: None,
                });
            }
        }
    }
    Ok(proven)
}
