//! The database: connection, migrations and the tables as entities.

pub mod entity;
pub mod migration;

use std::{io, path::Path, time::Duration};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use migration::Migrator;

/// Opens the database and brings its tables up to date. A new SQLite file is for this user only.
///
/// # Errors
/// When it cannot be opened, or a migration fails.
pub async fn open(url: &str) -> Result<DatabaseConnection, DbErr> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        make_private(Path::new(path))
            .map_err(|error| DbErr::Custom(format!("the file {path}: {error}")))?;
    }
    let db = connect(url, 8).await?;
    Migrator::up(&db, None).await?;
    Ok(db)
}

/// Opens a database that is there, with its tables as they are.
///
/// # Errors
/// When it is not there or cannot be opened.
pub async fn open_as_it_is(url: &str) -> Result<DatabaseConnection, DbErr> {
    if let Some(path) = url.strip_prefix("sqlite://")
        && !Path::new(path).is_file()
    {
        return Err(DbErr::Custom(format!("the file {path} is not there")));
    }
    connect(url, 8).await
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

#[cfg(test)]
mod tests {
    use sea_orm::{
        ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, PaginatorTrait,
    };

    use super::*;

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_is_made_for_this_user_only_and_opened_again_with_its_rows() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/issuer.db");
        let url = format!("sqlite://{}", file.display());
        let db = open(&url).await.unwrap();
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
        let db = open(&url).await.unwrap();
        assert_eq!(entity::setting::Entity::find().count(&db).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_database_is_opened_as_it_is_for_a_copy_and_never_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("issuer.db");
        let url = format!("sqlite://{}", file.display());
        assert!(open_as_it_is(&url).await.is_err());
        assert!(!file.exists());
        let old = connect(&url, 1).await.unwrap();
        Migrator::up(&old, Some(7)).await.unwrap();
        old.close().await.unwrap();
        let db = open_as_it_is(&url).await.unwrap();
        let pending = Migrator::get_pending_migrations(&db).await.unwrap();
        assert_eq!(pending.len(), Migrator::migrations().len() - 7);
    }

    #[tokio::test]
    async fn photos_of_before_they_could_be_sent_in_are_kept() {
        let db = connect("sqlite::memory:", 1).await.unwrap();
        Migrator::up(&db, Some(2)).await.unwrap();
        db.execute_unprepared(
            "INSERT INTO person VALUES (x'00000000000000000000000000000001', 'elev:1', NULL, NULL, '{}', '', NULL, 0)",
        )
        .await
        .unwrap();
        db.execute_unprepared(
            "INSERT INTO photo VALUES \
             (x'00000000000000000000000000000001', x'00000000000000000000000000000002', 'locked', 'school_records', 'abc', 'photos/1', 'def', '2025-08-20', 7)",
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
        let db = connect("sqlite::memory:", 1).await.unwrap();
        Migrator::up(&db, Some(6)).await.unwrap();
        for (n, at) in [(1, 20), (2, 10), (3, 30)] {
            db.execute_unprepared(&format!(
                "INSERT INTO audit VALUES (x'0000000000000000000000000000000{n}', {at}, 'kari', 'deed.{n}', NULL, 'æ', \
                 '{{\"b\":1,\"a\":[2]}}')"
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
            .execute_unprepared("INSERT INTO library_code VALUES (x'00', 'c', NULL, 0, 0)")
            .await;
        assert!(orphan.is_err());
    }
}
