//! What the app asks of the desktop it runs on, as a desktop hears it: notices, and a screen that stays awake.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{Days, NaiveDate, Timelike as _, Utc};
use serde_json::{Value, json};
use wallet::Wallet;
use whole_system::webdriver::Window;
use whole_system::{platform, walk};
use zbus::zvariant::OwnedValue;

use crate::setting::{County, PASSWORD};
use crate::window::{SCREEN, open_app_with, pictures};

/// A desktop on the message bus of these tests, which has none of its own.
#[derive(Clone, Default)]
struct Desktop {
    /// Title and text of each notice.
    told: Arc<Mutex<Vec<(String, String)>>>,
    /// Whether the screen may not sleep now, each time that was changed.
    awake: Arc<Mutex<Vec<bool>>>,
}

struct Notifications(Desktop);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[allow(clippy::too_many_arguments)]
    fn notify(
        &self,
        _app: &str,
        _replaces: u32,
        _icon: &str,
        summary: &str,
        body: &str,
        _actions: Vec<String>,
        _hints: std::collections::HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut told = self.0.told.lock().unwrap();
        told.push((summary.to_owned(), body.to_owned()));
        u32::try_from(told.len()).unwrap()
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let name = || "desktop of tests".to_owned();
        (name(), name(), "1".to_owned(), "1.2".to_owned())
    }

    fn close_notification(&self, _id: u32) {}
}

struct ScreenSaver(Desktop);

#[zbus::interface(name = "org.freedesktop.ScreenSaver")]
impl ScreenSaver {
    fn inhibit(&self, _application: &str, _reason: &str) -> u32 {
        self.0.awake.lock().unwrap().push(true);
        7
    }

    fn un_inhibit(&self, cookie: u32) {
        assert_eq!(cookie, 7);
        self.0.awake.lock().unwrap().push(false);
    }
}

impl Desktop {
    async fn on_the_bus(&self) -> zbus::Connection {
        zbus::connection::Builder::session()
            .unwrap()
            .serve_at(
                "/org/freedesktop/Notifications",
                Notifications(self.clone()),
            )
            .unwrap()
            .serve_at("/org/freedesktop/ScreenSaver", ScreenSaver(self.clone()))
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .name("org.freedesktop.ScreenSaver")
            .unwrap()
            .build()
            .await
            .expect("a message bus without a desktop: ./test gives one")
    }
}

/// Waits until this holds.
async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..1_200 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}")
}

/// Calls a command of the app as its screens do.
async fn call(app: &Window, command: &str, arguments: Value) {
    let script = format!(
        "window.__answer = null;
         window.__TAURI_INTERNALS__.invoke('{command}', {arguments})
           .then(() => (window.__answer = 'done'), (error) => (window.__answer = JSON.stringify(error)));"
    );
    app.run(&script).await.unwrap();
    for _ in 0..600 {
        let answer = app.run("return window.__answer").await.unwrap();
        if let Some(answer) = answer.as_str() {
            assert_eq!(answer, "done", "{command}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{command} does not answer")
}

/// A time zone in which it is midday, whenever this runs, and the day it is there: nobody is told anything at night.
fn midday() -> (String, NaiveDate) {
    let east = 12 - i64::from(Utc::now().hour());
    let there = Utc::now() + chrono::TimeDelta::hours(east);
    // POSIX counts hours west.
    (format!("MID{}", -east), there.date_naive())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_reaches_the_desktop_once_and_a_code_keeps_its_screen_awake() {
    let _alone = SCREEN.lock().await;
    let desktop = Desktop::default();
    let _bus = desktop.on_the_bus().await;
    let county = County::start().await;
    let (zone, today) = midday();
    let ordered_on = today.checked_sub_days(Days::new(4)).unwrap();
    let data = county.path().join("app");
    std::fs::create_dir_all(&data).unwrap();
    let kept =
        json!({"ordered_on": ordered_on, "arrived": false, "registered": false, "counts": null});
    std::fs::write(data.join("minid.json"), kept.to_string()).unwrap();
    let environment = [("TZ", zone.as_str()), ("LANGUAGE", "nb")];

    let app = open_app_with(&county, &[], &environment).await;
    app.see_text("Logg inn med Feide").await.unwrap();
    // The switch in the settings, which tells at once what the app's own round would tell within a minute.
    call(&app, "set_notifications", json!({"on": true})).await;
    until("no notice came", || {
        !desktop.told.lock().unwrap().is_empty()
    })
    .await;
    call(&app, "hold_screen", json!({"on": true})).await;
    until("the screen may sleep", || {
        *desktop.awake.lock().unwrap() == [true]
    })
    .await;
    call(&app, "hold_screen", json!({"on": false})).await;
    until("the screen may never sleep again", || {
        *desktop.awake.lock().unwrap() == [true, false]
    })
    .await;
    app.close().await.unwrap();

    let app = open_app_with(&county, &[], &environment).await;
    app.see_text("Logg inn med Feide").await.unwrap();
    call(&app, "set_notifications", json!({"on": true})).await;
    // A second notice would have been asked for before this, on the same bus.
    call(&app, "hold_screen", json!({"on": true})).await;
    until("the screen may sleep", || {
        *desktop.awake.lock().unwrap() == [true, false, true]
    })
    .await;
    app.close().await.unwrap();

    let told = desktop.told.lock().unwrap();
    let [(title, text)] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(title, "Se i postkassen");
    assert!(!text.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_app_shows_its_card_to_its_owner_alone() {
    let _alone = SCREEN.lock().await;
    let county = County::start().await;
    let data = county.path().join("app");
    let key = county.path().join("key");
    let wallet = Wallet::open(
        platform::real(&data, Some(&key)).unwrap(),
        walk::read_county(&county.stage).unwrap(),
    )
    .unwrap();
    walk::log_in(&wallet, "nora", PASSWORD, |_| {})
        .await
        .unwrap();
    walk::enrol(&wallet, |_| {}).await.unwrap();
    wallet.fetch_credentials().await.unwrap();
    drop(wallet);
    std::fs::write(
        data.join("preferences.json"),
        json!({"app_lock": true}).to_string(),
    )
    .unwrap();
    // What this machine says of who is before it.
    let owner = county.path().join("owner");
    std::fs::write(&owner, "no").unwrap();
    let environment = [
        ("LANGUAGE", "nb"),
        ("LOMMEBEVIS_TEST_UNLOCK", owner.to_str().unwrap()),
    ];
    let arguments = ["--file-key", key.to_str().unwrap()];

    let app = open_app_with(&county, &arguments, &environment).await;
    app.see_text("Appen er låst").await.unwrap();
    // Asked at once, and refused.
    app.see("[role=alert]").await.unwrap();
    let text = app.run("return document.body.innerText").await.unwrap();
    assert!(!text.to_string().contains("Bjørkøy"), "{text}");
    app.screenshot(&pictures().join("locked.png"))
        .await
        .unwrap();
    std::fs::write(&owner, "yes").unwrap();
    app.press("Lås opp").await.unwrap();
    app.see(".card").await.unwrap();
    app.see_text("Bjørkøy").await.unwrap();
    app.close().await.unwrap();
}
