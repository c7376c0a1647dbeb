//! Errors of the OAuth endpoints, in their standard's own form.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use openid4vc::{OAuthError, OAuthErrorCode};
use sea_orm::DbErr;
use thiserror::Error;

use crate::http::{chain, limits::Wait};

use super::dpop::ProofProblem;

/// Strangers are let in again little by little, so how long to wait is a guess.
const STRANGERS_WAIT: Wait = Wait(10);

/// What an OAuth endpoint answers when it does not do as asked.
///
/// Descriptions are fixed texts for the app's developers. They never hold anything from the request.
#[derive(Debug, Error)]
pub(crate) enum OAuthProblem {
    /// RFC 6749 §5.2, RFC 9449 §5.
    #[error(transparent)]
    Refused(#[from] OAuthError),
    /// Too many requests came (RFC 6585 §4). OAuth has no code of its own for that.
    #[error("too many requests")]
    TooMany(Wait),
    /// Something is wrong here.
    #[error("an OAuth endpoint failed: {0}")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl OAuthProblem {
    /// A refusal with a text for developers.
    pub(crate) fn refused(code: OAuthErrorCode, why: &'static str) -> Self {
        Self::Refused(OAuthError::new(code).with_description(why))
    }

    /// Strangers are held back.
    pub(crate) fn too_many() -> Self {
        Self::TooMany(STRANGERS_WAIT)
    }

    pub(crate) fn invalid_grant(why: &'static str) -> Self {
        Self::refused(OAuthErrorCode::InvalidGrant, why)
    }
}

impl From<DbErr> for OAuthProblem {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl From<jose::KeyError> for OAuthProblem {
    fn from(error: jose::KeyError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<ProofProblem> for OAuthProblem {
    fn from(problem: ProofProblem) -> Self {
        let why = match problem {
            ProofProblem::Nonce => {
                return Self::refused(
                    OAuthErrorCode::UseDpopNonce,
                    "the DPoP proof must have the nonce in DPoP-Nonce",
                );
            }
            ProofProblem::TooMany => return Self::too_many(),
            ProofProblem::Missing => "a DPoP proof is required",
            ProofProblem::Invalid => "the DPoP proof is not valid for this request",
            ProofProblem::Replayed => "the DPoP proof was used before",
            ProofProblem::Database(error) => return error.into(),
        };
        Self::refused(OAuthErrorCode::InvalidDpopProof, why)
    }
}

impl IntoResponse for OAuthProblem {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Refused(error) => {
                let why = error.error_description.as_deref().unwrap_or_default();
                tracing::info!(error = %error.error, why, "an OAuth request was refused");
                error
            }
            Self::TooMany(wait) => return too_many(wait),
            Self::Fault(error) => {
                tracing::error!(error = chain(&*error), "an OAuth endpoint failed");
                OAuthError::new(OAuthErrorCode::ServerError)
            }
        };
        let status = StatusCode::from_u16(error.error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response =
            (status, [(header::CACHE_CONTROL, "no-store")], Json(error)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            // RFC 9110 §15.5.2 wants a challenge with every 401, though a public client cannot meet one.
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("DPoP algs=\"ES256\""),
            );
        }
        response
    }
}

fn too_many(wait: Wait) -> Response {
    let error = OAuthError::new(OAuthErrorCode::TemporarilyUnavailable)
        .with_description("too many requests; try again in a moment");
    let headers = [(header::CACHE_CONTROL, "no-store")];
    wait.on((StatusCode::TOO_MANY_REQUESTS, headers, Json(error)).into_response())
}
