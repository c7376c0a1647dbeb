//! The invigilator's lists: opened from a signed file, kept sealed, gone after the day.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Oslo;
use county_api::roster::{MAX_BYTES, Roster, RosterError};
use verifier::{
    Outcome, PhotoState, PhotoVerdict, Reason, Scan, Verdict,
    exam_room::{Admission, ExamRoom, NotInList, TableWords},
};
use zeroize::Zeroizing;

use super::{
    Checkpoint, ScanError, files,
    vault::{KeepError, Name, Vault},
};
use crate::{
    issuer::lock,
    platform::{Platform, SecretStore},
};

/// The folder of the sealed lists, in the platform's.
const FOLDER: &str = "exams";
/// A list as large as can be opened, with everybody present, as JSON.
const MAX_KEPT: usize = MAX_BYTES + (1 << 20);

/// All the lists on this device. Share it behind an `Arc`. May wait for the key store: not for an asynchronous task.
pub struct ExamRooms {
    checkpoint: Arc<Checkpoint>,
    vault: Vault,
    /// What was read, by id; none before anything was.
    rooms: Mutex<Option<BTreeMap<String, Arc<ExamRoom>>>>,
    /// The newest scan at a door, as long as nobody has decided otherwise since. Locked before the lists.
    last: Mutex<Option<Last>>,
}

/// A scan at the door of a list.
struct Last {
    id: String,
    text: String,
    at: DateTime<Utc>,
    /// Whom it registered.
    registered: Option<usize>,
}

/// A list, by the name that it has on this device.
#[derive(Debug, Clone)]
pub struct OpenExamRoom {
    /// Names it in every call.
    pub id: String,
    /// The list and who has come.
    pub room: Arc<ExamRoom>,
}

/// What came of a scan.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// What the invigilator is told.
    pub admission: Admission,
    /// What it rests on.
    pub verdict: Verdict,
    /// When this device first saw this very slip of paper, if it did before.
    pub seen_at: Option<DateTime<Utc>>,
    /// The list as it is now.
    pub room: OpenExamRoom,
}

/// Why a list was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenRosterError {
    /// There is no trust list of this time, and so nobody to believe.
    #[error("there is no trust list")]
    NoLists,
    /// Larger than a list can be, or no list at all.
    #[error("this is no list")]
    NotAList,
    /// Signed by a key that the trust list does not accept now.
    #[error("the list is from an unknown issuer")]
    UnknownIssuer,
    /// A list, but not to be believed, or over, or from the future.
    #[error(transparent)]
    Refused(#[from] RosterError),
    /// It could not be kept.
    #[error(transparent)]
    Keep(#[from] KeepError),
}

/// Why nothing was changed in a list.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExamRoomError {
    /// It is not on this device, or not any more.
    #[error("there is no such list")]
    Gone,
    /// It has no such candidate or room.
    #[error(transparent)]
    NotInList(#[from] NotInList),
    /// The code could not be judged.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// It could not be kept.
    #[error(transparent)]
    Keep(#[from] KeepError),
}

impl fmt::Debug for ExamRooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExamRooms").finish_non_exhaustive()
    }
}

impl ExamRooms {
    /// The lists in the platform's folder. `secrets` is for their key alone: not the platform's own, which has the
    /// wallet's.
    pub fn new(
        platform: &Platform,
        secrets: Arc<dyn SecretStore>,
        checkpoint: Arc<Checkpoint>,
    ) -> Self {
        let folder = platform.directory.join(FOLDER);
        Self {
            vault: Vault::new(
                folder,
                secrets,
                platform.random.clone(),
                platform.clock.clone(),
            ),
            checkpoint,
            rooms: Mutex::new(None),
            last: Mutex::new(None),
        }
    }

    /// Deletes the lists whose day is over, without any key; says whether there was one. To be called at the start and
    /// every few minutes; every other call does it as well.
    ///
    /// # Errors
    /// [`KeepError`] if a file cannot be deleted, or the key when the last file is gone.
    pub fn delete_over(&self) -> Result<bool, KeepError> {
        let mut rooms = lock(&self.rooms);
        self.sweep(&mut rooms)
    }

    /// Deletes every list, without any key: also those that cannot be read.
    ///
    /// # Errors
    /// [`KeepError`] if a file cannot be deleted.
    pub fn delete_all(&self) -> Result<(), KeepError> {
        let mut rooms = lock(&self.rooms);
        *rooms = None;
        *lock(&self.last) = None;
        self.vault.delete_over(i64::MAX)?;
        Ok(())
    }

    /// All lists, by the time when their exams begin. Without any list the key store is not asked.
    ///
    /// # Errors
    /// [`KeepError`] if they cannot be read.
    pub fn all(&self) -> Result<Vec<OpenExamRoom>, KeepError> {
        let mut rooms = lock(&self.rooms);
        let rooms = self.load(&mut rooms)?;
        let mut all: Vec<OpenExamRoom> = rooms.iter().map(open_room).collect();
        all.sort_by_key(|open| open.room.roster().starts_at);
        Ok(all)
    }

    /// Opens a signed list. One that is here already stays as it is, with everybody who has come.
    ///
    /// # Errors
    /// [`OpenRosterError`]; nothing was kept.
    pub fn open(&self, signed: &str) -> Result<OpenExamRoom, OpenRosterError> {
        if signed.len() > MAX_BYTES {
            return Err(OpenRosterError::NotAList);
        }
        let trust = self.checkpoint.trust().ok_or(OpenRosterError::NoLists)?;
        let now = self.checkpoint.now();
        let kid = Roster::key_name(signed).map_err(|_| OpenRosterError::NotAList)?;
        let (issuer, key) = trust
            .key_by_kid(&kid, now)
            .ok_or(OpenRosterError::UnknownIssuer)?;
        let roster = Roster::verify(signed, key, &issuer.iss, now)?;

        let mut rooms = lock(&self.rooms);
        let known = self.load(&mut rooms)?;
        let id = files::hashed(&format!("{}\n{}", roster.iss, roster.id));
        if let Some(known) = known.get_key_value(&id) {
            return Ok(open_room(known));
        }
        let room = Arc::new(ExamRoom::new(roster));
        if let Err(error) = self.keep(&id, &room) {
            // Where there was no key to write with, there was none to read with.
            *rooms = None;
            return Err(error.into());
        }
        known.insert(id.clone(), room.clone());
        Ok(OpenExamRoom { id, room })
    }

    /// Chooses the room that the invigilator is in; none for all of them.
    ///
    /// # Errors
    /// [`ExamRoomError`].
    pub fn choose_room(&self, id: &str, room: Option<&str>) -> Result<OpenExamRoom, ExamRoomError> {
        self.change(id, |exam, _| Ok(exam.choose_room(room)?))
            .map(|((), open)| open)
    }

    /// Judges a code and registers whom it is about.
    ///
    /// # Errors
    /// [`ExamRoomError`]; nobody was registered.
    pub fn admit(&self, id: &str, text: &str) -> Result<Admitted, ExamRoomError> {
        // Before the scan: a code that cannot lead to anything must not be used up.
        self.find(id)?;
        let mut last = lock(&self.last);
        *last = None;
        let scan = self.checkpoint.scan(text)?;
        let (admitted, at) = self.let_in(id, scan, None)?;
        *last = Some(Last {
            id: id.to_owned(),
            text: text.to_owned(),
            at,
            registered: registered(&admitted.admission),
        });
        Ok(admitted)
    }

    /// Judges the newest scan at this door once more, with the lists of now; none if it was not this text, or too long
    /// ago, or if somebody has decided otherwise since. Whom it had registered is so no more if it was no good.
    ///
    /// # Errors
    /// [`ExamRoomError`]; nothing has changed.
    pub fn admit_again(&self, id: &str, text: &str) -> Result<Option<Admitted>, ExamRoomError> {
        let mut last = lock(&self.last);
        let Some(last) = last
            .as_mut()
            .filter(|last| last.id == id && last.text == text)
        else {
            return Ok(None);
        };
        let Some(scan) = self.checkpoint.scan_again(text) else {
            return Ok(None);
        };
        let (admitted, _) = self.let_in(id, scan, Some(last))?;
        last.registered = registered(&admitted.admission);
        Ok(Some(admitted))
    }

    /// Registers a candidate without a code.
    ///
    /// # Errors
    /// [`ExamRoomError`].
    pub fn admit_by_hand(&self, id: &str, candidate: usize) -> Result<OpenExamRoom, ExamRoomError> {
        *lock(&self.last) = None;
        self.change(id, |exam, now| Ok(exam.admit_by_hand(candidate, now)?))
            .map(|(_, open)| open)
    }

    /// Takes a registration back.
    ///
    /// # Errors
    /// [`ExamRoomError`].
    pub fn undo(&self, id: &str, candidate: usize) -> Result<OpenExamRoom, ExamRoomError> {
        *lock(&self.last) = None;
        self.change(id, |exam, _| Ok(exam.undo(candidate)?))
            .map(|((), open)| open)
    }

    /// The list as a table, with the hours and minutes of clocks in Norway.
    ///
    /// # Errors
    /// [`ExamRoomError`].
    pub fn to_csv(&self, id: &str, words: &TableWords) -> Result<String, ExamRoomError> {
        let clock = |at: DateTime<Utc>| at.with_timezone(&Oslo).format("%H:%M").to_string();
        Ok(self.find(id)?.to_csv(words, clock))
    }

    /// Deletes a list; no error if there is none.
    ///
    /// # Errors
    /// [`KeepError`] if the file cannot be deleted.
    pub fn delete(&self, id: &str) -> Result<(), KeepError> {
        let mut rooms = lock(&self.rooms);
        for name in self.vault.names()?.iter().filter(|name| name.id == id) {
            self.vault.delete(name)?;
        }
        if let Some(rooms) = rooms.as_mut() {
            rooms.remove(id);
        }
        Ok(())
    }

    /// What a scan means at this door, in place of what `before` had come to.
    fn let_in(
        &self,
        id: &str,
        scan: Scan,
        before: Option<&Last>,
    ) -> Result<(Admitted, DateTime<Utc>), ExamRoomError> {
        let seen_at = match &scan {
            Scan::Slip(slip) => slip.seen_at,
            Scan::Card(_) | Scan::Photo(_) => None,
        };
        let verdict = of_card(scan);
        let ((admission, at), room) = self.change(id, |exam, now| {
            let at = before.map_or(now, |last| last.at);
            if let Some(candidate) = before.and_then(|last| last.registered) {
                exam.undo(candidate)?;
            }
            let admission = exam.admit(&verdict, at);
            let admission = scanned_twice(exam, &verdict, &admission).unwrap_or(admission);
            Ok((admission, at))
        })?;
        let admitted = Admitted {
            admission,
            verdict,
            seen_at,
            room,
        };
        Ok((admitted, at))
    }

    fn find(&self, id: &str) -> Result<Arc<ExamRoom>, ExamRoomError> {
        let mut rooms = lock(&self.rooms);
        self.load(&mut rooms)?
            .get(id)
            .cloned()
            .ok_or(ExamRoomError::Gone)
    }

    /// Changes a list: first on disk, then in memory. If the disk refuses, nothing has changed.
    fn change<T>(
        &self,
        id: &str,
        change: impl FnOnce(&mut ExamRoom, DateTime<Utc>) -> Result<T, ExamRoomError>,
    ) -> Result<(T, OpenExamRoom), ExamRoomError> {
        let now = self.checkpoint.now();
        let mut rooms = lock(&self.rooms);
        let rooms = self.load(&mut rooms)?;
        let room = rooms.get_mut(id).ok_or(ExamRoomError::Gone)?;
        let mut next = ExamRoom::clone(room);
        let result = change(&mut next, now)?;
        if next != **room {
            self.keep(id, &next)?;
            *room = Arc::new(next);
        }
        let open = OpenExamRoom {
            id: id.to_owned(),
            room: room.clone(),
        };
        Ok((result, open))
    }

    fn keep(&self, id: &str, room: &ExamRoom) -> Result<(), KeepError> {
        let plain = Zeroizing::new(serde_json::to_vec(room).map_err(|_| KeepError::Seal)?);
        self.vault.write(&name(id, room), &plain)
    }

    fn sweep(
        &self,
        rooms: &mut Option<BTreeMap<String, Arc<ExamRoom>>>,
    ) -> Result<bool, KeepError> {
        let now = self.checkpoint.now();
        // First what is in memory: it is gone whatever the disk says.
        if let Some(rooms) = rooms {
            rooms.retain(|_, room| !room.is_over(now));
        }
        self.vault.delete_over(now.timestamp())
    }

    /// The lists of today, read if they were not.
    fn load<'a>(
        &self,
        rooms: &'a mut Option<BTreeMap<String, Arc<ExamRoom>>>,
    ) -> Result<&'a mut BTreeMap<String, Arc<ExamRoom>>, KeepError> {
        self.sweep(rooms)?;
        if rooms.is_none() {
            let mut read = BTreeMap::new();
            for kept in self.vault.names()? {
                match self.read(&kept)? {
                    Some(room) => {
                        read.insert(kept.id, Arc::new(room));
                    }
                    // It stays until its time: there is nothing to be gained by losing it sooner.
                    None => tracing::warn!("a list of candidates cannot be read"),
                }
            }
            *rooms = Some(read);
        }
        Ok(rooms.get_or_insert_default())
    }

    fn read(&self, kept: &Name) -> Result<Option<ExamRoom>, KeepError> {
        let Some(plain) = self.vault.read(kept, MAX_KEPT)? else {
            return Ok(None);
        };
        let room: Option<ExamRoom> = serde_json::from_slice(&plain).ok();
        Ok(room.filter(|room| name(&kept.id, room) == *kept))
    }
}

fn name(id: &str, room: &ExamRoom) -> Name {
    Name {
        until: room.roster().exp,
        id: id.to_owned(),
    }
}

fn open_room((id, room): (&String, &Arc<ExamRoom>)) -> OpenExamRoom {
    OpenExamRoom {
        id: id.clone(),
        room: room.clone(),
    }
}

/// Whom this scan, and no earlier one, has registered.
fn registered(admission: &Admission) -> Option<usize> {
    match admission {
        Admission::Present(candidate) | Admission::Late(candidate, _) => Some(*candidate),
        _ => None,
    }
}

fn of_card(scan: Scan) -> Verdict {
    match scan {
        Scan::Card(verdict) => verdict,
        Scan::Photo(photo) => photo_alone(photo),
        // Nobody is let in by paper alone: the invigilator looks at the face, and registers by hand.
        Scan::Slip(slip) => slip.into(),
    }
}

/// The very code that let somebody in, held up once more, is no attack: they are here.
fn scanned_twice(exam: &ExamRoom, verdict: &Verdict, admission: &Admission) -> Option<Admission> {
    let Admission::NotAdmitted(Some(candidate)) = admission else {
        return None;
    };
    let harmless = |reason: &Reason| matches!(reason, Reason::Replayed { .. } | Reason::DemoIssuer);
    let attendance = exam.attendance(*candidate)?;
    let ours = verdict.issuer.as_deref() == Some(exam.roster().iss.as_str());
    (ours && verdict.reasons.iter().all(harmless))
        .then_some(Admission::AlreadyScanned(*candidate, attendance.at))
}

/// A portrait lets nobody in, but it is remembered for the living code beside it.
fn photo_alone(photo: PhotoVerdict) -> Verdict {
    let mut reasons = photo.reasons;
    if reasons.is_empty() {
        reasons.push(Reason::PhotoAlone);
    }
    Verdict {
        outcome: photo.outcome.max(Outcome::StatusUnknown),
        reasons,
        demo: photo.demo,
        authentic: photo.authentic,
        card: None,
        photo: PhotoState::None,
        issuer: None,
        issuer_name: photo.issuer_name,
        code_made_at: None,
        status_age_seconds: photo.status_age_seconds,
        checked_at: photo.checked_at,
    }
}
