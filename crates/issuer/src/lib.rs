//! The county's service: logs people in with Feide, reads the records and signs the credentials.
//!
//! The binary `lommebevis-issuer` is all of its public face; the modules are public for its tests.
//!
//! | Module | Holds |
//! |---|---|
//! | [`cli`] | the commands |
//! | [`config`] | the settings |
//! | [`app`] | what all parts of the running service share |
//! | [`db`] | the tables |
//! | [`seal`], [`keys`], [`audit`] | the master key, the signing keys, the trail |
//! | [`records`] | the school records: sync, matching, who has a right to what |
//! | [`photo`] | portraits |
//! | [`roster`] | lists of candidates for exams |
//! | [`schools`] | which schools use the card |
//! | [`statistics`], [`plot`] | numbers of each day, and drawing them |
//! | [`slip`] | a card on paper for a day |
//! | [`sms`] | "your card is ready" |
//! | [`backup`] | a copy of everything, and putting it back |
//! | [`retention`] | what is kept no longer than needed |
//! | [`feide`], [`oauth`] | logging in |
//! | `self_service` | `/min-side`: what people see and do about themselves |
//! | [`issue`], [`http`] | credentials, and everything that is served |
//! | `web`, `admin` | pages in the browser, and those for staff |

mod admin;
pub mod app;
pub mod audit;
pub mod backup;
pub mod cli;
pub mod config;
pub mod db;
mod deeds;
pub mod feide;
pub mod http;
pub mod issue;
pub mod keys;
pub mod oauth;
pub mod photo;
pub mod plot;
pub mod records;
pub mod retention;
pub mod roster;
pub mod schools;
pub mod seal;
pub(crate) mod self_service;
pub mod slip;
pub mod sms;
pub mod statistics;
mod web;
