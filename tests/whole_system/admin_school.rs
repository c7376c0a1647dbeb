//! A school's pages of the real issuer in a real browser, by keyboard alone: photos looked at, what goes wrong on the way,
//! who has not started, whom the app tells pupils to ask, and another school's pages, which are not there.

use std::time::Duration;

use county_api::{Enrolment, SubmittedFrom};
use serde_json::{Value, json};
use wallet::{PhotoNotice, Wallet};
use whole_system::webdriver::{ENTER, TAB, Window};

use crate::at_work::{at_admin, axe, enter, go, look, tab_to};
use crate::setting::{County, log_in};

/// Works in the office of the school of two people here, Sunniva and Oda.
const LOGIN: &str = "sigrid";
const SCHOOL: &str = "16003";
const ESCAPE: &str = "\u{e00c}";

/// A real face in a portrait's shape and size; sent "anyway", since what the rules say of it is not the matter here.
fn picture() -> Vec<u8> {
    let filter = image::imageops::FilterType::Triangle;
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::load_from_memory(include_bytes!("../county/photos/nora.jpg"))
        .unwrap()
        .resize_exact(480, 640, filter)
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .unwrap();
    jpeg.into_inner()
}

/// `login` sends in a photo of their own, which waits for the school.
async fn sends_photo(county: &County, login: &str) -> Wallet {
    let phone = county.wallet(login);
    log_in(&phone, login).await.unwrap();
    let sent = phone
        .submit_photo(picture(), SubmittedFrom::Upload, true)
        .await
        .unwrap();
    assert!(
        matches!(sent.state, Enrolment::PhotoInReview { .. }),
        "{login}: {:?}",
        sent.state
    );
    phone
}

async fn office(county: &County) -> Window {
    let path = format!("admin/school/{SCHOOL}");
    at_admin(county, LOGIN, ("school-admin", Some(SCHOOL)), &path).await
}

async fn see(county: &County, page: &Window, path: &str) {
    go(county, page, &format!("admin/school/{SCHOOL}{path}")).await;
    page.see("h1").await.unwrap();
}

/// Waits until a script in the page says yes.
pub(crate) async fn until(page: &Window, asks: &str) {
    for _ in 0..200 {
        if page.run(&format!("return {asks}")).await.unwrap() == Value::Bool(true) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never: {asks}\n{}", page.text().await.unwrap());
}

/// The photo at hand is there to be seen, and has been for longer than a key pressed twice takes.
async fn look_at_photo(page: &Window, name: &str) {
    let name = json!(name);
    until(
        page,
        &format!(
            "document.activeElement.matches('[data-photo]') && document.activeElement.textContent.includes({name})
             && document.activeElement.querySelector('img').naturalWidth > 0"
        ),
    )
    .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
}

async fn trail(county: &County) -> String {
    let export = ["audit", "export", "--by", "operator", "--reason", "Prøve"];
    let output = county.stage.issuer_command(&export).await.unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_are_approved_returned_and_taken_back_by_keyboard_alone() {
    let county = County::start().await;
    let oda = sends_photo(&county, "oda").await;
    // The list is in the order of seconds.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let sunniva = sends_photo(&county, "sunniva").await;
    let page = office(&county).await;
    page.see_text("2 bilder venter på deg.").await.unwrap();
    axe(&page, "the school's first page").await;
    enter(&page, "a[href$='/photos']").await;
    page.see("[data-photo]").await.unwrap();
    axe(&page, "photos").await;
    look(&page, "school-photos-1280", (1280, 900, 1), false).await;
    look(&page, "school-photos-390-dark", (390, 844, 1), true).await;
    axe(&page, "photos, dark and narrow").await;
    look(&page, "school-photos-320", (320, 640, 1), false).await;
    look(&page, "school-photos-1280", (1280, 900, 1), false).await;

    // The one that has waited longest is first; it is approved, and the next one is at hand.
    page.keys("j").await.unwrap();
    look_at_photo(&page, "Oda").await;
    page.keys("a").await.unwrap();
    page.see_text("Bildet er på beviset neste gang")
        .await
        .unwrap();
    look_at_photo(&page, "Sunniva").await;
    axe(&page, "a photo was approved").await;
    let ready = oda.enrolment().await.unwrap().state;
    assert!(matches!(ready, Enrolment::Ready { .. }), "{ready:?}");

    // A form that is not good any more says so beside the photo, and the photo stays.
    page.run("document.activeElement.querySelector('[data-approve] [name=_csrf]').value = 'x'")
        .await
        .unwrap();
    page.keys("a").await.unwrap();
    until(
        &page,
        "document.querySelector('#trouble').textContent.includes('Ingenting er endret')",
    )
    .await;
    axe(&page, "something went wrong with a photo").await;
    assert!(matches!(
        sunniva.enrolment().await.unwrap().state,
        Enrolment::PhotoInReview { .. }
    ));

    // Nor is a refusal that is no page passed over in silence.
    for status in [429, 503] {
        look_at_photo(&page, "Sunniva").await;
        page.run(&format!(
            "const real = window.fetch;
            window.fetch = async () => {{
                window.fetch = real;
                return new Response('{{}}', {{ status: {status}, headers: {{ 'content-type': 'application/json' }} }});
            }}"
        ))
        .await
        .unwrap();
        page.keys("a").await.unwrap();
        until(
            &page,
            "document.querySelector('#trouble').textContent.includes('Vi fikk ikke noe svar')",
        )
        .await;
        page.run("document.querySelector('#trouble').textContent = ''")
            .await
            .unwrap();
    }

    // It goes back in the office's own words; Escape leaves the form without sending it.
    look_at_photo(&page, "Sunniva").await;
    page.keys("r").await.unwrap();
    until(&page, "document.activeElement.matches('select')").await;
    page.keys(ESCAPE).await.unwrap();
    look_at_photo(&page, "Sunniva").await;
    page.keys("r").await.unwrap();
    until(&page, "document.activeElement.matches('select')").await;
    page.keys(TAB).await.unwrap();
    page.keys("Ta av deg lua").await.unwrap();
    page.keys(&format!("{TAB}{ENTER}")).await.unwrap();
    page.see_text("Eleven får se hvorfor.").await.unwrap();
    sunniva.enrolment().await.unwrap();
    let told = sunniva.overview().photo_notice;
    assert!(
        matches!(&told, Some(PhotoNotice::Returned { note, .. }) if note == "Ta av deg lua"),
        "{told:?}"
    );

    // An approval that was a slip is taken back.
    see(&county, &page, "/photos").await;
    page.see_text("Ingen bilder venter.").await.unwrap();
    axe(&page, "no photo waits").await;
    enter(&page, "#just ~ ul summary").await;
    tab_to(&page, "#just ~ ul input[name=reason]").await;
    page.keys(&format!("Feil elev{ENTER}")).await.unwrap();
    page.see_text("Godkjenningen er tatt tilbake.")
        .await
        .unwrap();
    let state = oda.enrolment().await.unwrap().state;
    assert!(!matches!(state, Enrolment::Ready { .. }), "{state:?}");

    let trail = trail(&county).await;
    for action in [
        "photos.list",
        "person.approve_photo",
        "person.return_photo",
        "person.reset_photo",
    ] {
        let is_there = |line: &str| line.contains(action) && line.contains(LOGIN);
        assert!(trail.lines().any(is_there), "{action}: {trail}");
    }
    page.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_school_is_for_everyone_who_works_there_and_for_nobody_else() {
    let county = County::start().await;
    let sunniva = county.wallet("phone");
    log_in(&sunniva, "sunniva").await.unwrap();
    let page = office(&county).await;
    for path in [
        "",
        "/photos",
        "/not-enrolled",
        "/rosters",
        "/faults",
        "/contacts",
        "/deliveries",
    ] {
        see(&county, &page, path).await;
        let name = path.replace('/', "-");
        look(&page, &format!("school{name}-1280"), (1280, 900, 1), false).await;
        axe(&page, &format!("school{path}, light")).await;
        let dark = format!("school{name}-390-dark");
        look(&page, &dark, (390, 844, 1), true).await;
        axe(&page, &format!("school{path}, dark and narrow")).await;
        // 1280 at 200 %, and the narrowest that there is.
        look(&page, &format!("school{name}-200"), (640, 450, 2), false).await;
        look(&page, &format!("school{name}-320"), (320, 640, 1), false).await;
    }
    look(&page, "school-1280", (1280, 900, 1), false).await;

    // Who has not started: class by class, each with how far they have come.
    see(&county, &page, "/not-enrolled").await;
    let file = page
        .run("return (async () => (await fetch(document.querySelector('a[download]').href)).text())()")
        .await
        .unwrap();
    let line = file
        .as_str()
        .unwrap()
        .lines()
        .find(|line| line.contains("Østvåg"));
    assert!(
        line.is_some_and(|line| line.contains("Mangler bilde")),
        "{line:?}"
    );
    enter(&page, "tbody a[href*='class=']").await;
    page.see("a[aria-current=true]").await.unwrap();
    axe(&page, "one class").await;

    // Whom to ask about photos: written, looked at, and in the pupil's app.
    see(&county, &page, "/contacts").await;
    tab_to(&page, "#photo-name").await;
    page.keys("Bildehjelpen").await.unwrap();
    tab_to(&page, "#photo-phone").await;
    page.keys("sju null").await.unwrap();
    enter(&page, "button[value=preview]").await;
    page.see_text("Skriv telefonnummeret").await.unwrap();
    axe(&page, "contacts that cannot be used").await;
    // One goes on at the first field that is wrong.
    let there = page
        .run("document.querySelector('#photo-phone').value = ''; return document.activeElement?.id")
        .await
        .unwrap();
    assert_eq!(there, "photo-phone");
    page.keys("70 00 01 05").await.unwrap();
    enter(&page, "button[value=preview]").await;
    page.see_text("Slik blir det i appen").await.unwrap();
    axe(&page, "contacts as they will be").await;
    tab_to(&page, "#why").await;
    page.keys("Ny på kontoret").await.unwrap();
    enter(&page, "button[value=keep]").await;
    page.see_text("Lagret. Elevene får det").await.unwrap();
    let told = sunniva.enrolment().await.unwrap();
    let is_told = told
        .contacts
        .iter()
        .any(|contact| contact.name == "Bildehjelpen");
    assert!(is_told, "{:?}", told.contacts);

    // Another school's pages are not there, and the attempt is in the trail.
    for path in ["", "/photos", "/not-enrolled", "/contacts"] {
        go(&county, &page, &format!("admin/school/16001{path}")).await;
        page.see_text("LB-WEB-404").await.unwrap();
    }
    axe(&page, "another school's page").await;
    let trail = trail(&county).await;
    let refused = trail.lines().any(|line| {
        line.contains("staff.refused") && line.contains(LOGIN) && line.contains("16001")
    });
    assert!(refused, "{trail}");
    page.close().await.unwrap();
}
