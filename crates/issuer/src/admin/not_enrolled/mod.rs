//! Who could have a card and has fetched none: class by class, as a file, and the message once more.

mod again;
mod csv;
mod pages;
#[cfg(test)]
mod tests;
mod who;
mod words;

pub(crate) use pages::routes;
