//! The Norwegian national identity number (fødselsnummer), `DDMMYY III KK`: is a text one?
//!
//! ```
//! use fodselsnummer::{Fodselsnummer, FodselsnummerError};
//!
//! let number = Fodselsnummer::parse("130972 48022", false)?;
//! assert!(!number.is_d_number());
//! assert_eq!(number.to_string(), "***********"); // it shows itself to nobody who does not ask by name
//! assert_eq!(Fodselsnummer::parse("13097248023", false), Err(FodselsnummerError::ControlDigit));
//! # Ok::<(), FodselsnummerError>(())
//! ```
//!
//! Rules: Skatteetaten, "Nytt fødselsnummer fra 2032", and the offsets of
//! D-numbers (day + 40), H-numbers and NAV test numbers (month + 40), NHN test
//! numbers (month + 65) and Tenor's synthetic numbers (month + 80).

use chrono::NaiveDate;
use std::fmt;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

const FIRST_WEIGHTS: [u32; 10] = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
const SECOND_WEIGHTS: [u32; 11] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

/// A national identity number or D-number whose date and control digits are right.
///
/// `Debug` and `Display` show nothing of the number but its length, so that it
/// cannot reach a log by mistake: use [`Fodselsnummer::expose`] where the
/// number itself is needed.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Zeroize, ZeroizeOnDrop)]
pub struct Fodselsnummer([u8; 11]);

/// Which rule the first control digit follows. The second is the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ControlDigits {
    /// The rule in force until 2032: the weighted sum is divisible by 11.
    #[default]
    Today,
    /// The rule from 1 January 2032: the rest is 0, 1, 2 or 3.
    From2032,
}

/// Why a text is not an acceptable national identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FodselsnummerError {
    /// Not eleven digits.
    #[error("a national identity number has eleven digits")]
    NotElevenDigits,
    /// Day and month, without their offsets, are not a day of any century.
    #[error("the first six digits are not a date")]
    NotADate,
    /// A control digit is wrong.
    #[error("a control digit is wrong")]
    ControlDigit,
    /// A test number where only real people are expected.
    #[error("a synthetic number, which is for tests only")]
    Synthetic,
}

impl Fodselsnummer {
    /// Reads a number by the rule in force today. Spaces between the groups are allowed.
    ///
    /// # Errors
    /// When the text is not a valid number, or is a test number (month with an
    /// offset) and `allow_synthetic` is false.
    pub fn parse(text: &str, allow_synthetic: bool) -> Result<Self, FodselsnummerError> {
        Self::parse_by(text, allow_synthetic, ControlDigits::Today)
    }

    /// Reads a number by the given rule for the first control digit.
    ///
    /// # Errors
    /// As [`Fodselsnummer::parse`].
    pub fn parse_by(
        text: &str,
        allow_synthetic: bool,
        rule: ControlDigits,
    ) -> Result<Self, FodselsnummerError> {
        let mut digits = [0_u8; 11];
        let mut count = 0;
        for byte in text.trim().bytes().filter(|byte| *byte != b' ') {
            if !byte.is_ascii_digit() || count == digits.len() {
                return Err(FodselsnummerError::NotElevenDigits);
            }
            digits[count] = byte - b'0';
            count += 1;
        }
        if count != digits.len() {
            return Err(FodselsnummerError::NotElevenDigits);
        }
        let number = Self(digits);
        if !number.has_a_possible_date() {
            return Err(FodselsnummerError::NotADate);
        }
        let first = weighted_sum(&FIRST_WEIGHTS, &digits) % 11;
        let second = weighted_sum(&SECOND_WEIGHTS, &digits) % 11;
        let highest_rest = match rule {
            ControlDigits::Today => 0,
            ControlDigits::From2032 => 3,
        };
        if first > highest_rest || second != 0 {
            return Err(FodselsnummerError::ControlDigit);
        }
        if number.is_synthetic() && !allow_synthetic {
            return Err(FodselsnummerError::Synthetic);
        }
        Ok(number)
    }

    /// The eleven digits. For hashing and for asking a register; never for logs.
    #[must_use]
    pub fn expose(&self) -> String {
        self.0
            .iter()
            .map(|digit| char::from(b'0' + digit))
            .collect()
    }

    /// Whether it is a D-number: given to people without a fødselsnummer.
    #[must_use]
    pub fn is_d_number(&self) -> bool {
        self.0[0] >= 4
    }

    /// Whether the month carries an offset, which real fødselsnummer and D-numbers never do.
    #[must_use]
    pub fn is_synthetic(&self) -> bool {
        self.two_digits(2) > 12
    }

    /// The date of birth as the individual number tells it under the rule in force until 2032.
    ///
    /// Only for records that give no date: from 2032 the century can no longer
    /// be read from the number, and for some test numbers it never could.
    #[must_use]
    pub fn birth_date_by_old_rule(&self) -> Option<NaiveDate> {
        let year = i32::try_from(self.two_digits(4)).ok()?;
        let individual = u32::from(self.0[6]) * 100 + self.two_digits(7);
        let century = match individual {
            0..=499 => 1900,
            500..=749 if year > 54 => 1800,
            500..=999 if year < 40 => 2000,
            900..=999 => 1900,
            _ => return None,
        };
        NaiveDate::from_ymd_opt(century + year, self.month(), self.day())
    }

    fn has_a_possible_date(&self) -> bool {
        let Ok(year) = i32::try_from(self.two_digits(4)) else {
            return false;
        };
        // The century is not certain, and 29 February depends on it: 1900 has none, 2000 has.
        [1800, 1900, 2000].iter().any(|century| {
            NaiveDate::from_ymd_opt(century + year, self.month(), self.day()).is_some()
        })
    }

    fn day(&self) -> u32 {
        let day = self.two_digits(0);
        if day > 40 { day - 40 } else { day }
    }

    fn month(&self) -> u32 {
        match self.two_digits(2) {
            month @ 81..=92 => month - 80,
            month @ 66..=77 => month - 65,
            month @ 41..=52 => month - 40,
            month => month,
        }
    }

    fn two_digits(&self, at: usize) -> u32 {
        u32::from(self.0[at]) * 10 + u32::from(self.0[at + 1])
    }
}

fn weighted_sum(weights: &[u32], digits: &[u8]) -> u32 {
    weights
        .iter()
        .zip(digits)
        .map(|(weight, digit)| weight * u32::from(*digit))
        .sum()
}

impl fmt::Debug for Fodselsnummer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fodselsnummer(***********)")
    }
}

impl fmt::Display for Fodselsnummer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***********")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FodselsnummerError::*;
    use proptest::prelude::*;

    #[test]
    fn real_numbers_and_d_numbers_are_accepted() {
        for number in [
            "13097248022",
            "29029648784",
            "29020075838",
            "15021951940",
            "02013299997",
            "30108299920",
            "53097248016",
            "70108299914",
            "130972 48022",
        ] {
            let parsed = Fodselsnummer::parse(number, false).expect(number);
            assert_eq!(parsed.expose(), number.replace(' ', ""));
            assert!(!parsed.is_synthetic(), "{number}");
        }
    }

    #[test]
    fn synthetic_numbers_are_accepted_only_where_they_are_allowed() {
        for number in [
            "13527248013",
            "10915596784",
            "05840399895",
            "68467038838",
            "50846202355",
            "47906701517",
        ] {
            assert!(Fodselsnummer::parse(number, true).is_ok(), "{number}");
            assert_eq!(
                Fodselsnummer::parse(number, false),
                Err(Synthetic),
                "{number}"
            );
        }
    }

    #[test]
    fn wrong_numbers_are_refused_with_the_reason() {
        let cases = [
            ("02013299987", ControlDigit),
            ("02013299996", ControlDigit),
            ("13097248032", ControlDigit),
            ("13097248023", ControlDigit),
            ("32127248022", NotADate),
            ("13137248022", NotADate),
            ("29020112345", NotADate),
            ("00010112345", NotADate),
            ("40010112345", NotADate),
            ("01400112345", NotADate),
            ("01800112345", NotADate),
            ("1309724802", NotElevenDigits),
            ("130972480222", NotElevenDigits),
            ("1309724802x", NotElevenDigits),
            ("１３０９７２４８０２２", NotElevenDigits),
            ("", NotElevenDigits),
        ];
        for (number, reason) in cases {
            assert_eq!(Fodselsnummer::parse(number, true), Err(reason), "{number}");
        }
    }

    #[test]
    fn the_rule_of_2032_lets_the_first_rest_be_up_to_three() {
        let number = "30108299939";
        assert_eq!(Fodselsnummer::parse(number, false), Err(ControlDigit));
        assert!(Fodselsnummer::parse_by(number, false, ControlDigits::From2032).is_ok());
        assert!(Fodselsnummer::parse_by("30108299920", false, ControlDigits::From2032).is_ok());
    }

    #[test]
    fn the_old_rule_gives_the_date_of_birth() {
        let cases = [
            ("13097248022", (1972, 9, 13)),
            ("29029648784", (1996, 2, 29)),
            ("29020075838", (2000, 2, 29)),
            ("15021951940", (2019, 2, 15)),
            ("53097248016", (1972, 9, 13)),
            ("05840399895", (2003, 4, 5)),
        ];
        for (number, (year, month, day)) in cases {
            let parsed = Fodselsnummer::parse(number, true).expect(number);
            let date = NaiveDate::from_ymd_opt(year, month, day);
            assert_eq!(parsed.birth_date_by_old_rule(), date, "{number}");
        }
    }

    #[test]
    fn neither_debug_nor_display_shows_a_digit() {
        let number = Fodselsnummer::parse("13097248022", false).unwrap();
        let shown = format!("{number} {number:?}");
        assert!(!shown.contains(|c: char| c.is_ascii_digit()), "{shown}");
    }

    proptest! {
        #[test]
        fn any_one_changed_digit_is_refused(at in 0_usize..11, by in 1_u8..10) {
            let mut digits = *b"13097248022";
            digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
            let text = String::from_utf8(digits.to_vec()).unwrap();
            prop_assert!(Fodselsnummer::parse(&text, true).is_err());
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,20}") {
            let _ = Fodselsnummer::parse(&text, true);
        }
    }
}
