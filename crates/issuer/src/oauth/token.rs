//! `POST /oauth/token`: a code, or a refresh token, for a pair of DPoP-bound tokens.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{OriginalUri, State},
    http::{HeaderMap, Method, header},
    response::{IntoResponse, Response},
};
use county_api::{CLIENT_ID, SCOPE};
use openid4vc::{OAuthError, OAuthErrorCode, TokenRequest, TokenResponse};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use crate::{
    db::{
        begin_write,
        entity::{authorization_code, device as device_table, refresh_token},
        lock, retry,
    },
    http::{Service, limits::Limit},
};

use super::{OAuthProblem, attestation, device, dpop, form, secret};

pub(crate) async fn token(
    State(service): State<Arc<Service>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthProblem> {
    form::require_form(&headers)?;
    let request = TokenRequest::from_form(&body)?;
    let (TokenRequest::AuthorizationCode { client_id, .. }
    | TokenRequest::RefreshToken { client_id, .. }) = &request;
    if client_id != CLIENT_ID {
        return Err(OAuthError::new(OAuthErrorCode::InvalidClient).into());
    }
    let known = known_as(&service, &request).await?;
    if let Some(who) = known {
        let limits = &service.limits;
        limits
            .device(Limit::DeviceToken, who, service.now().timestamp_millis())
            .map_err(|wait| {
                service.metrics.held_back(Limit::DeviceToken.name());
                OAuthProblem::TooMany(wait)
            })?;
    }
    let proof = dpop::check(
        &service,
        &headers,
        &Method::POST,
        uri.path(),
        None,
        None,
        known.is_some(),
    )
    .await?;
    let attested = attestation::check(&service, &headers, CLIENT_ID, Some(&proof)).await?;
    let client = Client {
        key: &proof.thumbprint,
        attested: attested.as_deref(),
    };
    let tokens = match &request {
        TokenRequest::AuthorizationCode {
            code,
            redirect_uri,
            code_verifier,
            ..
        } => retry(|| redeem(&service, code, redirect_uri, code_verifier, client)).await?,
        TokenRequest::RefreshToken {
            refresh_token,
            scope,
            ..
        } => {
            if scope.as_ref().is_some_and(|scope| scope != SCOPE) {
                return Err(OAuthError::new(OAuthErrorCode::InvalidScope).into());
            }
            retry(|| refresh(&service, refresh_token, client)).await?
        }
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(tokens)).into_response())
}

/// The account or device whose code or token the request brings, if we gave it out: a flood of strangers must not keep
/// phones from theirs.
async fn known_as(
    service: &Service,
    request: &TokenRequest,
) -> Result<Option<Uuid>, sea_orm::DbErr> {
    Ok(match request {
        TokenRequest::AuthorizationCode { code, .. } => {
            let row = authorization_code::Entity::find_by_id(secret::hash(code));
            row.one(&service.db).await?.map(|row| row.account_id)
        }
        TokenRequest::RefreshToken { refresh_token, .. } => {
            let row = refresh_token::Entity::find_by_id(secret::hash(refresh_token));
            row.one(&service.db).await?.map(|row| row.device_id)
        }
    })
}

/// Who asks: the thumbprints of its DPoP key, and of the key that its maker attested, if one did.
#[derive(Clone, Copy)]
struct Client<'a> {
    key: &'a str,
    attested: Option<&'a str>,
}

/// RFC 6749 §4.1.3, with RFC 7636 §4.6 and RFC 9449 §10.
async fn redeem(
    service: &Service,
    code: &str,
    redirect_uri: &str,
    verifier: &str,
    client: Client<'_>,
) -> Result<TokenResponse, OAuthProblem> {
    let now = service.unix_now();
    let hash = secret::hash(code);

    let transaction = begin_write(&service.db).await?;
    // Of two that bring the code at once, the second waits and finds it used.
    let row = authorization_code::Entity::find_by_id(hash.clone())
        .lock_exclusive()
        .one(&transaction)
        .await?
        .ok_or_else(|| OAuthProblem::invalid_grant("the code is not known"))?;
    // Whoever takes a code twice has stolen it, or had it stolen: RFC 6749 §4.1.2, §10.5.
    if row.used_at.is_some() {
        if let Some(device_id) = row.device_id {
            device::revoke(&transaction, device_id, "code_used_twice", now).await?;
            transaction.commit().await?;
            tracing::warn!("a code was used twice; its device has been logged out");
        }
        return Err(OAuthProblem::invalid_grant("the code was used before"));
    }
    // Refusals below leave the code as it is: without key and verifier nobody can guess their way to it,
    // and a stranger's attempt must not cost the person the login.
    if row.expires_at <= now {
        return Err(OAuthProblem::invalid_grant("the code has expired"));
    }
    if row.dpop_thumbprint != client.key {
        return Err(OAuthProblem::invalid_grant(
            "the code is bound to another key",
        ));
    }
    if row.redirect_uri != redirect_uri {
        return Err(OAuthProblem::invalid_grant(
            "the redirect_uri is not that of the request",
        ));
    }
    if !jose::pkce::matches(verifier, &row.code_challenge) {
        return Err(OAuthProblem::invalid_grant("the code_verifier is wrong"));
    }
    lock::account(&transaction, row.account_id).await?;
    let device_id = device::log_in(&transaction, row.account_id, client.key, now).await?;
    device::bind_attestation(&transaction, device_id, client.attested).await?;
    let used = authorization_code::Entity::update_many()
        .col_expr(authorization_code::Column::UsedAt, Expr::value(now))
        .col_expr(authorization_code::Column::DeviceId, Expr::value(device_id))
        .filter(authorization_code::Column::CodeHash.eq(hash))
        .filter(authorization_code::Column::UsedAt.is_null())
        .exec(&transaction)
        .await?;
    if used.rows_affected != 1 {
        return Err(OAuthProblem::invalid_grant("the code was used before"));
    }
    let (tokens, _) = device::tokens(&transaction, service, device_id, now).await?;
    transaction.commit().await?;
    Ok(tokens)
}

/// RFC 6749 §6 with rotation (RFC 9700 §4.14.2).
///
/// An answer can get lost on its way, so the old token is good again for as long as its successor has not
/// been used; the successor is then dead. Anything else is a stolen token and logs the device out.
async fn refresh(
    service: &Service,
    token: &str,
    client: Client<'_>,
) -> Result<TokenResponse, OAuthProblem> {
    let now = service.unix_now();
    let hash = secret::hash(token);

    let unknown = || OAuthProblem::invalid_grant("the refresh token is not known");
    let transaction = begin_write(&service.db).await?;
    let row = refresh_token::Entity::find_by_id(hash.clone())
        .one(&transaction)
        .await?
        .ok_or_else(unknown)?;
    // The token and its successor belong together: the device's row is held for both, and the token looked at again.
    let device = lock::device(&transaction, row.device_id).await?;
    let row = refresh_token::Entity::find_by_id(hash.clone())
        .one(&transaction)
        .await?
        .ok_or_else(unknown)?;
    let device = device
        .filter(|device| device.revoked_at.is_none())
        .ok_or_else(|| OAuthProblem::invalid_grant("the device is logged out"))?;
    if device.dpop_thumbprint != client.key {
        return Err(OAuthProblem::invalid_grant(
            "the refresh token is bound to another key",
        ));
    }
    // Attestation-based client authentication, draft 11, §10.3: an attested login stays one.
    match (device.attestation_thumbprint.as_deref(), client.attested) {
        (None, _) => {}
        (Some(_), None) => {
            return Err(OAuthProblem::refused(
                OAuthErrorCode::InvalidClient,
                "the login was made with a client attestation",
            ));
        }
        (Some(bound), Some(attested)) if bound == attested => {}
        (Some(_), Some(_)) => {
            return Err(OAuthProblem::invalid_grant(
                "the refresh token is bound to another attested key",
            ));
        }
    }
    if row.used_at.is_some() {
        let mut retired = 0;
        if let Some(successor) = &row.successor_hash {
            // Marked as used without a successor of its own: should it turn up after all, that is a theft.
            retired = refresh_token::Entity::update_many()
                .col_expr(refresh_token::Column::UsedAt, Expr::value(now))
                .filter(refresh_token::Column::TokenHash.eq(successor))
                .filter(refresh_token::Column::UsedAt.is_null())
                .exec(&transaction)
                .await?
                .rows_affected;
        }
        if retired != 1 {
            device::revoke(&transaction, device.id, "refresh_token_used_twice", now).await?;
            transaction.commit().await?;
            tracing::warn!("a refresh token was used twice; its device has been logged out");
            return Err(OAuthProblem::invalid_grant(
                "the refresh token was used before",
            ));
        }
    }
    if row.expires_at <= now {
        return Err(OAuthProblem::invalid_grant("the refresh token has expired"));
    }
    let (tokens, successor) = device::tokens(&transaction, service, device.id, now).await?;
    // Belt and braces: only one finds the row as it was read.
    let unchanged = match &row.successor_hash {
        Some(before) => refresh_token::Column::SuccessorHash.eq(before),
        None => refresh_token::Column::SuccessorHash.is_null(),
    };
    let rotated = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(now))
        .col_expr(refresh_token::Column::SuccessorHash, Expr::value(successor))
        .filter(refresh_token::Column::TokenHash.eq(hash))
        .filter(unchanged)
        .exec(&transaction)
        .await?;
    if rotated.rows_affected != 1 {
        return Err(OAuthProblem::invalid_grant(
            "the refresh token is being used",
        ));
    }
    device_table::Entity::update_many()
        .col_expr(device_table::Column::LastRefreshAt, Expr::value(now))
        .filter(device_table::Column::Id.eq(device.id))
        .exec(&transaction)
        .await?;
    transaction.commit().await?;
    Ok(tokens)
}
