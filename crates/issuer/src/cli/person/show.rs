//! What is known of a person, and what the person sees.

use std::{fs::OpenOptions, io::Write, path::Path};

use chrono::{DateTime, SecondsFormat, Utc};
use school_records::{Right, right_on, rights_on};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::json;

use crate::{
    app::App,
    audit, db,
    db::entity::{
        account, audit as entries, change_log,
        credential::{self, CredentialStatus},
        device, library_code, person, photo,
    },
    photo as photos,
    records::{active_block, day_in_norway, record_of},
};

use super::super::{Failure, Why};
use uuid::Uuid;

/// Writes the photo to a new file for this user alone; the answer is its digest. Looking is a deed too.
pub(super) async fn photo(
    app: &App,
    person: Uuid,
    why: &Why,
    out: &Path,
) -> Result<String, Failure> {
    let current = photos::current(app, person).await?;
    let Some((row, jpeg)) = current.and_then(|photo| Some((photo.row, photo.jpeg?))) else {
        return Err("there is no photo".into());
    };
    let transaction = db::begin_write(&app.db).await?;
    let entry = audit::Entry::new(&why.by, "person.show_photo", app.unix_now())
        .person(person)
        .reason(&why.reason)
        .detail(json!({ "photo": row.sha256 }));
    audit::record(&transaction, entry).await?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(out)
        .and_then(|mut file| file.write_all(&jpeg))
        .map_err(|error| format!("{} cannot be written: {error}", out.display()))?;
    transaction.commit().await?;
    Ok(row.sha256)
}

/// The lines to print. Looking is a deed too.
pub(super) async fn show(
    app: &App,
    person: &person::Model,
    why: &Why,
) -> Result<Vec<String>, Failure> {
    let db = &app.db;
    let now = app.now();
    let entry = audit::Entry::new(&why.by, "person.show", now.timestamp())
        .person(person.id)
        .reason(&why.reason);
    audit::record(db, entry).await?;

    let record = record_of(person)?;
    let (today, rules) = (day_in_norway(now), app.config.records.rules.now());
    let mut lines = vec![
        format!("{} {}", record.given_name, record.family_name),
        format!("  in the records as  {}", person.source_key),
        format!(
            "  Feide name         {}",
            person.feide_name.as_deref().unwrap_or("none")
        ),
        format!(
            "  national number    {}",
            if person.nin_hash.is_some() {
                "known"
            } else {
                "not known"
            }
        ),
        format!(
            "  right today        {}",
            right_in_words(&right_on(&record, today, &rules))
        ),
    ];
    for right in rights_on(&record, today, &rules).iter().skip(1) {
        lines.push(format!("              and  {}", right_in_words(right)));
    }
    if let Some(at) = person.withdrawn_at {
        lines.push(format!(
            "  WITHDRAWN          not in the records since {}",
            moment(at)
        ));
    }
    if let Some(block) = active_block(db, person.id, day_in_norway(now)).await? {
        let until = block
            .until
            .map_or_else(|| "until lifted".to_owned(), |day| format!("until {day}"));
        lines.push(format!(
            "  BLOCKED            {until}, by {}: {}",
            block.created_by, block.reason
        ));
    }
    lines.push(match photo::Entity::find_by_id(person.id).one(db).await? {
        Some(photo) => format!(
            "  photo              {:?} since {}, from {:?}",
            photo.state,
            moment(photo.changed_at),
            photo.source
        ),
        None if record.photo_url.is_some() => {
            "  photo              in the records, not looked at yet".to_owned()
        }
        None => "  photo              none".to_owned(),
    });
    if let Some(code) = library_code::Entity::find_by_id(person.id).one(db).await? {
        let origin = if code.overridden {
            "set by hand"
        } else {
            "from the records"
        };
        lines.push(format!("  library code       {} ({origin})", code.code));
    }
    lines.push(credentials(app, person).await?);
    for account in account::Entity::find()
        .filter(account::Column::PersonId.eq(person.id))
        .all(db)
        .await?
    {
        let devices = device::Entity::find()
            .filter(device::Column::AccountId.eq(account.id))
            .filter(device::Column::RevokedAt.is_null())
            .count(db)
            .await?;
        lines.push(format!(
            "  account            last login {}, {devices} device(s)",
            moment(account.last_login_at)
        ));
    }
    let changes = change_log::Entity::find()
        .filter(change_log::Column::PersonId.eq(person.id))
        .order_by_desc(change_log::Column::At)
        .all(db)
        .await?;
    lines.push("  changes in the records".to_owned());
    lines.extend(
        changes
            .iter()
            .take(20)
            .map(|change| format!("    {}  {}", moment(change.at), change.changes)),
    );
    let trail = entries::Entity::find()
        .filter(entries::Column::PersonId.eq(person.id))
        .order_by_desc(entries::Column::At)
        .all(db)
        .await?;
    lines.push("  audit trail".to_owned());
    lines.extend(trail.iter().take(50).map(|entry| {
        format!(
            "    {}  {}  by {}: {}",
            moment(entry.at),
            entry.action,
            entry.actor,
            entry.reason.as_deref().unwrap_or("–")
        )
    }));
    Ok(lines)
}

async fn credentials(app: &App, person: &person::Model) -> Result<String, Failure> {
    let rows = credential::Entity::find()
        .filter(credential::Column::PersonId.eq(person.id))
        .filter(credential::Column::ExpiresAt.gt(app.unix_now()))
        .all(&app.db)
        .await?;
    let count = |status| rows.iter().filter(|row| row.status == status).count();
    Ok(format!(
        "  credentials        {} valid, {} suspended, {} invalid",
        count(CredentialStatus::Valid),
        count(CredentialStatus::Suspended),
        count(CredentialStatus::Invalid)
    ))
}

fn right_in_words(right: &Right) -> String {
    match right {
        Right::Pupil(right) => {
            format!(
                "pupil at school {}, class {}",
                right.school_number,
                right.class.as_deref().unwrap_or("none")
            )
        }
        Right::Apprentice(right) => format!("{:?} at {}", right.kind, right.company),
        Right::Incomplete(fields) => format!("none: the record lacks {fields:?}"),
        Right::SchoolNotEnabled { school_number } => {
            format!("none: school {school_number} is not enabled")
        }
        Right::None(reason) => format!("none: {reason:?}"),
    }
}

fn moment(unix: i64) -> String {
    DateTime::<Utc>::from_timestamp(unix, 0).map_or_else(
        || unix.to_string(),
        |at| at.to_rfc3339_opts(SecondsFormat::Secs, true),
    )
}
