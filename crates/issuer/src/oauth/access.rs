//! Who is calling: the access token and its DPoP proof at protected resources (RFC 9449 §7).

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use sea_orm::{DbErr, EntityTrait};
use uuid::Uuid;

use crate::{
    db::entity::{access_token, device},
    http::{
        Problem, Service,
        limits::{Limit, Wait},
    },
};

use super::{
    dpop::{self, ProofProblem},
    secret,
};

/// The device behind a request, proven.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    pub(crate) device_id: Uuid,
    pub(crate) account_id: Uuid,
}

/// Why a request is not let in.
#[derive(Debug)]
pub(crate) enum AccessProblem {
    /// No token, or not where and how it must be sent.
    NoToken(Problem),
    /// The token is unknown, expired, or its device is logged out.
    InvalidToken,
    /// The proof is missing, wrong, replayed, or of another key.
    InvalidProof,
    /// The proof lacks the nonce that goes along with this answer.
    UseNonce,
    /// The device asks too often.
    TooMany(Wait),
    /// The database does not answer.
    Database(DbErr),
}

impl From<DbErr> for AccessProblem {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

impl IntoResponse for AccessProblem {
    fn into_response(self) -> Response {
        let (problem, challenge) = match self {
            // RFC 6750 §3.1: without any token no error code is given.
            Self::NoToken(problem) => (problem, "DPoP algs=\"ES256\""),
            Self::InvalidToken => (
                Problem::InvalidToken,
                "DPoP error=\"invalid_token\", algs=\"ES256\"",
            ),
            Self::InvalidProof => (
                Problem::InvalidDpopProof,
                "DPoP error=\"invalid_dpop_proof\", algs=\"ES256\"",
            ),
            // RFC 9449 §9; the nonce itself goes along with every answer.
            Self::UseNonce => (
                Problem::UseDpopNonce,
                "DPoP error=\"use_dpop_nonce\", algs=\"ES256\"",
            ),
            // No challenge: the token is good.
            Self::TooMany(wait) => return Problem::TooManyRequests(wait).into_response(),
            Self::Database(error) => return Problem::from(error).into_response(),
        };
        let mut response = problem.into_response();
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(challenge),
        );
        response
    }
}

impl FromRequestParts<Arc<Service>> for Caller {
    type Rejection = AccessProblem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Self::Rejection> {
        // RFC 6750 §2.3 with RFC 9700 §4.3.2: a token in an address ends up in logs.
        let query = parts.uri.query().unwrap_or_default();
        if url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token") {
            return Err(AccessProblem::NoToken(Problem::TokenInQuery));
        }
        let token = token(&parts.headers)?;
        let row = access_token::Entity::find_by_id(secret::hash(token))
            .one(&service.db)
            .await?
            .filter(|row| row.expires_at > service.unix_now())
            .ok_or(AccessProblem::InvalidToken)?;
        let device = device::Entity::find_by_id(row.device_id)
            .one(&service.db)
            .await?
            .filter(|device| device.revoked_at.is_none())
            .ok_or(AccessProblem::InvalidToken)?;
        // The path as it was asked for, also under a prefix.
        let path = parts
            .extensions
            .get::<OriginalUri>()
            .map_or_else(|| parts.uri.path(), |original| original.0.path());
        // Before the proof, which makes a row.
        let limit = Limit::of_device(path);
        service
            .limits
            .device(limit, device.id, service.now().timestamp_millis())
            .map_err(|wait| {
                service.metrics.held_back(limit.name());
                AccessProblem::TooMany(wait)
            })?;
        dpop::check(
            service,
            &parts.headers,
            &parts.method,
            path,
            Some(token),
            Some(&device.dpop_thumbprint),
            true,
        )
        .await
        .map_err(|problem| match problem {
            ProofProblem::Database(error) => AccessProblem::Database(error),
            ProofProblem::Nonce => AccessProblem::UseNonce,
            _ => AccessProblem::InvalidProof,
        })?;
        Ok(Self {
            device_id: device.id,
            account_id: device.account_id,
        })
    }
}

/// The token, in the one place it may be in (RFC 9449 §7.1; §7.2 forbids `Bearer` for a bound token).
fn token(headers: &HeaderMap) -> Result<&str, AccessProblem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (Some(value), None) => value,
        (None, _) => return Err(AccessProblem::NoToken(Problem::NoToken)),
        (Some(_), Some(_)) => return Err(AccessProblem::InvalidToken),
    };
    let value = value.to_str().map_err(|_| AccessProblem::InvalidToken)?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("DPoP") && !token.is_empty() => {
            Ok(token.trim_start_matches(' '))
        }
        _ => Err(AccessProblem::InvalidToken),
    }
}
