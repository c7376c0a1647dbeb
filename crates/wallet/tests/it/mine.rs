//! The person's own: history, what is stored, taking a card off, logging out without a network.

use std::fs;

use county_api::Profile;
use wallet::platform::SecretStore as _;
use wallet::{CardState, HistoryEvent, Wallet};

use crate::support::{Device, log_in};

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
