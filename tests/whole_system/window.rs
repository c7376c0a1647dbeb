//! The app's real window, used as a pupil uses it, with a real browser for the login.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use tokio::process::Command;
use whole_system::stage::program;
use whole_system::walk;
use whole_system::webdriver::Window;

use crate::setting::{County, PASSWORD};

/// Where the screenshots go, to be looked at.
pub(crate) fn pictures() -> PathBuf {
    let folder = whole_system::stage::repository().join("tests/.out");
    std::fs::create_dir_all(&folder).expect("a folder for screenshots");
    folder
}

/// One window at a time: a second start of the app shows the first one's window and ends.
pub(crate) static SCREEN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Opens the built app. Its "system browser" only writes down the address it is given.
async fn open_app(county: &County) -> Window {
    open_app_with(county, &[], &[]).await
}

/// The same, with more arguments and more in its environment.
pub(crate) async fn open_app_with(
    county: &County,
    arguments: &[&str],
    more: &[(&str, &str)],
) -> Window {
    for variable in ["DISPLAY", "DBUS_SESSION_BUS_ADDRESS"] {
        assert!(
            std::env::var_os(variable).is_some(),
            "{variable} is not set: this test needs a screen and a key store, which ./test gives it"
        );
    }
    let shims = county.path().join("bin");
    std::fs::create_dir_all(&shims).unwrap();
    let browser = shims.join("xdg-open");
    let note = opened(county);
    let script = format!(
        "#!/bin/sh\nprintf %s \"$1\" > '{0}.part' && mv '{0}.part' '{0}'\n",
        note.display()
    );
    std::fs::write(&browser, script).unwrap();
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", shims.display(), std::env::var("PATH").unwrap());
    let mut environment = vec![
        ("TAURI_AUTOMATION", "true"),
        ("TAURI_WEBVIEW_AUTOMATION", "true"),
        ("PATH", path.as_str()),
    ];
    environment.extend(more);
    no_other_window().await;
    let mut all = vec![json!("--county"), json!(county.stage.county_file())];
    all.extend([json!("--data-dir"), json!(county.path().join("app"))]);
    all.extend(arguments.iter().map(|each| json!(each)));
    let options = json!({"binary": program("lommebevis"), "args": all});
    Window::open(
        "WebKitWebDriver",
        &environment,
        json!({"webkitgtk:browserOptions": options}),
    )
    .await
    .unwrap_or_else(|e| panic!("{e}"))
}

/// Waits until the message bus has noticed that the window before this one is gone, which is some time after its program
/// has ended: a start in between takes it for its own first window, and fails as it calls it.
async fn no_other_window() {
    let bus = zbus::Connection::session().await.unwrap();
    let names = zbus::fdo::DBusProxy::new(&bus).await.unwrap();
    for _ in 0..1_200 {
        let name = "no.lommebevis.app.SingleInstance".try_into().unwrap();
        if !names.name_has_owner(name).await.unwrap() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("another window of the app is open on this message bus")
}

fn opened(county: &County) -> PathBuf {
    county.path().join("opened-address")
}

/// What the app asked the system's browser to open.
pub(crate) async fn opened_address(county: &County) -> String {
    for _ in 0..1_800 {
        if let Ok(address) = std::fs::read_to_string(opened(county)) {
            return address;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the app opened no browser")
}

pub(crate) async fn log_in_with_chromium(address: &str, login: &str) {
    let browser = Window::chromium("nb", &[]).await.unwrap();
    browser.go(address).await.unwrap();
    browser
        .type_into("input[type=text], input[name=username]", login)
        .await
        .unwrap();
    browser
        .type_into("input[type=password]", PASSWORD)
        .await
        .unwrap();
    browser
        .screenshot(&pictures().join("window-0-feide.png"))
        .await
        .unwrap();
    browser.click("button[type=submit]").await.unwrap();
    browser.see_text("Du er logget inn").await.unwrap();
    browser.close().await.unwrap();
}

async fn zbar(picture: &Path) -> String {
    let output = Command::new("zbarimg")
        .args(["--quiet", "--raw", "--oneshot"])
        .arg(picture)
        .output()
        .await
        .unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// What ZBar reads in the window; looks again while the code is still being drawn.
async fn seen_by_zbar(app: &Window, picture: &Path) -> String {
    for _ in 0..100 {
        app.screenshot(picture).await.unwrap();
        let text = zbar(picture).await;
        if !text.is_empty() {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    String::new()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_logs_in_confirms_the_photo_and_shows_the_code_with_the_issuer_dead() {
    let _alone = SCREEN.lock().await;
    let mut county = County::start().await;
    let app = open_app(&county).await;

    app.press("Logg inn med Feide").await.unwrap();
    let address = opened_address(&county).await;
    app.screenshot(&pictures().join("window-1-waiting.png"))
        .await
        .unwrap();
    log_in_with_chromium(&address, "nora").await;

    app.press("Dette er meg").await.unwrap();
    app.see_text("Elevbevis").await.unwrap();
    app.see_text("Nora").await.unwrap();
    app.screenshot(&pictures().join("window-2-card.png"))
        .await
        .unwrap();
    let lists = walk::cache_lists(&county.stage, county.path())
        .await
        .unwrap();

    county.stage.cut_network().await;
    assert!(!county.stage.anything_answers().await);
    app.close().await.unwrap();

    let app = open_app(&county).await;
    app.see_text("Nora").await.unwrap();
    app.press("Vis koden").await.unwrap();
    app.see(".square img").await.unwrap();
    let text = seen_by_zbar(&app, &pictures().join("window-3-code.png")).await;
    app.press("Lukk").await.unwrap();
    app.press("Sjekk gyldighet").await.unwrap();
    app.see_text("Fikk ikke svar nå").await.unwrap();
    app.screenshot(&pictures().join("window-4-validity.png"))
        .await
        .unwrap();
    app.run("history.back()").await.unwrap();
    app.press("Bibliotek").await.unwrap();
    app.see_text("FJV0001001").await.unwrap();
    app.screenshot(&pictures().join("window-5-library.png"))
        .await
        .unwrap();

    assert!(text.starts_with("SID1:"), "read from the window: {text}");

    let mut verify = Command::new(program("lommebevis-verify"));
    verify
        .args(["--allow-demo", "--trust-list"])
        .arg(&lists.trust_list)
        .arg("--trust-key")
        .arg(&lists.trust_key);
    for status in &lists.statuses {
        verify.arg("--status").arg(status);
    }
    let verdict = verify
        .arg("--image")
        .arg(pictures().join("window-3-code.png"))
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&verdict.stdout);
    assert_eq!(verdict.status.code(), Some(0), "{said}");
    assert!(said.contains("Nora"), "{said}");
    app.close().await.unwrap();
}
