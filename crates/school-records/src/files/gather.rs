//! People as a file tells of them, piece by piece, until the whole is known.

use crate::finish::finish;
use crate::{
    ClassMembership, FaultReason, Faults, Fodselsnummer, Period, PersonRecord, Place,
    ProgrammeMembership, School, SchoolEnrolment, SchoolRecords,
};
use std::collections::{BTreeMap, HashMap};

/// What has been read so far.
pub(crate) struct Gathering {
    pub(crate) faults: Faults,
    pub(crate) schools: Vec<School>,
    pub(crate) people: Vec<PersonRecord>,
    by_key: HashMap<String, usize>,
    allow_synthetic: bool,
}

impl Gathering {
    pub(crate) fn new(allow_synthetic: bool) -> Self {
        Self {
            faults: Faults::default(),
            schools: Vec::new(),
            people: Vec::new(),
            by_key: HashMap::new(),
            allow_synthetic,
        }
    }

    /// `elev:<id>` or `larling:<id>`: none, with a fault, when the id is a national identity number.
    pub(crate) fn key(&mut self, place: &Place, class: &str, id: &str) -> Option<String> {
        if Fodselsnummer::parse(id, true).is_ok() {
            self.faults.add(place, FaultReason::NumberAsKey);
            return None;
        }
        Some(format!("{class}:{id}"))
    }

    /// A national identity number, when the text is one.
    pub(crate) fn number(&mut self, place: &Place, text: Option<&str>) -> Option<Fodselsnummer> {
        let number = Fodselsnummer::parse(text?, self.allow_synthetic).ok();
        if number.is_none() {
            self.faults.add(place, FaultReason::PersonalNumber);
        }
        number
    }

    /// A Feide name, in lower case, when the text is one.
    pub(crate) fn feide_name(
        &mut self,
        place: &Place,
        field: &str,
        text: Option<String>,
    ) -> Option<String> {
        let name = text?.to_lowercase();
        let is_name = matches!(name.split_once('@'), Some((user, realm)) if !user.is_empty() && realm.contains('.'));
        if !is_name {
            let field = field.to_owned();
            self.faults.add(place, FaultReason::WrongKind { field });
        }
        is_name.then_some(name)
    }

    /// The place of the person with this key, if there is one.
    pub(crate) fn find(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// Adds a person; none, with a fault, when the key is taken.
    pub(crate) fn add(&mut self, place: &Place, mut person: PersonRecord) -> Option<usize> {
        if self.by_key.contains_key(&person.source_key) {
            self.faults.add(place, FaultReason::SameKey);
            return None;
        }
        // Only where the source gives none.
        let by_number = person
            .nin
            .as_ref()
            .and_then(Fodselsnummer::birth_date_by_old_rule);
        person.birth_date = person.birth_date.or(by_number);
        let at = self.people.len();
        self.by_key.insert(person.source_key.clone(), at);
        self.people.push(person);
        Some(at)
    }

    pub(crate) fn missing(&mut self, place: &Place, field: &str) {
        let field = field.to_owned();
        self.faults.add(place, FaultReason::Missing { field });
    }

    pub(crate) fn leads_nowhere(&mut self, place: &Place, relation: &str) {
        let relation = relation.to_owned();
        self.faults
            .add(place, FaultReason::LeadsNowhere { relation });
    }

    pub(crate) fn finish(self) -> SchoolRecords {
        // Which places the keys are at is as large as a part of the set, and nobody asks any more.
        drop(self.by_key);
        finish(self.schools, self.people, self.faults)
    }
}

/// Adds to a list that for most people has one entry: left to itself it makes room for four, hundreds of thousands of times.
pub(crate) fn push<T>(list: &mut Vec<T>, entry: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(entry);
}

/// That someone is a pupil at a school, as the source says it outright.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relation {
    /// The school's number.
    pub(crate) school: String,
    pub(crate) period: Period,
    pub(crate) main: bool,
    pub(crate) category: Option<String>,
}

/// That someone is a member of something at a school.
#[derive(Debug, Clone)]
pub(crate) enum Membership {
    Class(ClassMembership),
    Programme(ProgrammeMembership),
}

impl Membership {
    fn period(&self) -> Period {
        match self {
            Self::Class(class) => class.period,
            Self::Programme(programme) => programme.period,
        }
    }

    fn put_into(self, enrolment: &mut SchoolEnrolment) {
        match self {
            Self::Class(class) => push(&mut enrolment.classes, class),
            Self::Programme(programme) => push(&mut enrolment.programmes, programme),
        }
    }
}

/// Relations with the memberships that lie in their time. Memberships at a school without a relation make one, that holds as
/// long as one follows upon the other: who leaves in autumn and is back in spring was not a pupil between.
pub(crate) fn enrolments(
    relations: Vec<Relation>,
    memberships: Vec<(String, Membership)>,
) -> Vec<SchoolEnrolment> {
    let mut enrolments: Vec<SchoolEnrolment> = relations
        .into_iter()
        .map(|relation| SchoolEnrolment {
            school_number: Some(relation.school),
            main: relation.main,
            period: relation.period,
            category_code: relation.category,
            ..SchoolEnrolment::default()
        })
        .collect();
    let mut alone: BTreeMap<String, Vec<Membership>> = BTreeMap::new();
    for (school, membership) in memberships {
        let mut has_place = false;
        for enrolment in enrolments.iter_mut().filter(|enrolment| {
            enrolment.school_number.as_ref() == Some(&school)
                && enrolment.period.overlaps(&membership.period())
        }) {
            membership.clone().put_into(enrolment);
            has_place = true;
        }
        if !has_place {
            alone.entry(school).or_default().push(membership);
        }
    }
    for (school, mut memberships) in alone {
        memberships.sort_by_key(|membership| membership.period().start);
        let mut run: Option<SchoolEnrolment> = None;
        for membership in memberships {
            let period = membership.period();
            let follows = run.as_ref().is_some_and(|run| {
                let day_after = run.period.end.and_then(|end| end.succ_opt());
                day_after.is_none_or(|day| period.start.is_none_or(|start| start <= day))
            });
            if !follows {
                enrolments.extend(run.take());
            }
            let run = run.get_or_insert_with(|| SchoolEnrolment {
                school_number: Some(school.clone()),
                period,
                ..SchoolEnrolment::default()
            });
            run.period.end = match (run.period.end, period.end) {
                (Some(a), Some(b)) => Some(a.max(b)),
                _ => None,
            };
            membership.put_into(run);
        }
        enrolments.extend(run);
    }
    enrolments
}

/// Who is at one school only has that for the main school.
pub(crate) fn mark_only_school(person: &mut PersonRecord) {
    let mut schools: Vec<_> = person
        .enrolments
        .iter()
        .map(|enrolment| &enrolment.school_number)
        .collect();
    schools.dedup();
    if schools.len() == 1 {
        for enrolment in &mut person.enrolments {
            enrolment.main = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(name: &str, start: &str, end: &str) -> (String, Membership) {
        let class = ClassMembership {
            name: name.into(),
            level: None,
            period: Period {
                start: start.parse().ok(),
                end: end.parse().ok(),
            },
        };
        ("16001".into(), Membership::Class(class))
    }

    fn told(enrolments: &[SchoolEnrolment]) -> Vec<String> {
        let day = |day: Option<chrono::NaiveDate>| day.map_or("…".into(), |day| day.to_string());
        enrolments
            .iter()
            .map(|enrolment| {
                let names: Vec<_> = enrolment
                    .classes
                    .iter()
                    .map(|class| class.name.as_str())
                    .collect();
                let (start, end) = (day(enrolment.period.start), day(enrolment.period.end));
                format!("{start} {end} {}", names.join("+"))
            })
            .collect()
    }

    #[test]
    fn memberships_without_a_relation_make_one_for_each_time_without_a_gap() {
        let memberships = vec![
            class("1B", "2026-10-01", "2026-11-30"),
            class("1A", "2026-08-17", "2026-09-30"),
            class("1C", "2027-01-04", ""),
        ];
        assert_eq!(
            told(&enrolments(Vec::new(), memberships)),
            ["2026-08-17 2026-11-30 1A+1B", "2027-01-04 … 1C"]
        );
    }

    #[test]
    fn memberships_go_to_the_relations_that_they_share_days_with() {
        let relation = |start: &str, end: &str| Relation {
            school: "16001".into(),
            period: Period {
                start: start.parse().ok(),
                end: end.parse().ok(),
            },
            ..Relation::default()
        };
        let relations = vec![
            relation("2026-08-17", "2026-12-20"),
            relation("2027-01-04", "2027-06-20"),
        ];
        let memberships = vec![
            class("1A", "2026-08-17", "2027-06-20"),
            class("1B", "2027-03-01", ""),
            class("0", "2025-08-17", "2026-06-20"),
        ];
        assert_eq!(
            told(&enrolments(relations, memberships)),
            [
                "2026-08-17 2026-12-20 1A",
                "2027-01-04 2027-06-20 1A+1B",
                "2025-08-17 2026-06-20 0"
            ]
        );
    }
}
