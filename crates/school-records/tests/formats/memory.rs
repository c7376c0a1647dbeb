//! Memory does not grow with the file, only with what is kept of it.
//!
//! The peak of the process is read from `/proc`, so this holds on Linux; each case runs in a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::process::Command;

use crate::fat_county::FatCounty;
use school_records::files::{FileSource, Kind, parts, read as read_files};
use school_records::{SchoolRecords, fint, pifu};

/// The text that each case makes, without ever holding it, in MB.
const MEGABYTES: usize = 12;

/// The most that the peak may grow by: far less than the file.
const MAY_GROW_KB: u64 = 5 << 10;

/// A head, one piece over and over, and a tail.
struct Endless {
    head: &'static [u8],
    piece: &'static [u8],
    times: usize,
    tail: &'static [u8],
    at: usize,
}

impl Endless {
    fn file(head: &'static str, piece: &'static str, tail: &'static str) -> BufReader<Self> {
        BufReader::new(Self {
            head: head.as_bytes(),
            piece: piece.as_bytes(),
            times: (MEGABYTES << 20) / piece.len(),
            tail: tail.as_bytes(),
            at: 0,
        })
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = if self.head.is_empty() && self.times == 0 {
            self.tail
        } else if self.head.is_empty() {
            self.piece
        } else {
            self.head
        };
        let read = (&left[self.at..]).read(buffer)?;
        self.at += read;
        if self.at == left.len() && read > 0 {
            self.at = 0;
            if !self.head.is_empty() {
                self.head = b"";
            } else if self.times > 0 {
                self.times -= 1;
            } else {
                self.tail = b"";
            }
        }
        Ok(read)
    }
}

fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A file of people who are no pupils: teachers, guardians, and everything that no card needs.
fn pifu_of_others() -> BufReader<Endless> {
    Endless::file(
        "<enterprise><properties><type>full</type></properties>",
        "<person><sourcedid><source>F</source><id>77</id></sourcedid><userid useridtype=\"personNIN\">x</userid><name><fn>Et \
         langt navn som ingen trenger</fn><n><family>Navn</family><given>Langt</given></n></name><adr><street>Veien \
         1</street></adr></person>\n<membership><sourcedid><source>F</source><id>g</id></sourcedid><member><sourcedid><source>F</source><id>77</id></sourcedid><idtype>1</idtype><role \
         roletype=\"02\"><status>1</status></role></member></membership>\n",
        "</enterprise>",
    )
}

/// What each case reads; how many records come of it.
fn run(case: &str) -> usize {
    match case {
        "pifu" => {
            let read = pifu::read("pifu.xml", || Ok(pifu_of_others()), true).unwrap();
            read.people.len() + read.faults.len()
        }
        // One person over and over.
        "csv" => {
            let endless = |name: &str| -> Option<Box<dyn BufRead>> {
                Some(match name {
                    "skoler.csv" => Box::new(&b"skolenummer;navn\n1;Skole\n"[..]),
                    "elever.csv" => Box::new(Endless::file(
                        "nokkel;fornavn;etternavn;skolenummer;fra;til;klasse;merknad\n",
                        "1;Nora;Lie;1;17.08.2026;31.07.2027;2A;en merknad som ingen leser, og som er lang nok til å merkes\n",
                        "",
                    )),
                    _ => return None,
                })
            };
            parts::stream(Kind::Csv, &endless, true)
                .unwrap()
                .people
                .len()
                - 1
        }
        "vigo" => {
            let file = Endless::file(
                "{\"errorMessage\":null,\"kontrakter\":[null",
                ",{\"elev\":{\"sysId\":\"\"},\"type\":\"L\",\"annet\":[1,2,3,4,5,6,7,8,9,\"noe annet som ikke brukes til noe\"]}",
                "]}",
            );
            parts::vigo(file, true).unwrap().people.len()
        }
        // Of a resource only what a card needs is kept.
        "fint" => {
            let endless = |name: &str| -> Option<Box<dyn BufRead>> {
                Some(if name == "utdanning/elev/elev.json" {
                    let unused = "x".repeat(32 << 10);
                    let piece =
                        format!(",{{\"hybeladresse\":{{\"adresselinje\":[\"{unused}\"]}}}}");
                    Box::new(Endless::file("[null", piece.leak(), "]"))
                } else {
                    Box::new(&b"[]"[..])
                })
            };
            parts::stream(Kind::FintDump, &endless, true)
                .unwrap()
                .people
                .len()
        }
        other => panic!("no case {other}"),
    }
}

/// The most that a county in FINT may take for a pupil and a quarter of an apprentice, in kB: what is kept of them and a little
/// more. Of each there are 8 kB of JSON, which parsed would be over 30.
const OF_FINT_KB: u64 = 4;

/// Reads a county of so many pupils.
fn read_fint(case: &str, county: &FatCounty) -> SchoolRecords {
    match case {
        "fint-dump" => {
            let file = |name: &str| Some(county.file(name));
            parts::stream(Kind::FintDump, &file, true).unwrap()
        }
        "fint" => {
            let reading = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            reading
                .block_on(fint::read(&FatCounty::source(), county))
                .unwrap()
        }
        other => panic!("no case {other}"),
    }
}

/// What the test is to do in this process, if it is one of its own.
const CASE: &str = "LOMMEBEVIS_MEMORY_CASE";

/// Runs a test of this file in processes of their own, one for each case.
fn in_processes_of_their_own(test: &str, cases: &[&str]) {
    let this = std::env::current_exe().unwrap();
    for case in cases {
        let output = Command::new(&this)
            .args(["--exact", &format!("memory::{test}"), "--nocapture"])
            .env(CASE, case)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn memory_does_not_grow_with_the_file() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let Ok(case) = std::env::var(CASE) else {
        return in_processes_of_their_own(
            "memory_does_not_grow_with_the_file",
            &["pifu", "csv", "vigo", "fint"],
        );
    };
    let before = peak_kb();
    assert_eq!(run(&case), 0);
    let grown = peak_kb() - before;
    assert!(grown < MAY_GROW_KB, "{case} grew by {grown} kB");
}

#[test]
fn of_fint_memory_holds_what_is_kept_and_little_more() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let Ok(case) = std::env::var(CASE) else {
        return in_processes_of_their_own(
            "of_fint_memory_holds_what_is_kept_and_little_more",
            &["fint", "fint-dump"],
        );
    };
    let pupils = std::env::var("LOMMEBEVIS_MEMORY_PUPILS");
    let county = FatCounty {
        pupils: pupils.map_or(2_000, |number| number.parse().unwrap()),
    };
    let before = peak_kb();
    let records = read_fint(&case, &county);
    let grown = peak_kb() - before;
    assert_eq!(records.people.len(), county.pupils + county.apprentices());
    assert!(
        records.people[0].enrolments[0].classes.len() == 2
            && records.people[0].family_name.starts_with("Bjørkøy")
    );
    let most = MAY_GROW_KB / 2 + OF_FINT_KB * county.pupils as u64;
    println!("{case}: {grown} kB");
    assert!(grown < most, "{case} grew by {grown} kB");
}

#[test]
fn a_missing_set_is_named() {
    let error = read_files(&FileSource::new(Kind::Vigo, "no-such.json".into())).unwrap_err();
    assert_eq!(error.to_string(), "no-such.json is missing");
}
