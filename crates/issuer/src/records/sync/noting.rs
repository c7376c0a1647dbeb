//! Writing down how far a run is.

use std::time::Duration;

use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{
    app::App,
    records::{progress::Progress, runs},
};

/// How often.
const NOTED_EVERY: Duration = Duration::from_secs(1);

/// Writes down how far a run is, until it is dropped. What is being written then is written to its end: a connection whose
/// work is cut off is lost, and a run that is over is not written to.
pub(super) struct Noting {
    _goes_on: oneshot::Sender<()>,
}

impl Noting {
    pub(super) fn start(app: &App, run: Uuid) -> Self {
        let (db, progress): (_, Progress) = (app.db.clone(), app.sync_progress.clone());
        let (goes_on, mut stopped) = oneshot::channel();
        tokio::spawn(async move {
            let mut last = None;
            loop {
                let step = progress.step();
                // While we write to SQLite ourselves this waits in vain, which does no harm.
                if last != Some(step) && runs::write_step(&db, run, step).await.is_ok() {
                    last = Some(step);
                }
                if tokio::time::timeout(NOTED_EVERY, &mut stopped)
                    .await
                    .is_ok()
                {
                    return;
                }
            }
        });
        Self { _goes_on: goes_on }
    }
}
