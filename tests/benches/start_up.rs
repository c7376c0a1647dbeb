//! How long the app takes from its start to the card on the screen, beside an empty Tauri window, in one run.
//!
//! docs/performance.md says how to run it and what it showed.

// This is a program for a terminal.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;
use wallet::Wallet;
use whole_system::stage::{Options, Ports, Stage, program};
use whole_system::webdriver::Window;
use whole_system::{platform, walk};

/// How often each is started; the median counts.
const TIMES: usize = 9;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        folder: folder.path().join("county"),
        ports: Ports::free().unwrap(),
        tell: |_| {},
    };
    let mut stage = Stage::start(options).await.unwrap();
    let data = folder.path().join("app");
    let key = folder.path().join("key");
    let wallet = Wallet::open(
        platform::real(&data, Some(&key)).unwrap(),
        walk::read_county(&stage).unwrap(),
    )
    .unwrap();
    walk::log_in(&wallet, "nora", "lommebevis", |_| {})
        .await
        .unwrap();
    walk::enrol(&wallet, |_| {}).await.unwrap();
    wallet.fetch_credentials().await.unwrap();
    drop(wallet);
    stage.cut_network().await;

    let app = program("lommebevis");
    let arguments = vec![
        "--county".to_owned(),
        stage.county_file().display().to_string(),
        "--data-dir".to_owned(),
        data.display().to_string(),
        "--file-key".to_owned(),
        key.display().to_string(),
    ];
    let empty = app.with_file_name("examples").join("empty_window");
    let (mut cards, mut empties) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        empties.push(until(&empty, &[], ".empty").await);
        cards.push(until(&app, &arguments, ".card").await);
    }
    let (card, empty) = (median(cards), median(empties));
    println!(
        "card on the screen:  {} ms (median of {TIMES})",
        card.as_millis()
    );
    println!(
        "empty Tauri window:  {} ms (median of {TIMES})",
        empty.as_millis()
    );
    println!("ratio: {:.2}", card.as_secs_f64() / empty.as_secs_f64());
}

/// From asking for the program to its element being on the screen.
async fn until(program: &PathBuf, arguments: &[String], css: &str) -> Duration {
    let start = Instant::now();
    let window = Window::open(
        "WebKitWebDriver",
        &[
            ("TAURI_AUTOMATION", "true"),
            ("TAURI_WEBVIEW_AUTOMATION", "true"),
        ],
        json!({"webkitgtk:browserOptions": {"binary": program, "args": arguments}}),
    )
    .await
    .unwrap();
    window.see(css).await.unwrap();
    let taken = start.elapsed();
    window.close().await.unwrap();
    taken
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
