//! What the credentials of a batch must not have in common (OpenID4VCI 15.4.1, RFC 9901 §9.3, Token Status List §13.2).

use std::collections::BTreeSet;
use std::time::Duration;

use county_api::{PHOTO_CONFIGURATION, Profile, SD_JWT_CONFIGURATION};
use jose::{Signer, SoftwareKey, jws::Jws};
use openid4vc::CredentialResponse;
use serde_json::{Value, json};

use super::client::{Ask, Client};
use super::scene::Scene;

/// The issuer's part of an SD-JWT, and its Disclosures.
struct Parts {
    payload: Value,
    signature: String,
    disclosures: Vec<Value>,
}

impl Parts {
    fn of(credential: &str) -> Self {
        let mut parts = credential.split('~');
        let jwt = parts.next().expect("the issuer's part");
        let payload = Jws::parse(jwt)
            .expect("a JWS")
            .unverified_payload()
            .to_vec();
        let disclosures = parts
            .filter(|part| !part.is_empty())
            .map(|part| jose::base64url_decode(part).expect("base64url"))
            .map(|part| serde_json::from_slice(&part).expect("JSON"))
            .collect();
        Self {
            payload: serde_json::from_slice(&payload).expect("JSON"),
            signature: jwt.rsplit('.').next().expect("a signature").to_owned(),
            disclosures,
        }
    }

    fn index(&self) -> u64 {
        self.payload["status"]["status_list"]["idx"]
            .as_u64()
            .expect("an index")
    }
}

async fn fetch(client: &Client, token: &str, count: usize) -> (Vec<SoftwareKey>, Vec<Parts>) {
    let (keys, proofs) = client.key_proofs(count).await;
    let body =
        json!({"credential_configuration_id": SD_JWT_CONFIGURATION, "proofs": {"jwt": proofs}});
    let answer: CredentialResponse = client.ask(token, &body).await.expect(200).json();
    answer.check(count).expect("no more credentials than keys");
    let parts = answer
        .credentials
        .iter()
        .map(|issued| Parts::of(&issued.credential))
        .collect();
    (keys, parts)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_credentials_of_a_batch_cannot_be_told_to_be_one_persons() {
    let scene = Scene::open().await;
    let _turn = scene.issuing.lock().await;
    let client = scene.client();
    let token = client.log_in_with_card("aslak").await;
    let (keys, batch) = fetch(&client, &token, 10).await;
    assert_eq!(batch.len(), 10);

    let asked: BTreeSet<String> = keys
        .iter()
        .map(|key| key.public_jwk().thumbprint())
        .collect();
    let bound: BTreeSet<String> = batch
        .iter()
        .map(|parts| serde_json::from_value(parts.payload["cnf"]["jwk"].clone()).expect("a key"))
        .map(|key: jose::Jwk| key.thumbprint())
        .collect();
    assert_eq!(bound, asked, "one credential for each key");

    let salts: Vec<&str> = batch
        .iter()
        .flat_map(|parts| &parts.disclosures)
        .map(|disclosure| disclosure[0].as_str().expect("a salt"))
        .collect();
    let distinct: BTreeSet<&str> = salts.iter().copied().collect();
    assert_eq!(distinct.len(), salts.len(), "no salt twice");
    // RFC 9901 §9.3: at least 128 bits.
    assert!(salts.iter().all(|salt| salt.len() >= 22));
    let digests: Vec<&Value> = batch
        .iter()
        .flat_map(|parts| parts.payload["_sd"].as_array().expect("digests"))
        .collect();
    let distinct: BTreeSet<&str> = digests
        .iter()
        .filter_map(|digest| digest.as_str())
        .collect();
    assert_eq!(distinct.len(), digests.len(), "no digest twice");
    let signatures: BTreeSet<&str> = batch.iter().map(|parts| &*parts.signature).collect();
    assert_eq!(signatures.len(), 10);

    // Nothing else tells them apart or binds them together: what all have is what everybody's have.
    for parts in &batch {
        for name in ["jti", "sub", "nonce"] {
            assert_eq!(parts.payload.get(name), None, "{name}");
        }
    }
    // A middle name must not show by the number of digests.
    let counts: BTreeSet<usize> = batch
        .iter()
        .map(|parts| parts.payload["_sd"].as_array().expect("digests").len())
        .collect();
    assert_eq!(counts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn status_indices_are_distinct_and_cannot_be_foreseen() {
    let scene = Scene::open().await;
    let _turn = scene.issuing.lock().await;
    let client = scene.client();
    let token = client.log_in_with_card("lise").await;
    let mut indices = Vec::new();
    for _ in 0..3 {
        let (_, batch) = fetch(&client, &token, 10).await;
        indices.extend(batch.iter().map(Parts::index));
    }
    let distinct: BTreeSet<u64> = indices.iter().copied().collect();
    assert_eq!(distinct.len(), 30, "no index twice");
    // 30 of 2^17 at random: neighbours, or all in one quarter, come once in a hundred thousand runs or less.
    let steps: BTreeSet<i64> = indices
        .windows(2)
        .map(|pair| pair[1].cast_signed() - pair[0].cast_signed())
        .collect();
    assert!(steps.len() > 25, "{indices:?}");
    let ascending = indices.windows(2).filter(|pair| pair[1] > pair[0]).count();
    assert!((5..=24).contains(&ascending), "{indices:?}");
    let span = distinct.last().expect("some") - distinct.first().expect("some");
    assert!(span > (1 << 17) / 4, "{indices:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn times_say_nothing_of_when_somebody_fetched_a_card() {
    let scene = Scene::open().await;
    let _turn = scene.issuing.lock().await;
    let mut times = BTreeSet::new();
    for login in ["nora", "lise"] {
        let client = scene.client();
        let token = client.log_in_with_card(login).await;
        for _ in 0..2 {
            let (_, batch) = fetch(&client, &token, 2).await;
            times.extend(batch.iter().map(|parts| {
                let time = |name: &str| parts.payload[name].as_i64().expect("a time");
                (time("iat"), time("exp"))
            }));
            tokio::time::sleep(Duration::from_millis(1_100)).await;
        }
    }
    assert_eq!(times.len(), 1, "{times:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_configuration_gives_more_credentials_than_there_are_keys() {
    let scene = Scene::open().await;
    let _turn = scene.issuing.lock().await;
    let client = scene.client();
    let token = client.log_in_with_card("nora").await;
    let ids = Profile::ALL.map(Profile::configuration_id);
    for id in ids.into_iter().chain([PHOTO_CONFIGURATION]) {
        let (_, proofs) = client.key_proofs(2).await;
        let body = json!({"credential_configuration_id": id, "proofs": {"jwt": proofs}});
        let answer: CredentialResponse = client.ask(&token, &body).await.expect(200).json();
        assert!((1..=2).contains(&answer.credentials.len()), "{id}");
        let distinct: BTreeSet<&str> = answer
            .credentials
            .iter()
            .map(|issued| &*issued.credential)
            .collect();
        assert_eq!(distinct.len(), answer.credentials.len(), "{id}");
        // 11: told twice is told once.
        let notice =
            json!({"notification_id": answer.notification_id, "event": "credential_accepted"});
        for _ in 0..2 {
            let ask = Ask::json("openid4vci/notification", &notice);
            client.prove_and_send(Some(&token), ask).await.expect(204);
        }
    }
}
