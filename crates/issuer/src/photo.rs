//! Portraits: proposed by the records, confirmed or rejected by the person, then locked.
//!
//! ```text
//! none ──fetch──▶ proposed ──confirm──▶ locked ──reset (county)──▶ none
//!                    └──────reject────▶ rejected ──reset, or another picture in the records──▶ …
//! ```
//! The app cannot change a locked photo. Pictures lie sealed in an object store, under names that
//! say nothing of the person.

mod fetch;
mod small;
mod state;
mod store;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    ModelTrait,
};
use uuid::Uuid;

use crate::{
    app::App,
    audit, db,
    db::entity::{
        person,
        photo::{self, PhotoState},
    },
};
use state::{Decision, Next, decide};

pub use fetch::FetchError;
pub use small::SmallPortraits;
pub use state::Refusal;
pub use store::{PhotoStore, PhotoStoreError};

/// A person's photo as it stands.
#[derive(Clone)]
pub struct Current {
    /// The row: state, source, digest.
    pub row: photo::Model,
    /// The normalised JPEG; none once rejected.
    pub jpeg: Option<Vec<u8>>,
}

impl std::fmt::Debug for Current {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Current")
            .field("state", &self.row.state)
            .finish_non_exhaustive()
    }
}

/// Why nothing was decided or read.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// The state does not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] PhotoStoreError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// The photo's row, after looking in the records for one if that is needed: the first time, and
/// when the records have another picture than the one that is waiting or was rejected.
///
/// A picture that cannot be had is logged and leaves things as they were, so that one bad address
/// never stands in anyone's way.
///
/// # Errors
/// When the database fails.
pub async fn look(app: &App, person: &person::Model) -> Result<Option<photo::Model>, DbErr> {
    let row = photo::Entity::find_by_id(person.id).one(&app.db).await?;
    match fetch::propose(app, person, row.as_ref()).await {
        Ok(Some(proposed)) => Ok(Some(proposed)),
        Ok(None) => Ok(row),
        Err(FetchError::Database(error)) => Err(error),
        Err(error) => {
            tracing::warn!(person = %person.id, %error, "no photo from the records");
            Ok(row)
        }
    }
}

/// The photo with its picture.
///
/// # Errors
/// When the database or the store fails.
pub async fn current(app: &App, person: Uuid) -> Result<Option<Current>, PhotoError> {
    let Some(row) = photo::Entity::find_by_id(person).one(&app.db).await? else {
        return Ok(None);
    };
    let jpeg = match row.state {
        PhotoState::Rejected => None,
        PhotoState::Proposed | PhotoState::Locked => Some(app.photos.get(&row.object_key).await?),
    };
    Ok(Some(Current { row, jpeg }))
}

/// "This is me": locks the photo with this digest. Saying it twice is no error.
///
/// # Errors
/// When another photo is the current one, or there is none to confirm.
pub async fn confirm(app: &App, person: Uuid, sha256: &str) -> Result<(), PhotoError> {
    answer(app, person, sha256, Decision::Confirm).await
}

/// "This is not me": the photo goes. Saying it twice is no error.
///
/// # Errors
/// When the photo is locked, another one is the current one, or there is none.
pub async fn reject(app: &App, person: Uuid, sha256: &str) -> Result<(), PhotoError> {
    answer(app, person, sha256, Decision::Reject).await
}

async fn answer(
    app: &App,
    person: Uuid,
    sha256: &str,
    decision: Decision,
) -> Result<(), PhotoError> {
    let transaction = db::begin_write(&app.db).await?;
    let row = photo::Entity::find_by_id(person).one(&transaction).await?;
    let next = decide(
        row.as_ref().map(|row| (row.state, row.sha256.as_str())),
        sha256,
        decision,
    )?;
    let (Next::Becomes(state), Some(row)) = (next, row) else {
        return Ok(());
    };
    let object_key = row.object_key.clone();
    let now = app.unix_now();
    let mut row: photo::ActiveModel = row.into();
    row.state = Set(state);
    row.changed_at = Set(now);
    row.update(&transaction).await?;
    let action = match decision {
        Decision::Confirm => "photo.confirm",
        Decision::Reject => "photo.reject",
    };
    audit::record(
        &transaction,
        audit::Entry::new("holder", action, now).person(person),
    )
    .await?;
    transaction.commit().await?;
    if decision == Decision::Reject {
        app.photos.delete(&object_key).await;
    }
    Ok(())
}

/// Takes the photo away in `transaction`; the answer is the object to delete once that is
/// committed. None when there was no photo.
///
/// # Errors
/// When the database fails.
pub async fn reset(
    transaction: &DatabaseTransaction,
    person: Uuid,
) -> Result<Option<String>, DbErr> {
    let Some(row) = photo::Entity::find_by_id(person).one(transaction).await? else {
        return Ok(None);
    };
    let object_key = row.object_key.clone();
    row.delete(transaction).await?;
    Ok(Some(object_key))
}

/// The digest of the locked photo, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn locked_sha256(
    db: &impl ConnectionTrait,
    person: Uuid,
) -> Result<Option<String>, DbErr> {
    let row = photo::Entity::find_by_id(person).one(db).await?;
    Ok(row
        .filter(|row| row.state == PhotoState::Locked)
        .map(|row| row.sha256))
}

#[cfg(test)]
mod tests;
