//! Writing down how far a run is.

use std::time::Duration;

use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::{
    app::App,
    records::{progress::Progress, runs},
};

/// How often.
const NOTED_EVERY: Duration = Duration::from_secs(1);

/// Writes down how far a run is, until it is stopped or dropped.
pub(super) struct Noting(JoinHandle<()>);

impl Noting {
    pub(super) fn start(app: &App, run: Uuid) -> Self {
        let (db, progress): (_, Progress) = (app.db.clone(), app.sync_progress.clone());
        Self(tokio::spawn(async move {
            let mut last = None;
            loop {
                let step = progress.step();
                // While we write to SQLite ourselves this waits in vain, which does no harm.
                if last != Some(step) && runs::write_step(&db, run, step).await.is_ok() {
                    last = Some(step);
                }
                tokio::time::sleep(NOTED_EVERY).await;
            }
        }))
    }

    pub(super) fn stop(self) {
        self.0.abort();
    }
}

impl Drop for Noting {
    fn drop(&mut self) {
        self.0.abort();
    }
}
