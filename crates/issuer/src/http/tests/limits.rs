//! How much one caller may ask for.

use axum::http::header::RETRY_AFTER;

use super::{
    super::limits::Peer,
    staff::{Browser, KARI, give},
    *,
};
use crate::admin::Role;

/// A request that comes straight from an address, or through a proxy on this machine.
async fn from(
    world: &World,
    peer: &str,
    method: Method,
    path: &str,
    more: &[(&str, &str)],
) -> Answer {
    let mut request = request(method, path, more, Body::empty());
    let peer = Peer(format!("{peer}:4711").parse().unwrap());
    request.extensions_mut().insert(peer);
    world.send(request).await
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_to_wait_in_the_form_of_each_place() {
    let world = World::with(|config| {
        let limits = &mut config.running.limits;
        (limits.login, limits.way_back) = (6, 6);
        (limits.token, limits.nonce) = (6, 6);
        (limits.card, limits.page) = (6, 6);
        (limits.staff_login, limits.person_login) = (6, 6);
    })
    .await;
    for (method, path) in [
        (Method::POST, "/oauth/par"),
        (Method::GET, "/oauth/authorize"),
        (Method::GET, "/login/feide/callback"),
        (Method::POST, "/oauth/token"),
        (Method::POST, "/openid4vci/nonce"),
        (Method::POST, "/openid4vci/credential"),
        (Method::GET, "/wallet/photo"),
        (Method::GET, "/admin/x"),
        (Method::GET, "/min-side/x"),
        (Method::GET, "/admin/login"),
        (Method::GET, "/min-side/login"),
    ] {
        let client = "203.0.113.9";
        let ask = || from(&world, client, method.clone(), path, &[]);
        let mut refused = ask().await;
        for _ in 0..6 {
            refused = ask().await;
        }
        assert_eq!(refused.status, 429, "{path}: {}", refused.text());
        assert_eq!(refused.header(RETRY_AFTER), "10", "{path}");
        match path {
            "/oauth/par" | "/oauth/token" => {
                assert_eq!(refused.error(), "temporarily_unavailable", "{path}");
            }
            _ if method == Method::GET && path != "/wallet/photo" => {
                assert!(refused.text().contains("LB-LOGIN-429"), "{path}");
            }
            _ => assert_eq!(refused.support_code(), "LB-HTTP-429", "{path}"),
        }
        // Another address is another matter, and so is this one a little later.
        let other = from(&world, "203.0.113.10", method.clone(), path, &[]).await;
        assert_ne!(other.status, 429, "{path}");
        world.later(10);
        assert_ne!(ask().await.status, 429, "{path}");
        world.later(600);
    }
    // What all may read is for all.
    for _ in 0..20 {
        from(&world, "203.0.113.9", Method::GET, "/trust-list", &[])
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn behind_the_countys_proxy_each_client_is_counted_by_itself_and_a_made_up_address_helps_nobody()
 {
    let world = World::with(|config| config.running.limits.nonce = 2).await;
    let ask = |peer: &'static str, forwarded: String| {
        let world = &world;
        async move {
            let headers = [("x-forwarded-for", forwarded.as_str())];
            from(world, peer, Method::POST, "/openid4vci/nonce", &headers)
                .await
                .status
                .as_u16()
        }
    };
    for client in 1..=3 {
        let forwarded = format!("203.0.113.{client}");
        assert_eq!(ask("127.0.0.1", forwarded.clone()).await, 200);
        assert_eq!(ask("127.0.0.1", forwarded.clone()).await, 200);
        assert_eq!(ask("127.0.0.1", forwarded).await, 429);
    }
    // The proxy adds where it came from; what the client put before counts for nothing.
    assert_eq!(
        ask("127.0.0.1", "198.51.100.1, 203.0.113.1".into()).await,
        429
    );
    // Nor does it help to write what is no text at all.
    assert_eq!(ask("127.0.0.1", "é, 203.0.113.1".into()).await, 429);
    // No proxy of ours.
    assert_eq!(ask("203.0.113.2", "198.51.100.1".into()).await, 429);
    // A proxy that does not say whose request it is has them all counted together.
    for status in [200, 200, 429] {
        assert_eq!(ask("127.0.0.1", "unknown".into()).await, status);
    }
}

#[tokio::test]
async fn a_login_that_has_begun_is_seen_through_and_pupils_do_not_lock_out_those_who_help() {
    let world = World::with(|config| config.running.limits.login = 2).await;
    let ask = |method: Method, path: &'static str| {
        let world = &world;
        async move { from(world, "203.0.113.9", method, path, &[]).await.status }
    };
    for _ in 0..2 {
        assert_ne!(ask(Method::POST, "/oauth/par").await, 429);
    }
    assert_eq!(ask(Method::POST, "/oauth/par").await, 429);
    for path in [
        "/oauth/authorize",
        "/oauth/feide/callback",
        "/login/feide/callback",
        "/admin/login",
        "/min-side/login",
    ] {
        assert_ne!(ask(Method::GET, path).await, 429, "{path}");
    }
}

#[tokio::test]
async fn phones_that_crowd_do_not_keep_staff_from_logging_in() {
    let world = World::with(|config| config.server.anonymous_per_second = 1).await;
    while world.service.let_stranger_pass() {}
    assert!(world.service.let_browser_pass());
    assert!(!world.service.let_stranger_pass());
}

#[tokio::test]
async fn whoever_is_logged_in_works_on_whatever_others_at_the_same_address_do() {
    let world = World::with(|config| config.running.limits.page = 3).await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let kari = Browser::logged_in(&world, "/admin", KARI).await.cookie();
    let ask = |cookie: &'static str| {
        let world = &world;
        async move {
            let headers = [("cookie", cookie)];
            from(world, "203.0.113.9", Method::GET, "/admin", &headers)
                .await
                .status
        }
    };
    for _ in 0..3 {
        assert_eq!(ask("").await, 303);
    }
    // A token that somebody has made up is none.
    for cookie in ["", "staff=made-up", "__Host-staff=made-up"] {
        assert_eq!(ask(cookie).await, 429, "{cookie}");
    }
    let headers = [("cookie", kari.as_str())];
    for _ in 0..5 {
        from(&world, "203.0.113.9", Method::GET, "/admin", &headers)
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn one_person_is_counted_as_one_in_however_many_browsers_and_with_whatever_cookies() {
    let world = World::with(|config| config.running.limits.person_page = 6).await;
    let browsers = [
        Browser::logged_in(&world, "/min-side", NORA).await.cookie(),
        Browser::logged_in(&world, "/min-side", NORA).await.cookie(),
    ];
    for n in 0..8 {
        let cookies = format!("staff=made-up-{n}; x={n}; {}", browsers[n % 2]);
        let headers = [("cookie", cookies.as_str())];
        let peer = format!("203.0.113.{n}");
        let answer = from(&world, &peer, Method::GET, "/min-side/x", &headers).await;
        assert_eq!(answer.status == 429, n >= 6, "{n}");
    }
}

#[tokio::test]
async fn a_browser_that_has_been_here_can_log_in_whatever_others_at_the_same_address_do() {
    let world = World::with(|config| {
        config.running.limits.staff_login = 3;
        config.server.browser_logins_per_second = 1;
    })
    .await;
    give(&world, KARI, Role::CountyAdmin, None).await;
    let mut kari = Browser::logged_in(&world, "/admin", KARI).await;
    kari.post("/admin/logout", &[]).await.expect(303);
    let cookie = kari.cookie();
    assert!(cookie.starts_with("known="), "{cookie}");
    while world.service.let_browser_pass() {}
    let login = |cookie: String| {
        let world = &world;
        async move {
            let headers = [("cookie", cookie.as_str())];
            let path = "/admin/login";
            from(world, "203.0.113.9", Method::GET, path, &headers)
                .await
                .status
                .as_u16()
        }
    };
    for status in [503, 503, 503, 429] {
        assert_eq!(login(String::new()).await, status);
    }
    assert_eq!(login("known=made.up".into()).await, 429);
    // It has a limit of its own.
    for status in [303, 303, 303, 429] {
        assert_eq!(login(cookie.clone()).await, status);
    }
}

#[tokio::test]
async fn whoever_cannot_begin_a_login_is_not_told_that_feide_is_to_blame() {
    let world = World::with(|config| config.server.browser_logins_per_second = 1).await;
    while world.service.let_browser_pass() {}
    let answer = world.get("/admin/login", &[]).await.expect(503);
    assert!(answer.text().contains("LB-WEB-504") && !answer.text().contains("Feide"));
    world.later(1);
    world.get("/admin/login", &[]).await.expect(303);
}

#[tokio::test]
async fn a_device_that_asks_too_often_waits_and_the_others_do_not() {
    let world = World::with(|config| {
        let limits = &mut config.running.limits;
        (limits.device_other, limits.device_token) = (3, 3);
        (limits.device_credential, limits.device_photo) = (3, 3);
    })
    .await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    world
        .pupil("anna@fjordviken.example", Some(PhotoState::Locked))
        .await;
    let (nora, anna) = (Phone::new(&world), Phone::new(&world));
    let mut tokens = nora.log_in(NORA).await;
    let annas = anna.log_in("anna@fjordviken.example").await.access_token;
    for (method, path) in [
        (Method::GET, "/wallet/enrolment"),
        (Method::GET, "/wallet/photo"),
        (Method::POST, "/openid4vci/credential"),
    ] {
        for _ in 0..3 {
            let answer = nora
                .ask(method.clone(), path, &tokens.access_token, None)
                .await;
            assert_ne!(answer.status, 429, "{path}");
        }
        let refused = nora
            .ask(method.clone(), path, &tokens.access_token, None)
            .await
            .expect(429);
        assert_eq!(refused.support_code(), "LB-HTTP-429");
        assert_eq!(refused.header(RETRY_AFTER), "20");
        let other = anna.ask(method, path, &annas, None).await;
        assert_ne!(other.status, 429, "{path}");
    }
    let refused = loop {
        let answer = nora.refresh(&tokens.refresh_token.clone().unwrap()).await;
        if answer.status != 200 {
            break answer;
        }
        tokens = answer.json();
    };
    assert_eq!(refused.expect(429).error(), "temporarily_unavailable");
    // It was not used up.
    world.later(60);
    nora.refresh(&tokens.refresh_token.unwrap())
        .await
        .expect(200);
}
