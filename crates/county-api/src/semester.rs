//! The two semesters of the Norwegian school year.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A half-year: autumn (høst) is 1 August to 31 December, spring (vår) 1 January to 31 July.
///
/// On the wire `2026-H` or `2026-V`. The two halves leave no gap, so a card has a semester in the holidays too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Semester {
    year: i32,
    season: Season,
}

/// Which half of the calendar year a [`Semester`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Season {
    /// Vår, 1 January to 31 July.
    Spring,
    /// Høst, 1 August to 31 December.
    Autumn,
}

/// The text is not `<four digits>-H` or `<four digits>-V`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a semester of the form 2026-H or 2026-V")]
pub struct NotASemester;

impl Semester {
    /// The semester that `date` lies in.
    pub fn of(date: NaiveDate) -> Self {
        let season = if date.month() < 8 {
            Season::Spring
        } else {
            Season::Autumn
        };
        Self {
            year: date.year(),
            season,
        }
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The half of that year.
    pub fn season(self) -> Season {
        self.season
    }

    /// The last day of the semester; `None` only for years beyond what a date can hold.
    pub fn last_day(self) -> Option<NaiveDate> {
        match self.season {
            Season::Spring => NaiveDate::from_ymd_opt(self.year, 7, 31),
            Season::Autumn => NaiveDate::from_ymd_opt(self.year, 12, 31),
        }
    }

    /// The first day of the semester; `None` only for years beyond what a date can hold.
    pub fn first_day(self) -> Option<NaiveDate> {
        match self.season {
            Season::Spring => NaiveDate::from_ymd_opt(self.year, 1, 1),
            Season::Autumn => NaiveDate::from_ymd_opt(self.year, 8, 1),
        }
    }
}

impl fmt::Display for Semester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.season {
            Season::Spring => 'V',
            Season::Autumn => 'H',
        };
        write!(f, "{:04}-{letter}", self.year)
    }
}

impl FromStr for Semester {
    type Err = NotASemester;

    fn from_str(text: &str) -> Result<Self, NotASemester> {
        let (year, letter) = text.split_once('-').ok_or(NotASemester)?;
        if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotASemester);
        }
        let season = match letter {
            "V" => Season::Spring,
            "H" => Season::Autumn,
            _ => return Err(NotASemester),
        };
        let year = year.parse().map_err(|_| NotASemester)?;
        Ok(Self { year, season })
    }
}

impl Serialize for Semester {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Semester {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_year_turns_on_new_years_day_and_on_the_first_of_august() {
        for (day, semester) in [
            ("2026-01-01", "2026-V"),
            ("2026-07-31", "2026-V"),
            ("2026-08-01", "2026-H"),
            ("2026-12-31", "2026-H"),
            ("2027-01-01", "2027-V"),
        ] {
            assert_eq!(Semester::of(date(day)).to_string(), semester, "{day}");
        }
    }

    #[test]
    fn other_texts_are_not_semesters() {
        for text in [
            "",
            "2026",
            "2026-",
            "2026-h",
            "2026-HH",
            "26-H",
            "02026-H",
            "-026-H",
            "+026-V",
            "２０２６-H",
        ] {
            assert_eq!(text.parse::<Semester>(), Err(NotASemester), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_day_lies_within_its_semester_and_the_text_reads_back(day in 1_i32..3_652_060) {
            // 1 January of the year 1 to 31 December 9999.
            let day = NaiveDate::from_num_days_from_ce_opt(day).unwrap();
            let semester = Semester::of(day);
            prop_assert!(semester.first_day().unwrap() <= day && day <= semester.last_day().unwrap());
            prop_assert_eq!(semester.to_string().parse(), Ok(semester));
        }
    }

    #[test]
    fn semesters_are_in_the_order_of_time() {
        let semesters =
            ["2025-H", "2026-V", "2026-H", "2027-V"].map(|text| text.parse::<Semester>().unwrap());
        assert!(semesters.is_sorted());
    }
}
