//! The rows of slips, and their places in status lists.

use county_api::Profile;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, TryInsertResult, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    app::App,
    db::entity::{
        credential::{CardKind, CredentialStatus},
        slip,
    },
    issue::{Entry, IssueError, status},
};

/// Rows are kept so long after a slip is over, as those of credentials are.
const KEPT: i64 = 30 * 86_400;

/// What is written down about a slip to be.
pub(super) struct New {
    pub(super) person: Uuid,
    pub(super) profile: Profile,
    pub(super) card: CardKind,
    pub(super) issued_at: i64,
    pub(super) expires_at: i64,
}

/// How many slips of a person there have been since then.
pub(super) async fn printed_since(
    db: &impl ConnectionTrait,
    person: Uuid,
    since: i64,
) -> Result<u64, DbErr> {
    slip::Entity::find()
        .filter(slip::Column::PersonId.eq(person))
        .filter(slip::Column::IssuedAt.gte(since))
        .count(db)
        .await
}

/// Makes invalid what `new` takes the place of: the person's slips of the same card for the same purpose.
pub(super) async fn replace(db: &impl ConnectionTrait, new: &New) -> Result<u64, DbErr> {
    let result = slip::Entity::update_many()
        .col_expr(slip::Column::Status, Expr::value(CredentialStatus::Invalid))
        .filter(slip::Column::PersonId.eq(new.person))
        .filter(slip::Column::Profile.eq(name(new.profile)))
        .filter(slip::Column::Card.eq(new.card))
        .filter(slip::Column::ExpiresAt.gt(new.issued_at))
        .filter(slip::Column::Status.ne(CredentialStatus::Invalid))
        .exec(db)
        .await?;
    Ok(result.rows_affected)
}

/// Writes the row, at a random unused place of the list for slips.
pub(super) async fn register(
    db: &DatabaseTransaction,
    app: &App,
    new: &New,
) -> Result<Entry, IssueError> {
    let list = status::open_slip_list(db, app).await?;
    for _ in 0..status::TRIES {
        let idx = status::random_below(&app.random, list.size)?;
        let row = slip::ActiveModel {
            id: Set(Uuid::now_v7()),
            person_id: Set(new.person),
            profile: Set(name(new.profile).to_owned()),
            card: Set(new.card),
            list_id: Set(list.id),
            idx: Set(idx),
            issued_at: Set(new.issued_at),
            expires_at: Set(new.expires_at),
            status: Set(CredentialStatus::Valid),
        };
        let inserted = slip::Entity::insert(row)
            .on_conflict_do_nothing_on([slip::Column::ListId, slip::Column::Idx])
            .exec_without_returning(db)
            .await?;
        if matches!(inserted, TryInsertResult::Inserted(1)) {
            return Ok(Entry {
                uri: status::uri(app, list.id),
                idx: idx.unsigned_abs(),
            });
        }
    }
    Err(IssueError::StatusListFull)
}

/// Makes the person's slips invalid that are still good.
pub(super) async fn revoke(
    db: &impl ConnectionTrait,
    person: Uuid,
    now: i64,
) -> Result<u64, DbErr> {
    let result = slip::Entity::update_many()
        .col_expr(slip::Column::Status, Expr::value(CredentialStatus::Invalid))
        .filter(slip::Column::PersonId.eq(person))
        .filter(slip::Column::ExpiresAt.gt(now))
        .filter(slip::Column::Status.ne(CredentialStatus::Invalid))
        .exec(db)
        .await?;
    Ok(result.rows_affected)
}

/// Deletes the rows of slips that were over a month ago.
///
/// # Errors
/// When the database fails.
pub(crate) async fn delete_expired(db: &impl ConnectionTrait, now: i64) -> Result<(), DbErr> {
    slip::Entity::delete_many()
        .filter(slip::Column::ExpiresAt.lte(now - KEPT))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes the rows of a person whose time is over. A slip that is not yet over keeps its row: without one it would be valid.
///
/// # Errors
/// When the database fails.
pub(crate) async fn delete_of(
    db: &impl ConnectionTrait,
    person: Uuid,
    now: i64,
) -> Result<(), DbErr> {
    slip::Entity::delete_many()
        .filter(slip::Column::PersonId.eq(person))
        .filter(slip::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    Ok(())
}

/// Whether a status list holds slips.
///
/// # Errors
/// When the database fails.
pub(crate) async fn in_use(db: &impl ConnectionTrait, list: i64) -> Result<bool, DbErr> {
    let slips = slip::Entity::find().filter(slip::Column::ListId.eq(list));
    Ok(slips.count(db).await? > 0)
}

fn name(profile: Profile) -> &'static str {
    match profile {
        Profile::Exam => "exam",
        Profile::Travel => "travel",
        Profile::Discount => "discount",
        Profile::Age => "age",
    }
}
