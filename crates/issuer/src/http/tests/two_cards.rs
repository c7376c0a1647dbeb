//! A person who is a pupil and an apprentice: two cards, each with an end of its own.

use axum::http::Method;
use chrono::NaiveDate;
use county_api::{
    CardClaims, CardSlot, CardType, ContactRole, Enrolment, EnrolmentStatus, FurtherCard,
    InPersonClaims, Profile, Validity, ValidityRequest, ValidityStatement,
};
use school_records::{Period, PersonRecord, TrainingContract};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, QueryOrder};
use uuid::Uuid;

use super::{EXAM, ISSUER, NORA, Phone, World, date, key, portrait, prove_key};
use crate::{
    app::testing::NOW,
    config::Config,
    db::{
        begin_write,
        entity::{
            block,
            credential::{self, CardKind, CredentialStatus},
            person,
            photo::PhotoState,
        },
    },
    photo,
    records::status,
};

/// Nora, who is at school and in training until the end of January.
async fn both() -> (World, Uuid) {
    let world = World::new().await;
    let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
    change(&world, nora, |record| {
        record.contracts = vec![contract(date("2027-01-31"))];
    })
    .await;
    (world, nora)
}

fn contract(until: NaiveDate) -> TrainingContract {
    TrainingContract {
        contract_type: Some("Lærling".into()),
        period: Period {
            start: Some(date("2026-01-01")),
            end: Some(until),
        },
        company: Some("Fjord Bygg AS".into()),
        company_number: Some("999999999".into()),
        programme: Some("Tømrer".into()),
        passed_exam_on: None,
    }
}

/// Changes the records of a person as a sync does.
async fn change(world: &World, id: Uuid, change: impl FnOnce(&mut PersonRecord)) {
    let db = &world.service.db;
    let row = person::Entity::find_by_id(id).one(db).await.unwrap();
    let row = row.unwrap();
    let mut record: PersonRecord = serde_json::from_value(row.record.clone()).unwrap();
    change(&mut record);
    let mut row: person::ActiveModel = row.into();
    row.record = Set(serde_json::to_value(&record).unwrap());
    row.update(db).await.unwrap();
    refresh_statuses(world).await;
}

async fn refresh_statuses(world: &World) {
    status::refresh_all(&world.service).await.unwrap();
}

async fn enrolment(phone: &Phone<'_>, token: &str) -> EnrolmentStatus {
    let answer = phone.ask(Method::GET, "/wallet/enrolment", token, None);
    answer.await.expect(200).json()
}

/// The credentials that are out: of which card, and how they stand.
async fn out(world: &World) -> Vec<(CardKind, CredentialStatus)> {
    let rows = credential::Entity::find()
        .order_by_asc(credential::Column::Id)
        .all(&world.service.db)
        .await
        .unwrap();
    rows.into_iter()
        .map(|row| (row.card.unwrap(), row.status))
        .collect()
}

/// What the issuer says of a token that was just issued, now or later.
async fn validity(phone: &Phone<'_>, token: &str, cwt: &str) -> ValidityStatement {
    let cwt = jose::base64url_decode(cwt).unwrap();
    let status = qr_proof::read_token(&cwt).unwrap().status.unwrap();
    let question = ValidityRequest {
        credential_status: county_api::StatusReference {
            uri: status.uri,
            idx: status.idx,
        },
    };
    let body = serde_json::to_value(&question).unwrap();
    let answer = phone
        .ask(Method::POST, "/wallet/validity", token, Some(body))
        .await
        .expect(200);
    let service = &phone.world.service;
    let signer = service.keys.credential_signer(service.unix_now()).unwrap();
    let (text, now) = (answer.text(), service.now());
    ValidityStatement::verify(&text, signer.jwk(), ISSUER, &question, now).unwrap()
}

#[tokio::test]
async fn who_has_both_is_told_of_both_and_gets_both_in_every_form() {
    let (world, _) = both().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let status = enrolment(&phone, &token).await;
    let Enrolment::Ready {
        holder,
        content_sha256,
        more,
        ..
    } = &status.state
    else {
        panic!("{:?}", status.state)
    };
    assert_eq!(holder.card_type, CardType::Elev);
    let [
        FurtherCard {
            card_type: CardType::Larling,
            institution,
            content_sha256: of_training,
        },
    ] = more.as_slice()
    else {
        panic!("{more:?}")
    };
    assert_eq!(institution, "Fjord Bygg AS");
    assert_ne!(of_training, content_sha256);
    let roles: Vec<_> = status.contacts.iter().map(|contact| contact.role).collect();
    assert_eq!(roles[0], ContactRole::School);
    assert!(roles.contains(&ContactRole::TrainingOffice), "{roles:?}");

    let signer = world.service.keys.credential_signer(NOW).unwrap();
    for (slot, card_type, institution, until) in [
        (
            CardSlot::First,
            CardType::Elev,
            "Fjordvik videregående skole",
            "2027-06-20",
        ),
        (
            CardSlot::Training,
            CardType::Larling,
            "Fjord Bygg AS",
            "2027-01-31",
        ),
    ] {
        let copies = phone
            .fetch(&token, slot.sd_jwt_configuration(), &[key(), key()])
            .await;
        for copy in &copies.credentials {
            let policy = sd_jwt::KeyBindingPolicy::NotRequired;
            let copy = sd_jwt::vc::verify(&copy.credential, signer.jwk(), NOW, &policy).unwrap();
            assert_eq!(copy.vct, format!("{ISSUER}/types/student-id"));
            let card = CardClaims::from_claims(&copy.claims).unwrap();
            assert_eq!(
                (card.card_type, card.institution.as_str()),
                (card_type, institution)
            );
            assert_eq!(card.valid_until, date(until));
            assert_eq!(card.portrait.jpeg(), portrait());
        }
        for profile in Profile::ALL {
            let id = slot.code_configuration(profile);
            let code = phone.fetch(&token, id, &[key()]).await;
            let code = jose::base64url_decode(&code.credentials[0].credential).unwrap();
            let identity = qr_proof::read_token(&code).unwrap().identity;
            let said = InPersonClaims::from_identity(&identity).unwrap();
            assert_eq!(said.profile, profile);
            let expected = (profile != Profile::Age).then_some(card_type);
            assert_eq!(said.card_type, expected, "{id}");
        }
        let id = slot.photo_configuration();
        phone.fetch(&token, id, &[key()]).await;
    }
}

#[tokio::test]
async fn the_further_card_is_refused_to_who_has_one_or_none() {
    type Change = fn(&mut PersonRecord);
    let records: [(&str, Change); 3] = [
        ("a pupil", |record| record.contracts.clear()),
        ("an apprentice", |record| record.enrolments.clear()),
        ("neither", |record| {
            record.contracts.clear();
            record.enrolments.clear();
        }),
    ];
    for (what, make) in records {
        let (world, nora) = both().await;
        change(&world, nora, make).await;
        let phone = Phone::new(&world);
        let token = phone.log_in(NORA).await.access_token;
        for id in [
            CardSlot::Training.sd_jwt_configuration(),
            CardSlot::Training.photo_configuration(),
            CardSlot::Training.code_configuration(Profile::Exam),
        ] {
            let proofs = vec![prove_key(&key(), &phone.nonce().await, NOW)];
            let answer = phone.ask_for(&token, id, proofs).await.expect(400);
            assert_eq!(answer.error(), "credential_request_denied", "{what}: {id}");
        }
        assert_eq!(out(&world).await, [], "{what}");
    }
}

#[tokio::test]
async fn who_is_in_training_alone_gets_that_card_as_the_first() {
    let (world, nora) = both().await;
    change(&world, nora, |record| record.enrolments.clear()).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let status = enrolment(&phone, &token).await;
    assert!(
        matches!(&status.state, Enrolment::Ready { holder, more, .. }
            if holder.card_type == CardType::Larling && more.is_empty()),
        "{:?}",
        status.state
    );
    phone.fetch(&token, EXAM, &[key()]).await;
    let valid = CredentialStatus::Valid;
    assert_eq!(out(&world).await, [(CardKind::Training, valid)]);
}

/// A code of each card, issued one after the other.
async fn codes(phone: &Phone<'_>, token: &str) -> [String; 2] {
    let mut codes = CardSlot::ALL.map(|_| String::new());
    for (code, slot) in codes.iter_mut().zip(CardSlot::ALL) {
        let id = slot.code_configuration(Profile::Exam);
        let answer = phone.fetch(token, id, &[key()]).await;
        code.clone_from(&answer.credentials[0].credential);
    }
    codes
}

#[tokio::test]
async fn a_right_that_ends_takes_its_own_card_away_and_leaves_the_other() {
    let (world, nora) = both().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let [pupil, training] = codes(&phone, &token).await;
    let statement = validity(&phone, &token, &pupil).await;
    assert_eq!(statement.card_valid_until, date("2027-06-20"));
    let statement = validity(&phone, &token, &training).await;
    assert_eq!(statement.card_valid_until, date("2027-01-31"));

    change(&world, nora, |record| {
        record.contracts[0].period.end = Some(date("2026-09-15"));
    })
    .await;
    let statement = validity(&phone, &token, &pupil).await;
    assert_eq!(statement.result, Validity::Valid);
    let statement = validity(&phone, &token, &training).await;
    assert_eq!(statement.result, Validity::Suspended);
    let status = enrolment(&phone, &token).await;
    assert!(matches!(&status.state, Enrolment::Ready { more, .. } if more.is_empty()));

    // The other way round.
    change(&world, nora, |record| {
        record.contracts[0].period.end = Some(date("2027-01-31"));
        record.enrolments[0].interrupted_on = Some(date("2026-09-16"));
    })
    .await;
    let statement = validity(&phone, &token, &pupil).await;
    assert_eq!(statement.result, Validity::Suspended);
    let statement = validity(&phone, &token, &training).await;
    assert_eq!(statement.result, Validity::Valid);
    assert_eq!(statement.card_valid_until, date("2027-01-31"));
}

#[tokio::test]
async fn a_block_a_photo_taken_back_and_a_new_phone_hold_for_both_cards() {
    let (valid, gone, suspended) = (
        CredentialStatus::Valid,
        CredentialStatus::Invalid,
        CredentialStatus::Suspended,
    );
    let stand = |status| [(CardKind::Pupil, status), (CardKind::Training, status)];

    let (world, nora) = both().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    codes(&phone, &token).await;
    assert_eq!(out(&world).await, stand(valid));
    let blocked = block::ActiveModel {
        id: Set(Uuid::new_v4()),
        person_id: Set(nora),
        reason: Set("Mistet telefon".into()),
        until: Set(None),
        contact: Set(None),
        created_at: Set(NOW),
        created_by: Set("sigrid".into()),
        by_county: Set(false),
        lifted_at: Set(None),
        lifted_by: Set(None),
        lift_reason: Set(None),
    };
    let blocked = blocked.insert(&world.service.db).await.unwrap();
    refresh_statuses(&world).await;
    assert_eq!(out(&world).await, stand(suspended));
    let proofs = vec![prove_key(&key(), &phone.nonce().await, NOW)];
    let id = CardSlot::Training.sd_jwt_configuration();
    let refused = phone.ask_for(&token, id, proofs).await.expect(400);
    assert_eq!(refused.error(), "credential_request_denied");
    let mut lifted: block::ActiveModel = blocked.into();
    lifted.lifted_at = Set(Some(NOW));
    lifted.update(&world.service.db).await.unwrap();
    refresh_statuses(&world).await;
    assert_eq!(out(&world).await, stand(valid));

    // The new phone has fetched one card: both on the old one are over.
    let other = Phone::new(&world);
    let token = other.log_in(NORA).await.access_token;
    other.fetch(&token, EXAM, &[key()]).await;
    let all = out(&world).await;
    assert_eq!(all[..2], stand(gone));
    assert_eq!(all[2..], [(CardKind::Pupil, valid)]);

    let (world, nora) = both().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    codes(&phone, &token).await;
    let transaction = begin_write(&world.service.db).await.unwrap();
    photo::staff::reset(&transaction, nora, "Nytt bilde", NOW)
        .await
        .unwrap();
    status::invalidate(&transaction, nora).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(out(&world).await, stand(gone));
}

#[tokio::test]
async fn whom_to_ask_follows_the_cards_the_school_and_the_training_office() {
    let contact = |role, name: &str| county_api::Contact {
        role,
        name: name.into(),
        phone: None,
        email: None,
        url: None,
    };
    let settings = |config: &mut Config| {
        let contacts = &mut config.contacts;
        contacts.feide_help = None;
        contacts.county.name = "Fylket".into();
        contacts.training_office = Some(contact(ContactRole::TrainingOffice, "Fagopplæringa"));
        let technical = Some(contact(ContactRole::Technical, "IKT"));
        let office = Some(contact(ContactRole::School, "Kontoret"));
        contacts.schools = [(
            "10001".to_owned(),
            crate::config::SchoolContacts {
                office,
                technical,
                ..crate::config::SchoolContacts::default()
            },
        )]
        .into();
        let own = contact(ContactRole::TrainingOffice, "Byggopplæringen");
        contacts.training_offices = [("999999999".to_owned(), own)].into();
    };
    type Change = fn(&mut PersonRecord);
    let cases: [(Change, &[&str]); 5] = [
        (
            |record| record.contracts = vec![contract(date("2027-01-31"))],
            &["Kontoret", "IKT", "Byggopplæringen", "Fylket"],
        ),
        (|_| (), &["Kontoret", "IKT", "Fylket"]),
        (
            |record| {
                record.enrolments.clear();
                record.contracts = vec![contract(date("2027-01-31"))];
            },
            &["Byggopplæringen", "Fylket"],
        ),
        (
            |record| {
                record.enrolments.clear();
                record.contracts = vec![contract(date("2027-01-31"))];
                record.contracts[0].company_number = Some("888888888".into());
            },
            &["Fagopplæringa", "Fylket"],
        ),
        (
            // The contract is over: there is nobody at a training office to ask about the pupil's card.
            |record| record.contracts = vec![contract(date("2026-09-01"))],
            &["Kontoret", "IKT", "Fylket"],
        ),
    ];
    for (make, expected) in cases {
        let world = World::with(settings).await;
        let nora = world.pupil(NORA, Some(PhotoState::Locked)).await;
        change(&world, nora, make).await;
        let phone = Phone::new(&world);
        let token = phone.log_in(NORA).await.access_token;
        let contacts = enrolment(&phone, &token).await.contacts;
        let names: Vec<_> = contacts
            .iter()
            .map(|contact| contact.name.as_str())
            .collect();
        assert_eq!(names, expected);
    }
}
