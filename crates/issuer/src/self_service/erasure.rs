//! "Delete what is stored about me": asked for, done the next night, and taken back until then.
//!
//! | At night | Kept, and why |
//! |---|---|
//! | every device is logged out and all cards become invalid at once | the places of the cards in the status lists, until they have expired: or nobody would see that they are invalid |
//! | the photo | that there was one: the next goes to the school, or deleting would be a way around a locked photo |
//! | the account, with Feide's identifier, once no card of it can be good any more | how often photos were sent in, for the two days that this is kept, and blocks that the school has set: they are not the person's to lift |
//! | | what the school's records say, which the county must have and the next sync would bring back |
//! | | that a message was sent, so that none is sent twice; the audit trail |
//!
//! Whoever logs in to the app again begins anew, and is then no longer to be deleted.

use chrono::{DateTime, Days, NaiveTime, TimeZone, Utc};
use chrono_tz::{Europe::Oslo, Tz};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit, db,
    db::entity::{
        account, credential, device as device_table, erasure, person,
        photo::{self, PhotoState},
    },
    oauth::device,
    photo::staff::Gone,
    records::status,
    retention,
};

/// The hour of the night, on Norwegian clocks.
const HOUR: u32 = 2;
/// However late it is, so long there is a way back, in hours.
const LEAST: i64 = 6;

/// The next night that leaves time to think again, unix seconds.
#[must_use]
pub(crate) fn next_night(now: DateTime<Utc>) -> i64 {
    let earliest = now + chrono::TimeDelta::hours(LEAST);
    let day = earliest.with_timezone(&Oslo).date_naive();
    let at = NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
    let moment = |day: chrono::NaiveDate| -> Option<DateTime<Tz>> {
        // When the clocks go forward there is no such hour, and when they go back there are two.
        let local = day.and_time(at);
        Oslo.from_local_datetime(&local).earliest().or_else(|| {
            Oslo.from_local_datetime(&(local + chrono::TimeDelta::hours(1)))
                .earliest()
        })
    };
    [Some(day), day.checked_add_days(Days::new(1))]
        .into_iter()
        .flatten()
        .filter_map(moment)
        .map(|at| at.timestamp())
        .find(|at| *at >= earliest.timestamp())
        .unwrap_or_else(|| earliest.timestamp())
}

/// Asks for it; the answer is when it will be done. Asking twice changes nothing.
pub(crate) async fn ask(app: &App, account: &account::Model, by: &str) -> Result<i64, DbErr> {
    let (now, due_at) = (app.unix_now(), next_night(app.now()));
    let transaction = db::begin_write(&app.db).await?;
    db::lock::account(&transaction, account.id).await?;
    if let Some(asked) = pending(&transaction, account).await? {
        return Ok(asked.due_at);
    }
    let row = erasure::ActiveModel {
        account_id: Set(account.id),
        asked_at: Set(now),
        due_at: Set(due_at),
        done_at: Set(None),
    };
    // One that was done before, of an account that is still there, is asked for anew.
    erasure::Entity::insert(row)
        .on_conflict(
            OnConflict::column(erasure::Column::AccountId)
                .update_columns([
                    erasure::Column::AskedAt,
                    erasure::Column::DueAt,
                    erasure::Column::DoneAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(&transaction)
        .await?;
    record(
        &transaction,
        account,
        by,
        "own.ask_erasure",
        now,
        json!({ "due_at": due_at }),
    )
    .await?;
    transaction.commit().await?;
    Ok(due_at)
}

/// Takes it back; false when there is nothing to take back any more.
pub(crate) async fn take_back(
    app: &App,
    account: &account::Model,
    by: &str,
) -> Result<bool, DbErr> {
    let transaction = db::begin_write(&app.db).await?;
    db::lock::account(&transaction, account.id).await?;
    let deleted = erasure::Entity::delete_by_id(account.id)
        .filter(erasure::Column::DoneAt.is_null())
        .exec(&transaction)
        .await?;
    if deleted.rows_affected == 0 {
        return Ok(false);
    }
    let now = app.unix_now();
    record(
        &transaction,
        account,
        by,
        "own.take_back_erasure",
        now,
        json!({}),
    )
    .await?;
    transaction.commit().await?;
    Ok(true)
}

/// What is asked for and not done yet.
pub(crate) async fn pending(
    db: &impl sea_orm::ConnectionTrait,
    account: &account::Model,
) -> Result<Option<erasure::Model>, DbErr> {
    erasure::Entity::find_by_id(account.id)
        .filter(erasure::Column::DoneAt.is_null())
        .one(db)
        .await
}

async fn record(
    transaction: &DatabaseTransaction,
    account: &account::Model,
    by: &str,
    action: &'static str,
    now: i64,
    detail: serde_json::Value,
) -> Result<(), DbErr> {
    let mut entry = audit::Entry::new(by, action, now).detail(detail);
    if let Some(person) = account.person_id {
        entry = entry.person(person);
    }
    audit::record(transaction, entry).await
}

/// Deletes what is due; the answer is of how many accounts. Each is a transaction of its own, so one that fails keeps
/// nobody else waiting, and is tried again the next time.
pub(crate) async fn due(app: &App) -> Result<usize, DbErr> {
    let now = app.unix_now();
    let due: Vec<Uuid> = erasure::Entity::find()
        .select_only()
        .column(erasure::Column::AccountId)
        .filter(erasure::Column::DueAt.lte(now))
        .order_by_asc(erasure::Column::DueAt)
        .into_tuple()
        .all(&app.db)
        .await?;
    let mut count = 0;
    for account in due {
        match db::retry(|| one(app, account, now)).await {
            Ok(None) => {}
            Ok(Some(gone)) => {
                count += 1;
                if let Some(gone) = gone {
                    app.photos.delete(&gone.object).await;
                }
            }
            Err(error) => tracing::error!(%account, %error, "an account could not be erased"),
        }
    }
    Ok(count)
}

/// None where nothing was left to erase; else the picture that is to go, if there was one.
async fn one(app: &App, account: Uuid, now: i64) -> Result<Option<Option<Gone>>, DbErr> {
    let transaction = db::begin_write(&app.db).await?;
    let read = account::Entity::find_by_id(account)
        .one(&transaction)
        .await?;
    if let Some(person) = read.and_then(|row| row.person_id) {
        db::lock::person(&transaction, person).await?;
    }
    let Some(account) = db::lock::account(&transaction, account).await? else {
        return Ok(None);
    };
    // Taken back, or done by another process, since it was read.
    let Some(asked) = erasure::Entity::find_by_id(account.id)
        .filter(erasure::Column::DueAt.lte(now))
        .one(&transaction)
        .await?
    else {
        return Ok(None);
    };
    let gone = match asked.done_at {
        None => Some(erase(&transaction, &account, asked, now).await?),
        Some(done_at) => {
            finish(&transaction, &account, done_at).await?;
            None
        }
    };
    transaction.commit().await?;
    Ok(gone)
}

async fn erase(
    transaction: &DatabaseTransaction,
    account: &account::Model,
    asked: erasure::Model,
    now: i64,
) -> Result<Option<Gone>, DbErr> {
    let (mut devices, mut credentials) = (0_usize, 0);
    for id in device::active(transaction, account.id).await? {
        devices += 1;
        credentials += device::revoke(transaction, id, "erased", now).await?;
    }
    let mut gone = None;
    if let Some(id) = account.person_id {
        credentials += status::invalidate(transaction, id).await?;
        gone = erase_photo(transaction, id, now).await?;
    }
    let detail = json!({ "devices": devices, "credentials": credentials, "photo": gone.is_some() });
    record(transaction, account, "issuer", "own.erase", now, detail).await?;
    let mut row: erasure::ActiveModel = asked.into();
    row.done_at = Set(Some(now));
    row.update(transaction).await?;
    finish(transaction, account, now).await?;
    Ok(gone)
}

/// As after a reset; and whatever the person sends in next goes to the school.
async fn erase_photo(
    transaction: &DatabaseTransaction,
    person: sea_orm::prelude::Uuid,
    now: i64,
) -> Result<Option<Gone>, DbErr> {
    let Some(row) = photo::Entity::find_by_id(person).one(transaction).await? else {
        return Ok(None);
    };
    let gone = row.state.has_picture().then(|| Gone::from(&row));
    let mut row: photo::ActiveModel = row.into();
    row.state = Set(PhotoState::Reset);
    row.changed_at = Set(now);
    row.note = Set(None);
    row.reasons = Set(None);
    row.submitted_sha256 = Set(None);
    row.handed_back = Set(true);
    row.update(transaction).await?;
    Ok(gone)
}

/// The account itself, if nothing hangs on it any more; nothing at all if the person has come back since.
async fn finish(
    transaction: &DatabaseTransaction,
    account: &account::Model,
    done_at: i64,
) -> Result<(), DbErr> {
    if !device::active(transaction, account.id).await?.is_empty() && account.last_login_at > done_at
    {
        erasure::Entity::delete_by_id(account.id)
            .exec(transaction)
            .await?;
        return Ok(());
    }
    let devices = device_table::Entity::find()
        .filter(device_table::Column::AccountId.eq(account.id))
        .all(transaction)
        .await?;
    let held = credential::Entity::find()
        .filter(credential::Column::DeviceId.is_in(devices.iter().map(|device| device.id)))
        .one(transaction)
        .await?;
    if held.is_none() {
        retention::delete_account(transaction, account.id).await?;
    }
    Ok(())
}

/// Whether a person in the records is behind an account.
pub(crate) async fn person_of(
    db: &impl sea_orm::ConnectionTrait,
    account: &account::Model,
) -> Result<Option<person::Model>, DbErr> {
    match account.person_id {
        Some(id) => person::Entity::find_by_id(id).one(db).await,
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_done_the_next_night_that_leaves_time_to_think_again() {
        for (now, night) in [
            ("2026-11-22T17:00:00Z", "2026-11-23T01:00:00Z"),
            // 21:30 in Norway: less than six hours to two o'clock.
            ("2026-11-22T20:30:00Z", "2026-11-24T01:00:00Z"),
            ("2026-11-22T01:00:00Z", "2026-11-23T01:00:00Z"),
            ("2026-07-10T10:00:00Z", "2026-07-11T00:00:00Z"),
            // The clocks go forward at two, and back at three.
            ("2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
            ("2026-10-24T12:00:00Z", "2026-10-25T00:00:00Z"),
        ] {
            let found = DateTime::from_timestamp(next_night(now.parse().unwrap()), 0).unwrap();
            assert_eq!(found, night.parse::<DateTime<Utc>>().unwrap(), "{now}");
        }
    }
}
