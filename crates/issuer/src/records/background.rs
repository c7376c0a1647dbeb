//! What the running service does with the records by itself: the nightly sync, runs that people have asked for or
//! accepted, and keeping credentials in line as blocks end and rights begin and end with the calendar.
//!
//! Several processes may do so on one database. What is due is read from the database and not from a plan in memory, so
//! that whoever is there does it, once, also after a night on which nobody was.

use std::{sync::Arc, time::Duration};

use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};

use crate::{
    app::App,
    db::{
        self,
        entity::sync_run::{self, SyncOutcome, Trigger},
    },
};

use super::{
    runs, schedule, source, status,
    sync::{self, Accept, Options, SyncError},
};

const INTERVAL: Duration = Duration::from_secs(60);
/// Who has asked for a run sits and waits.
const ASKED_INTERVAL: Duration = Duration::from_secs(3);
/// A night's run that was cut off or failed is begun again, but what kills the process each time is not tried for ever.
const MOST_TRIES: usize = 3;
/// Before one that failed is: the source may have been away.
const AFTER_FAILURE: i64 = 15 * 60;

/// Runs until it is dropped.
pub async fn run(app: Arc<App>) {
    // A source that takes long does not keep credentials from being brought in line.
    tokio::join!(nights(&app), asked_for(&app), statuses(&app));
}

async fn nights(app: &App) {
    let mut interval = every(INTERVAL);
    loop {
        // By the clock and not by a long sleep, so that a machine that slept catches up.
        interval.tick().await;
        match night_is_due(app).await {
            Ok(false) => {}
            Ok(true) => {
                let options = Options {
                    trigger: Trigger::Night,
                    ..Options::default()
                };
                run_and_tell(app, &options).await;
            }
            Err(error) => tracing::error!(%error, "it could not be seen whether the sync is due"),
        }
    }
}

async fn asked_for(app: &App) {
    let mut interval = every(ASKED_INTERVAL);
    loop {
        interval.tick().await;
        // Those of nights too: only then is it seen that they are to be begun again.
        if let Err(error) = runs::bury_the_dead(app).await {
            tell(&error, "it could not be seen whether a sync was cut off");
        }
        match requested(app).await {
            Ok(None) => {}
            Ok(Some(options)) => run_and_tell(app, &options).await,
            Err(error) => tracing::error!(%error, "it could not be seen who has asked for a sync"),
        }
    }
}

async fn statuses(app: &App) {
    let mut interval = every(INTERVAL);
    let mut has_heeded = false;
    loop {
        interval.tick().await;
        if !has_heeded {
            match status::heed_rules(app).await {
                Ok(()) => has_heeded = true,
                Err(error) => tell(
                    &error,
                    "it could not be noted by which rules people have a right",
                ),
            }
        }
        if let Err(error) = status::sweep(app).await {
            tell(&error, "credentials could not be brought in line");
        }
    }
}

/// Of what is done again within the minute.
fn tell(error: &DbErr, what: &str) {
    if db::is_busy(error) {
        tracing::info!(%error, "{what}: another transaction was in the way for too long");
    } else {
        tracing::error!(%error, "{what}");
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    interval
}

async fn run_and_tell(app: &App, options: &Options) {
    match sync::run(app, source::configured(app).as_ref(), options).await {
        Ok(report) => {
            tracing::info!(counts = ?report.counts, credentials = ?report.credentials, "synced")
        }
        // Another process does it, or the next look will.
        Err(SyncError::Busy) => {}
        Err(error @ SyncError::Braked { .. }) => tracing::error!(%error, "the sync braked"),
        Err(error) => {
            tracing::error!(error = %Chain(&error), "the sync failed; everything is as before")
        }
    }
}

/// Whether the night's run has not been. The time may have passed while no process was there; then it is made up for.
///
/// Any run since then will do that has come to an end, also one that braked. Before the first run there is nothing to make
/// up for: the first load is for a person to start.
async fn night_is_due(app: &App) -> Result<bool, DbErr> {
    let records = &app.config.records;
    let Some(at) = records.sync_at else {
        return Ok(false);
    };
    let begun =
        || sync_run::Entity::find().filter(sync_run::Column::Outcome.ne(SyncOutcome::Requested));
    let since = schedule::last(app.now(), at, records.time_zone).timestamp();
    let tonight = begun()
        .filter(sync_run::Column::StartedAt.gte(since))
        .all(&app.db)
        .await?;
    let may_be_tried_again = |run: &sync_run::Model| match run.outcome {
        SyncOutcome::Interrupted => true,
        SyncOutcome::Failed => run
            .finished_at
            .is_none_or(|at| at + AFTER_FAILURE <= app.unix_now()),
        _ => false,
    };
    if tonight.len() >= MOST_TRIES || !tonight.iter().all(may_be_tried_again) {
        return Ok(false);
    }
    Ok(begun().count(&app.db).await? > 0)
}

/// How to run what was asked for first, if anything was.
async fn requested(app: &App) -> Result<Option<Options>, DbErr> {
    let Some(row) = runs::next_requested(&app.db).await? else {
        return Ok(None);
    };
    let accepted = match row.accepts {
        Some(id) => runs::get(&app.db, id).await?,
        None => None,
    };
    let accept_brake = accepted.as_ref().map(|_| Accept {
        by: row.asked_by.clone().unwrap_or_default(),
        reason: row.reason.clone().unwrap_or_default(),
    });
    Ok(Some(Options {
        // Without a digest nothing is what was accepted.
        accept_only: accepted.map(|run| run.diff_digest.unwrap_or_default()),
        accept_brake,
        trigger: row.trigger.unwrap_or_default(),
        requested: Some(row.id),
        ..Options::default()
    }))
}

/// An error with its causes.
pub(crate) struct Chain<'a>(pub(crate) &'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
