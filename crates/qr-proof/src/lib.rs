//! A code for the screen: an issuer's CWT with claim 169 inside a short-lived proof signed by the holder.
//!
//! Two parties write it and anyone may check it, with no network on either side:
//!
//! ```text
//! SID1:<base45( 18([ {1: -7, 13: <issuer token>, 16: 294}, {},
//!                    {3: audience, 6: now, ?39: checker's nonce}, holder's ES256 ]) )>
//!
//! issuer token = 18([ {1: -7, 4: key id, 16: 293}, {},
//!                     {1: iss, 4: exp, 6: iat, 8: {1: COSE_Key}, 65535: {"status_list": {idx, uri}},
//!                      169: {label: value}}, issuer's ES256 ])
//! ```
//!
//! The issuer token is a CWT (RFC 8392) with a confirmation key (RFC 8747), a status reference
//! (draft-ietf-oauth-status-list-21 §6.3) and an identity map under claim 169. The proof around it follows
//! SD-CWT key binding (draft-ietf-spice-sd-cwt-09) with nothing redacted. Both are COSE_Sign1 (RFC 9052);
//! base45 is RFC 9285. A code is a picture of a moment: it is made anew every few seconds and refused when old,
//! so that a screenshot is worth nothing.
//!
//! Three choices keep a code small enough to be read from a scratched screen:
//! * no compression: signatures and keys do not shrink, zlib only adds bytes;
//! * the holder's key is written with a compressed point (RFC 9053 §7.1.1, `y` as a boolean);
//! * a status URI that begins with the issuer's own address is written without that beginning (`/status-lists/1`)
//!   and read back whole.
//!
//! Three more codes go with it: a *still* code (`SIP1:` and base45 of a token by itself) for what is bound to a living
//! code by a hash, such as a picture; a checker's [`Challenge`] (`SIC1:`), which the holder's next code answers; and
//! the code as a [`link`] for cameras without the app.
//!
//! Paper cannot make a code anew. A [`Slip`] (`SIS1:`) is what an issuer signs for it instead: no holder's key, a day at
//! most, always with a place in a status list, and a type of its own in its signed header, so that neither can it pass for a
//! living code nor a living code for it:
//!
//! ```text
//! 18([ {1: -7, 4: key id, 16: "slip+cwt"}, {},
//!      {1: iss, 4: exp, 6: iat, 65535: {"status_list": {idx, uri}}, 169: {label: value}}, issuer's ES256 ])
//! ```
//!
//! # Use
//!
//! ```
//! use jose::{Signer, SoftwareKey};
//! use qr_proof::{Claim169, Policy, TokenClaims, Value};
//!
//! let rng = ring::rand::SystemRandom::new();
//! let (issuer, holder) = (SoftwareKey::generate(&rng)?, SoftwareKey::generate(&rng)?);
//! let mut identity = Claim169::default();
//! identity.insert(4, Value::Text("Nora Østby".into()));
//! let claims = TokenClaims {
//!     issuer: "https://id.example".into(), issued_at: 1_000, expires_at: 9_000,
//!     holder: holder.public_jwk(), status: None, identity,
//! };
//! let token = qr_proof::issue(&claims, b"key-id", &issuer)?;                        // the issuer
//! let shown = qr_proof::prove(&token, "gate", 2_000, None, &holder)?;               // the phone
//! let code = qr_proof::decode(&shown)?;                                             // the checker
//! assert_eq!(code.key_id(), b"key-id");                                             // → which issuer key?
//! let checked = code.verify(&Policy::new(&issuer.public_jwk(), "gate", 2_010))?;
//! assert_eq!(checked.claims.identity.text(4), Some("Nora Østby"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The caller keeps the memory of codes already seen ([`Code::proof_id`]) and looks the status up.

mod challenge;
mod claims;
mod cose;
mod link;
mod point;
mod proof;
mod slip;
mod strict;
mod token;

pub use challenge::Challenge;
pub use claims::{Claim169, StatusRef, TokenClaims, Value};
pub use link::link;
pub use proof::{Code, Policy, VerifiedCode, VerifyError, decode, prove};
pub use slip::{Slip, SlipClaims, decode_slip, is_slip, issue_slip, show_slip, slip_link};
pub use strict::CborFault;
pub use token::{
    StillCode, TokenError, decode_token, issue, read_token, show_token, token_key_id, verify_token,
};

/// What every code begins with. All characters of a code are in the alphanumeric set of a QR code.
pub const PREFIX: &str = "SID1:";

/// What a still code begins with: a token by itself ([`show_token`]).
pub const TOKEN_PREFIX: &str = "SIP1:";

/// What a slip begins with, by itself or behind the `#` of a link ([`Slip`]).
pub const SLIP_PREFIX: &str = "SIS1:";

/// The longest that a slip is good, in seconds: a day.
pub const MAX_SLIP_LIFETIME: i64 = 24 * 60 * 60;

/// What a checker's challenge begins with ([`Challenge`]).
pub const CHALLENGE_PREFIX: &str = "SIC1:";

/// The largest code read, in bytes before base45 (4 KiB). The largest QR code there is holds less.
pub const MAX_BYTES: usize = 4 * 1024;

/// How old a code may be, in seconds, unless the checker says otherwise.
pub const DEFAULT_MAX_AGE: i64 = 45;

/// How far ahead of the checker's clock a code may be, in seconds, unless the checker says otherwise.
pub const DEFAULT_MAX_AHEAD: i64 = 15;

/// Why a token or a code could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The holder's key in the claims is not a point of P-256.
    #[error("the holder's key is not a P-256 key")]
    HolderKey,
    /// The signing key is not the one that the token names as its holder's.
    #[error("this is not the key that the token is bound to")]
    OtherHolder,
    /// A slip must be good for a second at least and [`MAX_SLIP_LIFETIME`] at most.
    #[error("a slip is good for a day at most")]
    Lifetime,
    /// A status URI must be absolute.
    #[error("the status URI is not absolute")]
    StatusUri,
    /// The checker's nonce must have 8 to 64 bytes.
    #[error("the nonce must have 8 to 64 bytes")]
    Nonce,
    /// The page of a link must be a plain http(s) address: letters, digits, `-`, `.`, `:` and `/`.
    #[error("the page's address is not plain")]
    Page,
    /// The result would be larger than [`MAX_BYTES`].
    #[error("too large for a code")]
    TooLarge,
    /// The token given to [`prove`] cannot be read.
    #[error("the issuer's token cannot be read")]
    Token(#[from] DecodeError),
    /// The key could not sign.
    #[error("the key could not sign")]
    Sign(#[from] jose::SignError),
    /// CBOR could not be written.
    #[error("the CBOR could not be written")]
    Cbor,
}

/// Why a text is not a code, or bytes are not a token. Says nothing of what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The text does not begin as a code of this kind: some other QR code.
    #[error("not a code of this kind")]
    NotOurCode,
    /// More than [`MAX_BYTES`].
    #[error("too large")]
    TooLarge,
    /// Not base45 in its one canonical form (RFC 9285).
    #[error("not base45")]
    Base45,
    /// Not base32 in its one canonical form (RFC 4648 §6), in a link that says it is a slip.
    #[error("not base32")]
    Base32,
    /// The CBOR breaks one of the strict rules.
    #[error("not strict CBOR: {0}")]
    Cbor(#[from] CborFault),
    /// Well-formed CBOR that is not this structure; the text names the part.
    #[error("not the expected structure: {0}")]
    Structure(&'static str),
}
