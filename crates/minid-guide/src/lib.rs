//! How a young person gets a MinID: when to order the letter, when to look for it, when its code expires, what a class
//! does when, and whether a typed number can be right.
//!
//! Pure: today's date comes in as an argument, and nothing is asked, kept or told. All numbers and addresses are in one
//! settings file, `guide.toml`, which is part of the crate and can be replaced by another one ([`Guide::from_toml`]).
//!
//! ```
//! use chrono::NaiveDate;
//! use minid_guide::{Deadline, Guide, PupilPhase};
//!
//! let guide = Guide::shipped()?;
//! let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
//! let plan = guide.pupil_plan(day(2026, 11, 22), false, false, day(2026, 11, 30))?;
//! assert_eq!(plan.phase, PupilPhase::Waiting);
//! assert_eq!(plan.code_until, day(2027, 1, 21));
//! let class = guide.class_plan(2027, Deadline::Priority, day(2026, 11, 22))?;
//! assert_eq!((class.order.from, class.order.until), (day(2026, 12, 3), day(2027, 1, 18)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod calendar;
mod class;
mod guide;
mod ics;
mod kept;
mod number;
mod pupil;

pub use calendar::{CalendarError, ClassWords, PupilWords, Words};
pub use class::{ClassPlan, Deadline, Span};
pub use guide::{Facts, Guide, GuideError};
pub use kept::{ClassCounts, CountsProblem, Kept, KeptError};
pub use number::NumberCheck;
pub use pupil::{PlanEvent, PlanEventKind, PupilPhase, PupilPlan, Reminder};

use thiserror::Error;

/// Why there is no plan. In each, the text that stands behind a door to other languages is [`PlanError::word`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PlanError {
    /// Ordered on a day that has not come yet.
    #[error("the day of order is in the future")]
    InTheFuture,
    /// An intake, or a day, of no year that one plans for.
    #[error("not a year to plan for")]
    BadYear,
}

impl PlanError {
    /// One word, for where errors are texts.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::InTheFuture => "in_the_future",
            Self::BadYear => "bad_year",
        }
    }
}

#[cfg(all(test, feature = "bindings"))]
mod bindings;
#[cfg(test)]
mod testing;
