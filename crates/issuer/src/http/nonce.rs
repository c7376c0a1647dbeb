//! `POST /openid4vci/nonce`: a nonce for key proofs (OpenID4VCI 1.0 §7).
//!
//! Anyone may ask for one, so none is kept: a nonce carries its end and a tag by which we know it as ours. Only those
//! that were used are kept, and using one takes an access token.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use jose::constant_time_eq;
use openid4vc::NonceResponse;
use ring::rand::SecureRandom;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, TryInsertResult};

use crate::{db::entity::nonce as table, oauth::secret, seal::Seal};

use super::{Problem, Service};

/// What the tags are for.
const PURPOSE: &str = "nonce for key proofs";
/// Bytes that make each nonce another one.
const UNIQUE: usize = 16;
/// Bytes of the tag: forging one is a matter of 2⁻¹²⁸.
const TAG: usize = 16;
/// Unique bytes and the time of the end.
const BODY: usize = UNIQUE + 8;

pub(super) async fn nonce(State(service): State<Arc<Service>>) -> Result<Response, Problem> {
    let mut unique = [0; UNIQUE];
    service.random.fill(&mut unique).map_err(|_| {
        tracing::error!("the system gives no randomness");
        Problem::Internal
    })?;
    let expires_at = service.unix_now() + service.config.lifetimes.nonce_s;
    let answer = NonceResponse {
        c_nonce: make(&service.seal, unique, expires_at),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

fn make(seal: &Seal, unique: [u8; UNIQUE], expires_at: i64) -> String {
    let mut bytes = Vec::with_capacity(BODY + TAG);
    bytes.extend_from_slice(&unique);
    bytes.extend_from_slice(&expires_at.to_be_bytes());
    let tag = seal.tag(PURPOSE, &bytes);
    bytes.extend_from_slice(&tag[..TAG]);
    jose::base64url(&bytes)
}

/// When a nonce of ours ends; none when it is not ours.
fn expires_at(seal: &Seal, nonce: &str) -> Option<i64> {
    let bytes = jose::base64url_decode(nonce).ok()?;
    let (body, tag) = bytes.split_at_checked(BODY)?;
    let (_, end) = body.split_at(UNIQUE);
    constant_time_eq(tag, &seal.tag(PURPOSE, body)[..TAG])
        .then(|| end.try_into().ok().map(i64::from_be_bytes))
        .flatten()
}

/// Uses a nonce up; false when it is not ours, too old, or was used before.
pub(super) async fn use_up(
    db: &impl ConnectionTrait,
    seal: &Seal,
    nonce: &str,
    now: i64,
) -> Result<bool, DbErr> {
    let Some(expires_at) = expires_at(seal, nonce).filter(|end| *end > now) else {
        return Ok(false);
    };
    let row = table::ActiveModel {
        nonce_hash: Set(secret::hash(nonce)),
        expires_at: Set(expires_at),
    };
    let inserted = table::Entity::insert(row)
        .on_conflict_do_nothing()
        .exec_without_returning(db)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_ours_only_unchanged_and_under_our_key() {
        let seal = Seal::from_key(&[7; 32]);
        let nonce = make(&seal, [1; UNIQUE], 1_000);
        assert_eq!(expires_at(&seal, &nonce), Some(1_000));
        assert_eq!(expires_at(&Seal::from_key(&[8; 32]), &nonce), None);
        let bytes = jose::base64url_decode(&nonce).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(expires_at(&seal, &jose::base64url(&changed)), None);
            assert_eq!(expires_at(&seal, &jose::base64url(&bytes[..at])), None);
        }
        for other in ["", "x", "nonce-1", &format!("{nonce}AA")] {
            assert_eq!(expires_at(&seal, other), None, "{other}");
        }
    }
}
