//! The page.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use school_records::{MissingField, NoRight, Right, right_on, unknown_contract_types};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use crate::{
    admin::{
        Power, Staff,
        county::{Place, Shell},
        school::{Circle, Here, PATH, Trail},
    },
    app::App,
    audit,
    db::entity::{
        record_fault,
        sync_run::{self, SyncOutcome},
    },
    http::Service,
    records::{day_in_norway, full_name, record_of},
    web::{Frame, Lang, WebProblem, page},
};

use super::{
    kept,
    words::{self, Words},
};

/// So many people are listed.
const MOST_PEOPLE: usize = 500;

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/admin/school/{circle}/faults", get(list))
}

/// Of faults that belong to no school that is known.
pub(in crate::admin) fn county_routes() -> Router<Arc<Service>> {
    Router::new().route("/admin/county/faults", get(of_no_school))
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
    /// People who are not on the page.
    more_people: usize,
    /// None for those in training: what could not be used of theirs is of no known school, and so the county's.
    unusable: Option<Unusable>,
}

#[derive(Template)]
#[template(path = "county/faults.html")]
struct OfNoSchool {
    frame: Frame,
    shell: Shell,
    words: &'static Words,
    read_at: String,
    next: Option<String>,
    unusable: Unusable,
    /// Types of contracts that the county's list does not know, and how many have one.
    types: Vec<(String, usize)>,
    /// Who they are.
    training: Option<String>,
}

/// What could not be used.
struct Unusable {
    faults: Vec<Fault>,
    /// Faults that are not on the page.
    more: u64,
}

/// Somebody whose record lacks something.
struct Incomplete {
    person: Uuid,
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
pub(crate) async fn count(app: &App, school: &str) -> Result<u64, DbErr> {
    kept::count(&app.db, Some(school)).await
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
    let run = last_run(&service.db).await?;
    let mut found = incomplete(&service, &here.circle, words, &frame.base).await?;
    let more_people = found.len().saturating_sub(MOST_PEOPLE);
    found.truncate(MOST_PEOPLE);
    let kept = match here.circle.school() {
        Some(number) => Some(kept::of(&service.db, Some(number)).await?),
        None => None,
    };
    let people = found.iter().map(|one| one.person);
    let entry = staff
        .look_at(&service, "faults.list", people)?
        .detail(json!({
            "school": here.circle.segment(),
            "faults": kept.as_ref().map(|(_, count)| count),
        }));
    audit::record(&service.db, entry).await?;
    page(&Page {
        frame,
        trail,
        words,
        read_at: read_at(lang, words, run.as_ref()),
        next: next(&service, lang, words),
        incomplete: found,
        more_people,
        unusable: kept.map(|(rows, count)| Unusable::of(words, &rows, count)),
    })
}

async fn of_no_school(
    State(service): State<Arc<Service>>,
    staff: Staff,
) -> Result<Response, WebProblem> {
    let lang = staff.session.lang;
    let words = words::of(lang);
    let (frame, shell) = Shell::of(&service, &staff, Place::Faults, words.title).await?;
    let run = last_run(&service.db).await?;
    let (rows, count) = kept::of(&service.db, None).await?;
    // Those beyond what is kept are of no known school either.
    let all = run
        .as_ref()
        .and_then(|run| run.counts["people"]["faults"].as_u64());
    let beyond = match all {
        Some(all) => all.saturating_sub(kept::all(&service.db).await?),
        None => 0,
    };
    let types = unknown_types(&service, words).await?;
    let training = Circle::Training;
    page(&OfNoSchool {
        training: staff
            .may(Power::SeeFaults, training.school())
            .then(|| format!("{}{PATH}/{}/faults", frame.base, training.segment())),
        types,
        frame,
        shell,
        words,
        read_at: read_at(lang, words, run.as_ref()),
        next: next(&service, lang, words),
        unusable: Unusable::of(words, &rows, count + beyond),
    })
}

/// The run whose faults are kept.
async fn last_run(db: &impl ConnectionTrait) -> Result<Option<sync_run::Model>, DbErr> {
    sync_run::Entity::find()
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Applied))
        .order_by_desc(sync_run::Column::StartedAt)
        .one(db)
        .await
}

fn read_at(lang: Lang, words: &Words, run: Option<&sync_run::Model>) -> String {
    run.and_then(|run| run.finished_at).map_or_else(
        || words.never_read.to_owned(),
        |at| (words.read_at)(&lang.moment(at)),
    )
}

fn next(app: &App, lang: Lang, words: &Words) -> Option<String> {
    let next = app.next_sync()?;
    Some((words.next)(&lang.moment(next.timestamp())))
}

impl Unusable {
    fn of(words: &'static Words, rows: &[record_fault::Model], count: u64) -> Self {
        let fault = |row: &record_fault::Model| Fault {
            place: format!("{} {}", row.place_class, row.place_id),
            what: words.fault(&row.reason, row.field.as_deref().unwrap_or_default()),
            mend: words.mend(&row.place_class),
        };
        let faults: Vec<_> = rows.iter().map(fault).collect();
        let shown = u64::try_from(faults.len()).unwrap_or(count);
        Self {
            faults,
            more: count.saturating_sub(shown),
        }
    }
}

async fn incomplete(
    app: &App,
    circle: &Circle,
    words: &'static Words,
    base: &str,
) -> Result<Vec<Incomplete>, DbErr> {
    let today = day_in_norway(app.now());
    let rules = app.config.records.rules.now();
    let mut found = Vec::new();
    let mut last = Uuid::nil();
    loop {
        let people = circle.next(&app.db, today, last).await?;
        let Some(end) = people.last() else { break };
        last = end.id;
        for person in people {
            let href = format!("{base}/admin/person/{}", person.id);
            let Ok(record) = record_of(&person) else {
                found.push(Incomplete {
                    person: person.id,
                    name: words.no_name.to_owned(),
                    number: String::new(),
                    missing: words.unreadable.to_owned(),
                    href,
                });
                continue;
            };
            let missing: Vec<String> = match right_on(&record, today, &rules) {
                Right::Incomplete(fields) => fields
                    .iter()
                    .map(|field| field_name(words, *field).to_owned())
                    .collect(),
                // A type that the county's list has without a card is no fault.
                Right::None(NoRight::ContractTypeUnknown) => {
                    unknown_contract_types(&record, today, &rules)
                        .map(words.unknown_type)
                        .collect()
                }
                _ => continue,
            };
            if missing.is_empty() {
                continue;
            }
            let name = full_name(&record);
            found.push(Incomplete {
                person: person.id,
                name: if name.is_empty() {
                    words.no_name.to_owned()
                } else {
                    name
                },
                number: record.student_number.unwrap_or_default(),
                missing: missing.join(", "),
                href,
            });
        }
    }
    found.sort_by_cached_key(|one| crate::roster::sort_key(&one.name));
    Ok(found)
}

/// How many of those in training without a school have a contract of each type that the county's list does not know.
async fn unknown_types(app: &App, words: &Words) -> Result<Vec<(String, usize)>, DbErr> {
    let today = day_in_norway(app.now());
    let rules = app.config.records.rules.now();
    let mut types: BTreeMap<String, usize> = BTreeMap::new();
    let mut last = Uuid::nil();
    loop {
        let people = Circle::Training.next(&app.db, today, last).await?;
        let Some(end) = people.last() else { break };
        last = end.id;
        for record in people.iter().filter_map(|person| record_of(person).ok()) {
            for name in unknown_contract_types(&record, today, &rules) {
                let name = if name.is_empty() { words.no_type } else { name };
                *types.entry(name.to_owned()).or_default() += 1;
            }
        }
    }
    Ok(types.into_iter().collect())
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
