//! `POST /oauth/revoke`: the app logs itself out (RFC 7009).

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use county_api::CLIENT_ID;
use openid4vc::{OAuthError, OAuthErrorCode};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    db::{
        begin_write,
        entity::{access_token, refresh_token},
        lock,
    },
    http::Service,
};

use super::{
    OAuthProblem, device,
    form::{self, Parameters},
    secret,
};

/// Whoever has a token may end it; no proof is asked for, because a device that lost its key must be able to.
pub(crate) async fn revoke(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthProblem> {
    form::require_form(&headers)?;
    let parameters = Parameters::parse(&body)?;
    if parameters.get("client_id") != Some(CLIENT_ID) {
        return Err(OAuthError::new(OAuthErrorCode::InvalidClient).into());
    }
    let token = parameters.get("token").ok_or_else(|| {
        OAuthProblem::refused(OAuthErrorCode::InvalidRequest, "the token is missing")
    })?;
    let hash = secret::hash(token);
    let transaction = begin_write(&service.db).await?;
    // §2.1: with the refresh token goes everything of that login.
    let row = refresh_token::Entity::find_by_id(hash.clone())
        .one(&transaction)
        .await?;
    if let Some(row) = row {
        lock::device(&transaction, row.device_id).await?;
        device::revoke(
            &transaction,
            row.device_id,
            "logged_out",
            service.unix_now(),
        )
        .await?;
    } else {
        access_token::Entity::delete_many()
            .filter(access_token::Column::TokenHash.eq(hash))
            .exec(&transaction)
            .await?;
    }
    transaction.commit().await?;
    // §2.2: an unknown token is no error, and not told apart.
    Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response())
}
