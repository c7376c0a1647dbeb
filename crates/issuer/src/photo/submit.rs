//! A picture that a person sends in: looked at, made the county's own, and locked or left for the school.

use county_api::{PhotoSubmission, SubmittedFrom};
use portrait::{PortraitError, Verdict};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit,
    config::PhotoApproval,
    db,
    db::entity::{
        photo::{self, PhotoSource, PhotoState},
        photo_attempt,
    },
    records::day_in_norway,
};

use super::{
    PhotoStoreError, Refusal,
    examine::{CutShort, in_turn, rejecting},
    held, save,
    state::{Deed, Goes, Next, Sent, step},
};

/// Why a picture was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The state does not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The person has sent as many today as one may.
    #[error("too many pictures were sent today")]
    TooMany,
    /// The bytes are not a portrait as the app makes them.
    #[error("the picture cannot be used: {0}")]
    NotAPortrait(#[from] PortraitError),
    /// A portrait that the rules reject.
    #[error("the rules reject the picture: {}", .reasons.join(", "))]
    Rejected {
        /// Ids of the rules, most important first.
        reasons: Vec<&'static str>,
    },
    /// Looking at it was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] PhotoStoreError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// Takes a picture that a person sends in. `checked_with` is the version of the rules that the app says it used; it is
/// written down and nothing more: what the app found is not asked.
///
/// Sending the very picture that is locked or waits is no error, and costs no attempt. A picture that is not taken was
/// never stored.
///
/// # Errors
/// When the photo is locked, the day's attempts are used up, or the picture cannot be used.
pub async fn submit(
    app: &App,
    person: Uuid,
    jpeg: Vec<u8>,
    how: PhotoSubmission,
    checked_with: Option<&str>,
) -> Result<(), SubmitError> {
    let submitted = county_api::photo_sha256(&jpeg);
    let goes = match app.config.photos.approval {
        PhotoApproval::AtOnce if !how.anyway => Goes::ToTheCard,
        PhotoApproval::AtOnce | PhotoApproval::BySchool => Goes::ToTheSchool,
    };
    let sent = Sent {
        bytes: &submitted,
        portrait: None,
    };
    // Looked at twice: here, so that no work is done for nothing, and once more when it is written.
    let row = photo::Entity::find_by_id(person).one(&app.db).await?;
    if step(row.as_ref().map(Into::into), Deed::Submit(sent, goes))? == Next::Stays {
        return Ok(());
    }
    count_attempt(app, person).await?;

    let examiner = app.examiner.clone();
    let examined = match in_turn(move || examiner.received(&jpeg)).await? {
        Ok(examined) => examined,
        Err(error) => {
            let why = error.to_string();
            note_refusal(app, person, &submitted, how, checked_with, &why, &[]).await?;
            return Err(error.into());
        }
    };
    let reasons = examined.report.reasons();
    let rejects = rejecting(&examined.report);
    if examined.report.verdict == Verdict::Reject && !how.anyway {
        let why = "the rules";
        note_refusal(app, person, &submitted, how, checked_with, why, &rejects).await?;
        return Err(SubmitError::Rejected { reasons });
    }

    let object_key = app.photos.put(&examined.jpeg).await?;
    let new = photo::Model {
        person_id: person,
        id: Uuid::new_v4(),
        state: PhotoState::InReview,
        source: match how.source {
            SubmittedFrom::Selfie => PhotoSource::Selfie,
            SubmittedFrom::Upload => PhotoSource::Upload,
        },
        sha256: county_api::photo_sha256(&examined.jpeg),
        object_key: object_key.clone(),
        source_url_sha256: None,
        source_date: Some(day_in_norway(app.now())),
        changed_at: app.unix_now(),
        submitted_sha256: Some(submitted.clone()),
        note: None,
        reasons: Some(json!(reasons)),
        handed_back: false,
    };
    let detail = json!({
        "photo": new.sha256, "source": how.source, "anyway": how.anyway, "findings": rejects, "checked_with": checked_with,
        "rules": portrait::VERSION,
    });
    match db::retry(|| write(app, new.clone(), &submitted, goes, detail.clone())).await {
        Ok(Written::New { replaced }) => {
            if let Some(old) = replaced {
                app.photos.delete(&old).await;
            }
            Ok(())
        }
        // Someone was quicker: the same picture twice, another one, or the school.
        Ok(Written::Already) => {
            app.photos.delete(&object_key).await;
            Ok(())
        }
        Err(error) => {
            app.photos.delete(&object_key).await;
            Err(error)
        }
    }
}

enum Written {
    /// The picture is the current one; the object of the one before is to be deleted.
    New {
        replaced: Option<String>,
    },
    Already,
}

async fn write(
    app: &App,
    mut new: photo::Model,
    submitted: &str,
    goes: Goes,
    mut detail: serde_json::Value,
) -> Result<Written, SubmitError> {
    let transaction = db::begin_write(&app.db).await?;
    let old = held(&transaction, new.person_id).await?;
    let sent = Sent {
        bytes: submitted,
        portrait: Some(&new.sha256),
    };
    let deed = Deed::Submit(sent, goes);
    let Next::Becomes(state) = step(old.as_ref().map(Into::into), deed)? else {
        return Ok(Written::Already);
    };
    new.state = state;
    if state == PhotoState::Locked {
        // They were for the one who approves.
        new.reasons = None;
    }
    new.handed_back =
        state != PhotoState::Locked && old.as_ref().is_some_and(|old| old.handed_back);
    // A picture in the records that was looked at, and perhaps rejected, is not proposed again.
    new.source_url_sha256 = old.as_ref().and_then(|old| old.source_url_sha256.clone());
    detail["state"] = json!(match state {
        PhotoState::Locked => "locked",
        _ => "in_review",
    });
    let (person, at) = (new.person_id, new.changed_at);
    save(&transaction, new).await?;
    let entry = audit::Entry::new("holder", "photo.submit", at);
    audit::record(&transaction, entry.person(person).detail(detail)).await?;
    transaction.commit().await?;
    Ok(Written::New {
        replaced: old
            .filter(|old| old.state.has_picture())
            .map(|old| old.object_key),
    })
}

/// One more today, if that is not too many.
async fn count_attempt(app: &App, person: Uuid) -> Result<(), SubmitError> {
    let day = day_in_norway(app.now());
    let transaction = db::begin_write(&app.db).await?;
    db::lock::person(&transaction, person).await?;
    let known = photo_attempt::Entity::find_by_id((person, day))
        .one(&transaction)
        .await?;
    let count = known.map_or(0, |known| known.count);
    if count >= app.config.photos.attempts_per_day {
        return Err(SubmitError::TooMany);
    }
    photo_attempt::Entity::delete_by_id((person, day))
        .exec(&transaction)
        .await?;
    photo_attempt::Entity::insert(photo_attempt::ActiveModel {
        person_id: Set(person),
        day: Set(day),
        count: Set(count + 1),
    })
    .exec_without_returning(&transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}

/// Staff can see why somebody has no photo yet. The day's cap bounds the entries. The digest is that of the bytes which
/// came: nothing was made of them.
async fn note_refusal(
    app: &App,
    person: Uuid,
    sent: &str,
    how: PhotoSubmission,
    checked_with: Option<&str>,
    why: &str,
    findings: &[&str],
) -> Result<(), DbErr> {
    tracing::info!(?findings, why, "a photo that was sent in was not taken");
    let entry = audit::Entry::new("holder", "photo.refused", app.unix_now())
        .person(person)
        .detail(json!({
            "photo": sent, "source": how.source, "anyway": how.anyway, "why": why, "findings": findings,
            "checked_with": checked_with, "rules": portrait::VERSION,
        }));
    audit::record(&app.db, entry).await
}

/// Forgets the counts of days before `day`.
///
/// # Errors
/// When the database fails.
pub async fn forget_attempts_before(
    db: &impl ConnectionTrait,
    day: chrono::NaiveDate,
) -> Result<(), DbErr> {
    use sea_orm::{ColumnTrait, QueryFilter};
    photo_attempt::Entity::delete_many()
        .filter(photo_attempt::Column::Day.lt(day))
        .exec(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
