//! `./run --headless` and what stands in its way.

use std::process::Output;

use tokio::process::Command;
use whole_system::stage::{Ports, program};

async fn stage(folder: &std::path::Path, ports: Ports, more: &[&str], no_bus: bool) -> Output {
    let ports = format!("{},{},{}", ports.issuer, ports.feide, ports.county);
    let mut command = Command::new(program("lommebevis-stage"));
    command
        .arg("walk")
        .arg("--folder")
        .arg(folder)
        .args(more)
        .env("LOMMEBEVIS_PORTS", ports);
    if no_bus {
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    }
    command.output().await.unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_path_holds_with_the_key_in_the_systems_key_store_and_again_on_kept_data() {
    let folder = tempfile::tempdir().unwrap();
    let ports = Ports::free().unwrap();
    for _ in 0..2 {
        let output = stage(folder.path(), ports, &[], false).await;
        assert!(output.status.success(), "{}", said(&output));
        assert!(
            said(&output).contains("Every step held"),
            "{}",
            said(&output)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_kept_from_other_ports_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    let more = ["--file-key", key.to_str().unwrap()];
    let output = stage(folder.path(), Ports::free().unwrap(), &more, false).await;
    assert!(output.status.success(), "{}", said(&output));
    let output = stage(folder.path(), Ports::free().unwrap(), &more, false).await;
    assert!(!output.status.success());
    assert!(said(&output).contains("--fresh"), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_store_the_walk_says_so_and_takes_a_key_file_only_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let ports = Ports::free().unwrap();
    let output = stage(folder.path(), ports, &[], true).await;
    assert!(!output.status.success());
    let words = said(&output);
    assert!(words.contains("--file-key"), "{words}");
    assert!(!words.contains("panicked"), "{words}");

    let key = folder.path().join("key");
    let more = ["--file-key", key.to_str().unwrap()];
    let output = stage(folder.path(), ports, &more, true).await;
    assert!(output.status.success(), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_port_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let ports = Ports::free().unwrap();
    let _busy = std::net::TcpListener::bind(("127.0.0.1", ports.feide)).unwrap();
    let output = stage(folder.path(), ports, &[], false).await;
    assert!(!output.status.success());
    let words = said(&output);
    assert!(words.contains(&ports.feide.to_string()), "{words}");
    assert!(words.contains("LOMMEBEVIS_PORTS"), "{words}");
}
