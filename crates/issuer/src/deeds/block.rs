//! Blocking somebody's cards, and lifting blocks.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, IntoCondition},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit, db,
    db::entity::block,
    records::{day_in_norway, in_force, status},
};

use super::{DeedError, Why, entry};

/// In whose name a block is given or lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// A school's, which lifts what schools gave.
    School,
    /// The county's.
    County,
}

/// The answer is how many credentials were suspended.
pub(crate) async fn block(
    app: &App,
    person: Uuid,
    why: Why<'_>,
    whose: For,
    until: Option<NaiveDate>,
    contact: Option<String>,
) -> Result<u64, DeedError> {
    let now = app.now();
    if let Some(until) = until.filter(|until| *until < day_in_norway(now)) {
        return Err(DeedError::UntilIsPast(until));
    }
    let transaction = db::begin_write(&app.db).await?;
    let detail = json!({ "until": until, "contact": contact });
    block::ActiveModel {
        id: Set(Uuid::new_v4()),
        person_id: Set(person),
        reason: Set(why.reason.to_owned()),
        until: Set(until),
        contact: Set(contact),
        created_at: Set(now.timestamp()),
        created_by: Set(why.by.to_owned()),
        by_county: Set(whose == For::County),
        lifted_at: Set(None),
        lifted_by: Set(None),
        lift_reason: Set(None),
    }
    .insert(&transaction)
    .await?;
    let rules = app.config.records.rules.now();
    let changed = status::refresh(&transaction, &rules, now, &[person]).await?;
    audit::record(
        &transaction,
        entry(app, why, "person.block", person).detail(detail),
    )
    .await?;
    transaction.commit().await?;
    Ok(changed.suspended)
}

/// Lifts whatever blocks stand on the person. The answer is how many credentials are good again: none for someone who has
/// no right to a card any more.
pub(crate) async fn unblock(app: &App, person: Uuid, why: Why<'_>) -> Result<u64, DeedError> {
    lift(app, person, None, why).await
}

/// As [`unblock`], if the blocks in force are those that were seen, and given in a name that may be lifted in this one.
pub(crate) async fn unblock_seen(
    app: &App,
    person: Uuid,
    seen: &[Uuid],
    whose: For,
    why: Why<'_>,
) -> Result<u64, DeedError> {
    lift(app, person, Some((seen, whose)), why).await
}

async fn lift(
    app: &App,
    person: Uuid,
    seen: Option<(&[Uuid], For)>,
    why: Why<'_>,
) -> Result<u64, DeedError> {
    let now = app.now();
    let transaction = db::begin_write(&app.db).await?;
    // A block that is set just now is waited for, and then found.
    db::lock::person(&transaction, person).await?;
    let rows = block::Entity::find()
        .filter(block::Column::PersonId.eq(person))
        .filter(match seen {
            Some(_) => in_force(day_in_norway(now)),
            None => block::Column::LiftedAt.is_null().into_condition(),
        })
        .all(&transaction)
        .await?;
    let standing: BTreeSet<Uuid> = rows.iter().map(|row| row.id).collect();
    if standing.is_empty() {
        return Err(DeedError::NoBlock);
    }
    if let Some((seen, whose)) = seen {
        if standing != seen.iter().copied().collect() {
            return Err(DeedError::OtherBlocks);
        }
        if whose == For::School && rows.iter().any(|row| row.by_county) {
            return Err(DeedError::CountysBlock);
        }
    }
    block::Entity::update_many()
        .col_expr(block::Column::LiftedAt, Expr::value(Some(now.timestamp())))
        .col_expr(block::Column::LiftedBy, Expr::value(Some(why.by)))
        .col_expr(block::Column::LiftReason, Expr::value(Some(why.reason)))
        .filter(block::Column::Id.is_in(standing))
        .exec(&transaction)
        .await?;
    let rules = app.config.records.rules.now();
    let changed = status::refresh(&transaction, &rules, now, &[person]).await?;
    audit::record(&transaction, entry(app, why, "person.unblock", person)).await?;
    transaction.commit().await?;
    Ok(changed.restored)
}
