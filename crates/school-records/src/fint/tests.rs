//! FINT answered from memory: a small county, and everything that can go wrong with it.

use super::*;
use crate::http::{Request, Response};
use crate::{FaultReason, Right, Rules, right_on};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

type Answer = Result<Response, HttpError>;

fn with_status(status: u16) -> Response {
    Response {
        status,
        retry_after: None,
        body: Vec::new(),
    }
}

fn with_json(value: &Value) -> Response {
    Response {
        body: value.to_string().into_bytes(),
        ..with_status(200)
    }
}

/// What a test puts in the way of a request; none lets it through. The number counts requests from 1.
type Fault = Box<dyn Fn(&Request, usize) -> Option<Answer> + Send + Sync>;

/// A FINT in memory.
struct County {
    collections: BTreeMap<String, Vec<Value>>,
    library: &'static str,
    fault: Fault,
    asked: Mutex<Vec<String>>,
    authorizations: Mutex<Vec<String>>,
    pauses: Mutex<Vec<u64>>,
}

impl County {
    fn asked(&self, what: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|url| url.contains(what)).count()
    }

    fn of(&mut self, class: &str) -> &mut Vec<Value> {
        self.collections
            .entry(format!("/utdanning/{class}"))
            .or_default()
    }

    fn answer(&self, request: &Request) -> Response {
        if request.url.path() == "/token" {
            return with_json(&json!({"access_token": "t", "token_type": "bearer"}));
        }
        if request.url.path() == "/bibliotek.csv" {
            return Response {
                body: self.library.into(),
                ..with_status(200)
            };
        }
        let Some(all) = self.collections.get(request.url.path()) else {
            return with_json(&json!({"_embedded": {"_entries": []}, "total_items": 0}));
        };
        let query: BTreeMap<_, _> = request.url.query_pairs().into_owned().collect();
        let number = |name: &str| query[name].parse::<usize>().unwrap();
        let (size, offset) = (number("size"), number("offset"));
        let page: Vec<_> = all.iter().skip(offset).take(size).collect();
        let mut answer =
            json!({"_embedded": {"_entries": page}, "total_items": all.len(), "_links": {}});
        if offset + size < all.len() {
            // The address that FINT knows itself by need not be the one it is reached at.
            let next = format!(
                "https://inside.example/x?offset={}&size={size}",
                offset + size
            );
            answer["_links"]["next"] = json!([{"href": next}]);
        }
        with_json(&answer)
    }
}

#[async_trait]
impl Http for County {
    async fn send(&self, request: &Request) -> Answer {
        let count = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(request.url.to_string());
            asked.len()
        };
        let authorization = request
            .authorization
            .as_ref()
            .map_or("-".into(), |a| a.to_string());
        self.authorizations.lock().unwrap().push(authorization);
        (self.fault)(request, count).unwrap_or_else(|| Ok(self.answer(request)))
    }

    async fn pause(&self, time: Duration) {
        self.pauses.lock().unwrap().push(time.as_secs());
    }
}

fn id(value: &str) -> Value {
    json!({ "identifikatorverdi": value })
}

fn to(href: &str) -> Value {
    json!([{ "href": format!("https://api.felleskomponent.no/utdanning/{href}") }])
}

fn from_until(start: &str, end: &str) -> Value {
    json!({"start": format!("{start}T00:00:00Z"), "slutt": format!("{end}T00:00:00Z")})
}

/// Nora in class 3STA at Fjordviken, and Leif, apprentice at Fjordbygg.
fn county() -> County {
    let mut county = County {
        collections: BTreeMap::new(),
        library: "elevnummer;kode\n00012;N000123456\n",
        fault: Box::new(|_, _| None),
        asked: Mutex::default(),
        authorizations: Mutex::default(),
        pauses: Mutex::default(),
    };
    county.of("utdanningsprogram/skole").push(json!({
        "systemId": id("S1"), "skolenummer": id("16001"), "organisasjonsnummer": id("974588145"),
        "navn": "Fjordviken videregående skole", "domenenavn": "fjordviken.example",
        "kontaktinformasjon": {"telefonnummer": "68059900", "epostadresse": "post@fjordviken.example", "nettsted": "javascript:alert(1)"},
        "_links": null,
    }));
    county
        .of("utdanningsprogram/arstrinn")
        .push(json!({"systemId": id("VG3"), "navn": "VG3"}));
    county.of("utdanningsprogram/programomrade").extend([
        json!({"systemId": id("STREA3----"), "navn": "Realfag"}),
        json!({"systemId": id("BATMF3----"), "navn": "Tømrerfaget"}),
    ]);
    county
        .of("kodeverk/elevkategori")
        .push(json!({"systemId": id("77"), "kode": "2", "navn": "heltid"}));
    county.of("elev/klasse").push(json!({
        "systemId": id("K1"), "navn": "3STA",
        "_links": {"trinn": to("utdanningsprogram/arstrinn/systemid/VG3")},
    }));
    county.of("elev/person").push(json!({
        "fodselsnummer": id("10915596784"), "fodselsdato": "2008-03-13T23:00:00Z",
        "navn": {"fornavn": " Nora ", "mellomnavn": " ", "etternavn": "Bjørkøy"},
        "bilde": "https://bilder.example/1.jpg", "kontaktinformasjon": {"mobiltelefonnummer": "68050001"},
        "bostedsadresse": {"adresselinje": [null]},
    }));
    county.of("elev/elev").push(json!({
        "systemId": id("100"), "elevnummer": id("00012"), "feidenavn": id("Nora@Fjordviken.example"), "gjest": false,
        "kontaktinformasjon": {"mobiltelefonnummer": "68050002"},
        "_links": {"person": to("elev/person/fodselsnummer/10915596784")},
    }));
    county.of("elev/elevforhold").push(json!({
        "systemId": id("1001"), "gyldighetsperiode": from_until("2026-08-17", "2027-07-31"), "hovedskole": true, "avbruddsdato": null,
        "_links": {
            "ELEV": to("elev/elev/feidenavn/nora%40fjordviken.example"),
            "skole": to("utdanningsprogram/skole/skolenummer/16001"),
            "kategori": [{"href": "${utdanning.kodeverk.elevkategori}/elevkategori/systemid/77"}],
        },
    }));
    county.of("elev/klassemedlemskap").push(json!({
        "systemId": id("m1"), "gyldighetsperiode": {"start": 1_786_924_800_000_i64},
        "_links": {"elevforhold": to("elev/elevforhold/systemId/1001"), "klasse": to("elev/klasse/systemid/k1")},
    }));
    county
        .of("utdanningsprogram/programomrademedlemskap")
        .push(json!({
            "systemId": id("p1"),
            "_links": {
                "elevforhold": to("elev/elevforhold/systemid/1001"),
                "programomrade": to("utdanningsprogram/programomrade/systemid/STREA3----"),
            },
        }));
    county.of("larling/person").push(json!({
        "fodselsnummer": id("05840399895"), "fodselsdato": null, "navn": {"fornavn": "Leif", "etternavn": "Tømmerås"},
    }));
    county.of("larling/virksomhet").push(json!({
        "virksomhetsId": id("7001"), "organisasjonsnummer": id("974588145"), "organisasjonsnavn": "Fjordbygg AS", "_links": null,
    }));
    county.of("larling/larling").push(json!({
        "systemId": id("200"), "kontraktstype": "Lærling", "laretid": {"start": "2025-08-15T12:00:00Z", "slutt": "2027-08-14T12:00:00Z"},
        "_links": {
            "person": to("larling/person/fodselsnummer/05840399895"),
            "bedrift": to("larling/virksomhet/virksomhetsid/7001"),
            "programomrade": to("utdanningsprogram/programomrade/systemid/BATMF3----"),
        },
    }));
    county
}

fn source() -> FintSource {
    let grant = Grant::Password {
        username: "user".into(),
        password: "p&w".into(),
    };
    let url = |text: &str| Url::parse(text).unwrap();
    FintSource {
        allow_synthetic: true,
        page_size: 2,
        library_codes: Some(url("https://fint.example/bibliotek.csv")),
        ..FintSource::new(
            url("https://fint.example/"),
            url("https://tokens.example/token"),
            "client".into(),
            "secret".into(),
            grant,
        )
    }
}

#[tokio::main(flavor = "current_thread")]
async fn read_with(source: &FintSource, county: &County) -> Result<SchoolRecords, ReadError> {
    read(source, county).await
}

fn records_of(county: &County) -> SchoolRecords {
    read_with(&source(), county).expect("a whole reading")
}

fn faults_of(county: &County) -> Vec<String> {
    records_of(county)
        .faults
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn the_county_is_read_into_the_model() {
    let records = records_of(&county());
    insta::assert_json_snapshot!(records.people);
    insta::assert_json_snapshot!(records.schools);
    assert!(records.faults.is_empty());
    let numbers: Vec<_> = records
        .people
        .iter()
        .map(|p| p.nin.as_ref().unwrap().expose())
        .collect();
    assert_eq!(numbers, ["10915596784", "05840399895"]);
    for person in &records.people {
        let right = right_on(person, "2026-11-22".parse().unwrap(), &Rules::default());
        assert!(
            matches!(right, Right::Pupil(_) | Right::Apprentice(_)),
            "{right:?}"
        );
    }
}

#[test]
fn synthetic_numbers_count_only_where_they_are_allowed() {
    let source = FintSource {
        allow_synthetic: false,
        ..source()
    };
    let records = read_with(&source, &county()).unwrap();
    assert!(records.people.iter().all(|person| person.nin.is_none()));
    let reasons: Vec<_> = records.faults.iter().map(ToString::to_string).collect();
    let reason = "has a national identity number that is not valid";
    assert_eq!(
        reasons,
        [
            format!("elev 100: {reason}"),
            format!("larling 200: {reason}")
        ]
    );
}

#[test]
fn model_3_is_read_by_its_own_names() {
    let mut county = county();
    for (new, old) in [
        ("elev/klasse", "elev/basisgruppe"),
        ("elev/klassemedlemskap", "elev/basisgruppemedlemskap"),
    ] {
        let mut records = std::mem::take(county.of(new));
        for record in &mut records {
            if let Some(class) = record.pointer("/_links/klasse").cloned() {
                record["_links"]["basisgruppe"] = class;
            }
        }
        *county.of(old) = records;
    }
    let source = FintSource {
        model: Model::V3,
        ..source()
    };
    let records = read_with(&source, &county).unwrap();
    assert_eq!(records.people[0].enrolments[0].classes[0].name, "3STA");
    assert_eq!(county.asked("klasse"), 0);
}

#[test]
fn links_may_be_written_on_the_other_side_only() {
    let mut county = county();
    county.of("elev/elev")[0]["_links"] =
        json!({"elevforhold": to("elev/elevforhold/systemid/1001")});
    county.of("elev/person")[0]["_links"] = json!({"elev": to("elev/elev/elevnummer/00012")});
    county.of("elev/elevforhold")[0]["_links"]["ELEV"] = json!([]);
    county.of("elev/elevforhold")[0]["_links"]["klassemedlemskap"] =
        to("elev/klassemedlemskap/systemid/m1");
    county.of("elev/klassemedlemskap")[0]["_links"]["elevforhold"] = Value::Null;
    let records = records_of(&county);
    assert!(records.faults.is_empty());
    assert_eq!(records.people[0].family_name, "Bjørkøy");
    assert_eq!(records.people[0].enrolments[0].classes[0].name, "3STA");
}

#[test]
fn pages_are_followed_to_the_end_at_the_apis_own_address() {
    let mut county = county();
    let more = (0..5).map(|n| json!({"systemId": id(&format!("S{n}x")), "skolenummer": id(&format!("1700{n}")), "navn": "Skole"}));
    county.of("utdanningsprogram/skole").extend(more);
    assert_eq!(records_of(&county).schools.len(), 6);
    assert_eq!(
        county.asked("https://fint.example/utdanning/utdanningsprogram/skole?"),
        3
    );
    assert_eq!(county.asked("inside.example"), 0);
}

#[test]
fn without_next_links_the_count_leads_on() {
    let mut county = county();
    let more = (0..4).map(|n| json!({"systemId": id(&format!("S{n}x")), "skolenummer": id(&format!("1700{n}")), "navn": "Skole"}));
    county.of("utdanningsprogram/skole").extend(more);
    let all = county.of("utdanningsprogram/skole").clone();
    county.fault = Box::new(move |request, _| {
        let offset = request.url.query()?.split("offset=").nth(1)?.parse().ok()?;
        request.url.path().ends_with("/skole").then(|| {
            let page: Vec<_> = all.iter().skip(offset).take(2).collect();
            // With a byte order mark, and the count as text, as some sources write them.
            let body = format!(
                "\u{feff}{}",
                json!({"_embedded": {"_entries": page}, "total_items": "5"})
            );
            Ok(Response {
                body: body.into_bytes(),
                ..with_status(200)
            })
        })
    });
    assert_eq!(records_of(&county).schools.len(), 5);
}

/// A fault for one class, or for the token when the path is `/token`.
fn on(
    ending: &'static str,
    answer: impl Fn(usize) -> Option<Answer> + Send + Sync + 'static,
) -> Fault {
    let seen = Mutex::new(0);
    Box::new(move |request, _| {
        if !request.url.path().ends_with(ending) {
            return None;
        }
        let mut seen = seen.lock().unwrap();
        *seen += 1;
        answer(*seen)
    })
}

fn connection_lost() -> HttpError {
    HttpError::Connection("lost".into())
}

#[test]
fn a_reading_that_is_not_whole_is_an_error() {
    let page = |value: Value| move |_: usize| Some(Ok(with_json(&value)));
    let cases: Vec<(&str, Fault, &str)> = vec![
        (
            "page missing",
            on("/elevforhold", |_| Some(Ok(with_status(404)))),
            "FINT answers 404 for elevforhold",
        ),
        (
            "no access",
            on("/person", |_| Some(Ok(with_status(403)))),
            "FINT answers 403 for person",
        ),
        (
            "down",
            on("/elev", |_| Some(Ok(with_status(503)))),
            "FINT answers 503 for elev",
        ),
        (
            "silent",
            on("/elev", |_| Some(Err(HttpError::Timeout))),
            "FINT does not answer for elev",
        ),
        (
            "cut off",
            on("/elev", |_| Some(Err(connection_lost()))),
            "FINT does not answer for elev",
        ),
        (
            "too large",
            on("/elev", |_| Some(Err(HttpError::TooLarge { limit: 1 }))),
            "FINT does not answer for elev",
        ),
        (
            "not JSON",
            on("/skole", |_| {
                Some(Ok(Response {
                    body: b"<html>".to_vec(),
                    ..with_status(200)
                }))
            }),
            "FINT's answer for skole cannot be read",
        ),
        (
            "no list",
            on("/skole", page(json!({"total_items": 3}))),
            "FINT's answer for skole cannot be read",
        ),
        (
            "a list that is none",
            on("/skole", page(json!({"_embedded": {"_entries": {}}}))),
            "FINT's answer for skole cannot be read",
        ),
        (
            "an error as JSON",
            on("/skole", page(json!({"message": "oops"}))),
            "FINT's answer for skole cannot be read",
        ),
        (
            "too few",
            on(
                "/skole",
                page(json!({"_embedded": {"_entries": []}, "total_items": 3})),
            ),
            "FINT announces 3 of skole and gives 0",
        ),
        (
            "too many",
            on(
                "/skole",
                page(json!({"_embedded": {"_entries": [{}, {}]}, "total_items": 1})),
            ),
            "FINT announces 1 of skole and gives 2",
        ),
        (
            "pages in a ring",
            on(
                "/skole",
                page(
                    json!({"_embedded": {"_entries": [{}]}, "_links": {"next": [{"href": "?offset=1"}]}}),
                ),
            ),
            "FINT's pages of skole do not end",
        ),
        (
            "no token",
            on("/token", |_| Some(Ok(with_status(401)))),
            "FINT refuses a token with status 401: check client, secret, user and password",
        ),
        (
            "no answer about the token",
            on("/token", |_| Some(Err(HttpError::Timeout))),
            "FINT gives no token",
        ),
        (
            "token of another kind",
            on("/token", page(json!({"token": "x"}))),
            "FINT's answer to the request for a token cannot be read",
        ),
        (
            "token that breaks the header",
            on("/token", page(json!({"access_token": "a\r\nb"}))),
            "FINT's answer to the request for a token cannot be read",
        ),
        (
            "library file missing",
            on("/bibliotek.csv", |_| Some(Ok(with_status(404)))),
            "FINT answers 404 for bibliotek.csv",
        ),
        (
            "library file of another kind",
            on("/bibliotek.csv", |_| Some(Ok(with_status(200)))),
            "the library file has no column elevnummer or feidenavn",
        ),
    ];
    for (what, fault, expected) in cases {
        let mut county = county();
        county.fault = fault;
        let error = read_with(&source(), &county).expect_err(what);
        assert_eq!(error.to_string(), expected, "{what}");
    }
}

#[test]
fn a_busy_server_is_tried_again_with_longer_and_longer_waits() {
    let mut busy = county();
    busy.fault = on("/elevforhold", |n| {
        (n < 4).then(|| {
            if n == 2 {
                Err(HttpError::Timeout)
            } else {
                Ok(with_status(503))
            }
        })
    });
    records_of(&busy);
    assert_eq!(*busy.pauses.lock().unwrap(), [1, 3, 9]);

    let mut asking = county();
    asking.fault = on("/elevforhold", |n| {
        let retry_after = Some(Duration::from_secs(if n == 1 { 20 } else { 86_400 }));
        (n < 3).then(|| {
            Ok(Response {
                retry_after,
                ..with_status(429)
            })
        })
    });
    records_of(&asking);
    assert_eq!(*asking.pauses.lock().unwrap(), [20, 60]);
}

#[test]
fn a_refusal_is_not_tried_again() {
    let mut county = county();
    county.fault = on("/elevforhold", |_| Some(Ok(with_status(403))));
    assert!(read_with(&source(), &county).is_err());
    assert_eq!(county.asked("elevforhold"), 1);
}

#[test]
fn a_token_that_has_run_out_is_renewed_once() {
    let mut late = county();
    late.fault = on("/elevforhold", |n| (n == 1).then(|| Ok(with_status(401))));
    records_of(&late);
    assert_eq!(late.asked("/token"), 2);

    let mut never = county();
    never.fault = on("/elevforhold", |_| Some(Ok(with_status(401))));
    assert!(matches!(
        read_with(&source(), &never),
        Err(ReadError::Refused { status: 401, .. })
    ));
}

#[test]
fn a_source_that_changes_while_it_is_read_is_read_again() {
    let mut county = county();
    county.fault = on("/skole", |n| {
        (n == 1).then(|| {
            Ok(with_json(
                &json!({"_embedded": {"_entries": []}, "total_items": 1}),
            ))
        })
    });
    assert_eq!(records_of(&county).schools.len(), 1);
}

/// Schools 0 to 3 on two pages, of which each reading says which numbers it gives.
fn schools_in_readings(readings: &'static [[u8; 4]]) -> County {
    let mut county = county();
    county.fault = on("/skole", move |n| {
        let (reading, page) = ((n - 1) / 2, (n - 1) % 2);
        let numbers = &readings[reading.min(readings.len() - 1)][page * 2..][..2];
        let schools = numbers.iter().map(|n| {
            json!({"skolenummer": id(&format!("1600{n}")), "navn": "Skole",
                   "_links": {"self": [{"href": format!("https://x/skole/skolenummer/1600{n}")}]}})
        });
        let schools: Vec<_> = schools.collect();
        Some(Ok(with_json(
            &json!({"_embedded": {"_entries": schools}, "total_items": 4}),
        )))
    });
    county
}

#[test]
fn a_record_that_moves_from_page_to_page_is_not_believed_in_because_the_sum_is_right() {
    // Moved twice, in different ways; then whole.
    let moving = schools_in_readings(&[[1, 2, 2, 3], [1, 4, 3, 4], [1, 2, 3, 4]]);
    assert_eq!(records_of(&moving).schools.len(), 4);
    assert_eq!(moving.asked("utdanningsprogram/skole"), 6);
    let restless = schools_in_readings(&[[1, 2, 2, 3], [1, 4, 3, 4], [1, 3, 3, 4]]);
    let error = read_with(&source(), &restless).unwrap_err();
    assert_eq!(
        error.to_string(),
        "FINT changes skole each time while it is read"
    );
    // The source's own fault, the same each time.
    let doubled = schools_in_readings(&[[1, 2, 2, 3]]);
    let records = records_of(&doubled);
    assert_eq!(records.schools.len(), 3);
    assert_eq!(doubled.asked("utdanningsprogram/skole"), 4);
}

#[test]
fn the_token_goes_to_the_apis_own_host_only() {
    let county = county();
    let source = FintSource {
        library_codes: Some(Url::parse("https://library.example/bibliotek.csv").unwrap()),
        ..source()
    };
    read_with(&source, &county).unwrap();
    let asked = county.asked.lock().unwrap();
    let authorizations = county.authorizations.lock().unwrap();
    for (url, authorization) in asked.iter().zip(authorizations.iter()) {
        let expected = match url {
            url if url.starts_with("https://tokens.example/") => "Basic Y2xpZW50OnNlY3JldA==",
            url if url.starts_with("https://fint.example/") => "Bearer t",
            _ => "-",
        };
        assert_eq!(authorization, expected, "{url}");
    }
}

#[test]
fn a_bad_record_is_reported_and_the_rest_is_read() {
    type Spoil = fn(&mut County);
    let cases: &[(&str, Spoil, &[&str])] = &[
        (
            "not an object",
            |c| c.of("elev/elev").push(json!("x")),
            &["elev #2: is not an object"],
        ),
        (
            "no key, no person",
            |c| c.of("elev/elev").push(json!({"_links": null})),
            &["elev #2: lacks person", "elev #2: lacks systemId"],
        ),
        (
            "the same key twice",
            |c| {
                let first = c.of("elev/elev")[0].clone();
                c.of("elev/elev").push(first);
            },
            &["elev 100: has the key of another record"],
        ),
        (
            "unknown pupil",
            |c| {
                c.of("elev/elevforhold").push(json!({
            "systemId": id("9"), "_links": {"elev": [{"href": "${utdanning.elev.elev}/elev/elevnummer/99"}]},
        }))
            },
            &["elevforhold 9: has a link that leads nowhere: elev"],
        ),
        (
            "membership that ends before it begins",
            |c| {
                c.of("elev/klassemedlemskap")[0]["gyldighetsperiode"] =
                    from_until("2026-10-01", "2026-09-01")
            },
            &["klassemedlemskap m1: ends before it begins in gyldighetsperiode"],
        ),
        (
            "period that cannot be read",
            |c| c.of("elev/elevforhold")[0]["gyldighetsperiode"] = json!({"start": "soon"}),
            &["elevforhold 1001: has an unreadable date in gyldighetsperiode.start"],
        ),
        (
            "period of another kind",
            |c| c.of("elev/elevforhold")[0]["gyldighetsperiode"] = json!("2026"),
            &["elevforhold 1001: has a value of the wrong kind in gyldighetsperiode"],
        ),
        (
            "interruption that cannot be read",
            |c| c.of("elev/elevforhold")[0]["avbruddsdato"] = json!("x"),
            &["elevforhold 1001: has an unreadable date in avbruddsdato"],
        ),
        (
            "unknown school",
            |c| c.of("elev/elevforhold")[0]["_links"]["skole"] = to("x/skole/skolenummer/1"),
            &["elevforhold 1001: has a link that leads nowhere: skole"],
        ),
        (
            "unknown category",
            |c| c.of("elev/elevforhold")[0]["_links"]["kategori"] = to("x/elevkategori/systemid/9"),
            &["elevforhold 1001: has a link that leads nowhere: kategori"],
        ),
        (
            "wrong kinds",
            |c| {
                c.of("elev/elev")[0]["gjest"] = json!("no");
                c.of("elev/person")[0]["navn"]["fornavn"] = json!(7);
                c.of("elev/person")[0]["bilde"] = json!("file:///etc/passwd");
            },
            &[
                "elev 100: has a value of the wrong kind in gjest",
                "elev 100: has a value of the wrong kind in fornavn",
                "elev 100: has a value of the wrong kind in bilde",
            ],
        ),
        (
            "wrong control digit",
            |c| {
                c.of("elev/person")[0]["fodselsnummer"] = id("10915596783");
                c.of("elev/elev")[0]["_links"]["person"] =
                    to("elev/person/fodselsnummer/10915596783");
            },
            &["elev 100: has a national identity number that is not valid"],
        ),
        (
            "what no database keeps",
            |c| {
                c.of("elev/person")[0]["navn"]["fornavn"] = json!("No\0ra");
                c.of("elev/klasse")[0]["navn"] = json!("x".repeat(513));
                c.of("elev/elev")
                    .push(json!({"systemId": id("1\u{0}2"), "_links": null}));
            },
            &[
                "elev #2: lacks person",
                "elev #2: has a value of the wrong kind in systemId",
                "elev #2: lacks systemId",
                "elev 100: has a value of the wrong kind in fornavn",
                "klasse K1: has a value that is far too long in navn",
                "klasse K1: lacks navn",
            ],
        ),
        (
            "no company",
            |c| c.of("larling/larling")[0]["_links"]["bedrift"] = json!([]),
            &["larling 200: lacks bedrift"],
        ),
        (
            "no name of the school",
            |c| c.of("utdanningsprogram/skole")[0]["navn"] = json!(" "),
            &["skole S1: lacks navn"],
        ),
    ];
    for (what, spoil, expected) in cases {
        let mut county = county();
        spoil(&mut county);
        let records = records_of(&county);
        let faults: Vec<_> = records.faults.iter().map(ToString::to_string).collect();
        assert_eq!(&faults, expected, "{what}");
        assert_eq!(records.people.len(), 2, "{what}");
    }
}

#[test]
fn no_fault_tells_who_it_is_about() {
    let mut county = county();
    county.of("elev/person")[0]["fodselsnummer"] = id("10915596783");
    county.of("elev/person")[0]["navn"] = json!({"fornavn": ["Nora"], "etternavn": "Bjørkøy"});
    county
        .of("elev/person")
        .push(json!({"fodselsnummer": id("10915596783")}));
    let told = format!(
        "{:?} {}",
        records_of(&county),
        faults_of(&county).join("\n")
    );
    for secret in ["10915596783", "Nora", "nora", "Bjørkøy", "68050001"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

#[test]
fn what_cannot_be_relied_on_gives_no_right() {
    let mut county = county();
    county.of("elev/elevforhold")[0]["gyldighetsperiode"] = json!({"slutt": "x"});
    let records = records_of(&county);
    let right = right_on(
        &records.people[0],
        "2026-11-22".parse().unwrap(),
        &Rules::default(),
    );
    assert!(matches!(right, Right::None(_)), "{right:?}");
}

#[test]
fn an_unknown_category_is_not_taken_for_none() {
    let mut county = county();
    county.of("elev/elevforhold")[0]["_links"]["kategori"] = to("x/elevkategori/systemid/9");
    let code = records_of(&county).people[0].enrolments[0]
        .category_code
        .clone();
    assert_eq!(code.as_deref(), Some("9"));
}

#[test]
fn one_person_who_is_several_pupils_and_an_apprentice_is_one_record() {
    let mut county = county();
    let mut second = county.of("elev/elev")[0].clone();
    second["systemId"] = id("099");
    second["elevnummer"] = id("00099");
    second["feidenavn"] = Value::Null;
    second["gjest"] = json!(true);
    county.of("elev/elev").push(second);
    let person = county.of("elev/person")[0].clone();
    county.of("larling/person").push(person);
    county.of("larling/larling")[0]["_links"]["person"] =
        to("larling/person/fodselsnummer/10915596784");
    let records = records_of(&county);
    assert_eq!(records.people.len(), 1);
    let nora = &records.people[0];
    assert_eq!(nora.source_key, "elev:099");
    assert_eq!(nora.feide_name.as_deref(), Some("nora@fjordviken.example"));
    assert_eq!(
        (nora.enrolments.len(), nora.contracts.len(), nora.guest),
        (1, 1, false)
    );
}

#[test]
fn a_feide_name_that_two_people_have_is_nobodys() {
    let mut county = county();
    let mut other = county.of("elev/elev")[0].clone();
    other["systemId"] = id("101");
    other["elevnummer"] = id("00013");
    other["_links"] = json!({"person": to("elev/person/fodselsnummer/50846202355")});
    county.of("elev/elev").push(other);
    county.of("elev/person").push(
        json!({"fodselsnummer": id("50846202355"), "navn": {"fornavn": "Ida", "etternavn": "Moe"}}),
    );
    let records = records_of(&county);
    assert!(
        records
            .people
            .iter()
            .all(|person| person.feide_name.is_none())
    );
    assert!(
        records
            .faults
            .iter()
            .all(|fault| fault.reason == FaultReason::SameKey)
    );
    assert!(!records.faults.is_empty());
}

#[test]
fn a_passed_examination_is_read_with_its_day() {
    let exam = |code: &str| {
        let mut county = county();
        county
            .of("kodeverk/fullfortkode")
            .extend(["B", "I"].map(|code| json!({"systemId": id(code), "kode": code})));
        county.of("larling/avlagtprove").push(json!({
            "systemId": id("e1"), "provedato": "2026-08-20T00:00:00Z",
            "_links": {"larling": to("larling/larling/systemid/200"), "fullfortkode": to(&format!("kodeverk/fullfortkode/systemid/{code}"))},
        }));
        records_of(&county).people[1].contracts[0].passed_exam_on
    };
    assert_eq!(exam("B"), "2026-08-20".parse().ok());
    assert_eq!(exam("I"), None);
}

#[test]
fn of_several_examinations_the_first_that_was_passed_counts() {
    let mut county = county();
    for (key, day, code) in [
        ("e1", "2026-06-20", "I"),
        ("e2", "2026-08-21", "B"),
        ("e3", "2026-08-20", "M"),
    ] {
        county.of("larling/avlagtprove").push(json!({
            "systemId": id(key), "provedato": day,
            "_links": {"fullfortkode": to(&format!("kodeverk/fullfortkode/systemid/{code}"))},
        }));
    }
    county
        .of("kodeverk/fullfortkode")
        .extend(["B", "I", "M"].map(|code| json!({"systemId": id(code), "kode": code})));
    // Written on the apprentice's side only.
    county.of("larling/larling")[0]["_links"]["avlagtprove"] = json!(
        ["e1", "e2", "e3"]
            .map(|key| json!({"href": format!("larling/avlagtprove/systemid/{key}")}))
    );
    let records = records_of(&county);
    assert!(records.faults.is_empty());
    let contract = &records.people[1].contracts[0];
    assert_eq!(contract.passed_exam_on, "2026-08-20".parse().ok());
}

#[test]
fn a_county_without_apprentices_in_fint_is_not_asked_for_them() {
    let county = county();
    let source = FintSource {
        apprentices: false,
        library_codes: None,
        ..source()
    };
    assert_eq!(read_with(&source, &county).unwrap().people.len(), 1);
    assert_eq!(county.asked("larling"), 0);
}

#[test]
fn the_order_of_the_source_does_not_matter() {
    let mut turned = county();
    for n in 0..7 {
        let pupil = json!({"systemId": id(&format!("30{n}")), "_links": {"person": to("elev/person/fodselsnummer/10915596784")}});
        turned.of("elev/elev").push(pupil);
    }
    let before = records_of(&turned);
    turned
        .collections
        .values_mut()
        .for_each(|records| records.reverse());
    assert_eq!(records_of(&turned).people, before.people);
}

#[test]
fn client_credentials_ask_without_a_user() {
    struct Seen(Mutex<String>);
    #[async_trait]
    impl Http for Seen {
        async fn send(&self, request: &Request) -> Answer {
            *self.0.lock().unwrap() = request
                .form
                .as_ref()
                .map(|form| form.to_string())
                .unwrap_or_default();
            Ok(with_status(400))
        }
        async fn pause(&self, _: Duration) {}
    }
    let form_of = |grant| {
        let seen = Seen(Mutex::default());
        let source = FintSource { grant, ..source() };
        let reading = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        assert!(reading.block_on(read(&source, &seen)).is_err());
        seen.0.into_inner().unwrap()
    };
    assert_eq!(
        form_of(Grant::ClientCredentials),
        "grant_type=client_credentials&scope=fint-client"
    );
    assert_eq!(
        form_of(source().grant),
        "grant_type=password&username=user&password=p%26w&scope=fint-client"
    );
}
