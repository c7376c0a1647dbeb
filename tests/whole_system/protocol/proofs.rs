//! Key proofs and nonces (OpenID4VCI 7, 8.3.1.2 and appendix F).

use county_api::{CLIENT_ID, SD_JWT_CONFIGURATION};
use jose::{Signer, SoftwareKey, base64url};
use serde_json::{Value, json};

use super::client::{Ask, CREDENTIAL, Client, JSON};
use super::scene::{Scene, new_key, now};

/// Logged in; whether there is a card does not matter to a request that is refused before.
async fn logged_in() -> (std::sync::Arc<Scene>, Client, String) {
    let scene = Scene::open().await;
    let client = scene.client();
    let token = client.log_in("sigrid").await;
    (scene, client, token)
}

fn request(proofs: &[String]) -> Value {
    json!({"credential_configuration_id": SD_JWT_CONFIGURATION, "proofs": {"jwt": proofs}})
}

/// A proof with this header and these claims, whatever they are, and a signature that holds.
fn signed(header: &Value, claims: &Value, signer: &SoftwareKey) -> String {
    let input = format!(
        "{}.{}",
        base64url(header.to_string().as_bytes()),
        base64url(claims.to_string().as_bytes())
    );
    let signature = signer.sign(input.as_bytes()).expect("a signature");
    format!("{input}.{}", base64url(&signature))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_that_the_issuer_never_gave_is_an_invalid_nonce() {
    let (_scene, client, token) = logged_in().await;
    let given = client.c_nonce().await;
    let mut altered = given.clone();
    let last = if altered.pop() == Some('A') { 'Q' } else { 'A' };
    altered.push(last);
    for nonce in ["nonce-1", "", &altered, &format!("{given}A")] {
        let proof = client.key_proof(&new_key(), nonce);
        let answer = client.ask(&token, &request(&[proof])).await;
        // A proof without any nonce is another matter (8.3.1.2).
        let error = if nonce.is_empty() {
            "invalid_proof"
        } else {
            "invalid_nonce"
        };
        answer.refused(400, error);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_counts_once() {
    let (_scene, client, token) = logged_in().await;
    let nonce = client.c_nonce().await;
    let body = request(&[client.key_proof(&new_key(), &nonce)]);
    // Sigrid works at the school and has no card, but her proof was good.
    let first = client.ask(&token, &body).await;
    first.refused(400, "credential_request_denied");
    client
        .ask(&token, &body)
        .await
        .refused(400, "invalid_nonce");
    let another_key = request(&[client.key_proof(&new_key(), &nonce)]);
    client
        .ask(&token, &another_key)
        .await
        .refused(400, "invalid_nonce");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_whose_signature_does_not_hold_is_an_invalid_proof() {
    let (_scene, client, token) = logged_in().await;
    let nonce = client.c_nonce().await;
    let proof = client.key_proof(&new_key(), &nonce);
    let (input, _) = proof.rsplit_once('.').expect("three parts");
    let by_another = new_key().sign(input.as_bytes()).expect("a signature");
    for signature in [base64url(&by_another), base64url(&[0; 64]), String::new()] {
        let body = request(&[format!("{input}.{signature}")]);
        client
            .ask(&token, &body)
            .await
            .refused(400, "invalid_proof");
    }
    // A refused proof has not used its nonce up.
    let answer = client.ask(&token, &request(&[proof])).await;
    answer.refused(400, "credential_request_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_proofs_is_an_invalid_proof() {
    let (_scene, client, token) = logged_in().await;
    let (_, proofs) = client.key_proofs(1).await;
    let id = SD_JWT_CONFIGURATION;
    for body in [
        json!({"credential_configuration_id": id}),
        json!({"credential_configuration_id": id, "proofs": {}}),
        json!({"credential_configuration_id": id, "proofs": {"jwt": []}}),
        json!({"credential_configuration_id": id, "proofs": {"jwt": [7]}}),
        json!({"credential_configuration_id": id, "proofs": {"attestation": proofs}}),
        json!({"credential_configuration_id": id, "proofs": {"jwt": proofs, "attestation": proofs}}),
        // The form of drafts.
        json!({"credential_configuration_id": id, "proof": {"proof_type": "jwt", "jwt": proofs[0]}}),
    ] {
        client
            .ask(&token, &body)
            .await
            .refused(400, "invalid_proof");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_breaks_a_rule_of_appendix_f_is_an_invalid_proof() {
    let (_scene, client, token) = logged_in().await;
    let nonce = client.c_nonce().await;
    let key = new_key();
    let jwk = serde_json::to_value(key.public_jwk()).expect("JSON");
    let header = json!({"alg": "ES256", "typ": "openid4vci-proof+jwt", "jwk": jwk});
    let claims = json!({"iss": CLIENT_ID, "aud": client.issuer_id(), "iat": now(), "nonce": nonce});
    let headed = |name: &str, content: Value| {
        let mut header = header.clone();
        header[name] = content;
        signed(&header, &claims, &key)
    };
    let claimed = |name: &str, content: Value| {
        let mut claims = claims.clone();
        claims[name] = content;
        signed(&header, &claims, &key)
    };
    let mut private = jwk.clone();
    private["d"] = json!(base64url(&[7; 32]));
    for (case, proof) in [
        ("type", headed("typ", json!("JWT"))),
        ("algorithm none", headed("alg", json!("none"))),
        ("a symmetric algorithm", headed("alg", json!("HS256"))),
        ("a private key", headed("jwk", private)),
        ("a second name for the key", headed("kid", json!("1"))),
        ("no key", headed("jwk", Value::Null)),
        (
            "another audience",
            claimed("aud", json!("https://other.example")),
        ),
        ("another client", claimed("iss", json!("other"))),
        ("too old", claimed("iat", json!(now() - 3_600))),
        ("too new", claimed("iat", json!(now() + 3_600))),
        ("no time", claimed("iat", Value::Null)),
        ("no nonce", claimed("nonce", Value::Null)),
        ("not a JWT", "x.y.z".into()),
    ] {
        let answer = client.ask(&token, &request(&[proof])).await;
        println!("{case}");
        answer.refused(400, "invalid_proof");
    }
    let twice = vec![client.key_proof(&key, &nonce); 2];
    let answer = client.ask(&token, &request(&twice)).await;
    answer.refused(400, "invalid_proof");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_proofs_than_the_metadata_allow_are_an_invalid_proof() {
    let (_scene, client, token) = logged_in().await;
    let metadata = client
        .send(Ask::get(".well-known/openid-credential-issuer"))
        .await;
    let most = metadata.json::<Value>()["batch_credential_issuance"]["batch_size"]
        .as_u64()
        .expect("a number");
    let (_, proofs) = client.key_proofs(most as usize + 1).await;
    let answer = client.ask(&token, &request(&proofs)).await;
    answer.refused(400, "invalid_proof");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_is_not_in_the_metadata_is_unknown() {
    let (_scene, client, token) = logged_in().await;
    let (_, proofs) = client.key_proofs(1).await;
    for id in ["passport", "", "Student-Id-Sd-Jwt"] {
        let body = json!({"credential_configuration_id": id, "proofs": {"jwt": proofs}});
        let answer = client.ask(&token, &body).await;
        answer.refused(400, "unknown_credential_configuration");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_identifier_is_unknown_since_none_was_given() {
    let (_scene, client, token) = logged_in().await;
    let (_, proofs) = client.key_proofs(1).await;
    let body = json!({"credential_identifier": SD_JWT_CONFIGURATION, "proofs": {"jwt": proofs}});
    let answer = client.ask(&token, &body).await;
    answer.refused(400, "unknown_credential_identifier");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_read_is_an_invalid_credential_request() {
    let (_scene, client, token) = logged_in().await;
    let (_, proofs) = client.key_proofs(1).await;
    let good = request(&proofs).to_string();
    let both = json!({"credential_configuration_id": SD_JWT_CONFIGURATION,
        "credential_identifier": "x", "proofs": {"jwt": proofs}});
    let repeated = good.replacen('{', "{\"credential_configuration_id\":\"x\",", 1);
    for (content_type, body) in [
        (JSON, String::new()),
        (JSON, "{".into()),
        (JSON, "[]".into()),
        (JSON, json!({"proofs": {"jwt": proofs}}).to_string()),
        (JSON, both.to_string()),
        (JSON, repeated),
        ("text/plain", good.clone()),
        ("application/x-www-form-urlencoded", good.clone()),
        ("application/jwt", good),
    ] {
        let answer = client
            .prove_and_send(Some(&token), Ask::post(CREDENTIAL, content_type, body))
            .await;
        answer.refused(400, "invalid_credential_request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_about_nothing_or_in_no_form_is_refused() {
    let (_scene, client, token) = logged_in().await;
    let good = json!({"notification_id": "unknown", "event": "credential_accepted"});
    let ask = |body: Value| {
        let (client, token) = (&client, &token);
        async move {
            client
                .prove_and_send(Some(token), Ask::json("openid4vci/notification", &body))
                .await
        }
    };
    ask(good).await.refused(400, "invalid_notification_id");
    for wrong in [
        json!({}),
        json!([]),
        json!({"notification_id": "unknown"}),
        json!({"notification_id": "unknown", "event": "credential_lost"}),
        json!({"notification_id": 1, "event": "credential_accepted"}),
    ] {
        ask(wrong)
            .await
            .refused(400, "invalid_notification_request");
    }
}
