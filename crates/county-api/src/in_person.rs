//! What the code on the screen says: CWT claim 169 with the labels of this product.
//!
//! Labels 1 to 17 are those of claim 169 itself; 75 and up are its space for applications. Every byte counts
//! here (the whole code is at most 1 500 characters), so dates are short and what the trust list says is left out.

use chrono::{Datelike, NaiveDate};
use qr_proof::{Claim169, Value};
use std::collections::BTreeMap;

use crate::{CardType, Semester};

/// Student number, text.
pub const STUDENT_NUMBER: i64 = 1;
/// Full name, text.
pub const FULL_NAME: i64 = 4;
/// Birth date, text `YYYYMMDD`.
pub const BIRTH_DATE: i64 = 8;
/// Portrait, bytes.
pub const PORTRAIT: i64 = 16;
/// Format of the portrait, [`PORTRAIT_FORMAT_WEBP`].
pub const PORTRAIT_FORMAT: i64 = 17;
/// School, or company or training office for apprentices, text.
pub const INSTITUTION: i64 = 75;
/// [`CardType::number`].
pub const CARD_TYPE: i64 = 76;
/// Class, text.
pub const CLASS: i64 = 77;
/// [`Semester`], text.
pub const SEMESTER: i64 = 78;
/// Last day the card is good, integer `YYYYMMDD`.
pub const VALID_UNTIL: i64 = 79;

/// Claim 169's number for WebP.
pub const PORTRAIT_FORMAT_WEBP: i64 = 4;

/// The card as a checker reads it from the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InPersonCard {
    /// [`STUDENT_NUMBER`]
    pub student_number: Option<String>,
    /// [`FULL_NAME`]
    pub full_name: String,
    /// [`BIRTH_DATE`]
    pub birth_date: NaiveDate,
    /// [`INSTITUTION`]
    pub institution: String,
    /// [`CARD_TYPE`]
    pub card_type: CardType,
    /// [`CLASS`]
    pub class: Option<String>,
    /// [`SEMESTER`]
    pub semester: Semester,
    /// [`VALID_UNTIL`]
    pub valid_until: NaiveDate,
    /// [`PORTRAIT`]: a WebP file of some hundred bytes, in the larger code only.
    pub portrait_webp: Option<Vec<u8>>,
}

/// The identity claims are not those of a card. Names the label, never the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// A label that every card has is not there.
    #[error("identity label {0} is missing")]
    Missing(i64),
    /// A label is there but is not what it promises.
    #[error("identity label {0} is malformed")]
    Malformed(i64),
}

impl InPersonCard {
    /// The card as claim 169.
    pub fn to_identity(&self) -> Claim169 {
        let mut claims = BTreeMap::from([
            (FULL_NAME, Value::Text(self.full_name.clone())),
            (
                BIRTH_DATE,
                Value::Text(format!("{:08}", short_date(self.birth_date))),
            ),
            (INSTITUTION, Value::Text(self.institution.clone())),
            (CARD_TYPE, Value::Int(self.card_type.number())),
            (SEMESTER, Value::Text(self.semester.to_string())),
            (VALID_UNTIL, Value::Int(short_date(self.valid_until))),
        ]);
        if let Some(number) = &self.student_number {
            claims.insert(STUDENT_NUMBER, Value::Text(number.clone()));
        }
        if let Some(class) = &self.class {
            claims.insert(CLASS, Value::Text(class.clone()));
        }
        if let Some(portrait) = &self.portrait_webp {
            claims.insert(PORTRAIT, Value::Bytes(portrait.clone()));
            claims.insert(PORTRAIT_FORMAT, Value::Int(PORTRAIT_FORMAT_WEBP));
        }
        Claim169(claims)
    }

    /// Reads the card from claim 169; labels it does not know are passed over.
    pub fn from_identity(identity: &Claim169) -> Result<Self, IdentityError> {
        let required = |label| text(identity, label)?.ok_or(IdentityError::Missing(label));
        let integer = |label| match identity.0.get(&label) {
            None => Err(IdentityError::Missing(label)),
            Some(Value::Int(number)) => Ok(*number),
            Some(_) => Err(IdentityError::Malformed(label)),
        };
        let birth_date = required(BIRTH_DATE)?;
        if birth_date.len() != 8 || !birth_date.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(IdentityError::Malformed(BIRTH_DATE));
        }
        Ok(Self {
            student_number: text(identity, STUDENT_NUMBER)?,
            full_name: required(FULL_NAME)?,
            birth_date: birth_date
                .parse()
                .ok()
                .and_then(long_date)
                .ok_or(IdentityError::Malformed(BIRTH_DATE))?,
            institution: required(INSTITUTION)?,
            card_type: CardType::from_number(integer(CARD_TYPE)?)
                .ok_or(IdentityError::Malformed(CARD_TYPE))?,
            class: text(identity, CLASS)?,
            semester: required(SEMESTER)?
                .parse()
                .map_err(|_| IdentityError::Malformed(SEMESTER))?,
            valid_until: long_date(integer(VALID_UNTIL)?)
                .ok_or(IdentityError::Malformed(VALID_UNTIL))?,
            portrait_webp: portrait(identity)?,
        })
    }
}

fn text(identity: &Claim169, label: i64) -> Result<Option<String>, IdentityError> {
    match identity.0.get(&label) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text.clone())),
        Some(_) => Err(IdentityError::Malformed(label)),
    }
}

fn portrait(identity: &Claim169) -> Result<Option<Vec<u8>>, IdentityError> {
    let Some(portrait) = identity.0.get(&PORTRAIT) else {
        return Ok(None);
    };
    match identity.0.get(&PORTRAIT_FORMAT) {
        Some(Value::Int(PORTRAIT_FORMAT_WEBP)) => {}
        Some(_) => return Err(IdentityError::Malformed(PORTRAIT_FORMAT)),
        None => return Err(IdentityError::Missing(PORTRAIT_FORMAT)),
    }
    match portrait {
        Value::Bytes(bytes) => Ok(Some(bytes.clone())),
        _ => Err(IdentityError::Malformed(PORTRAIT)),
    }
}

/// 31 December 2026 as the number 20261231.
fn short_date(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

fn long_date(short: i64) -> Option<NaiveDate> {
    let short = u32::try_from(short)
        .ok()
        .filter(|short| *short <= 99_991_231)?;
    let year = i32::try_from(short / 10_000).ok()?;
    NaiveDate::from_ymd_opt(year, short / 100 % 100, short % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> InPersonCard {
        InPersonCard {
            student_number: Some("100042".into()),
            full_name: "Nora Bjørnstad".into(),
            birth_date: "2008-02-29".parse().unwrap(),
            institution: "Fjordvik vgs".into(),
            card_type: CardType::Larling,
            class: Some("2STA".into()),
            semester: "2026-H".parse().unwrap(),
            valid_until: "2026-12-31".parse().unwrap(),
            portrait_webp: Some(b"RIFF".to_vec()),
        }
    }

    #[test]
    fn a_card_is_written_under_its_labels_and_read_back() {
        let identity = card().to_identity();
        let lines: Vec<String> = identity
            .0
            .iter()
            .map(|(label, value)| match value {
                Value::Int(value) => format!("{label}: Int({value})"),
                Value::Text(value) => format!("{label}: Text({value:?})"),
                Value::Bytes(value) => format!("{label}: Bytes({value:?})"),
                Value::Bool(value) => format!("{label}: Bool({value})"),
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        1: Text("100042")
        4: Text("Nora Bjørnstad")
        8: Text("20080229")
        16: Bytes([82, 73, 70, 70])
        17: Int(4)
        75: Text("Fjordvik vgs")
        76: Int(2)
        77: Text("2STA")
        78: Text("2026-H")
        79: Int(20261231)
        "#);
        assert_eq!(InPersonCard::from_identity(&identity), Ok(card()));
    }

    #[test]
    fn what_a_card_may_lack_is_left_out() {
        let lean = InPersonCard {
            student_number: None,
            class: None,
            portrait_webp: None,
            ..card()
        };
        let identity = lean.to_identity();
        assert_eq!(
            identity.0.keys().copied().collect::<Vec<_>>(),
            [
                FULL_NAME,
                BIRTH_DATE,
                INSTITUTION,
                CARD_TYPE,
                SEMESTER,
                VALID_UNTIL
            ]
        );
        assert_eq!(InPersonCard::from_identity(&identity), Ok(lean));
    }

    #[test]
    fn a_missing_label_is_named() {
        for label in [
            FULL_NAME,
            BIRTH_DATE,
            PORTRAIT_FORMAT,
            INSTITUTION,
            CARD_TYPE,
            SEMESTER,
            VALID_UNTIL,
        ] {
            let mut identity = card().to_identity();
            identity.0.remove(&label);
            assert_eq!(
                InPersonCard::from_identity(&identity),
                Err(IdentityError::Missing(label))
            );
        }
    }

    #[test]
    fn a_wrong_value_is_named_by_its_label() {
        let text = |text: &str| Value::Text(text.into());
        for (label, value) in [
            (STUDENT_NUMBER, Value::Int(100_042)),
            (FULL_NAME, Value::Bytes(vec![1])),
            (BIRTH_DATE, text("20080230")),
            (BIRTH_DATE, text("2008-02-29")),
            (BIRTH_DATE, text("+2008022")),
            (BIRTH_DATE, Value::Int(20_080_229)),
            (PORTRAIT, text("RIFF")),
            (PORTRAIT_FORMAT, Value::Int(1)),
            (CARD_TYPE, Value::Int(0)),
            (CARD_TYPE, text("elev")),
            (CLASS, Value::Bool(true)),
            (SEMESTER, text("2026-X")),
            (VALID_UNTIL, Value::Int(20_261_301)),
            (VALID_UNTIL, Value::Int(-20_261_231)),
            (VALID_UNTIL, Value::Int(i64::MAX)),
            (VALID_UNTIL, text("20261231")),
        ] {
            let mut identity = card().to_identity();
            identity.0.insert(label, value.clone());
            assert_eq!(
                InPersonCard::from_identity(&identity),
                Err(IdentityError::Malformed(label)),
                "{value:?}"
            );
        }
    }
}
