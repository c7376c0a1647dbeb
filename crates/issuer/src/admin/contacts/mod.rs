//! Whom the app tells a school's pupils to ask: written by the school, in place of what the records and the county's
//! settings say.

mod form;
mod pages;
mod words;

pub(crate) use form::wire;
pub(crate) use pages::routes;
