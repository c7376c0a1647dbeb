use chrono::TimeDelta;
use county_api::{Enrolment, Profile};
use status_list::Status;
use verifier::{Outcome, PhotoState};
use wallet::{CardState, Problem, RefreshError, problem::ProblemKind};

use crate::support::{Device, Fault, first, log_in, webp};

fn days(count: i64) -> TimeDelta {
    TimeDelta::days(count)
}

#[tokio::test]
async fn a_refresh_makes_the_card_young_again() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(days(3));
    assert_eq!(wallet.overview().cards[0].state, CardState::NeedsRefresh);
    wallet.refresh().await.unwrap();
    let overview = wallet.overview();
    assert_eq!(overview.cards[0].state, CardState::Valid);
    assert_eq!(overview.last_refresh, Some(device.clock.truth()));
}

#[tokio::test]
async fn a_young_card_is_confirmed_without_new_credentials() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(days(1));
    device.network.asked();
    wallet.refresh().await.unwrap();
    let asked = device.network.asked();
    assert!(asked.contains(&"/status-lists/1".to_owned()));
    assert!(!asked.contains(&"/openid4vci/credential".to_owned()));
}

#[tokio::test]
async fn at_half_their_time_only_the_tokens_behind_the_codes_are_renewed() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let before = wallet.overview().cards[0].expires_at;
    device.clock.pass(days(4));
    device.network.asked();
    wallet.refresh().await.unwrap();
    let asked = device.network.asked();
    let deliveries = asked
        .iter()
        .filter(|path| *path == "/openid4vci/credential")
        .count();
    // Four codes and the photo.
    assert_eq!(deliveries, 5);
    let card = &wallet.overview().cards[0];
    assert_eq!(card.expires_at, before + days(4));
    let mut checker = device.issuer.checker();
    let code = wallet.code(&first(&wallet), Profile::Exam).unwrap();
    let verdict = checker.check(&code.text, device.clock.truth());
    assert_eq!(verdict.outcome, Outcome::Demo, "{verdict:?}");
}

#[tokio::test]
async fn a_refresh_that_fails_changes_nothing_but_the_age() {
    type Break = fn(&Device);
    let breaks: [(&str, Break); 8] = [
        ("cut", |device| device.network.cut()),
        ("down", |device| {
            device.issuer.with(|inner| inner.down = true)
        }),
        ("garbage", |device| {
            device
                .network
                .change(|_, answer| answer.body = b"\0".to_vec());
        }),
        ("trust list", |device| {
            device.issuer.fault(Fault::StrangerSignsTrustList);
        }),
        ("status list signature", |device| {
            device.issuer.fault(Fault::StrangerSignsStatusList);
        }),
        ("status list length", |device| {
            device.issuer.fault(Fault::StatusListTooShort);
        }),
        ("credentials", |device| {
            device.issuer.fault(Fault::StrangerSignsToken);
        }),
        ("tokens lost", |device| {
            device.network.lose_next_answer_of("/oauth/token");
        }),
    ];
    for (name, break_it) in breaks {
        let device = Device::new();
        let wallet = device.with_card().await;
        device.clock.pass(days(4));
        // There would be something new to see.
        device.issuer.with(|inner| inner.trust_version = 9);
        let before = wallet.overview();
        break_it(&device);
        wallet.refresh().await.unwrap_err();
        let after = wallet.overview();
        assert_eq!(after.cards[0].claims, before.cards[0].claims, "{name}");
        assert_eq!(after.cards[0].state, before.cards[0].state, "{name}");
        assert_eq!(after.cards[0].expires_at, before.cards[0].expires_at);
        assert_eq!(after.last_refresh, before.last_refresh, "{name}");
        assert_eq!(after.enrolment, before.enrolment, "{name}");
        assert!(after.logged_in && !after.signed_out, "{name}");
        let failure = after.last_failure.unwrap();
        assert_eq!(failure.at, device.clock.truth());
        wallet.code(&first(&wallet), Profile::Exam).unwrap();

        // And when it is well again, so is the wallet.
        device.network.mend();
        device.issuer.no_faults();
        device.issuer.with(|inner| inner.down = false);
        wallet.refresh().await.unwrap();
        let healed = wallet.overview();
        assert!(healed.last_failure.is_none(), "{name}");
        assert_eq!(healed.last_refresh, Some(device.clock.truth()));
    }
}

#[tokio::test]
async fn a_lost_answer_with_new_tokens_leaves_a_working_wallet_even_over_a_restart() {
    let device = Device::new();
    let wallet = device.with_card().await;
    for _ in 0..3 {
        device.clock.pass(TimeDelta::hours(1));
        device.network.lose_next_answer_of("/oauth/token");
        wallet.refresh().await.unwrap_err();
        wallet.refresh().await.unwrap();
    }
    device.clock.pass(TimeDelta::hours(1));
    device.network.lose_next_answer_of("/oauth/token");
    wallet.refresh().await.unwrap_err();
    drop(wallet);
    let wallet = device.open();
    wallet.refresh().await.unwrap();
    assert!(!wallet.overview().signed_out);
}

#[tokio::test]
async fn new_tokens_that_cannot_be_stored_are_not_used() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::hours(1));
    // A folder in the way of the temporary file: nothing can be written.
    let in_the_way = device.folder.path().join("wallet.sealed.new");
    std::fs::create_dir(&in_the_way).unwrap();
    device.network.asked();
    let error = wallet.refresh().await.unwrap_err();
    assert_eq!(Problem::from(&error).support_code, "LB-STORE-705");
    // The token endpoint was asked, and nothing after it.
    assert_eq!(device.network.asked().last().unwrap(), "/oauth/token");
    std::fs::remove_dir(&in_the_way).unwrap();
    wallet.refresh().await.unwrap();
}

#[tokio::test]
async fn an_ended_session_keeps_the_card_and_says_so() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::hours(1));
    device.issuer.with(|inner| inner.sessions_ended = true);
    let error = wallet.refresh().await.unwrap_err();
    assert!(matches!(error, RefreshError::SignedOut));
    let overview = wallet.overview();
    assert!(overview.signed_out && !overview.logged_in);
    assert_eq!(overview.cards[0].state, CardState::Valid);
    assert_eq!(
        overview.last_failure.unwrap().problem.kind,
        ProblemKind::SignedOutByIssuer
    );
    wallet.code(&first(&wallet), Profile::Exam).unwrap();
    drop(wallet);

    let wallet = device.open();
    assert!(wallet.overview().signed_out);
    device.network.asked();
    wallet.refresh().await.unwrap_err();
    assert!(device.network.asked().is_empty(), "it asks no more");
    log_in(&wallet, &device.issuer).await;
    let overview = wallet.overview();
    assert!(overview.logged_in && !overview.signed_out);
    assert_eq!(overview.cards.len(), 1, "the old card is there meanwhile");
    wallet.refresh().await.unwrap();
}

#[tokio::test]
async fn an_access_token_that_is_refused_is_renewed_once() {
    let device = Device::new();
    let wallet = device.with_card().await;
    // The issuer forgets the token early; the wallet believes that it is good for another four minutes.
    device.clock.pass(TimeDelta::seconds(60));
    let mut refused = false;
    device.network.change(move |path, answer| {
        if path == "/wallet/enrolment" && !std::mem::replace(&mut refused, true) {
            answer.status = 401;
            answer.body = br#"{"error":"invalid_token"}"#.to_vec();
        }
    });
    wallet.refresh().await.unwrap();
}

#[tokio::test]
async fn suspension_and_its_end_come_with_the_refresh() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.issuer.block();
    device.clock.pass(TimeDelta::hours(1));
    wallet.refresh().await.unwrap();
    let overview = wallet.overview();
    assert_eq!(overview.cards[0].state, CardState::Suspended);
    assert!(matches!(
        overview.enrolment.unwrap().status.state,
        Enrolment::Blocked { .. }
    ));

    device.clock.pass(TimeDelta::hours(1));
    device.issuer.with(|inner| inner.statuses.clear());
    wallet.refresh().await.unwrap();
    assert_eq!(wallet.overview().cards[0].state, CardState::Valid);
}

#[tokio::test]
async fn a_status_list_that_went_with_its_expired_credentials_does_not_stop_a_refresh() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(days(60));
    device.network.change(|path, answer| {
        if path.starts_with("/status-lists/") {
            answer.status = 404;
        }
    });
    wallet.refresh().await.unwrap();
    assert_eq!(wallet.overview().cards[0].state, CardState::Valid);
}

#[tokio::test]
async fn a_withdrawn_card_is_revoked_for_good() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.issuer.block();
    device.issuer.with(|inner| {
        for status in inner.statuses.values_mut() {
            *status = Status::Invalid;
        }
    });
    device.clock.pass(TimeDelta::hours(1));
    wallet.refresh().await.unwrap();
    assert_eq!(wallet.overview().cards[0].state, CardState::Revoked);
}

#[tokio::test]
async fn an_older_status_list_does_not_lift_a_suspension() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::hours(2));
    device.issuer.block();
    wallet.refresh().await.unwrap();
    device.clock.pass(TimeDelta::minutes(1));
    // Somebody hands out the list from before.
    device.issuer.with(|inner| inner.statuses.clear());
    device.issuer.fault(Fault::OldStatusList);
    wallet.refresh().await.unwrap();
    assert_eq!(wallet.overview().cards[0].state, CardState::Suspended);
}

#[tokio::test]
async fn changed_data_comes_as_a_whole_new_card() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::hours(1));
    device.issuer.change_class("2STB");
    wallet.refresh().await.unwrap();
    let card = &wallet.overview().cards[0];
    assert_eq!(card.claims.class.as_deref(), Some("2STB"));
    assert_eq!(card.state, CardState::Valid);
    let mut checker = device.issuer.checker();
    let verdict = checker.check(
        &wallet.code(&first(&wallet), Profile::Exam).unwrap().text,
        device.clock.truth(),
    );
    assert_eq!(verdict.card.unwrap().class.as_deref(), Some("2STB"));
}

#[tokio::test]
async fn a_token_that_says_something_new_brings_new_copies_with_it() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(days(4));
    // Nothing was withdrawn, but the class has changed.
    device
        .issuer
        .with(|inner| inner.claims.class = Some("2STC".into()));
    wallet.refresh().await.unwrap();
    let card = &wallet.overview().cards[0];
    assert_eq!(card.claims.class.as_deref(), Some("2STC"));
}

#[tokio::test]
async fn a_new_small_portrait_comes_with_new_codes_that_name_it() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let before = wallet.photo_code(&first(&wallet)).unwrap().unwrap().text;
    device.clock.pass(days(4));
    device.issuer.with(|inner| inner.small = Some(webp(9)));
    wallet.refresh().await.unwrap();
    let photo = wallet.photo_code(&first(&wallet)).unwrap().unwrap().text;
    assert_ne!(photo, before);
    let mut checker = device.issuer.checker();
    let now = device.clock.truth();
    let code = wallet.code(&first(&wallet), Profile::Travel).unwrap();
    assert_eq!(checker.check(&code.text, now).photo, PhotoState::Available);
    assert_eq!(checker.check_photo(&photo, now).belongs_to_last, Some(true));
}

#[tokio::test]
async fn a_refresh_fetches_the_first_card_when_the_person_has_become_ready() {
    let device = Device::new();
    device.issuer.propose_photo();
    let wallet = device.logged_in().await;
    wallet.refresh().await.unwrap();
    assert!(wallet.overview().cards.is_empty());
    let photo = wallet.proposed_photo().await.unwrap();
    wallet
        .confirm_photo(&county_api::photo_sha256(&photo))
        .await
        .unwrap();
    wallet.refresh().await.unwrap();
    assert_eq!(wallet.overview().cards.len(), 1);
}

#[tokio::test]
async fn two_refreshes_at_once_are_one() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::hours(1));
    device.network.asked();
    let (one, two) = futures::join!(wallet.refresh(), wallet.refresh());
    one.unwrap();
    two.unwrap();
    let tokens = device
        .network
        .asked()
        .iter()
        .filter(|path| *path == "/oauth/token")
        .count();
    assert_eq!(tokens, 1);
}

#[tokio::test]
async fn many_actions_at_once_use_a_refresh_token_once() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::hours(1));
    device.network.asked();
    let card = first(&wallet);
    let (a, b, c) = futures::join!(
        wallet.enrolment(),
        wallet.check_validity(&card),
        wallet.refresh()
    );
    a.unwrap();
    b.unwrap();
    c.unwrap();
    let asked = device.network.asked();
    let tokens = asked.iter().filter(|path| *path == "/oauth/token").count();
    assert_eq!(tokens, 1);
}
