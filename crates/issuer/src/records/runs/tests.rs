use sea_orm::PaginatorTrait;
use serde_json::Value;

use super::*;
use crate::{
    app::testing,
    db::entity::audit as entries,
    records::diff::{Changed, Field, FromTo},
};

async fn run_with(app: &App, outcome: SyncOutcome, started_at: i64) -> Uuid {
    let row = sync_run::ActiveModel {
        id: Set(Uuid::new_v4()),
        started_at: Set(started_at),
        outcome: Set(outcome),
        counts: Set(json!({})),
        ..Default::default()
    };
    row.insert(&app.db).await.unwrap().id
}

async fn run_of(app: &App, id: Uuid) -> sync_run::Model {
    get(&app.db, id).await.unwrap().unwrap()
}

fn a_diff() -> Diff {
    let shown = FromTo {
        from: None,
        to: Some(Value::from("2STB")),
    };
    Diff {
        withdrawn: vec!["elev:2".into()],
        changed: vec![Changed {
            key: "elev:1".into(),
            someone_else: true,
            identity_changed: true,
            card_lost: false,
            fields: vec![
                Field {
                    field: "birth_date".into(),
                    values: None,
                },
                Field {
                    field: "enrolments[0].classes[0].name".into(),
                    values: Some(shown),
                },
            ],
        }],
        ..Diff::default()
    }
}

#[tokio::test]
async fn a_kept_diff_is_read_as_it_was_and_lies_sealed() {
    let app = testing::app().await;
    let run = run_with(&app, SyncOutcome::Braked, 1).await;
    keep_diff(&app, &app.db, run, &a_diff()).await.unwrap();
    assert_eq!(diff(&app, run).await.unwrap(), Some(a_diff()));
    let row = sync_diff::Entity::find_by_id(run)
        .one(&app.db)
        .await
        .unwrap();
    let sealed = row.unwrap().sealed;
    assert!(!sealed.windows(4).any(|part| part == b"2STB"));
    // Nobody has decided for a month.
    let month = testing::NOW + DIFF_KEPT;
    assert_eq!(forget_old_diffs(&app.db, month - 1).await.unwrap(), 0);
    assert_eq!(forget_old_diffs(&app.db, month).await.unwrap(), 1);
    assert_eq!(diff(&app, run).await.unwrap(), None);
}

#[tokio::test]
async fn an_accepted_run_is_carried_out_by_another_and_is_decided_once() {
    let app = testing::app().await;
    let run = run_with(&app, SyncOutcome::Braked, 1).await;
    keep_diff(&app, &app.db, run, &a_diff()).await.unwrap();
    assert_eq!(waiting(&app.db).await.unwrap().unwrap().id, run);
    let follows = decide(&app, run, Decision::Accept, "sigrid", "skolen er lagt ned")
        .await
        .unwrap()
        .unwrap();
    let follows = run_of(&app, follows).await;
    assert_eq!(
        (follows.outcome, follows.trigger, follows.accepts),
        (SyncOutcome::Requested, Some(Trigger::Decision), Some(run))
    );
    let decided = run_of(&app, run).await;
    assert_eq!(decided.decision, Some(Made::Accepted));
    assert_eq!(decided.decided_by.as_deref(), Some("sigrid"));
    assert_eq!(
        decided.decision_reason.as_deref(),
        Some("skolen er lagt ned")
    );
    assert!(diff(&app, run).await.unwrap().is_none());
    assert!(waiting(&app.db).await.unwrap().is_none());
    let again = decide(&app, run, Decision::Refuse, "ola", "nei").await;
    assert!(matches!(again, Err(DecideError::DoesNotWait)));
    let trail = entries::Entity::find().all(&app.db).await.unwrap();
    let deeds: Vec<_> = trail.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(
        deeds.iter().filter(|deed| **deed == "sync.accept").count(),
        1
    );
    assert!(!deeds.contains(&"sync.refuse"));
}

#[tokio::test]
async fn a_refused_run_leaves_everything_as_it_is() {
    let app = testing::app().await;
    let run = run_with(&app, SyncOutcome::Braked, 1).await;
    let follows = decide(&app, run, Decision::Refuse, "sigrid", "kilden er feil").await;
    assert_eq!(follows.unwrap(), None);
    assert_eq!(run_of(&app, run).await.decision, Some(Made::Refused));
    assert_eq!(
        sync_run::Entity::find().count(&app.db).await.unwrap(),
        1,
        "nothing follows"
    );
    let applied = run_with(&app, SyncOutcome::Applied, 2).await;
    let of_applied = decide(&app, applied, Decision::Accept, "sigrid", "ja").await;
    assert!(matches!(of_applied, Err(DecideError::DoesNotWait)));
}

#[tokio::test]
async fn a_run_is_asked_for_once_until_it_begins() {
    let app = testing::app().await;
    let first = ask(&app, "sigrid", "ny klasse").await.unwrap();
    assert_eq!(ask(&app, "ola", "ny klasse").await.unwrap(), first);
    let going = progress(&app).await.unwrap().unwrap();
    assert_eq!((going.run, going.step), (first, None));
    assert_eq!(
        next_requested(&app.db)
            .await
            .unwrap()
            .unwrap()
            .asked_by
            .as_deref(),
        Some("sigrid")
    );
}

#[tokio::test]
async fn how_far_a_run_is_is_told_by_who_does_it_or_by_what_it_has_written() {
    let app = testing::app().await;
    assert_eq!(progress(&app).await.unwrap(), None);
    let run = run_with(&app, SyncOutcome::Running, 1).await;
    let step = Step {
        phase: Phase::Compare,
        done: 3,
        of: 7,
    };
    write_step(&app.db, run, step).await.unwrap();
    let elsewhere = progress(&app).await.unwrap().unwrap();
    assert_eq!((elsewhere.run, elsewhere.step), (run, Some(step)));
    app.sync_progress.begin(run);
    app.sync_progress.enter(Phase::Write, 7);
    app.sync_progress.add(5);
    let here = progress(&app).await.unwrap().unwrap().step.unwrap();
    assert_eq!((here.phase, here.done), (Phase::Write, 5));
}

#[tokio::test]
async fn a_run_whose_process_was_killed_is_marked_and_one_that_has_ended_is_not() {
    let app = testing::app().await;
    let killed = run_with(&app, SyncOutcome::Running, 1).await;
    let applied = run_with(&app, SyncOutcome::Applied, 2).await;
    bury_the_dead(&app).await.unwrap();
    let row = run_of(&app, killed).await;
    assert_eq!(
        (row.outcome, row.finished_at),
        (SyncOutcome::Interrupted, Some(testing::NOW))
    );
    assert_eq!(run_of(&app, applied).await.outcome, SyncOutcome::Applied);
    // How far it was cannot be written any more.
    write_step(&app.db, killed, Step::default()).await.unwrap();
    assert_eq!(run_of(&app, killed).await.phase, None);
}

#[tokio::test]
async fn only_the_newest_braked_run_waits() {
    let app = testing::app().await;
    let old = run_with(&app, SyncOutcome::Braked, 1).await;
    keep_diff(&app, &app.db, old, &a_diff()).await.unwrap();
    let new = run_with(&app, SyncOutcome::Braked, 2).await;
    overtake(&app.db, new, 3).await.unwrap();
    assert_eq!(run_of(&app, old).await.decision, Some(Made::Overtaken));
    assert!(run_of(&app, new).await.waits());
    assert!(diff(&app, old).await.unwrap().is_none());
    let newest: Vec<_> = latest(&app.db, 1).await.unwrap();
    assert_eq!(newest[0].id, new);
}
