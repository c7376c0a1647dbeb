use std::time::Duration;

use chrono::{DateTime, Utc};

/// The two clocks of a device: the one that people set, and the one that only runs.
pub trait Clock: Send + Sync {
    /// The wall clock. May be wrong, and may jump.
    fn now(&self) -> DateTime<Utc>;
    /// Time since some fixed moment. Never jumps. Goes on while the device sleeps where the system has such a clock
    /// (Linux, Android, iOS, macOS), so that what the server said of the time outlives a sleep; may stand still elsewhere.
    fn uptime(&self) -> Duration;
}

/// The clock that goes on in a suspend. Linux's `CLOCK_MONOTONIC` does not (clock_gettime(2)).
#[cfg(any(target_os = "android", target_os = "linux"))]
const GOES_ON: rustix::time::ClockId = rustix::time::ClockId::Boottime;
/// Darwin's `CLOCK_MONOTONIC` goes on while the system is asleep (its clock_gettime(3)). The standard library reads
/// `CLOCK_UPTIME_RAW` there, which stops.
#[cfg(target_vendor = "apple")]
const GOES_ON: rustix::time::ClockId = rustix::time::ClockId::Monotonic;

/// The clocks of the operating system.
#[derive(Debug)]
pub struct SystemClock {
    #[cfg(not(any(target_os = "android", target_os = "linux", target_vendor = "apple")))]
    started: std::time::Instant,
}

impl SystemClock {
    /// The clocks as they go.
    pub fn new() -> Self {
        Self {
            #[cfg(not(any(target_os = "android", target_os = "linux", target_vendor = "apple")))]
            started: std::time::Instant::now(),
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

    #[cfg(any(target_os = "android", target_os = "linux", target_vendor = "apple"))]
    fn uptime(&self) -> Duration {
        // The standard library's clock stands still in a suspend, and what the server said of the time would be lost.
        let time = rustix::time::clock_gettime(GOES_ON);
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or(0);
        Duration::new(seconds, nanoseconds)
    }

    #[cfg(not(any(target_os = "android", target_os = "linux", target_vendor = "apple")))]
    fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uptime_goes_on_and_at_the_pace_of_the_wall_clock() {
        let clock = SystemClock::new();
        let (wall, uptime) = (clock.now(), clock.uptime());
        std::thread::sleep(Duration::from_millis(20));
        assert!(clock.uptime() - uptime >= Duration::from_millis(20));
        assert!(clock.now() > wall);
    }
}
