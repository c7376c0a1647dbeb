//! The commands of the MinID help, called as the screens call them.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tauri::test::{MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
use tauri::{App, Manager as _, WebviewWindow, WebviewWindowBuilder};
use wallet::platform::{Http, HttpError, MemorySecrets, NoHolderKeys, Request, Response};

use super::*;
use crate::core::tests::county;

/// Half past eleven in the evening in Greenwich, which is the next day in Norway.
const NOW: &str = "2026-11-21T23:30:00Z";

struct At(DateTime<Utc>);

impl Clock for At {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
    fn uptime(&self) -> Duration {
        Duration::ZERO
    }
}

struct NoNetwork;

#[async_trait]
impl Http for NoNetwork {
    async fn send(&self, _: Request) -> Result<Response, HttpError> {
        Err(HttpError::Unreachable)
    }
}

/// An app whose commands can be called.
struct Called {
    folder: tempfile::TempDir,
    app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
}

impl Called {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let platform = Platform {
            clock: Arc::new(At(NOW.parse().unwrap())),
            random: Arc::new(ring::rand::SystemRandom::new()),
            http: Arc::new(NoNetwork),
            secrets: Arc::new(MemorySecrets::default()),
            holder_keys: Arc::new(NoHolderKeys),
            directory: folder.path().join("data"),
        };
        let minid = Minid::new(&platform);
        let app = crate::with_commands(mock_builder())
            .build(mock_context(noop_assets()))
            .unwrap();
        app.manage(minid.unwrap());
        app.manage(Core::new(platform, county()));
        let window = WebviewWindowBuilder::new(&app, "main", Default::default())
            .build()
            .unwrap();
        Self {
            folder,
            app,
            window,
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("data").join(FILE)
    }

    fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        let request = tauri::webview::InvokeRequest {
            cmd: command.into(),
            callback: tauri::ipc::CallbackFn(0),
            error: tauri::ipc::CallbackFn(1),
            url: "tauri://localhost".parse().unwrap(),
            body: arguments.into(),
            headers: Default::default(),
            invoke_key: tauri::test::INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&self.window, request).map(|body| body.deserialize().unwrap())
    }
}

fn kept(ordered_on: Value, counts: Value) -> Value {
    json!({ "ordered_on": ordered_on, "arrived": false, "registered": false, "counts": counts })
}

#[test]
fn plans_go_by_the_date_in_norway() {
    let app = Called::new();
    let facts = app.call("minid_facts", json!({})).unwrap();
    assert_eq!(facts["intakes"], json!([2027, 2028, 2029]));
    let order = |day: &str| {
        let told = json!({ "orderedOn": day, "arrived": false, "registered": false });
        app.call("minid_pupil_plan", told)
    };
    let plan = order("2026-11-22").unwrap();
    assert_eq!(
        (&plan["phase"], &plan["days_left"]),
        (&json!("waiting"), &json!(60))
    );
    assert_eq!(order("2026-11-23"), Err(json!("in_the_future")));
    assert!(order("2026-13-01").is_err());
    let class = json!({ "intake": 2027, "deadline": "ordinary" });
    let plan = app.call("minid_class_plan", class).unwrap();
    assert_eq!(
        plan["order"],
        json!({ "from": "2026-12-31", "until": "2027-02-15" })
    );
}

#[test]
fn calendars_are_made_with_the_screens_words() {
    let app = Called::new();
    let words = |kinds: &[&str]| {
        let mut words = json!({ "name": "MinID" });
        for kind in kinds {
            words[*kind] = json!({ "title": "Tittel", "text": "Tekst" });
        }
        words
    };
    let pupil = words(&[
        "look_in_mailbox",
        "not_arrived",
        "register_soon",
        "last_day",
        "expired",
    ]);
    let pupil = json!({ "orderedOn": "2026-11-22", "words": pupil });
    let class = words(&["order", "order_by", "register", "deadline"]);
    let class = json!({ "intake": 2027, "deadline": "priority", "words": class });
    for (command, arguments, events) in [
        ("minid_pupil_calendar", pupil, 10),
        ("minid_class_calendar", class, 4),
    ] {
        let calendar = app.call(command, arguments).unwrap();
        let calendar = calendar.as_str().unwrap();
        assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n"));
        assert_eq!(calendar.matches("BEGIN:VEVENT\r\n").count(), events);
    }
}

#[test]
fn a_typed_number_is_judged_and_leaves_no_trace() {
    let app = Called::new();
    let check = |text: &str| {
        app.call("minid_check_number", json!({ "text": text }))
            .unwrap()
    };
    assert_eq!(check("130972 48022"), json!({ "kind": "fnr" }));
    assert_eq!(check("53097248016"), json!({ "kind": "d_number" }));
    assert_eq!(check("10915596784"), json!({ "kind": "test_number" }));
    assert_eq!(fs::read_dir(app.folder.path()).unwrap().count(), 0);
}

#[test]
fn what_is_kept_is_there_at_the_next_start() {
    let app = Called::new();
    assert_eq!(
        app.call("minid_kept", json!({})),
        Ok(kept(Value::Null, Value::Null))
    );
    let counts = json!({ "pupils": 28, "ordered": 26, "arrived": 20, "registered": 3 });
    let told = kept(json!("2026-11-22"), counts);
    app.call("minid_keep", json!({ "kept": told })).unwrap();
    assert_eq!(app.call("minid_kept", json!({})), Ok(told));
    assert_eq!(
        fs::read_dir(app.file().parent().unwrap()).unwrap().count(),
        1
    );
}

#[test]
fn what_cannot_be_right_is_not_kept() {
    let app = Called::new();
    let told = kept(json!("2026-11-22"), Value::Null);
    app.call("minid_keep", json!({ "kept": told })).unwrap();
    let counts = json!({ "pupils": 2, "ordered": 3, "arrived": 0, "registered": 0 });
    for (wrong, word) in [
        (kept(json!("2026-11-23"), Value::Null), "in_the_future"),
        (kept(Value::Null, counts), "bad_counts"),
    ] {
        assert_eq!(
            app.call("minid_keep", json!({ "kept": wrong })),
            Err(json!(word))
        );
    }
    assert_eq!(app.call("minid_kept", json!({})), Ok(told));
}

#[test]
fn a_damaged_file_is_put_aside_and_the_help_begins_anew() {
    let app = Called::new();
    fs::create_dir_all(app.file().parent().unwrap()).unwrap();
    for damaged in [
        &b"{"[..],
        b"",
        b"\xff\xfe",
        b"{\"fnr\":\"13097248022\"}",
        &[b' '; 5000],
    ] {
        fs::write(app.file(), damaged).unwrap();
        assert_eq!(
            app.call("minid_kept", json!({})),
            Ok(kept(Value::Null, Value::Null))
        );
        assert!(!app.file().exists());
        assert_eq!(
            fs::read(app.file().with_extension("json.aside")).unwrap(),
            damaged
        );
    }
    let told = kept(json!("2026-11-01"), Value::Null);
    app.call("minid_keep", json!({ "kept": told })).unwrap();
    assert_eq!(app.call("minid_kept", json!({})), Ok(told));
}

#[test]
fn a_pupil_who_has_ordered_is_reminded_until_registered() {
    let app = Called::new();
    let minid = app.app.state::<Minid>();
    assert_eq!(minid.reminders(minid.now()), []);
    let mut told = kept(json!("2026-11-10"), Value::Null);
    app.call("minid_keep", json!({ "kept": told })).unwrap();
    let first = minid.reminders(minid.now())[0];
    assert_eq!(first.kind, minid_guide::PlanEventKind::LookInMailbox);
    assert_eq!(first.at.to_string(), "2026-11-23 08:00:00");
    told["registered"] = json!(true);
    app.call("minid_keep", json!({ "kept": told })).unwrap();
    assert_eq!(minid.reminders(minid.now()), []);
}

#[test]
fn what_was_due_in_the_last_week_is_still_told_and_nothing_older() {
    let app = Called::new();
    // Whether it is the 21st or the 22nd where this device is.
    let told = kept(json!("2026-11-09"), Value::Null);
    app.call("minid_keep", json!({ "kept": told })).unwrap();
    let of_late = app.app.state::<Minid>().reminders_of_late();
    let first: Vec<_> = of_late.iter().map(|each| each.at.to_string()).collect();
    assert_eq!(
        first[..3],
        [
            "2026-11-16 08:00:00",
            "2026-11-19 08:00:00",
            "2026-11-22 08:00:00"
        ],
        "and not the 13th"
    );
}

#[test]
fn the_screens_call_these_commands_and_no_others() {
    let names = |text: &'static str, before: &str, after: char| -> BTreeSet<&'static str> {
        text.split(before)
            .skip(1)
            .filter_map(|rest| rest.split(after).next())
            .collect()
    };
    let offered = names(include_str!("../lib.rs"), "        minid::", ',');
    let called = names(
        include_str!("../../../ui/src/minid/door-app.ts"),
        "invoke(\"",
        '"',
    );
    assert_eq!(offered.len(), 8);
    assert_eq!(offered, called);
}
