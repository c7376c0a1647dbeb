//! `POST /oauth/par`: the pushed authorization request (RFC 9126).

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{OriginalUri, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use county_api::{CLIENT_ID, SCOPE};
use openid4vc::{
    OAuthError, OAuthErrorCode, PushedAuthorizationRequest, PushedAuthorizationResponse,
};
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::{db::entity::pushed_request, http::Service};

use super::{OAuthProblem, attestation, dpop, form, redirect, secret};

/// RFC 9126 §2.2.
const URN: &str = "urn:ietf:params:oauth:request_uri:";
/// Longest `state` taken, bytes.
const MAX_STATE: usize = 1024;

/// The name a pushed request is stored under, if `uri` can be one of ours.
pub(super) fn request_hash(uri: &str) -> Option<String> {
    uri.strip_prefix(URN).map(secret::hash)
}

pub(crate) async fn push(
    State(service): State<Arc<Service>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthProblem> {
    form::require_form(&headers)?;
    let mut request = PushedAuthorizationRequest::from_form(&body)?;
    if request.client_id != CLIENT_ID {
        return Err(OAuthError::new(OAuthErrorCode::InvalidClient).into());
    }
    if !redirect::is_allowed(&service.config, &request.redirect_uri) {
        return Err(OAuthProblem::refused(
            OAuthErrorCode::InvalidRequest,
            "the redirect_uri is not registered",
        ));
    }
    if request.scope != SCOPE {
        return Err(OAuthError::new(OAuthErrorCode::InvalidScope).into());
    }
    if request
        .state
        .as_ref()
        .is_some_and(|state| state.len() > MAX_STATE)
    {
        return Err(OAuthProblem::refused(
            OAuthErrorCode::InvalidRequest,
            "the state is too long",
        ));
    }
    // RFC 6749, appendix A.5; and PostgreSQL keeps no NUL.
    let is_plain = |byte: u8| (0x20..=0x7e).contains(&byte);
    if !request
        .state
        .as_deref()
        .unwrap_or_default()
        .bytes()
        .all(is_plain)
    {
        return Err(OAuthProblem::refused(
            OAuthErrorCode::InvalidRequest,
            "the state has letters that no state may have",
        ));
    }
    // The key that the code, and then the tokens, will be bound to (RFC 9449 §10, §10.1): told by `dpop_jkt`,
    // proven by a `DPoP` header, or both and then the same.
    let mut proof = None;
    if request.dpop_jkt.is_none() || dpop::is_present(&headers) {
        let told = request.dpop_jkt.as_deref();
        let checked = dpop::check(
            &service,
            &headers,
            &Method::POST,
            uri.path(),
            None,
            told,
            false,
        )
        .await?;
        request.dpop_jkt = Some(checked.thumbprint.clone());
        proof = Some(checked);
    }
    attestation::check(&service, &headers, CLIENT_ID, proof.as_ref()).await?;
    if !service.let_stranger_pass() {
        return Err(OAuthProblem::too_many());
    }

    let reference = secret::generate(&service.random)?;
    let lifetime = service.config.lifetimes.pushed_request_s;
    let row = pushed_request::ActiveModel {
        request_uri_hash: Set(secret::hash(&reference)),
        body: Set(serde_json::to_value(&request).map_err(|e| OAuthProblem::Fault(e.into()))?),
        expires_at: Set(service.unix_now() + lifetime),
    };
    pushed_request::Entity::insert(row)
        .exec_without_returning(&service.db)
        .await?;
    let answer = PushedAuthorizationResponse {
        request_uri: format!("{URN}{}", *reference),
        expires_in: lifetime.unsigned_abs(),
    };
    Ok((
        StatusCode::CREATED,
        [(header::CACHE_CONTROL, "no-store")],
        Json(answer),
    )
        .into_response())
}
