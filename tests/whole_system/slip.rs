//! A slip of paper, from the secretary who prints it to everybody who checks it. Its code is read from the printed page by
//! ZBar, which has never heard of us.

use std::path::{Path, PathBuf};

use county_api::Roster;
use serde_json::{Value, json};
use tokio::process::Command;
use verifier::exam_room::{Admission, ExamRoom};
use verifier::{Checker, Scan, Settings, StatusCache, TrustList};
use whole_system::stage::program;
use whole_system::walk::{self, CheckerFiles};
use whole_system::webdriver::{ENTER, TAB, Window};

use crate::rotation::{checker, verify};
use crate::setting::{County, PASSWORD};

const NORA: [&str; 2] = ["--feide", "nora@fjordviken.example"];
const WHY: [&str; 4] = ["--reason", "Knust telefon", "--by", "sigrid"];

/// A sheet, and what is in its code.
struct Sheet {
    picture: PathBuf,
    text: String,
}

impl Sheet {
    /// Prints a file, so to speak, and scans the code on it.
    async fn of(pdf: &Path) -> Self {
        let drawn = Command::new("pdftoppm")
            .args(["-r", "200", "-png", "-singlefile"])
            .arg(pdf)
            .arg(pdf.with_extension(""))
            .status()
            .await
            .unwrap();
        assert!(drawn.success());
        let picture = pdf.with_extension("png");
        let text = walk::read_with_zbar(&picture)
            .await
            .unwrap_or_else(|e| panic!("{e}"));
        Self { picture, text }
    }

    /// What stands on it for people.
    async fn words(pdf: &Path) -> String {
        let output = Command::new("pdftotext")
            .arg("-layout")
            .arg(pdf)
            .arg("-")
            .output()
            .await
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

async fn person(county: &County, action: &str, more: &[&str]) {
    let arguments = [&["person", action], &NORA[..], &WHY[..], more].concat();
    county
        .stage
        .issuer_command(&arguments)
        .await
        .unwrap_or_else(|e| panic!("{e}"));
}

/// The file of a slip that the county prints by command.
async fn printed(county: &County, name: &str) -> PathBuf {
    let pdf = county.path().join(name);
    let out = ["--for", "exam", "--out", pdf.to_str().unwrap()];
    person(county, "slip", &out).await;
    pdf
}

/// What `lommebevis-verify` says, and the reasons. It opens no gate for paper, whatever the paper says.
async fn judged(
    county: &County,
    files: &CheckerFiles,
    text: &str,
    more: &[&str],
) -> (String, Vec<String>) {
    let output = verify(county, files, text, more).await;
    assert_eq!(output.status.code(), Some(1));
    let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(verdict["kind"], "slip", "{verdict}");
    assert_eq!(verdict["authentic"], true, "{verdict}");
    let reasons = verdict["reasons"].as_array().unwrap().iter();
    (
        verdict["outcome"].as_str().unwrap().to_owned(),
        reasons
            .map(|reason| reason["kind"].as_str().unwrap().to_owned())
            .collect(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_read_by_any_scanner_and_never_outlives_what_the_county_says_of_it() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    let pdf = printed(&county, "slip.pdf").await;
    let words = Sheet::words(&pdf).await;
    for word in ["Papirlapp", "Nora", "Fjordviken", "til midnatt"] {
        assert!(words.contains(word), "{word} is missing from:\n{words}");
    }
    let sheet = Sheet::of(&pdf).await;
    assert!(
        sheet.text.contains("/KONTROLL#") && sheet.text.contains("SIS1:"),
        "a phone's camera opens it"
    );

    // Today's is good, as far as paper is; the sample county is a specimen.
    let files = checker(&county, "a gate").await;
    let specimen = ["on_paper", "demo_issuer"];
    let (outcome, reasons) = judged(&county, &files, &sheet.text, &[]).await;
    assert_eq!(
        (outcome.as_str(), &*reasons),
        ("demo", &specimen.map(str::to_owned)[..])
    );
    // From the picture of the page as well, by our own reader.
    let mut from_picture = Command::new(program("lommebevis-verify"));
    for status in &files.statuses {
        from_picture.arg("--status").arg(status);
    }
    let output = from_picture
        .arg("--trust-list")
        .arg(&files.trust_list)
        .arg("--trust-key")
        .arg(&files.trust_key)
        .arg("--image")
        .arg(&sheet.picture)
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&verdict["kind"], &verdict["outcome"]),
        (&json!("slip"), &json!("demo"))
    );
    // Tomorrow it is yesterday's.
    let tomorrow = (chrono::Utc::now() + chrono::TimeDelta::days(1)).to_rfc3339();
    let (outcome, reasons) = judged(&county, &files, &sheet.text, &["--now", &tomorrow]).await;
    assert_eq!(outcome, "invalid");
    assert!(reasons.contains(&"slip_over".to_owned()), "{reasons:?}");

    // The phone that it stands in for is logged out, which is why there is a slip: it stays good.
    person(&county, "log-out", &[]).await;
    let files = checker(&county, "after the phone").await;
    assert_eq!(judged(&county, &files, &sheet.text, &[]).await.0, "demo");
    drop(phone);

    // A newer one takes its place, a block stops that, and nothing is printed for who is blocked.
    let newer = Sheet::of(&printed(&county, "newer.pdf").await).await;
    let files = checker(&county, "a newer one").await;
    let (outcome, reasons) = judged(&county, &files, &sheet.text, &[]).await;
    assert_eq!(outcome, "invalid");
    assert!(reasons.contains(&"revoked".to_owned()), "{reasons:?}");
    assert_eq!(judged(&county, &files, &newer.text, &[]).await.0, "demo");
    person(&county, "block", &[]).await;
    let files = checker(&county, "blocked").await;
    let (outcome, reasons) = judged(&county, &files, &newer.text, &[]).await;
    assert_eq!(outcome, "invalid");
    assert!(reasons.contains(&"suspended".to_owned()), "{reasons:?}");
    let refused = county.path().join("refused.pdf");
    let out = ["--for", "exam", "--out", refused.to_str().unwrap()];
    let arguments = [&["person", "slip"], &NORA[..], &WHY[..], &out].concat();
    let output = county.stage.issuer_output(&arguments).await.unwrap();
    assert!(!output.status.success() && !refused.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn paper_registers_nobody_at_the_door_of_an_exam() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    let class = phone.overview().cards[0].claims.class.clone().unwrap();
    let file = county.path().join("nor1267.roster");
    let today = county_api::date_in_norway(chrono::Utc::now());
    let (starts, class) = (format!("{today}T23:59"), format!("{class}=A203"));
    let arguments = [
        &["roster", "--school", "16001", "--title", "NOR1267 Norsk"][..],
        &["--starts", &starts, "--class", &class],
        &["--out", file.to_str().unwrap(), "--by", "sigrid"],
    ]
    .concat();
    county.stage.issuer_command(&arguments).await.unwrap();
    let sheet = Sheet::of(&printed(&county, "slip.pdf").await).await;

    let now = chrono::Utc::now();
    let told = walk::read_county(&county.stage).unwrap();
    let files = checker(&county, "a door").await;
    let trust = std::fs::read_to_string(&files.trust_list).unwrap();
    let trust = TrustList::verify(&trust, &told.trust_list_key, now, None).unwrap();
    let mut statuses = StatusCache::default();
    for list in &files.statuses {
        let list = std::fs::read_to_string(list).unwrap();
        statuses.add_jwt(&list, &trust, now).unwrap();
    }
    let signed = std::fs::read_to_string(&file).unwrap();
    let kid = Roster::key_name(&signed).unwrap();
    let (issuer, key) = trust.key_by_kid(&kid, now).unwrap();
    let roster = Roster::verify(&signed, key, &issuer.iss, now).unwrap();
    let mut room = ExamRoom::new(roster);
    let mut checker = Checker::new(trust, statuses, Settings::default());
    let Scan::Slip(slip) = checker.scan(&sheet.text, now) else {
        panic!("not a slip");
    };
    let admitted = room.admit(&slip.into(), now);
    let Admission::NotAdmitted(Some(place)) = admitted else {
        panic!("{admitted:?}");
    };
    assert_eq!(room.counts().present, 0);
    // The invigilator has looked at the face.
    room.admit_by_hand(place, now).unwrap();
    assert_eq!(room.counts().present, 1);
}

async fn browser(size: &str) -> Window {
    Window::chromium("nb", &[&format!("--window-size={size}")])
        .await
        .unwrap_or_else(|e| panic!("{e}"))
}

/// The file that the secretary's form gives, fetched as the form would.
async fn printed_by_the_school(county: &County, pdf: &Path) {
    let page = browser("1280,900").await;
    let address = |path: &str| whole_system::stage::join(&county.stage.issuer_url(), path);
    page.go(address("admin/search").as_str()).await.unwrap();
    page.see("#username").await.unwrap();
    page.keys(&format!("rektor{TAB}{PASSWORD}{ENTER}"))
        .await
        .unwrap();
    page.see("#wanted").await.unwrap();
    page.type_into("#why", "Eleven").await.unwrap();
    page.type_into("#wanted", "nora bjørk").await.unwrap();
    page.keys(ENTER).await.unwrap();
    page.see("tbody tr:first-child a").await.unwrap();
    page.click("tbody tr:first-child a").await.unwrap();
    page.see_text("Dette viser appen nå").await.unwrap();
    let person = page.run("return location.href").await.unwrap();
    page.go(&format!("{}/slip", person.as_str().unwrap()))
        .await
        .unwrap();
    page.type_into("#reason", "Glemte telefonen").await.unwrap();
    let answer = page
        .run(
            "return (async () => {
                const form = document.querySelector(\"form[action$='/slip']\");
                const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
                const bytes = new Uint8Array(await answer.arrayBuffer());
                return [answer.status, answer.headers.get('content-type'), Array.from(bytes)];
            })()",
        )
        .await
        .unwrap();
    assert_eq!(
        (&answer[0], &answer[1]),
        (&json!(200), &json!("application/pdf"))
    );
    let bytes: Vec<u8> = serde_json::from_value(answer[2].clone()).unwrap();
    std::fs::write(pdf, bytes).unwrap();
    page.close().await.unwrap();
}

/// What the page says, without the places where long words may be broken.
async fn sees(page: &Window, words: &str) {
    let script = format!(
        "return document.body.innerText.replaceAll('\\u00ad', '').includes({})",
        json!(words)
    );
    for _ in 0..300 {
        if page.run(&script).await.unwrap() == Value::Bool(true) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{words} is not in: {}", page.text().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_from_the_school_opens_the_page_that_says_what_it_is_worth() {
    let county = County::start().await;
    let _phone = county.enrolled("nora", "phone").await;
    let pdf = county.path().join("school.pdf");
    printed_by_the_school(&county, &pdf).await;
    let sheet = Sheet::of(&pdf).await;

    // As a phone's camera opens it.
    let page = browser("390,844").await;
    page.go(&sheet.text).await.unwrap();
    for words in [
        "Demo",
        "Papirlapp",
        "Nora",
        "Trykt på papir",
        "Er du i tvil, be om legitimasjon",
    ] {
        sees(&page, words).await;
    }
    page.see("img[alt*='Nora']").await.unwrap();
    let folder = whole_system::stage::repository().join("tests/.out");
    std::fs::create_dir_all(&folder).unwrap();
    page.screenshot(&folder.join("slip-1-good.png"))
        .await
        .unwrap();
    let address = page.run("return location.hash").await.unwrap();
    assert_eq!(address, json!(""), "nothing of it stays in the address");

    // Lost, and taken back by the school: it says so, and whom to ask.
    person(&county, "revoke-slips", &[]).await;
    page.go(&sheet.text).await.unwrap();
    sees(&page, "Papirlappen gjelder ikke lenger").await;
    sees(&page, "Papirlapp").await;
    page.screenshot(&folder.join("slip-2-revoked.png"))
        .await
        .unwrap();
    page.close().await.unwrap();

    let log = std::fs::read_to_string(county.path().join("county/logs/issuer.log")).unwrap();
    let (_, code) = sheet.text.split_once('#').unwrap();
    for part in code.as_bytes().chunks_exact(16) {
        let part = std::str::from_utf8(part).unwrap();
        assert!(!log.contains(part), "a code is in the issuer's log");
    }
}
