//! The list of candidates as a school writes it: a CSV file.
//!
//! The first line names the columns, in any order and case: `student_number`, or `name` and `birth_date`, or all three;
//! and `room`, if there are rooms; in Norwegian too (`elevnummer`, `navn`, `fødselsdato`, `rom`). Other columns are passed over. Cells are separated by semicolons or commas, as the
//! first line is.

use chrono::NaiveDate;
use school_records::csv_cells;

/// One line of the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file; the first line is 1.
    pub line: usize,
    /// Who is meant.
    pub who: Named,
    /// Which room.
    pub room: Option<String>,
}

/// How a line names a person.
#[derive(Clone, PartialEq, Eq)]
pub enum Named {
    /// By the school's number, which goes before the name.
    Number(String),
    /// By full name and birth date.
    NameAndBirth(String, NaiveDate),
}

/// Who it is is personal.
impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Row({})", self.line)
    }
}

/// A line that cannot be used. Says nothing of what stands in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct BadLine {
    /// Its number in the file; the first line is 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub what: LineFault,
}

impl BadLine {
    pub(super) fn new(line: usize, what: LineFault) -> Self {
        Self { line, what }
    }
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// Some other way of writing letters.
    #[error("not UTF-8; save the list as “CSV UTF-8”")]
    NotUtf8,
    /// Which of two is meant is not known.
    #[error("the column {0} is there twice")]
    ColumnTwice(&'static str),
    /// Nobody is named.
    #[error(
        "the first line must name the columns: student_number, or name and birth_date; and room, if there are rooms"
    )]
    NoColumns,
    /// Cells are missing, or too many.
    #[error("it has {has} cells, and the first line has {first}")]
    Cells {
        /// So many.
        has: usize,
        /// The first line's.
        first: usize,
    },
    /// A date in some other form.
    #[error("the birth date must be as 2008-02-29 or 29.02.2008")]
    BirthDate,
    /// Nobody is named by the line.
    #[error("give the student number, or both name and birth date")]
    NoOne,
    /// Another line names the same person.
    #[error("this person is on the list already; take the line out")]
    Already,
    /// Nobody that the line can mean.
    #[error(
        "nobody with {by} has a right to a card on {day}; check it against the records, or take the line out"
    )]
    Nobody {
        /// By what the line names the person.
        by: NamedBy,
        /// The day of the exam.
        day: NaiveDate,
    },
    /// Too many whom it can mean.
    #[error("several people have {by}; name the one by the other")]
    Several {
        /// By what the line names the person.
        by: NamedBy,
    },
}

/// By what a line names a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// The school's number.
    Number,
    /// Name and birth date.
    NameAndBirth,
}

impl std::fmt::Display for NamedBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Number => "this student number",
            Self::NameAndBirth => "this name and birth date",
        })
    }
}

/// Reads the file: each line, good or bad.
///
/// # Errors
/// When the file as a whole cannot be read: the first line's fault, if it is not the text's.
pub fn read(file: &[u8]) -> Result<Vec<Result<Row, BadLine>>, BadLine> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let text = std::str::from_utf8(file).map_err(|error| {
        let before = file.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        BadLine::new(line, LineFault::NotUtf8)
    })?;
    let mut lines = (1_usize..).zip(text.lines());
    let header = lines.next().map_or("", |(_, line)| line);
    let separator = if header.contains(';') { ';' } else { ',' };
    let columns = Columns::of(&csv_cells(header, separator))?;
    Ok(lines
        .map(|(number, line)| (number, csv_cells(line, separator)))
        .filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()))
        .map(|(line, cells)| columns.row(line, &cells))
        .collect())
}

/// The columns, and what schools call them.
const KNOWN: [(&str, &[&str]); 4] = [
    ("student_number", &["elevnummer", "elevnr"]),
    ("name", &["navn", "namn"]),
    ("birth_date", &["fødselsdato", "fødselsdag"]),
    ("room", &["rom"]),
];

/// Where in a line what is.
struct Columns {
    count: usize,
    student_number: Option<usize>,
    name_and_birth: Option<(usize, usize)>,
    room: Option<usize>,
}

impl Columns {
    fn of(names: &[String]) -> Result<Self, BadLine> {
        let wrong = |what| Err(BadLine::new(1, what));
        let mut found = [None; 4];
        for ((known, norwegian), found) in KNOWN.into_iter().zip(&mut found) {
            let mut places = (0..names.len()).filter(|place| {
                names.get(*place).is_some_and(|name| {
                    let name = name.to_lowercase();
                    name == known || norwegian.contains(&name.as_str())
                })
            });
            *found = places.next();
            if places.next().is_some() {
                return wrong(LineFault::ColumnTwice(known));
            }
        }
        let [student_number, name, birth_date, room] = found;
        let columns = Self {
            count: names.len(),
            student_number,
            name_and_birth: name.zip(birth_date),
            room,
        };
        if columns.student_number.is_none() && columns.name_and_birth.is_none() {
            return wrong(LineFault::NoColumns);
        }
        Ok(columns)
    }

    fn row(&self, line: usize, cells: &[String]) -> Result<Row, BadLine> {
        if cells.len() != self.count {
            let (has, first) = (cells.len(), self.count);
            return Err(BadLine::new(line, LineFault::Cells { has, first }));
        }
        let at = |place: usize| {
            let cell = cells.get(place).map(String::as_str);
            cell.filter(|cell| !cell.is_empty())
        };
        let number = self.student_number.and_then(at);
        let name = self.name_and_birth.and_then(|(name, _)| at(name));
        let birth_date = self.name_and_birth.and_then(|(_, date)| at(date));
        let who = match (number, name, birth_date) {
            (Some(number), _, _) => Named::Number(number.to_owned()),
            (None, Some(name), Some(date)) => {
                let date = day(date).ok_or(BadLine::new(line, LineFault::BirthDate))?;
                Named::NameAndBirth(name.to_owned(), date)
            }
            _ => return Err(BadLine::new(line, LineFault::NoOne)),
        };
        let room = self.room.and_then(at).map(str::to_owned);
        Ok(Row { line, who, room })
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d.%m.%Y"]
        .into_iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(line: usize, number: &str, room: Option<&str>) -> Result<Row, BadLine> {
        Ok(Row {
            line,
            who: Named::Number(number.into()),
            room: room.map(str::to_owned),
        })
    }

    fn named(line: usize, name: &str, date: &str) -> Result<Row, BadLine> {
        Ok(Row {
            line,
            who: Named::NameAndBirth(name.into(), date.parse().unwrap()),
            room: None,
        })
    }

    #[test]
    fn numbers_or_names_are_read_with_either_separator_and_in_any_order() {
        let file = "\u{feff}Room;STUDENT_NUMBER;remark\r\nA203;100042;\r\n;100043;\"x;\"\"y\"\r\n\r\n;;\r\n";
        let rows = read(file.as_bytes()).unwrap();
        assert_eq!(
            rows,
            [number(2, "100042", Some("A203")), number(3, "100043", None),]
        );
        let file = "name,birth_date\nNora Bjørnstad,2008-02-29\n\"Ås, Per\",1.3.2008\n";
        let rows = read(file.as_bytes()).unwrap();
        assert_eq!(
            rows,
            [
                named(2, "Nora Bjørnstad", "2008-02-29"),
                named(3, "Ås, Per", "2008-03-01"),
            ]
        );
        let rows = read("Elevnummer;Rom\n100042;A203\n".as_bytes()).unwrap();
        assert_eq!(rows, [number(2, "100042", Some("A203"))]);
        // The number goes before the name, and a line may have either.
        let file = "student_number;name;birth_date\n1;Nora;x\n;Nora B;2008-02-29\n";
        let rows = read(file.as_bytes()).unwrap();
        assert_eq!(
            rows,
            [number(2, "1", None), named(3, "Nora B", "2008-02-29")]
        );
    }

    #[test]
    fn a_bad_line_says_where_it_is_and_what_to_do_and_nothing_of_the_person() {
        let file = "student_number;name;birth_date\n\
                    ;Nora;\n\
                    ;Nora;29/2-08\n\
                    1;Nora\n\
                    1;\"Nora;2008-02-29\n";
        let rows = read(file.as_bytes()).unwrap();
        let said: Vec<_> = rows
            .into_iter()
            .map(|row| row.unwrap_err().to_string())
            .collect();
        assert_eq!(
            said,
            [
                "line 2: give the student number, or both name and birth date",
                "line 3: the birth date must be as 2008-02-29 or 29.02.2008",
                "line 4: it has 2 cells, and the first line has 3",
                "line 5: it has 2 cells, and the first line has 3",
            ]
        );
    }

    #[test]
    fn a_file_that_is_no_such_list_is_refused_whole() {
        for (file, said) in [
            (&b""[..], "line 1: the first line must name the columns"),
            (
                b"name;room\n",
                "line 1: the first line must name the columns",
            ),
            (
                b"room;Room;student_number\n",
                "line 1: the column room is there twice",
            ),
            (
                b"name;birth_date\nBj\xf8rn;2008-01-01\n",
                "line 2: not UTF-8",
            ),
        ] {
            let error = read(file).unwrap_err().to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(file in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&file);
            let _ = read(&[b"student_number;room\n", file.as_slice()].concat());
        }
    }
}
