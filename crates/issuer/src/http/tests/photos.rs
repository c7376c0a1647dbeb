//! Photos that people send in, from the request to the card and back.

use axum::{
    body::Body,
    http::{Method, header},
};
use county_api::{
    CardClaims, Enrolment, EnrolmentStatus, MAX_SUBMITTED_PHOTO, PHOTO_CONFIGURATION,
    PORTRAIT_HEADER, PhotoClaims, PhotoMissingReason, PhotoSource, SD_JWT_CONFIGURATION,
    photo_sha256,
};
use sd_jwt::{KeyBindingPolicy, vc};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use status_list::{Status, StatusListToken};

use super::{Answer, ISSUER, NORA, Phone, World, key, prove_key, request};
use crate::{
    config::PhotoApproval,
    db::{
        self,
        entity::{block, library_code, photo, photo::PhotoState},
    },
    photo::{
        examine::testing::{DARK, GOOD, PLAIN, picture},
        staff,
    },
    records::status,
};

impl Phone<'_> {
    async fn send_as(&self, token: &str, query: &str, kind: &str, body: Vec<u8>) -> Answer {
        let path = format!("/wallet/photo{query}");
        let proof = self.prove("POST", "/wallet/photo", Some(token));
        let authorization = format!("DPoP {token}");
        let headers = [
            ("authorization", authorization.as_str()),
            ("dpop", proof.as_str()),
            ("content-type", kind),
            (PORTRAIT_HEADER, "0.1.0"),
        ];
        let request = request(Method::POST, &path, &headers, Body::from(body));
        self.world.send(request).await
    }

    async fn send_photo(&self, token: &str, jpeg: Vec<u8>) -> Answer {
        self.send_as(token, "?source=selfie", "image/jpeg", jpeg)
            .await
    }

    async fn status(&self, token: &str) -> EnrolmentStatus {
        self.ask(Method::GET, "/wallet/enrolment", token, None)
            .await
            .expect(200)
            .json()
    }
}

fn reasons(answer: &Answer) -> Vec<String> {
    let body: Value = answer.json();
    assert_eq!(body["type"], "urn:lommebevis:problem:photo-unusable");
    serde_json::from_value(body["reasons"].clone()).unwrap()
}

/// What `person reset-photo` does.
async fn reset(world: &World, person: uuid::Uuid, note: &str) {
    let service = &world.service;
    let transaction = db::begin_write(&service.db).await.unwrap();
    let gone = staff::reset(&transaction, person, note, service.unix_now())
        .await
        .unwrap();
    status::invalidate(&transaction, person).await.unwrap();
    transaction.commit().await.unwrap();
    service.photos.delete(&gone.object).await;
}

#[tokio::test]
async fn a_selfie_is_locked_and_on_the_card_byte_for_byte_until_the_school_takes_it_back() {
    let world = World::new().await;
    let nora = world.pupil(NORA, None).await;
    let code = library_code::ActiveModel {
        person_id: Set(nora),
        code: Set("N000123456".into()),
        symbology: Set(None),
        overridden: Set(false),
        updated_at: Set(0),
    };
    library_code::Entity::insert(code)
        .exec_without_returning(&world.service.db)
        .await
        .unwrap();
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;

    // Without a photo there is a library card, and the school card waits and says why.
    let before = phone.status(&token).await;
    assert!(before.library_card.is_some());
    assert!(matches!(
        before.state,
        Enrolment::PhotoMissing {
            why: PhotoMissingReason::NeverHad,
            ..
        }
    ));
    let proofs = vec![prove_key(
        &key(),
        &phone.nonce().await,
        world.service.unix_now(),
    )];
    let early = phone.ask_for(&token, SD_JWT_CONFIGURATION, proofs).await;
    assert_eq!(early.expect(400).error(), "credential_request_denied");

    let sent = picture(GOOD, 0);
    let after: EnrolmentStatus = phone
        .send_photo(&token, sent.clone())
        .await
        .expect(200)
        .json();
    let Enrolment::Ready {
        photo_sha256: locked,
        ..
    } = after.state
    else {
        panic!("{:?}", after.state)
    };

    // The card shows what is stored, and the code's small picture is made of it.
    let stored = photo::Entity::find_by_id(nora).one(&world.service.db).await;
    let stored = stored.unwrap().unwrap();
    assert_eq!(stored.sha256, locked);
    let answer = phone.fetch(&token, SD_JWT_CONFIGURATION, &[key()]).await;
    let signer = world
        .service
        .keys
        .credential_signer(world.service.unix_now())
        .unwrap();
    let credential = vc::verify(
        &answer.credentials[0].credential,
        signer.jwk(),
        world.service.unix_now(),
        &KeyBindingPolicy::NotRequired,
    )
    .unwrap();
    let card = CardClaims::from_claims(&credential.claims).unwrap();
    assert_eq!(photo_sha256(card.portrait.jpeg()), stored.sha256);
    assert_ne!(card.portrait.jpeg(), sent, "the issuer signs its own bytes");
    let answer = phone.fetch(&token, PHOTO_CONFIGURATION, &[key()]).await;
    let cwt = jose::base64url_decode(&answer.credentials[0].credential).unwrap();
    let photo_token = qr_proof::read_token(&cwt).unwrap();
    let small = PhotoClaims::from_identity(&photo_token.identity).unwrap();
    let expected = world
        .service
        .small_portraits
        .of(&stored.sha256, card.portrait.jpeg())
        .await
        .unwrap();
    assert_eq!(small, *expected);

    // Locked is locked.
    for query in ["?source=selfie", "?source=upload&anyway=true"] {
        let second = phone
            .send_as(&token, query, "image/jpeg", picture(GOOD, 90))
            .await;
        assert_eq!(second.expect(409).support_code(), "LB-PHOTO-409");
    }

    // After a reset the lists say so at once, and the pupil is told why.
    let list = async || {
        let answer = world
            .get(
                "/status-lists/1",
                &[("accept", "application/statuslist+jwt")],
            )
            .await
            .expect(200);
        let uri = format!("{ISSUER}/status-lists/1");
        StatusListToken::from_jwt(&answer.text(), signer.jwk(), &uri, world.service.unix_now())
            .unwrap()
    };
    let places = [
        credential.status.unwrap().idx,
        photo_token.status.unwrap().idx,
    ];
    for place in places {
        assert_eq!(list().await.status(place), Some(Status::Valid));
    }
    reset(&world, nora, "Bildet er gammelt").await;
    for place in places {
        assert_eq!(list().await.status(place), Some(Status::Invalid));
    }
    let told = phone.status(&token).await;
    assert!(told.library_card.is_some());
    let Enrolment::PhotoMissing { why, .. } = told.state else {
        panic!("{:?}", told.state)
    };
    let note = "Bildet er gammelt".to_owned();
    assert_eq!(why, PhotoMissingReason::Reset { note });
    phone
        .ask(Method::GET, "/wallet/photo", &token, None)
        .await
        .expect(404);
    phone
        .send_photo(&token, picture(PLAIN, 0))
        .await
        .expect(200);
    assert!(matches!(
        phone.status(&token).await.state,
        Enrolment::Ready { .. }
    ));
}

#[tokio::test]
async fn a_picture_that_waits_for_the_school_is_seen_by_its_owner_and_gives_no_card() {
    let world = World::with(|config| config.photos.approval = PhotoApproval::BySchool).await;
    world.pupil(NORA, Some(PhotoState::Proposed)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let status: EnrolmentStatus = phone
        .send_photo(&token, picture(GOOD, 0))
        .await
        .expect(200)
        .json();
    let Enrolment::PhotoInReview { photo, .. } = status.state else {
        panic!("{:?}", status.state)
    };
    assert_eq!(photo.source, PhotoSource::Selfie);
    let answer = phone
        .ask(Method::GET, "/wallet/photo", &token, None)
        .await
        .expect(200);
    assert_eq!(photo_sha256(&answer.body), photo.sha256);
    let body = json!({ "sha256": photo.sha256 });
    for path in ["/wallet/photo/confirm", "/wallet/photo/reject"] {
        let own = phone
            .ask(Method::POST, path, &token, Some(body.clone()))
            .await;
        assert_eq!(own.expect(409).support_code(), "LB-PHOTO-410");
    }
    let proofs = vec![prove_key(
        &key(),
        &phone.nonce().await,
        world.service.unix_now(),
    )];
    let early = phone.ask_for(&token, SD_JWT_CONFIGURATION, proofs).await;
    assert_eq!(early.expect(400).error(), "credential_request_denied");
}

#[tokio::test]
async fn what_is_not_a_portrait_is_refused_with_the_rules_it_breaks() {
    let world = World::with(|config| config.photos.attempts_per_day = 3).await;
    world.pupil(NORA, None).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let good = picture(GOOD, 0);

    let dark = phone.send_photo(&token, picture(DARK, 0)).await.expect(422);
    assert_eq!(dark.support_code(), "LB-PHOTO-422");
    assert_eq!(reasons(&dark), ["dark"]);
    let torn = phone.send_photo(&token, good[..600].to_vec()).await;
    assert!(reasons(&torn.expect(422)).is_empty());
    let large = vec![0xFF; MAX_SUBMITTED_PHOTO + 1];
    let large = phone.send_photo(&token, large).await.expect(413);
    assert!(reasons(&large).is_empty());
    let png = phone.send_photo(&token, b"\x89PNG\r\n".to_vec()).await;
    assert!(reasons(&png.expect(415)).is_empty());
    let text = phone
        .send_as(&token, "?source=selfie", "text/plain", good.clone())
        .await;
    assert!(reasons(&text.expect(415)).is_empty());
    for query in [
        "",
        "?source=school_records",
        "?source=selfie&anyway=perhaps",
    ] {
        phone
            .send_as(&token, query, "image/jpeg", good.clone())
            .await
            .expect(400);
    }
    // Those that were looked at count, the others do not.
    phone.send_photo(&token, picture(DARK, 1)).await.expect(422);
    let one_too_many = phone.send_photo(&token, good).await.expect(429);
    assert_eq!(one_too_many.support_code(), "LB-PHOTO-429");
    let row = photo::Entity::find().one(&world.service.db).await.unwrap();
    assert_eq!(row, None);
}

#[tokio::test]
async fn no_photo_is_taken_from_whom_a_photo_does_not_help() {
    let world = World::new().await;
    let nora = world.pupil(NORA, None).await;
    let block = block::ActiveModel {
        id: Set(uuid::Uuid::new_v4()),
        person_id: Set(nora),
        reason: Set("Mistet telefon".into()),
        until: Set(None),
        contact: Set(None),
        created_at: Set(0),
        created_by: Set("kari".into()),
        by_county: Set(false),
        lifted_at: Set(None),
        lifted_by: Set(None),
        lift_reason: Set(None),
    };
    block::Entity::insert(block)
        .exec_without_returning(&world.service.db)
        .await
        .unwrap();
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let blocked = phone.send_photo(&token, picture(GOOD, 0)).await;
    assert_eq!(blocked.expect(409).support_code(), "LB-PHOTO-411");
    let stranger = Phone::new(&world);
    let token = stranger
        .log_in("ukjent@fjordviken.example")
        .await
        .access_token;
    let unknown = stranger.send_photo(&token, picture(GOOD, 0)).await;
    assert_eq!(unknown.expect(404).support_code(), "LB-PHOTO-404");
    let headers = [(header::CONTENT_TYPE.as_str(), "image/jpeg")];
    let nobody = request(
        Method::POST,
        "/wallet/photo?source=selfie",
        &headers,
        Body::from(picture(GOOD, 0)),
    );
    world.send(nobody).await.expect(401);
}
