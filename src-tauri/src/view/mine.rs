//! What the screens of one's own data, the settings and the lock are told.

use serde::{Deserialize, Serialize};

#[cfg(test)]
use ts_rs::TS;

use super::{CardState, CardType, Profile};
use crate::app_lock::Availability;
use crate::convert;

/// What was chosen for this device, and what can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct PreferencesView {
    /// What was shown and what happened is noted.
    pub history: bool,
    /// Notices are shown.
    pub notifications: bool,
    /// The owner is asked for before the card is shown.
    pub app_lock: bool,
    /// Whether that can be chosen.
    pub lock_offer: LockOffer,
    /// The system lets notices through, as far as it tells.
    pub notices_allowed: bool,
}

/// Whether the app can be locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum LockOffer {
    /// Yes.
    Available,
    /// Not until a code, a finger or a face is set up on the device.
    NotSetUp,
    /// Not on this kind of device.
    NotHere,
}

impl From<Availability> for LockOffer {
    fn from(availability: Availability) -> Self {
        match availability {
            Availability::Available => Self::Available,
            Availability::NotSetUp => Self::NotSetUp,
            Availability::NotHere => Self::NotHere,
        }
    }
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct HistoryView {
    /// When.
    pub at: String,
    /// What.
    pub kind: HistoryKind,
    /// Which card, if it is about one.
    pub card_type: Option<CardType>,
    /// What a code was shown for.
    pub profile: Option<Profile>,
    /// What a check said.
    pub state: Option<CardState>,
    /// Whether the issuer said so, or the device.
    pub online: Option<bool>,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum HistoryKind {
    LoggedIn,
    CodeShown,
    PhotoCodeShown,
    LibraryCodeShown,
    Checked,
    CardFetched,
    CardChanged,
    CardSuspended,
    CardRevoked,
    CardRestored,
    CardRemoved,
    PhotoLocked,
    PhotoRejected,
    PhotoSent,
    PhotoReturned,
    PhotoReset,
}

impl From<&wallet::HistoryEntry> for HistoryView {
    fn from(entry: &wallet::HistoryEntry) -> Self {
        use wallet::HistoryEvent as Event;
        let mut view = Self {
            at: convert::time(entry.at),
            kind: HistoryKind::LoggedIn,
            card_type: None,
            profile: None,
            state: None,
            online: None,
        };
        let mut about = |kind, card_type: &county_api::CardType| {
            view.card_type = Some((*card_type).into());
            kind
        };
        view.kind = match &entry.event {
            Event::LoggedIn => HistoryKind::LoggedIn,
            Event::CodeShown { profile } => {
                view.profile = Some((*profile).into());
                HistoryKind::CodeShown
            }
            Event::PhotoCodeShown => HistoryKind::PhotoCodeShown,
            Event::LibraryCodeShown => HistoryKind::LibraryCodeShown,
            Event::Checked { state, online } => {
                view.state = Some((*state).into());
                view.online = Some(*online);
                HistoryKind::Checked
            }
            Event::CardFetched { card_type } => about(HistoryKind::CardFetched, card_type),
            Event::CardChanged { card_type } => about(HistoryKind::CardChanged, card_type),
            Event::CardSuspended { card_type } => about(HistoryKind::CardSuspended, card_type),
            Event::CardRevoked { card_type } => about(HistoryKind::CardRevoked, card_type),
            Event::CardRestored { card_type } => about(HistoryKind::CardRestored, card_type),
            Event::CardRemoved { card_type } => about(HistoryKind::CardRemoved, card_type),
            Event::PhotoLocked => HistoryKind::PhotoLocked,
            Event::PhotoRejected => HistoryKind::PhotoRejected,
            Event::PhotoSent => HistoryKind::PhotoSent,
            Event::PhotoReturned => HistoryKind::PhotoReturned,
            Event::PhotoReset => HistoryKind::PhotoReset,
        };
        view
    }
}

/// What this device holds about the person, beside what the screens have of the cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct MineView {
    /// The cards.
    pub cards: Vec<MineCard>,
    /// Cards that were taken off this device.
    pub removed: Vec<CardType>,
    /// A session with the issuer is open on this device.
    pub logged_in: bool,
    /// How many lines the history has.
    pub history: u32,
    /// How many lists of candidates lie here: of other people, an invigilator's.
    pub exam_lists: u32,
    /// When everything was last brought up to date.
    pub last_refresh: Option<String>,
    /// The issuer is still to be told of this many log-outs on this device.
    pub log_outs_to_tell: u32,
}

/// One card, in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct MineCard {
    /// Names the card in commands.
    pub id: String,
    /// Which.
    pub card_type: CardType,
    /// How many proofs, each with a key of its own, lie here.
    pub credentials: u32,
    /// Until when it can be shown without a network.
    pub shown_until: String,
    /// Where its keys lie: the worst of them. None if it has none.
    pub key_protection: Option<KeyProtection>,
}

/// Where a private key lies, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum KeyProtection {
    /// In a chip that signs and never gives the key out.
    Hardware,
    /// In software, guarded by the system's key store.
    KeyStore,
    /// In a file that the app can read by itself.
    File,
}

impl From<county_api::KeyProtection> for KeyProtection {
    fn from(level: county_api::KeyProtection) -> Self {
        match level {
            county_api::KeyProtection::Hardware => Self::Hardware,
            county_api::KeyProtection::KeyStore => Self::KeyStore,
            county_api::KeyProtection::File => Self::File,
        }
    }
}

impl MineView {
    pub(crate) fn new(overview: &wallet::Overview, own: &wallet::OwnData, exam_lists: u32) -> Self {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let cards = overview.cards.iter().map(|card| {
            let own = own.cards.iter().find(|other| other.id == card.id);
            let credentials = own.map_or(&[][..], |own| &own.credentials);
            let levels = credentials.iter().filter_map(|one| one.key_protection);
            MineCard {
                id: card.id.clone(),
                card_type: card.claims.card_type.into(),
                credentials: count(credentials.len()),
                shown_until: convert::time(card.expires_at),
                key_protection: levels.max().map(Into::into),
            }
        });
        Self {
            cards: cards.collect(),
            removed: overview.removed.iter().map(|card| (*card).into()).collect(),
            logged_in: overview.logged_in,
            history: count(own.history.len()),
            exam_lists,
            last_refresh: overview.last_refresh.map(convert::time),
            log_outs_to_tell: count(own.log_outs_to_tell.len()),
        }
    }
}

/// The words at the head of what a person takes along, in their language.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct ExportWords {
    /// What the file is.
    pub about: String,
    /// What is not in it, and why.
    pub left_out: String,
    /// What the county holds, and how to ask for it.
    pub at_county: String,
}
