//! The person's own: history, what is stored, taking a card off, logging out without a network.

use std::{fs, sync::Arc};

use county_api::Profile;
use wallet::platform::SecretStore as _;
use wallet::{CardState, HistoryEvent, ProveError, Wallet};

use crate::support::{Device, first, log_in};

fn events(wallet: &Wallet) -> Vec<HistoryEvent> {
    wallet
        .history()
        .into_iter()
        .map(|entry| entry.event)
        .collect()
}

fn shown(profile: Profile) -> HistoryEvent {
    HistoryEvent::CodeShown { profile }
}

#[tokio::test]
async fn the_history_is_kept_sealed_newest_first_and_goes_with_a_log_out() {
    let device = Device::new();
    let wallet = device.with_card().await;
    wallet.note(shown(Profile::Travel)).unwrap();
    let card_type = county_api::CardType::Elev;
    let all = [
        shown(Profile::Travel),
        HistoryEvent::CardFetched { card_type },
        HistoryEvent::LoggedIn,
    ];
    assert_eq!(events(&wallet), all);
    drop(wallet);
    let wallet = device.open();
    assert_eq!(events(&wallet), all);
    wallet.log_out_here().unwrap();
    assert_eq!(events(&wallet), []);
    assert_eq!(events(&device_opened_again(wallet, &device)), []);
}

fn device_opened_again(wallet: Wallet, device: &Device) -> Wallet {
    drop(wallet);
    device.open()
}

#[tokio::test]
async fn a_history_that_is_turned_off_is_gone_and_nothing_more_is_noted() {
    let device = Device::new();
    let wallet = device.with_card().await;
    wallet.keep_history(false).unwrap();
    assert_eq!(events(&wallet), []);
    wallet.note(shown(Profile::Exam)).unwrap();
    wallet.fetch_credentials().await.unwrap();
    assert_eq!(events(&wallet), []);
    wallet.keep_history(true).unwrap();
    wallet.note(shown(Profile::Age)).unwrap();
    assert_eq!(events(&wallet), [shown(Profile::Age)]);
    wallet.clear_history().unwrap();
    assert_eq!(events(&wallet), []);
}

#[tokio::test]
async fn the_history_is_bounded_in_number_and_in_time() {
    let device = Device::new();
    let wallet = device.open();
    let checked = HistoryEvent::Checked {
        state: CardState::Valid,
        online: false,
    };
    wallet.note(checked.clone()).unwrap();
    for _ in 0..200 {
        wallet.note(shown(Profile::Travel)).unwrap();
    }
    assert_eq!(wallet.history().len(), 200);
    assert!(!events(&wallet).contains(&checked));
    device.clock.pass(chrono::TimeDelta::days(91));
    assert_eq!(events(&wallet), []);
    wallet.note(checked.clone()).unwrap();
    assert_eq!(wallet.own_data().history.len(), 1);
}

#[tokio::test]
async fn a_card_that_was_taken_off_stays_off_until_it_is_asked_for() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let id = wallet.overview().cards[0].id.clone();
    assert!(!wallet.remove_card("another").unwrap());
    assert!(wallet.remove_card(&id).unwrap());
    assert!(wallet.overview().cards.is_empty());
    assert_eq!(wallet.overview().removed, [county_api::CardType::Elev]);
    assert!(matches!(
        events(&wallet)[0],
        HistoryEvent::CardRemoved { .. }
    ));
    wallet.refresh().await.unwrap();
    assert!(
        wallet.overview().cards.is_empty(),
        "a refresh leaves it off"
    );
    wallet.fetch_credentials().await.unwrap();
    let overview = wallet.overview();
    assert!(overview.cards.len() == 1 && overview.removed.is_empty());

    wallet.remove_card(&overview.cards[0].id).unwrap();
    log_in(&wallet, &device.issuer).await;
    wallet.refresh().await.unwrap();
    assert_eq!(wallet.overview().cards.len(), 1, "a login brings it back");
}

#[tokio::test]
async fn a_log_out_without_a_network_is_told_at_the_next_start() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.network.cut();
    wallet.log_out().await.unwrap();
    let own = wallet.own_data();
    assert!(own.session.is_none() && own.cards.is_empty() && own.enrolment.is_none());
    assert_eq!(own.log_outs_to_tell.len(), 1);
    assert!(!device.issuer.with(|inner| inner.sessions_ended));

    let wallet = device_opened_again(wallet, &device);
    device.network.mend();
    wallet.tell_log_outs().await;
    assert!(device.issuer.with(|inner| inner.sessions_ended));
    assert!(wallet.own_data().log_outs_to_tell.is_empty());
}

#[tokio::test]
async fn a_wallet_that_forgot_everything_can_be_used_again_with_a_new_key() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let old = device.secrets.load().unwrap().unwrap();
    wallet.forget_everything().unwrap();
    assert!(!device.sealed().exists() && device.secrets.load().unwrap().is_none());
    assert!(wallet.own_data().cards.is_empty() && !wallet.overview().logged_in);
    log_in(&wallet, &device.issuer).await;
    assert!(device.secrets.load().unwrap().unwrap() != old);
    drop(wallet);
    assert!(device.open().overview().logged_in);
    assert!(fs::metadata(device.sealed()).is_ok());
}

#[tokio::test]
async fn a_card_that_is_taken_off_while_it_is_fetched_stays_off() {
    type Fetch = for<'a> fn(&'a Wallet) -> futures::future::BoxFuture<'a, ()>;
    let refresh: Fetch = |wallet| Box::pin(async { wallet.refresh().await.unwrap() });
    let fetch: Fetch = |wallet| Box::pin(async { wallet.fetch_credentials().await.unwrap() });
    for (fetch, path, days) in [
        (refresh, "/status-lists/1", 0),
        (refresh, "/openid4vci/credential", 4),
        (fetch, "/openid4vci/credential", 0),
    ] {
        let device = Device::new();
        let wallet = Arc::new(device.with_card().await);
        device.clock.pass(chrono::TimeDelta::days(days));
        let id = first(&wallet);
        let same = wallet.clone();
        device.network.meanwhile(path, move || {
            assert!(same.remove_card(&id).unwrap());
        });
        fetch(&wallet).await;
        let overview = wallet.overview();
        assert!(overview.cards.is_empty(), "{path}");
        assert_eq!(overview.removed, [county_api::CardType::Elev], "{path}");
    }
}

#[tokio::test]
async fn a_copy_that_is_shown_during_a_refresh_is_not_shown_to_another_afterwards() {
    let device = Device::new();
    let wallet = Arc::new(device.with_card().await);
    let id = first(&wallet);
    let show = {
        let (wallet, id) = (wallet.clone(), id.clone());
        move || {
            let shown = wallet.present(&id, &["class"], "https://kino.example", "n");
            shown.unwrap().split('~').next().unwrap().to_owned()
        }
    };
    let (told, shown) = std::sync::mpsc::channel();
    let meanwhile = show.clone();
    device.network.meanwhile("/status-lists/1", move || {
        told.send(meanwhile()).unwrap();
    });
    wallet.refresh().await.unwrap();
    assert_ne!(shown.recv().unwrap(), show());
}

#[tokio::test]
async fn who_logs_in_after_another_finds_nothing_of_what_that_one_did() {
    let device = Device::new();
    let wallet = device.with_card().await;
    wallet.note(shown(Profile::Travel)).unwrap();
    let id = first(&wallet);
    // Even when no card is left that could tell whose it was.
    wallet.remove_card(&id).unwrap();
    device.issuer.with(|inner| inner.account = "another".into());
    device.issuer.propose_photo();
    log_in(&wallet, &device.issuer).await;
    wallet.enrolment().await.unwrap();
    assert_eq!(events(&wallet), [HistoryEvent::LoggedIn]);
    assert!(wallet.overview().removed.is_empty());

    // The same person keeps it.
    log_in(&wallet, &device.issuer).await;
    wallet.enrolment().await.unwrap();
    assert_eq!(events(&wallet).len(), 2);
}

#[tokio::test]
async fn no_code_is_given_out_until_the_issuer_has_said_who_logged_in() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let id = first(&wallet);
    log_in(&wallet, &device.issuer).await;
    assert_eq!(first(&wallet), id, "the card is there meanwhile");
    let code = wallet.code(&id, Profile::Travel);
    assert!(matches!(code, Err(ProveError::NoCard)));
    assert!(wallet.photo_code(&id).is_err());
    assert!(
        wallet
            .present(&id, &["class"], "https://kino.example", "n")
            .is_err()
    );
    device.network.cut();
    wallet.enrolment().await.unwrap_err();
    device.network.mend();
    wallet.enrolment().await.unwrap();
    wallet.code(&id, Profile::Travel).unwrap();
    // And then without a network.
    device.network.cut();
    wallet.code(&id, Profile::Travel).unwrap();
}

#[tokio::test]
async fn what_comes_to_an_end_after_everything_was_removed_leaves_nothing_behind() {
    let device = Device::new();
    let wallet = Arc::new(device.with_card().await);
    let epoch = wallet.epoch();
    let same = wallet.clone();
    device.network.meanwhile("/wallet/enrolment", move || {
        same.forget_everything().unwrap();
    });
    wallet.refresh().await.unwrap_err();
    wallet.note_since(epoch, shown(Profile::Travel)).unwrap();
    assert!(!device.sealed().exists() && device.secrets.load().unwrap().is_none());

    log_in(&wallet, &device.issuer).await;
    wallet.log_out_here().unwrap();
    let same = wallet.clone();
    device.network.meanwhile("/oauth/revoke", move || {
        same.forget_everything().unwrap();
    });
    wallet.tell_log_outs().await;
    assert!(!device.sealed().exists() && device.secrets.load().unwrap().is_none());
}
