//! Staff at a real browser with nothing but a keyboard, and what is asked of every page there.

use std::path::PathBuf;

use serde_json::{Value, json};
use whole_system::webdriver::{ENTER, TAB, Window};

use crate::setting::{County, PASSWORD};

/// No way through a page is longer, in stops of the key Tab.
const MOST_STOPS: usize = 250;

/// Where the screenshots go, to be looked at.
fn picture(name: &str) -> PathBuf {
    let folder = whole_system::stage::repository().join("tests/.out");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(format!("admin-{name}.png"))
}

pub(crate) async fn browser() -> Window {
    Window::chromium("nb", &["--window-size=1280,900"])
        .await
        .unwrap_or_else(|e| panic!("{e}"))
}

/// `login` is given a role, for a school or the county, logs in on the way to the page at `path`, and says why people are
/// looked up.
pub(crate) async fn at_admin(
    county: &County,
    login: &str,
    (role, school): (&str, Option<&str>),
    path: &str,
) -> Window {
    let name = format!("{login}@fjordviken.example");
    let mut grant = vec!["staff", "grant", "--feide", &name, "--role", role];
    if let Some(school) = school {
        grant.extend(["--school", school]);
    }
    grant.extend(["--by", "test", "--reason", "Arbeider her"]);
    county.stage.issuer_command(&grant).await.unwrap();
    let page = browser().await;
    go(county, &page, path).await;
    log_in(&page, login).await;
    say_why(county, &page).await;
    go(county, &page, path).await;
    page.see("nav.areas").await.unwrap();
    page
}

/// Fills in Feide's form.
pub(crate) async fn log_in(page: &Window, login: &str) {
    page.see("input[type=password]").await.unwrap();
    tab_to(page, "input:not([type=password]):not([type=hidden])").await;
    page.keys(login).await.unwrap();
    tab_to(page, "input[type=password]").await;
    page.keys(PASSWORD).await.unwrap();
    page.keys(ENTER).await.unwrap();
    page.see("nav.areas").await.unwrap();
}

/// Says why people are looked up, as is asked once in each session.
async fn say_why(county: &County, page: &Window) {
    go(county, page, "admin/why").await;
    tab_to(page, "#why").await;
    page.keys("Kontroll").await.unwrap();
    axe(page, "why people are looked up").await;
    enter(page, "main form button[type=submit]").await;
    page.see_text("Det du kan gjøre her").await.unwrap();
}

/// Goes to a page by its address.
pub(crate) async fn go(county: &County, page: &Window, path: &str) {
    let address = county.stage.issuer_url().join(path).unwrap();
    page.go(address.as_str()).await.unwrap();
}

/// Goes on with the key Tab until what has the focus is this.
pub(crate) async fn tab_to(page: &Window, css: &str) {
    let asks = format!("return document.activeElement?.matches({css:?}) === true");
    for _ in 0..MOST_STOPS {
        page.keys(TAB).await.unwrap();
        if page.run(&asks).await.unwrap() == Value::Bool(true) {
            return;
        }
    }
    let text = page.text().await.unwrap();
    panic!("the keyboard does not come to {css}: {text}");
}

/// Follows a link or opens a form by keyboard.
pub(crate) async fn enter(page: &Window, css: &str) {
    tab_to(page, css).await;
    page.keys(ENTER).await.unwrap();
}

/// What axe-core has to say of the page as it is.
pub(crate) async fn axe(page: &Window, what: &str) {
    let axe = whole_system::stage::repository().join("tests/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(axe).unwrap();
    page.run(&axe).await.unwrap();
    let script = "return (async () => {
        const { violations } = await axe.run(document, { resultTypes: ['violations'] });
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    })()";
    let found = page.run(script).await.unwrap();
    assert_eq!(found, json!([]), "{what}");
}

/// Shows the page in a size, light or dark, and checks that nothing is beside it.
pub(crate) async fn look(
    page: &Window,
    name: &str,
    (width, height, zoom): (u32, u32, u32),
    dark: bool,
) {
    let size =
        json!({"width": width, "height": height, "deviceScaleFactor": zoom, "mobile": false});
    page.devtools("Emulation.setDeviceMetricsOverride", size)
        .await
        .unwrap();
    let scheme = if dark { "dark" } else { "light" };
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    page.devtools("Emulation.setEmulatedMedia", media)
        .await
        .unwrap();
    let wide = page
        .run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        .await
        .unwrap();
    assert_eq!(wide, json!(0), "{name} is wider than {width}");
    page.screenshot(&picture(name)).await.unwrap();
}
