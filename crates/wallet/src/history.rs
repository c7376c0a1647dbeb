//! What the person did with the card and what happened to it: on this device alone, for the person's own eyes.
//!
//! What the issuer or the school did is read off every change of the store; what leaves no trace there, such as a code
//! that was shown, is [noted](Wallet::note). Where and to whom a code was shown is not known here and never kept.

use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use county_api::{CardType, Enrolment, PhotoMissingReason, Profile};
use serde::{Deserialize, Serialize};

use crate::{
    CardState, StoreError, Wallet,
    card_state::statuses_of,
    state::{Card, CredentialStatus, State},
};

/// No more is kept; the oldest go first.
const MOST: usize = 200;
/// Nothing is kept for longer.
const LONGEST: TimeDelta = TimeDelta::days(90);

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When, by the server's clock where that is known.
    pub at: DateTime<Utc>,
    /// What.
    #[serde(flatten)]
    pub event: HistoryEvent,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum HistoryEvent {
    /// Somebody logged in on this device.
    LoggedIn,
    /// A control code was shown.
    CodeShown {
        /// For what.
        profile: Profile,
    },
    /// The code with the portrait was shown.
    PhotoCodeShown,
    /// The library card's code was shown.
    LibraryCodeShown,
    /// "Sjekk gyldighet".
    Checked {
        /// The answer.
        state: CardState,
        /// Whether the issuer gave it, or the device from what it knew.
        online: bool,
    },
    /// A card came to this device.
    CardFetched {
        /// Which.
        card_type: CardType,
    },
    /// The card says something else than before.
    CardChanged {
        /// Which.
        card_type: CardType,
    },
    /// The county has suspended the card.
    CardSuspended {
        /// Which.
        card_type: CardType,
    },
    /// The county has withdrawn the card.
    CardRevoked {
        /// Which.
        card_type: CardType,
    },
    /// A suspended card is good again.
    CardRestored {
        /// Which.
        card_type: CardType,
    },
    /// The person took the card off this device.
    CardRemoved {
        /// Which.
        card_type: CardType,
    },
    /// The photo was locked to the person.
    PhotoLocked,
    /// "Dette er ikke meg".
    PhotoRejected,
    /// A photo of the person's own was sent, and the school is to look at it.
    PhotoSent,
    /// The school handed a photo back.
    PhotoReturned,
    /// The school has unlocked the photo.
    PhotoReset,
}

impl Wallet {
    /// The newest first.
    pub fn history(&self) -> Vec<HistoryEntry> {
        let now = self.server_clock.now();
        self.read(|state| {
            let young = |entry: &&HistoryEntry| now - entry.at <= LONGEST;
            state.history.iter().rev().filter(young).cloned().collect()
        })
    }

    /// Notes what leaves no other trace in the store. Nothing, if no history is kept.
    pub fn note(&self, event: HistoryEvent) -> Result<(), StoreError> {
        self.note_since(self.epoch(), event)
    }

    /// As [`note`](Self::note), of something that happened in this [epoch](Self::epoch): nothing, if the person has
    /// been forgotten since.
    pub fn note_since(&self, epoch: u64, event: HistoryEvent) -> Result<(), StoreError> {
        if !self.keeps_history() {
            return Ok(());
        }
        let at = self.server_clock.now();
        self.change_since(epoch, |state| {
            state.history.push(HistoryEntry { at, event });
        })?;
        Ok(())
    }

    /// Forgets what was noted, and goes on noting.
    pub fn clear_history(&self) -> Result<(), StoreError> {
        if self.read(|state| state.history.is_empty()) {
            return Ok(());
        }
        self.change(|state| state.history.clear())
    }

    /// Keeps a history from now on, or forgets what was noted and notes no more. An opened wallet keeps one until it
    /// is told otherwise.
    pub fn keep_history(&self, keep: bool) -> Result<(), StoreError> {
        self.keeps_history.store(keep, Ordering::Relaxed);
        if keep { Ok(()) } else { self.clear_history() }
    }

    pub(crate) fn keeps_history(&self) -> bool {
        self.keeps_history.load(Ordering::Relaxed)
    }

    /// Notes what a change of the store tells, and lets go of what is too old or too much.
    pub(crate) fn note_changes(&self, before: &State, after: &mut State) {
        if !self.keeps_history() {
            after.history.clear();
            return;
        }
        let at = self.server_clock.now();
        for event in events(before, after) {
            after.history.push(HistoryEntry { at, event });
        }
        after.history.retain(|entry| at - entry.at <= LONGEST);
        let too_many = after.history.len().saturating_sub(MOST);
        after.history.drain(..too_many);
    }
}

/// What happened between two states of the store.
fn events(before: &State, after: &State) -> Vec<HistoryEvent> {
    let mut events = Vec::new();
    let session = |state: &State| state.session.as_ref().map(|session| session.id.clone());
    if session(after).is_some() && session(after) != session(before) {
        events.push(HistoryEvent::LoggedIn);
    }
    events.extend(photo_event(enrolment(before), enrolment(after)));
    for card in cards(after) {
        let card_type = card.claims.card_type;
        let old = cards(before).find(|old| old.claims.card_type == card_type);
        let Some(old) = old else {
            events.push(HistoryEvent::CardFetched { card_type });
            continue;
        };
        if old.claims != card.claims {
            events.push(HistoryEvent::CardChanged { card_type });
        }
        use CredentialStatus::{Revoked, Suspended};
        let (was, is) = (worst(old, before), worst(card, after));
        match is {
            Some(Revoked) if was != is => events.push(HistoryEvent::CardRevoked { card_type }),
            Some(Suspended) if was != is => events.push(HistoryEvent::CardSuspended { card_type }),
            None if was == Some(Suspended) => {
                events.push(HistoryEvent::CardRestored { card_type });
            }
            _ => {}
        }
    }
    events
}

fn cards(state: &State) -> impl Iterator<Item = &Card> {
    state.cards.iter()
}

fn enrolment(state: &State) -> Option<&Enrolment> {
    state.enrolment.as_ref().map(|seen| &seen.status.state)
}

fn worst(card: &Card, state: &State) -> Option<CredentialStatus> {
    let has = |wanted| statuses_of(card, &state.statuses).any(|known| known.status == wanted);
    [CredentialStatus::Revoked, CredentialStatus::Suspended]
        .into_iter()
        .find(|status| has(*status))
}

/// What became of the photo. Only what this device has seen the beginning of: a first answer is no event.
fn photo_event(before: Option<&Enrolment>, after: Option<&Enrolment>) -> Option<HistoryEvent> {
    use Enrolment::{PhotoInReview, PhotoMissing, PhotoToConfirm, Ready};
    use PhotoMissingReason as Why;
    let (before, after) = (before?, after?);
    match (before, after) {
        (PhotoToConfirm { .. } | PhotoMissing { .. } | PhotoInReview { .. }, Ready { .. }) => {
            Some(HistoryEvent::PhotoLocked)
        }
        (PhotoInReview { photo: old, .. }, PhotoInReview { photo, .. }) => {
            (old.sha256 != photo.sha256).then_some(HistoryEvent::PhotoSent)
        }
        (_, PhotoInReview { .. }) => Some(HistoryEvent::PhotoSent),
        (PhotoMissing { why: old, .. }, PhotoMissing { why, .. }) if old == why => None,
        (_, PhotoMissing { why, .. }) => match why {
            Why::NotMe => Some(HistoryEvent::PhotoRejected),
            Why::Returned { .. } => Some(HistoryEvent::PhotoReturned),
            Why::Reset { .. } => Some(HistoryEvent::PhotoReset),
            Why::NeverHad => None,
        },
        (PhotoToConfirm { reset: old, .. }, PhotoToConfirm { reset, .. }) if old == reset => None,
        (_, PhotoToConfirm { reset: Some(_), .. }) => Some(HistoryEvent::PhotoReset),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use county_api::{Contact, ContactRole, Holder, PhotoSource, ProposedPhoto};

    use super::*;
    use crate::card_state::tests::card;
    use crate::state::{KnownStatus, StatusEntry};

    fn holder() -> Holder {
        Holder {
            given_name: "Nora".into(),
            family_name: "Østby".into(),
            card_type: CardType::Elev,
            institution: "x".into(),
        }
    }

    fn contact() -> Contact {
        Contact {
            role: ContactRole::School,
            name: "x".into(),
            phone: None,
            email: None,
            url: None,
        }
    }

    fn photo(name: &str) -> ProposedPhoto {
        ProposedPhoto {
            sha256: name.into(),
            source: PhotoSource::Selfie,
            taken_on: None,
        }
    }

    fn to_confirm(reset: Option<&str>) -> Enrolment {
        Enrolment::PhotoToConfirm {
            holder: holder(),
            photo: photo("a"),
            reset: reset.map(Into::into),
        }
    }

    fn missing(why: PhotoMissingReason) -> Enrolment {
        Enrolment::PhotoMissing {
            holder: holder(),
            why,
            contact: contact(),
        }
    }

    fn in_review(name: &str) -> Enrolment {
        Enrolment::PhotoInReview {
            holder: holder(),
            photo: photo(name),
            contact: contact(),
        }
    }

    fn ready() -> Enrolment {
        Enrolment::Ready {
            holder: holder(),
            photo_sha256: "a".into(),
            content_sha256: "c".into(),
            more: Vec::new(),
        }
    }

    #[test]
    fn what_became_of_the_photo_is_read_off_two_answers() {
        use PhotoMissingReason::{NeverHad, NotMe, Reset, Returned};
        let reset = || Reset { note: "n".into() };
        let returned = || Returned {
            note: "n".into(),
            reasons: Vec::new(),
        };
        for (before, after, event) in [
            (to_confirm(None), ready(), Some(HistoryEvent::PhotoLocked)),
            (in_review("a"), ready(), Some(HistoryEvent::PhotoLocked)),
            (ready(), ready(), None),
            (
                to_confirm(None),
                missing(NotMe),
                Some(HistoryEvent::PhotoRejected),
            ),
            (missing(NotMe), missing(NotMe), None),
            (
                missing(NeverHad),
                in_review("a"),
                Some(HistoryEvent::PhotoSent),
            ),
            (in_review("a"), in_review("a"), None),
            (
                in_review("a"),
                in_review("b"),
                Some(HistoryEvent::PhotoSent),
            ),
            (
                in_review("a"),
                missing(returned()),
                Some(HistoryEvent::PhotoReturned),
            ),
            (ready(), missing(reset()), Some(HistoryEvent::PhotoReset)),
            (
                ready(),
                to_confirm(Some("n")),
                Some(HistoryEvent::PhotoReset),
            ),
            (to_confirm(Some("n")), to_confirm(Some("n")), None),
            (ready(), to_confirm(None), None),
        ] {
            assert_eq!(photo_event(Some(&before), Some(&after)), event);
        }
        assert_eq!(photo_event(None, Some(&missing(reset()))), None);
    }

    #[test]
    fn a_card_that_comes_changes_or_is_withdrawn_is_an_event_each_and_once() {
        let card_type = CardType::Elev;
        let empty = State::new("i");
        let mut with = State::new("i");
        with.cards.push(card());
        assert_eq!(
            events(&empty, &with),
            [HistoryEvent::CardFetched { card_type }]
        );
        assert_eq!(events(&with, &with.clone()), []);

        let mut moved = with.clone();
        for card in &mut moved.cards {
            card.claims.class = Some("3STA".into());
        }
        assert_eq!(
            events(&with, &moved),
            [HistoryEvent::CardChanged { card_type }]
        );

        let said = |status| {
            let mut state = with.clone();
            state.statuses = vec![KnownStatus {
                entry: StatusEntry {
                    uri: "https://issuer.example/status-lists/1".into(),
                    idx: 5,
                },
                status,
                as_of: DateTime::UNIX_EPOCH,
            }];
            state
        };
        let suspended = said(CredentialStatus::Suspended);
        assert_eq!(
            events(&with, &suspended),
            [HistoryEvent::CardSuspended { card_type }]
        );
        assert_eq!(
            events(&suspended, &with),
            [HistoryEvent::CardRestored { card_type }]
        );
        assert_eq!(
            events(&with, &said(CredentialStatus::Revoked)),
            [HistoryEvent::CardRevoked { card_type }]
        );
        assert_eq!(events(&with, &empty), [], "taking away is not coming");
    }
}
