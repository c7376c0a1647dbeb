//! The app's shell: one window, our own commands, and the way to the system's browser and back.
//!
//! All that the app knows and does is in the `wallet` crate; all that it shows is in `ui/`. This crate opens the
//! wallet, turns its answers into plain data ([`view`]), and lets nothing else through.

#![cfg_attr(
    target_os = "ios",
    expect(missing_docs, reason = "`start_app`, which Tauri's macro writes")
)]

#[cfg(all(feature = "self-check", not(debug_assertions)))]
compile_error!("the self-check is for debug builds alone: it makes keys and plays with the screen");

mod app_lock;
mod background;
mod checking;
mod commands;
mod convert;
mod core;
#[cfg(test)]
mod granted;
mod login;
mod minid;
mod notices;
mod pages;
mod preferences;
mod problem;
mod screen;
#[cfg(feature = "self-check")]
mod self_check;
mod selfie;
mod settings;
#[cfg(any(mobile, test))]
mod stopped;
#[cfg(debug_assertions)]
mod test_camera;
#[cfg(debug_assertions)]
mod test_unlock;
pub mod view;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tauri::{Builder, Manager as _, Runtime, WindowEvent};
use tauri_plugin_device::Device;

use crate::app_lock::Unlock;
use crate::checking::Checking;
use crate::core::Core;
use crate::minid::Minid;
use crate::notices::system::System;
use crate::screen::ScreenHold;
use crate::selfie::Selfies;
use crate::settings::{Ground, Settings};

/// How often the app looks whether a refresh is due.
const LOOK_EVERY: Duration = Duration::from_secs(60 * 60);
/// How often it looks whether there is something to tell.
const TELL_EVERY: Duration = Duration::from_secs(60);
/// How often it looks whether a list of candidates is to be deleted.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// What is logged unless `RUST_LOG` says otherwise, which no phone is told.
const LOGGED: &str = if cfg!(feature = "self-check") {
    "warn,self_check=info"
} else {
    "warn"
};

/// Starts the app and returns when its window is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    // On phones this is the system's log: Tauri reads the process's own output there, on Android line by line into
    // logcat, on iOS into the unified log. No other app can read it.
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(LOGGED)),
        )
        .with_ansi(cfg!(desktop))
        .with_writer(std::io::stderr)
        .init();
    let settings = match Settings::read() {
        Ok(settings) => settings,
        #[cfg(desktop)]
        Err(error) => settings::stop(&error),
        #[cfg(mobile)]
        Err(error) => return stopped::run(&error, context()),
    };
    let outcome = builder(Builder::default())
        .setup(move |app| {
            let Ground {
                platform,
                exam_secrets,
                county,
            } = settings.ground(app.handle())?;
            app.manage(Checking::new(
                platform.clone(),
                exam_secrets,
                county.clone(),
            ));
            app.manage(Minid::new(&platform)?);
            app.manage(Core::on(
                platform,
                county.clone(),
                owner(app.handle()),
                Box::new(System(app.handle().clone())),
            ));
            // An iPhone's Keychain tells for sure that a key is not there; Android's key store says the same when it is busy.
            #[cfg(target_os = "ios")]
            app.state::<Core>().begins_anew_without_its_key();
            // Only now: the link that has started the app may be there at once, and asks for the core.
            login::set_up(app.handle(), &county);
            app.state::<Core>()
                .plan_minid(app.state::<Minid>().reminders_of_late());
            app.manage(Selfies::new());
            let device = app.state::<Device>().inner().clone();
            device.privacy.hide_in_background(true);
            app.manage(ScreenHold::new(device.screen));
            background::app_is_here(app.handle());
            #[cfg(feature = "self-check")]
            self_check::start(app.handle());
            keep_telling(app.handle().clone());
            tauri::async_runtime::spawn(keep_fresh(app.handle().clone(), LOOK_EVERY));
            keep_checking(app.handle().clone());
            Ok(())
        })
        .run(context());
    if let Err(error) = outcome {
        tracing::error!(%error, "the app ended");
        std::process::exit(1);
    }
}

/// What the build knows of the app: its screens, its window, what they may do.
fn context() -> tauri::Context {
    tauri::generate_context!()
}

/// Plugins and commands, the same for the app and for tests of its commands.
fn builder<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    #[cfg(not(any(target_os = "android", target_os = "ios")))]
    let builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| {
        // The second start shows the first one's window and ends.
        login::to_front(app);
    }));
    #[cfg(mobile)]
    let builder = builder
        .plugin(tauri_plugin_biometric::init())
        .plugin(tauri_plugin_deep_link::init());
    #[cfg(debug_assertions)]
    let builder = builder.plugin(test_camera::plugin());
    // An iPhone short of memory ends the page's process while the app is in the background, and leaves it white.
    #[cfg(any(target_os = "macos", target_os = "ios"))]
    let builder = builder.on_web_content_process_terminate(|webview| {
        if let Err(error) = webview.reload() {
            tracing::warn!(%error, "the screens were not loaded again");
        }
    });
    with_commands(
        builder
            .plugin(tauri_plugin_opener::init())
            // From here alone, too.
            .plugin(tauri_plugin_device::init(background::work()))
            // From here alone: no capability lets the screens reach it.
            .plugin(tauri_plugin_notification::init())
            .plugin(pages::own_pages_only())
            .on_permission_request(pages::decide)
            .on_window_event(|window, event| come_and_gone(window.app_handle(), event)),
    )
}

/// The window comes to the front, goes out of sight, or is closed. On an iPhone that something else is before it for a
/// moment, as the control centre, is `Suspended` too, and then only `Focused` tells that it is back.
fn come_and_gone<R: Runtime>(app: &tauri::AppHandle<R>, event: &WindowEvent) {
    let hidden = match event {
        WindowEvent::Destroyed => {
            app.state::<ScreenHold>().hold(false);
            return;
        }
        WindowEvent::Focused(true) => false,
        WindowEvent::Focused(false) => {
            app.state::<Core>().in_front(false);
            return;
        }
        #[cfg(mobile)]
        WindowEvent::Resumed => false,
        #[cfg(mobile)]
        WindowEvent::Suspended => true,
        _ => return,
    };
    // At once, so that what comes after it also counts after it.
    app.state::<Core>().in_front(!hidden);
    #[cfg(mobile)]
    app.state::<ScreenHold>().out_of_sight(hidden);
    let app = app.clone();
    tauri::async_runtime::spawn(async move { commands::seen_or_hidden(&app, hidden).await });
}

/// The system's way to tell its owner.
fn owner<R: Runtime>(app: &tauri::AppHandle<R>) -> Arc<dyn Unlock> {
    #[cfg(debug_assertions)]
    if let Some(unlock) = test_unlock::named() {
        return unlock;
    }
    #[cfg(mobile)]
    return Arc::new(app_lock::phone::Phone(app.clone()));
    #[cfg(desktop)]
    {
        let _ = app;
        Arc::new(app_lock::Nobody)
    }
}

fn with_commands<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder.invoke_handler(tauri::generate_handler![
        commands::app_state,
        commands::start_login,
        commands::cancel_login,
        commands::confirm_photo,
        commands::reject_photo,
        commands::check_frame,
        commands::check_picture,
        commands::submit_picture,
        commands::drop_picture,
        commands::check_again,
        commands::refresh,
        commands::show_code,
        commands::show_library_code,
        commands::check_validity,
        commands::log_out,
        commands::retry_open,
        commands::reset_store,
        commands::show_photo_code,
        commands::checker_state,
        commands::update_checker,
        commands::scan_code,
        commands::scan_again,
        commands::new_challenge,
        commands::end_challenge,
        commands::exam_rooms,
        commands::open_roster,
        commands::choose_room,
        commands::admit,
        commands::admit_again,
        commands::admit_by_hand,
        commands::undo_admission,
        commands::export_exam_room,
        commands::delete_exam_room,
        minid::minid_facts,
        minid::minid_check_number,
        minid::minid_pupil_plan,
        minid::minid_class_plan,
        minid::minid_pupil_calendar,
        minid::minid_class_calendar,
        minid::minid_kept,
        minid::minid_keep,
        commands::hold_screen,
        commands::haptic,
        commands::set_language,
        commands::preferences,
        commands::set_history,
        commands::set_notifications,
        commands::set_app_lock,
        commands::unlock,
        commands::page_hidden,
        commands::look_again,
        commands::mine,
        commands::history,
        commands::clear_history,
        commands::export_data,
        commands::remove_card,
        commands::remove_everything,
        #[cfg(debug_assertions)]
        test_camera::test_frame,
    ])
}

/// Refreshes at the start, and then whenever a day has gone by since the last time that went well.
async fn keep_fresh<R: Runtime>(app: tauri::AppHandle<R>, look_every: Duration) {
    let mut old_enough = TimeDelta::zero();
    loop {
        let core = app.state::<Core>();
        // Opens the wallet, where it may wait for a key store that asks the person.
        core.tell_log_outs().await;
        if core.is_older_than(old_enough) {
            commands::refresh_and_tell(&app, &core).await;
        }
        background::plan(&app);
        old_enough = TimeDelta::days(1);
        tokio::time::sleep(look_every).await;
    }
}

/// Tells what falls due, and locks an app that lies in the background.
fn keep_telling<R: Runtime>(app: tauri::AppHandle<R>) {
    tauri::async_runtime::spawn(async move {
        let mut was_locked = true;
        loop {
            // Not at the start: what is old may be brought up to date first.
            tokio::time::sleep(TELL_EVERY).await;
            let core = app.state::<Core>();
            core.tell();
            let is_locked = core.is_locked();
            if is_locked && !was_locked {
                commands::tell_state(&app, &core).await;
            }
            was_locked = is_locked;
        }
    });
}

/// Keeps the checker's lists fresh, and deletes lists of candidates when their day is over.
fn keep_checking<R: Runtime>(app: tauri::AppHandle<R>) {
    tauri::async_runtime::spawn(checking::keep_fresh(app.clone()));
    tauri::async_runtime::spawn(async move {
        loop {
            commands::delete_over_and_tell(&app, &app.state::<Checking>()).await;
            tokio::time::sleep(SWEEP_EVERY).await;
        }
    });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// What stands between `before` and `after`, wherever they occur.
    fn names<'a>(text: &'a str, before: &str, after: char) -> BTreeSet<&'a str> {
        text.split(before)
            .skip(1)
            .filter_map(|rest| rest.split(after).next())
            .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
            .collect()
    }

    #[test]
    fn the_camera_of_tests_is_in_debug_builds_alone() {
        let code = include_str!("lib.rs").split("mod tests {").next().unwrap();
        let mut mentions = 0;
        for pair in code.lines().collect::<Vec<_>>().windows(2) {
            if pair[1].contains("test_camera") {
                mentions += 1;
                assert_eq!(pair[0].trim(), "#[cfg(debug_assertions)]", "{}", pair[1]);
            }
        }
        assert_eq!(mentions, 3, "its module, its script and its command");
    }

    #[test]
    fn the_unlocker_of_tests_is_in_debug_builds_alone() {
        let code = include_str!("lib.rs").split("mod tests {").next().unwrap();
        let lines: Vec<_> = code.lines().collect();
        let mentions = lines
            .windows(2)
            .filter(|pair| pair[1].contains("test_unlock"))
            .inspect(|pair| assert_eq!(pair[0].trim(), "#[cfg(debug_assertions)]"));
        assert_eq!(mentions.count(), 2, "its module and its use");
    }

    #[test]
    fn the_screens_call_the_commands_there_are_and_no_others() {
        let offered = names(include_str!("lib.rs"), "        commands::", ',');
        let called = names(include_str!("../../ui/src/lib/backend.ts"), " call(\"", '"');
        assert!(offered.len() > 10, "{offered:?}");
        assert_eq!(offered, called);
    }

    #[test]
    fn unsafe_code_is_where_the_jvm_calls_and_nowhere_else() {
        let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let (mut folders, mut found, mut seen) = (vec![sources.clone()], BTreeSet::new(), 0);
        // In two parts, so that this file does not name itself.
        let allowed = ["allow(unsafe", "_code)"].concat();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "rs") {
                    seen += 1;
                    if std::fs::read_to_string(&path).unwrap().contains(&allowed) {
                        found.insert(path.strip_prefix(&sources).unwrap().to_owned());
                    }
                }
            }
        }
        assert!(seen > 20, "{seen} files are not all");
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            [std::path::Path::new("background/android.rs")]
        );
    }
}
