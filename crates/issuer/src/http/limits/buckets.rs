//! Buckets that fill with time.

use std::{collections::HashMap, hash::Hash};

use super::Wait;

/// Buckets by key, a bounded number of them.
#[derive(Debug)]
pub(super) struct Buckets<K> {
    most: usize,
    buckets: HashMap<K, Bucket>,
    /// The full ones are not looked for again before this time.
    swept_at: i64,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// Requests, in parts of [`ONE`].
    left: i64,
    a_minute: u32,
    /// Unix milliseconds.
    at: i64,
}

/// Looking for full buckets takes a while, so not more often than this, in milliseconds.
const SWEEP: i64 = 1_000;
/// One request: a limit of one a minute gives one part of it each millisecond, so that nothing is rounded.
const ONE: i64 = 60_000;

impl Bucket {
    fn at(&self, now: i64) -> i64 {
        let (passed, a_minute) = (now.saturating_sub(self.at).max(0), i64::from(self.a_minute));
        self.left
            .saturating_add(passed.saturating_mul(a_minute))
            .min(a_minute * ONE)
    }

    fn is_full(&self, now: i64) -> bool {
        self.at(now) >= i64::from(self.a_minute) * ONE
    }

    /// Whole seconds until there is one.
    fn wait(&self) -> Wait {
        let seconds = {
            let a_second = i64::from(self.a_minute) * 1_000;
            (ONE - self.left + a_second - 1) / a_second
        };
        Wait(u32::try_from(seconds.clamp(1, 60)).unwrap_or(60))
    }
}

impl<K: Clone + Eq + Hash> Buckets<K> {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            buckets: HashMap::new(),
            swept_at: i64::MIN,
        }
    }

    /// Takes one out of a bucket. A key that is new when there is no room shares the bucket of `rest`.
    pub(super) fn take(&mut self, key: K, rest: K, a_minute: u32, now: i64) -> Result<(), Wait> {
        let key = if self.buckets.contains_key(&key) || self.has_room(now) {
            key
        } else {
            rest
        };
        let bucket = self.buckets.entry(key).or_insert(Bucket {
            left: i64::from(a_minute) * ONE,
            a_minute,
            at: now,
        });
        bucket.left = bucket.at(now);
        // A clock that goes back gives nothing.
        bucket.at = bucket.at.max(now);
        if bucket.left < ONE {
            return Err(bucket.wait());
        }
        bucket.left -= ONE;
        Ok(())
    }

    /// A full bucket says the same as none.
    fn has_room(&mut self, now: i64) -> bool {
        if self.buckets.len() >= self.most && now.saturating_sub(self.swept_at) >= SWEEP {
            self.swept_at = now;
            self.buckets.retain(|_, bucket| !bucket.is_full(now));
        }
        self.buckets.len() < self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_789_552_800_000;

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_the_wait_is_told() {
        let mut buckets = Buckets::new(10);
        for _ in 0..6 {
            assert_eq!(buckets.take("a", "rest", 6, NOW), Ok(()));
        }
        assert_eq!(buckets.take("a", "rest", 6, NOW), Err(Wait(10)));
        assert_eq!(buckets.take("b", "rest", 6, NOW), Ok(()));
        assert_eq!(buckets.take("a", "rest", 6, NOW + 9_000), Err(Wait(1)));
        assert_eq!(buckets.take("a", "rest", 6, NOW + 10_000), Ok(()));
        // A clock that goes back gives nothing.
        assert_eq!(buckets.take("a", "rest", 6, NOW), Err(Wait(10)));
        assert_eq!(buckets.take("a", "rest", 6, NOW + 19_000), Err(Wait(1)));
    }

    #[test]
    fn there_is_a_bound_on_buckets_and_those_who_were_there_keep_theirs() {
        let mut buckets = Buckets::new(100);
        for key in 0..10_000 {
            let _ = buckets.take(key, -1, 2, NOW);
        }
        assert!(buckets.buckets.len() <= 101, "{}", buckets.buckets.len());
        assert!(
            buckets.take(20_000, -1, 2, NOW).is_err(),
            "all the rest share one"
        );
        assert_eq!(buckets.take(5, -1, 2, NOW), Ok(()));
        // When the old ones are full again, there is room.
        assert_eq!(buckets.take(20_000, -1, 2, NOW + 61_000), Ok(()));
        assert_eq!(buckets.buckets.len(), 1);
    }
}
