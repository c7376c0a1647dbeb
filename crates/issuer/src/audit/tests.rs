use std::sync::Arc;

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, TransactionTrait};

use super::{
    verify::{self, Broken, Fault, VerifyError},
    *,
};
use crate::{
    app::{
        App,
        testing::{NOW, app},
    },
    db,
    db::entity::{audit_mark, audit_person},
};

/// A trail of ten entries beyond the one that the keys left.
async fn trail() -> App {
    let app = app().await;
    for n in 0..10 {
        let entry = Entry::new("kari", "test.deed", NOW + n)
            .reason("prøver \"én\" æøå")
            .detail(json!({ "b": { "z": n, "a": [1, { "y": 2, "x": null }] }, "a": "å" }));
        record(&app.db, entry).await.unwrap();
    }
    app
}

async fn entry(app: &App, seq: i64) -> audit::Model {
    audit::Entity::find_by_id(seq)
        .one(&app.db)
        .await
        .unwrap()
        .unwrap()
}

async fn broken(app: &App) -> Broken {
    match verify::database(app, None).await {
        Err(VerifyError::Broken(broken)) => broken,
        other => panic!("expected a broken trail, got {other:?}"),
    }
}

#[test]
fn what_is_hashed_has_one_form_whatever_the_order_of_the_details() {
    let entry = |detail: &str| audit::Model {
        seq: 7,
        id: "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap(),
        at: 1_789_552_800,
        actor: "kari".into(),
        action: "person.block".into(),
        person_id: None,
        reason: Some("mistet \"alt\"".into()),
        detail: serde_json::from_str(detail).unwrap(),
        prev_hash: chain::GENESIS.into(),
        hash: String::new(),
    };
    let one = entry(r#"{"b":{"d":1,"c":[{"f":null,"e":true}]},"a":"å"}"#);
    let other = entry(r#"{"a":"å","b":{"c":[{"e":true,"f":null}],"d":1}}"#);
    assert_eq!(
        chain::text(&one),
        "[\"lommebevis-audit-1\",7,\"0000000000000000000000000000000000000000000000000000000000000000\",\
         \"67e55044-10b1-426f-9247-bb680e5fe0c8\",1789552800,\"kari\",\"person.block\",null,\"mistet \\\"alt\\\"\",\
         {\"a\":\"å\",\"b\":{\"c\":[{\"e\":true,\"f\":null}],\"d\":1}}]"
    );
    assert_eq!(chain::hash(&one), chain::hash(&other));
}

#[tokio::test]
async fn a_trail_is_whole_until_somebody_touches_it() {
    let app = trail().await;
    let whole = verify::database(&app, None).await.unwrap();
    assert_eq!(
        (whole.first, whole.entries),
        (1, u64::try_from(whole.last).unwrap())
    );
    assert!(whole.entries > 10);
    let noted = Some((whole.last, whole.head.as_str()));
    assert!(verify::database(&app, noted).await.is_ok());
}

#[tokio::test]
async fn a_changed_entry_is_found_whatever_was_changed() {
    let changes: [fn(&mut audit::ActiveModel); 6] = [
        |row| row.actor = Set("ola".into()),
        |row| row.action = Set("test.other".into()),
        |row| row.reason = Set(None),
        |row| row.at = Set(1),
        |row| row.person_id = Set(Some(Uuid::nil())),
        |row| row.detail = Set(json!({ "a": "å" })),
    ];
    for change in changes {
        let app = trail().await;
        let mut row = entry(&app, 5).await.into_active_model();
        change(&mut row);
        row.update(&app.db).await.unwrap();
        assert_eq!(
            broken(&app).await,
            Broken {
                seq: 5,
                what: Fault::Changed
            }
        );
    }
}

#[tokio::test]
async fn a_changed_entry_with_a_fitting_hash_is_found_at_the_next() {
    let app = trail().await;
    let mut row = entry(&app, 5).await;
    row.actor = "ola".into();
    row.hash = chain::hash(&row);
    row.into_active_model()
        .reset_all()
        .update(&app.db)
        .await
        .unwrap();
    assert_eq!(
        broken(&app).await,
        Broken {
            seq: 6,
            what: Fault::NotChained
        }
    );
}

#[tokio::test]
async fn removed_entries_are_found_at_the_start_in_the_middle_and_at_the_end() {
    let app = trail().await;
    let last = verify::database(&app, None).await.unwrap().last;
    for seq in [1, 5, last] {
        let app = trail().await;
        audit::Entity::delete_by_id(seq)
            .exec(&app.db)
            .await
            .unwrap();
        let found = broken(&app).await;
        assert_eq!(found.seq, seq);
    }
}

#[tokio::test]
async fn moved_and_inserted_entries_are_found() {
    let app = trail().await;
    let (mut one, mut other) = (entry(&app, 4).await, entry(&app, 5).await);
    for row in [&one, &other] {
        audit::Entity::delete_by_id(row.seq)
            .exec(&app.db)
            .await
            .unwrap();
    }
    std::mem::swap(&mut one.seq, &mut other.seq);
    for row in [one, other] {
        row.into_active_model()
            .reset_all()
            .insert(&app.db)
            .await
            .unwrap();
    }
    assert_eq!(broken(&app).await.seq, 4);

    let app = trail().await;
    let mut forged = entry(&app, 1).await;
    let head = verify::database(&app, None).await.unwrap();
    forged.id = Uuid::new_v4();
    forged.seq = head.last + 1;
    forged
        .into_active_model()
        .reset_all()
        .insert(&app.db)
        .await
        .unwrap();
    assert_eq!(
        broken(&app).await,
        Broken {
            seq: head.last + 1,
            what: Fault::NotChained
        }
    );
}

#[tokio::test]
async fn a_trail_that_is_written_anew_from_an_entry_on_does_not_fit_its_marks() {
    let app = trail().await;
    verify::mark(&app).await.unwrap();
    assert!(verify::database(&app, None).await.is_ok());
    let whole = verify::database(&app, None).await.unwrap();
    // Someone with the database and without the master key makes the whole rest fit.
    let mut prev_hash = entry(&app, 4).await.hash;
    for seq in 5..=whole.last {
        let mut row = entry(&app, seq).await;
        row.actor = "ola".into();
        row.prev_hash = prev_hash;
        row.hash = chain::hash(&row);
        prev_hash = row.hash.clone();
        row.into_active_model()
            .reset_all()
            .update(&app.db)
            .await
            .unwrap();
    }
    assert_eq!(broken(&app).await.what, Fault::Mark);
    // And the mark with it.
    let mut mark = audit_mark::Entity::find()
        .one(&app.db)
        .await
        .unwrap()
        .unwrap();
    mark.hash = prev_hash;
    mark.into_active_model()
        .reset_all()
        .update(&app.db)
        .await
        .unwrap();
    assert_eq!(broken(&app).await.what, Fault::ForgedMark);
    audit_mark::Entity::delete_many()
        .exec(&app.db)
        .await
        .unwrap();
    // Without marks only what was noted elsewhere tells.
    let noted = Some((whole.last, whole.head.as_str()));
    assert!(matches!(
        verify::database(&app, noted).await,
        Err(VerifyError::Broken(Broken {
            what: Fault::NotExpected,
            ..
        }))
    ));
}

#[tokio::test]
async fn what_is_pruned_leaves_a_trail_that_still_verifies() {
    let app = trail().await;
    let before = verify::database(&app, None).await.unwrap();
    verify::mark(&app).await.unwrap();
    let transaction = db::begin_write(&app.db).await.unwrap();
    let pruned = verify::prune(&transaction, &app.seal, NOW + 5, NOW + 100)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(before.entries - pruned, 5);
    let after = verify::database(&app, None).await.unwrap();
    assert_eq!((after.entries, after.head), (5, before.head));
    // Pruning is no way to remove more.
    audit::Entity::delete_by_id(after.first)
        .exec(&app.db)
        .await
        .unwrap();
    assert_eq!(broken(&app).await.seq, after.first);
}

#[tokio::test]
async fn what_was_noted_before_the_pruning_is_told_to_be_too_old_and_never_passed_over() {
    let app = trail().await;
    let transaction = db::begin_write(&app.db).await.unwrap();
    verify::prune(&transaction, &app.seal, NOW + 5, NOW + 100)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let start = audit_mark::Entity::find()
        .one(&app.db)
        .await
        .unwrap()
        .unwrap();
    let noted = |seq, hash| {
        let app = &app;
        async move { verify::database(app, Some((seq, hash))).await }
    };
    assert!(noted(start.seq, &start.hash).await.is_ok());
    assert!(matches!(
        noted(start.seq, chain::GENESIS).await,
        Err(VerifyError::Broken(Broken {
            what: Fault::NotExpected,
            ..
        }))
    ));
    assert!(matches!(
        noted(start.seq - 1, chain::GENESIS).await,
        Err(VerifyError::TooOld { .. })
    ));
}

#[tokio::test]
async fn no_mark_vouches_for_a_broken_trail() {
    let app = trail().await;
    verify::mark(&app).await.unwrap();
    // Nothing has come since, and that is no fault.
    verify::mark(&app).await.unwrap();
    for n in 0..3 {
        record(&app.db, Entry::new("kari", "test.deed", NOW + n))
            .await
            .unwrap();
    }
    let last = verify::database(&app, None).await.unwrap().last;
    let kept = entry(&app, last - 1).await;
    let mut changed = kept.clone().into_active_model();
    changed.actor = Set("ola".into());
    changed.update(&app.db).await.unwrap();
    assert!(verify::mark(&app).await.is_err());
    kept.into_active_model()
        .reset_all()
        .update(&app.db)
        .await
        .unwrap();
    // The end is missing.
    let end = entry(&app, last).await;
    audit::Entity::delete_by_id(last)
        .exec(&app.db)
        .await
        .unwrap();
    assert!(verify::mark(&app).await.is_err());
    end.into_active_model()
        .reset_all()
        .insert(&app.db)
        .await
        .unwrap();
    verify::mark(&app).await.unwrap();
    assert_eq!(
        audit_mark::Entity::find().all(&app.db).await.unwrap().len(),
        2
    );
}

#[tokio::test]
async fn a_trail_that_was_pruned_to_nothing_goes_on_where_it_was() {
    let app = trail().await;
    let last = verify::database(&app, None).await.unwrap().last;
    let transaction = db::begin_write(&app.db).await.unwrap();
    verify::prune(&transaction, &app.seal, NOW + 1000, NOW + 1000)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(verify::database(&app, None).await.unwrap().entries, 0);
    record(&app.db, Entry::new("kari", "test.deed", NOW))
        .await
        .unwrap();
    let whole = verify::database(&app, None).await.unwrap();
    assert_eq!((whole.first, whole.last), (last + 1, last + 1));
}

#[tokio::test]
async fn an_export_is_verified_without_the_database() {
    let app = trail().await;
    let rows = audit::Entity::find().all(&app.db).await.unwrap();
    let lines: Vec<String> = rows
        .into_iter()
        .map(|row| serde_json::to_string(&verify::Exported::from(row)).unwrap())
        .collect();
    let text = lines.join("\n");
    assert!(verify::export(text.as_bytes()).is_ok());
    // A part of it too.
    assert!(verify::export(lines[3..6].join("\n").as_bytes()).is_ok());
    for wrong in [
        text.replacen("kari", "ola", 1),
        [&lines[..3], &lines[4..]].concat().join("\n"),
        "{}".into(),
        String::new(),
    ] {
        assert!(verify::export(wrong.as_bytes()).is_err());
    }
}

#[tokio::test]
async fn writers_at_once_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let config = db::testing::shared(folder.path()).await;
    let mut app = app().await;
    app.db = db::open(&config).await.unwrap();
    let app = Arc::new(app);
    let tasks: Vec<_> = (0..8)
        .map(|writer| {
            let app = app.clone();
            tokio::spawn(async move {
                for n in 0..10 {
                    let entry = Entry::new(&format!("writer-{writer}"), "test.deed", NOW + n);
                    if writer % 2 == 0 {
                        let transaction = db::begin_write(&app.db).await.unwrap();
                        record(&transaction, entry).await.unwrap();
                        transaction.commit().await.unwrap();
                    } else {
                        record(&app.db, entry).await.unwrap();
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(verify::database(&app, None).await.unwrap().entries, 80);
}

#[tokio::test]
async fn an_entry_of_a_deed_that_was_undone_leaves_no_gap() {
    let app = trail().await;
    let transaction = app.db.begin().await.unwrap();
    record(&transaction, Entry::new("kari", "test.deed", NOW))
        .await
        .unwrap();
    transaction.rollback().await.unwrap();
    record(&app.db, Entry::new("kari", "test.deed", NOW))
        .await
        .unwrap();
    verify::database(&app, None).await.unwrap();
}

#[tokio::test]
async fn whoever_takes_a_name_out_of_what_entries_are_found_by_is_found() {
    let app = trail().await;
    let (nora, ola) = (Uuid::new_v4(), Uuid::new_v4());
    let entry = Entry::new("kari", "test.list", NOW).people([nora, ola]);
    record(&app.db, entry).await.unwrap();
    let last = verify::database(&app, None).await.unwrap().last;
    let row = audit_person::ActiveModel {
        person_id: Set(nora),
        seq: Set(last),
    };
    let wrong = Broken {
        seq: last,
        what: Fault::Index,
    };
    row.clone().delete(&app.db).await.unwrap();
    assert_eq!(broken(&app).await, wrong);
    row.insert(&app.db).await.unwrap();
    verify::database(&app, None).await.unwrap();
    // Nor is anybody shown what is about others.
    let more = audit_person::ActiveModel {
        person_id: Set(nora),
        seq: Set(last - 1),
    };
    more.insert(&app.db).await.unwrap();
    assert_eq!(broken(&app).await.seq, last - 1);
}
