//! What the app asks beyond the standards.

use axum::http::{Method, header};
use county_api::{
    Enrolment, EnrolmentStatus, StatusReference, Validity, ValidityRequest, ValidityStatement,
    photo_sha256,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{DAY, EXAM, ISSUER, NORA, Phone, World, date, key, portrait};
use crate::db::entity::{
    credential::{self, CredentialStatus},
    photo::PhotoState,
};

#[tokio::test]
async fn whoever_is_not_in_the_records_is_logged_in_and_told_so() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let token = phone.log_in("ukjent@fjordviken.example").await.access_token;
    let answer = phone
        .ask(Method::GET, "/wallet/enrolment", &token, None)
        .await
        .expect(200);
    let status: EnrolmentStatus = answer.json();
    assert!(matches!(status.state, Enrolment::NotInRecords { .. }));
    assert!(status.next_sync.is_some());
    assert_eq!(status.server_time, world.service.now());
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let photo = phone.ask(Method::GET, "/wallet/photo", &token, None).await;
    assert_eq!(photo.expect(404).support_code(), "LB-PHOTO-404");
}

#[tokio::test]
async fn a_proposed_photo_is_seen_confirmed_and_then_locked() {
    let world = World::new().await;
    world.pupil(NORA, Some(PhotoState::Proposed)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let status: EnrolmentStatus = phone
        .ask(Method::GET, "/wallet/enrolment", &token, None)
        .await
        .expect(200)
        .json();
    let Enrolment::PhotoToConfirm { photo, .. } = status.state else {
        panic!("{:?}", status.state)
    };
    let answer = phone
        .ask(Method::GET, "/wallet/photo", &token, None)
        .await
        .expect(200);
    assert_eq!(answer.header(header::CONTENT_TYPE), "image/jpeg");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(photo_sha256(&answer.body), photo.sha256);

    let decide = |path: &'static str, sha256: &str| {
        let body = Some(json!({ "sha256": sha256 }));
        let (phone, token) = (&phone, &token);
        async move { phone.ask(Method::POST, path, token, body).await }
    };
    let other = decide("/wallet/photo/confirm", &"0".repeat(64)).await;
    assert_eq!(other.expect(409).support_code(), "LB-PHOTO-410");
    for _ in 0..2 {
        let status: EnrolmentStatus = decide("/wallet/photo/confirm", &photo.sha256)
            .await
            .expect(200)
            .json();
        assert!(matches!(status.state, Enrolment::Ready { .. }));
    }
    let rejected = decide("/wallet/photo/reject", &photo.sha256).await;
    assert_eq!(rejected.expect(409).support_code(), "LB-PHOTO-409");
    let unreadable = phone
        .ask(
            Method::POST,
            "/wallet/photo/confirm",
            &token,
            Some(json!({})),
        )
        .await;
    assert_eq!(unreadable.expect(400).support_code(), "LB-HTTP-400");
}

#[tokio::test]
async fn a_rejected_photo_is_gone() {
    let world = World::new().await;
    world.pupil(NORA, Some(PhotoState::Proposed)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let body = json!({ "sha256": photo_sha256(&portrait()) });
    let status: EnrolmentStatus = phone
        .ask(Method::POST, "/wallet/photo/reject", &token, Some(body))
        .await
        .expect(200)
        .json();
    assert!(matches!(
        status.state,
        Enrolment::PhotoMissing {
            why: county_api::PhotoMissingReason::NotMe,
            ..
        }
    ));
    phone
        .ask(Method::GET, "/wallet/photo", &token, None)
        .await
        .expect(404);
}

#[tokio::test]
async fn a_card_is_vouched_for_with_a_fresh_signature_as_the_status_list_has_it() {
    let world = World::new().await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let holder = key();
    let answer = phone
        .fetch(&token, EXAM, std::slice::from_ref(&holder))
        .await;
    let cwt = jose::base64url_decode(&answer.credentials[0].credential).unwrap();
    let status = qr_proof::read_token(&cwt).unwrap().status.unwrap();
    let question = ValidityRequest {
        credential_status: StatusReference {
            uri: status.uri.clone(),
            idx: status.idx,
        },
    };
    let signer = world
        .service
        .keys
        .credential_signer(world.service.unix_now())
        .unwrap();
    let ask = || async {
        let body = serde_json::to_value(&question).unwrap();
        let token = phone.log_in(NORA).await.access_token;
        let answer = phone
            .ask(Method::POST, "/wallet/validity", &token, Some(body))
            .await
            .expect(200);
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/jwt");
        let now = world.service.now();
        ValidityStatement::verify(&answer.text(), signer.jwk(), ISSUER, &question, now).unwrap()
    };
    let statement = ask().await;
    assert_eq!(statement.result, Validity::Valid);
    assert_eq!(statement.iat, world.service.unix_now());
    assert_eq!(statement.card_valid_until, date("2027-06-20"));

    for (stored, said) in [
        (CredentialStatus::Suspended, Validity::Suspended),
        (CredentialStatus::Invalid, Validity::Revoked),
        (CredentialStatus::Valid, Validity::Valid),
    ] {
        credential::Entity::update_many()
            .col_expr(credential::Column::Status, Expr::value(stored))
            .filter(credential::Column::Idx.eq(status.idx.cast_signed()))
            .exec(&world.service.db)
            .await
            .unwrap();
        assert_eq!(ask().await.result, said);
    }
    world.later(8 * DAY);
    assert_eq!(ask().await.result, Validity::Expired);
}

#[tokio::test]
async fn nobody_is_told_about_another_persons_card() {
    let world = World::new().await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let answer = phone.fetch(&token, EXAM, &[key()]).await;
    let cwt = jose::base64url_decode(&answer.credentials[0].credential).unwrap();
    let status = qr_proof::read_token(&cwt).unwrap().status.unwrap();

    let stranger = Phone::new(&world);
    let token = stranger
        .log_in("ukjent@fjordviken.example")
        .await
        .access_token;
    for (uri, idx) in [
        (status.uri.as_str(), status.idx),
        (status.uri.as_str(), u64::MAX),
        ("http://127.0.0.1:8020/status-lists/01", status.idx),
        ("http://127.0.0.1:8020/status-lists/", status.idx),
        ("https://evil.example/status-lists/1", status.idx),
    ] {
        let body = json!({ "credential_status": { "uri": uri, "idx": idx } });
        let answer = stranger
            .ask(Method::POST, "/wallet/validity", &token, Some(body))
            .await;
        assert_eq!(answer.expect(404).support_code(), "LB-CARD-404");
    }
}
