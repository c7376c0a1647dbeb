//! What is wrong in the records, and where to mend it: pupils whose record lacks something, and what could not be used of
//! the last set that was read.

mod kept;
mod pages;
mod words;

pub(crate) use kept::keep;
pub(in crate::admin) use pages::county_routes;
pub(crate) use pages::{count, routes};

/// What a record without a readable name is called, and why it cannot be read.
pub(super) fn unreadable(lang: crate::web::Lang) -> (&'static str, &'static str) {
    let words = words::of(lang);
    (words.no_name, words.unreadable)
}
