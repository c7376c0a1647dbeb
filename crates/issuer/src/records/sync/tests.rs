mod humans;
mod schools;

use std::{sync::Arc, time::Instant};

use sea_orm::QueryOrder;

use super::*;
use crate::{
    app::testing::{self, TestClock},
    db::entity::{
        account, audit as entries, change_log,
        credential::{CardKind, CredentialStatus},
        library_code, person,
    },
    records::testing::{
        NUMBER, OTHER_NUMBER, Once, account, apprentice, credential, credential_of, person, pupil,
        set, status_of, sync, with_library_code,
    },
};

async fn runs(app: &App) -> Vec<sync_run::Model> {
    sync_run::Entity::find()
        .order_by_asc(sync_run::Column::StartedAt)
        .all(&app.db)
        .await
        .unwrap()
}

async fn log_of(app: &App, id: Uuid) -> Vec<Value> {
    let rows = change_log::Entity::find()
        .filter(change_log::Column::PersonId.eq(id))
        .all(&app.db)
        .await
        .unwrap();
    rows.into_iter().map(|row| row.changes).collect()
}

#[tokio::test]
async fn what_changed_is_logged_by_field_and_what_did_not_is_left_alone() {
    let app = testing::app().await;
    sync(&app, (0..40).map(pupil).collect()).await.unwrap();
    let mut people: Vec<_> = (0..41).map(pupil).collect();
    people[3].enrolments[0].classes[0].name = "2STB".into();
    people.remove(5);
    let report = sync(&app, people).await.unwrap();
    let expected = Counts {
        read: 40,
        schools: 3,
        added: 1,
        changed: 1,
        withdrawn: 1,
        pupil_cards_lost: 1,
        unchanged: 38,
        ..Counts::default()
    };
    assert_eq!(report.counts, expected);

    assert_eq!(
        log_of(&app, person(&app, "elev:3").await.id).await,
        [
            json!({ "added": true }),
            json!({ "fields": ["enrolments"] })
        ]
    );
    assert_eq!(
        log_of(&app, person(&app, "elev:4").await.id).await,
        [json!({ "added": true })]
    );
    assert_eq!(
        log_of(&app, person(&app, "elev:40").await.id).await,
        [json!({ "added": true })]
    );
    let gone = person(&app, "elev:5").await;
    assert!(gone.withdrawn_at.is_some());
    assert_eq!(
        log_of(&app, gone.id).await.last(),
        Some(&json!({ "withdrawn": true }))
    );

    // Back again: the same row, with its history.
    sync(&app, (0..41).map(pupil).collect()).await.unwrap();
    let back = person(&app, "elev:5").await;
    assert_eq!((back.id, back.withdrawn_at), (gone.id, None));
    assert_eq!(
        log_of(&app, back.id).await.last().unwrap()["returned"],
        true
    );
}

#[tokio::test]
async fn a_source_that_breaks_half_way_removes_nobody() {
    let app = testing::app().await;
    sync(&app, (0..10).map(pupil).collect()).await.unwrap();
    let broken = school_records::fint::ReadError::Incomplete {
        class: "elevforhold".into(),
        announced: 10,
        given: 5,
    };
    let result = run(&app, &Once::new(Err(broken.into())), &Options::default()).await;
    assert!(matches!(result, Err(SyncError::Read(_))));

    let people = person::Entity::find()
        .filter(person::Column::WithdrawnAt.is_null())
        .all(&app.db)
        .await
        .unwrap();
    assert_eq!(people.len(), 10);
    let runs = runs(&app).await;
    assert_eq!(runs.len(), 2);
    let failed = runs
        .iter()
        .find(|run| run.outcome == SyncOutcome::Failed)
        .unwrap();
    assert!(failed.finished_at.is_some());
    assert!(failed.message.as_deref().unwrap().contains("elevforhold"));
}

#[tokio::test]
async fn the_brake_holds_until_someone_accepts_the_change_by_name() {
    let app = testing::app().await;
    sync(&app, (0..100).map(pupil).collect()).await.unwrap();

    // 5 of 100 is allowed, 6 is not.
    let result = sync(&app, (0..94).map(pupil).collect()).await;
    let Err(SyncError::Braked { counts, .. }) = result else {
        panic!("{result:?}")
    };
    assert_eq!(counts.withdrawn, 6);
    assert!(
        runs(&app)
            .await
            .iter()
            .any(|run| run.outcome == SyncOutcome::Braked)
    );
    assert!(person(&app, "elev:99").await.withdrawn_at.is_none());
    sync(&app, (0..95).map(pupil).collect()).await.unwrap();

    let accept = Accept {
        by: "sigrid".into(),
        reason: "skolen er lagt ned".into(),
    };
    let options = Options {
        accept_brake: Some(accept),
        ..Options::default()
    };
    run(
        &app,
        &Once::new(Ok(set((0..10).map(pupil).collect()))),
        &options,
    )
    .await
    .unwrap();
    assert!(person(&app, "elev:10").await.withdrawn_at.is_some());
    let trail = entries::Entity::find()
        .filter(entries::Column::Action.eq("sync.accept_brake"))
        .all(&app.db)
        .await
        .unwrap();
    assert_eq!(trail.len(), 1);
    assert_eq!(
        (trail[0].actor.as_str(), trail[0].reason.as_deref()),
        ("sigrid", Some("skolen er lagt ned"))
    );
}

#[tokio::test]
async fn the_brake_holds_when_too_many_become_someone_else() {
    let app = testing::app().await;
    sync(&app, (0..100).map(pupil).collect()).await.unwrap();
    let shifted = |n: usize| {
        let mut record = pupil(n);
        if n < 6 {
            record.birth_date = record.birth_date.and_then(|day| day.succ_opt());
        }
        record
    };
    let result = sync(&app, (0..100).map(shifted).collect()).await;
    assert!(
        matches!(&result, Err(SyncError::Braked { counts, .. }) if counts.identity_changed == 6),
        "{result:?}"
    );
    // Nor may a set without the column make it impossible to see in the next one.
    let blank = |n: usize| {
        let mut record = pupil(n);
        if n < 6 {
            record.birth_date = None;
        }
        record
    };
    let result = sync(&app, (0..100).map(blank).collect()).await;
    assert!(
        matches!(&result, Err(SyncError::Braked { counts, .. }) if counts.identity_changed == 6),
        "{result:?}"
    );
    // Many new names of classes are no reason to stop.
    let promoted = |n: usize| {
        let mut record = pupil(n);
        record.enrolments[0].classes[0].name = "3STA".into();
        record
    };
    assert_eq!(
        sync(&app, (0..100).map(promoted).collect())
            .await
            .unwrap()
            .counts
            .changed,
        100
    );
}

#[tokio::test]
async fn the_brake_holds_when_too_many_are_there_still_but_without_a_right() {
    let app = testing::app().await;
    sync(&app, (0..100).map(pupil).collect()).await.unwrap();
    // The source has all the people, and the last of their enrolments are missing.
    let without = |from: usize| {
        move |n: usize| {
            let mut record = pupil(n);
            if n >= from {
                record.enrolments.clear();
            }
            record
        }
    };
    let result = sync(&app, (0..100).map(without(94)).collect()).await;
    assert!(
        matches!(&result, Err(SyncError::Braked { counts, .. }) if counts.right_lost == 6),
        "{result:?}"
    );
    assert!(
        result
            .unwrap_err()
            .to_string()
            .contains("6 would lose their right")
    );
    // Three who lose it and three who leave are six as well.
    let result = sync(&app, (3..100).map(without(97)).collect()).await;
    assert!(
        matches!(&result, Err(SyncError::Braked { counts, .. }) if (counts.withdrawn, counts.right_lost) == (3, 3)),
        "{result:?}"
    );
    let report = sync(&app, (0..100).map(without(95)).collect())
        .await
        .unwrap();
    assert_eq!(report.counts.right_lost, 5);
    // Who had none has none to lose.
    let report = sync(&app, (0..100).map(without(94)).collect())
        .await
        .unwrap();
    assert_eq!((report.counts.changed, report.counts.right_lost), (1, 1));
}

#[tokio::test]
async fn a_missing_source_of_apprentices_brakes_however_few_they_are() {
    let app = testing::app().await;
    let people = |apprentices: std::ops::Range<usize>| {
        let apprentices = apprentices.map(|n| apprentice(n, None));
        (0..300).map(pupil).chain(apprentices).collect::<Vec<_>>()
    };
    sync(&app, people(300..303)).await.unwrap();
    // Three of 303 are few of all, and all of theirs.
    let result = sync(&app, people(300..300)).await;
    assert!(
        matches!(&result, Err(SyncError::Braked { counts, .. }) if counts.training_cards_lost == 3),
        "{result:?}"
    );
    let result = sync(&app, people(300..302)).await;
    assert!(
        matches!(result, Err(SyncError::Braked { .. })),
        "{result:?}"
    );
    // Still there, but without a contract.
    let mut bare = people(300..303);
    for record in &mut bare[300..] {
        record.contracts.clear();
    }
    assert!(matches!(
        sync(&app, bare).await,
        Err(SyncError::Braked { .. })
    ));
    sync(&app, people(300..304)).await.unwrap();
}

#[tokio::test]
async fn cards_that_come_to_lack_something_count_as_lost() {
    let app = testing::app().await;
    sync(&app, (0..100).map(pupil).collect()).await.unwrap();
    let without_class = |from: usize| {
        move |n: usize| {
            let mut record = pupil(n);
            if n >= from {
                record.enrolments[0].classes.clear();
            }
            record
        }
    };
    let result = sync(&app, (0..100).map(without_class(94)).collect()).await;
    assert!(
        matches!(&result, Err(SyncError::Braked { counts, .. }) if (counts.right_lost, counts.pupil_cards_lost) == (6, 6)),
        "{result:?}"
    );
    sync(&app, (0..100).map(without_class(95)).collect())
        .await
        .unwrap();
}

#[tokio::test]
async fn one_who_has_a_card_more_or_less_stays_the_same_person_under_another_key() {
    let app = testing::app().await;
    let people = |record: &school_records::PersonRecord| {
        let others = (1..40)
            .map(pupil)
            .chain((40..80).map(|n| apprentice(n, None)));
        others.chain([record.clone()]).collect::<Vec<_>>()
    };
    let training = apprentice(0, Some(NUMBER));
    let mut both = pupil(0);
    both.nin.clone_from(&training.nin);
    both.contracts.clone_from(&training.contracts);
    sync(&app, people(&both)).await.unwrap();
    let before = person(&app, "elev:0").await;
    let card = credential_of(&app, before.id, Some(CardKind::Training)).await;
    for (record, key) in [
        (&training, "larling:0"),
        (&both, "elev:0"),
        (&training, "larling:0"),
    ] {
        let report = sync(&app, people(record)).await.unwrap();
        let counts = report.counts;
        assert_eq!(
            (counts.added, counts.changed, counts.withdrawn),
            (0, 1, 0),
            "{key}"
        );
        let now = person(&app, key).await;
        assert_eq!((now.id, now.withdrawn_at), (before.id, None));
        assert_eq!(status_of(&app, card).await, CredentialStatus::Valid);
    }
    // Another number under another key is somebody else.
    let other = apprentice(81, Some(OTHER_NUMBER));
    sync(&app, people(&other)).await.unwrap();
    assert_ne!(person(&app, "larling:81").await.id, before.id);
    assert!(person(&app, "larling:0").await.withdrawn_at.is_some());
}

#[tokio::test]
async fn a_key_of_one_who_was_withdrawn_goes_to_the_person_who_has_the_number() {
    let app = testing::app().await;
    let people = |records: &[school_records::PersonRecord]| {
        let others = (1..40)
            .map(pupil)
            .chain((40..80).map(|n| apprentice(n, None)));
        others.chain(records.iter().cloned()).collect::<Vec<_>>()
    };
    let training = apprentice(0, Some(NUMBER));
    let mut school = pupil(0);
    school.nin.clone_from(&training.nin);
    sync(&app, people(&[school.clone(), training.clone()]))
        .await
        .unwrap();
    let (pupil_id, training_id) = (
        person(&app, "elev:0").await.id,
        person(&app, "larling:0").await.id,
    );
    // Two people of one number are not told apart, and keep their keys.
    assert_ne!(pupil_id, training_id);
    sync(&app, people(std::slice::from_ref(&school)))
        .await
        .unwrap();
    assert_eq!(person(&app, "elev:0").await.id, pupil_id);
    sync(&app, people(std::slice::from_ref(&training)))
        .await
        .unwrap();
    assert_eq!(person(&app, "larling:0").await.id, pupil_id);
    let former = person::Entity::find_by_id(training_id)
        .one(&app.db)
        .await
        .unwrap()
        .unwrap();
    assert!(former.withdrawn_at.is_some());
}

#[tokio::test]
async fn the_end_of_the_school_year_is_no_reason_to_stop() {
    let clock = Arc::new(TestClock::at(testing::NOW));
    let app = testing::app_with(crate::config::tests::sample(), clock.clone()).await;
    sync(&app, (0..100).map(pupil).collect()).await.unwrap();
    // In July, over ten months later.
    clock.set(testing::NOW + 300 * 86_400);
    let report = sync(&app, (0..100).map(pupil).collect()).await.unwrap();
    assert_eq!(report.counts.unchanged, 100);
    // And what has ended may go from the records.
    let ended = |n: usize| {
        let mut record = pupil(n);
        record.enrolments.clear();
        record
    };
    let report = sync(&app, (0..100).map(ended).collect()).await.unwrap();
    assert_eq!((report.counts.changed, report.counts.right_lost), (100, 0));
}

#[tokio::test]
async fn a_dry_run_says_what_would_happen_and_leaves_no_trace() {
    let app = testing::app().await;
    sync(&app, (0..10).map(pupil).collect()).await.unwrap();
    let options = Options {
        dry_run: true,
        ..Options::default()
    };
    let report = run(&app, &Once::new(Ok(set(vec![pupil(0)]))), &options)
        .await
        .unwrap();
    assert!(report.would_brake);
    assert_eq!(report.counts.withdrawn, 9);
    assert_eq!(runs(&app).await.len(), 1);
    assert!(person(&app, "elev:9").await.withdrawn_at.is_none());
}

#[tokio::test]
async fn two_people_under_one_key_are_refused_whole() {
    let app = testing::app().await;
    let result = sync(&app, vec![pupil(1), pupil(2), pupil(1)]).await;
    assert!(matches!(result, Err(SyncError::Plan(PlanError::SameKey))));
    assert!(person::Entity::find().one(&app.db).await.unwrap().is_none());
}

#[tokio::test]
async fn an_account_does_not_follow_a_record_that_became_another_human() {
    let app = testing::app().await;
    sync(&app, (0..40).map(pupil).collect()).await.unwrap();
    let id = person(&app, "elev:7").await.id;
    let account = account(&app, Some(id)).await;
    let card = credential(&app, id).await;
    let mut people: Vec<_> = (0..40).map(pupil).collect();
    people[7].birth_date = Some("2008-01-01".parse().unwrap());
    sync(&app, people).await.unwrap();
    assert_eq!(status_of(&app, card).await, CredentialStatus::Invalid);
    let account = account::Entity::find_by_id(account)
        .one(&app.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(account.person_id, None);
}

#[tokio::test]
async fn credentials_follow_who_leaves_and_who_comes_back() {
    let app = testing::app().await;
    sync(&app, (0..80).map(pupil).collect()).await.unwrap();
    let leaver = credential(&app, person(&app, "elev:0").await.id).await;
    let breaks_off = credential(&app, person(&app, "elev:1").await.id).await;
    let loses_class = credential(&app, person(&app, "elev:2").await.id).await;
    let stays = credential(&app, person(&app, "elev:3").await.id).await;

    let mut people: Vec<_> = (0..80).map(pupil).collect();
    people[1].enrolments[0].interrupted_on = Some("2026-09-01".parse().unwrap());
    people[2].enrolments[0].classes.clear();
    people.remove(0);
    let report = sync(&app, people).await.unwrap();
    assert_eq!(
        report.credentials,
        Changed {
            suspended: 2,
            restored: 0
        }
    );
    assert_eq!(status_of(&app, leaver).await, CredentialStatus::Suspended);
    assert_eq!(
        status_of(&app, breaks_off).await,
        CredentialStatus::Suspended
    );
    // A class missing for a night takes no card away.
    assert_eq!(status_of(&app, loses_class).await, CredentialStatus::Valid);
    assert_eq!(status_of(&app, stays).await, CredentialStatus::Valid);

    let report = sync(&app, (0..80).map(pupil).collect()).await.unwrap();
    assert_eq!(
        report.credentials,
        Changed {
            suspended: 0,
            restored: 2
        }
    );
}

#[tokio::test]
async fn of_two_cards_only_the_one_whose_right_has_ended_goes() {
    let app = testing::app().await;
    let mut both = pupil(0);
    both.contracts = apprentice(0, None).contracts;
    let people = |record: &school_records::PersonRecord| {
        let others = (1..40)
            .map(pupil)
            .chain((40..80).map(|n| apprentice(n, None)));
        others.chain([record.clone()]).collect::<Vec<_>>()
    };
    sync(&app, people(&both)).await.unwrap();
    let id = person(&app, "elev:0").await.id;
    let cards = [Some(CardKind::Pupil), Some(CardKind::Training), None];
    let mut out = Vec::new();
    for card in cards {
        out.push(credential_of(&app, id, card).await);
    }
    let ended = Some("2026-09-01".parse().unwrap());
    let (mut no_contract, mut no_school, mut neither) = (both.clone(), both.clone(), both.clone());
    no_contract.contracts[0].period.end = ended;
    no_school.enrolments[0].interrupted_on = ended;
    neither.contracts.clear();
    neither.enrolments[0].interrupted_on = ended;
    let mut no_class = both.clone();
    no_class.enrolments[0].classes.clear();
    let (good, gone) = (CredentialStatus::Valid, CredentialStatus::Suspended);
    for (what, record, expected) in [
        ("both", &both, [good, good, good]),
        ("the contract has ended", &no_contract, [good, gone, good]),
        ("school has ended", &no_school, [gone, good, good]),
        (
            "a class is missing for a night",
            &no_class,
            [good, good, good],
        ),
        ("neither", &neither, [gone, gone, gone]),
        ("both again", &both, [good, good, good]),
    ] {
        sync(&app, people(record)).await.unwrap();
        for ((credential, card), expected) in out.iter().zip(cards).zip(expected) {
            let status = status_of(&app, *credential).await;
            assert_eq!(status, expected, "{what}: {card:?}");
        }
    }
}

#[tokio::test]
async fn library_codes_come_change_and_go_with_the_records() {
    let app = testing::app().await;
    let code = |app: &App, key: &'static str| {
        let db = app.db.clone();
        let app_person = person::Entity::find().filter(person::Column::SourceKey.eq(key));
        async move {
            let id = app_person.one(&db).await.unwrap().unwrap().id;
            library_code::Entity::find_by_id(id)
                .one(&db)
                .await
                .unwrap()
                .map(|row| row.code)
        }
    };
    let people = |codes: [Option<&str>; 3]| {
        let with = |(n, code): (usize, Option<&str>)| match code {
            Some(code) => with_library_code(pupil(n), code),
            None => pupil(n),
        };
        // And many whose codes stay.
        let others = (3..43).map(|n| with_library_code(pupil(n), &format!("B{n}")));
        let first = codes.into_iter().enumerate().map(with);
        first.chain(others).collect::<Vec<_>>()
    };
    sync(&app, people([Some("0007"), Some("0008"), None]))
        .await
        .unwrap();
    assert_eq!(code(&app, "elev:0").await.as_deref(), Some("0007"));
    sync(&app, people([Some("A1"), None, Some("0009")]))
        .await
        .unwrap();
    assert_eq!(code(&app, "elev:0").await.as_deref(), Some("A1"));
    assert_eq!(code(&app, "elev:1").await, None);
    // A night without any code is a file that was not there, and one with a few is a file that was cut short.
    for most in [0, 3] {
        let mut cut_short = people([None, None, Some("0010")]);
        for record in cut_short.iter_mut().skip(most) {
            record.library_code = None;
        }
        sync(&app, cut_short).await.unwrap();
        assert_eq!(code(&app, "elev:0").await.as_deref(), Some("A1"), "{most}");
        assert_eq!(code(&app, "elev:9").await.as_deref(), Some("B9"), "{most}");
    }
    assert_eq!(code(&app, "elev:2").await.as_deref(), Some("0010"));
    // Unless a person says that it is right.
    let options = Options {
        accept_brake: Some(Accept {
            by: "sigrid".into(),
            reason: "nytt system".into(),
        }),
        ..Options::default()
    };
    let mut fewer = people([None, None, Some("0010")]);
    for record in fewer.iter_mut().skip(3) {
        record.library_code = None;
    }
    super::run(&app, &Once::new(Ok(set(fewer))), &options)
        .await
        .unwrap();
    assert_eq!(code(&app, "elev:9").await, None);
    assert_eq!(code(&app, "elev:2").await.as_deref(), Some("0010"));
}

#[tokio::test]
async fn three_and_a_half_thousand_people_are_synced_in_one_go() {
    let app = testing::app_with(
        crate::config::tests::sample(),
        Arc::new(TestClock::at(testing::NOW)),
    )
    .await;
    let started = Instant::now();
    let report = sync(
        &app,
        (0..3500)
            .map(|n| with_library_code(pupil(n), &format!("{n:06}")))
            .collect(),
    )
    .await
    .unwrap();
    assert_eq!(report.counts.added, 3500);
    let promoted = |n| {
        let mut record = pupil(n);
        record.enrolments[0].classes[0].name = "3STA".into();
        record
    };
    assert_eq!(
        sync(&app, (0..3500).map(promoted).collect())
            .await
            .unwrap()
            .counts
            .changed,
        3500
    );
    // For whoever runs it by hand; the clock decides nothing.
    eprintln!("two syncs of 3 500 people: {:?}", started.elapsed());
}
