//! What may follow what.

use crate::db::entity::photo::PhotoState;

/// What the person says of a proposed photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// "This is me."
    Confirm,
    /// "This is not me."
    Reject,
}

/// What an allowed decision does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The photo goes to this state.
    Becomes(PhotoState),
    /// It was decided so before: an answer that got lost is sent again.
    Stays,
}

/// Why a decision is refused. All of them are conflicts (HTTP 409) but [`Refusal::NoPhoto`] (404).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only the county can undo it.
    #[error("the photo is locked")]
    Locked,
    /// The photo has changed since it was looked at.
    #[error("another photo is the current one")]
    AnotherPhoto,
    /// It has been rejected.
    #[error("the photo has been rejected")]
    Rejected,
    /// There is none.
    #[error("there is no photo")]
    NoPhoto,
}

/// `current` is state and digest; `sha256` the digest of what the person looked at.
pub(super) fn decide(
    current: Option<(PhotoState, &str)>,
    sha256: &str,
    decision: Decision,
) -> Result<Next, Refusal> {
    let (state, is_current) = current
        .map(|(state, digest)| (state, digest == sha256))
        .ok_or(Refusal::NoPhoto)?;
    match (state, decision, is_current) {
        (PhotoState::Locked, Decision::Confirm, true)
        | (PhotoState::Rejected, Decision::Reject, true) => Ok(Next::Stays),
        (PhotoState::Locked, _, _) => Err(Refusal::Locked),
        (_, _, false) => Err(Refusal::AnotherPhoto),
        (PhotoState::Rejected, Decision::Confirm, true) => Err(Refusal::Rejected),
        (PhotoState::Proposed, Decision::Confirm, true) => Ok(Next::Becomes(PhotoState::Locked)),
        (PhotoState::Proposed, Decision::Reject, true) => Ok(Next::Becomes(PhotoState::Rejected)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Decision::{Confirm, Reject};
    use PhotoState::{Locked, Proposed, Rejected};

    #[test]
    fn every_state_answers_every_decision() {
        let cases = [
            (None, "a", Confirm, Err(Refusal::NoPhoto)),
            (None, "a", Reject, Err(Refusal::NoPhoto)),
            (Some(Proposed), "a", Confirm, Ok(Next::Becomes(Locked))),
            (Some(Proposed), "a", Reject, Ok(Next::Becomes(Rejected))),
            (Some(Proposed), "b", Confirm, Err(Refusal::AnotherPhoto)),
            (Some(Proposed), "b", Reject, Err(Refusal::AnotherPhoto)),
            (Some(Locked), "a", Confirm, Ok(Next::Stays)),
            (Some(Locked), "a", Reject, Err(Refusal::Locked)),
            (Some(Locked), "b", Confirm, Err(Refusal::Locked)),
            (Some(Locked), "b", Reject, Err(Refusal::Locked)),
            (Some(Rejected), "a", Confirm, Err(Refusal::Rejected)),
            (Some(Rejected), "a", Reject, Ok(Next::Stays)),
            (Some(Rejected), "b", Confirm, Err(Refusal::AnotherPhoto)),
            (Some(Rejected), "b", Reject, Err(Refusal::AnotherPhoto)),
        ];
        for (state, looked_at, decision, expected) in cases {
            let current = state.map(|state| (state, "a"));
            assert_eq!(
                decide(current, looked_at, decision),
                expected,
                "{state:?} {looked_at} {decision:?}"
            );
        }
    }
}
