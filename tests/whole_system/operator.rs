//! The county's own hands on the issuer: the command line.

use county_api::{Enrolment, Profile, Roster};
use serde_json::json;
use verifier::exam_room::{Admission, ExamRoom};
use verifier::{Checker, Settings, StatusCache, TrustList};
use wallet::CardState;
use whole_system::walk;

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
async fn a_list_for_an_exam_lets_its_candidates_in_and_is_the_operators_alone() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    let nora = phone.overview().cards[0].claims.clone();
    let file = county.path().join("nor1267.roster");
    let class = format!("{}=A203", nora.class.clone().expect("a class"));
    let today = county_api::date_in_norway(chrono::Utc::now());
    let starts = format!("{today}T23:59");
    let arguments = [
        &["roster", "--school", "16001", "--title", "NOR1267 Norsk"][..],
        &["--starts", &starts, "--class", &class],
        &["--out", file.to_str().unwrap()],
        &WHY[2..],
    ]
    .concat();
    let output = county.stage.issuer_command(&arguments).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 with a photo"), "{said}");
    assert!(!said.contains(&nora.family_name), "{said}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    // The invigilator's app: the pinned key, the lists of the day, the signed file, and a scan.
    let now = chrono::Utc::now();
    let told = walk::read_county(&county.stage).unwrap();
    let lists = walk::cache_lists(&county.stage, county.path())
        .await
        .unwrap();
    let trust = std::fs::read_to_string(&lists.trust_list).unwrap();
    let trust = TrustList::verify(&trust, &told.trust_list_key, now, None).unwrap();
    let mut statuses = StatusCache::default();
    for list in &lists.statuses {
        let list = std::fs::read_to_string(list).unwrap();
        statuses.add_jwt(&list, &trust, now).unwrap();
    }
    let signed = std::fs::read_to_string(&file).unwrap();
    let kid = Roster::key_name(&signed).unwrap();
    let (issuer, key) = trust.key_by_kid(&kid, now).unwrap();
    let roster = Roster::verify(&signed, key, &issuer.iss, now).unwrap();
    let mut room = ExamRoom::new(roster);
    room.choose_room(Some("A203")).unwrap();
    let mut checker = Checker::new(trust, statuses, Settings::default());
    let code = phone
        .code(&walk::first_card(&phone), Profile::Exam)
        .unwrap()
        .text;
    let verdict = checker.check(&code, now);
    let admitted = room.admit(&verdict, now);
    let Admission::Present(place) = admitted else {
        panic!("{admitted:?}: {:?}", verdict.reasons)
    };
    let candidate = &room.roster().candidates[place];
    assert!(candidate.name.ends_with(&nora.family_name));
    assert!(candidate.portrait_webp().is_some());

    // With a bad line there is no list, and the old one stays.
    let wrong = county.path().join("list.csv");
    std::fs::write(&wrong, "student_number;room\nnobody;A203\n").unwrap();
    let arguments = [
        &["roster", "--school", "16001", "--title", "NOR1267 Norsk"][..],
        &["--starts", &starts, "--list", wrong.to_str().unwrap()],
        &["--out", file.to_str().unwrap()],
        &WHY[2..],
    ]
    .concat();
    let output = county.stage.issuer_output(&arguments).await.unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("line 2: nobody with"), "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), signed);
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
