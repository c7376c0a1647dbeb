//! What the screens are told of checking: the checker itself, and the invigilator's lists.
//!
//! Verdicts go to the screens as the `verifier` crate gives them.

use serde::Serialize;
use verifier::Verdict;

#[cfg(test)]
use ts_rs::TS;

use super::{CountyView, Problem};

/// For which purpose a code is shown, and so what it discloses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Profile {
    Exam,
    Travel,
    Discount,
    Age,
}

/// How well prepared the checker is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct CheckerView {
    /// There is a trust list, so that codes can be checked.
    pub ready: bool,
    /// The county whose app this is.
    pub county: CountyView,
    /// How long ago the trust list was signed.
    pub trust_list_age_seconds: Option<u32>,
    /// How long ago the oldest of the county's status lists was signed.
    pub status_age_seconds: Option<u32>,
    /// The lists are too old, or too few, to say that a card is good.
    pub stale: bool,
    /// How far this device's clock is ahead (negative: behind), when that matters. Verdicts go by the right time.
    pub clock_off_seconds: Option<i32>,
    /// Why the newest update failed, if it did.
    pub last_update_failed: Option<Problem>,
}

/// A checker's challenge to show.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct ChallengeView {
    /// The drawn QR code.
    pub svg: String,
    /// What it says.
    pub text: String,
}

/// The photo code to show.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct PhotoCodeView {
    /// The drawn QR code.
    pub svg: String,
}

/// One list of candidates and who has come.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct ExamRoomView {
    /// Names the list in commands.
    pub id: String,
    /// The exam.
    pub title: String,
    /// Where it is held.
    pub school: String,
    /// The rooms that the list knows.
    pub rooms: Vec<String>,
    /// The one that is kept here; none means all.
    pub room: Option<String>,
    /// When it begins.
    pub starts_at: String,
    /// When this list deletes itself.
    pub deleted_at: String,
    /// Everybody on the list.
    pub candidates: Vec<CandidateView>,
    /// How far it has come, in the chosen room.
    pub counts: ExamCounts,
}

/// How many have come.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct ExamCounts {
    /// Have come, late or not.
    pub present: u32,
    /// Of these, have come late.
    pub late: u32,
    /// Are expected in the chosen room.
    pub expected: u32,
}

/// One who is expected.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct CandidateView {
    /// Names the candidate in commands.
    pub index: u32,
    /// Full name.
    pub name: String,
    /// Date of birth.
    pub birth_date: String,
    /// The class.
    pub class: Option<String>,
    /// The number that the school knows the pupil by.
    pub number: Option<String>,
    /// Which room.
    pub room: Option<String>,
    /// The list's small portrait.
    pub portrait: Option<String>,
    /// When the candidate came.
    pub present_at: Option<String>,
    /// Came too late.
    pub late: bool,
    /// Was registered without a code.
    pub by_hand: bool,
}

/// What came of a scan at the door.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(TS))]
pub struct AdmissionView {
    /// In one word.
    pub result: AdmissionResult,
    /// Whom the code is about, if they are on the list.
    pub candidate: Option<CandidateView>,
    /// The room that the candidate has to go to; only with `wrong_room`.
    pub right_room: Option<String>,
    /// How late the candidate is; only with `late`.
    pub minutes_late: Option<i32>,
    /// When the candidate came, with `already_scanned`; or when this device first saw this very slip of paper.
    pub first_seen_at: Option<String>,
    /// What it rests on.
    pub verdict: Verdict,
}

/// What came of a scan, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS))]
#[serde(rename_all = "snake_case")]
pub enum AdmissionResult {
    /// Welcome.
    Present,
    /// Has come after the time.
    Late,
    /// Was here already; nothing has changed.
    AlreadyScanned,
    /// Is expected in another room; nothing was registered.
    WrongRoom,
    /// A good card of somebody who is not on the list.
    NotOnList,
    /// The code was shown for another purpose and does not say who it is.
    WrongProfile,
    /// The verdict is not good; see there.
    NotAdmitted,
}
