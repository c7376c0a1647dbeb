//! The exam room: who of the list has come, by code or by hand.
//!
//! Pure bookkeeping over a [`Roster`] whose signature was checked ([`Roster::verify`]); the caller keeps it, encrypted,
//! and deletes it when [`ExamRoom::is_over`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use county_api::{Candidate, Profile, Roster};
use serde::{Deserialize, Serialize};

use crate::{Outcome, Reason, Verdict};

/// A list of candidates and who of them has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExamRoom {
    roster: Roster,
    /// The room that this invigilator is in; none: all of them.
    room: Option<String>,
    /// By the candidate's place in the list.
    present: BTreeMap<usize, Attendance>,
}

/// That a candidate has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// When.
    pub at: DateTime<Utc>,
    /// So many minutes too late.
    pub minutes_late: Option<i64>,
    /// Registered by the invigilator, without a code.
    pub by_hand: bool,
}

/// What the invigilator is told. Numbers are places in the list of candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Welcome.
    Present(usize),
    /// Has come after the time.
    Late(usize, i64),
    /// Was here already; nothing has changed.
    AlreadyScanned(usize, DateTime<Utc>),
    /// Is expected in another room; nothing was registered.
    WrongRoom(usize, String),
    /// A good card of somebody who is not on the list.
    NotOnList,
    /// The code was shown for another purpose and does not say who it is.
    WrongProfile,
    /// The verdict is not good; the person may be on the list all the same.
    NotAdmitted(Option<usize>),
}

/// How many have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Have come, late or not.
    pub present: usize,
    /// Of these, have come late.
    pub late: usize,
    /// Are expected in this room.
    pub expected: usize,
}

/// There is no such candidate or room in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the list has no such candidate or room")]
pub struct NotInList;

/// The words at the head of the exported table, in the reader's language.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TableWords {
    /// Name.
    pub name: String,
    /// Birth date.
    pub birth_date: String,
    /// Class.
    pub class: String,
    /// The school's number.
    pub student_number: String,
    /// Room.
    pub room: String,
    /// Whether the candidate has come.
    pub present: String,
    /// When.
    pub time: String,
    /// Minutes too late.
    pub minutes_late: String,
    /// Registered without a code.
    pub by_hand: String,
    /// Yes.
    pub yes: String,
    /// No.
    pub no: String,
}

impl ExamRoom {
    /// Nobody has come yet.
    pub fn new(roster: Roster) -> Self {
        Self {
            roster,
            room: None,
            present: BTreeMap::new(),
        }
    }

    /// The list.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// The room that was chosen.
    pub fn room(&self) -> Option<&str> {
        self.room.as_deref()
    }

    /// All rooms of the list, in order.
    pub fn rooms(&self) -> BTreeSet<&str> {
        self.roster
            .candidates
            .iter()
            .filter_map(|candidate| candidate.room.as_deref())
            .collect()
    }

    /// Chooses the room that the invigilator is in.
    ///
    /// # Errors
    /// When the list has no such room.
    pub fn choose_room(&mut self, room: Option<&str>) -> Result<(), NotInList> {
        if room.is_some_and(|room| !self.rooms().contains(room)) {
            return Err(NotInList);
        }
        self.room = room.map(str::to_owned);
        Ok(())
    }

    /// Whether the list must be deleted now.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        now.timestamp() >= self.roster.exp
    }

    /// When and how a candidate came.
    pub fn attendance(&self, candidate: usize) -> Option<&Attendance> {
        self.present.get(&candidate)
    }

    /// Registers whoever a verdict is about. Only a good verdict by the list's own issuer registers anybody, and paper
    /// never does: what is paper stays paper beside any other reason, such as that of a specimen.
    pub fn admit(&mut self, verdict: &Verdict, now: DateTime<Utc>) -> Admission {
        let good = matches!(verdict.outcome, Outcome::Valid | Outcome::Demo)
            && !verdict.reasons.contains(&Reason::OnPaper)
            && verdict.issuer.as_deref() == Some(self.roster.iss.as_str());
        let Some(card) = &verdict.card else {
            return Admission::NotAdmitted(None);
        };
        let found = self.roster.candidates.iter().position(|candidate| {
            candidate.is(
                card.student_number.as_deref(),
                card.full_name.as_deref(),
                card.birth_date,
            )
        });
        if !good {
            return Admission::NotAdmitted(found);
        }
        if card.profile != Profile::Exam {
            return Admission::WrongProfile;
        }
        match found {
            Some(candidate) => self.register(candidate, false, now),
            None => Admission::NotOnList,
        }
    }

    /// Registers a candidate without a code, as for a dead phone. In whichever room: the invigilator has looked.
    ///
    /// # Errors
    /// When there is no such candidate.
    pub fn admit_by_hand(
        &mut self,
        candidate: usize,
        now: DateTime<Utc>,
    ) -> Result<Admission, NotInList> {
        if candidate >= self.roster.candidates.len() {
            return Err(NotInList);
        }
        Ok(self.register(candidate, true, now))
    }

    /// Takes a registration back.
    ///
    /// # Errors
    /// When the candidate had not come.
    pub fn undo(&mut self, candidate: usize) -> Result<(), NotInList> {
        self.present.remove(&candidate).map(|_| ()).ok_or(NotInList)
    }

    /// The candidates who are expected in the chosen room, or have come there all the same.
    pub fn expected(&self) -> impl Iterator<Item = (usize, &Candidate)> {
        self.roster
            .candidates
            .iter()
            .enumerate()
            .filter(|(index, candidate)| {
                self.is_expected(candidate) || self.present.contains_key(index)
            })
    }

    /// How many have come.
    pub fn counts(&self) -> Counts {
        let late = |attendance: &&Attendance| attendance.minutes_late.is_some();
        Counts {
            present: self.present.len(),
            late: self.present.values().filter(late).count(),
            expected: self.expected().count(),
        }
    }

    /// The list as a table: values in quotes, semicolons between, as spreadsheets in Norway read it; with the mark that
    /// tells them it is UTF-8. `clock` writes a time as the reader's clock shows it.
    pub fn to_csv(&self, words: &TableWords, clock: impl Fn(DateTime<Utc>) -> String) -> String {
        let head = [
            &words.name,
            &words.birth_date,
            &words.class,
            &words.student_number,
            &words.room,
            &words.present,
            &words.time,
            &words.minutes_late,
            &words.by_hand,
        ];
        let mut csv = String::from('\u{feff}');
        write_row(&mut csv, head.map(String::as_str));
        let truth = |truth: bool| if truth { &words.yes } else { &words.no };
        for (index, candidate) in self.expected() {
            let attendance = self.present.get(&index);
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let minutes = attendance.and_then(|attendance| attendance.minutes_late);
            let row = [
                candidate.name.clone(),
                candidate.birth_date.to_string(),
                text(&candidate.class),
                text(&candidate.student_number),
                text(&candidate.room),
                truth(attendance.is_some()).clone(),
                attendance.map_or_else(String::new, |attendance| clock(attendance.at)),
                minutes.map_or_else(String::new, |minutes| minutes.to_string()),
                attendance.map_or_else(String::new, |attendance| truth(attendance.by_hand).clone()),
            ];
            write_row(&mut csv, row.each_ref().map(String::as_str));
        }
        csv
    }

    fn is_expected(&self, candidate: &Candidate) -> bool {
        match (&self.room, &candidate.room) {
            (Some(here), Some(theirs)) => here == theirs,
            // Someone whom the list gives no room may come to any.
            _ => true,
        }
    }

    fn register(&mut self, index: usize, by_hand: bool, now: DateTime<Utc>) -> Admission {
        if let Some(attendance) = self.present.get(&index) {
            return Admission::AlreadyScanned(index, attendance.at);
        }
        let candidate = self.roster.candidates.get(index);
        if let Some(candidate) = candidate
            && !by_hand
            && !self.is_expected(candidate)
        {
            return Admission::WrongRoom(index, candidate.room.clone().unwrap_or_default());
        }
        let seconds = now.timestamp().saturating_sub(self.roster.starts_at);
        let grace = i64::from(self.roster.late_after_minutes) * 60;
        // Begun minutes count: 20 seconds late is a minute late.
        let minutes_late = (seconds > grace).then(|| seconds.saturating_add(59).div_euclid(60));
        self.present.insert(
            index,
            Attendance {
                at: now,
                minutes_late,
                by_hand,
            },
        );
        match minutes_late {
            Some(minutes) => Admission::Late(index, minutes),
            None => Admission::Present(index),
        }
    }
}

fn write_row<const N: usize>(csv: &mut String, row: [&str; N]) {
    for (column, value) in row.into_iter().enumerate() {
        if column > 0 {
            csv.push(';');
        }
        csv.push('"');
        // A spreadsheet would take such a text for a formula.
        if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            csv.push('\'');
        }
        csv.push_str(&value.replace('"', "\"\""));
        csv.push('"');
    }
    csv.push_str("\r\n");
}

#[cfg(test)]
mod tests;
