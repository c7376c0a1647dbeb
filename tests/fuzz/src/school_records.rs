//! School records: what FINT answers, the library's file, national identity numbers.
//!
//! Input: a JSON object with the entries of each class by its path, so `{"elev/elev": [...]}`; or any answer, which is
//! then given to every question; or a file in one of the forms that records come in; or a library file; or a list of candidates for an exam; or a number.

use std::time::Duration;

use async_trait::async_trait;
use chrono::NaiveDate;
use futures::executor::block_on;
use school_records::files::{Kind, SetError, parts};
use school_records::fint::{self, FintSource, Grant, Model};
use school_records::http::{Http, HttpError, Request, Response};
use school_records::{
    ControlDigits, Fodselsnummer, PersonRecord, Rules, SchoolRecords, library, right_on, rights_on,
};
use serde_json::{Map, Value, json};

use crate::exam_list;

const API: &str = "https://fint.example/utdanning/";

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let mut accepted = false;
    if let Ok(text) = std::str::from_utf8(data) {
        accepted |= number(text);
    }
    accepted
        | records(data)
        | library_file(data)
        | candidates(data)
        | pifu_photos(data)
        | files(data)
}

/// The input as each form that records come in: a single file as it is; of a set, as every file that has its columns.
fn files(data: &[u8]) -> bool {
    let open = || Ok::<_, SetError>(data);
    let sets = [
        school_records::pifu::read("pifu.xml", open, true),
        parts::vigo(data, true),
        parts::set(Kind::FintDump, &|name| of_dump(data, name), true),
        parts::set(
            Kind::Csv,
            &|name| beside(data, name, "elever.csv", &OF_COUNTY),
            true,
        ),
        parts::set(
            Kind::Csv,
            &|name| beside(data, name, "larlinger.csv", &OF_COUNTY),
            true,
        ),
        parts::set(
            Kind::OneRoster,
            &|name| beside(data, name, "users.csv", &OF_ROSTER),
            true,
        ),
        parts::set(
            Kind::OneRoster,
            &|name| beside(data, name, "enrollments.csv", &OF_ROSTER),
            true,
        ),
        parts::set(
            Kind::OneRoster,
            &|name| beside(data, name, "classes.csv", &OF_ROSTER),
            true,
        ),
        parts::set(
            Kind::Sds,
            &|name| beside(data, name, "roles.csv", &OF_SDS),
            true,
        ),
        parts::set(
            Kind::Sds,
            &|name| beside(data, name, "enrollments.csv", &OF_SDS),
            true,
        ),
    ];
    let mut accepted = false;
    for set in sets {
        // Errors and faults name places; the numbers of people are in none of them.
        match set {
            Err(error) => assert!(!holds_a_number(&error.to_string())),
            Ok(records) => {
                check_set(&records);
                accepted |= !records.people.is_empty();
            }
        }
    }
    accepted
}

fn check_set(records: &SchoolRecords) {
    let mut keys = std::collections::HashSet::new();
    for person in &records.people {
        assert!(keys.insert(&person.source_key), "a key twice");
        let id = person
            .source_key
            .split_once(':')
            .expect("a class and a key")
            .1;
        assert!(
            Fodselsnummer::parse(id, true).is_err(),
            "a number for a key"
        );
        for enrolment in &person.enrolments {
            let periods = [enrolment.period]
                .into_iter()
                .chain(enrolment.classes.iter().map(|class| class.period));
            for period in periods {
                assert!(
                    period.start.is_none() || period.end.is_none() || period.start <= period.end
                );
            }
        }
        let _ = right_on(
            person,
            NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day"),
            &Rules::default(),
        );
    }
    let faults = &records.faults;
    assert!(
        faults.iter().count() <= school_records::MAX_LISTED
            && faults.iter().count() <= faults.len()
    );
    assert!(!faults.iter().any(|fault| {
        // A place is a file and a row, or a key that was read, which is no number.
        holds_a_number(&fault.reason.to_string())
    }));
}

fn holds_a_number(text: &str) -> bool {
    text.split(|sign: char| !sign.is_ascii_digit())
        .any(|digits| digits.len() == 11 && Fodselsnummer::parse(digits, true).is_ok())
}

fn of_dump(data: &[u8], name: &str) -> Option<Vec<u8>> {
    let is_here = ["elev/elev.json", "larling/larling.json"]
        .iter()
        .any(|path| name.ends_with(path));
    Some(if is_here {
        data.to_vec()
    } else {
        b"[]".to_vec()
    })
}

/// The input under one name, and what goes well with it under the others.
fn beside(data: &[u8], name: &str, here: &str, others: &[(&str, &str)]) -> Option<Vec<u8>> {
    if name == here {
        return Some(data.to_vec());
    }
    let other = others.iter().find(|(other, _)| *other == name)?;
    Some(other.1.as_bytes().to_vec())
}

const OF_COUNTY: [(&str, &str); 2] = [
    ("skoler.csv", "skolenummer;navn\n16001;Fjordviken\n"),
    (
        "elever.csv",
        "nokkel;fornavn;etternavn;skolenummer;fra;til;klasse\n1;Nora;Lie;16001;17.08.2026;31.07.2027;2A\n",
    ),
];

const OF_ROSTER: [(&str, &str); 5] = [
    (
        "manifest.csv",
        "propertyName,value\nfile.orgs,bulk\nfile.users,bulk\nfile.classes,bulk\nfile.enrollments,bulk\n",
    ),
    ("orgs.csv", "sourcedId,name,type\no1,Fjordviken,school\n"),
    (
        "users.csv",
        "sourcedId,role,givenName,familyName,username,orgSourcedIds\n1,student,Nora,Lie,n@f.no,o1\n",
    ),
    (
        "classes.csv",
        "sourcedId,title,classType,schoolSourcedId\nc1,2A,homeroom,o1\n",
    ),
    (
        "enrollments.csv",
        "classSourcedId,userSourcedId,role\nc1,1,student\n",
    ),
];

const OF_SDS: [(&str, &str); 5] = [
    ("orgs.csv", "sourcedId,name,type\n16001,Fjordviken,school\n"),
    (
        "users.csv",
        "sourcedId,username,givenName,familyName\n1,n@f.no,Nora,Lie\n",
    ),
    (
        "roles.csv",
        "userSourcedId,orgSourcedId,role\n1,16001,student\n",
    ),
    ("classes.csv", "sourcedId,orgSourcedId,title\nc1,16001,2A\n"),
    (
        "enrollments.csv",
        "classSourcedId,userSourcedId,role\nc1,1,student\n",
    ),
];

fn pifu_photos(data: &[u8]) -> bool {
    let Ok(photos) = school_records::pifu::photos(data) else {
        return false;
    };
    for photo in &photos {
        assert!(!photo.place.is_empty() && photo.student_number.as_deref() != Some(""));
    }
    true
}

fn number(text: &str) -> bool {
    for allow_synthetic in [false, true] {
        for rule in [ControlDigits::Today, ControlDigits::From2032] {
            let Ok(number) = Fodselsnummer::parse_by(text, allow_synthetic, rule) else {
                continue;
            };
            let digits = number.expose();
            assert_eq!(digits.len(), 11);
            assert_eq!(text.trim().replace(' ', ""), digits);
            assert_eq!(
                Fodselsnummer::parse_by(&digits, allow_synthetic, rule),
                Ok(number.clone())
            );
            assert!(allow_synthetic || !number.is_synthetic());
            let _ = (number.birth_date_by_old_rule(), number.is_d_number());
            assert!(!format!("{number} {number:?}").contains(|c: char| c.is_ascii_digit()));
        }
    }
    Fodselsnummer::parse(text, true).is_ok()
}

/// A FINT that answers what the input says.
struct Answers<'a> {
    by_class: Option<Map<String, Value>>,
    raw: &'a [u8],
}

#[async_trait]
impl Http for Answers<'_> {
    async fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let path = request.url.path();
        let json = |value: Value| value.to_string().into_bytes();
        let body = match &self.by_class {
            _ if path == "/token" => json(json!({"access_token": "t", "token_type": "bearer"})),
            None => self.raw.to_vec(),
            Some(classes) => match classes.get(path.trim_start_matches("/utdanning/")) {
                Some(Value::Array(entries)) => json(json!({
                    "_embedded": {"_entries": entries}, "total_items": entries.len(), "_links": {},
                })),
                Some(Value::String(file)) => file.clone().into_bytes(),
                Some(other) => json(other.clone()),
                None => json(json!({"total_items": 0})),
            },
        };
        if body.len() > request.max_bytes {
            let limit = request.max_bytes;
            return Err(HttpError::TooLarge { limit });
        }
        Ok(Response {
            status: 200,
            retry_after: None,
            body,
        })
    }

    async fn pause(&self, _: Duration) {}
}

fn records(data: &[u8]) -> bool {
    let answers = Answers {
        by_class: serde_json::from_slice(data).ok(),
        raw: data,
    };
    let mut source = FintSource::new(
        API.trim_end_matches("utdanning/").parse().unwrap(),
        "https://fint.example/token".parse().unwrap(),
        "client".into(),
        "secret".into(),
        Grant::ClientCredentials,
    );
    source.allow_synthetic = true;
    if answers
        .by_class
        .as_ref()
        .is_some_and(|classes| classes.contains_key("elev/basisgruppe"))
    {
        source.model = Model::V3;
    }
    if answers
        .by_class
        .as_ref()
        .is_some_and(|classes| classes.contains_key("bibliotek.csv"))
    {
        source.library_codes = API
            .parse()
            .ok()
            .and_then(|api: url::Url| api.join("bibliotek.csv").ok());
    }
    let Ok(records) = block_on(fint::read(&source, &answers)) else {
        return false;
    };
    hold_together(&records);
    !records.people.is_empty()
}

fn hold_together(records: &SchoolRecords) {
    let numbers: Vec<String> = records
        .people
        .iter()
        .filter_map(|person| Some(person.nin.as_ref()?.expose()))
        .collect();
    // A number finds one person.
    let mut unique = numbers.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), numbers.len());
    for person in &records.people {
        let stored = serde_json::to_value(person).unwrap();
        let without_number = PersonRecord {
            nin: None,
            ..person.clone()
        };
        assert_eq!(
            serde_json::from_value::<PersonRecord>(stored).unwrap(),
            without_number
        );
        for date in ["1800-01-01", "2026-09-01", "9999-12-31"] {
            let date: NaiveDate = date.parse().unwrap();
            let best = right_on(person, date, &Rules::default());
            let rights = rights_on(person, date, &Rules::default());
            assert!(rights.len() <= 2);
            assert!(rights.first().is_none_or(|first| *first == best));
        }
        if let Some(url) = &person.photo_url {
            assert!(matches!(url.scheme(), "http" | "https"));
        }
        if let Some(day) = person.birth_date {
            assert!(
                (NaiveDate::from_ymd_opt(1800, 1, 1)..=NaiveDate::from_ymd_opt(9999, 12, 31))
                    .contains(&Some(day))
            );
        }
    }
    let mut names: Vec<_> = records
        .people
        .iter()
        .filter_map(|person| person.feide_name.as_ref())
        .collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count, "two people with one Feide name");
    assert!(serde_json::to_string(&records.faults).is_ok());
}

fn library_file(data: &[u8]) -> bool {
    let person = |student_number: &str, feide_name: &str| -> PersonRecord {
        serde_json::from_value(json!({
            "source_key": student_number, "feide_name": feide_name, "given_name": "Nora", "family_name": "Bjørnstad",
            "student_number": student_number, "guest": false, "enrolments": [], "contracts": [],
        }))
        .unwrap()
    };
    let mut records = SchoolRecords {
        people: vec![
            person("100042", "nora@fjordviken.example"),
            person("100043", "leif@fjordviken.example"),
        ],
        ..SchoolRecords::default()
    };
    let before = records.clone();
    if library::add_codes(data, &mut records).is_err() {
        assert_eq!(records, before);
        return false;
    }
    for person in &records.people {
        if let Some(code) = &person.library_code {
            let length = code.code.chars().count();
            assert!((1..=64).contains(&length) && !code.code.contains(char::is_control));
        }
    }
    records
        .people
        .iter()
        .any(|person| person.library_code.is_some())
}

fn candidates(data: &[u8]) -> bool {
    let Ok(rows) = exam_list::read(data) else {
        return false;
    };
    let mut last = 1;
    for row in &rows {
        let line = match row {
            Ok(row) => row.line,
            Err(bad) => bad.line,
        };
        assert!(line > last, "lines out of order");
        last = line;
        if let Ok(row) = row {
            let named = match &row.who {
                exam_list::Named::Number(number) => !number.is_empty(),
                exam_list::Named::NameAndBirth(name, _) => !name.is_empty(),
            };
            assert!(named && row.room.as_deref() != Some(""));
        }
    }
    rows.iter().any(Result::is_ok)
}
