//! "Kontroller": checking somebody else's card, with no login and no card of one's own.
//!
//! A [`Checkpoint`] keeps what a checker believes (trust list, status lists) in a folder of its own and judges codes by
//! it. It opens no sealed store, so it works on a device whose wallet does not open. [`ExamRooms`] goes by signed lists
//! of candidates, which are personal and therefore sealed with a key of their own, and deletes them after the day.
//!
//! The lists are signed by others and hold nothing personal, so they lie in the clear; they are verified anew whenever
//! they are read, and an older one never takes the place of a newer.

mod challenge;
mod checkpoint;
mod exam_rooms;
pub mod files;
mod lists;
mod update;
mod vault;

pub use challenge::ChallengeError;
pub use checkpoint::{Checkpoint, CheckpointState, ScanError};
pub use exam_rooms::{Admitted, ExamRoomError, ExamRooms, OpenExamRoom, OpenRosterError};
pub use vault::KeepError;
