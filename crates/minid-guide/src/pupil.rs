//! One pupil's way: from the day the letter was ordered to the day its code expires.

use chrono::{Days, NaiveDate, NaiveDateTime};
use serde::Serialize;

use crate::{Guide, PlanError};

/// What happens on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PlanEventKind {
    /// The letter was ordered.
    Ordered,
    /// Look in the mailbox: nobody tells when the letter comes.
    LookInMailbox,
    /// The letter should be here by now; if it is not, user support helps.
    NotArrived,
    /// The code's end draws near.
    RegisterSoon,
    /// The last day on which the code can be used.
    LastDay,
    /// The code cannot be used any more: a new letter must be ordered.
    Expired,
}

/// Something that happens on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PlanEvent {
    /// The day.
    pub on: NaiveDate,
    /// What happens.
    pub kind: PlanEventKind,
}

/// How far the pupil has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PupilPhase {
    /// The letter is under way.
    Waiting,
    /// The letter should have come and has not.
    Overdue,
    /// The letter is here: time to register.
    Register,
    /// The letter is here, and the code's end is near.
    Hurry,
    /// The code cannot be used any more.
    Expired,
    /// Registered.
    Done,
}

/// One pupil's plan as of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PupilPlan {
    /// When the letter was ordered: day 0.
    pub ordered_on: NaiveDate,
    /// The letter is here by then at the latest.
    pub letter_by: NaiveDate,
    /// We advise to have registered by then.
    pub register_by: NaiveDate,
    /// The last day on which the code can be used.
    pub code_until: NaiveDate,
    /// How far the pupil has come.
    pub phase: PupilPhase,
    /// Days until the code's last day: 0 on that day, below 0 after it.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub days_left: i64,
    /// What comes next, today included, of what still matters.
    pub next: Option<PlanEvent>,
    /// All that happens, in order, whether it is over or no longer matters.
    pub events: Vec<PlanEvent>,
}

/// A moment to remind the pupil.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reminder {
    /// By the clock of the phone.
    pub at: NaiveDateTime,
    /// What of.
    pub kind: PlanEventKind,
}

impl Guide {
    /// The plan of a pupil who ordered the letter on `ordered_on`.
    ///
    /// # Errors
    /// When that day has not come yet, or is beyond all calendars.
    pub fn pupil_plan(
        &self,
        ordered_on: NaiveDate,
        arrived: bool,
        registered: bool,
        today: NaiveDate,
    ) -> Result<PupilPlan, PlanError> {
        if ordered_on > today {
            return Err(PlanError::InTheFuture);
        }
        let letter = &self.letter;
        let events = self.events(ordered_on).ok_or(PlanError::BadYear)?;
        let letter_by = day(ordered_on, letter.post_days).ok_or(PlanError::BadYear)?;
        let register_by = day(ordered_on, letter.register_by_day).ok_or(PlanError::BadYear)?;
        let code_until = day(ordered_on, letter.code_days).ok_or(PlanError::BadYear)?;
        let hurry_from = events
            .iter()
            .find(|event| event.kind == PlanEventKind::RegisterSoon)
            .map_or(register_by, |event| event.on);
        let phase = if registered {
            PupilPhase::Done
        } else if today > code_until {
            PupilPhase::Expired
        } else if arrived && today >= hurry_from {
            PupilPhase::Hurry
        } else if arrived {
            PupilPhase::Register
        } else if today >= letter_by {
            PupilPhase::Overdue
        } else {
            PupilPhase::Waiting
        };
        let next = events
            .iter()
            .find(|event| event.on >= today && phase.is_met_by(event.kind))
            .copied();
        Ok(PupilPlan {
            ordered_on,
            letter_by,
            register_by,
            code_until,
            phase,
            days_left: code_until.signed_duration_since(today).num_days(),
            next,
            events,
        })
    }

    /// The moments at which to remind the pupil, from now on: at the hour of the settings, on each day of the plan that
    /// still matters. `now` is the time on the phone.
    #[must_use]
    pub fn reminders(&self, plan: &PupilPlan, now: NaiveDateTime) -> Vec<Reminder> {
        plan.events
            .iter()
            .filter(|event| plan.phase.is_met_by(event.kind))
            .map(|event| Reminder {
                at: event.on.and_time(self.reminders.at),
                kind: event.kind,
            })
            .filter(|reminder| reminder.at >= now)
            .collect()
    }

    /// All that happens after an order, in order.
    pub(crate) fn events(&self, ordered_on: NaiveDate) -> Option<Vec<PlanEvent>> {
        use PlanEventKind::{Expired, LastDay, LookInMailbox, NotArrived, Ordered, RegisterSoon};
        let letter = &self.letter;
        let mailbox = letter
            .look_in_mailbox
            .iter()
            .map(|day| (*day, LookInMailbox));
        let soon = letter.register_soon.iter().map(|day| (*day, RegisterSoon));
        // The settings hold these in order.
        std::iter::once((0, Ordered))
            .chain(mailbox)
            .chain([(letter.post_days, NotArrived)])
            .chain(soon)
            .chain([
                (letter.code_days, LastDay),
                (letter.code_days.checked_add(1)?, Expired),
            ])
            .map(|(after, kind)| {
                let on = day(ordered_on, after)?;
                Some(PlanEvent { on, kind })
            })
            .collect()
    }
}

impl PupilPhase {
    /// Whether such an event still matters to a pupil who has come so far.
    fn is_met_by(self, event: PlanEventKind) -> bool {
        use PlanEventKind::{Expired, LastDay, LookInMailbox, NotArrived, Ordered, RegisterSoon};
        match event {
            Ordered => false,
            LookInMailbox | NotArrived => matches!(self, Self::Waiting | Self::Overdue),
            // Whoever never said that the letter has come may have it all the same.
            RegisterSoon | LastDay | Expired => !matches!(self, Self::Done | Self::Expired),
        }
    }
}

/// The day so many days later.
pub(crate) fn day(from: NaiveDate, after: u32) -> Option<NaiveDate> {
    from.checked_add_days(Days::new(u64::from(after)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{day, guide};
    use PlanEventKind::*;

    const ORDERED: (i32, u32, u32) = (2026, 11, 22);

    fn plan(arrived: bool, registered: bool, after: i64) -> PupilPlan {
        let ordered = day(ORDERED.0, ORDERED.1, ORDERED.2);
        let today = ordered + chrono::TimeDelta::days(after);
        guide()
            .pupil_plan(ordered, arrived, registered, today)
            .unwrap()
    }

    #[test]
    fn the_days_are_counted_from_the_order_which_is_day_nought() {
        let plan = plan(false, false, 0);
        let days: Vec<(i64, PlanEventKind)> = plan
            .events
            .iter()
            .map(|event| ((event.on - plan.ordered_on).num_days(), event.kind))
            .collect();
        let expected = [
            (0, Ordered),
            (4, LookInMailbox),
            (7, LookInMailbox),
            (10, LookInMailbox),
            (13, LookInMailbox),
            (14, NotArrived),
            (45, RegisterSoon),
            (53, RegisterSoon),
            (58, RegisterSoon),
            (60, LastDay),
            (61, Expired),
        ];
        assert_eq!(days, expected);
        assert_eq!(plan.letter_by, day(2026, 12, 6));
        assert_eq!(plan.register_by, day(2027, 1, 16));
        assert_eq!(plan.code_until, day(2027, 1, 21));
        assert_eq!(plan.days_left, 60);
    }

    #[test]
    fn the_phase_follows_the_day_and_what_the_pupil_told() {
        for (arrived, registered, after, phase) in [
            (false, false, 0, PupilPhase::Waiting),
            (false, false, 13, PupilPhase::Waiting),
            (false, false, 14, PupilPhase::Overdue),
            (false, false, 60, PupilPhase::Overdue),
            (false, false, 61, PupilPhase::Expired),
            (true, false, 3, PupilPhase::Register),
            (true, false, 44, PupilPhase::Register),
            (true, false, 45, PupilPhase::Hurry),
            (true, false, 60, PupilPhase::Hurry),
            (true, false, 61, PupilPhase::Expired),
            (true, true, 20, PupilPhase::Done),
            (false, true, 20, PupilPhase::Done),
            (true, true, 400, PupilPhase::Done),
        ] {
            assert_eq!(plan(arrived, registered, after).phase, phase, "day {after}");
        }
        assert_eq!(plan(true, false, 60).days_left, 0);
        assert_eq!(plan(true, false, 62).days_left, -2);
    }

    #[test]
    fn what_comes_next_is_what_still_matters_today_included() {
        for (arrived, registered, after, next) in [
            (false, false, 0, Some((4, LookInMailbox))),
            (false, false, 4, Some((4, LookInMailbox))),
            (false, false, 14, Some((14, NotArrived))),
            (false, false, 15, Some((45, RegisterSoon))),
            (true, false, 2, Some((45, RegisterSoon))),
            (true, false, 59, Some((60, LastDay))),
            (true, false, 61, None),
            (true, true, 2, None),
        ] {
            let plan = plan(arrived, registered, after);
            let found = plan
                .next
                .map(|event| ((event.on - plan.ordered_on).num_days(), event.kind));
            assert_eq!(found, next, "day {after}, arrived {arrived}");
        }
    }

    #[test]
    fn reminders_come_in_the_morning_of_days_that_still_matter() {
        let plan = plan(false, false, 7);
        let at = |d: u32, h, m| day(2026, 11, 22 + d).and_hms_opt(h, m, 0).unwrap();
        let reminders = guide().reminders(&plan, at(7, 8, 0));
        assert_eq!(
            reminders[0],
            Reminder {
                at: at(7, 8, 0),
                kind: LookInMailbox
            }
        );
        assert_eq!(reminders.len(), 9);
        assert_eq!(guide().reminders(&plan, at(7, 8, 1)).len(), 8);

        let arrived = super::tests::plan(true, false, 7);
        let kinds: Vec<_> = guide()
            .reminders(&arrived, at(7, 0, 0))
            .iter()
            .map(|reminder| reminder.kind)
            .collect();
        assert_eq!(
            kinds,
            [RegisterSoon, RegisterSoon, RegisterSoon, LastDay, Expired]
        );
        let done = super::tests::plan(true, true, 7);
        assert_eq!(guide().reminders(&done, at(0, 0, 0)), []);
    }

    #[test]
    fn an_order_of_tomorrow_has_no_plan() {
        let tomorrow = guide().pupil_plan(day(2026, 11, 23), false, false, day(2026, 11, 22));
        assert_eq!(tomorrow, Err(PlanError::InTheFuture));
        let last = guide().pupil_plan(NaiveDate::MAX, false, false, NaiveDate::MAX);
        assert_eq!(last, Err(PlanError::BadYear));
    }

    proptest! {
        #[test]
        fn every_plan_is_in_order_and_its_next_step_is_one_of_it(
            ordered in -10_000_i64..10_000, after in 0_i64..400, arrived: bool, registered: bool,
        ) {
            let ordered = day(2026, 11, 22) + chrono::TimeDelta::days(ordered);
            let today = ordered + chrono::TimeDelta::days(after);
            let plan = guide().pupil_plan(ordered, arrived, registered, today).unwrap();
            prop_assert!(plan.events.is_sorted_by(|a, b| a.on < b.on));
            if let Some(next) = plan.next {
                prop_assert!(next.on >= today && plan.events.contains(&next));
            }
        }
    }
}
