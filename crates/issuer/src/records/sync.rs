//! A complete set of records into the database: compare, brake, apply in one transaction.
//!
//! Whatever goes wrong before the commit (a page missing half-way, a slow source, a full disk)
//! leaves everything as it was, with a failed run to show for it.

use std::collections::HashMap;

use school_records::{Faults, PersonRecord, School, SchoolRecords};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::App,
    audit,
    db::{
        self,
        entity::{
            account, change_log, library_code, person, school,
            sync_run::{self, SyncOutcome},
        },
    },
    photo,
    sms::outbox::{self, Circumstances, Queued},
};

use super::{
    day_in_norway,
    diff::Diff,
    index,
    plan::{Counts, Plan, PlanError, Standing, Write},
    source::{ReadError, Source},
    status::{self, CHUNK, Changed},
};

/// How to run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only say what would change.
    pub dry_run: bool,
    /// Apply although the change is larger than the brake allows.
    pub accept_brake: Option<Accept>,
    /// That a person brings the set, and not the configured source.
    pub import: Option<Import>,
}

/// Who brings a set by hand.
#[derive(Clone, Debug)]
pub struct Import {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The form of the set.
    pub kind: String,
}

/// Who lets a large change through, and why.
#[derive(Clone, Debug)]
pub struct Accept {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What a run did, or would do.
#[derive(Clone, Debug)]
pub struct Report {
    /// The run; none for a dry run.
    pub run: Option<Uuid>,
    /// How much changed.
    pub counts: Counts,
    /// Credentials that changed with it.
    pub credentials: Changed,
    /// A dry run that would have braked.
    pub would_brake: bool,
    /// What would change, person by person: of a dry run.
    pub diff: Option<Diff>,
    /// What of the set could not be used.
    pub faults: Faults,
}

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The source could not be read whole.
    #[error("the records could not be read whole: {0}")]
    Read(#[from] ReadError),
    /// The set is not usable.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The change is too large to be believed.
    #[error(
        "the brake held: {} of the people would be withdrawn, {} would lose their right and {} would become someone \
         else, and {} pupils' cards and {} training cards would be lost: more than {percent} %, or all cards of a kind; \
         nothing was applied. If that is right, run `sync --accept-brake --by WHO --reason WHY`",
        counts.withdrawn, counts.right_lost, counts.identity_changed, counts.pupil_cards_lost,
        counts.training_cards_lost
    )]
    Braked {
        /// How much would have changed.
        counts: Counts,
        /// The setting.
        percent: f64,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// Reads the source and applies it.
///
/// # Errors
/// Nothing is applied then, and the run is recorded as failed or braked.
pub async fn run(app: &App, source: &dyn Source, options: &Options) -> Result<Report, SyncError> {
    if options.dry_run {
        return dry_run(app, source).await;
    }
    let run = Uuid::new_v4();
    sync_run::ActiveModel {
        id: Set(run),
        started_at: Set(app.unix_now()),
        finished_at: Set(None),
        outcome: Set(SyncOutcome::Running),
        counts: Set(json!({})),
        message: Set(None),
    }
    .insert(&app.db)
    .await?;
    let result = match source.read().await {
        Ok(records) => apply(app, &records, run, options).await,
        Err(error) => Err(error.into()),
    };
    if let Err(error) = &result {
        let (outcome, counts) = match error {
            SyncError::Braked { counts, .. } => (SyncOutcome::Braked, json!({ "people": counts })),
            _ => (SyncOutcome::Failed, json!({})),
        };
        finish(
            &app.db,
            run,
            app.unix_now(),
            outcome,
            counts,
            Some(error.to_string()),
        )
        .await?;
    }
    result
}

async fn dry_run(app: &App, source: &dyn Source) -> Result<Report, SyncError> {
    let records = source.read().await?;
    let stored = person::Entity::find().all(&app.db).await?;
    let plan = make_plan(app, &stored, &records)?;
    Ok(Report {
        run: None,
        counts: plan.counts,
        credentials: Changed::default(),
        would_brake: plan.brakes(app.config.records.brake_percent),
        diff: Some(Diff::of(&plan, &stored)),
        faults: records.faults,
    })
}

fn make_plan(
    app: &App,
    stored: &[person::Model],
    records: &SchoolRecords,
) -> Result<Plan, PlanError> {
    let standing = Standing {
        today: day_in_norway(app.now()),
        rules: &app.config.records.rules,
    };
    let mut plan = Plan::make(stored, &records.people, &app.seal, standing)?;
    plan.counts.schools = records.schools.len();
    plan.counts.faults = records.faults.len();
    Ok(plan)
}

async fn apply(
    app: &App,
    records: &SchoolRecords,
    run: Uuid,
    options: &Options,
) -> Result<Report, SyncError> {
    let now = app.now();
    let at = now.timestamp();
    let transaction = db::begin_write(&app.db).await?;
    let stored = person::Entity::find().all(&transaction).await?;
    let plan = make_plan(app, &stored, records)?;
    let percent = app.config.records.brake_percent;
    if plan.brakes(percent) {
        let Some(accept) = &options.accept_brake else {
            return Err(SyncError::Braked {
                counts: plan.counts,
                percent,
            });
        };
        let entry = audit::Entry::new(&accept.by, "sync.accept_brake", at)
            .reason(&accept.reason)
            .detail(json!({ "run": run, "people": plan.counts }));
        audit::record(&transaction, entry).await?;
    }
    if let Some(import) = &options.import {
        let entry = audit::Entry::new(&import.by, "records.import", at)
            .reason(&import.reason)
            .detail(json!({ "run": run, "kind": import.kind, "people": plan.counts }));
        audit::record(&transaction, entry).await?;
    }
    write_schools(&transaction, &records.schools).await?;
    change_keys(&transaction, &plan.new_keys).await?;
    write_people(&transaction, &plan.writes, at).await?;
    write_index(&transaction, &plan.writes).await?;
    withdraw(&transaction, &plan.withdrawn, at).await?;
    unlink_accounts(&transaction, &plan.writes).await?;
    let photos = end_cards(&transaction, &plan.writes).await?;
    write_change_log(&transaction, &plan, run, at).await?;
    write_library_codes(&transaction, records, &plan.ids, at).await?;
    let messages = queue_messages(app, &transaction, records, &plan).await?;
    let credentials = status::refresh_all(&transaction, &app.config.records, now).await?;
    let counts = json!({ "people": plan.counts, "credentials": credentials, "messages": messages });
    finish(
        &transaction,
        run,
        app.unix_now(),
        SyncOutcome::Applied,
        counts,
        None,
    )
    .await?;
    transaction.commit().await?;
    for object_key in photos {
        app.photos.delete(&object_key).await;
    }
    for fault in &records.faults {
        tracing::info!(%fault, "a part of the records could not be used");
    }
    Ok(Report {
        run: Some(run),
        counts: plan.counts,
        credentials,
        would_brake: false,
        diff: None,
        faults: records.faults.clone(),
    })
}

async fn finish(
    db: &impl ConnectionTrait,
    run: Uuid,
    at: i64,
    outcome: SyncOutcome,
    counts: Value,
    message: Option<String>,
) -> Result<(), DbErr> {
    sync_run::ActiveModel {
        id: Set(run),
        finished_at: Set(Some(at)),
        outcome: Set(outcome),
        counts: Set(counts),
        message: Set(message),
        ..Default::default()
    }
    .update(db)
    .await?;
    Ok(())
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

async fn write_people(db: &DatabaseTransaction, writes: &[Write], at: i64) -> Result<(), DbErr> {
    let update = OnConflict::column(person::Column::SourceKey)
        .update_columns([
            person::Column::FeideName,
            person::Column::NinHash,
            person::Column::Record,
            person::Column::RecordHash,
            person::Column::SearchKey,
            person::Column::WithdrawnAt,
            person::Column::UpdatedAt,
        ])
        .to_owned();
    for chunk in writes.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|write| person::ActiveModel {
                id: Set(write.id),
                source_key: Set(write.source_key.clone()),
                feide_name: Set(write.feide_name.clone()),
                nin_hash: Set(write.nin_hash.clone()),
                record: Set(write.record.clone()),
                record_hash: Set(write.record_hash.clone()),
                search_key: Set(write.search_key.clone()),
                withdrawn_at: Set(None),
                updated_at: Set(at),
            })
            .collect();
        person::Entity::insert_many(rows)
            .on_conflict(update.clone())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// What people are found by.
async fn write_index(db: &DatabaseTransaction, writes: &[Write]) -> Result<(), SyncError> {
    for chunk in writes.chunks(CHUNK) {
        let people = chunk
            .iter()
            .map(|write| Ok((write.id, PersonRecord::deserialize(&write.record)?)))
            .collect::<Result<Vec<_>, serde_json::Error>>()
            .map_err(PlanError::Json)?;
        index::write(db, &people).await?;
    }
    Ok(())
}

async fn withdraw(db: &DatabaseTransaction, people: &[Uuid], at: i64) -> Result<(), DbErr> {
    for chunk in people.chunks(CHUNK) {
        person::Entity::update_many()
            .col_expr(person::Column::WithdrawnAt, Expr::value(Some(at)))
            .col_expr(person::Column::UpdatedAt, Expr::value(at))
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
    let written = plan
        .writes
        .iter()
        .map(|write| (write.id, write.changes.clone()));
    let withdrawn = plan
        .withdrawn
        .iter()
        .map(|id| (*id, json!({ "withdrawn": true })));
    let rows: Vec<_> = written
        .chain(withdrawn)
        .map(|(person, changes)| change_log::ActiveModel {
            id: Set(Uuid::new_v4()),
            person_id: Set(person),
            run_id: Set(run),
            at: Set(at),
            changes: Set(changes),
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        change_log::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Codes set by hand stay. A code that the source no longer has goes, but only if the source has
/// codes at all: a county whose code file is missing for a night keeps its library cards.
async fn write_library_codes(
    db: &DatabaseTransaction,
    records: &SchoolRecords,
    ids: &HashMap<String, Uuid>,
    at: i64,
) -> Result<(), SyncError> {
    let stored: HashMap<Uuid, library_code::Model> = library_code::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.person_id, row))
        .collect();
    let mut rows = Vec::new();
    let mut gone: HashMap<Uuid, &library_code::Model> = stored
        .iter()
        .filter(|(_, row)| !row.overridden)
        .map(|(id, row)| (*id, row))
        .collect();
    for record in &records.people {
        let (Some(code), Some(&person)) = (&record.library_code, ids.get(&record.source_key))
        else {
            continue;
        };
        gone.remove(&person);
        let symbology = code
            .symbology
            .map(symbology_name)
            .transpose()
            .map_err(PlanError::Json)?;
        let is_kept = stored.get(&person).is_some_and(|row| {
            row.overridden || (row.code == code.code && row.symbology == symbology)
        });
        if !is_kept {
            rows.push(library_code::ActiveModel {
                person_id: Set(person),
                code: Set(code.code.clone()),
                symbology: Set(symbology),
                overridden: Set(false),
                updated_at: Set(at),
            });
        }
    }
    let update = OnConflict::column(library_code::Column::PersonId)
        .update_columns([
            library_code::Column::Code,
            library_code::Column::Symbology,
            library_code::Column::UpdatedAt,
        ])
        .to_owned();
    for chunk in rows.chunks(CHUNK) {
        library_code::Entity::insert_many(chunk.to_vec())
            .on_conflict(update.clone())
            .exec_without_returning(db)
            .await?;
    }
    if records
        .people
        .iter()
        .any(|record| record.library_code.is_some())
    {
        let gone: Vec<Uuid> = gone.into_keys().collect();
        for chunk in gone.chunks(CHUNK) {
            library_code::Entity::delete_many()
                .filter(library_code::Column::PersonId.is_in(chunk.iter().copied()))
                .exec(db)
                .await?;
        }
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
        .filter(|write| write.is_another_human)
        .map(|write| write.id)
        .collect();
    outbox::forget(db, &others).await?;
    let Some(sms) = &app.config.sms else {
        return Ok(Queued::default());
    };
    let circumstances = Circumstances {
        sms,
        rules: &app.config.records.rules,
        today: day_in_norway(app.now()),
        now: app.unix_now(),
        has_run_before: has_run(db).await?,
    };
    let people = records
        .people
        .iter()
        .filter_map(|record| Some((*plan.ids.get(&record.source_key)?, record)));
    outbox::queue(db, people, circumstances).await
}

fn symbology_name(symbology: school_records::Symbology) -> Result<String, serde_json::Error> {
    // The two crates' names are the same by their tests.
    serde_json::from_value(serde_json::to_value(symbology)?)
}

/// Whether a sync has ever been applied.
///
/// # Errors
/// When the database fails.
pub async fn has_run(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let runs = sync_run::Entity::find()
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Applied))
        .count(db)
        .await?;
    Ok(runs > 0)
}

#[cfg(test)]
mod tests;
