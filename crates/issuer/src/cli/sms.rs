//! `sms`

use clap::{Subcommand, ValueEnum};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

use crate::{
    app::App,
    audit,
    config::SmsConfig,
    db::entity::{
        person,
        sms_message::{Card, State},
    },
    sms::{
        gsm7, job,
        number::PhoneNumber,
        outbox,
        sender::{self, Message, Outcome},
        staff::{self, Those},
    },
};

use super::{Failure, Why, said, say};

/// How many are listed or retried at once.
const LIMIT: u64 = 10_000;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// How many messages wait, went or did not; with --list, those that need somebody.
    Queue {
        /// Name those that failed, are unclear or have no number.
        #[arg(long, requires = "by")]
        list: bool,
        /// Who looks.
        #[arg(long, value_parser = said)]
        by: Option<String>,
    },
    /// Have messages sent once more.
    Retry {
        #[command(flatten)]
        why: Why,
        /// Only these, by the id that `queue --list` prints; without it, all in the state.
        #[arg(long)]
        id: Vec<Uuid>,
        /// Which.
        #[arg(long, value_enum, default_value_t = Which::Failed)]
        state: Which,
    },
    /// Have messages that wait not be sent.
    Stop {
        #[command(flatten)]
        why: Why,
        /// Only these, by their ids; without it, all that wait.
        #[arg(long)]
        id: Vec<Uuid>,
    },
    /// Send a pupil's message to a number, now.
    Test {
        #[command(flatten)]
        why: Why,
        /// To whom, such as +4798765432.
        #[arg(long)]
        to: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Which {
    /// Given up, or refused.
    Failed,
    /// Nobody knows whether they went: some people may get a second one.
    Unclear,
    /// Passed over when messages were turned on.
    Skipped,
    /// Stopped by staff.
    Stopped,
}

pub(super) async fn run(app: &App, command: Command) -> Result<(), Failure> {
    let sms = app
        .config
        .sms
        .as_ref()
        .ok_or("no messages are sent: there is no `sms.sender` in the settings")?;
    match command {
        Command::Queue { list, by } => queue(app, list.then_some(by).flatten()).await,
        Command::Retry { why, id, state } => retry(app, &why, id, state).await,
        Command::Stop { why, id } => stop(app, &why, id).await,
        Command::Test { why, to } => test(app, sms, &why, &to).await,
    }
}

async fn queue(app: &App, list_for: Option<String>) -> Result<(), Failure> {
    for (state, count) in outbox::counts(&app.db).await? {
        say(format_args!("{:<10} {count:>7}", name(state)))?;
    }
    let Some(by) = list_for else { return Ok(()) };
    let rows = outbox::in_state(
        &app.db,
        &[State::Failed, State::Unclear, State::NoNumber],
        LIMIT,
    )
    .await?;
    let entry =
        audit::Entry::new(&by, "sms.list", app.unix_now()).detail(json!({ "count": rows.len() }));
    audit::record(&app.db, entry).await?;
    let mut keys: HashMap<Uuid, String> = HashMap::new();
    for chunk in rows.chunks(500) {
        let people = person::Entity::find()
            .filter(person::Column::Id.is_in(chunk.iter().map(|row| row.person_id)))
            .all(&app.db)
            .await?;
        keys.extend(people.into_iter().map(|row| (row.id, row.source_key)));
    }
    for row in rows {
        let at = chrono::DateTime::from_timestamp(row.created_at, 0).unwrap_or_default();
        say(format_args!(
            "{}  {:<20} {:<18} {:<9} tried {:>2}  {:<20} since {}",
            row.id,
            keys.get(&row.person_id).map_or("", String::as_str),
            row.card.name(),
            name(row.state),
            row.attempts,
            row.outcome.as_deref().unwrap_or("-"),
            at.date_naive(),
        ))?;
    }
    Ok(())
}

async fn retry(app: &App, why: &Why, ids: Vec<Uuid>, which: Which) -> Result<(), Failure> {
    let state = match which {
        Which::Failed => State::Failed,
        Which::Unclear => State::Unclear,
        Which::Skipped => State::Skipped,
        Which::Stopped => State::Stopped,
    };
    let which = if ids.is_empty() {
        Those::In(state)
    } else {
        Those::Named(state, ids)
    };
    let count = staff::retry(app, &which, &why.by, &why.reason).await?;
    say(format_args!("{count} messages wait to be sent"))
}

async fn stop(app: &App, why: &Why, ids: Vec<Uuid>) -> Result<(), Failure> {
    let which = if ids.is_empty() {
        Those::In(State::Waiting)
    } else {
        Those::Named(State::Waiting, ids)
    };
    let count = staff::stop(app, &which, &why.by, &why.reason).await?;
    say(format_args!(
        "{count} messages are stopped; `retry --state stopped` has them sent"
    ))
}

async fn test(app: &App, sms: &SmsConfig, why: &Why, to: &str) -> Result<(), Failure> {
    let number = PhoneNumber::parse(to, sms.test_numbers)?;
    let facts = sms.facts(&app.config.issuer.name);
    let text = sms
        .texts
        .render(job::language_of(sms, None), Card::Pupil, facts)?;
    let length = gsm7::measure(&text);
    let id = Uuid::new_v4();
    // The number is nobody's business but the sender's.
    let entry = audit::Entry::new(&why.by, "sms.test", app.unix_now())
        .reason(&why.reason)
        .detail(json!({ "id": id }));
    audit::record(&app.db, entry).await?;
    let message = Message {
        id,
        to: &number,
        text: &text,
    };
    let outcome = sender::of(app, sms)?.send(&message, app.now()).await;
    match outcome {
        Outcome::Accepted => say(format_args!(
            "Taken by the gateway: {text}\n({} {:?} units, {} message)",
            length.units, length.coding, length.parts
        )),
        Outcome::NotNow { code, .. } => Err(format!("not taken now: {code}").into()),
        Outcome::Never(code) => Err(format!("refused: {code}").into()),
        Outcome::Unclear(code) => Err(format!("nobody knows whether it was taken: {code}").into()),
    }
}

fn name(state: State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::Sending => "sending",
        State::Sent => "sent",
        State::Unclear => "unclear",
        State::Failed => "failed",
        State::NoNumber => "no number",
        State::Lapsed => "lapsed",
        State::Skipped => "skipped",
        State::Stopped => "stopped",
    }
}
