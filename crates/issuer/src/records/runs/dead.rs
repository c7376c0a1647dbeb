//! Runs whose process has ended before they did.

use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

use crate::{
    app::App,
    db::entity::sync_run::{self, SyncOutcome},
    records::lease::{self, Held},
};

/// What a person has asked for is begun so often at most.
const MOST_BEGUN: i64 = 3;

/// Sees to runs that are said to go on and do not, because their process has ended: what a person has asked for waits
/// again, for whoever is there, unless it has been begun so often that it seems to be what ends the process; all else was
/// interrupted. Only the holder of the lease can know that nobody runs, so that must be shown.
///
/// # Errors
/// When the database fails.
pub(in crate::records) async fn bury(app: &App, _: &Held) -> Result<(), DbErr> {
    let dead = || {
        sync_run::Entity::update_many().filter(sync_run::Column::Outcome.eq(SyncOutcome::Running))
    };
    let waits = dead()
        .col_expr(
            sync_run::Column::Outcome,
            Expr::value(SyncOutcome::Requested),
        )
        .col_expr(sync_run::Column::Phase, Expr::value(Option::<String>::None))
        .filter(sync_run::Column::Begun.between(1, MOST_BEGUN - 1))
        .exec(&app.db)
        .await?;
    let interrupted = dead()
        .col_expr(
            sync_run::Column::Outcome,
            Expr::value(SyncOutcome::Interrupted),
        )
        .col_expr(sync_run::Column::FinishedAt, Expr::value(app.unix_now()))
        .col_expr(
            sync_run::Column::Message,
            Expr::value("its process ended before it did; nothing was applied"),
        )
        .exec(&app.db)
        .await?;
    if waits.rows_affected + interrupted.rows_affected > 0 {
        tracing::warn!("a run was interrupted; nothing of it was applied");
    }
    Ok(())
}

/// As [`bury`], if there is anything to see to and nobody runs.
///
/// # Errors
/// When the database fails.
pub(in crate::records) async fn bury_the_dead(app: &App) -> Result<(), DbErr> {
    let running = sync_run::Entity::find()
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Running))
        .count(&app.db)
        .await?;
    // Our own is alive, and whoever keeps the lease is too. Reading first, since with SQLite taking waits for who writes.
    if running == 0
        || app.sync_progress.run().is_some()
        || !lease::is_free(&app.db, lease::SYNC, app.unix_now()).await?
    {
        return Ok(());
    }
    if let Some(held) = Held::take(app, lease::SYNC).await? {
        let buried = bury(app, &held).await;
        held.give_back(app).await;
        buried?;
    }
    Ok(())
}
