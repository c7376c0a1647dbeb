//! In which state a card is: a pure function of the time and of what is stored.

use chrono::{DateTime, Days, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Europe::Oslo;
use serde::{Deserialize, Serialize};

use crate::{
    settings::Settings,
    state::{Card, CredentialStatus, KnownStatus},
};

/// In which state a card is. Each state has its own text for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    /// Good.
    Valid,
    /// Good from a later day.
    NotYetValid,
    /// Good, but its data is old: connect to the network.
    NeedsRefresh,
    /// Good, but what can be shown expires soon.
    ExpiresSoon,
    /// Nothing that proves it can be shown any more. A refresh may help, as long as the person has a right to it.
    Expired,
    /// The issuer has suspended it.
    Suspended,
    /// The issuer has withdrawn it for good.
    Revoked,
    /// The issuer says something that this version does not know.
    Unknown,
}

/// The state at `now`. When several hold, the one that matters most to a checker wins.
pub(crate) fn card_state(
    card: &Card,
    statuses: &[KnownStatus],
    now: DateTime<Utc>,
    settings: &Settings,
) -> CardState {
    let is = |wanted| statuses_of(card, statuses).any(|known| known.status == wanted);
    let expires_at = expires_at(card);
    if is(CredentialStatus::Revoked) {
        CardState::Revoked
    } else if now >= expires_at || card.over_since.is_some() {
        // Draft-ietf-oauth-status-list §8.3: an expired credential is expired, whatever its status.
        CardState::Expired
    } else if is(CredentialStatus::Suspended) {
        CardState::Suspended
    } else if is(CredentialStatus::Unknown) {
        CardState::Unknown
    } else if now < day_begins(card.claims.valid_from) {
        CardState::NotYetValid
    } else if expires_at.signed_duration_since(now) <= settings.expires_soon_within {
        CardState::ExpiresSoon
    } else if now.signed_duration_since(card.updated_at) >= settings.needs_refresh_after {
        CardState::NeedsRefresh
    } else {
        CardState::Valid
    }
}

/// When the first of the codes that can be shown ends: its token, or the right itself at the end of its last day.
pub(crate) fn expires_at(card: &Card) -> DateTime<Utc> {
    card.codes
        .values()
        .map(|code| code.expires_at)
        .min()
        // A card from before there were profiles has no code that a checker of today takes.
        .unwrap_or(card.updated_at)
        .min(right_ends(card.claims.valid_until))
}

/// The newest word on the status of this card's credentials.
pub(crate) fn statuses_of<'a>(
    card: &'a Card,
    statuses: &'a [KnownStatus],
) -> impl Iterator<Item = &'a KnownStatus> {
    statuses
        .iter()
        .filter(|known| card.status_entries().any(|entry| *entry == known.entry))
}

/// The end of the last day, by Norwegian time.
pub(crate) fn right_ends(last_day: NaiveDate) -> DateTime<Utc> {
    last_day
        .checked_add_days(Days::new(1))
        .map_or(DateTime::<Utc>::MAX_UTC, day_begins)
}

fn day_begins(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    // Norway changes its clocks at 2 and 3 in the morning, so midnight is there every day.
    Oslo.from_local_datetime(&midnight)
        .earliest()
        .map_or_else(|| midnight.and_utc(), |time| time.to_utc())
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::TimeDelta;
    use county_api::{CardClaims, CardType, Profile, claims::Portrait};

    use super::*;
    use crate::keys::StoredKey;
    use crate::state::{CodeToken, Secret, StatusEntry};

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    pub(crate) fn card() -> Card {
        let key = jose::SoftwareKey::generate(&ring::rand::SystemRandom::new()).unwrap();
        Card {
            id: "card".into(),
            account: "account".into(),
            content_sha256: "content".into(),
            claims: CardClaims {
                given_name: "Nora".into(),
                family_name: "Østby".into(),
                birthdate: "2009-03-14".parse().unwrap(),
                portrait: Portrait::from_jpeg(vec![0xFF, 0xD8, 0xFF]).unwrap(),
                card_type: CardType::Elev,
                institution: "Fjordvik videregående skole".into(),
                institution_number: None,
                class: Some("2STA".into()),
                programme: None,
                student_number: None,
                semester: "2026-H".parse().unwrap(),
                valid_from: "2026-08-01".parse().unwrap(),
                valid_until: "2026-12-31".parse().unwrap(),
                age_over_16: true,
                age_over_18: false,
                age_over_20: false,
                county: "Fjordviken fylkeskommune".into(),
            },
            demo: true,
            copies: Vec::new(),
            codes: Profile::ALL
                .into_iter()
                .map(|profile| {
                    let code = CodeToken {
                        token: Secret::new("t"),
                        key: StoredKey::software(&key),
                        issued_at: time("2026-11-22T10:00:00Z"),
                        expires_at: time("2026-11-29T10:00:00Z"),
                        status: (profile == Profile::Exam).then(|| entry(5)),
                    };
                    (profile, code)
                })
                .collect(),
            photo: None,
            updated_at: time("2026-11-22T10:00:00Z"),
            over_since: None,
        }
    }

    fn entry(idx: u64) -> StatusEntry {
        StatusEntry {
            uri: "https://issuer.example/status-lists/1".into(),
            idx,
        }
    }

    fn said(idx: u64, status: CredentialStatus) -> Vec<KnownStatus> {
        vec![KnownStatus {
            entry: entry(idx),
            status,
            as_of: time("2026-11-22T10:00:00Z"),
        }]
    }

    fn at(now: &str, statuses: &[KnownStatus]) -> CardState {
        card_state(&card(), statuses, time(now), &Settings::default())
    }

    #[test]
    fn a_card_ages_from_valid_to_expired() {
        for (now, state) in [
            ("2026-11-22T10:00:01Z", CardState::Valid),
            ("2026-11-25T09:59:59Z", CardState::Valid),
            ("2026-11-25T10:00:00Z", CardState::NeedsRefresh),
            ("2026-11-27T09:59:59Z", CardState::NeedsRefresh),
            ("2026-11-27T10:00:00Z", CardState::ExpiresSoon),
            ("2026-11-29T09:59:59Z", CardState::ExpiresSoon),
            ("2026-11-29T10:00:00Z", CardState::Expired),
        ] {
            assert_eq!(at(now, &[]), state, "{now}");
        }
    }

    #[test]
    fn a_card_whose_right_is_over_has_expired_whatever_its_dates_say() {
        let mut card = card();
        let now = card.updated_at;
        card.over_since = Some(now);
        for (statuses, state) in [
            (vec![], CardState::Expired),
            (said(5, CredentialStatus::Suspended), CardState::Expired),
            (said(5, CredentialStatus::Revoked), CardState::Revoked),
        ] {
            let settings = Settings::default();
            assert_eq!(card_state(&card, &statuses, now, &settings), state);
        }
    }

    #[test]
    fn a_status_beats_age_and_expiry_beats_suspension() {
        use CredentialStatus::{Revoked, Suspended, Unknown, Valid};
        let young = "2026-11-22T10:00:01Z";
        let old = "2026-12-22T10:00:01Z";
        for (status, now, state) in [
            (Valid, young, CardState::Valid),
            (Suspended, young, CardState::Suspended),
            (Revoked, young, CardState::Revoked),
            (Unknown, young, CardState::Unknown),
            (Suspended, old, CardState::Expired),
            (Revoked, old, CardState::Revoked),
        ] {
            assert_eq!(at(now, &said(5, status)), state);
        }
        // Another's status is not ours.
        assert_eq!(at(young, &said(6, Revoked)), CardState::Valid);
    }

    #[test]
    fn the_right_begins_and_ends_at_midnight_in_norway() {
        let mut card = card();
        for code in card.codes.values_mut() {
            code.expires_at = time("2030-01-01T00:00:00Z");
        }
        for (now, state) in [
            ("2026-07-31T21:59:59Z", CardState::NotYetValid),
            ("2026-07-31T22:00:00Z", CardState::Valid),
            ("2026-12-31T22:59:59Z", CardState::ExpiresSoon),
            ("2026-12-31T23:00:00Z", CardState::Expired),
        ] {
            let now = time(now);
            let state_then = card_state(&card, &[], now, &Settings::default());
            assert_eq!(state_then, state, "{now}");
        }
    }

    #[test]
    fn the_code_that_ends_first_ends_the_card_and_without_codes_it_has_ended() {
        let mut card = card();
        let first = time("2026-11-24T10:00:00Z");
        if let Some(code) = card.codes.get_mut(&Profile::Age) {
            code.expires_at = first;
        }
        assert_eq!(expires_at(&card), first);
        card.codes.clear();
        let now = card.updated_at;
        let state = card_state(&card, &[], now, &Settings::default());
        assert_eq!(state, CardState::Expired);
    }

    #[test]
    fn a_clock_before_all_that_was_stored_makes_a_card_no_worse() {
        let before = time("2026-11-22T10:00:00Z") - TimeDelta::days(30);
        let state = card_state(&card(), &[], before, &Settings::default());
        assert_eq!(state, CardState::Valid);
    }

    #[test]
    fn the_last_day_that_a_date_can_hold_does_not_end_in_a_panic() {
        assert_eq!(right_ends(NaiveDate::MAX), DateTime::<Utc>::MAX_UTC);
        let mut card = card();
        card.claims.valid_from = NaiveDate::MIN;
        card.claims.valid_until = NaiveDate::MAX;
        let settings = Settings::default();
        let _ = card_state(&card, &[], DateTime::<Utc>::MIN_UTC, &settings);
        card.claims.valid_until = NaiveDate::MIN;
        let _ = card_state(&card, &[], DateTime::<Utc>::MAX_UTC, &settings);
    }
}
