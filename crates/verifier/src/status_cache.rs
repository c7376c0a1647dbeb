//! The status lists at hand, and what they say of one card.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use jose::jws::Jws;
use serde::Deserialize;
use status_list::{ReadError, Status, StatusListToken};

use crate::TrustList;

/// Status lists that were fetched some time ago, each with its issuer.
///
/// Expired lists are kept: a card that was revoked yesterday is still revoked, and how old our knowledge is
/// belongs in the verdict.
#[derive(Clone, Debug, Default)]
pub struct StatusCache {
    // By issuer as well, so that no trusted issuer can speak about another one's cards.
    lists: HashMap<(String, String), StatusListToken>,
}

/// What a list says of one card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CachedStatus {
    /// The entry; `None` if the list is too short to have one, which no honest card meets.
    pub status: Option<Status>,
    /// How long ago the list was signed, in seconds.
    pub age_seconds: i64,
    /// Whether the list itself has expired.
    pub expired: bool,
}

/// Why a status list is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// Signed by a key that the trust list does not accept now.
    #[error("the status list is from an unknown issuer")]
    UnknownIssuer,
    /// Not a status list, or not signed by its issuer, or from the future.
    #[error("the status list cannot be read: {0}")]
    Read(#[from] ReadError),
}

impl StatusCache {
    /// Takes in a status list in JWT form, unless a newer one of the same address is there.
    pub fn add_jwt(
        &mut self,
        text: &str,
        trust: &TrustList,
        now: DateTime<Utc>,
    ) -> Result<(), StatusError> {
        let text = text.trim();
        let kid = StatusListToken::jwt_kid(text)?;
        let uri = StatusListToken::jwt_uri(text)?;
        let (issuer, key) = trust
            .key_by_kid(&kid, now)
            .ok_or(StatusError::UnknownIssuer)?;
        let read = |at| StatusListToken::from_jwt(text, key, &uri, at);
        let list = read_though_expired(read, || jwt_issued_at(text), now)?;
        self.keep(&issuer.iss, list);
        Ok(())
    }

    /// Takes in a status list in CWT form, unless a newer one of the same address is there.
    pub fn add_cwt(
        &mut self,
        bytes: &[u8],
        trust: &TrustList,
        now: DateTime<Utc>,
    ) -> Result<(), StatusError> {
        let key_id = StatusListToken::cwt_key_id(bytes)?;
        let uri = StatusListToken::cwt_uri(bytes)?;
        let (issuer, key) = trust
            .key_by_id(&key_id, now)
            .ok_or(StatusError::UnknownIssuer)?;
        let read = |at| StatusListToken::from_cwt(bytes, key, &uri, at);
        let list = read_though_expired(read, || cwt_issued_at(bytes), now)?;
        self.keep(&issuer.iss, list);
        Ok(())
    }

    /// What `issuer`'s list at `uri` says of entry `idx`; `None` if no such list is at hand.
    pub fn lookup(
        &self,
        issuer: &str,
        uri: &str,
        idx: u64,
        now: DateTime<Utc>,
    ) -> Option<CachedStatus> {
        let list = self.lists.get(&(issuer.to_owned(), uri.to_owned()))?;
        let now = now.timestamp();
        Some(CachedStatus {
            status: list.status(idx),
            // A list from a clock slightly ahead of ours is simply new.
            age_seconds: now.saturating_sub(list.issued_at).max(0),
            expired: list.expires_at.is_some_and(|expires_at| expires_at <= now),
        })
    }

    fn keep(&mut self, issuer: &str, list: StatusListToken) {
        let key = (issuer.to_owned(), list.uri.clone());
        let known = self.lists.get(&key);
        if known.is_none_or(|known| known.issued_at <= list.issued_at) {
            self.lists.insert(key, list);
        }
    }
}

/// Reads a list as of now; if it has expired since it was signed, as of then.
fn read_though_expired(
    read: impl Fn(i64) -> Result<StatusListToken, ReadError>,
    issued_at: impl Fn() -> Option<i64>,
    now: DateTime<Utc>,
) -> Result<StatusListToken, ReadError> {
    match read(now.timestamp()) {
        Err(ReadError::Expired) => read(issued_at().ok_or(ReadError::Expired)?),
        result => result,
    }
}

/// `iat` of a JWT whose signature has been checked already.
fn jwt_issued_at(text: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct Claims {
        iat: i64,
    }
    let jws = Jws::parse(text).ok()?;
    let claims: Claims = serde_json::from_slice(jws.unverified_payload()).ok()?;
    Some(claims.iat)
}

/// `iat` (RFC 8392 §3.1.6) of a CWT whose signature has been checked already.
fn cwt_issued_at(bytes: &[u8]) -> Option<i64> {
    use ciborium::Value;
    let token: Value = ciborium::from_reader(bytes).ok()?;
    let (_, sign1) = token.into_tag().ok()?;
    let payload = sign1.into_array().ok()?.into_iter().nth(2)?;
    let claims: Value = ciborium::from_reader(payload.as_bytes()?.as_slice()).ok()?;
    let claims = claims.into_map().ok()?;
    let (_, iat) = claims.into_iter().find(|(key, _)| *key == Value::from(6))?;
    iat.into_integer().ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{County, at};

    fn lookup(cache: &StatusCache, county: &County, idx: u64, now: i64) -> Option<CachedStatus> {
        cache.lookup(&county.iss, &county.status_uri(), idx, at(now))
    }

    #[test]
    fn both_forms_say_the_same_of_each_card() {
        let county = County::new();
        let mut from_jwt = StatusCache::default();
        from_jwt
            .add_jwt(
                &county.status_jwt(&[(3, 1), (4, 2)]),
                &county.trust(),
                at(county.now),
            )
            .unwrap();
        let mut from_cwt = StatusCache::default();
        from_cwt
            .add_cwt(
                &county.status_cwt(&[(3, 1), (4, 2)]),
                &county.trust(),
                at(county.now),
            )
            .unwrap();
        for cache in [from_jwt, from_cwt] {
            for (idx, status) in [
                (2, Some(Status::Valid)),
                (3, Some(Status::Invalid)),
                (4, Some(Status::Suspended)),
                (u64::MAX, None),
            ] {
                let found = lookup(&cache, &county, idx, county.now + 60).unwrap();
                assert_eq!(
                    found,
                    CachedStatus {
                        status,
                        age_seconds: 60,
                        expired: false
                    }
                );
            }
            assert_eq!(
                cache.lookup(
                    &county.iss,
                    "https://elsewhere.example/1",
                    3,
                    at(county.now)
                ),
                None
            );
        }
    }

    #[test]
    fn an_expired_list_is_kept_and_says_that_it_has_expired() {
        let county = County::new();
        let later = county.now + 2 * 86_400;
        for form in ["jwt", "cwt"] {
            let mut cache = StatusCache::default();
            match form {
                "jwt" => cache.add_jwt(&county.status_jwt(&[(3, 1)]), &county.trust(), at(later)),
                _ => cache.add_cwt(&county.status_cwt(&[(3, 1)]), &county.trust(), at(later)),
            }
            .unwrap();
            assert_eq!(
                lookup(&cache, &county, 3, later),
                Some(CachedStatus {
                    status: Some(Status::Invalid),
                    age_seconds: 2 * 86_400,
                    expired: true
                }),
                "{form}"
            );
        }
    }

    #[test]
    fn a_newer_list_is_not_replaced_by_an_older_one() {
        let county = County::new();
        let newer = County {
            now: county.now + 100,
            ..county.clone()
        };
        let mut cache = StatusCache::default();
        cache
            .add_jwt(&newer.status_jwt(&[(3, 1)]), &county.trust(), at(newer.now))
            .unwrap();
        cache
            .add_jwt(&county.status_jwt(&[]), &county.trust(), at(newer.now))
            .unwrap();
        assert_eq!(
            lookup(&cache, &county, 3, newer.now).unwrap().status,
            Some(Status::Invalid)
        );
    }

    #[test]
    fn no_issuer_speaks_about_the_cards_of_another() {
        let county = County::new();
        let other = County {
            iss: "https://issuer.nesoya.example".into(),
            ..County::new()
        };
        let mut body = county.trust_list();
        body.issuers.extend(other.trust_list().issuers);
        let jws = body.sign(&*county.trust_list_key).unwrap();
        let trust =
            TrustList::verify(&jws, &county.trust_list_jwk(), at(county.now), None).unwrap();

        let mut cache = StatusCache::default();
        cache
            .add_jwt(&county.status_jwt(&[(3, 1)]), &trust, at(county.now))
            .unwrap();
        let claimed = other.status_jwt_at(&county.status_uri(), &[]);
        cache.add_jwt(&claimed, &trust, at(county.now)).unwrap();
        assert_eq!(
            lookup(&cache, &county, 3, county.now).unwrap().status,
            Some(Status::Invalid)
        );
    }

    #[test]
    fn a_list_by_a_stranger_or_from_the_future_is_refused() {
        let county = County::new();
        let mut cache = StatusCache::default();
        let stranger = County::new();
        assert!(matches!(
            cache.add_jwt(&stranger.status_jwt(&[]), &county.trust(), at(county.now)),
            Err(StatusError::UnknownIssuer)
        ));
        assert!(matches!(
            cache.add_cwt(&stranger.status_cwt(&[]), &county.trust(), at(county.now)),
            Err(StatusError::UnknownIssuer)
        ));
        assert!(matches!(
            cache.add_jwt(
                &county.status_jwt(&[]),
                &county.trust(),
                at(county.now - 10_000)
            ),
            Err(StatusError::Read(ReadError::FromTheFuture))
        ));
        assert!(cache.add_jwt("", &county.trust(), at(county.now)).is_err());
        assert!(cache.add_cwt(&[], &county.trust(), at(county.now)).is_err());
        assert_eq!(lookup(&cache, &county, 3, county.now), None);
    }
}
