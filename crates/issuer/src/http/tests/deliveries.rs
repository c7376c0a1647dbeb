//! Photographers' deliveries: who may, and what becomes of them.

use axum::http::Method;

use super::{
    World,
    school_pages::{HERE, NORA, school, send_parts},
    staff::{Browser, KARI, give},
};
use crate::admin::Role;

#[tokio::test]
async fn a_delivery_is_taken_in_and_says_of_each_file_what_became_of_it() {
    let world = World::new().await;
    let (mut browser, _) = school(&world).await;
    browser.get(&format!("{HERE}/deliveries")).await.expect(200);
    let token = browser.csrf().await;
    let path = format!("{HERE}/deliveries/new");
    let none = send_parts(&mut browser, &path, &token, &[], &[]).await;
    assert!(none.expect(422).text().contains("ingen bilder"));
    let zip = send_parts(&mut browser, &path, &token, &[], &[("alle.zip", "PK")]).await;
    assert!(zip.expect(422).text().contains("Zip-fila kan ikke leses"));
    let files = [
        ("999999.jpg", "x"),
        ("klasse.txt", "x"),
        ("100042.jpg", "x"),
    ];
    let begun = send_parts(&mut browser, &path, &token, &[], &files)
        .await
        .expect(303);
    let page = begun.header("location").to_owned();
    let text = loop {
        let text = browser.get(&page).await.expect(200).text();
        if !text.contains("<progress") {
            break text;
        }
        tokio::task::yield_now().await;
    };
    for said in [
        "Ferdig: 3 filer",
        "Ingen elev på skolen har dette nummeret.",
        "Fila heter ikke elevnummer og .jpg.",
        "går foran",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[tokio::test]
async fn a_photographer_delivers_and_sees_nothing_else() {
    let world = World::new().await;
    world.pupil(NORA, None).await;
    give(&world, KARI, Role::Photographer, Some("10001")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let front = browser.get(HERE).await.expect(200).text();
    assert_eq!(front.matches(&format!("{HERE}/")).count(), 1, "{front}");
    browser.get(&format!("{HERE}/deliveries")).await.expect(200);
    for page in ["photos", "not-enrolled", "rosters", "faults", "contacts"] {
        browser.get(&format!("{HERE}/{page}")).await.expect(404);
    }
    browser.get("/admin/search").await.expect(403);
}

#[tokio::test]
async fn a_photographer_sees_own_deliveries_and_nothing_of_what_pupils_do_with_theirs() {
    let world = World::new().await;
    let (mut office, _) = school(&world).await;
    let photographer = "foto@fjordviken.example";
    give(&world, photographer, Role::Photographer, Some("10001")).await;
    let mut outsider = Browser::logged_in(&world, "/admin", photographer).await;
    let list = format!("{HERE}/deliveries");
    let mut pages = Vec::new();
    for browser in [&mut office, &mut outsider] {
        let token = browser.csrf().await;
        let files = [("100042.jpg", "x")];
        let begun = send_parts(browser, &format!("{list}/new"), &token, &[], &files).await;
        let page = begun.expect(303).header("location").to_owned();
        let text = loop {
            let text = browser.get(&page).await.expect(200).text();
            if !text.contains("<progress") {
                break text;
            }
            tokio::task::yield_now().await;
        };
        pages.push((page, text));
    }
    let [(theirs, told), (own, told_outsider)] = pages.as_slice() else {
        panic!("two deliveries")
    };
    assert!(told.contains("går foran"), "{told}");
    assert!(!told_outsider.contains("går foran"), "{told_outsider}");
    assert!(told_outsider.contains("Ikke tatt. Skolen kan se hvorfor."));
    outsider.get(theirs).await.expect(404);
    let listed = outsider.get(&list).await.expect(200).text();
    assert!(listed.contains(own.as_str()) && !listed.contains(theirs.as_str()));
    let listed = office.get(&list).await.expect(200).text();
    assert!(listed.contains(own.as_str()) && listed.contains(theirs.as_str()));
}

#[tokio::test]
async fn who_may_not_deliver_is_told_before_anything_is_read() {
    let world = World::new().await;
    world.pupil(NORA, None).await;
    give(&world, KARI, Role::IktContact, Some("10001")).await;
    let mut browser = Browser::logged_in(&world, "/admin", KARI).await;
    let headers = [("content-type", "multipart/form-data; boundary=b")];
    let path = format!("{HERE}/deliveries/new");
    let body = "not a form at all".to_owned();
    let answer = browser.send(Method::POST, &path, &headers, body).await;
    answer.expect(404);
}

#[tokio::test]
async fn a_head_that_never_ends_is_not_read_into_memory() {
    let world = World::new().await;
    let (mut browser, _) = school(&world).await;
    let token = browser.csrf().await;
    let body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"_csrf\"\r\n\r\n{token}\r\n--b\r\nx: {}",
        "y".repeat(5 << 20)
    );
    let headers = [
        ("content-type", "multipart/form-data; boundary=b"),
        ("sec-fetch-site", "same-origin"),
    ];
    let path = format!("{HERE}/deliveries/new");
    let answer = browser.send(Method::POST, &path, &headers, body).await;
    answer.expect(400);
}
