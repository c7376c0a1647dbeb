use std::sync::Arc;

use county_api::{Enrolment, Profile};
use wallet::{CallError, CardState, IssueError, Problem, TrustError, problem::ProblemKind};

use crate::support::{Device, Envelopes, Fault, first, random};

#[tokio::test]
async fn a_card_is_fetched_checked_stored_and_acknowledged() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let overview = wallet.overview();
    let card = &overview.cards[0];
    assert_eq!(card.claims.family_name, "Østby");
    assert_eq!(card.state, CardState::Valid);
    assert!(card.demo && overview.demo);
    assert_eq!(overview.last_refresh, Some(device.clock.truth()));
    assert_eq!(card.status_known_at, Some(device.clock.truth()));
    // Copies, four codes and the photo.
    assert_eq!(
        device.issuer.with(|inner| inner.notifications.clone()),
        ["credential_accepted"; 6]
    );
    for profile in Profile::ALL {
        assert_eq!(
            wallet.code(&first(&wallet), profile).unwrap().profile,
            profile
        );
    }
    assert!(wallet.photo_code(&first(&wallet)).unwrap().is_some());
}

#[tokio::test]
async fn whatever_does_not_pass_the_checks_is_not_stored() {
    for fault in [
        Fault::StrangerSignsCopies,
        Fault::StrangerSignsToken,
        Fault::CopyForAnotherKey,
        Fault::TokenForAnotherKey,
        Fault::SameCopyTwice,
        Fault::CopiesDiffer,
        Fault::TokenDiffers,
        Fault::OneTokenDiffers,
        Fault::TokenOfAnotherProfile,
        Fault::TokensNameDifferentPortraits,
        Fault::AnotherPortrait,
        Fault::StrangerSignsPhoto,
        Fault::PhotoForAnotherKey,
        Fault::AnotherPhoto,
        Fault::AnotherIssuerInCopy,
        Fault::AnotherIssuerInToken,
        Fault::AnotherType,
        Fault::CopyExpired,
        Fault::TokenExpired,
        Fault::NoHolderKey,
    ] {
        let device = Device::new();
        let wallet = device.logged_in().await;
        device.issuer.fault(fault);
        let error = wallet.fetch_credentials().await.unwrap_err();
        assert!(
            matches!(error, IssueError::Refused(_)),
            "{fault:?}: {error}"
        );
        assert!(wallet.overview().cards.is_empty(), "{fault:?}");
        let told = device.issuer.with(|inner| inner.notifications.clone());
        assert!(!told.is_empty() && told.iter().all(|event| event == "credential_failure"));
        // What is right afterwards is taken.
        device.issuer.no_faults();
        wallet.fetch_credentials().await.unwrap();
        assert_eq!(wallet.overview().cards.len(), 1);
    }
}

#[tokio::test]
async fn a_bad_delivery_leaves_the_card_that_is_there() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let before = wallet.code(&first(&wallet), Profile::Exam).unwrap();
    device.issuer.fault(Fault::StrangerSignsCopies);
    wallet.fetch_credentials().await.unwrap_err();
    device.issuer.no_faults();
    assert_eq!(wallet.overview().cards.len(), 1);
    assert_eq!(
        wallet
            .code(&first(&wallet), Profile::Exam)
            .unwrap()
            .text
            .len(),
        before.text.len()
    );
}

#[tokio::test]
async fn a_trust_list_by_another_key_or_without_us_or_from_yesterday_is_refused() {
    for fault in [Fault::StrangerSignsTrustList, Fault::TrustListWithoutUs] {
        let device = Device::new();
        let wallet = device.logged_in().await;
        device.issuer.fault(fault);
        let error = wallet.fetch_credentials().await.unwrap_err();
        assert!(matches!(error, IssueError::Trust(_)), "{fault:?}");
        assert_eq!(Problem::from(&error).kind, ProblemKind::CountySetting);
        assert!(wallet.overview().cards.is_empty());
    }
    let device = Device::new();
    let wallet = device.logged_in().await;
    let now = device.clock.truth().timestamp();
    device.issuer.with(|inner| inner.trust_ends = Some(now - 1));
    let error = wallet.fetch_credentials().await.unwrap_err();
    assert!(matches!(
        error,
        IssueError::Trust(TrustError::TrustListGarbled | TrustError::TrustListOld)
    ));
}

#[tokio::test]
async fn a_trust_list_never_goes_back_not_even_after_a_restart() {
    let device = Device::new();
    device.issuer.with(|inner| inner.trust_version = 5);
    let wallet = device.with_card().await;
    drop(wallet);
    let wallet = device.open();
    device.issuer.with(|inner| inner.trust_version = 4);
    let error = wallet.fetch_credentials().await.unwrap_err();
    assert!(matches!(error, IssueError::Trust(TrustError::TrustListOld)));
    // Nor after another login.
    wallet.log_out().await.unwrap();
    crate::support::log_in(&wallet, &device.issuer).await;
    wallet.fetch_credentials().await.unwrap_err();
    device.issuer.with(|inner| inner.trust_version = 5);
    wallet.fetch_credentials().await.unwrap();
}

#[tokio::test]
async fn a_person_who_is_not_ready_is_told_why() {
    let device = Device::new();
    device.issuer.propose_photo();
    let wallet = device.logged_in().await;
    let error = wallet.fetch_credentials().await.unwrap_err();
    let IssueError::NotReady(status) = &error else {
        panic!("{error}");
    };
    assert!(matches!(status.state, Enrolment::PhotoToConfirm { .. }));
    assert_eq!(wallet.overview().enrolment.unwrap().status, **status);

    device.issuer.block();
    let error = wallet.fetch_credentials().await.unwrap_err();
    assert_eq!(Problem::from(&error).kind, ProblemKind::Blocked);
}

#[tokio::test]
async fn a_lost_delivery_is_asked_for_again() {
    let device = Device::new();
    let wallet = device.logged_in().await;
    device.network.lose_next_answer_of("/openid4vci/credential");
    wallet.fetch_credentials().await.unwrap_err();
    assert!(wallet.overview().cards.is_empty());
    wallet.fetch_credentials().await.unwrap();
    assert_eq!(wallet.overview().cards.len(), 1);
}

#[tokio::test]
async fn a_photo_token_that_cannot_be_had_costs_nobody_the_card_and_is_asked_for_again() {
    let device = Device::new();
    let wallet = device.logged_in().await;
    device.issuer.fault(Fault::NoPhotoToken);
    wallet.fetch_credentials().await.unwrap();
    wallet.code(&first(&wallet), Profile::Exam).unwrap();
    assert!(wallet.photo_code(&first(&wallet)).unwrap().is_none());
    device.issuer.with(|inner| inner.faults.clear());
    wallet.refresh().await.unwrap();
    assert!(wallet.photo_code(&first(&wallet)).unwrap().is_some());
}

#[tokio::test]
async fn a_card_whose_photo_has_no_small_form_is_a_card_without_a_photo_code() {
    let device = Device::new();
    device.issuer.with(|inner| inner.small = None);
    let wallet = device.with_card().await;
    assert!(wallet.photo_code(&first(&wallet)).unwrap().is_none());
    wallet.code(&first(&wallet), Profile::Exam).unwrap();
}

#[tokio::test]
async fn a_nonce_that_has_gone_stale_is_replaced_once() {
    let device = Device::new();
    let wallet = device.logged_in().await;
    let mut first = true;
    device.network.change(move |path, answer| {
        if path == "/openid4vci/nonce" && std::mem::take(&mut first) {
            answer.body = br#"{"c_nonce":"stale"}"#.to_vec();
        }
    });
    wallet.fetch_credentials().await.unwrap();

    device.network.change(|path, answer| {
        if path == "/openid4vci/nonce" {
            answer.body = br#"{"c_nonce":"stale"}"#.to_vec();
        }
    });
    wallet.fetch_credentials().await.unwrap_err();
}

#[tokio::test]
async fn an_issuer_that_gives_single_credentials_is_enough() {
    let device = Device::new();
    device.issuer.with(|inner| inner.batch = 2);
    device.with_card().await;
}

#[tokio::test]
async fn a_status_list_that_cannot_be_had_does_not_stop_a_first_card() {
    let device = Device::new();
    let wallet = device.logged_in().await;
    device.issuer.fault(Fault::StrangerSignsStatusList);
    wallet.fetch_credentials().await.unwrap();
    let card = &wallet.overview().cards[0];
    assert_eq!((card.state, card.status_known_at), (CardState::Valid, None));
}

#[tokio::test]
async fn a_card_that_arrives_after_a_log_out_is_thrown_away() {
    let device = Device::new();
    let wallet = Arc::new(device.logged_in().await);
    let the_same = wallet.clone();
    device.network.meanwhile("/status-lists/1", move || {
        the_same.log_out_here().unwrap();
    });
    wallet.fetch_credentials().await.unwrap_err();
    let overview = wallet.overview();
    assert!(overview.cards.is_empty() && !overview.logged_in);
}

#[tokio::test]
async fn an_issuer_that_offers_no_second_envelope_or_only_one_way_is_served_too() {
    for envelopes in [Envelopes::None, Envelopes::Requests, Envelopes::Both] {
        let device = Device::new();
        device.issuer.with(|inner| inner.envelopes = envelopes);
        let wallet = device.with_card().await;
        assert_eq!(wallet.overview().cards.len(), 1, "{envelopes:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_plain_or_for_another_key_is_not_taken() {
    for fault in [Fault::PlainAnswer, Fault::AnswerForAnotherKey] {
        let device = Device::new();
        let wallet = device.logged_in().await;
        device.issuer.fault(fault);
        let error = wallet.fetch_credentials().await.unwrap_err();
        assert!(
            matches!(error, IssueError::Call(CallError::Garbled)),
            "{fault:?}: {error}"
        );
        assert!(wallet.overview().cards.is_empty());
    }
}

#[tokio::test]
async fn a_key_that_the_issuer_has_rotated_meanwhile_is_fetched_anew() {
    let device = Device::new();
    let wallet = device.logged_in().await;
    device.issuer.with(|inner| {
        inner.recipient = jose::jwe::RecipientKey::generate(&random()).unwrap();
    });
    wallet.fetch_credentials().await.unwrap();
    assert_eq!(wallet.overview().cards.len(), 1);
}
