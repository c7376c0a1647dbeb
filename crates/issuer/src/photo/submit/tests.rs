use std::sync::Arc;

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};

use super::*;
use crate::{
    app::testing::{self, NOW, TestClock},
    db::entity::audit as entries,
    photo::{
        PhotoError, confirm, current,
        examine::testing::{DARK, GOOD, PLAIN, picture},
        locked_sha256, staff,
    },
    records::testing::{person, pupil, sync},
};

const SELFIE: PhotoSubmission = PhotoSubmission {
    source: SubmittedFrom::Selfie,
    anyway: false,
};
const ANYWAY: PhotoSubmission = PhotoSubmission {
    source: SubmittedFrom::Upload,
    anyway: true,
};

async fn app_that(approval: PhotoApproval) -> (App, Uuid) {
    let mut config = crate::config::tests::sample();
    config.photos.approval = approval;
    config.photos.attempts_per_day = 4;
    let app = testing::app_with(config, Arc::new(TestClock::at(NOW))).await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    (app, nora)
}

async fn app() -> (App, Uuid) {
    app_that(PhotoApproval::AtOnce).await
}

async fn send(
    app: &App,
    person: Uuid,
    jpeg: Vec<u8>,
    how: PhotoSubmission,
) -> Result<(), SubmitError> {
    submit(app, person, jpeg, how, Some("0.1.0")).await
}

async fn state(app: &App, person: Uuid) -> Option<PhotoState> {
    let row = photo::Entity::find_by_id(person).one(&app.db).await;
    row.unwrap().map(|row| row.state)
}

/// How many pictures lie in the store.
fn objects(app: &App) -> usize {
    let folder = app.config.photos.folder.join("photos");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

async fn trail(app: &App, person: Uuid) -> Vec<String> {
    let rows = entries::Entity::find()
        .filter(entries::Column::PersonId.eq(person))
        .order_by_asc(entries::Column::At)
        .all(&app.db)
        .await
        .unwrap();
    rows.into_iter().map(|row| row.action).collect()
}

/// Staff's deeds, each in a transaction of its own.
async fn hand_back(app: &App, person: Uuid) -> Result<(), PhotoError> {
    let row = photo::Entity::find_by_id(person).one(&app.db).await?;
    let seen = row.map(|row| row.sha256).unwrap_or_default();
    let transaction = db::begin_write(&app.db).await?;
    let gone = staff::hand_back(&transaction, person, &seen, "Ta av deg capsen", NOW).await?;
    transaction.commit().await?;
    app.photos.delete(&gone.object).await;
    Ok(())
}

async fn reset(app: &App, person: Uuid) -> Result<(), PhotoError> {
    let transaction = db::begin_write(&app.db).await?;
    let gone = staff::reset(&transaction, person, "Nytt år", NOW).await?;
    transaction.commit().await?;
    app.photos.delete(&gone.object).await;
    Ok(())
}

async fn approve(app: &App, person: Uuid, seen: &str) -> Result<(), PhotoError> {
    let transaction = db::begin_write(&app.db).await?;
    staff::approve(&transaction, person, seen, NOW).await?;
    transaction.commit().await?;
    Ok(())
}

#[tokio::test]
async fn a_good_selfie_is_locked_at_once_and_nothing_of_what_came_is_kept() {
    let (app, nora) = app().await;
    let mut sent = picture(GOOD, 0);
    // Something a phone might leave behind the picture; the portrait crate lets it stand or refuses it.
    let marker = b"made by a phone";
    let end = sent.len() - 2;
    sent.splice(
        end..end,
        [0xFF, 0xFE, 0x00, 0x11].into_iter().chain(*marker),
    );
    send(&app, nora, sent.clone(), SELFIE).await.unwrap();
    assert_eq!(state(&app, nora).await, Some(PhotoState::Locked));
    let kept = current(&app, nora).await.unwrap().unwrap();
    let jpeg = kept.jpeg.unwrap();
    assert_ne!(jpeg, sent);
    assert!(!jpeg.windows(marker.len()).any(|part| part == marker));
    assert_eq!(county_api::photo_sha256(&jpeg), kept.row.sha256);
    assert_eq!(
        locked_sha256(&app.db, nora).await.unwrap(),
        Some(kept.row.sha256)
    );
    assert_eq!(trail(&app, nora).await, ["photo.submit"]);
}

#[tokio::test]
async fn a_picture_that_the_rules_reject_is_never_stored_whatever_the_phone_says_of_it() {
    let (app, nora) = app().await;
    let refused = send(&app, nora, picture(DARK, 0), SELFIE).await;
    assert!(matches!(refused, Err(SubmitError::Rejected { reasons }) if reasons == ["dark"]));
    let torn = picture(GOOD, 0)[..600].to_vec();
    for how in [SELFIE, ANYWAY] {
        let refused = send(&app, nora, torn.clone(), how).await;
        assert!(matches!(refused, Err(SubmitError::NotAPortrait(_))));
    }
    assert_eq!(state(&app, nora).await, None);
    assert_eq!(objects(&app), 0);
    assert_eq!(trail(&app, nora).await, ["photo.refused"; 3]);
}

#[tokio::test]
async fn whatever_is_sent_anyway_goes_to_the_school_with_what_was_found() {
    let (app, nora) = app().await;
    send(&app, nora, picture(DARK, 0), ANYWAY).await.unwrap();
    let row = photo::Entity::find_by_id(nora)
        .one(&app.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.state, PhotoState::InReview);
    assert_eq!(row.rule_ids(), ["dark"]);
    assert_eq!(row.source, PhotoSource::Upload);
    // A good one as well: whoever asks for a person's eye gets it.
    send(&app, nora, picture(GOOD, 0), ANYWAY).await.unwrap();
    assert_eq!(state(&app, nora).await, Some(PhotoState::InReview));
    assert_eq!(objects(&app), 1, "the first one is gone");
    assert_eq!(locked_sha256(&app.db, nora).await.unwrap(), None);
}

#[tokio::test]
async fn where_the_school_approves_every_photo_waits_until_it_has() {
    let (app, nora) = app_that(PhotoApproval::BySchool).await;
    send(&app, nora, picture(PLAIN, 0), SELFIE).await.unwrap();
    let waiting = current(&app, nora).await.unwrap().unwrap();
    assert_eq!(waiting.row.state, PhotoState::InReview);
    assert_eq!(waiting.row.rule_ids(), ["background"]);
    // The person cannot say yes in the school's place.
    let own = confirm(&app, nora, &waiting.row.sha256).await;
    assert!(matches!(own, Err(PhotoError::Refused(Refusal::InReview))));
    let unseen = approve(&app, nora, "00000000").await;
    assert!(matches!(
        unseen,
        Err(PhotoError::Refused(Refusal::AnotherPhoto))
    ));
    let seen = waiting.row.sha256.get(..8).unwrap();
    approve(&app, nora, seen).await.unwrap();
    assert_eq!(
        locked_sha256(&app.db, nora).await.unwrap(),
        Some(waiting.row.sha256.clone())
    );
    let twice = approve(&app, nora, &waiting.row.sha256).await;
    assert!(matches!(twice, Err(PhotoError::Refused(Refusal::Locked))));
}

#[tokio::test]
async fn a_photo_that_is_handed_back_is_deleted_at_once_and_another_one_is_taken() {
    let (app, nora) = app_that(PhotoApproval::BySchool).await;
    send(&app, nora, picture(PLAIN, 0), SELFIE).await.unwrap();
    hand_back(&app, nora).await.unwrap();
    assert_eq!(objects(&app), 0);
    let row = current(&app, nora).await.unwrap().unwrap();
    assert!(row.jpeg.is_none());
    assert_eq!(row.row.note.as_deref(), Some("Ta av deg capsen"));
    assert!(matches!(
        hand_back(&app, nora).await,
        Err(PhotoError::Refused(Refusal::NothingWaits))
    ));
    // The very same picture is not taken a second time.
    send(&app, nora, picture(PLAIN, 0), SELFIE).await.unwrap();
    assert_eq!(state(&app, nora).await, Some(PhotoState::Returned));
    send(&app, nora, picture(PLAIN, 1), SELFIE).await.unwrap();
    assert_eq!(state(&app, nora).await, Some(PhotoState::InReview));
    assert_eq!(objects(&app), 1);
}

#[tokio::test]
async fn a_locked_photo_stays_until_staff_take_it_back() {
    let (app, nora) = app().await;
    send(&app, nora, picture(GOOD, 0), SELFIE).await.unwrap();
    for how in [SELFIE, ANYWAY] {
        let second = send(&app, nora, picture(GOOD, 1), how).await;
        assert!(matches!(second, Err(SubmitError::Refused(Refusal::Locked))));
    }
    assert_eq!(objects(&app), 1);
    reset(&app, nora).await.unwrap();
    assert_eq!(objects(&app), 0);
    assert_eq!(state(&app, nora).await, Some(PhotoState::Reset));
    assert!(matches!(
        reset(&app, nora).await,
        Err(PhotoError::Refused(Refusal::NoPhoto))
    ));
    // After that the same picture waits for the school, and another one is locked.
    send(&app, nora, picture(GOOD, 0), SELFIE).await.unwrap();
    assert_eq!(state(&app, nora).await, Some(PhotoState::InReview));
    send(&app, nora, picture(GOOD, 1), SELFIE).await.unwrap();
    assert_eq!(state(&app, nora).await, Some(PhotoState::Locked));
}

#[tokio::test]
async fn a_photo_that_is_handed_back_binds_until_the_school_has_approved_one() {
    let (app, nora) = app().await;
    send(&app, nora, picture(PLAIN, 0), ANYWAY).await.unwrap();
    hand_back(&app, nora).await.unwrap();
    // The county locks at once, but this school has asked for another one and looks at it; at the one after it too.
    for mark in [90, 140] {
        send(&app, nora, picture(GOOD, mark), SELFIE).await.unwrap();
        assert_eq!(state(&app, nora).await, Some(PhotoState::InReview));
    }
    let waits = current(&app, nora).await.unwrap().unwrap().row;
    approve(&app, nora, &waits.sha256).await.unwrap();
    reset(&app, nora).await.unwrap();
    send(&app, nora, picture(GOOD, 200), SELFIE).await.unwrap();
    assert_eq!(state(&app, nora).await, Some(PhotoState::Locked));
}

#[tokio::test]
async fn a_picture_whose_answer_was_lost_is_sent_again_without_harm_or_cost() {
    let (app, nora) = app().await;
    for _ in 0..10 {
        send(&app, nora, picture(GOOD, 0), SELFIE).await.unwrap();
    }
    assert_eq!(objects(&app), 1);
    assert_eq!(trail(&app, nora).await, ["photo.submit"]);
}

#[tokio::test]
async fn of_two_pictures_at_once_one_is_locked_and_the_other_leaves_nothing() {
    let (app, nora) = app().await;
    let (one, two) = tokio::join!(
        send(&app, nora, picture(GOOD, 0), SELFIE),
        send(&app, nora, picture(GOOD, 90), SELFIE),
    );
    assert_eq!([&one, &two].iter().filter(|done| done.is_ok()).count(), 1);
    assert_eq!(objects(&app), 1);
    // The same one twice, as after two taps: both are told that it is locked.
    reset(&app, nora).await.unwrap();
    let (one, two) = tokio::join!(
        send(&app, nora, picture(GOOD, 3), SELFIE),
        send(&app, nora, picture(GOOD, 3), SELFIE),
    );
    one.unwrap();
    two.unwrap();
    assert_eq!(objects(&app), 1);
}

#[tokio::test]
async fn a_reset_and_a_picture_at_the_same_moment_leave_one_whole_state() {
    let (app, nora) = app().await;
    send(&app, nora, picture(GOOD, 0), SELFIE).await.unwrap();
    let (taken_back, sent) = tokio::join!(
        reset(&app, nora),
        send(&app, nora, picture(GOOD, 90), SELFIE),
    );
    taken_back.unwrap();
    let now = current(&app, nora).await.unwrap().unwrap();
    match sent {
        Ok(()) => assert_eq!(now.row.state, PhotoState::Locked),
        Err(_) => assert_eq!(now.row.state, PhotoState::Reset),
    }
    assert_eq!(objects(&app), usize::from(now.jpeg.is_some()));
}

#[tokio::test]
async fn so_many_pictures_are_looked_at_in_a_day_and_tomorrow_there_are_more() {
    let mut config = crate::config::tests::sample();
    config.photos.attempts_per_day = 2;
    let clock = Arc::new(TestClock::at(NOW));
    let app = testing::app_with(config, clock.clone()).await;
    sync(&app, vec![pupil(1), pupil(2)]).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    for mark in 0..2 {
        let refused = send(&app, nora, picture(DARK, mark), SELFIE).await;
        assert!(matches!(refused, Err(SubmitError::Rejected { .. })));
    }
    let third = send(&app, nora, picture(GOOD, 2), SELFIE).await;
    assert!(matches!(third, Err(SubmitError::TooMany)));
    let other = person(&app, "elev:2").await.id;
    send(&app, other, picture(GOOD, 0), SELFIE).await.unwrap();
    // NOW is noon in Norway.
    clock.set(NOW + 12 * 3600);
    send(&app, nora, picture(GOOD, 2), SELFIE).await.unwrap();
    let today = day_in_norway(app.now());
    forget_attempts_before(&app.db, today).await.unwrap();
    let left = photo_attempt::Entity::find().all(&app.db).await.unwrap();
    assert!(left.iter().all(|row| row.day == today), "{left:?}");
}

#[tokio::test]
async fn what_advice_found_is_for_the_school_that_looks_and_is_not_kept_after_that() {
    let (app, nora) = app_that(PhotoApproval::BySchool).await;
    send(&app, nora, picture(PLAIN, 0), SELFIE).await.unwrap();
    let waiting = current(&app, nora).await.unwrap().unwrap().row;
    assert_eq!(waiting.rule_ids(), ["background"]);
    approve(&app, nora, &waiting.sha256).await.unwrap();
    assert_eq!(
        current(&app, nora).await.unwrap().unwrap().row.reasons,
        None
    );

    let (at_once, emil) = app_that(PhotoApproval::AtOnce).await;
    let refused = send(&at_once, emil, picture(DARK, 0), SELFIE).await;
    assert!(matches!(refused, Err(SubmitError::Rejected { .. })));
    send(&at_once, emil, picture(PLAIN, 0), SELFIE)
        .await
        .unwrap();
    let locked = current(&at_once, emil).await.unwrap().unwrap().row;
    assert_eq!(locked.state, PhotoState::Locked);
    assert_eq!(locked.reasons, None);

    // The trail names what rejected a picture, and nothing that was advice.
    for (app, person, expected) in [
        (&app, nora, vec![json!([])]),
        (&at_once, emil, vec![json!(["dark"]), json!([])]),
    ] {
        let mut found: Vec<_> = entries::Entity::find()
            .filter(entries::Column::PersonId.eq(person))
            .order_by_asc(entries::Column::Action)
            .all(&app.db)
            .await
            .unwrap()
            .into_iter()
            .map(|entry| entry.detail["findings"].clone())
            .collect();
        found.sort_by_key(|findings| findings.to_string().len());
        found.reverse();
        assert_eq!(found, expected);
    }
}
