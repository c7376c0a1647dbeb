//! Microsoft School Data Sync 2.1, CSV: `orgs`, `users`, `roles`, and `classes`, `enrollments`, `academicSessions` and
//! `demographics` where there are such.
//!
//! It is a picture of the day: enrolments have no days of their own. A class on the card is one without a course; classes
//! with a `courseSourcedId` are teaching groups. National identity numbers and pupils' numbers have no place in it; the Feide
//! name is the `username`.

use super::csv::Csv;
use super::gather::{Gathering, Membership, Relation, enrolments, mark_only_school};
use super::oneroster::{Pupil, hull, listed};
use super::{Files, SetError};
use crate::{
    ClassMembership, Contact, FaultReason, Period, PersonRecord, Place, School, SchoolRecords,
    model,
};
use std::collections::{HashMap, HashSet};

pub(super) fn read(files: &dyn Files, allow_synthetic: bool) -> Result<SchoolRecords, SetError> {
    let mut gathering = Gathering::new(allow_synthetic);
    let schools = read_schools(files, &mut gathering)?;
    let sessions = read_sessions(files, &mut gathering)?;
    // Staff and guardians are users as well: only those with a pupil's role are people here.
    let roles = read_roles(files, &schools, &sessions, &mut gathering)?;
    let (mut people, levels) = read_users(files, roles, &mut gathering)?;
    read_birth_dates(files, &people, &mut gathering)?;
    let classes = read_classes(files, &schools, &sessions, &mut gathering)?;
    read_enrollments(files, &classes, &levels, &mut people, &mut gathering)?;
    for pupil in people.into_values() {
        let person = &mut gathering.people[pupil.at];
        person.enrolments = enrolments(pupil.relations, pupil.memberships);
        mark_only_school(person);
    }
    Ok(gathering.finish())
}

/// The keys of the schools, which are their numbers.
fn read_schools(files: &dyn Files, gathering: &mut Gathering) -> Result<HashSet<String>, SetError> {
    const FILE: &str = "orgs.csv";
    let mut csv = Csv::open(FILE, files.file(FILE)?, &["sourcedId", "name", "type"])?;
    let faults = &mut gathering.faults;
    let mut schools = HashSet::new();
    while let Some(row) = csv.next(faults)? {
        let kind = row.text("type", faults).unwrap_or_default();
        if !kind.to_lowercase().contains("school") {
            continue;
        }
        let (Some(number), Some(name)) = (
            row.required("sourcedId", faults),
            row.required("name", faults),
        ) else {
            continue;
        };
        if !schools.insert(number.clone()) {
            faults.add(&row.place, FaultReason::SameKey);
            continue;
        }
        gathering.schools.push(School {
            number,
            name,
            organisation_number: None,
            domain: None,
            contact: Contact::default(),
        });
    }
    Ok(schools)
}

fn read_sessions(
    files: &dyn Files,
    gathering: &mut Gathering,
) -> Result<HashMap<String, Period>, SetError> {
    const FILE: &str = "academicSessions.csv";
    let mut sessions = HashMap::new();
    let Some(input) = files.optional(FILE)? else {
        return Ok(sessions);
    };
    let mut csv = Csv::open(FILE, input, &["sourcedId", "startDate", "endDate"])?;
    let faults = &mut gathering.faults;
    while let Some(row) = csv.next(faults)? {
        if let (Some(key), Some(period)) = (
            row.required("sourcedId", faults),
            row.period("startDate", "endDate", faults),
        ) {
            sessions.insert(key, period);
        }
    }
    Ok(sessions)
}

/// A pupil's role at a school: where it stands, the relation, and the level, which SDS tells here and not with the class.
struct Role {
    place: Place,
    relation: Relation,
    level: Option<String>,
}

/// The pupils' roles by the keys of the users.
fn read_roles(
    files: &dyn Files,
    schools: &HashSet<String>,
    sessions: &HashMap<String, Period>,
    gathering: &mut Gathering,
) -> Result<HashMap<String, Vec<Role>>, SetError> {
    const FILE: &str = "roles.csv";
    let columns = ["userSourcedId", "orgSourcedId", "role"];
    let mut csv = Csv::open(FILE, files.file(FILE)?, &columns)?;
    let mut roles: HashMap<String, Vec<Role>> = HashMap::new();
    while let Some(row) = csv.next(&mut gathering.faults)? {
        let faults = &mut gathering.faults;
        let is_student = row
            .text("role", faults)
            .is_some_and(|role| role.eq_ignore_ascii_case("student"));
        if !is_student {
            continue;
        }
        let (Some(user), Some(school)) = (
            row.required("userSourcedId", faults),
            row.required("orgSourcedId", faults),
        ) else {
            continue;
        };
        let Some(own) = row.period("roleStartDate", "roleEndDate", faults) else {
            continue;
        };
        let session = row.text("sessionSourcedId", faults);
        let level = row.text("grade", faults);
        let main = row.flag("isPrimary", faults);
        let session = match session.map(|key| sessions.get(&key).copied()) {
            None => Period::default(),
            Some(Some(period)) => period,
            Some(None) => {
                gathering.leads_nowhere(&row.place, "sessionSourcedId");
                continue;
            }
        };
        if !schools.contains(&school) {
            gathering.leads_nowhere(&row.place, "orgSourcedId");
            continue;
        }
        roles.entry(user).or_default().push(Role {
            place: row.place,
            relation: Relation {
                school,
                period: Period {
                    start: own.start.or(session.start),
                    end: own.end.or(session.end),
                },
                main,
                category: None,
            },
            level,
        });
    }
    Ok(roles)
}

/// The levels by person and school.
type Levels = HashMap<(usize, String), String>;

fn read_users(
    files: &dyn Files,
    mut roles: HashMap<String, Vec<Role>>,
    gathering: &mut Gathering,
) -> Result<(HashMap<String, Pupil>, Levels), SetError> {
    const FILE: &str = "users.csv";
    let columns = ["sourcedId", "username", "givenName", "familyName"];
    let mut csv = Csv::open(FILE, files.file(FILE)?, &columns)?;
    let mut people = HashMap::new();
    let mut levels = Levels::new();
    while let Some(row) = csv.next(&mut gathering.faults)? {
        let faults = &mut gathering.faults;
        let Some(key) = row.required("sourcedId", faults) else {
            continue;
        };
        if people.contains_key(&key) {
            faults.add(&row.place, FaultReason::SameKey);
            continue;
        }
        let Some(roles) = roles.remove(&key) else {
            continue;
        };
        let username = row.text("username", faults);
        let mut record = PersonRecord {
            given_name: row.text("givenName", faults).unwrap_or_default(),
            family_name: row.text("familyName", faults).unwrap_or_default(),
            mobile: row
                .text("sms", faults)
                .or_else(|| row.text("phone", faults)),
            ..model::nobody()
        };
        let Some(source_key) = gathering.key(&row.place, "elev", &key) else {
            continue;
        };
        record.source_key = source_key;
        let name = username.filter(|name| name.contains('@'));
        record.feide_name = gathering.feide_name(&row.place, "username", name);
        let Some(at) = gathering.add(&row.place, record) else {
            continue;
        };
        let mut relations = Vec::with_capacity(roles.len());
        for role in roles {
            if let Some(level) = role.level {
                levels.insert((at, role.relation.school.clone()), level);
            }
            relations.push(role.relation);
        }
        let pupil = Pupil {
            at,
            relations,
            memberships: Vec::new(),
        };
        people.insert(key, pupil);
    }
    for role in roles.values().flatten() {
        gathering.leads_nowhere(&role.place, "userSourcedId");
    }
    Ok((people, levels))
}

fn read_birth_dates(
    files: &dyn Files,
    people: &HashMap<String, Pupil>,
    gathering: &mut Gathering,
) -> Result<(), SetError> {
    const FILE: &str = "demographics.csv";
    let Some(input) = files.optional(FILE)? else {
        return Ok(());
    };
    let mut csv = Csv::open(FILE, input, &["userSourcedId", "birthDate"])?;
    let faults = &mut gathering.faults;
    while let Some(row) = csv.next(faults)? {
        let person = row
            .text("userSourcedId", faults)
            .and_then(|key| people.get(&key));
        if let Some(person) = person
            && let Some(Some(day)) = row.day("birthDate", faults)
        {
            gathering.people[person.at].birth_date = Some(day);
        }
    }
    Ok(())
}

struct Class {
    school: String,
    name: String,
    period: Period,
}

fn read_classes(
    files: &dyn Files,
    schools: &HashSet<String>,
    sessions: &HashMap<String, Period>,
    gathering: &mut Gathering,
) -> Result<HashMap<String, Option<Class>>, SetError> {
    const FILE: &str = "classes.csv";
    let mut csv = Csv::open(
        FILE,
        files.file(FILE)?,
        &["sourcedId", "orgSourcedId", "title"],
    )?;
    let mut classes = HashMap::new();
    while let Some(row) = csv.next(&mut gathering.faults)? {
        let faults = &mut gathering.faults;
        let Some(key) = row.required("sourcedId", faults) else {
            continue;
        };
        if row.text("courseSourcedId", faults).is_some() {
            classes.insert(key, None);
            continue;
        }
        let (Some(name), Some(school)) = (
            row.required("title", faults),
            row.required("orgSourcedId", faults),
        ) else {
            continue;
        };
        let terms = row.text("sessionSourcedIds", faults).unwrap_or_default();
        let terms: Vec<&str> = listed(&terms).collect();
        let known: Vec<Period> = terms
            .iter()
            .filter_map(|term| sessions.get(*term).copied())
            .collect();
        if known.len() < terms.len() {
            gathering.leads_nowhere(&row.place, "sessionSourcedIds");
            continue;
        }
        if !schools.contains(&school) {
            gathering.leads_nowhere(&row.place, "orgSourcedId");
            continue;
        }
        let period = hull(&known);
        let class = Class {
            school,
            name,
            period,
        };
        classes.insert(key, Some(class));
    }
    Ok(classes)
}

fn read_enrollments(
    files: &dyn Files,
    classes: &HashMap<String, Option<Class>>,
    levels: &Levels,
    people: &mut HashMap<String, Pupil>,
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
        if !is_student {
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
        let Some(pupil) = people.get_mut(&user) else {
            gathering.leads_nowhere(&row.place, "userSourcedId");
            continue;
        };
        let level = levels.get(&(pupil.at, class.school.clone())).cloned();
        let membership = ClassMembership {
            name: class.name.clone(),
            level,
            period: class.period,
        };
        pupil
            .memberships
            .push((class.school.clone(), Membership::Class(membership)));
    }
    Ok(())
}
