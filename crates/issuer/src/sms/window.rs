//! When messages may go: hours of the day for everyone, and for pupils a part of the year.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::db::entity::sms_message::Card;

/// A day of any year. The 29th of February counts as between the 28th and the 1st.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearDay {
    month: u32,
    day: u32,
}

impl YearDay {
    /// The 1st of January.
    pub const FIRST: Self = Self { month: 1, day: 1 };

    /// Reads `MM-DD`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Any leap year has all days.
        let date = NaiveDate::parse_from_str(&format!("2024-{text}"), "%Y-%m-%d").ok()?;
        Some(Self::of(date))
    }

    fn of(date: NaiveDate) -> Self {
        Self {
            month: date.month(),
            day: date.day(),
        }
    }
}

/// When messages may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// On whose clocks.
    pub zone: Tz,
    /// From this time of the day.
    pub from: NaiveTime,
    /// Until this time, not included.
    pub until: NaiveTime,
    /// Pupils' messages from this day of the year, the school's start.
    pub pupils_from: YearDay,
    /// Until this day, included; it may lie in the next year.
    pub pupils_until: YearDay,
}

impl Window {
    /// Whether the hour is one for messages at all.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        let time = now.with_timezone(&self.zone).time();
        (self.from..self.until).contains(&time)
    }

    /// Whether it is a day for messages to these people.
    #[must_use]
    pub fn is_day_for(&self, card: Card, now: DateTime<Utc>) -> bool {
        match card {
            Card::Apprentice | Card::TrainingCandidate => true,
            Card::Pupil => {
                let today = YearDay::of(now.with_timezone(&self.zone).date_naive());
                let (from, until) = (self.pupils_from, self.pupils_until);
                if from <= until {
                    (from..=until).contains(&today)
                } else {
                    today >= from || today <= until
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: &str, until: &str) -> Window {
        Window {
            zone: chrono_tz::Europe::Oslo,
            from: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
            until: NaiveTime::from_hms_opt(20, 0, 0).unwrap(),
            pupils_from: YearDay::parse(from).unwrap(),
            pupils_until: YearDay::parse(until).unwrap(),
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn hours_are_those_of_the_countys_clocks_in_summer_and_winter() {
        let window = window("08-17", "06-20");
        for (moment, open) in [
            ("2026-08-20T06:59:59Z", false),
            ("2026-08-20T07:00:00Z", true),
            ("2026-08-20T17:59:59Z", true),
            ("2026-08-20T18:00:00Z", false),
            ("2026-12-01T07:59:59Z", false),
            ("2026-12-01T08:00:00Z", true),
            ("2026-12-01T18:59:59Z", true),
            // The night when the clocks are changed, on both sides of it.
            ("2026-10-25T07:30:00Z", false),
            ("2026-10-25T08:00:00Z", true),
        ] {
            assert_eq!(window.is_open(at(moment)), open, "{moment}");
        }
    }

    #[test]
    fn pupils_wait_for_the_school_start_and_apprentices_do_not() {
        let school_year = window("08-17", "06-20");
        let autumn = window("08-17", "09-15");
        for (moment, year, weeks) in [
            ("2026-08-16T21:59:59Z", false, false),
            ("2026-08-16T22:00:00Z", true, true),
            ("2026-09-15T12:00:00Z", true, true),
            ("2026-09-16T12:00:00Z", true, false),
            ("2027-01-10T12:00:00Z", true, false),
            ("2027-06-20T12:00:00Z", true, false),
            ("2027-06-21T12:00:00Z", false, false),
            ("2028-02-29T12:00:00Z", true, false),
        ] {
            assert_eq!(
                school_year.is_day_for(Card::Pupil, at(moment)),
                year,
                "{moment}"
            );
            assert_eq!(
                autumn.is_day_for(Card::Pupil, at(moment)),
                weeks,
                "{moment}"
            );
            assert!(autumn.is_day_for(Card::Apprentice, at(moment)));
        }
    }

    #[test]
    fn a_day_that_is_none_is_not_read() {
        for text in ["02-30", "13-01", "8-17x", "", "2026-08-17"] {
            assert_eq!(YearDay::parse(text), None, "{text}");
        }
        assert!(YearDay::parse("02-29").is_some());
    }
}
