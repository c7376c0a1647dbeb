//! A short memory of portraits and of the code that was checked last, so that the two codes of one holder find each
//! other, whichever is scanned first.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use county_api::{PhotoClaims, PortraitHash};

/// How long the second code may take, in seconds. Then the memory is empty: a checker keeps nobody's picture.
const SECONDS: i64 = 120;
/// People who stand before a checker at one time.
const CAPACITY: usize = 4;

#[derive(Clone, Debug, Default)]
pub(crate) struct PortraitMemory {
    kept: VecDeque<(PhotoClaims, i64)>,
    last: Option<(Option<PortraitHash>, i64)>,
}

impl PortraitMemory {
    /// Keeps a portrait that an issuer signed.
    pub(crate) fn keep(&mut self, photo: PhotoClaims, now: DateTime<Utc>) {
        self.forget(now);
        if self.kept.len() == CAPACITY {
            self.kept.pop_front();
        }
        self.kept.push_back((photo, now.timestamp()));
    }

    /// Notes what the code that was just checked names.
    pub(crate) fn name(&mut self, named: Option<PortraitHash>, now: DateTime<Utc>) {
        self.last = Some((named, now.timestamp()));
    }

    /// What the last code named, if that was a short while ago.
    pub(crate) fn named_last(&mut self, now: DateTime<Utc>) -> Option<Option<PortraitHash>> {
        self.forget(now);
        self.last.map(|(named, _)| named)
    }

    /// The portrait with this hash.
    pub(crate) fn find(&mut self, hash: PortraitHash, now: DateTime<Utc>) -> Option<&[u8]> {
        self.forget(now);
        self.kept
            .iter()
            .find(|(photo, _)| photo.hash() == hash)
            .map(|(photo, _)| photo.webp.as_slice())
    }

    fn forget(&mut self, now: DateTime<Utc>) {
        // A clock that is set back must not lengthen the memory.
        let recent = |at: i64| (0..=SECONDS).contains(&now.timestamp().saturating_sub(at));
        self.kept.retain(|(_, at)| recent(*at));
        self.last = self.last.filter(|(_, at)| recent(*at));
    }
}
