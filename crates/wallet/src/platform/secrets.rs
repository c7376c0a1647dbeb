//! Where the 32-byte key of the sealed store lives.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::PathBuf,
    sync::Mutex,
    time::Duration,
};

use county_api::KeyProtection;
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

/// A key store that was busy has got over it.
const BEFORE_ASKING_AGAIN: Duration = Duration::from_millis(300);

/// The AES-256 key of the sealed store. Wiped when dropped; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreKey(Zeroizing<[u8; 32]>);

impl StoreKey {
    /// A fresh key, or nothing if the system has no randomness.
    pub(crate) fn generate(random: &dyn SecureRandom) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(&mut *bytes).ok()?;
        Some(Self(bytes))
    }

    /// The key in these bytes, if they are 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// The bytes, for keeping them.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey(..)")
    }
}

/// Why the key cannot be read or kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// This device has no key store, or it is not running.
    #[error("there is no key store")]
    Absent,
    /// There is one, but it stays closed: locked, or the person dismissed the question.
    #[error("the key store is locked")]
    Locked,
    /// What lies there is not a key.
    #[error("the key store holds something that is not a key")]
    NotAKey,
    /// The key file can be read by others than its owner.
    #[error("the key file can be read by others")]
    ReadableByOthers,
    /// The key store failed in another way.
    #[error("the key store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Keeps one key. Calls may block (a key store may ask the person to unlock it): not for an asynchronous task.
pub trait SecretStore: Send + Sync {
    /// The key, or `None` if none was kept yet.
    fn load(&self) -> Result<Option<StoreKey>, SecretError>;
    /// Keeps the key, in place of an older one.
    fn save(&self, key: &StoreKey) -> Result<(), SecretError>;
    /// Forgets the key; no error if there is none.
    fn delete(&self) -> Result<(), SecretError>;
    /// How well the key is guarded, and with it all that is sealed: the holder's keys where the device keeps none.
    fn protection(&self) -> KeyProtection;
}

/// The system's key store: Secret Service, keychain, Windows credential manager; on Android a key of the Android
/// Keystore that never leaves it and seals what lies in the app's own folder.
///
/// Connects when it is first asked, and again after [`SecretError::Absent`]: a Secret Service may come up after the
/// program. Neither phone needs a window for it, so that a refresh in the background can open the store as well; Android
/// needs the context of `ndk_context`, which Tauri sets before `setup` and a worker in the background has to set itself.
#[derive(Debug, Clone)]
pub struct KeyringSecrets {
    service: String,
    user: String,
}

impl KeyringSecrets {
    /// An entry of the key store, by the program's name and the entry's own.
    pub fn new(service: impl Into<String>, user: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            user: user.into(),
        }
    }

    /// Opens this process's key store now instead of when it is first asked: Android's finds the application only where
    /// somebody has told it, and keeps it from then on.
    ///
    /// # Errors
    /// [`SecretError::Absent`] and [`SecretError::Locked`].
    pub fn open_key_store() -> Result<(), SecretError> {
        connect().map_err(|error| match error {
            keyring_core::Error::NoStorageAccess(_) => SecretError::Locked,
            _ => SecretError::Absent,
        })
    }

    fn entry(&self) -> Result<keyring_core::Entry, SecretError> {
        Self::open_key_store()?;
        let modifiers = modifiers().into_iter().collect();
        keyring_core::Entry::new_with_modifiers(&self.service, &self.user, &modifiers)
            .map_err(key_store_error)
    }
}

/// The store of this process, connected if it is not yet.
#[cfg(all(
    unix,
    not(any(target_os = "android", target_os = "ios", target_os = "macos"))
))]
fn connect() -> Result<(), keyring_core::Error> {
    connect_once(|| zbus_secret_service_keyring_store::Store::new().map(|store| store as _))
}

/// Makes a store the one of this process, unless there is one.
#[cfg(all(unix, not(target_os = "macos")))]
fn connect_once(
    open: impl FnOnce() -> Result<std::sync::Arc<keyring_core::CredentialStore>, keyring_core::Error>,
) -> Result<(), keyring_core::Error> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if keyring_core::get_default_store().is_none() {
        keyring_core::set_default_store(open()?);
    }
    Ok(())
}

/// How the entry is made.
///
/// iOS: readable from the first unlocking after a start on, so that a refresh in the background can open the store of a
/// phone that is locked; and of this phone alone, so that it goes into no backup and to no other phone. What the store
/// would choose by itself (`WhenUnlocked`) is wrong in both.
fn modifiers() -> Option<(&'static str, &'static str)> {
    cfg!(target_os = "ios").then_some(("access-policy", "after-first-unlock-this-device-only"))
}

/// Android's store asks `ndk_context` for the application, and panics where nobody has set it: a process without a window
/// whose worker has not done so has no key store, which is no reason to end it.
#[cfg(target_os = "android")]
fn connect() -> Result<(), keyring_core::Error> {
    connect_once(|| {
        std::panic::catch_unwind(android_native_keyring_store::Store::new)
            .map_err(|_| keyring_core::Error::NoDefaultStore)?
            .map(|store| store as _)
    })
}

/// The keychain of this phone alone: nothing goes to iCloud.
#[cfg(target_os = "ios")]
fn connect() -> Result<(), keyring_core::Error> {
    connect_once(|| apple_native_keyring_store::protected::Store::new().map(|store| store as _))
}

/// Keychain and credential manager are there as long as the system is.
#[cfg(any(target_os = "macos", windows))]
fn connect() -> Result<(), keyring_core::Error> {
    match keyring::Entry::store_status() {
        Ok(()) => Ok(()),
        Err(keyring_core::Error::NoStorageAccess(_)) => {
            Err(keyring_core::Error::NoStorageAccess("locked".into()))
        }
        Err(_) => Err(keyring_core::Error::NoDefaultStore),
    }
}

impl SecretStore for KeyringSecrets {
    fn load(&self) -> Result<Option<StoreKey>, SecretError> {
        let entry = self.entry()?;
        match believed(|| entry.get_secret()) {
            Ok(bytes) => {
                let bytes = Zeroizing::new(bytes);
                Ok(Some(
                    StoreKey::from_bytes(&bytes).ok_or(SecretError::NotAKey)?,
                ))
            }
            Err(keyring_core::Error::NoEntry) => Ok(None),
            // What lies there is sealed with a key that the phone no longer has, and opens for nobody ever again.
            Err(keyring_core::Error::BadDataFormat(..)) if cfg!(target_os = "android") => {
                tracing::warn!("the key store has lost its own key");
                Ok(None)
            }
            Err(error) => Err(key_store_error(error)),
        }
    }

    fn save(&self, key: &StoreKey) -> Result<(), SecretError> {
        self.entry()?
            .set_secret(key.as_bytes())
            .map_err(key_store_error)
    }

    fn delete(&self) -> Result<(), SecretError> {
        match self.entry()?.delete_credential() {
            Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
            Err(error) => Err(key_store_error(error)),
        }
    }

    fn protection(&self) -> KeyProtection {
        KeyProtection::KeyStore
    }
}

/// Android's store says the same of a key that is lost and of one that was busy, so it is to say it twice. What lies there
/// for good is read the same the second time.
fn believed<T>(
    mut read: impl FnMut() -> Result<T, keyring_core::Error>,
) -> Result<T, keyring_core::Error> {
    match read() {
        Err(keyring_core::Error::BadDataFormat(..)) => {
            std::thread::sleep(BEFORE_ASKING_AGAIN);
            read()
        }
        said => said,
    }
}

/// Some of the crate's errors carry the secret itself, so only those known to be clean are kept as a source.
fn key_store_error(error: keyring_core::Error) -> SecretError {
    match error {
        keyring_core::Error::NoStorageAccess(_) => SecretError::Locked,
        keyring_core::Error::NoDefaultStore | keyring_core::Error::NotSupportedByStore(_) => {
            SecretError::Absent
        }
        keyring_core::Error::PlatformFailure(source) if is_locked_phone(&*source) => {
            SecretError::Locked
        }
        keyring_core::Error::PlatformFailure(source) => SecretError::Failed(source),
        keyring_core::Error::BadEncoding(_) | keyring_core::Error::BadDataFormat(..) => {
            SecretError::NotAKey
        }
        _ => SecretError::Failed("the key store refused the entry".into()),
    }
}

/// iOS between a start and the first unlocking, which the store does not tell from other failures.
#[cfg(target_os = "ios")]
fn is_locked_phone(source: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    /// `errSecInteractionNotAllowed`.
    const NOT_WHILE_LOCKED: i32 = -25308;
    source
        .downcast_ref::<security_framework::base::Error>()
        .is_some_and(|error| error.code() == NOT_WHILE_LOCKED)
}

/// Every other store says so itself.
#[cfg(not(target_os = "ios"))]
fn is_locked_phone(_: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    false
}

/// A file with the key in it. Protects nothing from whoever can read the file: for machines without a key store
/// (a walk without a display, a kiosk), and only when someone asks for it.
#[derive(Debug, Clone)]
pub struct FileSecrets {
    path: PathBuf,
}

impl FileSecrets {
    /// A key in this file: 32 bytes, readable by its owner alone. Its folder must be there.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl SecretStore for FileSecrets {
    fn load(&self) -> Result<Option<StoreKey>, SecretError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(SecretError::Failed(error.into())),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = file.metadata().map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(SecretError::ReadableByOthers);
            }
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(64));
        file.take(33).read_to_end(&mut bytes).map_err(failed)?;
        StoreKey::from_bytes(&bytes)
            .map(Some)
            .ok_or(SecretError::NotAKey)
    }

    fn save(&self, key: &StoreKey) -> Result<(), SecretError> {
        // A file beside it and a rename: a crash leaves the old key or the new, never half of one.
        let beside = self.path.with_extension("new");
        let _ = fs::remove_file(&beside);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file = options.open(&beside).map_err(failed)?;
        file.write_all(key.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        fs::rename(&beside, &self.path).map_err(failed)
    }

    fn delete(&self) -> Result<(), SecretError> {
        match fs::remove_file(&self.path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    fn protection(&self) -> KeyProtection {
        KeyProtection::File
    }
}

fn failed(error: io::Error) -> SecretError {
    SecretError::Failed(error.into())
}

/// Keeps the key only as long as the process lives. For tests.
#[derive(Debug, Default)]
pub struct MemorySecrets {
    key: Mutex<Option<StoreKey>>,
}

impl SecretStore for MemorySecrets {
    fn load(&self) -> Result<Option<StoreKey>, SecretError> {
        Ok(self.key.lock().map_err(|_| poisoned())?.clone())
    }

    fn save(&self, key: &StoreKey) -> Result<(), SecretError> {
        *self.key.lock().map_err(|_| poisoned())? = Some(key.clone());
        Ok(())
    }

    fn delete(&self) -> Result<(), SecretError> {
        *self.key.lock().map_err(|_| poisoned())? = None;
        Ok(())
    }

    fn protection(&self) -> KeyProtection {
        KeyProtection::File
    }
}

fn poisoned() -> SecretError {
    SecretError::Failed("the lock is poisoned".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> StoreKey {
        StoreKey::from_bytes(&[byte; 32]).unwrap()
    }

    /// One suite for every store that can run anywhere.
    fn keeps_one_key(store: &dyn SecretStore) {
        assert_eq!(store.load().unwrap(), None);
        store.save(&key(1)).unwrap();
        store.save(&key(2)).unwrap();
        assert_eq!(store.load().unwrap(), Some(key(2)));
        store.delete().unwrap();
        store.delete().unwrap();
        assert_eq!(store.load().unwrap(), None);
    }

    #[test]
    fn memory_keeps_one_key() {
        keeps_one_key(&MemorySecrets::default());
    }

    #[test]
    fn a_file_keeps_one_key() {
        let folder = tempfile::tempdir().unwrap();
        keeps_one_key(&FileSecrets::new(folder.path().join("key")));
    }

    #[test]
    fn a_key_file_of_the_wrong_length_is_not_a_key() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileSecrets::new(folder.path().join("key"));
        store.save(&key(1)).unwrap();
        for bytes in [vec![], vec![1; 31], vec![1; 33], vec![1; 5000]] {
            fs::write(folder.path().join("key"), bytes).unwrap();
            assert!(matches!(store.load(), Err(SecretError::NotAKey)));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let store = FileSecrets::new(&path);
        store.save(&key(1)).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(store.load(), Err(SecretError::ReadableByOthers)));
    }

    #[test]
    fn a_key_in_a_file_is_not_said_to_be_better_guarded_than_that() {
        let file = FileSecrets::new("key");
        assert_eq!(file.protection(), KeyProtection::File);
        assert_eq!(MemorySecrets::default().protection(), KeyProtection::File);
        #[cfg(not(any(target_os = "android", target_os = "ios")))]
        assert_eq!(
            KeyringSecrets::new("a", "b").protection(),
            KeyProtection::KeyStore
        );
    }

    #[test]
    fn a_key_does_not_show() {
        assert_eq!(format!("{:?}", key(0x41)), "StoreKey(..)");
    }

    #[test]
    fn a_key_store_that_says_once_that_its_key_is_lost_is_asked_again() {
        let lost = || keyring_core::Error::BadDataFormat(Vec::new(), "unsealed".into());
        let mut answers = vec![Ok(1), Err(lost())];
        assert_eq!(believed(|| answers.pop().unwrap()).unwrap(), 1);
        let mut answers = vec![Ok(1), Err(lost()), Err(lost())];
        assert!(believed(|| answers.pop().unwrap()).is_err());
        let mut answers = vec![Err(lost()), Err(keyring_core::Error::NoEntry)];
        let said = believed(|| answers.pop().unwrap() as Result<(), _>);
        assert!(matches!(said, Err(keyring_core::Error::NoEntry)));
    }

    #[test]
    fn a_locked_key_store_is_told_from_an_absent_one() {
        use keyring_core::Error;
        assert!(matches!(
            key_store_error(Error::NoStorageAccess("locked".into())),
            SecretError::Locked
        ));
        assert!(matches!(
            key_store_error(Error::NoDefaultStore),
            SecretError::Absent
        ));
        assert!(matches!(
            key_store_error(Error::BadEncoding(vec![1])),
            SecretError::NotAKey
        ));
        assert!(matches!(
            key_store_error(Error::PlatformFailure("busy".into())),
            SecretError::Failed(_)
        ));
    }
}
