//! Runs of the sync: all of them, and starting one by hand. One of them is in [`one`], the decision about one that braked in
//! [`decision`].

mod decision;
mod one;
mod values;
mod words;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    admin::{
        Power, Staff,
        county::{Mark, Place, Said, Shell, reason, saying},
    },
    db::entity::sync_run::{self, SyncOutcome},
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

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/county/runs", get(list).post(start))
        .route("/admin/county/runs/going", get(going))
        .route("/admin/county/runs/{id}", get(one::one))
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
    let (frame, shell) = Shell::of(&service, &staff, Place::Runs, w.title).await?;
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
    let (frame, _) = Shell::of(&service, &staff, Place::Runs, w.title).await?;
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
    staff.require(&service, Power::RunSync, None).await?;
    let common = crate::admin::county::Common::of(staff.session.lang);
    let reason = reason(common, &why.reason)?;
    runs::ask(&service, &staff.actor(), &reason).await?;
    Ok(go_to(&service, "/admin/county/runs", Some("asked")))
}
