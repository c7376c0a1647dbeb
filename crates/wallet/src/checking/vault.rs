//! Sealed files that are deleted after their day.
//!
//! A file is `LBE1`, a 96-bit nonce and AES-256-GCM, with `LBE1` and the file's name as associated data. The name says
//! when the file is to be deleted, so that this needs no key, and nothing else. The key is made with the first file and
//! deleted with the last: what a disk keeps of a deleted file is then noise.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::SecureRandom,
};
use zeroize::Zeroizing;

use super::files;
use crate::{
    issuer::lock,
    platform::{Clock, SecretError, SecretStore, StoreKey},
};

/// For how long a key store that says that there is no key to the files there are may yet say otherwise.
const MAY_BE_BUSY: Duration = Duration::from_secs(60);

const MAGIC: &[u8; 4] = b"LBE1";

/// Why something was not kept, or not read. Nothing was written in the clear.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeepError {
    /// The key store did not give or keep the key.
    #[error(transparent)]
    Secrets(#[from] SecretError),
    /// The folder cannot be read or written.
    #[error("the folder cannot be used")]
    Io(#[from] io::Error),
    /// No randomness, or what is to be kept cannot be written: never expected.
    #[error("it cannot be sealed")]
    Seal,
}

/// What a file is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// When it is to be deleted, unix seconds.
    pub(super) until: i64,
    /// Tells it from others; lower-case letters and digits.
    pub(super) id: String,
}

impl Name {
    fn file(&self) -> String {
        format!("exam-{}-{}.sealed", self.until, self.id)
    }

    fn read(file: &str) -> Option<Self> {
        let (until, id) = file
            .strip_prefix("exam-")?
            .strip_suffix(".sealed")?
            .split_once('-')?;
        let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then_some(Self {
            until: until.parse().ok()?,
            id: id.to_owned(),
        })
    }
}

/// The folder and its key.
pub(super) struct Vault {
    folder: PathBuf,
    secrets: Arc<dyn SecretStore>,
    random: Arc<dyn SecureRandom + Send + Sync>,
    key: Mutex<Option<StoreKey>>,
    clock: Arc<dyn Clock>,
    /// Since when, by the uptime, the key store says that there is no key to the files there are.
    key_missed: Mutex<Option<Duration>>,
}

impl Vault {
    pub(super) fn new(
        folder: PathBuf,
        secrets: Arc<dyn SecretStore>,
        random: Arc<dyn SecureRandom + Send + Sync>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            folder,
            secrets,
            random,
            key: Mutex::new(None),
            clock,
            key_missed: Mutex::new(None),
        }
    }

    /// The files there are.
    pub(super) fn names(&self) -> Result<Vec<Name>, KeepError> {
        let names = files::names(&self.folder)?;
        Ok(names.iter().filter_map(|name| Name::read(name)).collect())
    }

    /// What is in a file; none if it is damaged or was sealed with a key that is gone.
    pub(super) fn read(
        &self,
        name: &Name,
        max: usize,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, KeepError> {
        let Some(key) = self.known_key()? else {
            return Ok(None);
        };
        let room = max + MAGIC.len() + NONCE_LEN + AES_256_GCM.tag_len();
        let sealed = files::read(&self.folder.join(name.file()), room)?;
        Ok(sealed.and_then(|sealed| open(&key, &name.file(), &sealed)))
    }

    /// Puts these bytes in the file's place, sealed.
    pub(super) fn write(&self, name: &Name, plain: &[u8]) -> Result<(), KeepError> {
        let key = self.key()?;
        let sealed = seal(&key, &name.file(), plain, &*self.random).ok_or(KeepError::Seal)?;
        Ok(files::replace(&self.folder, &name.file(), &sealed)?)
    }

    /// Deletes a file.
    pub(super) fn delete(&self, name: &Name) -> Result<(), KeepError> {
        files::delete(&self.folder.join(name.file()))?;
        self.forget_key_without_files();
        Ok(())
    }

    /// Deletes every file whose time is over, without any key; says whether there was one.
    pub(super) fn delete_over(&self, now: i64) -> Result<bool, KeepError> {
        let mut deleted = false;
        for file in files::names(&self.folder)? {
            let half_written = file.strip_suffix(files::BESIDE);
            let name = Name::read(half_written.unwrap_or(&file));
            if name.is_some_and(|name| name.until <= now || half_written.is_some()) {
                files::delete(&self.folder.join(file))?;
                deleted = true;
            }
        }
        if deleted {
            self.forget_key_without_files();
        }
        Ok(deleted)
    }

    /// A key that stays is a pity and no more: the files are gone.
    fn forget_key_without_files(&self) {
        if !matches!(self.names(), Ok(names) if names.is_empty()) {
            return;
        }
        *lock(&self.key) = None;
        if let Err(error) = self.secrets.delete() {
            tracing::warn!(%error, "the key of the deleted lists could not be deleted");
        }
    }

    fn known_key(&self) -> Result<Option<StoreKey>, KeepError> {
        let mut key = lock(&self.key);
        if key.is_none() {
            *key = match self.secrets.load() {
                // Whatever was sealed with it cannot be read any more.
                Err(SecretError::NotAKey) => None,
                loaded => loaded?,
            };
        }
        Ok(key.clone())
    }

    fn key(&self) -> Result<StoreKey, KeepError> {
        if let Some(key) = self.known_key()? {
            return Ok(key);
        }
        // A new key makes what there is unreadable for good. So the store is to say it for a while; then it is so, and
        // the exam goes on.
        if !self.names()?.is_empty() {
            let now = self.clock.uptime();
            let since = *lock(&self.key_missed).get_or_insert(now);
            if now.saturating_sub(since) < MAY_BE_BUSY {
                return Err(SecretError::Failed("there is no key to the files".into()).into());
            }
        }
        let key = StoreKey::generate(&*self.random).ok_or(KeepError::Seal)?;
        self.secrets.save(&key)?;
        *lock(&self.key) = Some(key.clone());
        Ok(key)
    }
}

fn cipher(key: &StoreKey) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, key.as_bytes())
        .ok()
        .map(LessSafeKey::new)
}

/// A file under another name, that of a later day for one, does not open.
fn associated(file: &str) -> Aad<Vec<u8>> {
    Aad::from([MAGIC, file.as_bytes()].concat())
}

fn seal(key: &StoreKey, file: &str, plain: &[u8], random: &dyn SecureRandom) -> Option<Vec<u8>> {
    // A random 96-bit nonce is safe for 2^32 writes under one key (NIST SP 800-38D §8.3); an exam makes some hundreds.
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce).ok()?;
    // Room for the tag, so that the plain text is not left behind in a buffer that was outgrown.
    let mut body = Zeroizing::new(Vec::with_capacity(plain.len() + AES_256_GCM.tag_len()));
    body.extend_from_slice(plain);
    cipher(key)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            associated(file),
            &mut *body,
        )
        .ok()?;
    Some([MAGIC.as_slice(), &nonce, &body].concat())
}

fn open(key: &StoreKey, file: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.strip_prefix(MAGIC)?.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut body = Zeroizing::new(body.to_vec());
    let length = cipher(key)?
        .open_in_place(nonce, associated(file), &mut body)
        .ok()?
        .len();
    body.truncate(length);
    Some(body)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::rand::SystemRandom;

    use super::*;
    use crate::platform::{MemorySecrets, SystemClock};

    const FILE: &str = "exam-100-aa.sealed";

    fn key() -> StoreKey {
        StoreKey::from_bytes(&[7; 32]).unwrap()
    }

    fn name(until: i64, id: &str) -> Name {
        Name {
            until,
            id: id.into(),
        }
    }

    fn vault(folder: &tempfile::TempDir) -> (Arc<MemorySecrets>, Vault) {
        let secrets = Arc::new(MemorySecrets::default());
        let random = Arc::new(SystemRandom::new());
        let clock = Arc::new(SystemClock::new());
        let vault = Vault::new(folder.path().join("exams"), secrets.clone(), random, clock);
        (secrets, vault)
    }

    #[test]
    fn a_file_goes_after_its_time_and_the_key_with_the_last_one() {
        let folder = tempfile::tempdir().unwrap();
        let (secrets, vault) = vault(&folder);
        assert!(!vault.delete_over(1000).unwrap());
        for until in [100, 200] {
            vault.write(&name(until, "aa"), b"Nora").unwrap();
        }
        assert!(!vault.delete_over(99).unwrap());
        assert!(vault.delete_over(100).unwrap());
        assert_eq!(vault.names().unwrap(), [name(200, "aa")]);
        assert!(secrets.load().unwrap().is_some());
        assert!(vault.delete_over(200).unwrap());
        assert!(vault.names().unwrap().is_empty());
        assert!(secrets.load().unwrap().is_none());
    }

    #[test]
    fn a_half_written_file_goes_at_once_and_other_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (_, vault) = vault(&folder);
        vault.write(&name(900, "aa"), b"Nora").unwrap();
        let inner = folder.path().join("exams");
        for file in ["exam-900-bb.sealed.new", "exam-x-bb.sealed", "notes.txt"] {
            std::fs::write(inner.join(file), b"x").unwrap();
        }
        vault.delete_over(100).unwrap();
        assert_eq!(
            files::names(&inner).unwrap(),
            ["exam-900-aa.sealed", "exam-x-bb.sealed", "notes.txt"]
        );
    }

    #[test]
    fn a_file_under_the_name_of_a_later_day_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let (_, vault) = vault(&folder);
        let (today, later) = (name(100, "aa"), name(9000, "aa"));
        vault.write(&today, b"Nora").unwrap();
        assert_eq!(*vault.read(&today, 4).unwrap().unwrap(), b"Nora");
        assert!(vault.read(&today, 3).unwrap().is_none());
        let inner = folder.path().join("exams");
        std::fs::rename(inner.join(today.file()), inner.join(later.file())).unwrap();
        assert!(vault.read(&later, 4).unwrap().is_none());
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_refused(at in 0usize..36, change in 1u8..) {
            let mut bytes = seal(&key(), FILE, b"Nora", &SystemRandom::new()).unwrap();
            prop_assert_eq!(bytes.len(), 36);
            bytes[at] ^= change;
            prop_assert!(open(&key(), FILE, &bytes).is_none());
        }

        #[test]
        fn any_bytes_at_all_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(open(&key(), FILE, &bytes).is_none());
        }
    }
}
