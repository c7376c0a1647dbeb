//! Two processes of the issuer on one PostgreSQL behind one address: neither does twice what must be done once, and when
//! one is killed nobody loses anything. Runs where `LOMMEBEVIS_TEST_POSTGRES` names a server: in `./test postgres`.

mod killed_run;

use std::collections::HashMap;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use wallet::Wallet;
use whole_system::browser::Browser;
use whole_system::stage::{Ports, program, repository};
use whole_system::walk;

use crate::setting::{County, PASSWORD};

/// The longest that a slow machine may take for any one thing.
const PATIENCE: Duration = Duration::from_secs(240);
/// Messages that wait when both begin to send.
const MESSAGES: usize = 120;

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_do_nothing_twice_and_one_that_is_killed_loses_nothing() {
    if std::env::var_os("LOMMEBEVIS_TEST_POSTGRES").is_none() {
        return;
    }
    let mut county = County::start().await;
    county.stage.kill_issuer().await;
    let gateway = Gateway::start().await;
    send_messages_to(&county, &gateway);

    // Two syncs at once: one may find that the other is at it, but the county is read, and everyone is told of once.
    let outcomes = tokio::join!(
        county.stage.issuer_command(&["sync"]),
        county.stage.issuer_command(&["sync"])
    );
    assert!(outcomes.0.is_ok() || outcomes.1.is_ok(), "{outcomes:?}");
    let people = "SELECT count(*) - count(DISTINCT source_key) FROM person";
    assert_eq!(county.ask(people).await, "0");
    assert_ne!(county.ask("SELECT count(*) FROM sms_message").await, "0");
    county
        .ask(&format!(
            "UPDATE sms_message SET state = 'skipped' \
             WHERE id NOT IN (SELECT id FROM sms_message ORDER BY id LIMIT {MESSAGES})"
        ))
        .await;

    let ports = Ports::free().expect("free ports");
    let (one_port, other_port) = (ports.issuer, ports.feide);
    let one = county.serve_on(one_port, "one").await;
    let _other = county.serve_on(other_port, "other").await;
    let public = county.stage.issuer_url().port().expect("a port");
    both_behind(public, [one_port, other_port]).await;

    // Many at once.
    let logins = logins(14).await;
    let (first, second) = logins.split_at(8);
    let wallets = enrol_all(&county, first, || ()).await;

    // And many more, while one of the two dies: as soon as the first of them has a card, so with the others half-way.
    let dying = Mutex::new(Some(one));
    let more = enrol_all(&county, second, || {
        if let Some(process) = dying.lock().expect("a lock").as_mut() {
            // From the second on there is nothing left to kill.
            let _ = process.start_kill();
        }
    })
    .await;
    let ended = dying.lock().expect("a lock").take();
    let status = ended.expect("a process").wait().await.expect("it ends");
    assert_eq!(status.signal(), Some(9), "{status:?}");

    // Whoever had a card before can go on with the one that is left.
    for wallet in wallets.iter().chain(&more) {
        again_and_again("a refresh", || async {
            wallet.refresh().await.map_err(|error| error.to_string())
        })
        .await;
    }
    let places = "SELECT count(*) - count(DISTINCT (list_id, idx)) FROM credential";
    assert_eq!(county.ask(places).await, "0");
    // One list of cards and one of slips, each begun by one of the two.
    let kinds =
        "SELECT count(*), count(DISTINCT id IN (SELECT id FROM slip_list)) FROM status_list";
    assert_eq!(county.ask(kinds).await, "2|2");
    let devices = "SELECT count(DISTINCT device_id) FROM credential WHERE status = 0";
    assert_eq!(county.ask(devices).await, logins.len().to_string());
    county
        .stage
        .issuer_command(&["audit", "verify"])
        .await
        .expect("a whole trail");

    // The one that comes back has the same keys and gives out the same trust list.
    let _one = county.serve_on(one_port, "one again").await;
    for path in [".well-known/jwt-vc-issuer", "trust-list"] {
        let texts = [
            county.get(one_port, path).await,
            county.get(other_port, path).await,
        ];
        assert_eq!(said(&texts[0]), said(&texts[1]), "{path}");
    }

    // Nobody got two messages; the one that was in the dead process's hands waits for a person's decision.
    let end = Instant::now() + PATIENCE;
    while county
        .ask("SELECT count(*) FROM sms_message WHERE state = 'waiting'")
        .await
        != "0"
    {
        assert!(Instant::now() < end, "messages still wait");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let sent: HashMap<String, usize> = gateway.taken.lock().expect("a lock").clone();
    assert!(sent.values().all(|times| *times == 1), "{sent:?}");
    assert!(sent.len() >= MESSAGES - 1, "{} were sent", sent.len());
}

/// Cards for all of these at once; `one_is_done` is told of each.
async fn enrol_all(county: &County, logins: &[String], one_is_done: impl Fn()) -> Vec<Wallet> {
    let one = |login: &String| {
        let (wallet, login, tell) = (county.wallet(login), login.clone(), &one_is_done);
        async move {
            again_and_again(&login, || enrol(&wallet, &login)).await;
            tell();
            wallet
        }
    };
    // Driven together by this one task: waiting is what each does most.
    let mut running: Vec<_> = logins.iter().map(|login| Box::pin(one(login))).collect();
    let mut done: Vec<Option<Wallet>> = logins.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, place) in running.iter_mut().zip(&mut done) {
            if place.is_none()
                && let std::task::Poll::Ready(wallet) = future.as_mut().poll(context)
            {
                *place = Some(wallet);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

/// What people do when something failed: once more from the beginning.
async fn enrol(wallet: &Wallet, login: &str) -> Result<(), String> {
    let text = |error: &dyn std::fmt::Display| format!("{login}: {error}");
    if wallet.enrolment().await.is_err() {
        let home = walk::redirect_uri();
        let authorize = wallet.begin_login(&home).await.map_err(|e| text(&e))?;
        let browser = Browser::new().map_err(|e| text(&e))?;
        let callback = browser
            .log_in(&authorize, &home, login, PASSWORD)
            .await
            .map_err(|e| text(&e))?;
        wallet.finish_login(&callback).await.map_err(|e| text(&e))?;
    }
    let status = wallet.enrolment().await.map_err(|e| text(&e))?;
    if let county_api::Enrolment::PhotoToConfirm { photo, .. } = status.state {
        let confirmed = wallet.confirm_photo(&photo.sha256).await;
        confirmed.map_err(|e| text(&e))?;
    }
    wallet.fetch_credentials().await.map_err(|e| text(&e))
}

async fn again_and_again<F: Future<Output = Result<(), String>>>(what: &str, deed: impl Fn() -> F) {
    let end = Instant::now() + PATIENCE;
    loop {
        match deed().await {
            Ok(()) => return,
            Err(error) if Instant::now() > end => panic!("{what}: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

impl County {
    /// One answer of the database.
    async fn ask(&self, sql: &str) -> String {
        let (_, url) = self.stage.environment().next().expect("a database");
        let output = Command::new("psql")
            .args(["-qAt", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql])
            .output()
            .await
            .expect("psql");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// A process of the issuer on a port of its own.
    async fn serve_on(&self, port: u16, name: &str) -> Child {
        self.serve_with(port, name, &[]).await
    }

    /// The same, with something more in its environment.
    async fn serve_with(&self, port: u16, name: &str, more: &[(&str, &str)]) -> Child {
        let log = self.path().join(format!("{name}.log"));
        let file = std::fs::File::create(&log).expect("a log");
        let mut child = Command::new(program("lommebevis-issuer"))
            .arg("--config")
            .arg(self.stage.config_file())
            .arg("serve")
            .envs(self.stage.environment())
            .envs(more.iter().copied())
            .env(
                "LOMMEBEVIS_ISSUER__SERVER__LISTEN",
                format!("127.0.0.1:{port}"),
            )
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a log"))
            .stderr(file)
            .kill_on_drop(true)
            .spawn()
            .expect("the issuer");
        let end = Instant::now() + PATIENCE;
        let ready = local(port, "health/ready");
        loop {
            if let Ok(answer) = self.stage.http().get(&ready).send().await
                && answer.status().is_success()
            {
                return child;
            }
            let ended = child.try_wait().expect("a process");
            let text = || std::fs::read_to_string(&log).unwrap_or_default();
            assert!(ended.is_none() && Instant::now() < end, "{}", text());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn get(&self, port: u16, path: &str) -> String {
        let answer = self.stage.http().get(local(port, path)).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        answer.expect("an answer").text().await.expect("a text")
    }
}

fn local(port: u16, path: &str) -> String {
    format!("http://127.0.0.1:{port}/{path}")
}

/// What is the same whenever and by whomever it is signed.
fn said(text: &str) -> Value {
    let mut value = match text.split('.').nth(1) {
        Some(body) if !text.starts_with('{') => {
            let bytes = jose::base64url_decode(body).expect("a JWS");
            serde_json::from_slice::<Value>(&bytes).expect("JSON")
        }
        _ => serde_json::from_str(text).expect("JSON"),
    };
    for moment in ["iat", "exp"] {
        if let Some(object) = value.as_object_mut() {
            object.remove(moment);
        }
    }
    value
}

/// Pupils with a photo to confirm, at schools that use the card.
async fn logins(count: usize) -> Vec<String> {
    const SCRIPT: &str = "
        import { generate, today } from './county/generate.mjs';
        const county = generate({ today: today(), base: 'http://x' });
        const pictured = new Set(county.collections['utdanning/elev/person'].filter((one) => one.bilde)
          .map((one) => one.kontaktinformasjon.mobiltelefonnummer));
        console.log(county.people.filter((one) => one.kind === 'pupil' && !one.shows && one.school !== '16007' && pictured.has(one.mobile))
          .map((one) => one.login).join('\\n'));";
    let output = Command::new("node")
        .args(["--input-type=module", "-e", SCRIPT])
        .current_dir(repository().join("tests"))
        .output()
        .await
        .expect("node");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let logins: Vec<_> = text.lines().take(count).map(str::to_owned).collect();
    assert_eq!(logins.len(), count);
    logins
}

/// Turns messages on: everyone gets one, at any hour, through a gateway that does not know one it has had.
fn send_messages_to(county: &County, gateway: &Gateway) {
    let file = county.stage.config_file();
    let settings = std::fs::read_to_string(&file).expect("the settings");
    let sms = format!(
        "\n[sms]\nsender = \"gateway\"\naddress = \"fjordviken.example\"\nexisting = \"send\"\n\
         hours_from = \"00:00\"\nhours_until = \"23:59\"\npupils_from = \"01-01\"\npupils_until = \"12-31\"\n\
         test_numbers = true\n\
         [sms.gateway]\nurl = \"http://127.0.0.1:{}/send\"\nsecret = \"s\"\n\
         headers = {{ Idempotency-Key = \"{{id}}\" }}\nbody = '{{\"to\":\"{{to}}\",\"text\":\"{{text}}\"}}'\n",
        gateway.port
    );
    std::fs::write(&file, settings + &sms).expect("the settings");
}

/// Counts how often each message comes, and takes them all.
struct Gateway {
    port: u16,
    taken: Arc<Mutex<HashMap<String, usize>>>,
}

impl Gateway {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let taken = Arc::new(Mutex::new(HashMap::new()));
        let counts = taken.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take_message(stream, counts.clone()));
            }
        });
        Self { port, taken }
    }
}

/// One request on a connection, whose body is no longer than its headers say.
async fn take_message(mut stream: TcpStream, taken: Arc<Mutex<HashMap<String, usize>>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    let head = loop {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(length) => request.extend_from_slice(&buffer[..length]),
        }
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some(end) = text.find("\r\n\r\n") else {
            continue;
        };
        let header = |name: &str| {
            let mut lines = text[..end].lines();
            lines.find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()))
        };
        let length = header("content-length:").and_then(|length| length.parse().ok());
        if request.len() >= end + 4 + length.unwrap_or(0) {
            break header("idempotency-key:");
        }
    };
    if let Some(id) = head {
        *taken.lock().expect("a lock").entry(id).or_insert(0) += 1;
    }
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nOK";
    let _ = stream.write_all(answer).await;
}

/// The one address: each connection goes to the next process, or to the other when that does not answer.
async fn both_behind(port: u16, processes: [u16; 2]) {
    let listener = TcpListener::bind(("127.0.0.1", port))
        .await
        .expect("the issuer's port");
    let turn = Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let turn = turn.clone();
            tokio::spawn(async move {
                let first = turn.fetch_add(1, Ordering::SeqCst);
                for n in [first, first + 1] {
                    let process = ("127.0.0.1", processes[n % 2]);
                    if let Ok(mut process) = TcpStream::connect(process).await {
                        let _ = copy_bidirectional(&mut client, &mut process).await;
                        return;
                    }
                }
            });
        }
    });
}
