//! What holds for all pages: their headers, and that what goes wrong becomes a page too.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{OriginalUri, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};

use crate::http::Service;

use super::{Lang, WebProblem, frame::Frame, session::Kind, words};

/// Scripts and styles of our own only, and none in the page itself; forms to ourselves.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(&str, &str); 4] = [
    ("content-security-policy", POLICY),
    // With `no-referrer`, browsers would not say where a form of ours stood either (Fetch, section 3.2).
    ("referrer-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=()",
    ),
    ("cache-control", "no-store"),
];

#[derive(Template)]
#[template(path = "web/problem.html")]
struct Page<'a> {
    frame: Frame,
    advice: &'a str,
    support_code: &'a str,
    /// Where to log in, for a form of a session that is over.
    log_in: String,
    /// Logs out whoever is logged in without a role.
    csrf: &'a str,
}

/// Around every route of the pages.
pub(super) async fn finish(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request
        .extensions()
        .get::<OriginalUri>()
        .map_or_else(|| request.uri().path(), |uri| uri.0.path())
        .to_owned();
    let lang = Lang::of_request(request.headers());
    let by_script = request.headers().contains_key("hx-request");
    let is_form = !request.method().is_safe();
    let form_at = form_at(&service, &request);
    let mut response = next.run(request).await;
    let problem = response
        .extensions_mut()
        .remove::<WebProblem>()
        .or_else(|| foreign(&response));
    let problem = problem.map(|problem| match problem {
        // Browsers take `form-action` to be about where the answer leads as well: on the way to Feide they would stop
        // without a word, and whoever sent the form would believe that it was done. A script would go there at once, and
        // come back to another page.
        WebProblem::LogIn { .. } if is_form => WebProblem::NotOurForm,
        problem => problem,
    });
    if let Some(problem) = problem {
        response = answer(&service, lang, &path, form_at, by_script, &problem);
    }
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    response.headers_mut().append(
        header::VARY,
        HeaderValue::from_static("accept-language, cookie"),
    );
    response
}

/// The page of ours on which the form stood that was sent.
fn form_at(service: &Service, request: &Request) -> Option<String> {
    let from = request.headers().get(header::REFERER)?.to_str().ok()?;
    let from: url::Url = from.parse().ok()?;
    let is_ours = from.origin() == service.config.issuer.public_url.origin();
    is_ours.then(|| from.path().to_owned())
}

/// The framework's own refusals come as plain text or nothing.
fn foreign(response: &Response) -> Option<WebProblem> {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_plain = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    WebProblem::of_status(response.status()).filter(|_| is_plain)
}

fn answer(
    service: &Service,
    lang: Lang,
    path: &str,
    form_at: Option<String>,
    by_script: bool,
    problem: &WebProblem,
) -> Response {
    let base = super::base(service);
    let asked_first = match problem {
        WebProblem::LogIn { kind, back } => Some((format!("{}/login", kind.home()), back)),
        WebProblem::SayWhy { back } => Some((format!("{}/why", Kind::Staff.home()), back)),
        _ => None,
    };
    if let Some((path, back)) = asked_first {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("back", back)
            .finish();
        let address = format!("{base}{path}?{query}");
        // A part of a page cannot become another.
        return match HeaderValue::from_str(&address) {
            Ok(address) if by_script => {
                let header = [(HeaderName::from_static("hx-redirect"), address)];
                (StatusCode::OK, header).into_response()
            }
            _ => Redirect::to(&address).into_response(),
        };
    }
    let kind = if path.starts_with(&format!("{base}{}", Kind::Person.home())) {
        Kind::Person
    } else {
        Kind::Staff
    };
    let (status, support_code) = problem.status_and_code();
    let (title, advice) = words::of(lang).problem(problem);
    let log_in = if *problem == WebProblem::NotOurForm {
        let back = form_at.unwrap_or_default();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("back", &back)
            .finish();
        format!("{base}{}/login?{query}", kind.home())
    } else {
        String::new()
    };
    let csrf = match problem {
        WebProblem::NoRole { csrf, .. } => csrf,
        _ => "",
    };
    let page = Page {
        frame: Frame::public(service, lang, kind, path, title),
        advice: &advice,
        support_code,
        log_in,
        csrf,
    };
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
