//! Codes, tokens and the proofs that go with them.

use axum::http::{Method, header};
use county_api::CLIENT_ID;
use openid4vc::{TokenRequest, TokenResponse};

use super::{NORA, Phone, REDIRECT, World};

const ENROLMENT: &str = "/wallet/enrolment";

async fn is_logged_in(phone: &Phone<'_>, token: &str) -> bool {
    phone.ask(Method::GET, ENROLMENT, token, None).await.status == 200
}

#[tokio::test]
async fn a_code_is_good_only_with_its_verifier_redirect_address_key_and_time() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let (code, begun) = phone.code(NORA).await;
    let request = |code: &str, redirect_uri: &str, verifier: &str, client_id: &str| {
        TokenRequest::AuthorizationCode {
            client_id: client_id.into(),
            code: code.into(),
            redirect_uri: redirect_uri.into(),
            code_verifier: verifier.into(),
        }
    };
    let verifier = begun.verifier.as_str();
    let other_verifier = "a".repeat(43);
    for (attempt, status, error) in [
        (
            request("unknown", REDIRECT, verifier, CLIENT_ID),
            400,
            "invalid_grant",
        ),
        (
            request(&code, REDIRECT, &other_verifier, CLIENT_ID),
            400,
            "invalid_grant",
        ),
        (
            request(&code, REDIRECT, "short", CLIENT_ID),
            400,
            "invalid_grant",
        ),
        // The port is free at the first step, and then it is that port.
        (
            request(&code, "http://127.0.0.1:1/callback", verifier, CLIENT_ID),
            400,
            "invalid_grant",
        ),
        (
            request(&code, REDIRECT, verifier, "other"),
            401,
            "invalid_client",
        ),
    ] {
        let answer = phone.token(&attempt).await.expect(status);
        assert_eq!(answer.error(), error);
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    }
    let thief = Phone::new(&world);
    assert_eq!(
        thief.redeem(&code, &begun).await.expect(400).error(),
        "invalid_grant"
    );
    // None of that cost the person the login.
    phone.redeem(&code, &begun).await.expect(200);

    let (code, begun) = phone.code(NORA).await;
    world.later(60);
    assert_eq!(
        phone.redeem(&code, &begun).await.expect(400).error(),
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_code_used_twice_logs_the_device_out() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let (code, begun) = phone.code(NORA).await;
    let tokens: TokenResponse = phone.redeem(&code, &begun).await.expect(200).json();
    assert!(is_logged_in(&phone, &tokens.access_token).await);
    assert_eq!(
        phone.redeem(&code, &begun).await.expect(400).error(),
        "invalid_grant"
    );
    assert!(!is_logged_in(&phone, &tokens.access_token).await);
    let refreshed = phone.refresh(&tokens.refresh_token.unwrap()).await;
    assert_eq!(refreshed.expect(400).error(), "invalid_grant");
}

#[tokio::test]
async fn requests_for_tokens_that_cannot_be_read_are_refused_with_their_code() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    for (form, error) in [
        ("", "invalid_request"),
        (
            "grant_type=password&client_id=lommebevis-app",
            "unsupported_grant_type",
        ),
        (
            "grant_type=refresh_token&client_id=lommebevis-app",
            "invalid_request",
        ),
        (
            "grant_type=refresh_token&client_id=lommebevis-app&refresh_token=a&refresh_token=b",
            "invalid_request",
        ),
        (
            "grant_type=refresh_token&client_id=lommebevis-app&refresh_token=a&scope=admin",
            "invalid_scope",
        ),
        (
            "grant_type=refresh_token&client_id=lommebevis-app&refresh_token=a",
            "invalid_grant",
        ),
    ] {
        let proof = phone.prove("POST", "/oauth/token", None);
        let answer = world
            .post_form("/oauth/token", &[("dpop", &proof)], form)
            .await;
        assert_eq!(answer.expect(400).error(), error, "{form}");
    }
}

#[tokio::test]
async fn tokens_need_a_fresh_proof_for_this_very_request() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let tokens = phone.log_in(NORA).await;
    let form = TokenRequest::RefreshToken {
        client_id: CLIENT_ID.into(),
        refresh_token: tokens.refresh_token.unwrap(),
        scope: None,
    }
    .to_form();
    let now = world.service.unix_now();
    let prove = |method, path, now| phone.prove_at(method, path, None, now);
    let good = prove("POST", "/oauth/token", now);
    let mut tampered = good.clone();
    tampered.pop();
    let wrong = [
        String::new(),
        "garbage".to_owned(),
        tampered,
        prove("GET", "/oauth/token", now),
        prove("POST", "/oauth/par", now),
        prove("POST", "/oauth/token", now - 301),
        prove("POST", "/oauth/token", now + 301),
    ];
    for proof in wrong {
        let answer = world
            .post_form("/oauth/token", &[("dpop", &proof)], form.clone())
            .await;
        assert_eq!(answer.expect(400).error(), "invalid_dpop_proof", "{proof}");
    }
    let missing = world.post_form("/oauth/token", &[], form.clone()).await;
    assert_eq!(missing.expect(400).error(), "invalid_dpop_proof");
    let two = [("dpop", good.as_str()), ("dpop", good.as_str())];
    let twice = world.post_form("/oauth/token", &two, form.clone()).await;
    assert_eq!(twice.expect(400).error(), "invalid_dpop_proof");

    world
        .post_form("/oauth/token", &[("dpop", &good)], form.clone())
        .await
        .expect(200);
    let replayed = world
        .post_form("/oauth/token", &[("dpop", &good)], form)
        .await;
    assert_eq!(replayed.expect(400).error(), "invalid_dpop_proof");
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_the_next() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let mut tokens = phone.log_in(NORA).await;
    for _ in 0..3 {
        world.later(86_400);
        assert!(!is_logged_in(&phone, &tokens.access_token).await);
        let next: TokenResponse = phone
            .refresh(&tokens.refresh_token.unwrap())
            .await
            .expect(200)
            .json();
        assert!(is_logged_in(&phone, &next.access_token).await);
        tokens = next;
    }
}

#[tokio::test]
async fn when_the_answer_got_lost_the_old_refresh_token_works_again() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let first = phone.log_in(NORA).await.refresh_token.unwrap();
    let _lost = phone.refresh(&first).await.expect(200);
    let _lost_again = phone.refresh(&first).await.expect(200);
    let second: TokenResponse = phone.refresh(&first).await.expect(200).json();
    let third: TokenResponse = phone
        .refresh(&second.refresh_token.unwrap())
        .await
        .expect(200)
        .json();
    assert!(is_logged_in(&phone, &third.access_token).await);
}

#[tokio::test]
async fn an_old_refresh_token_after_its_successor_was_used_logs_the_device_out() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let first = phone.log_in(NORA).await.refresh_token.unwrap();
    let second: TokenResponse = phone.refresh(&first).await.expect(200).json();
    let second = second.refresh_token.unwrap();
    let third: TokenResponse = phone.refresh(&second).await.expect(200).json();
    assert_eq!(
        phone.refresh(&first).await.expect(400).error(),
        "invalid_grant"
    );
    assert!(!is_logged_in(&phone, &third.access_token).await);
    let third = third.refresh_token.unwrap();
    assert_eq!(
        phone.refresh(&third).await.expect(400).error(),
        "invalid_grant"
    );
}

#[tokio::test]
async fn the_lost_refresh_token_turning_up_after_all_logs_the_device_out() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let first = phone.log_in(NORA).await.refresh_token.unwrap();
    let lost: TokenResponse = phone.refresh(&first).await.expect(200).json();
    let second: TokenResponse = phone.refresh(&first).await.expect(200).json();
    let lost = lost.refresh_token.unwrap();
    assert_eq!(
        phone.refresh(&lost).await.expect(400).error(),
        "invalid_grant"
    );
    assert!(!is_logged_in(&phone, &second.access_token).await);
}

#[tokio::test]
async fn a_refresh_token_is_of_no_use_with_another_key_or_after_its_time() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.refresh_token.unwrap();
    let thief = Phone::new(&world);
    assert_eq!(
        thief.refresh(&token).await.expect(400).error(),
        "invalid_grant"
    );
    let next: TokenResponse = phone.refresh(&token).await.expect(200).json();
    world.later(180 * 86_400);
    let late = phone.refresh(&next.refresh_token.unwrap()).await;
    assert_eq!(late.expect(400).error(), "invalid_grant");
}

#[tokio::test]
async fn logging_out_ends_both_tokens_and_an_unknown_token_is_no_error() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let tokens = phone.log_in(NORA).await;
    let refresh_token = tokens.refresh_token.unwrap();
    let other = Phone::new(&world);
    let others = other.log_in(NORA).await;

    let form = format!("client_id={CLIENT_ID}&token={refresh_token}");
    world
        .post_form("/oauth/revoke", &[], form.clone())
        .await
        .expect(200);
    assert!(!is_logged_in(&phone, &tokens.access_token).await);
    assert_eq!(
        phone.refresh(&refresh_token).await.expect(400).error(),
        "invalid_grant"
    );
    world
        .post_form("/oauth/revoke", &[], form)
        .await
        .expect(200);
    // The other device is not touched.
    assert!(is_logged_in(&other, &others.access_token).await);

    let form = format!("client_id={CLIENT_ID}&token={}", others.access_token);
    world
        .post_form("/oauth/revoke", &[], form)
        .await
        .expect(200);
    assert!(!is_logged_in(&other, &others.access_token).await);
    let wrong = world
        .post_form("/oauth/revoke", &[], "client_id=other&token=x")
        .await;
    assert_eq!(wrong.expect(401).error(), "invalid_client");
    let missing = world
        .post_form("/oauth/revoke", &[], format!("client_id={CLIENT_ID}"))
        .await;
    assert_eq!(missing.expect(400).error(), "invalid_request");
}

#[tokio::test]
async fn logging_in_again_with_the_same_key_ends_the_earlier_tokens() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let earlier = phone.log_in(NORA).await;
    let now = phone.log_in(NORA).await;
    assert!(!is_logged_in(&phone, &earlier.access_token).await);
    assert!(is_logged_in(&phone, &now.access_token).await);
}

#[tokio::test]
async fn a_resource_is_reached_only_with_token_and_proof_in_their_places() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let other = Phone::new(&world);
    let others_token = other.log_in(NORA).await.access_token;
    let now = world.service.unix_now();
    let dpop = format!("DPoP {token}");
    let prove = || phone.prove("GET", ENROLMENT, Some(&token));
    let cases = [
        (
            "a bound token as Bearer",
            Some(format!("Bearer {token}")),
            Some(prove()),
            "LB-AUTH-402",
        ),
        (
            "an unknown token",
            Some("DPoP x".into()),
            Some(prove()),
            "LB-AUTH-402",
        ),
        (
            "no scheme",
            Some(token.clone()),
            Some(prove()),
            "LB-AUTH-402",
        ),
        ("no token", None, Some(prove()), "LB-AUTH-401"),
        ("no proof", Some(dpop.clone()), None, "LB-AUTH-403"),
        (
            "another's proof",
            Some(dpop.clone()),
            Some(other.prove("GET", ENROLMENT, Some(&token))),
            "LB-AUTH-403",
        ),
        (
            "proof for another token",
            Some(dpop.clone()),
            Some(phone.prove("GET", ENROLMENT, Some(&others_token))),
            "LB-AUTH-403",
        ),
        (
            "proof without token",
            Some(dpop.clone()),
            Some(phone.prove("GET", ENROLMENT, None)),
            "LB-AUTH-403",
        ),
        (
            "proof for another method",
            Some(dpop.clone()),
            Some(phone.prove("POST", ENROLMENT, Some(&token))),
            "LB-AUTH-403",
        ),
        (
            "proof for another address",
            Some(dpop.clone()),
            Some(phone.prove("GET", "/wallet/photo", Some(&token))),
            "LB-AUTH-403",
        ),
        (
            "an old proof",
            Some(dpop.clone()),
            Some(phone.prove_at("GET", ENROLMENT, Some(&token), now - 301)),
            "LB-AUTH-403",
        ),
    ];
    for (name, authorization, proof, support_code) in cases {
        let mut headers = Vec::new();
        if let Some(authorization) = &authorization {
            headers.push(("authorization", authorization.as_str()));
        }
        if let Some(proof) = &proof {
            headers.push(("dpop", proof.as_str()));
        }
        let answer = world.get(ENROLMENT, &headers).await.expect(401);
        assert_eq!(answer.support_code(), support_code, "{name}");
        assert!(
            answer.header(header::WWW_AUTHENTICATE).starts_with("DPoP"),
            "{name}"
        );
    }
    let proof = prove();
    let headers = [("authorization", dpop.as_str()), ("dpop", proof.as_str())];
    let in_query = world
        .get(&format!("{ENROLMENT}?access_token={token}"), &headers)
        .await;
    assert_eq!(in_query.expect(400).support_code(), "LB-AUTH-400");

    world.get(ENROLMENT, &headers).await.expect(200);
    let replayed = world.get(ENROLMENT, &headers).await.expect(401);
    assert!(
        replayed
            .header(header::WWW_AUTHENTICATE)
            .contains("invalid_dpop_proof")
    );

    world.later(300);
    let late = phone
        .ask(Method::GET, ENROLMENT, &token, None)
        .await
        .expect(401);
    assert!(
        late.header(header::WWW_AUTHENTICATE)
            .contains("invalid_token")
    );
}

#[tokio::test]
async fn no_secret_that_is_handed_out_is_in_the_database() {
    use crate::db::entity::{
        access_token, authorization_code, dpop_jti, feide_login, pushed_request, refresh_token,
    };
    use sea_orm::EntityTrait;
    let world = World::new().await;
    let phone = Phone::new(&world);
    let begun = phone.push().await;
    let (code, _) = phone.code(NORA).await;
    let tokens = phone.log_in(NORA).await;
    phone.at_feide(&phone.push().await).await;
    let mut stored = String::new();
    macro_rules! read {
        ($($table:ident),*) => {$(
            let rows = $table::Entity::find().into_json().all(&world.service.db).await.unwrap();
            assert!(!rows.is_empty(), stringify!($table));
            stored.push_str(&serde_json::to_string(&rows).unwrap());
        )*};
    }
    read!(
        pushed_request,
        feide_login,
        authorization_code,
        access_token,
        refresh_token,
        dpop_jti
    );
    let request_uri = begun.request_uri.rsplit(':').next().unwrap();
    for secret in [
        request_uri,
        &code,
        &tokens.access_token,
        &tokens.refresh_token.unwrap(),
    ] {
        assert!(!stored.contains(secret));
        // 256 bits.
        assert_eq!(secret.len(), 43);
    }
}

/// On a database file with several connections, as the service runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_requests_at_once_with_one_code_one_gets_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::on(&crate::db::testing::shared(folder.path()).await).await;
    let phone = Phone::new(&world);
    let (code, begun) = phone.code(NORA).await;
    let answers = futures::future::join_all((0..8).map(|_| phone.redeem(&code, &begun))).await;
    let granted = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(granted, 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert_eq!(answer.error(), "invalid_grant");
    }

    // The same proof, sent many times at once, counts once.
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let proof = phone.prove("GET", ENROLMENT, Some(&token));
    let dpop = format!("DPoP {token}");
    let headers = [("authorization", dpop.as_str()), ("dpop", proof.as_str())];
    let answers = futures::future::join_all((0..8).map(|_| world.get(ENROLMENT, &headers))).await;
    let let_in = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(let_in, 1);
}
