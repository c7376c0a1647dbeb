//! A form is taken only from a page of ours, in a browser that is logged in.

use std::sync::Arc;

use axum::{
    Form,
    body::{Body, Bytes},
    extract::{FromRequest, OriginalUri, Request},
    http::{HeaderMap, header},
};
use serde::de::DeserializeOwned;

use crate::{http::Service, oauth::secret};

use super::{WebProblem, session::Kind};

/// The form's field.
const FIELD: &str = "_csrf";
/// The same for what is sent by script or in parts.
pub(crate) const HEADER: &str = "x-csrf-token";

/// The fields of a form, after it has been seen that one of our own pages sent it: its field `_csrf` or the header
/// `x-csrf-token` is that of the session in the browser's cookie, and what the browser says of where the form stood
/// (`Sec-Fetch-Site`, `Origin`) does not speak against it.
pub(crate) struct Posted<T>(pub(crate) T);

/// For forms that hold nothing but their token.
#[derive(serde::Deserialize)]
pub(crate) struct Nothing {}

impl<T: DeserializeOwned> FromRequest<Arc<Service>> for Posted<T> {
    type Rejection = WebProblem;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, WebProblem> {
        let (parts, body) = request.into_parts();
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), service)
            .await
            .map_err(|_| WebProblem::Unreadable)?;
        let sent = match parts.headers.get(HEADER) {
            Some(value) => value.to_str().unwrap_or_default().to_owned(),
            None => url::form_urlencoded::parse(&body)
                .find(|(name, _)| name == FIELD)
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default(),
        };
        let path = parts.extensions.get::<OriginalUri>();
        let path = path.map_or_else(|| parts.uri.path(), |uri| uri.0.path());
        let person = format!("{}{}", super::base(service), Kind::Person.home());
        let kind = if path.starts_with(&person) {
            Kind::Person
        } else {
            Kind::Staff
        };
        check_kind(service, &parts.headers, &sent, kind)?;
        Form::from_request(Request::from_parts(parts, Body::from(body)), service)
            .await
            .map(|Form(fields)| Self(fields))
            .map_err(|_| WebProblem::Unreadable)
    }
}

/// The same check, for what staff send that is not a plain form: `sent` is what came in its first field or in [`HEADER`].
pub(crate) fn check(service: &Service, headers: &HeaderMap, sent: &str) -> Result<(), WebProblem> {
    check_kind(service, headers, sent, Kind::Staff)
}

fn check_kind(
    service: &Service,
    headers: &HeaderMap,
    sent: &str,
    kind: Kind,
) -> Result<(), WebProblem> {
    let says = |name| headers.get(name).map(|value| value.as_bytes());
    let own = service.config.issuer.public_url.origin();
    let is_ours = says("sec-fetch-site").is_none_or(|site| site == b"same-origin")
        && says(header::ORIGIN.as_str())
            .is_none_or(|origin| origin == own.ascii_serialization().as_bytes());
    let fits = kind
        .token(service, headers)
        .is_some_and(|session| jose::constant_time_eq(token(session).as_bytes(), sent.as_bytes()));
    if is_ours && fits {
        Ok(())
    } else {
        Err(WebProblem::NotOurForm)
    }
}

/// The token for forms of a session: a page that shows it does not show the session's own.
pub(super) fn token(session: &str) -> String {
    secret::hash(&format!("csrf.{session}"))
}
