//! Somebody else's reader of calendars finds in ours what we put in. See `tests/interop/README.md`.

// A helper that fails is a test that fails.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::io::Write as _;
use std::process::{Command, Stdio};

use chrono::{Days, NaiveDate};
use minid_guide::{ClassWords, Deadline, Guide, PlanEventKind, PupilWords, Words};
use serde_json::{Value, json};

/// All that has a meaning in a calendar, and letters of one to four octets across every break of a line.
const NASTY: &str = "Søk, vent; så \\n «registrér»: 100 % \"sant\"\nBEGIN:VEVENT\nŋđŧž ïå 👩🏽‍🏫 åååååååååååååååååååååååååååååååååååååååååååååå\n END:VEVENT ";

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// What ical.js reads.
fn read(calendar: &str) -> Value {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/interop/calendar.mjs"
    );
    let mut child = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node; ./test sees to that");
    let mut input = child.stdin.take().unwrap();
    input.write_all(calendar.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{why}\n{calendar}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn words(title: &str) -> Words {
    Words {
        title: title.to_owned(),
        text: format!("{title} {NASTY}"),
    }
}

/// The event as it must be read.
fn event(uid: &str, title: &str, from: NaiveDate, until: NaiveDate) -> Value {
    json!({
        "uid": uid,
        "summary": title,
        "description": format!("{title} {NASTY}"),
        "url": "https://aktiveringsbrev.minid.no/order",
        "all_day": true,
        "from": from.to_string(),
        "to": (until + Days::new(1)).to_string(),
        "stamp": "2026-11-22T00:00:00Z",
        "alarms": [["DISPLAY", title]],
        "rings_after": 8 * 60 * 60,
    })
}

#[test]
fn a_pupils_calendar_is_read_as_the_plan_that_it_was_made_from() {
    let guide = Guide::shipped().unwrap();
    let today = day(2026, 11, 22);
    let words = PupilWords {
        name: NASTY.to_owned(),
        look_in_mailbox: words("Se i postkassen"),
        not_arrived: words("Ikke kommet?"),
        register_soon: words("Registrer deg, snart"),
        last_day: words("Siste dag; i dag"),
        expired: words("Utløpt \\ bestill ny"),
    };
    let plan = guide.pupil_plan(today, false, false, today).unwrap();
    let expected: Vec<Value> = plan
        .events
        .iter()
        .skip(1)
        .map(|planned| {
            let (name, words) = match planned.kind {
                PlanEventKind::Ordered => panic!("ordered twice"),
                PlanEventKind::LookInMailbox => ("look-in-mailbox", &words.look_in_mailbox),
                PlanEventKind::NotArrived => ("not-arrived", &words.not_arrived),
                PlanEventKind::RegisterSoon => ("register-soon", &words.register_soon),
                PlanEventKind::LastDay => ("last-day", &words.last_day),
                PlanEventKind::Expired => ("expired", &words.expired),
            };
            let uid = format!("2026-11-22-{name}-{}@minid.lommebevis", planned.on);
            event(&uid, &words.title, planned.on, planned.on)
        })
        .collect();
    let found = read(&guide.pupil_calendar(today, &words, today).unwrap());
    assert_eq!(found["version"], "2.0");
    assert_eq!(found["name"], NASTY);
    assert_eq!(found["events"], json!(expected));
}

#[test]
fn a_class_calendar_is_read_as_the_plan_that_it_was_made_from() {
    let guide = Guide::shipped().unwrap();
    let today = day(2026, 11, 22);
    let words = ClassWords {
        name: "MinID, 10. trinn".to_owned(),
        order: words("Alle bestiller"),
        order_by: words("Siste dag å bestille"),
        register: words("Alle registrerer seg"),
        deadline: words("Søknadsfrist"),
    };
    let calendar = guide.class_calendar(2027, Deadline::Priority, &words, today);
    let uid = |name: &str| format!("class-2027-priority-{name}@minid.lommebevis");
    let expected = json!([
        event(
            &uid("order"),
            "Alle bestiller",
            day(2026, 12, 7),
            day(2026, 12, 21)
        ),
        event(
            &uid("order-by"),
            "Siste dag å bestille",
            day(2027, 1, 18),
            day(2027, 1, 18)
        ),
        event(
            &uid("register"),
            "Alle registrerer seg",
            day(2026, 12, 22),
            day(2027, 1, 10)
        ),
        event(
            &uid("deadline"),
            "Søknadsfrist",
            day(2027, 2, 1),
            day(2027, 2, 1)
        ),
    ]);
    assert_eq!(read(&calendar.unwrap())["events"], expected);
}
