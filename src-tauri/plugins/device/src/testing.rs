//! What every side of a power has to do, one suite each, and fakes that do it. The suites of the keys are the wallet's.
//!
//! They also run on a phone, with the real powers (feature `self-check` of the app); each clause is then one line in the
//! system's log, under the target [`TARGET`].

use std::time::{Duration, Instant};

pub use crate::background::testing::{FakeRefresh, suite as background_suite};
pub use crate::haptics::testing::{FakeHaptics, suite as haptics_suite};
pub use crate::privacy::testing::{FakePrivacy, suite as privacy_suite};
pub use crate::screen::testing::{FakeScreen, Seen, suite as screen_suite};

/// Under which the clauses are logged.
pub const TARGET: &str = "self_check";

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
