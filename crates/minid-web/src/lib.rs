//! The MinID help, for a web page: the crate `minid-guide` behind a WebAssembly boundary.
//!
//! The page brings the county's settings, what the person told, and today's date in Norway; it gets JSON back, in the
//! shapes of `ui/src/minid/bindings.ts`. Nothing here asks a network, reads a clock or keeps anything.
//!
//! ```
//! use minid_web::Minid;
//!
//! let minid = Minid::new(None)?;
//! let plan = minid.pupil_plan("2026-11-22", false, false, "2026-11-30")?;
//! assert!(plan.contains(r#""phase":"waiting""#));
//! assert_eq!(minid.class_plan(2027, "sometime", "2026-11-30"), Err("bad_deadline".to_owned()));
//! # Ok::<(), String>(())
//! ```
//!
//! A failure is one short word, which JavaScript gets thrown: `not_a_day`, `in_the_future`, `bad_year`, `bad_deadline`,
//! `bad_words`, `bad_counts`, `bad_kept`, `nothing_left`, `bad_guide`.

use chrono::NaiveDate;
use minid_guide::{Deadline, Guide};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

/// The help in a web page. Days are written `2026-11-22`.
#[wasm_bindgen]
pub struct Minid {
    guide: Guide,
}

#[wasm_bindgen]
impl Minid {
    /// The help with a county's settings, or with those that came with it.
    ///
    /// # Errors
    /// `bad_guide` when these are not such settings.
    #[wasm_bindgen(constructor)]
    pub fn new(guide_json: Option<String>) -> Result<Self, String> {
        let guide = match guide_json {
            Some(json) => Guide::from_json(&json),
            None => Guide::shipped(),
        };
        match guide {
            Ok(guide) => Ok(Self { guide }),
            Err(_) => Err("bad_guide".to_owned()),
        }
    }

    /// Numbers, addresses and intakes: [`minid_guide::Facts`].
    ///
    /// # Errors
    /// `not_a_day`.
    pub fn facts(&self, today: &str) -> Result<String, String> {
        json(&self.guide.facts(day(today)?))
    }

    /// What a typed number looks like: [`minid_guide::NumberCheck`]. The text is wiped from this memory afterwards.
    ///
    /// # Errors
    /// `not_a_day`.
    // Taken whole, since a borrowed text would be left behind.
    #[wasm_bindgen(js_name = checkNumber)]
    pub fn check_number(&self, text: String, today: &str) -> Result<String, String> {
        let text = Zeroizing::new(text);
        json(&self.guide.check_number(&text, day(today)?))
    }

    /// What is wrong with counts, if anything: [`minid_guide::CountsProblem`] or `null`.
    ///
    /// # Errors
    /// `bad_counts` when these are no counts.
    #[wasm_bindgen(js_name = checkCounts)]
    pub fn check_counts(&self, counts_json: &str) -> Result<String, String> {
        let counts = read(counts_json, "bad_counts")?;
        json(&self.guide.check_counts(&counts).err())
    }

    /// A pupil's plan: [`minid_guide::PupilPlan`].
    ///
    /// # Errors
    /// `not_a_day`, `in_the_future`, `bad_year`.
    #[wasm_bindgen(js_name = pupilPlan)]
    pub fn pupil_plan(
        &self,
        ordered_on: &str,
        arrived: bool,
        registered: bool,
        today: &str,
    ) -> Result<String, String> {
        let (ordered_on, today) = (day(ordered_on)?, day(today)?);
        let plan = self
            .guide
            .pupil_plan(ordered_on, arrived, registered, today);
        json(&plan.map_err(|error| error.word())?)
    }

    /// A class's plan: [`minid_guide::ClassPlan`].
    ///
    /// # Errors
    /// `not_a_day`, `bad_deadline`, `bad_year`.
    #[wasm_bindgen(js_name = classPlan)]
    pub fn class_plan(
        &self,
        intake: i32,
        deadline_name: &str,
        today: &str,
    ) -> Result<String, String> {
        let plan = self
            .guide
            .class_plan(intake, deadline(deadline_name)?, day(today)?);
        json(&plan.map_err(|error| error.word())?)
    }

    /// A pupil's calendar file, with these [`minid_guide::PupilWords`].
    ///
    /// # Errors
    /// `not_a_day`, `bad_words`, `in_the_future`, `bad_year`, `nothing_left`.
    #[wasm_bindgen(js_name = pupilCalendar)]
    pub fn pupil_calendar(
        &self,
        ordered_on: &str,
        words_json: &str,
        today: &str,
    ) -> Result<String, String> {
        let words = read(words_json, "bad_words")?;
        let calendar = self
            .guide
            .pupil_calendar(day(ordered_on)?, &words, day(today)?);
        calendar.map_err(|error| error.word().to_owned())
    }

    /// A class's calendar file, with these [`minid_guide::ClassWords`].
    ///
    /// # Errors
    /// `not_a_day`, `bad_deadline`, `bad_words`, `bad_year`, `nothing_left`.
    #[wasm_bindgen(js_name = classCalendar)]
    pub fn class_calendar(
        &self,
        intake: i32,
        deadline_name: &str,
        words_json: &str,
        today: &str,
    ) -> Result<String, String> {
        let words = read(words_json, "bad_words")?;
        let deadline = deadline(deadline_name)?;
        let calendar = self
            .guide
            .class_calendar(intake, deadline, &words, day(today)?);
        calendar.map_err(|error| error.word().to_owned())
    }

    /// What the page kept, if it can be right: [`minid_guide::Kept`].
    ///
    /// # Errors
    /// `bad_kept`: the page begins anew.
    #[wasm_bindgen(js_name = readKept)]
    pub fn read_kept(&self, text: &str) -> Result<String, String> {
        match self.guide.read_kept(text) {
            Ok(kept) => json(&kept),
            Err(_) => Err("bad_kept".to_owned()),
        }
    }
}

fn day(text: &str) -> Result<NaiveDate, String> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    // One way to write a day: what is read is what would be written.
    day.filter(|day| day.to_string() == text)
        .ok_or_else(|| "not_a_day".to_owned())
}

fn deadline(name: &str) -> Result<Deadline, String> {
    match name {
        "priority" => Ok(Deadline::Priority),
        "ordinary" => Ok(Deadline::Ordinary),
        _ => Err("bad_deadline".to_owned()),
    }
}

fn read<T: DeserializeOwned>(json: &str, word: &str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|_| word.to_owned())
}

fn json(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|_| "bad_guide".to_owned())
}
