//! OneRoster 1.1, CSV: `manifest`, `orgs`, `users`, `classes`, `enrollments`, and `academicSessions` and `demographics` where
//! there are such.
//!
//! A class on the card is one of the type `homeroom`; scheduled classes are teaching groups. The last day of a term or an
//! enrolment is the day before its `endDate`, which the standard (CSV tables 1.1) has as exclusive. A set of changes (`delta`)
//! is refused, since what is not in it would be withdrawn.

use super::csv::{Csv, Row};
use super::gather::{Gathering, Membership, Relation, enrolments, mark_only_school};
use super::{Files, SetError};
use crate::{
    ClassMembership, Contact, FaultReason, Faults, Period, PersonRecord, School, SchoolRecords,
    model,
};
use std::collections::HashMap;
use std::io::BufRead;

/// The files without which there are no cards.
const NEEDED: [&str; 4] = ["orgs", "users", "classes", "enrollments"];

pub(super) fn read(files: &dyn Files, allow_synthetic: bool) -> Result<SchoolRecords, SetError> {
    let mut gathering = Gathering::new(allow_synthetic);
    let manifest = read_manifest(files, &mut gathering.faults)?;
    let numbers = read_schools(files, &mut gathering)?;
    let sessions = match given(files, &manifest, "academicSessions")? {
        Some(input) => read_sessions(input, &mut gathering.faults)?,
        None => HashMap::new(),
    };
    let classes = read_classes(files, &numbers, &sessions, &mut gathering)?;
    let mut pupils = read_users(files, &numbers, &mut gathering)?;
    if let Some(input) = given(files, &manifest, "demographics")? {
        read_birth_dates(input, &pupils, &mut gathering)?;
    }
    read_enrollments(files, &classes, &mut pupils, &mut gathering)?;
    for pupil in pupils.into_values() {
        pupil.into_record(&mut gathering.people);
    }
    Ok(gathering.finish())
}

/// What the manifest says of each file.
fn read_manifest(
    files: &dyn Files,
    faults: &mut Faults,
) -> Result<HashMap<String, String>, SetError> {
    const FILE: &str = "manifest.csv";
    let mut csv = Csv::open(FILE, files.file(FILE)?, &["propertyName", "value"])?;
    let mut said = HashMap::new();
    while let Some(row) = csv.next(faults)? {
        if let (Some(name), Some(value)) =
            (row.text("propertyName", faults), row.text("value", faults))
        {
            said.insert(name.to_lowercase(), value.to_lowercase());
        }
    }
    for name in NEEDED.iter().chain(&["academicSessions", "demographics"]) {
        let file = || format!("{name}.csv");
        match said
            .get(&format!("file.{}", name.to_lowercase()))
            .map(String::as_str)
        {
            Some("bulk") => {}
            Some("delta") => return Err(SetError::NotWhole { file: file() }),
            Some("absent") | None if NEEDED.contains(name) => {
                return Err(SetError::NoFile { file: file() });
            }
            Some("absent") | None => {}
            Some(_) => {
                return Err(SetError::Unreadable {
                    file: FILE.to_owned(),
                    why: "it says of a file what is neither bulk, delta nor absent",
                });
            }
        }
    }
    Ok(said)
}

/// A file that the manifest promises must be there; one that it says is absent is not read.
fn given<'a>(
    files: &'a dyn Files,
    manifest: &HashMap<String, String>,
    name: &str,
) -> Result<Option<Box<dyn BufRead + 'a>>, SetError> {
    let said = manifest.get(&format!("file.{}", name.to_lowercase()));
    match said.map(String::as_str) {
        Some("bulk") => files.file(&format!("{name}.csv")).map(Some),
        _ => Ok(None),
    }
}

/// Records that are marked for removal are not there.
fn is_removed(row: &Row<'_>, faults: &mut Faults) -> bool {
    row.text("status", faults)
        .is_some_and(|status| status.eq_ignore_ascii_case("tobedeleted"))
}

/// The schools' numbers by their keys.
fn read_schools(
    files: &dyn Files,
    gathering: &mut Gathering,
) -> Result<HashMap<String, String>, SetError> {
    const FILE: &str = "orgs.csv";
    let mut csv = Csv::open(FILE, files.file(FILE)?, &["sourcedId", "name", "type"])?;
    let faults = &mut gathering.faults;
    let mut numbers = HashMap::new();
    while let Some(row) = csv.next(faults)? {
        let kind = row.text("type", faults);
        if is_removed(&row, faults) || kind.is_none_or(|kind| !kind.eq_ignore_ascii_case("school"))
        {
            continue;
        }
        let (Some(key), Some(name)) = (
            row.required("sourcedId", faults),
            row.required("name", faults),
        ) else {
            continue;
        };
        let number = row
            .text("identifier", faults)
            .unwrap_or_else(|| key.clone());
        if numbers.contains_key(&key) {
            faults.add(&row.place, FaultReason::SameKey);
            continue;
        }
        numbers.insert(key, number.clone());
        gathering.schools.push(School {
            number,
            name,
            organisation_number: None,
            domain: None,
            contact: Contact::default(),
        });
    }
    Ok(numbers)
}

fn read_sessions(
    input: impl BufRead,
    faults: &mut Faults,
) -> Result<HashMap<String, Period>, SetError> {
    let columns = ["sourcedId", "startDate", "endDate"];
    let mut csv = Csv::open("academicSessions.csv", input, &columns)?;
    let mut sessions = HashMap::new();
    while let Some(row) = csv.next(faults)? {
        if is_removed(&row, faults) {
            continue;
        }
        if let (Some(key), Some(period)) = (
            row.required("sourcedId", faults),
            up_to_but_not(&row, "startDate", "endDate", faults),
        ) {
            sessions.insert(key, period);
        }
    }
    Ok(sessions)
}

/// A period whose end is the day after its last day.
fn up_to_but_not(row: &Row<'_>, start: &str, end: &str, faults: &mut Faults) -> Option<Period> {
    let mut period = Period {
        start: row.day(start, faults)?,
        end: row.day(end, faults)?,
    };
    period.end = period.end.and_then(|end| end.pred_opt());
    if period.ends_before_it_begins() {
        let field = end.to_owned();
        faults.add(&row.place, FaultReason::EndsBeforeItBegins { field });
        return None;
    }
    Some(period)
}

struct Class {
    school: String,
    name: String,
    level: Option<String>,
    period: Period,
}

/// The classes that a card shows, by their keys; none for a class that it does not.
fn read_classes(
    files: &dyn Files,
    numbers: &HashMap<String, String>,
    sessions: &HashMap<String, Period>,
    gathering: &mut Gathering,
) -> Result<HashMap<String, Option<Class>>, SetError> {
    const FILE: &str = "classes.csv";
    let columns = ["sourcedId", "title", "classType", "schoolSourcedId"];
    let mut csv = Csv::open(FILE, files.file(FILE)?, &columns)?;
    let mut classes = HashMap::new();
    while let Some(row) = csv.next(&mut gathering.faults)? {
        let faults = &mut gathering.faults;
        if is_removed(&row, faults) {
            continue;
        }
        let Some(key) = row.required("sourcedId", faults) else {
            continue;
        };
        let kind = row.text("classType", faults);
        if kind.is_none_or(|kind| !kind.eq_ignore_ascii_case("homeroom")) {
            classes.insert(key, None);
            continue;
        }
        let (Some(name), Some(school)) = (
            row.required("title", faults),
            row.required("schoolSourcedId", faults),
        ) else {
            continue;
        };
        let Some(school) = numbers.get(&school).cloned() else {
            gathering.leads_nowhere(&row.place, "schoolSourcedId");
            continue;
        };
        let grades = row.text("grades", faults);
        let terms = row.text("termSourcedIds", faults).unwrap_or_default();
        let terms: Vec<&str> = listed(&terms).collect();
        let known: Vec<Period> = terms
            .iter()
            .filter_map(|term| sessions.get(*term).copied())
            .collect();
        if known.len() < terms.len() {
            // A class whose time is not known must not count as always there.
            gathering.leads_nowhere(&row.place, "termSourcedIds");
            continue;
        }
        let class = Class {
            school,
            name,
            level: grades.and_then(|grades| listed(&grades).next().map(str::to_owned)),
            period: hull(&known),
        };
        classes.insert(key, Some(class));
    }
    Ok(classes)
}

/// From the first day of all to the last; always, when there are none.
pub(super) fn hull(periods: &[Period]) -> Period {
    Period {
        start: periods
            .iter()
            .map(|period| period.start)
            .min()
            .unwrap_or_default(),
        end: periods
            .iter()
            .map(|period| period.end)
            .max_by_key(|end| (end.is_none(), *end))
            .unwrap_or_default(),
    }
}

/// The elements of a list in a cell.
pub(super) fn listed(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(',')
        .map(|part| part.trim().trim_matches(['"', '[', ']']))
        .filter(|part| !part.is_empty())
}

/// A pupil whose memberships are being gathered.
pub(super) struct Pupil {
    /// The place among the people.
    pub(super) at: usize,
    /// The schools that the pupil's own row names.
    pub(super) relations: Vec<Relation>,
    pub(super) memberships: Vec<(String, Membership)>,
}

impl Pupil {
    /// A school where there are classes is told by these; one where there are none, by the pupil's own row.
    fn into_record(self, people: &mut [PersonRecord]) {
        let Self {
            at,
            relations,
            memberships,
        } = self;
        let has_class = |school: &str| memberships.iter().any(|(of, _)| of == school);
        let main = relations.first().map(|relation| relation.school.clone());
        let without = relations
            .into_iter()
            .filter(|relation| !has_class(&relation.school))
            .collect();
        let mut found = enrolments(without, memberships);
        for enrolment in &mut found {
            enrolment.main = enrolment.school_number == main;
        }
        people[at].enrolments = found;
        mark_only_school(&mut people[at]);
    }
}

fn read_users(
    files: &dyn Files,
    numbers: &HashMap<String, String>,
    gathering: &mut Gathering,
) -> Result<HashMap<String, Pupil>, SetError> {
    const FILE: &str = "users.csv";
    let columns = ["sourcedId", "role", "givenName", "familyName", "username"];
    let mut csv = Csv::open(FILE, files.file(FILE)?, &columns)?;
    let mut pupils = HashMap::new();
    while let Some(row) = csv.next(&mut gathering.faults)? {
        let faults = &mut gathering.faults;
        let is_student = row
            .text("role", faults)
            .is_some_and(|role| role.eq_ignore_ascii_case("student"));
        let is_disabled =
            row.text("enabledUser", faults).is_some() && !row.flag("enabledUser", faults);
        if !is_student || is_disabled || is_removed(&row, faults) {
            continue;
        }
        let Some(key) = row.required("sourcedId", faults) else {
            continue;
        };
        let ids = row.text("userIds", faults).unwrap_or_default();
        let schools = row.text("orgSourcedIds", faults).unwrap_or_default();
        let identifier = row.text("identifier", faults);
        let username = row.text("username", faults);
        let mut record = PersonRecord {
            given_name: row.text("givenName", faults).unwrap_or_default(),
            middle_name: row.text("middleName", faults),
            family_name: row.text("familyName", faults).unwrap_or_default(),
            mobile: row
                .text("sms", faults)
                .or_else(|| row.text("phone", faults)),
            ..model::nobody()
        };
        let place = &row.place;
        let Some(source_key) = gathering.key(place, "elev", &key) else {
            continue;
        };
        record.source_key = source_key;
        let feide = user_id(&ids, &["feide", "feideid", "feidenavn"]);
        let name = feide.or_else(|| username.filter(|name| name.contains('@')));
        record.feide_name = gathering.feide_name(place, "username", name);
        // FINT's provider has the national identity number as `identifier`; the standard means a number like the pupil's.
        let looks_national =
            |text: &String| text.len() == 11 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = user_id(&ids, &["fnr", "nin", "personnin", "fodselsnummer"])
            .or_else(|| identifier.clone().filter(looks_national));
        record.nin = gathering.number(place, number.as_deref());
        record.student_number = user_id(&ids, &["elevnummer", "studentid", "studentnumber"])
            .or_else(|| identifier.filter(|text| !looks_national(text)));
        let mut relations = Vec::new();
        for school in listed(&schools) {
            // Those that are not schools, such as the county itself, are no fault.
            if let Some(number) = numbers.get(school) {
                relations.push(Relation {
                    school: number.clone(),
                    ..Relation::default()
                });
            }
        }
        if let Some(at) = gathering.add(place, record) {
            let pupil = Pupil {
                at,
                relations,
                memberships: Vec::new(),
            };
            pupils.insert(key, pupil);
        }
    }
    Ok(pupils)
}

/// The identifier of one of the types in `{type:identifier},{type:identifier}`.
fn user_id(ids: &str, types: &[&str]) -> Option<String> {
    ids.split('}').find_map(|part| {
        let (kind, id) = part.trim_start_matches([',', ' ', '{']).split_once(':')?;
        let is_wanted = types
            .iter()
            .any(|wanted| kind.trim().eq_ignore_ascii_case(wanted));
        (is_wanted && !id.trim().is_empty()).then(|| id.trim().to_owned())
    })
}

fn read_birth_dates(
    input: impl BufRead,
    pupils: &HashMap<String, Pupil>,
    gathering: &mut Gathering,
) -> Result<(), SetError> {
    let mut csv = Csv::open("demographics.csv", input, &["sourcedId", "birthDate"])?;
    let faults = &mut gathering.faults;
    while let Some(row) = csv.next(faults)? {
        let pupil = row
            .text("sourcedId", faults)
            .and_then(|key| pupils.get(&key));
        if let (Some(pupil), false) = (pupil, is_removed(&row, faults))
            && let Some(Some(day)) = row.day("birthDate", faults)
        {
            gathering.people[pupil.at].birth_date = Some(day);
        }
    }
    Ok(())
}

fn read_enrollments(
    files: &dyn Files,
    classes: &HashMap<String, Option<Class>>,
    pupils: &mut HashMap<String, Pupil>,
    gathering: &mut Gathering,
) -> Result<(), SetError> {
    const FILE: &str = "enrollments.csv";
    let columns = ["classSourcedId", "userSourcedId", "role"];
    let mut csv = Csv::open(FILE, files.file(FILE)?, &columns)?;
    while let Some(row) = csv.next(&mut gathering.faults)? {
        let faults = &mut gathering.faults;
        let is_student = row
            .text("role", faults)
            .is_some_and(|role| role.eq_ignore_ascii_case("student"));
        if !is_student || is_removed(&row, faults) {
            continue;
        }
        let (Some(class), Some(user)) = (
            row.required("classSourcedId", faults),
            row.required("userSourcedId", faults),
        ) else {
            continue;
        };
        let class = match classes.get(&class) {
            Some(Some(class)) => class,
            Some(None) => continue,
            None => {
                gathering.leads_nowhere(&row.place, "classSourcedId");
                continue;
            }
        };
        let Some(own) = up_to_but_not(&row, "beginDate", "endDate", faults) else {
            continue;
        };
        let Some(pupil) = pupils.get_mut(&user) else {
            gathering.leads_nowhere(&row.place, "userSourcedId");
            continue;
        };
        let membership = ClassMembership {
            name: class.name.clone(),
            level: class.level.clone(),
            period: Period {
                start: own.start.or(class.period.start),
                end: own.end.or(class.period.end),
            },
        };
        pupil
            .memberships
            .push((class.school.clone(), Membership::Class(membership)));
    }
    Ok(())
}
