//! A page of a collection, as FINT answers it or as a file holds it: resource after resource, each dropped once it is read.

use super::table::Table;
use crate::files::SetError;
use crate::files::json;
use serde_json::Value;
use std::io::BufRead;
use url::form_urlencoded;

/// The most bytes of one resource: a programme area names every one of its members.
const MAX_RESOURCE: usize = 16 << 20;

pub(super) type Query = Vec<(String, String)>;

/// What stands around a page's resources.
#[derive(Debug)]
pub(crate) struct Page {
    /// How many resources the page has.
    pub(super) given: u64,
    /// How many the whole collection has, it says.
    pub(crate) total: Option<u64>,
    /// The query of the link to the next page. Its host is not used: the token goes to the API's own address only.
    pub(super) next: Option<Query>,
}

/// Reads a page (`_embedded._entries`, `total_items`) or a mere list into the table.
pub(crate) fn read(file: &str, input: impl BufRead, table: &mut Table) -> Result<Page, SetError> {
    let wrong = |why| SetError::Unreadable {
        file: file.to_owned(),
        why,
    };
    let path = ["_embedded", "_entries"];
    let around = json::read(file, input, &path, MAX_RESOURCE, |record| {
        table.take(&record);
    })?;
    let no_count = || wrong("its total_items is no count");
    let total = match around.members.get("total_items") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.trim().parse().map_err(|_| no_count())?),
        Some(number) => Some(number.as_u64().ok_or_else(no_count)?),
    };
    // An empty page may come without the list.
    if around.given.is_none() && total != Some(0) {
        return Err(wrong("it holds no list of resources"));
    }
    let next = around.members.get("_links").and_then(|links| {
        let href = links
            .pointer("/next/0/href")
            .or_else(|| links.pointer("/next/href"))?
            .as_str()?;
        let query = href.split_once('?').map_or("", |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        Some(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    });
    Ok(Page {
        given: around.given.unwrap_or_default(),
        total,
        next,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_cannot_be_read_is_refused() {
        let page = |total: &str| {
            let text = format!("{{\"total_items\":{total},\"_embedded\":{{\"_entries\":[{{}}]}}}}");
            read("elev.json", text.as_bytes(), &mut Table::default()).map(|page| page.total)
        };
        assert_eq!(page("1").unwrap(), Some(1));
        assert_eq!(page("\" 1 \"").unwrap(), Some(1));
        assert_eq!(page("null").unwrap(), None);
        for wrong in ["-1", "1.5", "\"mange\"", "[]"] {
            assert!(page(wrong).is_err(), "{wrong}");
        }
    }
}
