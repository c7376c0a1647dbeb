//! Limits, health, numbers for monitoring, and what the log never holds.

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::header::RETRY_AFTER;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};
use tracing_subscriber::fmt::MakeWriter;

use super::{
    super::{limits::Peer, metrics, serve_on},
    *,
};
use crate::db::entity::sync_run::{self, SyncOutcome};

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
            "/oauth/authorize" | "/login/feide/callback" | "/admin/x" | "/min-side/x" => {
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
async fn one_login_is_one_person_whatever_else_its_browser_sends() {
    let world = World::with(|config| config.running.limits.person_page = 3).await;
    let name = if world.service.config.issuer.public_url.scheme() == "https" {
        "__Host-person"
    } else {
        "person"
    };
    for n in 0..5 {
        let cookies = format!("lang=nn; x={n}; {name}=a-token; y={n}");
        let headers = [("cookie", cookies.as_str())];
        let answer = from(&world, "203.0.113.9", Method::GET, "/min-side/x", &headers).await;
        assert_eq!(answer.status == 429, n >= 3, "{n}");
    }
    // Whoever has none is nobody in particular, and counted by address alone.
    for _ in 0..5 {
        let answer = from(&world, "203.0.113.9", Method::GET, "/min-side/x", &[]).await;
        assert_ne!(answer.status, 429);
    }
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

#[tokio::test]
async fn readiness_tells_of_the_photo_store_and_warns_of_old_records() {
    let world = World::new().await;
    let ready: Value = world.get("/health/ready", &[]).await.expect(200).json();
    assert_eq!(
        ready["warnings"],
        serde_json::json!(["sync_is_late"]),
        "{ready}"
    );
    for (age, outcome) in [(3_600, SyncOutcome::Applied), (60, SyncOutcome::Braked)] {
        let run = sync_run::ActiveModel {
            id: Set(Uuid::new_v4()),
            started_at: Set(NOW - age - 10),
            finished_at: Set(Some(NOW - age)),
            outcome: Set(outcome),
            counts: Set(Value::Null),
            message: Set(None),
            ..Default::default()
        };
        sync_run::Entity::insert(run)
            .exec_without_returning(&world.service.db)
            .await
            .unwrap();
    }
    // Within a few seconds, whoever asks has the same answer, and costs nothing.
    let same: Value = world.get("/health/ready", &[]).await.expect(200).json();
    assert_eq!(same["sync_age_seconds"], Value::Null);
    world.later(10);
    let ready: Value = world.get("/health/ready", &[]).await.expect(200).json();
    assert_eq!(ready["sync_age_seconds"], 3_610);
    assert_eq!(ready["warnings"], serde_json::json!([]));
    world.later(36 * 3_600);
    let late: Value = world.get("/health/ready", &[]).await.expect(200).json();
    assert_eq!(late["status"], "ready", "old records are still records");
    assert_eq!(late["warnings"], serde_json::json!(["sync_is_late"]));

    std::fs::remove_dir_all(&world.service.config.photos.folder).unwrap();
    world.later(10);
    let warned: Value = world.get("/health/ready", &[]).await.expect(200).json();
    assert_eq!(warned["photos"], false, "cards go on without new photos");
    assert_eq!(
        warned["warnings"],
        serde_json::json!(["photos_unreachable", "sync_is_late"])
    );

    // Whoever stands before it sends the next request elsewhere.
    let leaving = &world.service.leaving;
    leaving.store(true, std::sync::atomic::Ordering::Relaxed);
    let leaving: Value = world.get("/health/ready", &[]).await.expect(503).json();
    assert_eq!(leaving["status"], "stopping");
    world.get("/health/live", &[]).await.expect(200);
}

/// One line of the numbers.
async fn scraped(world: &World) -> String {
    let answer = metrics::routes(world.service.clone())
        .oneshot(request(Method::GET, "/metrics", &[], Body::empty()))
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20)
        .await
        .unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn the_numbers_tell_what_was_done_and_nothing_of_whom() {
    let world = World::with(|config| config.running.limits.nonce = 100).await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    phone.fetch(&token, EXAM, &[key(), key(), key()]).await;
    world.get("/status-lists/1", &[]).await.expect(200);
    world.later(30);
    // Addresses that nobody made a route for, and methods that nobody has heard of, are all one.
    for n in 0..50 {
        world
            .get(&format!("/wp-admin/{NORA}/{n}"), &[])
            .await
            .expect(404);
        let method = Method::from_bytes(format!("M{n}").as_bytes()).unwrap();
        world
            .send(request(method, "/oauth/par", &[], Body::empty()))
            .await;
    }
    let numbers = scraped(&world).await;
    for line in [
        "lommebevis_credentials_issued_total{configuration=\"student-id-exam\"} 3",
        "lommebevis_http_requests_total{route=\"/openid4vci/credential\",method=\"POST\",status=\"200\"} 1",
        "lommebevis_http_requests_total{route=\"-\",method=\"GET\",status=\"404\"} 50",
        "lommebevis_http_requests_total{route=\"/oauth/par\",method=\"other\",status=\"405\"} 50",
        "lommebevis_http_request_seconds_count{route=\"/openid4vci/credential\"} 1",
        "lommebevis_http_request_seconds_bucket{route=\"/openid4vci/credential\",le=\"+Inf\"} 1",
        "lommebevis_sync_last{outcome=\"applied\"} 0",
        "lommebevis_sms_messages{state=\"waiting\"} 0",
        "lommebevis_status_lists 1",
        "lommebevis_status_list_age_seconds 30",
        "lommebevis_ready{part=\"database\"} 1",
    ] {
        assert!(
            numbers.lines().any(|found| found == line),
            "{line} is missing:\n{numbers}"
        );
    }
    assert!(numbers.lines().count() < 400, "{numbers}");
    for secret in [
        "nora",
        "Nora",
        "fjordviken.example",
        "100042",
        token.as_str(),
    ] {
        assert!(!numbers.contains(secret), "{secret} in:\n{numbers}");
    }
    // Not at the public address.
    world.get("/metrics", &[]).await.expect(404);
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_of_everything_a_person_does_holds_neither_names_nor_numbers_nor_codes_nor_tokens()
{
    let lines = Lines::default();
    // All that this service says, also what is off by default. Other crates speak at info and above in a county's log.
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_env_filter("info,issuer=trace")
        .with_writer(lines.clone())
        .finish();
    // With one subscriber alone, whoever reaches a line of code first, in whatever test, decides for all whether it is
    // ever asked for; with two, both are asked.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _logged = tracing::subscriber::set_default(subscriber);

    let world = World::with(|config| config.running.limits.device_other = 8).await;
    world.pupil(NORA, Some(PhotoState::Proposed)).await;
    let phone = Phone::new(&world);
    let begun = phone.push().await;
    let at_feide = phone.at_feide(&begun).await;
    let feide_code = world.feide.log_in(&at_feide.url, NORA);
    let state = query(&at_feide.url, "state").unwrap();
    // Somebody else's browser, then the right one.
    let stranger = AtFeide {
        url: at_feide.url.clone(),
        cookie: "login=x".into(),
    };
    phone.come_back(&stranger, &[("code", &feide_code)]).await;
    let back = phone.come_back(&at_feide, &[("code", &feide_code)]).await;
    let code = query(&back.location(), "code").unwrap();
    let tokens: TokenResponse = phone.redeem(&code, &begun).await.expect(200).json();
    let token = tokens.access_token;
    let refresh = tokens.refresh_token.unwrap();
    phone
        .ask(Method::GET, "/wallet/enrolment", &token, None)
        .await;
    for decision in ["reject", "confirm"] {
        let body = serde_json::json!({ "sha256": county_api::photo_sha256(&portrait()) });
        let path = format!("/wallet/photo/{decision}");
        phone.ask(Method::POST, &path, &token, Some(body)).await;
    }
    phone.ask(Method::GET, "/wallet/photo", &token, None).await;
    phone
        .ask_for(&token, EXAM, vec!["not.a.proof".into()])
        .await;
    let nonce = phone.nonce().await;
    phone
        .ask_for(&token, EXAM, vec![prove_key(&key(), &nonce, NOW)])
        .await;
    // Wrong in every way: twice the code, a token in the address, none at all, an old refresh token, too often.
    phone.refresh(&refresh).await;
    phone.refresh(&refresh).await;
    phone.redeem(&code, &begun).await;
    phone.refresh(&refresh).await;
    world
        .get(&format!("/wallet/enrolment?access_token={token}"), &[])
        .await;
    world
        .get(
            &format!("/{NORA}/100042"),
            &[("authorization", &format!("Bearer {token}"))],
        )
        .await;
    for _ in 0..20 {
        phone
            .ask(Method::GET, "/wallet/enrolment", &token, None)
            .await;
    }
    // Someone who is not in the records, and Feide in trouble.
    let anna = Phone::new(&world);
    let annas = anna
        .log_in("anna.ukjent@fjordviken.example")
        .await
        .access_token;
    anna.ask(Method::GET, "/wallet/enrolment", &annas, None)
        .await;
    world.feide.break_endpoint("/token", Fault::Garbage);
    let begun = anna.push().await;
    let at_feide = anna.at_feide(&begun).await;
    let other_code = world.feide.log_in(&at_feide.url, NORA);
    anna.come_back(&at_feide, &[("code", &other_code)]).await;

    let log = lines.text();
    assert!(
        log.contains("/oauth/token") && log.contains("issuer::"),
        "{log}"
    );
    for line in log.lines() {
        let parsed: Result<Value, _> = serde_json::from_str(line);
        assert!(parsed.is_ok(), "{line}");
    }
    let verifier = begun.verifier.as_str().to_owned();
    for secret in [
        "nora",
        "Nora",
        "Bjørnstad",
        "fjordviken.example",
        "anna",
        "2009-03-14",
        "100042",
        "2STA",
        "elev:",
        "stand-in secret",
        &token,
        &refresh,
        &code,
        &feide_code,
        &other_code,
        &state,
        &nonce,
        &annas,
        &verifier,
        begun.request_uri.as_str(),
        at_feide.cookie.as_str(),
    ] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}

/// The service on a port, until it is told to stop.
async fn on_a_port(
    change: impl FnOnce(&mut Config),
) -> (
    std::net::SocketAddr,
    oneshot::Sender<()>,
    tokio::task::JoinHandle<()>,
) {
    let mut config = crate::config::tests::sample();
    change(&mut config);
    let app = app_with(config, Arc::new(TestClock::at(NOW))).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        serve_on(app, listener, stopped).await.unwrap();
    });
    (address, stop, server)
}

const REQUEST: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";

async fn answer_on(connection: &mut TcpStream) -> String {
    let mut answer = vec![0; 4096];
    let read = connection.read(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test]
async fn a_client_that_never_finishes_its_headers_is_put_out_and_takes_nobodys_place() {
    let (address, stop, server) = on_a_port(|config| {
        config.running.header_timeout = Duration::from_millis(300);
        config.running.max_connections = 2;
    })
    .await;
    let mut slow = Vec::new();
    for _ in 0..2 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection
            .write_all(b"GET /health/live HTTP/1.1\r\nx-slow: ")
            .await
            .unwrap();
        slow.push(connection);
    }
    // The third has to wait for a place, and gets one when the slow ones are put out.
    let mut third = TcpStream::connect(address).await.unwrap();
    third.write_all(REQUEST).await.unwrap();
    assert!(answer_on(&mut third).await.starts_with("HTTP/1.1 200"));
    for mut connection in slow {
        let mut rest = Vec::new();
        // Closed, with or without a last word.
        let _ = connection.read_to_end(&mut rest).await;
        assert!(!rest.starts_with(b"HTTP/1.1 200"));
    }
    drop(third);
    stop.send(()).unwrap();
    server.await.unwrap();
}

#[tokio::test]
async fn a_request_that_is_under_way_is_answered_after_the_word_to_stop_and_no_new_one_is_taken() {
    let (address, stop, server) = on_a_port(|_| ()).await;
    let mut under_way = TcpStream::connect(address).await.unwrap();
    let head = "POST /oauth/par HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 3\r\n\r\n";
    under_way.write_all(head.as_bytes()).await.unwrap();
    under_way.write_all(b"a=").await.unwrap();
    // The service has it in hand as soon as another connection has been served after it.
    let mut other = TcpStream::connect(address).await.unwrap();
    other.write_all(REQUEST).await.unwrap();
    assert!(answer_on(&mut other).await.starts_with("HTTP/1.1 200"));
    stop.send(()).unwrap();
    // An idle connection is closed.
    assert_eq!(other.read(&mut [0; 16]).await.unwrap_or(0), 0);
    assert!(TcpStream::connect(address).await.is_err());
    assert!(!server.is_finished());
    under_way.write_all(b"b").await.unwrap();
    let answer = answer_on(&mut under_way).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    server.await.unwrap();
}

#[tokio::test]
async fn a_request_that_takes_too_long_does_not_keep_the_service_from_stopping() {
    let (address, stop, server) =
        on_a_port(|config| config.running.stop_within = Duration::from_millis(50)).await;
    let mut under_way = TcpStream::connect(address).await.unwrap();
    let head = "POST /oauth/par HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n";
    under_way.write_all(head.as_bytes()).await.unwrap();
    let mut other = TcpStream::connect(address).await.unwrap();
    other.write_all(REQUEST).await.unwrap();
    answer_on(&mut other).await;
    stop.send(()).unwrap();
    server.await.unwrap();
}

#[tokio::test]
async fn every_page_and_every_refusal_has_its_security_headers_and_every_cookie_is_this_hosts_alone()
 {
    let world = World::with(|config| {
        config.issuer.public_url = "https://bevis.fjordviken.example".parse().unwrap();
    })
    .await;
    let mut cookies = 0;
    for path in [
        "/",
        "/kontroll",
        "/minid",
        "/trust-list",
        "/types/student-id",
        "/status-lists",
        "/status-lists/1",
        "/.well-known/openid-credential-issuer",
        "/oauth/authorize",
        "/oauth/feide/callback",
        "/oauth/par",
        "/oauth/token",
        "/oauth/revoke",
        "/openid4vci/nonce",
        "/openid4vci/credential",
        "/wallet/enrolment",
        "/wallet/photo",
        "/health/live",
        "/health/ready",
        "/min-side",
        "/min-side/login",
        "/min-side/logged-out",
        "/min-side/lagret",
        "/min-side/lagret.json",
        "/min-side/bilde",
        "/min-side/slett",
        "/min-side/x",
        "/admin",
        "/admin/login",
        "/admin/logged-out",
        "/admin/x",
        "/login/feide/callback",
        "/web/lang/nn",
        "/web/x",
    ] {
        for method in [Method::GET, Method::POST] {
            let answer = world.send(request(method, path, &[], Body::empty())).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
            assert!(!answer.header("referrer-policy").is_empty(), "{path}");
            assert!(!answer.header("cache-control").is_empty(), "{path}");
            assert!(
                answer
                    .header("strict-transport-security")
                    .starts_with("max-age="),
                "{path}"
            );
            let policy = answer.header("content-security-policy");
            assert!(
                policy.contains("frame-ancestors 'none'"),
                "{path}: {policy}"
            );
            assert!(!policy.contains("'unsafe-inline'"), "{path}: {policy}");
            for cookie in answer.headers.get_all(header::SET_COOKIE) {
                let cookie = cookie.to_str().unwrap();
                // The choice of a language is nobody's secret.
                let is_bound = cookie.starts_with("__Host-") || cookie.starts_with("lang=");
                assert!(is_bound, "{path}: {cookie}");
                for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                    assert!(cookie.contains(attribute), "{path}: {cookie}");
                }
                cookies += 1;
            }
        }
    }
    assert!(
        cookies >= 3,
        "two logins and a choice of language: {cookies}"
    );
}
