//! Access tokens and DPoP proofs (RFC 6750, RFC 9449).

use county_api::CLIENT_ID;
use jose::{Signer, dpop, jws};
use openid4vc::TokenRequest;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Answer, Ask, CREDENTIAL, Client, FORM, PAR, TOKEN};
use super::scene::{Scene, new_key, now, unique};

const ENROLMENT: &str = "wallet/enrolment";

/// Checks a refusal of a resource, which is a problem with a challenge.
#[track_caller]
fn refused(answer: Answer, error: &str) {
    let answer = answer.expect(401);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.json::<Value>()["error"], error);
    let challenge = answer.header("www-authenticate");
    // RFC 9449 §7.1: the scheme is DPoP, and it says which algorithms there are.
    assert!(challenge.starts_with("DPoP "), "{challenge}");
    assert!(
        challenge.contains(&format!("error=\"{error}\"")),
        "{challenge}"
    );
    assert!(challenge.contains("algs=\"ES256\""), "{challenge}");
}

/// A GET of the enrolment with this token and proof.
async fn get(client: &Client, token: &str, proof: String) -> Answer {
    let ask = Ask::get(ENROLMENT)
        .with("authorization", format!("DPoP {token}"))
        .with("dpop", proof);
    client.send(ask).await
}

/// A proof that is good but for what `change` makes of its claims.
fn proof_with(client: &Client, token: &str, change: impl FnOnce(&mut Value)) -> String {
    let header = jws::Header::new(dpop::TYP).with_jwk(client.key.public_jwk());
    let mut claims = json!({
        "jti": unique(), "htm": "GET", "htu": client.address(ENROLMENT), "iat": now(),
        "ath": jose::base64url(&jose::sha256(token.as_bytes())), "nonce": client.dpop_nonce(),
    });
    change(&mut claims);
    jws::sign_json(&header, &claims, &client.key).expect("a proof")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_in_an_address_is_not_even_looked_at() {
    let scene = Scene::open().await;
    let client = scene.client();
    let token = client.log_in("sigrid").await;
    for path in [ENROLMENT, CREDENTIAL, "openid4vci/notification"] {
        let with_token = format!("{path}?access_token={token}");
        let mut ask = Ask::get(&with_token);
        if path != ENROLMENT {
            ask.method = Method::POST;
        }
        let proof = client.proof(&ask.method, path, Some(&token));
        let answer = client.send(ask.with("dpop", proof)).await;
        // RFC 6750 §3.1.
        let answer = answer.expect(400);
        assert_eq!(answer.json::<Value>()["error"], "invalid_request", "{path}");
        assert!(!answer.text().contains(&token));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bound_token_is_no_bearer_token() {
    let scene = Scene::open().await;
    let client = scene.client();
    let token = client.log_in("sigrid").await;
    for scheme in ["Bearer", "bearer", "Basic"] {
        for with_proof in [false, true] {
            let mut ask = Ask::get(ENROLMENT).with("authorization", format!("{scheme} {token}"));
            if with_proof {
                let proof = client.proof(&Method::GET, ENROLMENT, Some(&token));
                ask = ask.with("dpop", proof);
            }
            refused(client.send(ask).await, "invalid_token");
        }
    }
    let unproven = Ask::get(ENROLMENT).with("authorization", format!("DPoP {token}"));
    refused(client.send(unproven).await, "invalid_dpop_proof");
    let good = client.proof(&Method::GET, ENROLMENT, Some(&token));
    get(&client, &token, good).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_no_code_says_what_is_wrong_with_it() {
    let scene = Scene::open().await;
    let client = scene.client();
    let answer = client.send(Ask::get(ENROLMENT)).await.expect(401);
    // RFC 6750 §3.1: "SHOULD NOT include an error code".
    assert_eq!(answer.header("www-authenticate"), "DPoP algs=\"ES256\"");
    let unknown = client.proof(&Method::GET, ENROLMENT, Some("unknown"));
    refused(get(&client, "unknown", unknown).await, "invalid_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_for_a_resource_counts_once_and_for_this_request_alone() {
    let scene = Scene::open().await;
    let client = scene.client();
    let token = client.log_in("sigrid").await;
    let good = proof_with(&client, &token, |_| {});
    get(&client, &token, good.clone()).await.expect(200);
    refused(get(&client, &token, good).await, "invalid_dpop_proof");

    type Change = fn(&mut Value);
    let cases: [(&str, Change); 9] = [
        ("another method", |claims| claims["htm"] = json!("POST")),
        ("another path", |claims| {
            claims["htu"] = json!(format!("{}/x", claims["htu"].as_str().expect("text")));
        }),
        ("another host", |claims| {
            claims["htu"] = json!("http://127.0.0.1:1/wallet/enrolment");
        }),
        ("another token", |claims| {
            claims["ath"] = json!(jose::base64url(&jose::sha256(b"other")));
        }),
        ("no token", |claims| claims["ath"] = Value::Null),
        ("too old", |claims| claims["iat"] = json!(now() - 3_600)),
        ("from the future", |claims| {
            claims["iat"] = json!(now() + 3_600)
        }),
        ("no identifier", |claims| claims["jti"] = Value::Null),
        ("an empty identifier", |claims| claims["jti"] = json!("")),
    ];
    for (case, change) in cases {
        println!("{case}");
        let proof = proof_with(&client, &token, change);
        refused(get(&client, &token, proof).await, "invalid_dpop_proof");
    }
    // §4.3 step 9: neither query nor fragment counts, nor how the host is written.
    let loose = proof_with(&client, &token, |claims| {
        let url = claims["htu"].as_str().expect("text").to_owned();
        claims["htu"] = json!(format!("{}?a=b#c", url.replacen("http", "HTTP", 1)));
    });
    get(&client, &token, loose).await.expect(200);

    let thief = scene.client();
    thief.c_nonce().await;
    let proof = thief.proof(&Method::GET, ENROLMENT, Some(&token));
    refused(get(&thief, &token, proof).await, "invalid_dpop_proof");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_must_have_the_nonce_that_the_server_gave() {
    let scene = Scene::open().await;
    let client = scene.client();
    let token = client.log_in("sigrid").await;
    for nonce in [Value::Null, json!(""), json!("made-up"), json!(unique())] {
        let proof = proof_with(&client, &token, |claims| claims["nonce"] = nonce.clone());
        let answer = get(&client, &token, proof).await;
        // RFC 9449 §9.
        assert!(!answer.header("dpop-nonce").is_empty());
        refused(answer, "use_dpop_nonce");
    }

    // §8: the authorization server says it with 400.
    let fresh = scene.client();
    let form = fresh.pushed().0.to_form();
    let proof = fresh.proof(&Method::POST, PAR, None);
    let answer = fresh
        .send(Ask::post(PAR, FORM, form.clone()).with("dpop", proof))
        .await;
    assert!(fresh.dpop_nonce().is_some());
    answer.refused(400, "use_dpop_nonce");
    let proof = fresh.proof(&Method::POST, PAR, None);
    let answer = fresh
        .send(Ask::post(PAR, FORM, form.clone()).with("dpop", proof.clone()))
        .await;
    // §8.2: every answer says which one is next.
    assert!(!answer.header("dpop-nonce").is_empty());
    answer.expect(201);
    let again = fresh
        .send(Ask::post(PAR, FORM, form).with("dpop", proof))
        .await;
    again.refused(400, "invalid_dpop_proof");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_endpoint_takes_one_good_proof_of_the_codes_key() {
    let scene = Scene::open().await;
    let client = scene.client();
    let request = client.code("sigrid").await;
    let form = request.to_form();
    let ask = || Ask::post(TOKEN, FORM, form.clone());
    client.send(ask()).await.refused(400, "invalid_dpop_proof");
    let two = [
        client.proof(&Method::POST, TOKEN, None),
        client.proof(&Method::POST, TOKEN, None),
    ];
    let answer = client
        .send(ask().with("dpop", &*two[0]).with("dpop", &*two[1]))
        .await;
    answer.refused(400, "invalid_dpop_proof");
    let for_par = client.proof(&Method::POST, PAR, None);
    let answer = client.send(ask().with("dpop", for_par)).await;
    answer.refused(400, "invalid_dpop_proof");
    let thief = scene.client();
    let answer = thief.tokens(&request, &[]).await;
    answer.refused(400, "invalid_grant");
    // None of that has cost the person the login.
    client.tokens(&request, &[]).await.expect(200);
    client
        .tokens(&request, &[])
        .await
        .refused(400, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_with_a_private_key_or_a_weak_algorithm_is_refused() {
    let scene = Scene::open().await;
    let client = scene.client();
    let token = client.log_in("sigrid").await;
    let good = proof_with(&client, &token, |_| {});
    let (header, rest) = good.split_once('.').expect("three parts");
    let header: Value =
        serde_json::from_slice(&jose::base64url_decode(header).expect("base64url")).expect("JSON");
    let changed = |name: &str, content: Value| {
        let mut header = header.clone();
        header[name] = content;
        format!("{}.{rest}", jose::base64url(header.to_string().as_bytes()))
    };
    let mut private = header["jwk"].clone();
    private["d"] = json!(jose::base64url(&[7; 32]));
    for proof in [
        changed("alg", json!("none")),
        changed("alg", json!("HS256")),
        changed("typ", json!("JWT")),
        changed("jwk", private),
        changed(
            "jwk",
            serde_json::to_value(new_key().public_jwk()).expect("JSON"),
        ),
    ] {
        refused(get(&client, &token, proof).await, "invalid_dpop_proof");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_client_or_scope_gets_nothing() {
    let scene = Scene::open().await;
    let client = scene.client();
    let (good, _) = client.pushed();
    for (change, status, error) in [
        (("client_id", "another"), 401, "invalid_client"),
        (("scope", "admin"), 400, "invalid_scope"),
        (
            ("redirect_uri", "https://evil.example/callback"),
            400,
            "invalid_request",
        ),
    ] {
        let mut request = good.clone();
        match change.0 {
            "client_id" => request.client_id = change.1.into(),
            "scope" => request.scope = change.1.into(),
            _ => request.redirect_uri = change.1.into(),
        }
        let form = request.to_form();
        let answer = client
            .prove_and_send(None, Ask::post(PAR, FORM, form))
            .await;
        answer.refused(status, error);
    }
    let unknown = TokenRequest::RefreshToken {
        client_id: CLIENT_ID.into(),
        refresh_token: unique(),
        scope: None,
    };
    client
        .tokens(&unknown, &[])
        .await
        .refused(400, "invalid_grant");
}
