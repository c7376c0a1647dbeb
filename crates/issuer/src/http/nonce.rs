//! `POST /openid4vci/nonce`: a nonce for key proofs (OpenID4VCI 1.0 §7).

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use openid4vc::NonceResponse;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::{db::entity::nonce as table, oauth::secret};

use super::{Problem, Service};

pub(super) async fn nonce(State(service): State<Arc<Service>>) -> Result<Response, Problem> {
    let nonce = secret::generate(&service.random).map_err(|error| Problem::internal(&error))?;
    table::Entity::insert(table::ActiveModel {
        nonce_hash: Set(secret::hash(&nonce)),
        expires_at: Set(service.unix_now() + service.config.lifetimes.nonce_s),
    })
    .exec_without_returning(&service.db)
    .await?;
    let answer = NonceResponse {
        c_nonce: nonce.to_string(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// Uses a nonce up; false when it is not ours, too old, or was used before.
pub(super) async fn use_up(
    db: &impl ConnectionTrait,
    nonce: &str,
    now: i64,
) -> Result<bool, DbErr> {
    let deleted = table::Entity::delete_many()
        .filter(table::Column::NonceHash.eq(secret::hash(nonce)))
        .filter(table::Column::ExpiresAt.gt(now))
        .exec(db)
        .await?;
    Ok(deleted.rows_affected == 1)
}
