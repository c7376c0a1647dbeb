//! The check itself: code, issuer, holder, time, card, status, in this order.

use chrono::{DateTime, Utc};
use county_api::{InPersonCard, date_in_norway};
use qr_proof::{Code, DecodeError, Policy, StatusRef, VerifyError};
use status_list::Status;

use crate::replay::ReplayMemory;
use crate::{Reason, StatusCache, TrustList, Verdict};

/// How strict a checker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What a code must have been made for.
    pub audience: String,
    /// How old a code may be, in seconds.
    pub max_age: i64,
    /// How far ahead of this checker's clock a code may be, in seconds.
    pub max_ahead: i64,
    /// For how long a code that was taken is not taken again, in seconds; 0 for no such memory.
    /// At least `max_age` + `max_ahead` to leave no gap.
    pub replay_memory: i64,
    /// How old a status list may be, in seconds, even if it has not expired.
    pub max_status_age: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            audience: county_api::IN_PERSON_AUDIENCE.to_owned(),
            max_age: qr_proof::DEFAULT_MAX_AGE,
            max_ahead: qr_proof::DEFAULT_MAX_AHEAD,
            replay_memory: 60,
            max_status_age: 24 * 60 * 60,
        }
    }
}

/// A checker with what it believes and what it remembers.
#[derive(Clone, Debug)]
pub struct Checker {
    trust: TrustList,
    statuses: StatusCache,
    settings: Settings,
    taken: ReplayMemory,
}

impl Checker {
    /// A checker that has taken no code yet.
    pub fn new(trust: TrustList, statuses: StatusCache, settings: Settings) -> Self {
        let taken = ReplayMemory::new(settings.replay_memory);
        Self {
            trust,
            statuses,
            settings,
            taken,
        }
    }

    /// Puts newer lists in place and goes on remembering.
    pub fn update(&mut self, trust: TrustList, statuses: StatusCache) {
        self.trust = trust;
        self.statuses = statuses;
    }

    /// The trust list in use.
    pub fn trust(&self) -> &TrustList {
        &self.trust
    }

    /// Checks the text of a scanned code.
    pub fn check(&mut self, text: &str, now: DateTime<Utc>) -> Verdict {
        self.judge(text, None, now)
    }

    /// Checks a code that must answer this checker's `challenge`: proof against someone who relays a code live.
    pub fn check_answer(&mut self, text: &str, challenge: &[u8], now: DateTime<Utc>) -> Verdict {
        self.judge(text, Some(challenge), now)
    }

    fn judge(&mut self, text: &str, challenge: Option<&[u8]>, now: DateTime<Utc>) -> Verdict {
        let mut verdict = Verdict::new(now);
        let code = match qr_proof::decode(text.trim_matches(['\r', '\n', '\t'])) {
            Ok(code) => code,
            Err(DecodeError::NotOurCode) => {
                verdict.hold_against(Reason::NotOurCode);
                return verdict;
            }
            Err(_) => {
                verdict.hold_against(Reason::DamagedCode);
                return verdict;
            }
        };
        let card = read(&code, &mut verdict);
        if !self.check_code(&code, challenge, now, &mut verdict) {
            return verdict;
        }
        match card {
            Some(card) if card.valid_until < date_in_norway(now) => {
                verdict.hold_against(Reason::CardExpired {
                    on: card.valid_until,
                });
            }
            Some(_) => {}
            None => verdict.hold_against(Reason::NotACard),
        }
        self.check_status(&code, now, &mut verdict);
        verdict
    }

    /// Issuer, holder and time. Answers whether the issuer signed the token: without that, nothing that
    /// stands in it is worth looking at further.
    fn check_code(
        &mut self,
        code: &Code,
        challenge: Option<&[u8]>,
        now: DateTime<Utc>,
        verdict: &mut Verdict,
    ) -> bool {
        if self.trust.expires_at() <= now.timestamp() {
            let seconds = now.timestamp().saturating_sub(self.trust.expires_at());
            verdict.hold_against(Reason::TrustListExpired { seconds });
        }
        let Some((issuer, issuer_key)) = self.trust.key_by_id(code.key_id(), now) else {
            verdict.hold_against(if self.trust.knows_key_id(code.key_id()) {
                Reason::IssuerKeyNotInUse
            } else {
                Reason::UnknownIssuer
            });
            return false;
        };
        if issuer.iss != code.claims().issuer {
            verdict.hold_against(Reason::IssuerMismatch);
            return false;
        }
        let policy = Policy {
            issuer_key,
            audience: &self.settings.audience,
            now: now.timestamp(),
            max_age: self.settings.max_age,
            max_ahead: self.settings.max_ahead,
            nonce: challenge,
        };
        let result = code.verify(&policy);
        if matches!(result, Err(VerifyError::IssuerSignature)) {
            verdict.hold_against(Reason::BadIssuerSignature);
            return false;
        }
        verdict.authentic = true;
        verdict.issuer_name = Some(issuer.name.clone());
        if issuer.demo {
            verdict.demo = true;
            verdict.hold_against(Reason::DemoIssuer);
        }
        match result {
            Ok(verified) => {
                if let Some(seconds_ago) = self.taken.remember(verified.proof_id, now) {
                    verdict.hold_against(Reason::Replayed { seconds_ago });
                }
            }
            Err(error) => verdict.hold_against(reason(error)),
        }
        true
    }

    fn check_status(&self, code: &Code, now: DateTime<Utc>, verdict: &mut Verdict) {
        let claims = code.claims();
        let found = claims.status.as_ref().and_then(|StatusRef { uri, idx }| {
            self.statuses.lookup(&claims.issuer, uri, *idx, now)
        });
        let Some(found) = found else {
            verdict.hold_against(Reason::StatusUnknown);
            return;
        };
        verdict.status_age_seconds = Some(found.age_seconds);
        match found.status {
            Some(Status::Valid) => {}
            Some(Status::Invalid) => verdict.hold_against(Reason::Revoked),
            Some(Status::Suspended) => verdict.hold_against(Reason::Suspended),
            Some(_) => verdict.hold_against(Reason::UnknownStatusValue),
            None => verdict.hold_against(Reason::NotInStatusList),
        }
        if found.expired || found.age_seconds > self.settings.max_status_age {
            verdict.hold_against(Reason::StatusTooOld {
                seconds: found.age_seconds,
            });
        }
    }
}

/// Puts what can be read into the verdict, before anything of it is believed.
fn read(code: &Code, verdict: &mut Verdict) -> Option<InPersonCard> {
    let card = InPersonCard::from_identity(&code.claims().identity).ok();
    verdict.issuer = Some(code.claims().issuer.clone());
    verdict.code_made_at = DateTime::from_timestamp(code.issued_at(), 0);
    verdict.card = card.clone().map(Into::into);
    card
}

fn reason(error: VerifyError) -> Reason {
    match error {
        VerifyError::IssuerSignature => Reason::BadIssuerSignature,
        VerifyError::TokenNotYetValid => Reason::NotYetValid,
        VerifyError::TokenExpired => Reason::TokenExpired,
        VerifyError::HolderSignature => Reason::BadHolderSignature,
        VerifyError::Audience => Reason::WrongAudience,
        VerifyError::TooOld { seconds } => Reason::CodeTooOld { seconds },
        VerifyError::ClockAhead { seconds } => Reason::ClockDiffers { seconds },
        VerifyError::Nonce => Reason::WrongChallenge,
    }
}

#[cfg(test)]
mod tests;
