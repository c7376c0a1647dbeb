//! Bringing the wallet up to date while nobody looks at the app.
//!
//! The system decides when: on iOS it wakes the app or starts it unseen, on Android a worker calls, in a process that
//! may have no window and no Tauri. If the app runs in this process, its own wallet is used; else one is opened for the
//! moment, and closed again.

#[cfg(target_os = "android")]
mod android;
// What Android's worker is told; the test of it runs anywhere.
#[cfg(any(test, target_os = "android"))]
mod answer;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tauri::{AppHandle, Manager as _, Runtime};
use tauri_plugin_device::{Device, Work};

use crate::app_lock::Nobody;
use crate::commands;
use crate::core::Core;
use crate::minid::Minid;
use crate::notices::{Notice, Notifier, Permission};
use crate::settings::{Ground, Settings};

/// How often the system is asked to call: what can be shown without a network lasts for days.
const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// What is younger is not fetched again.
const YOUNG: TimeDelta = TimeDelta::hours(1);

/// How a call of the system ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// All is up to date.
    Fresh,
    /// Nobody is logged in: there is nothing to call for again.
    Nobody,
    /// It did not go well, as without a network: once more later.
    Later,
}

/// How a call of the system ended, and what is to be told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// How it ended.
    pub(crate) ended: Ended,
    /// What is due now, for whoever called to show; it is noted as told. Empty if the app runs, which tells by itself.
    pub(crate) notices: Vec<Notice>,
    /// The running app has done it, or has started meanwhile: it keeps its own notices.
    pub(crate) by_app: bool,
}

/// What the app of this process does when the system calls.
pub(crate) type Refresh =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Ended> + Send>> + Send + Sync>;

/// The app of this process, if one has started here. A worker of Android has no other way to find it, and a wallet is
/// open once.
static APP: App = App::none();

/// The app of a process.
pub(crate) struct App(Mutex<Option<Refresh>>);

impl App {
    /// That has not started.
    pub(crate) const fn none() -> Self {
        Self(Mutex::new(None))
    }

    /// It starts, and does this from now on.
    pub(crate) fn starts(&self, refresh: Refresh) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(refresh);
    }

    fn get(&self) -> Option<Refresh> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The app is there: from now on calls of the system are its own.
pub(crate) fn app_is_here<R: Runtime>(app: &AppHandle<R>) {
    APP.starts(of_app(app));
}

/// What an app does: refresh, tell the person and the screens.
pub(crate) fn of_app<R: Runtime>(app: &AppHandle<R>) -> Refresh {
    let app = app.clone();
    Arc::new(move || {
        let app = app.clone();
        Box::pin(async move {
            let core = app.state::<Core>();
            let ended = refresh(&core).await;
            core.tell();
            commands::tell_state(&app, &core).await;
            ended
        })
    })
}

/// Brings the wallet up to date for a caller that has no window. Blocks, for as long as the network does. `files`: the
/// folder that the app keeps its data in, which is Tauri's `app_local_data_dir`.
pub(crate) fn refresh_without_window(files: &Path) -> Outcome {
    refresh_here(&APP, || {
        let settings = Settings::read()?;
        let keys = tauri_plugin_device::keys_without_window();
        let keys = keys.ok_or("the device's keys cannot be reached")?;
        settings.ground_in(files.to_owned(), keys)
    })
}

/// The same in a process of which nothing else is known.
pub(crate) fn refresh_here(
    app: &App,
    ground: impl FnOnce() -> Result<Ground, Box<dyn std::error::Error>>,
) -> Outcome {
    if let Some(refresh) = app.get() {
        return refresh_by(&refresh);
    }
    match ground() {
        Ok(ground) => refresh_on(app, ground),
        Err(error) => {
            tracing::warn!(%error, "there is nothing to refresh on");
            Outcome {
                ended: Ended::Later,
                notices: Vec::new(),
                by_app: false,
            }
        }
    }
}

fn refresh_by(refresh: &Refresh) -> Outcome {
    Outcome {
        ended: tauri::async_runtime::block_on(refresh()),
        notices: Vec::new(),
        by_app: true,
    }
}

/// Opens the wallet for the moment. An app that starts meanwhile shares it.
fn refresh_on(app: &App, ground: Ground) -> Outcome {
    let due = Due::default();
    let minid = Minid::new(&ground.platform);
    let core = Core::on(
        ground.platform,
        ground.county,
        // Nothing is shown that would have to be unlocked.
        Arc::new(Nobody),
        Box::new(due.clone()),
    );
    match minid {
        // As at every start: what is no longer planned is forgotten, and would be told once more.
        Ok(minid) => core.plan_minid(minid.reminders_of_late()),
        Err(error) => tracing::warn!(%error, "the help with MinID cannot be read"),
    }
    let ended = tauri::async_runtime::block_on(refresh(&core));
    if let Some(refresh) = app.get() {
        // It has planned its notices on what it saw when it started, and its screens have not heard of the news. What was
        // fetched just now is not fetched again.
        return refresh_by(&refresh);
    }
    core.tell();
    Outcome {
        ended,
        notices: due.take(),
        by_app: false,
    }
}

async fn refresh(core: &Core) -> Ended {
    core.tell_log_outs().await;
    match core.is_logged_in() {
        None => return Ended::Later,
        Some(false) => return Ended::Nobody,
        Some(true) => {}
    }
    if core.is_older_than(YOUNG) && core.fetch_news().await.is_err() {
        return Ended::Later;
    }
    // A refresh that went well has left its time; one that ended the login has left nobody.
    match core.is_logged_in() {
        Some(true) if core.is_older_than(YOUNG) => Ended::Later,
        Some(true) => Ended::Fresh,
        Some(false) => Ended::Nobody,
        None => Ended::Later,
    }
}

/// Asks the system for calls while somebody is logged in, and for none else. Nothing while the wallet is not open, when
/// that is not known.
pub(crate) fn plan<R: Runtime>(app: &AppHandle<R>) {
    let (Some(device), Some(core)) = (app.try_state::<Device>(), app.try_state::<Core>()) else {
        return;
    };
    match core.is_logged_in() {
        Some(true) => device.background.every(EVERY),
        Some(false) => device.background.stop(),
        None => {}
    }
}

/// What is done when the system calls the app itself, as iOS does: maybe before there is a window, or without one.
pub(crate) fn work<R: Runtime>() -> Work<R> {
    Arc::new(|app| Box::pin(called(app)))
}

async fn called<R: Runtime>(app: AppHandle<R>) -> bool {
    let Some(device) = app.try_state::<Device>() else {
        return false;
    };
    // One call is one call: the next is asked for first, should the time not suffice for more.
    device.background.every(EVERY);
    let files = match app.path().app_local_data_dir() {
        Ok(files) => files,
        Err(error) => {
            tracing::warn!(%error, "the app has no folder");
            return false;
        }
    };
    let refreshing = tauri::async_runtime::spawn_blocking(move || refresh_without_window(&files));
    let Ok(outcome) = refreshing.await else {
        return false;
    };
    show(&app, &outcome.notices);
    if outcome.ended == Ended::Nobody {
        device.background.stop();
    }
    outcome.ended != Ended::Later
}

/// Shows what is due, by the side of what the phone itself waits to show.
fn show<R: Runtime>(app: &AppHandle<R>, notices: &[Notice]) {
    use tauri_plugin_notification::NotificationExt as _;
    for notice in notices {
        let builder = app.notification().builder();
        #[cfg(target_os = "android")]
        let builder = builder.icon(crate::notices::system::ICON);
        let shown = builder.title(notice.title).body(notice.body).show();
        if let Err(error) = shown {
            tracing::warn!(%error, "a notice was not shown");
        }
    }
}

/// Collects what is due, for a process that has no way to show it. What is to come the phone waits for since the app
/// was last open.
#[derive(Clone, Default)]
struct Due(Arc<Mutex<Vec<Notice>>>);

impl Due {
    fn notices(&self) -> std::sync::MutexGuard<'_, Vec<Notice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Vec<Notice> {
        std::mem::take(&mut self.notices())
    }
}

impl Notifier for Due {
    fn keeps_time(&self) -> bool {
        false
    }

    fn replace_all(&self, notices: &[Notice], _: DateTime<Utc>) {
        self.notices().extend_from_slice(notices);
    }

    fn clear(&self) {
        self.notices().clear();
    }

    fn permission(&self) -> Permission {
        // The system keeps back what the person does not let through.
        Permission::Granted
    }

    fn ask(&self) {}
}
