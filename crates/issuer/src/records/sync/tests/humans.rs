//! Whether a record is still about the same human, and what becomes of face, cards and accounts.

use school_records::{Fodselsnummer, PersonRecord};
use sea_orm::IntoActiveModel;

use super::*;
use crate::{
    db::entity::{
        credential as credentials, device,
        photo::{self, PhotoSource, PhotoState},
    },
    records::matching,
};

fn numbered(n: usize, number: &str) -> PersonRecord {
    PersonRecord {
        nin: Some(Fodselsnummer::parse(number, true).unwrap()),
        ..pupil(n)
    }
}

fn with(record: PersonRecord) -> Vec<PersonRecord> {
    (1..40).map(pupil).chain([record]).collect()
}

/// A card on a phone of an account that Feide said this of.
async fn phone_of(app: &App, person: Uuid, feide_name: &str, number: Option<&str>) -> (Uuid, Uuid) {
    let card = credential_of(app, person, Some(CardKind::Pupil)).await;
    let row = credentials::Entity::find_by_id(card)
        .one(&app.db)
        .await
        .unwrap()
        .unwrap();
    let device = device::Entity::find_by_id(row.device_id)
        .one(&app.db)
        .await
        .unwrap()
        .unwrap();
    let account = account::Entity::find_by_id(device.account_id)
        .one(&app.db)
        .await
        .unwrap()
        .unwrap();
    let id = account.id;
    let mut account = account.into_active_model();
    account.feide_name = Set(Some(feide_name.into()));
    account.nin_hash = Set(number.map(|number| app.seal.number_hash(number)));
    account.birth_date = Set(Some("2009-03-14".parse().unwrap()));
    account.update(&app.db).await.unwrap();
    (id, card)
}

async fn photo_of(app: &App, person: Uuid) {
    photo::ActiveModel {
        person_id: Set(person),
        id: Set(Uuid::new_v4()),
        state: Set(PhotoState::Locked),
        source: Set(PhotoSource::Selfie),
        sha256: Set("00".into()),
        object_key: Set(app.photos.put(b"jpeg").await.unwrap()),
        changed_at: Set(0),
        handed_back: Set(false),
        ..Default::default()
    }
    .insert(&app.db)
    .await
    .unwrap();
}

async fn has_photo(app: &App, person: Uuid) -> bool {
    photo::Entity::find_by_id(person)
        .one(&app.db)
        .await
        .unwrap()
        .is_some_and(|row| row.state == PhotoState::Locked)
}

/// As the app does it when it asks for new credentials.
async fn person_of(app: &App, account: Uuid) -> Option<Uuid> {
    matching::match_again(app, account, app.now())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_birth_date_that_is_mended_costs_nobody_photo_card_or_login() {
    let app = testing::app().await;
    sync(&app, with(numbered(0, NUMBER))).await.unwrap();
    let nora = person(&app, "elev:0").await.id;
    photo_of(&app, nora).await;
    // Feide says the number of the one, and nothing of the other's.
    let (one, first) = phone_of(&app, nora, "elev0@fjordviken.example", Some(NUMBER)).await;
    let (two, second) = phone_of(&app, nora, "elev0@fjordviken.example", None).await;
    let mut mended = numbered(0, NUMBER);
    mended.birth_date = Some("2009-03-13".parse().unwrap());
    let report = sync(&app, with(mended)).await.unwrap();
    assert_eq!(report.counts.identity_changed, 1);
    assert!(has_photo(&app, nora).await);
    for (account, card) in [(one, first), (two, second)] {
        assert_eq!(status_of(&app, card).await, CredentialStatus::Valid);
        assert_eq!(person_of(&app, account).await, Some(nora));
    }
}

#[tokio::test]
async fn a_number_that_takes_anothers_place_keeps_all_if_all_else_says_that_it_is_the_same_human() {
    type Change = fn(&mut PersonRecord);
    let cases: [(&str, Change, bool); 6] = [
        ("nothing else", |_| (), true),
        (
            "the class",
            |record| record.enrolments[0].classes[0].name = "3STA".into(),
            true,
        ),
        (
            "the birth date",
            |record| record.birth_date = Some("2009-03-15".parse().unwrap()),
            false,
        ),
        (
            "the given name",
            |record| record.given_name = "Marja".into(),
            false,
        ),
        (
            "the Feide name",
            |record| record.feide_name = Some("ny@fjordviken.example".into()),
            false,
        ),
        ("no Feide name", |record| record.feide_name = None, false),
    ];
    for (what, change, is_same) in cases {
        let app = testing::app().await;
        sync(&app, with(numbered(0, NUMBER))).await.unwrap();
        let nora = person(&app, "elev:0").await.id;
        photo_of(&app, nora).await;
        let (account, card) = phone_of(&app, nora, "elev0@fjordviken.example", Some(NUMBER)).await;
        let mut record = numbered(0, OTHER_NUMBER);
        change(&mut record);
        let report = sync(&app, with(record)).await.unwrap();
        assert_eq!(report.counts.identity_changed, 1, "{what}");
        assert_eq!(has_photo(&app, nora).await, is_same, "{what}");
        let status = status_of(&app, card).await;
        assert_eq!(status == CredentialStatus::Valid, is_same, "{what}");
        assert_eq!(
            person_of(&app, account).await == Some(nora),
            is_same,
            "{what}"
        );
    }
}

#[tokio::test]
async fn who_was_let_in_by_a_number_that_was_wrong_is_let_out_with_the_card() {
    let app = testing::app().await;
    // Per's number stands in Nora's record.
    sync(&app, with(numbered(0, NUMBER))).await.unwrap();
    let nora = person(&app, "elev:0").await.id;
    photo_of(&app, nora).await;
    let (own, card) = phone_of(&app, nora, "elev0@fjordviken.example", None).await;
    let (per, wrong) = phone_of(&app, nora, "elev1@fjordviken.example", Some(NUMBER)).await;
    sync(&app, with(numbered(0, OTHER_NUMBER))).await.unwrap();
    assert!(has_photo(&app, nora).await);
    assert_eq!(status_of(&app, card).await, CredentialStatus::Valid);
    assert_eq!(status_of(&app, wrong).await, CredentialStatus::Invalid);
    assert_eq!(person_of(&app, own).await, Some(nora));
    assert_ne!(person_of(&app, per).await, Some(nora));
}

#[tokio::test]
async fn without_a_number_another_birth_date_is_another_human() {
    let app = testing::app().await;
    for (old, new) in [
        (pupil(0), pupil(0)),
        (numbered(0, NUMBER), pupil(0)),
        (pupil(0), numbered(0, NUMBER)),
    ] {
        sync(&app, with(old)).await.unwrap();
        let nora = person(&app, "elev:0").await.id;
        let card = credential(&app, nora).await;
        let mut changed = new;
        changed.birth_date = Some("2009-03-13".parse().unwrap());
        sync(&app, with(changed)).await.unwrap();
        assert_eq!(status_of(&app, card).await, CredentialStatus::Invalid);
    }
}
