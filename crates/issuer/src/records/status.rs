//! What a person's standing means for the credentials that are out.
//!
//! A credential is suspended while its person is blocked, is no longer in the records, or has no
//! right to a card; it is good again when that is over. One that was made invalid stays so. A record
//! that merely lacks something for a day does not take a card away.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use school_records::{PersonRecord, Right, Rules, right_on};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    config::RecordsConfig,
    db::entity::{
        block,
        credential::{self, CredentialStatus},
        person,
    },
};

use super::{day_in_norway, in_force, record_of};

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

/// Brings the credentials of everyone in line.
///
/// # Errors
/// When the database fails.
pub async fn refresh_all(
    db: &impl ConnectionTrait,
    config: &RecordsConfig,
    now: DateTime<Utc>,
) -> Result<Changed, DbErr> {
    let people: Vec<Uuid> = credential::Entity::find()
        .select_only()
        .column(credential::Column::PersonId)
        .distinct()
        .filter(credential::Column::Status.ne(CredentialStatus::Invalid))
        .filter(credential::Column::ExpiresAt.gt(now.timestamp()))
        .into_tuple()
        .all(db)
        .await?;
    refresh(db, config, now, &people).await
}

/// Brings the credentials of these people in line.
///
/// # Errors
/// When the database fails.
pub async fn refresh(
    db: &impl ConnectionTrait,
    config: &RecordsConfig,
    now: DateTime<Utc>,
    people: &[Uuid],
) -> Result<Changed, DbErr> {
    let today = day_in_norway(now);
    let mut changed = Changed::default();
    for chunk in people.chunks(CHUNK) {
        let rows: HashMap<Uuid, person::Model> = person::Entity::find()
            .filter(person::Column::Id.is_in(chunk.iter().copied()))
            .all(db)
            .await?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
        let blocked: HashSet<Uuid> = block::Entity::find()
            .filter(block::Column::PersonId.is_in(chunk.iter().copied()))
            .filter(in_force(today))
            .all(db)
            .await?
            .into_iter()
            .map(|row| row.person_id)
            .collect();
        let (good, suspended): (Vec<Uuid>, Vec<Uuid>) = chunk.iter().partition(|id| {
            !blocked.contains(id)
                && rows
                    .get(id)
                    .is_some_and(|row| keeps_card(row, today, &config.rules))
        });
        changed.suspended += set(
            db,
            &suspended,
            CredentialStatus::Valid,
            CredentialStatus::Suspended,
        )
        .await?;
        changed.restored += set(
            db,
            &good,
            CredentialStatus::Suspended,
            CredentialStatus::Valid,
        )
        .await?;
    }
    Ok(changed)
}

/// Makes all credentials of a person invalid for good.
///
/// # Errors
/// When the database fails.
pub async fn invalidate(db: &impl ConnectionTrait, person: Uuid) -> Result<u64, DbErr> {
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
    from: CredentialStatus,
    to: CredentialStatus,
) -> Result<u64, DbErr> {
    if people.is_empty() {
        return Ok(0);
    }
    let result = credential::Entity::update_many()
        .col_expr(credential::Column::Status, Expr::value(to))
        .filter(credential::Column::PersonId.is_in(people.iter().copied()))
        .filter(credential::Column::Status.eq(from))
        .exec(db)
        .await?;
    Ok(result.rows_affected)
}

/// Whether the credentials of a stored person stay good.
pub(super) fn keeps_card(person: &person::Model, today: NaiveDate, rules: &Rules) -> bool {
    if person.withdrawn_at.is_some() {
        return false;
    }
    match record_of(person) {
        Ok(record) => is_card_kept(&record, today, rules),
        // Our own fault, so not to the person's harm.
        Err(error) => {
            tracing::error!(person = %person.id, %error, "a stored record cannot be read");
            true
        }
    }
}

/// Whether someone with this record keeps a card that is out.
pub(super) fn is_card_kept(record: &PersonRecord, today: NaiveDate, rules: &Rules) -> bool {
    match right_on(record, today, rules) {
        Right::Pupil(_) | Right::Apprentice(_) | Right::Incomplete(_) => true,
        Right::SchoolNotEnabled { .. } | Right::None(_) => false,
    }
}
