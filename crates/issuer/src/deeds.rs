//! What staff may do to a person, by command or by page: each deed in one transaction with its audit entry and what it
//! means for the credentials, so that the status lists tell it at once.

mod block;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use county_api::Symbology;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit, db,
    db::entity::{account, device as devices, library_code, sms_message},
    oauth::device,
    photo::{self, PhotoError, Refusal},
    records::status,
    sms::outbox,
};

pub(crate) use block::{For, block, unblock, unblock_seen};

/// Who does it, and why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Why<'a> {
    /// Who.
    pub(crate) by: &'a str,
    /// Why.
    pub(crate) reason: &'a str,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeedError {
    /// The last day has been.
    #[error("the last day of the block, {0}, is past already")]
    UntilIsPast(NaiveDate),
    #[error("there is no block on this person")]
    NoBlock,
    #[error("other blocks stand on this person than those that were seen")]
    OtherBlocks,
    #[error("the county gave the block")]
    CountysBlock,
    #[error("there is no photo to reset")]
    NoPhoto,
    #[error("that cannot be done with the photo: {0}")]
    Photo(#[from] PhotoError),
    #[error("no device of this person is logged in, and no card is out")]
    NoDevice,
    #[error("this is no device of this person that is logged in")]
    NotThatDevice,
    #[error("there is no message that could be sent again")]
    NoMessage,
    #[error("there is no library code set by hand")]
    NoLibraryCode,
    #[error("that code cannot be drawn as {0:?}")]
    CodeDoesNotFit(Symbology),
    #[error("the symbology has no name: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// Locks the photo that the person has sent in.
pub(crate) async fn approve_photo(
    app: &App,
    person: Uuid,
    by: &str,
    reason: Option<&str>,
    seen: &str,
) -> Result<(), DeedError> {
    let transaction = db::begin_write(&app.db).await?;
    let sha256 = photo::staff::approve(&transaction, person, seen, app.unix_now()).await?;
    let mut entry = audit::Entry::new(by, "person.approve_photo", app.unix_now())
        .person(person)
        .detail(json!({ "photo": sha256 }));
    if let Some(reason) = reason {
        entry = entry.reason(reason);
    }
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(())
}

/// Hands back the photo that the person has sent in.
pub(crate) async fn return_photo(
    app: &App,
    person: Uuid,
    why: Why<'_>,
    seen: &str,
) -> Result<(), DeedError> {
    let transaction = db::begin_write(&app.db).await?;
    let (note, now) = (why.reason, app.unix_now());
    let gone = photo::staff::hand_back(&transaction, person, seen, note, now).await?;
    let entry = entry(app, why, "person.return_photo", person);
    audit::record(&transaction, entry.detail(json!({ "photo": gone.sha256 }))).await?;
    transaction.commit().await?;
    app.photos.delete(&gone.object).await;
    Ok(())
}

/// The answer is how many credentials became invalid.
pub(crate) async fn reset_photo(app: &App, person: Uuid, why: Why<'_>) -> Result<u64, DeedError> {
    reset(app, person, None, why).await
}

/// As [`reset_photo`], unless another photo than the one with this digest has come meanwhile.
pub(crate) async fn take_back_approval(
    app: &App,
    person: Uuid,
    seen: &str,
    why: Why<'_>,
) -> Result<u64, DeedError> {
    reset(app, person, Some(seen), why).await
}

async fn reset(
    app: &App,
    person: Uuid,
    seen: Option<&str>,
    why: Why<'_>,
) -> Result<u64, DeedError> {
    let transaction = db::begin_write(&app.db).await?;
    let gone = photo::staff::reset(&transaction, person, why.reason, app.unix_now())
        .await
        .map_err(|error| match error {
            PhotoError::Refused(Refusal::NoPhoto) => DeedError::NoPhoto,
            error => DeedError::Photo(error),
        })?;
    // Nothing is committed then.
    if seen.is_some_and(|seen| seen != gone.sha256) {
        return Err(DeedError::NoPhoto);
    }
    let count = status::invalidate(&transaction, person).await?;
    let entry = entry(app, why, "person.reset_photo", person);
    audit::record(&transaction, entry.detail(json!({ "photo": gone.sha256 }))).await?;
    transaction.commit().await?;
    app.photos.delete(&gone.object).await;
    Ok(count)
}

/// What logging a person out has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LoggedOut {
    pub(crate) devices: usize,
    pub(crate) credentials: u64,
}

/// Every device of every account of the person, and all cards, wherever they are.
pub(crate) async fn log_out(app: &App, person: Uuid, why: Why<'_>) -> Result<LoggedOut, DeedError> {
    db::retry(|| log_out_once(app, person, why)).await
}

async fn log_out_once(app: &App, person: Uuid, why: Why<'_>) -> Result<LoggedOut, DeedError> {
    let now = app.unix_now();
    let transaction = db::begin_write(&app.db).await?;
    // A card that is being issued just now is waited for, and then found.
    db::lock::person(&transaction, person).await?;
    let accounts = account::Entity::find()
        .filter(account::Column::PersonId.eq(person))
        .order_by_asc(account::Column::Id)
        .all(&transaction)
        .await?;
    let mut done = LoggedOut {
        devices: 0,
        credentials: 0,
    };
    for account in accounts {
        db::lock::account(&transaction, account.id).await?;
        for id in device::active(&transaction, account.id).await? {
            done.devices += 1;
            done.credentials +=
                device::revoke(&transaction, id, "logged_out_by_county", now).await?;
        }
    }
    done.credentials += status::invalidate_credentials(&transaction, person).await?;
    if done.devices == 0 && done.credentials == 0 {
        return Err(DeedError::NoDevice);
    }
    let detail = json!({ "devices": done.devices, "credentials": done.credentials });
    audit::record(
        &transaction,
        entry(app, why, "person.log_out", person).detail(detail),
    )
    .await?;
    transaction.commit().await?;
    Ok(done)
}

/// One device of the person, and the cards on it. The answer is how many credentials became invalid.
pub(crate) async fn revoke_device(
    app: &App,
    person: Uuid,
    which: Uuid,
    why: Why<'_>,
) -> Result<u64, DeedError> {
    db::retry(|| revoke_device_once(app, person, which, why)).await
}

async fn revoke_device_once(
    app: &App,
    person: Uuid,
    which: Uuid,
    why: Why<'_>,
) -> Result<u64, DeedError> {
    let now = app.unix_now();
    let transaction = db::begin_write(&app.db).await?;
    db::lock::person(&transaction, person).await?;
    let row = devices::Entity::find_by_id(which)
        .filter(devices::Column::RevokedAt.is_null())
        .one(&transaction)
        .await?
        .ok_or(DeedError::NotThatDevice)?;
    let owner = db::lock::account(&transaction, row.account_id)
        .await?
        .and_then(|account| account.person_id);
    if owner != Some(person) {
        return Err(DeedError::NotThatDevice);
    }
    let count = device::revoke(&transaction, which, "logged_out_by_county", now).await?;
    let detail = json!({ "device": which, "credentials": count });
    audit::record(
        &transaction,
        entry(app, why, "person.revoke_device", person).detail(detail),
    )
    .await?;
    transaction.commit().await?;
    Ok(count)
}

/// A message that was sent is given so many days before the same person gets it again.
pub(crate) const DAYS_BETWEEN_SMS: i64 = 1;

/// Has a message wait to be sent once more. One that the gateway has taken already too, since the person says that it
/// has not come; but not twice on a day: nobody is to be flooded from a page that somebody left open.
pub(crate) async fn resend_sms(
    app: &App,
    person: Uuid,
    message: Uuid,
    why: Why<'_>,
) -> Result<(), DeedError> {
    let transaction = db::begin_write(&app.db).await?;
    let theirs = sms_message::Entity::find_by_id(message)
        .filter(sms_message::Column::PersonId.eq(person))
        .one(&transaction)
        .await?;
    let now = app.unix_now();
    let may_go = theirs
        .is_some_and(|row| outbox::may_go_again(row.state, row.sent_at, DAYS_BETWEEN_SMS, now));
    if !may_go || outbox::send_again(&transaction, message, now).await? == 0 {
        return Err(DeedError::NoMessage);
    }
    let detail = json!({ "message": message });
    audit::record(
        &transaction,
        entry(app, why, "person.resend_sms", person).detail(detail),
    )
    .await?;
    transaction.commit().await?;
    Ok(())
}

/// Without a code, the next sync brings that of the records.
pub(crate) async fn set_library_code(
    app: &App,
    person: Uuid,
    why: Why<'_>,
    code: Option<String>,
    symbology: Option<Symbology>,
) -> Result<(), DeedError> {
    let transaction = db::begin_write(&app.db).await?;
    match code {
        Some(code) => {
            if let Some(symbology) = symbology.filter(|symbology| !fits(&code, *symbology)) {
                return Err(DeedError::CodeDoesNotFit(symbology));
            }
            let name = symbology
                .map(|symbology| serde_json::to_value(symbology).and_then(serde_json::from_value))
                .transpose()?;
            let row = library_code::ActiveModel {
                person_id: Set(person),
                code: Set(code),
                symbology: Set(name),
                overridden: Set(true),
                updated_at: Set(app.unix_now()),
            };
            let update = OnConflict::column(library_code::Column::PersonId)
                .update_columns([
                    library_code::Column::Code,
                    library_code::Column::Symbology,
                    library_code::Column::Overridden,
                    library_code::Column::UpdatedAt,
                ])
                .to_owned();
            library_code::Entity::insert(row)
                .on_conflict(update)
                .exec_without_returning(&transaction)
                .await?;
        }
        None => {
            let deleted = library_code::Entity::delete_many()
                .filter(library_code::Column::PersonId.eq(person))
                .filter(library_code::Column::Overridden.eq(true))
                .exec(&transaction)
                .await?;
            if deleted.rows_affected == 0 {
                return Err(DeedError::NoLibraryCode);
            }
        }
    }
    audit::record(
        &transaction,
        entry(app, why, "person.set_library_code", person),
    )
    .await?;
    transaction.commit().await?;
    Ok(())
}

/// Whether a code can be drawn so at all.
pub(crate) fn fits(code: &str, symbology: Symbology) -> bool {
    let all = |allowed: fn(char) -> bool| code.chars().all(allowed);
    match symbology {
        Symbology::Qr => true,
        Symbology::Code128 => all(|c| c.is_ascii() && !c.is_ascii_control()),
        Symbology::Code39 => {
            all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "-. $/+%".contains(c))
        }
        Symbology::Itf => all(|c| c.is_ascii_digit()) && code.len().is_multiple_of(2),
        Symbology::Codabar => all(|c| c.is_ascii_digit() || "-$:/.+ABCD".contains(c)),
        Symbology::Ean13 => all(|c| c.is_ascii_digit()) && is_ean13(code),
    }
}

fn is_ean13(code: &str) -> bool {
    let sum: u32 = code
        .bytes()
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    code.len() == 13 && sum.is_multiple_of(10)
}

fn entry(app: &App, why: Why<'_>, action: &'static str, person: Uuid) -> audit::Entry {
    audit::Entry::new(why.by, action, app.unix_now())
        .person(person)
        .reason(why.reason)
}
