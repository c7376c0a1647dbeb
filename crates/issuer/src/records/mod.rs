//! The school records.
