//! What every side of a power has to do, one suite each, and fakes that do it. The suites of the keys are the wallet's.
//!
//! They also run on a phone, with the real powers (feature `self-check` of the app); each clause is then one line in the
//! system's log, under the target [`TARGET`].

use std::time::{Duration, Instant};

use tauri::{AppHandle, Manager as _, Runtime};

use crate::Device;

pub use crate::background::testing::{FakeRefresh, suite as background_suite};
pub use crate::haptics::testing::{FakeHaptics, suite as haptics_suite};
pub use crate::privacy::testing::{FakePrivacy, suite as privacy_suite};
pub use crate::screen::testing::{FakeScreen, Seen, suite as screen_suite};

/// Under which the clauses are logged.
pub const TARGET: &str = "self_check";

/// All suites of this plugin with the real powers of this device, each clause a line in the log. Takes some seconds, and
/// must not run on the main thread. Leaves the app hidden in the background, and no refresh asked for.
///
/// # Errors
///
/// What does not hold, one line for each power.
pub fn check_all<R: Runtime>(app: &AppHandle<R>) -> Result<(), String> {
    let device = app.state::<Device>();
    #[cfg(target_os = "ios")]
    let (at_screen, at_requests) = (
        || crate::ios::looking::at_screen(app),
        || crate::ios::looking::at_requests(app),
    );
    #[cfg(not(target_os = "ios"))]
    let (at_screen, at_requests) = (|| None, || None);
    let outcomes = [
        screen_suite(device.screen.as_ref(), &at_screen),
        // Neither the system's picture nor what a hand feels can be seen from within.
        privacy_suite(device.privacy.as_ref(), &|| None),
        haptics_suite(device.haptics.as_ref(), &|| None),
        background_suite(device.background.as_ref(), &at_requests),
    ];
    let broken: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    if broken.is_empty() {
        Ok(())
    } else {
        Err(broken.join(
            "
",
        ))
    }
}

/// How long a system may take to do what it was asked. A fake takes no time.
const PATIENCE: Duration = Duration::from_millis(if cfg!(test) { 50 } else { 2_000 });

/// Whether it becomes true while one may wait for it.
pub(crate) fn becomes(mut is_so: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    loop {
        if is_so() {
            return true;
        }
        if begun.elapsed() >= PATIENCE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The clauses of one suite, each logged when it is known.
pub(crate) struct Clauses {
    power: &'static str,
    broken: Vec<&'static str>,
}

impl Clauses {
    pub(crate) fn of(power: &'static str) -> Self {
        Self {
            power,
            broken: Vec::new(),
        }
    }

    pub(crate) fn holds(&mut self, clause: &'static str, holds: bool) {
        let power = self.power;
        if holds {
            tracing::info!(target: TARGET, "pass {power}: {clause}");
        } else {
            tracing::error!(target: TARGET, "FAIL {power}: {clause}");
            self.broken.push(clause);
        }
    }

    pub(crate) fn end(self) -> Result<(), String> {
        if self.broken.is_empty() {
            Ok(())
        } else {
            Err(format!("{}: {}", self.power, self.broken.join("; ")))
        }
    }
}
