//! From the pushed request to the code, and every way that can fail.

use axum::http::{Method, header};
use county_api::{CLIENT_ID, SCOPE};
use openid4vc::{AuthorizationCallback, CallbackError, OAuthErrorCode};
use serde_json::{Value, json};

use super::{AtFeide, Fault, ISSUER, NORA, Phone, REDIRECT, World, query, request};
use crate::oauth::dpop_nonce;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn form(change: &[(&str, Option<&str>)]) -> String {
    let mut parameters = vec![
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", SCOPE),
        ("state", "s"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in change {
        parameters.retain(|(known, _)| known != name);
        if let Some(value) = value {
            parameters.push((name, value));
        }
    }
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish()
}

#[tokio::test]
async fn a_login_gives_tokens_bound_to_the_phones_key() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let begun = phone.push().await;
    let answer = phone.open(&begun).await;
    let cookie = answer.header(header::SET_COOKIE);
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=900"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    // Over plain http on this machine only.
    assert!(!cookie.contains("Secure"));
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer");

    let (code, begun) = phone.code(NORA).await;
    let tokens = phone.redeem(&code, &begun).await.expect(200);
    let body: Value = tokens.json();
    assert_eq!(body["token_type"], "DPoP");
    assert_eq!(body["expires_in"], 300);
    assert_eq!(body["scope"], SCOPE);
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_host_and_transport() {
    let world = World::with(|config| {
        config.issuer.public_url = "https://bevis.example".parse().unwrap();
    })
    .await;
    let proof = {
        let phone = Phone::new(&world);
        let request = jose::dpop::ProofRequest {
            method: "POST",
            url: "https://bevis.example/oauth/par",
            now: world.service.unix_now(),
            jti: "1",
            access_token: None,
            nonce: Some(&dpop_nonce::current(&world.service)),
        };
        jose::dpop::prove(&request, &phone.key).unwrap()
    };
    let pushed: Value = world
        .post_form("/oauth/par", &[("dpop", &proof)], form(&[]))
        .await
        .expect(201)
        .json();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", CLIENT_ID)
        .append_pair("request_uri", pushed["request_uri"].as_str().unwrap())
        .finish();
    let answer = world.get(&format!("/oauth/authorize?{query}"), &[]).await;
    let cookie = answer.header(header::SET_COOKIE);
    assert!(
        cookie.starts_with("__Host-") && cookie.contains("Secure"),
        "{cookie}"
    );
    assert!(!answer.header(header::STRICT_TRANSPORT_SECURITY).is_empty());
}

#[tokio::test]
async fn a_pushed_request_that_is_not_as_it_must_be_is_refused_with_its_code() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let other_client = [("client_id", Some("other"))];
    for (change, status, error) in [
        (&other_client[..], 401, "invalid_client"),
        (
            &[("redirect_uri", Some("https://evil.example/callback"))],
            400,
            "invalid_request",
        ),
        (
            &[("redirect_uri", Some("http://localhost:1/callback"))],
            400,
            "invalid_request",
        ),
        (&[("redirect_uri", None)], 400, "invalid_request"),
        (
            &[("response_type", Some("token"))],
            400,
            "unsupported_response_type",
        ),
        (&[("response_type", None)], 400, "invalid_request"),
        (&[("scope", Some("student-id admin"))], 400, "invalid_scope"),
        (&[("code_challenge", None)], 400, "invalid_request"),
        (&[("code_challenge", Some("short"))], 400, "invalid_request"),
        (
            &[("code_challenge_method", Some("plain"))],
            400,
            "invalid_request",
        ),
        (&[("code_challenge_method", None)], 400, "invalid_request"),
        (&[("request_uri", Some("urn:x"))], 400, "invalid_request"),
        (&[("dpop_jkt", Some("short"))], 400, "invalid_request"),
        // A thumbprint that is not of the key that signed the proof.
        (&[("dpop_jkt", Some(CHALLENGE))], 400, "invalid_dpop_proof"),
    ] {
        let proof = phone.prove("POST", "/oauth/par", None);
        let answer = world
            .post_form("/oauth/par", &[("dpop", &proof)], form(change))
            .await
            .expect(status);
        assert_eq!(answer.error(), error, "{change:?}");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    }
    let repeated = format!("{}&scope=student-id", form(&[]));
    let proof = phone.prove("POST", "/oauth/par", None);
    let answer = world
        .post_form("/oauth/par", &[("dpop", &proof)], repeated)
        .await;
    assert_eq!(answer.expect(400).error(), "invalid_request");
    let proof = phone.prove("POST", "/oauth/par", None);
    let headers = [
        ("dpop", proof.as_str()),
        ("content-type", "application/json"),
    ];
    let answer = world
        .send(request(
            Method::POST,
            "/oauth/par",
            &headers,
            form(&[]).into(),
        ))
        .await;
    assert_eq!(answer.expect(400).error(), "invalid_request");
}

#[tokio::test]
async fn a_request_must_be_bound_to_a_key_by_proof_or_by_thumbprint() {
    let world = World::new().await;
    let unbound = world.post_form("/oauth/par", &[], form(&[])).await;
    assert_eq!(unbound.expect(400).error(), "invalid_dpop_proof");
    let told = form(&[("dpop_jkt", Some(CHALLENGE))]);
    world.post_form("/oauth/par", &[], told).await.expect(201);
}

#[tokio::test]
async fn a_request_uri_works_once_for_this_client_while_it_is_fresh() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let begun = phone.push().await;
    for query in [
        format!("client_id=other&request_uri={}", begun.request_uri),
        format!("client_id={CLIENT_ID}&request_uri=urn:ietf:params:oauth:request_uri:unknown"),
        format!("client_id={CLIENT_ID}&request_uri=https://evil.example"),
        // Without a pushed request there is no way in.
        form(&[]),
        String::new(),
    ] {
        let answer = world
            .get(&format!("/oauth/authorize?{query}"), &[])
            .await
            .expect(400);
        assert!(answer.header(header::CONTENT_TYPE).starts_with("text/html"));
        assert!(answer.text().contains("LB-LOGIN-4"), "{}", answer.text());
    }
    phone.open(&begun).await.expect(303);
    let again = phone.open(&begun).await.expect(400);
    assert!(again.text().contains("LB-LOGIN-410"));

    let begun = phone.push().await;
    world.later(90);
    assert!(
        phone
            .open(&begun)
            .await
            .expect(400)
            .text()
            .contains("LB-LOGIN-410")
    );
}

#[tokio::test]
async fn a_page_speaks_the_browsers_language_and_may_load_nothing() {
    let world = World::new().await;
    let answer = world
        .get("/oauth/authorize", &[("accept-language", "nn-NO")])
        .await;
    assert!(answer.text().contains("<html lang=\"nn\">"));
    let policy = answer.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
}

#[tokio::test]
async fn a_login_cannot_be_finished_in_another_browser() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let begun = phone.push().await;
    let at_feide = phone.at_feide(&begun).await;
    let code = world.feide.log_in(&at_feide.url, NORA);
    let elsewhere = phone.at_feide(&phone.push().await).await;
    for cookie in [
        "",
        "login-abc=1",
        &elsewhere.cookie,
        at_feide.cookie.split('=').next().unwrap(),
    ] {
        let stranger = AtFeide {
            url: at_feide.url.clone(),
            cookie: cookie.to_owned(),
        };
        let answer = phone
            .come_back(&stranger, &[("code", &code)])
            .await
            .expect(403);
        assert!(answer.text().contains("LB-LOGIN-403"));
    }
    // The right browser is not spoiled by that.
    let answer = phone.come_back(&at_feide, &[("code", &code)]).await;
    assert!(query(&answer.location(), "code").is_some());
    assert!(answer.header(header::SET_COOKIE).contains("Max-Age=0"));
}

#[tokio::test]
async fn a_wrong_used_or_old_state_leads_nowhere() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    for query in [
        "",
        "code=x",
        "state=unknown&code=x",
        "state=a&state=b&code=x",
    ] {
        world
            .get(&format!("/oauth/feide/callback?{query}"), &[])
            .await
            .expect(400);
    }
    let at_feide = phone.at_feide(&phone.push().await).await;
    let code = world.feide.log_in(&at_feide.url, NORA);
    phone
        .come_back(&at_feide, &[("code", &code)])
        .await
        .expect(303);
    phone
        .come_back(&at_feide, &[("code", &code)])
        .await
        .expect(400);

    let at_feide = phone.at_feide(&phone.push().await).await;
    let code = world.feide.log_in(&at_feide.url, NORA);
    world.later(900);
    phone
        .come_back(&at_feide, &[("code", &code)])
        .await
        .expect(400);
}

#[tokio::test]
async fn what_feide_refuses_the_app_is_told() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    for (error, expected) in [
        ("access_denied", OAuthErrorCode::AccessDenied),
        ("login_required", OAuthErrorCode::AccessDenied),
        (
            "temporarily_unavailable",
            OAuthErrorCode::TemporarilyUnavailable,
        ),
        ("server_error", OAuthErrorCode::TemporarilyUnavailable),
        ("invalid_scope", OAuthErrorCode::ServerError),
        ("<script>", OAuthErrorCode::ServerError),
    ] {
        let at_feide = phone.at_feide(&phone.push().await).await;
        let answer = phone.come_back(&at_feide, &[("error", error)]).await;
        let url = answer.location();
        assert!(url.as_str().starts_with(&format!("{REDIRECT}?")));
        let callback = AuthorizationCallback::from_url(&url).unwrap();
        match callback.into_code("the app's state", ISSUER) {
            Err(CallbackError::Refused(refusal)) => assert_eq!(refusal.error, expected),
            other => panic!("{error}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn feide_down_slow_or_garbled_is_temporarily_unavailable_at_every_step() {
    let endpoints = [
        "/oauth/token",
        "/openid/jwks",
        "/openid/userinfo",
        "/userinfo/v1/userinfo",
    ];
    for endpoint in endpoints {
        for fault in [Fault::Status(503), Fault::Garbage, Fault::Hang, Fault::Huge] {
            let world = World::new().await;
            let phone = Phone::new(&world);
            let at_feide = phone.at_feide(&phone.push().await).await;
            let code = world.feide.log_in(&at_feide.url, NORA);
            world.feide.break_endpoint(endpoint, fault);
            let answer = phone.come_back(&at_feide, &[("code", &code)]).await;
            assert_eq!(
                answer.error(),
                "temporarily_unavailable",
                "{endpoint} {fault:?}"
            );
        }
    }
}

#[tokio::test]
async fn without_feides_metadata_the_browser_goes_straight_back_to_the_app() {
    for fault in [Fault::Status(500), Fault::Garbage, Fault::Hang, Fault::Huge] {
        let world = World::new().await;
        world
            .feide
            .break_endpoint("/.well-known/openid-configuration", fault);
        let phone = Phone::new(&world);
        let answer = phone.open(&phone.push().await).await;
        assert_eq!(answer.error(), "temporarily_unavailable");
        assert_eq!(
            query(&answer.location(), "state").unwrap(),
            "the app's state"
        );
        assert_eq!(query(&answer.location(), "iss").unwrap(), ISSUER);
        // And when Feide is back, so are we.
        world.feide.mend();
        phone.log_in(NORA).await;
    }
}

#[tokio::test]
async fn metadata_of_another_issuer_or_without_https_is_not_used() {
    for (name, value) in [
        ("issuer", "https://evil.example"),
        ("token_endpoint", "http://evil.example/token"),
        ("jwks_uri", "http://feide.example/jwks"),
        ("authorization_endpoint", "javascript:alert(1)"),
    ] {
        let world = World::new().await;
        world
            .feide
            .change("/.well-known/openid-configuration", move |json| {
                json.insert(name.into(), value.into());
            });
        let phone = Phone::new(&world);
        let answer = phone.open(&phone.push().await).await;
        assert_eq!(answer.error(), "temporarily_unavailable", "{name}");
    }
}

#[tokio::test]
async fn whoever_is_at_feide_when_its_metadata_goes_away_can_come_back() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    phone.log_in(NORA).await;
    let come_back = |hours: i64| {
        let (world, phone) = (&world, &phone);
        async move {
            world.feide.mend();
            world.later(hours * 3600);
            let at_feide = phone.at_feide(&phone.push().await).await;
            let code = world.feide.log_in(&at_feide.url, NORA);
            for endpoint in ["/.well-known/openid-configuration", "/openid/jwks"] {
                world.feide.break_endpoint(endpoint, Fault::Status(503));
            }
            let answer = phone.come_back(&at_feide, &[("code", &code)]).await;
            query(&answer.location(), "code").is_some()
        }
    };
    assert!(come_back(2).await);
    // But keys of the day before yesterday are not relied on.
    assert!(!come_back(24).await);
}

#[tokio::test]
async fn nobody_is_sent_to_a_feide_that_went_down_since_the_last_login() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    phone.log_in(NORA).await;
    world
        .feide
        .break_endpoint("/.well-known/openid-configuration", Fault::Status(503));
    let answer = phone.open(&phone.push().await).await;
    assert_eq!(answer.error(), "temporarily_unavailable");
}

#[tokio::test]
async fn an_id_token_that_is_not_for_this_login_is_refused() {
    type Change = fn(&mut serde_json::Map<String, Value>);
    let cases: [(&str, Change); 16] = [
        ("another issuer", |c| {
            drop(c.insert("iss".into(), "https://evil.example".into()))
        }),
        ("issuer with a slash", |c| {
            let iss = format!("{}/", c["iss"].as_str().unwrap());
            c.insert("iss".into(), iss.into());
        }),
        ("another client", |c| {
            drop(c.insert("aud".into(), "other".into()))
        }),
        ("no client", |c| drop(c.remove("aud"))),
        ("two clients, no azp", |c| {
            drop(c.insert("aud".into(), json!(["lommebevis-issuer", "other"])))
        }),
        ("azp of another", |c| {
            drop(c.insert("azp".into(), "other".into()))
        }),
        ("expired", |c| {
            let past = c["iat"].as_i64().unwrap() - 61;
            c.insert("exp".into(), past.into());
        }),
        ("no exp", |c| drop(c.remove("exp"))),
        ("from the future", |c| {
            let future = c["iat"].as_i64().unwrap() + 61;
            c.insert("iat".into(), future.into());
        }),
        ("old", |c| {
            let past = c["iat"].as_i64().unwrap() - 601;
            c.insert("iat".into(), past.into());
        }),
        ("not yet valid", |c| {
            let future = c["iat"].as_i64().unwrap() + 61;
            c.insert("nbf".into(), future.into());
        }),
        ("another nonce", |c| {
            drop(c.insert("nonce".into(), "x".into()))
        }),
        ("no nonce", |c| drop(c.remove("nonce"))),
        ("another access token", |c| {
            drop(c.insert("at_hash".into(), "x".into()))
        }),
        ("no sub", |c| drop(c.remove("sub"))),
        ("empty sub", |c| drop(c.insert("sub".into(), "".into()))),
    ];
    let world = World::new().await;
    let phone = Phone::new(&world);
    for (name, change) in cases {
        world.feide.change("id_token", change);
        let at_feide = phone.at_feide(&phone.push().await).await;
        let code = world.feide.log_in(&at_feide.url, NORA);
        let answer = phone.come_back(&at_feide, &[("code", &code)]).await;
        assert_eq!(answer.error(), "temporarily_unavailable", "{name}");
        world.feide.mend();
    }
    // A list with only us, and an azp that is us, are as good.
    world.feide.change("id_token", |claims| {
        claims.insert("aud".into(), json!(["lommebevis-issuer"]));
        claims.insert("azp".into(), "lommebevis-issuer".into());
        claims.remove("at_hash");
    });
    phone.log_in(NORA).await;
}

#[tokio::test]
async fn an_open_session_at_feide_is_not_used_unless_the_county_says_so() {
    for ask_every_time in [true, false] {
        let world = World::with(|config| config.feide.ask_every_time = ask_every_time).await;
        let phone = Phone::new(&world);
        // Seconds from the start of the login to the login at Feide; it ends a minute and a half after it began.
        for (auth_time, is_taken) in [
            (Some(-61), !ask_every_time),
            (Some(-60), true),
            (Some(80), true),
            (None, true),
        ] {
            let began = world.service.unix_now();
            let at_feide = phone.at_feide(&phone.push().await).await;
            let prompt = query(&at_feide.url, "prompt");
            assert_eq!(prompt.as_deref(), ask_every_time.then_some("login"));
            world.later(90);
            world.feide.change("id_token", move |claims| {
                if let Some(seconds) = auth_time {
                    claims.insert("auth_time".into(), (began + seconds).into());
                }
            });
            let code = world.feide.log_in(&at_feide.url, NORA);
            let answer = phone.come_back(&at_feide, &[("code", &code)]).await;
            let is_code = query(&answer.location(), "code").is_some();
            assert_eq!(is_code, is_taken, "{ask_every_time} {auth_time:?}");
            if !is_taken {
                assert_eq!(answer.error(), "access_denied");
            }
        }
    }
}

#[tokio::test]
async fn an_id_token_with_another_algorithm_or_an_unknown_key_is_refused() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    for (name, value) in [
        ("alg", "none"),
        ("alg", "HS256"),
        ("alg", "ES256"),
        ("kid", "unknown"),
    ] {
        world.feide.change("id_token_header", move |header| {
            header.insert(name.into(), value.into());
        });
        let at_feide = phone.at_feide(&phone.push().await).await;
        let code = world.feide.log_in(&at_feide.url, NORA);
        let answer = phone.come_back(&at_feide, &[("code", &code)]).await;
        assert_eq!(answer.error(), "temporarily_unavailable", "{name} {value}");
    }
    world.feide.mend();
    // Signed by a key that is not the one its header names.
    world.feide.keys(1, &[0]);
    world.feide.change("id_token_header", |header| {
        drop(header.insert("kid".into(), "key-0".into()))
    });
    let at_feide = phone.at_feide(&phone.push().await).await;
    let code = world.feide.log_in(&at_feide.url, NORA);
    let answer = phone.come_back(&at_feide, &[("code", &code)]).await;
    assert_eq!(answer.error(), "temporarily_unavailable");
}

#[tokio::test]
async fn a_new_key_of_feides_is_fetched_when_it_is_first_seen_and_not_more_often_than_needed() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    phone.log_in(NORA).await;
    phone.log_in(NORA).await;
    assert_eq!(world.feide.asked("/openid/jwks"), 1);
    world.later(10);
    world.feide.keys(1, &[0, 1]);
    phone.log_in(NORA).await;
    assert_eq!(world.feide.asked("/openid/jwks"), 2);
}

#[tokio::test]
async fn made_up_key_ids_do_not_make_us_ask_feide_each_time() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    phone.log_in(NORA).await;
    world.feide.change("id_token_header", |header| {
        drop(header.insert("kid".into(), "made-up".into()))
    });
    for _ in 0..3 {
        let at_feide = phone.at_feide(&phone.push().await).await;
        let code = world.feide.log_in(&at_feide.url, NORA);
        let answer = phone.come_back(&at_feide, &[("code", &code)]).await;
        assert_eq!(answer.error(), "temporarily_unavailable");
    }
    assert_eq!(world.feide.asked("/openid/jwks"), 1);
}

#[tokio::test]
async fn userinfo_about_somebody_else_is_refused() {
    for endpoint in ["/openid/userinfo", "/userinfo/v1/userinfo"] {
        let world = World::new().await;
        world.feide.change(endpoint, |json| {
            drop(json.insert("sub".into(), "another".into()))
        });
        let phone = Phone::new(&world);
        let at_feide = phone.at_feide(&phone.push().await).await;
        let code = world.feide.log_in(&at_feide.url, NORA);
        let answer = phone.come_back(&at_feide, &[("code", &code)]).await;
        assert_eq!(answer.error(), "temporarily_unavailable", "{endpoint}");
    }
}

#[tokio::test]
async fn whoever_has_no_extended_userinfo_logs_in_without() {
    for status in [403, 404] {
        let world = World::new().await;
        world
            .feide
            .break_endpoint("/userinfo/v1/userinfo", Fault::Status(status));
        Phone::new(&world).log_in(NORA).await;
    }
}

#[tokio::test]
async fn an_answer_that_names_another_issuer_is_refused() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let at_feide = phone.at_feide(&phone.push().await).await;
    let code = world.feide.log_in(&at_feide.url, NORA);
    let mixed_up = [("code", code.as_str()), ("iss", "https://evil.example")];
    let answer = phone.come_back(&at_feide, &mixed_up).await;
    assert_eq!(answer.error(), "temporarily_unavailable");
    assert_eq!(world.feide.asked("/oauth/token"), 0);

    // A Feide that promises to name itself must.
    let world = World::new().await;
    world
        .feide
        .change("/.well-known/openid-configuration", |json| {
            json.insert(
                "authorization_response_iss_parameter_supported".into(),
                true.into(),
            );
        });
    let phone = Phone::new(&world);
    let at_feide = phone.at_feide(&phone.push().await).await;
    let code = world.feide.log_in(&at_feide.url, NORA);
    let answer = phone.come_back(&at_feide, &[("code", &code)]).await;
    assert_eq!(answer.error(), "temporarily_unavailable");
}

#[tokio::test]
async fn a_code_of_feides_that_is_used_already_is_not_our_persons() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let at_feide = phone.at_feide(&phone.push().await).await;
    let code = world.feide.log_in(&at_feide.url, NORA);
    phone
        .come_back(&at_feide, &[("code", &code)])
        .await
        .expect(303);
    // Injected into another login of the same browser.
    let other = phone.at_feide(&phone.push().await).await;
    let answer = phone.come_back(&other, &[("code", &code)]).await;
    assert_eq!(answer.error(), "temporarily_unavailable");
}

#[tokio::test]
async fn nothing_of_feides_reaches_the_app() {
    let world = World::new().await;
    let phone = Phone::new(&world);
    let at_feide = phone.at_feide(&phone.push().await).await;
    let code = world.feide.log_in(&at_feide.url, NORA);
    let answer = phone.come_back(&at_feide, &[("code", &code)]).await;
    let url = answer.location();
    let names: Vec<String> = url
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    assert_eq!(names, ["code", "state", "iss"]);
    assert_ne!(query(&url, "code").unwrap(), code);
    assert!(!url.as_str().contains("nora"));
}

#[tokio::test]
async fn strangers_in_a_hurry_are_held_back_and_nobody_else() {
    let world = World::with(|config| config.server.anonymous_per_second = 1).await;
    world.pupil(NORA, None).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    // Each would leave a row. The name of a key is no proof of one, and costs a stranger nothing.
    let jkt = "A".repeat(43);
    let push = || world.post_form("/oauth/par", &[], form(&[("dpop_jkt", Some(&jkt))]));
    let mut passed = 0;
    let refused = loop {
        let answer = push().await;
        if answer.status != 201 {
            break answer;
        }
        passed += 1;
    };
    assert!((20..=30).contains(&passed), "{passed}");
    assert_eq!(refused.expect(429).error(), "temporarily_unavailable");
    phone.nonce().await;
    phone
        .ask(Method::GET, "/wallet/enrolment", &token, None)
        .await
        .expect(200);
    world.later(1);
    push().await.expect(201);
    push().await.expect(429);
}
