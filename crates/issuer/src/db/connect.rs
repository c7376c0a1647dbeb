//! The way to the database.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbErr,
    sqlx::postgres::{PgConnectOptions, PgSslMode},
};

use crate::config::{DatabaseConfig, DatabaseTls};

/// Far below what people wait for, and short enough that those who want what a long sync holds do not keep all connections
/// waiting with them.
const LOCK_TIMEOUT: &str = "5s";
/// A process that hangs in a transaction must not hold up the others for ever. The longest is the first sync of a county.
const IDLE_TIMEOUT: &str = "10min";

/// Connects; what goes wrong is told without the password.
pub(super) async fn connect(config: &DatabaseConfig) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(&config.url);
    // Every connection to `:memory:` is a database of its own, hence only one.
    let is_in_memory = config.url == "sqlite::memory:";
    options
        .max_connections(if is_in_memory { 1 } else { config.connections })
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(config.wait_s))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .pragma("journal_mode", "WAL")
                // With a write-ahead log NORMAL writes through to the disk only at checkpoints, so a power cut would take
                // back what was answered for: a block, a message that was sent, a place in a status list that a phone has
                // a card by. FULL does it at every commit.
                .pragma("synchronous", "FULL")
        });
    let postgres = config.clone();
    options.map_sqlx_postgres_opts(move |options| settings(options, &postgres));
    if is_in_memory {
        options.idle_timeout(None).max_lifetime(None);
    }
    Database::connect(options).await
}

fn settings(mut options: PgConnectOptions, config: &DatabaseConfig) -> PgConnectOptions {
    options = options
        .application_name("lommebevis-issuer")
        .options([
            ("lock_timeout", LOCK_TIMEOUT),
            ("idle_in_transaction_session_timeout", IDLE_TIMEOUT),
        ])
        .ssl_mode(match config.tls {
            DatabaseTls::VerifyFull => PgSslMode::VerifyFull,
            DatabaseTls::VerifyCa => PgSslMode::VerifyCa,
            DatabaseTls::Off => PgSslMode::Disable,
        });
    if let Some(file) = &config.ca_file {
        options = options.ssl_root_cert(file);
    }
    if let Some(password) = &config.password {
        options = options.password(password.expose());
    }
    options
}
