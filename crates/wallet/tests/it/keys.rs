//! The holder's keys in the device: made there, told of, lost, locked, and never left behind.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use county_api::{KeyProtection, Profile};
use proptest::prelude::*;
use serde_json::json;
use wallet::{
    CallError, LoginError, PresentError, Problem, ProveError, RefreshError, Wallet,
    platform::{HolderKeys as _, KeyUse},
    problem::{ProblemCategory, ProblemKind},
    testing::{FakeHolderKeys, device_keys, holder_keys, set_flush_fails},
};

use crate::support::{Device, first, log_in, redirect};

/// As many copies as the issuer gives at once, and a code for each profile.
const COPIES: usize = 4;
const OF_A_CARD: usize = COPIES + Profile::ALL.len();

fn names(device: &Device) -> BTreeSet<String> {
    device.keys.names().unwrap().into_iter().collect()
}

fn credentials(device: &Device) -> usize {
    device.keys.names_for(KeyUse::Credential).len()
}

fn sessions(device: &Device) -> Vec<String> {
    device.keys.names_for(KeyUse::Session)
}

fn present(wallet: &Wallet) -> Result<String, PresentError> {
    wallet.present(
        &first(wallet),
        &["age_over_18"],
        "https://shop.example",
        "n",
    )
}

/// Every key that the wallet has signs, for a code of each profile and for all copies.
fn everything_signs(wallet: &Wallet) {
    for profile in Profile::ALL {
        wallet.code(&first(wallet), profile).unwrap();
    }
    for _ in 0..COPIES {
        present(wallet).unwrap();
    }
}

#[test]
fn the_fake_passes_the_suite_that_every_device_has_to_pass() {
    let keys = FakeHolderKeys::new();
    holder_keys::suite(&keys).unwrap();
    assert!(keys.names().unwrap().is_empty(), "the suite cleans up");
    keys.set_slow(Duration::from_millis(1));
    holder_keys::suite(&keys).unwrap();
}

#[test]
fn the_suite_names_what_does_not_hold() {
    let keys = FakeHolderKeys::new();
    for (break_it, clause) in [
        (
            FakeHolderKeys::set_absent as fn(&FakeHolderKeys, bool),
            "a key can be made for a Session: the device keeps no keys",
        ),
        (
            FakeHolderKeys::set_failing,
            "the names can be asked for: the device's key store failed",
        ),
        (
            FakeHolderKeys::set_locked,
            "a key can be made for a Session: the key is locked",
        ),
    ] {
        break_it(&keys, true);
        assert_eq!(holder_keys::suite(&keys).unwrap_err(), clause);
        break_it(&keys, false);
    }
    assert!(keys.names().unwrap().is_empty());
}

#[tokio::test]
async fn a_card_on_a_phone_with_a_chip_has_no_key_outside_it() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    assert_eq!(sessions(&device).len(), 1);
    // The photo token's key has signed its only time.
    assert_eq!(credentials(&device), OF_A_CARD);
    everything_signs(&wallet);
    drop(wallet);
    everything_signs(&device.open());
    let said = device.issuer.with(|inner| inner.key_protection.clone());
    assert_eq!(said.len(), OF_A_CARD + 1);
    assert!(said.iter().all(|said| *said == json!("hardware")));
    let own = device.open().own_data();
    let levels = own.cards[0].credentials.iter();
    let levels: BTreeSet<_> = levels.map(|one| one.key_protection).collect();
    assert_eq!(levels, [None, Some(KeyProtection::Hardware)].into());
}

#[tokio::test]
async fn a_phone_that_makes_no_keys_gets_a_card_all_the_same_and_says_how_it_is_kept() {
    for break_it in [FakeHolderKeys::set_absent, FakeHolderKeys::set_failing] {
        let device = Device::with_chip();
        break_it(&device.keys, true);
        let wallet = device.with_card().await;
        everything_signs(&wallet);
        break_it(&device.keys, false);
        assert!(names(&device).is_empty());
        let said = device.issuer.with(|inner| inner.key_protection.clone());
        assert!(!said.is_empty() && said.iter().all(|said| *said == json!("file")));
        // A chip that works later serves the next credentials.
        device.clock.pass(TimeDelta::days(16));
        wallet.refresh().await.unwrap();
        assert_eq!(credentials(&device), OF_A_CARD);
        everything_signs(&wallet);
    }
}

#[tokio::test]
async fn a_chip_that_makes_keys_and_does_not_sign_with_them_locks_nobody_out() {
    for break_it in [FakeHolderKeys::set_mute, FakeHolderKeys::set_wrong] {
        let device = Device::with_chip();
        break_it(&device.keys, true);
        let wallet = device.with_card().await;
        everything_signs(&wallet);
        assert!(device.keys.made() > 0);
        assert!(names(&device).is_empty(), "what does not sign is deleted");
        let said = device.issuer.with(|inner| inner.key_protection.clone());
        assert!(said.iter().all(|said| *said == json!("file")), "{said:?}");
    }
}

#[tokio::test]
async fn a_key_store_that_is_busy_once_ends_no_session() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    let session = sessions(&device);
    for hours in 0..4 {
        device.clock.pass(TimeDelta::hours(hours));
        device.keys.fail_once();
        let error = wallet.refresh().await.unwrap_err();
        assert!(matches!(error, RefreshError::Call(CallError::KeyFailed)));
        let problem = Problem::from(&error);
        assert_eq!(problem.kind, ProblemKind::HolderKeyFailed);
        assert_eq!(problem.category, ProblemCategory::Retry);
        assert_eq!(problem.support_code, "LB-KEY-809");
        assert!(!wallet.overview().signed_out);
        wallet.refresh().await.unwrap();
    }
    assert_eq!(sessions(&device), session);
    everything_signs(&wallet);
}

#[tokio::test]
async fn a_session_whose_key_fails_day_after_day_is_over_and_a_login_makes_another() {
    let device = Device::with_chip();
    let mut wallet = device.with_card().await;
    let session = sessions(&device).remove(0);
    device.keys.break_key(&session);
    for _ in 0..2 {
        for _ in 0..5 {
            let error = wallet.refresh().await.unwrap_err();
            assert!(matches!(error, RefreshError::Call(CallError::KeyFailed)));
        }
        assert!(!wallet.overview().signed_out);
        device.clock.pass(TimeDelta::days(1));
        drop(wallet);
        wallet = device.open();
    }
    let error = wallet.refresh().await.unwrap_err();
    assert!(matches!(error, RefreshError::SignedOut));
    assert!(wallet.overview().signed_out && wallet.overview().cards.len() == 1);
    log_in(&wallet, &device.issuer).await;
    wallet.refresh().await.unwrap();
    assert!(!wallet.overview().signed_out);
    assert!(!names(&device).contains(&session));
}

#[tokio::test]
async fn a_code_whose_key_fails_may_be_tried_again_and_a_refresh_brings_another() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    device.keys.fail_once();
    let error = wallet.code(&first(&wallet), Profile::Age).unwrap_err();
    assert!(matches!(error, ProveError::KeyFailed));
    assert_eq!(Problem::from(&error).support_code, "LB-KEY-809");
    wallet.code(&first(&wallet), Profile::Age).unwrap();
    for name in device.keys.names_for(KeyUse::Credential) {
        device.keys.break_key(&name);
    }
    wallet.code(&first(&wallet), Profile::Age).unwrap_err();
    let error = present(&wallet).unwrap_err();
    assert!(matches!(error, PresentError::KeyFailed));
    wallet.refresh().await.unwrap();
    wallet.code(&first(&wallet), Profile::Age).unwrap();
    present(&wallet).unwrap();
}

#[tokio::test]
async fn a_change_that_a_power_cut_may_undo_costs_neither_old_keys_nor_new_ones() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    let before = device_keys(&wallet);
    let old = std::fs::read(device.sealed()).unwrap();
    device.clock.pass(TimeDelta::days(16));
    set_flush_fails(&wallet, true);
    wallet.refresh().await.unwrap();
    let after = device_keys(&wallet);
    assert!(before != after);
    let there = names(&device);
    assert!(before.is_subset(&there) && after.is_subset(&there));
    everything_signs(&wallet);
    drop(wallet);
    // As after a power cut.
    std::fs::write(device.sealed(), old).unwrap();
    let wallet = device.open();
    assert_eq!(device_keys(&wallet), before);
    assert!(before.is_subset(&names(&device)));
    wallet.refresh().await.unwrap();
    everything_signs(&wallet);
    assert_eq!(names(&device), device_keys(&wallet));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn keys_that_are_deleted_slowly_hold_nobody_up() {
    let device = Device::with_chip();
    let wallet = Arc::new(device.with_card().await);
    let ticks = Arc::new(AtomicU32::new(0));
    let counted = ticks.clone();
    let ticking = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(2)).await;
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    device.keys.set_slow(Duration::from_millis(20));
    let leaving = wallet.clone();
    let passed = tokio::spawn(async move {
        let before = ticks.load(Ordering::Relaxed);
        leaving.log_out_here().unwrap();
        ticks.load(Ordering::Relaxed) - before
    });
    let passed = passed.await.unwrap();
    ticking.abort();
    assert!(passed > 10, "{passed}");
    device.keys.set_slow(Duration::ZERO);
    assert_eq!(names(&device), device_keys(&wallet));
}

#[tokio::test]
async fn a_slow_chip_holds_nobody_up_but_who_asks_it() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::days(16));
    device.keys.set_slow(Duration::from_millis(20));
    let refreshed = wallet.refresh();
    tokio::pin!(refreshed);
    let mut looked = 0;
    // On this one thread the look would have to wait for every call of the chip.
    loop {
        tokio::select! {
            biased;
            done = &mut refreshed => break done.unwrap(),
            () = tokio::time::sleep(Duration::from_millis(5)) => {
                assert!(wallet.overview().logged_in);
                looked += 1;
            }
        }
    }
    assert!(looked > 10, "{looked}");
}

#[tokio::test]
async fn a_code_whose_key_is_gone_says_so_and_a_refresh_brings_another() {
    for void in [false, true] {
        let device = Device::with_chip();
        let wallet = device.with_card().await;
        let lost = device.keys.names_for(KeyUse::Credential);
        for name in &lost {
            // Some systems go on listing a key that never signs again.
            match void {
                true => device.keys.make_void(name),
                false => device.keys.lose(name),
            }
        }
        let error = wallet.code(&first(&wallet), Profile::Age).unwrap_err();
        assert!(matches!(error, ProveError::KeyGone));
        let problem = Problem::from(&error);
        assert_eq!(problem.kind, ProblemKind::HolderKeyGone);
        assert_eq!(problem.support_code, "LB-KEY-807");
        let error = present(&wallet).unwrap_err();
        assert!(matches!(error, PresentError::KeyGone));
        assert_eq!(wallet.overview().cards.len(), 1, "the card stays");

        let before = device.keys.made();
        wallet.refresh().await.unwrap();
        wallet.code(&first(&wallet), Profile::Age).unwrap();
        present(&wallet).unwrap();
        if void {
            // Two were asked, and told so; the rest is found when it is asked.
            assert_eq!(device.keys.made() - before, COPIES as u64 + 1);
        } else {
            everything_signs(&wallet);
            assert_eq!(credentials(&device), OF_A_CARD);
        }
    }
}

#[tokio::test]
async fn a_refresh_finds_what_is_gone_before_anybody_needs_it() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    device.keys.lose_all(KeyUse::Credential);
    wallet.refresh().await.unwrap();
    assert_eq!(credentials(&device), OF_A_CARD);
    let made = device.keys.made();
    wallet.refresh().await.unwrap();
    assert_eq!(device.keys.made(), made, "what is there is left alone");
    everything_signs(&wallet);
}

#[tokio::test]
async fn a_session_whose_key_is_gone_is_over_and_the_card_stays() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    device.keys.lose_all(KeyUse::Session);
    let error = wallet.refresh().await.unwrap_err();
    assert!(matches!(error, RefreshError::SignedOut));
    assert_eq!(Problem::from(&error).kind, ProblemKind::SignedOutByIssuer);
    let overview = wallet.overview();
    assert!(overview.signed_out && overview.cards.len() == 1);
    everything_signs(&wallet);
    log_in(&wallet, &device.issuer).await;
    wallet.refresh().await.unwrap();
    assert!(!wallet.overview().signed_out);
    everything_signs(&wallet);
}

#[tokio::test]
async fn a_session_whose_key_is_gone_is_over_when_its_token_is_to_be_renewed() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    device.keys.lose_all(KeyUse::Session);
    device.clock.pass(TimeDelta::hours(2));
    let error = wallet.refresh().await.unwrap_err();
    assert!(matches!(error, RefreshError::SignedOut));
    assert!(wallet.overview().signed_out && wallet.overview().cards.len() == 1);
}

#[tokio::test]
async fn a_login_whose_key_is_gone_is_to_be_begun_again() {
    let device = Device::with_chip();
    let wallet = device.open();
    let address = wallet.begin_login(&redirect()).await.unwrap();
    device.keys.lose_all(KeyUse::Session);
    let callback = device.issuer.browser(&address);
    let error = wallet.finish_login(&callback).await.unwrap_err();
    assert!(matches!(error, LoginError::Expired));
    assert!(!wallet.overview().login_under_way);
    log_in(&wallet, &device.issuer).await;
}

#[tokio::test]
async fn a_locked_phone_loses_nothing_and_may_try_again() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    device.keys.set_locked(true);
    let code = wallet.code(&first(&wallet), Profile::Age).unwrap_err();
    assert!(matches!(code, ProveError::KeyLocked));
    assert_eq!(Problem::from(&code).category, ProblemCategory::Retry);
    assert!(matches!(
        present(&wallet).unwrap_err(),
        PresentError::KeyLocked
    ));
    device.clock.pass(TimeDelta::days(16));
    let error = wallet.refresh().await.unwrap_err();
    assert!(matches!(error, RefreshError::Call(CallError::KeyLocked)));
    assert_eq!(Problem::from(&error).category, ProblemCategory::Retry);
    assert!(!wallet.overview().signed_out);
    let before = names(&device);
    device.keys.set_locked(false);
    wallet.refresh().await.unwrap();
    everything_signs(&wallet);
    assert_eq!(names(&device).len(), before.len(), "the old keys are gone");
}

#[tokio::test]
async fn a_phone_that_is_locked_meanwhile_gets_no_worse_keys_for_that() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::days(16));
    let keys = device.keys.clone();
    let act = move || keys.set_locked(true);
    device.network.meanwhile("/status-lists/1", act);
    let error = wallet.refresh().await.unwrap_err();
    assert!(matches!(error, RefreshError::Call(CallError::KeyLocked)));
    device.keys.set_locked(false);
    wallet.refresh().await.unwrap();
    let said = device.issuer.with(|inner| inner.key_protection.clone());
    assert!(
        said.iter().all(|said| *said == json!("hardware")),
        "{said:?}"
    );
    everything_signs(&wallet);
}

#[tokio::test]
async fn a_log_out_keeps_the_sessions_key_until_the_issuer_was_told() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    let session = sessions(&device);
    device.network.cut();
    wallet.log_out().await.unwrap();
    assert_eq!(names(&device), session.into_iter().collect());
    device.network.mend();
    device.keys.set_locked(true);
    wallet.tell_log_outs().await;
    assert_eq!(names(&device).len(), 1, "it could not be told yet");
    device.keys.set_locked(false);
    wallet.tell_log_outs().await;
    assert!(names(&device).is_empty());
}

#[tokio::test]
async fn what_is_taken_off_takes_its_keys_along() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    assert!(wallet.remove_card(&first(&wallet)).unwrap());
    assert_eq!(credentials(&device), 0);
    assert_eq!(sessions(&device).len(), 1);
    wallet.fetch_credentials().await.unwrap();
    assert_eq!(credentials(&device), OF_A_CARD);
    wallet.forget_everything().unwrap();
    assert!(names(&device).is_empty());
}

#[tokio::test]
async fn keys_left_behind_by_a_crash_are_deleted_when_the_wallet_opens() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    let named = names(&device);
    drop(wallet);
    for key_use in [KeyUse::Session, KeyUse::Credential] {
        let wish = wallet::platform::KeyWish {
            key_use,
            user_presence: false,
        };
        device.keys.generate(wish).unwrap();
    }
    let wallet = device.open();
    assert_eq!(names(&device), named);
    everything_signs(&wallet);
}

#[tokio::test]
async fn a_store_that_does_not_open_costs_no_key() {
    let device = Device::with_chip();
    drop(device.with_card().await);
    let named = names(&device);
    let whole = std::fs::read(device.sealed()).unwrap();
    std::fs::write(device.sealed(), b"LBW1 broken").unwrap();
    Wallet::open(device.platform(), device.county()).unwrap_err();
    assert_eq!(names(&device), named);
    std::fs::write(device.sealed(), whole).unwrap();
    everything_signs(&device.open());
}

#[tokio::test]
async fn a_disk_that_is_full_costs_no_key_that_is_stored() {
    let device = Device::with_chip();
    let wallet = device.with_card().await;
    let named = names(&device);
    // A folder in the way of the new file.
    let beside = device.folder.path().join("wallet.sealed.new");
    std::fs::create_dir(&beside).unwrap();
    device.clock.pass(TimeDelta::days(16));
    wallet.refresh().await.unwrap_err();
    wallet.log_out().await.unwrap_err();
    assert_eq!(names(&device), named);
    everything_reads(&wallet);
    std::fs::remove_dir(beside).unwrap();
    wallet.refresh().await.unwrap();
    everything_signs(&wallet);
    assert_eq!(credentials(&device), OF_A_CARD);
}

fn everything_reads(wallet: &Wallet) {
    for profile in Profile::ALL {
        let code = wallet.code(&first(wallet), profile);
        assert!(matches!(code, Ok(_) | Err(ProveError::Expired)), "{code:?}");
    }
}

#[tokio::test]
async fn keys_of_a_card_that_is_being_fetched_are_not_swept_away() {
    let device = Device::with_chip();
    let wallet = std::sync::Arc::new(device.logged_in().await);
    wallet.begin_login(&redirect()).await.unwrap();
    // Tidies after the credentials were checked and before they are stored.
    let other = wallet.clone();
    let act = move || other.cancel_login().unwrap();
    device.network.meanwhile("/status-lists/1", act);
    wallet.fetch_credentials().await.unwrap();
    assert_eq!(credentials(&device), OF_A_CARD);
    everything_signs(&wallet);
}

/// Something that a person or the device does.
#[derive(Debug, Clone, Copy)]
enum Act {
    Days(i64),
    Fetch,
    Refresh,
    RemoveCard,
    BeginLogin,
    LogIn,
    LogOut,
    Tell,
    Restart,
    Lose,
    FailFlush,
    CutNetwork,
    MendNetwork,
    FillDisk,
    EmptyDisk,
    Lock,
    Unlock,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (1i64..40).prop_map(Act::Days),
        prop::sample::select(vec![
            Act::Fetch,
            Act::Refresh,
            Act::RemoveCard,
            Act::BeginLogin,
            Act::LogIn,
            Act::LogOut,
            Act::Tell,
            Act::Restart,
            Act::Lose,
            Act::FailFlush,
            Act::CutNetwork,
            Act::MendNetwork,
            Act::FillDisk,
            Act::EmptyDisk,
            Act::Lock,
            Act::Unlock,
        ]),
    ]
}

async fn live(acts: Vec<Act>) {
    let device = Device::with_chip();
    let mut wallet = device.with_card().await;
    let beside = device.folder.path().join("wallet.sealed.new");
    let mut lost = BTreeSet::new();
    for act in acts {
        match act {
            Act::Days(days) => device.clock.pass(TimeDelta::days(days)),
            Act::Fetch => drop(wallet.fetch_credentials().await),
            Act::Refresh => drop(wallet.refresh().await),
            Act::RemoveCard => drop(wallet.remove_card(&first(&wallet))),
            Act::BeginLogin => drop(wallet.begin_login(&redirect()).await),
            Act::LogIn => {
                if let Ok(address) = wallet.begin_login(&redirect()).await {
                    let callback = device.issuer.browser(&address);
                    let _ = wallet.finish_login(&callback).await;
                }
            }
            Act::LogOut => drop(wallet.log_out_here()),
            Act::Tell => wallet.tell_log_outs().await,
            Act::Restart => {
                drop(wallet);
                wallet = device.open();
            }
            Act::Lose => {
                if let Some(name) = names(&device).into_iter().next() {
                    device.keys.lose(&name);
                    lost.insert(name);
                }
            }
            Act::FailFlush => set_flush_fails(&wallet, true),
            Act::CutNetwork => device.network.cut(),
            Act::MendNetwork => device.network.mend(),
            Act::FillDisk => drop(std::fs::create_dir(&beside)),
            Act::EmptyDisk => drop(std::fs::remove_dir(&beside)),
            Act::Lock => device.keys.set_locked(true),
            Act::Unlock => device.keys.set_locked(false),
        }
        // Named and there, but for what the device itself has lost.
        let named: BTreeSet<String> = device_keys(&wallet);
        let missing: Vec<_> = named
            .difference(&names(&device))
            .filter(|name| !lost.contains(*name))
            .cloned()
            .collect();
        assert!(missing.is_empty(), "{act:?} deleted {missing:?}");
    }
    // After a start nothing is there that is not named.
    drop(wallet);
    let wallet = device.open();
    let named: BTreeSet<String> = device_keys(&wallet);
    let stray: Vec<_> = names(&device).difference(&named).cloned().collect();
    assert!(stray.is_empty(), "{stray:?} are left behind");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is done in whatever order: a key that is named is there, and one that is not is not.
    #[test]
    fn no_key_that_is_stored_is_deleted_and_none_is_left_behind(
        acts in prop::collection::vec(act(), 1..14),
    ) {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
            .block_on(live(acts));
    }
}
