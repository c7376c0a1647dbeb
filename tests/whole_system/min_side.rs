//! `/min-side` of the real issuer in a real browser: a lost phone is logged out, what is stored is seen, deleting is
//! asked for and taken back.

use std::path::PathBuf;

use serde_json::{Value, json};
use wallet::CardState;
use whole_system::webdriver::Window;

use crate::setting::{County, PASSWORD};

const AXE: &str = include_str!("../node_modules/axe-core/axe.min.js");

async fn browser(width: u32, language: &str) -> Window {
    Window::chromium(language, &[&format!("--window-size={width},844")])
        .await
        .unwrap_or_else(|e| panic!("{e}"))
}

/// Logs in at the Feide stand-in; the page that was asked for comes after.
async fn log_in(page: &Window, address: &str, login: &str) {
    page.go(address).await.unwrap();
    page.type_into("#username", login).await.unwrap();
    page.type_into("#password", PASSWORD).await.unwrap();
    page.click("form button[type=submit]").await.unwrap();
    page.see("header").await.unwrap();
}

/// No rule of WCAG 2.2 AA that a machine can see is broken, in light and in dark, and nothing is wider than the window.
async fn assert_fit_for_all(page: &Window, what: &str) {
    page.run(AXE).await.unwrap();
    let broken = page
        .run(
            "return (async () => { const done = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });\
             return done.violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')); })()",
        )
        .await
        .unwrap();
    assert_eq!(broken, json!([]), "{what}");
    let wide = page
        .run("return document.documentElement.scrollWidth > document.documentElement.clientWidth")
        .await
        .unwrap();
    assert_eq!(wide, Value::Bool(false), "{what} is wider than the window");
}

fn picture(name: &str) -> PathBuf {
    let folder = whole_system::stage::repository().join("tests/.out");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_phone_is_logged_out_in_any_browser_and_its_card_is_no_longer_good() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    let address = county.stage.issuer_url().join("/min-side").unwrap();
    let page = browser(390, "nb").await;
    log_in(&page, address.as_str(), "nora").await;
    page.see_text("Telefonene mine").await.unwrap();
    page.see_text("Telefon lagt til").await.unwrap();
    assert_fit_for_all(&page, "the phones").await;
    page.screenshot(&picture("min-side.png")).await.unwrap();

    // With the keyboard alone: on from the address line to the button, and Enter.
    let reached = page
        .run(
            "const button = document.querySelector('form[action*=\"/enheter/\"] button'); button.focus();\
             return document.activeElement === button && button.matches(':focus-visible')",
        )
        .await
        .unwrap();
    assert_eq!(reached, Value::Bool(true));
    page.type_into("form[action*='/enheter/'] button", "\u{e007}")
        .await
        .unwrap();
    page.see_text("Telefonen er logget ut").await.unwrap();
    assert_fit_for_all(&page, "the phones afterwards").await;

    assert!(phone.refresh().await.is_err());
    // It comes back with a new login.
    let again = county.enrolled("nora", "new phone").await;
    assert_eq!(again.overview().cards[0].state, CardState::Valid);
    page.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_is_on_one_page_and_deleting_is_asked_for_and_taken_back() {
    let county = County::start().await;
    let _phone = county.enrolled("nora", "phone").await;
    let issuer = county.stage.issuer_url();
    let at = |path: &str| issuer.join(path).unwrap().to_string();
    // 320 CSS pixels: a phone, or a browser at 400 %.
    let page = browser(320, "nn").await;
    log_in(&page, &at("/min-side/lagret"), "nora").await;
    page.see_text("Her er alt vi har lagra om deg")
        .await
        .unwrap();
    page.see("main img").await.unwrap();
    let shown = page
        .run("const image = document.querySelector('main img'); return image.complete && image.naturalWidth > 0")
        .await
        .unwrap();
    assert_eq!(shown, Value::Bool(true));
    assert_fit_for_all(&page, "what is stored").await;
    page.screenshot(&picture("min-side-lagret.png"))
        .await
        .unwrap();

    let file = page
        .run("return (async () => (await fetch(document.querySelector('a[download]').href)).json())()")
        .await
        .unwrap();
    assert!(
        file["photo"]["jpeg_base64"]
            .as_str()
            .is_some_and(|jpeg| jpeg.len() > 1_000)
    );
    assert!(
        file["cards"]
            .as_array()
            .is_some_and(|cards| !cards.is_empty())
    );

    page.go(&at("/min-side/slett")).await.unwrap();
    page.see_text("Dette må vi ta vare på").await.unwrap();
    assert_fit_for_all(&page, "the page for deleting").await;
    page.click("form[action$='/min-side/slett'] button")
        .await
        .unwrap();
    page.see_text("Vi slettar det om deg").await.unwrap();
    assert_fit_for_all(&page, "the page for deleting, asked").await;
    page.press("Angre, ikkje slett").await.unwrap();
    page.see_text("Ingenting blir sletta.").await.unwrap();

    page.press("English").await.unwrap();
    page.see_text("My phones").await.unwrap();
    page.press("Log out").await.unwrap();
    page.see_text("You are logged out").await.unwrap();
    // Feide asks again, and so do the pages.
    page.go(&at("/min-side/lagret")).await.unwrap();
    page.see("#username").await.unwrap();
    page.close().await.unwrap();
}
