//! Keeps the checker's lists fresh while the app runs, however long the shift is.

use std::time::Duration;

use tauri::{AppHandle, Emitter as _, Manager as _, Runtime};

use super::Checking;

/// The event that tells the screens how the checker is prepared now: after every update, and as its lists grow older.
pub(crate) const CHECKER_CHANGED: &str = "checker-changed";

/// How often it is looked whether an update is due, if nothing wakes it.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How often when something was scanned for which it was too soon after the last update.
const LOOK_AFTER_SCAN: Duration = Duration::from_secs(1);

/// Fetches the lists whenever that is due, and tells the screens. Never ends.
pub(crate) async fn keep_fresh<R: Runtime>(app: AppHandle<R>) {
    let checking = app.state::<Checking>();
    let mut pause = LOOK_EVERY;
    loop {
        let is_due = checking.checkpoint.is_due();
        let state = if is_due {
            checking.update().await
        } else {
            checking.checkpoint.tidy();
            checking.state()
        };
        // Nothing new and nothing much older: no reason to wake the screens.
        if (is_due || pause == LOOK_EVERY)
            && let Err(error) = app.emit(CHECKER_CHANGED, state)
        {
            tracing::warn!(%error, "the screens could not be told");
        }
        pause = if checking.checkpoint.waits_for_update() {
            LOOK_AFTER_SCAN
        } else {
            LOOK_EVERY
        };
        // What woke it is looked at above: a scan, or a screen that has just opened.
        let _ = tokio::time::timeout(pause, checking.woken.notified()).await;
    }
}
