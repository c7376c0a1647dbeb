//! A photographer's delivery to one school: files named by the pupils' numbers, loose or in a zip, gone through while the
//! page shows how far it is.

mod pages;
mod spool;
mod words;
mod work;

pub(crate) use pages::{routes, slow_routes};
pub(crate) use work::forget_old;
