//! Whole-system tests: the real issuer on SQLite, a certified OpenID provider as Feide, a FINT-shaped county,
//! the real wallet engine, the checker's own program, and the app's real window.

// A helper that fails is a test that fails.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod admin;
mod admin_county;
mod admin_forms;
mod admin_school;
mod at_work;
mod attacks;
mod commands;
mod desktop;
mod documents;
mod enrolment;
mod faults;
mod forgeries;
mod headless;
mod interop;
mod kontroll;
mod min_side;
mod operator;
mod photo;
mod protocol;
mod rotation;
mod running;
mod selfie;
mod setting;
mod slip;
mod two_cards;
mod two_issuers;
mod window;
