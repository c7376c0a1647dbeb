//! The commands of one's own data, of the choices and of the lock, called as the screens call them.

mod background;
mod fresh;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Instant;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use county_api::County;
use serde_json::{Value, json};
use tauri::test::{MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
use tauri::{App, Listener as _, Manager as _, WebviewWindow, WebviewWindowBuilder};
use tauri_plugin_device::testing::{FakeHaptics, FakePrivacy, FakeRefresh};
use tauri_plugin_device::{Haptic, Screen};
use wallet::platform::{
    Clock, Http, HttpError, MemorySecrets, NoHolderKeys, Request, Response, SecretStore,
};

use super::*;
use crate::app_lock::{Availability, Refused};
use crate::checking::Checking;
use crate::minid::Minid;
use crate::notices::{Notice, Permission};
use crate::screen::ScreenHold;
use crate::selfie::Selfies;

/// Reaches nobody, and counts how often that was tried.
#[derive(Default)]
struct NoNetwork(AtomicUsize);

#[async_trait]
impl Http for NoNetwork {
    async fn send(&self, _: Request) -> Result<Response, HttpError> {
        self.0.fetch_add(1, Ordering::AcqRel);
        Err(HttpError::Unreachable)
    }
}

/// A phone whose owner is there or not.
#[derive(Default)]
struct Owner {
    there: AtomicBool,
}

impl Unlock for Owner {
    fn available(&self) -> Availability {
        Availability::Available
    }
    fn unlock(&self, reason: &str) -> Result<(), Refused> {
        assert!(!reason.is_empty());
        self.there
            .load(Ordering::Relaxed)
            .then_some(())
            .ok_or(Refused)
    }
}

/// A system whose owner says no when asked.
#[derive(Clone, Default)]
struct Told {
    shown: Arc<Mutex<Vec<Notice>>>,
    asked: Arc<Mutex<u32>>,
}

impl Notifier for Told {
    fn keeps_time(&self) -> bool {
        false
    }
    fn replace_all(&self, notices: &[Notice], _: DateTime<Utc>) {
        lock(&self.shown).extend_from_slice(notices);
    }
    fn clear(&self) {
        lock(&self.shown).clear();
    }
    fn permission(&self) -> Permission {
        match *lock(&self.asked) {
            0 => Permission::NotAsked,
            _ => Permission::Denied,
        }
    }
    fn ask(&self) {
        *lock(&self.asked) += 1;
    }
}

#[derive(Clone, Default)]
struct Bright(Arc<Mutex<bool>>);

impl Screen for Bright {
    fn full_brightness(&self, on: bool) {
        *lock(&self.0) = on;
    }
    fn keep_awake(&self, _: bool) {}
}

/// A device, over several starts of the app.
struct Device {
    folder: tempfile::TempDir,
    secrets: Arc<MemorySecrets>,
    owner: Arc<Owner>,
    told: Told,
    bright: Bright,
    haptics: FakeHaptics,
    refresh: FakeRefresh,
    network: Arc<NoNetwork>,
    clock: Arc<SetClock>,
}

/// The moment of all these tests: an afternoon, in every time zone near.
fn now() -> DateTime<Utc> {
    "2026-11-18T13:00:00Z".parse().unwrap()
}

/// Stands still, so many seconds after that moment; the uptime as well.
#[derive(Default)]
struct SetClock(AtomicI64);

impl SetClock {
    fn seconds(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        now() + TimeDelta::seconds(self.seconds())
    }
    fn uptime(&self) -> Duration {
        // Some time before that moment the device was started.
        Duration::from_secs(u64::try_from(self.seconds() + 1_000_000).unwrap())
    }
}

/// One start of the app.
struct Started {
    app: App<MockRuntime>,
    window: WebviewWindow<MockRuntime>,
}

impl Device {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            secrets: Arc::new(MemorySecrets::default()),
            owner: Arc::new(Owner::default()),
            told: Told::default(),
            bright: Bright::default(),
            haptics: FakeHaptics::default(),
            refresh: FakeRefresh::default(),
            network: Arc::default(),
            clock: Arc::default(),
        }
    }

    /// The time goes by.
    fn pass(&self, time: TimeDelta) {
        let seconds = time.num_seconds();
        self.clock.0.fetch_add(seconds, Ordering::AcqRel);
    }

    /// A store in which somebody has logged in, blocked at the county, with a library card; all of it as of now, but for
    /// an access that is over.
    fn with_somebody(self) -> Self {
        let platform = self.platform();
        drop(Wallet::open(platform, county()).unwrap());
        self.choose(json!({}));
        let state = json!({
            "issuer": "https://bevis.fjordviken.example",
            "session": {
                "id": "session", "key": "AA", "access_token": "a", "refresh_token": "r",
                "access_expires_at": now() - TimeDelta::days(1),
            },
            "last_refresh": now(),
            "enrolment": {
                "seen_at": now(),
                "status": {
                    "state": "blocked", "reason": "Mistet telefon",
                    "contact": {"role": "school", "name": "Kontoret"},
                    "account": "account", "library_card": {"code": "0000417829", "symbology": "qr"},
                    "server_time": now(),
                },
            },
        });
        wallet::testing::write(
            self.folder.path(),
            &self.secrets.load().unwrap().unwrap(),
            &state,
        )
        .unwrap();
        self
    }

    fn choose(&self, choices: Value) {
        let path = self.folder.path().join("preferences.json");
        std::fs::write(path, choices.to_string()).unwrap();
    }

    fn platform(&self) -> Platform {
        Platform {
            clock: self.clock.clone(),
            random: Arc::new(ring::rand::SystemRandom::new()),
            http: self.network.clone(),
            secrets: self.secrets.clone(),
            holder_keys: Arc::new(NoHolderKeys),
            directory: self.folder.path().to_owned(),
        }
    }

    fn start(&self) -> Started {
        let app = crate::with_commands(mock_builder())
            .build(mock_context(noop_assets()))
            .unwrap();
        let secrets = Arc::new(MemorySecrets::default());
        app.manage(Checking::new(self.platform(), secrets, county()));
        app.manage(Core::on(
            self.platform(),
            county(),
            self.owner.clone(),
            Box::new(self.told.clone()),
        ));
        app.manage(Minid::new(&self.platform()).unwrap());
        app.manage(Selfies::new());
        app.manage(ScreenHold::new(Arc::new(self.bright.clone())));
        app.manage(tauri_plugin_device::Device {
            keys: Arc::new(NoHolderKeys),
            screen: Arc::new(self.bright.clone()),
            privacy: Arc::new(FakePrivacy::default()),
            haptics: Arc::new(self.haptics.clone()),
            background: Arc::new(self.refresh.clone()),
        });
        let window = WebviewWindowBuilder::new(&app, "main", Default::default())
            .build()
            .unwrap();
        Started { app, window }
    }
}

impl Started {
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

    /// The kinds of states that the screens are told of from now on without having asked.
    fn told(&self) -> Arc<Mutex<Vec<String>>> {
        let told = Arc::new(Mutex::new(Vec::new()));
        let kinds = told.clone();
        self.app
            .listen(crate::commands::STATE_CHANGED, move |event| {
                let state: Value = serde_json::from_str(event.payload()).unwrap();
                lock(&kinds).push(state["kind"].as_str().unwrap().to_owned());
            });
        told
    }

    fn end(self) {
        self.core().door.close();
    }

    fn core(&self) -> tauri::State<'_, Core> {
        self.app.state::<Core>()
    }
}

pub(crate) fn county() -> County {
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
    County::from_json(county.to_string().as_bytes()).unwrap()
}

fn words() -> Value {
    json!({"words": {"about": "Om deg", "left_out": "Nøkler", "at_county": "Spør skolen"}})
}

#[test]
fn a_locked_app_tells_the_screens_nothing_of_the_person_until_the_owner_is_there() {
    let device = Device::new().with_somebody();
    device.choose(json!({"app_lock": true}));
    let app = device.start();
    let state = app.call("app_state", json!({})).unwrap();
    assert_eq!(state["kind"], "locked");
    assert!(!state.to_string().contains("0000417829"));
    for (command, arguments) in [
        (
            "show_code",
            json!({"cardId": "x", "profile": "travel", "challenge": null}),
        ),
        ("show_photo_code", json!({"cardId": "x"})),
        ("show_library_code", json!({})),
        ("check_validity", json!({"cardId": "x"})),
        ("mine", json!({})),
        ("history", json!({})),
        ("clear_history", json!({})),
        ("export_data", words()),
        ("remove_card", json!({"cardId": "x"})),
        ("set_app_lock", json!({"on": false, "reason": "x"})),
        ("exam_rooms", json!({})),
        ("open_roster", json!({"text": "x"})),
        ("admit_by_hand", json!({"id": "x", "index": 0})),
        ("delete_exam_room", json!({"id": "x"})),
        ("confirm_photo", json!({"sha256": "x"})),
        ("reject_photo", json!({"sha256": "x"})),
    ] {
        let refused = app.call(command, arguments).unwrap_err();
        assert_eq!(refused["kind"], "app_locked", "{command}");
    }
    assert_eq!(app.call("refresh", json!({})).unwrap()["kind"], "locked");
    assert!(
        app.call("checker_state", json!({})).is_ok(),
        "checking needs no unlocking"
    );

    let why = json!({"reason": "Vis beviset"});
    let refused = app.call("unlock", why.clone()).unwrap_err();
    assert_eq!(refused["support_code"], "LB-LOCK-102");
    device.owner.there.store(true, Ordering::Relaxed);
    let begun = Instant::now();
    let state = app.call("unlock", why).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(state["library"]["code"], "0000417829");
    assert!(app.call("show_library_code", json!({})).is_ok());
}

#[test]
fn the_lock_is_turned_on_by_unlocking_once_and_off_by_a_log_out() {
    let device = Device::new().with_somebody();
    let app = device.start();
    let on = json!({"on": true, "reason": "Slå på"});
    let refused = app.call("set_app_lock", on.clone()).unwrap_err();
    assert_eq!(refused["kind"], "not_unlocked");
    device.owner.there.store(true, Ordering::Relaxed);
    let preferences = app.call("set_app_lock", on).unwrap();
    assert_eq!(preferences["app_lock"], true);
    assert_eq!(
        app.call("app_state", json!({})).unwrap()["kind"],
        "enrolling"
    );
    app.end();

    let app = device.start();
    assert_eq!(app.call("app_state", json!({})).unwrap()["kind"], "locked");
    // Who cannot unlock gets out, and begins anew.
    assert_eq!(app.call("log_out", json!({})).unwrap()["kind"], "welcome");
    assert_eq!(
        app.call("preferences", json!({})).unwrap()["app_lock"],
        false
    );
}

#[test]
fn a_log_out_takes_the_way_to_a_minid_along() {
    let device = Device::new().with_somebody();
    let app = device.start();
    let kept =
        json!({"ordered_on": "2026-11-02", "arrived": false, "registered": false, "counts": null});
    app.call("app_state", json!({})).unwrap();
    app.call("minid_keep", json!({"kept": kept})).unwrap();
    std::fs::write(device.folder.path().join("minid.json.aside"), "{").unwrap();
    app.call("log_out", json!({})).unwrap();
    assert!(lock(&app.core().minid).is_empty());
    for name in ["minid.json", "minid.json.aside", "notices.json"] {
        assert!(!device.folder.path().join(name).exists(), "{name}");
    }
}

#[test]
fn what_is_planned_at_the_start_opens_no_wallet() {
    let device = Device::new().with_somebody();
    let app = device.start();
    app.core().plan_minid(Vec::new());
    app.core().tell();
    assert!(app.core().door.opened_wallet().is_none());
    app.call("app_state", json!({})).unwrap();
    assert!(app.core().door.opened_wallet().is_some());
}

#[test]
fn what_was_seen_before_a_log_out_is_not_shown_after_it() {
    let device = Device::new().with_somebody();
    let app = device.start();
    let changes = app.core().changes();
    let state = tauri::async_runtime::block_on(app.core().state());
    assert!(app.core().is_current(changes, &state));
    app.call("log_out", json!({})).unwrap();
    assert!(!app.core().is_current(changes, &state));
}

#[test]
fn an_empty_app_has_nothing_to_lock() {
    let device = Device::new();
    device.choose(json!({"app_lock": true}));
    let app = device.start();
    assert_eq!(app.call("app_state", json!({})).unwrap()["kind"], "welcome");
}

#[test]
fn an_app_that_comes_back_after_a_minute_is_locked() {
    let device = Device::new().with_somebody();
    device.choose(json!({"app_lock": true}));
    device.owner.there.store(true, Ordering::Relaxed);
    let app = device.start();
    app.call("unlock", json!({"reason": "x"})).unwrap();
    let kind = || app.call("app_state", json!({})).unwrap()["kind"].clone();
    let told = app.told();
    let away = |seconds| {
        app.call("page_hidden", json!({"hidden": true})).unwrap();
        device.pass(TimeDelta::seconds(seconds));
        app.call("page_hidden", json!({"hidden": false})).unwrap();
    };
    away(59);
    assert_eq!(kind(), "enrolling", "not yet a minute");
    assert_eq!(*lock(&told), ["enrolling"]);
    device.pass(TimeDelta::minutes(10));
    assert_eq!(kind(), "enrolling", "in front for as long as one likes");
    away(61);
    assert_eq!(kind(), "locked");
    assert_eq!(
        *lock(&told),
        ["enrolling", "locked"],
        "taken off the screens without their asking"
    );
}

#[test]
fn what_is_stored_is_told_and_taken_along_in_the_readers_words() {
    let device = Device::new().with_somebody();
    let app = device.start();
    let mine = app.call("mine", json!({})).unwrap();
    assert_eq!(mine["cards"], json!([]));
    assert_eq!(mine["exam_lists"], 0);
    let text = app.call("export_data", words()).unwrap();
    let file: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    assert_eq!(file["schema"], "lommebevis-own-data-1");
    assert_eq!(file["left_out"], "Nøkler");
    let status = &file["on_this_device"]["enrolment"]["status"];
    assert_eq!(status["library_card"]["code"], "0000417829");
    assert_eq!(status["reason"], "Mistet telefon");
    assert_eq!(file["preferences"]["history"], true);
    // What docs/own-data.md names is there, and nothing else.
    let members = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    let named: BTreeSet<_> = [
        "schema",
        "about",
        "left_out",
        "at_the_county",
        "made_at",
        "app_version",
        "county",
        "on_this_device",
        "preferences",
        "minid_help",
    ]
    .map(str::to_owned)
    .into();
    assert_eq!(members(&file), named);
}

#[test]
fn a_library_code_is_noted_once_however_often_it_is_drawn_and_not_when_that_is_turned_off() {
    let device = Device::new().with_somebody();
    let app = device.start();
    for _ in 0..3 {
        app.call("show_library_code", json!({})).unwrap();
    }
    let history = loop {
        let history = app.call("history", json!({})).unwrap();
        if history != json!([]) {
            break history;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(history.as_array().unwrap().len(), 1);
    assert_eq!(history[0]["kind"], "library_code_shown");
    let off = app.call("set_history", json!({"on": false})).unwrap();
    assert_eq!(off["history"], false);
    assert_eq!(app.call("history", json!({})).unwrap(), json!([]));
    app.end();
    let app = device.start();
    app.call("show_library_code", json!({})).unwrap();
    assert_eq!(app.call("history", json!({})).unwrap(), json!([]));
}

#[test]
fn removing_everything_leaves_no_file_of_the_person_and_no_key() {
    let device = Device::new().with_somebody();
    device.choose(json!({"notifications": false}));
    let app = device.start();
    app.call("set_language", json!({"language": "nn"})).unwrap();
    let kept =
        json!({"ordered_on": "2026-11-02", "arrived": false, "registered": false, "counts": null});
    app.call("minid_keep", json!({"kept": kept})).unwrap();
    let file = app.call("export_data", words());
    assert!(file.unwrap().as_str().unwrap().contains("2026-11-02"));
    let state = app.call("remove_everything", json!({})).unwrap();
    assert_eq!(state["kind"], "welcome");
    assert!(device.secrets.load().unwrap().is_none());
    for entry in std::fs::read_dir(device.folder.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let personal = name.starts_with("wallet.sealed")
            || name.starts_with("preferences")
            || name.starts_with("minid")
            || name.starts_with("notices");
        assert!(!personal, "{name} is still there");
    }
    assert_eq!(
        app.call("preferences", json!({})).unwrap()["notifications"],
        true
    );
}

#[test]
fn a_notice_is_told_in_the_language_of_the_screens_once_and_not_when_that_is_turned_off() {
    let device = Device::new().with_somebody();
    let app = device.start();
    let due = look_in_the_mailbox(1);
    app.call("app_state", json!({})).unwrap();
    app.call("set_language", json!({"language": "en"})).unwrap();
    app.call("set_notifications", json!({"on": false})).unwrap();
    app.core().plan_minid(vec![due]);
    app.core().tell();
    assert!(lock(&device.told.shown).is_empty());
    app.call("set_notifications", json!({"on": true})).unwrap();
    app.end();
    let app = device.start();
    app.call("app_state", json!({})).unwrap();
    app.core().plan_minid(vec![due, look_in_the_mailbox(9)]);
    app.core().tell();
    let told = lock(&device.told.shown);
    assert_eq!(told.len(), 1, "once, and nothing of what is long past");
    assert_eq!(told[0].title, "Check the letterbox");
}

/// At noon, so many days ago, by this device's clock.
fn look_in_the_mailbox(days_ago: u64) -> minid_guide::Reminder {
    let today = now().with_timezone(&chrono::Local).date_naive();
    let day = today - chrono::Days::new(days_ago);
    minid_guide::Reminder {
        at: day.and_hms_opt(12, 0, 0).unwrap(),
        kind: minid_guide::PlanEventKind::LookInMailbox,
    }
}

/// A store in which the county has handed the photo back, which is told by notice and by the first screen.
fn with_a_photo_handed_back() -> Device {
    let device = Device::new();
    drop(Wallet::open(device.platform(), county()).unwrap());
    let seen_at = now() - TimeDelta::days(2);
    let now = now().to_rfc3339();
    let state = json!({
        "issuer": "https://bevis.fjordviken.example",
        "session": {
            "id": "session", "key": "AA", "access_token": "a", "refresh_token": "r",
            "access_expires_at": now,
        },
        "enrolment": {
            "seen_at": seen_at,
            "status": {
                "state": "photo_missing", "why": {"kind": "returned", "note": "Solbriller", "reasons": []},
                "holder": {"given_name": "Nora", "family_name": "Bjørkøy", "card_type": "elev", "institution": "Skolen"},
                "contact": {"role": "school", "name": "Kontoret"},
                "account": "account", "server_time": now,
            },
        },
    });
    wallet::testing::write(
        device.folder.path(),
        &device.secrets.load().unwrap().unwrap(),
        &state,
    )
    .unwrap();
    device
}

#[test]
fn what_the_screen_says_is_not_told_to_who_looks_at_it_nor_when_they_look_away() {
    let device = with_a_photo_handed_back();
    let app = device.start();
    app.call("app_state", json!({})).unwrap();
    app.core().in_front(true);
    app.core().tell();
    app.core().in_front(false);
    app.core().tell();
    assert_eq!(*lock(&device.told.shown), []);
    app.end();
    // The same store, and nobody looks.
    std::fs::remove_file(device.folder.path().join("notices.json")).unwrap();
    let app = device.start();
    app.call("app_state", json!({})).unwrap();
    {
        let core = app.core();
        let _wish = core.wish();
        core.tell();
    }
    app.core().tell();
    assert_eq!(
        *lock(&device.told.shown),
        [],
        "the person has asked, and sees the answer"
    );
    std::fs::remove_file(device.folder.path().join("notices.json")).unwrap();
    app.end();
    let app = device.start();
    app.call("app_state", json!({})).unwrap();
    app.core().tell();
    assert_eq!(lock(&device.told.shown).len(), 1);
}

#[test]
fn what_no_screen_says_is_told_also_to_who_has_just_asked_for_something_else() {
    let device = with_a_photo_handed_back();
    let app = device.start();
    app.call("app_state", json!({})).unwrap();
    app.core().plan_minid(vec![look_in_the_mailbox(1)]);
    app.core().seen();
    app.core().tell();
    let told: Vec<&str> = lock(&device.told.shown)
        .iter()
        .map(|notice| notice.title)
        .collect();
    assert_eq!(
        told,
        ["Se i postkassen"],
        "the photo was seen, the letter not"
    );
}

#[test]
fn a_step_on_the_way_to_a_minid_is_not_told_of_again_at_the_next_start() {
    let device = Device::new().with_somebody();
    let app = device.start();
    app.call("app_state", json!({})).unwrap();
    let due = look_in_the_mailbox(1);
    app.core().plan_minid(vec![due]);
    app.core().tell();
    assert_eq!(lock(&device.told.shown).len(), 1);
    app.core().minid_changed(vec![due]);
    app.end();
    let app = device.start();
    app.call("app_state", json!({})).unwrap();
    app.core().plan_minid(vec![due]);
    app.core().tell();
    assert_eq!(lock(&device.told.shown).len(), 1);
    // Whoever has just said how far they are has seen what is due.
    let other = minid_guide::Reminder {
        kind: minid_guide::PlanEventKind::RegisterSoon,
        ..due
    };
    app.core().minid_changed(vec![due, other]);
    app.core().tell();
    assert_eq!(lock(&device.told.shown).len(), 1);
    app.call("log_out", json!({})).unwrap();
    assert_eq!(*lock(&device.told.shown), [], "taken back from the screen");
}

#[test]
fn who_turns_notices_on_is_asked_to_let_them_through_once_and_told_whether_they_come() {
    let device = Device::new();
    let app = device.start();
    app.call("set_notifications", json!({"on": false})).unwrap();
    assert_eq!(*lock(&device.told.asked), 0);
    for _ in 0..2 {
        let preferences = app.call("set_notifications", json!({"on": true})).unwrap();
        assert_eq!(preferences["notices_allowed"], false);
        assert_eq!(*lock(&device.told.asked), 1);
    }
}

#[test]
fn the_screen_is_held_while_a_code_is_shown_and_let_go_when_the_screens_are_loaded_anew() {
    let device = Device::new();
    let app = device.start();
    app.call("hold_screen", json!({"on": true})).unwrap();
    assert!(*lock(&device.bright.0));
    app.call("app_state", json!({})).unwrap();
    assert!(!*lock(&device.bright.0));
}

#[test]
fn what_the_screens_want_felt_is_felt() {
    let device = Device::new();
    let app = device.start();
    for kind in ["success", "warning", "tap"] {
        app.call("haptic", json!({"kind": kind})).unwrap();
    }
    app.call("haptic", json!({"kind": "earthquake"}))
        .unwrap_err();
    let all = [Haptic::Success, Haptic::Warning, Haptic::Tap];
    assert_eq!(device.haptics.felt(), all);
}
