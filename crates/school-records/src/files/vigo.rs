//! Contracts from Vigo, as its REST service gives them: apprentices and training candidates.
//!
//! Two sets of field names are in use, a short one with Norwegian days and a long one with ISO days; both are read. An empty
//! text stands for nothing. An answer with an `errorMessage`, or with another number of contracts than its `antall` says, is
//! refused whole.

use super::gather::{Gathering, push};
use super::{SetError, json};
use crate::day::written_day;
use crate::text::Flaw;
use crate::{FaultReason, Period, PersonRecord, Place, SchoolRecords, TrainingContract, model};
use chrono::NaiveDate;
use serde_json::{Map, Value};
use std::io::BufRead;

/// The most bytes of a contract.
const MAX_CONTRACT: usize = 1 << 20;

pub(super) fn read(
    file: &str,
    input: impl BufRead,
    allow_synthetic: bool,
) -> Result<SchoolRecords, SetError> {
    let mut gathering = Gathering::new(allow_synthetic);
    let mut number = 0_u64;
    let around = json::read(file, input, &["kontrakter"], MAX_CONTRACT, |contract| {
        number += 1;
        let place = Place {
            class: file.to_owned(),
            id: format!("#{number}"),
        };
        add(place, &contract, &mut gathering);
    })?;
    let said = around.members.get("errorMessage");
    if said.is_some_and(|said| !said.is_null() && said.as_str().is_none_or(|text| !text.is_empty()))
    {
        return Err(SetError::SaysError {
            file: file.to_owned(),
        });
    }
    let given = around.given.unwrap_or_default();
    let announced = match around.members.get("antall") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.trim().parse().ok()),
        Some(number) => Some(number.as_u64()),
    };
    match announced {
        Some(Some(announced)) if announced == given => {}
        None if around.given.is_some() => {}
        Some(Some(announced)) => {
            return Err(SetError::Count {
                file: file.to_owned(),
                announced,
                given,
            });
        }
        _ => {
            return Err(SetError::Unreadable {
                file: file.to_owned(),
                why: "it has no list of contracts, or an unreadable count of them",
            });
        }
    }
    Ok(gathering.finish())
}

fn add(place: Place, contract: &Value, gathering: &mut Gathering) {
    let (Some(contract), Some(person)) = (
        contract.as_object(),
        contract.get("elev").and_then(Value::as_object),
    ) else {
        let reason = match contract {
            Value::Object(_) => FaultReason::Missing {
                field: "elev".into(),
            },
            _ => FaultReason::NotAnObject,
        };
        gathering.faults.add(&place, reason);
        return;
    };
    let Some(id) = text(&place, person, &["sysId", "systemId"], gathering) else {
        gathering.missing(&place, "sysId");
        return;
    };
    let Some(source_key) = gathering.key(&place, "larling", &id) else {
        return;
    };
    let start = day(&place, contract, &["start", "startDato"], gathering);
    let end = day(&place, contract, &["slutt", "sluttDato"], gathering);
    let (Some(start), Some(end)) = (start, end) else {
        return;
    };
    let period = Period { start, end };
    if period.ends_before_it_begins() {
        let field = "slutt".to_owned();
        gathering
            .faults
            .add(&place, FaultReason::EndsBeforeItBegins { field });
        return;
    }
    let mut of_contract = |names: &[&str]| text(&place, contract, names, gathering);
    let contract_type = of_contract(&["type"]);
    let company_number = of_contract(&["bnr", "bedriftsNummer"]);
    let training = TrainingContract {
        period,
        company: of_contract(&["bedrnavn", "bedriftsNavn"]),
        // Vigo's own numbers for companies are shorter than organisation numbers.
        company_number: company_number
            .filter(|number| number.len() == 9 && number.bytes().all(|byte| byte.is_ascii_digit())),
        programme: of_contract(&["promrnavn", "programNavn"]),
        contract_type: contract_type.clone(),
        passed_exam_on: None,
    };
    if contract_type.is_none() {
        gathering.missing(&place, "type");
    }
    let at = match gathering.find(&source_key) {
        Some(at) => Some(at),
        None => {
            let mut of_person = |names: &[&str]| text(&place, person, names, gathering);
            let record = PersonRecord {
                source_key,
                given_name: of_person(&["fornavn"]).unwrap_or_default(),
                family_name: of_person(&["etternavn"]).unwrap_or_default(),
                mobile: of_person(&["mobilnr", "mobilNummer"]),
                ..model::nobody()
            };
            let number = of_person(&["fnr", "fodselsNummer"]);
            let nin = gathering.number(&place, number.as_deref());
            let birth_date = day(&place, person, &["fdato", "fodselsdato"], gathering).flatten();
            gathering.add(
                &place,
                PersonRecord {
                    nin,
                    birth_date,
                    ..record
                },
            )
        }
    };
    if let Some(at) = at {
        push(&mut gathering.people[at].contracts, training);
    }
}

/// The text under the first of the names that has one; none for an empty one. Faults name the first.
fn text(
    place: &Place,
    object: &Map<String, Value>,
    names: &[&str],
    gathering: &mut Gathering,
) -> Option<String> {
    let value = names
        .iter()
        .filter_map(|name| object.get(*name))
        .find(|value| {
            !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty())
        })?;
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let field = || names.first().copied().unwrap_or_default().to_owned();
    let reason = match Flaw::of(&text) {
        Some(flaw) => flaw.reason(&field()),
        None if text.is_empty() => FaultReason::WrongKind { field: field() },
        None => return Some(text),
    };
    gathering.faults.add(place, reason);
    None
}

/// A day. The outer none, with a fault, is for what cannot be read.
fn day(
    place: &Place,
    object: &Map<String, Value>,
    names: &[&str],
    gathering: &mut Gathering,
) -> Option<Option<NaiveDate>> {
    let Some(text) = text(place, object, names, gathering) else {
        return Some(None);
    };
    let day = written_day(&text);
    if day.is_none() {
        let field = names.first().copied().unwrap_or_default().to_owned();
        gathering
            .faults
            .add(place, FaultReason::UnreadableDate { field });
    }
    day.map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn contract() -> Value {
        json!({
            "elev": {"fornavn": "Leif", "etternavn": "Berg", "fdato": "04.04.2003", "fnr": "05840399895", "sysId": "200", "epost": "", "mobilnr": "68050001"},
            "type": "L", "promrkode": "BATMF3", "promrnavn": "Tømrer", "bnr": "999999999", "bedrnavn": "Fjord Bygg AS",
            "start": "15.08.2025", "slutt": "14.08.2027"
        })
    }

    fn set(contracts: &[Value]) -> Value {
        json!({"errorMessage": null, "antall": contracts.len(), "kontrakter": contracts})
    }

    fn of(text: &str) -> Result<SchoolRecords, SetError> {
        read("vigo.json", text.as_bytes(), true)
    }

    #[test]
    fn both_sets_of_names_say_the_same() {
        let long = json!({
            "elev": {"fornavn": "Leif", "etternavn": "Berg", "fodselsdato": "2003-04-04", "fodselsNummer": "05840399895", "systemId": "200", "mobilNummer": "68050001"},
            "type": "L", "programKode": "BATMF3", "programNavn": "Tømrer", "bedriftsNummer": "999999999", "bedriftsNavn": "Fjord Bygg AS",
            "startDato": "2025-08-15", "sluttDato": "2027-08-14"
        });
        let short = of(&format!("\u{feff}{}", set(&[contract()]))).unwrap();
        assert_eq!(short, of(&set(&[long]).to_string()).unwrap());
        assert!(short.faults.is_empty());
        insta::assert_json_snapshot!(short.people);
        assert!(short.people[0].nin.is_some());
    }

    #[test]
    fn an_answer_that_is_not_whole_is_refused() {
        let whole = set(&[contract()]);
        let text = whole.to_string();
        let with = |member: &str, value: Value| {
            let mut changed = whole.clone();
            changed[member] = value;
            changed.to_string()
        };
        let long = "x".repeat(2 << 20);
        for (bad, expected) in [
            (text[..text.len() - 10].to_owned(), "cut off"),
            (String::new(), "cut off"),
            (with("errorMessage", json!("Ukjent fylke")), "error message"),
            (with("errorMessage", json!({"code": 7})), "error message"),
            (with("antall", json!(2)), "announces 2 rows and has 1"),
            (with("antall", json!("0")), "announces 0 rows and has 1"),
            (with("antall", json!("en")), "unreadable count"),
            (with("kontrakter", json!("nei")), "not a list"),
            (json!({"errorMessage": null}).to_string(), "no list"),
            (
                json!({"errorMessage": null, "antall": 3, "kontrakter": null}).to_string(),
                "announces 3",
            ),
            (
                text.replace("\"Leif\"", &format!("\"{long}\"")),
                "far too long",
            ),
            (format!("{text}{text}"), "not JSON"),
            (
                text.replace("\"antall\"", "\"kontrakter\":[],\"antall\""),
                "twice",
            ),
            ("[".repeat(100_000), "not JSON"),
        ] {
            let error = of(&bad).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert!(
                !error.contains("Leif") && !error.contains("fylke"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_bad_contract_is_told_by_its_number_and_the_rest_is_read() {
        let with = |pointer: &str, value: Value| {
            let mut changed = contract();
            *changed.pointer_mut(pointer).unwrap() = value;
            changed
        };
        let contracts = [
            json!("x"),
            with("/elev", Value::Null),
            with("/elev/sysId", json!("")),
            with("/elev/sysId", json!("05840399895")),
            with("/elev/sysId", json!({"a": 1})),
            with("/start", json!("i fjor")),
            with("/slutt", json!("01.01.2020")),
            with("/elev/fnr", json!("12345678901")),
            contract(),
        ];
        let records = of(&set(&contracts).to_string()).unwrap();
        assert_eq!(records.people.len(), 1);
        assert_eq!(records.people[0].contracts.len(), 2);
        let faults: Vec<_> = records.faults.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(faults.join("\n"));
    }

    #[test]
    fn one_person_can_have_several_contracts() {
        let mut second = contract();
        second["start"] = json!("15.08.2027");
        second["slutt"] = json!("14.08.2028");
        let records = of(&set(&[second, contract()]).to_string()).unwrap();
        assert_eq!(records.people.len(), 1);
        assert_eq!(records.people[0].contracts.len(), 2);
    }
}
