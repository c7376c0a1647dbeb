//! DPoP at our endpoints (RFC 9449): one proof, of one key, for one request, once.

use axum::http::{HeaderMap, Method};
use jose::dpop::{self, DpopError, Expected, Proof};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, TryInsertResult};
use thiserror::Error;

use crate::{db::entity::dpop_jti, http::Service, oauth::secret};

/// How far a proof's time may be from ours, in seconds. Phones' clocks are seldom right to the second.
const MAX_AGE: i64 = 300;

/// Why a proof was refused.
#[derive(Debug, Error)]
pub(crate) enum ProofProblem {
    /// There is no `DPoP` header.
    #[error("the DPoP proof is missing")]
    Missing,
    /// More than one header, not text, or a check failed.
    #[error("the DPoP proof is not valid")]
    Invalid,
    /// It has no nonce of ours, or an old one.
    #[error("the DPoP proof must have the nonce that was given")]
    Nonce,
    /// Seen before.
    #[error("the DPoP proof was used before")]
    Replayed,
    /// Too many strangers come at once.
    #[error("too many requests without a token")]
    TooMany,
    /// The database does not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Whether the request brings a proof at all.
pub(crate) fn is_present(headers: &HeaderMap) -> bool {
    headers.contains_key("dpop")
}

/// Checks the proof in `headers` (RFC 9449 §4.3) and remembers it, so that it counts once.
///
/// `path` is the path of the request; `key` the thumbprint the proof must have. `known` tells whether the caller brings
/// a secret of ours; whoever does not is a stranger, and strangers must wait when there are too many.
pub(crate) async fn check(
    service: &Service,
    headers: &HeaderMap,
    method: &Method,
    path: &str,
    access_token: Option<&str>,
    key: Option<&str>,
    known: bool,
) -> Result<Proof, ProofProblem> {
    let now = service.unix_now();
    // §4.3 check 1: exactly one header.
    let mut proofs = headers.get_all("dpop").iter();
    let proof = proofs.next().ok_or(ProofProblem::Missing)?;
    if proofs.next().is_some() {
        return Err(ProofProblem::Invalid);
    }
    let proof = proof.to_str().map_err(|_| ProofProblem::Invalid)?;
    let url = service.address_of(path);
    let expected = Expected {
        method: method.as_str(),
        url: &url,
        now,
        nonces: Some(&service.dpop_nonces),
        max_age: MAX_AGE,
        access_token,
        key_thumbprint: key,
    };
    let proof = dpop::verify(proof, &expected).map_err(|error| {
        tracing::debug!(%error, "a DPoP proof was refused");
        match error {
            DpopError::Nonce => ProofProblem::Nonce,
            _ => ProofProblem::Invalid,
        }
    })?;
    if !known && !service.let_stranger_pass() {
        return Err(ProofProblem::TooMany);
    }
    // §11.1: a proof is accepted once within its life.
    let seen = format!("{}.{}", proof.thumbprint, proof.jti);
    let until = proof.issued_at.max(now).saturating_add(MAX_AGE + 60);
    remember(&service.db, &seen, until).await?;
    Ok(proof)
}

/// Remembers a proof by its name until it would be refused for its age; an error when it was seen before.
pub(super) async fn remember(
    db: &impl ConnectionTrait,
    name: &str,
    until: i64,
) -> Result<(), ProofProblem> {
    let row = dpop_jti::ActiveModel {
        jti_hash: Set(secret::hash(name)),
        expires_at: Set(until),
    };
    let inserted = dpop_jti::Entity::insert(row)
        .on_conflict_do_nothing()
        .exec_without_returning(db)
        .await?;
    match inserted {
        TryInsertResult::Inserted(1) => Ok(()),
        _ => Err(ProofProblem::Replayed),
    }
}
