//! The holder's engine: enrol, store, show, prove, refresh. Knows no user interface.
//!
//! A [`Wallet`] lives in one folder, for one county. One file of this crate holds one thing a person does:
//!
//! | Action | File | Network |
//! |---|---|---|
//! | Log in with Feide, in the system's browser | `login.rs` | yes |
//! | See what stands between them and the card | `enrolment.rs` | yes |
//! | Say yes or no to the photo, or send one's own | `photo.rs` | yes |
//! | Fetch the card | `issue.rs` | yes |
//! | Bring it up to date | `refresh.rs` | yes |
//! | Look at it | `overview.rs` | never |
//! | Show the code that proves it, for a purpose | `prove.rs` | never |
//! | Disclose single facts to an online checker | `present.rs` | never |
//! | Show the library card | `library.rs` | never |
//! | "Sjekk gyldighet" | `validity.rs` | if there is one |
//! | See and take along what is stored, take a card off | `own_data.rs` | never |
//! | See what was done and what happened | `history.rs` | never |
//! | Log out, remove everything | `log_out.rs` | afterwards, if there is one |
//! | Check somebody else's card | [`checking`] | only for its lists |
//!
//! Below them: `store.rs` and `state.rs` (what is kept, sealed), `keys.rs` (the holder's keys), `delivery.rs` (what is let in), `issuer.rs`
//! (calls, DPoP, tokens), `trust.rs`
//! (trust list and status lists), `card_state.rs`, `server_clock.rs`, and [`platform`], through which everything
//! outside comes in. [`problem`] turns every error into a kind, a category and a support code.
//!
//! Three rules hold everywhere:
//! * nothing that came over the network is stored before it is verified;
//! * a failure changes nothing but the age that is shown; a card is never taken away by one;
//! * no private key, token or personal fact is in an error, a log line or a `Debug`.
//!
//! The holder's keys lie where the device keeps keys ([`platform::HolderKeys`]): in a chip or a key store that signs and
//! never gives them out. Where there is none, as on a desktop, or where it makes none, they are PKCS#8 inside the sealed
//! store: whoever can read this process can take them, and a stolen file is worth nothing without the store's key. Which
//! it is, [`OwnCredential::key_protection`] tells the person, and each key proof tells the issuer.

mod barcode;
mod card_state;
pub mod checking;
mod delivery;
mod draw;
mod encryption;
mod enrolment;
mod history;
mod issue;
mod issuer;
mod keys;
mod library;
mod lock;
mod log_out;
mod login;
mod overview;
mod own_data;
mod patience;
mod photo;
pub mod platform;
mod present;
pub mod problem;
mod prove;
mod refresh;
mod server_clock;
mod settings;
mod state;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod trust;
mod validity;
mod wallet;

pub use barcode::BarcodeError;
pub use card_state::CardState;
pub use draw::{DrawError, qr_png, qr_svg};
pub use enrolment::EnrolError;
pub use history::{HistoryEntry, HistoryEvent};
pub use issue::IssueError;
pub use issuer::CallError;
pub use library::{LibraryError, ShownLibraryCode};
pub use log_out::{ForgetError, LogOutError};
pub use login::LoginError;
pub use overview::{CardOverview, Overview, PhotoNotice};
pub use own_data::{OwnCard, OwnCredential, OwnData, OwnLogin, OwnSession, Purpose};
pub use photo::PhotoError;
pub use platform::Platform;
pub use present::PresentError;
pub use problem::Problem;
pub use prove::{PhotoCode, ProveError, ShownCode};
/// What a checker's challenge code says; [`Wallet::code_for`] answers it.
pub use qr_proof::Challenge;
pub use refresh::RefreshError;
pub use settings::Settings;
pub use state::{Failure, SeenEnrolment};
pub use store::StoreError;
pub use trust::TrustError;
pub use validity::{CheckError, ValidityResult};
pub use wallet::{OpenError, Wallet};
