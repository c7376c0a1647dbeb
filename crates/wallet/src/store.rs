//! The sealed store: one file, encrypted whole, replaced whole.
//!
//! `wallet.sealed` is `LBW1`, a version byte, a 96-bit nonce and AES-256-GCM of the JSON of the state, with the first
//! five bytes as associated data. It is written beside itself, flushed, renamed over the old one, and the folder is
//! flushed: after a power cut there is the old file or the new one.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::SecureRandom,
};
use zeroize::Zeroizing;

use crate::{platform::StoreKey, state::State};

const FILE: &str = "wallet.sealed";
const FILE_BESIDE: &str = "wallet.sealed.new";
const MAGIC: &[u8; 4] = b"LBW1";
/// The shape of the JSON inside. A change that an older reader cannot take gets the next number, and a migration here
/// unless what is new has defaults.
///
/// 2: a card has codes for several purposes. What a 1 had instead, a single one, is fetched anew.
/// 3: there can be several cards.
/// 4: a key can be the device's.
const VERSION: u8 = 4;
/// The oldest shape that is read.
const OLDEST: u8 = 1;
const HEAD: usize = MAGIC.len() + 1;
/// Far above a full store (ten copies with portrait: about 3 MB); a larger file is not ours.
const MAX_FILE: u64 = 64 << 20;

/// The store's folder and key. Whoever holds it holds the folder's lock too.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    key: StoreKey,
    /// [`flush_folder`], but in tests.
    flush: fn(&Path) -> io::Result<()>,
}

/// Why the file was not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("the store is damaged")]
    Damaged,
    #[error("the store was written by a newer version ({version})")]
    Newer { version: u8 },
    #[error("the store cannot be read")]
    Io(#[source] io::Error),
}

/// Why nothing was written; the old file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full, the folder is gone, and the like.
    #[error("the store cannot be written")]
    Io(#[source] io::Error),
    /// No randomness, or the state cannot be written as JSON: never expected.
    #[error("the store cannot be sealed")]
    Seal,
}

impl Store {
    pub(crate) fn new(folder: &Path, key: StoreKey) -> Self {
        Self {
            folder: folder.to_owned(),
            key,
            flush: flush_folder,
        }
    }

    /// Has the folder flushed by this.
    #[cfg(feature = "testing")]
    pub(crate) fn flush_with(&mut self, flush: fn(&Path) -> io::Result<()>) {
        self.flush = flush;
    }

    /// Whether there is a store in this folder.
    pub(crate) fn exists(folder: &Path) -> bool {
        folder.join(FILE).exists()
    }

    /// The state, or `None` if nothing was stored yet.
    pub(crate) fn read(&self) -> Result<Option<State>, ReadError> {
        let file = match File::open(self.folder.join(FILE)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ReadError::Io(error)),
        };
        let mut sealed = Vec::new();
        file.take(MAX_FILE + 1)
            .read_to_end(&mut sealed)
            .map_err(ReadError::Io)?;
        if sealed.len() as u64 > MAX_FILE {
            return Err(ReadError::Damaged);
        }
        let plain = open(&self.key, &sealed)?;
        serde_json::from_slice(&plain)
            .map(|state: State| Some(state.of_this_version()))
            .map_err(|_| ReadError::Damaged)
    }

    /// Puts this state in place of the old one. Whether it is there for good: else a power cut may bring the old one back.
    pub(crate) fn write(
        &self,
        state: &State,
        random: &dyn SecureRandom,
    ) -> Result<bool, StoreError> {
        let plain = Zeroizing::new(serde_json::to_vec(state).map_err(|_| StoreError::Seal)?);
        let sealed = seal(&self.key, VERSION, &plain, random).ok_or(StoreError::Seal)?;
        let beside = self.folder.join(FILE_BESIDE);
        write_flushed(&beside, &sealed)
            .and_then(|()| fs::rename(&beside, self.folder.join(FILE)))
            .map_err(|error| {
                let _ = fs::remove_file(&beside);
                StoreError::Io(error)
            })?;
        // The new one is what is read from here on, so nothing that fails now may say that nothing was written.
        let flushed = (self.flush)(&self.folder);
        if let Err(error) = &flushed {
            tracing::warn!(%error, "the folder of the store was not flushed");
        }
        Ok(flushed.is_ok())
    }

    /// Deletes the file, and every one that was put aside.
    pub(crate) fn delete(folder: &Path) -> Result<(), StoreError> {
        for entry in fs::read_dir(folder).map_err(StoreError::Io)? {
            let entry = entry.map_err(StoreError::Io)?;
            if entry.file_name().to_string_lossy().starts_with(FILE) {
                fs::remove_file(entry.path()).map_err(StoreError::Io)?;
            }
        }
        flush_folder(folder).map_err(StoreError::Io)
    }

    /// Renames a store that cannot be used, so that it is there for whoever looks into it; gives its new name.
    pub(crate) fn put_aside(
        folder: &Path,
        now: DateTime<Utc>,
    ) -> Result<Option<PathBuf>, StoreError> {
        let from = folder.join(FILE);
        if !from.exists() {
            return Ok(None);
        }
        let stamp = now.format("%Y-%m-%dT%H-%M-%SZ");
        let mut to = folder.join(format!("{FILE}.aside-{stamp}"));
        let mut number = 1;
        while to.exists() {
            number += 1;
            to = folder.join(format!("{FILE}.aside-{stamp}-{number}"));
        }
        fs::rename(&from, &to)
            .and_then(|()| flush_folder(folder))
            .map_err(StoreError::Io)?;
        Ok(Some(to))
    }
}

fn head(version: u8) -> [u8; HEAD] {
    let [a, b, c, d] = *MAGIC;
    [a, b, c, d, version]
}

fn cipher(key: &StoreKey) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, key.as_bytes())
        .ok()
        .map(LessSafeKey::new)
}

fn seal(key: &StoreKey, version: u8, plain: &[u8], random: &dyn SecureRandom) -> Option<Vec<u8>> {
    // A random 96-bit nonce is safe for 2^32 writes under one key (NIST SP 800-38D §8.3); a phone makes some dozens a day.
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce).ok()?;
    let head = head(version);
    // Room for the tag, so that the plain text is not left behind in a buffer that was outgrown.
    let mut body = Zeroizing::new(Vec::with_capacity(plain.len() + AES_256_GCM.tag_len()));
    body.extend_from_slice(plain);
    cipher(key)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(head),
            &mut *body,
        )
        .ok()?;
    let mut sealed = Vec::with_capacity(HEAD + NONCE_LEN + body.len());
    sealed.extend_from_slice(&head);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&body);
    Some(sealed)
}

fn open(key: &StoreKey, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, ReadError> {
    let rest = sealed.strip_prefix(MAGIC).ok_or(ReadError::Damaged)?;
    let (&version, rest) = rest.split_first().ok_or(ReadError::Damaged)?;
    if version > VERSION {
        return Err(ReadError::Newer { version });
    }
    if version < OLDEST {
        return Err(ReadError::Damaged);
    }
    let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or(ReadError::Damaged)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| ReadError::Damaged)?;
    let mut body = Zeroizing::new(body.to_vec());
    let length = cipher(key)
        .ok_or(ReadError::Damaged)?
        .open_in_place(nonce, Aad::from(head(version)), &mut body)
        .map_err(|_| ReadError::Damaged)?
        .len();
    body.truncate(length);
    Ok(body)
}

pub(crate) fn write_flushed(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Without this the rename itself may be lost in a power cut.
#[cfg(unix)]
pub(crate) fn flush_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows cannot flush a folder; NTFS keeps its own journal of names.
#[cfg(not(unix))]
pub(crate) fn flush_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::rand::SystemRandom;

    use super::*;

    fn key() -> StoreKey {
        StoreKey::from_bytes(&[7; 32]).unwrap()
    }

    fn sealed() -> Vec<u8> {
        sealed_as(VERSION)
    }

    fn sealed_as(version: u8) -> Vec<u8> {
        let random = SystemRandom::new();
        seal(&key(), version, br#"{"some":"state"}"#, &random).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_with_the_same_key_alone() {
        assert_eq!(*open(&key(), &sealed()).unwrap(), br#"{"some":"state"}"#);
        let other = StoreKey::from_bytes(&[8; 32]).unwrap();
        assert!(matches!(open(&other, &sealed()), Err(ReadError::Damaged)));
    }

    #[test]
    fn an_older_version_still_opens() {
        let old = sealed_as(OLDEST);
        assert_eq!(*open(&key(), &old).unwrap(), br#"{"some":"state"}"#);
    }

    #[test]
    fn two_writes_of_one_state_do_not_look_alike() {
        assert_ne!(sealed()[HEAD..], sealed()[HEAD..]);
    }

    #[test]
    fn nothing_of_the_state_shows_in_the_file() {
        let sealed = sealed();
        assert!(!sealed.windows(4).any(|part| part == b"some"));
    }

    #[test]
    fn a_newer_version_is_told_from_damage() {
        let mut bytes = sealed();
        bytes[4] = VERSION + 1;
        assert!(matches!(
            open(&key(), &bytes),
            Err(ReadError::Newer { version }) if version == VERSION + 1
        ));
        bytes[4] = 0;
        assert!(matches!(open(&key(), &bytes), Err(ReadError::Damaged)));
    }

    #[test]
    fn a_state_is_read_back_and_an_empty_folder_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path(), key());
        assert!(store.read().unwrap().is_none());
        assert!(!Store::exists(folder.path()));
        let state = State {
            signed_out: true,
            ..State::new("https://issuer.example")
        };
        store.write(&state, &SystemRandom::new()).unwrap();
        assert!(Store::exists(folder.path()));
        assert!(store.read().unwrap().unwrap().signed_out);
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, [FILE]);
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path(), key());
        store.write(&State::new("x"), &SystemRandom::new()).unwrap();
        let mode = fs::metadata(folder.path().join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_half_written_new_file_does_not_touch_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path(), key());
        store.write(&State::new("x"), &SystemRandom::new()).unwrap();
        fs::write(folder.path().join(FILE_BESIDE), b"LBW1 half").unwrap();
        assert!(store.read().unwrap().is_some());
        store.write(&State::new("x"), &SystemRandom::new()).unwrap();
        assert!(!folder.path().join(FILE_BESIDE).exists());
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path(), key());
        store.write(&State::new("x"), &SystemRandom::new()).unwrap();
        // A folder in the way of the temporary file.
        fs::create_dir(folder.path().join(FILE_BESIDE)).unwrap();
        let written = store.write(&State::new("y"), &SystemRandom::new());
        assert!(matches!(written, Err(StoreError::Io(_))));
        assert_eq!(store.read().unwrap().unwrap().issuer, "x");
    }

    #[test]
    fn a_folder_that_does_not_flush_does_not_make_a_write_undone() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::new(folder.path(), key());
        let random = SystemRandom::new();
        assert!(store.write(&State::new("x"), &random).unwrap());
        store.flush = |_| Err(io::ErrorKind::Other.into());
        assert!(!store.write(&State::new("y"), &random).unwrap());
        assert_eq!(store.read().unwrap().unwrap().issuer, "y");
    }

    #[test]
    fn stores_put_aside_in_the_same_second_do_not_overwrite_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-11-22T10:11:12Z".parse().unwrap();
        let mut kept = Vec::new();
        for content in ["one", "two", "three"] {
            fs::write(folder.path().join(FILE), content).unwrap();
            let path = Store::put_aside(folder.path(), now).unwrap().unwrap();
            kept.push((path, content));
        }
        for (path, content) in kept {
            assert_eq!(fs::read_to_string(path).unwrap(), content);
        }
        assert!(Store::put_aside(folder.path(), now).unwrap().is_none());
        Store::delete(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_refused(at in 0usize..49, change in 1u8..) {
            let mut bytes = sealed();
            prop_assert_eq!(bytes.len(), 49);
            bytes[at] ^= change;
            prop_assert!(open(&key(), &bytes).is_err());
        }

        #[test]
        fn any_shorter_or_longer_file_is_refused(keep in 0usize..49, more in 1usize..40) {
            let bytes = sealed();
            prop_assert!(open(&key(), &bytes[..keep]).is_err());
            let mut longer = bytes.clone();
            longer.resize(bytes.len() + more, 0);
            prop_assert!(open(&key(), &longer).is_err());
        }

        #[test]
        fn any_bytes_at_all_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(open(&key(), &bytes).is_err());
        }
    }
}
