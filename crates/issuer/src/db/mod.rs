//! The database: connection, migrations and the tables as entities.
//!
//! SQLite has one writer at a time; PostgreSQL has many, in several processes. What must not happen twice is seen to by a
//! unique index, by a change that says what it expects to find, or by [`lock`]ing a row first. Transactions run at READ
//! COMMITTED there, so each statement after a lock sees what those before have committed. Databases that are stricter
//! (CockroachDB) or that have found two transactions waiting for each other want one of them done again: [`retry`].

mod connect;
pub mod copy;
pub mod entity;
pub mod lock;
pub mod migration;
#[cfg(test)]
mod portable;
mod retry;
#[cfg(test)]
pub(crate) mod testing;

use std::{io, path::Path, time::Duration};

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use crate::config::DatabaseConfig;

use connect::connect;
use migration::Migrator;
pub use retry::{is_busy, is_conflict, retry};
#[cfg(test)]
pub(crate) use testing::fresh as in_memory;

/// How often the tables are brought up to date before it is given up: another process may do it at the same time.
const MIGRATION_TRIES: u32 = 10;

/// Opens the database and brings its tables up to date. A new SQLite file is for this user only.
///
/// # Errors
/// When it cannot be opened, or a migration fails.
pub async fn open(config: &DatabaseConfig) -> Result<DatabaseConnection, DbErr> {
    if let Some(path) = config.url.strip_prefix("sqlite://") {
        make_private(Path::new(path))
            .map_err(|error| DbErr::Custom(format!("the file {path}: {error}")))?;
    }
    let db = connect(config).await?;
    migrate(&db).await?;
    Ok(db)
}

/// Opens a database that is there, with its tables as they are.
///
/// # Errors
/// When it is not there or cannot be opened.
pub async fn open_as_it_is(config: &DatabaseConfig) -> Result<DatabaseConnection, DbErr> {
    if let Some(path) = config.url.strip_prefix("sqlite://")
        && !Path::new(path).is_file()
    {
        return Err(DbErr::Custom(format!("the file {path} is not there")));
    }
    connect(config).await
}

/// Each migration is a transaction that also writes its own name, so of two processes that begin together one fails at
/// each of them, and finds it done when it looks again.
async fn migrate(db: &DatabaseConnection) -> Result<(), DbErr> {
    for attempt in 1.. {
        match Migrator::up(db, None).await {
            Err(error)
                if attempt < MIGRATION_TRIES && retry::may_be_another_process(db, &error) =>
            {
                tokio::time::sleep(Duration::from_millis(200) * attempt).await;
            }
            result => return result,
        }
    }
    Ok(())
}

/// SQLite gives its side files the same permissions.
fn make_private(file: &Path) -> io::Result<()> {
    if let Some(folder) = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use sea_orm::{
        ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, PaginatorTrait,
    };

    use super::*;

    /// A UUID as the database writes it.
    fn id(db: &DatabaseConnection, n: u32) -> String {
        match db.get_database_backend() {
            sea_orm::DbBackend::Postgres => format!("'00000000-0000-0000-0000-{n:012}'"),
            _ => format!("x'{n:032}'"),
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_is_made_for_this_user_only_and_opened_again_with_its_rows() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/issuer.db");
        let url = format!("sqlite://{}", file.display());
        let db = open(&DatabaseConfig::of(&url)).await.unwrap();
        entity::setting::ActiveModel {
            key: Set("a".into()),
            value: Set("b".into()),
        }
        .insert(&db)
        .await
        .unwrap();
        for file in std::fs::read_dir(file.parent().unwrap()).unwrap() {
            let mode = file.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
        db.close().await.unwrap();
        let db = open(&DatabaseConfig::of(&url)).await.unwrap();
        assert_eq!(entity::setting::Entity::find().count(&db).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_database_is_opened_as_it_is_for_a_copy_and_never_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("issuer.db");
        let url = format!("sqlite://{}", file.display());
        assert!(open_as_it_is(&DatabaseConfig::of(&url)).await.is_err());
        assert!(!file.exists());
        let old = connect(&DatabaseConfig::of(&url)).await.unwrap();
        Migrator::up(&old, Some(7)).await.unwrap();
        old.close().await.unwrap();
        let db = open_as_it_is(&DatabaseConfig::of(&url)).await.unwrap();
        let pending = Migrator::get_pending_migrations(&db).await.unwrap();
        assert_eq!(pending.len(), Migrator::migrations().len() - 7);
    }

    #[tokio::test]
    async fn photos_of_before_they_could_be_sent_in_are_kept() {
        let db = testing::empty().await.unwrap();
        Migrator::up(&db, Some(2)).await.unwrap();
        db.execute_unprepared(&format!(
            "INSERT INTO person VALUES ({}, 'elev:1', NULL, NULL, '{{}}', '', NULL, 0)",
            id(&db, 1)
        ))
        .await
        .unwrap();
        db.execute_unprepared(
            &format!(
                "INSERT INTO photo VALUES ({}, {}, 'locked', 'school_records', 'abc', 'photos/1', 'def', '2025-08-20', 7)",
                id(&db, 1), id(&db, 2)
            ),
        )
        .await
        .unwrap();
        Migrator::up(&db, None).await.unwrap();
        let kept = db
            .query_one_raw(sea_orm::Statement::from_string(
                db.get_database_backend(),
                "SELECT state, sha256, object_key, source_url_sha256, changed_at, submitted_sha256, note, reasons, \
                 handed_back FROM photo",
            ))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(kept.try_get::<String>("", "state").unwrap(), "locked");
        assert_eq!(
            kept.try_get::<String>("", "object_key").unwrap(),
            "photos/1"
        );
        assert_eq!(kept.try_get::<i64>("", "changed_at").unwrap(), 7);
        assert_eq!(
            kept.try_get::<Option<String>>("", "submitted_sha256")
                .unwrap(),
            None
        );
        assert!(!kept.try_get::<bool>("", "handed_back").unwrap());
    }

    #[tokio::test]
    async fn entries_of_before_the_chain_are_chained_in_their_order() {
        use crate::audit::chain;
        let db = testing::empty().await.unwrap();
        Migrator::up(&db, Some(6)).await.unwrap();
        for (n, at) in [(1, 20), (2, 10), (3, 30)] {
            db.execute_unprepared(&format!(
                "INSERT INTO audit VALUES ({}, {at}, 'kari', 'deed.{n}', NULL, 'æ', '{{\"b\":1,\"a\":[2]}}')",
                id(&db, n)
            ))
            .await
            .unwrap();
        }
        Migrator::up(&db, None).await.unwrap();
        let rows = entity::audit::Entity::find().all(&db).await.unwrap();
        let deeds: Vec<_> = rows.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(deeds, ["deed.2", "deed.1", "deed.3"]);
        let mut before = chain::GENESIS.to_owned();
        for (row, seq) in rows.iter().zip(1..) {
            assert_eq!((row.seq, &row.prev_hash), (seq, &before));
            assert_eq!(row.hash, chain::hash(row));
            before.clone_from(&row.hash);
        }
        let head = entity::audit_head::Entity::find()
            .one(&db)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((head.seq, head.hash), (3, before));
    }

    #[tokio::test]
    async fn a_row_cannot_hang_on_a_person_who_is_not_there() {
        let db = in_memory().await.unwrap();
        let orphan = db
            .execute_unprepared(&format!(
                "INSERT INTO library_code VALUES ({}, 'c', NULL, FALSE, 0)",
                id(&db, 1)
            ))
            .await;
        assert!(matches!(
            orphan.unwrap_err().sql_err(),
            Some(sea_orm::SqlErr::ForeignKeyConstraintViolation(_))
        ));
    }
}
