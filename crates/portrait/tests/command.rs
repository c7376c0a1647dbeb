//! The command as a school runs it.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

const GOOD: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/portraits/good.jpg"
);

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portrait-check"));
    command.args(arguments).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_good_portrait_is_one_line_of_the_documented_shape() {
    let output = run(&[GOOD]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let lines = lines(&output);
    let [line] = &lines[..] else {
        panic!("{lines:?}");
    };
    let keys: Vec<_> = line
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["file", "faces", "verdict", "reasons", "measures"]);
    assert_eq!(
        (&line["file"], &line["faces"]),
        (&Value::from(GOOD), &Value::from(1))
    );
    let measures = line["measures"].as_object().unwrap();
    assert_eq!(measures.len(), portrait::Measure::ALL.len());
    for (name, value) in measures {
        assert!(
            portrait::Measure::ALL
                .iter()
                .any(|measure| measure.name() == name)
        );
        let value = value.as_object().unwrap();
        assert_eq!(value.keys().collect::<Vec<_>>(), ["native", "score"]);
        assert!(
            value["native"].is_number() && value["score"].as_u64().unwrap() <= 100,
            "{name}"
        );
    }
}

#[test]
fn the_rest_is_checked_in_order_when_a_file_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("b.jpg"), b"not a picture").unwrap();
    image::RgbImage::from_pixel(600, 800, image::Rgb([120; 3]))
        .save(path("a.png"))
        .unwrap();
    fs::copy(GOOD, path("c.JPG")).unwrap();
    fs::write(path("notes.txt"), b"no picture, and not said to be one").unwrap();

    let output = run(&[folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let lines = lines(&output);
    let files: Vec<_> = lines
        .iter()
        .map(|line| line["file"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(files, [path("a.png"), path("c.JPG")]);
    assert_eq!(lines[0]["verdict"], "reject");
    assert_eq!(lines[0]["reasons"], serde_json::json!(["no_face"]));
    assert_eq!(lines[0]["measures"], serde_json::json!({}));
    let complaints = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        complaints,
        format!(
            "portrait-check: {}: the file is not a picture\n",
            path("b.jpg")
        )
    );

    assert_eq!(run(&[&path("a.png"), GOOD]).status.code(), Some(1));
    assert_eq!(run(&[&path("nothing.jpg")]).status.code(), Some(2));
    assert_eq!(run(&[]).status.code(), Some(2));
}

/// Runs it with an output that nobody reads any more.
fn run_unread(arguments: &[&str]) -> Option<i32> {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_portrait-check"));
    let status = command.args(arguments).stdout(writer).status().unwrap();
    status.code()
}

#[test]
fn who_stops_reading_is_told_what_was_found_until_then() {
    let folder = tempfile::tempdir().unwrap();
    let wall = folder.path().join("wall.png");
    image::RgbImage::from_pixel(600, 800, image::Rgb([120; 3]))
        .save(&wall)
        .unwrap();
    let wall = wall.to_str().unwrap();
    assert_eq!(run_unread(&[GOOD]), Some(0));
    assert_eq!(run_unread(&[wall, GOOD]), Some(1));
    assert_eq!(run_unread(&["nothing.jpg", GOOD]), Some(2));
}
