//! "Kontroller" for the screens: the checker and the invigilator's lists. Needs no login and no wallet that opens.

mod fresh;

use std::sync::Arc;

use county_api::County;
use verifier::Scan;
use verifier::exam_room::{Admission, TableWords};
use wallet::checking::{Admitted, Checkpoint, ExamRooms, OpenExamRoom};
use wallet::platform::{Platform, SecretStore};
use wallet::problem::{Problem, ProblemKind};

use tokio::sync::Notify;

pub(crate) use fresh::keep_fresh;

use crate::convert;
use crate::core::shown;
use crate::view::{AdmissionResult, AdmissionView, ChallengeView, CheckerView, ExamRoomView};

/// The checker and the lists, with their answers in the screens' words.
pub(crate) struct Checking {
    checkpoint: Arc<Checkpoint>,
    exam_rooms: Arc<ExamRooms>,
    /// Wakes whoever keeps the lists fresh, see [`keep_fresh`].
    woken: Notify,
}

impl Checking {
    /// With what was kept. `exam_secrets` is for the key of the invigilator's lists alone.
    pub(crate) fn new(
        platform: Platform,
        exam_secrets: Arc<dyn SecretStore>,
        county: County,
    ) -> Self {
        let checkpoint = Arc::new(Checkpoint::new(platform.clone(), county));
        let exam_rooms = Arc::new(ExamRooms::new(&platform, exam_secrets, checkpoint.clone()));
        Self {
            checkpoint,
            exam_rooms,
            woken: Notify::new(),
        }
    }

    /// How well prepared the checker is.
    pub(crate) fn state(&self) -> CheckerView {
        let state = self.checkpoint.state();
        let age = |age: Option<chrono::TimeDelta>| {
            age.map(|age| u32::try_from(age.num_seconds()).unwrap_or(u32::MAX))
        };
        CheckerView {
            ready: state.ready,
            county: self.checkpoint.county().into(),
            trust_list_age_seconds: age(state.trust_list_age),
            status_age_seconds: age(state.status_age),
            stale: state.stale,
            clock_off_seconds: state.clock_off_seconds.map(convert::seconds),
            last_update_failed: state.last_failure.map(Into::into),
        }
    }

    /// Fetches the lists. A failure is part of the state that comes back, not an error: the old lists are unharmed.
    pub(crate) async fn update(&self) -> CheckerView {
        if let Err(error) = self.checkpoint.update().await {
            tracing::info!(%error, "the checker's lists could not be brought up to date");
        }
        self.state()
    }

    /// Has the lists fetched in the background if that is due.
    pub(crate) fn look(&self) {
        if self.checkpoint.is_due() {
            self.woken.notify_one();
        }
    }

    /// Judges what was scanned; if it is to answer the challenge, it must.
    pub(crate) fn scan(&self, text: &str, answers: bool) -> Result<Scan, Problem> {
        let scan = if answers {
            self.checkpoint.scan_answer(text).map_err(shown)
        } else {
            self.checkpoint.scan(text).map_err(shown)
        };
        self.woken.notify_one();
        scan
    }

    /// Judges the newest scan once more, with the lists of now; none if it was not this text.
    pub(crate) fn scan_again(&self, text: &str) -> Option<Scan> {
        self.checkpoint.scan_again(text)
    }

    /// A new challenge.
    pub(crate) fn new_challenge(&self) -> Result<ChallengeView, Problem> {
        let (text, svg) = self.checkpoint.new_challenge().map_err(shown)?;
        Ok(ChallengeView { svg, text })
    }

    /// Forgets the challenge.
    pub(crate) fn end_challenge(&self) {
        self.checkpoint.end_challenge();
    }

    /// All lists.
    pub(crate) async fn exam_rooms(&self) -> Result<Vec<ExamRoomView>, Problem> {
        self.with_rooms(all).await
    }

    /// Opens a signed list.
    pub(crate) async fn open_roster(&self, text: String) -> Result<ExamRoomView, Problem> {
        self.with_rooms(move |rooms| Ok((&rooms.open(&text).map_err(shown)?).into()))
            .await
    }

    /// Chooses the room that the invigilator is in.
    pub(crate) async fn choose_room(
        &self,
        id: String,
        room: Option<String>,
    ) -> Result<ExamRoomView, Problem> {
        self.with_room(move |rooms| rooms.choose_room(&id, room.as_deref()))
            .await
    }

    /// Judges a code at the door.
    pub(crate) async fn admit(&self, id: String, text: String) -> Result<AdmissionView, Problem> {
        let admission = self
            .with_rooms(move |rooms| Ok(rooms.admit(&id, &text).map_err(shown)?.into()))
            .await;
        self.woken.notify_one();
        admission
    }

    /// Judges the newest code at the door once more, with the lists of now; none if it was not this text, or if
    /// somebody has decided otherwise since.
    pub(crate) async fn admit_again(
        &self,
        id: String,
        text: String,
    ) -> Result<Option<AdmissionView>, Problem> {
        self.with_rooms(move |rooms| {
            let again = rooms.admit_again(&id, &text).map_err(shown)?;
            Ok(again.map(Into::into))
        })
        .await
    }

    /// Registers a candidate without a code.
    pub(crate) async fn admit_by_hand(
        &self,
        id: String,
        index: u32,
    ) -> Result<ExamRoomView, Problem> {
        self.with_room(move |rooms| rooms.admit_by_hand(&id, place(index)))
            .await
    }

    /// Takes a registration back.
    pub(crate) async fn undo(&self, id: String, index: u32) -> Result<ExamRoomView, Problem> {
        self.with_room(move |rooms| rooms.undo(&id, place(index)))
            .await
    }

    /// The list as CSV.
    pub(crate) async fn export(&self, id: String, words: TableWords) -> Result<String, Problem> {
        self.with_rooms(move |rooms| rooms.to_csv(&id, &words).map_err(shown))
            .await
    }

    /// Deletes a list; gives those that are left.
    pub(crate) async fn delete(&self, id: String) -> Result<Vec<ExamRoomView>, Problem> {
        self.with_rooms(move |rooms| {
            rooms.delete(&id).map_err(shown)?;
            all(rooms)
        })
        .await
    }

    /// Deletes all lists, without their key.
    pub(crate) async fn delete_all(&self) -> Result<(), Problem> {
        self.with_rooms(|rooms| rooms.delete_all().map_err(shown))
            .await
    }

    /// Deletes the lists whose day is over; if there were any, gives those that are left.
    pub(crate) async fn delete_over(&self) -> Result<Option<Vec<ExamRoomView>>, Problem> {
        self.with_rooms(|rooms| {
            let deleted = rooms.delete_over().map_err(shown)?;
            deleted.then(|| all(rooms)).transpose()
        })
        .await
    }

    async fn with_room(
        &self,
        act: impl FnOnce(&ExamRooms) -> Result<OpenExamRoom, wallet::checking::ExamRoomError>
        + Send
        + 'static,
    ) -> Result<ExamRoomView, Problem> {
        self.with_rooms(move |rooms| Ok((&act(rooms).map_err(shown)?).into()))
            .await
    }

    /// Where waiting for the key store and the disk holds up nobody else.
    async fn with_rooms<T: Send + 'static>(
        &self,
        act: impl FnOnce(&ExamRooms) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let rooms = self.exam_rooms.clone();
        tauri::async_runtime::spawn_blocking(move || act(&rooms))
            .await
            .unwrap_or_else(|error| {
                tracing::error!(%error, "the lists' thread ended");
                Err(Problem::from(ProblemKind::Internal))
            })
    }
}

fn all(rooms: &ExamRooms) -> Result<Vec<ExamRoomView>, Problem> {
    let all = rooms.all().map_err(shown)?;
    Ok(all.iter().map(ExamRoomView::from).collect())
}

/// No list is so long that this fails; if one were, nobody would stand there.
fn place(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

impl From<Admitted> for AdmissionView {
    fn from(admitted: Admitted) -> Self {
        let mut view = Self {
            result: AdmissionResult::NotAdmitted,
            candidate: None,
            right_room: None,
            minutes_late: None,
            first_seen_at: admitted.seen_at.map(convert::time),
            verdict: admitted.verdict,
        };
        let (result, index) = match admitted.admission {
            Admission::Present(index) => (AdmissionResult::Present, Some(index)),
            Admission::Late(index, minutes) => {
                view.minutes_late = Some(convert::seconds(minutes));
                (AdmissionResult::Late, Some(index))
            }
            Admission::AlreadyScanned(index, at) => {
                view.first_seen_at = Some(convert::time(at));
                (AdmissionResult::AlreadyScanned, Some(index))
            }
            Admission::WrongRoom(index, room) => {
                view.right_room = Some(room);
                (AdmissionResult::WrongRoom, Some(index))
            }
            Admission::NotOnList => (AdmissionResult::NotOnList, None),
            Admission::WrongProfile => (AdmissionResult::WrongProfile, None),
            Admission::NotAdmitted(index) => (AdmissionResult::NotAdmitted, index),
        };
        view.result = result;
        view.candidate = index.and_then(|index| convert::candidate(&admitted.room.room, index));
        view
    }
}

#[cfg(test)]
mod tests;
