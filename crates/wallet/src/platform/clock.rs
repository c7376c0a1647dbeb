use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

/// The two clocks of a device: the one that people set, and the one that only runs.
pub trait Clock: Send + Sync {
    /// The wall clock. May be wrong, and may jump.
    fn now(&self) -> DateTime<Utc>;
    /// Time since some fixed moment of this process. Never jumps; may stand still while the device sleeps.
    fn uptime(&self) -> Duration;
}

/// The clocks of the operating system.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Starts counting the uptime now.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}
