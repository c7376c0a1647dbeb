//! FINT's classes, joined into people with enrolments and contracts.

use super::entry::{Entry, missing, wrong_kind};
use super::table::{Table, wide};
use super::tables::Tables;
use crate::files::push;
use crate::finish::{finish, web_address};
use crate::{
    ClassMembership, Contact, FaultReason, Faults, Fodselsnummer, Period, PersonRecord,
    ProgrammeMembership, School, SchoolEnrolment, SchoolRecords, TrainingContract, model,
};
use chrono::NaiveDate;
use std::collections::HashMap;
use std::mem::take;

impl Tables {
    /// Joins the classes, and lets go of each as soon as it has been joined: what is left of it is the model. `passed_codes`
    /// say that the final examination was passed.
    pub(crate) fn assemble(
        mut self,
        allow_synthetic: bool,
        passed_codes: &[String],
    ) -> SchoolRecords {
        let mut assembly = Assembly {
            allow_synthetic,
            passed_codes,
            faults: take(&mut self.faults),
            people: Vec::with_capacity(self.pupils.len() + self.apprentices.len()),
            by_number: HashMap::new(),
        };
        let (schools, school_numbers) = assembly.schools(&self.schools);
        let of_classes = assembly.memberships(
            take(&mut self.class_memberships),
            self.model.class_membership(),
            &self.enrolments,
            (self.model.class(), &self.classes),
            self.model.class_membership(),
        );
        let of_areas = assembly.memberships(
            take(&mut self.area_memberships),
            "programomrademedlemskap",
            &self.enrolments,
            ("programomrade", &self.areas),
            "gruppemedlemskap",
        );
        let enrolments = assembly.enrolments(&mut self, &school_numbers);
        assembly.classes(of_classes, &enrolments, &self.classes, &self.levels);
        assembly.programmes(of_areas, &enrolments, &self.areas);
        drop(enrolments);
        assembly.apprentices(self);
        let Assembly { people, faults, .. } = assembly;
        finish(schools, people, faults)
    }
}

/// That an enrolment is one of a group, each by its place in its table.
struct Membership {
    enrolment: u32,
    group: u32,
    period: Period,
}

/// Where an enrolment is in the model: the person's place, and its own among the person's.
type Enrolled = Vec<Option<(usize, usize)>>;

struct Assembly<'a> {
    allow_synthetic: bool,
    passed_codes: &'a [String],
    faults: Faults,
    people: Vec<PersonRecord>,
    /// One person can be there as several pupils and apprentices; a valid number says so.
    by_number: HashMap<Fodselsnummer, usize>,
}

impl Assembly<'_> {
    /// The schools, and the number of each entry's school.
    fn schools(&mut self, table: &Table) -> (Vec<School>, Vec<Option<String>>) {
        let faults = &mut self.faults;
        let mut schools: Vec<School> = Vec::new();
        let mut numbers = Vec::new();
        for entry in table.entries() {
            let number = entry.text("skolenummer", faults);
            numbers.push(number.clone());
            let Some(number) = number else {
                entry.report(missing("skolenummer"), faults);
                continue;
            };
            if schools.iter().any(|school| school.number == number) {
                continue;
            }
            let contact = Contact {
                phone: entry
                    .text("telefonnummer", faults)
                    .or_else(|| entry.text("mobiltelefonnummer", faults)),
                email: entry.text("epostadresse", faults),
                website: entry
                    .text("nettsted", faults)
                    .and_then(|text| web_address(&text)),
            };
            schools.push(School {
                name: entry
                    .required_text("navn", faults)
                    .unwrap_or_else(|| number.clone()),
                organisation_number: entry.text("organisasjonsnummer", faults),
                domain: entry.text("domenenavn", faults),
                contact,
                number,
            });
        }
        (schools, numbers)
    }

    fn memberships(
        &mut self,
        memberships: Table,
        of_enrolment: &str,
        enrolments: &Table,
        (relation, groups): (&str, &Table),
        of_group: &str,
    ) -> Vec<Membership> {
        let faults = &mut self.faults;
        let enrolment_of = memberships.owners("elevforhold", enrolments, of_enrolment, faults);
        let group_of = memberships.owners(relation, groups, of_group, faults);
        let mut joined = Vec::with_capacity(memberships.len());
        for (at, entry) in memberships.entries().enumerate() {
            let period = entry.period("gyldighetsperiode", faults);
            if let (Some(enrolment), Some(group), Some(period)) =
                (enrolment_of.of(at), group_of.of(at), period)
            {
                joined.push(Membership {
                    enrolment,
                    group,
                    period,
                });
            }
        }
        joined
    }

    /// Makes the pupils' records with their enrolments.
    fn enrolments(&mut self, tables: &mut Tables, school_numbers: &[Option<String>]) -> Enrolled {
        let table = take(&mut tables.enrolments);
        let pupils = take(&mut tables.pupils);
        let pupil_of = table.owners("elev", &pupils, "elevforhold", &mut self.faults);
        let person_of_pupil = self.pupils(&pupils, take(&mut tables.pupil_people));
        drop(pupils);
        let mut places = vec![None; table.len()];
        for (at, entry) in table.entries().enumerate() {
            let pupil = pupil_of.of(at);
            let Some(person) = pupil.and_then(|at| person_of_pupil.get(wide(at)).copied()?) else {
                continue;
            };
            let faults = &mut self.faults;
            let Some(period) = entry.period("gyldighetsperiode", faults) else {
                continue;
            };
            let school = tables.schools.linked_from(entry, "skole", true, faults);
            let number_of = |school: Entry<'_>| school_numbers.get(school.at)?.clone();
            let enrolment = SchoolEnrolment {
                school_number: school.and_then(number_of),
                main: entry.flag("hovedskole", faults),
                period,
                interrupted_on: entry.day("avbruddsdato", faults),
                category_code: self.code(entry, "kategori", &tables.categories),
                classes: Vec::new(),
                programmes: Vec::new(),
            };
            let enrolments = &mut self.people[person].enrolments;
            places[at] = Some((person, enrolments.len()));
            push(enrolments, enrolment);
        }
        places
    }

    /// Makes the pupils' records, and gives the place of each pupil's record.
    fn pupils(&mut self, pupils: &Table, people: Table) -> Vec<Option<usize>> {
        let person_of = pupils.owners("person", &people, "elev", &mut self.faults);
        let mut places = vec![None; pupils.len()];
        for at in in_order(pupils) {
            let entry = pupils.entry(at);
            let Some(key) = self.key(entry) else {
                continue;
            };
            let person = person_of.of(at).map(|at| people.entry(wide(at)));
            let guest = entry.flag("gjest", &mut self.faults);
            let (place, is_new) = self.record_of(format!("elev:{key}"), person, entry);
            places[at] = Some(place);
            let (faults, record) = (&mut self.faults, &mut self.people[place]);
            record.guest = guest && (is_new || record.guest);
            record.mobile = entry
                .text("mobiltelefonnummer", faults)
                .or(record.mobile.take());
            if record.feide_name.is_none() {
                record.feide_name = entry
                    .text("feidenavn", faults)
                    .map(|name| name.to_lowercase());
            }
            if record.student_number.is_none() {
                record.student_number = entry.text("elevnummer", faults);
            }
        }
        places
    }

    fn classes(
        &mut self,
        memberships: Vec<Membership>,
        enrolled: &Enrolled,
        classes: &Table,
        levels: &Table,
    ) {
        let faults = &mut self.faults;
        for membership in memberships {
            let Some((person, enrolment)) = membership.enrolment(enrolled) else {
                continue;
            };
            let class = classes.entry(wide(membership.group));
            let Some(name) = class.required_text("navn", faults) else {
                continue;
            };
            let level = levels
                .linked_from(class, "trinn", false, faults)
                .and_then(|level| level.text("navn", faults));
            let class = ClassMembership {
                name,
                level,
                period: membership.period,
            };
            push(
                &mut self.people[person].enrolments[enrolment].classes,
                class,
            );
        }
    }

    fn programmes(&mut self, memberships: Vec<Membership>, enrolled: &Enrolled, areas: &Table) {
        let faults = &mut self.faults;
        for membership in memberships {
            let Some((person, enrolment)) = membership.enrolment(enrolled) else {
                continue;
            };
            let area = areas.entry(wide(membership.group));
            if let (Some(code), Some(name)) = (
                area.text("systemId", faults),
                area.required_text("navn", faults),
            ) {
                let programme = ProgrammeMembership {
                    code,
                    name,
                    period: membership.period,
                };
                let enrolment = &mut self.people[person].enrolments[enrolment];
                push(&mut enrolment.programmes, programme);
            }
        }
    }

    fn apprentices(&mut self, tables: Tables) {
        let (table, people) = (&tables.apprentices, &tables.apprentice_people);
        let person_of = table.owners("person", people, "larling", &mut self.faults);
        let passed_exams = self.passed_exams(&tables);
        for at in in_order(table) {
            let entry = table.entry(at);
            let Some(key) = self.key(entry) else {
                continue;
            };
            let faults = &mut self.faults;
            let Some(period) = entry.period("laretid", faults) else {
                continue;
            };
            let company = tables.companies.linked_from(entry, "bedrift", true, faults);
            let area = tables
                .areas
                .linked_from(entry, "programomrade", false, faults);
            let contract = TrainingContract {
                contract_type: entry.required_text("kontraktstype", faults),
                period,
                company: company.and_then(|company| company.text("organisasjonsnavn", faults)),
                company_number: company
                    .and_then(|company| company.text("organisasjonsnummer", faults)),
                programme: area.and_then(|area| area.text("navn", faults)),
                passed_exam_on: passed_exams[at],
            };
            let person = person_of.of(at).map(|at| people.entry(wide(at)));
            let (place, _) = self.record_of(format!("larling:{key}"), person, entry);
            push(&mut self.people[place].contracts, contract);
        }
    }

    /// By apprentice, the first day on which an examination was passed.
    fn passed_exams(&mut self, tables: &Tables) -> Vec<Option<NaiveDate>> {
        let (exams, apprentices) = (&tables.exams, &tables.apprentices);
        let apprentice_of = exams.owners("larling", apprentices, "avlagtprove", &mut self.faults);
        let mut days: Vec<Option<NaiveDate>> = vec![None; apprentices.len()];
        for (at, entry) in exams.entries().enumerate() {
            let apprentice = apprentice_of.of(at).and_then(|at| days.get_mut(wide(at)));
            let Some(known) = apprentice else {
                continue;
            };
            let code = self.code(entry, "fullfortkode", &tables.exam_codes);
            if code.is_some_and(|code| self.passed_codes.contains(&code)) {
                let day = entry.day("provedato", &mut self.faults);
                *known = (*known).into_iter().chain(day).min();
            }
        }
        days
    }

    /// The key of a pupil or apprentice. Keys are shown and logged, so that a national identity number is none.
    fn key(&mut self, entry: Entry<'_>) -> Option<String> {
        let key = entry.required_text("systemId", &mut self.faults)?;
        if Fodselsnummer::parse(&key, true).is_ok() {
            entry.report(FaultReason::NumberAsKey, &mut self.faults);
            return None;
        }
        Some(key)
    }

    /// The code that a relation names; where the code list lacks it, the link's own value, so that a code that is
    /// not known is not taken for none.
    fn code(&mut self, entry: Entry<'_>, relation: &str, codes: &Table) -> Option<String> {
        let faults = &mut self.faults;
        match codes.linked_from(entry, relation, false, faults) {
            Some(code) => code.text("kode", faults),
            None => entry.text(relation, faults),
        }
    }

    /// The record of a person, new or known, and whether it is new. `holder` is the pupil or apprentice that the person is linked from,
    /// at whose place faults of the person are reported: a Person has no key that could be.
    fn record_of(
        &mut self,
        source_key: String,
        person: Option<Entry<'_>>,
        holder: Entry<'_>,
    ) -> (usize, bool) {
        let person = person.map(|person| person.blaming(holder));
        let faults = &mut self.faults;
        let number = person.and_then(|person| person.text("fodselsnummer", faults));
        let nin = number.and_then(|text| {
            let nin = Fodselsnummer::parse(&text, self.allow_synthetic).ok();
            if nin.is_none() {
                holder.report(FaultReason::PersonalNumber, faults);
            }
            nin
        });
        if let Some(place) = nin.as_ref().and_then(|nin| self.by_number.get(nin)) {
            return (*place, false);
        }
        let place = self.people.len();
        if let Some(nin) = &nin {
            self.by_number.insert(nin.clone(), place);
        }
        let mut record = PersonRecord {
            source_key,
            nin,
            ..model::nobody()
        };
        if let Some(person) = person {
            fill_in(&mut record, person, faults);
        }
        self.people.push(record);
        (place, true)
    }
}

impl Membership {
    fn enrolment(&self, enrolled: &Enrolled) -> Option<(usize, usize)> {
        enrolled.get(wide(self.enrolment)).copied().flatten()
    }
}

fn fill_in(record: &mut PersonRecord, person: Entry<'_>, faults: &mut Faults) {
    record.mobile = person.text("mobiltelefonnummer", faults);
    record.given_name = person.text("fornavn", faults).unwrap_or_default();
    record.middle_name = person.text("mellomnavn", faults);
    record.family_name = person.text("etternavn", faults).unwrap_or_default();
    record.birth_date = person
        .day("fodselsdato", faults)
        // Only where the register gives none.
        .or_else(|| record.nin.as_ref()?.birth_date_by_old_rule());
    if let Some(address) = person.text("bilde", faults) {
        record.photo_url = web_address(&address);
        if record.photo_url.is_none() {
            person.report(wrong_kind("bilde"), faults);
        }
    }
}

/// The entries' places in the order of their keys: of several for one person, the same comes first every time.
fn in_order(table: &Table) -> Vec<usize> {
    let mut places: Vec<usize> = (0..table.len()).collect();
    places.sort_by_cached_key(|at| table.entry(*at).name());
    places
}
