//! Every form gives the same people and the same rights.

mod county;
mod memory;
mod refusals;
mod round_trip;
mod synthetic;
mod template;
mod write;
