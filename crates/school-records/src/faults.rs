//! What could not be used of a set: a list that a bad source cannot make grow without end.

use crate::{Fault, FaultReason, Place};
use serde::{Deserialize, Serialize};

/// How many faults are listed; those beyond are counted.
pub const MAX_LISTED: usize = 10_000;

/// What could not be used, and why. Names places and fields; never a value, so nothing that names a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    listed: Vec<Fault>,
    beyond: usize,
}

impl Faults {
    /// Notes a fault. The same field can be read more than once, always soon after: it is then noted once.
    pub fn add(&mut self, place: &Place, reason: FaultReason) {
        let fault = Fault {
            place: place.clone(),
            reason,
        };
        if !self
            .listed
            .iter()
            .rev()
            .take(8)
            .any(|known| *known == fault)
        {
            self.push(fault);
        }
    }

    /// Notes a fault.
    pub fn push(&mut self, fault: Fault) {
        if self.listed.len() < MAX_LISTED {
            self.listed.push(fault);
        } else {
            self.beyond += 1;
        }
    }

    /// Takes over what another reading noted.
    pub(crate) fn append(&mut self, other: Self) {
        other.listed.into_iter().for_each(|fault| self.push(fault));
        self.beyond += other.beyond;
    }

    /// How many there are, listed or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.listed.len() + self.beyond
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many are not listed.
    #[must_use]
    pub fn beyond(&self) -> usize {
        self.beyond
    }

    /// Those that are listed, in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.listed.iter()
    }
}

impl<'a> IntoIterator for &'a Faults {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_full_of_faults_is_counted_to_the_end_and_listed_to_the_limit() {
        let mut faults = Faults::default();
        for number in 0..MAX_LISTED + 5 {
            let place = Place {
                class: "elever.csv".into(),
                id: format!("#{number}"),
            };
            faults.add(&place, FaultReason::SameKey);
            faults.add(&place, FaultReason::SameKey);
        }
        assert_eq!(faults.iter().count(), MAX_LISTED);
        // What is beyond the list cannot be compared with it, so there each is counted.
        assert_eq!((faults.len(), faults.beyond()), (MAX_LISTED + 10, 10));
    }
}
