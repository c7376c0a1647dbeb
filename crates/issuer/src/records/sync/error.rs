//! Why a set was not applied.

use sea_orm::DbErr;

use crate::records::{
    lease::LeaseError,
    plan::{Counts, PlanError, SchoolLoss},
    source::ReadError,
};

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The source could not be read whole.
    #[error("the records could not be read whole: {0}")]
    Read(#[from] ReadError),
    /// The set is not usable.
    #[error(transparent)]
    Plan(PlanError),
    /// The change is too large to be believed.
    #[error(
        "the brake held: {} of the people would be withdrawn, {} would lose their right and {} would become someone \
         else, and {} pupils' cards and {} training cards would be lost: more than {percent} %, or all cards of a kind{}; \
         nothing was applied. If that is right, run `sync --accept-brake --by WHO --reason WHY`",
        counts.withdrawn, counts.right_lost, counts.identity_changed, counts.pupil_cards_lost,
        counts.training_cards_lost, schools(counts)
    )]
    Braked {
        /// How much would have changed.
        counts: Counts,
        /// The setting.
        percent: f64,
    },
    /// Another process, or this one, is at it.
    #[error("another run is going on; nothing was done")]
    Busy,
    /// Another process thought that this one was dead.
    #[error("another process has taken the run over; nothing was applied")]
    TakenOver,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

fn schools(counts: &Counts) -> String {
    let schools = counts.schools_lost.iter().map(|school| {
        let SchoolLoss {
            number,
            before,
            lost,
            ..
        } = school;
        format!(", or {lost} of {before} pupils' cards at school {number}")
    });
    schools.collect()
}

impl From<PlanError> for SyncError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Database(error) => Self::Database(error),
            error => Self::Plan(error),
        }
    }
}

impl From<LeaseError> for SyncError {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Lost => Self::TakenOver,
            LeaseError::Database(error) => Self::Database(error),
        }
    }
}
