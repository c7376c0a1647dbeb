//! Bringing the cards up to date. A refresh that fails changes nothing but the age that is shown, and one that fails for
//! one card changes nothing about that card.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use county_api::{Profile, photo_sha256};

use crate::{
    CallError, IssueError, Problem, StoreError, TrustError, Wallet,
    card_state::{right_ends, statuses_of},
    issue::{Named, Wanted, named},
    keys::StoredKey,
    state::{Card, CardKind, CredentialStatus, Failure, KnownStatus},
    trust::merge_statuses,
};

/// Why nothing was brought up to date.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RefreshError {
    /// Nobody has logged in on this device.
    #[error("nobody is logged in")]
    NotLoggedIn,
    /// The issuer has ended this device's session; the cards stay. Log in again.
    #[error("the issuer has ended the session")]
    SignedOut,
    /// A new card could not be fetched.
    #[error(transparent)]
    Issue(IssueError),
    /// Trust list or status list.
    #[error(transparent)]
    Trust(TrustError),
    /// The issuer could not be asked.
    #[error(transparent)]
    Call(CallError),
}

impl From<CallError> for RefreshError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NotLoggedIn => RefreshError::NotLoggedIn,
            CallError::SignedOut => RefreshError::SignedOut,
            other => RefreshError::Call(other),
        }
    }
}

impl From<TrustError> for RefreshError {
    fn from(error: TrustError) -> Self {
        match error {
            TrustError::Call(error) => error.into(),
            other => RefreshError::Trust(other),
        }
    }
}

impl From<IssueError> for RefreshError {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Call(error) => error.into(),
            IssueError::Trust(error) => error.into(),
            other => RefreshError::Issue(other),
        }
    }
}

impl Wallet {
    /// Asks for everything anew: where the person stands, trust list, status, and credentials where the old ones age,
    /// differ from the records, were withdrawn, or have lost their key. Of each card all is stored, or nothing; if no card could be brought
    /// up to date, nothing at all.
    ///
    /// One refresh runs at a time; a second caller waits and is spared its own if the first went well.
    pub async fn refresh(&self) -> Result<(), RefreshError> {
        let before = self.read(|state| state.last_refresh);
        let _one_at_a_time = self.fetching.lock().await;
        let epoch = self.epoch();
        if self.read(|state| state.last_refresh) != before {
            return Ok(());
        }
        let result = self.refresh_now().await;
        if let Err(error) = &result {
            let problem = Problem::from(error);
            tracing::info!(code = %problem.support_code, "the refresh failed");
            if !matches!(error, RefreshError::NotLoggedIn) {
                self.keep_failure(epoch, problem);
            }
        }
        result
    }

    async fn refresh_now(&self) -> Result<(), RefreshError> {
        let session = self.session_id()?;
        let seen = self.ask_enrolment().await?;
        let trusted = self.fetch_trust_list().await?;
        let (mut old, known, removed) = self.read(|state| {
            (
                state.cards.clone(),
                state.statuses.clone(),
                state.removed.clone(),
            )
        });
        let there: Vec<String> = old.iter().map(|card| card.id.clone()).collect();
        old.retain(|card| card.account == seen.status.account);

        let missing = self.missing_keys(&old).await;
        let now = self.server_clock.now();
        let entries = old.iter().flat_map(|card| card.status_entries_at(now));
        let fresh = self.fetch_statuses(entries, &trusted.list).await?;
        let entries: Vec<_> = old.iter().flat_map(Card::status_entries).cloned().collect();
        let known = merge_statuses(&known, fresh, &entries);

        // What the person took off this device does not come back by itself.
        let removed: Vec<_> = removed.into_iter().map(CardKind::of).collect();
        let named = named(&seen.status.state);
        let kinds: Vec<_> = named.iter().map(Named::kind).collect();
        let mut cards = Vec::new();
        let mut fetched = Vec::new();
        let mut failure = None;
        for named in &named {
            let at_hand = old.iter().position(|card| card.kind() == named.kind());
            let at_hand = at_hand.map(|place| old.swap_remove(place));
            if at_hand.is_none() && removed.contains(&named.kind()) {
                continue;
            }
            let wanted = wanted(at_hand.as_ref(), &known, &missing, named, now);
            if let Some(card) = at_hand.as_ref().filter(|_| wanted == Wanted::nothing()) {
                cards.push(confirmed(card, seen.seen_at, trusted.demo));
                continue;
            }
            match self
                .fetch_card(named, wanted, at_hand.as_ref(), &seen, &trusted)
                .await
            {
                Ok(new) => fetched.push(new),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        let failure = match failure {
            Some(error) if cards.is_empty() && fetched.is_empty() => return Err(error.into()),
            failure => failure,
        };
        // What is left are cards that the issuer does not name: one by one, or because nobody has any now.
        let mut gone = Vec::new();
        for card in old {
            if named.is_empty() {
                cards.push(confirmed(&card, seen.seen_at, trusted.demo));
            } else {
                let card = unnamed(card, &known, now);
                let over_for = card.over_since.map(|since| now - since);
                if over_for.is_some_and(|over| over >= self.settings.over_card_shown_for) {
                    gone.push(card.id);
                } else {
                    cards.push(card);
                }
            }
        }

        let entries = fetched.iter().flat_map(|new| new.card.status_entries());
        let fresh = self
            .fetch_statuses(entries, &trusted.list)
            .await
            .unwrap_or_default();
        let (new, along): (Vec<_>, Vec<_>) =
            fetched.into_iter().map(|new| (new.card, new.along)).unzip();
        let stored = self.change_session(&session, |state| {
            state.trust_list = Some(trusted.kept);
            for card in cards.into_iter().chain(new) {
                state.put_unless_removed(card, &there);
            }
            state.cards.retain(|card| !gone.contains(&card.id));
            // What was said meanwhile stays, if it is newer.
            state.note_statuses(known);
            // What the issuer has taken from a person need not be kept off.
            if !kinds.is_empty() {
                state
                    .removed
                    .retain(|removed| kinds.contains(&CardKind::of(*removed)));
            }
            // After the cards: it takes away those that turn out to be another person's.
            state.see(seen);
            state.note_statuses(fresh);
            if failure.is_none() {
                state.last_refresh = Some(now);
                state.last_failure = None;
            }
        });
        self.settle(along, stored.is_ok()).await;
        stored.map_err(CallError::from)?;
        failure.map_or(Ok(()), |error| Err(error.into()))
    }

    /// The one thing a failed refresh leaves behind.
    fn keep_failure(&self, epoch: u64, problem: Problem) {
        let failure = Failure {
            problem,
            at: self.platform.clock.now(),
        };
        let kept: Result<bool, StoreError> =
            self.change_since(epoch, |state| state.last_failure = Some(failure));
        if let Err(error) = kept {
            tracing::warn!(%error, "the failure could not be noted");
        }
    }
}

/// The same card, which the issuer has just spoken of.
fn confirmed(card: &Card, seen_at: DateTime<Utc>, demo: bool) -> Card {
    Card {
        demo,
        updated_at: seen_at,
        over_since: None,
        ..card.clone()
    }
}

/// A card that the issuer does not name while it names another. The right to it is over if the status lists or the dates
/// say so too; otherwise the record may merely lack something for a day, and the card stays as it is.
fn unnamed(card: Card, known: &[KnownStatus], now: DateTime<Utc>) -> Card {
    // An issuer suspends what it no longer names; a value that is unknown here says nothing of it.
    let withdrawn = statuses_of(&card, known).any(|known| {
        matches!(
            known.status,
            CredentialStatus::Revoked | CredentialStatus::Suspended
        )
    });
    let nothing_left = card.status_entries_at(now).next().is_none();
    let is_over = withdrawn || nothing_left || now >= right_ends(card.claims.valid_until);
    Card {
        over_since: is_over.then(|| card.over_since.unwrap_or(now)),
        ..card
    }
}

/// What has to be fetched of a card that the issuer names. `missing` are the device's keys that are gone.
fn wanted(
    card: Option<&Card>,
    known: &[KnownStatus],
    missing: &BTreeSet<String>,
    named: &Named<'_>,
    now: DateTime<Utc>,
) -> Wanted {
    let Some(card) = card else {
        return Wanted::all();
    };
    let claims = &card.claims;
    let differs = card.content_sha256 != named.content_sha256
        || photo_sha256(claims.portrait.jpeg()) != named.photo_sha256;
    // The issuer withdraws credentials whose data has changed; a person who has a right to a card gets new ones.
    let withdrawn = statuses_of(card, known).any(|status| status.status != CredentialStatus::Valid);
    let right_ends = right_ends(claims.valid_until);
    if differs || withdrawn || now >= right_ends {
        return Wanted::all();
    }
    // Half of a credential's time is for use without a network. One that lasts as long as the right itself cannot be
    // had for longer.
    let ages = |issued_at: DateTime<Utc>, expires_at: DateTime<Utc>| {
        let whole = expires_at.signed_duration_since(issued_at);
        expires_at < right_ends && now.signed_duration_since(issued_at) >= whole / 2
    };
    let is_missing = |key: &StoredKey| key.device_name().is_some_and(|name| missing.contains(name));
    let fresh_copies = card
        .copies
        .iter()
        .filter(|copy| !copy.used && !ages(copy.issued_at, copy.expires_at));
    let photo = card.photo.as_ref();
    let photo = match photo {
        Some(photo) => ages(photo.issued_at, photo.expires_at),
        None => card.names_portrait(),
    };
    let is_due = |profile: &Profile| {
        let code = card.codes.get(profile);
        code.is_none_or(|code| is_missing(&code.key) || ages(code.issued_at, code.expires_at))
    };
    Wanted {
        // A copy without its key would be given to the next checker in vain.
        copies: fresh_copies.count() == 0 || card.copies.iter().any(|copy| is_missing(&copy.key)),
        // With a new portrait come new codes that name it.
        profiles: Profile::ALL
            .into_iter()
            .filter(|profile| photo || is_due(profile))
            .collect(),
        photo,
    }
}

#[cfg(test)]
mod tests {
    use county_api::{CardSlot, CardType, Enrolment, FurtherCard, Holder};

    use super::*;
    use crate::{
        card_state::tests::card,
        state::{Copy, PhotoToken, Secret, StatusEntry},
    };

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn ready(card: &Card) -> Enrolment {
        Enrolment::Ready {
            holder: Holder {
                given_name: card.claims.given_name.clone(),
                family_name: card.claims.family_name.clone(),
                card_type: card.claims.card_type,
                institution: card.claims.institution.clone(),
            },
            photo_sha256: photo_sha256(card.claims.portrait.jpeg()),
            content_sha256: card.content_sha256.clone(),
            more: Vec::new(),
        }
    }

    fn wanted(
        card: Option<&Card>,
        known: &[KnownStatus],
        enrolment: &Enrolment,
        now: DateTime<Utc>,
    ) -> Wanted {
        super::wanted(card, known, &BTreeSet::new(), &named(enrolment)[0], now)
    }

    fn with_copies(count: usize) -> Card {
        let mut card = card();
        let key = jose::SoftwareKey::generate(&ring::rand::SystemRandom::new()).unwrap();
        card.copies = (0..count)
            .map(|_| Copy {
                text: Secret::new("c"),
                key: StoredKey::software(&key),
                issued_at: time("2026-11-22T10:00:00Z"),
                expires_at: time("2026-12-22T10:00:00Z"),
                status: None,
                used: false,
            })
            .collect();
        card.photo = Some(PhotoToken {
            token: Secret::new("p"),
            issued_at: time("2026-11-22T10:00:00Z"),
            expires_at: time("2026-11-29T10:00:00Z"),
            status: None,
        });
        card
    }

    #[test]
    fn each_kind_of_credential_is_renewed_when_half_its_time_is_over() {
        let card = with_copies(2);
        for (now, copies, codes) in [
            ("2026-11-22T10:00:00Z", false, false),
            ("2026-11-25T21:59:59Z", false, false),
            ("2026-11-25T22:00:00Z", false, true),
            ("2026-12-07T10:00:00Z", true, true),
        ] {
            let profiles = if codes {
                Profile::ALL.into()
            } else {
                [].into()
            };
            let expected = Wanted {
                copies,
                profiles,
                photo: codes,
            };
            assert_eq!(
                wanted(Some(&card), &[], &ready(&card), time(now)),
                expected,
                "{now}"
            );
        }
    }

    #[test]
    fn what_lasts_as_long_as_the_right_is_not_renewed_for_its_age() {
        let mut card = with_copies(1);
        let right_ends = crate::card_state::right_ends(card.claims.valid_until);
        for code in card.codes.values_mut() {
            code.expires_at = right_ends;
        }
        card.photo = None;
        card.copies[0].expires_at = right_ends;
        let now = time("2026-12-31T20:00:00Z");
        assert_eq!(
            wanted(Some(&card), &[], &ready(&card), now),
            Wanted::nothing()
        );
    }

    #[test]
    fn a_code_that_is_due_or_not_there_is_fetched_by_itself() {
        let mut card = with_copies(1);
        let now = time("2026-11-23T10:00:00Z");
        if let Some(code) = card.codes.get_mut(&Profile::Travel) {
            code.expires_at = time("2026-11-24T10:00:00Z");
        }
        card.codes.remove(&Profile::Age);
        let expected = Wanted {
            profiles: [Profile::Travel, Profile::Age].into(),
            ..Wanted::nothing()
        };
        assert_eq!(wanted(Some(&card), &[], &ready(&card), now), expected);
    }

    #[test]
    fn when_all_copies_are_used_there_are_new_ones() {
        let mut card = with_copies(2);
        let now = time("2026-11-22T11:00:00Z");
        card.copies[0].used = true;
        assert_eq!(
            wanted(Some(&card), &[], &ready(&card), now),
            Wanted::nothing()
        );
        card.copies[1].used = true;
        assert!(wanted(Some(&card), &[], &ready(&card), now).copies);
    }

    #[test]
    fn changed_data_a_new_photo_or_a_withdrawal_renew_the_whole_card() {
        let card = with_copies(1);
        let now = time("2026-11-22T11:00:00Z");
        let mut moved = ready(&card);
        if let Enrolment::Ready { content_sha256, .. } = &mut moved {
            *content_sha256 = "another class".into();
        }
        assert_eq!(wanted(Some(&card), &[], &moved, now), Wanted::all());

        let mut photo = ready(&card);
        if let Enrolment::Ready { photo_sha256, .. } = &mut photo {
            *photo_sha256 = "00".repeat(32);
        }
        assert_eq!(wanted(Some(&card), &[], &photo, now), Wanted::all());

        let withdrawn = [KnownStatus {
            entry: StatusEntry {
                uri: "https://issuer.example/status-lists/1".into(),
                idx: 5,
            },
            status: CredentialStatus::Revoked,
            as_of: now,
        }];
        assert_eq!(
            wanted(Some(&card), &withdrawn, &ready(&card), now),
            Wanted::all()
        );
        assert_eq!(wanted(None, &[], &ready(&card), now), Wanted::all());
    }

    #[test]
    fn nothing_is_fetched_for_someone_without_a_right() {
        let enrolment = Enrolment::PhotoMissing {
            holder: Holder {
                given_name: "Nora".into(),
                family_name: "Østby".into(),
                card_type: county_api::CardType::Elev,
                institution: "x".into(),
            },
            why: county_api::PhotoMissingReason::NeverHad,
            contact: county_api::Contact {
                role: county_api::ContactRole::School,
                name: "x".into(),
                phone: None,
                email: None,
                url: None,
            },
        };
        assert!(named(&enrolment).is_empty());
    }

    #[test]
    fn the_further_card_is_asked_for_under_names_of_its_own_and_of_each_kind_there_is_one() {
        let card = card();
        let further = |card_type| FurtherCard {
            card_type,
            institution: "Fjordbygg AS".into(),
            content_sha256: "further".into(),
        };
        let mut enrolment = ready(&card);
        if let Enrolment::Ready { more, .. } = &mut enrolment {
            *more = [CardType::Elev, CardType::Larling, CardType::Larekandidat]
                .map(further)
                .into();
        }
        let named = named(&enrolment);
        let slots: Vec<_> = named
            .iter()
            .map(|card| (card.slot, card.card_type))
            .collect();
        assert_eq!(
            slots,
            [
                (CardSlot::First, CardType::Elev),
                (CardSlot::Training, CardType::Larling)
            ]
        );
        assert_eq!(named[1].content_sha256, "further");
    }

    #[test]
    fn a_card_that_is_not_named_is_over_when_its_credentials_or_its_dates_say_so() {
        let mut card = card();
        let now = time("2026-11-23T10:00:00Z");
        let entry = card.status_entries().next().unwrap().clone();
        let said = |status| {
            [KnownStatus {
                entry: entry.clone(),
                status,
                as_of: now,
            }]
        };
        let valid = said(CredentialStatus::Valid);
        let is_over = |card: &Card, known: &[KnownStatus], now| {
            unnamed(card.clone(), known, now).over_since.is_some()
        };
        assert!(!is_over(&card, &[], now));
        assert!(!is_over(&card, &valid, now));
        for status in [CredentialStatus::Revoked, CredentialStatus::Suspended] {
            assert!(is_over(&card, &said(status), now));
        }
        assert!(!is_over(&card, &said(CredentialStatus::Unknown), now));
        // Nothing that a list could say anything of is left.
        assert!(is_over(&card, &valid, time("2026-11-29T10:00:00Z")));
        card.claims.valid_until = "2026-11-22".parse().unwrap();
        assert!(is_over(&card, &valid, now));
        // Once over, it is so since then; named or good again, it is not.
        card.over_since = Some(now);
        let later = now + chrono::TimeDelta::days(1);
        assert_eq!(unnamed(card.clone(), &[], later).over_since, Some(now));
        card.claims.valid_until = "2026-12-31".parse().unwrap();
        assert_eq!(unnamed(card, &valid, later).over_since, None);
    }
}
