//! Altinn Notifications, with Maskinporten before it, as they document themselves.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::State as Shared,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

use super::{super::job::Job, *};
use crate::{records::testing::sync, sms::sender::of};

const KEY: &[u8] = include_bytes!("../../http/tests/rsa1.der");

#[derive(Default)]
struct Platform {
    public_key: Vec<u8>,
    tokens: usize,
    orders: Vec<Value>,
    delivered: usize,
    known: HashSet<String>,
    faults: Vec<u16>,
    is_hanging: bool,
}

type Inner = Arc<Mutex<Platform>>;

async fn start() -> (Inner, String) {
    let key = RsaKeyPair::from_der(KEY).unwrap();
    let inner: Inner = Arc::new(Mutex::new(Platform {
        public_key: key.public_key().as_ref().to_vec(),
        ..Platform::default()
    }));
    let routes = Router::new()
        .route("/token", post(token))
        .route(
            "/authentication/api/v1/exchange/maskinporten",
            get(exchange),
        )
        .route(
            "/notifications/api/v1/future/orders/instant/sms",
            post(order),
        )
        .with_state(inner.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (inner, address)
}

async fn token(
    Shared(inner): Shared<Inner>,
    Form(form): Form<std::collections::HashMap<String, String>>,
) -> Json<Value> {
    assert_eq!(
        form["grant_type"],
        "urn:ietf:params:oauth:grant-type:jwt-bearer"
    );
    let (input, signature) = form["assertion"].rsplit_once('.').unwrap();
    let mut inner = inner.lock().unwrap();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &inner.public_key)
        .verify(
            input.as_bytes(),
            &jose::base64url_decode(signature).unwrap(),
        )
        .unwrap();
    let parts: Vec<Value> = input
        .split('.')
        .map(|part| serde_json::from_slice(&jose::base64url_decode(part).unwrap()).unwrap())
        .collect();
    assert_eq!(parts[0], json!({ "alg": "RS256", "kid": "fylkets-nøkkel" }));
    let claims = &parts[1];
    assert_eq!(claims["aud"], "https://test.maskinporten.no/");
    assert_eq!(claims["iss"], "county-client");
    assert_eq!(claims["scope"], "altinn:serviceowner/notifications.create");
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert!((1..=120).contains(&life));
    // Maskinporten refuses claims that it does not know.
    assert_eq!(claims.as_object().unwrap().len(), 6);
    inner.tokens += 1;
    Json(json!({ "access_token": "of-maskinporten", "expires_in": 120, "token_type": "Bearer" }))
}

async fn exchange(headers: HeaderMap) -> String {
    assert_eq!(headers["authorization"], "Bearer of-maskinporten");
    "of-altinn".into()
}

async fn order(
    Shared(inner): Shared<Inner>,
    headers: HeaderMap,
    Json(order): Json<Value>,
) -> Response {
    assert_eq!(headers["authorization"], "Bearer of-altinn");
    let (fault, is_hanging) = {
        let mut inner = inner.lock().unwrap();
        let key = order["idempotencyId"].as_str().unwrap().to_owned();
        inner.orders.push(order);
        let fault = inner.faults.pop();
        if fault.is_none() && inner.known.insert(key) {
            inner.delivered += 1;
        }
        (fault, std::mem::take(&mut inner.is_hanging))
    };
    if is_hanging {
        std::future::pending::<()>().await;
    }
    match fault {
        Some(status) => StatusCode::from_u16(status).unwrap().into_response(),
        None => (StatusCode::CREATED, "{}").into_response(),
    }
}

fn section(address: &str) -> String {
    let body = STANDARD.encode(KEY);
    let pem = format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n");
    let file = tempfile::tempdir().unwrap().keep().join("key.pem");
    std::fs::write(&file, pem).unwrap();
    format!(
        "sender = \"altinn\"\ntimeout_seconds = 1\n[sms.altinn]\nplatform = \"{address}\"\ntoken_url = \"{address}/token\"\n\
         audience = \"https://test.maskinporten.no/\"\nclient_id = \"county-client\"\nkey_id = \"fylkets-nøkkel\"\n\
         sender = \"Fjordviken\"\nkey_file = \"{}\"",
        file.display()
    )
}

#[tokio::test]
async fn a_grant_becomes_a_token_a_token_an_order_and_an_order_one_message() {
    let (altinn, address) = start().await;
    let (app, clock) = county(&section(&address)).await;
    sync(&app, vec![a_pupil(1), a_pupil(2)]).await.unwrap();
    let sms = app.config.sms.as_ref().unwrap();
    let mut job = Job::new(of(&app, sms).unwrap());
    altinn.lock().unwrap().is_hanging = true;
    let first = job.round(&app, sms, &|| false).await.unwrap();
    assert_eq!((first.sent, first.postponed), (0, 1));
    clock.set(NOW + 61);
    let second = job.round(&app, sms, &|| false).await.unwrap();
    assert_eq!(second.sent, 2);
    let altinn = altinn.lock().unwrap();
    // Three orders for two messages: the one that nobody had an answer to went once.
    assert_eq!((altinn.orders.len(), altinn.delivered), (3, 2));
    let order = altinn.orders.last().unwrap();
    assert_eq!(order["recipientSms"]["smsSettings"]["sender"], "Fjordviken");
    assert!(
        order["recipientSms"]["phoneNumber"]
            .as_str()
            .unwrap()
            .starts_with("+476805")
    );
    assert_eq!(order["idempotencyId"].as_str().unwrap().len(), 36);
}

#[tokio::test]
async fn a_token_is_used_again_and_asked_for_anew_when_it_is_no_longer_taken() {
    let (altinn, address) = start().await;
    let (app, clock) = county(&section(&address)).await;
    let sms = app.config.sms.as_ref().unwrap();
    let mut job = Job::new(of(&app, sms).unwrap());
    sync(&app, vec![a_pupil(1), a_pupil(2)]).await.unwrap();
    job.round(&app, sms, &|| false).await.unwrap();
    assert_eq!(altinn.lock().unwrap().tokens, 1);
    altinn.lock().unwrap().faults = vec![401];
    sync(&app, vec![a_pupil(1), a_pupil(2), a_pupil(3)])
        .await
        .unwrap();
    job.round(&app, sms, &|| false).await.unwrap();
    clock.set(NOW + 61);
    job.round(&app, sms, &|| false).await.unwrap();
    let altinn = altinn.lock().unwrap();
    assert_eq!((altinn.tokens, altinn.delivered), (2, 3));
}

#[tokio::test]
async fn a_key_that_is_none_is_named_by_its_file() {
    let (_, address) = start().await;
    let (app, _) = county(&section(&address)).await;
    let sms = app.config.sms.as_ref().unwrap();
    let crate::config::SenderConfig::Altinn(altinn) = &sms.sender else {
        panic!("Altinn")
    };
    std::fs::write(&altinn.key_file, "not a key").unwrap();
    let error = of(&app, sms).unwrap_err().to_string();
    assert!(error.contains("key.pem"), "{error}");
}
