//! What the screens are told of pictures of the person's own.

use portrait::{Finding, Hint, Place, Rule, Verdict};
use serde::Serialize;

#[cfg(test)]
use ts_rs::TS;

use super::AppState;

/// Why there is no picture of a person.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PhotoMissingReason {
    /// None has come from anywhere.
    NeverHad,
    /// The person said of the school's picture that it is not them.
    NotMe,
    /// The school has sent the person's picture back.
    Returned {
        /// What the school writes to the person.
        note: String,
        /// What could be better.
        reasons: Vec<Rule>,
    },
    /// The school has unlocked the picture, so that there can be a new one.
    Reset {
        /// What the school writes to the person.
        note: String,
    },
}

/// Whether a picture will do. (The checker has verdicts of its own.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum PictureVerdict {
    /// Nothing to say against it.
    Accept,
    /// Good enough, and could be better.
    Advise,
    /// Another is needed, or a person who looks at this one.
    Reject,
}

impl From<Verdict> for PictureVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accept => Self::Accept,
            Verdict::Advise => Self::Advise,
            Verdict::Reject => Self::Reject,
        }
    }
}

/// What to say of one frame of the live view.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct FrameView {
    /// Whether it would do.
    pub verdict: PictureVerdict,
    /// The one thing to say: what stands in the way, else what could be better.
    pub hint: Option<Rule>,
    /// Which way helps, as seen by the person themself.
    pub direction: Option<Hint>,
    /// Where the face is, in hundredths of the frame.
    pub place: Option<Place>,
}

/// A picture that waits to be sent.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct PictureView {
    /// Names it in commands.
    pub id: String,
    /// The portrait made of it, exactly as it would be sent.
    pub portrait: String,
    /// Whether it will do.
    pub verdict: PictureVerdict,
    /// What could be better, in the order in which to put it right.
    pub findings: Vec<Finding>,
}

/// What came of sending a picture.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SubmissionView {
    /// The county has it.
    Sent {
        /// What to show now.
        state: Box<AppState>,
    },
    /// The county's own check refused it.
    Unusable {
        /// For what, as far as this app knows the reasons.
        reasons: Vec<Rule>,
    },
}
