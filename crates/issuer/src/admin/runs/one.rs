//! One run: how it went, what it counted, and what it changed, page by page.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    admin::{
        Power, Staff,
        county::{Place, Shell, saying},
    },
    audit,
    db::entity::{
        change_log, person,
        sync_run::{self, SyncOutcome},
    },
    http::Service,
    records::runs,
    web::{Frame, Lang, WebProblem, page},
};

use super::{Way, outcome, trigger, words::Words};

/// How many lines of a run's log are on one page.
const LINES: u64 = 50;

#[derive(Deserialize)]
pub(super) struct Log {
    said: Option<String>,
    page: Option<u64>,
}

/// What a run changed of one person: fields by their names, never their values.
struct Change {
    person: Uuid,
    /// None for who may not look at people.
    href: Option<String>,
    key: String,
    what: String,
}

#[derive(Template)]
#[template(path = "county/run.html")]
struct One {
    frame: Frame,
    shell: Shell,
    w: &'static Words,
    facts: Vec<(&'static str, String)>,
    /// What the run says of why it failed or stopped.
    message: Option<String>,
    going: Option<Way>,
    decide: Option<String>,
    /// The source had changed when an accepted run was carried out.
    changed_since: Option<String>,
    counts: Vec<(&'static str, u64)>,
    schools: Vec<String>,
    faults: Option<String>,
    changes: Vec<Change>,
    previous: Option<String>,
    next: Option<String>,
}

pub(super) async fn one(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(query): Query<Log>,
) -> Result<Response, WebProblem> {
    let w = Words::of(staff.session.lang);
    let run = runs::get(&service.db, id)
        .await?
        .ok_or(WebProblem::NotFound)?;
    let lang = staff.session.lang;
    let title = (w.run_of)(&lang.moment(run.started_at));
    let (frame, shell) = Shell::of(&service, &staff, Place::Runs, title).await?;
    let keys = [
        ("accepted", w.said_accepted, false),
        ("refused", w.said_refused, false),
        ("too-late", w.said_too_late, true),
    ];
    let frame = saying(frame, query.said.as_deref(), &keys);
    let base = frame.base.clone();
    let here = format!("{base}/admin/county/runs/{id}");
    let going = runs::progress(&service)
        .await?
        .filter(|going| going.run == id)
        .map(|going| Way::of(w, &base, &going));
    let at = query.page.unwrap_or(0).min(100_000);
    let people = staff
        .may(Power::LookUp, None)
        .then(|| format!("{base}/admin/person"));
    let mut changes = log(&service, people.as_deref(), w, id, at).await?;
    let has_more = changes.len() as u64 > LINES;
    changes.truncate(LINES as usize);
    if !changes.is_empty() {
        let people = changes.iter().map(|change| change.person);
        let entry = staff
            .look_at(&service, "sync.look_at_log", people)?
            .detail(json!({ "run": id, "page": at }));
        audit::record(&service.db, entry).await?;
    }
    let changed_since = run
        .accepts
        .filter(|_| run.outcome == SyncOutcome::Braked)
        .map(|former| format!("{base}/admin/county/runs/{former}"));
    page(&One {
        facts: facts(lang, w, &run),
        message: run.message.clone(),
        going,
        decide: (run.waits() && staff.may(Power::DecideBrake, None))
            .then(|| format!("{here}/decision")),
        faults: Place::Faults
            .is_open_to(&staff)
            .then(|| format!("{base}/admin/county/faults")),
        changed_since,
        counts: counts(w, &run.counts),
        schools: w.schools_lost(&run.counts),
        changes,
        previous: (at > 0).then(|| format!("{here}?page={}", at - 1)),
        next: has_more.then(|| format!("{here}?page={}", at + 1)),
        frame,
        shell,
        w,
    })
}

fn facts(lang: Lang, w: &'static Words, run: &sync_run::Model) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        (w.outcome, outcome(lang, run).to_owned()),
        (w.started_by, trigger(w, run).to_owned()),
        (w.began, lang.moment(run.started_at)),
    ];
    if let Some(at) = run.finished_at {
        facts.push((w.ended, lang.moment(at)));
        facts.push((w.took, (w.seconds)(at - run.started_at)));
    }
    let mut add = |name, value: &Option<String>| {
        if let Some(value) = value {
            facts.push((name, value.clone()));
        }
    };
    add(w.asked_by, &run.asked_by);
    add(w.asked_why, &run.reason);
    add(w.decided_by, &run.decided_by);
    add(w.decided_why, &run.decision_reason);
    facts
}

/// Everything that a run counted, whether it applied it or not.
fn counts(w: &'static Words, counts: &Value) -> Vec<(&'static str, u64)> {
    let people = [
        ("read", w.read),
        ("schools", w.schools),
        ("added", w.added),
        ("changed", w.changed),
        ("identity_changed", w.identity_changed),
        ("returned", w.returned),
        ("withdrawn", w.withdrawn),
        ("right_lost", w.right_lost),
        ("pupil_cards_lost", w.pupil_cards_lost),
        ("training_cards_lost", w.training_cards_lost),
        ("unchanged", w.unchanged),
        ("shared_feide_names", w.shared_feide_names),
        ("faults", w.faults),
    ]
    .map(|(name, words)| ("people", name, words));
    let others = [
        ("credentials", "suspended", w.suspended),
        ("credentials", "restored", w.restored),
        ("messages", "queued", w.queued),
        ("library_codes", "kept", w.library_codes_kept),
    ];
    people
        .into_iter()
        .chain(others)
        .filter_map(|(group, name, words)| Some((words, counts[group][name].as_u64()?)))
        .collect()
}

/// A page of what a run changed, and one line more if there is a next page.
async fn log(
    service: &Service,
    people: Option<&str>,
    w: &Words,
    run: Uuid,
    at: u64,
) -> Result<Vec<Change>, WebProblem> {
    let rows = change_log::Entity::find()
        .filter(change_log::Column::RunId.eq(run))
        .order_by_asc(change_log::Column::PersonId)
        .offset(at * LINES)
        .limit(LINES + 1)
        .all(&service.db)
        .await?;
    let keys: HashMap<Uuid, String> = person::Entity::find()
        .select_only()
        .columns([person::Column::Id, person::Column::SourceKey])
        .filter(person::Column::Id.is_in(rows.iter().map(|row| row.person_id)))
        .into_tuple::<(Uuid, String)>()
        .all(&service.db)
        .await?
        .into_iter()
        .collect();
    let changes = rows.into_iter().map(|row| Change {
        person: row.person_id,
        href: people.map(|people| format!("{people}/{}", row.person_id)),
        key: keys
            .get(&row.person_id)
            .cloned()
            .unwrap_or_else(|| w.gone.to_owned()),
        what: change_in_words(w, &row.changes),
    });
    Ok(changes.collect())
}

fn change_in_words(w: &Words, changes: &Value) -> String {
    let is = |name: &str| changes[name].as_bool() == Some(true);
    let mut parts = Vec::new();
    for (name, words) in [
        ("added", w.was_added),
        ("returned", w.was_returned),
        ("withdrawn", w.was_withdrawn),
    ] {
        if is(name) {
            parts.push(words.to_owned());
        }
    }
    let fields = changes["fields"].as_array().into_iter().flatten();
    parts.extend(fields.filter_map(Value::as_str).map(|name| w.field(name)));
    parts.join(", ")
}
