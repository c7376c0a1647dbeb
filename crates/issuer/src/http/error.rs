//! Errors outside the OAuth and OpenID endpoints: problem details (RFC 9457) with a support code.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use sea_orm::DbErr;
use serde_json::json;

use super::limits::Wait;
use crate::db;

/// When what took too long may be tried again.
const AGAIN: Wait = Wait(5);

/// Everything that can be wrong with a request, or with us.
///
/// Support codes are stable and may be read aloud; they say nothing about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    BadRequest,
    NoToken,
    TokenInQuery,
    InvalidToken,
    InvalidDpopProof,
    UseDpopNonce,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    NotAcceptable,
    TooSlow,
    HistoryNotKept,
    PhotoMissing,
    PhotoLocked,
    PhotoChanged,
    PhotoNotAwaited,
    PhotoTooMany,
    UnknownCard,
    TooManyRequests(Wait),
    Internal,
}

impl Problem {
    /// Status, the last part of `type`, support code, title.
    fn parts(self) -> (StatusCode, &'static str, &'static str, &'static str) {
        match self {
            Self::BadRequest => (
                StatusCode::BAD_REQUEST,
                "bad-request",
                "LB-HTTP-400",
                "The request cannot be read",
            ),
            Self::NoToken => (
                StatusCode::UNAUTHORIZED,
                "no-token",
                "LB-AUTH-401",
                "An access token is needed",
            ),
            Self::TokenInQuery => (
                StatusCode::BAD_REQUEST,
                "token-in-query",
                "LB-AUTH-400",
                "An access token must not be part of an address",
            ),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                "invalid-token",
                "LB-AUTH-402",
                "The access token is not valid",
            ),
            Self::InvalidDpopProof => (
                StatusCode::UNAUTHORIZED,
                "invalid-dpop-proof",
                "LB-AUTH-403",
                "The DPoP proof is missing or not valid for this request",
            ),
            Self::UseDpopNonce => (
                StatusCode::UNAUTHORIZED,
                "use-dpop-nonce",
                "LB-AUTH-404",
                "The DPoP proof must have the nonce that goes along with this answer",
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "not-found",
                "LB-HTTP-404",
                "There is nothing here",
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "LB-HTTP-405",
                "This address is not used that way",
            ),
            Self::NotAcceptable => (
                StatusCode::NOT_ACCEPTABLE,
                "not-acceptable",
                "LB-HTTP-406",
                "None of the accepted media types is offered",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "LB-HTTP-413",
                "The request is too large",
            ),
            Self::TooSlow => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too-slow",
                "LB-HTTP-503",
                "This took too long; try again",
            ),
            Self::HistoryNotKept => (
                StatusCode::NOT_IMPLEMENTED,
                "history-not-kept",
                "LB-STATUS-501",
                "Status lists of the past are not kept",
            ),
            Self::PhotoMissing => (
                StatusCode::NOT_FOUND,
                "photo-missing",
                "LB-PHOTO-404",
                "There is no photo",
            ),
            Self::PhotoLocked => (
                StatusCode::CONFLICT,
                "photo-locked",
                "LB-PHOTO-409",
                "The photo is locked; only the school or the county can reset it",
            ),
            Self::PhotoChanged => (
                StatusCode::CONFLICT,
                "photo-changed",
                "LB-PHOTO-410",
                "The photo is not the one that was shown",
            ),
            Self::PhotoNotAwaited => (
                StatusCode::CONFLICT,
                "photo-not-awaited",
                "LB-PHOTO-411",
                "It is not a photo that the card waits for",
            ),
            Self::PhotoTooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                "photo-too-many",
                "LB-PHOTO-429",
                "Too many photos were sent today",
            ),
            Self::UnknownCard => (
                StatusCode::NOT_FOUND,
                "unknown-card",
                "LB-CARD-404",
                "This person has no such card",
            ),
            Self::TooManyRequests(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                "LB-HTTP-429",
                "Too many requests; try again in a moment",
            ),
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "LB-HTTP-500",
                "Something went wrong here; try again",
            ),
        }
    }

    /// The error code of RFC 6750 and RFC 9449, for those that have one.
    fn oauth_code(self) -> Option<&'static str> {
        match self {
            Self::TokenInQuery => Some("invalid_request"),
            Self::InvalidToken => Some("invalid_token"),
            Self::InvalidDpopProof => Some("invalid_dpop_proof"),
            Self::UseDpopNonce => Some("use_dpop_nonce"),
            _ => None,
        }
    }

    /// Logs the cause, which stays here, and answers that something went wrong.
    ///
    /// What others keep for a while, as a large sync does with the people whom it writes, is no fault: ask again.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        if db::is_busy(error) {
            tracing::warn!(error = chain(error), "a request found the database busy");
            return Self::TooSlow;
        }
        tracing::error!(error = chain(error), "a request failed");
        Self::Internal
    }
}

/// An error with its causes, for the log. The texts of our errors hold nothing personal.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        // Transparent errors and those that quote their cause say it already.
        if !text.ends_with(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, kind, support_code, title) = self.parts();
        let mut body = json!({
            "type": format!("urn:lommebevis:problem:{kind}"),
            "title": title,
            "status": status.as_u16(),
            "support_code": support_code,
        });
        if let Some(code) = self.oauth_code() {
            body["error"] = code.into();
        }
        let response = answer(status, body);
        match self {
            Self::TooManyRequests(wait) => wait.on(response),
            Self::TooSlow => AGAIN.on(response),
            _ => response,
        }
    }
}

fn answer(status: StatusCode, body: serde_json::Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/problem+json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, Json(body)).into_response()
}

/// A picture that is not taken: too large (413), no JPEG file (415), or no portrait by the rules (422). `reasons` are the
/// ids of the rules that it breaks; none when the file as such cannot be used.
pub(super) fn photo_unusable(status: StatusCode, reasons: &[&str]) -> Response {
    let body = json!({
        "type": "urn:lommebevis:problem:photo-unusable",
        "title": "The picture cannot be used",
        "status": status.as_u16(),
        "support_code": "LB-PHOTO-422",
        "reasons": reasons,
    });
    answer(status, body)
}
