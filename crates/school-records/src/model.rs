//! The one model that every source is read into.

use crate::{Faults, Fodselsnummer};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// Everything read from a county's records in one complete reading.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SchoolRecords {
    /// The county's schools, each once, in the order of their numbers.
    pub schools: Vec<School>,
    /// Pupils, apprentices and training candidates, in the order of their source keys.
    pub people: Vec<PersonRecord>,
    /// What could not be used, and why. Holds nothing that names a person.
    pub faults: Faults,
}

impl SchoolRecords {
    /// Both sets as one: a pupil of the one who is an apprentice in the other is one person.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        self.schools.extend(other.schools);
        self.people.extend(other.people);
        self.faults.append(other.faults);
        crate::finish::finish(self.schools, self.people, self.faults)
    }
}

/// A school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct School {
    /// The county's number for the school (skolenummer), as text: leading zeros count.
    pub number: String,
    /// The name shown on the card.
    pub name: String,
    /// Nine digits, when known.
    pub organisation_number: Option<String>,
    /// The school's domain name, when known.
    pub domain: Option<String>,
    /// How to reach the school's office.
    pub contact: Contact,
}

/// How to reach a school or a company.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Telephone, as the source writes it.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Web page.
    pub website: Option<Url>,
}

/// One person, with all that the records say about school and training.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonRecord {
    /// `elev:<systemId>`, or `larling:<systemId>` for those who are only in training:
    /// the source's own key, the same from night to night; never a national identity number.
    pub source_key: String,
    /// The Feide name (`name@realm`), in lower case.
    pub feide_name: Option<String>,
    /// The national identity number, when the source gives a valid one. Never serialised.
    #[serde(skip)]
    pub nin: Option<Fodselsnummer>,
    /// First name, without surrounding space; empty when the source has none.
    pub given_name: String,
    /// Middle name.
    pub middle_name: Option<String>,
    /// Family name, without surrounding space; empty when the source has none.
    pub family_name: String,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// Mobile number as the source writes it: the school's own entry before the person register's.
    pub mobile: Option<String>,
    /// Where the photo in the records lies: FINT's `Person.bilde`.
    pub photo_url: Option<Url>,
    /// The pupil's number (elevnummer), as text.
    pub student_number: Option<String>,
    /// A guest pupil: belongs to another county.
    pub guest: bool,
    /// Every relation to a school, past, present and to come.
    pub enrolments: Vec<SchoolEnrolment>,
    /// Every training contract.
    pub contracts: Vec<TrainingContract>,
    /// The code of the library card.
    pub library_code: Option<LibraryCodeRecord>,
}

impl fmt::Debug for PersonRecord {
    // Names, dates and numbers stay out of logs: the source key finds the person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonRecord")
            .field("source_key", &self.source_key)
            .field("enrolments", &self.enrolments.len())
            .field("contracts", &self.contracts.len())
            .finish_non_exhaustive()
    }
}

/// A span of days, both ends included; an open end has no date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub start: Option<NaiveDate>,
    /// Last day.
    pub end: Option<NaiveDate>,
}

impl Period {
    /// Whether the day lies in the period.
    #[must_use]
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.start.is_none_or(|start| start <= day) && self.end.is_none_or(|end| day <= end)
    }

    pub(crate) fn ends_before_it_begins(&self) -> bool {
        matches!((self.start, self.end), (Some(start), Some(end)) if end < start)
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let begins_in_time = |one: &Self, two: &Self| match (one.start, two.end) {
            (Some(start), Some(end)) => start <= end,
            _ => true,
        };
        begins_in_time(self, other) && begins_in_time(other, self)
    }
}

/// A pupil's relation to one school (FINT: Elevforhold).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolEnrolment {
    /// The school's number; none when the source does not say or names an unknown school.
    pub school_number: Option<String>,
    /// Whether this is the pupil's main school (hovedskole).
    pub main: bool,
    /// When the relation holds.
    pub period: Period,
    /// From this day on the relation is broken off.
    pub interrupted_on: Option<NaiveDate>,
    /// The code of the pupil category (FINT: Elevkategori), e.g. `heltid` as "2".
    pub category_code: Option<String>,
    /// Class memberships.
    pub classes: Vec<ClassMembership>,
    /// Programme area memberships.
    pub programmes: Vec<ProgrammeMembership>,
}

/// Membership of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassMembership {
    /// The class's name, e.g. `2TMA`.
    pub name: String,
    /// The year level, e.g. `VG2`.
    pub level: Option<String>,
    /// When the membership holds.
    pub period: Period,
}

/// Membership of a programme area (programområde).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeMembership {
    /// The code, e.g. `BATMF2----`.
    pub code: String,
    /// The name, e.g. `Tømrer`.
    pub name: String,
    /// When the membership holds.
    pub period: Period,
}

/// An apprenticeship or training contract (FINT: Larling).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingContract {
    /// The source's word for the kind of contract; [`crate::Rules`] says what it means.
    pub contract_type: Option<String>,
    /// When the contract holds.
    pub period: Period,
    /// The company's name.
    pub company: Option<String>,
    /// The company's organisation number.
    pub company_number: Option<String>,
    /// The name of the trade or programme area.
    pub programme: Option<String>,
    /// The day the final examination was passed.
    pub passed_exam_on: Option<NaiveDate>,
}

/// A library card's code and how it is drawn.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryCodeRecord {
    /// The code, unchanged: leading zeros and letters count.
    pub code: String,
    /// How it is drawn; none leaves it to the school's setting.
    pub symbology: Option<Symbology>,
}

impl fmt::Debug for LibraryCodeRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LibraryCodeRecord")
            .field("symbology", &self.symbology)
            .finish_non_exhaustive()
    }
}

/// The ways a library code can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Symbology {
    /// QR code.
    Qr,
    /// Code 39.
    Code39,
    /// Code 128.
    Code128,
    /// Interleaved 2 of 5.
    Itf,
    /// Codabar.
    Codabar,
    /// EAN-13.
    Ean13,
}

/// One record, or one part of it, that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// Why.
    #[serde(flatten)]
    pub reason: FaultReason,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

/// Where a fault is: the source's class and the record's own key in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The class or file, e.g. `elevforhold` or `bibliotek.csv`.
    pub class: String,
    /// The record's `systemId`, or `#n` (counted from 1) where it has none. Never a personal number.
    pub id: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.class, self.id)
    }
}

/// Why a record, or a part of it, could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum FaultReason {
    /// The record is not an object.
    #[error("is not an object")]
    NotAnObject,
    /// A field that must be there is not, or is empty.
    #[error("lacks {field}")]
    Missing {
        /// The field's name.
        field: String,
    },
    /// A field has a value of the wrong kind.
    #[error("has a value of the wrong kind in {field}")]
    WrongKind {
        /// The field's name.
        field: String,
    },
    /// A date cannot be read.
    #[error("has an unreadable date in {field}")]
    UnreadableDate {
        /// The field's name.
        field: String,
    },
    /// A period ends before it begins.
    #[error("ends before it begins in {field}")]
    EndsBeforeItBegins {
        /// The field's name.
        field: String,
    },
    /// A link cannot be read or names something that is not there.
    #[error("has a link that leads nowhere: {relation}")]
    LeadsNowhere {
        /// The relation's name.
        relation: String,
    },
    /// Two records have the same key; the first is used.
    #[error("has the key of another record")]
    SameKey,
    /// The national identity number is not valid.
    #[error("has a national identity number that is not valid")]
    PersonalNumber,
    /// The library code belongs to nobody in the records, or to more than one row.
    #[error("names nobody in the records")]
    NobodyKnown,
    /// A field is longer than any real value.
    #[error("has a value that is far too long in {field}")]
    TooLong {
        /// The field's name.
        field: String,
    },
    /// A row has another number of cells than the heading.
    #[error("has another number of cells than the heading")]
    CellCount,
    /// A column of the heading is not one that is read: perhaps a slip of the pen.
    #[error("has a column that is not known, number {position}")]
    UnknownColumn {
        /// Its place, counted from 1. Its name is not told: in a file without a heading it is a value.
        position: usize,
    },
    /// Another row with the same key says something else; the first is used.
    #[error("says otherwise than an earlier row in {field}")]
    Contradicts {
        /// The field's name.
        field: String,
    },
    /// A national identity number stands where a key should: keys are shown and logged.
    #[error("has a national identity number for its key")]
    NumberAsKey,
}

/// A person of whom nothing is known but the key.
pub(crate) fn nobody() -> PersonRecord {
    PersonRecord {
        source_key: String::new(),
        feide_name: None,
        nin: None,
        given_name: String::new(),
        middle_name: None,
        family_name: String::new(),
        birth_date: None,
        mobile: None,
        photo_url: None,
        student_number: None,
        guest: false,
        enrolments: Vec::new(),
        contracts: Vec::new(),
        library_code: None,
    }
}
