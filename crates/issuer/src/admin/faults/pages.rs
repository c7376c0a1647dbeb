//! The page.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use school_records::{MissingField, Right, right_on};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use crate::{
    admin::{
        Power, Staff,
        school::{Circle, Here, Trail},
    },
    app::App,
    audit,
    db::entity::sync_run::{self, SyncOutcome},
    http::Service,
    records::{day_in_norway, given_names, record_of},
    web::{Frame, WebProblem, page},
};

use super::{
    kept,
    words::{self, Words},
};

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/admin/school/{circle}/faults", get(list))
}

#[derive(Template)]
#[template(path = "school/faults.html")]
struct Page {
    frame: Frame,
    trail: Trail,
    words: &'static Words,
    read_at: String,
    next: Option<String>,
    incomplete: Vec<Incomplete>,
    faults: Vec<Fault>,
    /// Faults that are not on the page.
    more: u64,
}

/// Somebody whose record lacks something.
struct Incomplete {
    name: String,
    number: String,
    /// What, in words.
    missing: String,
    href: String,
}

struct Fault {
    place: String,
    what: String,
    mend: &'static str,
}

/// How many faults of the last set are in this school's records.
///
/// # Errors
/// When the database fails.
pub(crate) async fn count(app: &App, school: Option<&str>) -> Result<u64, sea_orm::DbErr> {
    Ok(kept::of(&app.db, school).await?.1)
}

async fn list(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(segment): Path<String>,
) -> Result<Response, WebProblem> {
    let here = Here::open(&service, &staff, Power::SeeFaults, &segment).await?;
    let lang = staff.session.lang;
    let words = words::of(lang);
    let (frame, trail) = here.frame(&service, &staff, words.title);
    let run = sync_run::Entity::find()
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Applied))
        .order_by_desc(sync_run::Column::StartedAt)
        .one(&service.db)
        .await?;
    let incomplete = incomplete(&service, &here.circle, words, &frame.base).await?;
    let (rows, count) = kept::of(&service.db, here.circle.school()).await?;
    let entry =
        audit::Entry::new(&staff.actor(), "faults.list", service.unix_now()).detail(json!({
            "school": here.circle.segment(), "people": incomplete.len(), "faults": count,
        }));
    audit::record(&service.db, entry).await?;
    let faults: Vec<_> = rows
        .iter()
        .map(|row| Fault {
            place: format!("{} {}", row.place_class, row.place_id),
            what: words.fault(&row.reason, row.field.as_deref().unwrap_or_default()),
            mend: words.mend(&row.place_class),
        })
        .collect();
    let shown = u64::try_from(faults.len()).unwrap_or(count);
    page(&Page {
        frame,
        trail,
        words,
        read_at: run.and_then(|run| run.finished_at).map_or_else(
            || words.never_read.to_owned(),
            |at| (words.read_at)(&lang.moment(at)),
        ),
        next: service
            .next_sync()
            .map(|at| (words.next)(&lang.moment(at.timestamp()))),
        incomplete,
        faults,
        more: count.saturating_sub(shown),
    })
}

async fn incomplete(
    app: &App,
    circle: &Circle,
    words: &'static Words,
    base: &str,
) -> Result<Vec<Incomplete>, WebProblem> {
    let today = day_in_norway(app.now());
    let rules = app.config.records.rules.now();
    let mut found = Vec::new();
    for person in circle.all(&app.db, today).await? {
        let record = record_of(&person).map_err(|error| WebProblem::internal(&error))?;
        let Right::Incomplete(fields) = right_on(&record, today, &rules) else {
            continue;
        };
        let missing: Vec<&str> = fields
            .iter()
            .map(|field| field_name(words, *field))
            .collect();
        let name = format!("{} {}", given_names(&record), record.family_name);
        let name = match name.trim() {
            "" => words.no_name.to_owned(),
            name => name.to_owned(),
        };
        found.push(Incomplete {
            name,
            number: record.student_number.unwrap_or_default(),
            missing: missing.join(", "),
            href: format!("{base}/admin/person/{}", person.id),
        });
    }
    found.sort_by_cached_key(|one| crate::roster::sort_key(&one.name));
    Ok(found)
}

fn field_name(words: &'static Words, field: MissingField) -> &'static str {
    let [name, birth_date, school, class, company, period] = words.fields;
    match field {
        MissingField::Name => name,
        MissingField::BirthDate => birth_date,
        MissingField::School => school,
        MissingField::Class => class,
        MissingField::Company => company,
        MissingField::ContractPeriod => period,
    }
}
