//! What is kept no longer than needed.
//!
//! | What | Until |
//! |---|---|
//! | photo, devices, logins, library code, blocks, messages, slips of a person | `card_months` after the right to a card ended |
//! | the person's row | the same, once the records no longer hold the person and no credential is left |
//! | what changed in whose record, runs of the sync | `log_months` |
//! | accounts that were never matched to a person | `card_months` after the last login |
//! | audit trail | `audit_months`; the rest still verifies |
//!
//! A right has ended on the day that the records say, or that the person was withdrawn, or else on the day when it was
//! first seen that there is none: never too early. A person who is blocked has a right, and whoever has a school relation
//! or contract that is yet to begin keeps all. Credentials themselves go a month after they have expired, and not before:
//! their places in the status lists must stay taken.
//!
//! What a source says wrongly must not delete anything at once, since nothing brings it back. So nobody's data goes before
//! it has stood for [`GRACE_DAYS`] that there is no right, counted from the day when that was first seen and not from one
//! in the records; and a run that would take more than `records.brake_percent` of the people or of the photos takes none
//! until a person lets it.

use chrono::{DateTime, Days, Months, NaiveDate, TimeZone, Utc};
use chrono_tz::Europe::Oslo;
use school_records::{
    NoRight, PersonRecord, Right, Rules, right_as_pupil, right_in_training, right_on,
};
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
            erasure, library_code, person, photo, photo_attempt, refresh_token, setting,
            sms_message,
            sync_run::{self, SyncOutcome},
            without_right,
        },
    },
    records::{day_in_norway, record_of, status::CHUNK, sync::Accept},
    slip,
};

/// Row of the setting table: the day of the last daily run.
const LAST_DAY: &str = "retention_day";
/// So many days it must have been seen that there is no right.
const GRACE_DAYS: u64 = 30;

/// Why not everything was deleted.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// It would be too much to be believed.
    #[error(
        "the brake held: {people} people's card data and {photos} photos would be deleted, more than {percent} % of \
         them; nobody's was, only old logs and unused accounts. If that is right, run \
         `retention --accept-brake --by WHO --reason WHY`"
    )]
    Braked {
        /// People whose data would have gone.
        people: u64,
        /// Photos that would have gone.
        photos: u64,
        /// The setting.
        percent: f64,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

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
    seen_day: NaiveDate,
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
            seen_day: today
                .checked_sub_days(Days::new(GRACE_DAYS))
                .unwrap_or(NaiveDate::MIN),
            card: moment(config.card_months),
            log: moment(config.log_months),
            audit: moment(config.audit_months),
        }
    }

    /// Whether a right that ended on a day has been over for long enough, and was seen to be so.
    fn are_past(&self, ended_on: NaiveDate, seen_on: Option<NaiveDate>) -> bool {
        ended_on < self.card_day && seen_on.is_some_and(|seen_on| seen_on <= self.seen_day)
    }
}

/// The first moment of a day in Norway.
pub(crate) fn start_of(day: NaiveDate) -> DateTime<Utc> {
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
    if withdrawn_on.is_none() && is_to_begin(&record, today, rules) {
        return None;
    }
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

/// Whether any school relation or contract is yet to begin, however another ended.
fn is_to_begin(record: &PersonRecord, today: NaiveDate, rules: &Rules) -> bool {
    let begins = |right| matches!(right, Right::None(NoRight::NotStarted { .. }));
    let alone = || PersonRecord {
        enrolments: Vec::new(),
        contracts: Vec::new(),
        ..record.clone()
    };
    let at_school = record.enrolments.iter().any(|enrolment| {
        let mut only = alone();
        only.enrolments.push(enrolment.clone());
        begins(right_as_pupil(&only, today, rules))
    });
    at_school
        || record.contracts.iter().any(|contract| {
            let mut only = alone();
            only.contracts.push(contract.clone());
            begins(right_in_training(&only, today, rules))
        })
}

/// Deletes what has been kept long enough; `by` goes into the audit trail, with each batch of people in its transaction.
///
/// # Errors
/// When the database fails; what was deleted before stays so, and the next run does the rest. When the brake holds and
/// nobody accepts it; what belongs to nobody's card is deleted nonetheless.
pub async fn run(
    app: &App,
    by: &str,
    accept_brake: Option<&Accept>,
) -> Result<Deleted, RetentionError> {
    let due = note_rights(app, true).await?.due;
    let told = of_people(app, &due).await?;
    let held = braked(app, told).await?;
    let mut deleted = Deleted::default();
    match (&held, accept_brake) {
        (Some(_), None) => {}
        (held, accept) => {
            if let Some(accept) = accept.filter(|_| held.is_some()) {
                let entry = audit::Entry::new(&accept.by, "retention.accept_brake", app.unix_now())
                    .reason(&accept.reason)
                    .detail(json!({ "people": told.people, "photos": told.photos }));
                audit::record(&app.db, entry).await?;
            }
            erase_all(app, by, &due, &mut deleted).await?;
        }
    }
    delete_the_rest(app, by, &mut deleted).await?;
    match held.filter(|_| accept_brake.is_none()) {
        Some(error) => Err(error),
        None => Ok(deleted),
    }
}

/// The error if so many are more than the brake allows.
async fn braked(app: &App, told: Deleted) -> Result<Option<RetentionError>, DbErr> {
    let percent = app.config.records.brake_percent;
    let people = person::Entity::find().count(&app.db).await?;
    let photos = photo::Entity::find().count(&app.db).await?;
    let is_too_much = |part: u64, all: u64| part as f64 > all as f64 * percent / 100.0;
    let is_braked =
        is_too_much(told.people.max(told.wholly), people) || is_too_much(told.photos, photos);
    Ok(is_braked.then_some(RetentionError::Braked {
        people: told.people.max(told.wholly),
        photos: told.photos,
        percent,
    }))
}

async fn erase_all(app: &App, by: &str, due: &[Uuid], deleted: &mut Deleted) -> Result<(), DbErr> {
    let limits = Limits::of(&app.config.retention, app.now());
    for chunk in due.chunks(100) {
        let transaction = db::begin_write(&app.db).await?;
        let mut objects = Vec::new();
        let mut batch = Deleted::default();
        for id in chunk {
            erase(app, &transaction, *id, &limits, &mut batch, &mut objects).await?;
        }
        if batch != Deleted::default() {
            let entry = audit::Entry::new(by, "retention.erase", app.unix_now())
                .detail(json!({ "deleted": batch }));
            audit::record(&transaction, entry).await?;
        }
        transaction.commit().await?;
        deleted.people += batch.people;
        deleted.wholly += batch.wholly;
        deleted.photos += batch.photos;
        for object in objects {
            app.photos.delete(&object).await;
        }
    }
    Ok(())
}

/// What hangs on nobody's card.
async fn delete_the_rest(app: &App, by: &str, deleted: &mut Deleted) -> Result<(), DbErr> {
    let now = app.now();
    let limits = Limits::of(&app.config.retention, now);
    let people = *deleted;
    let transaction = db::begin_write(&app.db).await?;
    for account in unmatched(&transaction, &limits).await? {
        // Somebody may have logged in since.
        let is_unused = db::lock::account(&transaction, account)
            .await?
            .is_some_and(|row| row.person_id.is_none() && row.last_login_at < limits.card);
        if is_unused {
            delete_account(&transaction, account).await?;
            deleted.accounts += 1;
        }
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
    if *deleted != people {
        let entry = audit::Entry::new(by, "retention.run", now.timestamp())
            .detail(json!({ "deleted": *deleted }));
        audit::record(&transaction, entry).await?;
    }
    transaction.commit().await
}

/// Says what [`run`] would delete now, and the error if the brake would hold.
///
/// # Errors
/// When the database fails.
pub async fn dry_run(app: &App) -> Result<(Deleted, Option<RetentionError>), DbErr> {
    let limits = Limits::of(&app.config.retention, app.now());
    let due = note_rights(app, false).await?.due;
    let people = of_people(app, &due).await?;
    let deleted = Deleted {
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
        ..people
    };
    Ok((deleted, braked(app, people).await?))
}

/// What of these people there is to delete.
async fn of_people(app: &App, due: &[Uuid]) -> Result<Deleted, DbErr> {
    let mut deleted = Deleted::default();
    for id in due.iter().copied() {
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

/// Runs once a day. A day on which it fails is not done; one on which the brake holds is.
///
/// # Errors
/// As [`run`].
pub async fn daily(app: &App) -> Result<Option<Deleted>, RetentionError> {
    let today = day_in_norway(app.now()).to_string();
    let last = setting::Entity::find_by_id(LAST_DAY).one(&app.db).await?;
    if last.is_some_and(|last| last.value == today) {
        return Ok(None);
    }
    let result = run(app, "issuer", None).await;
    if let Err(RetentionError::Database(_)) = result {
        return result.map(Some);
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
    .exec_without_returning(&app.db)
    .await?;
    result.map(Some)
}

/// People whose time is over.
struct Due {
    due: Vec<Uuid>,
}

/// Looks who has no right, and since when; `writes` keeps that for the next time.
async fn note_rights(app: &App, writes: bool) -> Result<Due, DbErr> {
    let today = day_in_norway(app.now());
    let rules = app.config.records.rules.now();
    let limits = Limits::of(&app.config.retention, app.now());
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
        let seen: std::collections::HashMap<Uuid, without_right::Model> =
            without_right::Entity::find()
                .filter(without_right::Column::PersonId.is_in(people.iter().map(|row| row.id)))
                .all(&app.db)
                .await?
                .into_iter()
                .map(|row| (row.person_id, row))
                .collect();
        let (mut new, mut over) = (Vec::new(), Vec::new());
        for row in &people {
            let seen = seen.get(&row.id);
            let since = seen.map(|seen| seen.since);
            let seen_on = seen.and_then(|seen| seen.seen_on);
            match ended_on(row, since, today, &rules) {
                Some(ended_on) => {
                    if limits.are_past(ended_on, seen_on) {
                        due.push(row.id);
                    }
                    if seen_on.is_none() {
                        new.push(without_right::ActiveModel {
                            person_id: Set(row.id),
                            since: Set(since.unwrap_or(ended_on)),
                            seen_on: Set(Some(today)),
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
                        .update_column(without_right::Column::SeenOn)
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
    let Some(row) = db::lock::person(db, id).await? else {
        return Ok(());
    };
    // A sync may have given a right since this was looked at.
    let seen = without_right::Entity::find_by_id(id).one(db).await?;
    let today = day_in_norway(app.now());
    let ended = ended_on(
        &row,
        seen.as_ref().map(|seen| seen.since),
        today,
        &app.config.records.rules.now(),
    );
    let seen_on = seen.and_then(|seen| seen.seen_on);
    if !ended.is_some_and(|ended| limits.are_past(ended, seen_on)) {
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
    slip::delete_of(db, id, app.unix_now()).await?;
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
pub(crate) async fn delete_account(db: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
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
    erasure::Entity::delete_by_id(id).exec(db).await?;
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
