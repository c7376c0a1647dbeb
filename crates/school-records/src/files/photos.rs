//! Addresses of photos from `bilder.csv`, for sources that have no place for them.
//!
//! Columns: `elevnummer`, `feidenavn` or both; and `adresse`, on the web. Pictures as files come in by another way: the
//! issuer's `photos import`.

use super::SetError;
use super::csv::Csv;
use crate::finish::web_address;
use crate::library::Keys;
use crate::{FaultReason, SchoolRecords};
use std::collections::HashMap;
use std::io::BufRead;
use url::Url;

/// Gives the people in the records the photos of the file; rows that cannot be used become faults of the records.
///
/// # Errors
/// When the file lacks the columns or is cut off; then no photo is given.
pub fn add(file: &str, input: impl BufRead, records: &mut SchoolRecords) -> Result<(), SetError> {
    let mut csv = Csv::open(file, input, &["adresse"])?;
    if !csv.has("elevnummer") && !csv.has("feidenavn") {
        return Err(SetError::NoColumn {
            file: file.to_owned(),
            column: "elevnummer or feidenavn".to_owned(),
        });
    }
    let keys = Keys::of(records);
    let mut given: HashMap<usize, Url> = HashMap::new();
    let faults = &mut records.faults;
    csv.report_unknown_columns(&["elevnummer", "feidenavn", "adresse"], faults);
    while let Some(row) = csv.next(faults)? {
        let number = row.text("elevnummer", faults);
        let name = row.text("feidenavn", faults);
        let Some(address) = row.required("adresse", faults) else {
            continue;
        };
        let Some(address) = web_address(&address) else {
            let field = "adresse".to_owned();
            faults.add(&row.place, FaultReason::WrongKind { field });
            continue;
        };
        match keys.find(number.as_deref(), name.as_deref()) {
            None => faults.add(&row.place, FaultReason::NobodyKnown),
            Some(at) if given.get(&at).is_some_and(|first| *first != address) => {
                faults.add(&row.place, FaultReason::SameKey);
            }
            Some(at) => {
                given.insert(at, address);
            }
        }
    }
    for (at, address) in given {
        records.people[at].photo_url = Some(address);
    }
    Ok(())
}
