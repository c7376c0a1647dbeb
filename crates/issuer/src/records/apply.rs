//! What a plan says, written: all of it in the transaction that it is given.

mod codes;
mod humans;

use chrono::{DateTime, Utc};
use school_records::{PersonRecord, School, SchoolRecords, next_change};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::App,
    db::entity::{change_log, person, school},
    sms::outbox::{self, Circumstances, Queued},
};

use super::{
    day_in_norway, index,
    plan::{Plan, PlanError, nin_hash},
    points::reach,
    progress::Phase,
    status::CHUNK,
    sync::{SyncError, has_run},
};

/// What was written, beyond the plan's own counts.
pub(super) struct Applied {
    pub(super) messages: Queued,
    /// Pictures to delete once it is committed.
    pub(super) photos: Vec<String>,
    /// Library codes that the source has no more, and that stay because they are too many.
    pub(super) codes_kept: usize,
}

/// Writes everything but the credentials' standing.
pub(super) async fn everything(
    app: &App,
    db: &DatabaseTransaction,
    records: &SchoolRecords,
    plan: &Plan,
    run: Uuid,
    lets_codes_go: bool,
) -> Result<Applied, SyncError> {
    let now = app.now();
    write_schools(db, &records.schools).await?;
    reach("schools").await;
    change_keys(db, &plan.new_keys).await?;
    write_people(app, db, &records.people, plan).await?;
    reach("people").await;
    withdraw(db, &plan.withdrawn, now).await?;
    humans::unlink_accounts(db, &plan.writes).await?;
    let photos = humans::end_cards(db, &plan.writes).await?;
    humans::follow_corrections(app, db, &records.people, &plan.writes).await?;
    reach("withdrawn").await;
    write_change_log(db, plan, run, now.timestamp()).await?;
    reach("change log").await;
    crate::admin::faults::keep(db, records, run, now.timestamp()).await?;
    app.sync_progress
        .enter(Phase::Follow, records.people.len() as u64);
    let codes_kept = codes::write(app, db, &records.people, plan, lets_codes_go).await?;
    reach("library codes").await;
    let messages = queue_messages(app, db, records, plan).await?;
    reach("messages").await;
    Ok(Applied {
        messages,
        photos,
        codes_kept,
    })
}

async fn write_schools(db: &DatabaseTransaction, schools: &[School]) -> Result<(), SyncError> {
    let rows = schools
        .iter()
        .map(|school| {
            Ok(school::ActiveModel {
                number: Set(school.number.clone()),
                name: Set(school.name.clone()),
                organisation_number: Set(school.organisation_number.clone()),
                domain: Set(school.domain.clone()),
                record: Set(serde_json::to_value(school).map_err(PlanError::Json)?),
            })
        })
        .collect::<Result<Vec<_>, PlanError>>()?;
    let update = OnConflict::column(school::Column::Number)
        .update_columns([
            school::Column::Name,
            school::Column::OrganisationNumber,
            school::Column::Domain,
            school::Column::Record,
        ])
        .to_owned();
    for chunk in rows.chunks(CHUNK) {
        school::Entity::insert_many(chunk.to_vec())
            .on_conflict(update.clone())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

async fn change_keys(db: &DatabaseTransaction, new: &[(Uuid, String)]) -> Result<(), DbErr> {
    for (person, key) in new {
        person::Entity::update_many()
            .col_expr(person::Column::SourceKey, Expr::value(key.as_str()))
            .filter(person::Column::Id.eq(*person))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// What is written of people, in the order of the set.
async fn write_people(
    app: &App,
    db: &DatabaseTransaction,
    people: &[PersonRecord],
    plan: &Plan,
) -> Result<(), SyncError> {
    let now = app.now();
    let today = day_in_norway(now);
    let at = now.timestamp();
    app.sync_progress
        .enter(Phase::Write, plan.writes.len() as u64);
    let update = OnConflict::column(person::Column::SourceKey)
        .update_columns([
            person::Column::FeideName,
            person::Column::NinHash,
            person::Column::Record,
            person::Column::RecordHash,
            person::Column::SearchKey,
            person::Column::WithdrawnAt,
            person::Column::UpdatedAt,
            person::Column::NextChange,
        ])
        .to_owned();
    for (number, chunk) in plan.writes.chunks(CHUNK).enumerate() {
        let mut rows = Vec::with_capacity(chunk.len());
        let mut found_by = Vec::with_capacity(chunk.len());
        for write in chunk {
            let Some(record) = people.get(write.at) else {
                continue;
            };
            rows.push(person::ActiveModel {
                id: Set(write.id),
                source_key: Set(record.source_key.clone()),
                feide_name: Set(record.feide_name.as_ref().map(|name| name.to_lowercase())),
                nin_hash: Set(nin_hash(record, &app.seal)),
                record: Set(serde_json::to_value(record).map_err(PlanError::Json)?),
                record_hash: Set(plan.hash(write.at)),
                search_key: Set(index::search_key(record)),
                withdrawn_at: Set(None),
                updated_at: Set(at),
                // Who is new can hold no credential yet; all others are looked at once more (`super::status`).
                next_change: Set(if write.is_new {
                    next_change(record, today)
                } else {
                    Some(today)
                }),
            });
            found_by.push((write.id, record.clone()));
        }
        person::Entity::insert_many(rows)
            .on_conflict(update.clone())
            .exec_without_returning(db)
            .await?;
        index::write(db, &found_by).await?;
        app.sync_progress.add(chunk.len());
        if number == 0 {
            reach("some people").await;
        }
    }
    Ok(())
}

async fn withdraw(
    db: &DatabaseTransaction,
    people: &[Uuid],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (at, today) = (now.timestamp(), day_in_norway(now));
    for chunk in people.chunks(CHUNK) {
        person::Entity::update_many()
            .col_expr(person::Column::WithdrawnAt, Expr::value(Some(at)))
            .col_expr(person::Column::UpdatedAt, Expr::value(at))
            .col_expr(person::Column::NextChange, Expr::value(Some(today)))
            .filter(person::Column::Id.is_in(chunk.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

async fn write_change_log(
    db: &DatabaseTransaction,
    plan: &Plan,
    run: Uuid,
    at: i64,
) -> Result<(), DbErr> {
    let row = |person: Uuid, changes: Value| change_log::ActiveModel {
        id: Set(Uuid::now_v7()),
        person_id: Set(person),
        run_id: Set(run),
        at: Set(at),
        changes: Set(changes),
    };
    for chunk in plan.writes.chunks(CHUNK) {
        let rows = chunk
            .iter()
            .map(|write| row(write.id, (*write.changes).clone()));
        change_log::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    for chunk in plan.withdrawn.chunks(CHUNK) {
        let rows = chunk
            .iter()
            .map(|id| row(*id, json!({ "withdrawn": true })));
        change_log::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// "Your card is ready" to those who have newly got a right, if the county sends messages.
async fn queue_messages(
    app: &App,
    db: &DatabaseTransaction,
    records: &SchoolRecords,
    plan: &Plan,
) -> Result<Queued, DbErr> {
    let others: Vec<Uuid> = plan
        .writes
        .iter()
        .filter(|write| write.is_another_human())
        .map(|write| write.id)
        .collect();
    outbox::forget(db, &others).await?;
    let Some(sms) = &app.config.sms else {
        return Ok(Queued::default());
    };
    let rules = app.config.records.rules.now();
    let circumstances = Circumstances {
        sms,
        rules: &rules,
        today: day_in_norway(app.now()),
        now: app.unix_now(),
        has_run_before: has_run(db).await?,
    };
    let people = plan.ids.iter().copied().zip(&records.people);
    outbox::queue(db, people, circumstances).await
}
