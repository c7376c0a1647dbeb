//! The county's own hands on the issuer: the command line.

use county_api::Enrolment;
use serde_json::json;
use wallet::CardState;

use crate::setting::County;

const NORA: [&str; 2] = ["--feide", "nora@fjordviken.example"];
const WHY: [&str; 4] = [
    "--reason",
    "Bedt om av skolen",
    "--by",
    "sigrid@fjordviken.example",
];

async fn person(county: &County, action: &str, more: &[&str]) -> String {
    let arguments = [&["person", action], &NORA[..], &WHY[..], more].concat();
    let output = county
        .stage
        .issuer_command(&arguments)
        .await
        .unwrap_or_else(|e| panic!("{e}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

async fn show(county: &County) -> String {
    let arguments = [&["person", "show"], &NORA[..], &WHY[..]].concat();
    let output = county
        .stage
        .issuer_command(&arguments)
        .await
        .unwrap_or_else(|e| panic!("{e}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_reaches_the_phone_and_is_taken_back_with_a_trace_of_both() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;

    person(&county, "block", &["--until", "2099-06-30"]).await;
    phone.refresh().await.unwrap();
    let overview = phone.overview();
    assert_eq!(overview.cards[0].state, CardState::Suspended);
    let status = phone.enrolment().await.unwrap();
    let Enrolment::Blocked { reason, until, .. } = status.state else {
        panic!("{:?}", status.state)
    };
    assert_eq!(reason, "Bedt om av skolen");
    assert_eq!(
        until.map(|day| day.to_string()).as_deref(),
        Some("2099-06-30")
    );

    person(&county, "unblock", &[]).await;
    phone.refresh().await.unwrap();
    assert_eq!(phone.overview().cards[0].state, CardState::Valid);

    let shown = show(&county).await;
    for word in [
        "block",
        "unblock",
        "Bedt om av skolen",
        "sigrid@fjordviken.example",
    ] {
        assert!(shown.contains(word), "{word} is missing from: {shown}");
    }
    assert!(!has_national_number(&shown), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_reset_takes_the_card_back_until_a_photo_is_confirmed_again() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    person(&county, "reset-photo", &[]).await;
    phone.refresh().await.unwrap();
    let status = phone.enrolment().await.unwrap();
    assert!(
        matches!(
            status.state,
            Enrolment::PhotoToConfirm { .. } | Enrolment::PhotoMissing { .. }
        ),
        "{:?}",
        status.state
    );
    assert!(matches!(
        phone.overview().cards.first().map(|card| card.state),
        None | Some(CardState::Revoked)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_the_records_is_on_the_card_after_the_next_refresh() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    let nora = county.stage.county_person("nora").await.unwrap();
    let change = json!({
        "collection": "utdanning/elev/person",
        "field": "fodselsnummer",
        "id": nora["nin"],
        "set": { "navn": { "fornavn": "Nora", "mellomnavn": "Sofie", "etternavn": "Bjørkøy" } },
    });
    county.stage.county_change(&change).await.unwrap();
    county.stage.issuer_command(&["sync"]).await.unwrap();
    phone.refresh().await.unwrap();
    let card = &phone.overview().cards[0];
    assert_eq!(card.claims.given_name, "Nora Sofie");
    assert_eq!(card.state, CardState::Valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_code_set_by_hand_survives_the_next_sync() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    person(
        &county,
        "set-library-code",
        &["--code", "N000123456", "--symbology", "code128"],
    )
    .await;
    county.stage.issuer_command(&["sync"]).await.unwrap();
    let card = phone
        .enrolment()
        .await
        .unwrap()
        .library_card
        .expect("a library card");
    assert_eq!(card.code, "N000123456");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_setting_is_named_at_once_and_no_secret_is_shown() {
    let county = County::start().await;
    let good = county.stage.issuer_output(&["check-config"]).await.unwrap();
    assert!(
        good.status.success(),
        "{}",
        String::from_utf8_lossy(&good.stderr)
    );

    let text = std::fs::read_to_string(county.stage.config_file()).unwrap();
    let bad = text
        .replace("brake_percent = 5", "brake_percent = 500")
        .replace("time_zone = \"Europe/Oslo\"", "time_zone = \"Europe/Olso\"");
    assert_ne!(bad, text);
    std::fs::write(county.stage.config_file(), bad).unwrap();
    let output = county.stage.issuer_output(&["check-config"]).await.unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    for word in ["brake_percent", "time_zone", "Europe/Olso"] {
        assert!(said.contains(word), "{word} is missing from: {said}");
    }
    for secret in ["stand-in-secret", "fint-secret", "fint-password"] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_logs_nor_database_hold_a_national_identity_number() {
    let county = County::start().await;
    drop(county.enrolled("leif", "phone").await);
    let mut files = Vec::new();
    collect(county.path(), &mut files);
    assert!(
        files
            .iter()
            .any(|path| path.extension().is_some_and(|e| e == "log"))
    );
    let leif = county.stage.county_person("leif").await.unwrap();
    let number = leif["nin"].as_str().unwrap();
    assert_eq!(number.len(), 11);
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(11).any(|part| part == number.as_bytes());
        assert!(
            !found,
            "{} holds a national identity number",
            path.display()
        );
    }
}

fn collect(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// Whether a run of eleven digits stands in the text.
fn has_national_number(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|run| run.len() == 11)
}
