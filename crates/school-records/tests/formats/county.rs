//! The sample county (`tests/county`, 3 000 pupils and 500 apprentices), the same in every form.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::NaiveDate;
use school_records::files::{FileSource, Kind, read};
use school_records::{NoRight, Right, Rules, SchoolRecords, right_on};

use crate::round_trip::{assert_same_rights, rights};
use crate::write::{self, Files};

const TODAY: &str = "2026-11-22";

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("lommebevis-formats-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn put(&self, name: &str, files: &Files) -> PathBuf {
        let folder = self.0.join(name);
        for (name, content) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn source(kind: Kind, path: &Path) -> FileSource {
    FileSource {
        allow_synthetic: true,
        ..FileSource::new(kind, path.to_owned())
    }
}

/// The county as its own generator writes it: FINT's collections as files.
fn dumped(folder: &Folder) -> PathBuf {
    let generator = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/county/generate.mjs");
    let dump = folder.0.join("fint");
    let output = Command::new("node")
        .arg(generator)
        .args(["--today", TODAY, "--out"])
        .arg(&dump)
        .output()
        .expect("Node.js, which the tests of the screens need as well");
    assert!(output.status.success(), "{output:?}");
    dump
}

/// OneRoster and SDS have no place for guests and categories, so that a county leaves such pupils out.
fn without_guests_and_private_candidates(records: &SchoolRecords, rules: &Rules) -> SchoolRecords {
    let mut records = records.clone();
    let day: NaiveDate = TODAY.parse().unwrap();
    records.people.retain(|person| {
        let right = right_on(person, day, rules);
        !matches!(
            right,
            Right::None(NoRight::Guest | NoRight::CategoryNotCovered)
        )
    });
    records
}

#[test]
fn the_sample_county_has_the_same_people_and_rights_in_every_form() {
    let folder = Folder::new();
    let dump = dumped(&folder);
    let library = dump.join("bibliotek.csv");
    let of_fint = FileSource {
        library_codes: Some(library.clone()),
        ..source(Kind::FintDump, &dump)
    };
    let fint = read(&of_fint).unwrap();
    // Four records are untidy on purpose.
    assert!((4..20).contains(&fint.faults.len()), "{:?}", fint.faults);
    let rules = Rules {
        categories: Some(["1", "2", "3"].map(str::to_owned).into()),
        ..Rules::default()
    };
    let today = TODAY.parse().unwrap();
    let cards = rights(&fint, today, &rules).len();
    assert!((3300..3500).contains(&cards), "{cards}");

    let own = folder.put("csv", &write::county(&fint));
    let own = read(&source(Kind::Csv, &own)).unwrap();
    assert!(own.faults.is_empty(), "{:?}", own.faults.iter().next());
    assert_same_rights(&own, &fint, &rules, "csv");
    for one in &own.people {
        let other = fint
            .people
            .iter()
            .find(|other| other.source_key == one.source_key)
            .unwrap();
        assert_eq!(one.library_code, other.library_code);
        assert_eq!(
            (&one.photo_url, &one.feide_name),
            (&other.photo_url, &other.feide_name)
        );
    }

    let beside = folder.put(
        "beside",
        &Files::from([
            ("vigo.json".into(), write::vigo(&fint)),
            ("pifu.xml".into(), write::pifu(&fint)),
            ("bilder.csv".into(), write::photos(&fint)),
        ]),
    );
    let with_vigo = |kind, path: &Path| FileSource {
        vigo: Some(beside.join("vigo.json")),
        library_codes: Some(library.clone()),
        photos: Some(beside.join("bilder.csv")),
        ..source(kind, path)
    };
    // A guest is a pupil like others in PIFU.
    let mut without_guests = fint.clone();
    without_guests.people.retain(|person| !person.guest);
    let pifu = folder.put(
        "pifu",
        &Files::from([("pifu.xml".into(), write::pifu(&without_guests))]),
    );
    let pifu = read(&with_vigo(Kind::Pifu, &pifu.join("pifu.xml"))).unwrap();
    assert_same_rights(&pifu, &without_guests, &rules, "pifu");

    let fewer = without_guests_and_private_candidates(&fint, &rules);
    let roster = folder.put("oneroster", &write::oneroster(&fewer));
    let roster = read(&with_vigo(Kind::OneRoster, &roster)).unwrap();
    assert_same_rights(&roster, &fewer, &rules, "oneroster");
    let codes = |records: &SchoolRecords| {
        let people = records.people.iter();
        people
            .filter(|person| person.library_code.is_some())
            .count()
    };
    assert_eq!(codes(&roster), codes(&fewer));

    let sds = folder.put("sds", &write::sds(&fewer, today));
    let sds = read(&with_vigo(Kind::Sds, &sds)).unwrap();
    // Without national identity numbers nothing joins a pupil with the same person's contract in Vigo: those are two people.
    let of_pupils = |records: &SchoolRecords| {
        let mut rights = rights(records, today, &rules);
        rights.retain(|key, _| key.starts_with("elev:"));
        rights
    };
    assert_eq!(of_pupils(&sds), of_pupils(&fewer));
}
