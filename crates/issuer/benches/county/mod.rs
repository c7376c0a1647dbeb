//! A synthetic county as the county's own lists, written row by row: as large as it needs to be, the same each time.

#![allow(
    dead_code,
    reason = "a benchmark and a test each use their own part of this"
)]

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

/// What is in the lists.
#[derive(Clone, Copy, Debug)]
pub(crate) struct County {
    /// Pupils, most with a library code.
    pub(crate) pupils: usize,
    /// Apprentices.
    pub(crate) apprentices: usize,
    /// What is otherwise than it was.
    pub(crate) change: Change,
}

/// What is otherwise than it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing.
    None,
    /// A new school year: every pupil is in another class.
    NextYear,
    /// A bit of everything: some are gone, some have lost their right, some have become someone else, some are in other
    /// classes and some have other codes.
    Some,
}

const GIVEN: [&str; 7] = [
    "Nora",
    "Áslak",
    "Jonas",
    "Sunniva",
    "Emil",
    "Þórdís",
    "Søren",
];
const FAMILY: [&str; 6] = ["Bjørkøy", "Hætta", "Lie", "Moe", "van der Berg", "Næss"];
const SCHOOLS: usize = 40;

impl County {
    /// Writes the lists into a folder.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let new = |name: &str| Ok::<_, io::Error>(BufWriter::new(File::create(folder.join(name))?));
        let mut schools = new("skoler.csv")?;
        writeln!(schools, "skolenummer;navn;organisasjonsnummer;telefon")?;
        for n in 0..SCHOOLS {
            writeln!(
                schools,
                "{};Skole nummer {n};97400{n:04};6805{n:04}",
                16_000 + n
            )?;
        }
        writeln!(schools, "#antall;{SCHOOLS}")?;
        schools.flush()?;
        self.write_pupils(&mut new("elever.csv")?)?;
        self.write_apprentices(&mut new("larlinger.csv")?)?;
        self.write_codes(&mut new("bibliotek.csv")?)
    }

    fn is(&self, change: Change, n: usize, of: usize, at: usize) -> bool {
        self.change == change && n % of == at
    }

    fn write_pupils(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "nokkel;feidenavn;fodselsnummer;fornavn;mellomnavn;etternavn;fodselsdato;mobil;elevnummer;gjest;skolenummer;\
             hovedskole;fra;til;kategori;klasse;trinn;programkode;program"
        )?;
        let mut rows = 0;
        for n in 0..self.pupils {
            if self.is(Change::Some, n, 150, 7) {
                continue;
            }
            rows += 1;
            let born = if self.is(Change::Some, n, 150, 9) {
                n + 1
            } else {
                n
            };
            let end = if self.is(Change::Some, n, 150, 8) {
                "2021"
            } else {
                "2099"
            };
            let is_moved = self.change == Change::NextYear || self.is(Change::Some, n, 5, 0);
            let year = 1 + (n % 3) + usize::from(is_moved);
            writeln!(
                out,
                "{};elev{n}@fjordviken.example;{};{};{};{};{};6805{:04};{};nei;{};ja;17.08.2020;31.07.{end};2;{year}ST{};VG{year};STUSP{year}----;Studiespesialisering",
                1_000_000 + n,
                if born == n { number(n) } else { String::new() },
                GIVEN[n % GIVEN.len()],
                if n % 4 == 0 { "Marie" } else { "" },
                FAMILY[n % FAMILY.len()],
                birth_date(born),
                n % 10_000,
                10_000_000 + n,
                16_000 + n % SCHOOLS,
                ["A", "B", "C", "D"][n / 30 % 4],
            )?;
        }
        writeln!(out, "#antall;{rows}")?;
        out.flush()
    }

    fn write_apprentices(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "nokkel;fodselsnummer;fornavn;etternavn;fodselsdato;mobil;kontraktstype;fra;til;bedrift;bedriftsnummer;fag;bestatt"
        )?;
        for n in 0..self.apprentices {
            let person = self.pupils.max(1_000_000) + n;
            writeln!(
                out,
                "{};{};{};{};{};6805{:04};Lærling;15.08.2020;14.08.2099;Fjord Bygg {} AS;99900{:04};Tømrer;",
                5_000_000 + n,
                number(person),
                GIVEN[n % GIVEN.len()],
                FAMILY[n % FAMILY.len()],
                birth_date(person),
                n % 10_000,
                n % 900,
                n % 900,
            )?;
        }
        writeln!(out, "#antall;{}", self.apprentices)?;
        out.flush()
    }

    fn write_codes(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "elevnummer;kode;symbologi")?;
        for n in (0..self.pupils).filter(|n| n % 10 != 0 && !self.is(Change::Some, *n, 150, 7)) {
            let code = if self.is(Change::Some, n, 50, 1) {
                n + 5
            } else {
                n
            };
            writeln!(out, "{};N{code:09};code128", 10_000_000 + n)?;
        }
        out.flush()
    }
}

/// So many birth dates there are, from 1 January 2001 on, each month of 28 days.
const DAYS: usize = 8 * 12 * 28;

fn birth_parts(n: usize) -> (usize, usize, usize) {
    let day = n % DAYS;
    (1 + day % 28, 1 + day / 28 % 12, 1 + day / (28 * 12))
}

fn birth_date(n: usize) -> String {
    let (day, month, year) = birth_parts(n);
    format!("{day:02}.{month:02}.20{year:02}")
}

/// A number of Tenor's kind (month + 80), or none where the control digits cannot be.
fn number(n: usize) -> String {
    let (day, month, year) = birth_parts(n);
    let individual = 500 + n / DAYS % 500;
    let text = format!("{day:02}{:02}{year:02}{individual:03}", month + 80);
    let mut digits: Vec<u32> = text
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .collect();
    for weights in [
        &[3, 7, 6, 1, 8, 9, 4, 5, 2][..],
        &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2],
    ] {
        let sum: u32 = digits
            .iter()
            .zip(weights)
            .map(|(digit, weight)| digit * weight)
            .sum();
        match (11 - sum % 11) % 11 {
            10 => return String::new(),
            control => digits.push(control),
        }
    }
    digits.iter().map(u32::to_string).collect()
}

/// Settings with these lists for the source and all data in a folder.
pub(crate) fn settings(folder: &Path) -> String {
    let folder = folder.display();
    let sample = include_str!("../../../../tests/county/issuer.toml.in")
        .replace("@ISSUER_URL@", "http://127.0.0.1:8020")
        .replace("@ISSUER_LISTEN@", "127.0.0.1:8020")
        .replace("@FEIDE_URL@", "http://127.0.0.1:8021")
        .replace("@COUNTY_URL@", "http://127.0.0.1:8022")
        .replace("@DATA@", &folder.to_string())
        .replace("enabled_schools = @ENABLED_SCHOOLS@", "")
        .replace("# source = \"fint\"", "source = \"csv\"");
    format!(
        "{sample}\n[records.files]\npath = \"{folder}/lists\"\n\n[sms]\nsender = \"file\"\n\
         file = \"{folder}/sms.jsonl\"\naddress = \"fjordviken.example/bevis\"\n"
    )
}
