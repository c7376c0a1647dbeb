//! How the issuer is run: what it logs, what it tells the monitoring, and how it stops.

use std::net::TcpListener;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::setting::County;

/// What no log and no number may hold: names, numbers and addresses of the people who take part.
const PERSONAL: [&str; 8] = [
    "Nora",
    "nora",
    "Bjørn",
    "bjorn",
    "@fjordviken",
    "elev:",
    "eyJ",
    "SID1:",
];

async fn county_with_monitoring() -> (County, String) {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let address = format!("127.0.0.1:{port}");
    let mut county = County::start().await;
    let listen = format!("[server]\nmetrics_listen = \"{address}\"\n");
    county
        .change_settings(|settings| {
            let settings = settings.replacen("[server]\n", &listen, 1);
            // The sample settings have the section already, all in comments.
            if settings.contains("\n[log]\n") {
                settings.replacen("\n[log]\n", "\n[log]\nformat = \"json\"\n", 1)
            } else {
                format!("{settings}\n[log]\nformat = \"json\"\n")
            }
        })
        .await;
    (county, address)
}

fn log(county: &County) -> String {
    let file = county.stage.folder().join("logs/issuer.log");
    std::fs::read_to_string(file).expect("the issuer's log")
}

fn assert_impersonal(text: &str, what: &str) {
    for line in text.lines() {
        for personal in PERSONAL {
            assert!(!line.contains(personal), "{personal} in {what}: {line}");
        }
        let digits: Vec<usize> = line
            .split(|c: char| !c.is_ascii_digit())
            .map(str::len)
            .collect();
        assert!(
            !digits.contains(&11),
            "a number of eleven digits in {what}: {line}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_fetched_and_blocked_leaves_json_lines_and_numbers_without_a_person_in_them() {
    let (county, monitoring) = county_with_monitoring().await;
    let phone = county.enrolled("nora", "phone").await;
    phone.refresh().await.unwrap();
    // Turned away at the door.
    let _ = county.enrolment_of("bjorn").await;
    let sync = county
        .stage
        .issuer_output(&["--json-logs", "sync"])
        .await
        .unwrap();
    assert!(sync.status.success());
    assert_impersonal(
        &String::from_utf8_lossy(&sync.stderr),
        "the log of the sync",
    );

    let log = log(&county);
    assert!(log.contains("credentials were issued"), "{log}");
    for line in log.lines() {
        let parsed: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(
            parsed["timestamp"].is_string() && parsed["level"].is_string(),
            "{line}"
        );
    }
    assert_impersonal(&log, "the log");

    let http = county.stage.http();
    let numbers = http
        .get(format!("http://{monitoring}/metrics"))
        .send()
        .await
        .unwrap();
    let numbers = numbers.text().await.unwrap();
    for line in [
        "lommebevis_ready{part=\"photos\"} 1",
        "lommebevis_sync_last{outcome=\"applied\"} 1",
        "lommebevis_credentials_issued_total{configuration=",
        "lommebevis_http_requests_total{route=\"/oauth/token\",method=\"POST\",status=\"200\"}",
    ] {
        assert!(numbers.contains(line), "{line} is missing in:\n{numbers}");
    }
    assert_impersonal(&numbers, "the numbers");
    // Not where the public is.
    let public = county.stage.issuer_url().join("/metrics").unwrap();
    assert_eq!(http.get(public).send().await.unwrap().status(), 404);

    let health = county.stage.issuer_command(&["health"]).await.unwrap();
    assert!(String::from_utf8_lossy(&health.stdout).contains("\"ready\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_answers_what_is_under_way_and_ends_well() {
    let (mut county, _) = county_with_monitoring().await;
    let issuer = county.stage.issuer_url();
    let address = (
        issuer.host_str().unwrap().to_owned(),
        issuer.port().unwrap(),
    );
    let mut under_way = TcpStream::connect(&address).await.unwrap();
    let head = "POST /oauth/par HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 3\r\n\r\na";
    under_way.write_all(head.as_bytes()).await.unwrap();
    // It has been read when the service has answered what came after it.
    let live = issuer.join("/health/live").unwrap();
    assert!(
        county
            .stage
            .http()
            .get(live)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );

    let process = county.stage.issuer_process().unwrap().to_string();
    let told = Command::new("kill")
        .args(["-TERM", &process])
        .status()
        .await
        .unwrap();
    assert!(told.success());
    while TcpStream::connect(&address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    under_way.write_all(b"=b").await.unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let ended = county.stage.issuer_ended().await.unwrap();
    assert!(ended.success(), "{ended}");
    let log = log(&county);
    assert!(log.contains("\"stopped\""), "{log}");

    let health = county.stage.issuer_output(&["health"]).await.unwrap();
    assert!(!health.status.success(), "nobody is there to be well");
}
