//! The rule told step by step, for those who must explain to a person what the records say.

use chrono::NaiveDate;

use super::{
    ContractKind, MissingField, Right, Rules, contract_kind, is_enabled, missing_of_person,
    newest_class, outside, right_from_contract, right_from_enrolment,
};
use crate::{Period, PersonRecord};

/// One relation to a school or one training contract, and how the rule judges it by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Which.
    pub relation: Relation,
    /// When it holds.
    pub period: Period,
    /// What it gives alone. The best of all is what [`super::right_on`] tells.
    pub right: Right,
    /// What the rule looks at, in its order.
    pub steps: Vec<Step>,
}

/// What is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// A relation to a school.
    School {
        /// The school's number, if the records have it.
        number: Option<String>,
        /// The main school.
        main: bool,
    },
    /// A training contract.
    Contract {
        /// The company's name, if the records have it.
        company: Option<String>,
    },
}

/// One question of the rule, and whether the answer speaks for a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The question, with what the records answer.
    pub question: Question,
    /// It speaks for a card, or not against one.
    pub holds: bool,
}

/// What the rule looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Whether the day lies in the period.
    Day {
        /// The first day without, if it was broken off.
        interrupted_on: Option<NaiveDate>,
    },
    /// Whether it is a guest pupil, where guests have no card.
    Guest {
        /// As the records say.
        is_guest: bool,
    },
    /// Whether the pupil category has a card.
    Category {
        /// As the records say.
        code: Option<String>,
    },
    /// Whether the school uses the card.
    SchoolEnabled {
        /// The school.
        number: String,
    },
    /// Whether the final examination is still to come.
    Examination {
        /// When it was passed.
        passed_on: Option<NaiveDate>,
    },
    /// Whether the contract type has a card.
    ContractType {
        /// The source's own word.
        word: Option<String>,
        /// What the county's list says of it.
        kind: Option<ContractKind>,
    },
    /// Whether the record has what the card must show.
    Field(MissingField),
    /// Which class it is on the day.
    Class {
        /// Its name.
        name: Option<String>,
    },
}

/// Every relation and contract, judged by itself; those that speak for most come first, as in [`super::right_on`].
#[must_use]
pub fn why(person: &PersonRecord, date: NaiveDate, rules: &Rules) -> Vec<Judged> {
    let mut judged = schools(person, date, rules);
    judged.extend(contracts(person, date, rules));
    judged.sort_by_key(|judged| super::rank(&judged.right, date));
    judged
}

fn schools(person: &PersonRecord, date: NaiveDate, rules: &Rules) -> Vec<Judged> {
    let mut enrolments: Vec<_> = person.enrolments.iter().collect();
    enrolments.sort_by_key(|one| (!one.main, std::cmp::Reverse(one.period.start)));
    let judge = |enrolment: &crate::SchoolEnrolment| {
        let mut steps = vec![
            Step {
                holds: outside(&enrolment.period, enrolment.interrupted_on, date).is_none(),
                question: Question::Day {
                    interrupted_on: enrolment.interrupted_on,
                },
            },
            Step {
                holds: !person.guest || rules.guests,
                question: Question::Guest {
                    is_guest: person.guest,
                },
            },
        ];
        if let Some(covered) = &rules.categories {
            let code = enrolment.category_code.clone();
            steps.push(Step {
                holds: code.as_ref().is_none_or(|code| covered.contains(code)),
                question: Question::Category { code },
            });
        }
        match &enrolment.school_number {
            Some(number) => steps.push(Step {
                holds: is_enabled(number, rules),
                question: Question::SchoolEnabled {
                    number: number.clone(),
                },
            }),
            None => steps.push(lacking(MissingField::School)),
        }
        let class = newest_class(enrolment, date);
        steps.push(Step {
            holds: class.is_some() || !rules.class_required,
            question: Question::Class {
                name: class.map(|class| class.name.clone()),
            },
        });
        steps.extend(missing_of_person(person).into_iter().map(lacking));
        Judged {
            relation: Relation::School {
                number: enrolment.school_number.clone(),
                main: enrolment.main,
            },
            period: enrolment.period,
            right: right_from_enrolment(person, enrolment, date, rules),
            steps,
        }
    };
    enrolments.into_iter().map(judge).collect()
}

fn contracts(person: &PersonRecord, date: NaiveDate, rules: &Rules) -> Vec<Judged> {
    let mut contracts: Vec<_> = person.contracts.iter().collect();
    contracts.sort_by_key(|one| std::cmp::Reverse(one.period.start));
    let judge = |contract: &crate::TrainingContract| {
        let passed_on = contract.passed_exam_on.filter(|_| rules.exam_ends_right);
        let kind = contract_kind(contract, rules);
        let mut steps = vec![
            Step {
                holds: outside(&contract.period, None, date).is_none(),
                question: Question::Day {
                    interrupted_on: None,
                },
            },
            Step {
                holds: passed_on.is_none_or(|on| on >= date),
                question: Question::Examination { passed_on },
            },
            Step {
                holds: matches!(
                    kind,
                    Some(ContractKind::Larling | ContractKind::Larekandidat)
                ),
                question: Question::ContractType {
                    word: contract.contract_type.clone(),
                    kind,
                },
            },
        ];
        if contract.company.is_none() {
            steps.push(lacking(MissingField::Company));
        }
        if contract.period.start.is_none() || contract.period.end.is_none() {
            steps.push(lacking(MissingField::ContractPeriod));
        }
        steps.extend(missing_of_person(person).into_iter().map(lacking));
        Judged {
            relation: Relation::Contract {
                company: contract.company.clone(),
            },
            period: contract.period,
            right: right_from_contract(person, contract, date, rules),
            steps,
        }
    };
    contracts.into_iter().map(judge).collect()
}

fn lacking(field: MissingField) -> Step {
    Step {
        question: Question::Field(field),
        holds: false,
    }
}
