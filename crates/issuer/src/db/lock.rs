//! Rows that a transaction holds until its end, so that others who want them wait.
//!
//! On SQLite these only read: whoever writes there has the whole database. To keep transactions from waiting for each
//! other in a ring, they take what they need in this order: named locks, people by their ids, account, device, the audit
//! trail's end. [`Name::StatusLists`] comes after all of these, since the next list is begun in the middle of issuing, and
//! nothing is taken behind it but the trail's end. Who takes account before person (a login that finds its person) does so
//! in [`super::retry`].

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
    sea_query::{LockType, OnConflict},
};
use uuid::Uuid;

use super::entity::{account, device, person, write_lock};

/// So many rows are locked by one statement.
const AT_ONCE: usize = 1_000;

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
    /// Switching schools on and off.
    Schools,
    /// Giving and ending roles of staff.
    Roles,
    /// Beginning a delivery of photos.
    Deliveries,
}

impl Name {
    fn text(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::StatusLists => "status_lists",
            Self::TrustList => "trust_list",
            Self::AuditMarks => "audit_marks",
            Self::Schools => "schools",
            Self::Roles => "roles",
            Self::Deliveries => "deliveries",
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

/// As [`people`], when it does not matter what is in the rows. `ids` must be in their order.
///
/// # Errors
/// When the database fails, or the wait is too long.
pub async fn hold(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<(), DbErr> {
    use sea_orm::QueryOrder;
    if transaction.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    for chunk in ids.chunks(AT_ONCE) {
        let _: Vec<Uuid> = person::Entity::find()
            .select_only()
            .column(person::Column::Id)
            .filter(person::Column::Id.is_in(chunk.iter().copied()))
            .order_by_asc(person::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .into_tuple()
            .all(transaction)
            .await?;
    }
    Ok(())
}

/// Has this transaction wait longer for others' locks than others wait for its own: for one that nobody waits for, and
/// that is dear to do again.
///
/// # Errors
/// When the database fails.
pub async fn be_patient(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction
            .execute_unprepared("SET LOCAL lock_timeout = '60s'")
            .await?;
    }
    Ok(())
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
