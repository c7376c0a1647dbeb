//! What the server's clock says about the device's.
//!
//! Every answer carries a time. The difference to the device's clock is believed as long as the device's two clocks
//! agree since it was measured: if someone sets the clock (perhaps because we asked them to) or the device sleeps, the
//! measurement is dropped and the device's clock counts again until the next answer.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

use crate::platform::Clock;

/// Below this a difference is the journey of the answer and the full seconds of the `Date` header.
const SMALLEST: TimeDelta = TimeDelta::seconds(2);
/// How far the two clocks of the device may drift apart before a measurement is dropped.
const DRIFT: TimeDelta = TimeDelta::seconds(5);
/// An answer that took longer says too little about the time.
const SLOWEST: Duration = Duration::from_secs(20);

pub(crate) struct ServerClock {
    clock: Arc<dyn Clock>,
    measured: Mutex<Option<Measured>>,
}

#[derive(Clone, Copy)]
struct Measured {
    /// Server minus device.
    offset: TimeDelta,
    at: Moment,
}

/// One reading of both of the device's clocks.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) wall: DateTime<Utc>,
    pub(crate) uptime: Duration,
}

impl Moment {
    pub(crate) fn now(clock: &dyn Clock) -> Self {
        Self {
            wall: clock.now(),
            uptime: clock.uptime(),
        }
    }

    /// Whether `limit` has gone by since `earlier`, by either clock: one may stand still while the device sleeps, the
    /// other may be set.
    pub(crate) fn is_past(self, earlier: Self, limit: Duration) -> bool {
        let by_wall = (self.wall - earlier.wall).abs();
        self.uptime.saturating_sub(earlier.uptime) > limit
            || TimeDelta::from_std(limit).is_ok_and(|limit| by_wall > limit)
    }

    /// Whether the two clocks have gone on alike since `earlier`: none was set, and the device did not sleep.
    fn agrees_with(self, earlier: Self) -> bool {
        let by_wall = self.wall.signed_duration_since(earlier.wall);
        TimeDelta::from_std(self.uptime.saturating_sub(earlier.uptime))
            .is_ok_and(|by_uptime| (by_wall - by_uptime).abs() <= DRIFT)
    }
}

impl ServerClock {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            measured: Mutex::new(None),
        }
    }

    /// A reading to give to [`note`](Self::note) when the answer is there.
    pub(crate) fn moment(&self) -> Moment {
        Moment::now(&*self.clock)
    }

    /// Takes in the server's time from an answer to a request that was sent at `asked`.
    pub(crate) fn note(&self, server: DateTime<Utc>, asked: Moment) {
        let at = self.moment();
        let journey = at.uptime.saturating_sub(asked.uptime);
        if journey > SLOWEST {
            return;
        }
        // A server that says something else does not know the time itself.
        if !(2020..3000).contains(&server.year()) {
            return;
        }
        let half = TimeDelta::from_std(journey / 2).unwrap_or(TimeDelta::zero());
        let offset = (server + half).signed_duration_since(at.wall);
        *self.measured.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Measured { offset, at });
    }

    /// Server minus device, if that is known and still holds.
    pub(crate) fn offset(&self) -> Option<TimeDelta> {
        let measured = (*self.measured.lock().unwrap_or_else(PoisonError::into_inner))?;
        self.moment()
            .agrees_with(measured.at)
            .then_some(measured.offset)
    }

    /// The true time of an earlier reading, if that is known by now.
    pub(crate) fn time_of(&self, earlier: Moment) -> Option<DateTime<Utc>> {
        let offset = self.offset()?;
        if !self.moment().agrees_with(earlier) {
            return None;
        }
        if offset.abs() < SMALLEST {
            return Some(earlier.wall);
        }
        earlier.wall.checked_add_signed(offset)
    }

    /// The best guess at the true time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let device = self.clock.now();
        match self.offset() {
            Some(offset) if offset.abs() >= SMALLEST => {
                device.checked_add_signed(offset).unwrap_or(device)
            }
            _ => device,
        }
    }

    /// By how many seconds the device's clock is ahead (negative: behind), if that is more than `limit`.
    ///
    /// Without a measurement, a clock that is before a moment the server has already seen is surely behind.
    pub(crate) fn warning(
        &self,
        limit: TimeDelta,
        not_earlier_than: Option<DateTime<Utc>>,
    ) -> Option<i64> {
        let ahead = match (self.offset(), not_earlier_than) {
            (Some(offset), _) => -offset,
            (None, Some(seen)) => self
                .clock
                .now()
                .signed_duration_since(seen)
                .min(TimeDelta::zero()),
            (None, None) => return None,
        };
        (ahead.abs() > limit).then(|| ahead.num_seconds())
    }
}

/// Reads an HTTP date (RFC 9110 §5.6.7, the form that senders must use).
pub(crate) fn http_date(text: &str) -> Option<DateTime<Utc>> {
    chrono::NaiveDateTime::parse_from_str(text, "%a, %d %b %Y %H:%M:%S GMT")
        .ok()
        .map(|time| time.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Hands(Mutex<Moment>);

    impl Hands {
        fn turn(&self, wall: i64, uptime: u64) {
            let mut hands = self.0.lock().unwrap();
            hands.wall += TimeDelta::seconds(wall);
            hands.uptime += Duration::from_secs(uptime);
        }
    }

    impl Clock for Hands {
        fn now(&self) -> DateTime<Utc> {
            self.0.lock().unwrap().wall
        }
        fn uptime(&self) -> Duration {
            self.0.lock().unwrap().uptime
        }
    }

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn clocks() -> (Arc<Hands>, ServerClock) {
        let hands = Arc::new(Hands(Mutex::new(Moment {
            wall: time("2026-11-22T10:00:00Z"),
            uptime: Duration::from_secs(100),
        })));
        (hands.clone(), ServerClock::new(hands))
    }

    const LIMIT: TimeDelta = TimeDelta::seconds(30);

    #[test]
    fn a_clock_that_is_hours_behind_is_corrected_and_warned_of() {
        let (_, clock) = clocks();
        let server = time("2026-11-22T13:00:00Z");
        clock.note(server, clock.moment());
        assert_eq!(clock.now(), server);
        assert_eq!(clock.warning(LIMIT, None), Some(-3 * 3600));
    }

    #[test]
    fn a_clock_that_is_ahead_is_said_to_be_ahead() {
        let (_, clock) = clocks();
        clock.note(time("2026-11-22T09:59:20Z"), clock.moment());
        assert_eq!(clock.warning(LIMIT, None), Some(40));
    }

    #[test]
    fn what_happened_before_a_measurement_is_dated_by_it_while_the_clocks_go_on_alike() {
        let (hands, clock) = clocks();
        let earlier = clock.moment();
        assert_eq!(clock.time_of(earlier), None);
        hands.turn(5, 5);
        clock.note(time("2026-11-22T13:00:05Z"), clock.moment());
        assert_eq!(clock.time_of(earlier), Some(time("2026-11-22T13:00:00Z")));
        // Set since: nobody can tell any more.
        hands.turn(3 * 3600, 1);
        clock.note(time("2026-11-22T13:00:06Z"), clock.moment());
        assert_eq!(clock.time_of(earlier), None);
    }

    #[test]
    fn half_a_minute_is_no_cause_for_alarm_and_a_second_is_not_corrected() {
        let (_, clock) = clocks();
        clock.note(time("2026-11-22T10:00:30Z"), clock.moment());
        assert_eq!(clock.warning(LIMIT, None), None);
        clock.note(time("2026-11-22T10:00:01Z"), clock.moment());
        assert_eq!(clock.now(), time("2026-11-22T10:00:00Z"));
    }

    #[test]
    fn the_measurement_holds_while_time_passes_evenly() {
        let (hands, clock) = clocks();
        clock.note(time("2026-11-22T13:00:00Z"), clock.moment());
        hands.turn(600, 600);
        assert_eq!(clock.now(), time("2026-11-22T13:10:00Z"));
    }

    #[test]
    fn a_sleep_in_which_the_uptime_went_on_changes_nothing_and_one_in_which_it_stood_still_ends_the_correction()
     {
        let night = 8 * 3600;
        let (hands, clock) = clocks();
        clock.note(time("2026-11-22T12:00:00Z"), clock.moment());
        let warning = clock.warning(TimeDelta::seconds(30), None);
        assert!(warning.is_some());
        hands.turn(night, night.unsigned_abs());
        assert_eq!(clock.warning(TimeDelta::seconds(30), None), warning);
        // The device's own clock counts until the server is heard again, which is asked when the app comes back.
        hands.turn(night, 0);
        assert_eq!(clock.offset(), None);
        assert_eq!(clock.warning(TimeDelta::seconds(30), None), None);
    }

    #[test]
    fn setting_the_clock_right_ends_the_correction_and_the_warning() {
        let (hands, clock) = clocks();
        clock.note(time("2026-11-22T13:00:00Z"), clock.moment());
        hands.turn(3 * 3600 + 10, 10);
        assert_eq!(clock.now(), time("2026-11-22T13:00:10Z"));
        assert_eq!(clock.warning(LIMIT, None), None);
    }

    #[test]
    fn a_clock_before_what_the_server_has_seen_is_behind_even_without_a_network() {
        let (_, clock) = clocks();
        let seen = Some(time("2026-11-22T12:00:00Z"));
        assert_eq!(clock.warning(LIMIT, seen), Some(-7200));
        let seen = Some(time("2026-11-20T12:00:00Z"));
        assert_eq!(clock.warning(LIMIT, seen), None);
    }

    #[test]
    fn half_of_the_journey_is_added_and_a_very_slow_answer_says_nothing() {
        let (hands, clock) = clocks();
        let asked = clock.moment();
        hands.turn(10, 10);
        clock.note(time("2026-11-22T12:00:05Z"), asked);
        assert_eq!(clock.now(), time("2026-11-22T12:00:10Z"));
        let asked = clock.moment();
        hands.turn(60, 60);
        clock.note(time("2026-11-22T23:00:00Z"), asked);
        assert_eq!(clock.now(), time("2026-11-22T12:01:10Z"));
    }

    #[test]
    fn http_dates_are_read() {
        assert_eq!(
            http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(time("1994-11-06T08:49:37Z"))
        );
        for wrong in ["", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(http_date(wrong), None);
        }
    }
}
