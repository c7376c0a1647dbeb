use county_api::{PhotoSubmission, SubmittedFrom};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::*;
use crate::{
    app::testing,
    photo::{
        examine::testing::{DARK, GOOD, picture},
        reject, submit,
    },
    records::testing::{person, pupil, sync},
};

async fn send(app: &App, key: &str, jpeg: Vec<u8>, anyway: bool) {
    let how = PhotoSubmission {
        source: SubmittedFrom::Selfie,
        anyway,
    };
    let who = person(app, key).await.id;
    submit(app, who, jpeg, how, None).await.unwrap();
}

#[tokio::test]
async fn photos_that_wait_are_listed_by_school_with_what_was_found() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1), pupil(2)]).await.unwrap();
    send(&app, "elev:1", picture(DARK, 0), true).await;
    send(&app, "elev:2", picture(GOOD, 0), false).await;
    let lines = waiting(&app, None).await.unwrap();
    assert_eq!(lines.len(), 1, "a locked photo does not wait: {lines:?}");
    assert!(
        lines[0].starts_with("elev:1\telev1@fjordviken.example\t2026-09-16\tSelfie\t"),
        "{lines:?}"
    );
    assert!(lines[0].ends_with("\tdark"), "{lines:?}");
    assert_eq!(waiting(&app, Some("10001")).await.unwrap().len(), 1);
    assert!(waiting(&app, Some("10002")).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_school_is_told_who_said_that_its_picture_is_somebody_else_also_after_a_selfie() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("100001.jpg"), picture(GOOD, 0)).unwrap();
    import(&app, folder.path(), "kari", false).await.unwrap();
    assert!(not_them(&app, None, 90).await.unwrap().is_empty());
    let nora = person(&app, "elev:1").await.id;
    let proposed = photo::Entity::find_by_id(nora).one(&app.db).await;
    let sha256 = proposed.unwrap().unwrap().sha256;
    reject(&app, nora, &sha256).await.unwrap();
    send(&app, "elev:1", picture(GOOD, 90), false).await;
    let lines = not_them(&app, Some("10001"), 90).await.unwrap();
    assert_eq!(
        lines,
        ["elev:1\telev1@fjordviken.example\t2026-09-16\tphotographer\tnow Locked from Selfie"]
    );
}

#[tokio::test]
async fn whoever_looks_at_the_list_is_in_the_trail_and_whoever_has_left_is_not_on_it() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1), pupil(2), pupil(3), pupil(4)])
        .await
        .unwrap();
    send(&app, "elev:1", picture(DARK, 0), true).await;
    send(&app, "elev:2", picture(DARK, 0), true).await;
    assert_eq!(waiting(&app, None).await.unwrap().len(), 2);
    let gone = person::ActiveModel {
        id: Set(person(&app, "elev:2").await.id),
        withdrawn_at: Set(Some(app.unix_now())),
        ..Default::default()
    };
    gone.update(&app.db).await.unwrap();
    let lines = list(&app, Some("10001"), None, "kari").await.unwrap();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("elev:1\t"), "{lines:?}");
    list(&app, None, Some(90), "per").await.unwrap();
    let mut trail: Vec<_> = audit::Entity::find()
        .filter(audit::Column::Action.eq("photos.list"))
        .all(&app.db)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| (entry.actor, entry.detail))
        .collect();
    trail.sort_by(|one, other| one.0.cmp(&other.0));
    let kari = json!({ "list": "waiting", "school": "10001", "people": 1 });
    let per = json!({ "list": "not_me", "school": null, "people": 0 });
    assert_eq!(trail, [("kari".to_owned(), kari), ("per".to_owned(), per)]);
}
