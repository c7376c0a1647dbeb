//! Encrypted credential requests and answers (OpenID4VCI 8.2, 10 and 12.2.4).

use std::sync::Arc;

use county_api::SD_JWT_CONFIGURATION;
use jose::jwe::{self, ContentEncryption, EncryptionJwk, Recipient};
use openid4vc::{CredentialResponse, IssuerMetadata};
use reqwest::header::CONTENT_TYPE;
use ring::rand::SystemRandom;
use serde_json::{Value, json};

use super::client::{Answer, Ask, CREDENTIAL, Client};
use super::scene::Scene;

const JWT: &str = "application/jwt";

/// A client with a token, and the issuer's key.
struct Caller {
    _scene: Arc<Scene>,
    client: Client,
    token: String,
    key: EncryptionJwk,
}

impl Caller {
    async fn new(login: &str) -> Self {
        let scene = Scene::open().await;
        let client = scene.client();
        let token = client.log_in_with_card(login).await;
        let metadata: IssuerMetadata = client
            .send(Ask::get(".well-known/openid-credential-issuer"))
            .await
            .json();
        let offered = metadata.credential_request_encryption.expect("an offer");
        let (key, _) = offered.choose().expect("a key");
        Self {
            _scene: scene,
            client,
            token,
            key,
        }
    }

    fn encrypted(&self, enc: ContentEncryption, body: &Value) -> String {
        let text = body.to_string();
        jwe::encrypt(&self.key, enc, text.as_bytes(), &SystemRandom::new()).expect("a JWE")
    }

    async fn send(&self, compact: String) -> Answer {
        self.client
            .prove_and_send(Some(&self.token), Ask::post(CREDENTIAL, JWT, compact))
            .await
    }

    async fn body(&self) -> Value {
        let (_, proofs) = self.client.key_proofs(2).await;
        json!({"credential_configuration_id": SD_JWT_CONFIGURATION, "proofs": {"jwt": proofs}})
    }
}

fn recipient() -> Recipient {
    Recipient::new(&SystemRandom::new()).expect("a key")
}

/// What asks for an answer encrypted to this key.
fn asking(mut body: Value, recipient: &Recipient, enc: &str) -> Value {
    body["credential_response_encryption"] = json!({"jwk": recipient.public_jwk(), "enc": enc});
    body
}

/// The same JWE with another header; its tag does not hold any more.
fn with_header(compact: &str, name: &str, content: Value) -> String {
    let (header, rest) = compact.split_once('.').expect("five parts");
    let header = jose::base64url_decode(header).expect("base64url");
    let mut header: Value = serde_json::from_slice(&header).expect("JSON");
    header[name] = content;
    format!("{}.{rest}", jose::base64url(header.to_string().as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_come_in_the_envelope_that_was_asked_for() {
    let scene = Scene::open().await;
    let _turn = scene.issuing.lock().await;
    let caller = Caller::new("aslak").await;
    for enc in ContentEncryption::ALL {
        let recipient = recipient();
        let body = asking(caller.body().await, &recipient, enc.name());
        let answer = caller.send(caller.encrypted(enc, &body)).await.expect(200);
        assert_eq!(answer.header(CONTENT_TYPE), JWT);
        let compact = answer.text();
        let header = compact.split('.').next().expect("five parts");
        let header = jose::base64url_decode(header).expect("base64url");
        let header: Value = serde_json::from_slice(&header).expect("JSON");
        assert_eq!(header["alg"], "ECDH-ES");
        assert_eq!(header["enc"], enc.name());
        // 10: the same `kid` as in the key that was given.
        assert_eq!(header["kid"], json!(recipient.public_jwk().kid()));
        assert_eq!(header.get("zip"), None);
        let plain = recipient.decrypt(&compact).expect("for us");
        let answer: CredentialResponse = serde_json::from_slice(&plain).expect("JSON");
        answer.check(2).expect("two credentials");
    }
    // An encrypted request alone is answered in plain.
    let body = caller.body().await;
    let compact = caller.encrypted(ContentEncryption::A128Gcm, &body);
    let answer = caller.send(compact).await.expect(200);
    assert_eq!(answer.header(CONTENT_TYPE), "application/json");
    answer
        .json::<CredentialResponse>()
        .check(2)
        .expect("two credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_an_encrypted_answer_must_encrypt_the_request() {
    let caller = Caller::new("sigrid").await;
    let body = asking(caller.body().await, &recipient(), "A256GCM");
    let answer = caller.client.ask(&caller.token, &body).await;
    answer.refused(400, "invalid_encryption_parameters");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encryption_algorithm_that_is_not_in_the_metadata_is_refused() {
    let caller = Caller::new("sigrid").await;
    let good = asking(caller.body().await, &recipient(), "A256GCM");
    let with = |pointer: &str, content: Value| {
        let mut body = good.clone();
        let pointer = format!("/credential_response_encryption/{pointer}");
        match body.pointer_mut(&pointer) {
            Some(place) => *place = content,
            None => {
                body["credential_response_encryption"]
                    [pointer.rsplit('/').next().expect("a name")] = content
            }
        }
        body
    };
    for (case, body) in [
        ("enc", with("enc", json!("A256CBC-HS512"))),
        ("enc of another kind", with("enc", json!(256))),
        ("no enc", with("enc", Value::Null)),
        ("zip", with("zip", json!("DEF"))),
        ("no key", with("jwk", Value::Null)),
        ("a key without alg", with("jwk/alg", Value::Null)),
        ("alg", with("jwk/alg", json!("ECDH-ES+A256KW"))),
        ("a key for signatures", with("jwk/use", json!("sig"))),
        ("curve", with("jwk/crv", json!("P-384"))),
        ("a short coordinate", with("jwk/x", json!("AQ"))),
        // y² ≠ x³ - 3x + b.
        (
            "off the curve",
            with("jwk/y", json!(jose::base64url(&[1; 32]))),
        ),
    ] {
        println!("{case}");
        let compact = caller.encrypted(ContentEncryption::A256Gcm, &body);
        let answer = caller.send(compact).await;
        // 8.3.1.2: never encrypted itself.
        answer.refused(400, "invalid_encryption_parameters");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_not_encrypted_as_the_metadata_say_is_refused() {
    let caller = Caller::new("sigrid").await;
    let body = caller.body().await;
    let good = caller.encrypted(ContentEncryption::A256Gcm, &body);
    let to_another = jwe::encrypt(
        recipient().public_jwk(),
        ContentEncryption::A256Gcm,
        body.to_string().as_bytes(),
        &SystemRandom::new(),
    )
    .expect("a JWE");
    let mut tampered = good.clone();
    let last = if tampered.pop() == Some('A') {
        'Q'
    } else {
        'A'
    };
    tampered.push(last);
    for (case, compact) in [
        ("to another key", to_another),
        ("tampered", tampered),
        ("alg", with_header(&good, "alg", json!("ECDH-ES+A256KW"))),
        ("enc", with_header(&good, "enc", json!("A256CBC-HS512"))),
        ("zip", with_header(&good, "zip", json!("DEF"))),
        ("crit", with_header(&good, "crit", json!(["exp"]))),
        ("no epk", with_header(&good, "epk", Value::Null)),
    ] {
        println!("{case}");
        caller
            .send(compact)
            .await
            .refused(400, "invalid_encryption_parameters");
    }
    for nothing in ["", "x", "a.b.c", "a..b.c.d"] {
        caller
            .send(nothing.to_owned())
            .await
            .refused(400, "invalid_credential_request");
    }
    let not_json = jwe::encrypt(
        &caller.key,
        ContentEncryption::A256Gcm,
        b"not JSON",
        &SystemRandom::new(),
    );
    caller
        .send(not_json.expect("a JWE"))
        .await
        .refused(400, "invalid_credential_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_never_encrypted() {
    let caller = Caller::new("sigrid").await;
    let body = asking(caller.body().await, &recipient(), "A256GCM");
    let compact = caller.encrypted(ContentEncryption::A256Gcm, &body);
    let first = caller.send(compact.clone()).await;
    first.refused(400, "credential_request_denied");
    // Sent again as it is: the nonce within counts once, whatever is around it.
    caller.send(compact).await.refused(400, "invalid_nonce");
}
