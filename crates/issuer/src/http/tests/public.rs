//! What everyone may read, and what holds for every answer.

use std::io::Read;

use axum::{
    body::Body,
    http::{Method, header},
};
use county_api::{IN_PERSON_FORMAT, PHOTO_CONFIGURATION, Profile, SCOPE, SD_JWT_CONFIGURATION};
use openid4vc::{AuthorizationServerMetadata, IssuerMetadata, well_known};
use sd_jwt::vc::TypeMetadata;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::Value;
use status_list::{Status, StatusListToken};
use tokio::{net::TcpListener, sync::oneshot};
use verifier::TrustList;

use super::{DAY, EXAM, ISSUER, NORA, Phone, World, key, request};
use crate::{
    app::testing::{NOW, TestClock, app_with},
    db::entity::{
        access_token, authorization_code, credential, credential::CredentialStatus, dpop_jti,
        feide_login, nonce, photo::PhotoState, pushed_request, refresh_token, status_list as lists,
    },
    http::{ServeError, housekeeping, listen, serve_on},
    keys,
};

#[tokio::test]
async fn the_metadata_is_what_a_wallet_needs() {
    let world = World::new().await;
    let answer = world
        .get("/.well-known/openid-credential-issuer", &[])
        .await
        .expect(200);
    let issuer: IssuerMetadata = answer.json();
    issuer.check(ISSUER).unwrap();
    assert_eq!(issuer.batch_size(), 10);
    assert_eq!(issuer.authorization_server(), ISSUER);
    let locales: Vec<_> = issuer
        .display
        .iter()
        .filter_map(|d| d.locale.as_deref())
        .collect();
    assert_eq!(locales, ["nb", "nn", "en"]);
    let sd_jwt = issuer.configuration(SD_JWT_CONFIGURATION).unwrap();
    assert_eq!(sd_jwt.scope.as_deref(), Some(SCOPE));
    assert_eq!(
        sd_jwt.credential_metadata.as_ref().unwrap().claims.len(),
        17
    );
    let ids = Profile::ALL.map(Profile::configuration_id);
    for id in ids.into_iter().chain([PHOTO_CONFIGURATION]) {
        let in_person = issuer.configuration(id).unwrap();
        assert_eq!(in_person.format, IN_PERSON_FORMAT);
        let shown = in_person.credential_metadata.as_ref().unwrap();
        assert_eq!(shown.display.len(), 3, "{id}");
        assert!(!shown.claims.is_empty(), "{id}");
    }
    assert_eq!(issuer.credential_configurations_supported.len(), 12);

    let answer = world
        .get("/.well-known/oauth-authorization-server", &[])
        .await
        .expect(200);
    let server: AuthorizationServerMetadata = answer.json();
    server.check(ISSUER).unwrap();
    assert!(server.require_pushed_authorization_requests);

    let keys: Value = world
        .get("/.well-known/jwt-vc-issuer", &[])
        .await
        .expect(200)
        .json();
    assert_eq!(keys["issuer"], ISSUER);
    let signer = world.service.keys.credential_signer(NOW).unwrap();
    assert_eq!(keys["jwks"]["keys"][0]["kid"], signer.kid);
    assert!(keys["jwks"]["keys"][0].get("d").is_none());
}

#[tokio::test]
async fn with_a_path_in_its_address_the_service_lives_under_that_path() {
    let world = World::with(|config| {
        config.issuer.public_url = "https://fylke.example/bevis".parse().unwrap();
    })
    .await;
    let id = "https://fylke.example/bevis".parse().unwrap();
    let address = well_known(&id, "openid-credential-issuer");
    let metadata: IssuerMetadata = world.get(address.path(), &[]).await.expect(200).json();
    metadata.check("https://fylke.example/bevis").unwrap();
    for path in [
        metadata.nonce_endpoint.unwrap().path(),
        "/bevis/openid4vci/nonce",
    ] {
        world
            .send(request(Method::POST, path, &[], Body::empty()))
            .await
            .expect(200);
    }
    world.get("/health/live", &[]).await.expect(404);
    world.get("/bevis/health/live", &[]).await.expect(200);
}

#[tokio::test]
async fn the_type_of_the_credential_is_described_in_three_languages() {
    let world = World::new().await;
    let answer = world.get("/types/student-id", &[]).await.expect(200);
    let metadata =
        TypeMetadata::from_json(&answer.body, &format!("{ISSUER}/types/student-id")).unwrap();
    assert_eq!(metadata.display.len(), 3);
    assert_eq!(metadata.claims.len(), 17);
}

#[tokio::test]
async fn the_trust_list_names_our_keys_and_counts_up_when_they_change() {
    let world = World::new().await;
    let app = &world.service;
    let pinned = app.keys.trust_list_signer(NOW).unwrap().jwk().clone();
    let read = |jws: &str| TrustList::verify(jws, &pinned, app.now(), None).unwrap();
    let first = world.get("/trust-list", &[]).await.expect(200);
    assert_eq!(
        first.header(header::CONTENT_TYPE),
        "application/trust-list+jwt"
    );
    let list = read(&first.text());
    assert_eq!(list.version(), 1);
    let signer = app.keys.credential_signer(NOW).unwrap();
    let (issuer, _) = list.key_by_kid(&signer.kid, app.now()).unwrap();
    assert!(issuer.iss == ISSUER && issuer.demo);

    let etag = first.header(header::ETAG).to_owned();
    let unchanged = world
        .get("/trust-list", &[("if-none-match", &etag)])
        .await
        .expect(304);
    assert!(unchanged.body.is_empty());

    // An hour later it is signed anew, with the same version.
    world.later(3600);
    let later = world
        .get("/trust-list", &[("if-none-match", &etag)])
        .await
        .expect(200);
    assert_eq!(read(&later.text()).version(), 1);

    let kid = keys::rotate(&app.db, &app.seal, &app.config, app.unix_now(), "test")
        .await
        .unwrap();
    app.keys.reload(&app.db, &app.seal).await.unwrap();
    let rotated = read(&world.get("/trust-list", &[]).await.expect(200).text());
    assert_eq!(rotated.version(), 2);
    assert!(rotated.key_by_kid(&kid, app.now()).is_some());
    assert!(rotated.key_by_kid(&signer.kid, app.now()).is_some());
}

#[tokio::test]
async fn both_forms_of_a_status_list_say_the_same_and_a_block_is_seen_at_once() {
    let world = World::new().await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let answer = phone.fetch(&token, EXAM, &[key(), key()]).await;
    let places: Vec<_> = answer
        .credentials
        .iter()
        .map(|issued| {
            let cwt = jose::base64url_decode(&issued.credential).unwrap();
            qr_proof::read_token(&cwt).unwrap().status.unwrap()
        })
        .collect();
    let uri = places[0].uri.clone();
    let signer = world.service.keys.credential_signer(NOW).unwrap();
    let read = || async {
        let now = world.service.unix_now();
        let jwt = world
            .get(&uri, &[("accept", "application/statuslist+jwt")])
            .await
            .expect(200);
        assert_eq!(
            jwt.header(header::CONTENT_TYPE),
            "application/statuslist+jwt"
        );
        let cwt = world
            .get(&uri, &[("accept", "application/statuslist+cwt")])
            .await
            .expect(200);
        assert_eq!(
            cwt.header(header::CONTENT_TYPE),
            "application/statuslist+cwt"
        );
        let from_jwt = StatusListToken::from_jwt(&jwt.text(), signer.jwk(), &uri, now).unwrap();
        let from_cwt = StatusListToken::from_cwt(&cwt.body, signer.jwk(), &uri, now).unwrap();
        assert_eq!(from_jwt, from_cwt);
        (from_jwt, jwt)
    };
    let (list, first) = read().await;
    assert_eq!(list.list.len(), 1 << 17);
    assert_eq!(list.ttl, Some(900));
    assert_eq!(list.expires_at, Some(NOW + DAY));
    assert_eq!(list.status(places[0].idx), Some(Status::Valid));
    assert_eq!(
        list.aggregation_uri.as_deref(),
        Some("http://127.0.0.1:8020/status-lists")
    );
    assert!(first.header(header::CACHE_CONTROL).contains("max-age=900"));
    assert_eq!(first.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");

    let etag = first.header(header::ETAG).to_owned();
    world.later(60);
    let unchanged = world
        .get(&uri, &[("if-none-match", &etag)])
        .await
        .expect(304);
    assert!(
        unchanged
            .header(header::CACHE_CONTROL)
            .contains("max-age=840")
    );
    assert_eq!(unchanged.header(header::ETAG), etag);

    credential::Entity::update_many()
        .col_expr(
            credential::Column::Status,
            Expr::value(CredentialStatus::Suspended),
        )
        .filter(credential::Column::Idx.eq(places[1].idx.cast_signed()))
        .exec(&world.service.db)
        .await
        .unwrap();
    let changed = world
        .get(&uri, &[("if-none-match", &etag)])
        .await
        .expect(200);
    assert_ne!(changed.header(header::ETAG), etag);
    let (list, _) = read().await;
    assert_eq!(list.status(places[0].idx), Some(Status::Valid));
    assert_eq!(list.status(places[1].idx), Some(Status::Suspended));
    assert_eq!(list.issued_at, NOW + 60);

    // Nothing changes, and still it never gets old.
    world.later(900);
    assert_eq!(read().await.0.issued_at, NOW + 960);
}

#[tokio::test]
async fn status_lists_are_listed_compressed_and_otherwise_not_found() {
    let world = World::new().await;
    let empty: Value = world.get("/status-lists", &[]).await.expect(200).json();
    assert_eq!(empty["status_lists"], serde_json::json!([]));
    world.get("/status-lists/1", &[]).await.expect(404);

    world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    phone.fetch(&token, SD_JWT_CONFIGURATION, &[key()]).await;
    let one: Value = world.get("/status-lists", &[]).await.expect(200).json();
    assert_eq!(
        one["status_lists"],
        serde_json::json!([format!("{ISSUER}/status-lists/1")])
    );
    for path in [
        "/status-lists/2",
        "/status-lists/-1",
        "/status-lists/x",
        "/status-lists/99999999999999999999",
    ] {
        assert_eq!(
            world.get(path, &[]).await.expect(404).support_code(),
            "LB-HTTP-404"
        );
    }
    let past = world.get("/status-lists/1?time=1686925000", &[]).await;
    assert_eq!(past.expect(501).support_code(), "LB-STATUS-501");
    let html = world
        .get("/status-lists/1", &[("accept", "text/html")])
        .await;
    assert_eq!(html.expect(406).support_code(), "LB-HTTP-406");

    let plain = world.get("/status-lists/1", &[]).await.expect(200);
    let packed = world
        .get("/status-lists/1", &[("accept-encoding", "gzip")])
        .await
        .expect(200);
    assert_eq!(packed.header(header::CONTENT_ENCODING), "gzip");
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(&packed.body[..])
        .read_to_string(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, plain.text());
}

#[tokio::test]
async fn every_refusal_has_its_form_and_every_answer_its_security_headers() {
    let world = World::new().await;
    for (method, path, status, support_code) in [
        (Method::GET, "/", 404, "LB-HTTP-404"),
        (Method::GET, "/nowhere", 404, "LB-HTTP-404"),
        (Method::GET, "/oauth/token", 405, "LB-HTTP-405"),
        (Method::POST, "/trust-list", 405, "LB-HTTP-405"),
    ] {
        let answer = world
            .send(request(method, path, &[], Body::empty()))
            .await
            .expect(status);
        assert_eq!(answer.support_code(), support_code, "{path}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert!(
            answer
                .header(header::CONTENT_SECURITY_POLICY)
                .contains("frame-ancestors 'none'")
        );
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        assert!(answer.header(header::STRICT_TRANSPORT_SECURITY).is_empty());
    }
    let huge = world
        .post_form("/oauth/token", &[], "x".repeat(65 * 1024))
        .await;
    assert_eq!(huge.expect(413).support_code(), "LB-HTTP-413");
}

#[tokio::test]
async fn ready_means_that_keys_and_database_are_there() {
    let world = World::new().await;
    world.get("/health/live", &[]).await.expect(200);
    let ready: Value = world.get("/health/ready", &[]).await.expect(200).json();
    assert_eq!(ready["status"], "ready");
    // Long after the last key ran out.
    world.later(500 * DAY);
    let not_ready: Value = world.get("/health/ready", &[]).await.expect(503).json();
    assert_eq!(not_ready["keys"], false);
    assert_eq!(not_ready["database"], true);
}

#[tokio::test]
async fn what_has_expired_is_deleted_and_what_has_not_stays() {
    let world = World::with(|config| config.status_list.size = 8).await;
    let db = &world.service.db;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(&world);
    let at_feide = phone.at_feide(&phone.push().await).await;
    phone.push().await;
    phone.code(NORA).await;
    let token = phone.log_in(NORA).await.access_token;
    phone
        .fetch(&token, EXAM, &[key(), key(), key(), key()])
        .await;
    phone.fetch(&token, EXAM, &[key()]).await;
    phone.nonce().await;
    drop(at_feide);
    let counts = || async {
        [
            pushed_request::Entity::find().count(db).await.unwrap(),
            feide_login::Entity::find().count(db).await.unwrap(),
            authorization_code::Entity::find().count(db).await.unwrap(),
            access_token::Entity::find().count(db).await.unwrap(),
            nonce::Entity::find().count(db).await.unwrap(),
            refresh_token::Entity::find().count(db).await.unwrap(),
            credential::Entity::find().count(db).await.unwrap(),
            lists::Entity::find().count(db).await.unwrap(),
        ]
    };
    let before = counts().await;
    assert!(before.iter().all(|count| *count > 0), "{before:?}");
    housekeeping::delete_expired(&world.service).await.unwrap();
    assert_eq!(counts().await, before);
    world.later(2 * 3600);
    housekeeping::delete_expired(&world.service).await.unwrap();
    assert_eq!(counts().await, [0, 0, 0, 0, 0, before[5], 5, 2]);
    assert_eq!(dpop_jti::Entity::find().count(db).await.unwrap(), 0);
    world.later(200 * DAY);
    housekeeping::delete_expired(&world.service).await.unwrap();
    // The full list is gone; the one that still takes credentials stays.
    assert_eq!(counts().await, [0, 0, 0, 0, 0, 0, 0, 1]);
}

#[tokio::test]
async fn a_port_in_use_is_said_in_so_many_words() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = crate::config::tests::sample();
    config.server.listen = taken.local_addr().unwrap();
    let error = listen(&config).await.unwrap_err();
    assert!(matches!(error, ServeError::PortInUse { .. }));
    assert!(error.to_string().contains("is in use"), "{error}");
}

#[tokio::test]
async fn the_server_says_what_time_it_is_and_stops_when_told() {
    let app = app_with(
        crate::config::tests::sample(),
        std::sync::Arc::new(TestClock::at(NOW)),
    )
    .await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let http = app.http.clone();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve_on(app, listener, async {
        let _ = stopped.await;
    }));
    let answer = http
        .get(format!("http://{address}/health/live"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().contains_key(header::DATE));
    drop(answer);
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
