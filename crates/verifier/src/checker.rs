//! The check itself: code, issuer, holder, time, card, status, in this order.

mod slip;

use chrono::{DateTime, Utc};
use county_api::{InPersonClaims, PhotoClaims, Profile, date_in_norway};
use jose::Jwk;
use qr_proof::{Code, DecodeError, Policy, StatusRef, StillCode, VerifyError};
use status_list::Status;

use crate::portraits::PortraitMemory;
use crate::replay::{ReplayMemory, SlipMemory};
use crate::verdict::{Findings, data_uri};
use crate::{Outcome, PhotoState, PhotoVerdict, Reason, Scan, StatusCache, TrustList, Verdict};

/// How strict a checker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
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
    slips: SlipMemory,
    portraits: PortraitMemory,
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
            slips: SlipMemory::default(),
            portraits: PortraitMemory::default(),
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

    /// Lets go of portraits whose time is over. For callers that scan seldom: a checker keeps nobody's picture.
    pub fn tidy(&mut self, now: DateTime<Utc>) {
        self.portraits.forget(now);
    }

    /// Judges whatever was scanned: a living code, the still code with the portrait, or a slip of paper.
    pub fn scan(&mut self, text: &str, now: DateTime<Utc>) -> Scan {
        self.judge_any(text, None, now)
    }

    /// As [`scan`](Self::scan); a living code must answer this checker's `challenge`.
    pub fn scan_answer(&mut self, text: &str, challenge: &[u8], now: DateTime<Utc>) -> Scan {
        self.judge_any(text, Some(challenge), now)
    }

    /// Checks the text of a living code.
    pub fn check(&mut self, text: &str, now: DateTime<Utc>) -> Verdict {
        self.judge(text, None, now)
    }

    /// Checks a code that must answer this checker's `challenge`: proof against someone who relays a code live.
    pub fn check_answer(&mut self, text: &str, challenge: &[u8], now: DateTime<Utc>) -> Verdict {
        self.judge(text, Some(challenge), now)
    }

    /// Checks the text of the still code that carries a portrait.
    pub fn check_photo(&mut self, text: &str, now: DateTime<Utc>) -> PhotoVerdict {
        let mut findings = Findings::new();
        let still = match qr_proof::decode_token(trim(text)) {
            Ok(still) => Some(still),
            Err(error) => {
                findings.hold_against(unreadable(error));
                None
            }
        };
        let photo = still
            .as_ref()
            .and_then(|still| self.check_still(still, now, &mut findings));
        let mut belongs_to_last = None;
        if let (Some(photo), Some(still)) = (&photo, &still) {
            let issuer = &still.claims().issuer;
            belongs_to_last = self.portraits.was_named(issuer, photo, now);
            match belongs_to_last {
                Some(true) => {}
                Some(false) => findings.hold_against(Reason::PhotoMismatch),
                None => findings.hold_against(Reason::PhotoAlone),
            }
        }
        PhotoVerdict {
            outcome: findings.outcome,
            reasons: findings.reasons,
            demo: findings.demo,
            authentic: findings.authentic,
            portrait: photo.map(|photo| data_uri(&photo.webp)),
            belongs_to_last,
            issuer_name: findings.issuer_name,
            status_age_seconds: findings.status_age_seconds,
            checked_at: now,
        }
    }

    fn judge_any(&mut self, text: &str, challenge: Option<&[u8]>, now: DateTime<Utc>) -> Scan {
        if trim(text).starts_with(qr_proof::TOKEN_PREFIX) {
            Scan::Photo(self.check_photo(text, now))
        } else if qr_proof::is_slip(trim(text)) {
            Scan::Slip(self.judge_slip(text, challenge.is_some(), now))
        } else {
            Scan::Card(self.judge(text, challenge, now))
        }
    }

    fn judge(&mut self, text: &str, challenge: Option<&[u8]>, now: DateTime<Utc>) -> Verdict {
        let mut findings = Findings::new();
        let mut verdict = Verdict {
            outcome: Outcome::Valid,
            reasons: Vec::new(),
            demo: false,
            authentic: false,
            card: None,
            photo: PhotoState::None,
            issuer: None,
            issuer_name: None,
            code_made_at: None,
            status_age_seconds: None,
            checked_at: now,
        };
        match qr_proof::decode(trim(text)) {
            Ok(code) => {
                verdict.issuer = Some(code.claims().issuer.clone());
                verdict.code_made_at = DateTime::from_timestamp(code.issued_at(), 0);
                // What can be read is shown, before anything of it is believed.
                let card = InPersonClaims::from_identity(&code.claims().identity).ok();
                verdict.card = card.clone().map(Into::into);
                self.check_code(&code, card.as_ref(), challenge, now, &mut findings);
                if findings.authentic {
                    self.add_portrait(&code.claims().issuer, card.as_ref(), now, &mut verdict);
                }
            }
            Err(error) => findings.hold_against(unreadable(error)),
        }
        verdict.outcome = findings.outcome;
        verdict.reasons = findings.reasons;
        verdict.demo = findings.demo;
        verdict.authentic = findings.authentic;
        verdict.issuer_name = findings.issuer_name;
        verdict.status_age_seconds = findings.status_age_seconds;
        verdict
    }

    /// Issuer, holder and time, then card and status.
    fn check_code(
        &mut self,
        code: &Code,
        card: Option<&InPersonClaims>,
        challenge: Option<&[u8]>,
        now: DateTime<Utc>,
        findings: &mut Findings,
    ) {
        let Some(issuer_key) =
            self.trusted_key(code.key_id(), &code.claims().issuer, now, findings)
        else {
            return;
        };
        let policy = Policy {
            issuer_key,
            // Without a card there is no profile to hold the audience against, and that is said below.
            audience: card.map_or(code.audience(), |card| card.profile.audience()),
            now: now.timestamp(),
            max_age: self.settings.max_age,
            max_ahead: self.settings.max_ahead,
            nonce: challenge,
        };
        let result = code.verify(&policy);
        if matches!(result, Err(VerifyError::IssuerSignature)) {
            findings.refuse_signature();
            return;
        }
        match result {
            Ok(verified) => {
                if let Some(seconds_ago) = self.taken.remember(verified.proof_id, now) {
                    findings.hold_against(Reason::Replayed { seconds_ago });
                }
            }
            Err(error) => findings.hold_against(reason(error, code)),
        }
        match card.map(|card| card.valid_until) {
            Some(Some(on)) if on < date_in_norway(now) => {
                findings.hold_against(Reason::CardExpired { on });
            }
            Some(_) => {}
            None => findings.hold_against(Reason::NotACard),
        }
        let claims = code.claims();
        self.check_status(&claims.issuer, claims.status.as_ref(), now, findings);
    }

    /// The portrait in a still code, if a trusted issuer signed it.
    fn check_still(
        &mut self,
        still: &StillCode,
        now: DateTime<Utc>,
        findings: &mut Findings,
    ) -> Option<PhotoClaims> {
        let key = self.trusted_key(still.key_id(), &still.claims().issuer, now, findings)?;
        match still.verify(key, now.timestamp(), self.settings.max_ahead) {
            Ok(_) => {}
            Err(VerifyError::IssuerSignature) => {
                findings.refuse_signature();
                return None;
            }
            Err(VerifyError::TokenNotYetValid) => findings.hold_against(Reason::NotYetValid),
            Err(_) => findings.hold_against(Reason::TokenExpired),
        }
        let claims = still.claims();
        self.check_status(&claims.issuer, claims.status.as_ref(), now, findings);
        match PhotoClaims::from_identity(&still.claims().identity) {
            Ok(photo) => {
                self.portraits
                    .keep(&still.claims().issuer, photo.clone(), now);
                Some(photo)
            }
            Err(_) => {
                findings.hold_against(Reason::NotACard);
                None
            }
        }
    }

    /// Puts the portrait that the card names into the verdict, if its code was scanned a short while ago.
    fn add_portrait(
        &mut self,
        issuer: &str,
        card: Option<&InPersonClaims>,
        now: DateTime<Utc>,
        verdict: &mut Verdict,
    ) {
        let named = card.and_then(|card| card.portrait_hash);
        self.portraits.name(issuer, named, now);
        let Some(named) = named else { return };
        verdict.photo = PhotoState::Available;
        if let (Some(webp), Some(card)) =
            (self.portraits.find(issuer, named, now), &mut verdict.card)
        {
            card.portrait = Some(data_uri(webp));
            verdict.photo = PhotoState::Shown;
        }
    }

    /// The key that must have signed a token that names `key_id` and `issuer`. With it the token is taken for
    /// authentic, until its signature turns out to be wrong.
    fn trusted_key(
        &self,
        key_id: &[u8],
        issuer: &str,
        now: DateTime<Utc>,
        findings: &mut Findings,
    ) -> Option<&Jwk> {
        if self.trust.expires_at() <= now.timestamp() {
            let seconds = now.timestamp().saturating_sub(self.trust.expires_at());
            findings.hold_against(Reason::TrustListExpired { seconds });
        }
        let Some((trusted, key)) = self.trust.key_by_id(key_id, now) else {
            findings.hold_against(self.why_no_key(key_id, issuer, now));
            return None;
        };
        if trusted.iss != issuer {
            findings.hold_against(Reason::IssuerMismatch);
            return None;
        }
        findings.authentic = true;
        findings.issuer_name = Some(trusted.name.clone());
        if trusted.demo {
            findings.demo = true;
            findings.hold_against(Reason::DemoIssuer);
        }
        Some(key)
    }

    /// A county publishes a new key a day before it signs with it. A list older than that does not know the newest keys,
    /// and says nothing against a card that names a county it trusts.
    fn why_no_key(&self, key_id: &[u8], issuer: &str, now: DateTime<Utc>) -> Reason {
        if self.trust.knows_key_id(key_id) {
            return Reason::IssuerKeyNotInUse;
        }
        let seconds = now.timestamp().saturating_sub(self.trust.issued_at());
        let named = self.trust.issuers().iter().any(|known| known.iss == issuer);
        if named && seconds > self.settings.max_status_age {
            Reason::KeyNotYetKnown { seconds }
        } else {
            Reason::UnknownIssuer
        }
    }

    fn check_status(
        &self,
        issuer: &str,
        status: Option<&StatusRef>,
        now: DateTime<Utc>,
        findings: &mut Findings,
    ) {
        let found =
            status.and_then(|StatusRef { uri, idx }| self.statuses.lookup(issuer, uri, *idx, now));
        let Some(found) = found else {
            findings.hold_against(Reason::StatusUnknown);
            return;
        };
        findings.status_age_seconds = Some(found.age_seconds);
        match found.status {
            Some(Status::Valid) => {}
            Some(Status::Invalid) => findings.hold_against(Reason::Revoked),
            Some(Status::Suspended) => findings.hold_against(Reason::Suspended),
            Some(_) => findings.hold_against(Reason::UnknownStatusValue),
            None => findings.hold_against(Reason::NotInStatusList),
        }
        if found.expired || found.age_seconds > self.settings.max_status_age {
            findings.hold_against(Reason::StatusTooOld {
                seconds: found.age_seconds,
            });
        }
    }
}

impl Findings {
    /// The issuer did not sign it: nothing that stands in it is worth looking at further.
    fn refuse_signature(&mut self) {
        self.authentic = false;
        self.demo = false;
        self.issuer_name = None;
        self.reasons
            .retain(|reason| !matches!(reason, Reason::DemoIssuer));
        self.hold_against(Reason::BadIssuerSignature);
    }
}

/// A hand-held scanner ends what it types with a line break.
fn trim(text: &str) -> &str {
    text.trim_matches(['\r', '\n', '\t'])
}

fn unreadable(error: DecodeError) -> Reason {
    match error {
        DecodeError::NotOurCode => Reason::NotOurCode,
        _ => Reason::DamagedCode,
    }
}

fn reason(error: VerifyError, code: &Code) -> Reason {
    match error {
        VerifyError::IssuerSignature => Reason::BadIssuerSignature,
        VerifyError::TokenNotYetValid => Reason::NotYetValid,
        VerifyError::TokenExpired => Reason::TokenExpired,
        VerifyError::HolderSignature => Reason::BadHolderSignature,
        VerifyError::Audience => {
            let known = Profile::ALL
                .iter()
                .any(|profile| profile.audience() == code.audience());
            if known {
                Reason::ProfileMismatch
            } else {
                Reason::WrongAudience
            }
        }
        VerifyError::TooOld { seconds } => Reason::CodeTooOld { seconds },
        VerifyError::ClockAhead { seconds } => Reason::ClockDiffers { seconds },
        VerifyError::Nonce => Reason::WrongChallenge,
    }
}

#[cfg(test)]
mod tests;
