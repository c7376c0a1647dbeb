//! What a checker believes, in memory and in its folder: one trust list, and the status lists of those it names.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use jose::{Jwk, jws::Jws};
use serde::Deserialize;
use status_list::{MAX_TOKEN_BYTES, StatusListToken};
use verifier::{StatusCache, TrustList, TrustListError};

use super::files;
use crate::{TrustError, issuer::SMALL_ANSWER, trust::time};

const TRUST_LIST: &str = "trust-list.jwt";
/// The highest version ever seen, in a file of its own: a damaged list must not open the way back to an old one.
const VERSION: &str = "trust-list.version";

/// The lists, with their texts: a new trust list means that every status list is looked at anew.
#[derive(Clone)]
pub(super) struct Lists {
    folder: PathBuf,
    pinned: Jwk,
    trust: Option<TrustList>,
    highest: Option<u64>,
    statuses: BTreeMap<Origin, Kept>,
}

/// Whose list it is and where.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Origin {
    issuer: String,
    uri: String,
}

#[derive(Clone)]
struct Kept {
    text: Arc<str>,
    times: Times,
}

/// The times in a status list whose signature has been checked.
#[derive(Clone, Copy, Deserialize)]
struct Times {
    iat: i64,
    #[serde(default)]
    exp: Option<i64>,
}

impl Lists {
    /// Reads the folder. What is damaged is put aside, what is old is kept: it says how old it is.
    pub(super) fn load(folder: &Path, pinned: &Jwk, now: DateTime<Utc>) -> Self {
        let mut lists = Self {
            folder: folder.to_owned(),
            pinned: pinned.clone(),
            trust: None,
            highest: None,
            statuses: BTreeMap::new(),
        };
        lists.highest = lists.read_with(VERSION, 20, |text, _| text.parse().ok());
        let trust = lists.read_with(TRUST_LIST, SMALL_ANSWER, |text, lists| {
            lists.believe(text, now).ok()
        });
        lists.highest = lists.highest.max(trust.as_ref().map(TrustList::version));
        lists.trust = trust;
        lists.load_statuses();
        lists
    }

    /// Only beside a trust list: without one there is nobody to believe, and nothing to find damaged either.
    fn load_statuses(&mut self) {
        if self.trust.is_none() {
            return;
        }
        let names = files::names(&self.folder).unwrap_or_default();
        for name in names.iter().filter(|name| is_status_file(name)) {
            let kept = self.read_with(name, MAX_TOKEN_BYTES, |text, lists| {
                // As of when it was signed: this device's clock may be anywhere.
                let signed = time(times(text)?.iat)?;
                lists.check_status(text, signed).ok()
            });
            self.statuses.extend(kept);
        }
    }

    /// The trust list.
    pub(super) fn trust(&self) -> Option<&TrustList> {
        self.trust.as_ref()
    }

    /// Takes a trust list that was just fetched.
    pub(super) fn take_trust(&mut self, text: &str, now: DateTime<Utc>) -> Result<(), TrustError> {
        let fresh = TrustList::verify(text, &self.pinned, now, self.highest)?;
        let known = self.trust.as_ref();
        // Of two signings of one version the newer one lasts longer.
        if known.is_some_and(|known| {
            (known.version(), known.issued_at()) > (fresh.version(), fresh.issued_at())
        }) {
            return Ok(());
        }
        self.save(TRUST_LIST, text);
        if self.highest != Some(fresh.version()) {
            // Second: were it first, a crash in between would make the kept list look like an old one.
            self.save(VERSION, &fresh.version().to_string());
        }
        self.highest = Some(fresh.version());
        let is_first = self.trust.replace(fresh).is_none();
        if is_first {
            self.load_statuses();
        }
        Ok(())
    }

    /// Takes the status list that `issuer` gave at `uri`, unless a newer one is known.
    pub(super) fn take_status(
        &mut self,
        text: &str,
        issuer: &str,
        uri: &str,
        now: DateTime<Utc>,
    ) -> Result<(), TrustError> {
        let (origin, kept) = self.check_status(text, now)?;
        // Draft §8.3: `sub` must be the address that it was fetched from.
        if origin.issuer != issuer || origin.uri != uri {
            return Err(TrustError::StatusList);
        }
        let known = self.statuses.get(&origin);
        if known.is_some_and(|known| known.times.iat > kept.times.iat) {
            tracing::warn!("a status list older than the one known was not taken");
            return Ok(());
        }
        self.save(&status_file(&origin), &kept.text);
        self.statuses.insert(origin, kept);
        Ok(())
    }

    /// Forgets the lists that `issuer` no longer names, once their own time is over as well: a wrong answer must not
    /// unblock a card, nor make every card's status unknown.
    pub(super) fn forget_unnamed(&mut self, issuer: &str, named: &[String], now: DateTime<Utc>) {
        let folder = self.folder.clone();
        self.statuses.retain(|origin, kept| {
            let keep =
                origin.issuer != issuer || named.contains(&origin.uri) || !kept.times.is_over(now);
            if !keep && let Err(error) = files::delete(&folder.join(status_file(origin))) {
                tracing::warn!(%error, "an old status list could not be deleted");
            }
            keep
        });
    }

    /// The status lists that the trust list now vouches for.
    pub(super) fn status_cache(&self) -> StatusCache {
        let mut cache = StatusCache::default();
        let Some(trust) = &self.trust else {
            return cache;
        };
        for kept in self.statuses.values() {
            let Some(signed) = time(kept.times.iat) else {
                continue;
            };
            if let Err(error) = cache.add_jwt(&kept.text, trust, signed) {
                tracing::info!(%error, "a status list is of no more use");
            }
        }
        cache
    }

    /// When the newest of them was signed: it is not earlier than that.
    pub(super) fn newest(&self) -> Option<DateTime<Utc>> {
        let statuses = self.statuses.values().map(|kept| kept.times.iat);
        let trust = self.trust.iter().map(TrustList::issued_at);
        statuses.chain(trust).max().and_then(time)
    }

    /// How long ago the trust list was signed.
    pub(super) fn trust_age(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        Some(age(self.trust.as_ref()?.issued_at(), now))
    }

    /// How long ago the oldest of this issuer's status lists was signed.
    pub(super) fn status_age(&self, issuer: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
        let oldest = self.of(issuer).map(|times| times.iat).min()?;
        Some(age(oldest, now))
    }

    /// Whether they are too old to say that one of this issuer's cards is good.
    pub(super) fn are_stale(&self, issuer: &str, now: DateTime<Utc>, oldest: TimeDelta) -> bool {
        let trust_over = self
            .trust
            .as_ref()
            .is_none_or(|trust| trust.expires_at() <= now.timestamp());
        let old = |times: &Times| age(times.iat, now) > oldest || times.is_over(now);
        trust_over || self.of(issuer).next().is_none() || self.of(issuer).any(|times| old(&times))
    }

    fn of(&self, issuer: &str) -> impl Iterator<Item = Times> {
        self.statuses
            .iter()
            .filter(move |(origin, _)| origin.issuer == issuer)
            .map(|(_, kept)| kept.times)
    }

    /// A trust list that was kept. That it has expired since is for the verdict to say; that it seems to be from the
    /// future means that this device's clock is behind, for it was of its time when it was fetched.
    fn believe(&self, text: &str, now: DateTime<Utc>) -> Result<TrustList, TrustListError> {
        let verify = |at| TrustList::verify(text, &self.pinned, at, self.highest);
        // The signature is checked before the times: these can be gone by.
        let of_its_time = match verify(now) {
            Err(TrustListError::FromTheFuture { seconds }) => {
                now.checked_add_signed(TimeDelta::try_seconds(seconds).unwrap_or_default())
            }
            Err(TrustListError::Expired { seconds }) => {
                let seconds = seconds.saturating_add(1);
                now.checked_sub_signed(TimeDelta::try_seconds(seconds).unwrap_or_default())
            }
            result => return result,
        };
        verify(of_its_time.unwrap_or(now))
    }

    fn check_status(&self, text: &str, now: DateTime<Utc>) -> Result<(Origin, Kept), TrustError> {
        let refused = || TrustError::StatusList;
        let trust = self.trust.as_ref().ok_or_else(refused)?;
        let text = text.trim();
        let mut alone = StatusCache::default();
        alone.add_jwt(text, trust, now).map_err(|_| refused())?;
        // Its signature is good: what it says of itself can be gone by.
        let kid = StatusListToken::jwt_kid(text).map_err(|_| refused())?;
        let uri = StatusListToken::jwt_uri(text).map_err(|_| refused())?;
        let (issuer, _) = trust.key_by_kid(&kid, now).ok_or_else(refused)?;
        let origin = Origin {
            issuer: issuer.iss.clone(),
            uri,
        };
        let kept = Kept {
            text: text.into(),
            times: times(text).ok_or_else(refused)?,
        };
        Ok((origin, kept))
    }

    /// Reads a file of the folder; if it makes no sense it is put aside.
    fn read_with<T>(
        &self,
        name: &str,
        max: usize,
        make: impl FnOnce(&str, &Self) -> Option<T>,
    ) -> Option<T> {
        let path = self.folder.join(name);
        if !path.exists() {
            return None;
        }
        let made = files::read(&path, max)
            .ok()
            .flatten()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| make(&text, self));
        if made.is_none() {
            tracing::warn!(name, "a file of the checker was of no use");
            files::put_aside(&path);
        }
        made
    }

    /// Without a disk the lists are good until the app ends.
    fn save(&self, name: &str, text: &str) {
        if let Err(error) = files::replace(&self.folder, name, text.as_bytes()) {
            tracing::warn!(%error, "a list could not be kept");
        }
    }
}

impl Times {
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.exp.is_some_and(|exp| exp <= now.timestamp())
    }
}

fn age(signed: i64, now: DateTime<Utc>) -> TimeDelta {
    // One from a clock slightly ahead of ours is simply new.
    TimeDelta::try_seconds(now.timestamp().saturating_sub(signed).max(0)).unwrap_or(TimeDelta::MAX)
}

fn times(text: &str) -> Option<Times> {
    serde_json::from_slice(Jws::parse(text).ok()?.unverified_payload()).ok()
}

/// An address can be as long as it likes and hold anything, so the file goes by its hash.
fn status_file(origin: &Origin) -> String {
    let hash = files::hashed(&format!("{}\n{}", origin.issuer, origin.uri));
    format!("status-{hash}.jwt")
}

fn is_status_file(name: &str) -> bool {
    name.starts_with("status-") && name.ends_with(".jwt")
}
