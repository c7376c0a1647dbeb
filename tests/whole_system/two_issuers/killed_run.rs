//! What a person has asked one process for, and what one process has been told of a school, holds in the other.

use super::*;

/// Who runs the service here.
const LOGIN: &str = "sigrid";

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_process_is_killed_is_begun_again_and_a_school_that_is_off_stays_off() {
    if std::env::var_os("LOMMEBEVIS_TEST_POSTGRES").is_none() {
        return;
    }
    let mut county = County::start().await;
    county.stage.kill_issuer().await;
    let name = format!("{LOGIN}@fjordviken.example");
    county
        .stage
        .issuer_command(&[
            "staff",
            "grant",
            "--feide",
            &name,
            "--role",
            "county-admin",
            "--by",
            "test",
            "--reason",
            "Driver tjenesten",
        ])
        .await
        .expect("a role");
    let ports = Ports::free().expect("free ports");
    let (one_port, other_port) = (ports.issuer, ports.feide);
    let public = county.stage.issuer_url().port().expect("a port");
    both_behind(public, [one_port, other_port]).await;

    // The one that begins the run comes as far as having written everyone, and not to its end.
    let stands_still = [("LOMMEBEVIS_STAND_STILL_AT", "people")];
    let mut one = county.serve_with(one_port, "stands", &stands_still).await;
    let browser = administrator(&county).await;
    let runs = at(&county, "admin/county/runs");
    let reason = [("reason", "Ny klasse")];
    let (status, _) = browser
        .send_form(&runs, &[], &reason)
        .await
        .expect("a form");
    assert_eq!(status, 303);
    let log = county.path().join("stands.log");
    until("the run has written people", || {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        async move { text.contains("standing still at people") }
    })
    .await;
    let _other = county.serve_on(other_port, "goes on").await;
    one.kill().await.expect("it is killed");
    let asked = "SELECT outcome, begun FROM sync_run WHERE asked_by IS NOT NULL";
    let killed_at = Instant::now();
    until(
        "the other has begun it again and brought it to its end",
        || async { county.ask(asked).await == "applied|2" },
    )
    .await;
    let took = killed_at.elapsed();
    assert!(took < Duration::from_secs(100), "{took:?}");

    // A pupil has a card, and then the school has none any more, whichever process is asked and whichever looks.
    let _one = county.serve_on(one_port, "back").await;
    let login = logins(1).await.remove(0);
    let wallet = county.wallet(&login);
    again_and_again(&login, || enrol(&wallet, &login)).await;
    let school = county
        .ask(
            "SELECT min(school_number) FROM person_school \
             WHERE person_id IN (SELECT person_id FROM credential)",
        )
        .await;
    let schools = at(&county, "admin/county/schools");
    let of = [("number", school.as_str()), ("enabled", "false")];
    let (status, _) = browser
        .send_form(&schools, &of, &reason)
        .await
        .expect("a form");
    assert_eq!(status, 303);
    let valid = "SELECT count(*) FROM credential WHERE status = 0";
    for _ in 0..2 {
        assert_eq!(county.ask(valid).await, "0");
        // A refresh gets nothing new, however little that process has heard.
        let _ = wallet.refresh().await;
        assert_eq!(county.ask(valid).await, "0");
        county
            .ask("UPDATE person SET next_change = '1970-01-01'")
            .await;
        until("everyone has been looked at", || async {
            let due = "SELECT count(*) FROM person WHERE next_change = '1970-01-01'";
            county.ask(due).await == "0"
        })
        .await;
    }
    assert_eq!(county.ask(valid).await, "0");
}

fn at(county: &County, path: &str) -> url::Url {
    county.stage.issuer_url().join(path).expect("an address")
}

/// Somebody with the role of a county administrator, logged in.
async fn administrator(county: &County) -> Browser {
    let browser = Browser::new().expect("a browser");
    let start = at(county, "admin/county");
    browser
        .log_in(&start, &start, LOGIN, PASSWORD)
        .await
        .expect("a login");
    browser
}

async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let end = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < end, "not yet: {what}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
