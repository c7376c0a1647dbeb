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
use school_records::SchoolEnrolment;
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
    /// Those that may do something: where the person is; for somebody who is nowhere just now, is about to begin.
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

    /// Whether it is allowed in the county's name.
    fn may_for_county(&self, power: Power) -> bool {
        self.staff.may(power, None)
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

/// At which schools the records have a person today.
fn schools_now(person: &person::Model, today: NaiveDate) -> Vec<String> {
    // A record that cannot be read is of no school; the page says so.
    let record = record_of(person).ok();
    record
        .filter(|_| person.withdrawn_at.is_none())
        .map(|record| schools_on(today, record.enrolments))
        .unwrap_or_default()
}

/// The schools where somebody is on a day; for who is nowhere just then, as between two school years, those where the time
/// has not come yet.
fn schools_on(today: NaiveDate, enrolments: Vec<SchoolEnrolment>) -> Vec<String> {
    let (now, later): (Vec<_>, Vec<_>) = enrolments
        .into_iter()
        .filter(|enrolment| {
            enrolment.period.end.is_none_or(|end| today <= end)
                && enrolment.interrupted_on.is_none_or(|since| today < since)
        })
        .partition(|enrolment| enrolment.period.start.is_none_or(|start| start <= today));
    let schools = if now.is_empty() { later } else { now };
    schools
        .into_iter()
        .filter_map(|enrolment| enrolment.school_number)
        .collect()
}

/// A second part of the path, after the person's id.
type Which = Path<(Uuid, Uuid)>;

#[cfg(test)]
mod tests {
    use school_records::Period;

    use super::*;
    use crate::records::testing::day;

    #[test]
    fn a_school_where_somebody_is_to_begin_waits_while_another_has_the_person() {
        let at = |number: &str, from: &str, until: &str| SchoolEnrolment {
            school_number: Some(number.into()),
            period: Period {
                start: Some(day(from)),
                end: Some(day(until)),
            },
            ..SchoolEnrolment::default()
        };
        let last_year = at("10001", "2025-08-18", "2026-06-19");
        let next_year = at("10001", "2026-08-17", "2027-06-18");
        let evening = at("10002", "2026-11-02", "2027-06-18");
        for (today, schools) in [
            ("2026-06-19", &["10001"][..]),
            ("2026-07-15", &["10001", "10002"]),
            ("2026-09-01", &["10001"]),
            ("2026-11-02", &["10001", "10002"]),
            ("2027-07-01", &[]),
        ] {
            let all = [&last_year, &next_year, &evening].map(Clone::clone);
            assert_eq!(schools_on(day(today), all.into()), schools, "{today}");
        }
    }
}
