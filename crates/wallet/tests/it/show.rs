//! What works with the network cut.

use chrono::TimeDelta;
use county_api::Profile;
use ring::rand::SystemRandom;
use sd_jwt::KeyBindingPolicy;
use verifier::{Outcome, PhotoState};
use wallet::{CardState, Challenge, PresentError, ProveError};

use crate::support::{Device, ISSUER, first};

#[tokio::test]
async fn the_card_and_its_code_need_no_network_and_another_library_reads_the_picture() {
    let device = Device::new();
    let wallet = device.with_card().await;
    drop(wallet);
    device.network.cut();
    device.network.asked();

    let wallet = device.open();
    assert_eq!(wallet.overview().cards[0].claims.given_name, "Nora");
    let mut checker = device.issuer.checker();
    for profile in Profile::ALL {
        let code = wallet.code(&first(&wallet), profile).unwrap();
        let read = verifier::picture::read_code(&code.png(4).unwrap()).unwrap();
        assert_eq!(read, code.text);
        assert!(code.text.len() <= 700, "{}", code.text.len());
        assert!(code.svg.starts_with("<svg "));

        let verdict = checker.check(&read, device.clock.truth() + TimeDelta::seconds(5));
        assert_eq!(verdict.outcome, Outcome::Demo, "{verdict:?}");
        let card = verdict.card.unwrap();
        assert_eq!(card.profile, profile);
        let full = matches!(profile, Profile::Exam | Profile::Travel);
        assert_eq!(card.full_name.as_deref(), full.then_some("Nora Østby"));
    }
    assert!(device.network.asked().is_empty());
}

#[tokio::test]
async fn a_code_is_a_link_as_well_which_says_the_same() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let code = wallet.code(&first(&wallet), Profile::Travel).unwrap();
    let link = code.link_text.unwrap();
    let page = format!("{}/KONTROLL#", ISSUER.to_uppercase());
    assert!(link.starts_with(&page), "{link}");
    assert!(code.link_svg.unwrap().starts_with("<svg "));
    let mut checker = device.issuer.checker();
    let verdict = checker.check(&link, device.clock.truth());
    assert_eq!(verdict.outcome, Outcome::Demo, "{verdict:?}");
    assert_eq!(verdict.card.unwrap().profile, Profile::Travel);
    // One and the same code: whoever scans both forms has scanned it twice.
    let again = checker.check(&code.text, device.clock.truth());
    assert_eq!(again.outcome, Outcome::Invalid);
}

#[tokio::test]
async fn the_photo_code_stands_still_and_belongs_to_the_exam_and_travel_codes_alone() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.network.cut();
    let photo = wallet.photo_code(&first(&wallet)).unwrap().unwrap();
    assert!(photo.svg.starts_with("<svg ") && photo.text.starts_with("SIP1:"));
    assert!(photo.text.len() <= 1500, "{}", photo.text.len());
    device.clock.pass(TimeDelta::seconds(20));
    assert_eq!(
        wallet.photo_code(&first(&wallet)).unwrap().unwrap().text,
        photo.text
    );
    for profile in Profile::ALL {
        let mut checker = device.issuer.checker();
        let now = device.clock.truth();
        let code = wallet.code(&first(&wallet), profile).unwrap().text;
        let named = checker.check(&code, now).photo;
        let shown = checker.check_photo(&photo.text, now);
        if matches!(profile, Profile::Exam | Profile::Travel) {
            assert_eq!(named, PhotoState::Available, "{profile:?}");
            assert_eq!(shown.belongs_to_last, Some(true), "{profile:?}");
            assert_eq!(shown.outcome, Outcome::Demo, "{:?}", shown.reasons);
        } else {
            assert_eq!(named, PhotoState::None, "{profile:?}");
            assert_eq!(shown.belongs_to_last, Some(false), "{profile:?}");
        }
    }
    device.clock.pass(TimeDelta::days(7));
    assert!(matches!(
        wallet.photo_code(&first(&wallet)),
        Err(ProveError::Expired)
    ));
}

#[tokio::test]
async fn two_checkers_cannot_tell_from_codes_for_different_purposes_that_they_saw_one_person() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let mut seen = std::collections::HashSet::new();
    for profile in Profile::ALL {
        let code = wallet.code(&first(&wallet), profile).unwrap();
        let read = qr_proof::decode(&code.text).unwrap();
        let claims = read.claims();
        assert!(seen.insert(claims.holder.thumbprint()), "one key twice");
        let status = claims.status.clone().unwrap();
        assert!(seen.insert(status.idx.to_string()), "one index twice");
    }
}

#[tokio::test]
async fn every_code_is_another_and_a_screenshot_goes_stale() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let card = first(&wallet);
    let first = wallet.code(&card, Profile::Exam).unwrap();
    device.clock.pass(TimeDelta::seconds(15));
    let second = wallet.code(&card, Profile::Exam).unwrap();
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
    let random = SystemRandom::new();
    let ours = Challenge::new(&random).unwrap();
    let anothers = Challenge::new(&random).unwrap();
    // What the phone scanned.
    let scanned = Challenge::from_text(&ours.to_text()).unwrap();
    let answer = wallet
        .code_for(&first(&wallet), Profile::Exam, Some(scanned.as_bytes()))
        .unwrap();
    let outcome = |checker: &mut verifier::Checker, challenge: Challenge| {
        let challenge = challenge.as_bytes();
        checker.check_answer(&answer.text, challenge, now).outcome
    };
    assert_eq!(outcome(&mut checker, anothers), Outcome::Invalid);
    assert_eq!(outcome(&mut checker, ours), Outcome::Demo);
    assert!(matches!(
        wallet.code_for(&first(&wallet), Profile::Exam, Some(b"short")),
        Err(ProveError::Proof)
    ));
}

#[tokio::test]
async fn an_expired_card_shows_no_code_but_is_still_looked_at() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::days(6));
    assert_eq!(wallet.overview().cards[0].state, CardState::ExpiresSoon);
    wallet.code(&first(&wallet), Profile::Exam).unwrap();
    device.clock.pass(TimeDelta::days(1));
    let card = &wallet.overview().cards[0];
    assert_eq!(card.state, CardState::Expired);
    assert!(card.renewable);
    assert!(matches!(
        wallet.code(&first(&wallet), Profile::Exam),
        Err(ProveError::Expired)
    ));
    wallet.refresh().await.unwrap();
    wallet.code(&first(&wallet), Profile::Exam).unwrap();
}

#[tokio::test]
async fn a_presentation_discloses_what_is_asked_and_each_checker_gets_a_copy_of_their_own() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.network.cut();
    let now = device.clock.truth().timestamp();
    let mut holders = Vec::new();
    for checker in ["https://kino.example", "https://buss.example"] {
        let shown = wallet
            .present(&first(&wallet), &["age_over_16"], checker, "n-1")
            .unwrap();
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
        .present(
            &first(&wallet),
            &["age_over_18"],
            "https://bibliotek.example",
            "n",
        )
        .unwrap();
    let policy = KeyBindingPolicy::NotRequired;
    let read = sd_jwt::vc::verify(&third, &device.issuer.public_key(), now, &policy).unwrap();
    assert!(!holders.contains(&read.holder.unwrap().thumbprint()));
    assert!(matches!(
        wallet.present(
            &first(&wallet),
            &["fodselsnummer"],
            "https://kino.example",
            "n"
        ),
        Err(PresentError::UnknownClaim)
    ));
}

#[tokio::test]
async fn nothing_secret_or_personal_is_in_what_debug_shows() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let code = wallet.code(&first(&wallet), Profile::Exam).unwrap();
    let photo = wallet.photo_code(&first(&wallet)).unwrap().unwrap();
    let shown = format!("{wallet:?} {code:?} {photo:?}");
    assert!(!shown.contains("Nora") && !shown.contains(&code.text));
    assert!(!shown.contains(&photo.text));
}
