//! The wallet's ways, walked against a small correct issuer in memory. No network, no waiting, no real clock.
#![expect(clippy::unwrap_used, reason = "the helpers are tests too")]

mod clock;
mod issue;
mod keys;
mod login;
mod mine;
mod photo;
mod platform;
mod property;
mod refresh;
mod show;
mod store;
mod support;
mod two_cards;
mod validity;
