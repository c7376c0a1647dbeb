//! The commands of checking, called as the screens call them.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use async_trait::async_trait;
use county_api::{Candidate, CardType, County, Profile, Roster};
use serde_json::{Value, json};
use tauri::test::{MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
use tauri::{App, Listener as _, Manager as _, WebviewWindow, WebviewWindowBuilder};
use verifier::exam_room::ExamRoom;
use verifier::{CheckedCard, Outcome, PhotoState, Reason, Verdict};
use wallet::platform::{
    Clock, Http, HttpError, MemorySecrets, NoHolderKeys, Request, Response, SystemClock,
};

use super::*;
use crate::core::Core;

/// A device in flight mode.
struct NoNetwork;

#[async_trait]
impl Http for NoNetwork {
    async fn send(&self, _: Request) -> Result<Response, HttpError> {
        Err(HttpError::Unreachable)
    }
}

/// Minutes go by in a second.
struct LongShift(SystemClock);

impl Clock for LongShift {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.now()
    }
    fn uptime(&self) -> Duration {
        self.0.uptime() * 60
    }
}

/// An app whose commands can be called.
struct Called {
    _folder: tempfile::TempDir,
    app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
}

impl Called {
    fn new() -> Self {
        Self::by(Arc::new(SystemClock::new()))
    }

    fn by(clock: Arc<dyn Clock>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let platform = Platform {
            clock,
            random: Arc::new(ring::rand::SystemRandom::new()),
            http: Arc::new(NoNetwork),
            secrets: Arc::new(MemorySecrets::default()),
            holder_keys: Arc::new(NoHolderKeys),
            directory: folder.path().to_owned(),
        };
        let county = json!({
            "issuer": "https://bevis.fjordviken.example",
            "name": "Fjordviken fylkeskommune",
            "trust_list_key": {
                "kty": "EC", "crv": "P-256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            },
            "demo": true,
        });
        let county = County::from_json(county.to_string().as_bytes()).unwrap();
        let app = crate::with_commands(mock_builder())
            .build(mock_context(noop_assets()))
            .unwrap();
        let secrets = Arc::new(MemorySecrets::default());
        app.manage(Checking::new(platform.clone(), secrets, county.clone()));
        app.manage(Core::new(platform, county));
        app.manage(crate::screen::ScreenHold::new(Arc::new(
            tauri_plugin_device::testing::FakeScreen::new(0.5),
        )));
        let window = WebviewWindowBuilder::new(&app, "main", Default::default())
            .build()
            .unwrap();
        Self {
            _folder: folder,
            app,
            window,
        }
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

fn words() -> Value {
    json!({
        "name": "Navn", "birth_date": "Født", "class": "Klasse", "student_number": "Elevnummer", "room": "Rom",
        "present": "Til stede", "time": "Klokkeslett", "minutes_late": "Minutter for sent", "by_hand": "For hånd",
        "yes": "ja", "no": "nei",
    })
}

#[test]
fn a_checker_that_was_never_online_answers_every_command() {
    let app = Called::new();
    let not_ready = json!({
        "kind": "checker_not_ready", "category": "retry", "support_code": "LB-CHECK-011",
    });
    let state = app.call("update_checker", json!({})).unwrap();
    assert_eq!(
        state,
        json!({
            "ready": false,
            "county": {
                "name": "Fjordviken fylkeskommune", "demo": true, "password_help_url": null,
                "accessibility_statement_url": null, "own_page_url": "https://bevis.fjordviken.example/min-side",
            },
            "trust_list_age_seconds": null,
            "status_age_seconds": null,
            "stale": true,
            "clock_off_seconds": null,
            "last_update_failed": {"kind": "no_network", "category": "retry", "support_code": "LB-NET-201"},
        })
    );
    assert_eq!(app.call("checker_state", json!({})), Ok(state));
    assert_eq!(
        app.call("scan_code", json!({"text": "SID1:ABC", "answers": false})),
        Err(not_ready.clone())
    );
    assert_eq!(
        app.call("open_roster", json!({"text": "a.b.c"})),
        Err(not_ready)
    );
    assert_eq!(app.call("exam_rooms", json!({})), Ok(json!([])));
}

#[test]
fn lists_are_asked_for_at_the_start_and_soon_after_every_scan_and_the_screens_are_told() {
    let app = Called::by(Arc::new(LongShift(SystemClock::new())));
    let (tell, told) = mpsc::channel();
    app.app.listen("checker-changed", move |event| {
        let _ = tell.send(event.payload().to_owned());
    });
    let keeping = tauri::async_runtime::spawn(keep_fresh(app.app.handle().clone()));
    let next = || {
        let told = told.recv_timeout(Duration::from_secs(20)).unwrap();
        let told: Value = serde_json::from_str(&told).unwrap();
        told["last_update_failed"]["kind"].clone()
    };
    assert_eq!(next(), "no_network");
    for text in ["SID1:ABC", "SID1:DEF"] {
        let scanned = app.call("scan_code", json!({"text": text, "answers": false}));
        assert_eq!(scanned.unwrap_err()["kind"], "checker_not_ready");
        while app.app.state::<Checking>().checkpoint.waits_for_update() {
            assert_eq!(next(), "no_network");
        }
    }
    keeping.abort();
}

#[test]
fn there_is_nothing_to_judge_again_before_something_was_scanned() {
    let app = Called::new();
    let again = app.call("scan_again", json!({"text": "SID1:ABC"}));
    assert_eq!(again, Ok(Value::Null));
    let again = app.call("admit_again", json!({"id": "x", "text": "SID1:ABC"}));
    assert_eq!(again, Ok(Value::Null));
}

#[test]
fn a_challenge_is_shown_until_it_is_ended() {
    let app = Called::new();
    let challenge = app.call("new_challenge", json!({})).unwrap();
    assert!(challenge["text"].as_str().unwrap().starts_with("SIC1:"));
    assert!(challenge["svg"].as_str().unwrap().starts_with("<svg "));
    let scan = || app.call("scan_code", json!({"text": "SID1:ABC", "answers": true}));
    assert_eq!(scan().unwrap_err()["kind"], "checker_not_ready");
    app.call("end_challenge", json!({})).unwrap();
    assert_eq!(scan().unwrap_err()["kind"], "challenge_over");
}

#[test]
fn a_list_that_is_not_here_is_over_in_every_command() {
    let app = Called::new();
    for (command, arguments) in [
        ("choose_room", json!({"id": "x", "room": null})),
        ("choose_room", json!({"id": "x", "room": "A203"})),
        ("admit", json!({"id": "x", "text": "SID1:ABC"})),
        ("admit_by_hand", json!({"id": "x", "index": 0})),
        ("undo_admission", json!({"id": "x", "index": 0})),
        ("export_exam_room", json!({"id": "x", "words": words()})),
    ] {
        let problem = app.call(command, arguments).unwrap_err();
        assert_eq!(problem["kind"], "roster_over", "{command}");
    }
    assert_eq!(
        app.call("delete_exam_room", json!({"id": "x"})),
        Ok(json!([]))
    );
}

#[test]
fn a_code_is_asked_for_with_its_purpose() {
    let app = Called::new();
    for (profile, challenge) in [("exam", Value::Null), ("age", "SIC1:ABC".into())] {
        let arguments = json!({"cardId": "x", "profile": profile, "challenge": challenge});
        let problem = app.call("show_code", arguments).unwrap_err();
        assert_eq!(problem["kind"], "no_card");
    }
    let problem = app.call("show_photo_code", json!({"cardId": "x"}));
    assert_eq!(problem.unwrap_err()["kind"], "no_card");
    let unknown = json!({"cardId": "x", "profile": "pilot", "challenge": null});
    assert!(app.call("show_code", unknown).unwrap_err().is_string());
}

const STARTS: i64 = 1_795_420_800; // 2026-11-23 08:00 UTC

fn exam() -> OpenExamRoom {
    let candidate = |name: &str, number: &str, room: &str| Candidate {
        name: name.into(),
        birth_date: "2008-02-29".parse().unwrap(),
        class: Some("3STA".into()),
        student_number: Some(number.into()),
        room: Some(room.into()),
        portrait: Some("UklGRgQAAABXRUJQ".into()),
    };
    let roster = Roster {
        id: "k3V0".into(),
        iss: "https://bevis.fjordviken.example".into(),
        iat: STARTS - 3_600,
        exp: STARTS + 54_000,
        title: "NOR1267 Norsk hovedmål".into(),
        school: "Fjordvik videregående skole".into(),
        starts_at: STARTS,
        late_after_minutes: 0,
        candidates: vec![
            candidate("Nora Østby", "100042", "A203"),
            candidate("Emil Åsen", "100043", "B101"),
        ],
    };
    OpenExamRoom {
        id: "0a".into(),
        room: Arc::new(ExamRoom::new(roster)),
    }
}

fn verdict(outcome: Outcome, reasons: Vec<Reason>) -> Verdict {
    let at = chrono::DateTime::from_timestamp(STARTS + 130, 0).unwrap();
    Verdict {
        outcome,
        reasons,
        demo: false,
        authentic: true,
        card: Some(CheckedCard {
            profile: Profile::Exam,
            full_name: Some("Nora Østby".into()),
            given_name: None,
            birth_date: "2008-02-29".parse().ok(),
            card_type: Some(CardType::Elev),
            institution: Some("Fjordvik videregående skole".into()),
            class: Some("3STA".into()),
            student_number: Some("100042".into()),
            semester: None,
            valid_until: "2026-12-31".parse().ok(),
            age_over_16: None,
            age_over_18: None,
            age_over_20: None,
            portrait: None,
        }),
        photo: PhotoState::Available,
        issuer: Some("https://bevis.fjordviken.example".into()),
        issuer_name: Some("Fjordviken fylkeskommune".into()),
        code_made_at: Some(at),
        status_age_seconds: Some(60),
        checked_at: at,
    }
}

#[test]
fn a_list_is_told_with_everybody_on_it() {
    let mut open = exam();
    let at = chrono::DateTime::from_timestamp(STARTS + 130, 0).unwrap();
    let room = Arc::make_mut(&mut open.room);
    room.admit_by_hand(0, at).unwrap();
    room.choose_room(Some("A203")).unwrap();
    let view = serde_json::to_value(ExamRoomView::from(&open)).unwrap();
    assert_eq!(
        view,
        json!({
            "id": "0a",
            "title": "NOR1267 Norsk hovedmål",
            "school": "Fjordvik videregående skole",
            "rooms": ["A203", "B101"],
            "room": "A203",
            "starts_at": "2026-11-23T08:00:00Z",
            "deleted_at": "2026-11-23T23:00:00Z",
            "candidates": [
                {
                    "index": 0, "name": "Nora Østby", "birth_date": "2008-02-29", "class": "3STA", "number": "100042",
                    "room": "A203", "portrait": "data:image/webp;base64,UklGRgQAAABXRUJQ",
                    "present_at": "2026-11-23T08:02:10Z", "late": true, "by_hand": true,
                },
                {
                    "index": 1, "name": "Emil Åsen", "birth_date": "2008-02-29", "class": "3STA", "number": "100043",
                    "room": "B101", "portrait": "data:image/webp;base64,UklGRgQAAABXRUJQ",
                    "present_at": null, "late": false, "by_hand": false,
                },
            ],
            "counts": {"present": 1, "late": 1, "expected": 1},
        })
    );
}

#[test]
fn every_admission_is_told_in_one_word_with_what_belongs_to_it() {
    let at = chrono::DateTime::from_timestamp(STARTS + 130, 0).unwrap();
    let nothing = json!({"right_room": null, "minutes_late": null, "first_seen_at": null});
    for (admission, result, index, more) in [
        (Admission::Present(0), "present", Some(0), json!({})),
        (
            Admission::Late(0, 3),
            "late",
            Some(0),
            json!({"minutes_late": 3}),
        ),
        (
            Admission::AlreadyScanned(0, at),
            "already_scanned",
            Some(0),
            json!({"first_seen_at": "2026-11-23T08:02:10Z"}),
        ),
        (
            Admission::WrongRoom(1, "B101".into()),
            "wrong_room",
            Some(1),
            json!({"right_room": "B101"}),
        ),
        (Admission::NotOnList, "not_on_list", None, json!({})),
        (Admission::WrongProfile, "wrong_profile", None, json!({})),
        (
            Admission::NotAdmitted(Some(1)),
            "not_admitted",
            Some(1),
            json!({}),
        ),
        (
            Admission::NotAdmitted(None),
            "not_admitted",
            None,
            json!({}),
        ),
    ] {
        let view = AdmissionView::from(Admitted {
            admission,
            verdict: verdict(Outcome::Valid, Vec::new()),
            seen_at: None,
            room: exam(),
        });
        let view = serde_json::to_value(view).unwrap();
        assert_eq!(view["result"], result);
        assert_eq!(view["candidate"]["index"].as_u64(), index, "{result}");
        assert_eq!(view["verdict"]["outcome"], "valid");
        for (member, expected) in nothing.as_object().unwrap() {
            let expected = more.get(member).unwrap_or(expected);
            assert_eq!(&view[member], expected, "{result}: {member}");
        }
    }
}

#[test]
fn a_verdict_reaches_the_screens_as_the_verifier_gives_it() {
    let scan = Scan::Card(verdict(
        Outcome::Invalid,
        vec![Reason::CodeTooOld { seconds: 90 }],
    ));
    let scan = serde_json::to_value(scan).unwrap();
    assert_eq!(scan["kind"], "card");
    assert_eq!(scan["outcome"], "invalid");
    assert_eq!(
        scan["reasons"],
        json!([{"kind": "code_too_old", "seconds": 90}])
    );
    assert_eq!(scan["card"]["profile"], "exam");
    assert_eq!(scan["photo"], "available");
}
