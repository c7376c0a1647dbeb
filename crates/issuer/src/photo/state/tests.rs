use sea_orm::Iterable;

use super::*;
use Deed::{
    Approve, Confirm, ProposeFromPhotographer, ProposeFromRecords, Reject, Reset as TakeBack,
    Return, Submit,
};
use Goes::{ToTheCard, ToTheSchool};
use PhotoState::{InReview, Locked, Proposed, Rejected, Reset, Returned};

const fn becomes(state: PhotoState) -> Result<Next, Refusal> {
    Ok(Next::Becomes(state))
}

const SENT: Sent<'static> = Sent {
    bytes: "sent",
    portrait: None,
};
const OTHER: Sent<'static> = Sent {
    bytes: "other",
    portrait: None,
};

const STAYS: Result<Next, Refusal> = Ok(Next::Stays);

/// Every deed. The photo has the digest "a"; if the person sent it in, as bytes with the digest "sent".
const DEEDS: [Deed<'static>; 17] = [
    Confirm("a"),
    Confirm("b"),
    Reject("a"),
    Reject("b"),
    Submit(SENT, ToTheCard),
    Submit(SENT, ToTheSchool),
    Submit(OTHER, ToTheCard),
    Submit(OTHER, ToTheSchool),
    Approve(""),
    Approve("a"),
    Approve("b"),
    Return("a"),
    Return("b"),
    TakeBack,
    ProposeFromRecords(None),
    ProposeFromPhotographer("a"),
    ProposeFromPhotographer("b"),
];

type Answers = [Result<Next, Refusal>; DEEDS.len()];

/// A row per state, a column per deed in the order of [`DEEDS`].
fn table() -> Vec<(Option<PhotoState>, Answers)> {
    let no = Err::<Next, Refusal>;
    let (locks, waits, proposes) = (becomes(Locked), becomes(InReview), becomes(Proposed));
    vec![
        (
            None,
            [
                no(Refusal::NoPhoto),
                no(Refusal::NoPhoto),
                no(Refusal::NoPhoto),
                no(Refusal::NoPhoto),
                locks,
                waits,
                locks,
                waits,
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NoPhoto),
                proposes,
                proposes,
                proposes,
            ],
        ),
        (
            Some(Proposed),
            [
                locks,
                no(Refusal::AnotherPhoto),
                becomes(Rejected),
                no(Refusal::AnotherPhoto),
                locks,
                waits,
                locks,
                waits,
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NotLocked),
                proposes,
                STAYS,
                proposes,
            ],
        ),
        (
            Some(Rejected),
            [
                no(Refusal::Rejected),
                no(Refusal::AnotherPhoto),
                STAYS,
                no(Refusal::AnotherPhoto),
                locks,
                waits,
                locks,
                waits,
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                becomes(Reset),
                proposes,
                no(Refusal::Rejected),
                proposes,
            ],
        ),
        (
            Some(InReview),
            [
                no(Refusal::InReview),
                no(Refusal::InReview),
                no(Refusal::InReview),
                no(Refusal::InReview),
                STAYS,
                STAYS,
                locks,
                waits,
                no(Refusal::AnotherPhoto),
                locks,
                no(Refusal::AnotherPhoto),
                becomes(Returned),
                no(Refusal::AnotherPhoto),
                no(Refusal::InReview),
                no(Refusal::InReview),
                no(Refusal::InReview),
                no(Refusal::InReview),
            ],
        ),
        (
            Some(Returned),
            [
                no(Refusal::AnotherPhoto),
                no(Refusal::AnotherPhoto),
                no(Refusal::AnotherPhoto),
                no(Refusal::AnotherPhoto),
                STAYS,
                STAYS,
                waits,
                waits,
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NoPhoto),
                proposes,
                proposes,
                proposes,
            ],
        ),
        (
            Some(Reset),
            [
                no(Refusal::AnotherPhoto),
                no(Refusal::AnotherPhoto),
                no(Refusal::AnotherPhoto),
                no(Refusal::AnotherPhoto),
                waits,
                waits,
                locks,
                waits,
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NothingWaits),
                no(Refusal::NoPhoto),
                proposes,
                proposes,
                proposes,
            ],
        ),
        (
            Some(Locked),
            [
                STAYS,
                no(Refusal::Locked),
                no(Refusal::Locked),
                no(Refusal::Locked),
                STAYS,
                STAYS,
                no(Refusal::Locked),
                no(Refusal::Locked),
                no(Refusal::Locked),
                no(Refusal::Locked),
                no(Refusal::Locked),
                no(Refusal::Locked),
                no(Refusal::Locked),
                becomes(Reset),
                no(Refusal::Locked),
                no(Refusal::Locked),
                no(Refusal::Locked),
            ],
        ),
    ]
}

#[test]
fn every_state_answers_every_deed() {
    let table = table();
    let states: Vec<_> = table.iter().filter_map(|(state, _)| *state).collect();
    for state in PhotoState::iter() {
        assert!(states.contains(&state), "{state:?} is not in the table");
    }
    for (state, row) in table {
        let standing = state.map(|state| Standing {
            state,
            sha256: "a",
            submitted: Some("sent"),
            handed_back: state == Returned,
        });
        for (deed, expected) in DEEDS.into_iter().zip(row) {
            assert_eq!(step(standing, deed), expected, "{state:?} {deed:?}");
        }
    }
}

#[test]
fn nothing_but_a_reset_leads_away_from_a_locked_photo() {
    let locked = Standing {
        state: Locked,
        sha256: "a",
        submitted: None,
        handed_back: false,
    };
    for deed in DEEDS {
        if let Ok(Next::Becomes(state)) = step(Some(locked), deed) {
            assert_eq!((deed, state), (TakeBack, Reset));
        }
    }
}

#[test]
fn a_picture_that_was_not_sent_in_is_never_taken_for_a_resend() {
    let locked = Standing {
        state: Locked,
        sha256: "a",
        submitted: None,
        handed_back: false,
    };
    assert_eq!(
        step(
            Some(locked),
            Submit(
                Sent {
                    bytes: "a",
                    portrait: Some("a")
                },
                ToTheCard
            )
        ),
        Err(Refusal::Locked)
    );
}

#[test]
fn what_the_school_has_said_holds_for_the_next_picture_in_every_state() {
    for state in [Proposed, Rejected, InReview, Returned, Reset] {
        let standing = Standing {
            state,
            sha256: "a",
            submitted: None,
            handed_back: true,
        };
        let next = step(Some(standing), Submit(OTHER, ToTheCard));
        assert_eq!(next, becomes(InReview), "{state:?}");
    }
    // Other bytes of the very picture that was taken back.
    let taken_back = Standing {
        state: Reset,
        sha256: "a",
        submitted: Some("sent"),
        handed_back: false,
    };
    for (portrait, next) in [("a", InReview), ("b", Locked)] {
        let sent = Sent {
            bytes: "other",
            portrait: Some(portrait),
        };
        let answer = step(Some(taken_back), Submit(sent, ToTheCard));
        assert_eq!(answer, becomes(next), "{portrait}");
    }
}

#[test]
fn not_me_is_said_of_a_picture_wherever_the_records_have_it_now() {
    let rejected = Standing {
        state: Rejected,
        sha256: "a",
        submitted: None,
        handed_back: false,
    };
    let propose = |sha256| step(Some(rejected), ProposeFromRecords(Some(sha256)));
    assert_eq!(propose("a"), Err(Refusal::Rejected));
    assert_eq!(propose("b"), becomes(Proposed));
}
