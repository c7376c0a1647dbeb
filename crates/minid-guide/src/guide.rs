//! The settings: every number and address of the help.

use chrono::{Datelike as _, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// All numbers and addresses of the help, read from a settings file and found to make sense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guide {
    pub(crate) letter: Letter,
    pub(crate) reminders: Reminders,
    pub(crate) class: Class,
    pub(crate) deadlines: Deadlines,
    pub(crate) number: Number,
    addresses: Addresses,
    support: Support,
}

/// The same as it is read, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    letter: Letter,
    reminders: Reminders,
    class: Class,
    deadlines: Deadlines,
    number: Number,
    addresses: Addresses,
    support: Support,
}

/// Days counted from the day of order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Letter {
    pub(crate) post_days: u32,
    pub(crate) code_days: u32,
    pub(crate) register_by_day: u32,
    pub(crate) look_in_mailbox: Vec<u32>,
    pub(crate) register_soon: Vec<u32>,
    from_age_year: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reminders {
    #[serde(with = "hour_and_minute")]
    pub(crate) at: NaiveTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    pub(crate) order_weeks_before: Range,
    pub(crate) register_days_after: Range,
    intakes_offered: u32,
    pub(crate) most_pupils: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    pub(crate) earliest: u32,
    pub(crate) latest: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deadlines {
    pub(crate) priority: DayOfYear,
    pub(crate) ordinary: DayOfYear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DayOfYear {
    pub(crate) month: u32,
    pub(crate) day: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Number {
    pub(crate) wider_rule_from: NaiveDate,
    pub(crate) allow_test_numbers: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Addresses {
    order: String,
    minid: String,
    app_store: String,
    play_store: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Support {
    phone: String,
    email: String,
}

/// Why a settings file is not taken.
#[derive(Debug, Error)]
pub enum GuideError {
    /// Larger than any such file.
    #[error("the file is larger than {} bytes", Guide::MAX_BYTES)]
    TooLarge,
    /// Not TOML, or a key is missing, unknown or of the wrong kind.
    #[cfg(any(feature = "toml", test))]
    #[error("not the settings of the MinID help: {0}")]
    Toml(#[from] toml::de::Error),
    /// Not JSON, or a key is missing, unknown or of the wrong kind.
    #[error("not the settings of the MinID help: {0}")]
    Json(#[from] serde_json::Error),
    /// A value that makes no sense, alone or beside another.
    #[error("{key}: {must}")]
    Value {
        /// Where in the file.
        key: &'static str,
        /// What it must be.
        must: &'static str,
    },
}

/// What the screens tell: numbers and addresses from the settings, and the intakes to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Facts {
    /// Days after which the letter is in the mailbox at the latest.
    pub post_days: u32,
    /// Days for which the code can be used, from the day of order.
    pub code_days: u32,
    /// Day by which we advise to have registered.
    pub register_by_day: u32,
    /// One can order from the year in which one turns so old.
    pub from_age_year: u32,
    /// Where the letter is ordered.
    pub order_url: String,
    /// About MinID.
    pub minid_url: String,
    /// MinID's app for iPhone.
    pub app_store_url: String,
    /// MinID's app for Android.
    pub play_store_url: String,
    /// User support, as one writes a phone number.
    pub support_phone: String,
    /// User support.
    pub support_email: String,
    /// Years of intake that are still to come, the next one first.
    pub intakes: Vec<i32>,
}

impl Guide {
    /// A settings file is never larger.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// The settings that are part of this crate.
    ///
    /// # Errors
    /// Never: a test reads them.
    pub fn shipped() -> Result<Self, GuideError> {
        Self::from_json(include_str!(concat!(env!("OUT_DIR"), "/guide.json")))
    }

    /// Reads a settings file. It must be whole: what is not said in it is not taken from elsewhere.
    ///
    /// # Errors
    /// When it is larger than [`Guide::MAX_BYTES`], not TOML, a key is missing or unknown, or a value makes no sense.
    #[cfg(any(feature = "toml", test))]
    pub fn from_toml(text: &str) -> Result<Self, GuideError> {
        if text.len() > Self::MAX_BYTES {
            return Err(GuideError::TooLarge);
        }
        toml::from_str::<Unchecked>(text)?.checked()
    }

    /// Reads the same settings as JSON, as [`Guide::to_json`] writes them.
    ///
    /// # Errors
    /// As [`Guide::from_toml`].
    pub fn from_json(text: &str) -> Result<Self, GuideError> {
        if text.len() > Self::MAX_BYTES {
            return Err(GuideError::TooLarge);
        }
        serde_json::from_str::<Unchecked>(text)?.checked()
    }

    /// These settings as JSON.
    ///
    /// # Errors
    /// Never in practice: there is nothing in them that JSON could not say.
    pub fn to_json(&self) -> Result<String, GuideError> {
        Ok(serde_json::to_string(self)?)
    }

    /// What the screens tell.
    #[must_use]
    pub fn facts(&self, today: NaiveDate) -> Facts {
        let addresses = &self.addresses;
        Facts {
            post_days: self.letter.post_days,
            code_days: self.letter.code_days,
            register_by_day: self.letter.register_by_day,
            from_age_year: self.letter.from_age_year,
            order_url: addresses.order.clone(),
            minid_url: addresses.minid.clone(),
            app_store_url: addresses.app_store.clone(),
            play_store_url: addresses.play_store.clone(),
            support_phone: self.support.phone.clone(),
            support_email: self.support.email.clone(),
            intakes: self.intakes(today),
        }
    }

    /// The next intake is this year's as long as its last deadline is not over.
    fn intakes(&self, today: NaiveDate) -> Vec<i32> {
        let year = today.year();
        let over = self
            .last_deadline(year)
            .is_none_or(|deadline| deadline < today);
        let next = if over { year.saturating_add(1) } else { year };
        (next..).take(self.class.intakes_offered as usize).collect()
    }

    /// Where a letter is ordered; for calendars.
    pub(crate) fn order_url(&self) -> &str {
        &self.addresses.order
    }
}

impl Unchecked {
    fn checked(self) -> Result<Guide, GuideError> {
        let must = |holds: bool, key: &'static str, must: &'static str| {
            if holds {
                Ok(())
            } else {
                Err(GuideError::Value { key, must })
            }
        };
        let letter = &self.letter;
        must(
            (1..=365).contains(&letter.code_days),
            "letter.code_days",
            "must be 1 to 365",
        )?;
        must(
            letter.post_days >= 1 && letter.post_days < letter.code_days,
            "letter.post_days",
            "must be at least 1 and below code_days",
        )?;
        must(
            letter.register_by_day > letter.post_days && letter.register_by_day <= letter.code_days,
            "letter.register_by_day",
            "must be above post_days and not above code_days",
        )?;
        must(
            is_rising(&letter.look_in_mailbox, 1, letter.post_days),
            "letter.look_in_mailbox",
            "must be one to twelve rising days, all before post_days",
        )?;
        must(
            is_rising(
                &letter.register_soon,
                letter.post_days + 1,
                letter.code_days,
            ),
            "letter.register_soon",
            "must be one to twelve rising days between post_days and code_days",
        )?;
        must(
            (1..=100).contains(&letter.from_age_year),
            "letter.from_age_year",
            "must be 1 to 100",
        )?;
        let class = &self.class;
        let weeks = class.order_weeks_before;
        must(
            weeks.latest <= weeks.earliest
                && weeks.earliest <= 52
                && weeks.earliest * 7 <= letter.code_days
                && weeks.latest * 7 >= letter.post_days,
            "class.order_weeks_before",
            "must be so early that the letter comes in time, and not so early that its code expires before the deadline",
        )?;
        let days = class.register_days_after;
        must(
            days.earliest <= days.latest
                && days.earliest >= letter.post_days
                && days.latest <= letter.code_days,
            "class.register_days_after",
            "must be after post_days and before code_days",
        )?;
        must(
            (1..=10).contains(&class.intakes_offered),
            "class.intakes_offered",
            "must be 1 to 10",
        )?;
        must(
            (1..=100_000).contains(&class.most_pupils),
            "class.most_pupils",
            "must be 1 to 100000",
        )?;
        for (key, day) in [
            ("deadlines.priority", self.deadlines.priority),
            ("deadlines.ordinary", self.deadlines.ordinary),
        ] {
            // In 2027, which is no leap year: a deadline there is one in every year.
            let is_day = NaiveDate::from_ymd_opt(2027, day.month, day.day).is_some();
            must(is_day, key, "must be a day of every year")?;
        }
        for (key, address) in [
            ("addresses.order", &self.addresses.order),
            ("addresses.minid", &self.addresses.minid),
            ("addresses.app_store", &self.addresses.app_store),
            ("addresses.play_store", &self.addresses.play_store),
        ] {
            must(
                is_web_address(address),
                key,
                "must be an address that begins with https://",
            )?;
        }
        must(
            is_phone(&self.support.phone),
            "support.phone",
            "must be a phone number: digits, spaces and perhaps a + before them",
        )?;
        must(
            is_email(&self.support.email),
            "support.email",
            "must be an e-mail address",
        )?;
        let Self {
            letter,
            reminders,
            class,
            deadlines,
            number,
            addresses,
            support,
        } = self;
        Ok(Guide {
            letter,
            reminders,
            class,
            deadlines,
            number,
            addresses,
            support,
        })
    }
}

/// One to twelve days, each later than the one before, from `from` to before `until`.
fn is_rising(days: &[u32], from: u32, until: u32) -> bool {
    (1..=12).contains(&days.len())
        && days.is_sorted_by(|a, b| a < b)
        && days.iter().all(|day| (from..until).contains(day))
}

/// Strict, since it becomes a link on the screen and a line in a calendar; no reader of addresses is as small.
fn is_web_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    text.len() <= 300
        && rest.bytes().all(|byte| byte.is_ascii_graphic())
        && !rest.contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}'])
        && host.contains('.')
        && host
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    (3..=15).contains(&digits)
        && text.len() <= 30
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b' ')
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else {
        return false;
    };
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte))
    };
    text.len() <= 254 && plain(name) && plain(host) && host.contains('.')
}

mod hour_and_minute {
    use chrono::NaiveTime;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(at: &NaiveTime, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&at.format("%H:%M"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(from)?;
        NaiveTime::parse_from_str(&text, "%H:%M")
            .map_err(|_| D::Error::custom("a time of day is written as 08:00"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{day, guide};

    const SHIPPED: &str = include_str!("../guide.toml");

    #[test]
    fn the_shipped_settings_are_those_of_the_directorate_and_of_vigo() {
        let facts = guide().facts(day(2026, 11, 22));
        assert_eq!(
            (facts.post_days, facts.code_days, facts.register_by_day),
            (14, 60, 55)
        );
        assert_eq!(facts.from_age_year, 13);
        assert_eq!(facts.order_url, "https://aktiveringsbrev.minid.no/order");
        assert_eq!(facts.support_phone, "800 30 300");
        assert_eq!(facts.support_email, "brukerstotte@digdir.no");
    }

    #[test]
    fn an_intake_is_offered_until_its_last_deadline_is_over() {
        let intakes = |today| guide().facts(today).intakes;
        assert_eq!(intakes(day(2026, 11, 22)), [2027, 2028, 2029]);
        assert_eq!(intakes(day(2027, 3, 1)), [2027, 2028, 2029]);
        assert_eq!(intakes(day(2027, 3, 2)), [2028, 2029, 2030]);
        // 1 March 2026 is a Sunday.
        assert_eq!(intakes(day(2026, 3, 2))[0], 2026);
    }

    #[test]
    fn settings_go_through_json_unchanged() {
        assert_eq!(Guide::from_toml(SHIPPED).unwrap(), guide());
        let json = guide().to_json().unwrap();
        assert_eq!(Guide::from_json(&json).unwrap(), guide());
    }

    #[test]
    fn settings_that_make_no_sense_are_refused_and_name_the_key() {
        for (from, to, key) in [
            ("post_days = 14", "post_days = 60", "letter.post_days"),
            ("post_days = 14", "post_days = 0", "letter.post_days"),
            (
                "code_days = 60",
                "code_days = 4000000000",
                "letter.code_days",
            ),
            (
                "register_by_day = 55",
                "register_by_day = 61",
                "letter.register_by_day",
            ),
            ("[4, 7, 10, 13]", "[4, 7, 7, 13]", "letter.look_in_mailbox"),
            ("[4, 7, 10, 13]", "[4, 7, 10, 14]", "letter.look_in_mailbox"),
            ("[4, 7, 10, 13]", "[]", "letter.look_in_mailbox"),
            ("[45, 53, 58]", "[45, 53, 60]", "letter.register_soon"),
            (
                "from_age_year = 13",
                "from_age_year = 0",
                "letter.from_age_year",
            ),
            (
                "{ earliest = 8, latest = 6 }",
                "{ earliest = 9, latest = 6 }",
                "class.order_weeks_before",
            ),
            (
                "{ earliest = 8, latest = 6 }",
                "{ earliest = 8, latest = 1 }",
                "class.order_weeks_before",
            ),
            (
                "{ earliest = 8, latest = 6 }",
                "{ earliest = 4000000000, latest = 6 }",
                "class.order_weeks_before",
            ),
            (
                "{ earliest = 15, latest = 20 }",
                "{ earliest = 13, latest = 20 }",
                "class.register_days_after",
            ),
            (
                "intakes_offered = 3",
                "intakes_offered = 0",
                "class.intakes_offered",
            ),
            ("most_pupils = 999", "most_pupils = 0", "class.most_pupils"),
            (
                "{ month = 2, day = 1 }",
                "{ month = 2, day = 29 }",
                "deadlines.priority",
            ),
            (
                "{ month = 3, day = 1 }",
                "{ month = 13, day = 1 }",
                "deadlines.ordinary",
            ),
            (
                "https://aktiveringsbrev.minid.no/order",
                "http://aktiveringsbrev.minid.no",
                "addresses.order",
            ),
            (
                "https://www.norge.no/nb/minid",
                "javascript:alert(1)",
                "addresses.minid",
            ),
            (
                "https://www.norge.no/nb/minid",
                "https://norge.no@falsk.example/",
                "addresses.minid",
            ),
            (
                "https://www.norge.no/nb/minid",
                "https:///minid",
                "addresses.minid",
            ),
            ("800 30 300", "ring oss", "support.phone"),
            ("brukerstotte@digdir.no", "digdir.no", "support.email"),
        ] {
            assert!(SHIPPED.contains(from), "{from}");
            let text = SHIPPED.replacen(from, to, 1);
            match Guide::from_toml(&text) {
                Err(GuideError::Value { key: found, .. }) => assert_eq!(found, key, "{to}"),
                other => panic!("{to}: {other:?}"),
            }
        }
    }

    #[test]
    fn unknown_and_missing_keys_are_refused() {
        for (from, to) in [
            ("[letter]", "[letter]\npost_day = 3"),
            ("[letter]", "colour = \"blue\"\n[letter]"),
            ("post_days = 14\n", ""),
            ("allow_test_numbers = false", ""),
            ("08:00", "8 o'clock"),
            ("\"2032-01-01\"", "\"2032\""),
        ] {
            assert!(SHIPPED.contains(from), "{from}");
            let text = SHIPPED.replacen(from, to, 1);
            assert!(
                matches!(Guide::from_toml(&text), Err(GuideError::Toml(_))),
                "{to}"
            );
        }
        assert!(Guide::from_toml(&" ".repeat(Guide::MAX_BYTES + 1)).is_err());
    }
}
