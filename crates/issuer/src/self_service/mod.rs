//! `/min-side`: what people see and do about themselves, with Feide alone. A lost phone is logged out here, what is stored
//! is shown and handed out, and what can be deleted is deleted the next night.
//!
//! Every page and every form works without script.

pub(crate) mod erasure;
mod more;
mod stored;
mod stored_page;
mod terms;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    audit, db,
    db::entity::{account, device as device_table, person},
    http::Service,
    oauth::device,
    photo,
    web::{
        Entry, Frame, PersonSession, Posted, Session, WebProblem,
        csrf::Nothing,
        go_to, page,
        session::{Kind, end_all},
    },
};

use stored::{StoredError, actor};
use words::Words;

const HOME: &str = "/min-side";
const STORED: &str = "/min-side/lagret";
const DELETE: &str = "/min-side/slett";

/// The pages' routes under the path of the public address.
pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route(HOME, get(overview))
        .route("/min-side/", get(overview))
        .route("/min-side/enheter/logg-ut", post(log_out_all))
        .route("/min-side/enheter/{id}/logg-ut", post(log_out))
        .route("/min-side/nettlesere/logg-ut", post(log_out_browsers))
        .route(STORED, get(stored_page::show))
        .route("/min-side/lagret.json", get(export))
        .route("/min-side/bilde", get(picture))
        .route(DELETE, get(show_delete).post(ask))
        .route("/min-side/slett/angre", post(take_back))
}

impl From<StoredError> for WebProblem {
    fn from(error: StoredError) -> Self {
        Self::internal(&error)
    }
}

/// Who is logged in, with what is stored under that name.
struct Own {
    session: Session,
    account: account::Model,
    person: Option<person::Model>,
    words: &'static Words,
}

impl Own {
    async fn of(service: &Service, session: Session) -> Result<Self, WebProblem> {
        // Made at the login; gone when all was deleted in between.
        let account = account::Entity::find()
            .filter(account::Column::FeideSub.eq(&session.feide_sub))
            .one(&service.db)
            .await?
            .ok_or(WebProblem::LoginExpired)?;
        Ok(Self {
            person: erasure::person_of(&service.db, &account).await?,
            words: words::of(session.lang),
            session,
            account,
        })
    }

    fn frame(&self, service: &Service, here: &str, title: &str) -> Frame {
        let mut frame = Frame::of(service, &self.session, title);
        frame.nav = [
            (HOME, self.words.phones),
            (STORED, self.words.stored),
            (DELETE, self.words.delete),
        ]
        .into_iter()
        .map(|(path, name)| Entry {
            href: format!("{}{path}", frame.base),
            name,
            is_here: path == here,
        })
        .collect();
        frame
    }

    /// An entry in the audit trail for what the person does now.
    fn entry(&self, service: &Service, action: &'static str) -> audit::Entry {
        let entry = audit::Entry::new(actor(&self.account), action, service.unix_now());
        match &self.person {
            Some(person) => entry.person(person.id),
            None => entry,
        }
    }
}

#[derive(Deserialize)]
struct Said {
    said: Option<String>,
}

#[derive(Template)]
#[template(path = "min_side/overview.html")]
struct Overview {
    frame: Frame,
    words: &'static Words,
    phones: Vec<Phone>,
    former: Vec<String>,
    /// When all will be deleted.
    deleted_at: Option<String>,
}

/// A phone that is logged in.
struct Phone {
    log_out: String,
    added: String,
    seen: String,
    /// Where the keys on it lie, if the app has said so.
    keys: Option<&'static str>,
}

async fn overview(
    State(service): State<Arc<Service>>,
    PersonSession(session): PersonSession,
    Query(Said { said }): Query<Said>,
) -> Result<Response, WebProblem> {
    let own = Own::of(&service, session).await?;
    let (words, lang) = (own.words, own.session.lang);
    let mut frame = own.frame(&service, HOME, words.title);
    frame = match said.as_deref() {
        Some("out") => frame.say(words.is_out),
        Some("none") => frame.complain(words.was_out),
        Some("stays") => frame.say(words.nothing_is_deleted),
        _ => frame,
    };
    let devices = stored::read(&service, &own.account, None, false)
        .await?
        .devices;
    let phones = devices
        .iter()
        .filter(|device| device.logged_out.is_none())
        .map(|device| Phone {
            log_out: format!("{}/min-side/enheter/{}/logg-ut", frame.base, device.id),
            added: (words.added)(&lang.moment(device.added.0)),
            seen: (words.last_seen)(&lang.moment(device.last_seen.0)),
            keys: device.key_protection.map(words.keys),
        })
        .collect();
    let former = devices
        .iter()
        .filter_map(|device| {
            let out = lang.moment(device.logged_out?.0);
            let added = lang.moment(device.added.0);
            Some((words.former)(&added, &out))
        })
        .take(10)
        .collect();
    let pending = erasure::pending(&service.db, &own.account).await?;
    page(&Overview {
        frame,
        words,
        phones,
        former,
        deleted_at: pending.map(|asked| (words.deleted_at)(&lang.moment(asked.due_at))),
    })
}

async fn log_out(
    State(service): State<Arc<Service>>,
    PersonSession(session): PersonSession,
    Path(id): Path<Uuid>,
    Posted(_): Posted<Nothing>,
) -> Result<Response, WebProblem> {
    let own = Own::of(&service, session).await?;
    log_out_of(&service, &own, Some(id)).await
}

async fn log_out_all(
    State(service): State<Arc<Service>>,
    PersonSession(session): PersonSession,
    Posted(_): Posted<Nothing>,
) -> Result<Response, WebProblem> {
    let own = Own::of(&service, session).await?;
    log_out_of(&service, &own, None).await
}

/// Every browser in which this person is logged in, this one too: somebody may have the password.
async fn log_out_browsers(
    State(service): State<Arc<Service>>,
    PersonSession(session): PersonSession,
    Posted(_): Posted<Nothing>,
) -> Result<Response, WebProblem> {
    let own = Own::of(&service, session).await?;
    let transaction = db::begin_write(&service.db).await?;
    let mut browsers = 0;
    for kind in [Kind::Person, Kind::Staff] {
        browsers += end_all(&transaction, kind, &own.account.feide_sub).await?;
    }
    let entry = own.entry(&service, "own.log_out_browsers");
    audit::record(&transaction, entry.detail(json!({ "browsers": browsers }))).await?;
    transaction.commit().await?;
    Ok(go_to(&service, "/min-side/logged-out", None))
}

/// Logs out one phone of the person, or all; its cards become invalid in the status lists with the same commit.
async fn log_out_of(
    service: &Service,
    own: &Own,
    which: Option<Uuid>,
) -> Result<Response, WebProblem> {
    let said = db::retry(|| log_out_once(service, own, which)).await?;
    let said = said.ok_or(WebProblem::NotFound)?;
    Ok(go_to(service, HOME, Some(said)))
}

/// What to say of it; none where the phone is not the person's.
async fn log_out_once(
    service: &Service,
    own: &Own,
    which: Option<Uuid>,
) -> Result<Option<&'static str>, DbErr> {
    let transaction = db::begin_write(&service.db).await?;
    // A card that is being issued just now is waited for, and then found.
    if let Some(person) = &own.person {
        db::lock::person(&transaction, person.id).await?;
    }
    db::lock::account(&transaction, own.account.id).await?;
    let mut devices = device::active(&transaction, own.account.id).await?;
    if let Some(which) = which {
        let is_own = device_table::Entity::find_by_id(which)
            .filter(device_table::Column::AccountId.eq(own.account.id))
            .one(&transaction)
            .await?
            .is_some();
        if !is_own {
            return Ok(None);
        }
        devices.retain(|device| *device == which);
    }
    if devices.is_empty() {
        return Ok(Some("none"));
    }
    let mut credentials = 0;
    for id in &devices {
        credentials +=
            device::revoke(&transaction, *id, "logged_out_by_owner", service.unix_now()).await?;
    }
    let entry = own
        .entry(service, "own.log_out")
        .detail(json!({ "devices": devices.len(), "credentials": credentials }));
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(Some("out"))
}

/// Everything as a file, the picture in it.
async fn export(
    State(service): State<Arc<Service>>,
    PersonSession(session): PersonSession,
) -> Result<Response, WebProblem> {
    let own = Own::of(&service, session).await?;
    audit::record(&service.db, own.entry(&service, "own.export")).await?;
    let stored = stored::read(&service, &own.account, own.person.as_ref(), true).await?;
    let text =
        serde_json::to_string_pretty(&stored).map_err(|error| WebProblem::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"lommebevis.json\"",
        ),
    ];
    Ok((headers, text).into_response())
}

async fn picture(
    State(service): State<Arc<Service>>,
    PersonSession(session): PersonSession,
) -> Result<Response, WebProblem> {
    let own = Own::of(&service, session).await?;
    let person = own.person.ok_or(WebProblem::NotFound)?;
    let jpeg = photo::current(&service, person.id)
        .await
        .map_err(|error| WebProblem::internal(&error))?
        .and_then(|current| current.jpeg)
        .ok_or(WebProblem::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response())
}

#[derive(Template)]
#[template(path = "min_side/delete.html")]
struct DeletePage {
    frame: Frame,
    words: &'static Words,
    /// When it is done, if it has been asked for.
    deleted_at: Option<String>,
    /// When it would be.
    would_be: String,
    kept_months: String,
}

async fn show_delete(
    State(service): State<Arc<Service>>,
    PersonSession(session): PersonSession,
    Query(Said { said }): Query<Said>,
) -> Result<Response, WebProblem> {
    let own = Own::of(&service, session).await?;
    let (words, lang) = (own.words, own.session.lang);
    let mut frame = own.frame(&service, DELETE, words.delete);
    if said.as_deref() == Some("late") {
        frame = frame.complain(words.too_late);
    }
    let pending = erasure::pending(&service.db, &own.account).await?;
    let retention = &service.config.retention;
    page(&DeletePage {
        frame,
        words,
        deleted_at: pending.map(|asked| (words.deleted_at)(&lang.moment(asked.due_at))),
        would_be: (words.would_be)(&lang.moment(erasure::next_night(service.now()))),
        kept_months: (words.kept_months)(retention.card_months, retention.audit_months),
    })
}

async fn ask(
    State(service): State<Arc<Service>>,
    PersonSession(session): PersonSession,
    Posted(_): Posted<Nothing>,
) -> Result<Response, WebProblem> {
    let own = Own::of(&service, session).await?;
    erasure::ask(&service, &own.account, actor(&own.account)).await?;
    Ok(go_to(&service, DELETE, None))
}

async fn take_back(
    State(service): State<Arc<Service>>,
    PersonSession(session): PersonSession,
    Posted(_): Posted<Nothing>,
) -> Result<Response, WebProblem> {
    let own = Own::of(&service, session).await?;
    if erasure::take_back(&service, &own.account, actor(&own.account)).await? {
        Ok(go_to(&service, HOME, Some("stays")))
    } else {
        Ok(go_to(&service, DELETE, Some("late")))
    }
}
