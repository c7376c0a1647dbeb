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
    /// With the issuer that signed them: two issuers' files are never taken for each other.
    kept: VecDeque<(String, PhotoClaims, i64)>,
    last: Option<(String, Option<PortraitHash>, i64)>,
}

impl PortraitMemory {
    /// Keeps a portrait that an issuer signed.
    pub(crate) fn keep(&mut self, issuer: &str, photo: PhotoClaims, now: DateTime<Utc>) {
        self.forget(now);
        if self.kept.len() == CAPACITY {
            self.kept.pop_front();
        }
        self.kept
            .push_back((issuer.to_owned(), photo, now.timestamp()));
    }

    /// Notes what the code that was just checked names.
    pub(crate) fn name(&mut self, issuer: &str, named: Option<PortraitHash>, now: DateTime<Utc>) {
        self.last = Some((issuer.to_owned(), named, now.timestamp()));
    }

    /// Whether the last code named this portrait; none if no code was checked a short while ago.
    pub(crate) fn was_named(
        &mut self,
        issuer: &str,
        photo: &PhotoClaims,
        now: DateTime<Utc>,
    ) -> Option<bool> {
        self.forget(now);
        let (signer, named, _) = self.last.as_ref()?;
        Some(signer == issuer && *named == Some(photo.hash()))
    }

    /// The portrait with this hash, by this issuer.
    pub(crate) fn find(
        &mut self,
        issuer: &str,
        hash: PortraitHash,
        now: DateTime<Utc>,
    ) -> Option<&[u8]> {
        self.forget(now);
        self.kept
            .iter()
            .find(|(signer, photo, _)| signer == issuer && photo.hash() == hash)
            .map(|(_, photo, _)| photo.webp.as_slice())
    }

    /// Lets go of what is older than that; also done by whatever else is asked.
    pub(crate) fn forget(&mut self, now: DateTime<Utc>) {
        // A clock that is set back must not lengthen the memory.
        let recent = |at: i64| (0..=SECONDS).contains(&now.timestamp().saturating_sub(at));
        self.kept.retain(|(_, _, at)| recent(*at));
        self.last = self.last.take().filter(|(_, _, at)| recent(*at));
    }
}
