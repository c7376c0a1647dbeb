//! One collection, read whole: page after page, counted against what was announced.

use super::session::{Session, class_of};
use super::{ReadError, prune};
use serde_json::Value;
use std::collections::HashSet;
use url::form_urlencoded;

/// More records than any county has of anything: a source that passes it does not end.
const MAX_RECORDS: u64 = 5_000_000;

type Query = Vec<(String, String)>;

/// Every record of the collection, in the source's order.
///
/// A source can change while it is read. A record that moves from one page to
/// another is then given twice, or not at all: so a reading whose count is
/// wrong, or that has a key twice, is done once more.
pub(super) async fn read_all(
    session: &Session<'_>,
    path: &str,
    page_size: u32,
) -> Result<Vec<Value>, ReadError> {
    let first = read_once(session, path, page_size).await?;
    if first.is_steady() {
        return Ok(first.records);
    }
    tracing::warn!(class = class_of(path), "changed while it was read: again");
    let second = read_once(session, path, page_size).await?;
    match second.announced {
        Some(announced) if announced != second.given() => Err(ReadError::Incomplete {
            class: class_of(path).to_owned(),
            announced,
            given: second.given(),
        }),
        // A key that is there twice in both readings is the source's own fault, and is reported as one.
        _ => Ok(second.records),
    }
}

struct Reading {
    records: Vec<Value>,
    announced: Option<u64>,
    pages: u64,
}

impl Reading {
    fn given(&self) -> u64 {
        self.records.len() as u64
    }

    fn is_steady(&self) -> bool {
        let mut keys = HashSet::new();
        let mut key_once =
            |record: &Value| key_of(record).is_none_or(|key| keys.insert(key.to_owned()));
        self.announced
            .is_none_or(|announced| announced == self.given())
            && (self.pages == 1 || self.records.iter().all(&mut key_once))
    }
}

/// The address that the record gives as its own.
pub(crate) fn key_of(record: &Value) -> Option<&str> {
    record.pointer("/_links/self/0/href")?.as_str()
}

async fn read_once(
    session: &Session<'_>,
    path: &str,
    page_size: u32,
) -> Result<Reading, ReadError> {
    let class = || class_of(path).to_owned();
    let mut reading = Reading {
        records: Vec::new(),
        announced: None,
        pages: 0,
    };
    let mut asked = HashSet::new();
    let mut query = page_at(0, page_size);
    loop {
        if !asked.insert(query.clone()) || reading.given() > MAX_RECORDS {
            return Err(ReadError::Endless { class: class() });
        }
        let page = session.page(path, &query).await?;
        let page = Page::parse(page).ok_or_else(|| ReadError::Unreadable { class: class() })?;
        // The newest count is the right one; a wrong sum is seen at the end.
        reading.announced = page.total.or(reading.announced);
        reading.pages += 1;
        let empty = page.records.is_empty();
        session.count(page.records.len());
        reading.records.extend(page.records);
        let more_announced = reading
            .announced
            .is_some_and(|total| reading.given() < total);
        query = match page.next {
            Some(next) => next,
            None if more_announced && !empty => page_at(reading.given(), page_size),
            None => return Ok(reading),
        };
    }
}

fn page_at(offset: u64, size: u32) -> Query {
    vec![
        ("size".into(), size.to_string()),
        ("offset".into(), offset.to_string()),
    ]
}

struct Page {
    records: Vec<Value>,
    total: Option<u64>,
    /// The query of the link to the next page. Its host is not used: the token goes to the API's own address only.
    next: Option<Query>,
}

impl Page {
    fn parse(mut page: Value) -> Option<Self> {
        let total = match page.get("total_items") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.trim().parse().ok()?),
            Some(number) => Some(number.as_u64()?),
        };
        let mut records = match page.pointer_mut("/_embedded/_entries").map(Value::take) {
            Some(Value::Array(records)) => records,
            // An empty collection may come without the list.
            None | Some(Value::Null) if total == Some(0) => Vec::new(),
            _ => return None,
        };
        let next = page
            .pointer("/_links/next/0/href")
            .or_else(|| page.pointer("/_links/next/href"))
            .and_then(Value::as_str)
            .map(|href| {
                let query = href.split_once('?').map_or("", |(_, query)| query);
                let query = query.split('#').next().unwrap_or_default();
                form_urlencoded::parse(query.as_bytes())
                    .into_owned()
                    .collect()
            });
        records.iter_mut().for_each(prune);
        Some(Self {
            records,
            total,
            next,
        })
    }
}
