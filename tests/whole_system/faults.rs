//! What happens when things are down, slow, half-read, broken or told wrong.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use county_api::{Enrolment, Profile};
use wallet::platform::{Clock, SystemClock};
use wallet::{CardState, OpenError, ValidityResult, Wallet};
use whole_system::walk;

use crate::setting::{County, get_card, log_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_half_read_source_removes_nobody() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;

    for (mode, class) in [
        ("missing-page", "elevforhold"),
        ("missing-page", "elev"),
        ("garbage", "person"),
        ("down", "klasse"),
    ] {
        county.stage.county_fault(mode, class).await.unwrap();
        let sync = county.stage.issuer_output(&["sync"]).await.unwrap();
        assert!(!sync.status.success(), "{mode} {class} must be reported");
        let said = String::from_utf8_lossy(&sync.stderr);
        assert!(!said.contains("panicked"), "{said}");
    }
    county.stage.county_fault("none", "person").await.unwrap();

    let status = phone.enrolment().await.unwrap();
    assert!(
        matches!(status.state, Enrolment::Ready { .. }),
        "{:?}",
        status.state
    );
    let nobody_new = county.stage.issuer_command(&["sync"]).await.unwrap();
    assert!(nobody_new.status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_issuer_gone_a_refresh_changes_nothing_but_says_so() {
    let mut county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    phone.refresh().await.unwrap();
    let before = phone.overview();

    county.stage.kill_issuer().await;
    phone.refresh().await.expect_err("nobody answers");
    let after = phone.overview();
    assert_eq!(after.cards.len(), 1);
    assert_eq!(after.cards[0].state, CardState::Valid);
    assert_eq!(after.last_refresh, before.last_refresh);
    assert!(after.last_failure.is_some());
    phone
        .code(&walk::first_card(&phone), Profile::Exam)
        .expect("the code needs no network");
    let validity = phone
        .check_validity(&walk::first_card(&phone))
        .await
        .unwrap();
    assert!(
        matches!(validity, ValidityResult::Offline { .. }),
        "{validity:?}"
    );

    county.stage.start_issuer().await.unwrap();
    phone.refresh().await.expect("it goes on where it was");
    assert!(phone.overview().last_failure.is_none());
    let validity = phone
        .check_validity(&walk::first_card(&phone))
        .await
        .unwrap();
    assert!(
        matches!(validity, ValidityResult::Online { .. }),
        "{validity:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_store_is_kept_aside_and_a_new_login_gives_the_card_again() {
    let county = County::start().await;
    drop(county.enrolled("nora", "phone").await);
    let platform = county.platform("phone");
    let store = platform.directory.join("wallet.sealed");
    let whole = std::fs::read(&store).unwrap();
    std::fs::write(&store, &whole[..whole.len() / 2]).unwrap();

    let facts = walk::read_county(&county.stage).unwrap();
    let refused = Wallet::open(platform.clone(), facts.clone());
    assert!(
        matches!(refused, Err(OpenError::StoreDamaged)),
        "{refused:?}"
    );

    let phone = Wallet::open_anew(platform.clone(), facts).unwrap();
    let kept = std::fs::read_dir(&platform.directory)
        .unwrap()
        .filter_map(Result::ok)
        .any(|entry| {
            entry.path() != store
                && std::fs::read(entry.path()).is_ok_and(|b| b == whole[..whole.len() / 2])
        });
    assert!(kept, "the damaged file is still there under another name");
    log_in(&phone, "nora").await.unwrap();
    get_card(&phone).await;
    assert_eq!(phone.overview().cards.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_window_is_told_that_the_first_is_open() {
    let county = County::start().await;
    let _first = county.wallet("phone");
    let facts = walk::read_county(&county.stage).unwrap();
    let second = Wallet::open(county.platform("phone"), facts);
    assert!(matches!(second, Err(OpenError::InUse)), "{second:?}");
}

/// A clock that is set wrong by a fixed time.
struct WrongClock {
    right: SystemClock,
    off: TimeDelta,
}

impl Clock for WrongClock {
    fn now(&self) -> DateTime<Utc> {
        self.right.now() + self.off
    }

    fn uptime(&self) -> Duration {
        self.right.uptime()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_whose_clock_is_hours_wrong_gets_its_card_and_is_told() {
    let county = County::start().await;
    for (name, hours) in [("ahead", 5), ("behind", -7)] {
        let mut platform = county.platform(name);
        platform.clock = Arc::new(WrongClock {
            right: SystemClock::new(),
            off: TimeDelta::hours(hours),
        });
        let phone = county.wallet_on(platform);
        log_in(&phone, "nora")
            .await
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        get_card(&phone).await;
        let overview = phone.overview();
        let off = overview
            .clock_warning_seconds
            .unwrap_or_else(|| panic!("{name}: no warning"));
        assert!(off.abs() > hours.abs() * 3_600 - 120, "{name}: {off}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_feide_does_not_hold_the_issuer_up_for_others() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    county.stage.feide_fault("slow").await.unwrap();
    let waiting = county.wallet("other");
    let home = walk::redirect_uri();
    let start = waiting.begin_login(&home).await.unwrap();
    let login = tokio::spawn(async move {
        whole_system::browser::Browser::new()
            .unwrap()
            .log_in(&start, &home, "aslak", crate::setting::PASSWORD)
            .await
    });
    phone
        .refresh()
        .await
        .expect("the issuer answers others meanwhile");
    login.abort();
}
