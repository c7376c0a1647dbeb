//! Calls of the system while nobody looks. Here the network stays away, so that what is old stays old.

use super::*;
use crate::background::{self, App as Process, Ended, Outcome, refresh_here};
use crate::settings::Ground;

impl Device {
    /// A call of the system in this process.
    fn call(&self, process: &Process) -> Outcome {
        refresh_here(process, || {
            Ok(Ground {
                platform: self.platform(),
                exam_secrets: Arc::new(MemorySecrets::default()),
                county: county(),
            })
        })
    }

    fn asked(&self) -> usize {
        self.network.0.swap(0, Ordering::AcqRel)
    }
}

#[test]
fn without_a_window_the_wallet_is_opened_for_the_moment_and_closed_again() {
    let device = Device::new().with_somebody();
    let process = Process::none();
    assert_eq!(device.call(&process).ended, Ended::Fresh);
    assert_eq!(device.asked(), 0, "it is as of now");
    device.pass(TimeDelta::hours(1));
    assert_eq!(device.call(&process).ended, Ended::Later);
    assert!(device.asked() > 0);
    // Closed: it can be opened.
    drop(Wallet::open(device.platform(), county()).unwrap());
}

#[test]
fn a_lock_of_the_app_does_not_keep_the_background_out() {
    let device = Device::new().with_somebody();
    device.choose(json!({"app_lock": true}));
    device.pass(TimeDelta::days(1));
    assert_eq!(device.call(&Process::none()).ended, Ended::Later);
    assert!(device.asked() > 0);
}

#[test]
fn for_nobody_nothing_is_fetched_and_no_more_calls_are_asked_for() {
    let device = Device::new();
    assert_eq!(device.call(&Process::none()).ended, Ended::Nobody);
    assert_eq!(device.asked(), 0);
}

#[test]
fn a_wallet_that_is_open_elsewhere_or_cannot_be_found_is_left_for_later() {
    let device = Device::new().with_somebody();
    let _open = Wallet::open(device.platform(), county()).unwrap();
    assert_eq!(device.call(&Process::none()).ended, Ended::Later);
    assert_eq!(device.asked(), 0);
    let outcome = refresh_here(&Process::none(), || Err("no county".into()));
    assert_eq!(outcome.ended, Ended::Later);
}

#[test]
fn an_app_that_starts_while_a_refresh_runs_has_the_same_wallet_at_once() {
    let device = Device::new().with_somebody();
    let refreshing = Core::new(device.platform(), county());
    let theirs = refreshing.wallet().unwrap();
    let begun = Instant::now();
    let app = Core::new(device.platform(), county());
    let ours = app.wallet().unwrap();
    assert!(Arc::ptr_eq(&theirs, &ours));
    assert!(begun.elapsed() < Duration::from_secs(5));
    drop((refreshing, theirs));
    assert!(app.wallet().unwrap().overview().logged_in, "it stays open");
    drop((app, ours));
    // Closed: it can be opened.
    drop(Wallet::open(device.platform(), county()).unwrap());
}

#[test]
fn an_app_that_has_started_while_a_refresh_ran_keeps_its_own_notices() {
    let device = Device::new().with_somebody();
    let app = device.start();
    app.call("app_state", json!({})).unwrap();
    let process = Process::none();
    let outcome = refresh_here(&process, || {
        // As it is between the worker's look for the app and the end of its refresh.
        process.starts(background::of_app(app.app.handle()));
        Ok(Ground {
            platform: device.platform(),
            exam_secrets: Arc::new(MemorySecrets::default()),
            county: county(),
        })
    });
    assert!(outcome.by_app && outcome.notices.is_empty());
    assert_eq!(outcome.ended, Ended::Fresh, "by the wallet that both share");
}

#[tokio::test]
async fn a_store_from_another_phone_leads_to_an_empty_wallet_where_somebody_is_told() {
    let device = Device::new().with_somebody();
    let mut platform = device.platform();
    platform.secrets = Arc::new(MemorySecrets::default());
    let desktop = Core::new(platform.clone(), county());
    assert!(matches!(desktop.state().await, AppState::Stopped { .. }));
    let phone = Core::new(platform.clone(), county());
    phone.begins_anew_without_its_key();
    assert!(matches!(
        phone.state().await,
        AppState::Welcome {
            kept_aside: true,
            ..
        }
    ));
}

#[test]
fn if_the_app_runs_its_own_wallet_is_used_and_its_screens_are_told() {
    let device = Device::new().with_somebody();
    let app = device.start();
    app.call("app_state", json!({})).unwrap();
    let told = app.told();
    let process = Process::none();
    process.starts(background::of_app(app.app.handle()));
    device.pass(TimeDelta::hours(2));
    // Were it opened once more, it would be in use.
    let outcome = device.call(&process);
    assert_eq!(outcome.ended, Ended::Later);
    assert!(device.asked() > 0);
    assert_eq!(*lock(&told), ["enrolling"]);
}

#[test]
fn what_is_due_is_handed_to_the_caller_once_also_the_way_to_a_minid() {
    let device = Device::new().with_somebody();
    let kept =
        json!({"ordered_on": "2026-11-10", "arrived": false, "registered": false, "counts": null});
    {
        let app = device.start();
        app.call("app_state", json!({})).unwrap();
        app.call("minid_keep", json!({"kept": kept})).unwrap();
        app.end();
    }
    // Told by the app when it was kept, or to come.
    assert_eq!(device.call(&Process::none()).notices, []);
    // The 23rd, on which the mailbox is to be looked into.
    device.pass(TimeDelta::days(5));
    device.choose(json!({"notifications": false}));
    assert_eq!(device.call(&Process::none()).notices, [], "turned off");
    device.choose(json!({}));
    let notices = device.call(&Process::none()).notices;
    assert!(!notices.is_empty());
    for notice in &notices {
        assert!(!notice.title.is_empty() && notice.id.starts_with("minid"));
    }
    assert_eq!(device.call(&Process::none()).notices, [], "once");
}

#[test]
fn the_system_is_asked_for_calls_as_long_as_somebody_is_logged_in() {
    let device = Device::new().with_somebody();
    let app = device.start();
    let day = Some(Duration::from_secs(24 * 60 * 60));
    background::plan(app.app.handle());
    assert_eq!(device.refresh.interval(), None, "not known yet");
    app.call("app_state", json!({})).unwrap();
    app.call("page_hidden", json!({"hidden": true})).unwrap();
    assert_eq!(device.refresh.interval(), day);
    app.call("log_out", json!({})).unwrap();
    assert_eq!(device.refresh.interval(), None);

    let device = Device::new().with_somebody();
    let app = device.start();
    let keeping = tauri::async_runtime::spawn(crate::keep_fresh(
        app.app.handle().clone(),
        Duration::from_secs(60),
    ));
    let begun = Instant::now();
    while device.refresh.interval() != day {
        assert!(begun.elapsed() < Duration::from_secs(20), "at the start");
        std::thread::sleep(Duration::from_millis(2));
    }
    keeping.abort();
    app.call("remove_everything", json!({})).unwrap();
    assert_eq!(device.refresh.interval(), None);
}
