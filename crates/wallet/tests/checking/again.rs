//! A verdict that still stands when fresh lists come.

use chrono::TimeDelta;
use county_api::Profile;
use verifier::{Outcome, Reason, exam_room::Admission};

use crate::support::{Device, Pupil, card, outcome};

#[tokio::test]
async fn a_scan_makes_an_update_due_soon_and_a_queue_does_not_make_it_due_at_every_scan() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    device.pass_seconds(6);
    assert!(!checkpoint.is_due());
    outcome(&checkpoint, &device.county, &nora);
    assert!(checkpoint.is_due());
    checkpoint.update().await.unwrap();
    assert!(!checkpoint.is_due());
    // The next in the queue, two seconds on: asked for as well, but not at once.
    device.pass_seconds(2);
    outcome(&checkpoint, &device.county, &nora);
    assert!(!checkpoint.is_due());
    device.pass_seconds(4);
    assert!(checkpoint.is_due());
}

#[tokio::test]
async fn fresh_lists_change_a_verdict_that_stands_and_its_having_been_given_is_no_replay() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    let code = device.county.code(&nora, Profile::Exam, None);
    assert_eq!(card(checkpoint.scan(&code)).outcome, Outcome::Valid);
    let again = || card(checkpoint.scan_again(&code).ok_or("nothing to judge again"));
    device.pass_seconds(5);
    assert_eq!(again().outcome, Outcome::Valid);
    device.county.block(&nora);
    checkpoint.update().await.unwrap();
    assert_eq!(again().reasons, [Reason::Suspended]);
    assert_eq!(again().reasons, [Reason::Suspended]);
    device.county.unblock(&nora);
    device.pass_seconds(90);
    checkpoint.update().await.unwrap();
    // As of when it was scanned: the code has not grown old on the screen.
    assert_eq!(again().outcome, Outcome::Valid);
    assert_eq!(again().status_age_seconds, Some(0));
}

#[tokio::test]
async fn the_same_code_shown_twice_is_a_replay_also_after_its_verdict_was_given_again() {
    let device = Device::new();
    let checkpoint = device.online().await;
    let code = device.county.code(&Pupil::nora(), Profile::Exam, None);
    checkpoint.scan(&code).unwrap();
    checkpoint.scan_again(&code).unwrap();
    device.pass_seconds(8);
    let replayed = [Reason::Replayed { seconds_ago: 8 }];
    assert_eq!(card(checkpoint.scan(&code)).reasons, replayed);
    let again = card(checkpoint.scan_again(&code).ok_or("nothing to judge again"));
    assert_eq!(again.reasons, replayed);
}

#[tokio::test]
async fn only_the_newest_scan_is_judged_again_and_not_for_ever() {
    let device = Device::new();
    let (nora, emil) = (Pupil::nora(), Pupil::new(43, "Emil Åsen"));
    let checkpoint = device.online().await;
    let first = device.county.code(&nora, Profile::Exam, None);
    let second = device.county.code(&emil, Profile::Exam, None);
    checkpoint.scan(&first).unwrap();
    checkpoint.scan(&second).unwrap();
    assert!(checkpoint.scan_again(&first).is_none());
    assert!(checkpoint.scan_again(&second).is_some());
    checkpoint.tidy();
    assert!(checkpoint.scan_again(&second).is_some());
    device.pass_seconds(301);
    checkpoint.tidy();
    assert!(checkpoint.scan_again(&second).is_none());
}

#[tokio::test]
async fn an_answer_to_a_challenge_is_still_one_when_it_is_judged_again() {
    let device = Device::new();
    let checkpoint = device.online().await;
    let (challenge, _) = checkpoint.new_challenge().unwrap();
    let challenge = qr_proof::Challenge::from_text(&challenge).unwrap();
    let nora = Pupil::nora();
    let code = device
        .county
        .code(&nora, Profile::Exam, Some(challenge.as_bytes()));
    assert_eq!(card(checkpoint.scan_answer(&code)).outcome, Outcome::Valid);
    let again = card(checkpoint.scan_again(&code).ok_or("nothing to judge again"));
    assert_eq!(again.outcome, Outcome::Valid);
}

#[tokio::test]
async fn what_a_wrong_clock_said_is_put_right_when_the_time_is_known() {
    let device = Device::new();
    let nora = Pupil::nora();
    drop(device.online().await);
    device.clock.set_device_ahead_by(TimeDelta::hours(2));
    let checkpoint = device.start();
    let code = device.county.code(&nora, Profile::Exam, None);
    let first = card(checkpoint.scan(&code));
    assert_eq!(first.reasons, [Reason::CodeTooOld { seconds: 7_200 }]);
    device.pass_seconds(3);
    checkpoint.update().await.unwrap();
    let again = card(checkpoint.scan_again(&code).ok_or("nothing to judge again"));
    assert_eq!(again.outcome, Outcome::Valid);
}

#[tokio::test]
async fn whom_the_door_let_in_by_old_lists_is_not_registered_once_fresh_ones_say_otherwise() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    let rooms = device.exam_rooms(&checkpoint);
    let signed = device.county.signed_roster(&[(&nora, "A203")]);
    let id = rooms.open(&signed).unwrap().id;
    let code = device.county.code(&nora, Profile::Exam, None);
    let admitted = rooms.admit(&id, &code).unwrap();
    assert_eq!(admitted.admission, Admission::Present(0));
    let came = admitted.room.room.attendance(0).cloned();

    device.pass_seconds(70);
    let again = rooms.admit_again(&id, &code).unwrap().unwrap();
    assert_eq!(again.admission, Admission::Present(0));
    assert_eq!(again.room.room.attendance(0).cloned(), came);

    device.county.block(&nora);
    checkpoint.update().await.unwrap();
    let again = rooms.admit_again(&id, &code).unwrap().unwrap();
    assert_eq!(again.admission, Admission::NotAdmitted(Some(0)));
    assert_eq!(again.verdict.reasons, [Reason::Suspended]);
    assert_eq!(rooms.all().unwrap()[0].room.counts().present, 0);

    // What the invigilator decides stands, whatever the lists say next.
    rooms.admit_by_hand(&id, 0).unwrap();
    assert!(rooms.admit_again(&id, &code).unwrap().is_none());
    assert_eq!(rooms.all().unwrap()[0].room.counts().present, 1);
}

#[tokio::test]
async fn an_admission_taken_back_stays_so_when_fresh_lists_come() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    let rooms = device.exam_rooms(&checkpoint);
    let signed = device.county.signed_roster(&[(&nora, "A203")]);
    let id = rooms.open(&signed).unwrap().id;
    let code = device.county.code(&nora, Profile::Exam, None);
    rooms.admit(&id, &code).unwrap();
    rooms.undo(&id, 0).unwrap();
    checkpoint.update().await.unwrap();
    assert!(rooms.admit_again(&id, &code).unwrap().is_none());
    assert!(rooms.admit_again("elsewhere", &code).unwrap().is_none());
    assert_eq!(rooms.all().unwrap()[0].room.counts().present, 0);
}
