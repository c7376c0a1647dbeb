//! Verifying an SD-JWT VC with key binding and six disclosures, against the two signatures in it checked by ring alone,
//! and against npm `@sd-jwt/core` and PyPI `sd-jwt` where they are installed.
//!
//! `SD_JWT_NODE_MODULES=… SD_JWT_PYTHON=… cargo bench -p sd-jwt`: the folder `node_modules` with `@sd-jwt/core` and
//! `@sd-jwt/crypto-nodejs` (else that of the whole-system tests), and a Python that has `sd-jwt` (else `python3`).

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may stop where a test may"
)]

#[path = "../../jose/benches/ratio/mod.rs"]
mod ratio;

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use criterion::{Criterion, criterion_group, criterion_main};
use jose::{Jwk, PublicKey, Signer, SoftwareKey};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use sd_jwt::{Binding, KeyBindingPolicy, SdJwt, present, vc};
use serde_json::json;

const AUDIENCE: &str = "https://shop.example";
const NONCE: &str = "n-0S6_WzA2MjBzY2hvb2w";

struct Presentation {
    text: String,
    issuer: SoftwareKey,
    holder: SoftwareKey,
    now: i64,
}

impl Presentation {
    fn new() -> Self {
        let random = ring::rand::SystemRandom::new();
        let [issuer, holder] = [(); 2].map(|()| SoftwareKey::generate(&random).unwrap());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now = i64::try_from(now.as_secs()).unwrap();
        let subject = json!({
            "given_name": "Nora", "family_name": "Østby Larsen", "birthdate": "2008-05-29",
            "institution": "Fjordviken videregående skole", "class": "2STUSA", "age_over_16": true,
        });
        let claims = vc::CredentialClaims {
            issuer: "https://id.fjordviken.example",
            vct: "https://id.fjordviken.example/types/student-id",
            issued_at: now,
            not_before: None,
            expires_at: now + 86_400,
            status: Some(("https://id.fjordviken.example/status-lists/1", 131_071)),
            holder: &holder.public_jwk(),
            subject_claims: subject.as_object().unwrap().clone(),
        };
        let credential = vc::issue(&claims, "key-1", &random, &issuer).unwrap();
        let all: Vec<&str> = claims.subject_claims.keys().map(String::as_str).collect();
        let binding = Binding {
            audience: AUDIENCE,
            nonce: NONCE,
            now,
            holder: &holder,
        };
        let text = present(&credential, &all, Some(binding)).unwrap();
        assert_eq!(SdJwt::parse(&text).unwrap().disclosure_count(), 6);
        Self {
            text,
            issuer,
            holder,
            now,
        }
    }

    /// The same two signatures, checked by ring and nothing else.
    fn two_raw(&self) -> impl Fn() {
        let (issuer_jwt, _) = self.text.split_once('~').unwrap();
        let (_, key_binding) = self.text.rsplit_once('~').unwrap();
        let signed = [(issuer_jwt, &self.issuer), (key_binding, &self.holder)].map(|(jwt, key)| {
            let (input, signature) = jwt.rsplit_once('.').unwrap();
            let signature = jose::base64url_decode(signature).unwrap();
            (point(&key.public_jwk()), input.to_owned(), signature)
        });
        move || {
            for (key, message, signature) in &signed {
                key.verify(black_box(message.as_bytes()), signature)
                    .unwrap();
            }
        }
    }
}

fn point(key: &Jwk) -> UnparsedPublicKey<Vec<u8>> {
    let PublicKey::P256 { x, y } = &key.key else {
        unreachable!("a software key is on P-256")
    };
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [&[4][..], x, y].concat())
}

/// Another implementation at work in a process of its own.
struct Foreign {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Foreign {
    /// Starts it, or says why it is left out.
    fn start(name: &str, command: &mut Command, task: &Presentation) -> Option<Self> {
        let started = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut process = match started {
            Ok(process) => process,
            Err(error) => {
                println!("{name} is left out: {error}");
                return None;
            }
        };
        let (input, output) = (
            process.stdin.take().unwrap(),
            process.stdout.take().unwrap(),
        );
        let mut foreign = Self {
            process,
            input,
            output: BufReader::new(output),
        };
        let task = json!({
            "presentation": task.text, "issuer": task.issuer.public_jwk(), "audience": AUDIENCE, "nonce": NONCE,
        });
        let ready = writeln!(foreign.input, "{task}").is_ok() && foreign.median_of(50).is_some();
        if !ready {
            println!(
                "{name} is left out: it is not installed, or it does not verify what we present"
            );
            return None;
        }
        Some(foreign)
    }

    fn median_of(&mut self, rounds: usize) -> Option<Duration> {
        writeln!(self.input, "{rounds}").ok()?;
        let mut answer = String::new();
        self.output.read_line(&mut answer).ok()?;
        answer.trim().parse().ok().map(Duration::from_nanos)
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn benchmark(criterion: &mut Criterion) {
    let shown = Presentation::new();
    let issuer = shown.issuer.public_jwk();
    let policy = KeyBindingPolicy::Required {
        audience: AUDIENCE,
        nonce: NONCE,
        now: shown.now,
        max_age: 60,
    };
    let raw = shown.two_raw();
    let ours = || vc::verify(black_box(&shown.text), &issuer, shown.now, &policy).unwrap();

    let mut group = criterion.benchmark_group("SD-JWT VC, six disclosures, key binding");
    group.bench_function("two raw signatures", |bench| bench.iter(&raw));
    group.bench_function("verify", |bench| bench.iter(ours));
    group.finish();

    let medians = || ratio::medians(1_000, [&mut || raw(), &mut || drop(ours())]);
    let [raw_time, time] = medians();
    ratio::at_most("verifying an SD-JWT VC", time, raw_time, 1.3);

    let modules = std::env::var("SD_JWT_NODE_MODULES").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/node_modules").to_owned()
    });
    let python = std::env::var("SD_JWT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = |name: &str| format!("{}/benches/foreign/{name}", env!("CARGO_MANIFEST_DIR"));
    let node = |crypto| {
        let mut command = Command::new("node");
        command.args([script("verify.mjs").as_str(), modules.as_str(), crypto]);
        command
    };
    let mut pypi = Command::new(python);
    pypi.arg(script("verify.py"));
    for (name, mut command, goal) in [
        (
            "npm @sd-jwt/core and @sd-jwt/crypto-nodejs",
            node("own"),
            4.0,
        ),
        (
            "npm @sd-jwt/core and Node's synchronous crypto",
            node("sync"),
            4.0,
        ),
        ("PyPI sd-jwt", pypi, 2.5),
    ] {
        let Some(mut foreign) = Foreign::start(name, &mut command, &shown) else {
            continue;
        };
        // In turn, so that a busy machine slows both alike.
        let (mut own, mut other) = (Vec::new(), Vec::new());
        for _ in 0..15 {
            own.push(ratio::medians(200, [&mut || drop(ours())])[0]);
            other.extend(foreign.median_of(200));
        }
        ratio::faster(name, median(own), median(other), goal);
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
