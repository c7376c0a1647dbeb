use std::sync::Arc;

use chrono::{NaiveDate, TimeZone};
use county_api::{ContactRole, Symbology};
use school_records::PersonRecord;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

use super::*;
use crate::{
    app::testing::{self, NOW, TestClock},
    db::entity::{block, photo::PhotoSource as Source},
    records::{
        CardError, FeidePerson, card_facts, match_account,
        testing::{NUMBER, apprentice, day, person, pupil, sync, with_library_code},
    },
};

async fn log_in(app: &App, name: &str) -> Uuid {
    let who = FeidePerson {
        sub: name.into(),
        feide_name: Some(name.into()),
        nin: Some(NUMBER.into()),
        birth_date: None,
    };
    match_account(app, &who).await.unwrap()
}

/// The state of someone with this record.
async fn state_of(record: PersonRecord) -> Enrolment {
    let app = testing::app().await;
    let name = record
        .feide_name
        .clone()
        .unwrap_or_else(|| "leif@fjordviken.example".into());
    sync(&app, vec![record]).await.unwrap();
    enrolment(&app, log_in(&app, &name).await)
        .await
        .unwrap()
        .state
}

fn changed(change: impl FnOnce(&mut PersonRecord)) -> PersonRecord {
    let mut record = pupil(1);
    change(&mut record);
    record
}

async fn lock_photo(app: &App, person: Uuid) {
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(48, 64)
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .unwrap();
    let jpeg = jpeg.into_inner();
    photo::ActiveModel {
        person_id: Set(person),
        id: Set(Uuid::new_v4()),
        state: Set(PhotoState::Locked),
        source: Set(Source::SchoolRecords),
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

#[tokio::test]
async fn every_way_to_stop_is_a_state_of_its_own() {
    let state = state_of(pupil(1)).await;
    assert!(
        matches!(&state, Enrolment::PhotoMissing { holder, why: county_api::PhotoMissingReason::NeverHad, contact }
        if holder.given_name == "Ánne Marja" && holder.institution == "Skole 10001" && contact.role == ContactRole::School),
        "{state:?}"
    );

    let state = state_of(apprentice(1, Some(NUMBER))).await;
    assert!(
        matches!(&state, Enrolment::PhotoMissing { holder, contact, .. }
        if holder.card_type == CardType::Larling && holder.institution == "Fjord Bygg AS" && contact.role == ContactRole::TrainingOffice),
        "{state:?}"
    );

    let state = state_of(changed(|record| record.enrolments[0].classes.clear())).await;
    assert!(
        matches!(&state, Enrolment::RecordIncomplete { missing, .. } if *missing == [MissingField::Class]),
        "{state:?}"
    );

    let state = state_of(changed(|record| {
        record.enrolments[0].school_number = Some("10003".into())
    }))
    .await;
    assert!(
        matches!(&state, Enrolment::SchoolNotEnabled { school, .. } if school == "Skole 10003"),
        "{state:?}"
    );

    let ended = day("2026-09-01");
    let state = state_of(changed(|record| {
        record.enrolments[0].period.end = Some(ended)
    }))
    .await;
    assert!(
        matches!(&state, Enrolment::NoCurrentRight { reason: NoRightReason::Ended { on }, .. } if *on == ended),
        "{state:?}"
    );

    let state = state_of(changed(|record| record.enrolments.clear())).await;
    assert!(
        matches!(&state, Enrolment::NotInRecords { .. }),
        "{state:?}"
    );
}

#[tokio::test]
async fn someone_who_is_not_in_the_records_learns_when_they_are_read_next_and_needs_no_new_login() {
    let app = testing::app().await;
    sync(&app, (2..60).map(pupil).collect()).await.unwrap();
    let account = log_in(&app, "elev1@fjordviken.example").await;
    let status = enrolment(&app, account).await.unwrap();
    assert!(matches!(status.state, Enrolment::NotInRecords { .. }));
    assert_eq!(status.contacts.last().unwrap().role, ContactRole::County);
    // 03:30 the next morning in Norway, summer time.
    assert_eq!(
        status.next_sync,
        Utc.with_ymd_and_hms(2026, 9, 17, 1, 30, 0).single()
    );

    sync(&app, (1..60).map(pupil).collect()).await.unwrap();
    let status = enrolment(&app, account).await.unwrap();
    assert!(
        matches!(status.state, Enrolment::PhotoMissing { .. }),
        "{:?}",
        status.state
    );
}

#[tokio::test]
async fn a_block_shows_reason_day_and_whom_to_ask_and_ends_by_itself() {
    let clock = Arc::new(TestClock::at(NOW));
    let app = testing::app_with(crate::config::tests::sample(), clock.clone()).await;
    sync(&app, vec![with_library_code(pupil(1), "0007")])
        .await
        .unwrap();
    let account = log_in(&app, "elev1@fjordviken.example").await;
    let until: NaiveDate = day("2026-09-20");
    block::ActiveModel {
        id: Set(Uuid::new_v4()),
        person_id: Set(person(&app, "elev:1").await.id),
        reason: Set("Kortet er lånt bort".into()),
        until: Set(Some(until)),
        contact: Set(Some("Kari, 70 00 01 01".into())),
        created_at: Set(NOW),
        created_by: Set("sigrid".into()),
        by_county: Set(false),
        lifted_at: Set(None),
        lifted_by: Set(None),
        lift_reason: Set(None),
    }
    .insert(&app.db)
    .await
    .unwrap();
    let status = enrolment(&app, account).await.unwrap();
    let Enrolment::Blocked {
        reason,
        until: shown,
        contact,
    } = status.state
    else {
        panic!("{:?}", status.state)
    };
    assert_eq!(
        (reason.as_str(), shown),
        ("Kortet er lånt bort", Some(until))
    );
    assert_eq!(
        (contact.name.as_str(), contact.phone.as_deref()),
        ("Kari", Some("70 00 01 01"))
    );
    // The library card is not the school card.
    let library = status.library_card.unwrap();
    assert_eq!(
        (library.code.as_str(), library.symbology),
        ("0007", Symbology::Qr)
    );

    // The last minute of the last day, and the first after it.
    clock.set(
        Utc.with_ymd_and_hms(2026, 9, 20, 21, 59, 0)
            .unwrap()
            .timestamp(),
    );
    assert!(matches!(
        enrolment(&app, account).await.unwrap().state,
        Enrolment::Blocked { .. }
    ));
    clock.set(
        Utc.with_ymd_and_hms(2026, 9, 20, 22, 0, 0)
            .unwrap()
            .timestamp(),
    );
    assert!(matches!(
        enrolment(&app, account).await.unwrap().state,
        Enrolment::PhotoMissing { .. }
    ));
}

#[tokio::test]
async fn a_library_code_is_drawn_as_its_record_says_or_else_its_school_or_else_the_county() {
    use school_records::Symbology as Recorded;
    let at_school = |school: &str, symbology| {
        let mut record = with_library_code(pupil(1), "0007");
        record.enrolments[0].school_number = Some(school.into());
        record.library_code.as_mut().unwrap().symbology = symbology;
        record
    };
    for (record, drawn) in [
        (at_school("10001", Some(Recorded::Itf)), Symbology::Itf),
        (at_school("10001", None), Symbology::Code39),
        (at_school("10002", None), Symbology::Qr),
    ] {
        let config = crate::config::tests::sample_with("[library.schools]\n10001 = \"code39\"\n");
        let app = testing::app_with(config, Arc::new(TestClock::at(NOW))).await;
        sync(&app, vec![record]).await.unwrap();
        let account = log_in(&app, "elev1@fjordviken.example").await;
        let library = enrolment(&app, account).await.unwrap().library_card;
        let library = library.unwrap();
        assert_eq!((library.code.as_str(), library.symbology), ("0007", drawn));
    }
}

#[tokio::test]
async fn a_card_is_issued_only_with_a_locked_photo_and_says_what_the_records_say() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1), apprentice(2, Some(NUMBER))])
        .await
        .unwrap();
    let today = day("2026-09-16");
    let nora = person(&app, "elev:1").await.id;
    assert!(matches!(
        card_facts(&app, nora, today).await,
        Err(CardError::NotReady)
    ));
    lock_photo(&app, nora).await;

    let cards = card_facts(&app, nora, today).await.unwrap();
    let [facts] = cards.as_slice() else {
        panic!("{} cards", cards.len())
    };
    let claims = &facts.claims;
    assert_eq!(
        (claims.institution.as_str(), claims.class.as_deref()),
        ("Skole 10001", Some("2STA"))
    );
    assert_eq!(claims.institution_number.as_deref(), Some("974000001"));
    assert_eq!(claims.semester.to_string(), "2026-H");
    assert_eq!(
        (claims.valid_from, claims.valid_until),
        (day("2026-08-17"), day("2027-06-20"))
    );
    assert_eq!((claims.age_over_16, claims.age_over_18), (true, false));
    assert_eq!(claims.given_name, "Ánne Marja");
    assert_eq!(
        facts.photo_sha256,
        county_api::photo_sha256(claims.portrait.jpeg())
    );
    assert!(matches!(
        card_facts(&app, nora, day("2027-06-21")).await,
        Err(CardError::NotReady)
    ));

    let leif = person(&app, "larling:2").await.id;
    lock_photo(&app, leif).await;
    let claims = card_facts(&app, leif, today)
        .await
        .unwrap()
        .remove(0)
        .claims;
    assert_eq!(claims.card_type, CardType::Larling);
    assert_eq!(
        (
            claims.institution.as_str(),
            claims.institution_number.as_deref()
        ),
        ("Fjord Bygg AS", Some("999999999"))
    );
    assert_eq!(claims.programme.as_deref(), Some("Tømrer"));
}

#[tokio::test]
async fn an_error_about_a_stored_record_says_nothing_of_what_is_in_it() {
    let app = testing::app().await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    let account = log_in(&app, "elev1@fjordviken.example").await;
    let row = person(&app, "elev:1").await;
    let id = row.id;
    let mut record = row.record.clone();
    record["guest"] = "Hemmelig".into();
    let mut changed: person::ActiveModel = row.into();
    changed.record = Set(record);
    changed.update(&app.db).await.unwrap();

    let of_enrolment = enrolment(&app, account).await.unwrap_err();
    let of_card = card_facts(&app, id, day("2026-09-16")).await.unwrap_err();
    let errors: [&dyn std::error::Error; 2] = [&of_enrolment, &of_card];
    for error in errors {
        let text = format!("{} {error:?}", crate::http::chain(error));
        assert!(text.contains("stored record"), "{text}");
        assert!(!text.contains("Hemmelig"), "{text}");
    }
}
