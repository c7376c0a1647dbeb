use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    again::{DAYS_BETWEEN, send_again},
    who::{Step, standing},
};
use crate::{
    admin::school::Circle,
    app::{
        App,
        testing::{NOW, TestClock, app_with},
    },
    config::tests::sample_with,
    db::entity::{
        audit as entries, person as people,
        photo::{self, PhotoState},
        sms_message::{self, State},
    },
    records::testing::{account, apprentice, credential, person, pupil, sync},
};

fn here() -> Circle {
    Circle::School("10001".into())
}

/// Pupils 1 to 3 in 2STA and 4 in 2STB of the school, 5 at another, and an apprentice.
async fn county() -> (App, std::sync::Arc<TestClock>) {
    let clock = std::sync::Arc::new(TestClock::at(NOW));
    let config = sample_with(
        "\n[sms]\naddress = \"fjordviken.example/bevis\"\nsender = \"file\"\nfile = \"/nowhere\"\n",
    );
    let app = app_with(config, clock.clone()).await;
    let mut people: Vec<_> = (1..=5).map(pupil).collect();
    for record in &mut people {
        record.mobile = Some("68050001".into());
    }
    people[3].enrolments[0].classes[0].name = "2STB".into();
    people[4].enrolments[0].school_number = Some("10002".into());
    people.push(apprentice(6, None));
    sync(&app, people).await.unwrap();
    (app, clock)
}

#[tokio::test]
async fn a_class_is_counted_and_whoever_has_no_card_is_told_how_far_they_are() {
    let (app, _) = county().await;
    credential(&app, person(&app, "elev:1").await.id).await;
    account(&app, Some(person(&app, "elev:2").await.id)).await;
    let standing = standing(&app, &here()).await.unwrap();
    let classes: Vec<_> = standing
        .classes
        .iter()
        .map(|class| (class.class.as_str(), class.missing, class.all))
        .collect();
    assert_eq!(classes, [("2STA", 2, 3), ("2STB", 1, 1)]);
    let steps: Vec<_> = standing.people.iter().map(|person| person.step).collect();
    assert_eq!(steps, [Step::NoPhoto, Step::NotLoggedIn, Step::NotLoggedIn]);
    let training = super::who::standing(&app, &Circle::Training).await.unwrap();
    assert_eq!(training.people.len(), 1);
}

#[tokio::test]
async fn the_message_goes_again_to_a_class_once_in_some_days_and_by_another_id() {
    let (app, clock) = county().await;
    let messages = || async {
        sms_message::Entity::find()
            .filter(sms_message::Column::State.eq(State::Waiting))
            .all(&app.db)
            .await
            .unwrap()
    };
    let before = messages().await;
    sms_message::Entity::update_many()
        .col_expr(
            sms_message::Column::State,
            sea_orm::sea_query::Expr::value(State::Sent),
        )
        .col_expr(
            sms_message::Column::SentAt,
            sea_orm::sea_query::Expr::value(Some(NOW)),
        )
        .exec(&app.db)
        .await
        .unwrap();
    let early = send_again(&app, &here(), None, "kari", "Skolestart")
        .await
        .unwrap();
    assert_eq!((early.waiting, early.too_early), (0, 4));

    clock.set(NOW + DAYS_BETWEEN * 86_400);
    let done = send_again(&app, &here(), Some("2STA"), "kari", "Skolestart")
        .await
        .unwrap();
    assert_eq!(done.waiting, 3);
    let after = messages().await;
    assert_eq!(after.len(), 3);
    assert!(
        after
            .iter()
            .all(|new| before.iter().all(|old| old.id != new.id))
    );
    let entry = entries::Entity::find()
        .filter(entries::Column::Action.eq("sms.send_again"))
        .all(&app.db)
        .await
        .unwrap();
    assert_eq!(entry.len(), 2);
    assert_eq!(entry[1].detail["class"], "2STA");
    assert_eq!(entry[1].detail["people"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn whose_photo_waits_for_the_school_gets_no_message_and_a_bad_record_stops_nobody() {
    let (app, _) = county().await;
    let waits = person(&app, "elev:1").await.id;
    account(&app, Some(waits)).await;
    photo::ActiveModel {
        person_id: Set(waits),
        id: Set(Uuid::new_v4()),
        state: Set(PhotoState::InReview),
        source: Set(photo::PhotoSource::Selfie),
        sha256: Set("00".into()),
        object_key: Set("photos/1".into()),
        source_url_sha256: Set(None),
        source_date: Set(None),
        changed_at: Set(NOW),
        submitted_sha256: Set(None),
        note: Set(None),
        reasons: Set(None),
        handed_back: Set(false),
    }
    .insert(&app.db)
    .await
    .unwrap();
    sms_message::Entity::update_many()
        .col_expr(sms_message::Column::State, Expr::value(State::Failed))
        .exec(&app.db)
        .await
        .unwrap();
    let unreadable = people::ActiveModel {
        id: Set(person(&app, "elev:2").await.id),
        record: Set(serde_json::json!({ "of": "another version" })),
        ..Default::default()
    };
    unreadable.update(&app.db).await.unwrap();
    let found = standing(&app, &here()).await.unwrap();
    assert_eq!((found.all(), found.people.len()), (3, 3));
    let done = send_again(&app, &here(), None, "kari", "Skolestart").await;
    assert_eq!(done.unwrap().waiting, 2);
}
