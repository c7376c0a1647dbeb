//! What is kept no longer than needed.
//!
//! | What | Until |
//! |---|---|
//! | photo, devices, logins, library code, blocks, messages of a person | `card_months` after the right to a card ended |
//! | the person's row | the same, once the records no longer hold the person and no credential is left |
//! | what changed in whose record, runs of the sync | `log_months` |
//! | accounts that were never matched to a person | `card_months` after the last login |
//! | audit trail | `audit_months`; the rest still verifies |
//!
//! A right has ended on the day that the records say, or that the person was withdrawn, or else on the day when it was
//! first seen that there is none: never too early. A person who is blocked has a right. Credentials themselves go a month
//! after they have expired, and not before: their places in the status lists must stay taken.

use chrono::{DateTime, Months, NaiveDate, TimeZone, Utc};
use chrono_tz::Europe::Oslo;
use school_records::{NoRight, Right, Rules, right_on};
use sea_orm::{
    ActiveEnum, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit::{self, verify},
    config::RetentionConfig,
    db::{
        self,
        entity::{
            access_token, account, authorization_code, block, change_log, credential, device,
            library_code, person, photo, photo_attempt, refresh_token, setting, sms_message,
            sync_run::{self, SyncOutcome},
            without_right,
        },
    },
    records::{day_in_norway, record_of, status::CHUNK},
};

/// Row of the setting table: the day of the last daily run.
const LAST_DAY: &str = "retention_day";

/// What was deleted, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Deleted {
    /// People whose card data went.
    pub people: u64,
    /// Of these, people of whom nothing is left but the audit trail.
    pub wholly: u64,
    /// Photos.
    pub photos: u64,
    /// Accounts that belong to nobody.
    pub accounts: u64,
    /// Rows of the change log.
    pub changes: u64,
    /// Runs of the sync.
    pub runs: u64,
    /// Entries of the audit trail.
    pub audit: u64,
}

/// The days and moments from before which things go.
struct Limits {
    card_day: NaiveDate,
    card: i64,
    log: i64,
    audit: i64,
}

impl Limits {
    fn of(config: &RetentionConfig, now: DateTime<Utc>) -> Self {
        let today = day_in_norway(now);
        let day = |months: u32| {
            today
                .checked_sub_months(Months::new(months))
                .unwrap_or(NaiveDate::MIN)
        };
        let moment = |months: u32| start_of(day(months)).timestamp();
        Self {
            card_day: day(config.card_months),
            card: moment(config.card_months),
            log: moment(config.log_months),
            audit: moment(config.audit_months),
        }
    }
}

fn start_of(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    // Norway's clocks are never changed at midnight.
    Oslo.from_local_datetime(&midnight)
        .earliest()
        .map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}

/// Since when a person has had no right; none while there is one, or one to come.
///
/// `seen` is when it was first seen that there is none.
fn ended_on(
    row: &person::Model,
    seen: Option<NaiveDate>,
    today: NaiveDate,
    rules: &Rules,
) -> Option<NaiveDate> {
    let withdrawn_on = row
        .withdrawn_at
        .map(|at| DateTime::from_timestamp(at, 0).map_or(today, day_in_norway));
    let Ok(record) = record_of(row) else {
        // Our own fault, so nothing is deleted for it.
        tracing::error!(person = %row.id, "a stored record cannot be read");
        return None;
    };
    let right = right_on(&record, today, rules);
    if let Some(withdrawn_on) = withdrawn_on {
        return Some(match right {
            Right::None(NoRight::Ended { on } | NoRight::Interrupted { on }) => {
                withdrawn_on.min(on)
            }
            _ => withdrawn_on,
        });
    }
    match right {
        Right::Pupil(_) | Right::Apprentice(_) | Right::Incomplete(_) => None,
        Right::None(NoRight::NotStarted { .. }) => None,
        Right::None(NoRight::Ended { on } | NoRight::Interrupted { on }) => Some(on),
        Right::SchoolNotEnabled { .. } | Right::None(_) => Some(seen.unwrap_or(today)),
    }
}

/// Deletes what has been kept long enough; `by` goes into the audit trail.
///
/// # Errors
/// When the database fails; what was deleted before stays so, and the next run does the rest.
pub async fn run(app: &App, by: &str) -> Result<Deleted, DbErr> {
    let now = app.now();
    let limits = Limits::of(&app.config.retention, now);
    let mut deleted = Deleted::default();
    for chunk in note_rights(app, true).await?.due.chunks(100) {
        let transaction = db::begin_write(&app.db).await?;
        let mut objects = Vec::new();
        for id in chunk {
            erase(app, &transaction, *id, &limits, &mut deleted, &mut objects).await?;
        }
        transaction.commit().await?;
        for object in objects {
            app.photos.delete(&object).await;
        }
    }
    let transaction = db::begin_write(&app.db).await?;
    for account in unmatched(&transaction, &limits).await? {
        delete_account(&transaction, account).await?;
        deleted.accounts += 1;
    }
    deleted.changes = change_log::Entity::delete_many()
        .filter(change_log::Column::At.lt(limits.log))
        .exec(&transaction)
        .await?
        .rows_affected;
    let runs = old_runs(&transaction, &limits).await?;
    for chunk in runs.chunks(CHUNK) {
        deleted.runs += sync_run::Entity::delete_many()
            .filter(sync_run::Column::Id.is_in(chunk.iter().copied()))
            .exec(&transaction)
            .await?
            .rows_affected;
    }
    deleted.audit = verify::prune(&transaction, &app.seal, limits.audit, now.timestamp()).await?;
    if deleted != Deleted::default() {
        let entry = audit::Entry::new(by, "retention.run", now.timestamp())
            .detail(json!({ "deleted": deleted }));
        audit::record(&transaction, entry).await?;
    }
    transaction.commit().await?;
    Ok(deleted)
}

/// Says what [`run`] would delete now.
///
/// # Errors
/// When the database fails.
pub async fn dry_run(app: &App) -> Result<Deleted, DbErr> {
    let limits = Limits::of(&app.config.retention, app.now());
    let due = note_rights(app, false).await?;
    let mut deleted = Deleted {
        accounts: unmatched(&app.db, &limits).await?.len() as u64,
        changes: change_log::Entity::find()
            .filter(change_log::Column::At.lt(limits.log))
            .count(&app.db)
            .await?,
        runs: old_runs(&app.db, &limits).await?.len() as u64,
        audit: match verify::last_before(&app.db, limits.audit).await? {
            Some(last) => {
                crate::db::entity::audit::Entity::find()
                    .filter(crate::db::entity::audit::Column::Seq.lte(last.seq))
                    .count(&app.db)
                    .await?
            }
            None => 0,
        },
        ..Deleted::default()
    };
    for id in due.due {
        if has_card_data(&app.db, id).await? {
            deleted.people += 1;
        }
        if photo::Entity::find_by_id(id).one(&app.db).await?.is_some() {
            deleted.photos += 1;
        }
        let is_withdrawn = person::Entity::find_by_id(id)
            .one(&app.db)
            .await?
            .is_some_and(|row| row.withdrawn_at.is_some());
        if is_withdrawn && !has_credential(&app.db, id).await? {
            deleted.wholly += 1;
        }
    }
    Ok(deleted)
}

/// Runs once a day, in one of the processes.
///
/// # Errors
/// When the database fails.
pub async fn daily(app: &App) -> Result<Option<Deleted>, DbErr> {
    let today = day_in_norway(app.now()).to_string();
    let transaction = db::begin_write(&app.db).await?;
    let last = setting::Entity::find_by_id(LAST_DAY)
        .one(&transaction)
        .await?;
    if last.is_some_and(|last| last.value == today) {
        return Ok(None);
    }
    setting::Entity::insert(setting::ActiveModel {
        key: Set(LAST_DAY.to_owned()),
        value: Set(today),
    })
    .on_conflict(
        OnConflict::column(setting::Column::Key)
            .update_column(setting::Column::Value)
            .to_owned(),
    )
    .exec_without_returning(&transaction)
    .await?;
    transaction.commit().await?;
    run(app, "issuer").await.map(Some)
}

/// People whose time is over.
struct Due {
    due: Vec<Uuid>,
}

/// Looks who has no right, and since when; `writes` keeps that for the next time.
async fn note_rights(app: &App, writes: bool) -> Result<Due, DbErr> {
    let today = day_in_norway(app.now());
    let rules = &app.config.records.rules;
    let limit = Limits::of(&app.config.retention, app.now()).card_day;
    let mut due = Vec::new();
    let mut from = Uuid::nil();
    loop {
        let people = person::Entity::find()
            .filter(person::Column::Id.gt(from))
            .order_by_asc(person::Column::Id)
            .limit(CHUNK as u64)
            .all(&app.db)
            .await?;
        let Some(last) = people.last() else {
            return Ok(Due { due });
        };
        from = last.id;
        let seen: std::collections::HashMap<Uuid, NaiveDate> = without_right::Entity::find()
            .filter(without_right::Column::PersonId.is_in(people.iter().map(|row| row.id)))
            .all(&app.db)
            .await?
            .into_iter()
            .map(|row| (row.person_id, row.since))
            .collect();
        let (mut new, mut over) = (Vec::new(), Vec::new());
        for row in &people {
            let seen = seen.get(&row.id).copied();
            match ended_on(row, seen, today, rules) {
                Some(since) => {
                    if since < limit {
                        due.push(row.id);
                    }
                    if seen.is_none() {
                        new.push(without_right::ActiveModel {
                            person_id: Set(row.id),
                            since: Set(since),
                        });
                    }
                }
                None if seen.is_some() => over.push(row.id),
                None => {}
            }
        }
        if !writes {
            continue;
        }
        if !new.is_empty() {
            without_right::Entity::insert_many(new)
                .on_conflict(
                    OnConflict::column(without_right::Column::PersonId)
                        .do_nothing()
                        .to_owned(),
                )
                .exec_without_returning(&app.db)
                .await?;
        }
        if !over.is_empty() {
            without_right::Entity::delete_many()
                .filter(without_right::Column::PersonId.is_in(over))
                .exec(&app.db)
                .await?;
        }
    }
}

/// Deletes what belongs to a person's card, and the person's row where nothing needs it any more.
async fn erase(
    app: &App,
    db: &DatabaseTransaction,
    id: Uuid,
    limits: &Limits,
    deleted: &mut Deleted,
    objects: &mut Vec<String>,
) -> Result<(), DbErr> {
    let Some(row) = person::Entity::find_by_id(id).one(db).await? else {
        return Ok(());
    };
    // A sync may have given a right since this was looked at.
    let seen = without_right::Entity::find_by_id(id).one(db).await?;
    let today = day_in_norway(app.now());
    let ended = ended_on(
        &row,
        seen.map(|seen| seen.since),
        today,
        &app.config.records.rules,
    );
    if ended.is_none_or(|since| since >= limits.card_day) {
        return Ok(());
    }
    if has_card_data(db, id).await? {
        deleted.people += 1;
    }
    if let Some(row) = photo::Entity::find_by_id(id).one(db).await? {
        if row.state.has_picture() {
            objects.push(row.object_key.clone());
        }
        photo::Entity::delete_by_id(id).exec(db).await?;
        deleted.photos += 1;
    }
    macro_rules! delete {
        ($($table:ident),*) => {$(
            $table::Entity::delete_many()
                .filter($table::Column::PersonId.eq(id))
                .exec(db)
                .await?;
        )*};
    }
    delete!(photo_attempt, library_code, block, sms_message);
    // Credentials go when they have expired, with their places in the status lists; devices wait for them.
    if has_credential(db, id).await? {
        return Ok(());
    }
    let accounts = account::Entity::find()
        .filter(account::Column::PersonId.eq(id))
        .all(db)
        .await?;
    for account in accounts {
        delete_account(db, account.id).await?;
    }
    // While the records hold the person, so does the next sync.
    if row.withdrawn_at.is_some() {
        delete!(change_log, without_right);
        person::Entity::delete_by_id(id).exec(db).await?;
        deleted.wholly += 1;
    }
    Ok(())
}

async fn has_credential(db: &impl ConnectionTrait, person: Uuid) -> Result<bool, DbErr> {
    let count = credential::Entity::find()
        .filter(credential::Column::PersonId.eq(person))
        .count(db)
        .await?;
    Ok(count > 0)
}

async fn has_card_data(db: &impl ConnectionTrait, person: Uuid) -> Result<bool, DbErr> {
    macro_rules! any {
        ($($table:ident),*) => {
            false $(|| $table::Entity::find()
                .filter($table::Column::PersonId.eq(person))
                .count(db)
                .await? > 0)*
        };
    }
    Ok(any!(photo, library_code, block, sms_message, account))
}

/// An account with its devices and all that they were given; not where a credential hangs on one.
async fn delete_account(db: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    let devices: Vec<Uuid> = device::Entity::find()
        .select_only()
        .column(device::Column::Id)
        .filter(device::Column::AccountId.eq(id))
        .into_tuple()
        .all(db)
        .await?;
    authorization_code::Entity::delete_many()
        .filter(authorization_code::Column::AccountId.eq(id))
        .exec(db)
        .await?;
    access_token::Entity::delete_many()
        .filter(access_token::Column::DeviceId.is_in(devices.iter().copied()))
        .exec(db)
        .await?;
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::DeviceId.is_in(devices.iter().copied()))
        .exec(db)
        .await?;
    device::Entity::delete_many()
        .filter(device::Column::AccountId.eq(id))
        .exec(db)
        .await?;
    account::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Accounts of nobody in the records that have not been used for long, and on whose devices no credential is.
async fn unmatched(db: &impl ConnectionTrait, limits: &Limits) -> Result<Vec<Uuid>, DbErr> {
    let accounts: Vec<Uuid> = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::PersonId.is_null())
        .filter(account::Column::LastLoginAt.lt(limits.card))
        .into_tuple()
        .all(db)
        .await?;
    let mut free = Vec::new();
    for id in accounts {
        let devices: Vec<Uuid> = device::Entity::find()
            .select_only()
            .column(device::Column::Id)
            .filter(device::Column::AccountId.eq(id))
            .into_tuple()
            .all(db)
            .await?;
        let held = credential::Entity::find()
            .filter(credential::Column::DeviceId.is_in(devices))
            .count(db)
            .await?;
        if held == 0 {
            free.push(id);
        }
    }
    Ok(free)
}

/// Old runs that no row of the change log names; the last one that was applied stays.
async fn old_runs(db: &impl ConnectionTrait, limits: &Limits) -> Result<Vec<Uuid>, DbErr> {
    let last = sync_run::Entity::find()
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Applied.to_value()))
        .order_by_desc(sync_run::Column::StartedAt)
        .one(db)
        .await?
        .map(|run| run.id);
    let runs: Vec<Uuid> = sync_run::Entity::find()
        .select_only()
        .column(sync_run::Column::Id)
        .filter(sync_run::Column::StartedAt.lt(limits.log))
        .into_tuple()
        .all(db)
        .await?;
    let mut free = Vec::new();
    for run in runs {
        let named = change_log::Entity::find()
            .filter(change_log::Column::RunId.eq(run))
            .filter(change_log::Column::At.gte(limits.log))
            .count(db)
            .await?;
        if named == 0 && Some(run) != last {
            free.push(run);
        }
    }
    Ok(free)
}

#[cfg(test)]
mod tests;
