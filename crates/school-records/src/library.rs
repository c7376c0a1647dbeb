//! Library codes from `bibliotek.csv`: FINT has no place for them.
//!
//! The first line names the columns, in any order and case: `elevnummer`, `feidenavn` or both; `kode`; and, if the
//! codes are not to be drawn as the school's setting says, `symbologi` (`qr`, `code39`, `code128`, `itf`, `codabar`,
//! `ean13`). Columns are parted by semicolons, commas or tabs, and a value may stand in double quotes.

use crate::text::Flaw;
use crate::{Fault, FaultReason, LibraryCodeRecord, Place, SchoolRecords, Symbology};
use std::collections::HashMap;
use thiserror::Error;

/// The class under which faults of the file are reported.
const CLASS: &str = "bibliotek.csv";
const MAX_BYTES: usize = 32 << 20;
const MAX_CODE: usize = 64;

/// Why a library file cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LibraryFileError {
    /// Larger than any real file.
    #[error("the library file is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// A column that must be there is not.
    #[error("the library file has no column {0}")]
    NoColumn(&'static str),
}

/// Gives the people in the records the codes of the file; rows that cannot be used become faults of the records.
///
/// # Errors
/// When the file is too large, or lacks the columns; then the records are as before.
pub fn add_codes(file: &[u8], records: &mut SchoolRecords) -> Result<(), LibraryFileError> {
    if file.len() > MAX_BYTES {
        return Err(LibraryFileError::TooLarge);
    }
    let text = text_of(file);
    let mut lines = (1_usize..).zip(text.lines());
    let header = lines.next().map_or("", |(_, line)| line);
    let separator = [';', '\t', ',']
        .into_iter()
        .find(|separator| header.contains(*separator))
        .unwrap_or(';');
    let columns = Columns::from_header(&cells(header, separator))?;
    let found_by = Keys::of(records);

    let mut given: HashMap<usize, LibraryCodeRecord> = HashMap::new();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        match columns.read(&cells(line, separator), &found_by) {
            Ok((person, code)) => {
                // A second row that says the same is no fault.
                if given.get(&person).is_some_and(|first| *first != code) {
                    records.faults.push(fault(number, FaultReason::SameKey));
                } else {
                    given.insert(person, code);
                }
            }
            Err(reason) => records.faults.push(fault(number, reason)),
        }
    }
    for (person, code) in given {
        records.people[person].library_code = Some(code);
    }
    Ok(())
}

struct Columns {
    student_number: Option<usize>,
    feide_name: Option<usize>,
    code: usize,
    symbology: Option<usize>,
}

impl Columns {
    fn from_header(names: &[String]) -> Result<Self, LibraryFileError> {
        let at = |wanted: &str| names.iter().position(|name| name.to_lowercase() == wanted);
        let (student_number, feide_name) = (at("elevnummer"), at("feidenavn"));
        if student_number.is_none() && feide_name.is_none() {
            return Err(LibraryFileError::NoColumn("elevnummer or feidenavn"));
        }
        Ok(Self {
            student_number,
            feide_name,
            code: at("kode").ok_or(LibraryFileError::NoColumn("kode"))?,
            symbology: at("symbologi"),
        })
    }

    fn read(
        &self,
        cells: &[String],
        keys: &Keys,
    ) -> Result<(usize, LibraryCodeRecord), FaultReason> {
        let cell = |at: Option<usize>| {
            at.and_then(|at| cells.get(at))
                .map(String::as_str)
                .filter(|text| !text.is_empty())
        };
        let code = cell(Some(self.code)).ok_or_else(|| FaultReason::Missing {
            field: "kode".into(),
        })?;
        if Flaw::within(code, MAX_CODE).is_some() {
            return Err(FaultReason::WrongKind {
                field: "kode".into(),
            });
        }
        let symbology = match cell(self.symbology) {
            None => None,
            Some(word) => Some(symbology(word).ok_or_else(|| FaultReason::WrongKind {
                field: "symbologi".into(),
            })?),
        };
        let person = keys
            .find(cell(self.student_number), cell(self.feide_name))
            .ok_or(FaultReason::NobodyKnown)?;
        let code = LibraryCodeRecord {
            code: code.to_owned(),
            symbology,
        };
        Ok((person, code))
    }
}

/// Where the people are, by what the file may call them; none where two people are called so.
pub(crate) struct Keys {
    student_number: HashMap<String, Option<usize>>,
    feide_name: HashMap<String, Option<usize>>,
}

impl Keys {
    /// The place of whoever has the number, or else the Feide name. A number or name that two people have is nobody's.
    pub(crate) fn find(&self, number: Option<&str>, feide_name: Option<&str>) -> Option<usize> {
        let by_number = number.and_then(|number| self.student_number.get(number));
        let by_name = || self.feide_name.get(&feide_name?.to_lowercase());
        by_number.or_else(by_name).copied().flatten()
    }

    pub(crate) fn of(records: &SchoolRecords) -> Self {
        let (mut student_number, mut feide_name) = (HashMap::new(), HashMap::new());
        let add = |map: &mut HashMap<String, Option<usize>>, name: Option<String>, at| {
            if let Some(name) = name {
                map.entry(name)
                    .and_modify(|known| *known = None)
                    .or_insert(Some(at));
            }
        };
        for (at, person) in records.people.iter().enumerate() {
            add(&mut student_number, person.student_number.clone(), at);
            add(&mut feide_name, person.feide_name.clone(), at);
        }
        Self {
            student_number,
            feide_name,
        }
    }
}

fn symbology(word: &str) -> Option<Symbology> {
    let plain: String = word
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    Some(match plain.as_str() {
        "qr" | "qrcode" | "qrkode" => Symbology::Qr,
        "code39" => Symbology::Code39,
        "code128" => Symbology::Code128,
        "itf" | "interleaved2of5" => Symbology::Itf,
        "codabar" => Symbology::Codabar,
        "ean13" => Symbology::Ean13,
        _ => return None,
    })
}

/// UTF-8 with or without BOM; else Latin-1, which older library systems write.
fn text_of(file: &[u8]) -> String {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    match std::str::from_utf8(file) {
        Ok(text) => text.to_owned(),
        Err(_) => file.iter().copied().map(char::from).collect(),
    }
}

/// The cells of a line of a CSV file, trimmed. A doubled quote inside quotes is a quote.
pub fn cells(line: &str, separator: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut signs = line.chars().peekable();
    while let Some(sign) = signs.next() {
        let Some(cell) = cells.last_mut() else { break };
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => quoted = true,
            sign if sign == separator && !quoted => cells.push(String::new()),
            sign => cell.push(sign),
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

fn fault(line: usize, reason: FaultReason) -> Fault {
    Fault {
        place: Place {
            class: CLASS.into(),
            id: format!("#{line}"),
        },
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PersonRecord;
    use proptest::prelude::*;

    fn records() -> SchoolRecords {
        let person = |key: &str, number: Option<&str>, feide: Option<&str>| PersonRecord {
            source_key: key.into(),
            feide_name: feide.map(str::to_owned),
            student_number: number.map(str::to_owned),
            ..crate::model::nobody()
        };
        SchoolRecords {
            people: vec![
                person("elev:1", Some("00012"), Some("nora@fjordviken.example")),
                person("elev:2", Some("12"), None),
                person("larling:3", None, Some("leif@fjordviken.example")),
            ],
            ..SchoolRecords::default()
        }
    }

    /// The codes given, and the faults, as lines.
    fn after(file: &[u8]) -> (Vec<String>, Vec<String>) {
        let mut records = records();
        add_codes(file, &mut records).expect("a usable file");
        let codes = records
            .people
            .iter()
            .filter_map(|person| person.library_code.as_ref())
            .map(|code| format!("{} {:?}", code.code, code.symbology))
            .collect();
        (codes, records.faults.iter().map(Fault::to_string).collect())
    }

    #[test]
    fn a_number_that_two_people_have_is_nobodys_and_is_told() {
        let mut records = records();
        records.people[1].student_number = Some("00012".into());
        add_codes(b"kode;elevnummer\n0007;00012\n", &mut records).expect("a usable file");
        assert!(
            records
                .people
                .iter()
                .all(|person| person.library_code.is_none())
        );
        assert_eq!(records.faults.len(), 1);
    }

    #[test]
    fn codes_are_kept_as_they_are_written() {
        let file = "\u{feff}Kode;Elevnummer;FEIDENAVN;symbologi\r\n\
                    0007;00012;;qr\r\n\
                    \"a;b\"\"c\";12;;Code 128\r\n\
                    N000123456;;Leif@fjordviken.example;\r\n\r\n";
        let (codes, faults) = after(file.as_bytes());
        let expected = ["0007 Some(Qr)", "a;b\"c Some(Code128)", "N000123456 None"];
        assert_eq!(codes, expected);
        assert!(faults.is_empty(), "{faults:?}");
    }

    #[test]
    fn commas_tabs_and_latin_1_are_read_too() {
        assert_eq!(after(b"elevnummer,kode\n12,X1\n").0, ["X1 None"]);
        assert_eq!(after(b"elevnummer\tkode\n12\tX1\n").0, ["X1 None"]);
        assert_eq!(after(b"elevnummer;kode\n12;B\xf81\n").0, ["Bø1 None"]);
    }

    #[test]
    fn rows_that_cannot_be_used_are_reported_and_the_rest_is_read() {
        let file = "elevnummer;kode;symbologi\n\
                    99;X1;qr\n12;;qr\n12;X2;aztec\n00012;X3;qr\n00012;X4;qr\n00012;X3;qr\n12\n";
        let (codes, faults) = after(file.as_bytes());
        assert_eq!(codes, ["X3 Some(Qr)"]);
        assert_eq!(
            faults,
            [
                "bibliotek.csv #2: names nobody in the records",
                "bibliotek.csv #3: lacks kode",
                "bibliotek.csv #4: has a value of the wrong kind in symbologi",
                "bibliotek.csv #6: has the key of another record",
                "bibliotek.csv #8: lacks kode",
            ]
        );
    }

    #[test]
    fn a_file_without_its_columns_changes_nothing() {
        let mut records = records();
        let cases: [(&[u8], &str); 3] = [
            (b"", "elevnummer or feidenavn"),
            (b"elevnummer;code\n12;1", "kode"),
            (b"kode\n1", "elevnummer or feidenavn"),
        ];
        for (file, column) in cases {
            let error = add_codes(file, &mut records).expect_err(column);
            assert_eq!(error, LibraryFileError::NoColumn(column));
        }
        assert_eq!(records, self::records());
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(file in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut file = file;
            file.splice(0..0, *b"elevnummer;kode\n");
            let _ = add_codes(&file, &mut records());
        }
    }
}
