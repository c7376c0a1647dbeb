//! One set of records in every form that is read, as a school system would write it.
//!
//! Not every form can say everything: what is left out is said at each. Used by the tests and by the example `write_formats`.

mod fint;
mod oneroster;
mod pifu;
mod sds;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::NaiveDate;
use school_records::{
    ClassMembership, Period, PersonRecord, SchoolEnrolment, SchoolRecords, Symbology,
    TrainingContract,
};
use serde_json::{Map, Value, json};

pub(crate) use fint::fint;
pub(crate) use oneroster::oneroster;
pub(crate) use pifu::pifu;
pub(crate) use sds::sds;

/// Content by the file's name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The part of a source key after the colon.
pub(crate) fn id(person: &PersonRecord) -> &str {
    person
        .source_key
        .split_once(':')
        .map_or(&person.source_key, |(_, id)| id)
}

fn is_pupil(person: &PersonRecord) -> bool {
    person.source_key.starts_with("elev:")
}

fn pupils(records: &SchoolRecords) -> impl Iterator<Item = &PersonRecord> {
    records.people.iter().filter(|person| is_pupil(person))
}

fn iso(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn norwegian(day: Option<NaiveDate>) -> String {
    day.map(|day| day.format("%d.%m.%Y").to_string())
        .unwrap_or_default()
}

fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

fn number(person: &PersonRecord) -> String {
    person
        .nin
        .as_ref()
        .map(|nin| nin.expose())
        .unwrap_or_default()
}

/// The lines of a CSV file; every value that needs it in quotes.
fn csv(separator: char, rows: &[Vec<String>]) -> Vec<u8> {
    let mut file = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| {
                if cell.contains([separator, '"', '\n', ' ']) {
                    format!("\"{}\"", cell.replace('"', "\"\""))
                } else {
                    cell.clone()
                }
            })
            .collect();
        file.push_str(&cells.join(&separator.to_string()));
        file.push_str("\r\n");
    }
    file.into_bytes()
}

fn heading(columns: &str) -> Vec<Vec<String>> {
    vec![columns.split(',').map(str::to_owned).collect()]
}

fn yes(flag: bool) -> String {
    if flag { "ja" } else { "nei" }.to_owned()
}

/// The county's own lists: say everything.
pub(crate) fn county(records: &SchoolRecords) -> Files {
    let mut schools = heading("skolenummer,navn,organisasjonsnummer,domene,telefon,epost,nettsted");
    for school in &records.schools {
        let website = school.contact.website.as_ref().map(ToString::to_string);
        schools.push(vec![
            school.number.clone(),
            school.name.clone(),
            text(&school.organisation_number),
            text(&school.domain),
            text(&school.contact.phone),
            text(&school.contact.email),
            text(&website),
        ]);
    }
    schools.push(vec!["#antall".into(), records.schools.len().to_string()]);
    let of_person = |person: &PersonRecord, key: &str| {
        vec![
            key.to_owned(),
            text(&person.feide_name),
            number(person),
            person.given_name.clone(),
            text(&person.middle_name),
            person.family_name.clone(),
            norwegian(person.birth_date),
            text(&person.mobile),
            person
                .photo_url
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        ]
    };
    const PERSON: &str =
        "nokkel,feidenavn,fodselsnummer,fornavn,mellomnavn,etternavn,fodselsdato,mobil,bilde";
    let mut rows = heading(&format!(
        "{PERSON},elevnummer,gjest,skolenummer,hovedskole,fra,til,avbrutt,kategori,klasse,trinn,klasse_fra,klasse_til,\
         programkode,program,program_fra,program_til"
    ));
    for person in pupils(records) {
        for enrolment in &person.enrolments {
            for at in 0..enrolment
                .classes
                .len()
                .max(enrolment.programmes.len())
                .max(1)
            {
                let (class, programme) = (enrolment.classes.get(at), enrolment.programmes.get(at));
                let of_class = class.map(|class| class.period).unwrap_or_default();
                let of_programme = programme
                    .map(|programme| programme.period)
                    .unwrap_or_default();
                let mut row = of_person(person, id(person));
                row.extend([
                    text(&person.student_number),
                    yes(person.guest),
                    text(&enrolment.school_number),
                    yes(enrolment.main),
                    iso(enrolment.period.start),
                    iso(enrolment.period.end),
                    iso(enrolment.interrupted_on),
                    text(&enrolment.category_code),
                    class.map(|class| class.name.clone()).unwrap_or_default(),
                    text(&class.and_then(|class| class.level.clone())),
                    iso(of_class.start),
                    iso(of_class.end),
                    programme.map(|of| of.code.clone()).unwrap_or_default(),
                    programme.map(|of| of.name.clone()).unwrap_or_default(),
                    iso(of_programme.start),
                    iso(of_programme.end),
                ]);
                rows.push(row);
            }
        }
    }
    rows.push(vec!["#antall".into(), (rows.len() - 1).to_string()]);
    let mut contracts = heading(&format!(
        "{PERSON},kontraktstype,fra,til,bedrift,bedriftsnummer,fag,bestatt"
    ));
    for person in &records.people {
        // A pupil who is an apprentice as well has one key in each list; the national identity number joins them.
        for contract in &person.contracts {
            let mut row = of_person(person, id(person));
            row.extend([
                text(&contract.contract_type),
                norwegian(contract.period.start),
                norwegian(contract.period.end),
                text(&contract.company),
                text(&contract.company_number),
                text(&contract.programme),
                iso(contract.passed_exam_on),
            ]);
            contracts.push(row);
        }
    }
    Files::from([
        ("skoler.csv".into(), csv(';', &schools)),
        ("elever.csv".into(), csv(';', &rows)),
        ("larlinger.csv".into(), csv(';', &contracts)),
        ("bibliotek.csv".into(), library(records)),
    ])
}

/// The library codes beside any form.
pub(crate) fn library(records: &SchoolRecords) -> Vec<u8> {
    let mut rows = heading("elevnummer,feidenavn,kode,symbologi");
    for person in &records.people {
        let Some(code) = &person.library_code else {
            continue;
        };
        let symbology = match code.symbology {
            None => "",
            Some(Symbology::Qr) => "qr",
            Some(Symbology::Code39) => "code39",
            Some(Symbology::Code128) => "code128",
            Some(Symbology::Itf) => "itf",
            Some(Symbology::Codabar) => "codabar",
            Some(Symbology::Ean13) => "ean13",
        };
        rows.push(vec![
            text(&person.student_number),
            text(&person.feide_name),
            code.code.clone(),
            symbology.to_owned(),
        ]);
    }
    csv(';', &rows)
}

/// The addresses of the photos beside any form.
pub(crate) fn photos(records: &SchoolRecords) -> Vec<u8> {
    let mut rows = heading("elevnummer,feidenavn,adresse");
    for person in &records.people {
        if let Some(address) = &person.photo_url {
            rows.push(vec![
                text(&person.student_number),
                text(&person.feide_name),
                address.to_string(),
            ]);
        }
    }
    csv(';', &rows)
}

/// Vigo's contracts, in the short names: not whether the examination was passed, so a contract ends with it.
pub(crate) fn vigo(records: &SchoolRecords) -> Vec<u8> {
    let mut contracts = Vec::new();
    for person in &records.people {
        for contract in &person.contracts {
            let end = [contract.period.end, contract.passed_exam_on]
                .into_iter()
                .flatten()
                .min();
            contracts.push(json!({
                "elev": {
                    "fornavn": person.given_name, "etternavn": person.family_name, "fdato": norwegian(person.birth_date),
                    "fnr": number(person), "sysId": id(person), "epost": "", "mobilnr": text(&person.mobile),
                },
                "type": text(&contract.contract_type), "promrkode": "", "promrnavn": text(&contract.programme),
                "bnr": text(&contract.company_number), "bedrnavn": text(&contract.company),
                "start": norwegian(contract.period.start), "slutt": norwegian(end),
            }));
        }
    }
    let set = json!({"errorMessage": null, "antall": contracts.len(), "kontrakter": contracts});
    set.to_string().into_bytes()
}

type ClassName = (String, String);

fn name_of(class: &ClassMembership) -> ClassName {
    (class.name.clone(), text(&class.level))
}

fn class_key(school: &str, class: &ClassMembership) -> String {
    let (name, level) = name_of(class);
    format!("{school}_{name}_{level}")
}

/// The days that a membership and its relation share; an interruption ends both the day before.
pub(crate) fn within(period: Period, enrolment: &SchoolEnrolment) -> Option<Period> {
    let last = enrolment.interrupted_on.and_then(|day| day.pred_opt());
    let period = Period {
        start: period.start.max(enrolment.period.start),
        end: [period.end, enrolment.period.end, last]
            .into_iter()
            .flatten()
            .min(),
    };
    let is_some = period
        .start
        .zip(period.end)
        .is_none_or(|(start, end)| start <= end);
    is_some.then_some(period)
}
