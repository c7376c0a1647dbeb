//! One page for each person: what this one sees in the app, and why; and what can be done about it.
//!
//! Whoever may not see somebody is told no more than that the page is not there, and that is in the audit trail.

pub(crate) mod app_texts;
mod deeds;
mod page;
mod parts;
pub(crate) mod reasons;
mod view;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRequestParts, Path, RawPathParams},
    http::request::Parts,
    routing::{get, post},
};
use chrono::NaiveDate;
use sea_orm::EntityTrait;
use serde_json::json;
use uuid::Uuid;

use crate::{
    audit,
    db::entity::person,
    http::Service,
    records::{day_in_norway, record_of},
    web::WebProblem,
};

use super::{Power, Staff, search};

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/person/{id}", get(page::show))
        .route("/admin/person/{id}/photo/{sha256}", get(page::picture))
        .route("/admin/person/{id}/block", post(deeds::block))
        .route("/admin/person/{id}/unblock", post(deeds::unblock))
        .route(
            "/admin/person/{id}/approve-photo",
            post(deeds::approve_photo),
        )
        .route("/admin/person/{id}/return-photo", post(deeds::return_photo))
        .route("/admin/person/{id}/reset-photo", post(deeds::reset_photo))
        .route("/admin/person/{id}/library-code", post(deeds::library_code))
        .route(
            "/admin/person/{id}/library-code-from-records",
            post(deeds::library_code_from_records),
        )
        .route(
            "/admin/person/{id}/device/{which}/revoke",
            post(deeds::revoke_device),
        )
        .route(
            "/admin/person/{id}/message/{which}/again",
            post(deeds::resend_sms),
        )
}

/// Somebody that one of the staff may see, and the one who looks.
pub(super) struct Seen {
    pub(super) staff: Staff,
    pub(super) person: person::Model,
    /// The schools that may see this person: those where the person is, or was lately.
    schools: Vec<String>,
    /// Those that may do something: where the person is, or is about to begin.
    schools_now: Vec<String>,
}

impl FromRequestParts<Arc<Service>> for Seen {
    type Rejection = WebProblem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, WebProblem> {
        let staff = Staff::from_request_parts(parts, service).await?;
        let parameters = RawPathParams::from_request_parts(parts, service)
            .await
            .map_err(|_| WebProblem::NotFound)?;
        let id: Uuid = parameters
            .iter()
            .find(|(name, _)| *name == "id")
            .and_then(|(_, id)| id.parse().ok())
            .ok_or(WebProblem::NotFound)?;
        let person = person::Entity::find_by_id(id)
            .one(&service.db)
            .await?
            .ok_or(WebProblem::NotFound)?;
        let seen = Self {
            schools: search::schools_of(&service.db, &person, service.now()).await?,
            schools_now: schools_now(&person, day_in_norway(service.now())),
            staff,
            person,
        };
        if seen.may(Power::LookUp) {
            return Ok(seen);
        }
        let entry = audit::Entry::new(&seen.staff.actor(), "staff.refused", service.unix_now())
            .person(id)
            .detail(json!({ "what": "person" }));
        audit::record(&service.db, entry).await?;
        Err(WebProblem::NotFound)
    }
}

impl Seen {
    /// Whether it is allowed with this person: at one of the schools, or for the whole county. A school that the person
    /// has left may look for a while, and nothing else.
    pub(super) fn may(&self, power: Power) -> bool {
        let schools = match power {
            Power::LookUp => &self.schools,
            _ => &self.schools_now,
        };
        self.staff.may(power, None)
            || schools
                .iter()
                .any(|school| self.staff.may(power, Some(school)))
    }

    /// Those of the person's schools that the one who looks may know of.
    fn schools_to_tell(&self) -> impl Iterator<Item = &String> {
        let may = |school: &&String| self.staff.may(Power::LookUp, Some(school));
        self.schools.iter().filter(may)
    }

    /// As [`Seen::may`]; what is refused is in the audit trail.
    pub(super) async fn require(&self, service: &Service, power: Power) -> Result<(), WebProblem> {
        if self.may(power) {
            return Ok(());
        }
        let entry = audit::Entry::new(&self.staff.actor(), "staff.refused", service.unix_now())
            .person(self.person.id)
            .detail(json!({ "what": format!("{power:?}") }));
        audit::record(&service.db, entry).await?;
        Err(WebProblem::Forbidden)
    }
}

/// At which schools the records have a person whose time there is not over.
fn schools_now(person: &person::Model, today: NaiveDate) -> Vec<String> {
    // A record that cannot be read is of no school; the page says so.
    let record = record_of(person).ok();
    let Some(record) = record.filter(|_| person.withdrawn_at.is_none()) else {
        return Vec::new();
    };
    let going = record.enrolments.into_iter().filter(|enrolment| {
        enrolment.period.end.is_none_or(|end| today <= end)
            && enrolment.interrupted_on.is_none_or(|since| today < since)
    });
    going
        .filter_map(|enrolment| enrolment.school_number)
        .collect()
}

/// A second part of the path, after the person's id.
type Which = Path<(Uuid, Uuid)>;
