//! What hangs on a person goes with the right, and a sync does not bring it back.

use super::*;
use crate::{
    db::entity::sms_message::{Card, Kind, State},
    records::{
        sync::Options,
        testing::{Once, set, with_library_code},
    },
};

/// One who has left and is still in the source, as counties keep them, with everything that can hang on a person.
async fn left(app: &App) -> Uuid {
    let id = person(app, "elev:1").await.id;
    photo_of(app, id).await;
    library_code::ActiveModel {
        person_id: Set(id),
        code: Set("N1".into()),
        symbology: Set(None),
        overridden: Set(true),
        updated_at: Set(0),
    }
    .insert(&app.db)
    .await
    .unwrap();
    block::ActiveModel {
        id: Set(Uuid::new_v4()),
        person_id: Set(id),
        reason: Set("misbruk".into()),
        created_at: Set(0),
        created_by: Set("kari".into()),
        lifted_at: Set(Some(1)),
        lifted_by: Set(Some("kari".into())),
        ..Default::default()
    }
    .insert(&app.db)
    .await
    .unwrap();
    sms_message::ActiveModel {
        id: Set(Uuid::new_v4()),
        person_id: Set(id),
        card: Set(Card::Pupil),
        kind: Set(Kind::Ready),
        state: Set(State::Sent),
        created_at: Set(0),
        due_at: Set(0),
        attempts: Set(1),
        claimed_until: Set(None),
        outcome: Set(None),
        sent_at: Set(Some(0)),
    }
    .insert(&app.db)
    .await
    .unwrap();
    photo_attempt::ActiveModel {
        person_id: Set(id),
        day: Set(day("2026-09-10")),
        count: Set(3),
    }
    .insert(&app.db)
    .await
    .unwrap();
    id
}

/// How many codes, blocks, messages and attempts at a photo there are.
async fn hanging(app: &App) -> [u64; 4] {
    [
        library_code::Entity::find().count(&app.db).await.unwrap(),
        block::Entity::find().count(&app.db).await.unwrap(),
        sms_message::Entity::find().count(&app.db).await.unwrap(),
        photo_attempt::Entity::find().count(&app.db).await.unwrap(),
    ]
}

#[tokio::test]
async fn codes_blocks_messages_and_attempts_go_with_the_photo() {
    let (app, clock) = county("2026-09-10").await;
    let mut ends = pupil(1);
    ends.enrolments[0].period.end = Some(day("2026-09-15"));
    sync(&app, with(ends)).await.unwrap();
    left(&app).await;
    clock.set(noon("2026-12-01"));
    run(&app, "test").await.unwrap();
    assert_eq!(hanging(&app).await, [1; 4]);
    clock.set(noon("2027-03-16"));
    assert_eq!(run(&app, "test").await.unwrap().people, 1);
    assert_eq!(hanging(&app).await, [0; 4]);
}

#[tokio::test]
async fn a_code_of_one_who_has_left_is_not_written_back_and_the_brake_does_not_hold_again() {
    let (app, clock) = county("2026-09-16").await;
    // Five of forty leave, and stay in the source with their codes.
    let people = |ends: Option<&str>| -> Vec<PersonRecord> {
        let one = |n: usize| {
            let mut record = with_library_code(pupil(n), &format!("N{n}"));
            if let Some(end) = ends.filter(|_| n < 5) {
                record.enrolments[0].period.end = Some(day(end));
            }
            record
        };
        (0..40).map(one).collect()
    };
    sync(&app, people(None)).await.unwrap();
    let accept = Options {
        accept_brake: Some(Accept {
            by: "sigrid".into(),
            reason: "prøve".into(),
        }),
        ..Options::default()
    };
    let left = Once::new(Ok(set(people(Some("2026-09-20")))));
    crate::records::sync::run(&app, &left, &accept)
        .await
        .unwrap();
    clock.set(noon("2026-10-01"));
    run(&app, "test").await.unwrap();
    // Until then they keep what the source says.
    assert_eq!(hanging(&app).await[0], 40);
    clock.set(noon("2027-04-01"));
    let held = super::super::run(&app, "test", None).await;
    assert!(
        matches!(held, Err(RetentionError::Braked { people: 5, .. })),
        "{held:?}"
    );
    assert_eq!(run(&app, "test").await.unwrap().people, 5);
    for _ in 0..2 {
        sync(&app, people(Some("2026-09-20"))).await.unwrap();
        assert_eq!(hanging(&app).await[0], 35);
        assert_eq!(
            super::super::run(&app, "test", None).await.unwrap().people,
            0
        );
    }
    // Who has a right again has the code with the next sync.
    sync(&app, people(None)).await.unwrap();
    assert_eq!(hanging(&app).await[0], 40);
}
