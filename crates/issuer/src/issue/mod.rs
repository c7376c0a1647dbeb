//! Making credentials: their terms, their place in a status list, and their two forms.

mod in_person;
mod sd_jwt;
pub(crate) mod status;
pub(crate) mod terms;

pub(crate) use self::in_person::in_person;
pub(crate) use self::sd_jwt::{sd_jwt, vct};

use thiserror::Error;

use crate::keys::KeysError;

/// Why no credential was made.
#[derive(Debug, Error)]
pub(crate) enum IssueError {
    /// The card's own right ends before a credential could begin.
    #[error("the card is not good now")]
    NotNow,
    /// The locked photo is gone, or not the one that was locked.
    #[error("the photo is not the one that was locked")]
    Photo,
    /// Every try for an unused entry of the status list failed.
    #[error("no unused entry of the status list was found")]
    StatusListFull,
    /// No key.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// No randomness.
    #[error("the system gives no randomness")]
    Random,
    /// Writing or signing failed.
    #[error("a credential could not be written: {0}")]
    Write(Box<dyn std::error::Error + Send + Sync>),
}
