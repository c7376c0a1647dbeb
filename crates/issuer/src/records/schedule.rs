//! When the nightly sync is, on clocks that are changed twice a year.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc, offset::LocalResult};
use chrono_tz::Tz;

/// The first moment after `after` at which the clocks of `zone` show `at`.
///
/// On the night when that time does not exist, the first moment after the gap; on the night when it
/// comes twice, the first of the two.
#[must_use]
pub fn next(after: DateTime<Utc>, at: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let today = after.with_timezone(&zone).date_naive();
    (0..3)
        .filter_map(|days| today.checked_add_days(Days::new(days)))
        .filter_map(|day| moment(day, at, zone))
        .find(|moment| *moment > after)
        // Beyond what a calendar holds there is no night.
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The last moment up to `now` at which they showed it, by the same rule.
#[must_use]
pub fn last(now: DateTime<Utc>, at: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    (0..3)
        .filter_map(|days| today.checked_sub_days(Days::new(days)))
        .filter_map(|day| moment(day, at, zone))
        .find(|moment| *moment <= now)
        .unwrap_or(DateTime::<Utc>::MIN_UTC)
}

fn moment(day: NaiveDate, at: NaiveTime, zone: Tz) -> Option<DateTime<Utc>> {
    let mut local = day.and_time(at);
    // The gap is an hour; an hour on is past it.
    for _ in 0..5 {
        match zone.from_local_datetime(&local) {
            LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => {
                return Some(moment.to_utc());
            }
            LocalResult::None => local += Duration::minutes(15),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Oslo;

    #[test]
    fn the_next_sync_is_at_the_hour_on_norwegian_clocks() {
        let cases = [
            // Winter and summer time.
            ("2026-11-22T01:00:00Z", "03:30", "2026-11-22T02:30:00Z"),
            ("2026-11-22T02:30:00Z", "03:30", "2026-11-23T02:30:00Z"),
            ("2026-07-01T00:00:00Z", "03:30", "2026-07-01T01:30:00Z"),
            // 29 March 2026: 02:00–03:00 does not exist, so 02:30 is at 03:00 summer time.
            ("2026-03-28T12:00:00Z", "02:30", "2026-03-29T01:00:00Z"),
            ("2026-03-29T01:00:00Z", "02:30", "2026-03-30T00:30:00Z"),
            // 25 October 2026: 02:30 comes twice; once is enough.
            ("2026-10-24T12:00:00Z", "02:30", "2026-10-25T00:30:00Z"),
            ("2026-10-25T00:30:00Z", "02:30", "2026-10-26T01:30:00Z"),
        ];
        for (after, at, expected) in cases {
            let at = NaiveTime::parse_from_str(at, "%H:%M").unwrap();
            let found = next(after.parse().unwrap(), at, Oslo);
            assert_eq!(
                found,
                expected.parse::<DateTime<Utc>>().unwrap(),
                "after {after}"
            );
        }
    }

    #[test]
    fn the_last_sync_is_the_one_whose_next_has_not_come() {
        let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        for (hour, minute) in [(0, 15), (2, 30), (3, 30), (23, 45)] {
            let at = NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
            // Every twenty minutes of a year, so over both changes of the clocks.
            for step in 0..365 * 72 {
                let now = start + Duration::minutes(20 * step);
                let last = last(now, at, Oslo);
                assert!(last <= now && next(last, at, Oslo) > now, "{now}");
                assert_eq!(next(last - Duration::seconds(1), at, Oslo), last, "{now}");
            }
        }
    }

    #[test]
    fn there_is_exactly_one_sync_each_night_of_the_year() {
        let at = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
        let mut moment: DateTime<Utc> = "2026-01-01T12:00:00Z".parse().unwrap();
        for _ in 0..365 {
            let following = next(moment, at, Oslo);
            assert_eq!(
                following.with_timezone(&Oslo).date_naive(),
                moment.with_timezone(&Oslo).date_naive().succ_opt().unwrap()
            );
            moment = following;
        }
    }
}
