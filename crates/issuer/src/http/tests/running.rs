//! Limits, health, numbers for monitoring, and what the log never holds.

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};
use tracing_subscriber::fmt::MakeWriter;

use super::{
    super::{metrics, serve_on},
    *,
};
use crate::db::entity::sync_run::{self, SyncOutcome};

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
    let said = Value::from("hardware");
    phone
        .fetch_saying(&token, "student-id-age", Some(&said))
        .await;
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
        "lommebevis_credential_keys_total{key_protection=\"unknown\"} 3",
        "lommebevis_credential_keys_total{key_protection=\"hardware\"} 1",
        "lommebevis_http_requests_total{route=\"/openid4vci/credential\",method=\"POST\",status=\"200\"} 2",
        "lommebevis_http_requests_total{route=\"-\",method=\"GET\",status=\"404\"} 50",
        "lommebevis_http_requests_total{route=\"/oauth/par\",method=\"other\",status=\"405\"} 50",
        "lommebevis_http_request_seconds_count{route=\"/openid4vci/credential\"} 2",
        "lommebevis_http_request_seconds_bucket{route=\"/openid4vci/credential\",le=\"+Inf\"} 2",
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
