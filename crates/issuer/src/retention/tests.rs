mod hanging;

use std::sync::Arc;

use school_records::PersonRecord;
use sea_orm::ActiveModelTrait;

use super::*;
use crate::{
    app::testing::{TestClock, app_with},
    config::tests::sample,
    db::entity::{
        audit as entries,
        photo::{PhotoSource, PhotoState},
    },
    records::testing::{credential, day, person, pupil, sync},
};

const DAY: i64 = 86_400;

/// A run that the brake does not stop, except where that is the matter.
async fn run(app: &App, by: &str) -> Result<Deleted, RetentionError> {
    let accept = Accept {
        by: "sigrid".into(),
        reason: "skoleåret er over".into(),
    };
    super::run(app, by, Some(&accept)).await
}

async fn dry_run(app: &App) -> Result<Deleted, DbErr> {
    super::dry_run(app).await.map(|(deleted, _)| deleted)
}

fn noon(text: &str) -> i64 {
    (start_of(day(text)) + chrono::Duration::hours(12)).timestamp()
}

async fn county(at: &str) -> (App, Arc<TestClock>) {
    let clock = Arc::new(TestClock::at(noon(at)));
    (app_with(sample(), clock.clone()).await, clock)
}

async fn photo_of(app: &App, person: Uuid) -> String {
    let key = app.photos.put(b"jpeg").await.unwrap();
    photo::ActiveModel {
        person_id: Set(person),
        id: Set(Uuid::new_v4()),
        state: Set(PhotoState::Locked),
        source: Set(PhotoSource::Selfie),
        sha256: Set("00".into()),
        object_key: Set(key.clone()),
        source_url_sha256: Set(None),
        source_date: Set(None),
        changed_at: Set(0),
        submitted_sha256: Set(None),
        note: Set(None),
        reasons: Set(None),
        handed_back: Set(false),
    }
    .insert(&app.db)
    .await
    .unwrap();
    key
}

fn others() -> Vec<PersonRecord> {
    (100..140).map(pupil).collect()
}

fn with(record: PersonRecord) -> Vec<PersonRecord> {
    [vec![record], others()].concat()
}

#[tokio::test]
async fn a_pupils_data_goes_half_a_year_after_the_right_and_not_a_day_before() {
    let (app, clock) = county("2026-09-10").await;
    let mut ends = pupil(1);
    ends.enrolments[0].period.end = Some(day("2026-09-15"));
    sync(&app, with(ends.clone())).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    let key = photo_of(&app, nora).await;
    let card = credential(&app, nora).await;
    clock.set(noon("2026-12-01"));
    run(&app, "test").await.unwrap();
    // The last day is kept, and six months are counted from it.
    clock.set(noon("2027-03-15"));
    let before = run(&app, "test").await.unwrap();
    assert_eq!((before.people, before.photos), (0, 0));
    assert!(app.photos.get(&key).await.is_ok());
    clock.set(noon("2027-03-16"));
    let told = dry_run(&app).await.unwrap();
    assert_eq!((told.people, told.photos, told.wholly), (1, 1, 0));
    assert!(app.photos.get(&key).await.is_ok());
    let gone = run(&app, "test").await.unwrap();
    assert_eq!((gone.people, gone.photos, gone.wholly), (1, 1, 0));
    assert!(app.photos.get(&key).await.is_err());
    // The credential's place in the status list stays taken until housekeeping frees it; then the account goes.
    assert!(
        credential::Entity::find_by_id(card)
            .one(&app.db)
            .await
            .unwrap()
            .is_some()
    );
    credential::Entity::delete_by_id(card)
        .exec(&app.db)
        .await
        .unwrap();
    clock.set(noon("2027-04-01"));
    run(&app, "test").await.unwrap();
    assert_eq!(account::Entity::find().count(&app.db).await.unwrap(), 0);
    assert_eq!(device::Entity::find().count(&app.db).await.unwrap(), 0);
    // The records still hold the person, so the row stays.
    assert_eq!(person(&app, "elev:1").await.id, nora);
}

#[tokio::test]
async fn of_who_has_left_the_records_only_the_trail_is_kept_and_it_verifies() {
    let (app, clock) = county("2026-09-16").await;
    sync(&app, with(pupil(1))).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    photo_of(&app, nora).await;
    let entry = audit::Entry::new("kari", "person.block", app.unix_now()).person(nora);
    audit::record(&app.db, entry).await.unwrap();
    clock.set(noon("2026-10-01"));
    sync(&app, others()).await.unwrap();
    run(&app, "test").await.unwrap();
    clock.set(noon("2027-04-02"));
    let gone = run(&app, "test").await.unwrap();
    assert_eq!(gone.wholly, 1);
    assert!(
        person::Entity::find_by_id(nora)
            .one(&app.db)
            .await
            .unwrap()
            .is_none()
    );
    let kept = entries::Entity::find()
        .filter(entries::Column::PersonId.eq(nora))
        .count(&app.db)
        .await
        .unwrap();
    assert_eq!(kept, 1);
    verify::database(&app, None).await.unwrap();
    // Whoever comes back is somebody new.
    sync(&app, with(pupil(1))).await.unwrap();
    assert_ne!(person(&app, "elev:1").await.id, nora);
}

#[tokio::test]
async fn a_right_that_is_back_is_counted_anew() {
    let (app, clock) = county("2026-09-16").await;
    sync(&app, with(pupil(1))).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    photo_of(&app, nora).await;
    clock.set(noon("2026-10-01"));
    sync(&app, others()).await.unwrap();
    run(&app, "test").await.unwrap();
    clock.set(noon("2027-03-01"));
    sync(&app, with(pupil(1))).await.unwrap();
    run(&app, "test").await.unwrap();
    clock.set(noon("2027-03-05"));
    sync(&app, others()).await.unwrap();
    clock.set(noon("2027-05-01"));
    assert_eq!(run(&app, "test").await.unwrap().photos, 0);
    clock.set(noon("2027-09-06"));
    assert_eq!(run(&app, "test").await.unwrap().wholly, 1);
}

#[tokio::test]
async fn who_is_blocked_or_comes_later_or_lacks_something_keeps_all() {
    let (app, clock) = county("2026-01-10").await;
    let mut later = pupil(1);
    later.enrolments[0].period.start = Some(day("2028-08-17"));
    later.enrolments[0].period.end = None;
    let mut lacking = pupil(2);
    lacking.birth_date = None;
    lacking.enrolments[0].period.end = None;
    let mut blocked = pupil(3);
    blocked.enrolments[0].period.end = None;
    blocked.enrolments[0].classes[0].period.end = None;
    sync(&app, vec![later, lacking, blocked]).await.unwrap();
    let block = block::ActiveModel {
        id: Set(Uuid::new_v4()),
        person_id: Set(person(&app, "elev:3").await.id),
        reason: Set("misbruk".into()),
        until: Set(None),
        contact: Set(None),
        created_at: Set(app.unix_now()),
        created_by: Set("kari".into()),
        by_county: Set(false),
        lifted_at: Set(None),
        lifted_by: Set(None),
        lift_reason: Set(None),
    };
    block.insert(&app.db).await.unwrap();
    for key in ["elev:1", "elev:2", "elev:3"] {
        photo_of(&app, person(&app, key).await.id).await;
    }
    clock.set(noon("2028-01-10"));
    assert_eq!(run(&app, "test").await.unwrap().photos, 0);
}

#[tokio::test]
async fn without_a_date_in_the_records_it_counts_from_when_it_was_seen() {
    let (app, clock) = county("2026-09-16").await;
    let mut elsewhere = pupil(1);
    elsewhere.enrolments[0].school_number = Some("10003".into());
    elsewhere.enrolments[0].period.end = None;
    sync(&app, vec![elsewhere]).await.unwrap();
    photo_of(&app, person(&app, "elev:1").await.id).await;
    // Not looked at for a year: the first look deletes nothing.
    clock.set(noon("2027-09-16"));
    assert_eq!(run(&app, "test").await.unwrap().photos, 0);
    clock.set(noon("2028-03-16"));
    assert_eq!(run(&app, "test").await.unwrap().photos, 0);
    clock.set(noon("2028-03-17"));
    assert_eq!(run(&app, "test").await.unwrap().photos, 1);
}

#[tokio::test]
async fn a_day_in_the_records_deletes_nothing_before_it_has_stood_for_a_month() {
    let (app, clock) = county("2026-09-16").await;
    sync(&app, with(pupil(1))).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    photo_of(&app, nora).await;
    // A wrong export: the relation ended long ago, says the source.
    let mut wrong = pupil(1);
    wrong.enrolments[0].period.end = Some(day("2025-06-20"));
    clock.set(noon("2026-10-01"));
    sync(&app, with(wrong.clone())).await.unwrap();
    assert_eq!(run(&app, "test").await.unwrap().photos, 0);
    // Mended, and wrong again: it is counted from the second time.
    clock.set(noon("2026-10-20"));
    sync(&app, with(pupil(1))).await.unwrap();
    run(&app, "test").await.unwrap();
    clock.set(noon("2026-10-25"));
    sync(&app, with(wrong)).await.unwrap();
    run(&app, "test").await.unwrap();
    clock.set(noon("2026-11-23"));
    assert_eq!(run(&app, "test").await.unwrap().photos, 0);
    clock.set(noon("2026-11-24"));
    assert_eq!(run(&app, "test").await.unwrap().photos, 1);
}

#[tokio::test]
async fn the_brake_holds_when_too_many_would_go_until_somebody_accepts_it() {
    let (app, clock) = county("2026-09-16").await;
    let people: Vec<_> = (0..40).map(pupil).collect();
    sync(&app, people.clone()).await.unwrap();
    for n in 0..40 {
        let id = person(&app, &format!("elev:{n}")).await.id;
        photo_of(&app, id).await;
    }
    let ended = |n: usize| {
        let mut record = pupil(n);
        if n < 3 {
            record.enrolments[0].period.end = Some(day("2025-06-20"));
        }
        record
    };
    let accept = crate::records::sync::Options {
        accept_brake: Some(Accept {
            by: "sigrid".into(),
            reason: "prøve".into(),
        }),
        ..Default::default()
    };
    let set = crate::records::testing::set((0..40).map(ended).collect());
    let source = crate::records::testing::Once::new(Ok(set));
    crate::records::sync::run(&app, &source, &accept)
        .await
        .unwrap();
    super::run(&app, "test", None).await.unwrap();
    // Three of forty are more than five percent.
    clock.set(noon("2026-10-16"));
    assert!(super::dry_run(&app).await.unwrap().1.is_some());
    for _ in 0..2 {
        let held = super::run(&app, "test", None).await;
        assert!(
            matches!(
                held,
                Err(RetentionError::Braked {
                    people: 3,
                    photos: 3,
                    ..
                })
            ),
            "{held:?}"
        );
    }
    // A day on which it held is done.
    assert!(daily(&app).await.is_err());
    assert!(daily(&app).await.unwrap().is_none());
    assert_eq!(photo::Entity::find().count(&app.db).await.unwrap(), 40);
    assert_eq!(run(&app, "test").await.unwrap().photos, 3);
    let deeds: Vec<String> = entries::Entity::find()
        .all(&app.db)
        .await
        .unwrap()
        .into_iter()
        .filter(|entry| entry.action.starts_with("retention."))
        .map(|entry| entry.action)
        .collect();
    assert_eq!(deeds, ["retention.accept_brake", "retention.erase"]);
    // Nobody is left to go, so nothing holds.
    super::run(&app, "test", None).await.unwrap();
}

#[tokio::test]
async fn what_begins_later_keeps_all_whatever_has_ended() {
    let (app, clock) = county("2026-09-16").await;
    let mut both = pupil(1);
    both.enrolments[0].period.end = Some(day("2025-06-20"));
    both.contracts = crate::records::testing::apprentice(1, None).contracts;
    both.contracts[0].period.start = Some(day("2029-08-01"));
    both.contracts[0].period.end = Some(day("2031-08-01"));
    sync(&app, with(both)).await.unwrap();
    photo_of(&app, person(&app, "elev:1").await.id).await;
    for at in ["2026-10-01", "2027-10-01", "2028-10-01"] {
        clock.set(noon(at));
        assert_eq!(run(&app, "test").await.unwrap().photos, 0, "{at}");
    }
}

#[tokio::test]
async fn the_trail_is_pruned_after_a_year_and_still_verifies() {
    let (app, clock) = county("2026-09-16").await;
    for n in 0..5 {
        let entry = audit::Entry::new("kari", "test.deed", app.unix_now() + n * 100 * DAY);
        audit::record(&app.db, entry).await.unwrap();
    }
    let before = verify::database(&app, None).await.unwrap();
    clock.set(noon("2027-12-01"));
    assert_eq!(dry_run(&app).await.unwrap().audit, before.entries - 4);
    let gone = run(&app, "test").await.unwrap();
    // At 0 days; 100 and more are within the year.
    assert_eq!(gone.audit, before.entries - 4);
    let after = verify::database(&app, None).await.unwrap();
    // What is left, and the entry about this.
    assert_eq!(after.entries, 5);
    assert_eq!(after.last, before.last + 1);
}

#[tokio::test]
async fn the_daily_run_is_once_a_day() {
    let (app, clock) = county("2026-09-16").await;
    assert!(daily(&app).await.unwrap().is_some());
    assert!(daily(&app).await.unwrap().is_none());
    clock.set(noon("2026-09-17"));
    assert!(daily(&app).await.unwrap().is_some());
}

#[tokio::test]
async fn logins_that_were_never_matched_go_too() {
    let (app, clock) = county("2026-09-16").await;
    let id = crate::records::testing::account(&app, None).await;
    clock.set(noon("2027-03-16"));
    assert_eq!(run(&app, "test").await.unwrap().accounts, 0);
    clock.set(noon("2027-03-18"));
    assert_eq!(run(&app, "test").await.unwrap().accounts, 1);
    assert!(
        account::Entity::find_by_id(id)
            .one(&app.db)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn old_runs_and_changes_go_and_the_last_run_stays() {
    let (app, clock) = county("2026-09-16").await;
    sync(&app, others()).await.unwrap();
    clock.set(noon("2026-09-17"));
    sync(&app, others()).await.unwrap();
    clock.set(noon("2027-10-01"));
    let gone = run(&app, "test").await.unwrap();
    assert_eq!((gone.changes, gone.runs), (40, 1));
    assert!(crate::records::sync::has_run(&app.db).await.unwrap());
}
