//! How long the app takes from its start to the card on the screen, and how smoothly the card's pattern moves there,
//! beside an empty Tauri window, in one run.
//!
//! docs/performance.md says how to run it and what it showed.

// This is a program for a terminal.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::unwrap_used)]

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
        database: None,
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
        empties.push(look(&empty, &[], ".empty").await);
        cards.push(look(&app, &arguments, ".card").await);
    }
    let told = "the window tells neither its first paint nor when the card was drawn";
    let each = |looks: &[Look], of: fn(&Look) -> Option<Duration>| {
        median(looks.iter().map(|look| of(look).expect(told)).collect())
    };
    let first = each(&cards, |look| look.first_paint);
    let drawn = each(&cards, |look| look.card);
    let bare = each(&empties, |look| look.first_paint);
    let [moving, still] = [&cards, &empties].map(|looks| {
        let frames: Vec<Duration> = looks.iter().flat_map(|look| look.frames.clone()).collect();
        (frames.len(), median(frames.clone()), slow(frames))
    });
    let taken = |looks: &[Look]| median(looks.iter().map(|look| look.taken).collect());
    let (card, empty) = (taken(&cards), taken(&empties));
    println!(
        "card on the screen:  {} ms (median of {TIMES})",
        card.as_millis()
    );
    println!(
        "empty Tauri window:  {} ms (median of {TIMES})",
        empty.as_millis()
    );
    println!("ratio: {:.2}", card.as_secs_f64() / empty.as_secs_f64());
    println!("since the page was asked for (medians):");
    println!("  first paint of an empty window: {bare:?}");
    println!("  first paint of the app: {first:?}; the card is drawn: {drawn:?}");
    for (what, (count, middle, slow)) in [("pattern moving", moving), ("empty window", still)] {
        println!("{what}: {count} frames, {middle:?} each (median), 99 of 100 within {slow:?}");
    }
}

/// What one start showed.
struct Look {
    /// From asking for the program to its element being on the screen.
    taken: Duration,
    /// From asking for the page to the first thing painted.
    first_paint: Option<Duration>,
    /// From asking for the page to the end of the frame with the card; none in an empty window.
    card: Option<Duration>,
    /// From one frame to the next, for three seconds, while a finger moves over the card.
    frames: Vec<Duration>,
}

const MOVE: &str = "const card = document.querySelector('.card'); const times = window.__times = []; \
    const step = (now) => { times.push(now); \
      if (card) { const box = card.getBoundingClientRect(); const turn = now / 300; \
        card.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, \
          clientX: box.left + box.width * (0.5 + 0.4 * Math.sin(turn)), clientY: box.top + box.height * (0.5 + 0.4 * Math.cos(turn)) })); } \
      if (now - times[0] < 3000) requestAnimationFrame(step); else window.__moved = true; }; \
    requestAnimationFrame(step);";

/// When anything was first painted, and when the frame with the card was over (null where there is no card), both since
/// the page was asked for, in milliseconds.
const PAINTED: &str = "const [card] = performance.getEntriesByName('card'); \
    const [first] = performance.getEntriesByType('paint'); \
    return [first ? first.startTime : null, card ? card.startTime : null];";

async fn look(program: &PathBuf, arguments: &[String], css: &str) -> Look {
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
    // What is still on its way at the start must not count as the pattern's.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let painted = window.run(PAINTED).await.unwrap();
    window.run(MOVE).await.unwrap();
    while window.run("return window.__moved === true").await.unwrap() != json!(true) {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let times = window.run("return window.__times").await.unwrap();
    let times: Vec<f64> = serde_json::from_value(times).unwrap();
    window.close().await.unwrap();
    let milliseconds = |value: f64| Duration::from_secs_f64(value / 1000.0);
    Look {
        taken,
        first_paint: painted[0].as_f64().map(milliseconds),
        card: painted[1].as_f64().map(milliseconds),
        frames: times
            .windows(2)
            .map(|pair| milliseconds(pair[1] - pair[0]))
            .collect(),
    }
}

/// What 99 of 100 stay within.
fn slow(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() * 99 / 100]
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
