//! The little that is kept on the device: a day, two ticks and four counts. No name, no number, no code.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Guide;

/// What the person told, kept on the device alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// When the pupil ordered the letter.
    pub ordered_on: Option<NaiveDate>,
    /// The letter has come.
    pub arrived: bool,
    /// The pupil has registered.
    pub registered: bool,
    /// How far a teacher's class has come.
    pub counts: Option<ClassCounts>,
}

/// How many of a class have come how far. No names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ClassCounts {
    /// Pupils in the class.
    pub pupils: u32,
    /// Of these, so many have ordered.
    pub ordered: u32,
    /// Of these, so many have the letter.
    pub arrived: u32,
    /// Of these, so many have registered.
    pub registered: u32,
}

/// Why counts cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CountsProblem {
    /// More have ordered than there are pupils.
    #[error("more have ordered than there are pupils")]
    OrderedAbovePupils,
    /// More have the letter than ordered.
    #[error("more have the letter than ordered")]
    ArrivedAboveOrdered,
    /// More have registered than have the letter.
    #[error("more have registered than have the letter")]
    RegisteredAboveArrived,
    /// No class or year group is so large.
    #[error("more pupils than any class has")]
    TooMany,
}

/// Why what was kept is not taken up again.
#[derive(Debug, Error)]
pub enum KeptError {
    /// Larger than it ever is.
    #[error("larger than {} bytes", Kept::MAX_BYTES)]
    TooLarge,
    /// Not of this form.
    #[error("not what this help keeps")]
    Form,
    /// Counts that cannot be right.
    #[error(transparent)]
    Counts(#[from] CountsProblem),
}

impl Kept {
    /// What is kept is never larger.
    pub const MAX_BYTES: usize = 4096;
}

impl Guide {
    /// Reads what was kept, as JSON.
    ///
    /// # Errors
    /// When it is not of that form, or its counts cannot be right.
    pub fn read_kept(&self, text: &str) -> Result<Kept, KeptError> {
        if text.len() > Kept::MAX_BYTES {
            return Err(KeptError::TooLarge);
        }
        let kept: Kept = serde_json::from_str(text).map_err(|_| KeptError::Form)?;
        if let Some(counts) = &kept.counts {
            self.check_counts(counts)?;
        }
        Ok(kept)
    }

    /// Whether counts can be right: none is above the one that it is a part of.
    ///
    /// # Errors
    /// The first thing that is wrong, from the whole class on.
    pub fn check_counts(&self, counts: &ClassCounts) -> Result<(), CountsProblem> {
        if counts.pupils > self.class.most_pupils {
            Err(CountsProblem::TooMany)
        } else if counts.ordered > counts.pupils {
            Err(CountsProblem::OrderedAbovePupils)
        } else if counts.arrived > counts.ordered {
            Err(CountsProblem::ArrivedAboveOrdered)
        } else if counts.registered > counts.arrived {
            Err(CountsProblem::RegisteredAboveArrived)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{day, guide};

    fn counts(pupils: u32, ordered: u32, arrived: u32, registered: u32) -> ClassCounts {
        ClassCounts {
            pupils,
            ordered,
            arrived,
            registered,
        }
    }

    #[test]
    fn no_count_is_above_the_one_it_is_a_part_of() {
        for (counts, answer) in [
            (counts(0, 0, 0, 0), Ok(())),
            (counts(28, 28, 28, 28), Ok(())),
            (counts(28, 26, 20, 3), Ok(())),
            (counts(28, 29, 0, 0), Err(CountsProblem::OrderedAbovePupils)),
            (
                counts(28, 20, 21, 0),
                Err(CountsProblem::ArrivedAboveOrdered),
            ),
            (
                counts(28, 20, 10, 11),
                Err(CountsProblem::RegisteredAboveArrived),
            ),
            (counts(1000, 0, 0, 0), Err(CountsProblem::TooMany)),
        ] {
            assert_eq!(guide().check_counts(&counts), answer, "{counts:?}");
        }
    }

    #[test]
    fn what_was_kept_is_read_again() {
        let kept = Kept {
            ordered_on: Some(day(2026, 11, 22)),
            arrived: true,
            registered: false,
            counts: Some(counts(28, 26, 20, 3)),
        };
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(guide().read_kept(&text).unwrap(), kept);
        assert!(text.len() < Kept::MAX_BYTES);
    }

    #[test]
    fn what_is_not_ours_is_not_read_and_not_repeated() {
        let long = " ".repeat(Kept::MAX_BYTES + 1);
        for text in [
            "",
            "{}",
            "[]",
            r#"{"ordered_on":"13097248022","arrived":false,"registered":false,"counts":null}"#,
            r#"{"ordered_on":null,"arrived":false,"registered":false,"counts":null,"fnr":"13097248022"}"#,
            r#"{"ordered_on":null,"arrived":false,"registered":false,"counts":{"pupils":1,"ordered":2,"arrived":0,"registered":0}}"#,
            r#"{"ordered_on":null,"arrived":false,"registered":false,"counts":{"pupils":-1,"ordered":0,"arrived":0,"registered":0}}"#,
            &long,
        ] {
            let error = guide().read_kept(text).unwrap_err();
            assert!(!error.to_string().contains("1309"), "{error}");
        }
    }
}
