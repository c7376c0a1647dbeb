//! Client attestations at our endpoints (attestation-based client authentication, draft 11): never asked for, but what
//! is sent is checked.
//!
//! An attestation by a wallet maker whom the county does not trust is refused rather than passed over: a client that
//! sends one counts on its being checked.

use axum::http::HeaderMap;
use jose::dpop::Proof;
use openid4vc::{
    OAuthErrorCode,
    client_attestation::{self, ClientAttestationError, DEFAULT_MAX_AGE, Expected},
};

use crate::http::Service;

use super::{
    OAuthProblem,
    dpop::{self, ProofProblem},
};

/// Checks what the request brings (§7). The answer is the thumbprint of the attested key; none when there is no
/// attestation.
///
/// `proof` is the request's DPoP proof, checked, which stands for the proof of possession when there is no other (§5.2).
pub(super) async fn check(
    service: &Service,
    headers: &HeaderMap,
    client_id: &str,
    proof: Option<&Proof>,
) -> Result<Option<String>, OAuthProblem> {
    let attestation = single(headers, client_attestation::HEADER)?;
    let possession = single(headers, client_attestation::POP_HEADER)?;
    let attestation = match (attestation, possession) {
        (Some(attestation), _) => attestation,
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(refused("a proof of possession without an attestation")),
    };
    let now = service.unix_now();
    let expected = Expected {
        trusted: &service.config.client_attestation.trusted_keys,
        client_id,
        audience: service.config.issuer.id(),
        now,
        max_age: DEFAULT_MAX_AGE,
    };
    let attestation = client_attestation::verify(attestation, &expected).map_err(problem)?;
    let instance = attestation.instance_key.thumbprint();
    if let Some(possession) = possession {
        let possession = attestation
            .verify_proof(possession, &expected)
            .map_err(problem)?;
        // §12.1: a proof counts once. Whoever comes this far is vouched for, so these rows are not a stranger's.
        let seen = format!("attestation.{instance}.{}", possession.jti);
        let until = possession.issued_at.max(now) + DEFAULT_MAX_AGE;
        dpop::remember(&service.db, &seen, until)
            .await
            .map_err(|error| match error {
                ProofProblem::Replayed => refused("the proof of possession was used before"),
                error => error.into(),
            })?;
    } else {
        // §7.3; §7.2 otherwise.
        let proof = proof.ok_or_else(|| refused("the proof of possession is missing"))?;
        attestation
            .accept_dpop(&proof.thumbprint)
            .map_err(problem)?;
    }
    Ok(Some(instance))
}

/// §7.1 and §7.2, rule 1: "precisely one".
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, OAuthProblem> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value
            .to_str()
            .map(|text| Some(text.trim()))
            .map_err(|_| refused("the attestation is not text")),
        (Some(_), Some(_)) => Err(refused("an attestation header is repeated")),
    }
}

fn problem(error: ClientAttestationError) -> OAuthProblem {
    tracing::debug!(%error, "a client attestation was refused");
    OAuthProblem::refused(error.code(), "the client attestation does not hold")
}

fn refused(why: &'static str) -> OAuthProblem {
    OAuthProblem::refused(OAuthErrorCode::InvalidClientAttestation, why)
}
