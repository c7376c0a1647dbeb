//! Runs of the sync as people see them: what came of each, how far the one that runs is, what a braked one would have
//! changed, and the decision about it.
//!
//! Whoever decides or asks for a run does not wait for it: a row is left that says so, and the service carries it out
//! (`super::background`), whichever of its processes that is and whether or not the one that was asked still lives.

mod dead;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit,
    db::{
        self,
        entity::{
            sync_diff,
            sync_run::{self, Decision as Made, SyncOutcome, Trigger},
        },
    },
    seal::SealError,
};

use super::{
    diff::Diff,
    progress::{Phase, Step},
};

pub(super) use dead::{bury, bury_the_dead};

/// Kept diffs of runs that nobody decides about go after so many seconds.
const DIFF_KEPT: i64 = 30 * 86_400;

/// What a person decides about a run that braked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The change is right. A run reads the source anew, and applies it if what the brake weighs is still the same.
    Accept,
    /// It is not. Everything stays as it is.
    Refuse,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such run, or it waits for nobody.
    #[error("that run does not wait for a decision")]
    DoesNotWait,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// Why a kept diff cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// It was sealed under another key, or is damaged.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// It was written by another version.
    #[error("the kept diff cannot be read")]
    Unreadable,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// How far the run is that is going on, or the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Going {
    /// The run.
    pub run: Uuid,
    /// When it began, or was asked for; unix seconds.
    pub since: i64,
    /// How far it is; none while it has not begun.
    pub step: Option<Step>,
}

/// The newest runs first.
///
/// # Errors
/// When the database fails.
pub async fn latest(db: &impl ConnectionTrait, n: u64) -> Result<Vec<sync_run::Model>, DbErr> {
    sync_run::Entity::find()
        .order_by_desc(sync_run::Column::StartedAt)
        .order_by_desc(sync_run::Column::Id)
        .limit(n)
        .all(db)
        .await
}

/// One run.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<sync_run::Model>, DbErr> {
    sync_run::Entity::find_by_id(id).one(db).await
}

/// The run that waits for a person's decision, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &impl ConnectionTrait) -> Result<Option<sync_run::Model>, DbErr> {
    sync_run::Entity::find()
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Braked))
        .filter(sync_run::Column::Decision.is_null())
        .order_by_desc(sync_run::Column::StartedAt)
        .one(db)
        .await
}

/// The run that is going on or was asked for, if there is one.
///
/// Of a run in this process this is exact. Of one in another it is what that one has written down: at most once a second,
/// and with SQLite not while it writes people, since it alone can write then.
///
/// # Errors
/// When the database fails.
pub async fn progress(app: &App) -> Result<Option<Going>, DbErr> {
    let row = sync_run::Entity::find()
        .filter(sync_run::Column::Outcome.is_in([SyncOutcome::Running, SyncOutcome::Requested]))
        // "running" before "requested".
        .order_by_desc(sync_run::Column::Outcome)
        .order_by_asc(sync_run::Column::StartedAt)
        .one(&app.db)
        .await?;
    Ok(row.map(|row| {
        let number = |stored: Option<i64>| stored.unwrap_or_default().unsigned_abs();
        let stored = || {
            let phase = row.phase.as_deref().and_then(Phase::of_name)?;
            Some(Step {
                phase,
                done: number(row.done),
                of: number(row.total),
            })
        };
        let is_ours = app.sync_progress.run() == Some(row.id);
        Going {
            run: row.id,
            since: row.started_at,
            step: if is_ours {
                Some(app.sync_progress.step())
            } else {
                stored()
            },
        }
    }))
}

/// What a braked run would have changed, while it waits and for at most a month. Of each kind the first
/// [`super::diff::MOST_KEPT`] are kept, those that the brake weighs before others; the run's counts tell of how many.
///
/// # Errors
/// When it cannot be read.
pub async fn diff(app: &App, id: Uuid) -> Result<Option<Diff>, DiffError> {
    let Some(row) = sync_diff::Entity::find_by_id(id).one(&app.db).await? else {
        return Ok(None);
    };
    let plain = app.seal.open(&place(id), &row.sealed)?;
    serde_json::from_slice(&plain)
        .map(Some)
        .map_err(|_| DiffError::Unreadable)
}

/// Keeps what a braked run would have changed.
pub(super) async fn keep_diff(
    app: &App,
    db: &impl ConnectionTrait,
    id: Uuid,
    diff: &Diff,
) -> Result<(), DbErr> {
    let failed = |why: &str| DbErr::Custom(format!("the diff cannot be kept: {why}"));
    let plain = serde_json::to_vec(diff).map_err(|_| failed("it is not JSON"))?;
    let sealed = app
        .seal
        .seal(&place(id), &plain)
        .map_err(|error| failed(&error.to_string()))?;
    sync_diff::Entity::insert(sync_diff::ActiveModel {
        run_id: Set(id),
        sealed: Set(sealed),
        created_at: Set(app.unix_now()),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

fn place(run: Uuid) -> String {
    format!("sync_diff/{run}")
}

/// Decides about a run that braked. The answer is the run that carries it out, which the service begins within seconds.
///
/// # Errors
/// When the run does not wait (any more), or the database fails.
pub async fn decide(
    app: &App,
    id: Uuid,
    decision: Decision,
    by: &str,
    reason: &str,
) -> Result<Option<Uuid>, DecideError> {
    let now = app.unix_now();
    let transaction = db::begin_write(&app.db).await?;
    let made = match decision {
        Decision::Accept => Made::Accepted,
        Decision::Refuse => Made::Refused,
    };
    let decided = sync_run::Entity::update_many()
        .col_expr(sync_run::Column::Decision, Expr::value(made))
        .col_expr(sync_run::Column::DecidedAt, Expr::value(now))
        .col_expr(sync_run::Column::DecidedBy, Expr::value(by))
        .col_expr(sync_run::Column::DecisionReason, Expr::value(reason))
        .filter(sync_run::Column::Id.eq(id))
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Braked))
        .filter(sync_run::Column::Decision.is_null())
        .exec(&transaction)
        .await?;
    if decided.rows_affected != 1 {
        return Err(DecideError::DoesNotWait);
    }
    sync_diff::Entity::delete_by_id(id)
        .exec(&transaction)
        .await?;
    let (deed, follows) = match decision {
        Decision::Refuse => ("sync.refuse", None),
        Decision::Accept => {
            let run = requested(now, Trigger::Decision, by, reason, Some(id));
            let run = run.insert(&transaction).await?;
            ("sync.accept", Some(run.id))
        }
    };
    let entry = audit::Entry::new(by, deed, now)
        .reason(reason)
        .detail(json!({ "run": id, "follows": follows }));
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(follows)
}

/// Asks for a run now. The answer is the run, which the service begins within seconds; one that was asked for already and
/// has not begun is taken for this one.
///
/// # Errors
/// When the database fails.
pub async fn ask(app: &App, by: &str, reason: &str) -> Result<Uuid, DbErr> {
    let now = app.unix_now();
    let transaction = db::begin_write(&app.db).await?;
    let there = sync_run::Entity::find()
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Requested))
        .one(&transaction)
        .await?;
    let id = match there {
        Some(run) => run.id,
        None => {
            let run = requested(now, Trigger::Hand, by, reason, None);
            run.insert(&transaction).await?.id
        }
    };
    let entry = audit::Entry::new(by, "sync.ask", now)
        .reason(reason)
        .detail(json!({ "run": id }));
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(id)
}

fn requested(
    now: i64,
    trigger: Trigger,
    by: &str,
    reason: &str,
    accepts: Option<Uuid>,
) -> sync_run::ActiveModel {
    sync_run::ActiveModel {
        id: Set(Uuid::now_v7()),
        started_at: Set(now),
        outcome: Set(SyncOutcome::Requested),
        counts: Set(json!({})),
        trigger: Set(Some(trigger)),
        asked_by: Set(Some(by.to_owned())),
        reason: Set(Some(reason.to_owned())),
        accepts: Set(accepts),
        ..Default::default()
    }
}

/// The oldest run that was asked for and has not begun.
pub(super) async fn next_requested(
    db: &impl ConnectionTrait,
) -> Result<Option<sync_run::Model>, DbErr> {
    sync_run::Entity::find()
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Requested))
        .order_by_asc(sync_run::Column::StartedAt)
        .one(db)
        .await
}

/// Runs that waited wait no more, since a later one has come to its end.
pub(super) async fn overtake(db: &impl ConnectionTrait, by: Uuid, now: i64) -> Result<(), DbErr> {
    let waited: Vec<Uuid> = sync_run::Entity::find()
        .select_only()
        .column(sync_run::Column::Id)
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Braked))
        .filter(sync_run::Column::Decision.is_null())
        .filter(sync_run::Column::Id.ne(by))
        .into_tuple()
        .all(db)
        .await?;
    if waited.is_empty() {
        return Ok(());
    }
    sync_run::Entity::update_many()
        .col_expr(sync_run::Column::Decision, Expr::value(Made::Overtaken))
        .col_expr(sync_run::Column::DecidedAt, Expr::value(now))
        .filter(sync_run::Column::Id.is_in(waited.iter().copied()))
        .filter(sync_run::Column::Decision.is_null())
        .exec(db)
        .await?;
    sync_diff::Entity::delete_many()
        .filter(sync_diff::Column::RunId.is_in(waited))
        .exec(db)
        .await?;
    Ok(())
}

/// Kept diffs that have been kept long enough go.
pub(super) async fn forget_old_diffs(db: &impl ConnectionTrait, now: i64) -> Result<u64, DbErr> {
    let gone = sync_diff::Entity::delete_many()
        .filter(sync_diff::Column::CreatedAt.lte(now - DIFF_KEPT))
        .exec(db)
        .await?;
    Ok(gone.rows_affected)
}

/// Writes down how far a run is.
pub(super) async fn write_step(
    db: &impl ConnectionTrait,
    id: Uuid,
    step: Step,
) -> Result<(), DbErr> {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    sync_run::Entity::update_many()
        .col_expr(sync_run::Column::Phase, Expr::value(step.phase.name()))
        .col_expr(sync_run::Column::Done, Expr::value(number(step.done)))
        .col_expr(sync_run::Column::Total, Expr::value(number(step.of)))
        .filter(sync_run::Column::Id.eq(id))
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Running))
        .exec(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
