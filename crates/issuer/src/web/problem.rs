//! Everything that a page can be instead of itself.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sea_orm::DbErr;

use crate::db;
use crate::feide::FeideError;
use crate::http::chain;
use crate::http::page::Situation;

use super::session::Kind;

/// Why there is not the page that was asked for. It becomes a page in the language of the request in [`super::layer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WebProblem {
    /// Nobody is logged in: on to Feide, and back to this path.
    LogIn { kind: Kind, back: String },
    /// Somebody looks at people and has not said why: asked, and then back to this path.
    SayWhy { back: String },
    /// There is no such page, or none that this person may know of.
    NotFound,
    /// The person may not do this.
    Forbidden,
    /// Logged in, but without any role.
    NoRole { name: String, csrf: String },
    /// What was written cannot be used, and why: in the person's language.
    BadInput(String),
    /// The request cannot be read.
    Unreadable,
    /// A form that is not ours, or of a session that is over.
    NotOurForm,
    /// The login took too long, or was finished already.
    LoginExpired,
    /// The login began in another browser.
    OtherBrowser,
    /// Feide said no, or the person did.
    LoginRefused,
    /// The login at Feide was not as strong as the county wants it for staff.
    WeakLogin,
    /// Feide does not answer.
    TryLater,
    /// Too many ask at once, or the database is kept by something large.
    Busy,
    /// Something is wrong here; it is in the log.
    Fault,
}

impl WebProblem {
    /// For what must not happen.
    ///
    /// What others keep for a while, as a large sync does with the database, is no fault: ask again.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        if db::is_busy(error) {
            tracing::warn!(error = chain(error), "a page found the database busy");
            return Self::Busy;
        }
        tracing::error!(error = chain(error), "a page could not be made");
        Self::Fault
    }

    pub(super) fn feide(error: &FeideError) -> Self {
        tracing::warn!(error = chain(error), "a login at Feide failed");
        Self::TryLater
    }

    /// What the page's heading says besides, for support.
    pub(super) fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::LogIn { .. } | Self::SayWhy { .. } => (StatusCode::SEE_OTHER, ""),
            Self::NotFound => (StatusCode::NOT_FOUND, "LB-WEB-404"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "LB-WEB-403"),
            Self::NoRole { .. } => (StatusCode::FORBIDDEN, "LB-WEB-405"),
            Self::BadInput(_) => (StatusCode::UNPROCESSABLE_ENTITY, "LB-WEB-422"),
            Self::Unreadable => (StatusCode::BAD_REQUEST, "LB-WEB-400"),
            Self::NotOurForm => (StatusCode::FORBIDDEN, "LB-WEB-419"),
            Self::LoginExpired => (StatusCode::BAD_REQUEST, "LB-WEB-410"),
            Self::OtherBrowser => (StatusCode::FORBIDDEN, "LB-WEB-411"),
            Self::LoginRefused => (StatusCode::FORBIDDEN, "LB-WEB-401"),
            Self::WeakLogin => (StatusCode::FORBIDDEN, "LB-WEB-402"),
            Self::TryLater => (StatusCode::SERVICE_UNAVAILABLE, "LB-WEB-503"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "LB-WEB-504"),
            Self::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "LB-WEB-500"),
        }
    }

    /// What the framework's own refusal means.
    pub(super) fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Self::NotFound),
            status if status.is_client_error() => Some(Self::Unreadable),
            StatusCode::SERVICE_UNAVAILABLE => Some(Self::Busy),
            status if status.is_server_error() => Some(Self::Fault),
            _ => None,
        }
    }
}

impl From<DbErr> for WebProblem {
    fn from(error: DbErr) -> Self {
        Self::internal(&error)
    }
}

impl From<Situation> for WebProblem {
    fn from(_: Situation) -> Self {
        Self::Fault
    }
}

impl IntoResponse for WebProblem {
    fn into_response(self) -> Response {
        let (status, _) = self.status_and_code();
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnAcquireErr;

    use super::*;

    #[test]
    fn a_database_that_others_keep_is_worth_another_try() {
        let busy = DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
        assert_eq!(WebProblem::from(busy), WebProblem::Busy);
        let fault = DbErr::Custom("no".to_owned());
        assert_eq!(WebProblem::from(fault), WebProblem::Fault);
    }
}
