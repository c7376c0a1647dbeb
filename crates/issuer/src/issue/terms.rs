//! From when until when a credential is good.

use chrono::{NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Europe::Oslo;

const DAY: i64 = 86_400;

/// The times in a credential, unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// `iat`.
    pub issued_at: i64,
    /// `exp`.
    pub expires_at: i64,
}

/// The terms of a credential made now, for a card that is good until the end of `valid_until` in Norway.
///
/// Times are rounded down to the day, so that credentials of one batch, or one person's in two places, are
/// not known again by their second. `signs_from` is when the key began to sign: nothing under it is older.
/// None when the card is not good any more.
pub(crate) fn terms(
    now: i64,
    lifetime: i64,
    valid_until: NaiveDate,
    signs_from: i64,
) -> Option<Terms> {
    let issued_at = (now - now.rem_euclid(DAY)).max(signs_from.min(now));
    let day = now - now.rem_euclid(DAY);
    let expires_at = day.checked_add(lifetime)?.min(end_of(valid_until)?);
    (expires_at > now).then_some(Terms {
        issued_at,
        expires_at,
    })
}

/// The first second after `day` in Norway.
pub(crate) fn end_of(day: NaiveDate) -> Option<i64> {
    let midnight = day.succ_opt()?.and_time(NaiveTime::MIN);
    // Norway changes its clocks at 2 and 3 in the morning, so midnight is always there, once.
    Oslo.from_local_datetime(&midnight)
        .earliest()
        .map(|moment| moment.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-09-16 10:00 UTC.
    const NOW: i64 = 1_789_552_800;
    const MIDNIGHT: i64 = NOW - 10 * 3600;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_whole_days() {
        let terms = terms(NOW, 7 * DAY, date("2026-12-31"), 0).unwrap();
        assert_eq!(terms.issued_at, MIDNIGHT);
        assert_eq!(terms.expires_at, MIDNIGHT + 7 * DAY);
    }

    #[test]
    fn a_credential_never_outlives_the_cards_own_right() {
        // The card is good on 17 September, which ends at 22:00 UTC.
        let good_until = MIDNIGHT + DAY + 22 * 3600;
        let terms = terms(NOW, 30 * DAY, date("2026-09-17"), 0).unwrap();
        assert_eq!(terms.expires_at, good_until);
    }

    #[test]
    fn on_its_last_day_a_card_is_good_and_the_day_after_it_is_not() {
        assert!(terms(NOW, DAY, date("2026-09-16"), 0).is_some());
        assert!(terms(NOW, DAY, date("2026-09-15"), 0).is_none());
    }

    #[test]
    fn nothing_is_older_than_the_key_that_signed_it() {
        let terms = terms(NOW, 7 * DAY, date("2026-12-31"), NOW - 60).unwrap();
        assert_eq!(terms.issued_at, NOW - 60);
        assert_eq!(terms.expires_at, MIDNIGHT + 7 * DAY);
    }

    #[test]
    fn summer_and_winter_time_are_minded() {
        assert_eq!(end_of(date("2026-07-31")), Some(1_785_535_200));
        assert_eq!(end_of(date("2026-12-31")), Some(1_798_758_000));
        assert_eq!(end_of(NaiveDate::MAX), None);
    }
}
