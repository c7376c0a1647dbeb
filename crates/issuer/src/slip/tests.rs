mod sheet;

use std::sync::Arc;

use axum::{Router, body::Body, http::Request};
use chrono::DateTime;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use tower::ServiceExt;
use verifier::{Checker, Outcome, Reason, Scan, Settings, SlipVerdict, StatusCache, TrustList};

use super::*;
use crate::{
    app::testing::{self, NOW, TestClock},
    config::Config,
    db::{
        self,
        entity::{
            audit as entries,
            credential::CredentialStatus,
            photo::{self, PhotoSource, PhotoState},
            slip as rows,
        },
    },
    deeds,
    http::router,
    records::{
        status,
        testing::{day, person, pupil, sync},
    },
};

const EXAM: Wanted = Wanted {
    slot: CardSlot::First,
    profile: Profile::Exam,
    language: Language::Nb,
};
const TRAVEL: Wanted = Wanted {
    profile: Profile::Travel,
    ..EXAM
};

/// Of a county that is no specimen.
fn settings() -> Config {
    let mut config = crate::config::tests::sample();
    config.issuer.demo = false;
    config
}

/// Two pupils with photos, and the clock.
async fn school() -> (Arc<App>, Arc<TestClock>, Uuid, Uuid) {
    let clock = Arc::new(TestClock::at(NOW));
    let app = testing::app_with(settings(), clock.clone()).await;
    sync(&app, vec![pupil(1), pupil(2)]).await.unwrap();
    let (one, two) = (
        person(&app, "elev:1").await.id,
        person(&app, "elev:2").await.id,
    );
    for person in [one, two] {
        lock_photo(&app, person).await;
    }
    (Arc::new(app), clock, one, two)
}

async fn lock_photo(app: &App, person: Uuid) {
    lock_picture(app, person, |x, y| {
        let (dx, dy) = (f64::from(x) - 240.0, f64::from(y) - 300.0);
        let is_face = (dx / 140.0).powi(2) + (dy / 190.0).powi(2) < 1.0;
        image::Rgb(if is_face {
            [224, 178, 150]
        } else {
            [70, 110, 150]
        })
    })
    .await;
}

async fn lock_picture(app: &App, person: Uuid, pixel: impl FnMut(u32, u32) -> image::Rgb<u8>) {
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(480, 640, pixel)
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .unwrap();
    let jpeg = jpeg.into_inner();
    photo::ActiveModel {
        person_id: Set(person),
        id: Set(Uuid::new_v4()),
        state: Set(PhotoState::Locked),
        source: Set(PhotoSource::SchoolRecords),
        sha256: Set(county_api::photo_sha256(&jpeg)),
        object_key: Set(app.photos.put(&jpeg).await.unwrap()),
        source_url_sha256: Set(None),
        source_date: Set(None),
        changed_at: Set(NOW),
        ..Default::default()
    }
    .insert(&app.db)
    .await
    .unwrap();
}

async fn printed(app: &App, person: Uuid, wanted: Wanted) -> Slip {
    issue(app, person, wanted, "sigrid", "Knust telefon")
        .await
        .unwrap()
}

async fn fetched(router: &Router, path: &str) -> String {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20)
        .await
        .unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

/// What a checker says that has just fetched all lists.
async fn checked(app: &Arc<App>, code: &str) -> SlipVerdict {
    let (router, now) = (router(app.clone()), app.now());
    let key = app.county().unwrap().trust_list_key;
    let trust = TrustList::verify(&fetched(&router, "/trust-list").await, &key, now, None).unwrap();
    let mut statuses = StatusCache::default();
    let lists: serde_json::Value =
        serde_json::from_str(&fetched(&router, "/status-lists").await).unwrap();
    for uri in lists["status_lists"].as_array().unwrap() {
        let list = crate::issue::status::list_of(app, uri.as_str().unwrap()).unwrap();
        let jwt = fetched(&router, &format!("/status-lists/{list}")).await;
        statuses.add_jwt(&jwt, &trust, now).unwrap();
    }
    match Checker::new(trust, statuses, Settings::default()).scan(code, now) {
        Scan::Slip(verdict) => verdict,
        other => panic!("not a slip: {other:?}"),
    }
}

#[tokio::test]
async fn a_slip_is_good_for_checkers_until_midnight_and_says_who_and_for_what() {
    let (app, clock, nora, _) = school().await;
    for (wanted, class) in [(EXAM, Some("2STA")), (TRAVEL, None)] {
        let slip = printed(&app, nora, wanted).await;
        assert!(slip.code.len() <= MAX_LINK, "{}", slip.code.len());
        // 22:00 UTC is midnight in September.
        assert_eq!(slip.expires_at, NOW + 12 * 3_600);
        let verdict = checked(&app, &slip.code).await;
        assert_eq!(verdict.reasons, [Reason::OnPaper]);
        assert_eq!(verdict.outcome, Outcome::Slip);
        assert_eq!(verdict.day, Some(day("2026-09-16")));
        let card = verdict.card.unwrap();
        assert_eq!(card.full_name.as_deref(), Some("Ánne Marja Bjørnstad"));
        assert_eq!(card.class.as_deref(), class);
        assert_eq!(card.profile, wanted.profile);
        assert!(card.portrait.is_some());
    }
    let slip = printed(&app, nora, EXAM).await;
    clock.set(slip.expires_at - 1);
    assert_eq!(checked(&app, &slip.code).await.outcome, Outcome::Slip);
    clock.set(slip.expires_at);
    let over = checked(&app, &slip.code).await;
    let on = day("2026-09-16");
    assert_eq!(over.reasons, [Reason::OnPaper, Reason::SlipOver { on }]);
    assert_eq!(over.outcome, Outcome::Invalid);
}

#[tokio::test]
async fn a_newer_slip_takes_the_place_of_the_one_before_for_the_same_purpose() {
    let (app, _, nora, per) = school().await;
    let first = printed(&app, nora, EXAM).await;
    let travel = printed(&app, nora, TRAVEL).await;
    let other = printed(&app, per, EXAM).await;
    let second = printed(&app, nora, EXAM).await;
    let revoked = checked(&app, &first.code).await;
    assert_eq!(revoked.reasons, [Reason::OnPaper, Reason::Revoked]);
    for good in [travel, other, second] {
        assert_eq!(checked(&app, &good.code).await.outcome, Outcome::Slip);
    }
}

#[tokio::test]
async fn a_slip_is_revoked_suspended_and_given_back_with_the_person() {
    let (app, clock, nora, per) = school().await;
    let (slip, other) = (
        printed(&app, nora, EXAM).await,
        printed(&app, per, EXAM).await,
    );
    let all = async |app: &App| {
        status::refresh_all(app).await.unwrap();
    };
    // Nora is not in the records for a night, of a county that is large enough for that.
    let others = || (2..42).map(pupil);
    sync(&app, others().chain([pupil(1)]).collect())
        .await
        .unwrap();
    sync(&app, others().collect()).await.unwrap();
    all(&app).await;
    let lost = checked(&app, &slip.code).await;
    assert_eq!(lost.outcome, Outcome::Invalid, "{:?}", lost.reasons);
    assert_eq!(checked(&app, &other.code).await.outcome, Outcome::Slip);
    sync(&app, others().chain([pupil(1)]).collect())
        .await
        .unwrap();
    all(&app).await;
    assert_eq!(checked(&app, &slip.code).await.outcome, Outcome::Slip);

    assert_eq!(revoke(&app, nora, "sigrid", "Mistet").await.unwrap(), 1);
    assert!(matches!(
        revoke(&app, nora, "sigrid", "Mistet").await,
        Err(SlipError::NoSlip)
    ));
    let gone = checked(&app, &slip.code).await;
    assert_eq!(gone.reasons, [Reason::OnPaper, Reason::Revoked]);
    let transaction = db::begin_write(&app.db).await.unwrap();
    assert_eq!(status::invalidate(&transaction, per).await.unwrap(), 1);
    transaction.commit().await.unwrap();
    assert_eq!(checked(&app, &other.code).await.outcome, Outcome::Invalid);

    let trail = entries::Entity::find()
        .filter(entries::Column::PersonId.eq(nora))
        .all(&app.db)
        .await
        .unwrap();
    let deeds: Vec<_> = trail
        .iter()
        .map(|row| {
            (
                row.action.as_str(),
                row.actor.as_str(),
                row.reason.as_deref(),
            )
        })
        .collect();
    assert!(deeds.contains(&("person.print_slip", "sigrid", Some("Knust telefon"))));
    assert!(deeds.contains(&("person.revoke_slips", "sigrid", Some("Mistet"))));

    // A month later nothing of it is left but the trail.
    clock.set(NOW + 32 * 86_400);
    delete_expired(&app.db, app.unix_now()).await.unwrap();
    assert!(rows::Entity::find().all(&app.db).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_is_blocked_or_has_no_photo_or_has_had_enough_gets_none() {
    let (app, clock, nora, per) = school().await;
    for _ in 0..app.config.slip.per_person_and_day {
        printed(&app, nora, TRAVEL).await;
    }
    let last = rows::Entity::find().all(&app.db).await.unwrap().len();
    let refused = issue(&app, nora, EXAM, "sigrid", "Igjen").await;
    assert!(matches!(refused, Err(SlipError::TooMany(5))), "{refused:?}");
    assert_eq!(rows::Entity::find().all(&app.db).await.unwrap().len(), last);
    printed(&app, per, EXAM).await;
    // Tomorrow is another day.
    clock.set(NOW + 12 * 3_600);
    printed(&app, nora, EXAM).await;

    photo::Entity::delete_by_id(nora)
        .exec(&app.db)
        .await
        .unwrap();
    let refused = issue(&app, nora, EXAM, "sigrid", "Uten bilde").await;
    assert!(matches!(refused, Err(SlipError::NoCard)), "{refused:?}");
    let training = Wanted {
        slot: CardSlot::Training,
        ..EXAM
    };
    let refused = issue(&app, per, training, "sigrid", "Har bare ett").await;
    assert!(matches!(refused, Err(SlipError::NoCard)), "{refused:?}");
    let discount = Wanted {
        profile: Profile::Discount,
        ..EXAM
    };
    let refused = issue(&app, per, discount, "sigrid", "Kino").await;
    assert!(
        matches!(refused, Err(SlipError::NoSuchProfile)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_phone_that_is_logged_out_takes_no_slip_with_it_and_a_photo_that_is_reset_does() {
    let (app, _, nora, _) = school().await;
    let slip = printed(&app, nora, EXAM).await;
    let why = deeds::Why {
        by: "sigrid",
        reason: "Stjålet telefon",
    };
    // Nobody was logged in; what matters is what becomes of the sheet.
    let logged_out = deeds::log_out(&app, nora, why).await;
    assert!(matches!(logged_out, Err(deeds::DeedError::NoDevice)));
    let transaction = db::begin_write(&app.db).await.unwrap();
    status::invalidate_credentials(&transaction, nora)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(checked(&app, &slip.code).await.outcome, Outcome::Slip);

    deeds::reset_photo(&app, nora, why).await.unwrap();
    let gone = checked(&app, &slip.code).await;
    assert_eq!(gone.reasons, [Reason::OnPaper, Reason::Revoked]);
}

#[tokio::test]
async fn a_slip_that_is_not_over_keeps_its_place_also_when_its_person_goes() {
    let (app, clock, nora, _) = school().await;
    let slip = printed(&app, nora, EXAM).await;
    revoke(&app, nora, "sigrid", "Mistet").await.unwrap();
    delete_of(&app.db, nora, app.unix_now()).await.unwrap();
    assert_eq!(
        checked(&app, &slip.code).await.reasons,
        [Reason::OnPaper, Reason::Revoked]
    );
    clock.set(slip.expires_at);
    delete_of(&app.db, nora, app.unix_now()).await.unwrap();
    assert!(rows::Entity::find().all(&app.db).await.unwrap().is_empty());
}

#[tokio::test]
async fn checkers_can_fetch_the_list_of_slips_before_there_is_one() {
    let (app, _, nora, _) = school().await;
    prepare(&app).await.unwrap();
    prepare(&app).await.unwrap();
    let lists: serde_json::Value =
        serde_json::from_str(&fetched(&router(app.clone()), "/status-lists").await).unwrap();
    assert_eq!(lists["status_lists"].as_array().unwrap().len(), 2);
    printed(&app, nora, EXAM).await;
    let row = rows::Entity::find().one(&app.db).await.unwrap().unwrap();
    assert_eq!(row.list_id, 2);
}

#[tokio::test]
async fn slips_and_credentials_never_share_a_list() {
    let (app, _, nora, _) = school().await;
    let transaction = db::begin_write(&app.db).await.unwrap();
    let before = crate::issue::status::open_list(&transaction, &app)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    printed(&app, nora, EXAM).await;
    let transaction = db::begin_write(&app.db).await.unwrap();
    let slips = crate::issue::status::open_slip_list(&transaction, &app)
        .await
        .unwrap();
    let after = crate::issue::status::open_list(&transaction, &app)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_ne!(before.id, slips.id);
    assert_eq!(after.id, before.id);
    let row = rows::Entity::find().one(&app.db).await.unwrap().unwrap();
    assert_eq!(
        (row.list_id, row.status),
        (slips.id, CredentialStatus::Valid)
    );
}

#[test]
fn a_day_begins_when_the_one_before_ends_also_when_the_clocks_are_changed() {
    for (now, hours) in [
        ("2026-03-29T10:00:00Z", 23),
        ("2026-10-25T10:00:00Z", 25),
        ("2026-09-16T10:00:00Z", 24),
    ] {
        let now: DateTime<chrono::Utc> = now.parse().unwrap();
        let midnight = end_of(day_in_norway(now)).unwrap();
        assert_eq!(
            midnight - start_of(midnight, now.timestamp()),
            hours * 3_600
        );
    }
}
