//! What the records give a right to on a given day.

use crate::{ClassMembership, Period, PersonRecord, SchoolEnrolment, TrainingContract};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

#[path = "right/why.rs"]
mod why;

pub use why::{Judged, Question, Relation, Step, why};

/// The county's rules for who has a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// The numbers of the schools that use the card; none means all.
    pub enabled_schools: Option<BTreeSet<String>>,
    /// The numbers of schools that do not use the card, whatever `enabled_schools` says.
    pub disabled_schools: BTreeSet<String>,
    /// The pupil category codes that have a card; none means all. A pupil
    /// without a category is covered: private candidates always carry theirs.
    pub categories: Option<BTreeSet<String>>,
    /// What the source's contract types mean, compared without case.
    pub contract_types: BTreeMap<String, ContractKind>,
    /// Whether guest pupils have a card.
    pub guests: bool,
    /// Whether a pupil must be in a class. Off for counties with adults outside classes.
    pub class_required: bool,
    /// Whether a passed final examination ends an apprentice's right.
    pub exam_ends_right: bool,
}

impl Default for Rules {
    fn default() -> Self {
        let contract_types = [
            ("l", ContractKind::Larling),
            ("lærling", ContractKind::Larling),
            ("lærekontrakt", ContractKind::Larling),
            ("apprenticeship", ContractKind::Larling),
            ("k", ContractKind::Larekandidat),
            ("lærekandidat", ContractKind::Larekandidat),
            ("opplæringskontrakt", ContractKind::Larekandidat),
        ];
        Self {
            enabled_schools: None,
            disabled_schools: BTreeSet::new(),
            categories: None,
            contract_types: contract_types
                .map(|(word, kind)| (word.to_owned(), kind))
                .into(),
            guests: false,
            class_required: true,
            exam_ends_right: true,
        }
    }
}

/// What a contract type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractKind {
    /// Apprentice: lærekontrakt.
    Larling,
    /// Training candidate: opplæringskontrakt.
    Larekandidat,
    /// Known, and gives no card.
    NoCard,
}

/// What a person has a right to on a day, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    /// A pupil's card.
    Pupil(PupilRight),
    /// An apprentice's or training candidate's card.
    Apprentice(ApprenticeRight),
    /// There would be a right, were these not missing in the records.
    Incomplete(Vec<MissingField>),
    /// The person is a pupil at a school that does not use the card.
    SchoolNotEnabled {
        /// The school's number.
        school_number: String,
    },
    /// No right on this day.
    None(NoRight),
}

/// A pupil's right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PupilRight {
    /// The school on the card.
    pub school_number: String,
    /// The class on that day; none only where the rules do not demand one.
    pub class: Option<String>,
    /// The year level on that day.
    pub level: Option<String>,
    /// The code and the name of the programme area on that day.
    pub programme: Option<(String, String)>,
    /// When the relation to the school holds, cut short by a coming interruption.
    pub period: Period,
    /// Other schools where the person is a pupil on that day.
    pub other_schools: Vec<String>,
}

/// An apprentice's or training candidate's right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprenticeRight {
    /// Apprentice or training candidate; never [`ContractKind::NoCard`].
    pub kind: ContractKind,
    /// The company's name.
    pub company: String,
    /// The company's organisation number.
    pub company_number: Option<String>,
    /// The trade.
    pub programme: Option<String>,
    /// When the contract holds.
    pub period: Period,
}

/// Something the card must show that the records do not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingField {
    /// First or family name.
    Name,
    /// Date of birth.
    BirthDate,
    /// The school.
    School,
    /// A class on that day.
    Class,
    /// The company.
    Company,
    /// The contract's first and last day.
    ContractPeriod,
}

/// Why there is no right on that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum NoRight {
    /// Begins later.
    NotStarted {
        /// First day.
        from: NaiveDate,
    },
    /// Has ended.
    Ended {
        /// Last day.
        on: NaiveDate,
    },
    /// Was broken off.
    Interrupted {
        /// First day without a right.
        on: NaiveDate,
    },
    /// A guest pupil, and the rules do not cover guests.
    Guest,
    /// The pupil's category is not covered.
    CategoryNotCovered,
    /// The contract type is not in the county's list, or is listed as giving no card.
    ContractTypeUnknown,
    /// The person is in the records without any school relation or contract.
    NoRelation,
}

/// What the person has a right to on the day.
///
/// Every school relation and contract is judged alone, and the best outcome
/// wins: a card; else what is missing; else a school that is not enabled; else
/// the reason. Among several of one kind the main school comes first, then the
/// latest start. Of a pupil who is also an apprentice this tells the pupil's card,
/// since it is the school that keeps the photo; [`rights_on`] tells both.
#[must_use]
pub fn right_on(person: &PersonRecord, date: NaiveDate, rules: &Rules) -> Right {
    best(
        [
            right_as_pupil(person, date, rules),
            right_in_training(person, date, rules),
        ],
        date,
    )
}

/// Every card that the person has a right to on the day: at most a pupil's and then one for training, so that
/// apprentices who also go to school have both. Each is a [`Right::Pupil`] or [`Right::Apprentice`].
#[must_use]
pub fn rights_on(person: &PersonRecord, date: NaiveDate, rules: &Rules) -> Vec<Right> {
    [
        right_as_pupil(person, date, rules),
        right_in_training(person, date, rules),
    ]
    .into_iter()
    .filter(|right| matches!(right, Right::Pupil(_) | Right::Apprentice(_)))
    .collect()
}

/// As [`right_on`], looking at the school relations alone.
#[must_use]
pub fn right_as_pupil(person: &PersonRecord, date: NaiveDate, rules: &Rules) -> Right {
    let mut enrolments: Vec<&SchoolEnrolment> = person.enrolments.iter().collect();
    enrolments.sort_by_key(|enrolment| (!enrolment.main, Reverse(enrolment.period.start)));
    let rights = enrolments
        .into_iter()
        .map(|enrolment| right_from_enrolment(person, enrolment, date, rules));
    best(rights, date)
}

/// As [`right_on`], looking at the training contracts alone.
#[must_use]
pub fn right_in_training(person: &PersonRecord, date: NaiveDate, rules: &Rules) -> Right {
    let mut contracts: Vec<&TrainingContract> = person.contracts.iter().collect();
    contracts.sort_by_key(|contract| Reverse(contract.period.start));
    let rights = contracts
        .into_iter()
        .map(|contract| right_from_contract(person, contract, date, rules));
    best(rights, date)
}

/// The first day after `date` on which [`right_on`] may say something else than on `date`, whatever the rules are; none when
/// it never will, unless the record changes.
#[must_use]
pub fn next_change(person: &PersonRecord, date: NaiveDate) -> Option<NaiveDate> {
    let begins_and_ends =
        |period: &Period| [period.start, period.end.and_then(|end| end.succ_opt())];
    let of_school = person.enrolments.iter().flat_map(|enrolment| {
        let classes = enrolment.classes.iter().map(|class| &class.period);
        let programmes = enrolment.programmes.iter().map(|area| &area.period);
        classes
            .chain(programmes)
            .chain([&enrolment.period])
            .flat_map(begins_and_ends)
            .chain([enrolment.interrupted_on])
    });
    let of_training = person.contracts.iter().flat_map(|contract| {
        let passed = contract.passed_exam_on.and_then(|on| on.succ_opt());
        begins_and_ends(&contract.period)
            .into_iter()
            .chain([passed])
    });
    of_school
        .chain(of_training)
        .flatten()
        .filter(|day| *day > date)
        .min()
}

/// `min_by_key` keeps the first of equals, so the order of the rights decides among them.
fn best(rights: impl IntoIterator<Item = Right>, date: NaiveDate) -> Right {
    rights
        .into_iter()
        .min_by_key(|right| rank(right, date))
        .unwrap_or(Right::None(NoRight::NoRelation))
}

/// Lower is better. Among reasons, one that still may change for the better
/// (begins later) comes before one that lies behind, and the newest end before older ones.
fn rank(right: &Right, date: NaiveDate) -> (u8, i64) {
    let days_from = |other: NaiveDate| (other - date).num_days().abs();
    match right {
        Right::Pupil(_) => (0, 0),
        Right::Apprentice(_) => (1, 0),
        Right::Incomplete(_) => (2, 0),
        Right::SchoolNotEnabled { .. } => (3, 0),
        Right::None(reason) => match reason {
            NoRight::Guest | NoRight::CategoryNotCovered | NoRight::ContractTypeUnknown => (4, 0),
            NoRight::NotStarted { from } => (5, days_from(*from)),
            NoRight::Ended { on } | NoRight::Interrupted { on } => (6, days_from(*on)),
            NoRight::NoRelation => (7, 0),
        },
    }
}

fn right_from_enrolment(
    person: &PersonRecord,
    enrolment: &SchoolEnrolment,
    date: NaiveDate,
    rules: &Rules,
) -> Right {
    if let Some(reason) = outside(&enrolment.period, enrolment.interrupted_on, date) {
        return Right::None(reason);
    }
    if person.guest && !rules.guests {
        return Right::None(NoRight::Guest);
    }
    if let (Some(covered), Some(code)) = (&rules.categories, &enrolment.category_code)
        && !covered.contains(code)
    {
        return Right::None(NoRight::CategoryNotCovered);
    }
    if let Some(school_number) = &enrolment.school_number
        && !is_enabled(school_number, rules)
    {
        return Right::SchoolNotEnabled {
            school_number: school_number.clone(),
        };
    }

    let class = newest_class(enrolment, date);
    let mut missing = missing_of_person(person);
    if enrolment.school_number.is_none() {
        missing.push(MissingField::School);
    }
    if class.is_none() && rules.class_required {
        missing.push(MissingField::Class);
    }
    let (Some(school_number), true) = (enrolment.school_number.clone(), missing.is_empty()) else {
        return Right::Incomplete(missing);
    };
    Right::Pupil(PupilRight {
        class: class.map(|class| class.name.clone()),
        level: class.and_then(|class| class.level.clone()),
        programme: enrolment
            .programmes
            .iter()
            .filter(|programme| programme.period.covers(date))
            .max_by_key(|programme| programme.period.start)
            .map(|programme| (programme.code.clone(), programme.name.clone())),
        period: cut_short(enrolment.period, enrolment.interrupted_on),
        other_schools: other_schools(person, &school_number, date),
        school_number,
    })
}

fn right_from_contract(
    person: &PersonRecord,
    contract: &TrainingContract,
    date: NaiveDate,
    rules: &Rules,
) -> Right {
    let ended_by_exam = contract.passed_exam_on.filter(|_| rules.exam_ends_right);
    if let Some(reason) = outside(&contract.period, None, date) {
        return Right::None(reason);
    }
    // The day of the examination is the last day.
    if let Some(on) = ended_by_exam.filter(|passed| *passed < date) {
        return Right::None(NoRight::Ended { on });
    }
    let kind = match contract_kind(contract, rules) {
        Some(kind @ (ContractKind::Larling | ContractKind::Larekandidat)) => kind,
        Some(ContractKind::NoCard) | None => return Right::None(NoRight::ContractTypeUnknown),
    };
    let mut missing = missing_of_person(person);
    if contract.company.is_none() {
        missing.push(MissingField::Company);
    }
    if contract.period.start.is_none() || contract.period.end.is_none() {
        missing.push(MissingField::ContractPeriod);
    }
    let (Some(company), true) = (contract.company.clone(), missing.is_empty()) else {
        return Right::Incomplete(missing);
    };
    let mut period = contract.period;
    if let Some(on) = ended_by_exam {
        period.end = Some(period.end.map_or(on, |end| end.min(on)));
    }
    Right::Apprentice(ApprenticeRight {
        kind,
        company,
        company_number: contract.company_number.clone(),
        programme: contract.programme.clone(),
        period,
    })
}

/// Of several classes on one day the newest is shown; memberships with no start count as oldest.
fn newest_class(enrolment: &SchoolEnrolment, date: NaiveDate) -> Option<&ClassMembership> {
    enrolment
        .classes
        .iter()
        .filter(|class| class.period.covers(date))
        .max_by_key(|class| class.period.start)
}

/// What the county's list says of the contract's type.
fn contract_kind(contract: &TrainingContract, rules: &Rules) -> Option<ContractKind> {
    let word = contract.contract_type.as_ref()?.trim().to_lowercase();
    rules
        .contract_types
        .iter()
        .find(|(known, _)| known.to_lowercase() == word)
        .map(|(_, kind)| *kind)
}

/// The types, as the source has them, of the person's contracts on that day that the rules do not know; empty for a
/// contract without a type. One that the rules know to give no card is known.
pub fn unknown_contract_types<'a>(
    person: &'a PersonRecord,
    date: NaiveDate,
    rules: &Rules,
) -> impl Iterator<Item = &'a str> {
    let unknown = move |contract: &&TrainingContract| {
        outside(&contract.period, None, date).is_none() && contract_kind(contract, rules).is_none()
    };
    let contracts = person.contracts.iter().filter(unknown);
    contracts.map(|contract| contract.contract_type.as_deref().unwrap_or_default().trim())
}

fn outside(period: &Period, interrupted_on: Option<NaiveDate>, date: NaiveDate) -> Option<NoRight> {
    let ended = period.end.filter(|end| *end < date);
    let interrupted = interrupted_on.filter(|on| *on <= date);
    if let Some(from) = period.start.filter(|start| *start > date) {
        return Some(NoRight::NotStarted { from });
    }
    match (interrupted, ended) {
        (Some(on), Some(end)) if end < on => Some(NoRight::Ended { on: end }),
        (Some(on), _) => Some(NoRight::Interrupted { on }),
        (None, Some(on)) => Some(NoRight::Ended { on }),
        (None, None) => None,
    }
}

fn cut_short(period: Period, interrupted_on: Option<NaiveDate>) -> Period {
    let last = interrupted_on.and_then(|on| on.pred_opt());
    Period {
        start: period.start,
        end: match (period.end, last) {
            (Some(end), Some(last)) => Some(end.min(last)),
            (end, last) => end.or(last),
        },
    }
}

fn missing_of_person(person: &PersonRecord) -> Vec<MissingField> {
    let mut missing = Vec::new();
    if person.given_name.trim().is_empty() || person.family_name.trim().is_empty() {
        missing.push(MissingField::Name);
    }
    if person.birth_date.is_none() {
        missing.push(MissingField::BirthDate);
    }
    missing
}

fn is_enabled(school_number: &str, rules: &Rules) -> bool {
    let is_listed = rules
        .enabled_schools
        .as_ref()
        .is_none_or(|enabled| enabled.contains(school_number));
    is_listed && !rules.disabled_schools.contains(school_number)
}

fn other_schools(person: &PersonRecord, shown: &str, date: NaiveDate) -> Vec<String> {
    let others: BTreeSet<&String> = person
        .enrolments
        .iter()
        .filter(|enrolment| outside(&enrolment.period, enrolment.interrupted_on, date).is_none())
        .filter_map(|enrolment| enrolment.school_number.as_ref())
        .filter(|number| *number != shown)
        .collect();
    others.into_iter().cloned().collect()
}

#[cfg(test)]
#[path = "right/tests.rs"]
mod tests;
