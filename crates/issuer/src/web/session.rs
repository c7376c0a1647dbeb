//! Who is logged in, in this browser.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{HeaderMap, Method, request::Parts},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, Value, sea_query::Expr,
};
use zeroize::Zeroizing;

use crate::{db::entity::web_session, feide::FeideUser, http::Service, oauth::secret};

pub(crate) use crate::db::entity::web_session::{Kind, Model as Live};

use super::{Lang, WebProblem, cookies, csrf};

/// However much it is used, seconds.
const LONGEST: i64 = 8 * 3_600;
/// Without use, seconds.
const IDLE: i64 = 30 * 60;
/// Use is written down this seldom, seconds: reading a page should not write a row each time.
const GRAIN: i64 = 60;

/// Who is logged in, in this browser, and how the page that is asked for should speak.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) kind: Kind,
    /// Feide's stable identifier.
    pub(crate) feide_sub: String,
    /// Lower case; empty where Feide gives none.
    pub(crate) feide_name: String,
    /// What the person is called.
    pub(crate) name: String,
    /// To be sent with every form.
    pub(crate) csrf: String,
    pub(crate) lang: Lang,
    pub(crate) left: Left,
    /// The path that was asked for, without its query; `/admin` for what was posted.
    pub(crate) path: String,
    /// Why this person looks others up; none until it was said.
    pub(crate) why: Option<String>,
    /// What was searched for last, sealed.
    pub(crate) searched: Option<Vec<u8>>,
    /// By which its row is found.
    pub(crate) token_hash: String,
}

impl Session {
    /// Keeps why this person looks others up.
    pub(crate) async fn keep_why(
        &mut self,
        db: &impl ConnectionTrait,
        why: String,
    ) -> Result<(), DbErr> {
        self.keep(db, web_session::Column::Why, why.clone().into())
            .await?;
        self.why = Some(why);
        Ok(())
    }

    /// Keeps what was searched for, sealed.
    pub(crate) async fn keep_search(
        &self,
        db: &impl ConnectionTrait,
        sealed: Vec<u8>,
    ) -> Result<(), DbErr> {
        self.keep(db, web_session::Column::Searched, sealed.into())
            .await
    }

    async fn keep(
        &self,
        db: &impl ConnectionTrait,
        column: web_session::Column,
        value: Value,
    ) -> Result<(), DbErr> {
        web_session::Entity::update_many()
            .col_expr(column, Expr::value(value))
            .filter(web_session::Column::TokenHash.eq(&self.token_hash))
            .exec(db)
            .await?;
        Ok(())
    }
}

/// How long a session is still good, in seconds: clocks of browsers are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// Without use.
    pub(crate) idle: i64,
    /// However much it is used.
    pub(crate) at_most: i64,
}

impl Kind {
    /// Where its pages begin.
    pub(crate) fn home(self) -> &'static str {
        match self {
            Self::Staff => "/admin",
            Self::Person => "/min-side",
        }
    }

    fn cookie(self, service: &Service) -> String {
        cookies::name(
            service,
            match self {
                Self::Staff => "staff",
                Self::Person => "person",
            },
        )
    }

    /// The token in the browser's cookie.
    pub(crate) fn token<'a>(self, service: &Service, headers: &'a HeaderMap) -> Option<&'a str> {
        cookies::get(headers, &self.cookie(service))
    }
}

/// A person at `/min-side`; who is not logged in is sent to Feide.
pub(crate) struct PersonSession(pub(crate) Session);

/// Somebody at `/admin`, who may have no role at all: use [`crate::admin::Staff`].
pub(crate) struct StaffSession(pub(crate) Session);

impl FromRequestParts<Arc<Service>> for PersonSession {
    type Rejection = WebProblem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, WebProblem> {
        find(parts, service, Kind::Person).await.map(Self)
    }
}

impl FromRequestParts<Arc<Service>> for StaffSession {
    type Rejection = WebProblem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, WebProblem> {
        find(parts, service, Kind::Staff).await.map(Self)
    }
}

/// The session of this kind that the browser has, while it is good.
pub(crate) async fn live(
    service: &Service,
    headers: &HeaderMap,
    kind: Kind,
) -> Result<Option<Live>, DbErr> {
    let Some(token) = kind.token(service, headers) else {
        return Ok(None);
    };
    let now = service.unix_now();
    let row = web_session::Entity::find_by_id(secret::hash(token))
        .one(&service.db)
        .await?;
    Ok(row.filter(|row| row.kind == kind && row.ends_at > now && row.expires_at > now))
}

async fn find(parts: &Parts, service: &Service, kind: Kind) -> Result<Session, WebProblem> {
    let path = if parts.method == Method::GET {
        parts
            .extensions
            .get::<OriginalUri>()
            .map_or_else(|| parts.uri.path(), |uri| uri.0.path())
            .to_owned()
    } else {
        format!("{}{}", super::base(service), kind.home())
    };
    let log_in = || WebProblem::LogIn {
        kind,
        back: path.clone(),
    };
    let token = kind.token(service, &parts.headers).ok_or_else(log_in)?;
    let now = service.unix_now();
    // As a rule it was found when the request was counted.
    let row = match parts.extensions.get::<Live>() {
        Some(row) if row.kind == kind => row.clone(),
        _ => live(service, &parts.headers, kind)
            .await?
            .ok_or_else(log_in)?,
    };
    let expires_at = row.ends_at.min(now + IDLE);
    // A page that looks for news by itself is not somebody who uses it.
    let by_itself = parts.method == Method::GET && parts.headers.contains_key("hx-request");
    let is_renewed = !by_itself && expires_at - row.expires_at >= GRAIN;
    if is_renewed {
        web_session::Entity::update_many()
            .col_expr(web_session::Column::ExpiresAt, Expr::value(expires_at))
            .filter(web_session::Column::TokenHash.eq(&row.token_hash))
            .exec(&service.db)
            .await?;
    }
    Ok(Session {
        kind,
        csrf: csrf::token(token),
        left: Left {
            idle: if is_renewed {
                expires_at
            } else {
                row.expires_at
            } - now,
            at_most: row.ends_at - now,
        },
        lang: Lang::of_request(&parts.headers),
        path,
        feide_sub: row.feide_sub,
        feide_name: row.feide_name,
        name: row.name,
        why: row.why,
        searched: row.searched,
        token_hash: row.token_hash,
    })
}

/// A session to be, with the token that only the browser is told.
pub(super) struct New {
    token: Zeroizing<String>,
    kind: Kind,
}

impl New {
    pub(super) fn make(service: &Service, kind: Kind) -> Result<Self, WebProblem> {
        Ok(Self {
            token: secret::generate(&service.random).map_err(|_| WebProblem::Fault)?,
            kind,
        })
    }

    pub(super) async fn store(
        &self,
        db: &impl ConnectionTrait,
        user: &FeideUser,
        now: i64,
    ) -> Result<(), DbErr> {
        let feide_name = user.feide_name.clone().unwrap_or_default();
        let name = user.name.clone().unwrap_or_else(|| feide_name.clone());
        web_session::ActiveModel {
            token_hash: Set(secret::hash(&self.token)),
            kind: Set(self.kind),
            feide_sub: Set(user.sub.clone()),
            feide_name: Set(feide_name),
            name: Set(name),
            created_at: Set(now),
            ends_at: Set(now + LONGEST),
            expires_at: Set(now + IDLE),
            why: Set(None),
            searched: Set(None),
        }
        .insert(db)
        .await?;
        Ok(())
    }

    pub(super) fn cookie(&self, service: &Service) -> axum::http::HeaderValue {
        // Without an age: it goes when the browser is closed. How long it is good is known here.
        cookies::set(service, &self.kind.cookie(service), &self.token, None)
    }
}

/// Ends the session of this kind that the browser has, if any.
pub(super) async fn end(
    db: &impl ConnectionTrait,
    service: &Service,
    kind: Kind,
    headers: &HeaderMap,
) -> Result<(), DbErr> {
    if let Some(token) = kind.token(service, headers) {
        web_session::Entity::delete_by_id(secret::hash(token))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Ends every session of one kind that a person has, in whatever browser.
pub(crate) async fn end_all(
    db: &impl ConnectionTrait,
    kind: Kind,
    feide_sub: &str,
) -> Result<u64, DbErr> {
    let ended = web_session::Entity::delete_many()
        .filter(web_session::Column::Kind.eq(kind))
        .filter(web_session::Column::FeideSub.eq(feide_sub))
        .exec(db)
        .await?;
    Ok(ended.rows_affected)
}

/// Takes the cookie from the browser.
pub(super) fn no_cookie(service: &Service, kind: Kind) -> axum::http::HeaderValue {
    cookies::set(service, &kind.cookie(service), "", Some(0))
}
