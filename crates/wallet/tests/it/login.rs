use chrono::TimeDelta;
use county_api::{Enrolment, Profile, photo_sha256};
use url::Url;
use wallet::{
    CallError, LoginError, PhotoError, Problem, platform::HttpError, problem::ProblemKind,
};

use crate::support::{Device, Fault, first, jpeg, log_in, redirect};

fn with_query(callback: &Url, name: &str, value: &str) -> Url {
    let mut changed = callback.clone();
    let pairs: Vec<(String, String)> = callback
        .query_pairs()
        .map(|(n, v)| {
            let v = if n == name { value.into() } else { v };
            (n.into_owned(), v.into_owned())
        })
        .collect();
    changed.query_pairs_mut().clear().extend_pairs(pairs);
    changed
}

#[tokio::test]
async fn a_login_ends_in_a_session_that_survives_the_app() {
    let device = Device::new();
    let wallet = device.open();
    assert!(!wallet.overview().logged_in);
    log_in(&wallet, &device.issuer).await;
    let overview = wallet.overview();
    assert!(overview.logged_in && !overview.login_under_way && overview.cards.is_empty());
    drop(wallet);
    let wallet = device.open();
    assert!(wallet.overview().logged_in);
    assert!(matches!(
        wallet.enrolment().await.unwrap().state,
        Enrolment::Ready { .. }
    ));
}

#[tokio::test]
async fn the_app_may_be_ended_while_the_browser_is_in_front() {
    let device = Device::new();
    let wallet = device.open();
    let address = wallet.begin_login(&redirect()).await.unwrap();
    drop(wallet);
    let callback = device.issuer.browser(&address);
    let wallet = device.open();
    assert!(wallet.overview().login_under_way);
    wallet.finish_login(&callback).await.unwrap();
    assert!(wallet.overview().logged_in);
}

#[tokio::test]
async fn a_server_that_asks_for_a_dpop_nonce_gets_it() {
    let device = Device::new();
    device
        .issuer
        .with(|inner| inner.dpop_nonce = Some("n-1".into()));
    let wallet = device.with_card().await;
    device
        .issuer
        .with(|inner| inner.dpop_nonce = Some("n-2".into()));
    wallet.enrolment().await.unwrap();
}

#[tokio::test]
async fn answers_of_another_login_do_not_end_the_one_under_way() {
    let device = Device::new();
    let wallet = device.open();
    let address = wallet.begin_login(&redirect()).await.unwrap();
    let callback = device.issuer.browser(&address);

    let wrong_state = with_query(&callback, "state", "another");
    let wrong_issuer = with_query(&callback, "iss", "https://other.example");
    let elsewhere = Url::parse("http://127.0.0.1:49153/callback?code=1&state=1").unwrap();
    let no_answer = redirect();
    let login = |url: Url| async {
        let result = wallet.finish_login(&url).await;
        (result, url)
    };
    let (result, _) = login(wrong_state).await;
    assert!(matches!(result, Err(LoginError::StateMismatch)));
    let (result, _) = login(wrong_issuer).await;
    assert!(matches!(result, Err(LoginError::IssuerMismatch)));
    let (result, _) = login(elsewhere).await;
    assert!(matches!(result, Err(LoginError::NotACallback)));
    let (result, _) = login(no_answer).await;
    assert!(matches!(result, Err(LoginError::NotACallback)));

    assert!(!wallet.overview().logged_in);
    assert!(wallet.expects(&callback));
    wallet.finish_login(&callback).await.unwrap();
    assert!(wallet.overview().logged_in);
}

#[tokio::test]
async fn a_listener_can_ask_whether_an_address_is_the_answer() {
    let device = Device::new();
    let wallet = device.open();
    assert!(!wallet.expects(&redirect()));
    let address = wallet.begin_login(&redirect()).await.unwrap();
    let refusal = Url::parse(&format!("{}?error=access_denied&state=guess", redirect())).unwrap();
    for other in [
        redirect(),
        refusal,
        Url::parse("http://127.0.0.1:49152/favicon.ico").unwrap(),
    ] {
        assert!(!wallet.expects(&other), "{other}");
    }
    assert!(wallet.expects(&device.issuer.browser(&address)));
    wallet.cancel_login().unwrap();
    assert!(!wallet.expects(&redirect()));
}

#[tokio::test]
async fn each_refusal_is_told_apart_and_ends_the_login() {
    for (error, kind) in [
        ("access_denied", ProblemKind::FeideRefused),
        ("temporarily_unavailable", ProblemKind::FeideUnavailable),
        ("server_error", ProblemKind::IssuerRefused),
        ("<b>strange</b>", ProblemKind::IssuerRefused),
    ] {
        let device = Device::new();
        let wallet = device.open();
        let address = wallet.begin_login(&redirect()).await.unwrap();
        let callback = device.issuer.browser_refused(&address, error);
        let refused = wallet.finish_login(&callback).await.unwrap_err();
        assert_eq!(Problem::from(&refused).kind, kind);
        assert!(!wallet.overview().login_under_way);
        let again = wallet.finish_login(&callback).await;
        assert!(matches!(again, Err(LoginError::NotBegun)));
    }
}

#[tokio::test]
async fn a_forged_refusal_does_not_end_the_login() {
    let device = Device::new();
    let wallet = device.open();
    let address = wallet.begin_login(&redirect()).await.unwrap();
    let forged = Url::parse(&format!(
        "{}?error=access_denied&state=guess",
        redirect().as_str()
    ))
    .unwrap();
    let result = wallet.finish_login(&forged).await;
    assert!(matches!(result, Err(LoginError::StateMismatch)));
    let callback = device.issuer.browser(&address);
    wallet.finish_login(&callback).await.unwrap();
}

#[tokio::test]
async fn a_code_is_redeemed_once_and_a_late_one_never() {
    let device = Device::new();
    let wallet = device.open();
    let address = wallet.begin_login(&redirect()).await.unwrap();
    let callback = device.issuer.browser(&address);
    device.network.lose_next_answer_of("/oauth/token");
    let lost = wallet.finish_login(&callback).await.unwrap_err();
    assert!(matches!(
        lost,
        LoginError::Call(CallError::Http(HttpError::Broken))
    ));
    // The issuer has used the code up: the person has to begin again, and is told so.
    let used = wallet.finish_login(&callback).await;
    assert!(matches!(used, Err(LoginError::Expired)));

    let address = wallet.begin_login(&redirect()).await.unwrap();
    let callback = device.issuer.browser(&address);
    device.clock.pass(TimeDelta::hours(2));
    let late = wallet.finish_login(&callback).await;
    assert!(matches!(late, Err(LoginError::Expired)));
}

/// Answers requests to this path so many times that there is no room.
fn no_room(device: &Device, at: &'static str, times: u32, retry_after: &'static str) {
    let mut left = times;
    device.network.change(move |path, answer| {
        if path == at && left > 0 {
            left -= 1;
            answer.status = 429;
            answer
                .headers
                .push(("retry-after".into(), retry_after.into()));
            answer.body = br#"{"error":"temporarily_unavailable"}"#.to_vec();
        }
    });
}

#[tokio::test]
async fn a_login_that_is_told_to_wait_a_moment_waits_and_goes_on() {
    let device = Device::new();
    let wallet = device.open();
    no_room(&device, "/oauth/par", 4, "0");
    let address = wallet.begin_login(&redirect()).await.unwrap();
    let pushed = device.network.asked();
    assert_eq!(
        pushed.iter().filter(|path| *path == "/oauth/par").count(),
        5
    );
    let callback = device.issuer.browser(&address);
    wallet.finish_login(&callback).await.unwrap();

    // Not for ever, and not for as long as nobody stands there.
    for (times, retry_after) in [(100, "0"), (1, "60")] {
        no_room(&device, "/oauth/par", times, retry_after);
        let refused = wallet.begin_login(&redirect()).await;
        assert!(
            matches!(
                refused,
                Err(LoginError::Call(CallError::Unavailable { status: 429, .. }))
            ),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_cut_network_leaves_the_login_under_way() {
    let device = Device::new();
    let wallet = device.open();
    let address = wallet.begin_login(&redirect()).await.unwrap();
    let callback = device.issuer.browser(&address);
    device.network.cut();
    let cut = wallet.finish_login(&callback).await.unwrap_err();
    assert_eq!(Problem::from(&cut).kind, ProblemKind::NoNetwork);
    device.network.mend();
    wallet.finish_login(&callback).await.unwrap();
}

#[tokio::test]
async fn a_cancelled_login_is_over() {
    let device = Device::new();
    let wallet = device.open();
    let address = wallet.begin_login(&redirect()).await.unwrap();
    let callback = device.issuer.browser(&address);
    wallet.cancel_login().unwrap();
    wallet.cancel_login().unwrap();
    let result = wallet.finish_login(&callback).await;
    assert!(matches!(result, Err(LoginError::NotBegun)));
}

#[tokio::test]
async fn another_issuers_metadata_is_refused() {
    let check = async |device: Device| {
        let wallet = device.open();
        let refused = wallet.begin_login(&redirect()).await.unwrap_err();
        assert!(matches!(refused, LoginError::Call(CallError::Metadata(_))));
        assert_eq!(Problem::from(&refused).kind, ProblemKind::CountySetting);
    };
    for fault in [Fault::StrangerSignsMetadata, Fault::MetadataOfAnother] {
        let device = Device::new();
        device.issuer.fault(fault);
        check(device).await;
    }
    let device = Device::new();
    device.network.change(|asked, answer| {
        if asked == "/.well-known/oauth-authorization-server" {
            let body = String::from_utf8(answer.body.clone()).unwrap();
            answer.body = body
                .replace("bevis.fjordviken.example", "bevis.other.example")
                .into_bytes();
        }
    });
    check(device).await;
}

#[tokio::test]
async fn metadata_are_believed_on_the_word_of_the_trust_list_alone() {
    // Neither plain ones, however good they look, …
    let device = Device::new();
    let plain = device.issuer.plain_metadata();
    device.network.change(move |asked, answer| {
        if asked == "/.well-known/openid-credential-issuer" {
            answer.body.clone_from(&plain);
        }
    });
    let refused = device.open().begin_login(&redirect()).await;
    assert!(matches!(refused, Err(LoginError::Call(CallError::Garbled))));
    // … nor those that only a stranger's trust list vouches for.
    for fault in [Fault::StrangerSignsTrustList, Fault::TrustListWithoutUs] {
        let device = Device::new();
        device.issuer.fault(fault);
        let refused = device.open().begin_login(&redirect()).await.unwrap_err();
        assert!(matches!(refused, LoginError::Call(CallError::Untrusted(_))));
        assert_eq!(Problem::from(&refused).kind, ProblemKind::CountySetting);
    }
}

#[tokio::test]
async fn garbage_is_told_from_absence() {
    let device = Device::new();
    let wallet = device.open();
    device
        .network
        .change(|_, answer| answer.body = b"<html>Log in to this Wi-Fi</html>".to_vec());
    let garbled = wallet.begin_login(&redirect()).await.unwrap_err();
    assert_eq!(Problem::from(&garbled).support_code, "LB-ISSUER-303");
    device.network.mend();
    device.issuer.with(|inner| inner.down = true);
    let down = wallet.begin_login(&redirect()).await.unwrap_err();
    assert_eq!(Problem::from(&down).kind, ProblemKind::IssuerUnavailable);
    assert_eq!(Problem::from(&down).support_code, "LB-HTTP-503");
}

#[tokio::test]
async fn tokens_that_are_not_bound_to_the_key_are_not_used() {
    let device = Device::new();
    let wallet = device.open();
    let address = wallet.begin_login(&redirect()).await.unwrap();
    let callback = device.issuer.browser(&address);
    device.network.change(|path, answer| {
        if path == "/oauth/token" {
            let body = String::from_utf8(answer.body.clone()).unwrap();
            answer.body = body.replace("\"DPoP\"", "\"Bearer\"").into_bytes();
        }
    });
    let refused = wallet.finish_login(&callback).await;
    assert!(matches!(refused, Err(LoginError::Call(CallError::Garbled))));
    assert!(!wallet.overview().logged_in);
}

#[tokio::test]
async fn what_stands_in_the_way_is_remembered_with_library_card_and_contacts() {
    let device = Device::new();
    device.issuer.propose_photo();
    let wallet = device.logged_in().await;
    wallet.enrolment().await.unwrap();
    device.network.cut();
    let overview = wallet.overview();
    let seen = overview.enrolment.unwrap();
    assert_eq!(seen.seen_at, device.clock.truth());
    assert_eq!(seen.status.contacts.len(), 1);
    assert!(seen.status.next_sync.is_some());
    assert_eq!(overview.library_card.unwrap().code, "N001234567");
    assert!(wallet.library_code().unwrap().svg.starts_with("<svg "));
}

#[tokio::test]
async fn the_photo_is_looked_at_and_confirmed() {
    let device = Device::new();
    device.issuer.propose_photo();
    let wallet = device.logged_in().await;
    let photo = wallet.proposed_photo().await.unwrap();
    assert_eq!(photo, jpeg(1));
    let after = wallet.confirm_photo(&photo_sha256(&photo)).await.unwrap();
    assert!(matches!(after.state, Enrolment::Ready { .. }));
    assert_eq!(wallet.overview().enrolment.unwrap().status, after);
    // It is locked now.
    let again = wallet.confirm_photo(&photo_sha256(&photo)).await;
    assert!(matches!(again, Err(PhotoError::Locked)));
    assert!(matches!(
        wallet.reject_photo(&photo_sha256(&photo)).await,
        Err(PhotoError::Locked)
    ));
}

#[tokio::test]
async fn a_photo_of_somebody_else_is_rejected() {
    let device = Device::new();
    device.issuer.propose_photo();
    let wallet = device.logged_in().await;
    let after = wallet.reject_photo(&photo_sha256(&jpeg(1))).await.unwrap();
    assert!(matches!(
        after.state,
        Enrolment::PhotoMissing {
            why: county_api::PhotoMissingReason::NotMe,
            ..
        }
    ));
    assert!(matches!(
        wallet.proposed_photo().await,
        Err(PhotoError::NoPhoto)
    ));
}

#[tokio::test]
async fn a_photo_that_changed_is_neither_shown_nor_confirmed_unseen() {
    let device = Device::new();
    device.issuer.propose_photo();
    let wallet = device.logged_in().await;
    wallet.enrolment().await.unwrap();
    device.issuer.with(|inner| inner.photo = jpeg(2));
    device.issuer.propose_photo();
    assert!(matches!(
        wallet.proposed_photo().await,
        Err(PhotoError::Changed)
    ));
    assert!(matches!(
        wallet.confirm_photo(&photo_sha256(&jpeg(1))).await,
        Err(PhotoError::Changed)
    ));
    device.issuer.with(|inner| inner.photo = b"GIF89a".to_vec());
    assert!(matches!(
        wallet.proposed_photo().await,
        Err(PhotoError::NotAPhoto)
    ));
}

#[tokio::test]
async fn logging_out_takes_everything_off_even_without_a_network() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.network.cut();
    wallet.log_out().await.unwrap();
    let overview = wallet.overview();
    assert!(!overview.logged_in && overview.cards.is_empty() && overview.enrolment.is_none());
    drop(wallet);
    assert!(device.open().overview().cards.is_empty());
}

#[tokio::test]
async fn logging_out_tells_the_issuer() {
    let device = Device::new();
    let wallet = device.with_card().await;
    wallet.log_out().await.unwrap();
    assert!(device.issuer.with(|inner| inner.sessions_ended));
    log_in(&wallet, &device.issuer).await;
    wallet.fetch_credentials().await.unwrap();
}

#[tokio::test]
async fn another_person_who_logs_in_does_not_see_the_card_of_the_one_before() {
    let device = Device::new();
    let wallet = device.with_card().await;
    log_in(&wallet, &device.issuer).await;
    // Of the same name, even.
    device.issuer.with(|inner| inner.account = "another".into());
    device.issuer.propose_photo();
    wallet.enrolment().await.unwrap();
    assert!(wallet.overview().cards.is_empty());
}

#[tokio::test]
async fn a_refresh_takes_away_the_card_of_the_one_before_as_well() {
    let device = Device::new();
    let wallet = device.with_card().await;
    log_in(&wallet, &device.issuer).await;
    device.issuer.with(|inner| inner.account = "another".into());
    device.issuer.propose_photo();
    wallet.refresh().await.unwrap();
    assert!(wallet.overview().cards.is_empty());
}

#[tokio::test]
async fn the_same_person_who_logs_in_again_keeps_the_card_meanwhile() {
    let device = Device::new();
    let wallet = device.with_card().await;
    log_in(&wallet, &device.issuer).await;
    device.issuer.propose_photo();
    wallet.enrolment().await.unwrap();
    assert_eq!(wallet.overview().cards.len(), 1);
    wallet.code(&first(&wallet), Profile::Exam).unwrap();
}

#[tokio::test]
async fn nothing_works_before_a_login() {
    let device = Device::new();
    let wallet = device.open();
    assert!(wallet.enrolment().await.is_err());
    assert!(wallet.fetch_credentials().await.is_err());
    assert!(wallet.refresh().await.is_err());
    assert!(wallet.overview().last_failure.is_none());
    assert!(wallet.code(&first(&wallet), Profile::Exam).is_err());
    assert!(wallet.library_code().is_err());
    assert!(wallet.check_validity(&first(&wallet)).await.is_err());
    let none = wallet.proposed_photo().await.unwrap_err();
    assert_eq!(Problem::from(&none).support_code, "LB-LOGIN-123");
    assert!(device.network.asked().is_empty());
}
