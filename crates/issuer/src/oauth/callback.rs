//! `GET /oauth/feide/callback`: the browser comes back from Feide and is sent on to the app with our code.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use openid4vc::{OAuthError, OAuthErrorCode, PushedAuthorizationRequest};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    db::entity::{authorization_code, feide_login},
    feide::{Demands, FeideError, IdTokenError},
    http::{
        Service, chain,
        page::{Page, Situation},
    },
    records::{self, FeidePerson},
};

use super::{OAuthProblem, authorize::answer, form::Parameters, secret};

pub(crate) async fn callback(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let page = |situation| Page::new(situation, &headers);
    let parameters = Parameters::parse(query.as_deref().unwrap_or_default().as_bytes())
        .map_err(|_| page(Situation::BadLink))?;
    let state = parameters
        .get("state")
        .ok_or_else(|| page(Situation::BadLink))?;
    let login = take(&service, &headers, state).await.map_err(page)?;
    let pushed: PushedAuthorizationRequest =
        serde_json::from_value(login.pushed.clone()).map_err(|_| page(Situation::Fault))?;

    let outcome = match log_in(&service, &parameters, &login).await {
        Ok(account_id) => code(&service, &pushed, account_id).await.map_err(|error| {
            tracing::error!(error = chain(&error), "no code could be stored");
            OAuthErrorCode::ServerError
        }),
        Err(error) => Err(error),
    };
    let mut response = answer(&service, pushed, outcome).map_err(page)?;
    response
        .headers_mut()
        .insert(header::SET_COOKIE, Binding::clear_cookie(&service, state));
    Ok(response)
}

/// Finds the login that `state` began, in the browser it began in, and uses it up.
async fn take(
    service: &Service,
    headers: &HeaderMap,
    state: &str,
) -> Result<feide_login::Model, Situation> {
    let database = |error| Situation::database(&error);
    let hash = secret::hash(state);
    let login = feide_login::Entity::find_by_id(hash.clone())
        .one(&service.db)
        .await
        .map_err(database)?
        .ok_or(Situation::Expired)?;
    // Before the row goes: somebody else's browser must not be able to spoil this login either.
    if !Binding::is_in(service, headers, state, &login.browser_binding_hash) {
        return Err(Situation::OtherBrowser);
    }
    let deleted = feide_login::Entity::delete_many()
        .filter(feide_login::Column::StateHash.eq(hash))
        .exec(&service.db)
        .await
        .map_err(database)?;
    if deleted.rows_affected != 1 || login.expires_at <= service.unix_now() {
        return Err(Situation::Expired);
    }
    Ok(login)
}

/// From Feide's answer to an account of ours, or the error for the app.
async fn log_in(
    service: &Service,
    parameters: &Parameters,
    login: &feide_login::Model,
) -> Result<Uuid, OAuthErrorCode> {
    let now = service.now();
    let unavailable = |error: FeideError| {
        tracing::warn!(error = chain(&error), "a login at Feide failed");
        OAuthErrorCode::TemporarilyUnavailable
    };
    service
        .feide
        .check_issuer(parameters.get("iss"), now)
        .await
        .map_err(unavailable)?;
    if let Some(error) = parameters.get("error") {
        return Err(refusal(error));
    }
    let code = parameters
        .get("code")
        .ok_or(OAuthErrorCode::TemporarilyUnavailable)?;
    let begun_at = login.expires_at - service.config.lifetimes.login_s;
    let user = service
        .feide
        .finish(
            code,
            &login.nonce,
            &login.pkce_verifier,
            begun_at,
            now,
            Demands::default(),
        )
        .await
        .map_err(|error| match error {
            // As if Feide had said `login_required`.
            FeideError::IdToken(IdTokenError::EarlierSession) => {
                tracing::warn!("Feide used an earlier session although it was asked not to");
                OAuthErrorCode::AccessDenied
            }
            error => unavailable(error),
        })?;
    let who = FeidePerson {
        sub: user.sub,
        feide_name: user.feide_name,
        nin: user.nin,
        birth_date: user.birth_date,
    };
    records::match_account(service, &who)
        .await
        .map_err(|error| {
            tracing::error!(error = chain(&error), "an account could not be matched");
            OAuthErrorCode::ServerError
        })
}

/// The code for the app (RFC 6749 §4.1.2.1) when Feide answers with an error.
fn refusal(error: &str) -> OAuthErrorCode {
    match error {
        // The person said no, or Feide said no to the person.
        "access_denied"
        | "login_required"
        | "interaction_required"
        | "consent_required"
        | "account_selection_required" => OAuthErrorCode::AccessDenied,
        "server_error" | "temporarily_unavailable" => {
            tracing::warn!("Feide is unavailable by its own word");
            OAuthErrorCode::TemporarilyUnavailable
        }
        // Our request was wrong: scopes or addresses not registered at Feide.
        _ => {
            tracing::error!(
                "Feide refused our request; check the client in Feide's customer portal"
            );
            OAuthErrorCode::ServerError
        }
    }
}

/// Stores a new authorization code.
async fn code(
    service: &Service,
    pushed: &PushedAuthorizationRequest,
    account_id: Uuid,
) -> Result<String, OAuthProblem> {
    // Always there: the endpoint for pushed requests puts it there.
    let thumbprint = pushed.dpop_jkt.clone();
    let thumbprint = thumbprint.ok_or(OAuthError::new(OAuthErrorCode::ServerError))?;
    let code = secret::generate(&service.random)?;
    let row = authorization_code::ActiveModel {
        code_hash: Set(secret::hash(&code)),
        account_id: Set(account_id),
        redirect_uri: Set(pushed.redirect_uri.clone()),
        code_challenge: Set(pushed.code_challenge.clone()),
        dpop_thumbprint: Set(thumbprint),
        device_id: Set(None),
        expires_at: Set(service.unix_now() + service.config.lifetimes.code_s),
        used_at: Set(None),
    };
    authorization_code::Entity::insert(row)
        .exec_without_returning(&service.db)
        .await?;
    Ok(code.to_string())
}

/// The cookie that ties a login to the browser it began in: without it, a link with somebody else's
/// `state` and `code` would log a victim's phone into the attacker's account, or the other way round.
pub(crate) struct Binding {
    name: String,
    value: Zeroizing<String>,
    attributes: String,
}

impl Binding {
    pub(crate) fn new(service: &Service, state: &str) -> Result<Self, Situation> {
        Ok(Self {
            name: Self::name(service, state),
            value: secret::generate(&service.random).map_err(|_| Situation::Fault)?,
            attributes: Self::attributes(service, service.config.lifetimes.login_s),
        })
    }

    pub(crate) fn hash(&self) -> String {
        secret::hash(&self.value)
    }

    pub(crate) fn set_cookie(&self) -> HeaderValue {
        header_value(&format!(
            "{}={}; {}",
            self.name, *self.value, self.attributes
        ))
    }

    pub(crate) fn clear_cookie(service: &Service, state: &str) -> HeaderValue {
        let name = Self::name(service, state);
        header_value(&format!("{name}=; {}", Self::attributes(service, 0)))
    }

    pub(crate) fn is_in(service: &Service, headers: &HeaderMap, state: &str, hash: &str) -> bool {
        let name = Self::name(service, state);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(key, value)| {
                key == name
                    && jose::constant_time_eq(secret::hash(value).as_bytes(), hash.as_bytes())
            })
    }

    /// One cookie per login, so that two logins in one browser do not spoil each other.
    fn name(service: &Service, state: &str) -> String {
        let login = &secret::hash(state)[..12];
        if is_https(service) {
            format!("__Host-login-{login}")
        } else {
            format!("login-{login}")
        }
    }

    /// `Lax`, because the way back from Feide is a navigation from another site.
    fn attributes(service: &Service, max_age: i64) -> String {
        let secure = if is_https(service) { "; Secure" } else { "" };
        format!("Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}")
    }
}

fn is_https(service: &Service) -> bool {
    service.config.issuer.public_url.scheme() == "https"
}

/// Only ASCII of our own making goes in, which is always a valid header.
fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
