//! Client attestations (attestation-based client authentication, draft 11) and key attestations (OpenID4VCI appendix
//! D). The county's own app brings neither; whoever brings one is checked.

use std::sync::Arc;

use county_api::{CLIENT_ID, SD_JWT_CONFIGURATION};
use jose::{Signer, SoftwareKey, jws};
use openid4vc::{
    CredentialResponse, TokenRequest, TokenResponse, client_attestation, key_attestation, proof,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Ask, Client, FORM, PAR};
use super::scene::{Scene, new_key, now, unique};

type Headers = Vec<(&'static str, String)>;

/// A wallet by a maker whom the county trusts.
struct Other {
    scene: Arc<Scene>,
    client: Client,
    instance: SoftwareKey,
}

impl Other {
    async fn new() -> Self {
        let scene = Scene::open().await;
        Self {
            client: scene.client(),
            scene,
            instance: new_key(),
        }
    }

    fn claims(&self) -> Value {
        json!({"sub": CLIENT_ID, "iat": now(), "exp": now() + 600, "cnf": {"jwk": self.instance.public_jwk()}})
    }

    fn attestation(&self) -> String {
        attested(&self.claims(), &self.scene.attester)
    }

    fn possession(&self) -> String {
        possession(self.client.issuer_id(), &self.instance)
    }

    fn headers(&self) -> Headers {
        headers(self.attestation(), self.possession())
    }
}

fn attested(claims: &Value, attester: &SoftwareKey) -> String {
    jws::sign_json(&jws::Header::new(client_attestation::TYP), claims, attester)
        .expect("an attestation")
}

fn possession(audience: &str, instance: &SoftwareKey) -> String {
    client_attestation::prove(audience, &unique(), now(), instance).expect("a proof")
}

fn headers(attestation: String, possession: String) -> Headers {
    vec![
        (client_attestation::HEADER, attestation),
        (client_attestation::POP_HEADER, possession),
    ]
}

/// The same text with another signature.
fn unsigned(jwt: &str) -> String {
    let (input, _) = jwt.rsplit_once('.').expect("three parts");
    format!("{input}.{}", jose::base64url(&[7; 64]))
}

/// Both endpoints that take attestations refuse this one.
async fn refused(other: &Other, make: impl Fn() -> Headers, error: &str) {
    let answer = other.client.push(&make()).await;
    answer.refused(400, error);
    let request = TokenRequest::RefreshToken {
        client_id: CLIENT_ID.into(),
        refresh_token: unique(),
        scope: None,
    };
    let answer = other.client.tokens(&request, &make()).await;
    answer.refused(400, error);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_with_an_attested_wallet_stays_one() {
    let other = Other::new().await;
    let client = &other.client;
    client.push(&other.headers()).await.expect(201);
    let request = client.code("sigrid").await;
    let tokens: TokenResponse = client
        .tokens(&request, &other.headers())
        .await
        .expect(200)
        .json();
    let refresh = TokenRequest::RefreshToken {
        client_id: CLIENT_ID.into(),
        refresh_token: tokens.refresh_token.expect("a refresh token"),
        scope: None,
    };
    // Draft 11, §10.3: with an attestation, and of the same key.
    let answer = client.tokens(&refresh, &[]).await;
    answer.refused(401, "invalid_client");
    let stranger = new_key();
    let mut claims = other.claims();
    claims["cnf"]["jwk"] = json!(stranger.public_jwk());
    let of_another_copy = headers(
        attested(&claims, &other.scene.attester),
        possession(client.issuer_id(), &stranger),
    );
    let answer = client.tokens(&refresh, &of_another_copy).await;
    answer.refused(400, "invalid_grant");
    client.tokens(&refresh, &other.headers()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dpop_proof_with_the_attested_key_stands_for_the_proof_of_possession() {
    let mut other = Other::new().await;
    let attestation = |other: &Other| vec![(client_attestation::HEADER, other.attestation())];
    let another_key = other.client.push(&attestation(&other)).await;
    another_key.refused(400, "invalid_client_attestation");
    std::mem::swap(&mut other.client.key, &mut other.instance);
    let dpop = &other.client.key;
    let mut claims = other.claims();
    claims["cnf"]["jwk"] = json!(dpop.public_jwk());
    let attestation = attested(&claims, &other.scene.attester);
    let headers = [(client_attestation::HEADER, attestation)];
    other.client.push(&headers).await.expect(201);
    // `dpop_jkt` says which key will come; it proves nothing (§5.2).
    let (mut request, _) = other.client.pushed();
    request.dpop_jkt = Some(other.client.key.public_jwk().thumbprint());
    let ask = Ask::post(PAR, FORM, request.to_form()).with_all(&headers);
    other
        .client
        .send(ask)
        .await
        .refused(400, "invalid_client_attestation");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attestation_by_a_stranger_or_with_a_broken_signature_is_refused() {
    let other = Other::new().await;
    let broken = || headers(unsigned(&other.attestation()), other.possession());
    refused(&other, broken, "invalid_client_attestation").await;
    let strange = || headers(attested(&other.claims(), &new_key()), other.possession());
    refused(&other, strange, "invalid_client_attestation").await;
    let another_type = || {
        let header = jws::Header::new("JWT");
        let jwt = jws::sign_json(&header, &other.claims(), &other.scene.attester);
        headers(jwt.expect("a JWT"), other.possession())
    };
    refused(&other, another_type, "invalid_client_attestation").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_possession_with_a_broken_signature_is_refused() {
    let other = Other::new().await;
    let broken = || headers(other.attestation(), unsigned(&other.possession()));
    refused(&other, broken, "invalid_client_attestation").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_possession_of_another_key_is_refused() {
    let other = Other::new().await;
    let stolen = || {
        let by_a_thief = possession(other.client.issuer_id(), &new_key());
        headers(other.attestation(), by_a_thief)
    };
    refused(&other, stolen, "invalid_client_attestation").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_possession_for_another_server_is_refused() {
    let other = Other::new().await;
    for audience in ["https://other.example", other.client.issuer.as_str()] {
        let elsewhere = || headers(other.attestation(), possession(audience, &other.instance));
        refused(&other, elsewhere, "invalid_client_attestation").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attestation_that_has_expired_must_be_renewed() {
    let other = Other::new().await;
    let expired = || {
        let mut claims = other.claims();
        claims["iat"] = json!(now() - 7_200);
        claims["exp"] = json!(now() - 3_600);
        headers(attested(&claims, &other.scene.attester), other.possession())
    };
    refused(&other, expired, "use_fresh_attestation").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attestation_without_subject_or_for_another_client_is_refused() {
    let other = Other::new().await;
    for subject in [Value::Null, json!("another-app"), json!("")] {
        let changed = || {
            let mut claims = other.claims();
            claims["sub"] = subject.clone();
            headers(attested(&claims, &other.scene.attester), other.possession())
        };
        refused(&other, changed, "invalid_client_attestation").await;
    }
    let missing = || {
        let mut claims = other.claims();
        claims.as_object_mut().expect("an object").remove("sub");
        headers(attested(&claims, &other.scene.attester), other.possession())
    };
    refused(&other, missing, "invalid_client_attestation").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_possession_counts_once_and_not_for_long() {
    let other = Other::new().await;
    let once = other.headers();
    other.client.push(&once).await.expect(201);
    let again = other.client.push(&once).await;
    again.refused(400, "invalid_client_attestation");
    let late = || {
        let then = now() - 3_600;
        let proof =
            client_attestation::prove(other.client.issuer_id(), &unique(), then, &other.instance);
        headers(other.attestation(), proof.expect("a proof"))
    };
    refused(&other, late, "invalid_client_attestation").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_attestation_or_two_of_them_are_refused() {
    let other = Other::new().await;
    let alone = || vec![(client_attestation::POP_HEADER, other.possession())];
    refused(&other, alone, "invalid_client_attestation").await;
    let twice = || {
        let mut headers = other.headers();
        headers.extend(other.headers());
        headers
    };
    refused(&other, twice, "invalid_client_attestation").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_attestation_counts_if_somebody_trusted_made_it_for_the_proven_key() {
    let other = Other::new().await;
    let _turn = other.scene.issuing.lock().await;
    let client = &other.client;
    let token = client.log_in_with_card("leif").await;
    let nonce = client.c_nonce().await;
    let keys = [new_key(), new_key(), new_key()];
    let public: Vec<_> = keys.iter().map(SoftwareKey::public_jwk).collect();
    let attest = |keys: &[jose::Jwk], nonce: &str, expires_at, attester: &SoftwareKey| {
        key_attestation::attest(keys, nonce, now(), expires_at, attester).expect("an attestation")
    };
    let body = |attestation: String| {
        let proof = proof::prove_attested(
            client.issuer_id(),
            CLIENT_ID,
            &nonce,
            now(),
            &keys[0],
            Some(attestation),
        );
        json!({"credential_configuration_id": SD_JWT_CONFIGURATION,
            "proofs": {"jwt": [proof.expect("a proof")]}})
    };
    let good = attest(&public, &nonce, now() + 600, &other.scene.attester);
    for (case, attestation) in [
        ("a broken signature", unsigned(&good)),
        (
            "a stranger",
            attest(&public, &nonce, now() + 600, &new_key()),
        ),
        (
            "expired",
            attest(&public, &nonce, now() - 600, &other.scene.attester),
        ),
        (
            "other keys",
            attest(&public[1..], &nonce, now() + 600, &other.scene.attester),
        ),
        ("not a JWT", "x".into()),
    ] {
        println!("{case}");
        let answer = client.ask(&token, &body(attestation)).await;
        answer.refused(400, "invalid_proof");
    }
    let with_another_nonce = attest(&public, "made up", now() + 600, &other.scene.attester);
    let answer = client.ask(&token, &body(with_another_nonce)).await;
    answer.refused(400, "invalid_nonce");
    // F.1: a credential for each key that is attested.
    let answer: CredentialResponse = client.ask(&token, &body(good)).await.expect(200).json();
    assert_eq!(answer.credentials.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_say_that_attestations_are_welcome_but_not_needed() {
    let other = Other::new().await;
    let ask = Ask {
        method: Method::GET,
        ..Ask::get(".well-known/oauth-authorization-server")
    };
    let metadata: Value = other.client.send(ask).await.json();
    assert_eq!(
        metadata["token_endpoint_auth_methods_supported"],
        json!([
            "none",
            "attest_jwt_client_auth",
            "attest_jwt_client_auth_dpop"
        ])
    );
    assert_eq!(
        metadata["client_attestation_pop_methods_supported"],
        json!(["attestation_pop_jwt", "dpop_combined", "none"])
    );
    for name in [
        "client_attestation_signing_alg_values_supported",
        "client_attestation_pop_signing_alg_values_supported",
    ] {
        assert_eq!(metadata[name], json!(["ES256"]), "{name}");
    }
}
