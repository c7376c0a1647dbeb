//! A complete set of records into the database: read, compare, brake, apply in one transaction.
//!
//! Whatever goes wrong before the commit (a page missing half-way, a slow source, a full disk, the process killed)
//! leaves everything as it was, with a run to show for it that failed or was interrupted. Of several processes one runs at
//! a time ([`super::lease`]), and what another has taken over meanwhile cannot be committed.

mod error;
mod noting;
mod writing;

use school_records::{Faults, SchoolRecords};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    ExprTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::App,
    db,
    db::entity::sync_run::{self, SyncOutcome, Trigger},
    schools,
};

use super::{
    day_in_norway,
    diff::{Diff, MOST_KEPT},
    lease::{self, Held},
    plan::{Counts, Plan, PlanError, Standing},
    points::reach,
    runs,
    source::Source,
    status::Changed,
};

pub use error::SyncError;
use noting::Noting;
use writing::Writing;

/// How to run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only say what would change.
    pub dry_run: bool,
    /// Of how many of each kind a dry run says it; of the first [`MOST_KEPT`], if it is not said.
    pub most: Option<usize>,
    /// Apply although the change is larger than the brake allows.
    pub accept_brake: Option<Accept>,
    /// Only the change with this digest of what the brake weighs is accepted; any, if there is none.
    pub accept_only: Option<String>,
    /// That a person brings the set, and not the configured source.
    pub import: Option<Import>,
    /// What it is started by. An import is one whatever this says.
    pub trigger: Trigger,
    /// The row of a run that was asked for: this is it.
    pub requested: Option<Uuid>,
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

/// Reads the source and applies it.
///
/// # Errors
/// Nothing is applied then, and the run is recorded as failed or braked; but when another is going on, there is none.
pub async fn run(app: &App, source: &dyn Source, options: &Options) -> Result<Report, SyncError> {
    if options.dry_run {
        return dry_run(app, source, options.most.unwrap_or(MOST_KEPT)).await;
    }
    let held = match Held::take(app, lease::SYNC).await {
        Ok(Some(held)) => held,
        Ok(None) => return Err(SyncError::Busy),
        // With SQLite the other keeps us even from asking, while it writes.
        Err(error) if db::is_busy(&error) => return Err(SyncError::Busy),
        Err(error) => return Err(error.into()),
    };
    let result = run_held(app, source, options, &held).await;
    held.give_back(app).await;
    result
}

async fn run_held(
    app: &App,
    source: &dyn Source,
    options: &Options,
    held: &Held,
) -> Result<Report, SyncError> {
    runs::bury(app, held).await?;
    // All are judged by what was switched before.
    schools::reload(app).await?;
    runs::forget_old_diffs(&app.db, app.unix_now()).await?;
    let run = begin(app, options).await?;
    let progress = &app.sync_progress;
    progress.begin(run);
    let noting = Noting::start(app, run);
    reach("begun").await;
    let mut noted = Noted::default();
    let result = match source.read(progress).await {
        Ok(records) => {
            reach("read").await;
            apply_set(app, records, run, options, held, &mut noted).await
        }
        Err(error) => Err(error.into()),
    };
    drop(noting);
    progress.end();
    if let Err(error) = &result {
        fail(app, run, error, noted).await?;
    }
    result
}

/// What is known of a set before it is known what comes of it.
#[derive(Default)]
struct Noted {
    source_digest: Option<String>,
    braked: Option<(Diff, String)>,
}

async fn begin(app: &App, options: &Options) -> Result<Uuid, SyncError> {
    let now = app.unix_now();
    if let Some(run) = options.requested {
        let begun = sync_run::Entity::update_many()
            .col_expr(sync_run::Column::Outcome, Expr::value(SyncOutcome::Running))
            .col_expr(sync_run::Column::StartedAt, Expr::value(now))
            .col_expr(
                sync_run::Column::Begun,
                Expr::col(sync_run::Column::Begun).add(1),
            )
            .filter(sync_run::Column::Id.eq(run))
            .filter(sync_run::Column::Outcome.eq(SyncOutcome::Requested))
            .exec(&app.db)
            .await?;
        // Another process was faster, and is done already.
        return if begun.rows_affected == 1 {
            Ok(run)
        } else {
            Err(SyncError::Busy)
        };
    }
    let (trigger, asked) = match (&options.import, &options.accept_brake) {
        (Some(import), _) => (Trigger::Import, Some((&import.by, &import.reason))),
        (None, Some(accept)) => (options.trigger, Some((&accept.by, &accept.reason))),
        (None, None) => (options.trigger, None),
    };
    // By which runs of one second are in their order.
    let run = Uuid::now_v7();
    sync_run::ActiveModel {
        id: Set(run),
        started_at: Set(now),
        finished_at: Set(None),
        outcome: Set(SyncOutcome::Running),
        counts: Set(json!({})),
        message: Set(None),
        trigger: Set(Some(trigger)),
        asked_by: Set(asked.map(|(by, _)| by.clone())),
        reason: Set(asked.map(|(_, reason)| reason.clone())),
        ..Default::default()
    }
    .insert(&app.db)
    .await?;
    Ok(run)
}

async fn dry_run(app: &App, source: &dyn Source, most: usize) -> Result<Report, SyncError> {
    let progress = &app.sync_progress;
    let records = source.read(progress).await?;
    let plan = make_plan(app, &records, most).await?;
    Ok(Report {
        run: None,
        would_brake: plan.brakes(app.config.records.brake_percent),
        counts: plan.counts,
        credentials: Changed::default(),
        diff: Some(plan.diff),
        faults: records.faults,
    })
}

async fn make_plan(app: &App, records: &SchoolRecords, most: usize) -> Result<Plan, PlanError> {
    let rules = app.config.records.rules.now();
    let standing = Standing {
        today: day_in_norway(app.now()),
        rules: &rules,
        school_percent: app.config.records.school_brake_percent,
    };
    Plan::make(
        &app.db,
        records,
        &app.seal,
        standing,
        most,
        &app.sync_progress,
    )
    .await
}

async fn apply_set(
    app: &App,
    records: SchoolRecords,
    run: Uuid,
    options: &Options,
    held: &Held,
    noted: &mut Noted,
) -> Result<Report, SyncError> {
    let mut plan = make_plan(app, &records, MOST_KEPT).await?;
    reach("compared").await;
    noted.source_digest = Some(plan.source_digest.clone());
    let percent = app.config.records.brake_percent;
    let is_braked = plan.brakes(percent);
    let only = options.accept_only.as_ref();
    let is_accepted = is_braked && only.is_none_or(|only| *only == plan.diff_digest);
    let accept = options.accept_brake.as_ref().filter(|_| is_accepted);
    if is_braked && accept.is_none() {
        noted.braked = Some((plan.diff, plan.diff_digest));
        return Err(SyncError::Braked {
            counts: plan.counts,
            percent,
        });
    }
    plan.diff = Diff::default();

    let writing = Writing {
        records: &records,
        plan: &plan,
        run,
        options,
        accept,
        held,
    };
    // The longest transaction of all is the likeliest to come in another's way, and the dearest to have failed.
    let written = db::retry(|| writing.once(app)).await?;
    reach("after the commit").await;
    for object_key in written.photos {
        app.photos.delete(&object_key).await;
    }
    for fault in &records.faults {
        tracing::info!(%fault, "a part of the records could not be used");
    }
    Ok(Report {
        run: Some(run),
        counts: plan.counts,
        credentials: written.credentials,
        would_brake: false,
        diff: None,
        faults: records.faults,
    })
}

/// How a run ended.
struct End {
    outcome: SyncOutcome,
    counts: Value,
    message: Option<String>,
    source_digest: Option<String>,
    diff_digest: Option<String>,
}

async fn fail(app: &App, run: Uuid, error: &SyncError, noted: Noted) -> Result<(), DbErr> {
    let now = app.unix_now();
    let (outcome, counts) = match error {
        SyncError::Braked { counts, .. } => (SyncOutcome::Braked, json!({ "people": counts })),
        _ => (SyncOutcome::Failed, json!({})),
    };
    let (diff, diff_digest) = noted.braked.unzip();
    let end = End {
        outcome,
        counts,
        message: Some(error.to_string()),
        source_digest: noted.source_digest,
        diff_digest,
    };
    let transaction = db::begin_write(&app.db).await?;
    if let Some(diff) = diff {
        runs::keep_diff(app, &transaction, run, &diff).await?;
        runs::overtake(&transaction, run, now).await?;
    }
    finish(&transaction, run, now, end).await?;
    transaction.commit().await
}

/// Only of a run that is still said to go on: one that was taken for dead stays so.
async fn finish(db: &impl ConnectionTrait, run: Uuid, at: i64, end: End) -> Result<(), DbErr> {
    sync_run::Entity::update_many()
        .col_expr(sync_run::Column::FinishedAt, Expr::value(at))
        .col_expr(sync_run::Column::Outcome, Expr::value(end.outcome))
        .col_expr(sync_run::Column::Counts, Expr::value(end.counts))
        .col_expr(sync_run::Column::Message, Expr::value(end.message))
        .col_expr(
            sync_run::Column::SourceDigest,
            Expr::value(end.source_digest),
        )
        .col_expr(sync_run::Column::DiffDigest, Expr::value(end.diff_digest))
        .filter(sync_run::Column::Id.eq(run))
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Running))
        .exec(db)
        .await?;
    Ok(())
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
