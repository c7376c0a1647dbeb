//! A browser logs in with Feide, and out again. The client at Feide is the app's, the way back is the browser's own.

use std::sync::Arc;

use axum::{
    extract::{Query, RawQuery, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde::Deserialize;

use crate::{
    admin::{self, staff::Login},
    db,
    db::entity::web_login,
    feide::{Demands, FeideError, FeideUser, IdTokenError},
    http::{Service, redirect_to},
    oauth::{Binding, Parameters, secret},
    records::{self, FeidePerson},
};

use super::{
    Lang, Posted, WebProblem, base, csrf,
    frame::{Frame, go_to, page},
    known,
    session::{self, Kind},
    words,
};

/// Where Feide sends the browser back to, under the public address. To be registered at Feide.
pub(crate) const CALLBACK: &str = "/login/feide/callback";

#[derive(Deserialize)]
pub(super) struct To {
    /// The path of ours to come back to.
    back: Option<String>,
}

pub(super) async fn staff(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Query(to): Query<To>,
) -> Result<Response, WebProblem> {
    begin(&service, Kind::Staff, &headers, to).await
}

pub(super) async fn person(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Query(to): Query<To>,
) -> Result<Response, WebProblem> {
    begin(&service, Kind::Person, &headers, to).await
}

async fn begin(
    service: &Service,
    kind: Kind,
    headers: &HeaderMap,
    to: To,
) -> Result<Response, WebProblem> {
    // Whoever has been here before is held by a limit of their own.
    if known::of(service, headers).is_none() && !service.let_browser_pass() {
        return Err(WebProblem::Busy);
    }
    let begun = service
        .web_feide
        .begin(&service.random, service.now(), demands(service, kind))
        .await
        .map_err(|error| WebProblem::feide(&error))?;
    let binding = Binding::new(service, &begun.secrets.state)?;
    let home = format!("{}{}", base(service), kind.home());
    web_login::ActiveModel {
        state_hash: Set(secret::hash(&begun.secrets.state)),
        kind: Set(kind),
        nonce: Set(begun.secrets.nonce),
        pkce_verifier: Set(begun.secrets.verifier),
        browser_binding_hash: Set(binding.hash()),
        back: Set(to
            .back
            .filter(|path| is_under(&home, path) && !is_about_login(&home, path))
            .unwrap_or(home)),
        expires_at: Set(service.unix_now() + service.config.lifetimes.login_s),
    }
    .insert(&service.db)
    .await?;
    let mut response = redirect_to(&begun.url);
    response
        .headers_mut()
        .insert(header::SET_COOKIE, binding.set_cookie());
    Ok(response)
}

/// What a login to the pages must be: anew, since others use the same computer; and for staff as strong as the county wants.
fn demands(service: &Service, kind: Kind) -> Demands<'_> {
    let acr = service.config.feide.staff_acr.as_deref();
    Demands {
        anew: true,
        acr: acr.filter(|_| kind == Kind::Staff),
    }
}

/// To come back to one of these would be a ring, or a dead end.
fn is_about_login(home: &str, path: &str) -> bool {
    ["/login", "/logout", "/logged-out"]
        .iter()
        .any(|page| path.strip_prefix(home) == Some(page))
}

/// Whether a path is one of ours under `home`: nobody may use us to send a browser elsewhere.
pub(crate) fn is_under(home: &str, path: &str) -> bool {
    path.len() <= 300
        && path
            .strip_prefix(home)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        && !path.contains("..")
        && path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte))
}

pub(super) async fn callback(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, WebProblem> {
    let parameters = Parameters::parse(query.as_deref().unwrap_or_default().as_bytes())
        .map_err(|_| WebProblem::Unreadable)?;
    let state = parameters.get("state").ok_or(WebProblem::Unreadable)?;
    let login = take(&service, &headers, state).await?;
    let user = ask_feide(&service, &parameters, &login).await?;
    let (kind, now) = (login.kind, service.unix_now());
    if kind == Kind::Staff && user.feide_name.is_none() {
        return Err(WebProblem::LoginRefused);
    }
    if kind == Kind::Person {
        let who = FeidePerson {
            sub: user.sub.clone(),
            feide_name: user.feide_name.clone(),
            nin: user.nin.clone(),
            birth_date: user.birth_date,
        };
        records::match_account(&service, &who)
            .await
            .map_err(|error| WebProblem::internal(&error))?;
    }
    let new = session::New::make(&service, kind)?;
    let transaction = db::begin_write(&service.db).await?;
    // Whoever was logged in here before is not any more.
    session::end(&transaction, &service, kind, &headers).await?;
    if let (Kind::Staff, Some(name)) = (kind, &user.feide_name)
        && admin::staff::log_in(&transaction, name, &user.sub, now).await? != Login::Staff
    {
        transaction.commit().await?;
        return Err(WebProblem::NoRole {
            name: name.clone(),
            csrf: String::new(),
        });
    }
    new.store(&transaction, &user, now).await?;
    transaction.commit().await?;
    let mut response = Redirect::to(&login.back).into_response();
    let cookies = [
        new.cookie(&service),
        known::cookie(&service, &headers)?,
        Binding::clear_cookie(&service, state),
    ];
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Finds the login that `state` began, in the browser that it began in, and uses it up.
async fn take(
    service: &Service,
    headers: &HeaderMap,
    state: &str,
) -> Result<web_login::Model, WebProblem> {
    let hash = secret::hash(state);
    let login = web_login::Entity::find_by_id(hash.clone())
        .one(&service.db)
        .await?
        .ok_or(WebProblem::LoginExpired)?;
    // Before the row goes: somebody else's browser must not be able to spoil this login either.
    if !Binding::is_in(service, headers, state, &login.browser_binding_hash) {
        return Err(WebProblem::OtherBrowser);
    }
    let deleted = web_login::Entity::delete_by_id(hash)
        .exec(&service.db)
        .await?;
    if deleted.rows_affected != 1 || login.expires_at <= service.unix_now() {
        return Err(WebProblem::LoginExpired);
    }
    Ok(login)
}

async fn ask_feide(
    service: &Service,
    parameters: &Parameters,
    login: &web_login::Model,
) -> Result<FeideUser, WebProblem> {
    let now = service.now();
    let feide = &service.web_feide;
    feide
        .check_issuer(parameters.get("iss"), now)
        .await
        .map_err(|error| WebProblem::feide(&error))?;
    if let Some(error) = parameters.get("error") {
        return Err(match error {
            "server_error" | "temporarily_unavailable" => WebProblem::TryLater,
            _ => WebProblem::LoginRefused,
        });
    }
    let code = parameters.get("code").ok_or(WebProblem::Unreadable)?;
    let begun_at = login.expires_at - service.config.lifetimes.login_s;
    feide
        .finish(
            code,
            &login.nonce,
            &login.pkce_verifier,
            begun_at,
            now,
            demands(service, login.kind),
        )
        .await
        .map_err(|error| match error {
            FeideError::IdToken(IdTokenError::EarlierSession) => WebProblem::LoginRefused,
            FeideError::IdToken(IdTokenError::TooWeak) => WebProblem::WeakLogin,
            error => WebProblem::feide(&error),
        })
}

pub(super) async fn staff_out(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Posted(_): Posted<csrf::Nothing>,
) -> Result<Response, WebProblem> {
    log_out(&service, Kind::Staff, &headers).await
}

pub(super) async fn person_out(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Posted(_): Posted<csrf::Nothing>,
) -> Result<Response, WebProblem> {
    log_out(&service, Kind::Person, &headers).await
}

async fn log_out(
    service: &Service,
    kind: Kind,
    headers: &HeaderMap,
) -> Result<Response, WebProblem> {
    session::end(&service.db, service, kind, headers).await?;
    let mut response = go_to(service, &format!("{}/logged-out", kind.home()), None);
    response
        .headers_mut()
        .insert(header::SET_COOKIE, session::no_cookie(service, kind));
    Ok(response)
}

pub(super) async fn staff_gone(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Response, WebProblem> {
    gone(&service, Kind::Staff, &headers)
}

pub(super) async fn person_gone(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Response, WebProblem> {
    gone(&service, Kind::Person, &headers)
}

#[derive(askama::Template)]
#[template(path = "web/logged_out.html")]
struct LoggedOut {
    frame: Frame,
}

fn gone(service: &Service, kind: Kind, headers: &HeaderMap) -> Result<Response, WebProblem> {
    let lang = Lang::of_request(headers);
    let path = format!("{}{}/logged-out", base(service), kind.home());
    let title = words::of(lang).logged_out;
    page(&LoggedOut {
        frame: Frame::public(service, lang, kind, &path, title),
    })
}

#[cfg(test)]
mod tests {
    use super::{is_about_login, is_under};

    #[test]
    fn nobody_is_sent_back_to_the_login_itself() {
        assert!(is_about_login("/sti/admin", "/sti/admin/login"));
        assert!(!is_about_login("/sti/admin", "/sti/admin/person/0190-aa"));
    }

    #[test]
    fn a_browser_is_sent_back_to_a_path_of_ours_only() {
        for (path, fits) in [
            ("/sti/admin", true),
            ("/sti/admin/person/0190-aa", true),
            ("/sti/administrator", false),
            ("/sti/min-side", false),
            ("//evil.example/sti/admin", false),
            ("https://evil.example", false),
            ("/sti/admin?name=nora", false),
            ("/sti/admin\\evil", false),
            ("/sti/admin/../x", false),
            ("/sti/admin/%2e%2e/x", false),
            ("/sti/admin/\r\nx", false),
        ] {
            assert_eq!(is_under("/sti/admin", path), fits, "{path}");
        }
    }
}
