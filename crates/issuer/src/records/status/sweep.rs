//! Looking at those who are due.

use std::collections::HashMap;

use chrono::NaiveDate;
use school_records::next_change;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{CHUNK, Changed, align, make_due};
use crate::{
    app::App,
    db::{
        self,
        entity::{block, person, setting},
        lock,
    },
    records::{
        day_in_norway, in_force,
        lease::{self, Held},
        record_of,
    },
    schools,
    seal::hex,
};

/// Row of the setting table: by which rules everyone was looked at last.
const RULES: &str = "status_rules";

/// Has everyone looked at by the next sweep if the settings have other rules than the last time. To be called when the
/// service starts. Whoever switches a school sees to its people.
///
/// # Errors
/// When the database fails; to be called again then.
pub async fn heed_rules(app: &App) -> Result<(), DbErr> {
    let rules = serde_json::to_vec(app.config.records.rules.configured())
        .map_err(|error| DbErr::Custom(format!("the rules cannot be written: {error}")))?;
    let digest = hex(&jose::sha256(&rules));
    let known = setting::Entity::find_by_id(RULES).one(&app.db).await?;
    if known.is_some_and(|known| known.value == digest) {
        return Ok(());
    }
    make_all_due(app).await?;
    let row = setting::ActiveModel {
        key: Set(RULES.to_owned()),
        value: Set(digest),
    };
    let update = OnConflict::column(setting::Column::Key)
        .update_column(setting::Column::Value)
        .to_owned();
    setting::Entity::insert(row)
        .on_conflict(update)
        .exec_without_returning(&app.db)
        .await?;
    Ok(())
}

/// A few at a time and in the order in which everyone takes people, so that nobody waits for long or in a ring.
pub(super) async fn make_all_due(app: &App) -> Result<(), DbErr> {
    let mut after = Uuid::nil();
    while let Some(last) = db::retry(|| make_some_due(app, after)).await? {
        after = last;
    }
    Ok(())
}

/// The last of those that were made due; none when there are no more after that one.
async fn make_some_due(app: &App, after: Uuid) -> Result<Option<Uuid>, DbErr> {
    let transaction = db::begin_write(&app.db).await?;
    let ids: Vec<Uuid> = person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .filter(person::Column::Id.gt(after))
        .order_by_asc(person::Column::Id)
        .limit(CHUNK as u64)
        .into_tuple()
        .all(&transaction)
        .await?;
    lock::hold(&transaction, &ids).await?;
    make_due(&transaction, &ids, day_in_norway(app.now())).await?;
    transaction.commit().await?;
    Ok(ids.last().copied())
}

/// Looks at those who are due, a few at a time so that nobody waits for long, and sets when each is due next.
///
/// # Errors
/// When the database fails; what was done before stays done.
pub async fn sweep(app: &App) -> Result<Changed, DbErr> {
    let mut changed = Changed::default();
    if due(&app.db, day_in_norway(app.now()), 1).await?.is_empty() {
        return Ok(changed);
    }
    let Some(held) = Held::take(app, lease::STATUS).await? else {
        return Ok(changed);
    };
    let result = loop {
        match db::retry(|| sweep_some(app)).await {
            Ok(Some(some)) => changed += some,
            Ok(None) => break Ok(changed),
            Err(error) => break Err(error),
        }
    };
    held.give_back(app).await;
    result
}

/// None when nobody is due any more.
async fn sweep_some(app: &App) -> Result<Option<Changed>, DbErr> {
    let now = app.now();
    let today = day_in_norway(now);
    let transaction = db::begin_write(&app.db).await?;
    let ids = due(&transaction, today, CHUNK as u64).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let rows = lock::people(&transaction, ids.iter().copied()).await?;
    // Read behind the locks: who switches a school needs them too, so either this is what was switched, or these people
    // are made due once more. What this process remembers may be older.
    let rules = schools::in_force(&transaction, app.config.records.rules.configured()).await?;
    let changed = align(&transaction, &rules, now, &rows).await?;
    // Blocks that end with a day.
    let blocks = block::Entity::find()
        .filter(block::Column::PersonId.is_in(ids.iter().copied()))
        .filter(in_force(today))
        .all(&transaction)
        .await?;
    let mut next: HashMap<Option<NaiveDate>, Vec<Uuid>> = HashMap::new();
    for row in &rows {
        let by_record = record_of(row)
            .ok()
            .filter(|_| row.withdrawn_at.is_none())
            .and_then(|record| next_change(&record, today));
        let by_block = blocks
            .iter()
            .filter(|block| block.person_id == row.id)
            .filter_map(|block| block.until?.succ_opt())
            .min();
        let day = by_record.into_iter().chain(by_block).min();
        next.entry(day).or_default().push(row.id);
    }
    for (day, people) in next {
        person::Entity::update_many()
            .col_expr(person::Column::NextChange, Expr::value(day))
            .filter(person::Column::Id.is_in(people))
            .exec(&transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(Some(changed))
}

pub(super) async fn due(
    db: &impl ConnectionTrait,
    today: NaiveDate,
    most: u64,
) -> Result<Vec<Uuid>, DbErr> {
    person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .filter(person::Column::NextChange.lte(today))
        .order_by_asc(person::Column::NextChange)
        .limit(most)
        .into_tuple()
        .all(db)
        .await
}
