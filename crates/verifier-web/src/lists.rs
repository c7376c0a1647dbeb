//! The lists at hand: whom to believe, and what was withdrawn.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use jose::Jwk;
use jose::jws::Jws;
use serde::{Deserialize, Serialize};
use verifier::{Checker, Settings, StatusCache, TrustList, TrustListError};

/// What became of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Taken {
    /// It is in use.
    Taken,
    /// Older than what is in use, which stays.
    Older,
    /// Signed later than now: this device's clock is behind, by this much at least.
    ClockBehind {
        /// Seconds.
        seconds: i64,
    },
    /// Not such a list, or not signed by whom it must be.
    Refused,
}

/// What is at hand, and how old it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lists {
    /// There is a trust list, so that codes can be judged at all.
    pub ready: bool,
    /// Every issuer in the trust list is a specimen.
    pub demo: bool,
    /// How many status lists there are.
    pub status_lists: usize,
    /// How long ago the oldest of them was signed.
    pub status_age_seconds: Option<i64>,
    /// Too old to say that a card is good.
    pub stale: bool,
}

/// The lists that were taken in.
pub(crate) struct Held {
    trust_list_key: Jwk,
    trust: Option<TrustList>,
    statuses: StatusCache,
    /// By the address of the list.
    ages: BTreeMap<String, Age>,
    /// The same lists as they came, to be read again under a newer trust list.
    texts: BTreeMap<String, String>,
}

/// The claims of a status list that say how old it is.
#[derive(Deserialize)]
struct Age {
    sub: String,
    iat: i64,
    exp: Option<i64>,
}

impl Held {
    pub(crate) fn new(trust_list_key: Jwk) -> Self {
        Self {
            trust_list_key,
            trust: None,
            statuses: StatusCache::default(),
            ages: BTreeMap::new(),
            texts: BTreeMap::new(),
        }
    }

    pub(crate) fn take_trust_list(&mut self, jws: &str, now: DateTime<Utc>) -> Taken {
        let known = self.trust.as_ref().map(TrustList::version);
        let read = |at| TrustList::verify(jws, &self.trust_list_key, at, known);
        let result = match read(now) {
            // Read as of its last second: a list that has expired is better than none, and every verdict says so.
            Err(TrustListError::Expired { seconds }) => match shortly_before(now, seconds) {
                Some(then) => read(then),
                None => return Taken::Refused,
            },
            result => result,
        };
        let signed = self.trust.as_ref().map(TrustList::issued_at);
        match result {
            // The same version is signed anew every so often.
            Ok(trust) if Some(trust.version()) == known && Some(trust.issued_at()) < signed => {
                Taken::Older
            }
            Ok(trust) => {
                self.statuses = StatusCache::default();
                // What a key signed that is trusted no more goes with it.
                self.texts
                    .retain(|_, jwt| self.statuses.add_jwt(jwt, &trust, now).is_ok());
                self.ages.retain(|sub, _| self.texts.contains_key(sub));
                self.trust = Some(trust);
                Taken::Taken
            }
            Err(TrustListError::Rollback { .. }) => Taken::Older,
            Err(TrustListError::FromTheFuture { seconds }) => Taken::ClockBehind { seconds },
            Err(_) => Taken::Refused,
        }
    }

    pub(crate) fn take_status_list(&mut self, jwt: &str, now: DateTime<Utc>) -> Taken {
        let Some(trust) = &self.trust else {
            return Taken::Refused;
        };
        let age = age_of(jwt);
        if let Err(error) = self.statuses.add_jwt(jwt, trust, now) {
            use verifier::StatusError::Read;
            return match (error, age) {
                (Read(status_list::ReadError::FromTheFuture), Some(age)) => Taken::ClockBehind {
                    seconds: age.iat.saturating_sub(now.timestamp()),
                },
                _ => Taken::Refused,
            };
        }
        let Some(age) = age else {
            return Taken::Refused;
        };
        match self.ages.get(&age.sub) {
            Some(known) if known.iat > age.iat => Taken::Older,
            _ => {
                self.texts.insert(age.sub.clone(), jwt.to_owned());
                self.ages.insert(age.sub.clone(), age);
                Taken::Taken
            }
        }
    }

    pub(crate) fn lists(&self, now: DateTime<Utc>) -> Lists {
        let now = now.timestamp();
        let max_age = Settings::default().max_status_age;
        let ages = self.ages.values();
        let oldest = ages
            .clone()
            .map(|age| now.saturating_sub(age.iat).max(0))
            .max();
        let issuers = self.trust.as_ref().map_or(&[][..], TrustList::issuers);
        Lists {
            ready: self.trust.is_some(),
            demo: !issuers.is_empty() && issuers.iter().all(|issuer| issuer.demo),
            status_lists: self.ages.len(),
            status_age_seconds: oldest,
            stale: self
                .trust
                .as_ref()
                .is_none_or(|trust| trust.expires_at() <= now)
                || oldest.is_none_or(|oldest| oldest > max_age)
                || ages
                    .clone()
                    .any(|age| age.exp.is_some_and(|exp| exp <= now)),
        }
    }

    /// A checker with these lists; none without a trust list.
    pub(crate) fn checker(&self, settings: Settings) -> Option<Checker> {
        let trust = self.trust.clone()?;
        Some(Checker::new(trust, self.statuses.clone(), settings))
    }

    /// Gives a checker these lists.
    pub(crate) fn equip(&self, checker: &mut Checker) {
        if let Some(trust) = self.trust.clone() {
            checker.update(trust, self.statuses.clone());
        }
    }
}

fn shortly_before(now: DateTime<Utc>, seconds: i64) -> Option<DateTime<Utc>> {
    let back = TimeDelta::try_seconds(seconds.checked_add(1)?)?;
    now.checked_sub_signed(back)
}

/// Believed only once the signature has been checked.
fn age_of(jwt: &str) -> Option<Age> {
    let jws = Jws::parse(jwt.trim()).ok()?;
    serde_json::from_slice(jws.unverified_payload()).ok()
}
