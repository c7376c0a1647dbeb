//! The device's suites with its real powers, at the start of an app that was built to be checked on a phone. Each clause
//! is a line in the system's log; `docs/device-checklist.md` says how to read it.

use std::time::Duration;

use tauri::{AppHandle, Manager as _, Runtime};
use tauri_plugin_device::Device;
use tauri_plugin_device::testing::{TARGET, check_all};

/// The window is shown by then: a screen that shows nothing of the app cannot be made brighter.
const FIRST: Duration = Duration::from_secs(3);

/// Begins in a thread of its own.
pub(crate) fn start<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    std::thread::spawn(move || {
        std::thread::sleep(FIRST);
        let powers = check_all(&app);
        let device = app.state::<Device>();
        let keys = wallet::testing::holder_keys::suite(device.keys.as_ref());
        for (what, outcome) in [("powers", powers), ("keys", keys)] {
            match outcome {
                Ok(()) => tracing::info!(target: TARGET, "PASS all {what}"),
                Err(error) => tracing::error!(target: TARGET, "FAIL {what}: {error}"),
            }
        }
    });
}
