//! Portraits: proposed by the school and confirmed by the person, or sent in by the person and perhaps approved by the
//! school; then locked.
//!
//! ```text
//! none ──records, photographer──▶ proposed ──confirm──▶ locked ──reset (staff)──▶ reset ──▶ as from none
//!                                    └──────reject────▶ rejected ─▶ another picture of the school's, or
//! none, proposed, rejected, returned, reset, in review
//!        └──sent in by the person──▶ locked, or: in review ──approve (staff)──▶ locked
//!                                                    └───────return (staff)───▶ returned
//! ```
//! A picture that is sent in after one was returned goes to the school, whatever the county's setting; so does the very
//! picture that was taken off a card. `state.rs` has it deed by deed. The app cannot change a locked photo. Pictures lie sealed in an object store, under names that
//! say nothing of the person.

pub(crate) mod examine;
mod fetch;
pub mod import;
mod passed_over;
mod small;
pub mod staff;
mod state;
mod store;
mod submit;

use chrono::TimeDelta;
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait,
    DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit, db,
    db::entity::{
        person,
        photo::{self, PhotoState},
    },
};
use state::{Deed, Next, step};

pub use examine::{CutShort, Examiner, PortraitRules};
pub use fetch::FetchError;
pub use passed_over::PassedOver;
pub use small::SmallPortraits;
pub use state::Refusal;
pub use store::{PhotoStore, PhotoStoreError};
pub use submit::{SubmitError, forget_attempts_before, submit};

/// A person's photo as it stands.
#[derive(Clone)]
pub struct Current {
    /// The row: state, source, digest.
    pub row: photo::Model,
    /// The portrait; none in a state without one.
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
    let jpeg = if row.state.has_picture() {
        Some(app.photos.get(&row.object_key).await?)
    } else {
        None
    };
    Ok(Some(Current { row, jpeg }))
}

/// "This is me": locks the photo with this digest. Saying it twice is no error.
///
/// # Errors
/// When another photo is the current one, or there is none to confirm.
pub async fn confirm(app: &App, person: Uuid, sha256: &str) -> Result<(), PhotoError> {
    db::retry(|| answer(app, person, Deed::Confirm(sha256))).await
}

/// "This is not me": the photo goes. Saying it twice is no error.
///
/// # Errors
/// When the photo is locked, another one is the current one, or there is none.
pub async fn reject(app: &App, person: Uuid, sha256: &str) -> Result<(), PhotoError> {
    db::retry(|| answer(app, person, Deed::Reject(sha256))).await
}

async fn answer(app: &App, person: Uuid, deed: Deed<'_>) -> Result<(), PhotoError> {
    let transaction = db::begin_write(&app.db).await?;
    let row = held(&transaction, person).await?;
    let next = step(row.as_ref().map(Into::into), deed)?;
    let (Next::Becomes(state), Some(row)) = (next, row) else {
        return Ok(());
    };
    let object_key = row.object_key.clone();
    let now = app.unix_now();
    let action = if state == PhotoState::Rejected {
        // `photos waiting --not-me` reads these: the school has a picture of somebody else.
        "photo.reject"
    } else {
        "photo.confirm"
    };
    let entry = audit::Entry::new("holder", action, now)
        .person(person)
        .detail(json!({ "source": row.source.to_value(), "photo": row.sha256 }));
    let mut row: photo::ActiveModel = row.into();
    row.state = Set(state);
    row.changed_at = Set(now);
    row.note = Set(None);
    if state == PhotoState::Locked {
        row.handed_back = Set(false);
    }
    row.update(&transaction).await?;
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    if !state.has_picture() {
        app.photos.delete(&object_key).await;
    }
    Ok(())
}

/// Deletes what lies in the store and no row names. Pictures are deleted when they are done with; this is for when that
/// failed, or the service ended in between.
///
/// # Errors
/// When the database or the store fails.
pub async fn sweep(app: &App) -> Result<usize, PhotoError> {
    // What is younger may be on its way into a row.
    let before = app.now() - TimeDelta::hours(1);
    let named = named(&app.db).await?.into_iter().collect();
    Ok(app.photos.sweep(&named, before).await?)
}

/// The names of all pictures that rows have. A few rows at a time: a county has as many as people.
pub(crate) async fn named(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let mut named = Vec::new();
    let mut after = Uuid::nil();
    loop {
        let page: Vec<(Uuid, String, PhotoState)> = photo::Entity::find()
            .select_only()
            .columns([
                photo::Column::PersonId,
                photo::Column::ObjectKey,
                photo::Column::State,
            ])
            .filter(photo::Column::PersonId.gt(after))
            .order_by_asc(photo::Column::PersonId)
            .limit(2_000)
            .into_tuple()
            .all(db)
            .await?;
        let Some((last, ..)) = page.last() else {
            return Ok(named);
        };
        after = *last;
        let with_picture = page.into_iter().filter(|(_, _, state)| state.has_picture());
        named.extend(with_picture.map(|(_, object_key, _)| object_key));
    }
}

/// The photo as it is now; nobody else changes it until the transaction ends.
async fn held(
    transaction: &DatabaseTransaction,
    person: Uuid,
) -> Result<Option<photo::Model>, DbErr> {
    // The person's row stands for the photo's, which may not be there yet.
    db::lock::person(transaction, person).await?;
    photo::Entity::find_by_id(person).one(transaction).await
}

/// Puts a row in the place of whatever there was.
async fn save(transaction: &DatabaseTransaction, row: photo::Model) -> Result<(), DbErr> {
    photo::Entity::delete_by_id(row.person_id)
        .exec(transaction)
        .await?;
    photo::Entity::insert(photo::ActiveModel::from(row))
        .exec_without_returning(transaction)
        .await?;
    Ok(())
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
