//! What the page is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may fail by panicking"
)]

mod common;

use common::{Code, GOOD, REVOKED, SUSPENDED, Specimen};
use county_api::Profile;
use serde_json::{Value, json};
use verifier_web::Kontroll;

const ISSUER: &str = "https://bevis.fjordviken.example";
/// 1 September 2026, 08:00 UTC.
const NOW: i64 = 1_788_249_600;
const DAY: i64 = 86_400;

fn ms(seconds: i64) -> f64 {
    seconds as f64 * 1000.0
}

fn read(answer: impl Into<Option<String>>) -> Value {
    serde_json::from_str(&answer.into().expect("an answer")).unwrap()
}

fn kinds(scan: &Value) -> Vec<&str> {
    scan["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason["kind"].as_str().unwrap())
        .collect()
}

/// A page with lists signed at [`NOW`].
fn page(county: &Specimen) -> Kontroll {
    let mut page = Kontroll::new(&county.county_json()).unwrap();
    let taken = json!({ "kind": "taken" });
    assert_eq!(
        read(page.take_trust_list(&county.trust_list(1, NOW), ms(NOW))),
        taken
    );
    let list = county.status_list(1, NOW, &[(REVOKED, 1), (SUSPENDED, 2)]);
    assert_eq!(read(page.take_status_list(&list, ms(NOW))), taken);
    page
}

#[test]
fn lists_are_held_against_the_newest_trust_list() {
    let county = Specimen::new(ISSUER);
    let mut page = page(&county);
    // The same version, signed an hour before the one in use.
    let earlier = county.trust_list(1, NOW - 3_600);
    assert_eq!(
        read(page.take_trust_list(&earlier, ms(NOW + 1))),
        json!({ "kind": "older" })
    );
    let lists = |page: &mut Kontroll| read(page.lists(ms(NOW + 1)))["status_lists"].clone();
    assert_eq!(lists(&mut page), 1);
    page.take_trust_list(&county.trust_list(2, NOW), ms(NOW + 1));
    assert_eq!(lists(&mut page), 1);
    // The key that signed the status list is trusted no more.
    let rid = county.trust_list_without_keys(3, NOW);
    assert_eq!(
        read(page.take_trust_list(&rid, ms(NOW + 1))),
        json!({ "kind": "taken" })
    );
    assert_eq!(lists(&mut page), 0);
}

#[test]
fn a_living_code_and_its_link_are_judged_alike() {
    let county = Specimen::new(ISSUER);
    let code = county.code(&Code::at(NOW));
    let link = qr_proof::link(&code, &format!("{ISSUER}/kontroll")).unwrap();
    assert!(link.starts_with("HTTPS://BEVIS.FJORDVIKEN.EXAMPLE/KONTROLL#"));
    // As a browser writes the address it was opened with.
    let opened = link.replace("HTTPS://BEVIS.FJORDVIKEN.EXAMPLE", ISSUER);
    for text in [code, link, opened] {
        let scan = read(page(&county).scan(&text, ms(NOW + 5)));
        assert_eq!(scan["kind"], "card", "{text}");
        assert_eq!(scan["outcome"], "valid", "{text}");
        assert_eq!(scan["card"]["full_name"], "Nora Bjørnstad");
        assert_eq!(scan["photo"], "available");
    }
}

#[test]
fn the_photo_code_joins_the_card_before_it() {
    let county = Specimen::new(ISSUER);
    let mut page = page(&county);
    page.scan(&county.code(&Code::at(NOW)), ms(NOW + 1));
    let scan = read(page.scan(&county.photo_code(NOW), ms(NOW + 5)));
    assert_eq!(scan["kind"], "photo");
    assert_eq!(scan["belongs_to_last"], true);
    assert!(
        scan["portrait"]
            .as_str()
            .unwrap()
            .starts_with("data:image/webp;base64,")
    );
}

#[test]
fn each_fault_has_its_own_reason() {
    let county = Specimen::new(ISSUER);
    let age = Code {
        profile: Profile::Age,
        ..Code::at(NOW)
    };
    assert_eq!(
        read(page(&county).scan(&county.code(&age), ms(NOW)))["outcome"],
        "valid"
    );
    for (code, at, reason) in [
        (Code::at(NOW), NOW + 60, "code_too_old"),
        (Code::at(NOW), NOW - 60, "clock_differs"),
        (
            Code {
                idx: REVOKED,
                ..Code::at(NOW)
            },
            NOW,
            "revoked",
        ),
        (
            Code {
                idx: SUSPENDED,
                ..Code::at(NOW)
            },
            NOW,
            "suspended",
        ),
        (
            Code {
                forged: true,
                ..Code::at(NOW)
            },
            NOW,
            "unknown_issuer",
        ),
    ] {
        let scan = read(page(&county).scan(&county.code(&code), ms(at)));
        assert_eq!(scan["outcome"], "invalid");
        assert_eq!(kinds(&scan), [reason]);
    }
    let scan = read(page(&county).scan("https://example.org/menu", ms(NOW)));
    assert_eq!(kinds(&scan), ["not_our_code"]);
}

#[test]
fn a_specimen_countys_cards_are_never_valid() {
    let mut county = Specimen::new(ISSUER);
    county.demo = true;
    let mut page = page(&county);
    assert_eq!(read(page.lists(ms(NOW)))["demo"], true);
    let scan = read(page.scan(&county.code(&Code::at(NOW)), ms(NOW)));
    assert_eq!(
        (&scan["outcome"], &scan["demo"]),
        (&json!("demo"), &json!(true))
    );
}

#[test]
fn nothing_is_judged_before_there_is_a_trust_list() {
    let county = Specimen::new(ISSUER);
    let mut page = Kontroll::new(&county.county_json()).unwrap();
    assert!(page.scan(&county.code(&Code::at(NOW)), ms(NOW)).is_none());
    assert!(page.scan_again(ms(NOW)).is_none());
    assert_eq!(
        read(page.lists(ms(NOW))),
        json!({ "ready": false, "demo": false, "status_lists": 0, "status_age_seconds": null, "stale": true })
    );
    assert!(Kontroll::new("{}").is_err());
}

#[test]
fn fresh_lists_change_the_verdict_on_the_code_that_is_on_the_screen() {
    let county = Specimen::new(ISSUER);
    let mut page = page(&county);
    let code = county.code(&Code::at(NOW + 600));
    let scanned = ms(NOW + 601);
    assert_eq!(read(page.scan(&code, scanned))["outcome"], "valid");
    assert_eq!(
        read(page.scan_again(scanned))["outcome"],
        "valid",
        "not its second showing"
    );

    let list = county.status_list(1, NOW + 602, &[(GOOD, 2)]);
    page.take_status_list(&list, ms(NOW + 603));
    let again = read(page.scan_again(scanned));
    assert_eq!(kinds(&again), ["suspended"]);
    assert_eq!(again["status_age_seconds"], 0);

    let shown_twice = read(page.scan(&code, ms(NOW + 605)));
    assert_eq!(kinds(&shown_twice), ["replayed", "suspended"]);
    page.forget();
    assert!(page.scan_again(scanned).is_none());
}

#[test]
fn a_wrong_clock_is_told_and_put_right_when_the_time_is_known() {
    let county = Specimen::new(ISSUER);
    let mut page = Kontroll::new(&county.county_json()).unwrap();
    // Ten minutes slow: the lists are from the future.
    let behind = read(page.take_trust_list(&county.trust_list(1, NOW), ms(NOW - 600)));
    assert_eq!(behind, json!({ "kind": "clock_behind", "seconds": 600 }));
    page.take_trust_list(&county.trust_list(1, NOW), ms(NOW));
    let behind = read(page.take_status_list(&county.status_list(1, NOW, &[]), ms(NOW - 600)));
    assert_eq!(behind, json!({ "kind": "clock_behind", "seconds": 600 }));

    let mut page = self::page(&county);
    let scan = read(page.scan(&county.code(&Code::at(NOW)), ms(NOW + 600)));
    assert_eq!(kinds(&scan), ["code_too_old"]);
    assert_eq!(read(page.scan_again(ms(NOW + 1)))["outcome"], "valid");
}

#[test]
fn lists_that_are_over_are_used_and_named_as_such() {
    let county = Specimen::new(ISSUER);
    let now = NOW + 2 * DAY;
    let mut page = page(&county);
    let lists = read(page.lists(ms(now)));
    assert_eq!(
        (&lists["stale"], &lists["status_age_seconds"]),
        (&json!(true), &json!(2 * DAY))
    );
    let scan = read(page.scan(&county.code(&Code::at(now)), ms(now)));
    assert_eq!(
        (&scan["outcome"], kinds(&scan)),
        (&json!("status_unknown"), vec!["status_too_old"])
    );
    let code = Code {
        idx: REVOKED,
        ..Code::at(now + 60)
    };
    let scan = read(page.scan(&county.code(&code), ms(now + 60)));
    assert_eq!(scan["outcome"], "invalid");

    // A page that is opened again after the trust list's time.
    let mut page = Kontroll::new(&county.county_json()).unwrap();
    let now = NOW + 31 * DAY;
    assert_eq!(
        read(page.take_trust_list(&county.trust_list(1, NOW), ms(now)))["kind"],
        "taken"
    );
    page.take_status_list(&county.status_list(1, now, &[]), ms(now));
    assert_eq!(read(page.lists(ms(now)))["stale"], true);
    let scan = read(page.scan(&county.code(&Code::at(now)), ms(now)));
    assert_eq!(
        (&scan["outcome"], kinds(&scan)),
        (&json!("status_unknown"), vec!["trust_list_expired"])
    );
}

#[test]
fn an_older_list_never_takes_the_place_of_a_newer_one() {
    let county = Specimen::new(ISSUER);
    let mut page = page(&county);
    page.take_trust_list(&county.trust_list(3, NOW), ms(NOW));
    let older = json!({ "kind": "older" });
    assert_eq!(
        read(page.take_trust_list(&county.trust_list(2, NOW + 5), ms(NOW + 5))),
        older
    );
    // Expired as well: the version counts first.
    assert_eq!(
        read(page.take_trust_list(&county.trust_list(2, NOW), ms(NOW + 40 * DAY))),
        older
    );
    let replayed = county.status_list(1, NOW - 60, &[]);
    assert_eq!(read(page.take_status_list(&replayed, ms(NOW))), older);
    let code = Code {
        idx: REVOKED,
        ..Code::at(NOW)
    };
    assert_eq!(
        kinds(&read(page.scan(&county.code(&code), ms(NOW)))),
        ["revoked"]
    );
}

#[test]
fn what_another_county_signed_is_refused() {
    let (county, other) = (Specimen::new(ISSUER), Specimen::new(ISSUER));
    let mut page = page(&county);
    for list in [other.trust_list(9, NOW), "not a list".into(), String::new()] {
        assert_eq!(
            read(page.take_trust_list(&list, ms(NOW)))["kind"],
            "refused"
        );
    }
    for list in [
        other.status_list(1, NOW, &[]),
        "not a list".into(),
        String::new(),
    ] {
        assert_eq!(
            read(page.take_status_list(&list, ms(NOW)))["kind"],
            "refused"
        );
    }
    for time in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0] {
        let scan = read(page.scan(&county.code(&Code::at(NOW)), time));
        assert_eq!(scan["outcome"], "invalid", "{time}");
    }
}
