//! Whole-system tests: the real issuer on SQLite, a certified OpenID provider as Feide, a FINT-shaped county,
//! the real wallet engine, the checker's own program, and the app's real window.

mod attacks;
mod documents;
mod enrolment;
mod faults;
mod headless;
mod operator;
mod setting;
mod window;
