//! Telephone numbers as the records write them, and as E.164.

use std::fmt;

/// A mobile number in E.164: `+` and up to fifteen digits. What prints it masks it.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

/// Why a text is no number that a message can go to. Says nothing of the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// There is nothing.
    #[error("there is no number")]
    Empty,
    /// It has something that is neither a digit nor a separator.
    #[error("the number has a letter or another sign in it")]
    NotANumber,
    /// Too few or too many digits for any country.
    #[error("the number is too short or too long")]
    Length,
    /// A Norwegian number that is no mobile (those begin with 4 or 9).
    #[error("the number is no Norwegian mobile number")]
    NotMobile,
}

/// Numbers that the Norwegian authority keeps free for film and tests: 68 05 00 00 to 68 05 99 99.
const TEST_RANGE: &str = "6805";

impl PhoneNumber {
    /// Reads what the records or a person wrote. Without a country code it is Norwegian. `test` also takes the numbers
    /// that are kept free for tests.
    ///
    /// # Errors
    /// When a message cannot go there.
    pub fn parse(text: &str, test: bool) -> Result<Self, NumberError> {
        let mut digits = String::with_capacity(16);
        let mut has_plus = false;
        for sign in text.trim().chars() {
            match sign {
                '0'..='9' => digits.push(sign),
                '+' if digits.is_empty() && !has_plus => has_plus = true,
                ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '-' | '\u{2011}' | '\u{2013}' | '.'
                | '(' | ')' => {}
                _ => return Err(NumberError::NotANumber),
            }
            if digits.len() > 20 {
                return Err(NumberError::Length);
            }
        }
        if digits.is_empty() {
            return Err(NumberError::Empty);
        }
        let international = if has_plus {
            digits
        } else if let Some(rest) = digits.strip_prefix("00") {
            rest.to_owned()
        } else if digits.len() == 10 && digits.starts_with("47") {
            digits
        } else if digits.len() == 8 {
            format!("47{digits}")
        } else {
            return Err(NumberError::Length);
        };
        if let Some(national) = international.strip_prefix("47") {
            let is_mobile =
                national.starts_with(['4', '9']) || test && national.starts_with(TEST_RANGE);
            return match national.len() {
                8 if is_mobile => Ok(Self(format!("+{international}"))),
                8 => Err(NumberError::NotMobile),
                _ => Err(NumberError::Length),
            };
        }
        // ITU-T E.164 §6: at most fifteen digits, and no country code begins with 0. No country has fewer than seven.
        match international.len() {
            7..=15 if !international.starts_with('0') => Ok(Self(format!("+{international}"))),
            _ => Err(NumberError::Length),
        }
    }

    /// The number itself, for the one place that sends it: `+4798765432`.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last two digits, for staff who ask whether it is the right one.
    #[must_use]
    pub fn ending(&self) -> &str {
        // ASCII throughout, and seven digits at least.
        self.0.get(self.0.len().saturating_sub(2)..).unwrap_or("")
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(***)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_becomes_e164_or_says_why_not() {
        use NumberError::{Empty, Length, NotANumber, NotMobile};
        for (text, expected) in [
            ("98765432", Ok("+4798765432")),
            ("412 34 567", Ok("+4741234567")),
            (" 987 65 432 ", Ok("+4798765432")),
            ("+47 987 65 432", Ok("+4798765432")),
            ("+47-98-76-54-32", Ok("+4798765432")),
            ("(+47) 98765432", Ok("+4798765432")),
            ("0047 98765432", Ok("+4798765432")),
            ("4798765432", Ok("+4798765432")),
            ("987\u{a0}65\u{a0}432", Ok("+4798765432")),
            ("68050000", Ok("+4768050000")),
            ("+4768059999", Ok("+4768059999")),
            ("+46 70 123 45 67", Ok("+46701234567")),
            ("004915112345678", Ok("+4915112345678")),
            ("+1 202 555 0123", Ok("+12025550123")),
            ("", Err(Empty)),
            ("+", Err(Empty)),
            ("73 88 00 00", Err(NotMobile)),
            ("+47 22 00 00 00", Err(NotMobile)),
            ("68060000", Err(NotMobile)),
            ("580012345678", Err(Length)),
            ("+4758001234567", Err(Length)),
            ("02800", Err(Length)),
            ("9876543", Err(Length)),
            ("987654321", Err(Length)),
            ("+0123456789", Err(Length)),
            ("+1234567890123456", Err(Length)),
            ("98765432/41234567", Err(NotANumber)),
            ("98765432 (mor)", Err(NotANumber)),
            ("98+765432", Err(NotANumber)),
            ("９８７６５４３２", Err(NotANumber)),
        ] {
            let read = PhoneNumber::parse(text, true);
            let read = read.as_ref().map(PhoneNumber::expose);
            assert_eq!(read, expected.as_ref().copied(), "{text}");
        }
    }

    #[test]
    fn test_numbers_get_nothing_from_a_real_county() {
        assert_eq!(
            PhoneNumber::parse("68050000", false),
            Err(NumberError::NotMobile)
        );
    }

    #[test]
    fn a_number_is_not_printed() {
        let number = PhoneNumber::parse("98765432", false).unwrap();
        assert!(!format!("{number:?}").contains("987"));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_e164_and_reads_as_itself(text in "[+0-9 ().x-]{0,24}", test: bool) {
            if let Ok(number) = PhoneNumber::parse(&text, test) {
                let digits = number.expose().strip_prefix('+').unwrap();
                prop_assert!((7..=15).contains(&digits.len()));
                prop_assert!(digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0'));
                prop_assert_eq!(PhoneNumber::parse(number.expose(), test), Ok(number));
            }
        }
    }
}
