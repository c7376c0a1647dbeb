//! What staff decide: approve a photo that was sent in, hand it back, take a locked one back.
//!
//! Each works in the caller's transaction, which also holds the audit entry and what it means for the credentials.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, DbErr, ModelTrait};
use uuid::Uuid;

use crate::db::entity::photo::{self, PhotoSource, PhotoState};

use super::{
    PhotoError, Refusal, held,
    state::{Deed, Next, step},
};

/// A picture that is no longer anyone's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The object to delete once the transaction is committed.
    pub object: String,
    /// Its digest, for the audit entry.
    pub sha256: String,
}

impl From<&photo::Model> for Gone {
    fn from(row: &photo::Model) -> Self {
        Self {
            object: row.object_key.clone(),
            sha256: row.sha256.clone(),
        }
    }
}

/// Locks the photo that waits. `seen` is the digest of the one that staff looked at, or how it begins: so that one which
/// came meanwhile is not approved unseen. The answer is the whole digest, for the audit entry.
///
/// # Errors
/// When none waits, or another one does.
pub async fn approve(
    transaction: &DatabaseTransaction,
    person: Uuid,
    seen: &str,
    now: i64,
) -> Result<String, PhotoError> {
    let (row, state) = decide(transaction, person, Deed::Approve(seen)).await?;
    let sha256 = row.sha256.clone();
    let mut row: photo::ActiveModel = row.into();
    row.state = Set(state);
    row.changed_at = Set(now);
    row.reasons = Set(None);
    row.handed_back = Set(false);
    row.update(transaction).await?;
    Ok(sha256)
}

/// Hands the photo that waits back, with a note for the person. `seen` is as for [`approve`].
///
/// # Errors
/// When none waits, or another one does.
pub async fn hand_back(
    transaction: &DatabaseTransaction,
    person: Uuid,
    seen: &str,
    note: &str,
    now: i64,
) -> Result<Gone, PhotoError> {
    let (row, state) = decide(transaction, person, Deed::Return(seen)).await?;
    let gone = Gone::from(&row);
    let mut row: photo::ActiveModel = row.into();
    row.state = Set(state);
    row.note = Set(Some(note.to_owned()));
    row.changed_at = Set(now);
    row.handed_back = Set(true);
    row.update(transaction).await?;
    Ok(gone)
}

/// Takes a locked photo back, or a "this is not me", with a note for the person; after the latter the picture in the
/// records is proposed again. The caller makes the credentials invalid.
///
/// # Errors
/// When the photo is not locked.
pub async fn reset(
    transaction: &DatabaseTransaction,
    person: Uuid,
    note: &str,
    now: i64,
) -> Result<Gone, PhotoError> {
    let (row, state) = decide(transaction, person, Deed::Reset).await?;
    let gone = Gone::from(&row);
    // What was said by mistake is unsaid. But the very picture that the school takes off a card is not proposed again.
    let said_by_mistake =
        row.state == PhotoState::Rejected && row.source == PhotoSource::SchoolRecords;
    let mut row: photo::ActiveModel = row.into();
    row.state = Set(state);
    row.note = Set(Some(note.to_owned()));
    row.changed_at = Set(now);
    row.reasons = Set(None);
    row.handed_back = Set(false);
    if said_by_mistake {
        row.source_url_sha256 = Set(None);
    }
    row.update(transaction).await?;
    Ok(gone)
}

/// Forgets all there is, as when the record turns out to be somebody else. The answer is the object to delete once that is
/// committed; none when there was no photo.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    transaction: &DatabaseTransaction,
    person: Uuid,
) -> Result<Option<String>, DbErr> {
    let Some(row) = held(transaction, person).await? else {
        return Ok(None);
    };
    let object_key = row.object_key.clone();
    row.delete(transaction).await?;
    Ok(Some(object_key))
}

async fn decide(
    transaction: &DatabaseTransaction,
    person: Uuid,
    deed: Deed<'_>,
) -> Result<(photo::Model, PhotoState), PhotoError> {
    let row = held(transaction, person).await?;
    let next = step(row.as_ref().map(Into::into), deed)?;
    match (next, row) {
        (Next::Becomes(state), Some(row)) => Ok((row, state)),
        // Staff's deeds are never repeated silently, and there is no deed on nothing.
        _ => Err(Refusal::NoPhoto.into()),
    }
}
