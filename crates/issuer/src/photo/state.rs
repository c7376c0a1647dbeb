//! What may follow what: every deed on every state, in one function.

use crate::db::entity::photo::{self, PhotoState};

/// What somebody does to a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed<'a> {
    /// "This is me", of the photo with this digest.
    Confirm(&'a str),
    /// "This is not me", of the photo with this digest.
    Reject(&'a str),
    /// The person sends a picture in.
    Submit(Sent<'a>, Goes),
    /// Staff approve the photo that waits; the digest of the one that they looked at, or how it begins.
    Approve(&'a str),
    /// Staff want another photo than the one that waits; the digest as for approving.
    Return(&'a str),
    /// Staff take back a locked photo, or a "this is not me" said by mistake.
    Reset,
    /// The records have a picture; the digest is that of the portrait made of it, once that is done.
    ProposeFromRecords(Option<&'a str>),
    /// A photographer has delivered a picture; the digest is that of the portrait made of it.
    ProposeFromPhotographer(&'a str),
}

/// A picture that a person sends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent<'a> {
    /// Digest of the bytes which came.
    pub(super) bytes: &'a str,
    /// Digest of the portrait that was made of them, once that is done.
    pub(super) portrait: Option<&'a str>,
}

/// Where a picture that a person sends in goes, unless the school has said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goes {
    /// Onto the card.
    ToTheCard,
    /// To the school, which looks at it.
    ToTheSchool,
}

/// What an allowed deed does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The photo goes to this state.
    Becomes(PhotoState),
    /// It was done before: an answer that got lost is sent again.
    Stays,
}

/// Why a deed is refused. All of them are conflicts (HTTP 409) but [`Refusal::NoPhoto`] (404).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only staff can undo it.
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
    /// A photo that the person sent in waits for the school.
    #[error("a photo that was sent in waits to be approved")]
    InReview,
    /// Nothing waits to be approved.
    #[error("no photo waits to be approved")]
    NothingWaits,
    /// Only what is locked, or was rejected by mistake, can be reset.
    #[error("the photo is not locked")]
    NotLocked,
}

/// A photo as far as its state goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing<'a> {
    pub(super) state: PhotoState,
    /// Digest of the portrait.
    pub(super) sha256: &'a str,
    /// Digest of the bytes that the person sent in, if it came that way.
    pub(super) submitted: Option<&'a str>,
    /// The school has handed one back.
    pub(super) handed_back: bool,
}

impl<'a> From<&'a photo::Model> for Standing<'a> {
    fn from(row: &'a photo::Model) -> Self {
        Self {
            state: row.state,
            sha256: &row.sha256,
            submitted: row.submitted_sha256.as_deref(),
            handed_back: row.handed_back,
        }
    }
}

/// What `deed` makes of `current`.
pub(super) fn step(current: Option<Standing<'_>>, deed: Deed<'_>) -> Result<Next, Refusal> {
    match deed {
        Deed::Confirm(looked_at) => answer(current, looked_at, true),
        Deed::Reject(looked_at) => answer(current, looked_at, false),
        Deed::Submit(sent, goes) => submit(current, sent, goes),
        Deed::Approve(seen) => review(current, seen, PhotoState::Locked),
        Deed::Return(seen) => review(current, seen, PhotoState::Returned),
        Deed::Reset => match current.map(|current| current.state) {
            Some(PhotoState::Locked | PhotoState::Rejected) => Ok(Next::Becomes(PhotoState::Reset)),
            Some(PhotoState::InReview) => Err(Refusal::InReview),
            Some(PhotoState::Proposed) => Err(Refusal::NotLocked),
            Some(PhotoState::Returned | PhotoState::Reset) | None => Err(Refusal::NoPhoto),
        },
        Deed::ProposeFromRecords(made) => propose(current, made),
        Deed::ProposeFromPhotographer(sha256) => propose(current, Some(sha256)),
    }
}

fn answer(current: Option<Standing<'_>>, looked_at: &str, yes: bool) -> Result<Next, Refusal> {
    let current = current.ok_or(Refusal::NoPhoto)?;
    let same = current.sha256 == looked_at;
    match (current.state, yes, same) {
        (PhotoState::Locked, true, true) | (PhotoState::Rejected, false, true) => Ok(Next::Stays),
        (PhotoState::Locked, _, _) => Err(Refusal::Locked),
        (PhotoState::InReview, _, _) => Err(Refusal::InReview),
        (PhotoState::Returned | PhotoState::Reset, _, _) | (_, _, false) => {
            Err(Refusal::AnotherPhoto)
        }
        (PhotoState::Rejected, true, true) => Err(Refusal::Rejected),
        (PhotoState::Proposed, true, true) => Ok(Next::Becomes(PhotoState::Locked)),
        (PhotoState::Proposed, false, true) => Ok(Next::Becomes(PhotoState::Rejected)),
    }
}

fn submit(current: Option<Standing<'_>>, sent: Sent<'_>, goes: Goes) -> Result<Next, Refusal> {
    let again = current.is_some_and(|current| current.submitted == Some(sent.bytes));
    // What the school has said binds: after "another one, please" it looks at the next, and the very picture that it has
    // taken off a card comes back onto one only by its hand.
    let taken_back = current.is_some_and(|current| {
        current.state == PhotoState::Reset && (again || sent.portrait == Some(current.sha256))
    });
    let handed_back = current.is_some_and(|current| current.handed_back);
    let goes = if taken_back || handed_back {
        Goes::ToTheSchool
    } else {
        goes
    };
    match current.map(|current| current.state) {
        // The very picture that is locked, waits, or was handed back: whoever sends it has missed the answer.
        Some(PhotoState::Locked | PhotoState::InReview | PhotoState::Returned) if again => {
            Ok(Next::Stays)
        }
        Some(PhotoState::Locked) => Err(Refusal::Locked),
        Some(
            PhotoState::Proposed
            | PhotoState::InReview
            | PhotoState::Rejected
            | PhotoState::Returned
            | PhotoState::Reset,
        )
        | None => Ok(Next::Becomes(match goes {
            Goes::ToTheCard => PhotoState::Locked,
            Goes::ToTheSchool => PhotoState::InReview,
        })),
    }
}

fn review(current: Option<Standing<'_>>, seen: &str, becomes: PhotoState) -> Result<Next, Refusal> {
    match current {
        Some(current) if current.state == PhotoState::InReview => {
            // The person may have sent another one since: that one nobody has looked at.
            if seen.is_empty() || !current.sha256.starts_with(seen) {
                return Err(Refusal::AnotherPhoto);
            }
            Ok(Next::Becomes(becomes))
        }
        Some(current) if current.state == PhotoState::Locked => Err(Refusal::Locked),
        _ => Err(Refusal::NothingWaits),
    }
}

fn propose(current: Option<Standing<'_>>, delivered: Option<&str>) -> Result<Next, Refusal> {
    let Some(current) = current else {
        return Ok(Next::Becomes(PhotoState::Proposed));
    };
    let same = delivered == Some(current.sha256);
    match current.state {
        PhotoState::Locked => Err(Refusal::Locked),
        PhotoState::InReview => Err(Refusal::InReview),
        PhotoState::Proposed if same => Ok(Next::Stays),
        PhotoState::Rejected if same => Err(Refusal::Rejected),
        PhotoState::Proposed | PhotoState::Rejected | PhotoState::Returned | PhotoState::Reset => {
            Ok(Next::Becomes(PhotoState::Proposed))
        }
    }
}

#[cfg(test)]
mod tests;
