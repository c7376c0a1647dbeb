//! A device whose clock is wrong works all the same, and is warned.

use chrono::TimeDelta;
use county_api::Profile;
use verifier::Outcome;
use wallet::CardState;

use crate::support::{Device, first};

#[tokio::test]
async fn with_a_clock_that_is_hours_or_days_wrong_everything_works_and_a_warning_is_shown() {
    for hours in [-240, -5, 5, 240] {
        let device = Device::new();
        device.clock.set_device_ahead_by(TimeDelta::hours(hours));
        let wallet = device.with_card().await;
        let overview = wallet.overview();
        assert_eq!(overview.clock_warning_seconds, Some(hours * 3600));
        assert_eq!(overview.cards[0].state, CardState::Valid, "{hours} h");
        // The code carries the server's time, so an honest checker takes it.
        let code = wallet.code(&first(&wallet), Profile::Exam).unwrap();
        let mut checker = device.issuer.checker();
        assert_eq!(
            checker.check(&code.text, device.clock.truth()).outcome,
            Outcome::Demo
        );
        wallet.check_validity(&first(&wallet)).await.unwrap();
        device.clock.pass(TimeDelta::hours(1));
        wallet.refresh().await.unwrap();
    }
}

#[tokio::test]
async fn a_clock_that_is_right_is_not_warned_of() {
    let device = Device::new();
    device.clock.set_device_ahead_by(TimeDelta::seconds(20));
    let wallet = device.with_card().await;
    assert_eq!(wallet.overview().clock_warning_seconds, None);
}

#[tokio::test]
async fn setting_the_clock_right_ends_the_warning_without_a_network() {
    let device = Device::new();
    device.clock.set_device_ahead_by(TimeDelta::hours(-3));
    let wallet = device.with_card().await;
    assert!(wallet.overview().clock_warning_seconds.is_some());
    device.network.cut();
    device.clock.set_device_ahead_by(TimeDelta::zero());
    assert_eq!(wallet.overview().clock_warning_seconds, None);
    let code = wallet.code(&first(&wallet), Profile::Exam).unwrap();
    let mut checker = device.issuer.checker();
    assert_eq!(
        checker.check(&code.text, device.clock.truth()).outcome,
        Outcome::Demo
    );
}

#[tokio::test]
async fn a_clock_set_back_is_noticed_without_a_network_and_takes_no_card_away() {
    let device = Device::new();
    drop(device.with_card().await);
    device.network.cut();
    device.clock.set_device_ahead_by(TimeDelta::hours(-2));
    let wallet = device.open();
    let overview = wallet.overview();
    assert_eq!(overview.clock_warning_seconds, Some(-7200));
    assert_eq!(overview.cards[0].state, CardState::Valid);
    wallet.code(&first(&wallet), Profile::Exam).unwrap();
}

#[tokio::test]
async fn a_clock_that_goes_wrong_under_way_is_found_out_and_the_request_repeated() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.set_device_ahead_by(TimeDelta::days(-2));
    wallet.enrolment().await.unwrap();
    assert_eq!(wallet.overview().clock_warning_seconds, Some(-2 * 86_400));
}

#[tokio::test]
async fn an_answer_out_of_a_cache_says_nothing_about_the_clock() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.network.change(|path, answer| {
        if path.starts_with("/status-lists/") {
            answer.headers.retain(|(name, _)| name != "Date");
            answer
                .headers
                .push(("Date".into(), "Sun, 22 Nov 2026 09:45:00 GMT".into()));
            answer.headers.push(("Age".into(), "900".into()));
        }
    });
    wallet.refresh().await.unwrap();
    assert_eq!(wallet.overview().clock_warning_seconds, None);
}
