//! The checker's challenge: one at a time, answered once, for a few minutes.

use std::{sync::Mutex, time::Duration};

use qr_proof::Challenge;
use verifier::{Reason, Scan};

use crate::{DrawError, issuer::lock, server_clock::Moment};

/// Why there is no challenge to show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChallengeError {
    /// The system has no randomness.
    #[error("no randomness")]
    Random,
    /// It could not be drawn.
    #[error(transparent)]
    Draw(#[from] DrawError),
}

/// The challenge that waits for its answer.
#[derive(Default)]
pub(super) struct Waiting(Mutex<Option<Asked>>);

#[derive(Clone, Copy)]
struct Asked {
    challenge: Challenge,
    at: Moment,
}

impl Waiting {
    /// Puts this one in place of the last.
    pub(super) fn ask(&self, challenge: Challenge, at: Moment) {
        *lock(&self.0) = Some(Asked { challenge, at });
    }

    /// Forgets it.
    pub(super) fn end(&self) {
        *lock(&self.0) = None;
    }

    /// The challenge, if it can still be answered.
    pub(super) fn get(&self, now: Moment, within: Duration) -> Option<Challenge> {
        let mut asked = lock(&self.0);
        *asked = asked.filter(|asked| !now.is_past(asked.at, within));
        asked.map(|asked| asked.challenge)
    }

    /// Forgets it if this was its answer: it is good once.
    pub(super) fn answered_by(&self, challenge: Challenge, scan: &Scan) {
        let mut asked = lock(&self.0);
        if is_answer(scan) && asked.is_some_and(|asked| asked.challenge == challenge) {
            *asked = None;
        }
    }
}

/// Whether the holder's proof held. A code that was made before the holder had seen the challenge does not spend it.
fn is_answer(scan: &Scan) -> bool {
    let Scan::Card(verdict) = scan else {
        return false;
    };
    verdict.authentic
        && !verdict.reasons.iter().any(|reason| {
            matches!(
                reason,
                Reason::NotYetValid
                    | Reason::TokenExpired
                    | Reason::BadHolderSignature
                    | Reason::WrongAudience
                    | Reason::ProfileMismatch
                    | Reason::CodeTooOld { .. }
                    | Reason::ClockDiffers { .. }
                    | Reason::WrongChallenge
            )
        })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn moment(seconds: i64, uptime: u64) -> Moment {
        Moment {
            wall: DateTime::from_timestamp(1_795_000_000 + seconds, 0).unwrap(),
            uptime: Duration::from_secs(uptime),
        }
    }

    #[test]
    fn a_challenge_waits_for_its_time_by_either_clock_and_the_next_takes_its_place() {
        let random = ring::rand::SystemRandom::new();
        let first = Challenge::new(&random).unwrap();
        let within = Duration::from_secs(300);
        for (later, waits) in [
            (moment(300, 300), true),
            (moment(301, 10), false),
            (moment(10, 301), false),
            (moment(-400, 10), false),
        ] {
            let waiting = Waiting::default();
            waiting.ask(first, moment(0, 0));
            assert_eq!(waiting.get(later, within).is_some(), waits);
        }
        let waiting = Waiting::default();
        let second = Challenge::new(&random).unwrap();
        waiting.ask(first, moment(0, 0));
        waiting.ask(second, moment(0, 0));
        assert_eq!(waiting.get(moment(0, 0), within), Some(second));
        waiting.end();
        assert_eq!(waiting.get(moment(0, 0), within), None);
    }
}
