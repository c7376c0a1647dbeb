//! The queue of messages: what waits, went and failed; having messages sent once more, and stopping them.

mod words;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::{get, post},
};
use sea_orm::ActiveEnum;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    admin::{
        Power, Staff,
        county::{NO_REASON, Place, Shell, saying},
        reason::reason,
    },
    audit,
    db::entity::sms_message::{Card, State as Sms},
    http::Service,
    sms::{
        outbox,
        staff::{self as desk, Those},
    },
    web::{Frame, Posted, WebProblem, page},
};

use words::Words;

/// How many messages are on one page.
const PAGE: u64 = 50;
/// The last page, from nought: so far do people read, and so far does the database count.
const LAST_PAGE: u64 = 199;

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/county/messages", get(queue))
        .route("/admin/county/messages/change", post(change))
}

impl Words {
    fn of_state(&self, state: Sms) -> &'static str {
        match state {
            Sms::Waiting => self.waiting,
            Sms::Sending => self.sending,
            Sms::Sent => self.sent,
            Sms::Unclear => self.unclear,
            Sms::Failed => self.failed,
            Sms::NoNumber => self.no_number,
            Sms::Lapsed => self.lapsed,
            Sms::Skipped => self.skipped,
            Sms::Stopped => self.stopped,
        }
    }
}

/// What can be done with messages in a state.
fn deed(state: Sms) -> Option<&'static str> {
    match state {
        Sms::Waiting => Some("stop"),
        Sms::Failed | Sms::Unclear | Sms::Skipped | Sms::Stopped => Some("retry"),
        Sms::Sending | Sms::Sent | Sms::NoNumber | Sms::Lapsed => None,
    }
}

#[derive(Deserialize)]
struct Which {
    state: Option<String>,
    page: Option<u64>,
    said: Option<String>,
    /// How many messages it was done with.
    #[serde(default)]
    count: u64,
}

struct Tab {
    href: String,
    name: &'static str,
    count: u64,
    is_here: bool,
}

struct Line {
    id: Uuid,
    /// None for who may not look at people.
    href: Option<String>,
    key: String,
    card: &'static str,
    /// The last digits; none without a number.
    ending: Option<String>,
    made: String,
    sent: Option<String>,
    tries: i64,
    /// The sender's own short code.
    outcome: Option<String>,
}

#[derive(Template)]
#[template(path = "county/messages.html")]
struct Queue {
    frame: Frame,
    shell: Shell,
    w: &'static Words,
    is_off: bool,
    tabs: Vec<Tab>,
    name: &'static str,
    state: String,
    deed: Option<&'static str>,
    is_unclear: bool,
    lines: Vec<Line>,
    previous: Option<String>,
    next: Option<String>,
}

async fn queue(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Query(which): Query<Which>,
) -> Result<Response, WebProblem> {
    let w = Words::of(staff.session.lang);
    let (frame, shell) = Shell::of(&service, &staff, Place::Messages, w.title).await?;
    let (retried, stopped) = ((w.said_retry)(which.count), (w.said_stop)(which.count));
    let keys = [
        ("retry", retried.as_str(), false),
        ("stop", stopped.as_str(), false),
        ("none", w.said_none, true),
    ];
    let frame = saying(frame, which.said.as_deref(), &keys);
    let state = which
        .state
        .as_deref()
        .and_then(state_of)
        .unwrap_or(Sms::Waiting);
    let at = which.page.unwrap_or(0).min(LAST_PAGE);
    let mut shown = desk::page(&service, state, at * PAGE, PAGE + 1).await?;
    let has_more = shown.len() as u64 > PAGE;
    shown.truncate(PAGE as usize);
    let people = shown.iter().map(|shown| shown.message.person_id);
    let entry = staff
        .look_at(&service, "sms.list", people)?
        .detail(json!({ "state": state.to_value() }));
    audit::record(&service.db, entry).await?;
    let (lang, base) = (frame.lang, frame.base.clone());
    let address = |state: Sms, page: u64| {
        let state = state.to_value();
        format!("{base}/admin/county/messages?state={state}&page={page}")
    };
    let tabs = outbox::counts(&service.db)
        .await?
        .into_iter()
        .map(|(tab, count)| Tab {
            href: address(tab, 0),
            name: w.of_state(tab),
            count,
            is_here: tab == state,
        });
    let may_look = staff.may(Power::LookUp, None);
    let lines = shown.into_iter().map(|shown| Line {
        id: shown.message.id,
        href: may_look.then(|| format!("{base}/admin/person/{}", shown.message.person_id)),
        key: shown.key,
        card: match shown.message.card {
            Card::Pupil => w.pupil,
            Card::Apprentice => w.apprentice,
            Card::TrainingCandidate => w.candidate,
        },
        ending: shown.ending,
        made: lang.moment(shown.message.created_at),
        sent: shown.message.sent_at.map(|at| lang.moment(at)),
        tries: shown.message.attempts,
        outcome: shown.message.outcome,
    });
    page(&Queue {
        is_off: service.config.sms.is_none(),
        tabs: tabs.collect(),
        name: w.of_state(state),
        state: state.to_value(),
        deed: deed(state).filter(|_| staff.may(Power::ResendSms, None)),
        is_unclear: state == Sms::Unclear,
        lines: lines.collect(),
        previous: (at > 0).then(|| address(state, at - 1)),
        next: (has_more && at < LAST_PAGE).then(|| address(state, at + 1)),
        frame,
        shell,
        w,
    })
}

fn state_of(name: &str) -> Option<Sms> {
    Sms::ALL.into_iter().find(|state| state.to_value() == name)
}

/// What the form says. Several boxes have one name, which no form type of ours reads, so each pair is read for itself.
#[derive(Debug, Default)]
struct Change {
    state: Option<Sms>,
    is_all: bool,
    ids: Vec<Uuid>,
    reason: String,
}

impl Change {
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut change = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "state" => change.state = state_of(&value),
                "which" => change.is_all = value == "all",
                "id" => change.ids.extend(value.parse::<Uuid>()),
                "reason" => change.reason = value,
                _ => {}
            }
        }
        change
    }
}

async fn change(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, WebProblem> {
    staff.require(&service, Power::SeeMessages, None).await?;
    staff.require(&service, Power::ResendSms, None).await?;
    let change = Change::of(pairs);
    let state = change.state.ok_or(WebProblem::Unreadable)?;
    let back = |said, count| {
        let here = format!(
            "{}/admin/county/messages?state={}&count={count}&said={said}",
            crate::web::base(&service),
            state.to_value()
        );
        Ok(axum::response::IntoResponse::into_response(
            axum::response::Redirect::to(&here),
        ))
    };
    if !change.is_all && change.ids.is_empty() {
        return back("none", 0);
    }
    let Some(reason) = reason(&change.reason) else {
        return back(NO_REASON, 0);
    };
    let those = if change.is_all {
        Those::In(state)
    } else {
        Those::Named(state, change.ids)
    };
    match deed(state) {
        Some("stop") => {
            let count = desk::stop(&service, &those, &staff.actor(), &reason).await?;
            back("stop", count)
        }
        Some(_) => {
            let count = desk::retry(&service, &those, &staff.actor(), &reason).await?;
            back("retry", count)
        }
        None => Err(WebProblem::Unreadable),
    }
}
