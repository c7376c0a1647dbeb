//! What is wrong in the records, and where to mend it: pupils whose record lacks something, and what could not be used of
//! the last set that was read.

mod kept;
mod pages;
mod words;

pub(crate) use kept::keep;
pub(in crate::admin) use pages::county_routes;
pub(crate) use pages::{count, routes};
