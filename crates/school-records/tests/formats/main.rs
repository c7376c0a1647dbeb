//! Every form gives the same people and the same rights.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

mod county;
mod fat_county;
mod given;
mod memory;
mod refusals;
mod round_trip;
mod synthetic;
mod template;
mod write;
