//! Rows that a transaction holds until its end, so that others who want them wait.
//!
//! On SQLite these only read: whoever writes there has the whole database. To keep transactions from waiting for each
//! other in a ring, they take what they need in this order: named locks, person, account, device, the audit trail's end.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{LockType, OnConflict},
};
use uuid::Uuid;

use super::entity::{account, device, person, write_lock};

/// What has no row of its own to lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// Making and ending signing keys.
    Keys,
    /// Beginning a new status list.
    StatusLists,
    /// Giving the trust list its next version.
    TrustList,
    /// Setting marks in the audit trail.
    AuditMarks,
}

impl Name {
    fn text(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::StatusLists => "status_lists",
            Self::TrustList => "trust_list",
            Self::AuditMarks => "audit_marks",
        }
    }
}

/// Waits until nobody else holds this name, and holds it.
///
/// # Errors
/// When the database fails, or the wait is too long.
pub async fn named(transaction: &DatabaseTransaction, name: Name) -> Result<(), DbErr> {
    // A row that is being made by another is waited for as well.
    write_lock::Entity::insert(write_lock::ActiveModel {
        name: Set(name.text().to_owned()),
    })
    .on_conflict(
        OnConflict::column(write_lock::Column::Name)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await?;
    write_lock::Entity::find_by_id(name.text())
        .lock_exclusive()
        .one(transaction)
        .await?;
    Ok(())
}

/// The person's row as it is now; nobody else changes it, or anything that is decided under this lock (blocks, the photo,
/// credentials), until the transaction ends.
///
/// # Errors
/// When the database fails, or the wait is too long.
pub async fn person(
    transaction: &DatabaseTransaction,
    id: Uuid,
) -> Result<Option<person::Model>, DbErr> {
    // Rows that name this one may still be inserted by others.
    person::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(transaction)
        .await
}

/// As [`person`], for several, in an order that is the same for everyone.
///
/// # Errors
/// When the database fails, or the wait is too long.
pub async fn people(
    transaction: &DatabaseTransaction,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<person::Model>, DbErr> {
    use sea_orm::QueryOrder;
    person::Entity::find()
        .filter(person::Column::Id.is_in(ids))
        .order_by_asc(person::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(transaction)
        .await
}

/// The account's row as it is now, held: its devices come and go under this lock.
///
/// # Errors
/// When the database fails, or the wait is too long.
pub async fn account(
    transaction: &DatabaseTransaction,
    id: Uuid,
) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(transaction)
        .await
}

/// The device's row as it is now, held: its tokens change under this lock.
///
/// # Errors
/// When the database fails, or the wait is too long.
pub async fn device(
    transaction: &DatabaseTransaction,
    id: Uuid,
) -> Result<Option<device::Model>, DbErr> {
    device::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(transaction)
        .await
}
