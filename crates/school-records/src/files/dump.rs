//! FINT's collections as files: `utdanning/elev/elev.json` and so on, below one folder.
//!
//! A collection is a list of resources, or a page as FINT answers it (`_embedded._entries`, `total_items`); or, for a
//! collection of several pages, a folder of its name with a file for each. Where a page announces a number, the collection must
//! have it.

use super::{FileSource, Files, SetError, json};
use crate::SchoolRecords;
use crate::fint::{Tables, key_of, prune};
use serde_json::Value;
use std::collections::HashSet;
use std::io::BufRead;

pub(super) fn read(files: &dyn Files, source: &FileSource) -> Result<SchoolRecords, SetError> {
    let mut tables = Tables::new(source.model);
    for path in Tables::paths(source.model, source.apprentices) {
        tables.put(&path, read_class(files, &path)?);
    }
    Ok(tables.assemble(source.allow_synthetic, &source.passed_codes))
}

fn read_class(files: &dyn Files, path: &str) -> Result<Vec<Value>, SetError> {
    let file = format!("{path}.json");
    let mut pages = files.pages(path)?;
    if pages.is_empty() {
        pages.push(file.clone());
    }
    let mut records = Vec::new();
    let mut announced = None;
    let is_one_page = pages.len() == 1;
    for page in pages {
        let (read, total) = collection(&page, files.file(&page)?)?;
        records.extend(read);
        announced = total.or(announced);
    }
    // A record that moved from one page to another while they were fetched is there twice, and another not at all.
    let mut keys = HashSet::new();
    if !is_one_page
        && !records
            .iter()
            .all(|record| key_of(record).is_none_or(|key| keys.insert(key)))
    {
        return Err(SetError::Unreadable {
            file,
            why: "it has a record on two of its pages",
        });
    }
    match announced {
        Some(announced) if announced != records.len() as u64 => Err(SetError::Count {
            file,
            announced,
            given: records.len() as u64,
        }),
        _ => Ok(records),
    }
}

fn no_count(file: &str) -> SetError {
    SetError::Unreadable {
        file: file.to_owned(),
        why: "its total_items is no count",
    }
}

/// The resources of a file, and how many it says that the whole collection has.
fn collection(file: &str, input: impl BufRead) -> Result<(Vec<Value>, Option<u64>), SetError> {
    let mut records = Vec::new();
    let around = json::read(file, input, &["_embedded", "_entries"], |mut record| {
        prune(&mut record);
        records.push(record);
    })?;
    let total = match around.members.get("total_items") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.trim().parse().map_err(|_| no_count(file))?),
        Some(number) => Some(number.as_u64().ok_or_else(|| no_count(file))?),
    };
    // An empty page may come without the list.
    if around.given.is_none() && total != Some(0) {
        return Err(SetError::Unreadable {
            file: file.to_owned(),
            why: "it holds no list of resources",
        });
    }
    Ok((records, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_cannot_be_read_is_refused() {
        let page = |total: &str| {
            let text = format!("{{\"total_items\":{total},\"_embedded\":{{\"_entries\":[{{}}]}}}}");
            collection("elev.json", text.as_bytes()).map(|(_, total)| total)
        };
        assert_eq!(page("1").unwrap(), Some(1));
        assert_eq!(page("\" 1 \"").unwrap(), Some(1));
        assert_eq!(page("null").unwrap(), None);
        for wrong in ["-1", "1.5", "\"mange\"", "[]"] {
            assert!(page(wrong).is_err(), "{wrong}");
        }
    }
}
