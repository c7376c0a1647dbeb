//! What a checker does with no network, and what it says of its age.

use chrono::TimeDelta;
use county_api::Profile;
use verifier::{Outcome, PhotoState, Reason, Scan};
use wallet::{checking::ScanError, problem::ProblemKind};

use crate::support::{Device, Pupil, card, check, outcome, told};

#[tokio::test]
async fn a_checker_that_was_never_online_says_so_and_one_that_was_needs_no_network() {
    let device = Device::new();
    let nora = Pupil::nora();
    device.network.cut();
    let checkpoint = device.start();
    let state = checkpoint.state();
    assert!(!state.ready && state.stale && checkpoint.is_due());
    assert_eq!((state.trust_list_age, state.status_age), (None, None));
    let error = checkpoint.scan("SID1:ABC").unwrap_err();
    assert!(matches!(error, ScanError::NoLists));
    assert_eq!(told(&error), "LB-CHECK-011");
    let failure = checkpoint.update().await.unwrap_err();
    assert_eq!(told(&failure), "LB-NET-201");
    assert_eq!(
        checkpoint.state().last_failure.unwrap().kind,
        ProblemKind::NoNetwork
    );

    device.network.mend();
    checkpoint.update().await.unwrap();
    device.network.cut();
    device.network.asked();
    for checkpoint in [checkpoint, device.start()] {
        let state = checkpoint.state();
        assert!(state.ready && !state.stale);
        assert_eq!(state.last_failure, None);
        let verdict = check(&checkpoint, &device.county, &nora);
        assert_eq!(verdict.outcome, Outcome::Valid);
        assert_eq!(verdict.card.unwrap().full_name.unwrap(), "Nora Østby");
        device.pass_seconds(20);
    }
    assert!(device.network.asked().is_empty());
}

#[tokio::test]
async fn in_flight_mode_for_long_it_says_how_old_its_lists_are_and_that_they_are_too_old() {
    let device = Device::new();
    let nora = Pupil::nora();
    drop(device.online().await);
    device.network.cut();

    device.clock.pass(TimeDelta::hours(23));
    let checkpoint = device.start();
    let state = checkpoint.state();
    assert_eq!(state.status_age, Some(TimeDelta::hours(23)));
    assert!(!state.stale);
    assert_eq!(outcome(&checkpoint, &device.county, &nora), Outcome::Valid);

    device.clock.pass(TimeDelta::hours(2));
    for checkpoint in [checkpoint, device.start()] {
        assert!(checkpoint.state().stale);
        let verdict = check(&checkpoint, &device.county, &nora);
        assert_eq!(verdict.outcome, Outcome::StatusUnknown);
        assert_eq!(verdict.reasons, [Reason::StatusTooOld { seconds: 90_000 }]);
    }

    device.clock.pass(TimeDelta::days(30));
    let checkpoint = device.start();
    let state = checkpoint.state();
    assert!(state.ready && state.stale);
    let verdict = check(&checkpoint, &device.county, &nora);
    assert_eq!(verdict.outcome, Outcome::StatusUnknown);
    assert!(
        verdict
            .reasons
            .iter()
            .any(|reason| matches!(reason, Reason::TrustListExpired { .. }))
    );
}

#[tokio::test]
async fn a_blocked_card_stays_blocked_however_old_the_list_is() {
    let device = Device::new();
    let nora = Pupil::nora();
    device.county.block(&nora);
    drop(device.online().await);
    device.network.cut();
    device.clock.pass(TimeDelta::days(3));
    let verdict = check(&device.start(), &device.county, &nora);
    assert_eq!(verdict.outcome, Outcome::Invalid);
    assert!(verdict.reasons.contains(&Reason::Suspended));
}

#[tokio::test]
async fn codes_are_judged_while_an_update_is_under_way_and_none_is_taken_twice_after_it() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    let text = device.county.code(&nora, Profile::Exam, None);
    let (scanner, scanned) = (checkpoint.clone(), text.clone());
    let mut first = true;
    device.network.during(move |_| {
        let verdict = card(scanner.scan(&scanned));
        let outcome = if first {
            Outcome::Valid
        } else {
            Outcome::Invalid
        };
        assert_eq!(verdict.outcome, outcome);
        first = false;
    });
    checkpoint.update().await.unwrap();
    assert_eq!(
        card(checkpoint.scan(&text)).reasons,
        [Reason::Replayed { seconds_ago: 0 }]
    );
}

#[tokio::test]
async fn an_update_is_due_after_a_quarter_of_an_hour_and_not_again_at_once_when_it_failed() {
    let device = Device::new();
    let checkpoint = device.online().await;
    assert!(!checkpoint.is_due());
    device.pass_seconds(15 * 60);
    assert!(!checkpoint.is_due());
    device.pass_seconds(1);
    assert!(checkpoint.is_due());
    device.network.cut();
    checkpoint.update().await.unwrap_err();
    assert!(!checkpoint.is_due());
    device.pass_seconds(61);
    assert!(checkpoint.is_due());
}

#[tokio::test]
async fn two_who_ask_for_an_update_at_once_get_one() {
    let device = Device::new();
    let checkpoint = device.start();
    let (one, two) = tokio::join!(checkpoint.update(), checkpoint.update());
    one.unwrap();
    two.unwrap();
    let asked = device.network.asked();
    let trust_lists = asked.iter().filter(|url| url.ends_with("/trust-list"));
    assert!(trust_lists.count() <= 2);
    checkpoint.update().await.unwrap();
    assert!(!device.network.asked().is_empty());
}

#[tokio::test]
async fn a_portrait_finds_the_code_that_names_it_and_a_demo_issuer_stays_grey() {
    let device = Device::new();
    let nora = Pupil::nora();
    device.county.turn(|served| served.demo = true);
    let checkpoint = device.online().await;
    let verdict = check(&checkpoint, &device.county, &nora);
    assert_eq!(verdict.outcome, Outcome::Demo);
    assert_eq!(verdict.photo, PhotoState::Available);
    let photo = checkpoint.scan(&device.county.photo_code(&nora)).unwrap();
    let Scan::Photo(photo) = photo else {
        panic!("no photo")
    };
    assert_eq!(photo.outcome, Outcome::Demo);
    assert_eq!(photo.belongs_to_last, Some(true));
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_costs_nothing_but_the_memory() {
    let device = Device::new();
    std::fs::write(device.folder.path().join("checker"), "in the way").unwrap();
    let checkpoint = device.online().await;
    let nora = Pupil::nora();
    assert_eq!(outcome(&checkpoint, &device.county, &nora), Outcome::Valid);
    assert!(!device.start().state().ready);
}
