//! The county's own lists, for what no system delivers: `skoler.csv`, `elever.csv`, `larlinger.csv`.
//!
//! The template, with an example of each, is `crates/school-records/template`; `docs/records.md` explains every column.
//! A person can have several rows: each school relation one, and in it each class and programme area one more.

use super::csv::{Csv, Row};
use super::gather::{Gathering, push};
use super::{Files, SetError};
use crate::finish::web_address;
use crate::{
    ClassMembership, Contact, FaultReason, Faults, Period, PersonRecord, ProgrammeMembership,
    School, SchoolEnrolment, SchoolRecords, TrainingContract, model,
};
use std::collections::HashMap;

pub(super) const SCHOOLS: &str = "skoler.csv";
pub(super) const PUPILS: &str = "elever.csv";
pub(super) const APPRENTICES: &str = "larlinger.csv";

const OF_SCHOOLS: [&str; 7] = [
    "skolenummer",
    "navn",
    "organisasjonsnummer",
    "domene",
    "telefon",
    "epost",
    "nettsted",
];
const OF_PEOPLE: [&str; 9] = [
    "nokkel",
    "feidenavn",
    "fodselsnummer",
    "fornavn",
    "mellomnavn",
    "etternavn",
    "fodselsdato",
    "mobil",
    "bilde",
];
const OF_PUPILS: [&str; 16] = [
    "elevnummer",
    "gjest",
    "skolenummer",
    "hovedskole",
    "fra",
    "til",
    "avbrutt",
    "kategori",
    "klasse",
    "trinn",
    "klasse_fra",
    "klasse_til",
    "programkode",
    "program",
    "program_fra",
    "program_til",
];
const OF_APPRENTICES: [&str; 7] = [
    "kontraktstype",
    "fra",
    "til",
    "bedrift",
    "bedriftsnummer",
    "fag",
    "bestatt",
];

pub(super) fn read(files: &dyn Files, allow_synthetic: bool) -> Result<SchoolRecords, SetError> {
    let mut gathering = Gathering::new(allow_synthetic);
    read_schools(files, &mut gathering)?;
    read_pupils(files, &mut gathering)?;
    if let Some(input) = files.optional(APPRENTICES)? {
        let mut csv = Csv::open(
            APPRENTICES,
            input,
            &["nokkel", "kontraktstype", "fra", "til"],
        )?;
        let known = [&OF_PEOPLE[..], &OF_APPRENTICES[..]].concat();
        csv.report_unknown_columns(&known, &mut gathering.faults);
        while let Some(row) = csv.next(&mut gathering.faults)? {
            let Some(at) = person(&row, "larling", &mut gathering) else {
                continue;
            };
            let faults = &mut gathering.faults;
            let (Some(period), Some(passed_exam_on)) =
                (row.period("fra", "til", faults), row.day("bestatt", faults))
            else {
                continue;
            };
            let contract = TrainingContract {
                contract_type: row.required("kontraktstype", faults),
                period,
                company: row.text("bedrift", faults),
                company_number: row.text("bedriftsnummer", faults),
                programme: row.text("fag", faults),
                passed_exam_on,
            };
            push(&mut gathering.people[at].contracts, contract);
        }
    }
    Ok(gathering.finish())
}

fn read_schools(files: &dyn Files, gathering: &mut Gathering) -> Result<(), SetError> {
    let mut csv = Csv::open(SCHOOLS, files.file(SCHOOLS)?, &["skolenummer", "navn"])?;
    let faults = &mut gathering.faults;
    csv.report_unknown_columns(&OF_SCHOOLS, faults);
    while let Some(row) = csv.next(faults)? {
        let (Some(number), Some(name)) = (
            row.required("skolenummer", faults),
            row.required("navn", faults),
        ) else {
            continue;
        };
        if gathering
            .schools
            .iter()
            .any(|school| school.number == number)
        {
            faults.add(&row.place, FaultReason::SameKey);
            continue;
        }
        gathering.schools.push(School {
            number,
            name,
            organisation_number: row.text("organisasjonsnummer", faults),
            domain: row.text("domene", faults),
            contact: Contact {
                phone: row.text("telefon", faults),
                email: row.text("epost", faults),
                website: row
                    .text("nettsted", faults)
                    .and_then(|text| web_address(&text)),
            },
        });
    }
    Ok(())
}

/// One relation to a school among a person's rows: what is the same in all rows of it.
type RelationKey = (usize, Option<String>, Period);

fn read_pupils(files: &dyn Files, gathering: &mut Gathering) -> Result<(), SetError> {
    let mut csv = Csv::open(
        PUPILS,
        files.file(PUPILS)?,
        &[
            "nokkel",
            "fornavn",
            "etternavn",
            "skolenummer",
            "fra",
            "til",
            "klasse",
        ],
    )?;
    let known = [&OF_PEOPLE[..], &OF_PUPILS[..]].concat();
    csv.report_unknown_columns(&known, &mut gathering.faults);
    let mut relations: HashMap<RelationKey, usize> = HashMap::new();
    while let Some(row) = csv.next(&mut gathering.faults)? {
        let Some(at) = person(&row, "elev", gathering) else {
            continue;
        };
        let faults = &mut gathering.faults;
        let number = row.text("elevnummer", faults);
        let is_guest = row.flag("gjest", faults);
        let pupil = &mut gathering.people[at];
        pupil.student_number = pupil.student_number.take().or(number);
        pupil.guest |= is_guest;
        // What begins or ends on an unreadable day must not count as always valid.
        let (Some(period), Some(interrupted_on)) =
            (row.period("fra", "til", faults), row.day("avbrutt", faults))
        else {
            continue;
        };
        let school = row.required("skolenummer", faults).filter(|number| {
            let is_known = gathering
                .schools
                .iter()
                .any(|school| school.number == *number);
            if !is_known {
                let relation = "skolenummer".to_owned();
                faults.add(&row.place, FaultReason::LeadsNowhere { relation });
            }
            is_known
        });
        let enrolments = &mut gathering.people[at].enrolments;
        let key = (at, school.clone(), period);
        let of_person = *relations.entry(key).or_insert_with(|| {
            let enrolment = SchoolEnrolment {
                school_number: school,
                period,
                ..SchoolEnrolment::default()
            };
            push(enrolments, enrolment);
            enrolments.len() - 1
        });
        let enrolment = &mut enrolments[of_person];
        enrolment.main |= row.flag("hovedskole", faults);
        enrolment.interrupted_on = enrolment.interrupted_on.or(interrupted_on);
        enrolment.category_code = enrolment
            .category_code
            .take()
            .or_else(|| row.text("kategori", faults));
        add_memberships(&row, enrolment, faults);
    }
    Ok(())
}

/// The row's class and programme area. Without days of their own they hold as long as the relation.
fn add_memberships(row: &Row<'_>, enrolment: &mut SchoolEnrolment, faults: &mut Faults) {
    let of_relation = enrolment.period;
    let or_relations = |period: Period| {
        if period == Period::default() {
            of_relation
        } else {
            period
        }
    };
    let class_period = row.period("klasse_fra", "klasse_til", faults);
    if let (Some(name), Some(period)) = (row.text("klasse", faults), class_period) {
        let class = ClassMembership {
            name,
            level: row.text("trinn", faults),
            period: or_relations(period),
        };
        if !enrolment.classes.contains(&class) {
            push(&mut enrolment.classes, class);
        }
    }
    let programme_period = row.period("program_fra", "program_til", faults);
    let code = row.text("programkode", faults);
    let name = row.text("program", faults);
    if let (Some(name), Some(period)) = (name.or_else(|| code.clone()), programme_period) {
        let programme = ProgrammeMembership {
            code: code.unwrap_or_else(|| name.clone()),
            name,
            period: or_relations(period),
        };
        if !enrolment.programmes.contains(&programme) {
            push(&mut enrolment.programmes, programme);
        }
    }
}

/// The place of the row's person, new or known.
fn person(row: &Row<'_>, class: &str, gathering: &mut Gathering) -> Option<usize> {
    let place = &row.place;
    let id = row.required("nokkel", &mut gathering.faults)?;
    let source_key = gathering.key(place, class, &id)?;
    let faults = &mut gathering.faults;
    let feide_name = row.text("feidenavn", faults);
    let number = row.text("fodselsnummer", faults);
    let birth_date = row.day("fodselsdato", faults).flatten();
    let photo = row.text("bilde", faults);
    let photo_url = photo.as_deref().and_then(web_address);
    if photo.is_some() && photo_url.is_none() {
        let field = "bilde".to_owned();
        faults.add(place, FaultReason::WrongKind { field });
    }
    let mut record = PersonRecord {
        given_name: row.text("fornavn", faults).unwrap_or_default(),
        middle_name: row.text("mellomnavn", faults),
        family_name: row.text("etternavn", faults).unwrap_or_default(),
        birth_date,
        mobile: row.text("mobil", faults),
        photo_url,
        source_key,
        ..model::nobody()
    };
    record.feide_name = gathering.feide_name(place, "feidenavn", feide_name);
    record.nin = gathering.number(place, number.as_deref());
    match gathering.find(&record.source_key) {
        Some(at) => {
            compare(&gathering.people[at], &record)
                .into_iter()
                .for_each(|field| {
                    let field = field.to_owned();
                    gathering
                        .faults
                        .add(place, FaultReason::Contradicts { field });
                });
            Some(at)
        }
        None => gathering.add(place, record),
    }
}

/// The fields in which a further row says something else of the person; an empty cell says nothing.
fn compare(first: &PersonRecord, further: &PersonRecord) -> Vec<&'static str> {
    let differs = |one: &Option<String>, two: &Option<String>| two.is_some() && one != two;
    let name_differs = |one: &str, two: &str| !two.is_empty() && one != two;
    let fields = [
        ("feidenavn", differs(&first.feide_name, &further.feide_name)),
        (
            "fodselsnummer",
            further.nin.is_some() && first.nin != further.nin,
        ),
        (
            "fornavn",
            name_differs(&first.given_name, &further.given_name),
        ),
        (
            "etternavn",
            name_differs(&first.family_name, &further.family_name),
        ),
        (
            "fodselsdato",
            further.birth_date.is_some() && first.birth_date != further.birth_date,
        ),
    ];
    fields
        .into_iter()
        .filter_map(|(field, is_other)| is_other.then_some(field))
        .collect()
}
