use super::*;
use crate::{ClassMembership, ProgrammeMembership};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn from_to(start: &str, end: &str) -> Period {
    let date = |text: &str| (!text.is_empty()).then(|| day(text));
    Period {
        start: date(start),
        end: date(end),
    }
}

fn class(name: &str, start: &str, end: &str) -> ClassMembership {
    ClassMembership {
        name: name.into(),
        level: Some("VG2".into()),
        period: from_to(start, end),
    }
}

/// A pupil for the school year 2026/27 at school 1601, class 2TMA.
fn enrolment() -> SchoolEnrolment {
    SchoolEnrolment {
        school_number: Some("1601".into()),
        main: true,
        period: from_to("2026-08-17", "2027-07-31"),
        interrupted_on: None,
        category_code: Some("2".into()),
        classes: vec![class("2TMA", "2026-08-17", "2027-07-31")],
        programmes: vec![ProgrammeMembership {
            code: "BATMF2----".into(),
            name: "Tømrer".into(),
            period: Period::default(),
        }],
    }
}

fn contract() -> TrainingContract {
    TrainingContract {
        contract_type: Some("Lærling".into()),
        period: from_to("2025-08-15", "2027-08-14"),
        company: Some("Fjordbygg AS".into()),
        company_number: Some("974588145".into()),
        programme: Some("Tømrer".into()),
        passed_exam_on: None,
    }
}

fn person() -> PersonRecord {
    PersonRecord {
        source_key: "elev:1".into(),
        feide_name: None,
        nin: None,
        given_name: "Nora".into(),
        middle_name: None,
        family_name: "Bjørnstad".into(),
        birth_date: Some(day("2009-04-02")),
        mobile: None,
        photo_url: None,
        student_number: Some("100001".into()),
        guest: false,
        enrolments: vec![],
        contracts: vec![],
        library_code: None,
    }
}

fn rules() -> Rules {
    Rules {
        enabled_schools: Some(["1601".into(), "1602".into()].into()),
        categories: Some(["1".into(), "2".into()].into()),
        ..Rules::default()
    }
}

/// One line that says what the right is, so that a table reads at a glance.
fn shown(right: &Right) -> String {
    match right {
        Right::Pupil(pupil) => format!(
            "pupil {} {}",
            pupil.school_number,
            pupil.class.as_deref().unwrap_or("-")
        ),
        Right::Apprentice(apprentice) => format!("{:?} {}", apprentice.kind, apprentice.company),
        Right::Incomplete(missing) => format!("lacks {missing:?}"),
        Right::SchoolNotEnabled { school_number } => format!("not enabled {school_number}"),
        Right::None(NoRight::NotStarted { from }) => format!("from {from}"),
        Right::None(NoRight::Ended { on }) => format!("ended {on}"),
        Right::None(NoRight::Interrupted { on }) => format!("interrupted {on}"),
        Right::None(reason) => format!("{reason:?}"),
    }
}

type Change = fn(&mut PersonRecord, &mut Rules);

fn check_table(base: &PersonRecord, cases: &[(&str, &str, Change, &str)]) {
    for (what, date, change, expected) in cases {
        let (mut person, mut rules) = (base.clone(), rules());
        change(&mut person, &mut rules);
        let right = right_on(&person, day(date), &rules);
        assert_eq!(&shown(&right), expected, "{what} on {date}");
        // What is told of it is what was judged.
        let judged = why(&person, day(date), &rules);
        let first = judged.first().map(|judged| judged.right.clone());
        let nothing = Right::None(NoRight::NoRelation);
        assert_eq!(first.unwrap_or(nothing), right, "{what} on {date}");
        for judged in judged {
            let is_card = matches!(judged.right, Right::Pupil(_) | Right::Apprentice(_));
            let holds = judged.steps.iter().all(|step| step.holds);
            assert_eq!(holds, is_card, "{what} on {date}: {judged:?}");
        }
    }
}

#[test]
fn a_pupils_right_follows_the_enrolment() {
    let mut base = person();
    base.enrolments = vec![enrolment()];
    let cases: &[(&str, &str, Change, &str)] = &[
        (
            "day before the first",
            "2026-08-16",
            |_, _| {},
            "from 2026-08-17",
        ),
        ("first day", "2026-08-17", |_, _| {}, "pupil 1601 2TMA"),
        (
            "a day in the middle",
            "2026-11-22",
            |_, _| {},
            "pupil 1601 2TMA",
        ),
        ("last day", "2027-07-31", |_, _| {}, "pupil 1601 2TMA"),
        (
            "day after the last",
            "2027-08-01",
            |_, _| {},
            "ended 2027-07-31",
        ),
        (
            "open end",
            "2030-01-01",
            |p, _| {
                p.enrolments[0].period.end = None;
                p.enrolments[0].classes[0].period.end = None;
            },
            "pupil 1601 2TMA",
        ),
        (
            "no period at all",
            "2026-11-22",
            |p, _| p.enrolments[0].period = Period::default(),
            "pupil 1601 2TMA",
        ),
        (
            "day before the interruption",
            "2026-10-31",
            |p, _| p.enrolments[0].interrupted_on = Some(day("2026-11-01")),
            "pupil 1601 2TMA",
        ),
        (
            "day of the interruption",
            "2026-11-01",
            |p, _| p.enrolments[0].interrupted_on = Some(day("2026-11-01")),
            "interrupted 2026-11-01",
        ),
        (
            "interrupted, and over since",
            "2027-09-01",
            |p, _| p.enrolments[0].interrupted_on = Some(day("2026-11-01")),
            "interrupted 2026-11-01",
        ),
        (
            "interrupted only after it was over",
            "2027-09-01",
            |p, _| p.enrolments[0].interrupted_on = Some(day("2027-08-15")),
            "ended 2027-07-31",
        ),
        ("guest", "2026-11-22", |p, _| p.guest = true, "Guest"),
        (
            "guest where guests have a card",
            "2026-11-22",
            |p, r| {
                p.guest = true;
                r.guests = true;
            },
            "pupil 1601 2TMA",
        ),
        (
            "guest whose stay is over",
            "2027-09-01",
            |p, _| p.guest = true,
            "ended 2027-07-31",
        ),
        (
            "category not covered",
            "2026-11-22",
            |p, _| p.enrolments[0].category_code = Some("9".into()),
            "CategoryNotCovered",
        ),
        (
            "no category",
            "2026-11-22",
            |p, _| p.enrolments[0].category_code = None,
            "pupil 1601 2TMA",
        ),
        (
            "all categories covered",
            "2026-11-22",
            |p, r| {
                p.enrolments[0].category_code = Some("9".into());
                r.categories = None;
            },
            "pupil 1601 2TMA",
        ),
        (
            "school not enabled",
            "2026-11-22",
            |p, _| p.enrolments[0].school_number = Some("1607".into()),
            "not enabled 1607",
        ),
        (
            "every school enabled",
            "2026-11-22",
            |p, r| {
                p.enrolments[0].school_number = Some("1607".into());
                r.enabled_schools = None;
            },
            "pupil 1607 2TMA",
        ),
        (
            "school switched off",
            "2026-11-22",
            |_, r| {
                r.disabled_schools = ["1601".into()].into();
            },
            "not enabled 1601",
        ),
        (
            "every school enabled but this one",
            "2026-11-22",
            |_, r| {
                r.enabled_schools = None;
                r.disabled_schools = ["1601".into()].into();
            },
            "not enabled 1601",
        ),
        (
            "school unknown",
            "2026-11-22",
            |p, _| p.enrolments[0].school_number = None,
            "lacks [School]",
        ),
        (
            "no class",
            "2026-11-22",
            |p, _| p.enrolments[0].classes.clear(),
            "lacks [Class]",
        ),
        (
            "no class and none demanded",
            "2026-11-22",
            |p, r| {
                p.enrolments[0].classes.clear();
                r.class_required = false;
            },
            "pupil 1601 -",
        ),
        (
            "class only later",
            "2026-11-22",
            |p, _| p.enrolments[0].classes = vec![class("2TMA", "2027-01-14", "")],
            "lacks [Class]",
        ),
        (
            "changed class",
            "2026-11-22",
            |p, _| {
                p.enrolments[0].classes = vec![
                    class("2TMB", "2026-10-01", ""),
                    class("2TMA", "2026-08-17", "2027-07-31"),
                ];
            },
            "pupil 1601 2TMB",
        ),
        (
            "family name of one space",
            "2026-11-22",
            |p, _| p.family_name = " ".into(),
            "lacks [Name]",
        ),
        (
            "everything missing",
            "2026-11-22",
            |p, _| {
                p.given_name.clear();
                p.birth_date = None;
                p.enrolments[0].school_number = None;
                p.enrolments[0].classes.clear();
            },
            "lacks [Name, BirthDate, School, Class]",
        ),
        (
            "missing data at a school that is not enabled",
            "2026-11-22",
            |p, _| {
                p.birth_date = None;
                p.enrolments[0].school_number = Some("1607".into());
            },
            "not enabled 1607",
        ),
        (
            "no relation",
            "2026-11-22",
            |p, _| p.enrolments.clear(),
            "NoRelation",
        ),
    ];
    check_table(&base, cases);
}

#[test]
fn of_several_relations_the_best_counts() {
    let mut base = person();
    base.enrolments = vec![enrolment(), enrolment()];
    base.enrolments[1].school_number = Some("1602".into());
    base.enrolments[1].main = false;
    let cases: &[(&str, &str, Change, &str)] = &[
        ("main school", "2026-11-22", |_, _| {}, "pupil 1601 2TMA"),
        (
            "main school is last in the list",
            "2026-11-22",
            |p, _| p.enrolments.reverse(),
            "pupil 1601 2TMA",
        ),
        (
            "neither is main: the latest start",
            "2026-11-22",
            |p, _| {
                p.enrolments[0].main = false;
                p.enrolments[1].period.start = Some(day("2026-10-01"));
            },
            "pupil 1602 2TMA",
        ),
        (
            "main school is over",
            "2026-11-22",
            |p, _| p.enrolments[0].period.end = Some(day("2026-10-01")),
            "pupil 1602 2TMA",
        ),
        (
            "main school is not enabled",
            "2026-11-22",
            |p, _| p.enrolments[0].school_number = Some("1607".into()),
            "pupil 1602 2TMA",
        ),
        (
            "main school lacks a class",
            "2026-11-22",
            |p, _| p.enrolments[0].classes.clear(),
            "pupil 1602 2TMA",
        ),
        (
            "one lacks a class, one is not enabled",
            "2026-11-22",
            |p, _| {
                p.enrolments[0].school_number = Some("1607".into());
                p.enrolments[1].classes.clear();
            },
            "lacks [Class]",
        ),
        (
            "one is over, one begins later",
            "2026-11-22",
            |p, _| {
                p.enrolments[0].period = from_to("2025-08-18", "2026-07-31");
                p.enrolments[1].period = from_to("2027-01-04", "2027-07-31");
            },
            "from 2027-01-04",
        ),
        (
            "both over: the newest end",
            "2026-11-22",
            |p, _| {
                p.enrolments[0].period = from_to("2024-08-18", "2025-07-31");
                p.enrolments[1].period = from_to("2025-08-18", "2026-07-31");
            },
            "ended 2026-07-31",
        ),
        (
            "pupil and apprentice at once",
            "2026-11-22",
            |p, _| p.contracts = vec![contract()],
            "pupil 1601 2TMA",
        ),
        (
            "school is over, apprentice now",
            "2026-11-22",
            |p, _| {
                p.enrolments.truncate(1);
                p.enrolments[0].period.end = Some(day("2026-07-31"));
                p.contracts = vec![contract()];
            },
            "Larling Fjordbygg AS",
        ),
        (
            "terms overlap in a week, both main: the new one",
            "2027-01-05",
            |p, _| {
                p.enrolments[0].period = from_to("2026-08-17", "2027-01-10");
                p.enrolments[1].period = from_to("2027-01-04", "2027-07-31");
                p.enrolments[1].main = true;
            },
            "pupil 1602 2TMA",
        ),
        (
            "terms overlap, one class in each: the newest class",
            "2027-01-05",
            |p, _| {
                p.enrolments.truncate(1);
                p.enrolments[0].classes = vec![
                    class("2H1", "2026-08-17", "2027-01-13"),
                    class("2H2", "2027-01-04", "2027-07-31"),
                ];
            },
            "pupil 1601 2H2",
        ),
        (
            "a break between two times at one school",
            "2026-12-01",
            |p, _| {
                p.enrolments[1].school_number = Some("1601".into());
                p.enrolments[0].period = from_to("2026-08-17", "2026-10-31");
                p.enrolments[1].period = from_to("2027-01-04", "2027-07-31");
            },
            "from 2027-01-04",
        ),
        (
            "protected address: a record without address, telephone and photo",
            "2026-11-22",
            |p, _| {
                p.mobile = None;
                p.photo_url = None;
            },
            "pupil 1601 2TMA",
        ),
        (
            "chosen name: what the school writes, in any letters",
            "2026-11-22",
            |p, _| {
                p.given_name = "Ĥaŋa-Mø".into();
                p.family_name = "الله".into();
            },
            "pupil 1601 2TMA",
        ),
        (
            "a name of one space is no name",
            "2026-11-22",
            |p, _| p.family_name = " ".into(),
            "lacks [Name]",
        ),
        (
            "pupil without a class, apprentice at once: the training card",
            "2026-11-22",
            |p, _| {
                p.enrolments.truncate(1);
                p.enrolments[0].classes.clear();
                p.contracts = vec![contract()];
            },
            "Larling Fjordbygg AS",
        ),
        (
            "guest pupil with a contract here",
            "2026-11-22",
            |p, _| {
                p.guest = true;
                p.contracts = vec![contract()];
            },
            "Larling Fjordbygg AS",
        ),
    ];
    check_table(&base, cases);
}

#[test]
fn an_apprentices_right_follows_the_contract() {
    let mut base = person();
    base.contracts = vec![contract()];
    let cases: &[(&str, &str, Change, &str)] = &[
        ("before", "2025-08-14", |_, _| {}, "from 2025-08-15"),
        ("first day", "2025-08-15", |_, _| {}, "Larling Fjordbygg AS"),
        ("last day", "2027-08-14", |_, _| {}, "Larling Fjordbygg AS"),
        ("after", "2027-08-15", |_, _| {}, "ended 2027-08-14"),
        (
            "training candidate by letter",
            "2026-11-22",
            |p, _| p.contracts[0].contract_type = Some(" k ".into()),
            "Larekandidat Fjordbygg AS",
        ),
        (
            "unknown contract type",
            "2026-11-22",
            |p, _| p.contracts[0].contract_type = Some("Praksisbrev".into()),
            "ContractTypeUnknown",
        ),
        (
            "no contract type",
            "2026-11-22",
            |p, _| p.contracts[0].contract_type = None,
            "ContractTypeUnknown",
        ),
        (
            "contract type listed without a card",
            "2026-11-22",
            |p, r| {
                p.contracts[0].contract_type = Some("Praksisbrev".into());
                r.contract_types
                    .insert("praksisbrev".into(), ContractKind::NoCard);
            },
            "ContractTypeUnknown",
        ),
        (
            "the county's own word with capitals in the rules",
            "2026-11-22",
            |p, r| {
                p.contracts[0].contract_type = Some("ordinær".into());
                r.contract_types
                    .insert("Ordinær".into(), ContractKind::Larling);
            },
            "Larling Fjordbygg AS",
        ),
        (
            "no company",
            "2026-11-22",
            |p, _| p.contracts[0].company = None,
            "lacks [Company]",
        ),
        (
            "no end",
            "2026-11-22",
            |p, _| p.contracts[0].period.end = None,
            "lacks [ContractPeriod]",
        ),
        (
            "day of the examination",
            "2026-11-20",
            |p, _| p.contracts[0].passed_exam_on = Some(day("2026-11-20")),
            "Larling Fjordbygg AS",
        ),
        (
            "day after the examination",
            "2026-11-21",
            |p, _| p.contracts[0].passed_exam_on = Some(day("2026-11-20")),
            "ended 2026-11-20",
        ),
        (
            "examination that does not end the right",
            "2026-11-21",
            |p, r| {
                p.contracts[0].passed_exam_on = Some(day("2026-11-20"));
                r.exam_ends_right = false;
            },
            "Larling Fjordbygg AS",
        ),
        (
            "two contracts: the newest",
            "2026-11-22",
            |p, _| {
                let mut newer = contract();
                newer.period.start = Some(day("2026-09-01"));
                newer.company = Some("Havbyen Bygg".into());
                p.contracts.push(newer);
            },
            "Larling Havbyen Bygg",
        ),
    ];
    check_table(&base, cases);
}

#[test]
fn a_pupils_right_tells_what_the_card_shows() {
    let mut pupil = person();
    pupil.enrolments = vec![enrolment(), enrolment(), enrolment()];
    pupil.enrolments[0].interrupted_on = Some(day("2027-02-01"));
    pupil.enrolments[1].school_number = Some("1607".into());
    pupil.enrolments[1].main = false;
    pupil.enrolments[2].school_number = Some("1609".into());
    pupil.enrolments[2].period.end = Some(day("2026-09-01"));
    let right = right_on(&pupil, day("2026-11-22"), &rules());
    assert_eq!(
        right,
        Right::Pupil(PupilRight {
            school_number: "1601".into(),
            class: Some("2TMA".into()),
            level: Some("VG2".into()),
            programme: Some(("BATMF2----".into(), "Tømrer".into())),
            period: from_to("2026-08-17", "2027-01-31"),
            other_schools: vec!["1607".into()],
        })
    );
}

#[test]
fn a_person_has_at_most_a_pupils_and_a_training_card_and_the_pupils_comes_first() {
    let mut base = person();
    base.enrolments = vec![enrolment()];
    base.contracts = vec![contract()];
    let both = ["pupil 1601 2TMA", "Larling Fjordbygg AS"];
    let cases: &[(&str, &str, Change, &[&str])] = &[
        ("both", "2026-11-22", |_, _| {}, &both),
        (
            "school has not begun",
            "2026-08-16",
            |_, _| {},
            &["Larling Fjordbygg AS"],
        ),
        (
            "school is over",
            "2027-08-10",
            |_, _| {},
            &["Larling Fjordbygg AS"],
        ),
        (
            "the contract has ended",
            "2026-11-22",
            |p, _| p.contracts[0].period.end = Some(day("2026-11-21")),
            &["pupil 1601 2TMA"],
        ),
        (
            "the last day of the contract",
            "2026-11-22",
            |p, _| p.contracts[0].period.end = Some(day("2026-11-22")),
            &both,
        ),
        (
            "the examination is passed",
            "2026-11-22",
            |p, _| p.contracts[0].passed_exam_on = Some(day("2026-11-20")),
            &["pupil 1601 2TMA"],
        ),
        (
            "a contract that gives no card",
            "2026-11-22",
            |p, _| p.contracts[0].contract_type = Some("Fagbrev på jobb".into()),
            &["pupil 1601 2TMA"],
        ),
        (
            "a training candidate",
            "2026-11-22",
            |p, _| p.contracts[0].contract_type = Some("Lærekandidat".into()),
            &["pupil 1601 2TMA", "Larekandidat Fjordbygg AS"],
        ),
        (
            "a school without the card",
            "2026-11-22",
            |p, _| p.enrolments[0].school_number = Some("1699".into()),
            &["Larling Fjordbygg AS"],
        ),
        (
            "no class in the records",
            "2026-11-22",
            |p, _| p.enrolments[0].classes.clear(),
            &["Larling Fjordbygg AS"],
        ),
        (
            "no company in the records",
            "2026-11-22",
            |p, _| p.contracts[0].company = None,
            &["pupil 1601 2TMA"],
        ),
        (
            "two schools and two contracts",
            "2026-11-22",
            |p, _| {
                let mut school = enrolment();
                school.main = false;
                school.school_number = Some("1602".into());
                p.enrolments.insert(0, school);
                let mut older = contract();
                older.period.start = Some(day("2024-08-15"));
                older.company = Some("Nesbygg AS".into());
                p.contracts.insert(0, older);
            },
            &both,
        ),
        (
            "no birth date",
            "2026-11-22",
            |p, _| p.birth_date = None,
            &[],
        ),
        (
            "nothing",
            "2026-11-22",
            |p, _| {
                p.enrolments.clear();
                p.contracts.clear();
            },
            &[],
        ),
    ];
    for (what, date, change, expected) in cases {
        let (mut person, mut rules) = (base.clone(), rules());
        change(&mut person, &mut rules);
        let rights = rights_on(&person, day(date), &rules);
        let lines: Vec<String> = rights.iter().map(shown).collect();
        assert_eq!(lines, *expected, "{what} on {date}");
        // The best outcome is the first of them, and without any it is not one.
        let best = right_on(&person, day(date), &rules);
        match rights.first() {
            Some(first) => assert_eq!(&best, first, "{what}"),
            None => assert!(
                !matches!(best, Right::Pupil(_) | Right::Apprentice(_)),
                "{what}"
            ),
        }
    }
}

#[test]
fn school_and_training_are_also_judged_each_alone() {
    let mut both = person();
    both.enrolments = vec![enrolment()];
    both.enrolments[0].classes.clear();
    both.contracts = vec![contract()];
    let on = day("2026-11-22");
    assert_eq!(shown(&right_as_pupil(&both, on, &rules())), "lacks [Class]");
    assert_eq!(
        shown(&right_in_training(&both, on, &rules())),
        "Larling Fjordbygg AS"
    );
    assert_eq!(
        shown(&right_as_pupil(&person(), on, &rules())),
        "NoRelation"
    );
    assert_eq!(
        shown(&right_in_training(&person(), on, &rules())),
        "NoRelation"
    );
}

#[test]
fn nothing_changes_before_the_day_on_which_it_may() {
    let rules = Rules::default();
    let period = |start: &str, end: &str| Period {
        start: start.parse().ok(),
        end: end.parse().ok(),
    };
    let mut person = crate::model::nobody();
    person.source_key = "elev:1".into();
    person.given_name = "Nora".into();
    person.family_name = "Lie".into();
    person.birth_date = "2009-03-14".parse().ok();
    person.enrolments = vec![SchoolEnrolment {
        school_number: Some("1".into()),
        period: period("2026-08-17", "2027-06-20"),
        interrupted_on: "2027-02-01".parse().ok(),
        classes: vec![crate::ClassMembership {
            name: "2STA".into(),
            level: None,
            period: period("2026-08-20", "2026-12-18"),
        }],
        ..SchoolEnrolment::default()
    }];
    person.contracts = vec![TrainingContract {
        contract_type: Some("L".into()),
        company: Some("Fjord Bygg AS".into()),
        period: period("2027-03-01", "2029-02-28"),
        passed_exam_on: "2029-01-15".parse().ok(),
        ..TrainingContract::default()
    }];
    let mut date: NaiveDate = "2026-01-01".parse().unwrap();
    let end: NaiveDate = "2029-12-31".parse().unwrap();
    let mut changes = Vec::new();
    while let Some(next) = next_change(&person, date) {
        let before = right_on(&person, date, &rules);
        let mut day = date;
        while day < next {
            assert_eq!(right_on(&person, day, &rules), before, "{day}");
            day = day.succ_opt().unwrap();
        }
        changes.push(next.to_string());
        date = next;
    }
    let last = right_on(&person, date, &rules);
    assert_eq!(right_on(&person, end, &rules), last);
    assert_eq!(
        changes,
        [
            "2026-08-17",
            "2026-08-20",
            "2026-12-19",
            "2027-02-01",
            "2027-03-01",
            "2027-06-21",
            "2029-01-16",
            "2029-03-01"
        ]
    );
}

#[test]
fn a_contract_type_is_unknown_while_it_runs_and_the_rules_do_not_list_it() {
    let mut person = PersonRecord {
        contracts: vec![contract()],
        ..person()
    };
    let rules = Rules::default();
    let mut unknown = |name: Option<&str>, on: &str, rules: &Rules| {
        person.contracts[0].contract_type = name.map(str::to_owned);
        let found = unknown_contract_types(&person, day(on), rules);
        found.map(str::to_owned).collect::<Vec<_>>()
    };
    let (now, over) = ("2026-11-22", "2029-01-01");
    assert_eq!(unknown(Some(" Praksisbrev "), now, &rules), ["Praksisbrev"]);
    assert_eq!(unknown(None, now, &rules), [""]);
    assert!(unknown(Some("Praksisbrev"), over, &rules).is_empty());
    assert!(unknown(Some("lærling"), now, &rules).is_empty());
    let mut without_card = Rules::default();
    let kinds = &mut without_card.contract_types;
    kinds.insert("praksisbrev".into(), ContractKind::NoCard);
    assert!(unknown(Some("Praksisbrev"), now, &without_card).is_empty());
}
