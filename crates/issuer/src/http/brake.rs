//! A brake on rows that strangers make us write.
//!
//! Who has no token yet still makes rows: a pushed request, the memory of a proof. They live for minutes, so a bound on
//! how fast they come is a bound on how many there are. Whoever has a token is held by other means, and each address by
//! the proxy in front.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

/// How many rows may come at once after a quiet time, in seconds' worth.
const BURST_S: f64 = 30.0;

/// A bucket that fills with time and is emptied by rows.
#[derive(Debug)]
pub(crate) struct Brake {
    per_second: f64,
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    left: f64,
    /// Unix milliseconds.
    filled_at: i64,
}

impl Brake {
    pub(crate) fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second);
        Self {
            per_second,
            bucket: Mutex::new(Bucket {
                left: per_second * BURST_S,
                filled_at: 0,
            }),
        }
    }

    /// Whether one more row may be written at this time, in unix milliseconds.
    pub(crate) fn let_pass(&self, now: i64) -> bool {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = now.saturating_sub(bucket.filled_at).max(0);
        bucket.filled_at = bucket.filled_at.max(now);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a bucket is full long before the difference shows"
        )]
        let more = passed as f64 / 1000.0 * self.per_second;
        bucket.left = (bucket.left + more).min(self.per_second * BURST_S);
        if bucket.left < 1.0 {
            return false;
        }
        bucket.left -= 1.0;
        true
    }
}

/// Milliseconds between two words on one matter.
const SELDOM: i64 = 60_000;

/// When a matter was last spoken of. There are few matters: they are names of ours.
#[derive(Debug)]
pub(crate) struct Seldom<K>(Mutex<HashMap<K, i64>>);

impl<K> Default for Seldom<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> Seldom<K> {
    /// Whether to speak of it at this time, in unix milliseconds: once a minute.
    pub(crate) fn may(&self, matter: K, now: i64) -> bool {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = said
            .get(&matter)
            .is_none_or(|at| now.saturating_sub(*at) >= SELDOM);
        if is_due {
            said.insert(matter, now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matter_is_spoken_of_once_a_minute() {
        let seldom = Seldom::default();
        let now = 1_000_000;
        assert!(seldom.may("a", now));
        assert!(!seldom.may("a", now + 59_999));
        assert!(seldom.may("b", now + 59_999));
        assert!(seldom.may("a", now + 60_000));
    }

    #[test]
    fn a_burst_passes_and_then_so_many_a_second() {
        let brake = Brake::new(2);
        let now = 1_000_000;
        let passed = |now| (0..100).filter(|_| brake.let_pass(now)).count();
        assert_eq!(passed(now), 60);
        assert_eq!(passed(now + 499), 0);
        assert_eq!(passed(now + 1_499), 2);
        assert_eq!(
            passed(now + 1_000),
            0,
            "a clock that goes back gives nothing"
        );
        assert_eq!(passed(now + 3_600_000), 60);
    }
}
