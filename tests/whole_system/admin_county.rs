//! The county's pages of the real issuer in a real browser, by keyboard alone: and the whole story of a record that is wrong,
//! mended in the source, read again by hand, and right in the pupil's app.

use std::path::PathBuf;

use county_api::{Enrolment, MissingField};
use serde_json::{Value, json};
use whole_system::webdriver::{ENTER, TAB, Window};

use crate::enrolment::give_class;
use crate::setting::{County, PASSWORD, log_in};

/// Who runs the service here; somebody of the school in the sample county, given the role.
const LOGIN: &str = "sigrid";
const PAGES: [&str; 7] = [
    "county",
    "county/runs",
    "county/keys",
    "county/messages",
    "county/schools",
    "county/staff",
    "county/audit",
];
/// No way through a page is longer, in stops of the key Tab.
const MOST_STOPS: usize = 250;

/// Where the screenshots go, to be looked at.
fn picture(name: &str) -> PathBuf {
    let folder = whole_system::stage::repository().join("tests/.out");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(format!("admin-county-{name}.png"))
}

async fn browser() -> Window {
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=nb",
        "--window-size=1280,900",
    ];
    let options = json!({"args": arguments, "prefs": {"intl.accept_languages": "nb-NO,nb"}});
    Window::open(
        "chromedriver",
        &[("LANGUAGE", "nb")],
        json!({"browserName": "chrome", "goog:chromeOptions": options}),
    )
    .await
    .unwrap_or_else(|e| panic!("{e}"))
}

/// Somebody with the role of a county administrator, logged in by keyboard.
async fn administrator(county: &County) -> Window {
    let name = format!("{LOGIN}@fjordviken.example");
    let grant = [
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
    ];
    county.stage.issuer_command(&grant).await.unwrap();
    let page = browser().await;
    let admin = county.stage.issuer_url().join("admin/county").unwrap();
    page.go(admin.as_str()).await.unwrap();
    page.see("input[type=password]").await.unwrap();
    tab_to(&page, "input:not([type=password]):not([type=hidden])").await;
    page.keys(LOGIN).await.unwrap();
    tab_to(&page, "input[type=password]").await;
    page.keys(PASSWORD).await.unwrap();
    page.keys(ENTER).await.unwrap();
    page.see_text("Slik står det til").await.unwrap();
    page
}

/// Goes on with the key Tab until what has the focus is this.
async fn tab_to(page: &Window, css: &str) {
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
async fn enter(page: &Window, css: &str) {
    tab_to(page, css).await;
    page.keys(ENTER).await.unwrap();
}

/// What axe-core has to say of the page as it is.
async fn axe(page: &Window, what: &str) {
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
async fn look(page: &Window, name: &str, (width, height, zoom): (u32, u32, u32), dark: bool) {
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

#[tokio::test(flavor = "multi_thread")]
async fn the_county_runs_its_service_with_the_keyboard_alone() {
    let county = County::start().await;
    let page = administrator(&county).await;
    for path in PAGES {
        let address = county.stage.issuer_url().join(&format!("admin/{path}"));
        page.go(address.unwrap().as_str()).await.unwrap();
        page.see("h1").await.unwrap();
        let name = path.replace('/', "-");
        look(&page, &format!("{name}-1280"), (1280, 900, 1), false).await;
        axe(&page, &format!("{path}, light")).await;
        look(&page, &format!("{name}-390-dark"), (390, 844, 1), true).await;
        axe(&page, &format!("{path}, dark and narrow")).await;
        // 1280 at 200 %, and the narrowest that there is.
        look(&page, &format!("{name}-200"), (640, 450, 2), false).await;
        look(&page, &format!("{name}-320"), (320, 640, 1), false).await;
    }
    look(&page, "audit-1280", (1280, 900, 1), false).await;

    // A school is switched off: the app of its pupils says so.
    let schools = county.stage.issuer_url().join("admin/county/schools");
    page.go(schools.unwrap().as_str()).await.unwrap();
    enter(&page, "tr:has(input[value=\"16001\"]) summary").await;
    tab_to(&page, "tr:has(input[value=\"16001\"]) textarea").await;
    page.keys("Venter til januar").await.unwrap();
    enter(&page, "tr:has(input[value=\"16001\"]) button").await;
    page.see_text("Skolen er slått av.").await.unwrap();
    page.see_text("Venter til januar").await.unwrap();
    axe(&page, "schools, after the deed").await;
    let nora = county.enrolment_of("nora").await;
    assert!(
        matches!(nora.state, Enrolment::SchoolNotEnabled { .. }),
        "{:?}",
        nora.state
    );

    // And the trail tells of it, to whoever looks for what this person did.
    let audit = county.stage.issuer_url().join("admin/county/audit");
    page.go(audit.unwrap().as_str()).await.unwrap();
    tab_to(&page, "input[name=who]").await;
    page.keys(&format!("{LOGIN}@fjordviken.example"))
        .await
        .unwrap();
    page.keys(ENTER).await.unwrap();
    page.see_text("school.disable").await.unwrap();
    axe(&page, "what was found in the trail").await;
    let address = page.run("return location.href").await.unwrap();
    assert!(!address.as_str().unwrap().contains('@'), "{address}");
    enter(&page, "form[action$=\"/verify\"] button").await;
    page.see_text("Loggen er hel:").await.unwrap();
    page.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_mended_in_the_source_and_read_again_by_hand_is_right_in_the_pupils_app() {
    let county = County::start().await;
    let app = county.wallet("phone");
    log_in(&app, "iben").await.unwrap();
    let told = app.enrolment().await.unwrap().state;
    let Enrolment::RecordIncomplete { missing, .. } = told else {
        panic!("iben has no class: {told:?}")
    };
    assert_eq!(missing, [MissingField::Class]);

    // Mended where it was wrong; the service does not know yet.
    give_class(&county, "iben").await;
    let page = administrator(&county).await;
    let runs = county.stage.issuer_url().join("admin/county/runs").unwrap();
    page.go(runs.as_str()).await.unwrap();
    tab_to(&page, "textarea[name=reason]").await;
    page.keys("Klassen er rettet i kilden").await.unwrap();
    enter(&page, "main form button[type=submit]").await;
    page.see_text("Synken er bestilt").await.unwrap();
    // What goes on is told by script, and by loading the page again.
    page.see_text("Synken er ferdig").await.unwrap();
    axe(&page, "a run that was asked for").await;
    enter(&page, "#going a").await;
    page.see_text("Gjennomført").await.unwrap();
    enter(&page, "tbody th a").await;
    page.see_text("Klassen er rettet i kilden").await.unwrap();
    page.see_text("skole eller klasse").await.unwrap();
    axe(&page, "a run").await;
    look(&page, "run-390", (390, 844, 1), false).await;
    page.close().await.unwrap();

    app.refresh().await.ok();
    let told = app.enrolment().await.unwrap().state;
    assert!(
        matches!(
            told,
            Enrolment::PhotoMissing { .. } | Enrolment::PhotoToConfirm { .. }
        ),
        "{told:?}"
    );
}
