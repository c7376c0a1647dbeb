//! What the issuer says about itself, plain and signed (OpenID4VCI 12.2).

use jose::{Jwk, JwkSet};
use openid4vc::{IssuerMetadata, metadata::signed::SignedMetadata};
use serde_json::{Value, json};

use super::client::Ask;
use super::scene::{Scene, now};

const WELL_KNOWN: &str = ".well-known/openid-credential-issuer";

#[tokio::test(flavor = "multi_thread")]
async fn signed_metadata_say_what_the_plain_ones_say_by_a_key_of_the_trust_list() {
    let scene = Scene::open().await;
    let client = scene.client();
    let answer = client
        .send(Ask::get(WELL_KNOWN).with("accept", "application/jwt"))
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/jwt");
    assert!(answer.header("vary").contains("accept"));
    let jwt = answer.text();
    let signed = SignedMetadata::parse(&jwt).expect("signed metadata");

    // The same key as in the trust list and under the well-known name of SD-JWT VC.
    let keys: Value = client
        .send(Ask::get(".well-known/jwt-vc-issuer"))
        .await
        .json();
    let keys: JwkSet = serde_json::from_value(keys["jwks"].clone()).expect("a set");
    let key = signed
        .kid()
        .and_then(|kid| keys.find(kid))
        .expect("the key");
    let trust_list = client.send(Ask::get("trust-list")).await.text();
    let county = whole_system::walk::read_county(&scene.county.stage).expect("a county file");
    let trust = verifier::TrustList::verify(
        &trust_list,
        &county.trust_list_key,
        chrono::Utc::now(),
        None,
    )
    .expect("a trust list");
    let (issuer, trusted): (_, &Jwk) = trust
        .key_by_kid(&key.thumbprint(), chrono::Utc::now())
        .expect("a trusted key");
    assert_eq!(issuer.iss, client.issuer_id());
    let signed = signed
        .verify(trusted, client.issuer_id(), now())
        .expect("metadata");

    let plain = client.send(Ask::get(WELL_KNOWN)).await;
    assert_eq!(plain.header("content-type"), "application/json");
    assert_eq!(signed, plain.json::<IssuerMetadata>());
    let mut broken = jwt.clone();
    let last = if broken.pop() == Some('A') { 'Q' } else { 'A' };
    broken.push(last);
    let broken = SignedMetadata::parse(&broken).expect("still a JWS");
    assert!(broken.verify(trusted, client.issuer_id(), now()).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_offer_envelopes_and_demand_none() {
    let scene = Scene::open().await;
    let client = scene.client();
    let metadata: Value = client.send(Ask::get(WELL_KNOWN)).await.json();
    let requests = &metadata["credential_request_encryption"];
    assert_eq!(
        requests["enc_values_supported"],
        json!(["A128GCM", "A256GCM"])
    );
    assert_eq!(requests["encryption_required"], json!(false));
    assert_eq!(requests.get("zip_values_supported"), None);
    let keys = requests["jwks"]["keys"].as_array().expect("keys");
    assert_eq!(keys.len(), 1);
    for (name, value) in [
        ("kty", "EC"),
        ("crv", "P-256"),
        ("use", "enc"),
        ("alg", "ECDH-ES"),
    ] {
        assert_eq!(keys[0][name], value);
    }
    assert!(keys[0]["kid"].is_string());
    assert_eq!(keys[0].get("d"), None);
    assert_eq!(
        metadata["credential_response_encryption"],
        json!({
            "alg_values_supported": ["ECDH-ES"],
            "enc_values_supported": ["A128GCM", "A256GCM"],
            "encryption_required": false,
        })
    );
}
