//! `/min-side`: what people see and do about themselves.

pub(crate) mod erasure;
