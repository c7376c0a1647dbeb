//! What the app asks of the desktop it runs on, as a desktop hears it: notices, and a screen that stays awake.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{Days, NaiveDate, Timelike as _, Utc};
use serde_json::{Value, json};
use whole_system::webdriver::Window;
use zbus::zvariant::OwnedValue;

use crate::setting::County;
use crate::window::{SCREEN, open_app_with};

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

    let app = open_app_with(&county, &environment).await;
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

    let app = open_app_with(&county, &environment).await;
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
