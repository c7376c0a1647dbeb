//! Photos that wait for the school: looked at one after the other, approved or handed back; and an approval that was a
//! slip taken back.

mod pages;
mod queue;
pub(crate) mod words;

pub(crate) use pages::routes;
pub(crate) use queue::count;
