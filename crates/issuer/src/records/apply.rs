//! What a plan says, written: all of it in the transaction that it is given.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use school_records::{LibraryCodeRecord, PersonRecord, School, SchoolRecords, next_change};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::App,
    db::entity::{account, change_log, library_code, person, school},
    photo,
    sms::outbox::{self, Circumstances, Queued},
};

use super::{
    day_in_norway, index,
    plan::{Plan, PlanError, Write, nin_hash},
    points::reach,
    progress::Phase,
    status::{self, CHUNK},
    sync::{SyncError, has_run},
};

/// So many library codes are read at once.
const PAGE: u64 = 2_000;

/// Writes everything but the credentials' standing. The answer is what it meant for messages, and which pictures to delete
/// once it is committed.
pub(super) async fn everything(
    app: &App,
    db: &DatabaseTransaction,
    records: &SchoolRecords,
    plan: &Plan,
    run: Uuid,
    lets_codes_go: bool,
) -> Result<(Queued, Vec<String>), SyncError> {
    let now = app.now();
    write_schools(db, &records.schools).await?;
    reach("schools").await;
    change_keys(db, &plan.new_keys).await?;
    write_people(app, db, &records.people, plan).await?;
    reach("people").await;
    withdraw(db, &plan.withdrawn, now).await?;
    unlink_accounts(db, &plan.writes).await?;
    let photos = end_cards(db, &plan.writes).await?;
    reach("withdrawn").await;
    write_change_log(db, plan, run, now.timestamp()).await?;
    reach("change log").await;
    crate::admin::faults::keep(db, records, run, now.timestamp()).await?;
    app.sync_progress
        .enter(Phase::Follow, records.people.len() as u64);
    write_library_codes(app, db, &records.people, plan, lets_codes_go).await?;
    reach("library codes").await;
    let messages = queue_messages(app, db, records, plan).await?;
    reach("messages").await;
    Ok((messages, photos))
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

/// A record that is now about another human must not keep the accounts of the one before.
async fn unlink_accounts(db: &DatabaseTransaction, writes: &[Write]) -> Result<(), DbErr> {
    let others: Vec<Uuid> = writes
        .iter()
        .filter(|write| write.is_another_human)
        .map(|write| write.id)
        .collect();
    for chunk in others.chunks(CHUNK) {
        account::Entity::update_many()
            .col_expr(account::Column::PersonId, Expr::value(Option::<Uuid>::None))
            .filter(account::Column::PersonId.is_in(chunk.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Nor may it keep the face and the cards of the one before. The answer is the pictures to delete once that is
/// committed.
async fn end_cards(db: &DatabaseTransaction, writes: &[Write]) -> Result<Vec<String>, DbErr> {
    let mut object_keys = Vec::new();
    for write in writes.iter().filter(|write| write.is_another_human) {
        status::invalidate(db, write.id).await?;
        object_keys.extend(photo::staff::remove(db, write.id).await?);
    }
    Ok(object_keys)
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

/// Codes set by hand stay. A code that the source no longer has goes; but a county whose code file is missing for a night,
/// or cut short, keeps its library cards: of people who are in the set no more codes go than the brake allows, unless
/// `lets_codes_go`.
async fn write_library_codes(
    app: &App,
    db: &DatabaseTransaction,
    people: &[PersonRecord],
    plan: &Plan,
    lets_codes_go: bool,
) -> Result<(), SyncError> {
    let at = app.unix_now();
    let gives_codes = people.iter().any(|record| record.library_code.is_some());
    if !gives_codes {
        return Ok(());
    }
    let places: HashMap<Uuid, usize> = (0..).zip(&plan.ids).map(|(at, id)| (*id, at)).collect();
    // Whose code is as it should be, or was set by hand.
    let mut is_right = vec![false; people.len()];
    // Of people who have left, and of people who have not.
    let (mut gone, mut taken, mut stored) = (Vec::new(), Vec::new(), 0_usize);
    let mut after = Uuid::nil();
    loop {
        let page = library_code::Entity::find()
            .filter(library_code::Column::PersonId.gt(after))
            .order_by_asc(library_code::Column::PersonId)
            .limit(PAGE)
            .all(db)
            .await?;
        let Some(last) = page.last() else { break };
        after = last.person_id;
        for row in &page {
            let place = places.get(&row.person_id).copied();
            let code = place.and_then(|at| people.get(at)?.library_code.as_ref());
            let is_kept = row.overridden
                || match code {
                    Some(code) => row.code == code.code && row.symbology == symbology_of(code)?,
                    None if place.is_none() => {
                        gone.push(row.person_id);
                        false
                    }
                    None => {
                        taken.push(row.person_id);
                        false
                    }
                };
            if let Some(place) = place.and_then(|at| is_right.get_mut(at)) {
                *place = is_kept;
            }
        }
        stored += page.len();
        app.sync_progress.add(page.len());
    }
    let limit = stored as f64 * app.config.records.brake_percent / 100.0;
    if lets_codes_go || taken.len() as f64 <= limit {
        gone.append(&mut taken);
    } else {
        tracing::warn!(
            codes = taken.len(),
            of = stored,
            "the source lacks more library codes than the brake allows, so they stay; if that is right, run \
             `sync --accept-brake --by WHO --reason WHY`"
        );
    }
    let update = OnConflict::column(library_code::Column::PersonId)
        .update_columns([
            library_code::Column::Code,
            library_code::Column::Symbology,
            library_code::Column::UpdatedAt,
        ])
        .to_owned();
    let mut wrong = people.iter().zip(&plan.ids).zip(&is_right);
    loop {
        let mut rows = Vec::new();
        for ((record, id), is_right) in wrong.by_ref() {
            let Some(code) = record.library_code.as_ref().filter(|_| !is_right) else {
                continue;
            };
            rows.push(library_code::ActiveModel {
                person_id: Set(*id),
                code: Set(code.code.clone()),
                symbology: Set(symbology_of(code)?),
                overridden: Set(false),
                updated_at: Set(at),
            });
            if rows.len() == CHUNK {
                break;
            }
        }
        if rows.is_empty() {
            break;
        }
        library_code::Entity::insert_many(rows)
            .on_conflict(update.clone())
            .exec_without_returning(db)
            .await?;
    }
    for chunk in gone.chunks(CHUNK) {
        library_code::Entity::delete_many()
            .filter(library_code::Column::PersonId.is_in(chunk.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

fn symbology_of(code: &LibraryCodeRecord) -> Result<Option<String>, PlanError> {
    Ok(code.symbology.map(symbology_name).transpose()?)
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
        .filter(|write| write.is_another_human)
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

fn symbology_name(symbology: school_records::Symbology) -> Result<String, serde_json::Error> {
    // The two crates' names are the same by their tests.
    serde_json::from_value(serde_json::to_value(symbology)?)
}
