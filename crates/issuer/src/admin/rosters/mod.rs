//! Lists of candidates for exams: made of classes or of a file, kept until the day is over, given out signed.

mod kept;
mod pages;
mod words;

pub(crate) use kept::forget_expired;
pub(crate) use pages::routes;
