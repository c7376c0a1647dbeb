//! A class's way: planned back from the day on which all must have applied for upper secondary school.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::{Guide, PlanError};

/// Years that one plans for.
const YEARS: std::ops::RangeInclusive<i32> = 2020..=2200;

/// Which of vigo.no's deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// For those with a right to come first, individual treatment and the like.
    Priority,
    /// For all others.
    Ordinary,
}

/// Days from the first to the last, both of them included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

/// A class's plan as of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ClassPlan {
    /// The year in which the pupils begin.
    pub intake: i32,
    /// Which deadline.
    pub deadline: Deadline,
    /// The last day to apply.
    pub deadline_on: NaiveDate,
    /// The deadline would have been in a weekend and is the Monday after.
    pub rolled: bool,
    /// Whoever orders in these days has the letter in time and a code that lasts until the deadline.
    pub order: Span,
    /// Days for the first class activity (all order), as far as they are still to come.
    pub order_activity: Span,
    /// Days for the second class activity (all register), as far as they are still to come.
    pub register_activity: Span,
    /// Too late to be sure of the letter. The first activity is as it should have been then, and not to be shown.
    pub too_late: bool,
}

impl Guide {
    /// The plan of a class for an intake and a deadline.
    ///
    /// # Errors
    /// When the intake is in no year that one plans for.
    pub fn class_plan(
        &self,
        intake: i32,
        deadline: Deadline,
        today: NaiveDate,
    ) -> Result<ClassPlan, PlanError> {
        if !YEARS.contains(&intake) || !YEARS.contains(&today.year()) {
            return Err(PlanError::BadYear);
        }
        self.plan_back(intake, deadline, today)
            .ok_or(PlanError::BadYear)
    }

    fn plan_back(&self, intake: i32, deadline: Deadline, today: NaiveDate) -> Option<ClassPlan> {
        let (deadline_on, rolled) = self.deadline_on(intake, deadline)?;
        let before = |days: u32| deadline_on.checked_sub_days(Days::new(u64::from(days)));
        let after = |day: NaiveDate, days| crate::pupil::day(day, days);
        let order = Span {
            from: before(self.letter.code_days)?,
            until: before(self.letter.post_days)?,
        };
        let too_late = today > order.until;

        let weeks = self.class.order_weeks_before;
        let advised = Span {
            from: before(weeks.earliest.checked_mul(7)?)?,
            until: before(weeks.latest.checked_mul(7)?)?,
        };
        let order_activity = if too_late || today <= advised.until {
            Span {
                from: if too_late {
                    advised.from
                } else {
                    advised.from.max(today)
                },
                until: advised.until,
            }
        } else {
            // Later than advised, and yet in time.
            Span {
                from: today,
                until: order.until,
            }
        };

        let days = self.class.register_days_after;
        let from = after(order_activity.from, days.earliest)?;
        let until = after(order_activity.until, days.latest)?;
        // Those who ordered in time can register until the deadline, even if that is later than advised.
        let until = if (until..=deadline_on).contains(&today) {
            deadline_on
        } else {
            until.min(deadline_on)
        };
        let from = if today <= until {
            from.max(today)
        } else {
            from
        };
        Some(ClassPlan {
            intake,
            deadline,
            deadline_on,
            rolled,
            order,
            order_activity,
            register_activity: Span {
                from: from.min(until),
                until,
            },
            too_late,
        })
    }

    /// The last day to apply, and whether it was moved out of a weekend.
    fn deadline_on(&self, intake: i32, deadline: Deadline) -> Option<(NaiveDate, bool)> {
        let day = match deadline {
            Deadline::Priority => self.deadlines.priority,
            Deadline::Ordinary => self.deadlines.ordinary,
        };
        let day = NaiveDate::from_ymd_opt(intake, day.month, day.day)?;
        let days = match day.weekday() {
            Weekday::Sat => 2,
            Weekday::Sun => 1,
            _ => 0,
        };
        Some((day.checked_add_days(Days::new(days))?, days > 0))
    }

    /// The last deadline of an intake.
    pub(crate) fn last_deadline(&self, intake: i32) -> Option<NaiveDate> {
        let (priority, _) = self.deadline_on(intake, Deadline::Priority)?;
        let (ordinary, _) = self.deadline_on(intake, Deadline::Ordinary)?;
        Some(priority.max(ordinary))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{day, guide};
    use Deadline::{Ordinary, Priority};

    fn plan(intake: i32, deadline: Deadline, today: NaiveDate) -> ClassPlan {
        guide().class_plan(intake, deadline, today).unwrap()
    }

    #[test]
    fn the_days_to_order_are_those_of_the_worked_table() {
        for (intake, deadline, on, weekday, from, until) in [
            (
                2027,
                Priority,
                (2027, 2, 1),
                Weekday::Mon,
                (2026, 12, 3),
                (2027, 1, 18),
            ),
            (
                2027,
                Ordinary,
                (2027, 3, 1),
                Weekday::Mon,
                (2026, 12, 31),
                (2027, 2, 15),
            ),
            (
                2028,
                Priority,
                (2028, 2, 1),
                Weekday::Tue,
                (2027, 12, 3),
                (2028, 1, 18),
            ),
            (
                2028,
                Ordinary,
                (2028, 3, 1),
                Weekday::Wed,
                (2028, 1, 1),
                (2028, 2, 16),
            ),
            (
                2029,
                Priority,
                (2029, 2, 1),
                Weekday::Thu,
                (2028, 12, 3),
                (2029, 1, 18),
            ),
            (
                2029,
                Ordinary,
                (2029, 3, 1),
                Weekday::Thu,
                (2028, 12, 31),
                (2029, 2, 15),
            ),
        ] {
            let plan = plan(intake, deadline, day(2026, 11, 22));
            let date = |(y, m, d)| day(y, m, d);
            assert_eq!(plan.deadline_on, date(on), "{intake} {deadline:?}");
            assert_eq!(plan.deadline_on.weekday(), weekday);
            assert!(!plan.rolled && !plan.too_late);
            assert_eq!(
                (plan.order.from, plan.order.until),
                (date(from), date(until))
            );
        }
    }

    #[test]
    fn a_deadline_in_a_weekend_is_the_monday_after() {
        for (intake, deadline, on) in [
            (2026, Priority, (2026, 2, 2)),
            (2026, Ordinary, (2026, 3, 2)),
            (2031, Priority, (2031, 2, 3)),
        ] {
            let plan = plan(intake, deadline, day(2025, 8, 20));
            assert_eq!(plan.deadline_on, day(on.0, on.1, on.2));
            assert_eq!(plan.deadline_on.weekday(), Weekday::Mon);
            assert!(plan.rolled);
        }
    }

    #[test]
    fn the_activities_are_as_advised_and_then_cut_to_what_is_still_possible() {
        type Day = (i32, u32, u32);
        type Days = (Day, Day);
        // Deadline 1 Feb 2027. Today; first activity; second activity; too late.
        let cases: [(Day, Days, Days, bool); 7] = [
            (
                (2026, 11, 22),
                ((2026, 12, 7), (2026, 12, 21)),
                ((2026, 12, 22), (2027, 1, 10)),
                false,
            ),
            (
                (2026, 12, 10),
                ((2026, 12, 10), (2026, 12, 21)),
                ((2026, 12, 25), (2027, 1, 10)),
                false,
            ),
            // Later than advised.
            (
                (2026, 12, 22),
                ((2026, 12, 22), (2027, 1, 18)),
                ((2027, 1, 6), (2027, 2, 1)),
                false,
            ),
            // The last safe day: the letter may come on the very last day.
            (
                (2027, 1, 18),
                ((2027, 1, 18), (2027, 1, 18)),
                ((2027, 2, 1), (2027, 2, 1)),
                false,
            ),
            // Who has ordered can still register; who has not is too late.
            (
                (2027, 1, 19),
                ((2026, 12, 7), (2026, 12, 21)),
                ((2027, 1, 19), (2027, 2, 1)),
                true,
            ),
            (
                (2027, 2, 1),
                ((2026, 12, 7), (2026, 12, 21)),
                ((2027, 2, 1), (2027, 2, 1)),
                true,
            ),
            // All over.
            (
                (2027, 2, 2),
                ((2026, 12, 7), (2026, 12, 21)),
                ((2026, 12, 22), (2027, 1, 10)),
                true,
            ),
        ];
        let date = |(y, m, d): Day| day(y, m, d);
        for (today, order, register, too_late) in cases {
            let plan = plan(2027, Priority, date(today));
            let span = |(from, until): Days| Span {
                from: date(from),
                until: date(until),
            };
            assert_eq!(plan.order_activity, span(order), "{today:?}");
            assert_eq!(plan.register_activity, span(register), "{today:?}");
            assert_eq!(plan.too_late, too_late, "{today:?}");
        }
    }

    #[test]
    fn years_far_away_have_no_plan() {
        for intake in [i32::MIN, 2019, 2201, i32::MAX] {
            let plan = guide().class_plan(intake, Priority, day(2026, 11, 22));
            assert_eq!(plan, Err(PlanError::BadYear));
        }
    }

    proptest! {
        #[test]
        fn every_span_runs_forward_and_ends_by_the_deadline(
            intake in 2020_i32..=2100, before in -30_i64..500, ordinary: bool,
        ) {
            let deadline = if ordinary { Ordinary } else { Priority };
            let today = day(intake, 2, 1) - chrono::TimeDelta::days(before);
            prop_assume!(YEARS.contains(&today.year()));
            let plan = plan(intake, deadline, today);
            for span in [plan.order, plan.order_activity, plan.register_activity] {
                prop_assert!(span.from <= span.until && span.until <= plan.deadline_on);
            }
            if !plan.too_late {
                prop_assert!(plan.order_activity.from >= today);
                prop_assert!(plan.order_activity.until <= plan.order.until);
                prop_assert!(plan.register_activity.from >= plan.order_activity.from);
            }
            prop_assert_eq!((plan.deadline_on - plan.order.until).num_days(), 14);
            prop_assert_eq!((plan.deadline_on - plan.order.from).num_days(), 60);
        }
    }
}
