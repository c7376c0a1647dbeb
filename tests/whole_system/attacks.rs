//! What must not work.

use county_api::{Enrolment, PhotoDecision, Profile};
use tokio::process::Command;
use wallet::LoginError;
use whole_system::browser::Browser;
use whole_system::stage::{join, program};
use whole_system::walk;

use crate::setting::{County, PASSWORD};

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_is_altered_foreign_or_used_again_logs_nobody_in() {
    let county = County::start().await;
    let home = walk::redirect_uri();
    let browser = Browser::new().unwrap();

    let phone = county.wallet("phone");
    let start = phone.begin_login(&home).await.unwrap();
    let callback = browser
        .log_in(&start, &home, "nora", PASSWORD)
        .await
        .unwrap();

    let mut altered = callback.clone();
    altered
        .query_pairs_mut()
        .clear()
        .extend_pairs(callback.query_pairs().map(|(name, value)| {
            let value = if name == "state" {
                "another".into()
            } else {
                value
            };
            (name, value)
        }));
    let outcome = phone.finish_login(&altered).await;
    assert!(
        matches!(outcome, Err(LoginError::StateMismatch)),
        "{outcome:?}"
    );

    let other = county.wallet("other");
    other.begin_login(&home).await.unwrap();
    let outcome = other.finish_login(&callback).await;
    assert!(
        matches!(outcome, Err(LoginError::StateMismatch)),
        "{outcome:?}"
    );

    phone
        .finish_login(&callback)
        .await
        .expect("the true callback still works");
    phone.finish_login(&callback).await.expect_err("once only");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_begun_in_one_browser_cannot_be_ended_in_another() {
    let county = County::start().await;
    let home = walk::redirect_uri();
    let phone = county.wallet("phone");
    let start = phone.begin_login(&home).await.unwrap();
    Browser::new()
        .unwrap()
        .log_in(&start, &home, "nora", PASSWORD)
        .await
        .unwrap();
    // The same address once more: the pushed request has been used.
    let again = Browser::new()
        .unwrap()
        .log_in(&start, &home, "aslak", PASSWORD)
        .await;
    assert!(again.is_err(), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_shown_a_minute_later_is_old_and_a_blocked_card_is_suspended() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    let code = phone
        .code(&walk::first_card(&phone), Profile::Exam)
        .unwrap();
    let lists = walk::cache_lists(&county.stage, county.path())
        .await
        .unwrap();

    let (status, verdict) = verify(&county, &lists, &code.text, 0).await;
    assert_eq!(status, Some(0), "{verdict}");
    let (status, verdict) = verify(&county, &lists, &code.text, 60).await;
    assert_eq!(status, Some(1), "{verdict}");
    assert!(verdict.contains("code_too_old"), "{verdict}");

    let mut other: Vec<char> = code.text.chars().collect();
    let middle = other.len() / 2;
    other[middle] = if other[middle] == 'A' { 'B' } else { 'A' };
    let (status, verdict) = verify(&county, &lists, &other.iter().collect::<String>(), 0).await;
    assert_ne!(status, Some(0), "{verdict}");

    county
        .stage
        .issuer_command(&[
            "person",
            "block",
            "--feide",
            "nora@fjordviken.example",
            "--reason",
            "Mistet telefon",
            "--by",
            "test",
        ])
        .await
        .unwrap();
    let lists = walk::cache_lists(&county.stage, county.path())
        .await
        .unwrap();
    let code = phone
        .code(&walk::first_card(&phone), Profile::Exam)
        .unwrap();
    let (status, verdict) = verify(&county, &lists, &code.text, 0).await;
    assert_eq!(status, Some(1), "{verdict}");
    assert!(verdict.contains("suspended"), "{verdict}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_photo_stays_locked_for_the_app() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    let Enrolment::Ready { photo_sha256, .. } = phone.enrolment().await.unwrap().state else {
        panic!("nora has her card")
    };
    let refused = phone.reject_photo(&photo_sha256).await;
    assert!(refused.is_err(), "a locked photo cannot be rejected");
    let status = phone.enrolment().await.unwrap();
    assert!(
        matches!(status.state, Enrolment::Ready { .. }),
        "{:?}",
        status.state
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_given_without_a_token_bound_to_a_key() {
    let county = County::start().await;
    let http = county.stage.http();
    let issuer = county.stage.issuer_url();
    for path in ["wallet/enrolment", "wallet/photo"] {
        for header in [None, Some("Bearer abc"), Some("DPoP abc")] {
            let mut request = http.get(join(&issuer, path));
            if let Some(value) = header {
                request = request.header("Authorization", value);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 401, "{path} {header:?}");
            assert!(
                answer.headers().contains_key("www-authenticate"),
                "{path} {header:?}"
            );
        }
        // RFC 6750 §2.3: a token in an address is not even looked at.
        let url = format!("{}?access_token=abc", join(&issuer, path));
        let answer = http.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{path}");
    }
    let decision = PhotoDecision {
        sha256: "00".repeat(32),
    };
    let answer = http
        .post(join(&issuer, "wallet/photo/confirm"))
        .json(&decision)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
}

async fn verify(
    county: &County,
    lists: &walk::CheckerFiles,
    text: &str,
    seconds_later: i64,
) -> (Option<i32>, String) {
    let now = chrono::Utc::now() + chrono::TimeDelta::seconds(seconds_later);
    let mut command = Command::new(program("lommebevis-verify"));
    command
        .args(["--allow-demo", "--now", &now.to_rfc3339(), "--trust-list"])
        .arg(&lists.trust_list)
        .arg("--trust-key")
        .arg(&lists.trust_key)
        .current_dir(county.path());
    for status in &lists.statuses {
        command.arg("--status").arg(status);
    }
    let output = command.arg("--").arg(text).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said)
}
