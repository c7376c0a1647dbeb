//! Slips of paper: issuer, time, day, card, status. There is no holder's key, so it is the eyes that find the holder.

use chrono::{DateTime, Utc};
use county_api::{SlipClaims, date_in_norway};
use qr_proof::{Slip, VerifyError};

use crate::verdict::Findings;
use crate::{CheckedCard, Outcome, Reason, SlipVerdict};

use super::{Checker, trim, unreadable};

impl Checker {
    /// Judges a slip. `asked`: this checker has asked for the answer to a challenge, and paper cannot answer.
    pub(super) fn judge_slip(
        &mut self,
        text: &str,
        asked: bool,
        now: DateTime<Utc>,
    ) -> SlipVerdict {
        let mut findings = Findings::new();
        findings.hold_against(Reason::OnPaper);
        if asked {
            findings.hold_against(Reason::WrongChallenge);
        }
        let mut verdict = SlipVerdict {
            outcome: Outcome::Slip,
            reasons: Vec::new(),
            demo: false,
            authentic: false,
            card: None,
            day: None,
            printed_at: None,
            good_until: None,
            seen_at: None,
            issuer: None,
            issuer_name: None,
            status_age_seconds: None,
            checked_at: now,
        };
        match qr_proof::decode_slip(trim(text)) {
            Ok(slip) => {
                let claims = slip.claims();
                verdict.issuer = Some(claims.issuer.clone());
                verdict.printed_at = DateTime::from_timestamp(claims.issued_at, 0);
                verdict.good_until = DateTime::from_timestamp(claims.expires_at, 0);
                // What can be read is shown, before anything of it is believed.
                let said = SlipClaims::from_identity(&claims.identity).ok();
                verdict.day = said.as_ref().map(|said| said.day);
                verdict.seen_at = self.check_slip(&slip, said.as_ref(), now, &mut findings);
                verdict.card = said.map(|said| CheckedCard::on_paper(said, findings.authentic));
                // A portrait that comes next belongs to somebody else: this one has its own.
                self.portraits.name(&slip.claims().issuer, None, now);
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

    /// The answer is when this slip was seen before, if it was.
    fn check_slip(
        &mut self,
        slip: &Slip,
        said: Option<&SlipClaims>,
        now: DateTime<Utc>,
        findings: &mut Findings,
    ) -> Option<DateTime<Utc>> {
        let claims = slip.claims();
        let key = self.trusted_key(slip.key_id(), &claims.issuer, now, findings)?;
        let times = slip.verify(key, now.timestamp(), self.settings.max_ahead);
        if matches!(times, Err(VerifyError::IssuerSignature)) {
            findings.refuse_signature();
            return None;
        }
        let seen = self.slips.remember(slip.id(), now);
        let over = match (times, said) {
            (Err(VerifyError::TokenNotYetValid), _) => {
                findings.hold_against(Reason::NotYetValid);
                false
            }
            (Err(_), _) => true,
            // Its last second and its day say the same; a slip for which they did not would be no good on either.
            (Ok(_), said) => said.is_some_and(|said| said.day != date_in_norway(now)),
        };
        match said {
            Some(said) => {
                if over {
                    findings.hold_against(Reason::SlipOver { on: said.day });
                }
                if let Some(on) = said.card.valid_until.filter(|on| *on < date_in_norway(now)) {
                    findings.hold_against(Reason::CardExpired { on });
                }
            }
            None => {
                if over {
                    findings.hold_against(Reason::TokenExpired);
                }
                findings.hold_against(Reason::NotACard);
            }
        }
        self.check_status(&claims.issuer, Some(&claims.status), now, findings);
        seen.and_then(|at| DateTime::from_timestamp(at, 0))
    }
}

#[cfg(test)]
mod tests;
