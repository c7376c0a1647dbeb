//! What the unit for systemd and the recipe for the container name is there: the program, its commands, files and functions.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Where both put the program.
const PROGRAM: &str = "/usr/local/bin/lommebevis-issuer";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The values of a key of a unit, in their order.
fn values<'a>(unit: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    unit.lines()
        .filter_map(move |line| line.strip_prefix(key)?.strip_prefix('='))
}

/// Our own program, as it is called there: with `--help`, so that it says whether there is such a command.
fn assert_is_a_command(words: &[&str]) {
    let (program, arguments) = words.split_first().unwrap();
    assert_eq!(*program, PROGRAM);
    let output = Command::new(env!("CARGO_BIN_EXE_lommebevis-issuer"))
        .args(arguments)
        .arg("--help")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {said}");
}

/// Asks the program for its settings by the names that are set here.
fn assert_are_heard(environment: &[(&str, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("issuer.toml");
    let run = |environment: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lommebevis-issuer"));
        command
            .arg("check-config")
            .envs(environment.iter().copied());
        let output = command.output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    for (name, _) in environment {
        if *name == "LOMMEBEVIS_ISSUER_CONFIG" {
            let said = run(&[(name, settings.to_str().unwrap())]);
            assert!(said.contains(settings.to_str().unwrap()), "{said}");
        } else {
            // A wrong value is told by the setting's name, so the name is one.
            fs::write(&settings, "").unwrap();
            let file = settings.to_str().unwrap();
            let said = run(&[("LOMMEBEVIS_ISSUER_CONFIG", file), (name, "no such value")]);
            let setting = name.strip_prefix("LOMMEBEVIS_ISSUER__").unwrap();
            let setting = setting.to_lowercase().replace("__", ".");
            assert!(said.contains(&setting), "{setting}: {said}");
        }
    }
}

const UNIT: &str = "crates/issuer/deploy/lommebevis-issuer.service";

#[test]
fn the_unit_starts_a_program_that_there_is_with_settings_that_it_reads() {
    let unit = read(UNIT);
    let mut commands = 0;
    for key in ["ExecStartPre", "ExecStart"] {
        for command in values(&unit, key) {
            assert_is_a_command(&command.split(' ').collect::<Vec<_>>());
            commands += 1;
        }
    }
    assert_eq!(commands, 2);
    let environment: Vec<_> = values(&unit, "Environment")
        .map(|line| line.split_once('=').unwrap())
        .collect();
    assert_eq!(environment.len(), 2);
    assert_are_heard(&environment);
    for documentation in values(&unit, "Documentation") {
        let (_, path) = documentation.split_once("/blob/main/").unwrap();
        read(path);
    }
}

/// Where systemd is: with the same program under the path of one that is there, since it looks for that.
#[test]
fn systemd_understands_the_unit() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lommebevis-issuer.service");
    fs::write(
        &file,
        read(UNIT).replace(PROGRAM, env!("CARGO_BIN_EXE_lommebevis-issuer")),
    )
    .unwrap();
    let verified = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&file)
        .output();
    let Ok(output) = verified else {
        // This machine has none.
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    // Other units of this machine are not ours to judge.
    let ours: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("lommebevis-issuer.service"))
        .collect();
    assert!(ours.is_empty(), "{ours:#?}");
}

#[test]
fn the_container_is_built_of_what_there_is() {
    let recipe = read("crates/issuer/deploy/Containerfile");
    // Lines that go on are one.
    let recipe = recipe.replace("\\\n", " ");
    let line = |start: &str| {
        recipe
            .lines()
            .find(|line| line.starts_with(start))
            .unwrap_or_else(|| panic!("no line {start}"))
            .to_owned()
    };
    let build = line("RUN bash");
    let (before, cargo) = build.split_once("cargo build ").unwrap();
    // What the program carries is built before the program, and by what prepare.sh has.
    let (_, steps) = before.split_once("source ").unwrap();
    let mut steps = steps
        .split(';')
        .map(str::trim)
        .filter(|step| !step.is_empty());
    let prepare = read(steps.next().unwrap());
    for step in steps {
        let function = step.split(' ').next().unwrap();
        assert!(prepare.contains(&format!("\n{function}()")), "{function}");
    }
    for page in ["kontroll_page", "minid_page", "admin_style"] {
        assert!(before.contains(page), "{page}");
    }
    let manifest = read("crates/issuer/Cargo.toml");
    for (flag, is_there) in [
        ("-p ", "[package]\nname = "),
        ("--bin ", "[[bin]]\nname = "),
    ] {
        let (_, name) = cargo.split_once(flag).unwrap();
        let name = name.split([' ', '\'']).next().unwrap();
        assert!(
            manifest.contains(&format!("{is_there}\"{name}\"")),
            "{name}"
        );
    }
    let copied = line("COPY --from=build");
    assert!(
        copied.ends_with(&format!(" /target/release/lommebevis-issuer {PROGRAM}")),
        "{copied}"
    );

    // The same version of Rust as the rest.
    let manifest = read("Cargo.toml");
    let (_, version) = manifest.split_once("rust-version = \"").unwrap();
    let version = version.split('"').next().unwrap();
    let from = line("FROM docker.io/library/rust:");
    assert!(from.contains(&format!("rust:{version}-")), "{from}");

    let words = |json: &str| serde_json::from_str::<Vec<String>>(json).unwrap();
    let entry = words(line("ENTRYPOINT ").trim_start_matches("ENTRYPOINT "));
    let command = words(line("CMD ").trim_start_matches("CMD "));
    let all: Vec<&str> = entry.iter().chain(&command).map(String::as_str).collect();
    assert_is_a_command(&all);
    let health = line("HEALTHCHECK ");
    let (_, health) = health.split_once(" CMD ").unwrap();
    let health = words(health);
    assert_is_a_command(&health.iter().map(String::as_str).collect::<Vec<_>>());
    let environment = line("ENV LOMMEBEVIS_ISSUER_CONFIG");
    let environment: Vec<_> = environment
        .trim_start_matches("ENV ")
        .split_whitespace()
        .map(|pair| pair.split_once('=').unwrap())
        .collect();
    assert_are_heard(&environment);

    // What is left out is not what the build needs.
    let ignored = read("crates/issuer/deploy/Containerfile.dockerignore");
    for needed in ["crates", "tests", "ui", "docs", "icons", "Cargo.lock"] {
        assert!(!ignored.lines().any(|line| line == needed), "{needed}");
        assert!(repository().join(needed).exists(), "{needed}");
    }
}
