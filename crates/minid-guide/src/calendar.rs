//! The plans as calendar files. The words come from the screens, which know the language.

use chrono::NaiveDate;
use serde::Deserialize;
use thiserror::Error;

use crate::ics::{Calendar, Event};
use crate::{Deadline, Guide, PlanError, PlanEventKind, Span};

/// The words of one event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// A few words.
    pub title: String,
    /// What to do, in a sentence or two.
    pub text: String,
}

/// The words of a pupil's calendar.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PupilWords {
    /// The calendar's name.
    pub name: String,
    /// Look in the mailbox.
    pub look_in_mailbox: Words,
    /// The letter should be here; if not, whom to ask.
    pub not_arrived: Words,
    /// The code's end draws near.
    pub register_soon: Words,
    /// The code's last day.
    pub last_day: Words,
    /// The code cannot be used any more.
    pub expired: Words,
}

/// The words of a class's calendar.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ClassWords {
    /// The calendar's name.
    pub name: String,
    /// Days for the first activity: all order.
    pub order: Words,
    /// The last day on which to order.
    pub order_by: Words,
    /// Days for the second activity: all register.
    pub register: Words,
    /// The last day to apply.
    pub deadline: Words,
}

/// Why there is no calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// All of it is over, and a calendar without an event is none.
    #[error("nothing of the plan is still to come")]
    NothingLeft,
}

impl CalendarError {
    /// One word, for where errors are texts.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Plan(error) => error.word(),
            Self::NothingLeft => "nothing_left",
        }
    }
}

impl Guide {
    /// The calendar of a pupil who ordered on `ordered_on`: what is still to come, today included.
    ///
    /// # Errors
    /// When there is no plan, or all of it is over.
    pub fn pupil_calendar(
        &self,
        ordered_on: NaiveDate,
        words: &PupilWords,
        today: NaiveDate,
    ) -> Result<String, CalendarError> {
        let plan = self.pupil_plan(ordered_on, false, false, today)?;
        let mut calendar = Calendar::new(&words.name, today, self.reminders.at);
        let mut empty = true;
        for event in plan.events.iter().filter(|event| event.on >= today) {
            let (name, Words { title, text }) = match event.kind {
                // Not to be reminded of.
                PlanEventKind::Ordered => continue,
                PlanEventKind::LookInMailbox => ("look-in-mailbox", &words.look_in_mailbox),
                PlanEventKind::NotArrived => ("not-arrived", &words.not_arrived),
                PlanEventKind::RegisterSoon => ("register-soon", &words.register_soon),
                PlanEventKind::LastDay => ("last-day", &words.last_day),
                PlanEventKind::Expired => ("expired", &words.expired),
            };
            empty = false;
            calendar.event(&Event {
                uid: format!("{ordered_on}-{name}-{}@minid.lommebevis", event.on),
                from: event.on,
                until: event.on,
                summary: title,
                description: text,
                url: self.order_url(),
            });
        }
        if empty {
            return Err(CalendarError::NothingLeft);
        }
        Ok(calendar.finish())
    }

    /// The calendar of a class: what is still to come, today included.
    ///
    /// # Errors
    /// When there is no plan, or all of it is over.
    pub fn class_calendar(
        &self,
        intake: i32,
        deadline: Deadline,
        words: &ClassWords,
        today: NaiveDate,
    ) -> Result<String, CalendarError> {
        let plan = self.class_plan(intake, deadline, today)?;
        let one_day = |on| Span {
            from: on,
            until: on,
        };
        let which = match deadline {
            Deadline::Priority => "priority",
            Deadline::Ordinary => "ordinary",
        };
        let mut calendar = Calendar::new(&words.name, today, self.reminders.at);
        let mut empty = true;
        for (name, span, Words { title, text }) in [
            ("order", plan.order_activity, &words.order),
            ("order-by", one_day(plan.order.until), &words.order_by),
            ("register", plan.register_activity, &words.register),
            ("deadline", one_day(plan.deadline_on), &words.deadline),
        ] {
            if span.until < today {
                continue;
            }
            empty = false;
            calendar.event(&Event {
                uid: format!("class-{intake}-{which}-{name}@minid.lommebevis"),
                from: span.from,
                until: span.until,
                summary: title,
                description: text,
                url: self.order_url(),
            });
        }
        if empty {
            return Err(CalendarError::NothingLeft);
        }
        Ok(calendar.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{class_words, day, guide, pupil_words};

    fn pupil(today: NaiveDate) -> Result<String, CalendarError> {
        guide().pupil_calendar(day(2026, 11, 22), &pupil_words(), today)
    }

    fn class(today: NaiveDate) -> Result<String, CalendarError> {
        guide().class_calendar(2027, Deadline::Priority, &class_words(), today)
    }

    fn starts(calendar: &str) -> Vec<&str> {
        calendar
            .lines()
            .filter_map(|line| line.strip_prefix("DTSTART;VALUE=DATE:"))
            .collect()
    }

    fn uids(calendar: &str) -> Vec<&str> {
        calendar
            .lines()
            .filter_map(|line| line.strip_prefix("UID:"))
            .collect()
    }

    #[test]
    fn a_pupils_calendar_has_what_is_still_to_come() {
        let all = pupil(day(2026, 11, 22)).unwrap();
        let days = [
            "20261126", "20261129", "20261202", "20261205", "20261206", "20270106", "20270114",
            "20270119", "20270121", "20270122",
        ];
        assert_eq!(starts(&all), days);
        assert_eq!(starts(&pupil(day(2026, 12, 6)).unwrap()), days[4..]);
        assert_eq!(starts(&pupil(day(2027, 1, 22)).unwrap()), days[9..]);
        assert_eq!(pupil(day(2027, 1, 23)), Err(CalendarError::NothingLeft));
        assert_eq!(
            pupil(day(2026, 11, 21)),
            Err(CalendarError::Plan(PlanError::InTheFuture))
        );
    }

    #[test]
    fn a_class_calendar_has_both_activities_and_both_last_days() {
        let all = class(day(2026, 11, 22)).unwrap();
        assert_eq!(
            starts(&all),
            ["20261207", "20270118", "20261222", "20270201"]
        );
        let late = class(day(2027, 1, 19)).unwrap();
        assert_eq!(starts(&late), ["20270119", "20270201"]);
        assert_eq!(class(day(2027, 2, 2)), Err(CalendarError::NothingLeft));
    }

    #[test]
    fn an_event_has_the_same_name_whenever_the_calendar_is_made_and_no_two_have_one() {
        for (early, late) in [
            (pupil(day(2026, 11, 22)), pupil(day(2026, 11, 26))),
            (class(day(2026, 11, 22)), class(day(2026, 12, 10))),
        ] {
            let (early, late) = (early.unwrap(), late.unwrap());
            assert_eq!(uids(&early), uids(&late));
            let mut different = uids(&early);
            different.sort_unstable();
            different.dedup();
            assert_eq!(different.len(), uids(&early).len());
        }
    }
}
