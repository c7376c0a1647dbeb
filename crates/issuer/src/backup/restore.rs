//! Putting a copy back where there is nothing.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection,
    DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Statement,
    sea_query::Expr,
};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{
    audit,
    config::Config,
    db::{
        self, copy,
        entity::{
            setting,
            sms_message::{self, State},
            status_list,
        },
    },
    issue::status,
    keys::KeyStore,
    photo::PhotoStore,
    seal::Seal,
};

use super::{
    BackupError, DATABASE, FORM, KEY, MANIFEST, Manifest, SEALED_KEY, io, open_key, photo_file,
    sha256, sqlite, write_private,
};

/// How far the trust list's version and the number of the next status list leap: further than they can have come since
/// the copy was made.
const LEAP: u64 = 1_000;

/// What was put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// When the copy was made.
    pub made_at: DateTime<Utc>,
    /// Pictures.
    pub photos: usize,
    /// Pictures that were not there when the copy was made.
    pub missing: usize,
    /// Messages that may have been sent since, and now wait for a person's decision.
    pub messages: u64,
}

/// Puts a copy back, into SQLite or PostgreSQL, whichever it was made of. There must be neither a database (on PostgreSQL:
/// no tables in it) nor photos; every file is checked before the first is written, and when anything fails, what was
/// written is removed.
///
/// # Errors
/// When something is there already, or the copy is damaged, or the master key is another.
pub async fn restore(
    config: &Config,
    folder: &Path,
    passphrase: Option<&str>,
    by: &str,
    now: i64,
) -> Result<Restored, BackupError> {
    // PostgreSQL's rows are made ready in a file beside the master key, where nobody else looks.
    let target = match config.database.url.strip_prefix("sqlite://") {
        Some(path) => PathBuf::from(path),
        None => beside(&config.keys.master_key_file, ".issuer.db"),
    };
    refuse_occupied(&target)?;
    if !config.database.is_sqlite() {
        let db = db::open_as_it_is(&config.database).await?;
        let has_tables = copy::has_tables(&db).await?;
        db.close().await?;
        if has_tables {
            return Err(BackupError::Tables);
        }
    }
    if config.photos.s3.is_none() {
        refuse_photos(&config.photos.folder)?;
    }
    let manifest = read_manifest(folder)?;
    check_files(folder, &manifest)?;
    let made_key = place_key(config, folder, &manifest, passphrase)?;
    let temporary = beside(&target, ".restoring");
    let mut put = Vec::new();
    let result = put_back(config, folder, &manifest, &temporary, by, now, &mut put).await;
    let result = match result {
        Ok(restored) => put_database(config, &temporary, &target)
            .await
            .map(|()| restored),
        error => error,
    };
    // The first error is the one to tell.
    let clean_up = |file: &Path| drop(std::fs::remove_file(file));
    if result.is_err() || !config.database.is_sqlite() {
        for ending in ["", "-wal", "-shm"] {
            clean_up(&beside(&temporary, ending));
        }
    }
    if result.is_err() {
        // Only what this has put there itself: under the same keys lie the pictures of the county that the copy is of.
        if !put.is_empty()
            && let Ok(seal) = Seal::load(&config.keys.master_key_file)
            && let Ok(photos) = PhotoStore::configured(&config.photos, seal)
        {
            for key in &put {
                photos.delete(key).await;
            }
        }
        made_key.as_deref().into_iter().for_each(clean_up);
    }
    result
}

/// The rows that are ready in a file, to where they belong.
async fn put_database(config: &Config, ready: &Path, target: &Path) -> Result<(), BackupError> {
    if config.database.is_sqlite() {
        return std::fs::rename(ready, target).map_err(io(target));
    }
    let from = db::open_as_it_is(&sqlite(ready)).await?;
    let to = db::open(&config.database).await?;
    let copied = copy::into(&from, &to).await;
    if copied.is_err() {
        // It was empty before.
        let _ = copy::drop_tables(&to).await;
    }
    from.close().await?;
    to.close().await?;
    Ok(copied?)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn refuse_occupied(database: &Path) -> Result<(), BackupError> {
    for ending in ["", "-wal", "-shm", ".restoring"] {
        let file = beside(database, ending);
        if file.exists() {
            return Err(BackupError::Occupied(file));
        }
    }
    Ok(())
}

/// A folder may hold nothing else either: it is another's then.
fn refuse_photos(folder: &Path) -> Result<(), BackupError> {
    for folder in [folder.to_owned(), folder.join("photos")] {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            // What cannot be looked into is not known to be empty.
            Err(error) => return Err(io(&folder)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(io(&folder))?;
            if entry.file_name() != "photos" || !entry.path().is_dir() {
                return Err(BackupError::Occupied(folder));
            }
        }
    }
    Ok(())
}

fn read_manifest(folder: &Path) -> Result<Manifest, BackupError> {
    let no_backup = || BackupError::NoBackup(folder.to_owned());
    let bytes = std::fs::read(folder.join(MANIFEST)).map_err(|_| no_backup())?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|_| no_backup())?;
    let is_known = manifest.files.keys().all(|name| {
        [DATABASE, KEY, SEALED_KEY].contains(&name.as_str()) || photo_file(folder, name).is_some()
    });
    if manifest.form != FORM || !is_known || !manifest.files.contains_key(DATABASE) {
        return Err(no_backup());
    }
    Ok(manifest)
}

fn check_files(folder: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    for (name, expected) in &manifest.files {
        let is_good = sha256(&folder.join(name)).is_ok_and(|found| found == *expected);
        if !is_good {
            return Err(BackupError::Damaged(name.clone()));
        }
    }
    Ok(())
}

/// Puts the master key where it belongs, unless it is there. The answer is the file that was made.
fn place_key(
    config: &Config,
    folder: &Path,
    manifest: &Manifest,
    passphrase: Option<&str>,
) -> Result<Option<PathBuf>, BackupError> {
    let target = &config.keys.master_key_file;
    if target.exists() {
        return Ok(None);
    }
    let read = |name: &str| {
        let file = folder.join(name);
        std::fs::read(&file).map(Zeroizing::new).map_err(io(&file))
    };
    let key = if manifest.files.contains_key(SEALED_KEY) {
        let passphrase = passphrase.ok_or(BackupError::NoPassphrase)?;
        open_key(passphrase, &read(SEALED_KEY)?)?
    } else if manifest.files.contains_key(KEY) {
        read(KEY)?
    } else {
        return Err(BackupError::NoMasterKey);
    };
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent).map_err(io(parent))?;
    }
    write_private(target, &key)?;
    Ok(Some(target.clone()))
}

/// `put` takes the keys of the pictures, as they are put.
async fn put_back(
    config: &Config,
    folder: &Path,
    manifest: &Manifest,
    temporary: &Path,
    by: &str,
    now: i64,
    put: &mut Vec<String>,
) -> Result<Restored, BackupError> {
    let seal = Seal::load(&config.keys.master_key_file)?;
    let photos = PhotoStore::configured(&config.photos, seal.clone())?;
    if config.photos.s3.is_some() && !photos.is_empty().await? {
        return Err(BackupError::Bucket);
    }
    if let Some(parent) = temporary.parent() {
        std::fs::create_dir_all(parent).map_err(io(parent))?;
    }
    write_private(temporary, b"")?;
    let source = folder.join(DATABASE);
    std::fs::copy(&source, temporary).map_err(io(&source))?;
    make_private(temporary)?;
    let db = db::open(&sqlite(temporary)).await?;
    let size = i64::try_from(config.status_list.size).unwrap_or(1 << 17);
    let messages = bring_up_to_date(&db, &seal, manifest, size, by, now).await?;
    db.close().await?;

    for key in manifest.files.keys() {
        let Some(file) = photo_file(folder, key) else {
            continue;
        };
        let sealed = std::fs::read(&file).map_err(io(&file))?;
        photos.put_sealed(key, sealed).await?;
        put.push(key.clone());
    }
    Ok(Restored {
        made_at: DateTime::from_timestamp(manifest.made_at, 0).unwrap_or_default(),
        photos: put.len(),
        missing: manifest.missing_photos,
        messages,
    })
}

#[cfg(unix)]
fn make_private(file: &Path) -> Result<(), BackupError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).map_err(io(file))
}

#[cfg(not(unix))]
fn make_private(_file: &Path) -> Result<(), BackupError> {
    Ok(())
}

/// What must not simply go on from where the copy was made.
async fn bring_up_to_date(
    db: &DatabaseConnection,
    seal: &Seal,
    manifest: &Manifest,
    list_size: i64,
    by: &str,
    now: i64,
) -> Result<u64, BackupError> {
    let check = Statement::from_string(db.get_database_backend(), "PRAGMA integrity_check");
    let answer = db.query_one_raw(check).await?;
    let is_sound = answer.is_some_and(|row| {
        row.try_get_by_index::<String>(0)
            .is_ok_and(|text| text == "ok")
    });
    if !is_sound {
        return Err(BackupError::Damaged(DATABASE.to_owned()));
    }
    // Opens every signing key, so that another master key is told before anything is in place.
    KeyStore::load(db, seal).await?;
    let transaction = db::begin_write(db).await?;
    // Phones and checkers refuse a list that is older than theirs.
    if let Some(row) = setting::Entity::find_by_id("trust_list")
        .one(&transaction)
        .await?
        && let Ok(mut value) = serde_json::from_str::<Value>(&row.value)
        && let Some(version) = value.get("version").and_then(Value::as_u64)
    {
        value["version"] = (version + LEAP).into();
        let mut row = row.into_active_model();
        row.value = Set(value.to_string());
        row.update(&transaction).await?;
    }
    leave_status_lists(&transaction, manifest.made_at, list_size, now).await?;
    // What waited then may have gone since, and what had failed or come too late may have been sent again: a person
    // decides. And whoever has got the right since was told, by rows that
    // are lost: the next sync begins as if messages had just been turned on.
    let messages = sms_message::Entity::update_many()
        .col_expr(sms_message::Column::State, Expr::value(State::Unclear))
        .col_expr(sms_message::Column::Outcome, Expr::value(Some("restored")))
        .filter(sms_message::Column::State.is_in([
            State::Waiting,
            State::Sending,
            State::NoNumber,
            State::Lapsed,
            State::Failed,
        ]))
        .exec(&transaction)
        .await?
        .rows_affected;
    setting::Entity::delete_by_id(crate::sms::outbox::SETTING)
        .exec(&transaction)
        .await?;
    let entry = audit::Entry::new(by, "backup.restore", now)
        .detail(json!({ "made_at": manifest.made_at, "messages": messages }));
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(messages)
}

/// Places that were given away since the copy was made are on phones, and here they look free: given away once more, what
/// is said of the one card would be said of another's. So the lists of the copy take no more credentials, and the next one
/// has a number that none had since; with the time in it, also when the same copy is put back twice.
async fn leave_status_lists(
    db: &DatabaseTransaction,
    made_at: i64,
    size: i64,
    now: i64,
) -> Result<(), BackupError> {
    let newest = status_list::Entity::find()
        .order_by_desc(status_list::Column::Id)
        .one(db)
        .await?
        .map_or(0, |list| list.id);
    status_list::Entity::update_many()
        .col_expr(status_list::Column::Full, Expr::value(true))
        .exec(db)
        .await?;
    let leap = i64::try_from(LEAP).unwrap_or(i64::MAX);
    let next = status_list::Model {
        id: newest
            .saturating_add(leap)
            .saturating_add(now.saturating_sub(made_at).max(0)),
        size,
        bits: status::BITS,
        created_at: now,
        full: false,
    };
    status_list::Entity::insert(status_list::ActiveModel::from(next))
        .exec_without_returning(db)
        .await?;
    Ok(())
}
