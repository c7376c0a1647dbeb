use super::*;
use crate::{
    app::testing,
    db::entity::{audit, credential::CredentialStatus, library_code},
    records::{
        FeidePerson, match_account,
        testing::{
            NUMBER, apprentice, credential, day, person, pupil, status_of, sync, with_library_code,
        },
    },
};

fn why() -> Why {
    Why {
        by: "sigrid".into(),
        reason: "Bedt om av skolen".into(),
    }
}

fn by_name(name: &str) -> Who {
    Who {
        feide: Some(name.into()),
        id: None,
    }
}

async fn trail(app: &App, person: Uuid) -> Vec<(String, String, Option<String>)> {
    let rows = audit::Entity::find()
        .filter(audit::Column::PersonId.eq(person))
        .all(&app.db)
        .await
        .unwrap();
    rows.into_iter()
        .map(|row| (row.action, row.actor, row.reason))
        .collect()
}

fn entry(action: &str) -> (String, String, Option<String>) {
    (
        action.into(),
        "sigrid".into(),
        Some("Bedt om av skolen".into()),
    )
}

#[tokio::test]
async fn a_block_suspends_the_cards_and_unblocking_brings_them_back_each_with_a_trace() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1), pupil(2)]).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    let card = credential(&app, nora).await;
    let other = credential(&app, person(&app, "elev:2").await.id).await;

    assert_eq!(
        deeds::block(&app, nora, why().deed(), For::County, None, None)
            .await
            .unwrap(),
        1
    );
    assert_eq!(status_of(&app, card).await, CredentialStatus::Suspended);
    assert_eq!(status_of(&app, other).await, CredentialStatus::Valid);
    // The nightly sync does not lift it.
    sync(&app, vec![pupil(1), pupil(2)]).await.unwrap();
    assert_eq!(status_of(&app, card).await, CredentialStatus::Suspended);

    assert_eq!(deeds::unblock(&app, nora, why().deed()).await.unwrap(), 1);
    assert_eq!(status_of(&app, card).await, CredentialStatus::Valid);
    assert!(matches!(
        deeds::unblock(&app, nora, why().deed()).await,
        Err(deeds::DeedError::NoBlock)
    ));
    assert_eq!(
        trail(&app, nora).await,
        [entry("person.block"), entry("person.unblock")]
    );
}

#[tokio::test]
async fn a_block_that_would_be_over_is_refused() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    let refused = deeds::block(
        &app,
        nora,
        why().deed(),
        For::County,
        Some(day("2026-09-15")),
        None,
    )
    .await;
    assert!(matches!(refused, Err(deeds::DeedError::UntilIsPast(_))));
    deeds::block(
        &app,
        nora,
        why().deed(),
        For::County,
        Some(day("2026-09-16")),
        None,
    )
    .await
    .unwrap();
    assert_eq!(trail(&app, nora).await.len(), 1);
}

#[tokio::test]
async fn a_photo_reset_makes_the_cards_invalid_for_good() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    let card = credential(&app, nora).await;
    assert!(matches!(
        deeds::reset_photo(&app, nora, why().deed()).await,
        Err(deeds::DeedError::NoPhoto)
    ));
    assert_eq!(status_of(&app, card).await, CredentialStatus::Valid);

    let key = app.photos.put(b"jpeg").await.unwrap();
    add_photo(&app, nora, &key).await;
    assert_eq!(
        deeds::reset_photo(&app, nora, why().deed()).await.unwrap(),
        1
    );
    assert_eq!(status_of(&app, card).await, CredentialStatus::Invalid);
    assert!(app.photos.get(&key).await.is_err());
    // Neither a block nor its end brings an invalid card back.
    deeds::block(&app, nora, why().deed(), For::County, None, None)
        .await
        .unwrap();
    deeds::unblock(&app, nora, why().deed()).await.unwrap();
    assert_eq!(status_of(&app, card).await, CredentialStatus::Invalid);
}

#[tokio::test]
async fn a_photo_that_was_sent_in_is_looked_at_handed_back_and_the_next_one_approved() {
    use crate::photo::{
        examine::testing::{DARK, PLAIN, picture},
        submit,
    };
    use county_api::{Enrolment, PhotoMissingReason, PhotoSubmission, SubmittedFrom};
    let app = testing::app().await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    let account = crate::records::testing::account(&app, Some(nora)).await;
    let anyway = PhotoSubmission {
        source: SubmittedFrom::Selfie,
        anyway: true,
    };
    let by = By {
        by: "sigrid".into(),
        reason: None,
    };
    assert!(
        deeds::approve_photo(&app, nora, &by.by, by.reason.as_deref(), "00000000")
            .await
            .is_err()
    );
    submit(&app, nora, picture(DARK, 0), anyway, None)
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("nora.jpg");
    let sha256 = show::photo(&app, nora, &why(), &out).await.unwrap();
    let shown = std::fs::read(&out).unwrap();
    assert_eq!(county_api::photo_sha256(&shown), sha256);
    assert!(show::photo(&app, nora, &why(), &out).await.is_err());

    let unseen = deeds::return_photo(&app, nora, why().deed(), "00000000").await;
    assert!(matches!(unseen, Err(deeds::DeedError::Photo(_))));
    deeds::return_photo(&app, nora, why().deed(), &sha256)
        .await
        .unwrap();
    let status = crate::records::enrolment(&app, account).await.unwrap();
    let Enrolment::PhotoMissing { why: reason, .. } = status.state else {
        panic!("{:?}", status.state)
    };
    assert_eq!(
        reason,
        PhotoMissingReason::Returned {
            note: "Bedt om av skolen".into(),
            reasons: vec!["dark".into()],
        }
    );
    submit(&app, nora, picture(PLAIN, 0), anyway, None)
        .await
        .unwrap();
    // The one that was looked at before is not the one that waits.
    let unseen = deeds::approve_photo(&app, nora, &by.by, by.reason.as_deref(), &sha256).await;
    assert!(matches!(unseen, Err(deeds::DeedError::Photo(_))));
    let waits = crate::photo::current(&app, nora).await.unwrap().unwrap();
    let seen = waits.row.sha256.get(..16).unwrap();
    deeds::approve_photo(&app, nora, &by.by, by.reason.as_deref(), seen)
        .await
        .unwrap();
    let photos: Vec<_> = crate::db::entity::audit::Entity::find()
        .filter(crate::db::entity::audit::Column::PersonId.eq(nora))
        .all(&app.db)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.action, row.detail["photo"].clone()))
        .collect();
    for (action, digest) in [
        ("person.show_photo", &sha256),
        ("person.return_photo", &sha256),
        ("photo.submit", &sha256),
        ("photo.submit", &waits.row.sha256),
        ("person.approve_photo", &waits.row.sha256),
    ] {
        let entry = (action.to_owned(), serde_json::json!(digest));
        assert!(photos.contains(&entry), "{action}: {photos:?}");
    }
    let status = crate::records::enrolment(&app, account).await.unwrap();
    assert!(matches!(status.state, Enrolment::Ready { .. }));
    let deeds: Vec<_> = trail(&app, nora)
        .await
        .into_iter()
        .map(|row| row.0)
        .collect();
    for deed in [
        "person.show_photo",
        "person.return_photo",
        "person.approve_photo",
    ] {
        assert_eq!(
            deeds.iter().filter(|done| *done == deed).count(),
            1,
            "{deed}"
        );
    }
}

#[tokio::test]
async fn logging_a_person_out_ends_every_device_and_every_card_for_good() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1), pupil(2)]).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    assert!(matches!(
        deeds::log_out(&app, nora, why().deed()).await,
        Err(deeds::DeedError::NoDevice)
    ));
    // Each on a device, and under an account, of its own.
    let cards = [credential(&app, nora).await, credential(&app, nora).await];
    let other = credential(&app, person(&app, "elev:2").await.id).await;
    for card in [cards[0], cards[1], other] {
        add_tokens(&app, card).await;
    }
    // One that is suspended goes as well.
    deeds::block(&app, nora, why().deed(), For::County, None, None)
        .await
        .unwrap();

    let done = deeds::log_out(&app, nora, why().deed()).await.unwrap();
    assert_eq!((done.devices, done.credentials), (2, 2));
    for card in cards {
        assert_eq!(status_of(&app, card).await, CredentialStatus::Invalid);
        assert_eq!(tokens(&app, card).await, 0);
    }
    assert_eq!(status_of(&app, other).await, CredentialStatus::Valid);
    assert_eq!(tokens(&app, other).await, 2);
    assert_eq!(
        trail(&app, nora).await,
        [entry("person.block"), entry("person.log_out")]
    );
}

async fn device_of(app: &App, card: Uuid) -> Uuid {
    use crate::db::entity::credential;
    let row = credential::Entity::find_by_id(card).one(&app.db).await;
    row.unwrap().unwrap().device_id
}

async fn add_tokens(app: &App, card: Uuid) {
    use crate::db::entity::{access_token, refresh_token};
    use sea_orm::{ActiveModelTrait, ActiveValue::Set};
    let device = device_of(app, card).await;
    access_token::ActiveModel {
        token_hash: Set(card.to_string()),
        device_id: Set(device),
        expires_at: Set(testing::NOW + 300),
    }
    .insert(&app.db)
    .await
    .unwrap();
    refresh_token::ActiveModel {
        token_hash: Set(card.to_string()),
        device_id: Set(device),
        expires_at: Set(testing::NOW + 300),
        used_at: Set(None),
        successor_hash: Set(None),
    }
    .insert(&app.db)
    .await
    .unwrap();
}

/// How many tokens there are on the device of a card.
async fn tokens(app: &App, card: Uuid) -> u64 {
    use crate::db::entity::{access_token, refresh_token};
    use sea_orm::PaginatorTrait;
    let id = device_of(app, card).await;
    let access = access_token::Entity::find()
        .filter(access_token::Column::DeviceId.eq(id))
        .count(&app.db);
    let refresh = refresh_token::Entity::find()
        .filter(refresh_token::Column::DeviceId.eq(id))
        .count(&app.db);
    access.await.unwrap() + refresh.await.unwrap()
}

async fn add_photo(app: &App, person: Uuid, key: &str) {
    use crate::db::entity::photo;
    use sea_orm::{ActiveModelTrait, ActiveValue::Set};
    photo::ActiveModel {
        person_id: Set(person),
        id: Set(Uuid::new_v4()),
        state: Set(photo::PhotoState::Locked),
        source: Set(photo::PhotoSource::SchoolRecords),
        sha256: Set("x".into()),
        object_key: Set(key.into()),
        source_url_sha256: Set(None),
        source_date: Set(None),
        changed_at: Set(testing::NOW),
        ..Default::default()
    }
    .insert(&app.db)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_library_code_set_by_hand_stays_until_it_is_handed_back() {
    let app = testing::app().await;
    let records = || vec![with_library_code(pupil(1), "0007")];
    sync(&app, records()).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    let code = async || {
        library_code::Entity::find_by_id(nora)
            .one(&app.db)
            .await
            .unwrap()
            .map(|row| row.code)
    };

    let unfit = deeds::set_library_code(
        &app,
        nora,
        why().deed(),
        Some("ÆØÅ".into()),
        Some(Symbology::Code39),
    )
    .await;
    assert!(matches!(unfit, Err(deeds::DeedError::CodeDoesNotFit(_))));
    deeds::set_library_code(
        &app,
        nora,
        why().deed(),
        Some("N000123456".into()),
        Some(Symbology::Code128),
    )
    .await
    .unwrap();
    sync(&app, records()).await.unwrap();
    assert_eq!(code().await.as_deref(), Some("N000123456"));

    deeds::set_library_code(&app, nora, why().deed(), None, None)
        .await
        .unwrap();
    sync(&app, records()).await.unwrap();
    assert_eq!(code().await.as_deref(), Some("0007"));
    assert_eq!(
        trail(&app, nora).await,
        [
            entry("person.set_library_code"),
            entry("person.set_library_code")
        ]
    );
}

#[tokio::test]
async fn a_person_is_found_by_name_or_key() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    let id = |text: &str| Who {
        feide: None,
        id: Some(text.into()),
    };
    let nora = person(&app, "elev:1").await;
    for who in [
        by_name("ELEV1@fjordviken.example"),
        id("elev:1"),
        id(&nora.id.to_string()),
    ] {
        assert_eq!(find(&app, &who).await.unwrap().id, nora.id);
    }
    // An apprentice's name is known from the login alone.
    sync(
        &app,
        vec![pupil(1), pupil(2), pupil(3), apprentice(7, Some(NUMBER))],
    )
    .await
    .unwrap();
    let who = FeidePerson {
        sub: "sub".into(),
        feide_name: Some("leif@fjordviken.example".into()),
        nin: Some(NUMBER.into()),
        birth_date: None,
    };
    match_account(&app, &who).await.unwrap();
    assert_eq!(
        find(&app, &by_name("leif@fjordviken.example"))
            .await
            .unwrap()
            .source_key,
        "larling:7"
    );
}

#[tokio::test]
async fn a_name_that_several_have_or_nobody_has_finds_nobody() {
    let app = testing::app().await;
    let mut twin = pupil(3);
    twin.feide_name = pupil(2).feide_name;
    sync(&app, vec![pupil(1), pupil(2), twin]).await.unwrap();
    let id = |text: &str| Who {
        feide: None,
        id: Some(text.into()),
    };
    let several = find(&app, &by_name("elev2@fjordviken.example"))
        .await
        .unwrap_err()
        .to_string();
    assert!(several.contains("elev:2, elev:3"), "{several}");
    for nobody in [by_name("ukjent@fjordviken.example"), id("elev:99")] {
        assert!(find(&app, &nobody).await.is_err());
    }
}

#[tokio::test]
async fn showing_a_person_tells_the_standing_and_the_trail_and_leaves_a_trace_itself() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    let nora = person(&app, "elev:1").await;
    credential(&app, nora.id).await;
    deeds::block(
        &app,
        nora.id,
        why().deed(),
        For::County,
        Some(day("2026-12-01")),
        None,
    )
    .await
    .unwrap();
    let shown = show::show(&app, &nora, &why()).await.unwrap().join("\n");
    for part in [
        "Ánne Bjørnstad",
        "elev:1",
        "class 2STA",
        "until 2026-12-01",
        "1 suspended",
        "person.block",
        "Bedt om av skolen",
        "\"added\":true",
    ] {
        assert!(shown.contains(part), "{part} is missing from:\n{shown}");
    }
    assert!(trail(&app, nora.id).await.contains(&entry("person.show")));
}

#[test]
fn every_deed_asks_who_and_why() {
    use clap::Parser;
    let parse = |arguments: &[&str]| {
        super::super::Cli::try_parse_from([&["lommebevis-issuer", "person"], arguments].concat())
            .is_ok()
    };
    for deed in ["show", "block", "unblock", "reset-photo", "log-out"] {
        assert!(
            parse(&[deed, "--feide", "x@y", "--by", "a", "--reason", "b"]),
            "{deed}"
        );
        assert!(
            !parse(&[deed, "--feide", "x@y", "--by", "a"]),
            "{deed} without a reason"
        );
        assert!(
            !parse(&[deed, "--feide", "x@y", "--reason", "b"]),
            "{deed} without a name"
        );
        assert!(
            !parse(&[deed, "--by", "a", "--reason", "b"]),
            "{deed} of nobody"
        );
        assert!(
            !parse(&[deed, "--feide", "x@y", "--by", " ", "--reason", "b"]),
            "{deed} by nobody"
        );
    }
    assert!(parse(&[
        "set-library-code",
        "--id",
        "elev:1",
        "--by",
        "a",
        "--reason",
        "b",
        "--code",
        "1",
        "--symbology",
        "itf"
    ]));
    assert!(!parse(&[
        "set-library-code",
        "--id",
        "elev:1",
        "--by",
        "a",
        "--reason",
        "b"
    ]));
}
