//! Token Status List in JWT and CWT form.
//!
//! draft-ietf-oauth-status-list-21, the only place here that names a draft. An issuer gives every credential an
//! entry in a long list of 1, 2, 4 or 8 bits each, and publishes the list signed. Whoever checks a credential reads
//! the entry; the list tells nobody whose credential was checked.
//!
//! ```
//! use jose::{Signer, SoftwareKey};
//! use status_list::{Bits, Status, StatusList, StatusListToken};
//!
//! let key = SoftwareKey::generate(&ring::rand::SystemRandom::new())?;
//! let mut list = StatusList::new(Bits::Two, 1 << 17);
//! list.set(42, Status::Suspended.into())?;
//! let token = StatusListToken {
//!     uri: "https://id.example/status-lists/1".into(), issued_at: 1_000, expires_at: Some(87_400), ttl: Some(900),
//!     aggregation_uri: None, list,
//! };
//! let jwt = token.to_jwt("key-1", &key)?;
//!
//! let read = StatusListToken::from_jwt(&jwt, &key.public_jwk(), "https://id.example/status-lists/1", 1_500)?;
//! assert_eq!(read.status(42), Some(Status::Suspended));
//! assert_eq!(read.status(43), Some(Status::Valid));
//! assert_eq!(read.status(1 << 17), None); // out of range: §8.3 says refuse
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Bounds: a token of at most [`MAX_TOKEN_BYTES`], a list of at most [`MAX_LIST_BYTES`] when unpacked; no more is
//! ever unpacked, whatever the compressed bytes say. Check the credential itself first: a valid entry says nothing
//! about an expired credential (§8.3).

mod aggregation;
mod cwt;
mod jwt;
mod list;
mod token;

pub use aggregation::{Aggregation, AggregationError, MAX_AGGREGATION_BYTES, MAX_LISTS};
pub use list::{Bits, ListError, OutOfRange, Status, StatusList};
pub use token::{ReadError, StatusListToken, WriteError};

/// The largest list that is unpacked: 1 MiB, which is 2²² entries of two bits.
pub const MAX_LIST_BYTES: usize = 1 << 20;

/// The largest token that is read: 256 KiB. A list of 2¹⁷ entries of two bits makes 45 KiB at the very most.
pub const MAX_TOKEN_BYTES: usize = jose::jws::MAX_COMPACT_LENGTH;

/// How far ahead of the reader's clock a token's `iat` may be, in seconds.
pub const CLOCK_SKEW: i64 = 300;

/// Media type and `typ` of the JWT form are this without `application/`: §5.1.
pub const MEDIA_TYPE_JWT: &str = "application/statuslist+jwt";

/// Media type and `typ` of the CWT form: §5.2.
pub const MEDIA_TYPE_CWT: &str = "application/statuslist+cwt";
