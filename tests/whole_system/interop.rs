//! Other people's SD-JWT: they verify what our issuer and wallet make, and we verify what they make. See
//! `tests/interop/README.md`.

use std::path::PathBuf;
use std::process::Stdio;

use jose::{Jwk, Signer, SoftwareKey, jws::Header};
use ring::rand::SystemRandom;
use sd_jwt::{Binding, KeyBindingPolicy, SdJwt};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::{io::AsyncWriteExt as _, process::Command};
use whole_system::stage::{join, repository};
use whole_system::walk;

use crate::setting::County;

const AUDIENCE: &str = "https://checker.example";
const NONCE: &str = "nonce-by-us";
const TYP: &str = "example+sd-jwt";

/// Somebody else's implementation.
#[derive(Clone, Copy, Debug)]
enum Foreign {
    /// npm `@sd-jwt/core`.
    Core,
    /// PyPI `sd-jwt`.
    Python,
}

impl Foreign {
    const ALL: [Self; 2] = [Self::Core, Self::Python];

    fn command(self) -> Command {
        let (program, script) = match self {
            Self::Core => (PathBuf::from("node"), "sd_jwt_core.mjs"),
            Self::Python => (python(), "sd_jwt_python.py"),
        };
        let mut command = Command::new(program);
        command.arg(repository().join("tests/interop").join(script));
        command
    }

    async fn ask<T: serde::de::DeserializeOwned>(self, order: &Value) -> T {
        let mut child = self
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{self:?} is not installed; ./test sees to that: {e}"));
        let mut input = child.stdin.take().expect("an input");
        input
            .write_all(order.to_string().as_bytes())
            .await
            .expect("room for an order");
        drop(input);
        let output = child.wait_with_output().await.expect("an answer");
        assert!(
            output.status.success(),
            "{self:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("an answer in JSON")
    }

    async fn verify(self, presentation: &str, issuer: &Jwk, audience: &str, nonce: &str) -> Judged {
        let order = json!({"do": "verify", "presentation": presentation, "issuer_key": issuer,
            "audience": audience, "nonce": nonce});
        self.ask(&order).await
    }
}

/// Where `tests/setup/prepare.sh` puts it.
fn python() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache"),
        PathBuf::from,
    );
    cache.join("lommebevis/python/bin/python")
}

/// What a foreign verifier says.
#[derive(Debug, Deserialize)]
struct Judged {
    accepted: bool,
    #[serde(default)]
    claims: Map<String, Value>,
    why: Option<String>,
}

/// What a foreign issuer makes.
#[derive(Deserialize)]
struct Made {
    issuer_key: Jwk,
    typ: String,
    audience: String,
    nonce: String,
    issued: String,
    presentation: String,
    expected: Map<String, Value>,
    wrong: Map<String, Value>,
}

/// The same text with one character of `part` (of those between `~`) changed for another of its alphabet.
fn altered(presentation: &str, part: usize, from_end: usize) -> String {
    let mut parts: Vec<String> = presentation.split('~').map(str::to_owned).collect();
    let text = &mut parts[part];
    let at = text.len() - 1 - from_end;
    let other = if &text[at..=at] == "A" { "Q" } else { "A" };
    text.replace_range(at..=at, other);
    parts.join("~")
}

/// Ways to break a presentation with key binding and at least two Disclosures.
fn broken(presentation: &str) -> Vec<(&'static str, String)> {
    let parts: Vec<&str> = presentation.split('~').collect();
    let last = parts.len() - 1;
    let without = |part: usize| {
        let mut parts = parts.clone();
        parts.remove(part);
        parts.join("~")
    };
    let mut swapped = parts.clone();
    swapped.swap(1, 2);
    vec![
        ("the issuer's signature", altered(presentation, 0, 10)),
        ("the issuer's payload", altered(presentation, 0, 120)),
        ("a disclosure", altered(presentation, 1, 2)),
        ("the holder's signature", altered(presentation, last, 10)),
        ("a disclosure left out", without(1)),
        ("the order of disclosures", swapped.join("~")),
        (
            "no key binding",
            format!("{}~", presentation.rsplit_once('~').expect("parts").0),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn others_accept_a_card_of_the_running_issuer_shown_by_our_wallet_and_nothing_near_it() {
    let county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    let keys: Value = county
        .stage
        .http()
        .get(join(
            &county.stage.issuer_url(),
            ".well-known/jwt-vc-issuer",
        ))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let issuer: Jwk = serde_json::from_value(keys["jwks"]["keys"][0].clone()).expect("a key");
    let claims = phone.overview().cards[0].claims.clone();
    let shown = ["given_name", "birthdate", "age_over_16"];
    let presentation = phone
        .present(&walk::first_card(&phone), &shown, AUDIENCE, NONCE)
        .expect("a presentation");
    for foreign in Foreign::ALL {
        let judged = foreign
            .verify(&presentation, &issuer, AUDIENCE, NONCE)
            .await;
        assert!(judged.accepted, "{foreign:?}: {:?}", judged.why);
        assert_eq!(judged.claims["given_name"], claims.given_name);
        assert_eq!(judged.claims["birthdate"], claims.birthdate.to_string());
        assert_eq!(judged.claims["age_over_16"], claims.age_over_16);
        assert_eq!(judged.claims["iss"], keys["issuer"]);
        for hidden in ["family_name", "portrait", "student_number", "_sd"] {
            assert!(!judged.claims.contains_key(hidden), "{foreign:?}: {hidden}");
        }
        let elsewhere = [
            ("another audience", "https://other.example", NONCE),
            ("another nonce", AUDIENCE, "other"),
        ];
        for (case, audience, nonce) in elsewhere {
            let judged = foreign
                .verify(&presentation, &issuer, audience, nonce)
                .await;
            assert!(!judged.accepted, "{foreign:?}: {case}");
        }
        let stranger = SoftwareKey::generate(&SystemRandom::new()).expect("a key");
        let judged = foreign
            .verify(&presentation, &stranger.public_jwk(), AUDIENCE, NONCE)
            .await;
        assert!(!judged.accepted, "{foreign:?}: another issuer's key");
        for (case, text) in broken(&presentation) {
            let judged = foreign.verify(&text, &issuer, AUDIENCE, NONCE).await;
            assert!(!judged.accepted, "{foreign:?}: {case}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_accept_disclosures_within_disclosures_elements_and_decoys_of_ours() {
    let random = SystemRandom::new();
    let (issuer, holder) = (
        SoftwareKey::generate(&random).expect("a key"),
        SoftwareKey::generate(&random).expect("a key"),
    );
    let now = chrono::Utc::now().timestamp();
    let claims = json!({
        "iss": "https://issuer.example", "iat": now, "exp": now + 600,
        "given_name": "Áslak",
        "address": {"street": "Storgata 1", "place": "Guovdageaidnu"},
        "nationalities": ["NO", "FI", "SE"],
        "courses": [{"name": "Norsk", "hours": 140}, {"name": "Fysikk", "hours": 224}],
    });
    let hidden = [
        "/given_name",
        "/address",
        "/address/street",
        "/address/place",
        "/nationalities/0",
        "/nationalities/1",
        "/courses",
        "/courses/1",
        "/courses/1/name",
    ];
    let issued = sd_jwt::issue(
        claims.as_object().expect("an object").clone(),
        &hidden,
        Some(&holder.public_jwk()),
        &Header::new(TYP),
        &random,
        &issuer,
        3,
    )
    .expect("an SD-JWT");
    let binding = Binding {
        audience: AUDIENCE,
        nonce: NONCE,
        now,
        holder: &holder,
    };
    let disclosed = ["given_name", "address", "courses"];
    let presentation = sd_jwt::present(&issued, &disclosed, Some(binding)).expect("a presentation");
    for foreign in Foreign::ALL {
        let judged = foreign
            .verify(&presentation, &issuer.public_jwk(), AUDIENCE, NONCE)
            .await;
        assert!(judged.accepted, "{foreign:?}: {:?}", judged.why);
        assert_eq!(judged.claims["given_name"], "Áslak", "{foreign:?}");
        assert_eq!(judged.claims["address"], claims["address"], "{foreign:?}");
        assert_eq!(judged.claims["courses"], claims["courses"], "{foreign:?}");
        assert_eq!(judged.claims["nationalities"], json!(["SE"]), "{foreign:?}");
        for (case, text) in broken(&presentation) {
            let judged = foreign
                .verify(&text, &issuer.public_jwk(), AUDIENCE, NONCE)
                .await;
            assert!(!judged.accepted, "{foreign:?}: {case}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn we_accept_what_others_issue_and_show_and_nothing_near_it() {
    for foreign in Foreign::ALL {
        let made: Made = foreign.ask(&json!({"do": "issue"})).await;
        let now = chrono::Utc::now().timestamp();
        let verify = |text: &str, policy: &KeyBindingPolicy<'_>| {
            SdJwt::parse(text)
                .map_err(Into::into)
                .and_then(|text| text.verify(&made.issuer_key, &made.typ, now, policy))
        };
        let policy = KeyBindingPolicy::Required {
            audience: &made.audience,
            nonce: &made.nonce,
            now,
            max_age: 300,
        };
        let verified =
            verify(&made.presentation, &policy).unwrap_or_else(|e| panic!("{foreign:?}: {e}"));
        for (name, value) in &made.expected {
            assert_eq!(
                verified.claims.get(name),
                Some(value),
                "{foreign:?}: {name}"
            );
        }
        assert!(!verified.claims.contains_key("family_name"), "{foreign:?}");
        assert!(verified.holder.is_some());

        // All of it, for the holder's own eyes.
        let whole = verify(&made.issued, &KeyBindingPolicy::NotRequired)
            .unwrap_or_else(|e| panic!("{foreign:?}: {e}"));
        assert_eq!(whole.claims["family_name"], "Čearretgáisa");
        assert_eq!(whole.claims["nationalities"], json!(["NO", "FI", "SE"]));
        assert_eq!(whole.claims["address"]["street"], "Storgata 1");
        assert_eq!(whole.claims["guardian"]["name"], "Elle");

        for (case, text) in &made.wrong {
            let text = text.as_str().expect("text");
            assert!(verify(text, &policy).is_err(), "{foreign:?}: {case}");
        }
        for (case, text) in broken(&made.presentation) {
            assert!(verify(&text, &policy).is_err(), "{foreign:?}: {case}");
        }
        for (case, audience, nonce) in [
            ("another audience", "https://other.example", &*made.nonce),
            ("another nonce", &*made.audience, "other"),
        ] {
            let policy = KeyBindingPolicy::Required {
                audience,
                nonce,
                now,
                max_age: 300,
            };
            assert!(
                verify(&made.presentation, &policy).is_err(),
                "{foreign:?}: {case}"
            );
        }
    }
}
