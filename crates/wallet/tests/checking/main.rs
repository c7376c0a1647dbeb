//! Checking somebody else's card, walked against a small county in memory. No network, no waiting, no real clock.
#![expect(clippy::unwrap_used, reason = "the helpers are tests too")]

mod again;
mod challenge;
mod clock;
mod door;
mod lists;
mod offline;
mod rosters;
mod support;
