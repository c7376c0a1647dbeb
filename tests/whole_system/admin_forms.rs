//! What staff do seldom and must not get wrong, in a real browser by keyboard alone: the decision about a run that braked,
//! a list for an exam, a photographer's delivery, and the pages that are not for everyone.

use chrono::{Days, Utc};
use serde_json::json;
use wallet::CardState;
use whole_system::webdriver::{ENTER, Window};

use crate::admin_school::until;
use crate::at_work::{self, at_admin, axe, enter, go, look, tab_to};
use crate::setting::{County, log_in};

const SCHOOL: &str = "16003";
const SPACE: &str = " ";

/// Looks at a page as a phone in the dark, a desk and the narrowest window show it.
async fn every_way(page: &Window, name: &str) {
    look(page, &format!("{name}-390-dark"), (390, 844, 1), true).await;
    axe(page, &format!("{name}, dark and narrow")).await;
    look(page, &format!("{name}-320"), (320, 640, 1), false).await;
    look(page, &format!("{name}-200"), (640, 450, 2), false).await;
    look(page, &format!("{name}-1280"), (1280, 900, 1), false).await;
    axe(page, &format!("{name}, light")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_would_take_many_cards_waits_until_somebody_has_looked_and_said_yes() {
    let county = County::start().await;
    let nora = county.enrolled("nora", "phone").await;
    // Every tenth pupil is missing from what the source says, Nora among them.
    let missing = json!({"collection": "utdanning/elev/elevforhold", "removeShare": 0.1});
    county.stage.county_change(&missing).await.unwrap();
    let sync = county.stage.issuer_output(&["sync"]).await.unwrap();
    assert!(!sync.status.success());
    nora.refresh().await.unwrap();
    let state = |wallet: &wallet::Wallet| wallet.overview().cards[0].state;
    assert_eq!(state(&nora), CardState::Valid);

    let page = at_admin(&county, "sigrid", ("county-admin", None), "admin/county").await;
    page.see_text("Se på endringene og bestem").await.unwrap();
    axe(&page, "the county's first page while a run waits").await;
    enter(&page, "main a.ds-button").await;
    page.see_text("Stanset, venter på avgjørelse")
        .await
        .unwrap();
    axe(&page, "a run that waits").await;
    enter(&page, "main a.ds-button").await;
    page.see_text("Skal denne endringen tas inn?")
        .await
        .unwrap();
    every_way(&page, "decision").await;
    // Without a reason nothing is sent.
    enter(&page, "form:has([value=accept]) button").await;
    page.see_text("Skal denne endringen tas inn?")
        .await
        .unwrap();
    tab_to(&page, "form:has([value=accept]) textarea").await;
    page.keys("De har sluttet, skolen har ringt").await.unwrap();
    enter(&page, "form:has([value=accept]) button").await;
    page.see_text("Endringen er godtatt.").await.unwrap();
    axe(&page, "a run that was let through").await;

    // The run that takes it in is asked for; it is there in some seconds.
    for _ in 0..240 {
        let _ = nora.refresh().await;
        if state(&nora) != CardState::Valid {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    assert_ne!(state(&nora), CardState::Valid);
    go(&county, &page, "admin/county/runs").await;
    page.see_text("Stanset, og så godtatt").await.unwrap();
    page.see_text("En avgjørelse").await.unwrap();
    page.close().await.unwrap();
}

/// Half an hour goes by in the page without anybody there.
const LATER: &str = "const now = Date.now.bind(Date); Date.now = () => now() + 26 * 60_000;";
const LOOKS: &str = "document.dispatchEvent(new Event('visibilitychange'));";

#[tokio::test(flavor = "multi_thread")]
async fn a_login_says_before_it_ends_and_what_was_typed_is_there_after_the_next() {
    let county = County::start().await;
    let path = format!("admin/school/{SCHOOL}/rosters");
    let page = at_admin(&county, "sigrid", ("school-admin", Some(SCHOOL)), &path).await;
    tab_to(&page, "#title").await;
    page.keys("NOR1267 Norsk hovedmål").await.unwrap();

    // The service says that three minutes are left; then somebody is there, and it says more again.
    page.run(&format!(
        "const real = window.fetch;
         window.fetch = async () => {{
            window.fetch = real;
            return new Response('[180, 20000]', {{ headers: {{ 'content-type': 'application/json' }} }});
         }};
         {LATER}{LOOKS}"
    ))
    .await
    .unwrap();
    page.see_text("Du blir snart logget ut").await.unwrap();
    until(&page, "document.getAnimations().length === 0").await;
    look(&page, "ending-390", (390, 844, 1), false).await;
    axe(&page, "a login that is about to end").await;
    page.keys(ENTER).await.unwrap();
    until(&page, "!document.querySelector('#ending').open").await;

    // The service does not know the browser any more.
    page.devtools("Network.clearBrowserCookies", json!({}))
        .await
        .unwrap();
    page.run(&format!("{LATER}{LOOKS}")).await.unwrap();
    page.see_text("Du er logget ut").await.unwrap();
    until(&page, "document.getAnimations().length === 0").await;
    axe(&page, "a login that has ended").await;
    page.keys(ENTER).await.unwrap();
    at_work::log_in(&page, "sigrid").await;
    until(
        &page,
        "document.querySelector('#title')?.value === 'NOR1267 Norsk hovedmål'",
    )
    .await;
    page.see_text("er satt inn igjen").await.unwrap();
    axe(&page, "what was typed is there").await;
    page.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_makes_an_exam_list_and_a_photographer_delivers_and_neither_sees_more_than_that() {
    let county = County::start().await;
    let sunniva = county.wallet("phone");
    log_in(&sunniva, "sunniva").await.unwrap();
    let person = county.stage.county_person("sunniva").await.unwrap();
    let number = person["elevnummer"].as_str().unwrap();

    let path = format!("admin/school/{SCHOOL}/rosters");
    let page = at_admin(&county, "sigrid", ("school-admin", Some(SCHOOL)), &path).await;
    tab_to(&page, "#title").await;
    page.keys("NOR1267 Norsk hovedmål").await.unwrap();
    // How a date is typed is the browser's own, in its own language.
    let tomorrow = Utc::now()
        .date_naive()
        .checked_add_days(Days::new(2))
        .unwrap();
    page.run(&format!(
        "document.querySelector('#day').value = '{tomorrow}'; document.querySelector('#time').value = '09:00'"
    ))
    .await
    .unwrap();
    enter(&page, "main form button[type=submit]").await;
    page.see_text("Velg minst én klasse").await.unwrap();
    axe(&page, "an exam list of nobody").await;
    tab_to(&page, "ul.classes li:first-child input[type=checkbox]").await;
    page.keys(SPACE).await.unwrap();
    enter(&page, "form[enctype] button[type=submit]").await;
    page.see_text("Lista er laget.").await.unwrap();
    every_way(&page, "rosters-made").await;
    let signed = page
        .run("return (async () => (await fetch(document.querySelector('a[download]').href)).text())()")
        .await
        .unwrap();
    let signed = signed.as_str().unwrap();
    county_api::Roster::key_name(signed).expect("a list that an exam room can read");

    // What only the county may: the page says so, and whose it is.
    go(&county, &page, "admin/county").await;
    page.see_text("LB-WEB-403").await.unwrap();
    every_way(&page, "forbidden").await;
    page.close().await.unwrap();

    let folder = county.path().join("delivery");
    std::fs::create_dir_all(&folder).unwrap();
    let good = include_bytes!("../county/photos/nora.jpg");
    let picture = folder.join(format!("{number}.jpg"));
    std::fs::write(&picture, good).unwrap();
    let strange = folder.join("klassebilde.jpg");
    std::fs::write(&strange, good).unwrap();
    let path = format!("admin/school/{SCHOOL}/deliveries");
    let page = at_admin(&county, "rektor", ("photographer", Some(SCHOOL)), &path).await;
    let files = format!("{}\n{}", picture.display(), strange.display());
    page.type_into("#files", &files).await.unwrap();
    enter(&page, "main form button[type=submit]").await;
    page.see_text("Ferdig: 2 filer er sett på.").await.unwrap();
    page.see_text("Ingen elev på skolen har dette nummeret.")
        .await
        .unwrap();
    every_way(&page, "delivery").await;
    for path in ["photos", "contacts", "rosters"] {
        go(&county, &page, &format!("admin/school/{SCHOOL}/{path}")).await;
        let text = page.text().await.unwrap();
        assert!(text.contains("LB-WEB-40"), "{path}: {text}");
    }
    page.close().await.unwrap();
}
