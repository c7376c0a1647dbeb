//! Sending what waits: one at a time, in the hours set, each claimed before it is tried.
//!
//! A message is claimed by a change of its row that only one process can make. A process that dies with a message in hand
//! leaves it claimed; when the claim has lapsed, nobody knows whether it went, which is handled as any unclear answer.

mod rows;

use std::{sync::Arc, time::Duration};

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::watch;

use rows::{claim, keep_pause, paused_until, settle};

use crate::{
    app::App,
    config::{SmsConfig, UnclearAnswer},
    db::entity::{
        person,
        sms_message::{self, Card, State},
    },
    records::{active_block, day_in_norway, record_of},
};

use super::{
    number::PhoneNumber,
    outbox,
    sender::{self, Message, Outcome, SmsSender},
    text::Language,
};

const INTERVAL: Duration = Duration::from_secs(15);
/// How many are looked for at once.
const BATCH: u64 = 100;
/// After an answer that is not about the message itself, all wait this long at least, seconds.
const PAUSE: i64 = 60;
/// Beyond three requests of full length, a claim lasts so many seconds.
const CLAIM_MARGIN: i64 = 60;

/// So many refusals in a row are no longer about the messages but about the gateway: a sender's name that was not approved, a
/// wrong address.
const REFUSALS: u32 = 10;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Taken by the gateway.
    pub sent: usize,
    /// To be tried again.
    pub postponed: usize,
    /// Given up, or for a person to decide.
    pub dead: usize,
    /// Not tried: no number, or no right any more.
    pub passed_over: usize,
}

/// Sends, and remembers until when the gateway wants peace.
#[derive(Debug)]
pub struct Job {
    sender: Box<dyn SmsSender>,
    paused_until: i64,
    /// Refusals since the last message that was taken.
    refused: u32,
}

/// Runs until it is told to stop, also where there is nothing to send by: a job that ends by itself ends the service. A
/// message that is under way is seen through.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    send(&app, &mut stop).await;
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn send(app: &App, stop: &mut watch::Receiver<bool>) {
    let Some(sms) = &app.config.sms else { return };
    for warning in sms.texts.warnings(sms.facts(&app.config.issuer.name)) {
        tracing::warn!("{warning}");
    }
    let mut job = match sender::of(app, sms) {
        Ok(sender) => Job::new(sender),
        Err(error) => {
            tracing::error!(%error, "no messages are sent");
            return;
        }
    };
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match job.round(app, sms, &|| *stop.borrow()).await {
            Ok(round) if round == Round::default() => {}
            Ok(round) => tracing::info!(?round, "messages"),
            Err(error) => tracing::error!(%error, "messages could not be sent"),
        }
    }
}

impl Job {
    /// With this sender.
    #[must_use]
    pub fn new(sender: Box<dyn SmsSender>) -> Self {
        Self {
            sender,
            paused_until: 0,
            refused: 0,
        }
    }

    /// Sends what is due, until there is no more, the hour is over, the gateway wants peace, or `stop` says so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn round(
        &mut self,
        app: &App,
        sms: &SmsConfig,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Round, DbErr> {
        let mut round = Round::default();
        self.take_up_lapsed_claims(app, sms, &mut round).await?;
        loop {
            // Another process may have been told to wait.
            self.paused_until = self.paused_until.max(paused_until(app).await?);
            let due = self.due(app, sms).await?;
            if due.is_empty() {
                return Ok(round);
            }
            for message in due {
                let now = app.now();
                let is_time = sms.window.is_open(now) && now.timestamp() >= self.paused_until;
                if stop() || !is_time {
                    return Ok(round);
                }
                self.one(app, sms, message, &mut round).await?;
            }
        }
    }

    async fn due(&self, app: &App, sms: &SmsConfig) -> Result<Vec<sms_message::Model>, DbErr> {
        let now = app.now();
        let cards = Card::ALL
            .into_iter()
            .filter(|card| sms.window.is_day_for(*card, now));
        sms_message::Entity::find()
            .filter(sms_message::Column::State.eq(State::Waiting))
            .filter(sms_message::Column::DueAt.lte(now.timestamp()))
            .filter(sms_message::Column::Card.is_in(cards))
            .order_by_asc(sms_message::Column::DueAt)
            .order_by_asc(sms_message::Column::Id)
            .limit(BATCH)
            .all(&app.db)
            .await
    }

    async fn one(
        &mut self,
        app: &App,
        sms: &SmsConfig,
        message: sms_message::Model,
        round: &mut Round,
    ) -> Result<(), DbErr> {
        let now = app.now();
        let (to, text) = match self.content(app, sms, &message).await? {
            Ok(content) => content,
            Err(state) => {
                settle(app, &message, State::Waiting, state, None, None).await?;
                round.passed_over += 1;
                return Ok(());
            }
        };
        let lease = i64::try_from(sms.timeout_s).unwrap_or(600) * 3 + CLAIM_MARGIN;
        let until = now.timestamp() + lease;
        if !claim(app, message.id, now.timestamp(), until).await? {
            // Another process has it.
            return Ok(());
        }
        let message = sms_message::Model {
            claimed_until: Some(until),
            ..message
        };
        let outgoing = Message {
            id: message.id,
            to: &to,
            text: &text,
        };
        // A machine that slept here wakes up when another process may have the message in hand.
        let timeout = i64::try_from(sms.timeout_s).unwrap_or(600);
        if app.unix_now() + timeout >= until {
            return Ok(());
        }
        let outcome = self.sender.send(&outgoing, now).await;
        self.conclude(app, sms, &message, outcome, round).await
    }

    async fn conclude(
        &mut self,
        app: &App,
        sms: &SmsConfig,
        message: &sms_message::Model,
        outcome: Outcome,
        round: &mut Round,
    ) -> Result<(), DbErr> {
        let (code, after) = match outcome {
            Outcome::Accepted => {
                round.sent += 1;
                self.refused = 0;
                tracing::debug!(id = %message.id, "a message was taken");
                return settle(app, message, State::Sending, State::Sent, None, None).await;
            }
            Outcome::Never(code) => {
                round.dead += 1;
                tracing::warn!(id = %message.id, %code, "a message was refused for good");
                self.heed_refusal(app, sms).await?;
                return settle(
                    app,
                    message,
                    State::Sending,
                    State::Failed,
                    Some(code),
                    None,
                )
                .await;
            }
            Outcome::Unclear(code) if !self.may_repeat(sms) => {
                self.pause(app, None).await?;
                round.dead += 1;
                tracing::warn!(
                    id = %message.id, %code,
                    "nobody knows whether a message was taken; see `sms queue`"
                );
                return settle(
                    app,
                    message,
                    State::Sending,
                    State::Unclear,
                    Some(code),
                    None,
                )
                .await;
            }
            Outcome::Unclear(code) => (code, None),
            Outcome::NotNow { code, after } => (code, after),
        };
        self.pause(app, after).await?;
        let tried = message.attempts + 1;
        if tried >= sms.attempts {
            round.dead += 1;
            tracing::warn!(id = %message.id, %code, tried, "a message was given up; see `sms queue`");
            return settle(
                app,
                message,
                State::Sending,
                State::Failed,
                Some(code),
                None,
            )
            .await;
        }
        round.postponed += 1;
        let wait = back_off(sms, tried).max(after.unwrap_or(0));
        let due = app.unix_now() + wait;
        settle(
            app,
            message,
            State::Sending,
            State::Waiting,
            Some(code),
            Some(due),
        )
        .await
    }

    /// To whom and what; or in which state it is left, when there is nobody to send it to.
    async fn content(
        &self,
        app: &App,
        sms: &SmsConfig,
        message: &sms_message::Model,
    ) -> Result<Result<(PhoneNumber, String), State>, DbErr> {
        let today = day_in_norway(app.now());
        let Some(row) = person::Entity::find_by_id(message.person_id)
            .one(&app.db)
            .await?
            .filter(|row| row.withdrawn_at.is_none())
        else {
            return Ok(Err(State::Lapsed));
        };
        if active_block(&app.db, row.id, today).await?.is_some() {
            return Ok(Err(State::Lapsed));
        }
        let Ok(record) = record_of(&row) else {
            tracing::error!(person = %row.id, "a stored record cannot be read");
            return Ok(Err(State::Lapsed));
        };
        let cards = outbox::cards(&record, today, &app.config.records.rules.now());
        let Some((_, school)) = cards.into_iter().find(|(card, _)| *card == message.card) else {
            return Ok(Err(State::Lapsed));
        };
        let Ok(number) = outbox::number(&record, sms) else {
            return Ok(Err(State::NoNumber));
        };
        let facts = sms.facts(&app.config.issuer.name);
        let language = language_of(sms, school.as_deref());
        match sms.texts.render(language, message.card, facts) {
            Ok(text) => Ok(Ok((number, text))),
            // The settings were checked when they were read.
            Err(error) => Err(DbErr::Custom(error.to_string())),
        }
    }

    async fn take_up_lapsed_claims(
        &self,
        app: &App,
        sms: &SmsConfig,
        round: &mut Round,
    ) -> Result<(), DbErr> {
        let lapsed = sms_message::Entity::find()
            .filter(sms_message::Column::State.eq(State::Sending))
            .filter(sms_message::Column::ClaimedUntil.lt(app.unix_now()))
            .all(&app.db)
            .await?;
        for message in lapsed {
            let code = Some("interrupted".into());
            let next = if !self.may_repeat(sms) {
                round.dead += 1;
                State::Unclear
            } else if message.attempts >= sms.attempts {
                round.dead += 1;
                State::Failed
            } else {
                State::Waiting
            };
            settle(app, &message, State::Sending, next, code, None).await?;
        }
        Ok(())
    }

    fn may_repeat(&self, sms: &SmsConfig) -> bool {
        self.sender.is_idempotent() || sms.unclear == UnclearAnswer::AtLeastOnce
    }

    /// A gateway that refuses everything must not use up all that waits: one is tried now and then, until one is taken.
    async fn heed_refusal(&mut self, app: &App, sms: &SmsConfig) -> Result<(), DbErr> {
        self.refused += 1;
        if self.refused < REFUSALS {
            return Ok(());
        }
        if self.refused == REFUSALS {
            tracing::error!(
                refused = self.refused,
                pause_s = sms.back_off_cap_s,
                "the gateway refuses everything, so messages pause; mend its settings, and send the refused ones with `sms retry`"
            );
        }
        self.pause(app, Some(sms.back_off_cap_s)).await
    }

    /// Here and in all other processes.
    async fn pause(&mut self, app: &App, after: Option<i64>) -> Result<(), DbErr> {
        let until = app.unix_now() + after.unwrap_or(PAUSE);
        self.paused_until = self.paused_until.max(until);
        keep_pause(app, self.paused_until).await
    }
}

/// In which Norwegian to write to people of a school, or to those without one.
#[must_use]
pub fn language_of(sms: &SmsConfig, school: Option<&str>) -> Language {
    let is_other = school.is_some_and(|number| {
        sms.other_language_schools
            .iter()
            .any(|other| other == number)
    });
    match (sms.language, is_other) {
        (language, false) => language,
        (Language::Nb, true) => Language::Nn,
        (Language::Nn, true) => Language::Nb,
    }
}

/// Twice as long each time, up to the cap; `tried` counts from one.
fn back_off(sms: &SmsConfig, tried: i64) -> i64 {
    let doublings = u32::try_from(tried - 1).unwrap_or(0).min(40);
    sms.back_off_s
        .saturating_mul(1_i64 << doublings)
        .min(sms.back_off_cap_s)
}
