//! What a person's standing means for the credentials that are out.
//!
//! A credential is suspended while its person is blocked, is no longer in the records, or has no
//! right to the card that it is of; it is good again when that is over. One that was made invalid
//! stays so. A record that merely lacks something for a day does not take a card away.
//!
//! Nobody is looked at but those for whom something may have changed: whose record, block or withdrawal did, and whose
//! `next_change` has come, the day from which the calendar may say otherwise. What happens to a person is brought into
//! line at once, and leaves the person due: [`sweep`] looks once more within a minute, so that a credential that was being
//! issued meanwhile is caught too, and only it sets the next day. It judges by what the database says of the schools, not
//! by what this process has read last.

mod kept;
mod sweep;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use school_records::Rules;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
    sea_query::{Expr, SimpleExpr},
};
use serde::Serialize;
use uuid::Uuid;

use crate::db::{
    entity::{
        block,
        credential::{self, CardKind, CredentialStatus},
        person, person_school, slip,
    },
    lock,
};

use super::{day_in_norway, in_force};

pub(crate) use kept::keeps;
pub(super) use kept::{Held, Kept, cards_kept, cards_kept_by, held, held_by};
pub use sweep::{heed_rules, sweep};

/// How many people are asked for at once: far below every database's limit of variables.
pub(crate) const CHUNK: usize = 500;

/// How many credentials changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Now suspended.
    pub suspended: u64,
    /// Good again.
    pub restored: u64,
}

impl std::ops::AddAssign for Changed {
    fn add_assign(&mut self, more: Self) {
        self.suspended += more.suspended;
        self.restored += more.restored;
    }
}

/// Brings the credentials of these people in line, because something has happened to them.
///
/// # Errors
/// When the database fails.
pub async fn refresh(
    db: &DatabaseTransaction,
    rules: &Rules,
    now: DateTime<Utc>,
    people: &[Uuid],
) -> Result<Changed, DbErr> {
    let mut changed = Changed::default();
    for chunk in people.chunks(CHUNK) {
        let rows = lock::people(db, chunk.iter().copied()).await?;
        changed += align(db, rules, now, &rows).await?;
        make_due(db, chunk, day_in_norway(now)).await?;
    }
    Ok(changed)
}

/// As [`refresh`], for everyone at a school. Who has no card is held too, so that whoever issues one meanwhile does so
/// either before this looks, or by what is decided here.
///
/// # Errors
/// When the database fails.
pub async fn refresh_school(
    db: &DatabaseTransaction,
    rules: &Rules,
    now: DateTime<Utc>,
    number: &str,
) -> Result<Changed, DbErr> {
    let mut people: Vec<Uuid> = person_school::Entity::find()
        .select_only()
        .column(person_school::Column::PersonId)
        .distinct()
        .filter(person_school::Column::SchoolNumber.eq(number))
        .into_tuple()
        .all(db)
        .await?;
    // In the order in which everyone takes people.
    people.sort_unstable();
    refresh(db, rules, now, &people).await
}

/// Brings those in line who hold a credential, in the transaction of the sync that changed these people and left them due.
pub(super) async fn follow(
    db: &DatabaseTransaction,
    rules: &Rules,
    now: DateTime<Utc>,
    people: &[Uuid],
) -> Result<Changed, DbErr> {
    let mut changed = Changed::default();
    for chunk in people.chunks(CHUNK) {
        // Most of a county has none, and is not read.
        let holders = holders(db, now, chunk).await?;
        if !holders.is_empty() {
            let rows = lock::people(db, holders).await?;
            changed += align_holders(db, rules, now, &rows.iter().collect::<Vec<_>>()).await?;
        }
    }
    Ok(changed)
}

/// Which of these have a credential, or a slip of paper, that is not invalid and has not expired.
///
/// The two tables are asked by their indexes of people. One statement that asks the people whether they are in either has
/// databases go through all credentials, for each few people anew.
async fn holders(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    people: &[Uuid],
) -> Result<HashSet<Uuid>, DbErr> {
    let credentials: Vec<Uuid> = credential::Entity::find()
        .select_only()
        .column(credential::Column::PersonId)
        .distinct()
        .filter(credential::Column::PersonId.is_in(people.iter().copied()))
        .filter(credential::Column::Status.ne(CredentialStatus::Invalid))
        .filter(credential::Column::ExpiresAt.gt(now.timestamp()))
        .into_tuple()
        .all(db)
        .await?;
    // Who has no phone may have one all the same.
    let slips: Vec<Uuid> = slip::Entity::find()
        .select_only()
        .column(slip::Column::PersonId)
        .distinct()
        .filter(slip::Column::PersonId.is_in(people.iter().copied()))
        .filter(slip::Column::Status.ne(CredentialStatus::Invalid))
        .filter(slip::Column::ExpiresAt.gt(now.timestamp()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(credentials.into_iter().chain(slips).collect())
}

/// Has these people looked at by the next sweep.
async fn make_due(
    db: &impl ConnectionTrait,
    people: &[Uuid],
    today: NaiveDate,
) -> Result<(), DbErr> {
    person::Entity::update_many()
        .col_expr(person::Column::NextChange, Expr::value(Some(today)))
        .filter(person::Column::Id.is_in(people.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets the status of these people's credentials by their rows, which are held, and their blocks.
async fn align(
    db: &DatabaseTransaction,
    rules: &Rules,
    now: DateTime<Utc>,
    rows: &[person::Model],
) -> Result<Changed, DbErr> {
    let people: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let holders = holders(db, now, &people).await?;
    let rows: Vec<_> = rows
        .iter()
        .filter(|row| holders.contains(&row.id))
        .collect();
    align_holders(db, rules, now, &rows).await
}

async fn align_holders(
    db: &DatabaseTransaction,
    rules: &Rules,
    now: DateTime<Utc>,
    rows: &[&person::Model],
) -> Result<Changed, DbErr> {
    let mut changed = Changed::default();
    if rows.is_empty() {
        return Ok(changed);
    }
    let kept = kept(db, rules, now, rows).await?;
    for card in [Some(CardKind::Pupil), Some(CardKind::Training), None] {
        let (good, suspended): (Vec<Uuid>, Vec<Uuid>) = rows
            .iter()
            .map(|row| row.id)
            .partition(|id| kept.get(id).is_some_and(|kept| kept.has(card)));
        let (valid, out) = (CredentialStatus::Valid, CredentialStatus::Suspended);
        changed.suspended += set(db, &suspended, card, valid, out).await?;
        changed.restored += set(db, &good, card, out, valid).await?;
    }
    Ok(changed)
}

/// Which cards of these people stay good; those who are not there are blocked.
async fn kept(
    db: &impl ConnectionTrait,
    rules: &Rules,
    now: DateTime<Utc>,
    rows: &[&person::Model],
) -> Result<HashMap<Uuid, Kept>, DbErr> {
    let today = day_in_norway(now);
    let blocked: HashSet<Uuid> = block::Entity::find()
        .filter(block::Column::PersonId.is_in(rows.iter().map(|row| row.id)))
        .filter(in_force(today))
        .all(db)
        .await?
        .into_iter()
        .map(|row| row.person_id)
        .collect();
    Ok(rows
        .iter()
        .filter(|row| !blocked.contains(&row.id))
        .map(|row| (row.id, cards_kept(row, today, rules)))
        .collect())
}

/// Has everyone looked at.
#[cfg(test)]
pub(crate) async fn refresh_all(app: &crate::app::App) -> Result<Changed, DbErr> {
    sweep::make_all_due(app).await?;
    sweep(app).await
}

/// Makes all credentials and slips of a person invalid for good, and sees to it that none is issued until the transaction
/// ends: whose they are, or whose face is on them, is in question.
///
/// # Errors
/// When the database fails.
pub async fn invalidate(db: &DatabaseTransaction, person: Uuid) -> Result<u64, DbErr> {
    let credentials = invalidate_credentials(db, person).await?;
    let slips = slip::Entity::update_many()
        .col_expr(slip::Column::Status, Expr::value(CredentialStatus::Invalid))
        .filter(slip::Column::PersonId.eq(person))
        .filter(slip::Column::Status.ne(CredentialStatus::Invalid))
        .exec(db)
        .await?;
    Ok(credentials + slips.rows_affected)
}

/// As [`invalidate`], but slips of paper stay good: whoever has lost the phone was given one for that.
///
/// # Errors
/// When the database fails.
pub async fn invalidate_credentials(db: &DatabaseTransaction, person: Uuid) -> Result<u64, DbErr> {
    lock::person(db, person).await?;
    make_invalid(db, credential::Column::PersonId.eq(person)).await
}

/// Makes all credentials on a device invalid for good.
///
/// # Errors
/// When the database fails.
pub async fn invalidate_on(db: &impl ConnectionTrait, device: Uuid) -> Result<u64, DbErr> {
    make_invalid(db, credential::Column::DeviceId.eq(device)).await
}

async fn make_invalid(db: &impl ConnectionTrait, which: SimpleExpr) -> Result<u64, DbErr> {
    let result = credential::Entity::update_many()
        .col_expr(
            credential::Column::Status,
            Expr::value(CredentialStatus::Invalid),
        )
        .filter(which)
        .filter(credential::Column::Status.ne(CredentialStatus::Invalid))
        .exec(db)
        .await?;
    Ok(result.rows_affected)
}

async fn set(
    db: &impl ConnectionTrait,
    people: &[Uuid],
    card: Option<CardKind>,
    from: CredentialStatus,
    to: CredentialStatus,
) -> Result<u64, DbErr> {
    if people.is_empty() {
        return Ok(0);
    }
    let result = credential::Entity::update_many()
        .col_expr(credential::Column::Status, Expr::value(to))
        .filter(credential::Column::PersonId.is_in(people.iter().copied()))
        .filter(match card {
            Some(card) => credential::Column::Card.eq(card),
            None => credential::Column::Card.is_null(),
        })
        .filter(credential::Column::Status.eq(from))
        .exec(db)
        .await?;
    let Some(card) = card else {
        return Ok(result.rows_affected);
    };
    let slips = slip::Entity::update_many()
        .col_expr(slip::Column::Status, Expr::value(to))
        .filter(slip::Column::PersonId.is_in(people.iter().copied()))
        .filter(slip::Column::Card.eq(card))
        .filter(slip::Column::Status.eq(from))
        .exec(db)
        .await?;
    Ok(result.rows_affected + slips.rows_affected)
}

#[cfg(test)]
mod tests;
