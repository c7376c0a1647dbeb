use std::sync::Arc;

use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::{
    sweep::{due, make_all_due},
    *,
};
use crate::{
    app::{
        App,
        testing::{self, TestClock},
    },
    db,
    records::testing::{credential, day, person, pupil, status_of, sync},
};

const DAY: i64 = 86_400;

async fn next_of(app: &App, key: &str) -> Option<NaiveDate> {
    person(app, key).await.next_change
}

async fn block_until(app: &App, id: Uuid, until: &str) {
    let row = block::ActiveModel {
        id: Set(Uuid::new_v4()),
        person_id: Set(id),
        reason: Set("mistet".into()),
        until: Set(Some(day(until))),
        contact: Set(None),
        created_at: Set(app.unix_now()),
        created_by: Set("kari".into()),
        by_county: Set(false),
        ..Default::default()
    };
    row.insert(&app.db).await.unwrap();
    let rules = app.config.records.rules.now();
    let transaction = db::begin_write(&app.db).await.unwrap();
    refresh(&transaction, &rules, app.now(), &[id])
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_block_that_ends_with_a_day_is_over_on_the_next_without_anyone_doing_anything() {
    let clock = Arc::new(TestClock::at(testing::NOW));
    let app = testing::app_with(crate::config::tests::sample(), clock.clone()).await;
    sync(&app, vec![pupil(0), pupil(1)]).await.unwrap();
    let id = person(&app, "elev:0").await.id;
    let (card, other) = (
        credential(&app, id).await,
        credential(&app, person(&app, "elev:1").await.id).await,
    );
    block_until(&app, id, "2026-09-17").await;
    assert_eq!(status_of(&app, card).await, CredentialStatus::Suspended);
    sweep(&app).await.unwrap();
    assert_eq!(next_of(&app, "elev:0").await, Some(day("2026-09-18")));
    // On the last day it holds still, and nobody is looked at.
    clock.set(testing::NOW + DAY);
    assert_eq!(sweep(&app).await.unwrap(), Changed::default());
    assert_eq!(status_of(&app, card).await, CredentialStatus::Suspended);
    clock.set(testing::NOW + 2 * DAY);
    assert_eq!(sweep(&app).await.unwrap().restored, 1);
    assert_eq!(status_of(&app, card).await, CredentialStatus::Valid);
    assert_eq!(status_of(&app, other).await, CredentialStatus::Valid);
}

#[tokio::test]
async fn only_those_who_are_due_are_looked_at() {
    let app = testing::app().await;
    sync(&app, (0..5).map(pupil).collect()).await.unwrap();
    // Who is new is due when the record says so: the class and the relation end on 20 June.
    assert_eq!(next_of(&app, "elev:3").await, Some(day("2027-06-21")));
    let (due_one, other) = (
        person(&app, "elev:0").await.id,
        person(&app, "elev:1").await.id,
    );
    let (card, card_of_other) = (
        credential(&app, due_one).await,
        credential(&app, other).await,
    );
    // Behind everyone's back, as no code of ours does.
    for id in [due_one, other] {
        let row = person::ActiveModel {
            id: Set(id),
            withdrawn_at: Set(Some(app.unix_now())),
            ..Default::default()
        };
        row.update(&app.db).await.unwrap();
    }
    make_due(&app.db, &[due_one], day("2026-09-16"))
        .await
        .unwrap();
    assert_eq!(sweep(&app).await.unwrap().suspended, 1);
    assert_eq!(status_of(&app, card).await, CredentialStatus::Suspended);
    assert_eq!(
        status_of(&app, card_of_other).await,
        CredentialStatus::Valid
    );
    // Who is withdrawn has nothing to wait for.
    assert_eq!(next_of(&app, "elev:0").await, None);
}

#[tokio::test]
async fn other_rules_have_everyone_looked_at_once() {
    let mut app = testing::app().await;
    heed_rules(&app).await.unwrap();
    sync(&app, vec![pupil(0)]).await.unwrap();
    let card = credential(&app, person(&app, "elev:0").await.id).await;
    sweep(&app).await.unwrap();
    heed_rules(&app).await.unwrap();
    assert_eq!(next_of(&app, "elev:0").await, Some(day("2027-06-21")));
    let rules = Rules {
        enabled_schools: Some(["10002".to_owned()].into()),
        ..app.config.records.rules.configured().clone()
    };
    let config = Arc::get_mut(&mut app.config).unwrap();
    config.records.rules = rules.into();
    heed_rules(&app).await.unwrap();
    assert_eq!(sweep(&app).await.unwrap().suspended, 1);
    assert_eq!(status_of(&app, card).await, CredentialStatus::Suspended);
}

#[tokio::test]
async fn one_sweep_sees_to_more_than_are_looked_at_at_once() {
    let app = testing::app().await;
    let many = CHUNK + 20;
    sync(&app, (0..many).map(pupil).collect()).await.unwrap();
    make_all_due(&app).await.unwrap();
    sweep(&app).await.unwrap();
    let left = due(&app.db, day("2026-09-16"), 1).await.unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
async fn a_sweep_judges_by_what_was_switched_in_another_process() {
    let app = testing::app().await;
    sync(&app, vec![pupil(0)]).await.unwrap();
    let card = credential(&app, person(&app, "elev:0").await.id).await;
    let off = crate::schools::Switch {
        number: "10001",
        enabled: false,
        by: "fylke@fjordviken.example",
        reason: "Skolen venter til januar",
    };
    crate::schools::switch(&app, off).await.unwrap();
    assert_eq!(status_of(&app, card).await, CredentialStatus::Suspended);
    // The other one has not read it yet.
    let rules = &app.config.records.rules;
    rules.replace(rules.configured().clone());
    assert_eq!(sweep(&app).await.unwrap(), Changed::default());
    assert_eq!(status_of(&app, card).await, CredentialStatus::Suspended);
    assert!(due(&app.db, day("2026-09-16"), 1).await.unwrap().is_empty());
    // Nor does a sync there give it back.
    make_all_due(&app).await.unwrap();
    rules.replace(rules.configured().clone());
    sync(&app, vec![pupil(0)]).await.unwrap();
    assert_eq!(status_of(&app, card).await, CredentialStatus::Suspended);
}

#[tokio::test]
async fn who_has_only_a_slip_or_a_card_that_is_over_is_told_apart() {
    let app = testing::app().await;
    sync(&app, (0..3).map(pupil).collect()).await.unwrap();
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(person(&app, &format!("elev:{n}")).await.id);
    }
    credential(&app, ids[0]).await;
    let invalid = credential(&app, ids[1]).await;
    make_invalid(&app.db, credential::Column::Id.eq(invalid))
        .await
        .unwrap();
    let found = holders(&app.db, app.now(), &ids).await.unwrap();
    assert_eq!(found, HashSet::from([ids[0]]));
    let later = app.now() + chrono::TimeDelta::days(40);
    assert!(holders(&app.db, later, &ids).await.unwrap().is_empty());
}
