//! The database: connection, migrations and the tables as entities.

pub mod entity;
pub mod migration;

use std::time::Duration;

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use migration::Migrator;

/// Opens the database and brings its tables up to date.
///
/// # Errors
/// When it cannot be opened, or a migration fails.
pub async fn open(url: &str) -> Result<DatabaseConnection, DbErr> {
    let db = connect(url, 8).await?;
    Migrator::up(&db, None).await?;
    Ok(db)
}

/// A fresh database in memory, for tests.
///
/// # Errors
/// When a migration fails.
#[cfg(test)]
pub(crate) async fn in_memory() -> Result<DatabaseConnection, DbErr> {
    // Every connection to `:memory:` is a database of its own, hence only one.
    let db = connect("sqlite::memory:", 1).await?;
    Migrator::up(&db, None).await?;
    Ok(db)
}

async fn connect(url: &str, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "NORMAL")
        });
    if connections == 1 {
        options.idle_timeout(None).max_lifetime(None);
    }
    Database::connect(options).await
}

/// Begins a transaction that will write.
///
/// SQLite must be told at the start: a transaction that has read and then wants to write fails at
/// once when another has written in between, without waiting for the busy timeout.
///
/// # Errors
/// When the database does not answer, or stays busy.
pub async fn begin_write(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    db.begin_with_options(TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    })
    .await
}
