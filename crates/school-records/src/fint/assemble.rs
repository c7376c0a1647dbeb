//! FINT's classes, joined into people with enrolments and contracts.

use super::entry::{Entry, missing, wrong_kind};
use super::session::{Session, class_of};
use super::table::Table;
use super::{FintSource, Model, ReadError, collection};
use crate::finish::{finish, web_address};
use crate::{
    ClassMembership, Contact, FaultReason, Faults, Fodselsnummer, PersonRecord,
    ProgrammeMembership, School, SchoolEnrolment, SchoolRecords, TrainingContract, model,
};
use serde_json::Value;
use std::collections::HashMap;

/// Every class that is read, each whole.
#[derive(Default)]
pub(crate) struct Tables {
    schools: Table,
    pupils: Table,
    pupil_people: Table,
    enrolments: Table,
    classes: Table,
    class_memberships: Table,
    levels: Table,
    areas: Table,
    area_memberships: Table,
    categories: Table,
    apprentices: Table,
    apprentice_people: Table,
    companies: Table,
    exams: Table,
    exam_codes: Table,
    model: Model,
    faults: Faults,
}

impl Tables {
    /// Without any class yet.
    pub(crate) fn new(model: Model) -> Self {
        Self {
            model,
            ..Self::default()
        }
    }

    /// The classes to read, by path, in this order: memberships come before what they join, so that what is added
    /// meanwhile is not pointed at in vain.
    pub(crate) fn paths(model: Model, apprentices: bool) -> Vec<String> {
        let mut paths = vec![
            format!("utdanning/elev/{}", model.class_membership()),
            "utdanning/utdanningsprogram/programomrademedlemskap".into(),
            "utdanning/elev/elevforhold".into(),
            "utdanning/elev/elev".into(),
            "utdanning/elev/person".into(),
            format!("utdanning/elev/{}", model.class()),
            "utdanning/utdanningsprogram/skole".into(),
            "utdanning/utdanningsprogram/arstrinn".into(),
            "utdanning/utdanningsprogram/programomrade".into(),
            "utdanning/kodeverk/elevkategori".into(),
        ];
        if apprentices {
            paths.extend([
                "utdanning/larling/avlagtprove".into(),
                "utdanning/larling/larling".into(),
                "utdanning/larling/person".into(),
                "utdanning/larling/virksomhet".into(),
                "utdanning/kodeverk/fullfortkode".into(),
            ]);
        }
        paths
    }

    /// Takes the records of one of [`Tables::paths`].
    pub(crate) fn put(&mut self, path: &str, records: Vec<Value>) {
        let class = class_of(path);
        let table = Table::new(class, records, &mut self.faults);
        let place = match (path.contains("/larling/"), class) {
            (true, "person") => &mut self.apprentice_people,
            (_, "person") => &mut self.pupil_people,
            (_, "programomrademedlemskap") => &mut self.area_memberships,
            (_, "elevforhold") => &mut self.enrolments,
            (_, "elev") => &mut self.pupils,
            (_, "skole") => &mut self.schools,
            (_, "arstrinn") => &mut self.levels,
            (_, "programomrade") => &mut self.areas,
            (_, "elevkategori") => &mut self.categories,
            (_, "avlagtprove") => &mut self.exams,
            (_, "larling") => &mut self.apprentices,
            (_, "virksomhet") => &mut self.companies,
            (_, "fullfortkode") => &mut self.exam_codes,
            (_, class) if class == self.model.class() => &mut self.classes,
            _ => &mut self.class_memberships,
        };
        *place = table;
    }

    pub(super) async fn read(
        session: &Session<'_>,
        source: &FintSource,
    ) -> Result<Self, ReadError> {
        let mut tables = Self::new(source.model);
        for path in Self::paths(source.model, source.apprentices) {
            let records = collection::read_all(session, &path, source.page_size.max(1)).await?;
            tracing::info!(class = path, records = records.len(), "read from FINT");
            tables.put(&path, records);
        }
        Ok(tables)
    }

    /// Joins the classes. `passed_codes` say that the final examination was passed.
    pub(crate) fn assemble(
        mut self,
        allow_synthetic: bool,
        passed_codes: &[String],
    ) -> SchoolRecords {
        let faults = std::mem::take(&mut self.faults);
        let mut assembly = Assembly {
            tables: &self,
            allow_synthetic,
            passed_codes,
            faults,
            people: Vec::new(),
            by_number: HashMap::new(),
        };
        let (schools, school_numbers) = assembly.schools();
        let pupils = assembly.pupils();
        assembly.enrolments(&pupils, &school_numbers);
        assembly.apprentices();
        let Assembly { people, faults, .. } = assembly;
        finish(schools, people, faults)
    }
}

struct Assembly<'a> {
    tables: &'a Tables,
    allow_synthetic: bool,
    passed_codes: &'a [String],
    faults: Faults,
    people: Vec<PersonRecord>,
    /// One person can be there as several pupils and apprentices; a valid number says so.
    by_number: HashMap<Fodselsnummer, usize>,
}

impl Assembly<'_> {
    /// The schools, and the number of each entry's school.
    fn schools(&mut self) -> (Vec<School>, Vec<Option<String>>) {
        let faults = &mut self.faults;
        let mut schools: Vec<School> = Vec::new();
        let mut numbers = Vec::new();
        for entry in &self.tables.schools.entries {
            let number = entry.identifier("skolenummer");
            numbers.push(number.clone());
            let Some(number) = number else {
                faults.add(&entry.place, missing("skolenummer"));
                continue;
            };
            if schools.iter().any(|school| school.number == number) {
                continue;
            }
            let contact = entry.part("kontaktinformasjon");
            let mut of_contact = |field| contact.as_ref()?.text(field, faults);
            let contact = Contact {
                phone: of_contact("telefonnummer").or_else(|| of_contact("mobiltelefonnummer")),
                email: of_contact("epostadresse"),
                website: of_contact("nettsted").and_then(|text| web_address(&text)),
            };
            schools.push(School {
                name: entry
                    .required_text("navn", faults)
                    .unwrap_or_else(|| number.clone()),
                organisation_number: entry.identifier("organisasjonsnummer"),
                domain: entry.text("domenenavn", faults),
                contact,
                number,
            });
        }
        (schools, numbers)
    }

    /// Makes the pupils' records, and gives the place of each pupil's record.
    fn pupils(&mut self) -> Vec<Option<usize>> {
        let tables = self.tables;
        let people_of = self.owners_of(&tables.pupils, "person", &tables.pupil_people, "elev");
        let mut places = vec![None; tables.pupils.entries.len()];
        for at in in_order(&tables.pupils) {
            let entry = &tables.pupils.entries[at];
            let Some(key) = self.key(entry) else {
                continue;
            };
            let person = people_of[at].map(|at| &tables.pupil_people.entries[at]);
            let guest = entry.flag("gjest", &mut self.faults);
            let (place, is_new) = self.record_of(format!("elev:{key}"), person, entry);
            places[at] = Some(place);
            let school_mobile = self.mobile(entry);
            let record = &mut self.people[place];
            record.guest = guest && (is_new || record.guest);
            record.mobile = school_mobile.or(record.mobile.take());
            if record.feide_name.is_none() {
                record.feide_name = entry
                    .identifier("feidenavn")
                    .map(|name| name.to_lowercase());
            }
            if record.student_number.is_none() {
                record.student_number = entry.identifier("elevnummer");
            }
        }
        places
    }

    fn enrolments(&mut self, pupils: &[Option<usize>], school_numbers: &[Option<String>]) {
        let tables = self.tables;
        let class_relation = tables.model.class_membership();
        let owners = self.owners_of(&tables.enrolments, "elev", &tables.pupils, "elevforhold");
        // The enrolment's place: the person's, and its own among the person's.
        let mut places = vec![None; tables.enrolments.entries.len()];
        for (at, entry) in tables.enrolments.entries.iter().enumerate() {
            let Some(person) = owners[at].and_then(|pupil| pupils[pupil]) else {
                continue;
            };
            let Some(period) = entry.period("gyldighetsperiode", &mut self.faults) else {
                continue;
            };
            let school = tables
                .schools
                .linked_from(entry, "skole", true, &mut self.faults);
            let enrolment = SchoolEnrolment {
                school_number: school.and_then(|at| school_numbers[at].clone()),
                main: entry.flag("hovedskole", &mut self.faults),
                period,
                interrupted_on: entry.day("avbruddsdato", &mut self.faults),
                category_code: self.code(entry, "kategori", &tables.categories),
                classes: Vec::new(),
                programmes: Vec::new(),
            };
            let enrolments = &mut self.people[person].enrolments;
            places[at] = Some((person, enrolments.len()));
            enrolments.push(enrolment);
        }

        let memberships = &tables.class_memberships;
        let of = self.owners_of(
            memberships,
            "elevforhold",
            &tables.enrolments,
            class_relation,
        );
        let class = tables.model.class();
        let classes = self.owners_of(memberships, class, &tables.classes, class_relation);
        for (at, entry) in memberships.entries.iter().enumerate() {
            let period = entry.period("gyldighetsperiode", &mut self.faults);
            let (Some((person, enrolment)), Some(class), Some(period)) =
                (of[at].and_then(|at| places[at]), classes[at], period)
            else {
                continue;
            };
            let class = &tables.classes.entries[class];
            let Some(name) = class.required_text("navn", &mut self.faults) else {
                continue;
            };
            let level = tables
                .levels
                .linked_from(class, "trinn", false, &mut self.faults)
                .and_then(|at| tables.levels.entries[at].text("navn", &mut self.faults));
            self.people[person].enrolments[enrolment]
                .classes
                .push(ClassMembership {
                    name,
                    level,
                    period,
                });
        }

        let memberships = &tables.area_memberships;
        let relation = "programomrademedlemskap";
        let of = self.owners_of(memberships, "elevforhold", &tables.enrolments, relation);
        let areas = self.owners_of(
            memberships,
            "programomrade",
            &tables.areas,
            "gruppemedlemskap",
        );
        for (at, entry) in memberships.entries.iter().enumerate() {
            let period = entry.period("gyldighetsperiode", &mut self.faults);
            let (Some((person, enrolment)), Some(area), Some(period)) =
                (of[at].and_then(|at| places[at]), areas[at], period)
            else {
                continue;
            };
            let area = &tables.areas.entries[area];
            if let (Some(code), Some(name)) = (
                area.identifier("systemId"),
                area.required_text("navn", &mut self.faults),
            ) {
                self.people[person].enrolments[enrolment]
                    .programmes
                    .push(ProgrammeMembership { code, name, period });
            }
        }
    }

    fn apprentices(&mut self) {
        let tables = self.tables;
        let people = &tables.apprentice_people;
        let people_of = self.owners_of(&tables.apprentices, "person", people, "larling");
        let exams_of = self.owners_of(&tables.exams, "larling", &tables.apprentices, "avlagtprove");
        for at in in_order(&tables.apprentices) {
            let entry = &tables.apprentices.entries[at];
            let Some(key) = self.key(entry) else {
                continue;
            };
            let Some(period) = entry.period("laretid", &mut self.faults) else {
                continue;
            };
            let company = tables
                .companies
                .linked_from(entry, "bedrift", true, &mut self.faults)
                .map(|at| &tables.companies.entries[at]);
            let area = tables
                .areas
                .linked_from(entry, "programomrade", false, &mut self.faults)
                .map(|at| &tables.areas.entries[at]);
            let exams = (0..exams_of.len()).filter(|exam| exams_of[*exam] == Some(at));
            let passed_exam_on = exams.filter_map(|exam| self.passed_on(exam)).min();
            let faults = &mut self.faults;
            let contract = TrainingContract {
                contract_type: entry.required_text("kontraktstype", faults),
                period,
                company: company.and_then(|company| company.text("organisasjonsnavn", faults)),
                company_number: company
                    .and_then(|company| company.identifier("organisasjonsnummer")),
                programme: area.and_then(|area| area.text("navn", faults)),
                passed_exam_on,
            };
            let person = people_of[at].map(|at| &people.entries[at]);
            let (place, _) = self.record_of(format!("larling:{key}"), person, entry);
            self.people[place].contracts.push(contract);
        }
    }

    /// The key of a pupil or apprentice. Keys are shown and logged, so that a national identity number is none.
    fn key(&mut self, entry: &Entry) -> Option<String> {
        let Some(key) = entry.identifier("systemId") else {
            self.faults.add(&entry.place, missing("systemId"));
            return None;
        };
        if Fodselsnummer::parse(&key, true).is_ok() {
            self.faults.add(&entry.place, FaultReason::NumberAsKey);
            return None;
        }
        Some(key)
    }

    /// The day of the examination, if it was passed.
    fn passed_on(&mut self, exam: usize) -> Option<chrono::NaiveDate> {
        let entry = &self.tables.exams.entries[exam];
        let code = self.code(entry, "fullfortkode", &self.tables.exam_codes)?;
        self.passed_codes
            .contains(&code)
            .then(|| entry.day("provedato", &mut self.faults))?
    }

    /// The code that a relation names; where the code list lacks it, the link's own value, so that a code that is
    /// not known is not taken for none.
    fn code(&mut self, entry: &Entry, relation: &str, codes: &Table) -> Option<String> {
        match codes.linked_from(entry, relation, false, &mut self.faults) {
            Some(at) => codes.entries[at].text("kode", &mut self.faults),
            None => {
                let links = entry.links(relation, &mut self.faults);
                links.into_iter().next().map(|link| link.value)
            }
        }
    }

    /// The record of a person, new or known, and whether it is new. `holder` is the pupil or apprentice that the person is linked from,
    /// at whose place faults of the person are reported: a Person has no key that could be.
    fn record_of(
        &mut self,
        source_key: String,
        person: Option<&Entry>,
        holder: &Entry,
    ) -> (usize, bool) {
        let nin = person
            .and_then(|person| person.identifier("fodselsnummer"))
            .and_then(|text| {
                let nin = Fodselsnummer::parse(&text, self.allow_synthetic).ok();
                if nin.is_none() {
                    self.faults.add(&holder.place, FaultReason::PersonalNumber);
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
            self.fill_in(&mut record, person, holder);
        }
        self.people.push(record);
        (place, true)
    }

    fn fill_in(&mut self, record: &mut PersonRecord, person: &Entry, holder: &Entry) {
        let mobile = self.mobile(person);
        let mut person = person.clone();
        person.place = holder.place.clone();
        let faults = &mut self.faults;
        let name = person.part("navn");
        let mut of_name = |field| name.as_ref()?.text(field, faults);
        record.given_name = of_name("fornavn").unwrap_or_default();
        record.middle_name = of_name("mellomnavn");
        record.family_name = of_name("etternavn").unwrap_or_default();
        record.birth_date = person
            .day("fodselsdato", faults)
            // Only where the register gives none.
            .or_else(|| record.nin.as_ref()?.birth_date_by_old_rule());
        record.mobile = mobile;
        if let Some(address) = person.text("bilde", faults) {
            record.photo_url = web_address(&address);
            if record.photo_url.is_none() {
                faults.add(&person.place, wrong_kind("bilde"));
            }
        }
    }

    fn mobile(&mut self, entry: &Entry) -> Option<String> {
        entry
            .part("kontaktinformasjon")?
            .text("mobiltelefonnummer", &mut self.faults)
    }

    fn owners_of(
        &mut self,
        children: &Table,
        relation: &str,
        parents: &Table,
        back_relation: &str,
    ) -> Vec<Option<usize>> {
        children.owners(relation, parents, back_relation, &mut self.faults)
    }
}

/// The entries' places in the order of their keys: of several for one person, the same comes first every time.
fn in_order(table: &Table) -> Vec<usize> {
    let mut places: Vec<usize> = (0..table.entries.len()).collect();
    places.sort_by_key(|at| &table.entries[*at].place.id);
    places
}
