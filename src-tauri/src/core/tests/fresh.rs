//! What is old is brought up to date without anybody asking: at the start, every day, when the app is seen again, and
//! when the network is back. Here the network stays away, so that what is old stays old.

use tauri::WindowEvent;

use super::*;

/// Far more than a refresh takes.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks of an app in a hurry.
const SOON: Duration = Duration::from_millis(2);
/// A good many of its looks.
const A_WHILE: Duration = Duration::from_millis(100);

impl Device {
    /// Whether the issuer was asked for anything since the last time.
    fn has_asked(&self) -> bool {
        self.network.0.swap(0, Ordering::AcqRel) > 0
    }

    /// Ditto, or soon will be.
    fn is_asking(&self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.has_asked() {
                return true;
            }
            std::thread::sleep(SOON);
        }
        false
    }

    /// Whether the issuer is asked for anything in the time in which an app in a hurry looks many times.
    fn asks_in_a_while(&self) -> bool {
        std::thread::sleep(A_WHILE);
        self.has_asked()
    }
}

#[test]
fn all_is_brought_up_to_date_at_the_start_and_then_when_it_is_a_day_old() {
    let device = Device::new().with_somebody();
    let app = device.start();
    let told = app.told();
    let keeping = tauri::async_runtime::spawn(crate::keep_fresh(app.app.handle().clone(), SOON));
    assert!(device.is_asking(), "at the start, however young it is");
    assert!(!device.asks_in_a_while(), "once");
    assert_eq!(*lock(&told), ["enrolling"], "the screens are told");
    device.pass(TimeDelta::days(1) - TimeDelta::seconds(1));
    assert!(!device.asks_in_a_while(), "not yet a day old");
    device.pass(TimeDelta::seconds(1));
    assert!(device.is_asking());
    keeping.abort();
}

#[test]
fn what_is_an_hour_old_is_brought_up_to_date_when_the_app_is_seen_again_or_the_network_is_back() {
    for (command, arguments) in [
        ("page_hidden", json!({"hidden": false})),
        ("look_again", json!({})),
    ] {
        let device = Device::new().with_somebody();
        let app = device.start();
        app.call(command, arguments.clone()).unwrap();
        device.pass(TimeDelta::hours(1) - TimeDelta::seconds(1));
        app.call(command, arguments.clone()).unwrap();
        assert!(!device.has_asked(), "{command}: not yet an hour old");
        device.pass(TimeDelta::seconds(1));
        app.call("page_hidden", json!({"hidden": true})).unwrap();
        assert!(!device.has_asked(), "not when it goes out of sight");
        let told = app.told();
        app.call(command, arguments.clone()).unwrap();
        assert!(device.has_asked(), "{command}");
        assert_eq!(lock(&told).last().unwrap(), "enrolling", "{command}");
        // Refreshed in time to come: this clock is wrong, and the issuer knows the time.
        device.pass(TimeDelta::hours(-3));
        app.call(command, arguments).unwrap();
        assert!(device.has_asked(), "{command}: a clock put back");
    }
}

#[test]
fn what_is_old_is_brought_up_to_date_when_the_window_comes_to_the_front() {
    let device = Device::new().with_somebody();
    let app = device.start();
    device.pass(TimeDelta::hours(1));
    crate::come_and_gone(app.app.handle(), &WindowEvent::Focused(false));
    assert!(!device.asks_in_a_while(), "not when it goes to the back");
    crate::come_and_gone(app.app.handle(), &WindowEvent::Focused(true));
    assert!(device.is_asking());
}

#[test]
fn of_nobody_there_is_nothing_to_bring_up_to_date() {
    let device = Device::new().with_somebody();
    let app = device.start();
    app.call("app_state", json!({})).unwrap();
    assert!(app.core().is_older_than(TimeDelta::zero()));
    assert!(!app.core().is_older_than(TimeDelta::seconds(1)));
    app.call("log_out", json!({})).unwrap();
    assert!(!app.core().is_older_than(TimeDelta::zero()));
}
