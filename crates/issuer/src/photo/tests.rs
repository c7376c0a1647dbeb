use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, http::StatusCode, routing::get};
use sea_orm::{ColumnTrait, QueryFilter};

use super::*;
use crate::{
    app::testing::{self, NOW, TestClock},
    db::entity::audit as entries,
    photo::examine::testing::{DARK, NOBODY, TWO},
    records::testing::{person, pupil, sync},
};

/// A photo host on this machine.
struct Host {
    address: String,
    asked: Arc<AtomicUsize>,
}

async fn host() -> Host {
    let asked = Arc::new(AtomicUsize::new(0));
    let (counter, walls) = (asked.clone(), asked.clone());
    let picture = |value: u8| {
        let mut png = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(480, 640, image::Rgb([value; 3]))
            .write_to(&mut png, image::ImageFormat::Png)
            .unwrap();
        png.into_inner()
    };
    let router = Router::new()
        .route(
            "/one.jpg",
            get(async move || {
                counter.fetch_add(1, Ordering::SeqCst);
                picture(80)
            }),
        )
        .route(
            "/wall.jpg",
            get(async move || {
                walls.fetch_add(1, Ordering::SeqCst);
                picture(NOBODY)
            }),
        )
        .route("/friends.jpg", get(async move || picture(TWO)))
        .route("/dark.jpg", get(async move || picture(DARK)))
        .route("/same.jpg", get(async move || picture(80)))
        .route("/two.jpg", get(async move || picture(160)))
        .route("/large.jpg", get(async || vec![0_u8; 11 * 1024 * 1024]))
        .route("/garbage.jpg", get(async || "not a picture"))
        .route(
            "/moved.jpg",
            get(async || (StatusCode::FOUND, [("location", "/one.jpg")])),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Host { address, asked }
}

async fn app(host: &Host) -> App {
    let mut config = crate::config::tests::sample();
    config.photos.allowed_hosts = vec![host.address.trim_start_matches("http://").to_owned()];
    testing::app_with(config, Arc::new(TestClock::at(NOW))).await
}

async fn pupil_with(app: &App, address: Option<String>) -> person::Model {
    let mut record = pupil(1);
    record.photo_url = address.map(|address| address.parse().unwrap());
    sync(app, vec![record]).await.unwrap();
    person(app, "elev:1").await
}

fn objects(app: &App) -> usize {
    let folder = app.config.photos.folder.join("photos");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_photo_is_proposed_confirmed_locked_and_reset() {
    let host = host().await;
    let app = app(&host).await;
    let nora = pupil_with(&app, Some(format!("{}/one.jpg", host.address))).await;
    let proposed = look(&app, &nora).await.unwrap().unwrap();
    assert_eq!(proposed.state, PhotoState::Proposed);
    let current_photo = current(&app, nora.id).await.unwrap().unwrap();
    assert_eq!(
        county_api::photo_sha256(&current_photo.jpeg.unwrap()),
        proposed.sha256
    );
    assert_eq!(locked_sha256(&app.db, nora.id).await.unwrap(), None);

    let other = confirm(&app, nora.id, "another").await;
    assert!(matches!(
        other,
        Err(PhotoError::Refused(Refusal::AnotherPhoto))
    ));
    confirm(&app, nora.id, &proposed.sha256).await.unwrap();
    confirm(&app, nora.id, &proposed.sha256).await.unwrap();
    assert_eq!(
        locked_sha256(&app.db, nora.id).await.unwrap(),
        Some(proposed.sha256.clone())
    );
    let late = reject(&app, nora.id, &proposed.sha256).await;
    assert!(matches!(late, Err(PhotoError::Refused(Refusal::Locked))));
    assert_eq!(host.asked.load(Ordering::SeqCst), 1, "fetched once");

    let transaction = db::begin_write(&app.db).await.unwrap();
    let gone = staff::reset(&transaction, nora.id, "Feil bilde", NOW)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    app.photos.delete(&gone.object).await;
    assert_eq!(objects(&app), 0);
    assert_eq!(locked_sha256(&app.db, nora.id).await.unwrap(), None);
    // The very picture that was taken back is not proposed again; another one of the records' is, and the person is
    // told why.
    let still = look(&app, &nora).await.unwrap().unwrap();
    assert_eq!(still.state, PhotoState::Reset);
    let nora = pupil_with(&app, Some(format!("{}/two.jpg", host.address))).await;
    let again = look(&app, &nora).await.unwrap().unwrap();
    assert_eq!(again.state, PhotoState::Proposed);
    assert_eq!(again.note.as_deref(), Some("Feil bilde"));
    let trail = entries::Entity::find()
        .filter(entries::Column::PersonId.eq(nora.id))
        .all(&app.db)
        .await
        .unwrap();
    let mut deeds: Vec<_> = trail.into_iter().map(|entry| entry.action).collect();
    deeds.sort();
    assert_eq!(
        deeds,
        ["photo.confirm", "photo.propose", "photo.propose"],
        "one confirmation, not two; the reset's entry is its caller's"
    );
}

#[tokio::test]
async fn a_rejected_photo_is_deleted_and_comes_back_only_as_another_picture() {
    let host = host().await;
    let app = app(&host).await;
    let nora = pupil_with(&app, Some(format!("{}/one.jpg", host.address))).await;
    let proposed = look(&app, &nora).await.unwrap().unwrap();
    reject(&app, nora.id, &proposed.sha256).await.unwrap();
    assert_eq!(objects(&app), 0);
    assert_eq!(
        look(&app, &nora).await.unwrap().unwrap().state,
        PhotoState::Rejected
    );
    assert!(
        current(&app, nora.id)
            .await
            .unwrap()
            .unwrap()
            .jpeg
            .is_none()
    );
    let again = confirm(&app, nora.id, &proposed.sha256).await;
    assert!(matches!(again, Err(PhotoError::Refused(Refusal::Rejected))));

    // Said by mistake: the school takes it back, and the picture is shown once more.
    let transaction = db::begin_write(&app.db).await.unwrap();
    staff::reset(&transaction, nora.id, "Se en gang til", NOW)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let once_more = look(&app, &nora).await.unwrap().unwrap();
    assert_eq!(once_more.state, PhotoState::Proposed);
    assert_eq!(once_more.sha256, proposed.sha256);
    reject(&app, nora.id, &proposed.sha256).await.unwrap();

    let nora = pupil_with(&app, Some(format!("{}/two.jpg", host.address))).await;
    let second = look(&app, &nora).await.unwrap().unwrap();
    assert_eq!(second.state, PhotoState::Proposed);
    assert_ne!(second.sha256, proposed.sha256);
    assert_eq!(objects(&app), 1);
}

#[tokio::test]
async fn a_photo_that_cannot_be_had_stands_in_nobodys_way() {
    let host = host().await;
    let app = app(&host).await;
    let paths = [
        "large.jpg",
        "garbage.jpg",
        "moved.jpg",
        "absent.jpg",
        "wall.jpg",
        "friends.jpg",
    ];
    for path in paths {
        let nora = pupil_with(&app, Some(format!("{}/{path}", host.address))).await;
        assert_eq!(look(&app, &nora).await.unwrap(), None, "{path}");
    }
    let nora = pupil_with(&app, Some("https://elsewhere.example/one.jpg".into())).await;
    assert_eq!(look(&app, &nora).await.unwrap(), None);
    assert_eq!(objects(&app), 0);
    assert!(matches!(
        confirm(&app, nora.id, "x").await,
        Err(PhotoError::Refused(Refusal::NoPhoto))
    ));
    // One of one person is shown to them, however bad.
    let nora = pupil_with(&app, Some(format!("{}/dark.jpg", host.address))).await;
    let proposed = look(&app, &nora).await.unwrap().unwrap();
    assert_eq!(proposed.state, PhotoState::Proposed);
}

#[tokio::test]
async fn a_picture_lies_sealed() {
    let app = testing::app().await;
    let key = app.photos.put(b"\xff\xd8\xff a face").await.unwrap();
    let stored = std::fs::read(app.config.photos.folder.join(&key)).unwrap();
    assert!(!stored.windows(4).any(|part| part == b"face"));
    assert_eq!(app.photos.get(&key).await.unwrap(), b"\xff\xd8\xff a face");
    // One picture in the place of another does not open.
    let other = app.photos.put(b"another").await.unwrap();
    std::fs::copy(
        app.config.photos.folder.join(&other),
        app.config.photos.folder.join(&key),
    )
    .unwrap();
    assert!(app.photos.get(&key).await.is_err());
}

#[tokio::test]
async fn a_picture_that_no_row_names_is_swept_up_after_an_hour_and_no_other() {
    let host = host().await;
    // The folder's own clock is the machine's, so the service's is too.
    let clock = Arc::new(TestClock::at(chrono::Utc::now().timestamp()));
    let mut config = crate::config::tests::sample();
    config.photos.allowed_hosts = vec![host.address.trim_start_matches("http://").to_owned()];
    let app = testing::app_with(config, clock.clone()).await;
    let nora = pupil_with(&app, Some(format!("{}/one.jpg", host.address))).await;
    look(&app, &nora).await.unwrap().unwrap();
    app.photos.put(b"left by a crash").await.unwrap();
    assert_eq!(sweep(&app).await.unwrap(), 0);
    clock.set(app.unix_now() + 2 * 3600);
    assert_eq!(sweep(&app).await.unwrap(), 1);
    assert_eq!(objects(&app), 1);
    // Another county that was given the same folder keeps what is its own.
    let seal = crate::seal::Seal::from_key(&[7; 32]);
    let other = PhotoStore::open(&app.config.photos.folder, seal).unwrap();
    let theirs = other.put(b"another county's").await.unwrap();
    assert_eq!(sweep(&app).await.unwrap(), 0);
    other.get(&theirs).await.unwrap();
    assert!(
        current(&app, nora.id)
            .await
            .unwrap()
            .unwrap()
            .jpeg
            .is_some()
    );
}

#[tokio::test]
async fn what_the_school_wrote_stays_when_the_records_have_another_picture() {
    let host = host().await;
    let app = app(&host).await;
    let nora = pupil_with(&app, None).await;
    let anyway = county_api::PhotoSubmission {
        source: county_api::SubmittedFrom::Selfie,
        anyway: true,
    };
    let sent = crate::photo::examine::testing::picture(DARK, 0);
    submit(&app, nora.id, sent, anyway, None).await.unwrap();
    let waits = current(&app, nora.id).await.unwrap().unwrap().row.sha256;
    let transaction = db::begin_write(&app.db).await.unwrap();
    staff::hand_back(&transaction, nora.id, &waits, "Ta av deg capsen", NOW)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    for path in ["one.jpg", "two.jpg"] {
        let nora = pupil_with(&app, Some(format!("{}/{path}", host.address))).await;
        let proposed = look(&app, &nora).await.unwrap().unwrap();
        assert_eq!(proposed.state, PhotoState::Proposed);
        assert_eq!(proposed.note.as_deref(), Some("Ta av deg capsen"));
    }
}

#[tokio::test]
async fn not_me_and_a_reset_hold_for_the_same_picture_at_another_address() {
    let host = host().await;
    let app = app(&host).await;
    let nora = pupil_with(&app, Some(format!("{}/one.jpg", host.address))).await;
    let proposed = look(&app, &nora).await.unwrap().unwrap();
    reject(&app, nora.id, &proposed.sha256).await.unwrap();
    let nora = pupil_with(&app, Some(format!("{}/same.jpg", host.address))).await;
    let still = look(&app, &nora).await.unwrap().unwrap();
    assert_eq!(still.state, PhotoState::Rejected);

    let nora = pupil_with(&app, Some(format!("{}/two.jpg", host.address))).await;
    let second = look(&app, &nora).await.unwrap().unwrap();
    assert_eq!(second.state, PhotoState::Proposed);
    confirm(&app, nora.id, &second.sha256).await.unwrap();
    let transaction = db::begin_write(&app.db).await.unwrap();
    let gone = staff::reset(&transaction, nora.id, "Feil bilde", NOW)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    app.photos.delete(&gone.object).await;
    let nora = pupil_with(&app, Some(format!("{}/two.jpg?again", host.address))).await;
    let still = look(&app, &nora).await.unwrap().unwrap();
    assert_eq!(still.state, PhotoState::Reset);
    assert_eq!(objects(&app), 0);
}

#[tokio::test]
async fn a_picture_that_cannot_be_used_is_asked_for_once_an_hour_however_often_someone_looks() {
    let host = host().await;
    let clock = Arc::new(TestClock::at(NOW));
    let mut config = crate::config::tests::sample();
    config.photos.allowed_hosts = vec![host.address.trim_start_matches("http://").to_owned()];
    let app = testing::app_with(config, clock.clone()).await;
    let nora = pupil_with(&app, Some(format!("{}/wall.jpg", host.address))).await;
    for (later, asked) in [(0, 1), (1, 1), (3_599, 1), (3_600, 2), (3_601, 2)] {
        clock.set(NOW + later);
        assert_eq!(look(&app, &nora).await.unwrap(), None);
        assert_eq!(host.asked.load(Ordering::SeqCst), asked, "after {later} s");
    }
    // Another address is another picture.
    let nora = pupil_with(&app, Some(format!("{}/one.jpg", host.address))).await;
    assert!(look(&app, &nora).await.unwrap().is_some());
}
