//! All that a screen needs, in one look. Never needs a network.

use chrono::{DateTime, Utc};
use county_api::{CardClaims, Enrolment, LibraryCard, PhotoMissingReason};

use crate::{
    CardState, Wallet,
    card_state::{card_state, expires_at, right_ends, statuses_of},
    state::{Card, Failure, SeenEnrolment, State},
};

/// What the wallet knows now.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Somebody has logged in on this device, and the issuer has not ended it.
    pub logged_in: bool,
    /// The issuer has ended the session; the cards stay, and a login brings them back up to date.
    pub signed_out: bool,
    /// A login is under way in the browser.
    pub login_under_way: bool,
    /// The cards: a pupil's first, then one for training.
    pub cards: Vec<CardOverview>,
    /// The library card.
    pub library_card: Option<LibraryCard>,
    /// What the issuer last said of the way to the card: where the person stands, contacts, the next sync.
    pub enrolment: Option<SeenEnrolment>,
    /// What was done to the person's photo, if that is why there is none now or one is to be confirmed again.
    pub photo_notice: Option<PhotoNotice>,
    /// When everything was last brought up to date, by the server's clock.
    pub last_refresh: Option<DateTime<Utc>>,
    /// The last refresh, if it failed.
    pub last_failure: Option<Failure>,
    /// By how many seconds the device's clock is ahead (negative: behind), if it is enough to warn of.
    pub clock_warning_seconds: Option<i64>,
    /// Whether this is a specimen: by the trust list once one was seen, by the county's file before.
    pub demo: bool,
}

/// What staff did to a photo, to be told as soon as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhotoNotice {
    /// The locked photo was taken back; the cards with it are not good any more.
    Reset {
        /// What staff wrote.
        note: String,
    },
    /// The photo that the person sent in was handed back.
    Returned {
        /// What staff wrote.
        note: String,
        /// Ids of the portrait rules that the picture breaks; may be empty.
        reasons: Vec<String>,
    },
}

impl PhotoNotice {
    /// The notice that an enrolment holds.
    pub fn of(enrolment: &Enrolment) -> Option<Self> {
        match enrolment {
            Enrolment::PhotoToConfirm { reset, .. } => {
                reset.clone().map(|note| Self::Reset { note })
            }
            Enrolment::PhotoMissing { why, .. } => match why.clone() {
                PhotoMissingReason::Reset { note } => Some(Self::Reset { note }),
                PhotoMissingReason::Returned { note, reasons } => {
                    Some(Self::Returned { note, reasons })
                }
                PhotoMissingReason::NeverHad | PhotoMissingReason::NotMe => None,
            },
            _ => None,
        }
    }
}

/// One card.
#[derive(Debug, Clone)]
pub struct CardOverview {
    /// A name for the card on this device.
    pub id: String,
    /// All that it says, portrait included.
    pub claims: CardClaims,
    /// Its state at this moment.
    pub state: CardState,
    /// A specimen.
    pub demo: bool,
    /// When its data was last confirmed by the issuer.
    pub updated_at: DateTime<Utc>,
    /// Until when a code can be shown without a network.
    pub expires_at: DateTime<Utc>,
    /// Whether a refresh can bring it back once it has expired: the right itself has not ended.
    pub renewable: bool,
    /// When the issuer signed the status that is known; `None` if none was fetched yet.
    pub status_known_at: Option<DateTime<Utc>>,
}

impl Wallet {
    /// Looks at everything that is stored.
    pub fn overview(&self) -> Overview {
        let now = self.server_clock.now();
        let trusted_demo = self.kept_trust_list().map(|trusted| trusted.demo);
        self.read(|state| Overview {
            logged_in: state.session.is_some() && !state.signed_out,
            signed_out: state.signed_out,
            login_under_way: state.pending.is_some(),
            cards: state
                .cards
                .iter()
                .map(|card| self.card_overview(card, state, now))
                .collect(),
            library_card: state
                .enrolment
                .as_ref()
                .and_then(|seen| seen.status.library_card.clone()),
            enrolment: state.enrolment.clone(),
            photo_notice: state
                .enrolment
                .as_ref()
                .and_then(|seen| PhotoNotice::of(&seen.status.state)),
            last_refresh: state.last_refresh,
            last_failure: state.last_failure.clone(),
            clock_warning_seconds: self
                .server_clock
                .warning(self.settings.clock_warning_from, state.not_earlier_than),
            demo: trusted_demo
                .or(state.cards.first().map(|card| card.demo))
                .unwrap_or(self.county.demo),
        })
    }

    fn card_overview(&self, card: &Card, state: &State, now: DateTime<Utc>) -> CardOverview {
        CardOverview {
            id: card.id.clone(),
            claims: card.claims.clone(),
            state: card_state(card, &state.statuses, now, &self.settings),
            demo: card.demo,
            updated_at: card.updated_at,
            expires_at: expires_at(card),
            renewable: card.over_since.is_none() && now < right_ends(card.claims.valid_until),
            status_known_at: statuses_of(card, &state.statuses)
                .map(|known| known.as_of)
                .min(),
        }
    }
}
