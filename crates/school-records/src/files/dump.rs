//! FINT's collections as files: `utdanning/elev/elev.json` and so on, below one folder.
//!
//! A collection is a list of resources, or a page as FINT answers it (`_embedded._entries`, `total_items`); or, for a
//! collection of several pages, a folder of its name with a file for each. Where a page announces a number, the collection must
//! have it.

use super::{FileSource, Files, SetError};
use crate::SchoolRecords;
use crate::fint::{Table, Tables, read_page};

pub(super) fn read(files: &dyn Files, source: &FileSource) -> Result<SchoolRecords, SetError> {
    let mut tables = Tables::new(source.model);
    for path in Tables::paths(source.model, source.apprentices) {
        let table = read_class(files, &path, tables.empty(&path))?;
        tables.put(&path, table);
    }
    Ok(tables.assemble(source.allow_synthetic, &source.passed_codes))
}

fn read_class(files: &dyn Files, path: &str, mut table: Table) -> Result<Table, SetError> {
    let file = format!("{path}.json");
    let mut pages = files.pages(path)?;
    if pages.is_empty() {
        pages.push(file.clone());
    }
    let mut announced = None;
    for page in &pages {
        let read = read_page(page, files.file(page)?, &mut table)?;
        announced = read.total.or(announced);
    }
    // A record that moved from one page to another while they were fetched is there twice, and another not at all.
    if !table.repeated().is_empty() && pages.len() > 1 {
        return Err(SetError::Unreadable {
            file,
            why: "it has a record on two of its pages",
        });
    }
    match announced {
        Some(announced) if announced != table.taken() => Err(SetError::Count {
            file,
            announced,
            given: table.taken(),
        }),
        _ => Ok(table),
    }
}
