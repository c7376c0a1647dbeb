//! The MinID help: its settings as TOML and as JSON, what a device kept, a typed number, and words for a calendar.

use chrono::NaiveDate;
use minid_guide::{Deadline, Guide, NumberCheck, PupilWords, Words};

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    let shipped = Guide::shipped().unwrap();
    let mut accepted = number(&shipped, text);
    for guide in [Guide::from_toml(text).ok(), Guide::from_json(text).ok()] {
        let Some(guide) = guide else { continue };
        let json = guide.to_json().unwrap();
        assert_eq!(Guide::from_json(&json).unwrap(), guide);
        plans(&guide);
        accepted = true;
    }
    if let Ok(kept) = shipped.read_kept(text) {
        let again = serde_json::to_string(&kept).unwrap();
        assert_eq!(shipped.read_kept(&again).unwrap(), kept);
        accepted = true;
    }
    calendar(&shipped, text);
    accepted
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn number(guide: &Guide, text: &str) -> bool {
    for today in ["2026-11-22", "2032-01-01"] {
        let check = guide.check_number(text, day(today));
        let digits = text.chars().filter(char::is_ascii_digit).count();
        match check {
            NumberCheck::Incomplete { digits: told } => assert_eq!(told, digits),
            NumberCheck::TooLong => assert!(digits > 11),
            NumberCheck::NotDigits => {}
            _ => assert_eq!(digits, 11),
        }
    }
    matches!(
        guide.check_number(text, day("2026-11-22")),
        NumberCheck::Fnr | NumberCheck::DNumber | NumberCheck::TestNumber
    )
}

/// Whatever settings are taken, the plans that follow from them hold together.
fn plans(guide: &Guide) {
    for today in [
        "2020-01-01",
        "2026-11-22",
        "2027-01-18",
        "2028-02-29",
        "2200-12-31",
    ] {
        let today = day(today);
        assert!(!guide.facts(today).intakes.is_empty());
        let plan = guide.pupil_plan(today, false, false, today).unwrap();
        assert!(plan.letter_by < plan.register_by && plan.register_by <= plan.code_until);
        assert!(plan.events.is_sorted_by_key(|event| event.on));
        for intake in guide.facts(today).intakes {
            for deadline in [Deadline::Priority, Deadline::Ordinary] {
                let Ok(plan) = guide.class_plan(intake, deadline, today) else {
                    assert!(intake > 2200);
                    continue;
                };
                for span in [plan.order, plan.order_activity, plan.register_activity] {
                    assert!(span.from <= span.until && span.until <= plan.deadline_on);
                }
            }
        }
    }
}

/// No text gets a line of its own, and no line is too long.
fn calendar(guide: &Guide, text: &str) {
    let words = || Words {
        title: text.to_owned(),
        text: text.to_owned(),
    };
    let words = PupilWords {
        name: text.to_owned(),
        look_in_mailbox: words(),
        not_arrived: words(),
        register_soon: words(),
        last_day: words(),
        expired: words(),
    };
    let today = day("2026-11-22");
    let calendar = guide.pupil_calendar(today, &words, today).unwrap();
    let mut events = 0;
    for line in calendar.strip_suffix("\r\n").unwrap().split("\r\n") {
        assert!(
            line.len() <= 75 && !line.contains(char::is_control),
            "{line:?}"
        );
        events += usize::from(line == "BEGIN:VEVENT");
    }
    assert_eq!(events, 10);
}
