//! The county's pages of the real issuer in a real browser, by keyboard alone: and the whole story of a record that is wrong,
//! mended in the source, read again by hand, and right in the pupil's app.

use county_api::{Enrolment, MissingField};
use whole_system::webdriver::{ENTER, Window};

use crate::at_work::{at_admin, axe, enter, look, tab_to};
use crate::enrolment::give_class;
use crate::setting::{County, log_in};

/// Who runs the service here; somebody of the school in the sample county, given the role.
const LOGIN: &str = "sigrid";
const PAGES: [&str; 8] = [
    "county",
    "county/runs",
    "county/faults",
    "county/keys",
    "county/messages",
    "county/schools",
    "county/staff",
    "county/audit",
];
/// Somebody with the role of a county administrator, logged in by keyboard.
async fn administrator(county: &County) -> Window {
    at_admin(county, LOGIN, ("county-admin", None), "admin/county").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_county_runs_its_service_with_the_keyboard_alone() {
    let county = County::start().await;
    let page = administrator(&county).await;
    for path in PAGES {
        let address = county.stage.issuer_url().join(&format!("admin/{path}"));
        page.go(address.unwrap().as_str()).await.unwrap();
        page.see("h1").await.unwrap();
        let name = format!("county-{}", path.replace('/', "-"));
        look(&page, &format!("{name}-1280"), (1280, 900, 1), false).await;
        axe(&page, &format!("{path}, light")).await;
        look(&page, &format!("{name}-390-dark"), (390, 844, 1), true).await;
        axe(&page, &format!("{path}, dark and narrow")).await;
        // 1280 at 200 %, and the narrowest that there is.
        look(&page, &format!("{name}-200"), (640, 450, 2), false).await;
        look(&page, &format!("{name}-320"), (320, 640, 1), false).await;
    }
    look(&page, "county-audit-1280", (1280, 900, 1), false).await;

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
    page.see_text("Loggen er hel fra linje").await.unwrap();
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
    look(&page, "county-run-390", (390, 844, 1), false).await;
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
