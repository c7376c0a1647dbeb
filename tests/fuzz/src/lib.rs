//! What is fuzzed: for each group of readers of foreign bytes a module with a function `run`.
//!
//! `run` takes any bytes and stops the process where a law is broken: nothing panics, what was read is written the
//! same again, no signed thing is accepted that was changed by so much as a bit. It answers whether a reader accepted
//! the input, which tells a test that a seed is still a good example.
//!
//! The same bytes are handed on in two ways: raw, as they would come off a wire or a camera, and as the content of an
//! envelope that is signed properly here, since nobody guesses a signature and what lies behind one must be read too.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "to stop is how a find is reported")]

// Files of the crates `wallet` and `issuer`, so that these need not be built with all that a device and a server have.
#[path = "../../../crates/wallet/src/barcode.rs"]
mod barcode;
pub mod barcodes;
pub mod county_api;
#[path = "../../../crates/wallet/src/draw.rs"]
mod draw;
#[path = "../../../crates/issuer/src/roster/list.rs"]
mod exam_list;
pub mod feide;
pub mod jose;
pub mod keys;
pub mod laws;
pub mod make;
pub mod minid;
pub mod openid4vc_attested;
pub mod openid4vc_messages;
pub mod openid4vc_metadata;
pub mod pictures;
pub mod portrait;
pub mod qr_proof;
pub mod school_records;
pub mod sd_jwt;
pub mod seeds;
pub mod status_list_cwt;
pub mod status_list_jwt;
pub mod tflite;
pub mod type_metadata;
pub mod verifier;

/// A target: anything in, and whether it was accepted.
pub type Target = fn(&[u8]) -> bool;

/// All of them, by name.
pub const TARGETS: [(&str, Target); 18] = [
    ("barcodes", barcodes::run),
    ("county_api", county_api::run),
    ("feide", feide::run),
    ("jose", jose::run),
    ("minid", minid::run),
    ("openid4vc_attested", openid4vc_attested::run),
    ("openid4vc_messages", openid4vc_messages::run),
    ("openid4vc_metadata", openid4vc_metadata::run),
    ("pictures", pictures::run),
    ("portrait", portrait::run),
    ("qr_proof", qr_proof::run),
    ("school_records", school_records::run),
    ("sd_jwt", sd_jwt::run),
    ("status_list_cwt", status_list_cwt::run),
    ("status_list_jwt", status_list_jwt::run),
    ("tflite", tflite::run),
    ("type_metadata", type_metadata::run),
    ("verifier", verifier::run),
];

/// The time at which everything is read: 1 September 2026, 08:00 UTC, unix seconds.
pub const NOW: i64 = 1_788_249_600;
