//! The command as a gate runs it: files in, JSON and exit code out.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use county_api::{
    CardType, InPersonClaims, PhotoClaims, Profile, SlipClaims, TrustListBody, TrustedIssuer,
    TrustedKey,
};
use jose::{Signer, SoftwareKey};
use qr_proof::{StatusRef, TokenClaims};
use ring::rand::SystemRandom;
use serde_json::Value;
use status_list::{Bits, StatusList, StatusListToken};
use tempfile::TempDir;

const ISS: &str = "https://issuer.fjordviken.example";
const IDX: u64 = 42;

/// A folder with all that a gate has, and a county that signs.
struct Gate {
    folder: TempDir,
    trust_list_key: SoftwareKey,
    issuer: SoftwareKey,
    holder: SoftwareKey,
    now: i64,
}

impl Gate {
    fn new() -> Self {
        let key = || SoftwareKey::generate(&SystemRandom::new()).unwrap();
        let gate = Self {
            folder: TempDir::new().unwrap(),
            trust_list_key: key(),
            issuer: key(),
            holder: key(),
            now: chrono::Utc::now().timestamp(),
        };
        fs::create_dir(gate.path("lists")).unwrap();
        let jwk = serde_json::to_vec(&gate.trust_list_key.public_jwk()).unwrap();
        fs::write(gate.path("key.jwk"), jwk).unwrap();
        gate.write_trust_list(5, false);
        gate.write_status(0);
        gate
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write_trust_list(&self, version: u64, demo: bool) {
        let body = TrustListBody {
            version,
            iat: self.now - 10,
            exp: self.now + 86_400,
            issuers: vec![TrustedIssuer {
                iss: ISS.into(),
                name: "Fjordviken fylkeskommune".into(),
                demo,
                keys: vec![TrustedKey {
                    jwk: self.issuer.public_jwk().with_thumbprint_kid(),
                    not_before: self.now - 86_400,
                    not_after: self.now + 86_400,
                }],
            }],
        };
        fs::write(
            self.path("trust-list.jwt"),
            body.sign(&self.trust_list_key).unwrap(),
        )
        .unwrap();
    }

    fn status(&self, value: u8) -> StatusListToken {
        let mut list = StatusList::new(Bits::Two, 1024);
        list.set(IDX, value).unwrap();
        StatusListToken {
            uri: format!("{ISS}/status-lists/1"),
            issued_at: self.now,
            expires_at: Some(self.now + 86_400),
            ttl: Some(900),
            aggregation_uri: None,
            list,
        }
    }

    fn write_status(&self, value: u8) {
        let kid = self.issuer.public_jwk().thumbprint();
        let jwt = self.status(value).to_jwt(&kid, &self.issuer).unwrap();
        fs::write(self.path("lists/1.jwt"), jwt).unwrap();
    }

    fn code(&self, made_at: i64) -> String {
        let card = InPersonClaims {
            profile: Profile::Travel,
            student_number: None,
            full_name: Some("Aslak Čáhppesjávri".into()),
            given_name: None,
            birth_date: "2008-05-17".parse().ok(),
            institution: Some("Fjordvik vgs".into()),
            card_type: Some(CardType::Larling),
            class: None,
            semester: "2026-H".parse().ok(),
            valid_until: "2099-12-31".parse().ok(),
            age_over_16: None,
            age_over_18: None,
            age_over_20: None,
            portrait_hash: None,
        };
        let claims = TokenClaims {
            issuer: ISS.into(),
            issued_at: self.now - 60,
            expires_at: self.now + 86_400,
            holder: self.holder.public_jwk(),
            status: Some(StatusRef {
                uri: format!("{ISS}/status-lists/1"),
                idx: IDX,
            }),
            identity: card.to_identity(),
        };
        let key_id = county_api::key_id(&self.issuer.public_jwk());
        let token = qr_proof::issue(&claims, &key_id, &self.issuer).unwrap();
        qr_proof::prove(
            &token,
            Profile::Travel.audience(),
            made_at,
            None,
            &self.holder,
        )
        .unwrap()
    }

    /// The text of a slip of paper that is good now.
    fn slip(&self) -> String {
        let said = SlipClaims {
            card: InPersonClaims {
                profile: Profile::Travel,
                student_number: None,
                full_name: Some("Aslak Čáhppesjávri".into()),
                given_name: None,
                birth_date: "2008-05-17".parse().ok(),
                institution: Some("Fjordvik vgs".into()),
                card_type: Some(CardType::Larling),
                class: None,
                semester: "2026-H".parse().ok(),
                valid_until: "2099-12-31".parse().ok(),
                age_over_16: None,
                age_over_18: None,
                age_over_20: None,
                portrait_hash: None,
            },
            portrait: PhotoClaims {
                webp: b"RIFF\x04\0\0\0WEBP".to_vec(),
            },
            day: county_api::date_in_norway(chrono::DateTime::from_timestamp(self.now, 0).unwrap()),
        };
        let claims = qr_proof::SlipClaims {
            issuer: ISS.into(),
            issued_at: self.now - 60,
            expires_at: self.now + 3_600,
            status: StatusRef {
                uri: format!("{ISS}/status-lists/1"),
                idx: IDX,
            },
            identity: said.to_identity(),
        };
        let key_id = county_api::key_id(&self.issuer.public_jwk());
        let signed = qr_proof::issue_slip(&claims, &key_id, &self.issuer).unwrap();
        qr_proof::show_slip(&signed).unwrap()
    }

    fn time(&self) -> String {
        chrono::DateTime::from_timestamp(self.now, 0)
            .unwrap()
            .to_rfc3339()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lommebevis-verify"));
        command
            .arg("--trust-list")
            .arg(self.path("trust-list.jwt"))
            .arg("--trust-key")
            .arg(self.path("key.jwk"))
            .arg("--status")
            .arg(self.path("lists"));
        command
    }

    /// Checks a code as of `self.now`.
    fn check(&self, arguments: &[&str]) -> (i32, String, String) {
        ended(
            self.command()
                .args(["--now", &self.time()])
                .args(arguments)
                .output()
                .unwrap(),
        )
    }
}

fn ended(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn outcome(verdict: &str) -> String {
    let verdict: Value = serde_json::from_str(verdict).unwrap();
    verdict["outcome"].as_str().unwrap().to_owned()
}

fn feed(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn write_picture(path: &Path, text: &str) {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).unwrap();
    code.render::<image::Luma<u8>>()
        .module_dimensions(4, 4)
        .build()
        .save(path)
        .unwrap();
}

#[test]
fn a_good_code_exits_with_zero_from_text_picture_and_standard_input() {
    let gate = Gate::new();
    let code = gate.code(gate.now);
    let (exit, verdict, complaint) = gate.check(&[&code]);
    assert_eq!((exit, complaint.as_str()), (0, ""));
    let verdict: Value = serde_json::from_str(&verdict).unwrap();
    assert_eq!(verdict["outcome"], "valid");
    assert_eq!(verdict["reasons"], serde_json::json!([]));
    assert_eq!(verdict["card"]["full_name"], "Aslak Čáhppesjávri");
    assert_eq!(verdict["issuer_name"], "Fjordviken fylkeskommune");

    let picture = gate.path("code.png");
    write_picture(&picture, &code);
    let (exit, verdict, complaint) = gate.check(&["--image", picture.to_str().unwrap()]);
    assert_eq!(
        (exit, outcome(&verdict).as_str(), complaint.as_str()),
        (0, "valid", "")
    );

    let mut command = gate.command();
    let from_input = ended(feed(
        command.args(["--now", &gate.time(), "-"]),
        format!("{code}\n").as_bytes(),
    ));
    assert_eq!(
        (from_input.0, outcome(&from_input.1).as_str()),
        (0, "valid")
    );
    let mut command = gate.command();
    let from_input = ended(feed(
        command.args(["--now", &gate.time(), "--image", "-"]),
        &fs::read(picture).unwrap(),
    ));
    assert_eq!(
        (from_input.0, outcome(&from_input.1).as_str()),
        (0, "valid")
    );
}

#[test]
fn every_other_verdict_exits_with_one_and_what_is_unreadable_with_two() {
    let gate = Gate::new();
    let code = gate.code(gate.now);
    let old = gate.code(gate.now - 300);
    let (exit, verdict, _) = gate.check(&[&old]);
    assert_eq!((exit, outcome(&verdict).as_str()), (1, "invalid"));

    let (exit, verdict, _) = gate.check(&["https://example.com"]);
    assert_eq!((exit, outcome(&verdict).as_str()), (2, "unreadable"));

    gate.write_status(1);
    let (exit, verdict, _) = gate.check(&[&code]);
    assert_eq!((exit, outcome(&verdict).as_str()), (1, "invalid"));

    gate.write_status(0);
    let (exit, verdict, _) = gate.check(&["--max-status-age=-1", &code]);
    assert_eq!((exit, outcome(&verdict).as_str()), (1, "status_unknown"));

    fs::remove_file(gate.path("lists/1.jwt")).unwrap();
    let (exit, verdict, _) = gate.check(&[&code]);
    assert_eq!((exit, outcome(&verdict).as_str()), (1, "status_unknown"));
}

#[test]
fn a_status_list_may_be_a_cwt_and_a_useless_one_is_named() {
    let gate = Gate::new();
    let code = gate.code(gate.now);
    let key_id = county_api::key_id(&gate.issuer.public_jwk());
    let cwt = gate.status(2).to_cwt(&key_id, &gate.issuer).unwrap();
    fs::write(gate.path("lists/1.jwt"), cwt).unwrap();
    let (exit, verdict, complaint) = gate.check(&[&code]);
    assert_eq!((exit, complaint.as_str()), (1, ""));
    assert!(verdict.contains(r#"{"kind":"suspended"}"#), "{verdict}");

    for useless in [&b"<html>Not found"[..], &[0xD2, 0x84], &[0xFF; 9], b""] {
        fs::write(gate.path("lists/1.jwt"), useless).unwrap();
        let (exit, verdict, complaint) = gate.check(&[&code]);
        assert_eq!((exit, outcome(&verdict).as_str()), (1, "status_unknown"));
        assert!(
            complaint.contains("1.jwt") && complaint.lines().count() == 1,
            "{complaint}"
        );
    }
}

#[test]
fn a_specimen_passes_only_where_specimens_are_allowed() {
    let gate = Gate::new();
    gate.write_trust_list(6, true);
    let code = gate.code(gate.now);
    for (arguments, expected) in [(vec![code.as_str()], 1), (vec!["--allow-demo", &code], 0)] {
        let (exit, verdict, _) = gate.check(&arguments);
        assert_eq!((exit, outcome(&verdict).as_str()), (expected, "demo"));
    }
    gate.write_status(1);
    let (exit, verdict, _) = gate.check(&["--allow-demo", &code]);
    assert_eq!((exit, outcome(&verdict).as_str()), (1, "invalid"));
}

#[test]
fn paper_opens_no_gate_not_even_where_specimens_are_allowed() {
    let gate = Gate::new();
    for (version, demo, expected) in [(6, false, "slip"), (7, true, "demo")] {
        gate.write_trust_list(version, demo);
        let slip = gate.slip();
        for arguments in [vec![slip.as_str()], vec!["--allow-demo", &slip]] {
            let (exit, verdict, complaint) = gate.check(&arguments);
            assert_eq!(exit, 1, "{complaint}");
            assert_eq!(outcome(&verdict), expected);
            assert!(verdict.contains("\"kind\":\"slip\""), "{verdict}");
        }
    }
}

#[test]
fn a_fault_in_the_set_up_is_one_clear_line_and_no_verdict() {
    let gate = Gate::new();
    let code = gate.code(gate.now);
    let (exit, verdict, complaint) = gate.check(&["--at-least-version", "6", &code]);
    assert_eq!((exit, verdict.as_str()), (2, ""));
    assert!(
        complaint.contains("version 5") && complaint.contains("6"),
        "{complaint}"
    );

    fs::write(gate.path("code.png"), b"not a picture").unwrap();
    let picture = gate.path("code.png");
    let cases: [(&str, Vec<&str>); 3] = [
        (
            "neither PNG nor JPEG",
            vec!["--image", picture.to_str().unwrap()],
        ),
        ("cannot read", vec!["--image", "no-such-file.png"]),
        ("invalid value", vec!["--now", "yesterday", &code]),
    ];
    for (expected, arguments) in cases {
        let output = gate.command().args(arguments).output().unwrap();
        let (exit, verdict, complaint) = ended(output);
        assert_eq!((exit, verdict.as_str()), (2, ""));
        assert!(complaint.contains(expected), "{complaint}");
    }

    for (file, content) in [("key.jwk", "{}"), ("trust-list.jwt", "gone")] {
        let before = fs::read(gate.path(file)).unwrap();
        fs::write(gate.path(file), content).unwrap();
        let (exit, verdict, complaint) = gate.check(&[&code]);
        assert_eq!((exit, verdict.as_str()), (2, ""));
        assert!(
            complaint.contains(file) && complaint.lines().count() == 1,
            "{complaint}"
        );
        fs::write(gate.path(file), before).unwrap();
    }
}

#[test]
fn the_pinned_key_may_come_in_a_county_file() {
    let gate = Gate::new();
    let county = serde_json::json!({
        "issuer": ISS, "name": "Fjordviken fylkeskommune", "trust_list_key": gate.trust_list_key.public_jwk(),
    });
    fs::write(gate.path("key.jwk"), county.to_string()).unwrap();
    assert_eq!(gate.check(&[&gate.code(gate.now)]).0, 0);
}

#[test]
fn a_stream_gives_a_verdict_a_line_and_takes_no_code_twice() {
    let gate = Gate::new();
    // Ahead within what is allowed, so that a slow machine does not make it old.
    let now = chrono::Utc::now().timestamp() + 10;
    let (first, second) = (gate.code(now), gate.code(now - 1));
    let long = "X".repeat(100_000);
    let input = format!("{first}\r\n\n{first}\n{long}\n{second}");
    let (exit, verdicts, complaint) = ended(feed(gate.command().arg("--stream"), input.as_bytes()));
    assert_eq!((exit, complaint.as_str()), (0, ""));
    let outcomes: Vec<String> = verdicts.lines().map(outcome).collect();
    assert_eq!(outcomes, ["valid", "invalid", "unreadable", "valid"]);
    assert!(
        verdicts
            .lines()
            .nth(1)
            .unwrap()
            .contains(r#""kind":"replayed""#)
    );
}

#[test]
fn a_stream_sees_new_lists_and_keeps_the_old_ones_when_new_ones_are_bad() {
    use std::io::{BufRead, BufReader};
    let gate = Gate::new();
    let mut child = gate
        .command()
        .arg("--stream")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut verdicts = BufReader::new(child.stdout.take().unwrap()).lines();
    let base = chrono::Utc::now().timestamp();
    let mut offset = 12;
    let mut show = |gate: &Gate| {
        offset -= 1;
        writeln!(input, "{}", gate.code(base + offset)).unwrap();
        outcome(&verdicts.next().unwrap().unwrap())
    };
    assert_eq!(show(&gate), "valid");
    gate.write_status(2);
    assert_eq!(show(&gate), "invalid");
    gate.write_status(0);
    assert_eq!(show(&gate), "valid");
    // Yesterday's trust list, and none at all.
    gate.write_trust_list(4, true);
    assert_eq!(show(&gate), "valid");
    fs::remove_file(gate.path("trust-list.jwt")).unwrap();
    assert_eq!(show(&gate), "valid");
    gate.write_trust_list(6, true);
    assert_eq!(show(&gate), "demo");
    drop(input);
    let (exit, _, complaints) = ended(child.wait_with_output().unwrap());
    assert_eq!(exit, 0);
    assert_eq!(complaints.lines().count(), 2, "{complaints}");
}
