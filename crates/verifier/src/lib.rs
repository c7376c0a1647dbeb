//! One verdict from a scanned code: is this a good card, shown by its holder, now?
//!
//! Three things must be at hand, and none of them needs a network at the moment of checking:
//!
//! * the [`TrustList`]: whom we believe, signed by a key that was pinned when the checker was set up;
//! * the [`StatusCache`]: the issuers' lists of suspended and revoked cards, as fresh as they could be had;
//! * the time, which the caller brings along.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use chrono::Utc;
//! use verifier::{Checker, Outcome, Settings, StatusCache, TrustList};
//!
//! # let (trust_list_jws, pinned_key, status_list_jwt, scanned) = ("", jose::Jwk::p256([0; 32], [0; 32]), "", "");
//! let now = Utc::now();
//! let trust = TrustList::verify(trust_list_jws, &pinned_key, now, None)?;
//! let mut statuses = StatusCache::default();
//! statuses.add_jwt(status_list_jwt, &trust, now)?;
//!
//! let mut checker = Checker::new(trust, statuses, Settings::default());
//! let verdict = checker.check(scanned, now);
//! match verdict.outcome {
//!     Outcome::Valid => { /* open the gate, having compared face and name */ }
//!     _ => { /* verdict.reasons says why, verdict.card what was read all the same */ }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What a verdict means
//!
//! [`Outcome::Valid`] is said only when everything is known and everything is well. If nothing is wrong but the
//! status list is absent or too old, the outcome is [`Outcome::StatusUnknown`]: whoever stands there decides.
//! A specimen county's cards are never valid, at best [`Outcome::Demo`]. Every [`Reason`] is kept apart, since
//! "an old picture of a code" and "your clock is wrong" call for different words, and the verdict carries what
//! was read even when it does not hold, since a checker who sees a name can ask.
//!
//! # Portraits
//!
//! A living code may name a portrait by its hash; the holder shows the portrait itself as a second, still code.
//! [`Checker::scan`] takes both and brings them together, in either order.
//!
//! # On paper
//!
//! A pupil without a phone shows a slip that the school has printed, with the portrait in it. [`Checker::scan`] gives a
//! [`SlipVerdict`], whose best outcome is [`Outcome::Slip`] and never [`Outcome::Valid`]: a copy looks the same, so somebody
//! has to look.
//!
//! # At an exam
//!
//! [`exam_room`] goes by a signed list of candidates and says of each verdict who it is and whether they are in the
//! right room.
//!
//! # At a gate or a kiosk
//!
//! The command `lommebevis-verify` (feature `cli`) does the same from files and prints the [`Verdict`] as JSON.
//! Its defaults are the safe ones: exit code 0 for [`Outcome::Valid`] alone, 1 for every other verdict about a
//! code that could be read, 2 for what could not be read and for faults in the set-up. It asks no network for
//! anything; fetching `/trust-list` and `/status-lists/…` into files, and putting new ones in place by renaming,
//! is the business of whoever runs it. With `--stream` it keeps running, reads one code a line (as a hand-held
//! scanner types them), remembers codes for a minute so that none is taken twice, and looks at its files
//! afresh for every code. `docs/verify.md` shows it at work.
//!
//! # Features
//!
//! `cli` (default) builds the command and brings `picture`, which reads codes out of picture files. Without
//! either, the crate is pure checking and builds for `wasm32-unknown-unknown`.

mod checker;
pub mod exam_room;
#[cfg(feature = "picture")]
pub mod picture;
mod portraits;
mod replay;
mod status_cache;
mod trust_list;
mod verdict;

pub use checker::{Checker, Settings};
pub use status_cache::{CachedStatus, StatusCache, StatusError};
pub use trust_list::{TrustList, TrustListError};
pub use verdict::{
    CheckedCard, Outcome, PhotoState, PhotoVerdict, Reason, Scan, SlipVerdict, Verdict,
};

#[cfg(test)]
mod test_support;
