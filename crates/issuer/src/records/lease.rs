//! Which of several processes does a thing that must not be done twice at a time.
//!
//! A lease is a row that one holder has until a moment. The holder renews it while it works; one whose process died, or
//! whose machine slept, does not, and another takes it. That alone does not keep the former holder from waking up and
//! writing, so whatever matters asks [`Lease::hold_fast`] in the transaction that writes: it fails when another has had the
//! lease since, and locks the row until the commit so that none can take it in between.
//!
//! Moments are of the processes' own clocks, which must be right to within a few seconds; clocks that are not can make two
//! do the same work, but never write it twice.

use std::{sync::Arc, time::Duration};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::{app::App, db::entity::lease};

/// Reading the records and applying them.
pub const SYNC: &str = "sync";
/// Bringing credentials in line with the calendar.
pub const STATUS: &str = "status";
/// Deleting what has been kept long enough.
pub const RETENTION: &str = "retention";
/// Counting how it stood on a day.
pub const STATISTICS: &str = "statistics";
/// Looking for pictures that no row names.
pub const PHOTOS: &str = "photos";

/// So long a lease lasts unless it is renewed, seconds.
const LASTS: i64 = 60;
/// So often it is renewed: a few tries may fail.
const RENEWED_EVERY: Duration = Duration::from_secs(15);

/// Another has the lease now; what was done under it must not be kept.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Another has it.
    #[error("another process has taken this over")]
    Lost,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// A lease that was ours when it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    name: &'static str,
    holder: String,
    fence: i64,
}

/// Whether nobody has a lease at `now`, in unix seconds. Another may take it at once.
///
/// # Errors
/// When the database fails.
pub async fn is_free(db: &impl ConnectionTrait, name: &str, now: i64) -> Result<bool, DbErr> {
    let row = lease::Entity::find_by_id(name).one(db).await?;
    Ok(row.is_none_or(|row| row.until <= now))
}

impl Lease {
    /// Takes the lease if nobody has it; `now` is in unix seconds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take(
        db: &impl ConnectionTrait,
        name: &'static str,
        now: i64,
    ) -> Result<Option<Self>, DbErr> {
        let holder = Uuid::new_v4().to_string();
        lease::Entity::insert(lease::ActiveModel {
            name: Set(name.to_owned()),
            holder: Set(String::new()),
            fence: Set(0),
            until: Set(0),
        })
        .on_conflict(
            OnConflict::column(lease::Column::Name)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
        // One statement, so that of two who try one wins, on every database.
        let taken = lease::Entity::update_many()
            .col_expr(lease::Column::Holder, Expr::value(holder.as_str()))
            .col_expr(lease::Column::Fence, Expr::col(lease::Column::Fence).add(1))
            .col_expr(lease::Column::Until, Expr::value(now + LASTS))
            .filter(lease::Column::Name.eq(name))
            .filter(lease::Column::Until.lte(now))
            .exec(db)
            .await?;
        if taken.rows_affected != 1 {
            return Ok(None);
        }
        let row = lease::Entity::find_by_id(name).one(db).await?;
        Ok(row.filter(|row| row.holder == holder).map(|row| Self {
            name,
            holder,
            fence: row.fence,
        }))
    }

    /// Has it last from `now` on; whether it is still ours.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew(&self, db: &impl ConnectionTrait, now: i64) -> Result<bool, DbErr> {
        let renewed = lease::Entity::update_many()
            .col_expr(lease::Column::Until, Expr::value(now + LASTS))
            .filter(lease::Column::Name.eq(self.name))
            .filter(lease::Column::Holder.eq(self.holder.as_str()))
            .filter(lease::Column::Fence.eq(self.fence))
            .exec(db)
            .await?;
        Ok(renewed.rows_affected == 1)
    }

    /// To be asked last in a transaction that writes: from then until the commit nobody can take it.
    ///
    /// # Errors
    /// When another has had it since; the transaction must be rolled back then.
    pub async fn hold_fast(
        &self,
        transaction: &impl ConnectionTrait,
        now: i64,
    ) -> Result<(), LeaseError> {
        if self.renew(transaction, now).await? {
            Ok(())
        } else {
            Err(LeaseError::Lost)
        }
    }

    /// Gives it back. What is not given back runs out by itself.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_back(&self, db: &impl ConnectionTrait) -> Result<(), DbErr> {
        lease::Entity::update_many()
            .col_expr(lease::Column::Until, Expr::value(0_i64))
            .filter(lease::Column::Name.eq(self.name))
            .filter(lease::Column::Holder.eq(self.holder.as_str()))
            .filter(lease::Column::Fence.eq(self.fence))
            .exec(db)
            .await?;
        Ok(())
    }
}

/// A lease that is renewed until it is given back or dropped.
#[derive(Debug)]
pub struct Held {
    lease: Arc<Lease>,
    renewing: JoinHandle<()>,
    /// Where it is given back; none when it has been.
    db: Option<DatabaseConnection>,
}

impl Held {
    /// Takes the lease if nobody has it, and keeps it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take(app: &App, name: &'static str) -> Result<Option<Self>, DbErr> {
        let Some(lease) = Lease::take(&app.db, name, app.unix_now()).await? else {
            return Ok(None);
        };
        let lease = Arc::new(lease);
        let (kept, db, clock) = (lease.clone(), app.db.clone(), app.clock.clone());
        let renewing = tokio::spawn(async move {
            loop {
                tokio::time::sleep(RENEWED_EVERY).await;
                // On SQLite this waits in vain while we write ourselves; so does everyone who would take it.
                if let Ok(false) = kept.renew(&db, clock.now().timestamp()).await {
                    return;
                }
            }
        });
        Ok(Some(Self {
            lease,
            renewing,
            db: Some(app.db.clone()),
        }))
    }

    /// The lease.
    #[must_use]
    pub fn lease(&self) -> &Lease {
        &self.lease
    }

    /// Gives it back, as well as may be: what cannot be given back runs out.
    pub async fn give_back(mut self, app: &App) {
        self.renewing.abort();
        self.db = None;
        if let Err(error) = self.lease.give_back(&app.db).await {
            tracing::warn!(%error, "a lease could not be given back");
        }
    }
}

/// What was cut off half-way gives it back as well, so that whoever is there next need not wait until it has run out.
impl Drop for Held {
    fn drop(&mut self) {
        self.renewing.abort();
        let (Some(db), Ok(runtime)) = (self.db.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let lease = self.lease.clone();
        runtime.spawn(async move {
            // If not, it runs out.
            let _ = lease.give_back(&db).await;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::testing, db};

    const NOW: i64 = testing::NOW;

    #[tokio::test]
    async fn of_two_who_want_it_one_gets_it_and_the_other_when_it_is_given_back() {
        let db = db::in_memory().await.unwrap();
        let first = Lease::take(&db, SYNC, NOW).await.unwrap().unwrap();
        assert_eq!(Lease::take(&db, SYNC, NOW).await.unwrap(), None);
        // Another thing is another lease.
        assert!(Lease::take(&db, STATUS, NOW).await.unwrap().is_some());
        first.give_back(&db).await.unwrap();
        let second = Lease::take(&db, SYNC, NOW).await.unwrap().unwrap();
        assert_eq!((first.fence, second.fence), (1, 2));
    }

    #[tokio::test]
    async fn a_lease_lasts_as_long_as_it_is_renewed() {
        let db = db::in_memory().await.unwrap();
        let first = Lease::take(&db, SYNC, NOW).await.unwrap().unwrap();
        assert!(first.renew(&db, NOW + LASTS - 1).await.unwrap());
        assert_eq!(Lease::take(&db, SYNC, NOW + LASTS).await.unwrap(), None);
        let late = NOW + 2 * LASTS;
        let second = Lease::take(&db, SYNC, late).await.unwrap();
        assert!(second.is_some());
        assert!(!first.renew(&db, late).await.unwrap());
        // And the one who is late takes nothing from the other by giving it back.
        first.give_back(&db).await.unwrap();
        assert_eq!(Lease::take(&db, SYNC, late).await.unwrap(), None);
    }

    #[tokio::test]
    async fn one_who_has_slept_through_the_lease_cannot_commit() {
        let db = db::in_memory().await.unwrap();
        let slept = Lease::take(&db, SYNC, NOW).await.unwrap().unwrap();
        let late = NOW + LASTS;
        let other = Lease::take(&db, SYNC, late).await.unwrap().unwrap();
        let transaction = db::begin_write(&db).await.unwrap();
        assert!(matches!(
            slept.hold_fast(&transaction, late).await,
            Err(LeaseError::Lost)
        ));
        transaction.rollback().await.unwrap();
        let transaction = db::begin_write(&db).await.unwrap();
        other.hold_fast(&transaction, late).await.unwrap();
        transaction.commit().await.unwrap();
    }

    #[tokio::test]
    async fn what_is_dropped_half_way_is_given_back() {
        let app = testing::app().await;
        let held = Held::take(&app, SYNC).await.unwrap().unwrap();
        assert!(!is_free(&app.db, SYNC, NOW).await.unwrap());
        drop(held);
        while !is_free(&app.db, SYNC, NOW).await.unwrap() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn of_many_at_once_one_gets_it() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("issuer.db").display());
        let db = db::open(&crate::config::DatabaseConfig::of(&url))
            .await
            .unwrap();
        let tries = (0..12).map(|_| {
            let db = db.clone();
            tokio::spawn(async move { Lease::take(&db, SYNC, NOW).await.unwrap() })
        });
        let taken = futures::future::join_all(tries).await;
        let winners = taken.into_iter().filter(|taken| {
            let taken = taken.as_ref().unwrap();
            taken.is_some()
        });
        assert_eq!(winners.count(), 1);
    }
}
