//! What the running service does with the records by itself: the nightly sync, and keeping
//! credentials in line as blocks end and rights begin and end with the calendar.

use std::{sync::Arc, time::Duration};

use crate::{app::App, db};

use super::{
    source, status,
    sync::{self, Options, SyncError},
};

const INTERVAL: Duration = Duration::from_secs(60);

/// Runs until it is dropped.
pub async fn run(app: Arc<App>) {
    let mut next_sync = app.next_sync();
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        interval.tick().await;
        // By the clock and not by a long sleep, so that a machine that slept catches up.
        if next_sync.is_some_and(|at| at <= app.now()) {
            nightly(&app).await;
            next_sync = app.next_sync();
        }
        if let Err(error) = refresh(&app).await {
            tracing::error!(%error, "credentials could not be brought in line");
        }
    }
}

async fn nightly(app: &App) {
    match sync::run(app, source::configured(app).as_ref(), &Options::default()).await {
        Ok(report) => {
            tracing::info!(counts = ?report.counts, credentials = ?report.credentials, "synced")
        }
        Err(error @ SyncError::Braked { .. }) => tracing::error!(%error, "the sync braked"),
        Err(error) => {
            tracing::error!(error = %Chain(&error), "the sync failed; everything is as before")
        }
    }
}

async fn refresh(app: &App) -> Result<(), sea_orm::DbErr> {
    let transaction = db::begin_write(&app.db).await?;
    status::refresh_all(&transaction, &app.config.records, app.now()).await?;
    transaction.commit().await
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
