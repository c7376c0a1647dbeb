//! What is not whole is refused whole; a bad record is told by its place and stops nothing.

use school_records::files::{FileSource, Kind, SetError, parts, read as read_files};
use school_records::{MAX_LISTED, pifu};

use crate::synthetic::county;
use crate::write::{self, Files};

fn refused(kind: Kind, files: &Files) -> String {
    match parts::set(kind, &|name| files.get(name).cloned(), true) {
        Ok(_) => "was taken".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// The files with one changed: by its text.
fn with(files: &Files, name: &str, change: impl Fn(String) -> String) -> Files {
    let mut files = files.clone();
    let text = String::from_utf8(files[name].clone()).unwrap();
    files.insert(name.to_owned(), change(text).into_bytes());
    files
}

fn without(files: &Files, name: &str) -> Files {
    let mut files = files.clone();
    files.remove(name).unwrap();
    files
}

#[test]
fn a_set_that_is_not_whole_is_refused() {
    let records = county(7, 40);
    let (county, roster, sds, fint) = (
        write::county(&records),
        write::oneroster(&records),
        write::sds(&records, "2026-11-22".parse().unwrap()),
        write::fint(&records),
    );
    let cut = |text: String| text[..text.len() - 9].to_owned();
    let manifest = |from: &'static str, to: &'static str| {
        with(&roster, "manifest.csv", move |text| text.replace(from, to))
    };
    let cases = [
        (
            Kind::Csv,
            without(&county, "elever.csv"),
            "elever.csv is missing",
        ),
        (
            Kind::Csv,
            without(&county, "skoler.csv"),
            "skoler.csv is missing",
        ),
        (
            Kind::Csv,
            with(&county, "elever.csv", |text| {
                text.replacen(";u10", ";v10", 0)
                    .replace("#antall;", "#antall;1")
            }),
            "elever.csv announces",
        ),
        (
            Kind::Csv,
            with(&county, "skoler.csv", |text| {
                text.replacen("navn", "name", 1)
            }),
            "no column navn",
        ),
        (
            Kind::OneRoster,
            without(&roster, "manifest.csv"),
            "manifest.csv is missing",
        ),
        (
            Kind::OneRoster,
            without(&roster, "enrollments.csv"),
            "enrollments.csv is missing",
        ),
        (
            Kind::OneRoster,
            without(&roster, "academicSessions.csv"),
            "academicSessions.csv is missing",
        ),
        (
            Kind::OneRoster,
            manifest("file.users,bulk", "file.users,delta"),
            "users.csv holds changes",
        ),
        (
            Kind::OneRoster,
            manifest("file.users,bulk", "file.users,absent"),
            "users.csv is missing",
        ),
        (
            Kind::OneRoster,
            manifest("file.users,bulk", "file.users,some"),
            "neither bulk, delta nor absent",
        ),
        (
            Kind::OneRoster,
            with(&roster, "enrollments.csv", cut),
            "enrollments.csv is cut off",
        ),
        (
            Kind::Sds,
            without(&sds, "roles.csv"),
            "roles.csv is missing",
        ),
        (
            Kind::Sds,
            with(&sds, "users.csv", cut),
            "users.csv is cut off",
        ),
        (
            Kind::FintDump,
            without(&fint, "utdanning/elev/elev.json"),
            "utdanning/elev/elev.json is missing",
        ),
        (
            Kind::FintDump,
            with(&fint, "utdanning/elev/elev.json", cut),
            "utdanning/elev/elev.json is cut off",
        ),
        (
            Kind::FintDump,
            with(&fint, "utdanning/elev/elev.json", |text| {
                text.replacen("\"total_items\":", "\"total_items\":1", 1)
            }),
            "elev.json announces",
        ),
        (
            Kind::FintDump,
            with(&fint, "utdanning/elev/elev.json", |_| "{}".into()),
            "no list of resources",
        ),
        (
            Kind::FintDump,
            with(&fint, "utdanning/elev/elev.json", |_| "<html>".into()),
            "is not JSON",
        ),
    ];
    for (kind, files, expected) in cases {
        let error = refused(kind, &files);
        assert!(error.contains(expected), "{kind:?} {expected}: {error}");
    }
}

#[test]
fn a_pifu_file_of_changes_or_half_a_file_is_refused() {
    let whole = String::from_utf8(write::pifu(&county(7, 40))).unwrap();
    let read = |text: String| {
        let file = text.into_bytes();
        pifu::read("pifu.xml", || Ok(file.as_slice()), true).map_err(|error| error.to_string())
    };
    for (text, expected) in [
        (
            whole.replace("<type>full</type>", "<type>delta</type>"),
            "holds changes",
        ),
        (whole.replace("<type>full</type>", ""), "holds changes"),
        (
            whole[..whole.find("<group>").unwrap()].to_owned(),
            "cut off",
        ),
        (whole[..whole.len() / 2].to_owned(), "whole XML"),
        (whole.replace("enterprise", "register"), "root element"),
        (
            whole
                .replacen("<name>", "<name>&x;", 1)
                .replacen("<family>", "<family>&x;", 1),
            "entity",
        ),
        (
            whole.replacen("<name>", &format!("<{}>", "n".repeat(3 << 20)), 1),
            "whole XML",
        ),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    assert!(read(whole).is_ok());
}

#[test]
fn a_file_for_a_folder_and_a_folder_for_a_file_are_named() {
    let folder = std::env::temp_dir();
    let said =
        |kind, path: std::path::PathBuf| read_files(&FileSource::new(kind, path)).unwrap_err();
    assert!(matches!(
        said(Kind::Pifu, folder.clone()),
        SetError::Unreadable { .. }
    ));
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    assert!(matches!(said(Kind::Sds, file), SetError::Unreadable { .. }));
    assert!(matches!(
        said(Kind::Csv, folder.join("no-such-county")),
        SetError::NoFile { .. }
    ));
}

#[test]
fn a_bad_record_is_told_by_place_and_field_and_says_nothing_of_whom() {
    let files = with(&write::county(&county(3, 0)), "elever.csv", |text| {
        let heading = text.lines().next().unwrap().to_owned();
        let columns = heading.split(';').count();
        let row = |cells: &[(&str, &str)]| {
            let mut row = vec![""; columns];
            let usual = [
                ("nokkel", "1"),
                ("fornavn", "Hemmelig"),
                ("etternavn", "Navn"),
                ("skolenummer", "01600"),
                ("fra", "17.08.2026"),
                ("til", "31.07.2027"),
                ("klasse", "2A"),
            ];
            for (column, cell) in usual.iter().chain(cells) {
                let at = heading.split(';').position(|name| name == *column).unwrap();
                row[at] = cell;
            }
            row.join(";")
        };
        [
            heading.clone() + ";hemmelig_kolonne",
            row(&[("nokkel", "05840399895")]),
            row(&[("nokkel", "")]),
            row(&[("nokkel", "2"), ("fodselsnummer", "12345678901")]),
            row(&[("nokkel", "3"), ("fra", "31.08.2027")]),
            row(&[("nokkel", "4"), ("fra", "i høst")]),
            row(&[("nokkel", "5"), ("skolenummer", "99999")]),
            row(&[("nokkel", "6"), ("feidenavn", "ikke en adresse")]),
            row(&[("nokkel", "7"), ("gjest", "kanskje")]),
            row(&[("nokkel", "8")]),
            row(&[("nokkel", "8"), ("fornavn", "Annen")]),
            row(&[("nokkel", "9"), ("bilde", "file:///etc/passwd")]),
            row(&[("nokkel", "10"), ("mobil", "\u{7}")]),
            "for;få".to_owned(),
            String::new(),
        ]
        .iter()
        .enumerate()
        .map(|(at, line)| {
            if at > 0 && line.contains("Navn") {
                format!("{line};")
            } else {
                line.clone()
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
    });
    let read = parts::set(Kind::Csv, &|name| files.get(name).cloned(), true).unwrap();
    let faults: Vec<_> = read.faults.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(faults.join("\n"));
    for secret in [
        "Hemmelig",
        "hemmelig",
        "05840399895",
        "12345678901",
        "passwd",
        "Annen",
    ] {
        assert!(
            !faults.iter().any(|fault| fault.contains(secret)),
            "{secret}"
        );
    }
    assert_eq!(read.people.len(), 9);
}

#[test]
fn a_file_of_nothing_but_faults_does_not_fill_the_memory_with_them() {
    let rows = MAX_LISTED + 500;
    let mut file = String::from("nokkel;fornavn;etternavn;skolenummer;fra;til;klasse\n");
    file.push_str(&"x\n".repeat(rows));
    let read = parts::set(
        Kind::Csv,
        &|name| match name {
            "skoler.csv" => Some(b"skolenummer;navn\n".to_vec()),
            "elever.csv" => Some(file.clone().into_bytes()),
            _ => None,
        },
        true,
    )
    .unwrap();
    assert_eq!(
        (read.faults.len(), read.faults.iter().count()),
        (rows, MAX_LISTED)
    );
}
