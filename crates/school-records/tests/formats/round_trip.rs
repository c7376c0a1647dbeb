//! A synthetic county, written in a form and read again, is the same.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;
use school_records::files::{Kind, parts};
use school_records::{
    ApprenticeRight, PupilRight, Right, Rules, SchoolRecords, library, pifu, right_on,
};

use crate::synthetic::county;
use crate::write::{self, Files};

/// Reads a set from memory.
pub(crate) fn read(kind: Kind, files: &Files) -> SchoolRecords {
    parts::set(kind, &|name| files.get(name).cloned(), true).unwrap()
}

/// Who has which card on the day, by source key: what is on it as far as every form can tell.
pub(crate) fn rights(
    records: &SchoolRecords,
    day: NaiveDate,
    rules: &Rules,
) -> BTreeMap<String, String> {
    records
        .people
        .iter()
        .filter_map(|person| {
            let right = match right_on(person, day, rules) {
                Right::Pupil(PupilRight {
                    school_number,
                    class,
                    level,
                    ..
                }) => {
                    format!("pupil {school_number} {class:?} {level:?}")
                }
                Right::Apprentice(ApprenticeRight { kind, company, .. }) => {
                    format!("{kind:?} {company}")
                }
                _ => return None,
            };
            let name = (&person.given_name, &person.family_name);
            Some((
                person.source_key.clone(),
                format!("{name:?} {:?} {right}", person.birth_date),
            ))
        })
        .collect()
}

/// Says where they differ, and not all that both are.
fn assert_same(one: &SchoolRecords, other: &SchoolRecords) {
    let faults: Vec<_> = one.faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(one.schools, other.schools);
    for (one, other) in one.people.iter().zip(&other.people) {
        assert_eq!(
            serde_json::to_value(one).unwrap(),
            serde_json::to_value(other).unwrap()
        );
        assert!(one.nin == other.nin, "another number");
    }
    assert_eq!(one.people.len(), other.people.len());
}

pub(crate) const DAYS: [&str; 5] = [
    "2025-10-01",
    "2026-06-30",
    "2026-08-20",
    "2026-11-22",
    "2027-07-31",
];

pub(crate) fn assert_same_rights(
    one: &SchoolRecords,
    other: &SchoolRecords,
    rules: &Rules,
    what: &str,
) {
    for day in DAYS {
        let day = day.parse().unwrap();
        assert_eq!(
            rights(one, day, rules),
            rights(other, day, rules),
            "{what} on {day}"
        );
    }
}

/// What a form without guests, categories and the like can be asked to carry.
fn without_guests(mut records: SchoolRecords) -> SchoolRecords {
    for person in &mut records.people {
        person.guest = false;
    }
    records
}

fn without_codes(mut records: SchoolRecords) -> SchoolRecords {
    for person in &mut records.people {
        person.library_code = None;
    }
    records
}

/// In PIFU an interruption is an end, and whoever is at one school only has that for the main school.
fn as_in_pifu(records: SchoolRecords) -> SchoolRecords {
    let mut records = without_guests(without_codes(records));
    records
        .people
        .retain(|person| person.source_key.starts_with("elev:"));
    for person in &mut records.people {
        person.contracts.clear();
        for enrolment in &mut person.enrolments {
            let within = |period| write::within(period, enrolment);
            let mut classes = enrolment.classes.clone();
            classes.retain_mut(|class| {
                within(class.period)
                    .map(|period| class.period = period)
                    .is_some()
            });
            let mut programmes = enrolment.programmes.clone();
            programmes
                .retain_mut(|of| within(of.period).map(|period| of.period = period).is_some());
            enrolment.period = within(enrolment.period).unwrap();
            enrolment.interrupted_on = None;
            enrolment.classes = classes;
            enrolment.programmes = programmes;
        }
    }
    records
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_countys_own_lists_say_everything(seed: u64) {
        let records = county(seed, 30);
        let mut read = read(Kind::Csv, &write::county(&records));
        library::add_codes(&write::library(&records), &mut read).unwrap();
        assert_same(&read, &records);
    }

    #[test]
    fn a_dump_of_fint_says_everything_but_library_codes(seed: u64) {
        let records = county(seed, 30);
        assert_same(&read(Kind::FintDump, &write::fint(&records)), &without_codes(records));
    }

    #[test]
    fn pifu_says_all_of_pupils_but_guests(seed: u64) {
        let records = as_in_pifu(county(seed, 30));
        let file = write::pifu(&records);
        let read = pifu::read("pifu.xml", || Ok(file.as_slice()), true).unwrap();
        assert_same(&read, &records);
    }

    #[test]
    fn one_roster_with_vigo_gives_the_same_rights(seed: u64) {
        let records = without_guests(county(seed, 30));
        let read = read(Kind::OneRoster, &write::oneroster(&records)).join(parts::vigo(write::vigo(&records).as_slice(), true).unwrap());
        prop_assert_eq!(read.faults.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
        assert_same_rights(&read, &records, &Rules::default(), "oneroster");
        for (one, other) in read.people.iter().zip(&records.people) {
            prop_assert_eq!(&one.source_key, &other.source_key);
            prop_assert_eq!((&one.feide_name, &one.nin, &one.mobile, &one.student_number), (&other.feide_name, &other.nin, &other.mobile, &other.student_number));
        }
    }

    #[test]
    fn sds_gives_the_same_rights_on_its_day(seed: u64) {
        let records = without_guests(county(seed, 30));
        for day in DAYS {
            let day = day.parse().unwrap();
            let read = read(Kind::Sds, &write::sds(&records, day));
            prop_assert!(read.faults.is_empty());
            let mut pupils = records.clone();
            for person in &mut pupils.people {
                person.contracts.clear();
            }
            prop_assert_eq!(rights(&read, day, &Rules::default()), rights(&pupils, day, &Rules::default()));
        }
    }

    #[test]
    fn vigo_says_all_of_contracts_but_examinations(seed: u64) {
        let mut records = county(seed, 30);
        records.schools.clear();
        let read = parts::vigo(write::vigo(&records).as_slice(), true).unwrap();
        let mut expected = records.clone();
        expected.people.retain(|person| !person.contracts.is_empty());
        for person in &mut expected.people {
            let key = write::id(person).to_owned();
            person.source_key = format!("larling:{key}");
            person.enrolments.clear();
            person.feide_name = None;
            person.middle_name = None;
            person.photo_url = None;
            person.student_number = None;
            person.guest = false;
            person.library_code = None;
            for contract in &mut person.contracts {
                contract.period.end = contract.passed_exam_on.take().or(contract.period.end);
            }
        }
        let expected = SchoolRecords::default().join(expected);
        assert_same(&read, &expected);
    }
}
