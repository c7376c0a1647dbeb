//! Runs of the sync: all of them, one of them, and starting one by hand. The decision about one that braked is in [`decision`].

mod decision;
mod words;

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::get,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    admin::{
        Power, Staff,
        county::{Mark, Place, Said, Shell, reason, saying},
    },
    db::entity::{
        change_log, person,
        sync_run::{self, SyncOutcome},
    },
    http::Service,
    records::{
        progress::Step,
        runs::{self, Going},
    },
    web::{Frame, Lang, Posted, WebProblem, go_to, page},
};

use words::Words;

/// How many runs are listed at once.
const LISTED: u64 = 60;
/// How many lines of a run's log are on one page.
const LINES: u64 = 50;

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/county/runs", get(list).post(start))
        .route("/admin/county/runs/going", get(going))
        .route("/admin/county/runs/{id}", get(one))
        .route(
            "/admin/county/runs/{id}/decision",
            get(decision::look).post(decision::decide),
        )
}

/// How a run ended, in a word or two.
pub(super) fn outcome(lang: Lang, run: &sync_run::Model) -> &'static str {
    let w = Words::of(lang);
    use sync_run::Decision::{Accepted, Overtaken, Refused};
    match run.outcome {
        SyncOutcome::Requested => w.requested,
        SyncOutcome::Running => w.running,
        SyncOutcome::Applied => w.applied,
        SyncOutcome::Failed => w.failed,
        SyncOutcome::Interrupted => w.interrupted,
        SyncOutcome::Braked => match run.decision {
            None => w.waits,
            Some(Accepted) => w.accepted,
            Some(Refused) => w.refused,
            Some(Overtaken) => w.overtaken,
        },
    }
}

fn trigger(w: &Words, run: &sync_run::Model) -> &'static str {
    use sync_run::Trigger::{Decision, Hand, Import, Night};
    match run.trigger {
        Some(Night) => w.by_night,
        Some(Hand) => w.by_hand,
        Some(Import) => w.by_import,
        Some(Decision) => w.by_decision,
        None => "–",
    }
}

/// How a state looks, beside what it says.
fn mark(run: &sync_run::Model) -> Mark {
    match run.outcome {
        SyncOutcome::Applied => Mark::Good,
        SyncOutcome::Braked if run.waits() => Mark::Bad,
        SyncOutcome::Failed | SyncOutcome::Interrupted => Mark::Bad,
        SyncOutcome::Requested | SyncOutcome::Running | SyncOutcome::Braked => Mark::None,
    }
}

/// How far the run is that goes on.
struct Way {
    href: String,
    text: String,
    /// Done and in all; none where that is not known.
    share: Option<(u64, u64)>,
}

impl Way {
    fn of(w: &Words, base: &str, going: &Going) -> Self {
        let share = going
            .step
            .filter(|step| step.of > 0)
            .map(|step| (step.done.min(step.of), step.of));
        Self {
            href: format!("{base}/admin/county/runs/{}", going.run),
            text: going
                .step
                .map_or_else(|| w.begins_soon.to_owned(), |step| in_words(w, step)),
            share,
        }
    }
}

fn in_words(w: &Words, step: Step) -> String {
    use crate::records::progress::Phase::{Compare, Follow, Read, Write};
    let of = step.of;
    let done = if of > 0 { step.done.min(of) } else { step.done };
    match step.phase {
        Read if of == 0 => (w.reading_records)(done),
        Read => (w.reading_percent)(done * 100 / of),
        Compare => (w.comparing)(done, of),
        Write => (w.writing)(done, of),
        Follow => (w.following)(done, of),
    }
}

struct Line {
    href: String,
    at: String,
    outcome: &'static str,
    mark: Mark,
    trigger: &'static str,
    summary: String,
}

#[derive(Template)]
#[template(path = "county/runs.html")]
struct List {
    frame: Frame,
    shell: Shell,
    w: &'static Words,
    may_start: bool,
    going: Option<Way>,
    next: Option<String>,
    runs: Vec<Line>,
}

async fn list(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Query(said): Query<Said>,
) -> Result<Response, WebProblem> {
    let w = Words::of(staff.session.lang);
    let (frame, shell) = Shell::of(&service, &staff, Place::Runs, w.title)?;
    let said = said.said.as_deref();
    let frame = saying(frame, said, &[("asked", w.asked, false)]);
    let (lang, base) = (frame.lang, frame.base.clone());
    let runs = runs::latest(&service.db, LISTED).await?;
    let lines = runs.iter().map(|run| Line {
        href: format!("{base}/admin/county/runs/{}", run.id),
        at: lang.moment(run.started_at),
        outcome: outcome(lang, run),
        mark: mark(run),
        trigger: trigger(w, run),
        summary: summary(w, &run.counts),
    });
    page(&List {
        may_start: staff.may(Power::RunSync, None),
        going: runs::progress(&service)
            .await?
            .map(|going| Way::of(w, &base, &going)),
        next: service.next_sync().map(|at| lang.moment(at.timestamp())),
        runs: lines.collect(),
        frame,
        shell,
        w,
    })
}

/// What a run did, in one line: only what is not nothing.
fn summary(w: &Words, counts: &Value) -> String {
    let parts: Vec<String> = [
        ("added", w.added),
        ("changed", w.changed),
        ("returned", w.returned),
        ("withdrawn", w.withdrawn),
        ("faults", w.faults),
    ]
    .into_iter()
    .filter_map(|(name, words)| {
        let count = counts["people"][name].as_u64().filter(|count| *count > 0)?;
        Some(format!("{words}: {count}"))
    })
    .collect();
    parts.join(" · ")
}

/// The part of the list that says how far the run is; asked for again and again by script, and a part of the page without.
#[derive(Template)]
#[template(path = "county/going.html")]
struct Part {
    frame: Frame,
    w: &'static Words,
    going: Option<Way>,
}

async fn going(State(service): State<Arc<Service>>, staff: Staff) -> Result<Response, WebProblem> {
    let w = Words::of(staff.session.lang);
    let (frame, _) = Shell::of(&service, &staff, Place::Runs, w.title)?;
    let going = runs::progress(&service)
        .await?
        .map(|going| Way::of(w, &frame.base, &going));
    page(&Part { frame, w, going })
}

#[derive(Deserialize)]
pub(super) struct Why {
    #[serde(default)]
    reason: String,
}

async fn start(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Posted(why): Posted<Why>,
) -> Result<Response, WebProblem> {
    staff.require(Power::RunSync, None)?;
    let common = crate::admin::county::Common::of(staff.session.lang);
    let reason = reason(common, &why.reason)?;
    runs::ask(&service, &staff.actor(), &reason).await?;
    Ok(go_to(&service, "/admin/county/runs", Some("asked")))
}

#[derive(Deserialize)]
struct Log {
    said: Option<String>,
    page: Option<u64>,
}

/// What a run changed of one person: fields by their names, never their values.
struct Change {
    href: String,
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
    changes: Vec<Change>,
    previous: Option<String>,
    next: Option<String>,
}

async fn one(
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
    let (frame, shell) = Shell::of(&service, &staff, Place::Runs, title)?;
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
    let mut changes = log(&service, &base, w, id, at).await?;
    let has_more = changes.len() as u64 > LINES;
    changes.truncate(LINES as usize);
    let changed_since = run
        .accepts
        .filter(|_| run.outcome == SyncOutcome::Braked)
        .map(|former| format!("{base}/admin/county/runs/{former}"));
    page(&One {
        facts: facts(lang, w, &run),
        message: run.message.clone(),
        going,
        decide: run.waits().then(|| format!("{here}/decision")),
        changed_since,
        counts: counts(w, &run.counts),
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
    base: &str,
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
        href: format!("{base}/admin/person/{}", row.person_id),
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
