//! The HTTP surface: one file per resource, one [`router`] for all.

mod app_callback;
mod apple_app_site;
mod assetlinks;
mod brake;
pub(crate) mod built_page;
mod credential;
mod encryption;
mod error;
mod health;
mod housekeeping;
mod in_person;
mod key_attestation;
pub(crate) mod kontroll;
pub(crate) mod limits;
mod metadata;
mod metrics;
pub(crate) mod minid;
mod nonce;
mod notification;
pub(crate) mod page;
mod photo;
mod router;
mod serve;
mod status_lists;
#[cfg(test)]
mod tests;
mod trust_list;
mod types;
mod wallet;

use std::{
    ops::Deref,
    sync::{Arc, atomic::AtomicBool},
};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jose::dpop::Nonces;
use url::Url;

use crate::{app::App, feide::Feide, issue::status::StatusTokens, oauth::dpop_nonce, web::login};

use error::photo_unusable;
pub(crate) use error::{Problem, chain};
pub use router::router;
#[cfg(test)]
use serve::serve_on;
pub use serve::{Listening, ServeError, listen, serve, told_to_stop};

/// What the handlers share: the app, and what is kept in memory between requests.
pub(crate) struct Service {
    app: Arc<App>,
    pub(crate) feide: Feide,
    /// The same client at Feide, with the way back to our own pages.
    pub(crate) web_feide: Feide,
    pub(crate) status_tokens: StatusTokens,
    pub(crate) trust_list: trust_list::Cache,
    pub(crate) dpop_nonces: Nonces,
    strangers: brake::Brake,
    browsers: brake::Brake,
    /// Which brake was last spoken of, and when.
    braked: brake::Seldom<&'static str>,
    pub(crate) readiness: health::Cache,
    /// The service has been told to stop, and is about to.
    leaving: AtomicBool,
    pub(crate) limits: limits::Limits,
    pub(crate) metrics: metrics::Metrics,
}

impl Service {
    fn new(app: Arc<App>) -> Self {
        let feide = |path| {
            let redirect_uri = app.config.issuer.at(path);
            Feide::new(app.config.feide.clone(), redirect_uri, app.http.clone())
        };
        Self {
            feide: feide("/oauth/feide/callback"),
            web_feide: feide(login::CALLBACK),
            status_tokens: StatusTokens::default(),
            trust_list: trust_list::Cache::default(),
            dpop_nonces: dpop_nonce::nonces(&app.seal),
            strangers: brake::Brake::new(app.config.server.anonymous_per_second),
            browsers: brake::Brake::new(app.config.server.browser_logins_per_second),
            braked: brake::Seldom::default(),
            readiness: health::Cache::default(),
            leaving: AtomicBool::new(false),
            limits: limits::Limits::new(
                app.config.running.limits,
                app.config.running.trusted_proxies.clone(),
            ),
            metrics: metrics::Metrics::new(),
            app,
        }
    }

    /// Whether someone without a token may have a row written for them now.
    pub(crate) fn let_stranger_pass(&self) -> bool {
        self.may_pass(&self.strangers, "anonymous")
    }

    /// Whether a login to our own pages may begin now. Whoever crowds out phones does not crowd out those who must help.
    pub(crate) fn let_browser_pass(&self) -> bool {
        self.may_pass(&self.browsers, "browser_login")
    }

    fn may_pass(&self, brake: &brake::Brake, name: &'static str) -> bool {
        let now = self.now().timestamp_millis();
        let passes = brake.let_pass(now);
        if !passes {
            self.metrics.held_back(name);
            if self.braked.may(name, now) {
                tracing::warn!(limit = name, "callers without a token are held back");
            }
        }
        passes
    }

    /// For what goes on after a request has been answered.
    pub(crate) fn shared_app(&self) -> Arc<App> {
        self.app.clone()
    }

    /// The full address of a request for `path`, as the caller wrote it.
    pub(crate) fn address_of(&self, path: &str) -> String {
        let origin = self.config.issuer.public_url.origin();
        format!("{}{path}", origin.ascii_serialization())
    }
}

impl Deref for Service {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

/// Sends the browser on with GET.
pub(crate) fn redirect_to(url: &Url) -> Response {
    let Ok(location) = HeaderValue::from_str(url.as_str()) else {
        // A parsed URL is ASCII without controls.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// A public text that changes seldom, with its ETag; 304 when the caller has it (RFC 9110 §13.1.2).
fn cacheable(
    request: &HeaderMap,
    content_type: &'static str,
    max_age: u64,
    etag: &str,
    body: impl IntoResponse,
) -> Response {
    let known = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag.trim_start_matches("W/"));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body.into_response()
    };
    let headers = response.headers_mut();
    if !known {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    for (name, value) in [
        (header::ETAG, etag.to_owned()),
        (header::CACHE_CONTROL, format!("public, max-age={max_age}")),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    headers.append(header::VARY, HeaderValue::from_static("accept"));
    response
}

/// A weak ETag: compression on the way does not change what is said.
fn etag(content: &[u8]) -> String {
    let digest = jose::sha256(content);
    format!("W/\"{}\"", jose::base64url(&digest[..18]))
}

/// Reads a JSON body.
fn read_json<T: serde::de::DeserializeOwned>(
    headers: &HeaderMap,
    body: &[u8],
) -> Result<T, Problem> {
    if !is_json(headers) {
        return Err(Problem::BadRequest);
    }
    serde_json::from_slice(body).map_err(|_| Problem::BadRequest)
}

fn is_json(headers: &HeaderMap) -> bool {
    has_type(headers, "application/json")
}

fn has_type(headers: &HeaderMap, media_type: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(media_type))
}
