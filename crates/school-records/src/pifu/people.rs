//! People, groups and memberships.
//!
//! The file is gone through twice: first for the groups and for who is a pupil in which, then for the people; so the
//! teachers and guardians, who are most of a file, are never held.

use std::collections::HashMap;
use std::io::BufRead;

use super::groups::{First, Key};
use super::memberships::Memberships;
use super::{Step, attribute, filled, walk};
use crate::day::written_day;
use crate::files::{Gathering, Membership, SetError, enrolments, mark_only_school};
use crate::finish::web_address;
use crate::{FaultReason, PersonRecord, Place, SchoolRecords, model};

/// Reads a PIFU-IMS file, which `open` opens anew for each time through it; `file` is what it is called in faults.
///
/// # Errors
/// When the file is not whole, or holds changes only (`type` other than `full`).
pub fn read<R: BufRead>(
    file: &str,
    open: impl Fn() -> Result<R, SetError>,
    allow_synthetic: bool,
) -> Result<SchoolRecords, SetError> {
    let mut gathering = Gathering::new(allow_synthetic);
    let mut first = First {
        file,
        ..First::default()
    };
    walk(open()?, is_kept, |path, step| {
        first.see(path, step);
        Ok(())
    })?;
    // Without a type the file does not say that it is whole; then it is not taken for that.
    if first.kind != "full" {
        return Err(SetError::NotWhole {
            file: file.to_owned(),
        });
    }
    gathering.faults = std::mem::take(&mut first.faults);
    let members = first.members(&mut gathering);
    let mut second = Second {
        file,
        gathering,
        members,
        person: Person::default(),
        number: 0,
    };
    walk(open()?, is_kept, |path, step| {
        second.see(path, step);
        Ok(())
    })?;
    Ok(second.finish())
}

/// The elements whose text is read.
fn is_kept(path: &[String]) -> bool {
    const KEPT: [&str; 27] = [
        "source",
        "id",
        "type",
        "userid",
        "family",
        "given",
        "fn",
        "bday",
        "tel",
        "extref",
        "scheme",
        "typevalue",
        "short",
        "long",
        "begin",
        "end",
        "pifu_value",
        "pifu_tel",
        "pifu_email",
        "pifu_url",
        "pifu_status",
        "roletype",
        "subrole",
        "status",
        "idtype",
        "pifu_primaryRelation",
        "partname",
    ];
    path.last()
        .is_some_and(|name| KEPT.contains(&name.as_str()))
}
/// A person, as far as it has been read.
#[derive(Default)]
struct Person {
    key: Key,
    is_current: bool,
    keys: Vec<(Key, bool)>,
    id_type: String,
    ids: HashMap<String, String>,
    given: Option<String>,
    middle: Option<String>,
    family: Option<String>,
    partname_type: String,
    birth_date: Option<String>,
    tel_type: String,
    mobile: Option<String>,
    photo: Option<String>,
    status_type: String,
    is_inactive: bool,
    pupil_status: Option<String>,
}

/// The second time through.
struct Second<'a> {
    file: &'a str,
    gathering: Gathering,
    members: HashMap<Key, Memberships>,
    person: Person,
    number: u64,
}

impl Second<'_> {
    fn see(&mut self, path: &[String], step: Step<'_>) {
        let names: Vec<&str> = path.iter().skip(1).map(String::as_str).collect();
        let ["person", rest @ ..] = names.as_slice() else {
            return;
        };
        let person = &mut self.person;
        match (rest, step) {
            ([], Step::Begins(_)) => {
                *person = Person::default();
                self.number += 1;
            }
            (["sourcedid"], Step::Begins(element)) => {
                person.key = Key::default();
                let kind = attribute(element, "sourcedidtype");
                person.is_current = kind.is_none_or(|kind| kind.eq_ignore_ascii_case("new"));
            }
            (["sourcedid", "source"], Step::Ends(said)) => said.clone_into(&mut person.key.source),
            (["sourcedid", "id"], Step::Ends(said)) => said.clone_into(&mut person.key.id),
            (["sourcedid"], Step::Ends(_)) => {
                person.keys.push((person.key.clone(), person.is_current));
            }
            (["userid"], Step::Begins(element)) => {
                person.id_type = attribute(element, "useridtype").unwrap_or_default();
            }
            (["userid"], Step::Ends(said)) if !said.is_empty() => {
                let kind = std::mem::take(&mut person.id_type);
                person.ids.insert(kind, said.to_owned());
            }
            (["name", "n", "given"], Step::Ends(said)) => person.given = filled(said),
            (["name", "n", "family"], Step::Ends(said)) => person.family = filled(said),
            (["name", "n", "partname"], Step::Begins(element)) => {
                person.partname_type = attribute(element, "partnametype").unwrap_or_default();
            }
            (["name", "n", "partname"], Step::Ends(said))
                if person.partname_type.to_lowercase().contains("middle") =>
            {
                person.middle = filled(said);
            }
            (["demographics", "bday"], Step::Ends(said)) => person.birth_date = filled(said),
            (["tel"], Step::Begins(element)) => {
                person.tel_type = attribute(element, "teltype").unwrap_or_default();
            }
            (["tel"], Step::Ends(said))
                if matches!(person.tel_type.to_lowercase().as_str(), "3" | "mobile") =>
            {
                person.mobile = filled(said).or(person.mobile.take());
            }
            (["extension", "pifu_tel" | "pifu_status"], Step::Begins(element)) => {
                person.status_type = attribute(element, "type").unwrap_or_default();
            }
            (["extension", "pifu_tel", ..], Step::Ends(said))
                if person.status_type == "personMobilePrivate" && person.mobile.is_none() =>
            {
                person.mobile = filled(said);
            }
            (["extension", "pifu_status", ..], Step::Ends(said)) if !said.is_empty() => {
                match person.status_type.as_str() {
                    "activeInactive" => {
                        person.is_inactive = said.eq_ignore_ascii_case("inaktiv");
                    }
                    "pupilStatus" => person.pupil_status = Some(said.to_lowercase()),
                    _ => {}
                }
            }
            (["photo", "extref"], Step::Ends(said)) => person.photo = filled(said),
            ([], Step::Ends(_)) => self.take(),
            _ => {}
        }
    }

    /// Makes a record of a person who is a pupil of something.
    fn take(&mut self) {
        let person = std::mem::take(&mut self.person);
        let mut of = Memberships::default();
        let mut is_member = false;
        for (key, _) in &person.keys {
            if let Some(more) = self.members.remove(key) {
                is_member = true;
                of.relations.extend(more.relations);
                of.of_groups.extend(more.of_groups);
                of.levels.extend(more.levels);
                of.contracts.extend(more.contracts);
                of.is_private |= more.is_private;
            }
        }
        if !is_member || person.is_inactive {
            return;
        }
        let place = Place {
            class: format!("{} person", self.file),
            id: format!("#{}", self.number),
        };
        let current = person.keys.iter().find(|(_, is_current)| *is_current);
        let Some((key, _)) = current.or(person.keys.first()) else {
            return;
        };
        let class =
            if of.contracts.is_empty() || !of.relations.is_empty() || !of.of_groups.is_empty() {
                "elev"
            } else {
                "larling"
            };
        let Some(source_key) = self.gathering.key(&place, class, &key.id) else {
            return;
        };
        let category = person
            .pupil_status
            .clone()
            .or_else(|| of.is_private.then(|| "privatist".to_owned()));
        let mut record = record(&place, person, source_key, &mut self.gathering);
        for (school, membership) in &mut of.of_groups {
            if let Membership::Class(class) = membership {
                let level = of
                    .levels
                    .iter()
                    .find(|(at, _, period)| at == school && period.overlaps(&class.period));
                class.level = level.map(|(_, name, _)| name.clone());
            }
        }
        record.enrolments = enrolments(of.relations, of.of_groups);
        for enrolment in &mut record.enrolments {
            enrolment.category_code.clone_from(&category);
        }
        record.contracts = of.contracts;
        mark_only_school(&mut record);
        self.gathering.add(&place, record);
    }

    fn finish(mut self) -> SchoolRecords {
        // Members of whom the file does not tell: one fault for each, at no place that names them.
        let place = Place {
            class: format!("{} membership", self.file),
            id: "sourcedid".to_owned(),
        };
        for _ in 0..self.members.len() {
            self.gathering.faults.push(crate::Fault {
                place: place.clone(),
                reason: FaultReason::LeadsNowhere {
                    relation: "member".to_owned(),
                },
            });
        }
        self.gathering.finish()
    }
}

fn record(
    place: &Place,
    mut person: Person,
    source_key: String,
    gathering: &mut Gathering,
) -> PersonRecord {
    let mut id = |kind: &str| person.ids.remove(kind);
    let feide = id("feideID");
    let number = id("personNIN");
    let student_number = id("studentID");
    let birth_date = person.birth_date.as_deref().and_then(|text| {
        let day = written_day(text);
        if day.is_none() {
            let field = "bday".to_owned();
            gathering
                .faults
                .add(place, FaultReason::UnreadableDate { field });
        }
        day
    });
    PersonRecord {
        feide_name: gathering.feide_name(place, "feideID", feide),
        nin: gathering.number(place, number.as_deref()),
        given_name: person.given.unwrap_or_default(),
        middle_name: person.middle,
        family_name: person.family.unwrap_or_default(),
        birth_date,
        mobile: person.mobile,
        // A file's name is for `photos import`.
        photo_url: person.photo.as_deref().and_then(web_address),
        student_number,
        source_key,
        ..model::nobody()
    }
}
