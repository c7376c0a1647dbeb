use std::{sync::Mutex, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use wallet::platform::Clock;

/// Both clocks of the device and the true time, all turned by hand.
pub(crate) struct TestClock(Mutex<Hands>);

#[derive(Clone, Copy)]
struct Hands {
    truth: DateTime<Utc>,
    device: DateTime<Utc>,
    uptime: Duration,
}

impl TestClock {
    pub(crate) fn new(now: &str) -> Self {
        let now = now.parse().unwrap();
        Self(Mutex::new(Hands {
            truth: now,
            device: now,
            uptime: Duration::from_secs(1000),
        }))
    }

    /// Time passes.
    pub(crate) fn pass(&self, by: TimeDelta) {
        let mut hands = self.0.lock().unwrap();
        hands.truth += by;
        hands.device += by;
        hands.uptime += by.to_std().unwrap();
    }

    /// Someone sets the device's clock.
    pub(crate) fn set_device_ahead_by(&self, by: TimeDelta) {
        let mut hands = self.0.lock().unwrap();
        hands.device = hands.truth + by;
    }

    /// The time that the issuer has.
    pub(crate) fn truth(&self) -> DateTime<Utc> {
        self.0.lock().unwrap().truth
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.lock().unwrap().device
    }

    fn uptime(&self) -> Duration {
        self.0.lock().unwrap().uptime
    }
}
