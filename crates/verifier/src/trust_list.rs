//! Reading the trust list: whom we believe, and with which keys.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use county_api::trust_list::{TYP, TrustListBody, TrustedIssuer, TrustedKey};
use jose::jws::{Jws, JwsError};
use jose::{Algorithm, Jwk, PublicKey};

/// How far ahead of our clock a trust list may have been signed, in seconds.
const MAX_AHEAD: i64 = 300;

/// A trust list whose signature, age and content have been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustList {
    body: TrustListBody,
}

/// Why a trust list is refused.
#[derive(Debug, thiserror::Error)]
pub enum TrustListError {
    /// Not a trust list, or not signed by the pinned key.
    #[error("the trust list is not signed by the pinned key: {0}")]
    Signature(#[from] JwsError),
    /// Older than one that was seen before.
    #[error("the trust list is version {version}, but version {known} was seen before")]
    Rollback {
        /// The version of this list.
        version: u64,
        /// The version that was seen before.
        known: u64,
    },
    /// Its time is over.
    #[error("the trust list expired {seconds} s ago")]
    Expired {
        /// Seconds since then.
        seconds: i64,
    },
    /// Signed later than now: our clock is behind.
    #[error("the trust list was signed {seconds} s ahead of this clock")]
    FromTheFuture {
        /// Seconds until then.
        seconds: i64,
    },
    /// Signed, but not a list that can be meant.
    #[error("the trust list is malformed: {0}")]
    Malformed(&'static str),
}

impl TrustList {
    /// Reads and checks a trust list.
    ///
    /// `at_least_version` is the version of the last list that was seen; going back is refused, so that nobody
    /// can bring a removed issuer back by handing out yesterday's list.
    pub fn verify(
        jws: &str,
        pinned: &Jwk,
        now: DateTime<Utc>,
        at_least_version: Option<u64>,
    ) -> Result<Self, TrustListError> {
        let jws = Jws::parse(jws.trim())?;
        jws.require_typ(TYP)?;
        let body: TrustListBody = jws.verify_json(pinned, &[Algorithm::Es256])?;
        if let Some(known) = at_least_version.filter(|known| body.version < *known) {
            let version = body.version;
            return Err(TrustListError::Rollback { version, known });
        }
        let now = now.timestamp();
        if body.iat > now.saturating_add(MAX_AHEAD) {
            let seconds = body.iat.saturating_sub(now);
            return Err(TrustListError::FromTheFuture { seconds });
        }
        if body.exp <= now {
            let seconds = now.saturating_sub(body.exp);
            return Err(TrustListError::Expired { seconds });
        }
        check_content(&body).map_err(TrustListError::Malformed)?;
        Ok(Self { body })
    }

    /// The list's version, to be kept for the next [`verify`](Self::verify).
    pub fn version(&self) -> u64 {
        self.body.version
    }

    /// Everyone who is trusted.
    pub fn issuers(&self) -> &[TrustedIssuer] {
        &self.body.issuers
    }

    /// When the list was signed, unix seconds.
    pub fn issued_at(&self) -> i64 {
        self.body.iat
    }

    /// When the list stops counting, unix seconds.
    pub fn expires_at(&self) -> i64 {
        self.body.exp
    }

    /// The issuer and key with this COSE key identifier ([`county_api::key_id`]) that are accepted at `at`.
    pub fn key_by_id(&self, id: &[u8], at: DateTime<Utc>) -> Option<(&TrustedIssuer, &Jwk)> {
        self.accepted_key(at, |key| county_api::key_id(key) == id)
    }

    /// The issuer and key with this `kid` (RFC 7638 thumbprint) that are accepted at `at`.
    pub fn key_by_kid(&self, kid: &str, at: DateTime<Utc>) -> Option<(&TrustedIssuer, &Jwk)> {
        self.accepted_key(at, |key| key.kid.as_deref() == Some(kid))
    }

    /// Whether a key with this COSE key identifier is in the list, be it for another time.
    pub(crate) fn knows_key_id(&self, id: &[u8]) -> bool {
        self.keys()
            .any(|(_, key)| county_api::key_id(&key.jwk) == id)
    }

    fn accepted_key(
        &self,
        at: DateTime<Utc>,
        is_meant: impl Fn(&Jwk) -> bool,
    ) -> Option<(&TrustedIssuer, &Jwk)> {
        let at = at.timestamp();
        self.keys()
            .find(|(_, key)| key.not_before <= at && at < key.not_after && is_meant(&key.jwk))
            .map(|(issuer, key)| (issuer, &key.jwk))
    }

    fn keys(&self) -> impl Iterator<Item = (&TrustedIssuer, &TrustedKey)> {
        self.body
            .issuers
            .iter()
            .flat_map(|issuer| issuer.keys.iter().map(move |key| (issuer, key)))
    }
}

fn check_content(body: &TrustListBody) -> Result<(), &'static str> {
    if body.exp <= body.iat {
        return Err("it expires before it was signed");
    }
    let mut issuers = HashSet::new();
    let mut keys = HashSet::new();
    for issuer in &body.issuers {
        if !issuers.insert(issuer.iss.as_str()) {
            return Err("an issuer is named twice");
        }
        for TrustedKey {
            jwk,
            not_before,
            not_after,
        } in &issuer.keys
        {
            if !matches!(jwk.key, PublicKey::P256 { .. }) {
                return Err("a key is not a P-256 key");
            }
            if jwk.kid.as_deref() != Some(jwk.thumbprint().as_str()) {
                return Err("a key is not named by its thumbprint");
            }
            // One key with two owners would let either speak for the other.
            if !keys.insert(jwk.thumbprint_bytes()) {
                return Err("a key is listed twice");
            }
            if not_after <= not_before {
                return Err("a key ends before it begins");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{County, at, key};

    fn verify(jws: &str, county: &County, now: i64) -> Result<TrustList, TrustListError> {
        TrustList::verify(jws, &county.trust_list_jwk(), at(now), None)
    }

    #[test]
    fn a_list_by_the_pinned_key_is_believed_until_it_expires() {
        let county = County::new();
        let jws = county.trust_list().sign(&*county.trust_list_key).unwrap();
        let list = verify(&jws, &county, county.now).unwrap();
        assert_eq!(list.version(), 7);
        assert_eq!(list.issuers(), county.trust_list().issuers);

        let exp = county.trust_list().exp;
        assert!(verify(&jws, &county, exp - 1).is_ok());
        assert!(matches!(
            verify(&jws, &county, exp + 5),
            Err(TrustListError::Expired { seconds: 5 })
        ));
        let iat = county.trust_list().iat;
        assert!(verify(&jws, &county, iat - MAX_AHEAD).is_ok());
        assert!(matches!(
            verify(&jws, &county, iat - MAX_AHEAD - 1),
            Err(TrustListError::FromTheFuture { seconds: 301 })
        ));
    }

    #[test]
    fn yesterdays_version_is_refused() {
        let county = County::new();
        let jws = county.trust_list().sign(&*county.trust_list_key).unwrap();
        let read =
            |known| TrustList::verify(&jws, &county.trust_list_jwk(), at(county.now), Some(known));
        assert!(read(6).is_ok());
        assert!(read(7).is_ok());
        assert!(matches!(
            read(8),
            Err(TrustListError::Rollback {
                version: 7,
                known: 8
            })
        ));
    }

    #[test]
    fn a_list_by_another_key_or_of_another_kind_is_refused() {
        let county = County::new();
        let header = jose::jws::Header::new("JWT");
        let mut tampered = county.trust_list().sign(&*county.trust_list_key).unwrap();
        let last = if tampered.pop() == Some('A') {
            'Q'
        } else {
            'A'
        };
        tampered.push(last);
        for jws in [
            county.trust_list().sign(&key()).unwrap(),
            county.trust_list().sign(&*county.issuer_key).unwrap(),
            jose::jws::sign_json(&header, &county.trust_list(), &*county.trust_list_key).unwrap(),
            tampered,
            "not a list".into(),
        ] {
            assert!(matches!(
                verify(&jws, &county, county.now),
                Err(TrustListError::Signature(_))
            ));
        }
    }

    #[test]
    fn a_list_that_cannot_be_meant_is_refused() {
        let county = County::new();
        type Spoil = fn(&mut TrustListBody);
        let spoils: [(&str, Spoil); 6] = [
            ("an issuer is named twice", |body| {
                body.issuers.push(body.issuers[0].clone())
            }),
            ("a key is listed twice", |body| {
                let mut other = body.issuers[0].clone();
                other.iss.push('2');
                body.issuers.push(other);
            }),
            ("a key is not named by its thumbprint", |body| {
                body.issuers[0].keys[0].jwk.kid = None
            }),
            ("a key ends before it begins", |body| {
                body.issuers[0].keys[0].not_after = body.issuers[0].keys[0].not_before;
            }),
            ("it expires before it was signed", |body| {
                body.iat = body.exp
            }),
            ("a key is not a P-256 key", |body| {
                let key = &mut body.issuers[0].keys[0].jwk;
                key.key = PublicKey::Rsa {
                    n: vec![0xC1; 256],
                    e: vec![1, 0, 1],
                };
                key.kid = Some(key.thumbprint());
            }),
        ];
        for (expected, spoil) in spoils {
            let mut body = county.trust_list();
            spoil(&mut body);
            let jws = body.sign(&*county.trust_list_key).unwrap();
            match verify(&jws, &county, body.exp - 100) {
                Err(TrustListError::Malformed(reason)) => assert_eq!(reason, expected),
                other => panic!("{expected}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_key_is_found_by_either_name_in_its_own_time_only() {
        let county = County::new();
        let list = county.trust();
        let jwk = county.issuer_jwk();
        let TrustedKey {
            not_before,
            not_after,
            ..
        } = county.trust_list().issuers[0].keys[0];
        for (moment, accepted) in [
            (not_before - 1, false),
            (not_before, true),
            (not_after - 1, true),
            (not_after, false),
        ] {
            assert_eq!(
                list.key_by_id(&county_api::key_id(&jwk), at(moment))
                    .is_some(),
                accepted
            );
            assert_eq!(
                list.key_by_kid(&jwk.thumbprint(), at(moment)).is_some(),
                accepted
            );
        }
        assert!(list.knows_key_id(&county_api::key_id(&jwk)));
        for id in [&[][..], &county_api::key_id(&jwk)[..4], &[0; 8]] {
            assert!(list.key_by_id(id, at(county.now)).is_none());
            assert!(!list.knows_key_id(id));
        }
        assert!(list.key_by_kid("", at(county.now)).is_none());
    }
}
