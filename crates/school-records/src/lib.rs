//! School records from FINT and other sources, read into one model.
//!
//! The crate answers two questions and keeps them apart:
//!
//! 1. *What do the records say?* [`fint::read`] reads a county's school
//!    administrative system through the FINT API into [`SchoolRecords`]:
//!    complete, or an error. One bad record becomes a [`Fault`] and does not
//!    stop the rest. [`library`] adds the library codes, which FINT has no
//!    place for.
//! 2. *What does that give a right to?* [`right_on`] is pure: a person, a date
//!    and the county's [`Rules`] in; a [`Right`], or the reason why there is
//!    none, out.
//!
//! National identity numbers are held in [`Fodselsnummer`], which never shows
//! itself in `Debug` or `Display` and is left out of every serialised record.

mod day;
mod faults;
pub mod files;
mod finish;
pub mod fint;
pub mod http;
pub mod library;
mod model;
pub mod pifu;
mod right;
mod secret;
mod text;

pub use ::fodselsnummer::{ControlDigits, Fodselsnummer, FodselsnummerError};
pub use faults::{Faults, MAX_LISTED};
/// The cells of a line of a CSV file.
pub use library::cells as csv_cells;
pub use model::{
    ClassMembership, Contact, Fault, FaultReason, LibraryCodeRecord, Period, PersonRecord, Place,
    ProgrammeMembership, School, SchoolEnrolment, SchoolRecords, Symbology, TrainingContract,
};
pub use right::{
    ApprenticeRight, ContractKind, Judged, MissingField, NoRight, PupilRight, Question, Relation,
    Right, Rules, Step, next_change, right_as_pupil, right_in_training, right_on, rights_on,
    unknown_contract_types, why,
};
pub use secret::Secret;
