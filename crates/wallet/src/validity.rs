//! "Sjekk gyldighet": what the issuer says of the card right now, or what is known without a network.
//!
//! For the holder. To anyone else a phone that draws a tick proves nothing: the code does.

use chrono::{DateTime, TimeDelta, Utc};
use county_api::{StatusReference, Validity, ValidityRequest, ValidityStatement};
use jose::jws::Jws;

use crate::{
    CallError, CardState, TrustError, Wallet,
    card_state::{card_state, statuses_of},
    issuer::{SMALL_ANSWER, post_json, require_success},
    platform::HttpError,
    state::{Card, CredentialStatus, KnownStatus, StatusEntry},
    trust::{Trusted, time},
};

/// Why the question was not answered at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// There is no such card.
    #[error("there is no card")]
    NoCard,
    /// An answer came that cannot be believed.
    #[error("the issuer's statement cannot be believed")]
    Statement,
    /// The trust list that came cannot be believed.
    #[error(transparent)]
    Trust(TrustError),
    /// The issuer refused the question.
    #[error(transparent)]
    Call(CallError),
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValidityResult {
    /// The issuer's own, fresh and signed.
    Online {
        /// What it says.
        statement: ValidityStatement,
        /// When, by the server's clock.
        server_time: DateTime<Utc>,
    },
    /// The issuer cannot be reached, or not in this session: what is known on this device.
    Offline {
        /// The card's state by what is stored.
        last_known: CardState,
        /// When that was last confirmed.
        known_at: DateTime<Utc>,
        /// How long ago that is; never negative.
        age: TimeDelta,
    },
}

impl Wallet {
    /// Asks the issuer whether a card is good. Without a network the answer is what is known, and how old it is.
    ///
    /// It never makes a good card worse: only a signed statement changes what is stored.
    pub async fn check_validity(&self, card_id: &str) -> Result<ValidityResult, CheckError> {
        let card = self
            .read(|state| state.card(card_id).cloned())
            .ok_or(CheckError::NoCard)?;
        // The question is about what a checker would be shown: the first of the codes.
        let Some(entry) = card.status_entries().next().cloned() else {
            return Ok(self.known_validity(&card));
        };
        match self.ask_validity(&entry).await {
            Ok(answer) => Ok(answer),
            Err(error) if is_absence(&error) => Ok(self.known_validity(&card)),
            Err(error) => Err(error),
        }
    }

    async fn ask_validity(&self, entry: &StatusEntry) -> Result<ValidityResult, CheckError> {
        let session = self.session_id().map_err(CheckError::Call)?;
        let question = ValidityRequest {
            credential_status: StatusReference {
                uri: entry.uri.clone(),
                idx: entry.idx,
            },
        };
        let url = self.address("wallet/validity").map_err(CheckError::Call)?;
        let request = post_json(url, &question, SMALL_ANSWER).map_err(CheckError::Call)?;
        let answer = self
            .send_authorised(request)
            .await
            .map_err(CheckError::Call)?;
        require_success(&answer).map_err(CheckError::Call)?;
        let text = std::str::from_utf8(&answer.body).map_err(|_| CheckError::Statement)?;
        let kid = Jws::parse(text)
            .ok()
            .and_then(|jws| jws.header().kid.clone())
            .ok_or(CheckError::Statement)?;
        let trusted = self.trusted_for(&kid).await?;
        let now = self.server_clock.now();
        let key = self
            .issuer_key(&trusted.list, &kid, now)
            .ok_or(CheckError::Statement)?;
        let issuer = self.county.issuer_id();
        let statement = ValidityStatement::verify(text, key, issuer, &question, now)
            .map_err(|_| CheckError::Statement)?;
        let server_time = time(statement.iat).ok_or(CheckError::Statement)?;
        self.keep_statement(&session, entry, &statement, server_time);
        if statement.result == Validity::Valid {
            self.lift_old_statuses(&session, &trusted).await;
        }
        Ok(ValidityResult::Online {
            statement,
            server_time,
        })
    }

    /// The kept trust list if it has this key, else a fresh one.
    async fn trusted_for(&self, kid: &str) -> Result<Trusted, CheckError> {
        let now = self.server_clock.now();
        if let Some(kept) = self.kept_trust_list()
            && self.issuer_key(&kept.list, kid, now).is_some()
        {
            return Ok(kept);
        }
        self.fetch_trust_list().await.map_err(|error| match error {
            TrustError::Call(error) => CheckError::Call(error),
            other => CheckError::Trust(other),
        })
    }

    /// A suspension or withdrawal that was learnt here shows on the card at once, and so does its end.
    fn keep_statement(
        &self,
        session: &str,
        entry: &StatusEntry,
        statement: &ValidityStatement,
        as_of: DateTime<Utc>,
    ) {
        let status = match statement.result {
            Validity::Valid => CredentialStatus::Valid,
            Validity::Suspended => CredentialStatus::Suspended,
            Validity::Revoked => CredentialStatus::Revoked,
            // The card itself says when it expires.
            Validity::Expired => return,
        };
        let fresh = vec![KnownStatus {
            entry: entry.clone(),
            status,
            as_of,
        }];
        let kept = self.change_session(session, |state| state.note_statuses(fresh));
        if let Err(error) = kept {
            tracing::warn!(%error, "the statement could not be kept");
        }
    }

    /// The statement is about one credential; a block that has ended has ended for all of them, and their lists say so.
    /// A courtesy: if they cannot be had, the next refresh brings them.
    async fn lift_old_statuses(&self, session: &str, trusted: &Trusted) {
        let now = self.server_clock.now();
        let entries: Vec<StatusEntry> = self.read(|state| {
            let held_against = state.cards.iter().filter(|card| {
                statuses_of(card, &state.statuses)
                    .any(|known| known.status != CredentialStatus::Valid)
            });
            held_against
                .flat_map(|card| card.status_entries_at(now))
                .cloned()
                .collect()
        });
        if entries.is_empty() {
            return;
        }
        let Ok(fresh) = self.fetch_statuses(entries.iter(), &trusted.list).await else {
            return;
        };
        let kept = self.change_session(session, |state| state.note_statuses(fresh));
        if let Err(error) = kept {
            tracing::warn!(%error, "the statuses could not be kept");
        }
    }

    fn known_validity(&self, card: &Card) -> ValidityResult {
        let now = self.server_clock.now();
        let known_at = card.updated_at;
        self.read(|state| ValidityResult::Offline {
            last_known: card_state(card, &state.statuses, now, &self.settings),
            known_at,
            age: now.signed_duration_since(known_at).max(TimeDelta::zero()),
        })
    }
}

/// Whether the issuer simply was not there to be asked.
fn is_absence(error: &CheckError) -> bool {
    match error {
        CheckError::Call(error) => matches!(
            error,
            CallError::Http(HttpError::Unreachable | HttpError::TimedOut | HttpError::Broken)
                | CallError::Unavailable { .. }
                | CallError::NotLoggedIn
                | CallError::SignedOut
        ),
        _ => false,
    }
}
