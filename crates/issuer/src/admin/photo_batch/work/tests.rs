use std::io::Write;

use sea_orm::EntityTrait;

use super::*;
use crate::{
    admin::photo_batch::kept::{KEPT, STANDS_STILL, forget_old, get, is_running, latest},
    app::testing,
    db::entity::photo::{self, PhotoState},
    photo::examine::testing::{DARK, GOOD, NOBODY, picture},
    records::testing::{person, pupil, sync},
};

/// Pupils 1 to 3 at 10001, pupil 4 at 10002.
async fn county() -> Arc<App> {
    let app = testing::app().await;
    let mut people: Vec<_> = (1..=4).map(pupil).collect();
    people[3].enrolments[0].school_number = Some("10002".into());
    sync(&app, people).await.unwrap();
    Arc::new(app)
}

async fn deliver(app: &Arc<App>, files: &[(&str, Vec<u8>)]) -> Result<Vec<String>, BeginError> {
    let mut file = tempfile::tempfile().unwrap();
    let mut uploads = Vec::new();
    for (name, bytes) in files {
        file.write_all(bytes).unwrap();
        uploads.push(((*name).to_owned(), u64::try_from(bytes.len()).unwrap()));
    }
    let spool = Spool::new(file, uploads);
    let begun = begin(
        app,
        "10001",
        spool,
        Limits::default(),
        "foto@fjordviken.example",
    )
    .await?;
    let id = begun.id;
    begun.run(app.clone()).await;
    let now = app.unix_now();
    let (batch, files) = get(&app.db, "10001", id, now).await.unwrap().unwrap();
    assert_eq!((batch.state, batch.done), (State::Done, batch.total));
    assert!(get(&app.db, "10002", id, now).await.unwrap().is_none());
    Ok(files.into_iter().map(|file| file.outcome).collect())
}

async fn state(app: &App, key: &str) -> Option<PhotoState> {
    let id = person(app, key).await.id;
    let row = photo::Entity::find_by_id(id).one(&app.db).await.unwrap();
    row.map(|row| row.state)
}

#[tokio::test]
async fn files_are_matched_by_number_within_the_school_and_each_has_its_reason() {
    let app = county().await;
    let outcomes = deliver(
        &app,
        &[
            ("100001.jpg", picture(GOOD, 1)),
            ("100002.JPG", picture(NOBODY, 2)),
            ("100003.jpg", picture(DARK, 3)),
            ("100004.jpg", picture(GOOD, 4)),
            ("klassebilde.jpg", picture(GOOD, 5)),
            ("liste.xlsx", b"x".to_vec()),
        ],
    )
    .await
    .unwrap();
    assert_eq!(
        outcomes,
        [
            "taken",
            "not_of_one",
            "taken",
            "nobody",
            "nobody",
            "not_named"
        ]
    );
    assert_eq!(state(&app, "elev:1").await, Some(PhotoState::Proposed));
    assert_eq!(state(&app, "elev:2").await, None);
    // At another school, whatever the file says.
    assert_eq!(state(&app, "elev:4").await, None);
}

#[tokio::test]
async fn the_same_delivery_twice_changes_nothing() {
    let app = county().await;
    let files = [("100001.jpg", picture(GOOD, 1))];
    assert_eq!(deliver(&app, &files).await.unwrap(), ["taken"]);
    let id = person(&app, "elev:1").await.id;
    let before = photo::Entity::find_by_id(id).one(&app.db).await.unwrap();
    assert_eq!(deliver(&app, &files).await.unwrap(), ["taken_before"]);
    let after = photo::Entity::find_by_id(id).one(&app.db).await.unwrap();
    assert_eq!(before, after);
}

#[tokio::test]
async fn two_files_for_one_pupil_are_both_left_alone_also_across_folders_of_a_zip() {
    let app = county().await;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["a/100001.jpg", "b/100001.jpg", "b/100002.jpg"] {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(name, options).unwrap();
        writer.write_all(&picture(GOOD, 1)).unwrap();
    }
    let zipped = writer.finish().unwrap().into_inner();
    let outcomes = deliver(&app, &[("skole.zip", zipped)]).await.unwrap();
    assert_eq!(outcomes, ["named_twice", "named_twice", "taken"]);
}

#[tokio::test]
async fn one_delivery_of_a_school_at_a_time_until_one_has_stood_still() {
    let app = county().await;
    let running = photo_batch::ActiveModel {
        id: Set(Uuid::new_v4()),
        school_number: Set("10001".into()),
        made_by: Set("foto".into()),
        made_at: Set(app.unix_now()),
        touched_at: Set(app.unix_now()),
        finished_at: Set(None),
        state: Set(State::Running),
        total: Set(9),
        done: Set(4),
    };
    let running = running.insert(&app.db).await.unwrap();
    let files = [("100001.jpg", picture(GOOD, 1))];
    let refused = deliver(&app, &files).await.unwrap_err();
    assert!(matches!(refused, BeginError::AnotherRuns));
    let stopped = photo_batch::ActiveModel {
        id: Set(running.id),
        touched_at: Set(app.unix_now() - STANDS_STILL),
        ..Default::default()
    };
    stopped.update(&app.db).await.unwrap();
    assert_eq!(deliver(&app, &files).await.unwrap(), ["taken"]);
}

#[tokio::test]
async fn what_became_of_files_is_forgotten_after_a_month() {
    let app = county().await;
    deliver(&app, &[("100001.jpg", picture(GOOD, 1))])
        .await
        .unwrap();
    forget_old(&app.db, app.unix_now() + KEPT - 1)
        .await
        .unwrap();
    assert_eq!(latest(&app.db, "10001", None, 9).await.unwrap().len(), 1);
    forget_old(&app.db, app.unix_now() + KEPT).await.unwrap();
    assert!(latest(&app.db, "10001", None, 9).await.unwrap().is_empty());
    assert!(
        photo_batch_file::Entity::find()
            .all(&app.db)
            .await
            .unwrap()
            .is_empty()
    );
}

/// A delivery of one picture that has been written down and not begun.
async fn queued(app: &Arc<App>, school: &str) -> Begun {
    let mut file = tempfile::tempfile().unwrap();
    let bytes = picture(GOOD, 1);
    file.write_all(&bytes).unwrap();
    let name = if school == "10001" {
        "100001.jpg"
    } else {
        "100004.jpg"
    };
    let spool = Spool::new(file, vec![(name.into(), bytes.len() as u64)]);
    let spool = spool.holding(app.deliveries.place().unwrap());
    begin(app, school, spool, Limits::default(), "foto")
        .await
        .unwrap()
}

async fn stored(app: &App, id: Uuid) -> photo_batch::Model {
    let row = photo_batch::Entity::find_by_id(id).one(&app.db).await;
    row.unwrap().unwrap()
}

#[tokio::test]
async fn one_that_waits_for_its_turn_is_under_way_and_holds_its_place() {
    let app = county().await;
    let turn = app.deliveries.turn.acquire().await.unwrap();
    let begun = queued(&app, "10001").await;
    let id = begun.id;
    let going = tokio::spawn(begun.run(app.clone()));
    tokio::task::yield_now().await;
    let waiting = stored(&app, id).await;
    assert_eq!(waiting.state, State::Queued);
    assert!(is_running(&waiting, app.unix_now()));
    let places: Vec<_> = std::iter::from_fn(|| app.deliveries.place()).collect();
    assert_eq!(places.len(), 3);
    drop(turn);
    going.await.unwrap();
    assert_eq!(stored(&app, id).await.state, State::Done);
    assert!(app.deliveries.place().is_some());
}

#[tokio::test]
async fn a_process_that_ends_writes_down_what_it_cut_short() {
    let app = county().await;
    let turn = app.deliveries.turn.acquire().await.unwrap();
    let (here, there) = (queued(&app, "10001").await, queued(&app, "10002").await);
    let ids = [here.id, there.id];
    tokio::spawn(here.run(app.clone()));
    tokio::spawn(there.run(app.clone()));
    app.deliveries.end().await;
    drop(turn);
    for id in ids {
        assert_eq!(stored(&app, id).await.state, State::CutShort);
    }
    // So the school need not wait until it has stood still.
    assert!(
        running(&app.db, "10001", app.unix_now())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn of_two_that_came_at_once_only_one_is_begun() {
    let app = county().await;
    let begun = queued(&app, "10001").await;
    let files = [("100001.jpg", picture(GOOD, 1))];
    let refused = deliver(&app, &files).await.unwrap_err();
    assert!(matches!(refused, BeginError::AnotherRuns));
    begun.run(app.clone()).await;
    assert_eq!(deliver(&app, &files).await.unwrap(), ["taken_before"]);
}
