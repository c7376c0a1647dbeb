//! A checker whose clock is wrong is told, and does not misjudge.

use chrono::TimeDelta;
use verifier::{Outcome, Reason};

use crate::support::{Device, Pupil, check, outcome};

#[tokio::test]
async fn with_a_clock_that_is_hours_or_days_wrong_honest_codes_are_good_once_it_was_online() {
    for hours in [-240, -2, 2, 240] {
        let device = Device::new();
        let nora = Pupil::nora();
        device.clock.set_device_ahead_by(TimeDelta::hours(hours));
        let checkpoint = device.online().await;
        device.network.cut();
        device.pass_seconds(600);
        assert_eq!(
            outcome(&checkpoint, &device.county, &nora),
            Outcome::Valid,
            "{hours} h"
        );
        let state = checkpoint.state();
        assert_eq!(state.clock_off_seconds, Some(hours * 3600));
        assert_eq!(state.status_age, Some(TimeDelta::seconds(600)));
        assert!(!state.stale);
    }
}

#[tokio::test]
async fn a_clock_that_is_nearly_right_is_not_mentioned() {
    for seconds in [-30, 0, 30] {
        let device = Device::new();
        device
            .clock
            .set_device_ahead_by(TimeDelta::seconds(seconds));
        let checkpoint = device.online().await;
        assert_eq!(checkpoint.state().clock_off_seconds, None);
        let nora = Pupil::nora();
        assert_eq!(outcome(&checkpoint, &device.county, &nora), Outcome::Valid);
    }
}

#[tokio::test]
async fn an_old_code_is_old_also_by_a_clock_that_was_set_back_to_suit_it() {
    let device = Device::new();
    let nora = Pupil::nora();
    let screenshot = device.county.code(&nora, county_api::Profile::Exam, None);
    device.pass_seconds(600);
    device.clock.set_device_ahead_by(TimeDelta::seconds(-600));
    let checkpoint = device.online().await;
    let verdict = crate::support::card(checkpoint.scan(&screenshot));
    assert_eq!(verdict.reasons, [Reason::CodeTooOld { seconds: 600 }]);
}

#[tokio::test]
async fn a_clock_far_behind_in_flight_mode_is_told_and_costs_no_list() {
    let device = Device::new();
    let nora = Pupil::nora();
    drop(device.online().await);
    device.network.cut();
    device.clock.set_device_ahead_by(TimeDelta::days(-3));
    device.pass_seconds(3_600);
    let checkpoint = device.start();
    let state = checkpoint.state();
    assert!(state.ready);
    assert_eq!(state.clock_off_seconds, Some(-3 * 86_400 + 3_600));
    // Not "not yet valid" nor "unknown": the two clocks differ, that is all that can be said.
    let verdict = check(&checkpoint, &device.county, &nora);
    assert!(
        matches!(verdict.reasons[..], [Reason::ClockDiffers { .. }]),
        "{verdict:?}"
    );

    device.clock.set_device_ahead_by(TimeDelta::zero());
    assert_eq!(checkpoint.state().clock_off_seconds, None);
    assert_eq!(outcome(&checkpoint, &device.county, &nora), Outcome::Valid);
}

#[tokio::test]
async fn a_clock_far_ahead_in_flight_mode_costs_no_list_either() {
    let device = Device::new();
    let nora = Pupil::nora();
    drop(device.online().await);
    device.network.cut();
    device.clock.set_device_ahead_by(TimeDelta::days(2000));
    let checkpoint = device.start();
    assert!(checkpoint.state().stale);
    assert_ne!(outcome(&checkpoint, &device.county, &nora), Outcome::Valid);
    device.clock.set_device_ahead_by(TimeDelta::zero());
    device.pass_seconds(60);
    for checkpoint in [checkpoint, device.start()] {
        assert!(!checkpoint.state().stale);
        assert_eq!(outcome(&checkpoint, &device.county, &nora), Outcome::Valid);
        device.pass_seconds(60);
    }
}
