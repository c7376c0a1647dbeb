//! A copy of everything while the service runs, and putting it back.
//!
//! ```text
//! manifest.json       what is in it, with SHA-256 of each file
//! issuer.db           the database as of one moment: a SQLite file, whatever the service runs on
//! photos/…            the pictures that its rows name, sealed as they lie
//! master.key.sealed   if wanted: the master key under a passphrase (PBKDF2-HMAC-SHA-256, AES-256-GCM)
//! master.key          if wanted: the master key as it is
//! ```
//! Without the master key a copy gives away neither photos nor signing keys; the rest of the database can be read.

mod restore;

use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use ring::{
    digest, pbkdf2,
    rand::{SecureRandom, SystemRandom},
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use serde::{Deserialize, Serialize};
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    app::App,
    audit,
    config::DatabaseConfig,
    db::{
        self,
        copy::{self, CopyError},
    },
    keys::KeysError,
    photo::PhotoStoreError,
    seal::{MasterKeyError, Seal, SealError, hex},
};

pub use restore::{Restored, restore};

const FORM: u32 = 1;
const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "issuer.db";
const KEY: &str = "master.key";
const SEALED_KEY: &str = "master.key.sealed";
/// What the sealed key is bound to.
const PLACE: &str = "backup/master.key";
const SALT_LEN: usize = 16;
/// OWASP's number for PBKDF2-HMAC-SHA-256.
const ROUNDS: u32 = 600_000;
/// How often the copy is begun anew because a picture went while it was made.
const TRIES: usize = 5;

/// What becomes of the master key.
#[derive(Debug)]
pub enum MasterKey {
    /// It is kept elsewhere.
    LeftOut,
    /// Under a passphrase.
    Sealed(Zeroizing<String>),
    /// As it is.
    Plain,
}

/// What was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// Pictures.
    pub photos: usize,
    /// Pictures that rows name and that are not there.
    pub missing: usize,
}

/// What is in a copy.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    form: u32,
    made_at: i64,
    issuer: String,
    program: String,
    /// File → SHA-256, hex.
    files: BTreeMap<String, String>,
    missing_photos: usize,
}

/// Why there is no copy, or why it was not put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file.
    #[error("{}: {source}", file.display())]
    Io {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something is there already.
    #[error("{} is there already; nothing was changed", .0.display())]
    Occupied(PathBuf),
    /// There are tables in the database.
    #[error("there are tables in the database already; nothing was changed")]
    Tables,
    /// Photos lie in the bucket.
    #[error("there are photos in the bucket already; nothing was changed")]
    Bucket,
    /// The rows.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The copy is none, or of another version of this program.
    #[error("{} is no backup that this version can read", .0.display())]
    NoBackup(PathBuf),
    /// A file is not what it was.
    #[error("{0} in the backup is missing or damaged; nothing was changed")]
    Damaged(String),
    /// The master key is nowhere.
    #[error(
        "the backup holds no master key, and there is none at `keys.master_key_file`: put it there first"
    )]
    NoMasterKey,
    /// The passphrase.
    #[error("the backup's master key is sealed: give its passphrase with --passphrase-file")]
    NoPassphrase,
    /// It does not open.
    #[error("the passphrase is wrong, or the sealed master key is damaged")]
    WrongPassphrase,
    /// A passphrase that can be guessed.
    #[error("the passphrase is too short: at least 16 characters")]
    ShortPassphrase,
    /// The master key.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// Sealing.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The signing keys do not open: the master key is another.
    #[error("the master key is not the one of this backup: {0}")]
    Keys(#[from] KeysError),
    /// The photos.
    #[error(transparent)]
    Photos(#[from] PhotoStoreError),
    /// The manifest.
    #[error("the manifest cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The database.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

fn io(file: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let file = file.to_owned();
    move |source| BackupError::Io { file, source }
}

/// Copies everything into a new folder, which only this user can read. A running service goes on meanwhile.
///
/// # Errors
/// When it cannot be done; then nothing is left under that name.
pub async fn make(app: &App, folder: &Path, key: MasterKey, by: &str) -> Result<Made, BackupError> {
    if folder.exists() {
        return Err(BackupError::Occupied(folder.to_owned()));
    }
    let mut name = folder.as_os_str().to_owned();
    name.push(".partial");
    let partial = PathBuf::from(name);
    if partial.exists() {
        return Err(BackupError::Occupied(partial));
    }
    let result = fill(app, &partial, key, by).await;
    match result {
        Ok(made) => {
            std::fs::rename(&partial, folder).map_err(io(folder))?;
            Ok(made)
        }
        Err(error) => {
            // What is half there is worse than nothing; the first error is the one to tell.
            let _ = std::fs::remove_dir_all(&partial);
            Err(error)
        }
    }
}

async fn fill(app: &App, folder: &Path, key: MasterKey, by: &str) -> Result<Made, BackupError> {
    private_folder(folder)?;
    private_folder(&folder.join("photos"))?;
    let with_key = match &key {
        MasterKey::LeftOut => "no",
        MasterKey::Sealed(_) => "sealed",
        MasterKey::Plain => "plain",
    };
    // Before the copy, so that it is in it.
    let entry = audit::Entry::new(by, "backup.make", app.unix_now())
        .detail(json!({ "master_key": with_key }));
    audit::record(&app.db, entry).await?;
    let mut files = BTreeMap::new();
    write_key(app, folder, key, &mut files)?;

    let file = folder.join(DATABASE);
    let mut tries = 0;
    let (photos, missing) = loop {
        tries += 1;
        snapshot(app, &file).await?;
        let named = photos_in(&file).await?;
        let (photos, missing) = copy_photos(app, folder, &named).await?;
        let went = photos_that_went(app, &missing).await?;
        // A picture that was deleted between the copy of the rows and that of the files: begin anew.
        if went == 0 || tries == TRIES {
            break (photos, missing.len());
        }
    };
    files.insert(DATABASE.to_owned(), sha256(&file)?);
    let count = photos.len();
    for left in std::fs::read_dir(folder.join("photos")).map_err(io(folder))? {
        let left = left.map_err(io(folder))?;
        let name = format!("photos/{}", left.file_name().to_string_lossy());
        if !photos.contains_key(&name) {
            std::fs::remove_file(left.path()).map_err(io(folder))?;
        }
    }
    files.extend(photos);
    let manifest = Manifest {
        form: FORM,
        made_at: app.unix_now(),
        issuer: app.config.issuer.id().to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        files,
        missing_photos: missing,
    };
    write_private(
        &folder.join(MANIFEST),
        &serde_json::to_vec_pretty(&manifest)?,
    )?;
    Ok(Made {
        photos: count,
        missing,
    })
}

/// All rows as of one moment, while others write: SQLite's own copy, or a reading of PostgreSQL into SQLite.
async fn snapshot(app: &App, file: &Path) -> Result<(), BackupError> {
    if file.exists() {
        std::fs::remove_file(file).map_err(io(file))?;
    }
    // SQLite takes an empty file, and leaves its permissions.
    write_private(file, b"")?;
    if app.db.get_database_backend() != DbBackend::Sqlite {
        let copy = db::open_as_it_is(&sqlite(file)).await?;
        copy::out_of(&app.db, &copy).await?;
        copy.close().await?;
        return Ok(());
    }
    let quoted = file.display().to_string().replace('\'', "''");
    app.db
        .execute_unprepared(&format!("VACUUM INTO '{quoted}'"))
        .await?;
    Ok(())
}

fn sqlite(file: &Path) -> DatabaseConfig {
    DatabaseConfig {
        // One, so that what is switched on or off for it holds for all that is done.
        connections: 1,
        ..DatabaseConfig::of(&format!("sqlite://{}", file.display()))
    }
}

async fn photos_in(file: &Path) -> Result<Vec<String>, DbErr> {
    let copy = db::open(&sqlite(file)).await?;
    let named = crate::photo::named(&copy).await?;
    copy.close().await?;
    Ok(named)
}

async fn copy_photos(
    app: &App,
    folder: &Path,
    named: &[String],
) -> Result<(BTreeMap<String, String>, Vec<String>), BackupError> {
    let (mut copied, mut missing) = (BTreeMap::new(), Vec::new());
    for key in named {
        let Some(sealed) = app.photos.sealed(key).await? else {
            missing.push(key.clone());
            continue;
        };
        let Some(file) = photo_file(folder, key) else {
            missing.push(key.clone());
            continue;
        };
        if !file.exists() {
            write_private(&file, &sealed)?;
        }
        copied.insert(key.clone(), hex(&jose::sha256(&sealed)));
    }
    Ok((copied, missing))
}

/// How many of these are named by no row any more.
async fn photos_that_went(app: &App, missing: &[String]) -> Result<usize, DbErr> {
    if missing.is_empty() {
        return Ok(0);
    }
    let named: std::collections::HashSet<String> =
        crate::photo::named(&app.db).await?.into_iter().collect();
    Ok(missing.iter().filter(|key| !named.contains(*key)).count())
}

/// The file of a picture in a copy; none for a key that is not one of ours.
fn photo_file(folder: &Path, key: &str) -> Option<PathBuf> {
    let name = key.strip_prefix("photos/")?;
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_plain && !name.is_empty()).then(|| folder.join("photos").join(name))
}

fn write_key(
    app: &App,
    folder: &Path,
    key: MasterKey,
    files: &mut BTreeMap<String, String>,
) -> Result<(), BackupError> {
    let source = &app.config.keys.master_key_file;
    let read = || {
        std::fs::read(source)
            .map(Zeroizing::new)
            .map_err(io(source))
    };
    let (name, bytes) = match key {
        MasterKey::LeftOut => return Ok(()),
        MasterKey::Plain => (KEY, read()?),
        MasterKey::Sealed(passphrase) => {
            if passphrase.chars().count() < 16 {
                return Err(BackupError::ShortPassphrase);
            }
            let mut salt = [0; SALT_LEN];
            SystemRandom::new()
                .fill(&mut salt)
                .map_err(|_| SealError::Random)?;
            let mut sealed = salt.to_vec();
            sealed.extend(seal_of(&passphrase, &salt).seal(PLACE, &read()?)?);
            (SEALED_KEY, Zeroizing::new(sealed))
        }
    };
    write_private(&folder.join(name), &bytes)?;
    files.insert(name.to_owned(), hex(&jose::sha256(&bytes)));
    Ok(())
}

fn seal_of(passphrase: &str, salt: &[u8]) -> Seal {
    let mut key = Zeroizing::new([0; 32]);
    let rounds = NonZeroU32::new(ROUNDS).unwrap_or(NonZeroU32::MAX);
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        rounds,
        salt,
        passphrase.as_bytes(),
        key.as_mut(),
    );
    Seal::from_key(&key)
}

fn open_key(passphrase: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    let (salt, sealed) = sealed
        .split_at_checked(SALT_LEN)
        .ok_or(BackupError::WrongPassphrase)?;
    seal_of(passphrase, salt)
        .open(PLACE, sealed)
        .map_err(|_| BackupError::WrongPassphrase)
}

fn private_folder(folder: &Path) -> Result<(), BackupError> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(io(folder))
}

fn write_private(file: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(file).map_err(io(file))?;
    out.write_all(bytes).map_err(io(file))?;
    out.sync_all().map_err(io(file))
}

fn sha256(file: &Path) -> Result<String, BackupError> {
    let mut reader = std::fs::File::open(file).map_err(io(file))?;
    let mut context = digest::Context::new(&digest::SHA256);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer).map_err(io(file))? {
            0 => return Ok(hex(context.finish().as_ref())),
            length => context.update(&buffer[..length]),
        }
    }
}

#[cfg(test)]
mod tests;
