//! A short memory of codes that were taken, so that none is taken twice.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

/// More than any gate sees in a minute; the oldest are forgotten beyond it.
const CAPACITY: usize = 10_000;

/// Remembers proofs for a set time. Only genuine ones are put in, so strangers cannot flood it.
#[derive(Clone, Debug)]
pub(crate) struct ReplayMemory {
    seconds: i64,
    seen: VecDeque<([u8; 32], i64)>,
}

impl ReplayMemory {
    pub(crate) fn new(seconds: i64) -> Self {
        Self {
            seconds,
            seen: VecDeque::new(),
        }
    }

    /// Remembers a proof; if it was there already, says how many seconds ago it was first seen.
    pub(crate) fn remember(&mut self, proof: [u8; 32], now: DateTime<Utc>) -> Option<i64> {
        if self.seconds <= 0 {
            return None;
        }
        let now = now.timestamp();
        // A clock that was set back must not make the memory forget: what lies ahead is kept.
        self.seen
            .retain(|(_, at)| now.saturating_sub(*at) <= self.seconds);
        if let Some((_, at)) = self.seen.iter().find(|(known, _)| *known == proof) {
            return Some(now.saturating_sub(*at).max(0));
        }
        if self.seen.len() == CAPACITY {
            self.seen.pop_front();
        }
        self.seen.push_back((proof, now));
        None
    }
}

/// Slips of paper that were seen, each with when it was first. Only genuine ones are put in.
#[derive(Clone, Debug, Default)]
pub(crate) struct SlipMemory(VecDeque<([u8; 32], i64)>);

/// More than there are at one school.
const SLIPS: usize = 1_000;
/// A slip is good for a day, and so it is remembered for one.
const SLIP_SECONDS: i64 = qr_proof::MAX_SLIP_LIFETIME;

impl SlipMemory {
    /// Remembers a slip; if it was there already, says when it was first seen (unix seconds).
    pub(crate) fn remember(&mut self, slip: [u8; 32], now: DateTime<Utc>) -> Option<i64> {
        let now = now.timestamp();
        self.0
            .retain(|(_, at)| now.saturating_sub(*at) <= SLIP_SECONDS);
        if let Some((_, at)) = self.0.iter().find(|(known, _)| *known == slip) {
            return Some(*at);
        }
        if self.0.len() == SLIPS {
            self.0.pop_front();
        }
        self.0.push_back((slip, now));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::at;

    #[test]
    fn a_proof_is_remembered_for_its_time_from_when_it_was_first_seen() {
        let mut memory = ReplayMemory::new(60);
        assert_eq!(memory.remember([1; 32], at(1000)), None);
        assert_eq!(memory.remember([2; 32], at(1000)), None);
        assert_eq!(memory.remember([1; 32], at(1000)), Some(0));
        assert_eq!(memory.remember([1; 32], at(1060)), Some(60));
        assert_eq!(memory.remember([1; 32], at(1061)), None);
    }

    #[test]
    fn a_slip_is_remembered_for_a_day_with_when_it_was_first_seen() {
        let mut memory = SlipMemory::default();
        assert_eq!(memory.remember([1; 32], at(1000)), None);
        assert_eq!(memory.remember([2; 32], at(1000)), None);
        assert_eq!(memory.remember([1; 32], at(1001)), Some(1000));
        assert_eq!(memory.remember([1; 32], at(1000 + 86_400)), Some(1000));
        assert_eq!(memory.remember([1; 32], at(1001 + 86_400)), None);
        for number in 0..=SLIPS {
            let mut slip = [9; 32];
            slip[..8].copy_from_slice(&number.to_be_bytes());
            memory.remember(slip, at(90_000));
        }
        assert_eq!(memory.0.len(), SLIPS);
    }

    #[test]
    fn a_clock_set_back_does_not_make_it_forget() {
        let mut memory = ReplayMemory::new(60);
        memory.remember([1; 32], at(1000));
        assert_eq!(memory.remember([1; 32], at(10)), Some(0));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let mut memory = ReplayMemory::new(60);
        for number in 0..=CAPACITY {
            let mut proof = [0; 32];
            proof[..8].copy_from_slice(&number.to_be_bytes());
            memory.remember(proof, at(1000));
        }
        assert_eq!(memory.seen.len(), CAPACITY);
    }

    #[test]
    fn no_time_means_no_memory() {
        let mut memory = ReplayMemory::new(0);
        assert_eq!(memory.remember([1; 32], at(1000)), None);
        assert_eq!(memory.remember([1; 32], at(1000)), None);
    }
}
