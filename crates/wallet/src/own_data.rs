//! Everything that this device holds about the person, to be read and taken along; and taking one card off.
//!
//! Left out are private keys, tokens and the credentials themselves, which say nothing more than the card does and are
//! worth something to a thief. A test goes through the whole store and finds every other value in here.

use chrono::{DateTime, Utc};
use county_api::{CardClaims, CardType, KeyProtection, Profile};
use serde::Serialize;

use crate::{
    Failure, HistoryEntry, HistoryEvent, SeenEnrolment, StoreError, Wallet,
    state::{Card, KnownStatus, State, StatusEntry},
};

/// The whole of it, as it goes into a file for the person: `docs/own-data.md` describes it.
#[derive(Debug, Clone, Serialize)]
pub struct OwnData {
    /// The issuer's name, an address.
    pub issuer: String,
    /// The device's session at the issuer.
    pub session: Option<OwnSession>,
    /// The issuer has ended the session.
    pub signed_out: bool,
    /// A login that is under way in the browser.
    pub login_under_way: Option<OwnLogin>,
    /// The cards.
    pub cards: Vec<OwnCard>,
    /// Cards that the person took off this device.
    pub removed_cards: Vec<CardType>,
    /// What the issuer last said of the way to the card, library card and contacts included.
    pub enrolment: Option<SeenEnrolment>,
    /// What the status lists last said.
    statuses: Vec<KnownStatus>,
    /// The history, oldest first.
    pub history: Vec<HistoryEntry>,
    /// When everything was last brought up to date.
    pub last_refresh: Option<DateTime<Utc>>,
    /// The last refresh, if it failed.
    pub last_failure: Option<Failure>,
    /// The newest time that the server has told.
    pub server_time: Option<DateTime<Utc>>,
    /// The version of the issuer's signed list of keys. The list says nothing of the person.
    pub trust_list_version: Option<u64>,
    /// Since when the issuer is still to be told of a log-out on this device.
    pub log_outs_to_tell: Vec<DateTime<Utc>>,
}

/// A session, without its tokens and its key.
#[derive(Debug, Clone, Serialize)]
pub struct OwnSession {
    /// The device's own name for it.
    pub id: String,
    /// When its newest access token ends.
    pub access_expires_at: DateTime<Utc>,
    /// How often in a row the device did not sign with its key.
    pub key_failures: u32,
    /// When that was counted last.
    pub key_failed_at: Option<DateTime<Utc>>,
}

/// A login between the app and the browser, without its secrets.
#[derive(Debug, Clone, Serialize)]
pub struct OwnLogin {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Where the browser comes back to.
    pub redirect_uri: String,
}

/// One card.
#[derive(Debug, Clone, Serialize)]
pub struct OwnCard {
    /// The device's own name for it.
    pub id: String,
    /// The issuer's opaque name for the person.
    pub account: String,
    /// The issuer's mark for what the card says.
    pub content_sha256: String,
    /// All that it says, portrait included.
    pub claims: CardClaims,
    /// A specimen.
    pub demo: bool,
    /// When its data last came from the issuer.
    pub updated_at: DateTime<Utc>,
    /// Since when the issuer says that the right to it is over.
    pub over_since: Option<DateTime<Utc>>,
    /// What proves it.
    pub credentials: Vec<OwnCredential>,
}

/// A credential, without its text and its key.
#[derive(Debug, Clone, Serialize)]
pub struct OwnCredential {
    /// What it is for.
    pub purpose: Purpose,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// Its place in a status list.
    status: Option<StatusEntry>,
    /// Whether a checker has seen it; known of those for online use alone.
    pub used: Option<bool>,
    /// How well its key is guarded; none for the photo code, whose key is not kept.
    pub key_protection: Option<KeyProtection>,
}

/// What a credential is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A control code for this.
    Code(Profile),
    /// The photo code.
    PhotoCode,
    /// Checkers on the network.
    Online,
}

impl Wallet {
    /// Everything about the person, but for keys, tokens and credentials.
    pub fn own_data(&self) -> OwnData {
        let store = self.keys.store_protection();
        self.read(|state| OwnData::of(state, store))
    }

    /// Takes a card off this device, with its keys. The right to it is unharmed: fetching the cards
    /// ([`fetch_credentials`](Self::fetch_credentials)) or a new login brings it back; a refresh does not.
    ///
    /// Whether there was such a card.
    pub fn remove_card(&self, id: &str) -> Result<bool, StoreError> {
        let card_type = self.read(|state| state.card(id).map(|card| card.claims.card_type));
        let Some(card_type) = card_type else {
            return Ok(false);
        };
        let entry = self.keeps_history().then(|| HistoryEntry {
            at: self.server_clock.now(),
            event: HistoryEvent::CardRemoved { card_type },
        });
        self.change(|state| {
            let Some(place) = state.cards.iter().position(|card| card.id == id) else {
                return;
            };
            let card = state.cards.remove(place);
            let entries: Vec<_> = card.status_entries().cloned().collect();
            state
                .statuses
                .retain(|known| !entries.contains(&known.entry));
            if !state.removed.contains(&card_type) {
                state.removed.push(card_type);
            }
            state.history.extend(entry);
        })?;
        self.tidy_keys_here();
        Ok(true)
    }
}

impl OwnData {
    /// Keys in the store are guarded as well as `store` says.
    fn of(state: &State, store: KeyProtection) -> Self {
        Self {
            issuer: state.issuer.clone(),
            session: state.session.as_ref().map(|session| OwnSession {
                id: session.id.clone(),
                access_expires_at: session.access_expires_at,
                key_failures: session.key_failures.times,
                key_failed_at: session.key_failures.last,
            }),
            signed_out: state.signed_out,
            login_under_way: state.pending.as_ref().map(|pending| OwnLogin {
                started_at: pending.started_at,
                redirect_uri: pending.redirect_uri.to_string(),
            }),
            cards: state
                .cards
                .iter()
                .map(|card| OwnCard::of(card, store))
                .collect(),
            removed_cards: state.removed.clone(),
            enrolment: state.enrolment.clone(),
            statuses: state.statuses.clone(),
            history: state.history.clone(),
            last_refresh: state.last_refresh,
            last_failure: state.last_failure.clone(),
            server_time: state.not_earlier_than,
            trust_list_version: state.trust_list.as_ref().map(|list| list.version),
            log_outs_to_tell: state.ended.iter().map(|ended| ended.since).collect(),
        }
    }
}

impl OwnCard {
    fn of(card: &Card, store: KeyProtection) -> Self {
        let copies = card.copies.iter().map(|copy| OwnCredential {
            purpose: Purpose::Online,
            issued_at: copy.issued_at,
            expires_at: copy.expires_at,
            status: copy.status.clone(),
            used: Some(copy.used),
            key_protection: Some(copy.key.protection(store)),
        });
        let codes = card.codes.iter().map(|(profile, code)| OwnCredential {
            purpose: Purpose::Code(*profile),
            issued_at: code.issued_at,
            expires_at: code.expires_at,
            status: code.status.clone(),
            used: None,
            key_protection: Some(code.key.protection(store)),
        });
        let photo = card.photo.iter().map(|photo| OwnCredential {
            purpose: Purpose::PhotoCode,
            issued_at: photo.issued_at,
            expires_at: photo.expires_at,
            status: photo.status.clone(),
            used: None,
            key_protection: None,
        });
        Self {
            id: card.id.clone(),
            account: card.account.clone(),
            content_sha256: card.content_sha256.clone(),
            claims: card.claims.clone(),
            demo: card.demo,
            updated_at: card.updated_at,
            over_since: card.over_since,
            credentials: codes.chain(photo).chain(copies).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use county_api::{CardType, EnrolmentStatus};
    use serde_json::Value;
    use url::Url;

    use super::*;
    use crate::card_state::tests::card;
    use crate::keys::StoredKey;
    use crate::state::{
        Copy, CredentialStatus, EndedSession, KeptTrustList, KeyFailures, PendingLogin, PhotoToken,
        Secret, Session,
    };

    /// Members of the store that are not given out, wherever they stand.
    const SECRET: &[&str] = &[
        "key",
        "text",
        "token",
        "access_token",
        "refresh_token",
        "pkce_verifier",
        "pending.state",
    ];

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// A store in which everything has a value, and no two values are alike.
    fn full() -> State {
        let key = StoredKey::software(
            &jose::SoftwareKey::generate(&ring::rand::SystemRandom::new()).unwrap(),
        );
        let entry = |idx| StatusEntry {
            uri: format!("https://issuer.example/status-lists/{idx}"),
            idx,
        };
        let mut card = card();
        card.over_since = Some(time("2026-11-22T10:00:12Z"));
        card.claims.programme = Some("Studiespesialisering".into());
        card.claims.student_number = Some("204417".into());
        card.claims.institution_number = Some("974557746".into());
        card.copies.push(Copy {
            text: Secret::new("hush-copy"),
            key: key.clone(),
            issued_at: time("2026-11-22T10:00:01Z"),
            expires_at: time("2026-12-22T10:00:01Z"),
            status: Some(entry(71)),
            used: true,
        });
        card.photo = Some(PhotoToken {
            token: Secret::new("hush-photo"),
            issued_at: time("2026-11-22T10:00:02Z"),
            expires_at: time("2026-11-29T10:00:02Z"),
            status: Some(entry(72)),
        });
        let status: EnrolmentStatus = serde_json::from_value(serde_json::json!({
            "state": "blocked", "reason": "Mistet telefon", "until": "2026-12-03",
            "contact": {"role": "school", "name": "Kontoret", "phone": "22 22 22 22"},
            "account": "account", "library_card": {"code": "0000417829", "symbology": "code39"},
            "contacts": [{"role": "county", "name": "Fylket", "email": "elev@fjordviken.example"}],
            "next_sync": "2026-11-23T02:00:00Z", "server_time": "2026-11-22T10:00:04Z",
        }))
        .unwrap();
        State {
            pending: Some(PendingLogin {
                state: Secret::new("hush-state"),
                pkce_verifier: Secret::new("hush-verifier"),
                key: key.clone(),
                redirect_uri: Url::parse("http://127.0.0.1:49152/callback").unwrap(),
                started_at: time("2026-11-22T10:00:03Z"),
            }),
            session: Some(Session {
                id: "session-7".into(),
                key: key.clone(),
                access_token: Secret::new("hush-access"),
                access_expires_at: time("2026-11-22T10:05:00Z"),
                refresh_token: Secret::new("hush-refresh"),
                key_failures: KeyFailures::default(),
            }),
            enrolment: Some(SeenEnrolment {
                status,
                seen_at: time("2026-11-22T10:00:05Z"),
            }),
            account: Some("account".into()),
            cards: vec![card],
            trust_list: Some(KeptTrustList {
                text: "hush-list".into(),
                version: 4711,
            }),
            statuses: vec![KnownStatus {
                entry: entry(5),
                status: CredentialStatus::Suspended,
                as_of: time("2026-11-22T10:00:06Z"),
            }],
            last_refresh: Some(time("2026-11-22T10:00:07Z")),
            last_failure: Some(Failure {
                problem: crate::problem::ProblemKind::NoNetwork.into(),
                at: time("2026-11-22T10:00:08Z"),
            }),
            not_earlier_than: Some(time("2026-11-22T10:00:09Z")),
            history: vec![HistoryEntry {
                at: time("2026-11-22T10:00:10Z"),
                event: HistoryEvent::CodeShown {
                    profile: Profile::Travel,
                },
            }],
            removed: vec![CardType::Larling],
            ended: vec![EndedSession {
                refresh_token: Secret::new("hush-ended"),
                key,
                since: time("2026-11-22T10:00:11Z"),
            }],
            ..State::new("https://issuer.example")
        }
    }

    fn leaves(value: &Value, path: &str, into: &mut Vec<(String, String)>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    leaves(value, &format!("{path}.{name}"), into);
                }
            }
            Value::Array(items) => {
                for value in items {
                    leaves(value, path, into);
                }
            }
            Value::Null => {}
            other => into.push((path.trim_start_matches('.').to_owned(), other.to_string())),
        }
    }

    #[test]
    fn all_that_is_stored_is_given_out_but_for_keys_tokens_and_credentials() {
        let state = full();
        let mut stored = Vec::new();
        leaves(&serde_json::to_value(&state).unwrap(), "", &mut stored);
        let mut given = Vec::new();
        let own = serde_json::to_value(OwnData::of(&state, KeyProtection::KeyStore)).unwrap();
        leaves(&own, "", &mut given);
        let is_secret = |path: &str| {
            SECRET
                .iter()
                .any(|name| path == *name || path.ends_with(&format!(".{name}")))
        };
        let mut kept_back = 0;
        for (path, value) in &stored {
            let found = given.iter().any(|(_, given)| given == value);
            if is_secret(path) {
                kept_back += 1;
                assert!(!found, "{path} is given out");
            } else {
                assert!(found, "{path} is left out");
            }
        }
        assert!(kept_back >= 12, "{kept_back}");
        let text = own.to_string();
        assert!(!text.contains("hush") && text.contains("data:image/jpeg"));
    }
}
