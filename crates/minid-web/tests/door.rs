//! The door as a page uses it: texts in, JSON or one word out.

// A helper that fails is a test that fails.
#![allow(clippy::unwrap_used)]

use minid_guide::Guide;
use minid_web::Minid;
use serde_json::{Value, json};

const TODAY: &str = "2026-11-22";

fn minid() -> Minid {
    Minid::new(None).unwrap()
}

fn value(answer: Result<String, String>) -> Value {
    serde_json::from_str(&answer.unwrap()).unwrap()
}

fn words(kinds: &[&str]) -> String {
    let mut words = json!({ "name": "MinID" });
    for kind in kinds {
        words[*kind] = json!({ "title": "Tittel", "text": "Tekst" });
    }
    words.to_string()
}

#[test]
fn answers_have_the_shapes_that_the_page_reads() {
    let minid = minid();
    assert_eq!(
        value(minid.facts(TODAY))["intakes"],
        json!([2027, 2028, 2029])
    );
    let check = |text: &str| value(minid.check_number(text.to_owned(), TODAY));
    assert_eq!(check("130972 48022"), json!({ "kind": "fnr" }));
    assert_eq!(check("53097248016"), json!({ "kind": "d_number" }));
    assert_eq!(check("1309"), json!({ "kind": "incomplete", "digits": 4 }));
    assert_eq!(check("10915596784"), json!({ "kind": "test_number" }));

    let plan = value(minid.pupil_plan("2026-11-20", false, false, TODAY));
    assert_eq!(plan["phase"], "waiting");
    assert_eq!(plan["days_left"], 58);
    assert_eq!(
        plan["next"],
        json!({ "on": "2026-11-24", "kind": "look_in_mailbox" })
    );
    assert_eq!(
        plan["events"][10],
        json!({ "on": "2027-01-20", "kind": "expired" })
    );

    let plan = value(minid.class_plan(2027, "priority", TODAY));
    assert_eq!(
        plan["order"],
        json!({ "from": "2026-12-03", "until": "2027-01-18" })
    );
    assert_eq!(plan["too_late"], false);

    let counts = |pupils: i32| {
        json!({ "pupils": pupils, "ordered": 3, "arrived": 2, "registered": 0 }).to_string()
    };
    assert_eq!(value(minid.check_counts(&counts(28))), Value::Null);
    assert_eq!(
        value(minid.check_counts(&counts(2))),
        "ordered_above_pupils"
    );

    let kept = json!({ "ordered_on": null, "arrived": false, "registered": false, "counts": null });
    assert_eq!(value(minid.read_kept(&kept.to_string())), kept);
}

#[test]
fn calendars_are_made_with_the_pages_words() {
    let pupil = words(&[
        "look_in_mailbox",
        "not_arrived",
        "register_soon",
        "last_day",
        "expired",
    ]);
    let calendar = minid().pupil_calendar(TODAY, &pupil, TODAY).unwrap();
    assert_eq!(calendar.matches("SUMMARY:Tittel\r\n").count(), 10);
    let class = words(&["order", "order_by", "register", "deadline"]);
    let calendar = minid()
        .class_calendar(2027, "ordinary", &class, TODAY)
        .unwrap();
    assert_eq!(calendar.matches("SUMMARY:Tittel\r\n").count(), 4);
}

#[test]
fn a_failure_is_one_word() {
    let minid = minid();
    let bad = |answer: Result<String, String>| answer.unwrap_err();
    for text in [
        "",
        "2026-11-31",
        "22.11.2026",
        "2026-11-22T00:00",
        "+2026-11-22",
        "2026-1-2",
        " 2026-11-22",
    ] {
        assert_eq!(bad(minid.facts(text)), "not_a_day", "{text}");
    }
    assert_eq!(
        bad(minid.pupil_plan("2026-11-23", false, false, TODAY)),
        "in_the_future"
    );
    assert_eq!(
        bad(minid.class_plan(i32::MAX, "priority", TODAY)),
        "bad_year"
    );
    assert_eq!(
        bad(minid.class_plan(2027, "Priority", TODAY)),
        "bad_deadline"
    );
    assert_eq!(bad(minid.check_counts("{}")), "bad_counts");
    assert_eq!(
        bad(minid.read_kept("{\"fnr\":\"13097248022\"}")),
        "bad_kept"
    );
    assert_eq!(bad(minid.pupil_calendar(TODAY, "{}", TODAY)), "bad_words");
    let class = words(&["order", "order_by", "register", "deadline"]);
    assert_eq!(
        bad(minid.class_calendar(2025, "priority", &class, TODAY)),
        "nothing_left"
    );
    assert_eq!(
        Minid::new(Some("{}".to_owned())).err().unwrap(),
        "bad_guide"
    );
}

#[test]
fn a_county_may_have_settings_of_its_own() {
    let json = Guide::shipped().unwrap().to_json().unwrap();
    let own = json.replace("\"look_in_mailbox\":[4,7,10,13]", "\"look_in_mailbox\":[5]");
    assert_ne!(own, json);
    let minid = Minid::new(Some(own)).unwrap();
    let plan = value(minid.pupil_plan(TODAY, false, false, TODAY));
    assert_eq!(plan["next"]["on"], "2026-11-27");
}
