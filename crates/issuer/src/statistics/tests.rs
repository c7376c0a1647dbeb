use sea_orm::ActiveModelTrait;

use super::*;
use crate::{
    app::testing,
    db::entity::device,
    records::testing::{apprentice, credential, person, pupil, sync},
};

fn at(school: &str, n: usize) -> school_records::PersonRecord {
    let mut record = pupil(n);
    record.enrolments[0].school_number = Some(school.into());
    record
}

#[tokio::test]
async fn each_school_is_counted_by_who_may_have_a_card_and_who_has_one() {
    let app = testing::app().await;
    let people = vec![
        at("10001", 1),
        at("10001", 2),
        at("10002", 3),
        // Not enabled in the sample.
        at("10003", 4),
        apprentice(5, Some(crate::records::testing::NUMBER)),
    ];
    sync(&app, people).await.unwrap();
    for key in ["elev:1", "larling:5"] {
        let id = person(&app, key).await.id;
        credential(&app, id).await;
    }
    let waiting = person(&app, "elev:3").await.id;
    photo::ActiveModel {
        person_id: Set(waiting),
        id: Set(Uuid::new_v4()),
        state: Set(PhotoState::InReview),
        source: Set(photo::PhotoSource::Selfie),
        sha256: Set("00".into()),
        object_key: Set("photos/1".into()),
        source_url_sha256: Set(None),
        source_date: Set(None),
        changed_at: Set(testing::NOW),
        submitted_sha256: Set(None),
        note: Set(None),
        reasons: Set(None),
        handed_back: Set(false),
    }
    .insert(&app.db)
    .await
    .unwrap();
    let today = day_of(testing::NOW);
    take(&app, today).await.unwrap();

    let (day, schools) = by_school(&app.db).await.unwrap().unwrap();
    assert_eq!(day, today);
    let told: Vec<_> = schools
        .iter()
        .map(|of| {
            let OfSchool {
                number,
                eligible,
                enrolled,
                photos_waiting,
                ..
            } = of;
            (number.as_str(), *eligible, *enrolled, *photos_waiting)
        })
        .collect();
    assert_eq!(
        told,
        [("10001", 2, 1, 0), ("10002", 1, 0, 1), (TRAINING, 1, 1, 0)]
    );
    for (what, expected) in [
        (What::Eligible, 4),
        (What::Enrolled, 2),
        (What::PhotosWaiting, 1),
        (What::NewCards, 2),
        (What::SyncsApplied, 1),
        (What::SyncsStopped, 0),
    ] {
        let found = series(&app.db, what, COUNTY, today).await.unwrap();
        assert_eq!(found, [(today, expected)], "{what:?}");
    }
}

#[tokio::test]
async fn a_day_is_counted_once_and_under_its_own_date() {
    let clock = std::sync::Arc::new(testing::TestClock::at(testing::NOW));
    let app = testing::app_with(crate::config::tests::sample(), clock.clone()).await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    assert!(daily(&app).await.unwrap());
    assert!(!daily(&app).await.unwrap());
    sync(&app, vec![pupil(1), pupil(2)]).await.unwrap();
    let today = day_of(testing::NOW);
    let yesterday = today.pred_opt().unwrap();
    // What is kept stays, whoever counts again.
    take(&app, yesterday).await.unwrap();
    clock.set(testing::NOW + 86_400);
    assert!(daily(&app).await.unwrap());
    let found = series(&app.db, What::Eligible, COUNTY, yesterday)
        .await
        .unwrap();
    assert_eq!(found, [(yesterday, 1), (today, 2)]);
    let new = series(&app.db, What::SyncsApplied, COUNTY, yesterday)
        .await
        .unwrap();
    assert_eq!(new, [(yesterday, 0), (today, 2)]);
}

#[tokio::test]
async fn what_is_years_old_goes() {
    let app = testing::app().await;
    let old = day_of(testing::NOW)
        .checked_sub_days(Days::new(KEPT_DAYS + 2))
        .unwrap();
    take(&app, old).await.unwrap();
    daily(&app).await.unwrap();
    let left = daily_count::Entity::find().all(&app.db).await.unwrap();
    assert!(left.iter().all(|row| row.day > old));
    assert!(!left.is_empty());
}

#[test]
fn a_day_begins_at_midnight_on_norwegian_clocks() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    for (date, expected) in [
        ("2026-11-22", "2026-11-21T23:00:00Z"),
        ("2026-07-01", "2026-06-30T22:00:00Z"),
    ] {
        let expected: DateTime<Utc> = expected.parse().unwrap();
        assert_eq!(start_of(day(date)), expected, "{date}");
    }
}

#[tokio::test]
async fn a_card_on_a_phone_that_was_logged_out_is_none_and_one_that_waits_for_the_net_is() {
    let clock = std::sync::Arc::new(testing::TestClock::at(testing::NOW));
    let app = testing::app_with(crate::config::tests::sample(), clock.clone()).await;
    sync(&app, vec![at("10001", 1), at("10001", 2)])
        .await
        .unwrap();
    let [offline, lost] = ["elev:1", "elev:2"];
    let (offline, lost) = (person(&app, offline).await.id, person(&app, lost).await.id);
    credential(&app, offline).await;
    let gone = credential(&app, lost).await;
    let gone = credential::Entity::find_by_id(gone).one(&app.db).await;
    device::ActiveModel {
        id: Set(gone.unwrap().unwrap().device_id),
        revoked_at: Set(Some(testing::NOW)),
        ..Default::default()
    }
    .update(&app.db)
    .await
    .unwrap();
    // Long after the card's own end.
    clock.set(testing::NOW + 40 * 86_400);
    let found = holders::with_card(&app.db, &[offline, lost]).await.unwrap();
    assert_eq!(found, [offline].into());
}
