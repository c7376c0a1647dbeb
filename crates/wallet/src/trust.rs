//! Whom the wallet believes: the county's trust list, and what the status lists say of our own credentials.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use jose::Jwk;
use status_list::{Status, StatusListToken};
use url::Url;
use verifier::{TrustList, TrustListError};

use crate::{
    CallError, Wallet,
    issuer::{Proof, SMALL_ANSWER, get, require_success},
    state::{CredentialStatus, KeptTrustList, KnownStatus, StatusEntry},
};

/// Our credentials are in a handful of lists; more means that something is wrong.
const MAX_LISTS: usize = 16;

/// Why trust list or status lists were not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The trust list is not signed by the key that the app has pinned.
    #[error("the trust list is not signed by the pinned key")]
    TrustListSignature,
    /// The trust list is older than one that was seen before, has expired, or is from the future.
    #[error("the trust list is not of this time")]
    TrustListOld,
    /// The trust list cannot be read.
    #[error("the trust list cannot be read")]
    TrustListGarbled,
    /// The trust list does not name the county's issuer.
    #[error("the trust list does not name the issuer")]
    IssuerNotListed,
    /// A status list is not signed by the issuer, is another one, or cannot be read.
    #[error("a status list cannot be believed")]
    StatusList,
    /// The issuer could not be asked.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl From<TrustListError> for TrustError {
    fn from(error: TrustListError) -> Self {
        match error {
            TrustListError::Signature(_) => TrustError::TrustListSignature,
            TrustListError::Malformed(_) => TrustError::TrustListGarbled,
            TrustListError::Rollback { .. }
            | TrustListError::Expired { .. }
            | TrustListError::FromTheFuture { .. } => TrustError::TrustListOld,
        }
    }
}

/// A trust list that was verified, with its text to keep.
pub(crate) struct Trusted {
    pub(crate) list: TrustList,
    pub(crate) kept: KeptTrustList,
    pub(crate) demo: bool,
}

impl Wallet {
    /// Fetches the trust list and checks it: pinned key, not expired, no older than the last one.
    pub(crate) async fn fetch_trust_list(&self) -> Result<Trusted, TrustError> {
        let request = get(
            self.address("trust-list")?,
            county_api::trust_list::MEDIA_TYPE,
            SMALL_ANSWER,
        );
        let answer = self.send(request, Proof::None).await?;
        require_success(&answer)?;
        let text = String::from_utf8(answer.body).map_err(|_| TrustError::TrustListGarbled)?;
        self.check_trust_list(text)
    }

    fn check_trust_list(&self, text: String) -> Result<Trusted, TrustError> {
        let at_least = self.read(|state| state.trust_list.as_ref().map(|kept| kept.version));
        let now = self.server_clock.now();
        let list = TrustList::verify(&text, &self.county.trust_list_key, now, at_least)?;
        let demo = list
            .issuers()
            .iter()
            .find(|issuer| issuer.iss == self.county.issuer_id())
            .ok_or(TrustError::IssuerNotListed)?
            .demo;
        let version = list.version();
        Ok(Trusted {
            list,
            kept: KeptTrustList { text, version },
            demo,
        })
    }

    /// The trust list that was kept, if it still counts.
    pub(crate) fn kept_trust_list(&self) -> Option<Trusted> {
        let text = self.read(|state| state.trust_list.as_ref().map(|kept| kept.text.clone()))?;
        self.check_trust_list(text).ok()
    }

    /// Reads the status lists that these entries are in. All of them, or an error.
    pub(crate) async fn fetch_statuses<'a>(
        &self,
        entries: impl Iterator<Item = &'a StatusEntry>,
        trust: &TrustList,
    ) -> Result<Vec<KnownStatus>, TrustError> {
        let mut lists: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for entry in entries {
            lists.entry(&entry.uri).or_default().push(entry.idx);
        }
        if lists.len() > MAX_LISTS {
            return Err(TrustError::StatusList);
        }
        let mut known = Vec::new();
        for (uri, indices) in lists {
            let token = self.fetch_status_list(uri, trust).await?;
            let as_of = time(token.issued_at).ok_or(TrustError::StatusList)?;
            for idx in indices {
                known.push(KnownStatus {
                    entry: StatusEntry {
                        uri: uri.to_owned(),
                        idx,
                    },
                    // Draft §8.3: an index out of range is refused.
                    status: token
                        .status(idx)
                        .map(meaning)
                        .ok_or(TrustError::StatusList)?,
                    as_of,
                });
            }
        }
        Ok(known)
    }

    async fn fetch_status_list(
        &self,
        uri: &str,
        trust: &TrustList,
    ) -> Result<StatusListToken, TrustError> {
        let url = Url::parse(uri).map_err(|_| TrustError::StatusList)?;
        let request = get(
            url,
            status_list::MEDIA_TYPE_JWT,
            status_list::MAX_TOKEN_BYTES,
        );
        let answer = self.send(request, Proof::None).await?;
        require_success(&answer)?;
        let text = std::str::from_utf8(&answer.body).map_err(|_| TrustError::StatusList)?;
        let kid = StatusListToken::jwt_kid(text).map_err(|_| TrustError::StatusList)?;
        let now = self.server_clock.now();
        let key = self
            .issuer_key(trust, &kid, now)
            .ok_or(TrustError::StatusList)?;
        StatusListToken::from_jwt(text, key, uri, now.timestamp())
            .map_err(|_| TrustError::StatusList)
    }

    /// The key of this name, if it is our county's issuer's.
    pub(crate) fn issuer_key<'a>(
        &self,
        trust: &'a TrustList,
        kid: &str,
        at: DateTime<Utc>,
    ) -> Option<&'a Jwk> {
        let (issuer, key) = trust.key_by_kid(kid, at)?;
        (issuer.iss == self.county.issuer_id()).then_some(key)
    }

    /// As [`issuer_key`](Self::issuer_key), by the short name in a CWT.
    pub(crate) fn issuer_key_by_id<'a>(
        &self,
        trust: &'a TrustList,
        key_id: &[u8],
        at: DateTime<Utc>,
    ) -> Option<&'a Jwk> {
        let (issuer, key) = trust.key_by_id(key_id, at)?;
        (issuer.iss == self.county.issuer_id()).then_some(key)
    }
}

/// The statuses after an update: what is new, unless it was signed before what is known; nothing of other credentials.
pub(crate) fn merge_statuses(
    known: &[KnownStatus],
    fresh: Vec<KnownStatus>,
    entries: &[StatusEntry],
) -> Vec<KnownStatus> {
    let mut merged: BTreeMap<StatusEntry, KnownStatus> = BTreeMap::new();
    for status in known.iter().cloned().chain(fresh) {
        let newer = merged
            .get(&status.entry)
            .is_none_or(|old| old.as_of <= status.as_of);
        if newer && entries.contains(&status.entry) {
            merged.insert(status.entry.clone(), status);
        }
    }
    merged.into_values().collect()
}

fn meaning(status: Status) -> CredentialStatus {
    match status {
        Status::Valid => CredentialStatus::Valid,
        Status::Invalid => CredentialStatus::Revoked,
        Status::Suspended => CredentialStatus::Suspended,
        Status::Application(_) => CredentialStatus::Unknown,
    }
}

/// Unix seconds as a time.
pub(crate) fn time(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(idx: u64, status: CredentialStatus, as_of: i64) -> KnownStatus {
        KnownStatus {
            entry: entry(idx),
            status,
            as_of: time(as_of).unwrap(),
        }
    }

    fn entry(idx: u64) -> StatusEntry {
        StatusEntry {
            uri: "https://issuer.example/status-lists/1".into(),
            idx,
        }
    }

    #[test]
    fn an_older_list_does_not_undo_a_newer_one() {
        use CredentialStatus::{Revoked, Suspended, Valid};
        let known = vec![status(1, Suspended, 100), status(2, Valid, 100)];
        let fresh = vec![
            status(1, Valid, 50),
            status(2, Revoked, 150),
            status(3, Valid, 150),
        ];
        assert_eq!(
            merge_statuses(&known, fresh, &[entry(1), entry(2)]),
            [status(1, Suspended, 100), status(2, Revoked, 150)]
        );
    }
}
