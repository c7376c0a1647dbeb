//! The deeds, each in one transaction with its audit entry and what it means for the credentials.

use chrono::NaiveDate;
use county_api::Symbology;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit, db,
    db::entity::{account, block, library_code},
    oauth::device,
    photo::{self, PhotoError, Refusal},
    records::{day_in_norway, status},
};

use super::super::{By, Why};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub(super) enum DeedError {
    #[error("--until {0} is past already")]
    UntilIsPast(NaiveDate),
    #[error("there is no block on this person")]
    NoBlock,
    #[error("there is no photo to reset")]
    NoPhoto,
    #[error("that cannot be done with the photo: {0}")]
    Photo(#[from] PhotoError),
    #[error("no device of this person is logged in, and no card is out")]
    NoDevice,
    #[error("there is no library code set by hand")]
    NoLibraryCode,
    #[error("that code cannot be drawn as {0:?}")]
    CodeDoesNotFit(Symbology),
    #[error("the symbology has no name: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// The answer is how many credentials were suspended.
pub(super) async fn block(
    app: &App,
    person: Uuid,
    why: &Why,
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
        reason: Set(why.reason.clone()),
        until: Set(until),
        contact: Set(contact),
        created_at: Set(now.timestamp()),
        created_by: Set(why.by.clone()),
        lifted_at: Set(None),
        lifted_by: Set(None),
        lift_reason: Set(None),
    }
    .insert(&transaction)
    .await?;
    let changed = status::refresh(&transaction, &app.config.records, now, &[person]).await?;
    audit::record(
        &transaction,
        entry(app, why, "person.block", person).detail(detail),
    )
    .await?;
    transaction.commit().await?;
    Ok(changed.suspended)
}

/// The answer is how many credentials are good again: none for someone who has no right to a card
/// any more.
pub(super) async fn unblock(app: &App, person: Uuid, why: &Why) -> Result<u64, DeedError> {
    let now = app.now();
    let transaction = db::begin_write(&app.db).await?;
    let lifted = block::Entity::update_many()
        .col_expr(block::Column::LiftedAt, Expr::value(Some(now.timestamp())))
        .col_expr(block::Column::LiftedBy, Expr::value(Some(why.by.clone())))
        .col_expr(
            block::Column::LiftReason,
            Expr::value(Some(why.reason.clone())),
        )
        .filter(block::Column::PersonId.eq(person))
        .filter(block::Column::LiftedAt.is_null())
        .exec(&transaction)
        .await?
        .rows_affected;
    if lifted == 0 {
        return Err(DeedError::NoBlock);
    }
    let changed = status::refresh(&transaction, &app.config.records, now, &[person]).await?;
    audit::record(&transaction, entry(app, why, "person.unblock", person)).await?;
    transaction.commit().await?;
    Ok(changed.restored)
}

/// Locks the photo that the person has sent in.
pub(super) async fn approve_photo(
    app: &App,
    person: Uuid,
    by: &By,
    seen: &str,
) -> Result<(), DeedError> {
    let transaction = db::begin_write(&app.db).await?;
    let sha256 = photo::staff::approve(&transaction, person, seen, app.unix_now()).await?;
    let mut entry = audit::Entry::new(&by.by, "person.approve_photo", app.unix_now())
        .person(person)
        .detail(json!({ "photo": sha256 }));
    if let Some(reason) = &by.reason {
        entry = entry.reason(reason);
    }
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(())
}

/// Hands back the photo that the person has sent in.
pub(super) async fn return_photo(
    app: &App,
    person: Uuid,
    why: &Why,
    seen: &str,
) -> Result<(), DeedError> {
    let transaction = db::begin_write(&app.db).await?;
    let (note, now) = (&why.reason, app.unix_now());
    let gone = photo::staff::hand_back(&transaction, person, seen, note, now).await?;
    let entry = entry(app, why, "person.return_photo", person);
    audit::record(&transaction, entry.detail(json!({ "photo": gone.sha256 }))).await?;
    transaction.commit().await?;
    app.photos.delete(&gone.object).await;
    Ok(())
}

/// The answer is how many credentials became invalid.
pub(super) async fn reset_photo(app: &App, person: Uuid, why: &Why) -> Result<u64, DeedError> {
    let transaction = db::begin_write(&app.db).await?;
    let gone = photo::staff::reset(&transaction, person, &why.reason, app.unix_now())
        .await
        .map_err(|error| match error {
            PhotoError::Refused(Refusal::NoPhoto) => DeedError::NoPhoto,
            error => DeedError::Photo(error),
        })?;
    let count = status::invalidate(&transaction, person).await?;
    let entry = entry(app, why, "person.reset_photo", person);
    audit::record(&transaction, entry.detail(json!({ "photo": gone.sha256 }))).await?;
    transaction.commit().await?;
    app.photos.delete(&gone.object).await;
    Ok(count)
}

/// What logging a person out has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LoggedOut {
    pub(super) devices: usize,
    pub(super) credentials: u64,
}

/// Every device of every account of the person, and all cards, wherever they are.
pub(super) async fn log_out(app: &App, person: Uuid, why: &Why) -> Result<LoggedOut, DeedError> {
    let now = app.unix_now();
    let transaction = db::begin_write(&app.db).await?;
    let accounts = account::Entity::find()
        .filter(account::Column::PersonId.eq(person))
        .all(&transaction)
        .await?;
    let mut done = LoggedOut {
        devices: 0,
        credentials: 0,
    };
    for account in accounts {
        for id in device::active(&transaction, account.id).await? {
            done.devices += 1;
            done.credentials +=
                device::revoke(&transaction, id, "logged_out_by_county", now).await?;
        }
    }
    done.credentials += status::invalidate(&transaction, person).await?;
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

/// Without a code, the next sync brings that of the records.
pub(super) async fn set_library_code(
    app: &App,
    person: Uuid,
    why: &Why,
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
fn fits(code: &str, symbology: Symbology) -> bool {
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

fn entry(app: &App, why: &Why, action: &'static str, person: Uuid) -> audit::Entry {
    audit::Entry::new(&why.by, action, app.unix_now())
        .person(person)
        .reason(&why.reason)
}
