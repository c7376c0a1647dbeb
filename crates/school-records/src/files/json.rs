//! A list in a JSON file, element by element: one record is in memory at a time, and none can be without end.

use super::SetError;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;
use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, Read};

/// More records than any county has of anything.
const MAX_RECORDS: u64 = 5_000_000;

/// What stands around the list.
#[derive(Debug, Default)]
pub(crate) struct Around {
    /// The members of the outer object but the list; empty where the list is all there is.
    pub(crate) members: serde_json::Map<String, Value>,
    /// How many records the list had; none if there was no list.
    pub(crate) given: Option<u64>,
}

/// Reads a file whose list is the file itself, or lies at a path of member names in an object. Each record of it is given
/// to `take`. Neither a record nor anything else outside the list may have more than `most` bytes.
pub(crate) fn read(
    file: &str,
    input: impl BufRead,
    path: &[&str],
    most: usize,
    mut take: impl FnMut(Value),
) -> Result<Around, SetError> {
    let left = Cell::new(most);
    let mut around = Around::default();
    let mut input = input;
    skip_byte_order_mark(&mut input).map_err(|source| SetError::Io {
        file: file.to_owned(),
        source,
    })?;
    let limited = Limited { input, left: &left };
    let mut json = serde_json::Deserializer::from_reader(limited);
    let seed = Outer {
        path,
        most,
        left: &left,
        take: &mut take,
        around: &mut around,
    };
    seed.deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|error| refusal(file, &error))?;
    Ok(around)
}

/// serde_json's own words can quote what it read, so only the place is taken over.
fn refusal(file: &str, error: &serde_json::Error) -> SetError {
    let file = file.to_owned();
    let why = match error.classify() {
        Category::Eof => return SetError::CutOff { file },
        Category::Io if error.io_error_kind() == Some(io::ErrorKind::FileTooLarge) => {
            "a record is far too long"
        }
        Category::Io => "it cannot be read on",
        Category::Syntax => "it is not JSON",
        Category::Data => "it is not a list of records, or has no end, or a member twice",
    };
    SetError::Json {
        file,
        line: error.line(),
        column: error.column(),
        why,
    }
}

fn skip_byte_order_mark(input: &mut impl BufRead) -> io::Result<()> {
    if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    Ok(())
}

/// Gives no more than what is left until the next record begins.
struct Limited<'a, R> {
    input: R,
    left: &'a Cell<usize>,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        match self.left.get().checked_sub(read) {
            Some(left) => self.left.set(left),
            None => return Err(io::ErrorKind::FileTooLarge.into()),
        }
        Ok(read)
    }
}

/// The way to the list.
struct Outer<'a, F> {
    path: &'a [&'a str],
    most: usize,
    left: &'a Cell<usize>,
    take: &'a mut F,
    around: &'a mut Around,
}

impl<'de, F: FnMut(Value)> DeserializeSeed<'de> for Outer<'_, F> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, F: FnMut(Value)> Visitor<'de> for Outer<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut given = 0;
        self.left.set(self.most);
        while let Some(record) = list.next_element::<Value>()? {
            given += 1;
            if given > MAX_RECORDS {
                return Err(serde::de::Error::custom("does not end"));
            }
            (self.take)(record);
            self.left.set(self.most);
        }
        if self.around.given.replace(given).is_some() {
            return Err(serde::de::Error::custom("a member twice"));
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            if self.path.first() == Some(&name.as_str()) {
                members.next_value_seed(Outer {
                    path: &self.path[1..],
                    most: self.most,
                    left: self.left,
                    take: &mut *self.take,
                    around: &mut *self.around,
                })?;
            } else {
                let value = members.next_value()?;
                if self.around.members.insert(name, value).is_some() {
                    return Err(serde::de::Error::custom("a member twice"));
                }
            }
        }
        Ok(())
    }
}
