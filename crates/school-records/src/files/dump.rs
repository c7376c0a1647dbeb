//! FINT's collections as files: `utdanning/elev/elev.json` and so on, below one folder.
//!
//! A collection is a list of resources, or a page as FINT answers it (`_embedded._entries`, `total_items`); or, for a
//! collection of several pages, a folder of its name with a file for each. Where a page announces a number, the collection must
//! have it.

use super::{FileSource, Files, SetError, json};
use crate::SchoolRecords;
use crate::fint::{Tables, prune};
use serde_json::Value;
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
    for page in pages {
        let (read, total) = collection(&page, files.file(&page)?)?;
        records.extend(read);
        announced = total.or(announced);
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

/// The resources of a file, and how many it says that the whole collection has.
fn collection(file: &str, input: impl BufRead) -> Result<(Vec<Value>, Option<u64>), SetError> {
    let mut records = Vec::new();
    let around = json::read(file, input, &["_embedded", "_entries"], |mut record| {
        prune(&mut record);
        records.push(record);
    })?;
    let total = match around.members.get("total_items") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(number) => number.as_u64(),
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
