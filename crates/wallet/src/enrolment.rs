//! What stands between the person and the card.

use county_api::EnrolmentStatus;

use crate::{
    CallError, HistoryEvent, Wallet,
    issuer::{SMALL_ANSWER, get, read_json},
    platform::Response,
    server_clock::Moment,
    state::{SeenEnrolment, State},
};

/// Why the issuer's answer is not there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnrolError {
    /// The issuer could not be asked.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Wallet {
    /// Asks the issuer where the person stands, and remembers the answer.
    pub async fn enrolment(&self) -> Result<EnrolmentStatus, EnrolError> {
        let session = self.session_id()?;
        let seen = self.ask_enrolment().await?;
        self.keep_enrolment(&session, &seen)?;
        Ok(seen.status)
    }

    /// Asks without remembering.
    pub(crate) async fn ask_enrolment(&self) -> Result<SeenEnrolment, CallError> {
        let asked = self.server_clock.moment();
        let request = get(
            self.address("wallet/enrolment")?,
            "application/json",
            SMALL_ANSWER,
        );
        let answer = self.send_authorised(request).await?;
        self.seen_enrolment(&answer, asked)
    }

    /// Reads an answer of this kind.
    pub(crate) fn seen_enrolment(
        &self,
        answer: &Response,
        asked: Moment,
    ) -> Result<SeenEnrolment, CallError> {
        let status: EnrolmentStatus = read_json(answer)?;
        self.server_clock.note(status.server_time, asked);
        Ok(SeenEnrolment {
            seen_at: status.server_time,
            status,
        })
    }

    pub(crate) fn keep_enrolment(
        &self,
        session: &str,
        seen: &SeenEnrolment,
    ) -> Result<(), CallError> {
        self.change_session(session, |state| state.see(seen.clone()))?;
        Ok(())
    }
}

impl State {
    /// Takes in an enrolment answer.
    pub(crate) fn see(&mut self, seen: SeenEnrolment) {
        // One device may have several people log in after one another; none of them sees another's card, nor what was
        // done with it.
        let account = &seen.status.account;
        let before = self.account.as_ref();
        let before = before.or(self.cards.first().map(|card| &card.account));
        if before.is_some_and(|before| before != account) {
            // The login itself is this person's.
            let own = self
                .history
                .pop_if(|last| self.enrolment.is_none() && last.event == HistoryEvent::LoggedIn);
            self.history = own.into_iter().collect();
            self.removed.clear();
        }
        self.account = Some(account.clone());
        self.cards
            .retain(|card| card.account == seen.status.account);
        self.note_statuses(Vec::new());
        self.not_earlier_than = self.not_earlier_than.max(Some(seen.seen_at));
        self.enrolment = Some(seen);
    }
}
