//! The calendar day in Norway, where every date on a card is meant.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

/// The day it is in Norway at `at`.
///
/// Central European Time: UTC+1, and UTC+2 from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last
/// Sunday of October (directive 2000/84/EC). Written out because a whole time zone database would be carried
/// into the browser for this one rule.
pub fn date_in_norway(at: DateTime<Utc>) -> NaiveDate {
    let hours = if is_summer_time(at) { 2 } else { 1 };
    at.naive_utc()
        .checked_add_signed(TimeDelta::hours(hours))
        .unwrap_or(at.naive_utc())
        .date()
}

fn is_summer_time(at: DateTime<Utc>) -> bool {
    let turn = |month| {
        let end = NaiveDate::from_ymd_opt(at.year(), month, 31)?;
        let back = i64::from(end.weekday().num_days_from_sunday());
        (end - TimeDelta::days(back)).and_hms_opt(1, 0, 0)
    };
    match (turn(3), turn(10)) {
        (Some(spring), Some(autumn)) => spring <= at.naive_utc() && at.naive_utc() < autumn,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_norway() {
        for (at, day) in [
            ("2026-01-01T22:59:59Z", "2026-01-01"),
            ("2026-01-01T23:00:00Z", "2026-01-02"),
            ("2026-07-31T21:59:59Z", "2026-07-31"),
            ("2026-07-31T22:00:00Z", "2026-08-01"),
            ("2026-12-31T23:00:00Z", "2027-01-01"),
            // Summer time begins on 29 March 2026 and ends on 25 October 2026.
            ("2026-03-28T22:30:00Z", "2026-03-28"),
            ("2026-03-29T22:30:00Z", "2026-03-30"),
            ("2026-10-24T22:30:00Z", "2026-10-25"),
            ("2026-10-25T22:30:00Z", "2026-10-25"),
        ] {
            assert_eq!(date_in_norway(at.parse().unwrap()).to_string(), day, "{at}");
        }
    }

    #[test]
    fn summer_time_turns_at_one_in_the_night_utc() {
        for (at, summer) in [
            ("2024-03-31T00:59:59Z", false),
            ("2024-03-31T01:00:00Z", true),
            ("2024-10-27T00:59:59Z", true),
            ("2024-10-27T01:00:00Z", false),
            ("2027-03-28T01:00:00Z", true),
            ("2027-10-31T01:00:00Z", false),
        ] {
            assert_eq!(is_summer_time(at.parse().unwrap()), summer, "{at}");
        }
    }

    #[test]
    fn the_ends_of_time_are_survived() {
        date_in_norway(DateTime::<Utc>::MIN_UTC);
        date_in_norway(DateTime::<Utc>::MAX_UTC);
    }
}
