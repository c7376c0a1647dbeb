//! Issuing.

use std::collections::HashSet;

use axum::http::Method;
use chrono::NaiveDate;
use county_api::{CardClaims, SD_JWT_CONFIGURATION, photo_sha256};
use jose::{Signer, SoftwareKey, jws};
use openid4vc::{CredentialResponse, TokenResponse, proof};
use sd_jwt::{KeyBindingPolicy, vc};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};

use super::{DAY, EXAM, ISSUER, NORA, Phone, World, date, key, portrait, prove_key};
use crate::{
    app::testing::NOW,
    db::entity::{
        credential::{self, CredentialStatus, KeyLevel},
        device, photo,
        photo::PhotoState,
        status_list,
    },
};

const MIDNIGHT: i64 = NOW - 10 * 3600;

async fn ready() -> World {
    let world = World::new().await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    world
}

fn keys(count: usize) -> Vec<SoftwareKey> {
    (0..count).map(|_| key()).collect()
}

fn read_sd_jwts(world: &World, answer: &CredentialResponse) -> Vec<vc::VerifiedCredential> {
    let signer = world
        .service
        .keys
        .credential_signer(world.service.unix_now())
        .unwrap();
    answer
        .credentials
        .iter()
        .map(|issued| {
            let now = world.service.unix_now();
            vc::verify(
                &issued.credential,
                signer.jwk(),
                now,
                &KeyBindingPolicy::NotRequired,
            )
            .unwrap()
        })
        .collect()
}

#[tokio::test]
async fn a_batch_of_sd_jwts_says_the_same_of_different_keys_and_cannot_be_linked_by_its_frame() {
    let world = ready().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let holders = keys(10);
    let answer = phone.fetch(&token, SD_JWT_CONFIGURATION, &holders).await;
    let credentials = read_sd_jwts(&world, &answer);
    assert_eq!(credentials.len(), 10);
    let mut places = HashSet::new();
    let signed_from = world
        .service
        .keys
        .credential_signer(NOW)
        .unwrap()
        .signs_from;
    for (credential, holder) in credentials.iter().zip(&holders) {
        assert_eq!(credential.issuer, ISSUER);
        assert_eq!(credential.vct, format!("{ISSUER}/types/student-id"));
        assert_eq!(credential.issued_at, MIDNIGHT.max(signed_from));
        assert_eq!(credential.expires_at, MIDNIGHT + 30 * DAY);
        assert_eq!(
            credential.holder.as_ref().unwrap().thumbprint(),
            holder.public_jwk().thumbprint()
        );
        let status = credential.status.clone().unwrap();
        assert_eq!(status.uri, format!("{ISSUER}/status-lists/1"));
        assert!(status.idx < 1 << 17);
        places.insert(status.idx);
        let card = CardClaims::from_claims(&credential.claims).unwrap();
        assert_eq!(card.given_name, "Nora");
        assert_eq!(card.family_name, "Bjørnstad");
        assert_eq!(card.portrait.jpeg(), portrait());
        assert_eq!(card.class.as_deref(), Some("2STA"));
        assert_eq!(card.valid_until, date("2027-06-20"));
    }
    assert_eq!(places.len(), 10);
    // Not one after the other either.
    let mut places: Vec<u64> = places.into_iter().collect();
    places.sort_unstable();
    assert!(places.windows(2).any(|pair| pair[1] - pair[0] > 10));
}

#[tokio::test]
async fn a_credential_never_outlives_the_cards_own_right() {
    let last_day = |until: NaiveDate| async move {
        let world = World::new().await;
        world
            .pupil_until(NORA, Some(PhotoState::Locked), until)
            .await;
        let phone = Phone::new(&world);
        let token = phone.log_in(NORA).await.access_token;
        let answer = phone.fetch(&token, SD_JWT_CONFIGURATION, &keys(1)).await;
        read_sd_jwts(&world, &answer)[0].expires_at
    };
    // The 16th and 18th of September end at 22:00 UTC.
    assert_eq!(last_day(date("2026-09-16")).await, MIDNIGHT + 22 * 3600);
    assert_eq!(
        last_day(date("2026-09-18")).await,
        MIDNIGHT + 2 * DAY + 22 * 3600
    );
}

#[tokio::test]
async fn nothing_is_issued_to_whoever_has_no_card() {
    for photo in [Some(PhotoState::Proposed), Some(PhotoState::Rejected), None] {
        let world = World::new().await;
        world.pupil(NORA, photo).await;
        let phone = Phone::new(&world);
        let token = phone.log_in(NORA).await.access_token;
        let proofs = vec![prove_key(&key(), &phone.nonce().await, NOW)];
        let answer = phone.ask_for(&token, SD_JWT_CONFIGURATION, proofs).await;
        assert_eq!(
            answer.expect(400).error(),
            "credential_request_denied",
            "{photo:?}"
        );
    }
    let world = World::new().await;
    world
        .pupil_until(NORA, Some(PhotoState::Locked), date("2026-09-15"))
        .await;
    for name in [NORA, "ukjent@fjordviken.example"] {
        let phone = Phone::new(&world);
        let token = phone.log_in(name).await.access_token;
        let proofs = vec![prove_key(&key(), &phone.nonce().await, NOW)];
        let answer = phone.ask_for(&token, EXAM, proofs).await;
        assert_eq!(
            answer.expect(400).error(),
            "credential_request_denied",
            "{name}"
        );
    }
    assert_eq!(
        credential::Entity::find()
            .count(&world.service.db)
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn a_photo_that_is_not_the_locked_one_is_not_put_on_a_card() {
    let world = ready().await;
    let mut forged = portrait();
    forged.extend_from_slice(b"x");
    let key_of_forged = world.service.photos.put(&forged).await.unwrap();
    photo::Entity::update_many()
        .col_expr(photo::Column::ObjectKey, Expr::value(key_of_forged))
        .exec(&world.service.db)
        .await
        .unwrap();
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let proofs = vec![prove_key(&key(), &phone.nonce().await, NOW)];
    phone
        .ask_for(&token, SD_JWT_CONFIGURATION, proofs)
        .await
        .expect(500);
    assert_ne!(photo_sha256(&forged), photo_sha256(&portrait()));
    assert_eq!(
        credential::Entity::find()
            .count(&world.service.db)
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn a_credential_request_that_is_not_as_it_must_be_is_refused_with_its_code() {
    let world = ready().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let proof = prove_key(&key(), &phone.nonce().await, NOW);
    let with =
        |id: Value| json!({ "credential_configuration_id": id, "proofs": { "jwt": [proof] } });
    for (body, error) in [
        (json!([]), "invalid_credential_request"),
        (
            json!({ "proofs": { "jwt": [proof] } }),
            "invalid_credential_request",
        ),
        (
            json!({ "credential_identifier": "x", "proofs": { "jwt": [proof] } }),
            "unknown_credential_identifier",
        ),
        (with("other".into()), "unknown_credential_configuration"),
        (
            json!({ "credential_configuration_id": SD_JWT_CONFIGURATION }),
            "invalid_proof",
        ),
        (
            json!({ "credential_configuration_id": SD_JWT_CONFIGURATION, "proofs": { "jwt": [] } }),
            "invalid_proof",
        ),
        (
            json!({ "credential_configuration_id": SD_JWT_CONFIGURATION, "proofs": { "jwt": [proof, proof] } }),
            "invalid_proof",
        ),
        (
            json!({ "credential_configuration_id": SD_JWT_CONFIGURATION, "proofs": { "jwt": vec!["x"; 11] } }),
            "invalid_proof",
        ),
        (
            json!({ "credential_configuration_id": SD_JWT_CONFIGURATION, "proofs": { "jwt": [proof] },
                "credential_response_encryption": { "enc": "A256GCM" } }),
            "invalid_encryption_parameters",
        ),
    ] {
        let answer = phone
            .ask(
                Method::POST,
                "/openid4vci/credential",
                &token,
                Some(body.clone()),
            )
            .await
            .expect(400);
        assert_eq!(answer.error(), error, "{body}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    // None of these used the nonce up.
    phone
        .ask_for(&token, SD_JWT_CONFIGURATION, vec![proof])
        .await
        .expect(200);
}

#[tokio::test]
async fn a_key_proof_holds_for_us_for_this_app_and_for_now() {
    let world = ready().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let nonce = phone.nonce().await;
    let holder = key();
    let made_for = |issuer: &str, client: &str, at: i64| {
        proof::prove(issuer, client, &nonce, at, &holder).unwrap()
    };
    let mut tampered = prove_key(&holder, &nonce, NOW);
    tampered.pop();
    let untyped = jws::sign_json(
        &jws::Header::new("JWT").with_jwk(holder.public_jwk()),
        &json!({ "iss": "lommebevis-app", "aud": ISSUER, "iat": NOW, "nonce": nonce }),
        &holder,
    )
    .unwrap();
    for wrong in [
        made_for("https://evil.example", "lommebevis-app", NOW),
        made_for(ISSUER, "other-app", NOW),
        made_for(ISSUER, "lommebevis-app", NOW - 301),
        made_for(ISSUER, "lommebevis-app", NOW + 301),
        tampered,
        untyped,
        "garbage".to_owned(),
    ] {
        let answer = phone
            .ask_for(&token, SD_JWT_CONFIGURATION, vec![wrong])
            .await;
        assert_eq!(answer.expect(400).error(), "invalid_proof");
    }
}

#[tokio::test]
async fn what_an_app_says_of_its_keys_is_kept_and_never_refuses_it() {
    for (said, kept) in [
        (Some(json!("hardware")), Some(KeyLevel::Hardware)),
        (Some(json!("key_store")), Some(KeyLevel::KeyStore)),
        (Some(json!("file")), Some(KeyLevel::File)),
        (Some(json!("a_chip_of_tomorrow")), None),
        (Some(json!({"level": ["hardware"]})), None),
        (Some(json!("x".repeat(5000))), None),
        (None, None),
    ] {
        let world = ready().await;
        let phone = Phone::new(&world);
        let token = phone.log_in(NORA).await.access_token;
        phone.fetch_saying(&token, EXAM, said.as_ref()).await;
        let row = credential::Entity::find().one(&world.service.db).await;
        assert_eq!(row.unwrap().unwrap().key_protection, kept, "{said:?}");
    }
}

#[tokio::test]
async fn a_nonce_is_good_once_and_for_five_minutes() {
    let world = ready().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let ask = |nonce: String, at: i64| {
        let (phone, token) = (&phone, &token);
        async move {
            let proofs = vec![prove_key(&key(), &nonce, at)];
            phone.ask_for(token, EXAM, proofs).await
        }
    };
    assert_eq!(
        ask("made-up".into(), NOW).await.expect(400).error(),
        "invalid_nonce"
    );
    let nonce = phone.nonce().await;
    ask(nonce.clone(), NOW).await.expect(200);
    assert_eq!(ask(nonce, NOW).await.expect(400).error(), "invalid_nonce");

    let old = phone.nonce().await;
    // Proofs of one batch may have nonces of their own; one bad spoils the batch and uses up none.
    let good = phone.nonce().await;
    let mixed = vec![
        prove_key(&key(), &good, NOW),
        prove_key(&key(), "made-up", NOW),
    ];
    let answer = phone.ask_for(&token, EXAM, mixed).await;
    assert_eq!(answer.expect(400).error(), "invalid_nonce");
    ask(good, NOW).await.expect(200);

    world.later(299);
    let nearly_old = phone.nonce().await;
    world.later(1);
    let token = phone.log_in(NORA).await.access_token;
    let late = vec![prove_key(&key(), &old, NOW + 300)];
    let answer = phone.ask_for(&token, EXAM, late).await;
    assert_eq!(answer.expect(400).error(), "invalid_nonce");
    let in_time = vec![prove_key(&key(), &nearly_old, NOW + 300)];
    phone.ask_for(&token, EXAM, in_time).await.expect(200);
}

#[tokio::test]
async fn a_notification_is_taken_from_the_device_it_concerns_as_often_as_it_comes() {
    let world = ready().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let id = phone
        .fetch(&token, SD_JWT_CONFIGURATION, &keys(2))
        .await
        .notification_id
        .unwrap();
    let body = |id: &str, event: &str| Some(json!({ "notification_id": id, "event": event }));
    let path = "/openid4vci/notification";
    for _ in 0..2 {
        let answer = phone
            .ask(Method::POST, path, &token, body(&id, "credential_accepted"))
            .await;
        assert!(answer.expect(204).body.is_empty());
    }
    let told = credential::Entity::find()
        .filter(credential::Column::NotificationEvent.eq("credential_accepted"))
        .count(&world.service.db)
        .await
        .unwrap();
    assert_eq!(told, 2);
    for (body, error) in [
        (
            body("unknown", "credential_accepted"),
            "invalid_notification_id",
        ),
        (
            body(&id, "credential_eaten"),
            "invalid_notification_request",
        ),
        (Some(json!({})), "invalid_notification_request"),
    ] {
        let answer = phone.ask(Method::POST, path, &token, body).await;
        assert_eq!(answer.expect(400).error(), error);
    }
    let stranger = Phone::new(&world);
    let token = stranger
        .log_in("ukjent@fjordviken.example")
        .await
        .access_token;
    let answer = stranger
        .ask(Method::POST, path, &token, body(&id, "credential_deleted"))
        .await;
    assert_eq!(answer.expect(400).error(), "invalid_notification_id");
}

#[tokio::test]
async fn new_credentials_of_a_device_leave_its_old_ones_good() {
    let world = ready().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    for _ in 0..2 {
        phone.fetch(&token, SD_JWT_CONFIGURATION, &keys(3)).await;
    }
    let good = credential::Entity::find()
        .filter(credential::Column::Status.eq(CredentialStatus::Valid))
        .count(&world.service.db)
        .await
        .unwrap();
    assert_eq!(good, 6);
}

#[tokio::test]
async fn a_device_cannot_hoard_credentials_and_those_it_has_stored_go_last() {
    let world = World::with(|config| config.lifetimes.batch = 2).await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    // Four batches may be out. The third is the one that the phone has stored.
    let mut batches = Vec::new();
    for number in 0..6 {
        let answer = phone.fetch(&token, SD_JWT_CONFIGURATION, &keys(2)).await;
        let id = answer.notification_id.unwrap();
        if number == 2 {
            let body = json!({ "notification_id": id, "event": "credential_accepted" });
            phone
                .ask(Method::POST, "/openid4vci/notification", &token, Some(body))
                .await
                .expect(204);
        }
        batches.push(id);
        // Another configuration is counted by itself, and a batch of one as a batch.
        phone.fetch(&token, EXAM, &keys(1)).await;
    }
    let good = async |configuration: &str, batch: Option<&String>| {
        let mut rows = credential::Entity::find()
            .filter(credential::Column::Configuration.eq(configuration))
            .filter(credential::Column::Status.eq(CredentialStatus::Valid));
        if let Some(batch) = batch {
            rows = rows.filter(credential::Column::NotificationId.eq(batch));
        }
        rows.count(&world.service.db).await.unwrap()
    };
    assert_eq!(good(SD_JWT_CONFIGURATION, None).await, 8);
    assert_eq!(good(EXAM, None).await, 4);
    for kept in 2..6 {
        let kept = good(SD_JWT_CONFIGURATION, batches.get(kept)).await;
        assert_eq!(kept, 2);
    }
}

#[tokio::test]
async fn the_batch_before_stays_good_when_the_phone_never_said_that_it_came() {
    let world = World::with(|config| config.lifetimes.batch = 2).await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let mut batches = Vec::new();
    for number in 0..6 {
        let answer = phone.fetch(&token, SD_JWT_CONFIGURATION, &keys(2)).await;
        let id = answer.notification_id.unwrap();
        if number < 4 {
            let body = json!({ "notification_id": id, "event": "credential_accepted" });
            phone
                .ask(Method::POST, "/openid4vci/notification", &token, Some(body))
                .await
                .expect(204);
        }
        batches.push(id);
    }
    for (number, batch) in batches.iter().enumerate() {
        let good = credential::Entity::find()
            .filter(credential::Column::NotificationId.eq(batch))
            .filter(credential::Column::Status.eq(CredentialStatus::Valid))
            .count(&world.service.db)
            .await
            .unwrap();
        assert_eq!(good, if number < 2 { 0 } else { 2 }, "{number}");
    }
}

/// The statuses of all credentials that were issued, in no order but by device.
async fn statuses_by_device(world: &World) -> Vec<Vec<CredentialStatus>> {
    let devices = device::Entity::find()
        .order_by_asc(device::Column::CreatedAt)
        .all(&world.service.db)
        .await
        .unwrap();
    let credentials = credential::Entity::find()
        .all(&world.service.db)
        .await
        .unwrap();
    let of = |id| {
        credentials
            .iter()
            .filter(move |row| row.device_id == id)
            .map(|row| row.status)
            .collect()
    };
    devices.iter().map(|device| of(device.id)).collect()
}

#[tokio::test]
async fn a_card_on_a_new_phone_ends_the_one_on_the_old_phone_and_no_login_does() {
    use CredentialStatus::{Invalid, Valid};
    const MAJA: &str = "maja@fjordviken.example";
    let world = ready().await;
    world.pupil(MAJA, Some(PhotoState::Locked)).await;
    let path = "/wallet/enrolment";
    let old = Phone::new(&world);
    let old_tokens = old.log_in(NORA).await;
    let old_token = &old_tokens.access_token;
    old.fetch(old_token, SD_JWT_CONFIGURATION, &keys(2)).await;
    world.later(1);
    let another = Phone::new(&world);
    let anothers = another.log_in(MAJA).await.access_token;
    another.fetch(&anothers, EXAM, &keys(1)).await;

    world.later(1);
    let new = Phone::new(&world);
    let token = new.log_in(NORA).await.access_token;
    // A request that fails changes nothing either.
    new.ask_for(&token, SD_JWT_CONFIGURATION, vec![])
        .await
        .expect(400);
    let before = statuses_by_device(&world).await;
    assert_eq!(before, [vec![Valid, Valid], vec![Valid], vec![]]);
    old.ask(Method::GET, path, old_token, None)
        .await
        .expect(200);

    // Two kinds of credential, one after the other.
    new.fetch(&token, SD_JWT_CONFIGURATION, &keys(1)).await;
    new.fetch(&token, EXAM, &keys(1)).await;
    let after = statuses_by_device(&world).await;
    assert_eq!(
        after,
        [vec![Invalid, Invalid], vec![Valid], vec![Valid, Valid]]
    );
    old.ask(Method::GET, path, old_token, None)
        .await
        .expect(401);
    let refreshed = old.refresh(&old_tokens.refresh_token.unwrap()).await;
    assert_eq!(refreshed.expect(400).error(), "invalid_grant");
    new.ask(Method::GET, path, &token, None).await.expect(200);
    another
        .ask(Method::GET, path, &anothers, None)
        .await
        .expect(200);
}

#[tokio::test]
async fn whatever_logs_a_device_out_ends_the_cards_on_it() {
    for way in ["log-out", "code used twice", "refresh token used twice"] {
        let world = ready().await;
        let phone = Phone::new(&world);
        let (code, begun) = phone.code(NORA).await;
        let tokens: TokenResponse = phone.redeem(&code, &begun).await.expect(200).json();
        let refresh_token = tokens.refresh_token.unwrap();
        phone
            .fetch(&tokens.access_token, SD_JWT_CONFIGURATION, &keys(2))
            .await;
        match way {
            "log-out" => {
                let form = format!("client_id=lommebevis-app&token={refresh_token}");
                world
                    .post_form("/oauth/revoke", &[], form)
                    .await
                    .expect(200);
            }
            "code used twice" => drop(phone.redeem(&code, &begun).await.expect(400)),
            _ => {
                let next: TokenResponse = phone.refresh(&refresh_token).await.expect(200).json();
                let next = next.refresh_token.unwrap();
                phone.refresh(&next).await.expect(200);
                phone.refresh(&refresh_token).await.expect(400);
            }
        }
        assert_eq!(
            statuses_by_device(&world).await,
            [[CredentialStatus::Invalid; 2]],
            "{way}"
        );
    }
}

#[tokio::test]
async fn a_list_that_is_half_full_is_followed_by_another_and_no_place_is_given_twice() {
    let world = World::with(|config| config.status_list.size = 40).await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let mut places = HashSet::new();
    for _ in 0..6 {
        let answer = phone.fetch(&token, SD_JWT_CONFIGURATION, &keys(10)).await;
        for credential in read_sd_jwts(&world, &answer) {
            let status = credential.status.unwrap();
            assert!(status.idx < 40);
            assert!(places.insert((status.uri, status.idx)));
        }
    }
    let lists = status_list::Entity::find()
        .all(&world.service.db)
        .await
        .unwrap();
    let shapes: Vec<_> = lists.iter().map(|list| (list.id, list.full)).collect();
    assert_eq!(shapes, [(1, true), (2, true), (3, false)]);
}
