//! The pages of a school: who may see them, and what is done on them.

use axum::http::Method;
use county_api::{Enrolment, Roster};
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

use super::{
    Answer, World,
    staff::{Browser, KARI, give},
};
use crate::{
    admin::Role,
    db::entity::{
        photo::{self, PhotoState},
        school as a_school,
    },
    records,
};

pub(super) const HERE: &str = "/admin/school/10001";
pub(super) const NORA: &str = "nora@fjordviken.example";

/// A school with Nora and one other, and its administrator at a browser.
pub(super) async fn school(world: &World) -> (Browser<'_>, Uuid) {
    let nora = world.pupil(NORA, Some(PhotoState::InReview)).await;
    give(world, KARI, Role::SchoolAdmin, Some("10001")).await;
    let browser = Browser::logged_in(world, "/admin", KARI).await;
    (browser, nora)
}

/// The school of the number 10002, with nobody at it.
async fn another_school(world: &World) {
    let here = a_school::Entity::find_by_id("10001")
        .one(&world.service.db)
        .await
        .unwrap()
        .unwrap();
    let there = a_school::ActiveModel {
        number: Set("10002".into()),
        ..here.into()
    };
    let row = a_school::Entity::insert(there);
    row.exec_without_returning(&world.service.db).await.unwrap();
}

async fn photo_of(world: &World, person: Uuid) -> photo::Model {
    let row = photo::Entity::find_by_id(person).one(&world.service.db);
    row.await.unwrap().unwrap()
}

/// Sends a form with a file in it.
pub(super) async fn send_parts(
    browser: &mut Browser<'_>,
    path: &str,
    token: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &str)],
) -> Answer {
    let mut body =
        format!("--b\r\ncontent-disposition: form-data; name=\"_csrf\"\r\n\r\n{token}\r\n");
    for (name, value) in fields {
        body.push_str(&format!(
            "--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    for (name, content) in files {
        let field = if name.ends_with(".csv") {
            "file"
        } else {
            "files"
        };
        body.push_str(&format!(
            "--b\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n{content}\r\n"
        ));
    }
    body.push_str("--b--\r\n");
    let headers = [
        ("content-type", "multipart/form-data; boundary=b"),
        ("sec-fetch-site", "same-origin"),
        ("origin", super::ISSUER),
    ];
    browser.send(Method::POST, path, &headers, body).await
}

#[tokio::test]
async fn another_schools_pages_and_photos_are_not_there() {
    let world = World::new().await;
    let nora = world.pupil(NORA, Some(PhotoState::InReview)).await;
    let sha256 = photo_of(&world, nora).await.sha256;
    another_school(&world).await;
    give(&world, KARI, Role::SchoolAdmin, Some("10002")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    for page in [
        String::new(),
        "/photos".into(),
        format!("/photos/{nora}/{sha256}.jpg"),
        "/not-enrolled".into(),
        "/not-enrolled.csv".into(),
        "/rosters".into(),
        "/faults".into(),
        "/contacts".into(),
        "/deliveries".into(),
    ] {
        browser.get(&format!("{HERE}{page}")).await.expect(404);
    }
    // Nor by way of one's own school.
    let own = format!("/admin/school/10002/photos/{nora}");
    browser
        .get(&format!("{own}/{sha256}.jpg"))
        .await
        .expect(404);
    for deed in ["approve", "return", "reset"] {
        let fields = [("seen", sha256.as_str()), ("own", "x"), ("reason", "x")];
        browser
            .post(&format!("{own}/{deed}"), &fields)
            .await
            .expect(404);
        browser
            .post(&format!("{HERE}/photos/{nora}/{deed}"), &fields)
            .await
            .expect(404);
    }
    assert_eq!(photo_of(&world, nora).await.state, PhotoState::InReview);
}

#[tokio::test]
async fn a_role_sees_only_what_it_is_for() {
    let world = World::new().await;
    world.pupil(NORA, None).await;
    give(&world, KARI, Role::IktContact, Some("10001")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let front = browser.get(HERE).await.expect(200).text();
    assert!(front.contains("/not-enrolled"), "{front}");
    assert!(!front.contains("/photos"), "{front}");
    for page in ["photos", "rosters", "contacts", "deliveries"] {
        browser.get(&format!("{HERE}/{page}")).await.expect(404);
    }
}

#[tokio::test]
async fn a_photo_is_looked_at_approved_and_the_approval_taken_back() {
    let world = World::new().await;
    let (mut browser, nora) = school(&world).await;
    let sha256 = photo_of(&world, nora).await.sha256;
    let page = browser
        .get(&format!("{HERE}/photos"))
        .await
        .expect(200)
        .text();
    assert!(page.contains("Nora Bjørnstad"), "{page}");
    let image = browser
        .get(&format!("{HERE}/photos/{nora}/{sha256}.jpg"))
        .await;
    assert_eq!(image.expect(200).header("content-type"), "image/jpeg");

    let path = format!("{HERE}/photos/{nora}/approve");
    // One that nobody has seen is not approved.
    let other = browser.post(&path, &[("seen", "0000")]).await;
    assert!(
        other
            .expect(303)
            .header("location")
            .ends_with("said=changed")
    );
    let done = browser.post(&path, &[("seen", &sha256)]).await;
    assert!(
        done.expect(303)
            .header("location")
            .ends_with("said=approved")
    );
    assert_eq!(photo_of(&world, nora).await.state, PhotoState::Locked);

    let page = browser.get(&format!("{HERE}/photos")).await.text();
    assert!(page.contains("Nylig godkjent av deg"), "{page}");
    let path = format!("{HERE}/photos/{nora}/reset");
    let blank = [("seen", sha256.as_str()), ("reason", " ")];
    browser.post(&path, &blank).await.expect(422);
    // A picture that came meanwhile is not taken away unseen.
    let other = browser
        .post(&path, &[("seen", "0000"), ("reason", "Feil elev")])
        .await;
    assert!(
        other
            .expect(303)
            .header("location")
            .ends_with("said=changed")
    );
    assert_eq!(photo_of(&world, nora).await.state, PhotoState::Locked);
    // One that does not wait any more is not shown here.
    let image = format!("{HERE}/photos/{nora}/{sha256}.jpg");
    browser.get(&image).await.expect(404);
    browser
        .post(&path, &[("seen", &sha256), ("reason", "Feil elev")])
        .await
        .expect(303);
    assert_eq!(photo_of(&world, nora).await.state, PhotoState::Reset);
}

#[tokio::test]
async fn with_script_a_photo_gives_way_to_what_was_done() {
    let world = World::new().await;
    let (mut browser, nora) = school(&world).await;
    let sha256 = photo_of(&world, nora).await.sha256;
    let form = format!("seen={sha256}&ready=Uskarpt");
    let token = browser.csrf().await;
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("hx-request", "true"),
        ("x-csrf-token", token.as_str()),
    ];
    let path = format!("{HERE}/photos/{nora}/return");
    let answer = browser.send(Method::POST, &path, &headers, form).await;
    let text = answer.expect(200).text();
    assert!(text.trim_start().starts_with("<article"), "{text}");
    let row = photo_of(&world, nora).await;
    assert_eq!(
        (row.state, row.note.as_deref()),
        (PhotoState::Returned, Some("Uskarpt"))
    );
}

#[tokio::test]
async fn who_has_not_started_is_listed_by_class_and_as_a_file() {
    let world = World::new().await;
    let (mut browser, _) = school(&world).await;
    let page = browser
        .get(&format!("{HERE}/not-enrolled?class=2STA"))
        .await
        .expect(200)
        .text();
    assert!(page.contains("0 av 1 har beviset"), "{page}");
    assert!(page.contains("Har aldri logget inn"), "{page}");
    let file = browser
        .get(&format!("{HERE}/not-enrolled.csv"))
        .await
        .expect(200);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(
        file.text().contains("2STA;Nora Bjørnstad;100042;"),
        "{}",
        file.text()
    );
}

#[tokio::test]
async fn an_exam_list_is_made_of_classes_or_a_file_downloaded_and_deleted() {
    let world = World::new().await;
    let (mut browser, _) = school(&world).await;
    let path = format!("{HERE}/rosters");
    browser.get(&path).await.expect(200);
    let token = browser.csrf().await;
    let exam = [
        ("title", "Norsk"),
        ("day", "2026-09-24"),
        ("time", "09:00"),
        ("late", "15"),
    ];
    let wrong = send_parts(&mut browser, &path, "x", &exam, &[]).await;
    wrong.expect(403);
    let nobody = send_parts(&mut browser, &path, &token, &exam, &[]).await;
    assert!(nobody.expect(422).text().contains("Velg minst én klasse"));
    let list = [("liste.csv", "elevnummer;rom\n100042;A203\n999999;A203\n")];
    let bad = send_parts(&mut browser, &path, &token, &exam, &list)
        .await
        .expect(422)
        .text();
    assert!(
        bad.contains("Linje 3: Ingen med dette elevnummeret"),
        "{bad}"
    );
    // What was typed is still there.
    assert!(bad.contains("value=\"Norsk\""), "{bad}");

    let list = [("liste.csv", "elevnummer;rom\n100042;A203\n")];
    send_parts(&mut browser, &path, &token, &exam, &list)
        .await
        .expect(303);
    let class = [exam.as_slice(), &[("class", "2STA"), ("room:2STA", "A1")]].concat();
    send_parts(&mut browser, &path, &token, &class, &[])
        .await
        .expect(303);
    let page = browser.get(&path).await.text();
    assert_eq!(page.matches("1 kandidat").count(), 2, "{page}");
    let (_, rest) = page.split_once(&format!("{path}/")).unwrap();
    let id = rest.split('/').next().unwrap();
    let file = browser.get(&format!("{path}/{id}/file")).await.expect(200);
    assert!(
        file.header("content-disposition")
            .contains("eksamen-10001-2026-09-24.roster")
    );
    assert!(Roster::key_name(&file.text()).is_ok());
    let gone = browser
        .post(&format!("{path}/{id}/delete"), &[("reason", "Avlyst")])
        .await;
    gone.expect(303);
    browser.get(&format!("{path}/{id}/file")).await.expect(404);
}

#[tokio::test]
async fn contacts_are_checked_shown_and_kept_and_the_app_is_told() {
    let world = World::new().await;
    let (mut browser, nora) = school(&world).await;
    let path = format!("{HERE}/contacts");
    let page = browser.get(&path).await.expect(200).text();
    let (_, seen) = page.split_once("name=\"seen\" value=\"").unwrap();
    let seen = seen.split('"').next().unwrap().to_owned();
    let wrong = [("photo_name", "Bildehjelpen"), ("photo_phone", "sju")];
    let page = browser.post(&path, &wrong).await.expect(422).text();
    assert!(page.contains("Skriv telefonnummeret"), "{page}");
    // At its field, and nowhere else.
    let (_, phone) = page.split_once("id=\"photo-phone\"").unwrap();
    let phone = phone.split("</div>").next().unwrap();
    for part in [
        "aria-invalid=\"true\"",
        "aria-describedby=\"photo-phone-wrong\"",
        "id=\"photo-phone-wrong\"",
        "autofocus",
    ] {
        assert!(phone.contains(part), "{part} is not at {phone}");
    }
    assert_eq!(page.matches("aria-invalid").count(), 1);
    let right = [
        ("photo_name", "Bildehjelpen"),
        ("photo_phone", "70 00 01 05"),
    ];
    let page = browser.post(&path, &right).await.expect(200).text();
    assert!(page.contains("Slik blir det i appen"), "{page}");
    let keep = |why: &'static str| [&right[..], &[("step", "keep"), ("reason", why)]].concat();
    // Without a reason nothing is lost.
    let mut kept = keep(" ");
    kept.push(("seen", &seen));
    let again = browser.post(&path, &kept).await.expect(422).text();
    assert!(again.contains("value=\"70 00 01 05\""), "{again}");
    let mut kept = keep("Ny på kontoret");
    kept.push(("seen", &seen));
    browser.post(&path, &kept).await.expect(303);
    // Nor is what a colleague has written meanwhile.
    let late = browser.post(&path, &kept).await.expect(422).text();
    assert!(late.contains("i mellomtiden"), "{late}");

    let account = records::testing::account(&world.service, Some(nora)).await;
    let told = records::enrolment(&world.service, account).await.unwrap();
    let named = told
        .contacts
        .iter()
        .any(|contact| contact.name == "Bildehjelpen");
    assert!(named, "{:?}", told.contacts);
    // The photo waits: whoever helps with photos is the one to ask.
    let Enrolment::PhotoInReview { contact, .. } = told.state else {
        panic!("{:?}", told.state)
    };
    assert_eq!(contact.name, "Bildehjelpen");
}

#[tokio::test]
async fn those_without_a_class_are_not_the_whole_school() {
    let world = World::new().await;
    let (mut browser, _) = school(&world).await;
    let class = browser
        .get(&format!("{HERE}/not-enrolled?class=2STA"))
        .await
        .expect(200)
        .text();
    assert!(class.contains("100042"), "{class}");
    for page in ["not-enrolled?class=", "not-enrolled.csv?class="] {
        let none = browser
            .get(&format!("{HERE}/{page}"))
            .await
            .expect(200)
            .text();
        assert!(!none.contains("100042"), "{none}");
    }
}

#[tokio::test]
async fn whose_names_were_on_a_page_and_who_was_refused_is_in_the_trail() {
    let world = World::new().await;
    let (mut browser, nora) = school(&world).await;
    another_school(&world).await;
    for page in ["not-enrolled", "not-enrolled.csv", "photos"] {
        browser.get(&format!("{HERE}/{page}")).await.expect(200);
    }
    browser.get("/admin/school/10002/photos").await.expect(404);
    let entries = crate::db::entity::audit::Entity::find()
        .all(&world.service.db)
        .await
        .unwrap();
    let of = |action: &str| entries.iter().find(|entry| entry.action == action);
    for action in ["not_enrolled.list", "not_enrolled.file", "photos.list"] {
        let people = &of(action).unwrap().detail["people"];
        assert_eq!(people, &serde_json::json!([nora]), "{action}");
    }
    let refused = &of("staff.refused").unwrap().detail;
    assert_eq!(refused["school"], "10002");
}
