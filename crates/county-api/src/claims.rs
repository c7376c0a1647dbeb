//! The claims of the SD-JWT VC that the phone holds: their names, and the whole card read from them.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{Datelike, NaiveDate};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Map, Value};

use crate::{CardType, Semester};

/// Given and middle names.
pub const GIVEN_NAME: &str = "given_name";
/// Family name.
pub const FAMILY_NAME: &str = "family_name";
/// Birth date, `YYYY-MM-DD`.
pub const BIRTHDATE: &str = "birthdate";
/// Photo, a `data:image/jpeg;base64,` URI.
pub const PORTRAIT: &str = "portrait";
/// [`CardType`].
pub const CARD_TYPE: &str = "card_type";
/// School, or company or training office for apprentices.
pub const INSTITUTION: &str = "institution";
/// The institution's number in the national registers.
pub const INSTITUTION_NUMBER: &str = "institution_number";
/// Class.
pub const CLASS: &str = "class";
/// Education programme.
pub const PROGRAMME: &str = "programme";
/// The number the school knows the pupil by; never the national identity number.
pub const STUDENT_NUMBER: &str = "student_number";
/// [`Semester`].
pub const SEMESTER: &str = "semester";
/// First day the card is good, `YYYY-MM-DD`.
pub const VALID_FROM: &str = "valid_from";
/// Last day the card is good, `YYYY-MM-DD`.
pub const VALID_UNTIL: &str = "valid_until";
/// Whether the holder was 16 on the day of issue.
pub const AGE_OVER_16: &str = "age_over_16";
/// Whether the holder was 18 on the day of issue.
pub const AGE_OVER_18: &str = "age_over_18";
/// Whether the holder was 20 on the day of issue.
pub const AGE_OVER_20: &str = "age_over_20";
/// The county's name.
pub const COUNTY: &str = "county";

/// Every claim of the card, in the order in which the issuer writes them.
pub const ALL: [&str; 17] = [
    GIVEN_NAME,
    FAMILY_NAME,
    BIRTHDATE,
    PORTRAIT,
    CARD_TYPE,
    INSTITUTION,
    INSTITUTION_NUMBER,
    CLASS,
    PROGRAMME,
    STUDENT_NUMBER,
    SEMESTER,
    VALID_FROM,
    VALID_UNTIL,
    AGE_OVER_16,
    AGE_OVER_18,
    AGE_OVER_20,
    COUNTY,
];

/// All that a card says, as the holder's own app reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardClaims {
    /// [`GIVEN_NAME`]
    pub given_name: String,
    /// [`FAMILY_NAME`]
    pub family_name: String,
    /// [`BIRTHDATE`]
    pub birthdate: NaiveDate,
    /// [`PORTRAIT`]
    pub portrait: Portrait,
    /// [`CARD_TYPE`]
    pub card_type: CardType,
    /// [`INSTITUTION`]
    pub institution: String,
    /// [`INSTITUTION_NUMBER`]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub institution_number: Option<String>,
    /// [`CLASS`]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// [`PROGRAMME`]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    /// [`STUDENT_NUMBER`]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student_number: Option<String>,
    /// [`SEMESTER`]
    pub semester: Semester,
    /// [`VALID_FROM`]
    pub valid_from: NaiveDate,
    /// [`VALID_UNTIL`]
    pub valid_until: NaiveDate,
    /// [`AGE_OVER_16`]
    pub age_over_16: bool,
    /// [`AGE_OVER_18`]
    pub age_over_18: bool,
    /// [`AGE_OVER_20`]
    pub age_over_20: bool,
    /// [`COUNTY`]
    pub county: String,
}

/// The claims are not those of a card. Names the claim, never its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// A claim that every card has is not there.
    #[error("claim {0} is missing")]
    Missing(&'static str),
    /// A claim is there but is not what its name promises.
    #[error("claim {0} is malformed")]
    Malformed(&'static str),
}

impl CardClaims {
    /// Reads the card from disclosed claims; claims it does not know are passed over.
    pub fn from_claims(claims: &Map<String, Value>) -> Result<Self, ClaimsError> {
        Ok(Self {
            given_name: required(claims, GIVEN_NAME)?,
            family_name: required(claims, FAMILY_NAME)?,
            birthdate: required(claims, BIRTHDATE)?,
            portrait: required(claims, PORTRAIT)?,
            card_type: required(claims, CARD_TYPE)?,
            institution: required(claims, INSTITUTION)?,
            institution_number: optional(claims, INSTITUTION_NUMBER)?,
            class: optional(claims, CLASS)?,
            programme: optional(claims, PROGRAMME)?,
            student_number: optional(claims, STUDENT_NUMBER)?,
            semester: required(claims, SEMESTER)?,
            valid_from: required(claims, VALID_FROM)?,
            valid_until: required(claims, VALID_UNTIL)?,
            age_over_16: required(claims, AGE_OVER_16)?,
            age_over_18: required(claims, AGE_OVER_18)?,
            age_over_20: required(claims, AGE_OVER_20)?,
            county: required(claims, COUNTY)?,
        })
    }

    /// The claims as they go into the credential; what is not known is left out.
    pub fn to_claims(&self) -> Map<String, Value> {
        let all = [
            (GIVEN_NAME, Some(Value::from(self.given_name.as_str()))),
            (FAMILY_NAME, Some(self.family_name.as_str().into())),
            (BIRTHDATE, Some(self.birthdate.to_string().into())),
            (PORTRAIT, Some(self.portrait.data_uri().into())),
            (CARD_TYPE, serde_json::to_value(self.card_type).ok()),
            (INSTITUTION, Some(self.institution.as_str().into())),
            (
                INSTITUTION_NUMBER,
                self.institution_number.clone().map(Value::from),
            ),
            (CLASS, self.class.clone().map(Value::from)),
            (PROGRAMME, self.programme.clone().map(Value::from)),
            (STUDENT_NUMBER, self.student_number.clone().map(Value::from)),
            (SEMESTER, Some(self.semester.to_string().into())),
            (VALID_FROM, Some(self.valid_from.to_string().into())),
            (VALID_UNTIL, Some(self.valid_until.to_string().into())),
            (AGE_OVER_16, Some(self.age_over_16.into())),
            (AGE_OVER_18, Some(self.age_over_18.into())),
            (AGE_OVER_20, Some(self.age_over_20.into())),
            (COUNTY, Some(self.county.as_str().into())),
        ];
        all.into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }
}

/// Whether someone born on `birthdate` has turned `years` on the day `on`.
///
/// Someone born on 29 February turns on 1 March in other years.
pub fn age_over(birthdate: NaiveDate, years: u32, on: NaiveDate) -> bool {
    let reached = i64::from(birthdate.year()) + i64::from(years);
    (i64::from(on.year()), on.month(), on.day()) >= (reached, birthdate.month(), birthdate.day())
}

fn required<T: DeserializeOwned>(
    claims: &Map<String, Value>,
    name: &'static str,
) -> Result<T, ClaimsError> {
    optional(claims, name)?.ok_or(ClaimsError::Missing(name))
}

fn optional<T: DeserializeOwned>(
    claims: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<T>, ClaimsError> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        // The cause is dropped: serde quotes the value in it.
        Some(value) => T::deserialize(value)
            .map(Some)
            .map_err(|_| ClaimsError::Malformed(name)),
    }
}

/// A JPEG portrait of at most [`Portrait::MAX_BYTES`]; on the wire a data URI.
#[derive(Clone, PartialEq, Eq)]
pub struct Portrait(Vec<u8>);

/// Not a JPEG, or too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a JPEG portrait of at most {} bytes", Portrait::MAX_BYTES)]
pub struct NotAPortrait;

impl Portrait {
    /// More than the issuer ever writes (64 kB), and little enough to be read without thought.
    pub const MAX_BYTES: usize = 128 * 1024;
    const URI_START: &str = "data:image/jpeg;base64,";

    /// Wraps the bytes of a JPEG file. Looks at its first bytes only; whoever draws it decodes it.
    pub fn from_jpeg(bytes: Vec<u8>) -> Result<Self, NotAPortrait> {
        if bytes.len() > Self::MAX_BYTES || !bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            return Err(NotAPortrait);
        }
        Ok(Self(bytes))
    }

    /// The bytes of the JPEG file.
    pub fn jpeg(&self) -> &[u8] {
        &self.0
    }

    /// The portrait as a `data:image/jpeg;base64,` URI.
    pub fn data_uri(&self) -> String {
        let mut uri = Self::URI_START.to_owned();
        STANDARD.encode_string(&self.0, &mut uri);
        uri
    }

    /// Reads what [`data_uri`](Self::data_uri) wrote.
    pub fn from_data_uri(uri: &str) -> Result<Self, NotAPortrait> {
        let text = uri.strip_prefix(Self::URI_START).ok_or(NotAPortrait)?;
        if text.len() > Self::MAX_BYTES.div_ceil(3) * 4 {
            return Err(NotAPortrait);
        }
        Self::from_jpeg(STANDARD.decode(text).map_err(|_| NotAPortrait)?)
    }
}

impl fmt::Debug for Portrait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Portrait({} bytes)", self.0.len())
    }
}

impl Serialize for Portrait {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.data_uri())
    }
}

impl<'de> Deserialize<'de> for Portrait {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let uri = String::deserialize(deserializer)?;
        Self::from_data_uri(&uri).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn card() -> CardClaims {
        CardClaims {
            given_name: "Nora".into(),
            family_name: "Bjørnstad".into(),
            birthdate: day("2008-02-29"),
            portrait: Portrait::from_jpeg(vec![0xFF, 0xD8, 0xFF, 0xE0]).unwrap(),
            card_type: CardType::Elev,
            institution: "Fjordvik vgs".into(),
            institution_number: Some("974588145".into()),
            class: Some("2STA".into()),
            programme: Some("Studiespesialisering".into()),
            student_number: Some("100042".into()),
            semester: "2026-H".parse().unwrap(),
            valid_from: day("2026-08-01"),
            valid_until: day("2026-12-31"),
            age_over_16: true,
            age_over_18: true,
            age_over_20: false,
            county: "Fjordviken fylkeskommune".into(),
        }
    }

    #[test]
    fn a_card_is_written_as_claims_and_read_back() {
        let claims = card().to_claims();
        insta::assert_json_snapshot!(claims, @r#"
        {
          "given_name": "Nora",
          "family_name": "Bjørnstad",
          "birthdate": "2008-02-29",
          "portrait": "data:image/jpeg;base64,/9j/4A==",
          "card_type": "elev",
          "institution": "Fjordvik vgs",
          "institution_number": "974588145",
          "class": "2STA",
          "programme": "Studiespesialisering",
          "student_number": "100042",
          "semester": "2026-H",
          "valid_from": "2026-08-01",
          "valid_until": "2026-12-31",
          "age_over_16": true,
          "age_over_18": true,
          "age_over_20": false,
          "county": "Fjordviken fylkeskommune"
        }
        "#);
        assert_eq!(CardClaims::from_claims(&claims), Ok(card()));
        assert_eq!(claims.keys().map(String::as_str).collect::<Vec<_>>(), ALL);
        assert_eq!(serde_json::to_value(card()).unwrap(), Value::Object(claims));
    }

    #[test]
    fn what_a_card_may_lack_is_left_out_and_what_it_must_have_is_missed_by_name() {
        let may_lack = [INSTITUTION_NUMBER, CLASS, PROGRAMME, STUDENT_NUMBER];
        for name in ALL {
            let mut claims = card().to_claims();
            claims.shift_remove(name);
            let read = CardClaims::from_claims(&claims);
            if may_lack.contains(&name) {
                assert_eq!(read.map(|card| card.to_claims()), Ok(claims), "{name}");
            } else {
                assert_eq!(read, Err(ClaimsError::Missing(name)));
            }
        }
    }

    #[test]
    fn a_claim_of_the_wrong_kind_is_named_without_its_value() {
        for name in ALL {
            let mut claims = card().to_claims();
            claims.insert(name.into(), serde_json::json!({ "secret": "verdi" }));
            let error = CardClaims::from_claims(&claims).unwrap_err();
            assert_eq!(error, ClaimsError::Malformed(name));
            assert!(!error.to_string().contains("verdi"));
        }
    }

    #[test]
    fn an_age_is_reached_on_the_birthday() {
        for (born, years, on, over) in [
            ("2008-09-01", 18, "2026-08-31", false),
            ("2008-09-01", 18, "2026-09-01", true),
            ("2008-02-29", 18, "2026-02-28", false),
            ("2008-02-29", 18, "2026-03-01", true),
            ("2008-02-29", 20, "2028-02-29", true),
            ("2026-01-01", 0, "2025-12-31", false),
        ] {
            assert_eq!(
                age_over(day(born), years, day(on)),
                over,
                "{born} {years} {on}"
            );
        }
    }

    #[test]
    fn other_things_are_not_portraits() {
        for uri in [
            "",
            "data:image/jpeg;base64,",
            "data:image/jpeg;base64,AAAA",
            "data:image/png;base64,/9j/",
            "data:image/svg+xml;base64,PHN2Zz4=",
            "data:image/jpeg;base64,/9j/!",
            "https://fjordvik.example/portrait.jpg",
        ] {
            assert_eq!(Portrait::from_data_uri(uri), Err(NotAPortrait), "{uri}");
        }
        let mut large = vec![0; Portrait::MAX_BYTES + 1];
        large[..3].copy_from_slice(&[0xFF, 0xD8, 0xFF]);
        assert_eq!(Portrait::from_jpeg(large), Err(NotAPortrait));
    }

    proptest! {
        #[test]
        fn every_portrait_survives_its_data_uri(tail in prop::collection::vec(any::<u8>(), 0..200)) {
            let portrait = Portrait::from_jpeg([&[0xFF, 0xD8, 0xFF], tail.as_slice()].concat()).unwrap();
            prop_assert_eq!(Portrait::from_data_uri(&portrait.data_uri()), Ok(portrait));
        }
    }
}
