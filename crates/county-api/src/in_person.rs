//! What the codes on the screen say: CWT claim 169 with the labels of this product.
//!
//! Labels 1 to 17 are those of claim 169 itself; 75 and up are its space for applications. Every byte counts
//! here (a code is at most 700 characters), so dates are short and what the trust list says is left out.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use qr_proof::{Claim169, Value};

use crate::slip::SLIP_DAY;
use crate::{CardClaims, CardType, Profile, Semester};

/// Student number, text.
pub const STUDENT_NUMBER: i64 = 1;
/// Full name, text.
pub const FULL_NAME: i64 = 4;
/// The first of the given names, text.
pub const GIVEN_NAME: i64 = 5;
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
/// [`Profile::number`], or [`PHOTO_NUMBER`].
pub const PROFILE: i64 = 80;
/// [`PortraitHash`], bytes.
pub const PORTRAIT_HASH: i64 = 81;
/// Whether the holder was 16 on the day of issue.
pub const AGE_OVER_16: i64 = 82;
/// Whether the holder was 18 on the day of issue.
pub const AGE_OVER_18: i64 = 83;
/// Whether the holder was 20 on the day of issue.
pub const AGE_OVER_20: i64 = 84;

// 85 is [`SLIP_DAY`], which no code has.

/// Claim 169's number for WebP.
pub const PORTRAIT_FORMAT_WEBP: i64 = 4;
/// What stands under [`PROFILE`] in the token that carries the portrait.
pub const PHOTO_NUMBER: i64 = 9;

/// Ties a portrait to the codes of its holder: the first 8 bytes of the SHA-256 of the WebP file.
///
/// Both ends of the tie are signed by the issuer, who also made the file: to show another's portrait one would
/// need two files *of the issuer's making* with the same hash, so 64 bits are enough, and a code stays small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PortraitHash(pub [u8; 8]);

impl PortraitHash {
    /// The hash of a WebP file.
    pub fn of(webp: &[u8]) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = jose::sha256(webp);
        Self([a, b, c, d, e, f, g, h])
    }
}

/// What one code says. Which members are there depends on the profile alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InPersonClaims {
    /// [`PROFILE`]
    pub profile: Profile,
    /// [`STUDENT_NUMBER`]: exam, where the pupil has one.
    pub student_number: Option<String>,
    /// [`FULL_NAME`]: exam, travel.
    pub full_name: Option<String>,
    /// [`GIVEN_NAME`]: discount.
    pub given_name: Option<String>,
    /// [`BIRTH_DATE`]: exam, travel.
    pub birth_date: Option<NaiveDate>,
    /// [`INSTITUTION`]: exam, travel.
    pub institution: Option<String>,
    /// [`CARD_TYPE`]: exam, travel, discount.
    pub card_type: Option<CardType>,
    /// [`CLASS`]: exam, where there is one.
    pub class: Option<String>,
    /// [`SEMESTER`]: travel, discount.
    pub semester: Option<Semester>,
    /// [`VALID_UNTIL`]: exam, travel, discount.
    pub valid_until: Option<NaiveDate>,
    /// [`AGE_OVER_16`]: age.
    pub age_over_16: Option<bool>,
    /// [`AGE_OVER_18`]: age.
    pub age_over_18: Option<bool>,
    /// [`AGE_OVER_20`]: age.
    pub age_over_20: Option<bool>,
    /// [`PORTRAIT_HASH`]: exam, travel, where the issuer has made a small portrait. Not in the others: it is the
    /// same at every checker, and would let two of them know one person again.
    pub portrait_hash: Option<PortraitHash>,
}

/// The claims under 169 are not those of a code. Names the label, never the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// A label that every code of this profile has is not there.
    #[error("identity label {0} is missing")]
    Missing(i64),
    /// A label is there but is not what it promises.
    #[error("identity label {0} is malformed")]
    Malformed(i64),
}

impl InPersonClaims {
    /// What a card says under a profile: this, and nothing more.
    pub fn of(profile: Profile, card: &CardClaims, portrait: Option<PortraitHash>) -> Self {
        let nothing = Self {
            profile,
            student_number: None,
            full_name: None,
            given_name: None,
            birth_date: None,
            institution: None,
            card_type: None,
            class: None,
            semester: None,
            valid_until: None,
            age_over_16: None,
            age_over_18: None,
            age_over_20: None,
            portrait_hash: None,
        };
        let full_name = format!("{} {}", card.given_name, card.family_name);
        let full_name = Some(full_name.trim().to_owned());
        match profile {
            Profile::Exam => Self {
                student_number: card.student_number.clone(),
                full_name,
                birth_date: Some(card.birthdate),
                institution: Some(card.institution.clone()),
                card_type: Some(card.card_type),
                class: card.class.clone(),
                valid_until: Some(card.valid_until),
                portrait_hash: portrait,
                ..nothing
            },
            Profile::Travel => Self {
                full_name,
                birth_date: Some(card.birthdate),
                institution: Some(card.institution.clone()),
                card_type: Some(card.card_type),
                semester: Some(card.semester),
                valid_until: Some(card.valid_until),
                portrait_hash: portrait,
                ..nothing
            },
            Profile::Discount => Self {
                given_name: card
                    .given_name
                    .split_whitespace()
                    .next()
                    .map(str::to_owned)
                    .or(full_name),
                card_type: Some(card.card_type),
                semester: Some(card.semester),
                valid_until: Some(card.valid_until),
                ..nothing
            },
            Profile::Age => Self {
                age_over_16: Some(card.age_over_16),
                age_over_18: Some(card.age_over_18),
                age_over_20: Some(card.age_over_20),
                ..nothing
            },
        }
    }

    /// The claims as claim 169.
    pub fn to_identity(&self) -> Claim169 {
        let text = |text: &Option<String>| text.clone().map(Value::Text);
        let date = |date: Option<NaiveDate>| date.map(short_date).map(Value::Int);
        let members = [
            (PROFILE, Some(Value::Int(self.profile.number()))),
            (STUDENT_NUMBER, text(&self.student_number)),
            (FULL_NAME, text(&self.full_name)),
            (GIVEN_NAME, text(&self.given_name)),
            (
                BIRTH_DATE,
                self.birth_date
                    .map(|date| Value::Text(format!("{:08}", short_date(date)))),
            ),
            (INSTITUTION, text(&self.institution)),
            (
                CARD_TYPE,
                self.card_type
                    .map(|card_type| Value::Int(card_type.number())),
            ),
            (CLASS, text(&self.class)),
            (
                SEMESTER,
                self.semester
                    .map(|semester| Value::Text(semester.to_string())),
            ),
            (VALID_UNTIL, date(self.valid_until)),
            (AGE_OVER_16, self.age_over_16.map(Value::Bool)),
            (AGE_OVER_18, self.age_over_18.map(Value::Bool)),
            (AGE_OVER_20, self.age_over_20.map(Value::Bool)),
            (
                PORTRAIT_HASH,
                self.portrait_hash.map(|hash| Value::Bytes(hash.0.to_vec())),
            ),
        ];
        Claim169(
            members
                .into_iter()
                .filter_map(|(label, value)| Some((label, value?)))
                .collect(),
        )
    }

    /// Reads a code's claims; labels it does not know are passed over.
    ///
    /// # Errors
    /// When a label of the profile is missing, or one is not what it promises.
    pub fn from_identity(identity: &Claim169) -> Result<Self, IdentityError> {
        // What says that it is a slip is no code's, whoever signed it.
        if identity.0.contains_key(&SLIP_DAY) {
            return Err(IdentityError::Malformed(SLIP_DAY));
        }
        Self::read(identity)
    }

    /// As [`from_identity`](Self::from_identity), of a code or a slip.
    pub(crate) fn read(identity: &Claim169) -> Result<Self, IdentityError> {
        let malformed = IdentityError::Malformed;
        let profile = integer(identity, PROFILE)?.ok_or(IdentityError::Missing(PROFILE))?;
        let profile = Profile::from_number(profile).ok_or(malformed(PROFILE))?;
        let claims = Self {
            profile,
            student_number: text(identity, STUDENT_NUMBER)?,
            full_name: text(identity, FULL_NAME)?,
            given_name: text(identity, GIVEN_NAME)?,
            birth_date: text(identity, BIRTH_DATE)?
                .map(|text| birth_date(&text).ok_or(malformed(BIRTH_DATE)))
                .transpose()?,
            institution: text(identity, INSTITUTION)?,
            card_type: integer(identity, CARD_TYPE)?
                .map(|number| CardType::from_number(number).ok_or(malformed(CARD_TYPE)))
                .transpose()?,
            class: text(identity, CLASS)?,
            semester: text(identity, SEMESTER)?
                .map(|text| text.parse().map_err(|_| malformed(SEMESTER)))
                .transpose()?,
            valid_until: integer(identity, VALID_UNTIL)?
                .map(|short| long_date(short).ok_or(malformed(VALID_UNTIL)))
                .transpose()?,
            age_over_16: boolean(identity, AGE_OVER_16)?,
            age_over_18: boolean(identity, AGE_OVER_18)?,
            age_over_20: boolean(identity, AGE_OVER_20)?,
            portrait_hash: portrait_hash(identity)?,
        };
        match claims.missing() {
            Some(label) => Err(IdentityError::Missing(label)),
            None => Ok(claims),
        }
    }

    /// The first label that a code of this profile must have and this one has not.
    fn missing(&self) -> Option<i64> {
        let all = [
            (FULL_NAME, self.full_name.is_some()),
            (GIVEN_NAME, self.given_name.is_some()),
            (BIRTH_DATE, self.birth_date.is_some()),
            (INSTITUTION, self.institution.is_some()),
            (CARD_TYPE, self.card_type.is_some()),
            (SEMESTER, self.semester.is_some()),
            (VALID_UNTIL, self.valid_until.is_some()),
            (AGE_OVER_16, self.age_over_16.is_some()),
            (AGE_OVER_18, self.age_over_18.is_some()),
            (AGE_OVER_20, self.age_over_20.is_some()),
        ];
        let required = required(self.profile);
        all.into_iter()
            .find(|(label, there)| !there && required.contains(label))
            .map(|(label, _)| label)
    }
}

/// The labels that every code of a profile has.
fn required(profile: Profile) -> &'static [i64] {
    match profile {
        Profile::Exam => &[FULL_NAME, BIRTH_DATE, INSTITUTION, CARD_TYPE, VALID_UNTIL],
        Profile::Travel => &[
            FULL_NAME,
            BIRTH_DATE,
            INSTITUTION,
            CARD_TYPE,
            SEMESTER,
            VALID_UNTIL,
        ],
        Profile::Discount => &[GIVEN_NAME, CARD_TYPE, SEMESTER, VALID_UNTIL],
        Profile::Age => &[AGE_OVER_16, AGE_OVER_18, AGE_OVER_20],
    }
}

/// What the static photo token says: the portrait, 48×64 pixels, and nothing about whose it is. A code names it by
/// its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct PhotoClaims {
    /// [`PORTRAIT`]: a WebP file of at most [`PhotoClaims::MAX_BYTES`].
    pub webp: Vec<u8>,
}

impl PhotoClaims {
    /// With more, the photo code would pass its 1 500 characters.
    pub const MAX_BYTES: usize = 650;

    /// The portrait's hash, as the holder's codes name it.
    pub fn hash(&self) -> PortraitHash {
        PortraitHash::of(&self.webp)
    }

    /// The portrait as claim 169.
    pub fn to_identity(&self) -> Claim169 {
        Claim169(BTreeMap::from([
            (PORTRAIT, Value::Bytes(self.webp.clone())),
            (PORTRAIT_FORMAT, Value::Int(PORTRAIT_FORMAT_WEBP)),
            (PROFILE, Value::Int(PHOTO_NUMBER)),
        ]))
    }

    /// Reads the portrait from claim 169. Looks at the file's first bytes only; whoever draws it decodes it.
    ///
    /// # Errors
    /// When it is not a photo token's claims.
    pub fn from_identity(identity: &Claim169) -> Result<Self, IdentityError> {
        must_be(identity, PROFILE, PHOTO_NUMBER)?;
        Self::portrait_of(identity)
    }

    /// The portrait alone, whatever else stands beside it.
    pub(crate) fn portrait_of(identity: &Claim169) -> Result<Self, IdentityError> {
        must_be(identity, PORTRAIT_FORMAT, PORTRAIT_FORMAT_WEBP)?;
        match identity.0.get(&PORTRAIT) {
            None => Err(IdentityError::Missing(PORTRAIT)),
            Some(Value::Bytes(webp)) if is_webp(webp) => Ok(Self { webp: webp.clone() }),
            Some(_) => Err(IdentityError::Malformed(PORTRAIT)),
        }
    }
}

impl std::fmt::Debug for PhotoClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PhotoClaims({} bytes)", self.webp.len())
    }
}

/// `RIFF????WEBP`, and not large enough to be anything else than a stamp.
fn is_webp(bytes: &[u8]) -> bool {
    bytes.len() <= PhotoClaims::MAX_BYTES
        && bytes.starts_with(b"RIFF")
        && bytes.get(8..12) == Some(b"WEBP")
}

fn must_be(identity: &Claim169, label: i64, number: i64) -> Result<(), IdentityError> {
    match integer(identity, label)? {
        Some(found) if found == number => Ok(()),
        Some(_) => Err(IdentityError::Malformed(label)),
        None => Err(IdentityError::Missing(label)),
    }
}

fn text(identity: &Claim169, label: i64) -> Result<Option<String>, IdentityError> {
    match identity.0.get(&label) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text.clone())),
        Some(_) => Err(IdentityError::Malformed(label)),
    }
}

fn integer(identity: &Claim169, label: i64) -> Result<Option<i64>, IdentityError> {
    match identity.0.get(&label) {
        None => Ok(None),
        Some(Value::Int(number)) => Ok(Some(*number)),
        Some(_) => Err(IdentityError::Malformed(label)),
    }
}

fn boolean(identity: &Claim169, label: i64) -> Result<Option<bool>, IdentityError> {
    match identity.0.get(&label) {
        None => Ok(None),
        Some(Value::Bool(truth)) => Ok(Some(*truth)),
        Some(_) => Err(IdentityError::Malformed(label)),
    }
}

fn portrait_hash(identity: &Claim169) -> Result<Option<PortraitHash>, IdentityError> {
    match identity.0.get(&PORTRAIT_HASH) {
        None => Ok(None),
        Some(Value::Bytes(bytes)) => <[u8; 8]>::try_from(bytes.as_slice())
            .map(|hash| Some(PortraitHash(hash)))
            .map_err(|_| IdentityError::Malformed(PORTRAIT_HASH)),
        Some(_) => Err(IdentityError::Malformed(PORTRAIT_HASH)),
    }
}

fn birth_date(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().and_then(long_date)
}

/// 31 December 2026 as the number 20261231.
pub(crate) fn short_date(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

pub(crate) fn long_date(short: i64) -> Option<NaiveDate> {
    let short = u32::try_from(short)
        .ok()
        .filter(|short| *short <= 99_991_231)?;
    let year = i32::try_from(short / 10_000).ok()?;
    NaiveDate::from_ymd_opt(year, short / 100 % 100, short % 100)
}

#[cfg(test)]
mod tests;
