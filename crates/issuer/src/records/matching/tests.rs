use sea_orm::QueryOrder;

use super::*;
use crate::{
    app::testing,
    records::testing::{NUMBER, OTHER_NUMBER, apprentice, day, person, pupil, sync},
};

fn feide(sub: &str, name: &str) -> FeidePerson {
    FeidePerson {
        sub: sub.into(),
        feide_name: Some(name.into()),
        nin: None,
        birth_date: None,
    }
}

async fn person_of(app: &App, account: Uuid) -> Option<Uuid> {
    account::Entity::find_by_id(account)
        .one(&app.db)
        .await
        .unwrap()
        .unwrap()
        .person_id
}

async fn log_in(app: &App, who: &FeidePerson) -> Option<Uuid> {
    let account = match_account(app, who).await.unwrap();
    person_of(app, account).await
}

async fn noted(app: &App) -> Vec<String> {
    use crate::db::entity::audit as entries;
    let rows = entries::Entity::find()
        .filter(entries::Column::Action.eq(NOT_MATCHED))
        .order_by_asc(entries::Column::At)
        .all(&app.db)
        .await
        .unwrap();
    rows.into_iter().filter_map(|row| row.reason).collect()
}

#[tokio::test]
async fn a_pupil_is_found_by_feide_name_in_any_case_and_keeps_the_account() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1), pupil(2)]).await.unwrap();
    let first = match_account(&app, &feide("sub-1", "Elev1@Fjordviken.example"))
        .await
        .unwrap();
    let again = match_account(&app, &feide("sub-1", "elev1@fjordviken.example"))
        .await
        .unwrap();
    assert_eq!(first, again);
    assert_eq!(
        person_of(&app, first).await,
        Some(person(&app, "elev:1").await.id)
    );
    assert_eq!(
        log_in(&app, &feide("sub-9", "ukjent@fjordviken.example")).await,
        None
    );
    assert!(noted(&app).await.is_empty());
}

#[tokio::test]
async fn an_apprentice_is_found_by_national_number_alone() {
    let app = testing::app().await;
    sync(&app, vec![apprentice(7, Some(NUMBER)), apprentice(8, None)])
        .await
        .unwrap();
    let who = FeidePerson {
        nin: Some(NUMBER.into()),
        ..feide("sub-7", "leif@fjordviken.example")
    };
    assert_eq!(
        log_in(&app, &who).await,
        Some(person(&app, "larling:7").await.id)
    );
    assert_eq!(
        log_in(&app, &feide("sub-8", "lise@fjordviken.example")).await,
        None
    );
    let stored = account::Entity::find().all(&app.db).await.unwrap();
    assert!(
        stored
            .iter()
            .all(|row| row.nin_hash.as_deref() != Some(NUMBER))
    );
}

#[tokio::test]
async fn what_feide_knows_must_not_contradict_the_record() {
    let app = testing::app().await;
    let with_number = |n| {
        let mut record = pupil(n);
        record.nin = apprentice(n, Some(NUMBER)).nin;
        record
    };
    sync(&app, vec![pupil(1), with_number(2)]).await.unwrap();
    let born = |date| FeidePerson {
        birth_date: Some(day(date)),
        ..feide("sub-1", "elev1@fjordviken.example")
    };
    assert_eq!(log_in(&app, &born("2001-01-01")).await, None);
    assert_eq!(log_in(&app, &born("2001-01-01")).await, None);
    assert_eq!(
        noted(&app).await,
        ["the birth date is another than in the records"],
        "noted once"
    );
    assert!(log_in(&app, &born("2009-03-14")).await.is_some());
    let other = FeidePerson {
        nin: Some(OTHER_NUMBER.into()),
        ..feide("sub-2", "elev2@fjordviken.example")
    };
    assert_eq!(log_in(&app, &other).await, None);
}

#[tokio::test]
async fn a_feide_name_that_went_to_someone_else_needs_proof() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    assert!(
        log_in(&app, &feide("old", "elev1@fjordviken.example"))
            .await
            .is_some()
    );
    assert_eq!(
        log_in(&app, &feide("new", "elev1@fjordviken.example")).await,
        None
    );
    assert_eq!(noted(&app).await.len(), 1);
    // The first account keeps what it had.
    assert!(
        log_in(&app, &feide("old", "elev1@fjordviken.example"))
            .await
            .is_some()
    );
    let proven = FeidePerson {
        birth_date: Some(day("2009-03-14")),
        ..feide("new", "elev1@fjordviken.example")
    };
    assert!(log_in(&app, &proven).await.is_some());
}

#[tokio::test]
async fn a_name_that_several_people_have_matches_nobody() {
    let app = testing::app().await;
    let mut twin = pupil(2);
    twin.feide_name = pupil(1).feide_name;
    sync(&app, vec![pupil(1), twin]).await.unwrap();
    assert_eq!(
        log_in(&app, &feide("sub-1", "elev1@fjordviken.example")).await,
        None
    );
    assert_eq!(
        noted(&app).await,
        ["several people in the records have this Feide name"]
    );
}

#[tokio::test]
async fn an_old_account_does_not_follow_its_feide_name_to_someone_else() {
    for (born, is_same) in [("2010-05-17", false), ("2009-03-14", true)] {
        let app = testing::app().await;
        sync(&app, (1..60).map(pupil).collect()).await.unwrap();
        let name = "elev1@fjordviken.example";
        let old = match_account(&app, &feide("old", name)).await.unwrap();
        let left = person(&app, "elev:1").await.id;
        assert_eq!(person_of(&app, old).await, Some(left));

        // The person leaves, and the app asks again without a login.
        sync(&app, (2..60).map(pupil).collect()).await.unwrap();
        let now = |account| crate::records::person_of(&app, account);
        assert!(now(old).await.unwrap().is_none());

        // The name is another record's.
        let mut newcomer = pupil(100);
        newcomer.feide_name = Some(name.into());
        newcomer.birth_date = Some(day(born));
        let people = (2..60).map(pupil).chain([newcomer]).collect();
        sync(&app, people).await.unwrap();
        assert_eq!(now(old).await.unwrap().is_some(), is_same, "{born}");
        assert_eq!(noted(&app).await.len(), usize::from(!is_same));
    }
}
