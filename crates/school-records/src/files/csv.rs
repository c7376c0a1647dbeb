//! A CSV file, row by row: bounded, with its place for what is wrong, and refused when it is cut off.
//!
//! UTF-8, with or without byte order mark, or Latin-1, which older systems write; parted by semicolons, commas or tabs, as
//! the heading has it; a value may stand in double quotes, and then hold all of these, and line ends (RFC 4180). Columns
//! are known by their names in the heading, in any order and case.

use super::SetError;
use crate::day::written_day;
use crate::text::Flaw;
use crate::{FaultReason, Faults, Period, Place};
use chrono::NaiveDate;
use std::collections::HashMap;
use std::io::{BufRead, Read as _};

/// The most bytes of a row. A quote that is never closed ends here.
const MAX_ROW: usize = 64 << 10;
const MAX_COLUMNS: usize = 256;
/// More rows than any county has of anything.
const MAX_ROWS: u64 = 10_000_000;

/// What the last line may say of how many rows there are: `#antall;3000`.
const COUNT: &str = "#antall";

/// A CSV file that is being read.
pub(crate) struct Csv<R> {
    input: R,
    file: String,
    separator: u8,
    columns: HashMap<String, usize>,
    width: usize,
    names: Vec<String>,
    /// The line that the row begins on, counted from 1.
    line: u64,
    next_line: u64,
    rows: u64,
    splitter: Splitter,
    has_ended: bool,
}

/// One row. Its place is its first line.
pub(crate) struct Row<'a> {
    pub(crate) place: Place,
    columns: &'a HashMap<String, usize>,
    cells: &'a [Vec<u8>],
}

impl<R: BufRead> Csv<R> {
    /// Reads the heading; `needed` are the columns without which the file is of no use.
    pub(crate) fn open(file: &str, input: R, needed: &[&str]) -> Result<Self, SetError> {
        let mut csv = Self {
            input,
            file: file.to_owned(),
            separator: b';',
            columns: HashMap::new(),
            width: 0,
            names: Vec::new(),
            line: 0,
            next_line: 1,
            rows: 0,
            splitter: Splitter::default(),
            has_ended: false,
        };
        let mut heading = Vec::new();
        csv.read_line(&mut heading)?;
        let heading = heading.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&heading);
        if heading.contains(&0) || heading.starts_with(&[0xff, 0xfe]) {
            return Err(csv.unreadable("it is not UTF-8 (saved as \"Unicode text\"?)"));
        }
        csv.separator = [b';', b'\t', b',']
            .into_iter()
            .find(|separator| heading.contains(separator))
            .unwrap_or(b';');
        csv.splitter.feed(heading, csv.separator);
        let names: Vec<String> = csv
            .splitter
            .cells
            .iter()
            .map(|cell| text_of(cell))
            .collect();
        if names.len() > MAX_COLUMNS {
            return Err(csv.unreadable("its heading has far too many columns"));
        }
        csv.width = names.len();
        for (at, name) in names.iter().enumerate() {
            let taken = csv.columns.insert(name.to_lowercase(), at);
            if taken.is_some() && !name.is_empty() {
                return Err(csv.unreadable("its heading has a column twice"));
            }
        }
        csv.names = names;
        for column in needed {
            if !csv.has(column) {
                return Err(SetError::NoColumn {
                    file: csv.file,
                    column: (*column).to_owned(),
                });
            }
        }
        Ok(csv)
    }

    /// Whether there is such a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.contains_key(&column.to_lowercase())
    }

    /// Reports the columns that are not among the known ones.
    pub(crate) fn report_unknown_columns(&self, known: &[&str], faults: &mut Faults) {
        let is_known = |name: &str| known.iter().any(|known| known.eq_ignore_ascii_case(name));
        for (at, name) in self.names.iter().enumerate() {
            if !name.is_empty() && !is_known(name) {
                let position = at + 1;
                faults.add(&self.place(1), FaultReason::UnknownColumn { position });
            }
        }
    }

    /// The next row that has as many cells as the heading; others are reported. None at the end.
    ///
    /// # Errors
    /// When the file is cut off, has another count than its last line says, or has a row that is far too long.
    pub(crate) fn next(&mut self, faults: &mut Faults) -> Result<Option<Row<'_>>, SetError> {
        loop {
            if self.has_ended {
                return Ok(None);
            }
            let Some(is_whole) = self.read_row()? else {
                self.has_ended = true;
                return Ok(None);
            };
            let cells = &self.splitter.cells;
            if cells.iter().all(|cell| cell.trim_ascii().is_empty()) {
                continue;
            }
            if cells[0].trim_ascii() == COUNT.as_bytes() {
                self.check_count()?;
                continue;
            }
            // Half a day or half a name can look whole: a last row without a line end is where the file was cut off.
            if !is_whole {
                return Err(SetError::CutOff {
                    file: self.file.clone(),
                });
            }
            self.rows += 1;
            if self.rows > MAX_ROWS {
                return Err(self.unreadable("it does not end"));
            }
            let mut surplus = cells.iter().skip(self.width);
            if cells.len() < self.width || surplus.any(|cell| !cell.trim_ascii().is_empty()) {
                faults.add(&self.place(self.line), FaultReason::CellCount);
                continue;
            }
            return Ok(Some(Row {
                place: self.place(self.line),
                columns: &self.columns,
                cells: &self.splitter.cells,
            }));
        }
    }

    /// Reads on to the end of a row: none at the end of the file, else whether the row has a line end.
    fn read_row(&mut self) -> Result<Option<bool>, SetError> {
        self.splitter.clear();
        self.line = self.next_line;
        let mut bytes = 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = self.read_line(&mut line)?;
            if read == 0 {
                if self.splitter.is_quoted {
                    return Err(SetError::CutOff {
                        file: self.file.clone(),
                    });
                }
                return Ok((bytes > 0).then_some(false));
            }
            bytes += read;
            if bytes > MAX_ROW {
                return Err(self.unreadable("a row is far too long (a quote that is not closed?)"));
            }
            let has_end = line.ends_with(b"\n");
            self.splitter.feed(&line, self.separator);
            if !self.splitter.is_quoted {
                return Ok(Some(has_end));
            }
        }
    }

    fn read_line(&mut self, line: &mut Vec<u8>) -> Result<usize, SetError> {
        let limit = MAX_ROW as u64 + 1;
        let read = (&mut self.input).take(limit).read_until(b'\n', line);
        let read = read.map_err(|source| SetError::Io {
            file: self.file.clone(),
            source,
        })?;
        self.next_line += 1;
        if read > MAX_ROW {
            return Err(self.unreadable("a line is far too long"));
        }
        Ok(read)
    }

    fn check_count(&mut self) -> Result<(), SetError> {
        let told = self.splitter.cells.get(1).map(|cell| text_of(cell));
        let announced = told
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| self.unreadable("the number after #antall is not one"))?;
        if announced == self.rows {
            return Ok(());
        }
        Err(SetError::Count {
            file: self.file.clone(),
            announced,
            given: self.rows,
        })
    }

    fn unreadable(&self, why: &'static str) -> SetError {
        SetError::Unreadable {
            file: self.file.clone(),
            why,
        }
    }

    fn place(&self, line: u64) -> Place {
        Place {
            class: self.file.clone(),
            id: format!("#{line}"),
        }
    }
}

impl Row<'_> {
    /// A text without surrounding space; none when there is none, or (with a fault) when it is no plain text.
    pub(crate) fn text(&self, column: &str, faults: &mut Faults) -> Option<String> {
        let at = match self.columns.get(column) {
            Some(at) => *at,
            None => *self.columns.get(&column.to_lowercase())?,
        };
        let text = text_of(self.cells.get(at)?);
        if let Some(flaw) = Flaw::of(&text) {
            faults.add(&self.place, flaw.reason(column));
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    /// As [`Row::text`], and a fault when there is none.
    pub(crate) fn required(&self, column: &str, faults: &mut Faults) -> Option<String> {
        let text = self.text(column, faults);
        if text.is_none() {
            let field = column.to_owned();
            faults.add(&self.place, FaultReason::Missing { field });
        }
        text
    }

    /// A day. The outer none, with a fault, is for what cannot be read.
    pub(crate) fn day(&self, column: &str, faults: &mut Faults) -> Option<Option<NaiveDate>> {
        let Some(text) = self.text(column, faults) else {
            return Some(None);
        };
        let day = written_day(&text);
        if day.is_none() {
            let field = column.to_owned();
            faults.add(&self.place, FaultReason::UnreadableDate { field });
        }
        day.map(Some)
    }

    /// A period; none, with a fault, when it cannot be relied on.
    pub(crate) fn period(&self, start: &str, end: &str, faults: &mut Faults) -> Option<Period> {
        let (start, last) = (self.day(start, faults), self.day(end, faults));
        let period = Period {
            start: start?,
            end: last?,
        };
        if period.ends_before_it_begins() {
            let field = end.to_owned();
            faults.add(&self.place, FaultReason::EndsBeforeItBegins { field });
            return None;
        }
        Some(period)
    }

    /// A yes or no, in Norwegian or English; no when there is nothing.
    pub(crate) fn flag(&self, column: &str, faults: &mut Faults) -> bool {
        let Some(text) = self.text(column, faults) else {
            return false;
        };
        match text.to_lowercase().as_str() {
            "ja" | "j" | "1" | "true" | "yes" | "sann" => true,
            "nei" | "n" | "0" | "false" | "no" | "usann" => false,
            _ => {
                let field = column.to_owned();
                faults.add(&self.place, FaultReason::WrongKind { field });
                false
            }
        }
    }
}

/// Parts a row into cells, one line of it after the other.
#[derive(Default)]
struct Splitter {
    cells: Vec<Vec<u8>>,
    is_quoted: bool,
    /// The last byte was a quote inside quotes: its end, or the first of two.
    after_quote: bool,
}

impl Splitter {
    fn clear(&mut self) {
        self.cells.clear();
        self.is_quoted = false;
        self.after_quote = false;
    }

    fn feed(&mut self, line: &[u8], separator: u8) {
        if self.cells.is_empty() {
            self.cells.push(Vec::new());
        }
        for &byte in line {
            let Some(cell) = self.cells.last_mut() else {
                return;
            };
            if self.is_quoted && !self.after_quote {
                match byte {
                    b'"' => self.after_quote = true,
                    byte => cell.push(byte),
                }
                continue;
            }
            if self.after_quote {
                self.after_quote = false;
                if byte == b'"' {
                    cell.push(b'"');
                    continue;
                }
                self.is_quoted = false;
            }
            match byte {
                b'"' if cell.trim_ascii().is_empty() => {
                    cell.clear();
                    self.is_quoted = true;
                }
                byte if byte == separator => self.cells.push(Vec::new()),
                byte => cell.push(byte),
            }
        }
        // The line's end, or the file's, after a quote: it was the closing one.
        if self.after_quote && !line.ends_with(b"\n") {
            self.after_quote = false;
            self.is_quoted = false;
        }
    }
}

/// UTF-8, or else Latin-1.
fn text_of(cell: &[u8]) -> String {
    match std::str::from_utf8(cell) {
        Ok(text) => text.trim().to_owned(),
        Err(_) => {
            let latin: String = cell.iter().copied().map(char::from).collect();
            latin.trim().to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Rows = Vec<Vec<Option<String>>>;

    fn read(file: &[u8], columns: &[&str]) -> Result<(Rows, Vec<String>), SetError> {
        let mut faults = Faults::default();
        let mut csv = Csv::open("f.csv", file, columns)?;
        let mut rows = Vec::new();
        while let Some(row) = csv.next(&mut faults)? {
            rows.push(
                columns
                    .iter()
                    .map(|column| row.text(column, &mut faults))
                    .collect(),
            );
        }
        Ok((rows, faults.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn rows_are_read_by_the_names_of_their_columns() {
        let cases: [&[u8]; 6] = [
            "\u{feff}B;A\r\n2;Bjørkøy\r\n".as_bytes(),
            "a,b\nBjørkøy,2\n#antall,1".as_bytes(),
            "a\tb\nBjørkøy\t 2 \n\n\t\n".as_bytes(),
            "a,b,c\n\"Bjørkøy\" ,\"2\",\"x,\"\"\ny\"\n".as_bytes(),
            b"a;b\nBj\xf8rk\xf8y;2;\n",
            "a;b\nBjørkøy;2\n#antall;1\n".as_bytes(),
        ];
        for file in cases {
            let (rows, faults) = read(file, &["a", "b"]).unwrap();
            let name = String::from_utf8_lossy(file);
            assert_eq!(rows, [[Some("Bjørkøy".into()), Some("2".into())]], "{name}");
            assert!(faults.is_empty(), "{name} {faults:?}");
        }
    }

    #[test]
    fn a_bad_row_is_told_by_its_line_and_the_rest_is_read() {
        let long = "x".repeat(crate::text::MAX_TEXT + 1);
        let file = format!("a;b\n1;\"x\ny\"\n2\n3;4;5\n{long};6\n7;8\n");
        let (rows, faults) = read(file.as_bytes(), &["a", "b"]).unwrap();
        assert_eq!(rows.len(), 3);
        assert_eq!(
            faults,
            [
                "f.csv #2: has a value of the wrong kind in b",
                "f.csv #4: has another number of cells than the heading",
                "f.csv #5: has another number of cells than the heading",
                "f.csv #6: has a value that is far too long in a",
            ]
        );
    }

    #[test]
    fn a_file_that_is_not_whole_or_no_such_file_is_refused() {
        let endless = format!("a;b\n1;\"{}", "x\n".repeat(MAX_ROW));
        let cases: [(&[u8], &str); 9] = [
            (b"a;b\n1;2\n3;4", "f.csv is cut off"),
            (b"a;b\n1;\"2", "f.csv is cut off"),
            (b"a;b\n1;2\n#antall;2\n", "f.csv announces 2 rows and has 1"),
            (
                b"a;b\n#antall;mange\n",
                "the number after #antall is not one",
            ),
            (b"", "f.csv has no column a"),
            (b"b;c\n", "f.csv has no column a"),
            (b"a;b;A\n", "a column twice"),
            (b"\xff\xfea\0;\0b\0\n\0", "not UTF-8"),
            (endless.as_bytes(), "far too long"),
        ];
        for (file, expected) in cases {
            let error = read(file, &["a", "b"]).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_with_quotes_is_read_as_it_was(cells in prop::collection::vec("[a-zæøå\";, ]{0,12}", 3)) {
            let written: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            let file = format!("a;b;c\n{}\n", written.join(";"));
            let (rows, faults) = read(file.as_bytes(), &["a", "b", "c"]).unwrap();
            let expected: Vec<_> = cells.iter().map(|cell| cell.trim()).map(|cell| (!cell.is_empty()).then(|| cell.to_owned())).collect();
            prop_assert!(faults.is_empty());
            if expected.iter().any(Option::is_some) {
                prop_assert_eq!(rows, [expected]);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut file = b"a;b\n".to_vec();
            file.extend(bytes);
            let _ = read(&file, &["a", "b"]);
        }
    }
}
