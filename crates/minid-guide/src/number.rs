//! Whether what somebody typed can be a fødselsnummer or a D-number. Checked here and nowhere else: the number is not
//! kept, not sent, and in no error.

use chrono::NaiveDate;
use fodselsnummer::{ControlDigits, Fodselsnummer, FodselsnummerError};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::Guide;

/// A national identity number has so many digits.
const DIGITS: usize = 11;

/// What a typed number looks like. Says how many digits there are, never which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NumberCheck {
    /// A fødselsnummer whose date and control digits are right.
    Fnr,
    /// A D-number whose date and control digits are right.
    DNumber,
    /// Not all digits are there yet.
    Incomplete {
        /// How many there are.
        digits: usize,
    },
    /// More than eleven digits.
    TooLong,
    /// Something else than digits and spaces.
    NotDigits,
    /// Eleven digits, and at least one of them is wrong.
    Mistyped,
    /// A made-up number, for tests alone.
    TestNumber,
}

impl Guide {
    /// Looks at a typed number, on the device alone. Spaces may stand anywhere.
    #[must_use]
    pub fn check_number(&self, text: &str, today: NaiveDate) -> NumberCheck {
        let mut digits = Zeroizing::new([0_u8; DIGITS]);
        let mut count = 0;
        let mut too_long = false;
        for character in text.chars().filter(|c| !c.is_whitespace()) {
            match u8::try_from(character) {
                Ok(byte) if byte.is_ascii_digit() => match digits.get_mut(count) {
                    Some(place) => {
                        *place = byte;
                        count += 1;
                    }
                    None => too_long = true,
                },
                _ => return NumberCheck::NotDigits,
            }
        }
        if too_long {
            return NumberCheck::TooLong;
        }
        if count < DIGITS {
            return NumberCheck::Incomplete { digits: count };
        }
        let Ok(digits) = std::str::from_utf8(&*digits) else {
            return NumberCheck::NotDigits;
        };
        let rule = if today < self.number.wider_rule_from {
            ControlDigits::Today
        } else {
            ControlDigits::From2032
        };
        match Fodselsnummer::parse_by(digits, self.number.allow_test_numbers, rule) {
            Ok(number) if number.is_d_number() => NumberCheck::DNumber,
            Ok(_) => NumberCheck::Fnr,
            Err(FodselsnummerError::Synthetic) => NumberCheck::TestNumber,
            Err(FodselsnummerError::NotElevenDigits) => NumberCheck::NotDigits,
            Err(FodselsnummerError::NotADate | FodselsnummerError::ControlDigit) => {
                NumberCheck::Mistyped
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{day, guide};
    use NumberCheck::*;

    fn check(text: &str) -> NumberCheck {
        guide().check_number(text, day(2026, 11, 22))
    }

    const SYNTHETIC: [(&str, NumberCheck); 6] = [
        ("13527248013", Fnr),
        ("10915596784", Fnr),
        ("05840399895", Fnr),
        ("68467038838", DNumber),
        ("50846202355", DNumber),
        ("47906701517", DNumber),
    ];

    #[test]
    fn right_numbers_are_told_apart_from_mistyped_and_unfinished_ones() {
        for (text, kind) in [
            ("13097248022", Fnr),
            ("29029648784", Fnr),
            ("29020075838", Fnr),
            ("15021951940", Fnr),
            ("02013299997", Fnr),
            ("30108299920", Fnr),
            ("130972 48022", Fnr),
            (" 13 09 72\u{a0}480\u{2009}22\n", Fnr),
            ("53097248016", DNumber),
            ("70108299914", DNumber),
            ("02013299987", Mistyped),
            ("02013299996", Mistyped),
            ("13097248032", Mistyped),
            ("13097248023", Mistyped),
            ("32127248022", Mistyped),
            ("13137248022", Mistyped),
            ("29020112345", Mistyped),
            ("30108299939", Mistyped),
            ("", Incomplete { digits: 0 }),
            ("130972 4802", Incomplete { digits: 10 }),
            ("130972480222", TooLong),
            ("13097248o22", NotDigits),
            ("130972-48022", NotDigits),
            ("１３０９７２４８０２２", NotDigits),
            ("130972480222x", NotDigits),
        ] {
            assert_eq!(check(text), kind, "{text}");
        }
    }

    #[test]
    fn made_up_numbers_are_good_only_where_the_settings_say_so() {
        let toml = include_str!("../guide.toml")
            .replace("allow_test_numbers = false", "allow_test_numbers = true");
        let for_trying = Guide::from_toml(&toml).unwrap();
        for (text, kind) in SYNTHETIC {
            assert_eq!(check(text), TestNumber, "{text}");
            let kind_there = for_trying.check_number(text, day(2026, 11, 22));
            assert_eq!(kind_there, kind, "{text}");
        }
    }

    #[test]
    fn from_2032_numbers_of_the_wider_rule_are_good_and_those_of_today_stay_so() {
        let on = |text, today| guide().check_number(text, today);
        assert_eq!(on("30108299939", day(2031, 12, 31)), Mistyped);
        assert_eq!(on("30108299939", day(2032, 1, 1)), Fnr);
        assert_eq!(on("30108299920", day(2032, 1, 1)), Fnr);
        assert_eq!(on("13097248023", day(2032, 1, 1)), Mistyped);
    }

    proptest! {
        #[test]
        fn an_answer_says_nothing_of_the_number(text in "[0-9]{11}") {
            let answer = serde_json::to_string(&check(&text)).unwrap();
            prop_assert!(!answer.contains(|c: char| c.is_ascii_digit()));
        }

        #[test]
        fn any_text_gets_an_answer(text in ".{0,40}") {
            check(&text);
        }
    }
}
