//! The checker's challenge, which tells a phone that is here from a picture that is sent.

use county_api::Profile;
use qr_proof::Challenge;
use verifier::{Outcome, Reason, Scan};
use wallet::checking::ScanError;

use crate::support::{Device, Pupil, card, told};

#[tokio::test]
async fn the_holders_next_code_answers_once() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    let (text, svg) = checkpoint.new_challenge().unwrap();
    assert!(svg.starts_with("<svg ") && text.starts_with("SIC1:"));
    let challenge = Challenge::from_text(&text).unwrap();

    // Made before the holder had seen the challenge; made for another checker; the portrait; some other code.
    let relayed = device.county.code(&nora, Profile::Exam, None);
    let others = device.county.code(&nora, Profile::Exam, Some(&[9; 16]));
    for wrong in [&relayed, &others] {
        let verdict = card(checkpoint.scan_answer(wrong));
        assert_eq!(verdict.reasons, [Reason::WrongChallenge]);
    }
    let photo = checkpoint.scan_answer(&device.county.photo_code(&nora));
    assert!(matches!(photo, Ok(Scan::Photo(_))));
    let other = card(checkpoint.scan_answer("https://example.org/"));
    assert_eq!(other.outcome, Outcome::Unreadable);

    device.pass_seconds(15);
    let answer = device
        .county
        .code(&nora, Profile::Exam, Some(challenge.as_bytes()));
    assert_eq!(
        card(checkpoint.scan_answer(&answer)).outcome,
        Outcome::Valid
    );
    let error = checkpoint.scan_answer(&answer).unwrap_err();
    assert!(matches!(error, ScanError::NoChallenge));
    assert_eq!(told(&error), "LB-CHECK-021");
}

#[tokio::test]
async fn a_challenge_is_over_after_five_minutes_or_when_it_is_ended_or_followed_by_another() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    let answer = |text: &str| {
        let challenge = Challenge::from_text(text).unwrap();
        device
            .county
            .code(&nora, Profile::Exam, Some(challenge.as_bytes()))
    };
    let (text, _) = checkpoint.new_challenge().unwrap();
    device.pass_seconds(301);
    assert!(checkpoint.scan_answer(&answer(&text)).is_err());

    let (text, _) = checkpoint.new_challenge().unwrap();
    checkpoint.end_challenge();
    assert!(checkpoint.scan_answer(&answer(&text)).is_err());

    let (first, _) = checkpoint.new_challenge().unwrap();
    let (second, _) = checkpoint.new_challenge().unwrap();
    let verdict = card(checkpoint.scan_answer(&answer(&first)));
    assert_eq!(verdict.reasons, [Reason::WrongChallenge]);
    let verdict = card(checkpoint.scan_answer(&answer(&second)));
    assert_eq!(verdict.outcome, Outcome::Valid);
}

#[tokio::test]
async fn an_answer_to_a_challenge_is_no_ordinary_code() {
    let device = Device::new();
    let nora = Pupil::nora();
    let checkpoint = device.online().await;
    let answer = device.county.code(&nora, Profile::Exam, Some(&[9; 16]));
    let verdict = card(checkpoint.scan(&answer));
    assert_eq!(verdict.reasons, [Reason::WrongChallenge]);
}
