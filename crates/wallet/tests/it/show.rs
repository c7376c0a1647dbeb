//! What works with the network cut.

use chrono::TimeDelta;
use sd_jwt::KeyBindingPolicy;
use verifier::Outcome;
use wallet::{CardState, PresentError, ProveError};

use crate::support::Device;

#[tokio::test]
async fn the_card_and_its_code_need_no_network_and_another_library_reads_the_picture() {
    let device = Device::new();
    let wallet = device.with_card().await;
    drop(wallet);
    device.network.cut();
    device.network.asked();

    let wallet = device.open();
    assert_eq!(wallet.overview().cards[0].claims.given_name, "Nora");
    let code = wallet.code().unwrap();
    let read = verifier::picture::read_code(&code.png(4).unwrap()).unwrap();
    assert_eq!(read, code.text);
    assert!(code.text.len() <= 1500, "{}", code.text.len());
    assert!(code.svg.starts_with("<svg "));

    let mut checker = device.issuer.checker();
    let verdict = checker.check(&read, device.clock.truth() + TimeDelta::seconds(5));
    assert_eq!(verdict.outcome, Outcome::Demo, "{verdict:?}");
    assert_eq!(verdict.card.unwrap().full_name, "Nora Østby");
    assert!(device.network.asked().is_empty());
}

#[tokio::test]
async fn every_code_is_another_and_a_screenshot_goes_stale() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let first = wallet.code().unwrap();
    device.clock.pass(TimeDelta::seconds(15));
    let second = wallet.code().unwrap();
    assert_ne!(first.text, second.text);
    assert_eq!(second.created_at - first.created_at, TimeDelta::seconds(15));

    device.clock.pass(TimeDelta::seconds(31));
    let mut checker = device.issuer.checker();
    let now = device.clock.truth();
    assert_eq!(checker.check(&first.text, now).outcome, Outcome::Invalid);
    assert_eq!(checker.check(&second.text, now).outcome, Outcome::Demo);
}

#[tokio::test]
async fn a_checkers_challenge_is_answered() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let mut checker = device.issuer.checker();
    let now = device.clock.truth();
    let answer = wallet.code_for(Some(b"challenge-1")).unwrap();
    let outcome = |checker: &mut verifier::Checker, challenge| {
        checker.check_answer(&answer.text, challenge, now).outcome
    };
    assert_eq!(outcome(&mut checker, b"challenge-2"), Outcome::Invalid);
    assert_eq!(outcome(&mut checker, b"challenge-1"), Outcome::Demo);
    assert!(matches!(
        wallet.code_for(Some(b"short")),
        Err(ProveError::Proof)
    ));
}

#[tokio::test]
async fn an_expired_card_shows_no_code_but_is_still_looked_at() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::days(6));
    assert_eq!(wallet.overview().cards[0].state, CardState::ExpiresSoon);
    wallet.code().unwrap();
    device.clock.pass(TimeDelta::days(1));
    let card = &wallet.overview().cards[0];
    assert_eq!(card.state, CardState::Expired);
    assert!(card.renewable);
    assert!(matches!(wallet.code(), Err(ProveError::Expired)));
    wallet.refresh().await.unwrap();
    wallet.code().unwrap();
}

#[tokio::test]
async fn a_presentation_discloses_what_is_asked_and_each_checker_gets_a_copy_of_their_own() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.network.cut();
    let now = device.clock.truth().timestamp();
    let mut holders = Vec::new();
    for checker in ["https://kino.example", "https://buss.example"] {
        let shown = wallet.present(&["age_over_16"], checker, "n-1").unwrap();
        let policy = KeyBindingPolicy::Required {
            audience: checker,
            nonce: "n-1",
            now,
            max_age: 60,
        };
        let read = sd_jwt::vc::verify(&shown, &device.issuer.public_key(), now, &policy).unwrap();
        assert_eq!(read.claims.len(), 1);
        assert_eq!(read.claims["age_over_16"], true);
        holders.push(read.holder.unwrap().thumbprint());
    }
    assert_ne!(holders[0], holders[1]);

    // That a copy was used is remembered.
    drop(wallet);
    let wallet = device.open();
    let third = wallet
        .present(&["age_over_18"], "https://bibliotek.example", "n")
        .unwrap();
    let policy = KeyBindingPolicy::NotRequired;
    let read = sd_jwt::vc::verify(&third, &device.issuer.public_key(), now, &policy).unwrap();
    assert!(!holders.contains(&read.holder.unwrap().thumbprint()));
    assert!(matches!(
        wallet.present(&["fodselsnummer"], "https://kino.example", "n"),
        Err(PresentError::UnknownClaim)
    ));
}

#[tokio::test]
async fn nothing_secret_or_personal_is_in_what_debug_shows() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let code = wallet.code().unwrap();
    let shown = format!("{wallet:?} {code:?}");
    assert!(!shown.contains("Nora") && !shown.contains(&code.text));
}
