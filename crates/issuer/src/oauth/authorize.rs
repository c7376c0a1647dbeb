//! `GET /oauth/authorize`: the browser comes with a pushed request and is sent on to Feide.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, header},
    response::Response,
};
use county_api::CLIENT_ID;
use openid4vc::{
    AuthorizationCallback, AuthorizationRequest, OAuthErrorCode, PushedAuthorizationRequest,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use url::Url;

use crate::{
    db::entity::{feide_login, pushed_request},
    feide::Demands,
    http::{
        Service, chain,
        page::{Page, Situation},
        redirect_to,
    },
};

use super::{callback::Binding, par, secret};

pub(crate) async fn authorize(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let page = |situation| Page::new(situation, &headers);
    let pushed = take(&service, query.as_deref().unwrap_or_default())
        .await
        .map_err(page)?;

    let demands = Demands::default();
    let begun = match service
        .feide
        .begin(&service.random, service.now(), demands)
        .await
    {
        Ok(begun) => begun,
        Err(error) => {
            tracing::warn!(error = chain(&error), "Feide cannot be used now");
            let refusal = Err(OAuthErrorCode::TemporarilyUnavailable);
            return answer(&service, pushed, refusal).map_err(page);
        }
    };
    let binding = Binding::new(&service, &begun.secrets.state).map_err(page)?;
    let row = feide_login::ActiveModel {
        state_hash: Set(secret::hash(&begun.secrets.state)),
        nonce: Set(begun.secrets.nonce),
        pkce_verifier: Set(begun.secrets.verifier),
        pushed: Set(serde_json::to_value(&pushed).map_err(|_| page(Situation::Fault))?),
        browser_binding_hash: Set(binding.hash()),
        expires_at: Set(service.unix_now() + service.config.lifetimes.login_s),
    };
    feide_login::Entity::insert(row)
        .exec_without_returning(&service.db)
        .await
        .map_err(|error| page(Situation::database(&error)))?;
    let mut response = redirect_to(&begun.url);
    response
        .headers_mut()
        .insert(header::SET_COOKIE, binding.set_cookie());
    Ok(response)
}

/// Finds the pushed request and uses it up (RFC 9126 §4, §7.3).
async fn take(service: &Service, query: &str) -> Result<PushedAuthorizationRequest, Situation> {
    let request = AuthorizationRequest::from_query(query).map_err(|_| Situation::BadLink)?;
    if request.client_id != CLIENT_ID {
        return Err(Situation::BadLink);
    }
    let hash = par::request_hash(&request.request_uri).ok_or(Situation::BadLink)?;
    let database = |error| Situation::database(&error);
    let row = pushed_request::Entity::find_by_id(hash.clone())
        .one(&service.db)
        .await
        .map_err(database)?
        .ok_or(Situation::Expired)?;
    // Whoever deletes the row has it; a second browser finds nothing.
    let deleted = pushed_request::Entity::delete_many()
        .filter(pushed_request::Column::RequestUriHash.eq(hash))
        .exec(&service.db)
        .await
        .map_err(database)?;
    if deleted.rows_affected != 1 || row.expires_at <= service.unix_now() {
        return Err(Situation::Expired);
    }
    serde_json::from_value(row.body).map_err(|_| Situation::Fault)
}

/// Sends the browser back to the app with a code or an error, and who we are (RFC 9207).
pub(super) fn answer(
    service: &Service,
    pushed: PushedAuthorizationRequest,
    outcome: Result<String, OAuthErrorCode>,
) -> Result<Response, Situation> {
    let iss = Some(service.config.issuer.id().to_owned());
    let state = pushed.state;
    let callback = match outcome {
        Ok(code) => AuthorizationCallback::Code { code, state, iss },
        Err(error) => AuthorizationCallback::Error {
            error: error.into(),
            state,
            iss,
        },
    };
    let redirect_uri = Url::parse(&pushed.redirect_uri).map_err(|_| Situation::Fault)?;
    Ok(redirect_to(&callback.to_url(&redirect_uri)))
}
