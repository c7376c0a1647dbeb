//! The whole system on one machine: the issuer, the stand-ins it needs, and ways to use them as people do.
//!
//! [`stage::Stage`] starts everything and stops it again; [`browser`] logs in as a person would, form and
//! all; [`walk`] goes the whole path with the real wallet engine; [`webdriver`] drives real windows.
//! `lommebevis-stage` is the same as a program, and what `./run` starts.

pub mod browser;
mod http;
pub mod platform;
pub mod stage;
pub mod walk;
pub mod webdriver;
