//! One collection, read whole: page after page, counted against what was announced.

use super::page::{self, Query};
use super::session::{Session, class_of};
use super::table::Table;
use super::{ReadError, shape::Key};
use std::collections::HashSet;

/// More records than any county has of anything: a source that passes it does not end.
const MAX_RECORDS: u64 = 5_000_000;

/// How often a collection that changes while it is read is begun again.
const READINGS: u8 = 3;

/// Every record of the collection, in the source's order, put into a table that `empty` gives.
///
/// A source can change while it is read. A record that moves from one page to another is then given twice, and another not
/// at all, though their number is right. So a reading is believed only if its count is right and nothing is there twice; or
/// if the very same is there twice in two readings on end, since then that is the source's own fault, and no move.
pub(super) async fn read_all(
    session: &Session<'_>,
    path: &str,
    page_size: u32,
    empty: impl Fn() -> Table,
) -> Result<Table, ReadError> {
    let class = || class_of(path).to_owned();
    let mut before: Option<HashSet<Key>> = None;
    let mut refusal = ReadError::Unsteady { class: class() };
    for _ in 0..READINGS {
        let Reading {
            table,
            announced,
            repeated,
        } = read_once(session, path, page_size, empty()).await?;
        let given = table.taken();
        match announced {
            Some(announced) if announced != given => {
                before = None;
                refusal = ReadError::Incomplete {
                    class: class(),
                    announced,
                    given,
                };
            }
            _ if repeated.is_empty() || before.as_ref() == Some(&repeated) => return Ok(table),
            _ => {
                before = Some(repeated);
                refusal = ReadError::Unsteady { class: class() };
            }
        }
        tracing::warn!(class = class_of(path), "changed while it was read");
    }
    Err(refusal)
}

struct Reading {
    table: Table,
    announced: Option<u64>,
    /// What was there more than once, if it can have moved from page to page.
    repeated: HashSet<Key>,
}

async fn read_once(
    session: &Session<'_>,
    path: &str,
    page_size: u32,
    mut table: Table,
) -> Result<Reading, ReadError> {
    let class = || class_of(path).to_owned();
    let mut announced = None;
    let mut asked = HashSet::new();
    let mut query = page_at(0, page_size);
    loop {
        if !asked.insert(query.clone()) || table.taken() > MAX_RECORDS {
            return Err(ReadError::Endless { class: class() });
        }
        let body = session.page(path, &query).await?;
        // A mere list, that a file may be, does not say how much of the collection it is.
        let is_page = body.trim_ascii_start().first() == Some(&b'{');
        let page = page::read(path, body.as_slice(), &mut table)
            .ok()
            .filter(|_| is_page)
            .ok_or_else(|| ReadError::Unreadable { class: class() })?;
        // The newest count is the right one; a wrong sum is seen at the end.
        announced = page.total.or(announced);
        session.count(page.given);
        let more_announced = announced.is_some_and(|total| table.taken() < total);
        query = match page.next {
            Some(next) => next,
            None if more_announced && page.given > 0 => page_at(table.taken(), page_size),
            None => break,
        };
    }
    let mut repeated = table.repeated();
    if asked.len() == 1 {
        repeated.clear();
    }
    Ok(Reading {
        table,
        announced,
        repeated,
    })
}

fn page_at(offset: u64, size: u32) -> Query {
    vec![
        ("size".into(), size.to_string()),
        ("offset".into(), offset.to_string()),
    ]
}
