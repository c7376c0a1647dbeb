//! The engine itself: opening it, and what all its actions share.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use county_api::County;

use crate::{
    ForgetError,
    issuer::{MetadataCache, lock},
    keys::Keys,
    lock::{FolderLock, LockError},
    platform::{Platform, SecretError, StoreKey},
    server_clock::ServerClock,
    settings::Settings,
    state::State,
    store::{ReadError, Store, StoreError},
};

/// The holder's engine. Share it behind an `Arc`: every action takes `&self`.
pub struct Wallet {
    pub(crate) platform: Platform,
    pub(crate) county: County,
    pub(crate) settings: Settings,
    pub(crate) server_clock: ServerClock,
    pub(crate) keys: Arc<Keys>,
    pub(crate) metadata: MetadataCache,
    /// The nonce that the issuer last asked for in DPoP proofs.
    pub(crate) dpop_nonce: Mutex<Option<String>>,
    /// Held while tokens are renewed: a refresh token must not be used twice.
    pub(crate) rotation: tokio::sync::Mutex<()>,
    /// Held while data and credentials are fetched: one refresh at a time.
    pub(crate) fetching: tokio::sync::Mutex<()>,
    /// Held while the issuer is told of log-outs: each once.
    pub(crate) telling: tokio::sync::Mutex<()>,
    /// Whether what was done and what happened is noted.
    pub(crate) keeps_history: AtomicBool,
    /// Raised, under the lock of the state, whenever the person is forgotten.
    epoch: AtomicU64,
    pub(crate) state: Arc<Mutex<State>>,
    /// None after everything was removed, until there is something to keep again.
    store: Mutex<Option<Store>>,
    kept_aside: Mutex<Option<PathBuf>>,
    _lock: FolderLock,
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wallet")
            .field("county", &self.county.issuer_id())
            .field("folder", &self.platform.directory)
            .finish_non_exhaustive()
    }
}

/// Why the wallet did not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file is truncated, changed, or was sealed with another key. It is left where it is:
    /// [`Wallet::open_anew`] puts it aside.
    #[error("the store is damaged")]
    StoreDamaged,
    /// The file was written by a newer version of the app, which has to be installed again.
    #[error("the store was written by a newer version ({version})")]
    StoreNewer {
        /// The version of the file's form.
        version: u8,
    },
    /// The store belongs to another county's app.
    #[error("the store belongs to another county")]
    OtherCounty,
    /// This device has no key store, or it is not running.
    #[error("there is no key store")]
    KeyStoreAbsent,
    /// The key store is locked.
    #[error("the key store is locked")]
    KeyStoreLocked,
    /// The key store failed.
    #[error("the key store failed")]
    KeyStoreFailed(#[source] SecretError),
    /// There is a store but no key to it, as on a phone that was restored from a copy.
    #[error("the key of the store is missing")]
    KeyMissing,
    /// Another process has this wallet open.
    #[error("the wallet is open in another process")]
    InUse,
    /// The folder or file cannot be used.
    #[error("the folder of the wallet cannot be used")]
    Io(#[source] io::Error),
    /// The system has no randomness.
    #[error("no randomness")]
    Random,
}

impl From<SecretError> for OpenError {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Absent => OpenError::KeyStoreAbsent,
            SecretError::Locked => OpenError::KeyStoreLocked,
            other => OpenError::KeyStoreFailed(other),
        }
    }
}

impl Wallet {
    /// Opens the wallet in the platform's folder, empty if there is none yet.
    ///
    /// May block while a key store asks the person to unlock it.
    pub fn open(platform: Platform, county: County) -> Result<Wallet, OpenError> {
        Self::open_with(platform, county, Settings::default())
    }

    /// As [`open`](Self::open), with other numbers.
    pub fn open_with(
        platform: Platform,
        county: County,
        settings: Settings,
    ) -> Result<Wallet, OpenError> {
        let lock = take_folder(&platform.directory)?;
        let exists = Store::exists(&platform.directory);
        let key = match platform.secrets.load()? {
            Some(key) => key,
            None if exists => return Err(OpenError::KeyMissing),
            None => make_key(&platform)?,
        };
        let store = Store::new(&platform.directory, key);
        let state = match store.read() {
            Ok(Some(state)) => state,
            Ok(None) => State::new(county.issuer_id()),
            Err(ReadError::Damaged) => return Err(OpenError::StoreDamaged),
            Err(ReadError::Newer { version }) => return Err(OpenError::StoreNewer { version }),
            Err(ReadError::Io(error)) => return Err(OpenError::Io(error)),
        };
        if state.issuer != county.issuer_id() {
            return Err(OpenError::OtherCounty);
        }
        Ok(Self::assemble(
            platform, county, settings, lock, store, state, None,
        ))
    }

    /// Puts a store that cannot be used aside, under a name with today's date in the same folder, and opens an empty
    /// one. For a damaged or newer store, another county's, or a missing key; a login brings the card back.
    ///
    /// The key is kept, so that what was put aside can still be read if it turns out to be whole. The holder's keys that
    /// the device keeps are not: nobody could delete them any more.
    pub fn open_anew(platform: Platform, county: County) -> Result<Wallet, OpenError> {
        Self::open_anew_with(platform, county, Settings::default())
    }

    /// As [`open_anew`](Self::open_anew), with other numbers.
    pub fn open_anew_with(
        platform: Platform,
        county: County,
        settings: Settings,
    ) -> Result<Wallet, OpenError> {
        let lock = take_folder(&platform.directory)?;
        let key = match platform.secrets.load() {
            Ok(Some(key)) => key,
            Ok(None) | Err(SecretError::NotAKey) => make_key(&platform)?,
            Err(error) => return Err(error.into()),
        };
        let kept_aside = Store::put_aside(&platform.directory, platform.clock.now()).map_err(
            |error| match error {
                StoreError::Io(error) => OpenError::Io(error),
                StoreError::Seal => OpenError::Random,
            },
        )?;
        let store = Store::new(&platform.directory, key);
        let state = State::new(county.issuer_id());
        Ok(Self::assemble(
            platform, county, settings, lock, store, state, kept_aside,
        ))
    }

    fn assemble(
        platform: Platform,
        county: County,
        settings: Settings,
        lock: FolderLock,
        store: Store,
        state: State,
        kept_aside: Option<PathBuf>,
    ) -> Wallet {
        let wallet = Wallet {
            keys: Arc::new(Keys::new(&platform)),
            server_clock: ServerClock::new(platform.clock.clone()),
            platform,
            county,
            settings,
            metadata: MetadataCache::default(),
            dpop_nonce: Mutex::new(None),
            rotation: tokio::sync::Mutex::new(()),
            fetching: tokio::sync::Mutex::new(()),
            telling: tokio::sync::Mutex::new(()),
            keeps_history: AtomicBool::new(true),
            epoch: AtomicU64::new(0),
            state: Arc::new(Mutex::new(state)),
            store: Mutex::new(Some(store)),
            kept_aside: Mutex::new(kept_aside),
            _lock: lock,
        };
        // What was left behind when the app was ended between making a key and storing its name, or the other way round.
        wallet.tidy_keys_here();
        wallet
    }

    /// The county this wallet is for.
    pub fn county(&self) -> &County {
        &self.county
    }

    /// Where [`open_anew`](Self::open_anew) put the store that could not be used.
    pub fn kept_aside(&self) -> Option<PathBuf> {
        lock(&self.kept_aside).clone()
    }

    /// Looks at the state.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&lock(&self.state))
    }

    /// Changes the state: first on disk, then in memory. If the disk refuses, nothing has changed.
    pub(crate) fn change(&self, change: impl FnOnce(&mut State)) -> Result<(), StoreError> {
        self.change_in(&mut lock(&self.state), change)
    }

    /// Which log-out or removal was the last: for work that goes on elsewhere, and that must leave nothing behind of a
    /// person who has been forgotten since. Read before the work begins.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// As [`change`](Self::change), but only while nobody has been forgotten since this [epoch](Self::epoch). Whether
    /// it was done.
    pub(crate) fn change_since(
        &self,
        epoch: u64,
        change: impl FnOnce(&mut State),
    ) -> Result<bool, StoreError> {
        let mut state = lock(&self.state);
        if self.epoch() != epoch {
            return Ok(false);
        }
        self.change_in(&mut state, change)?;
        Ok(true)
    }

    /// As [`change`](Self::change), for a change that forgets the person.
    pub(crate) fn change_person(&self, change: impl FnOnce(&mut State)) -> Result<(), StoreError> {
        let mut state = lock(&self.state);
        self.change_in(&mut state, change)?;
        self.epoch.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    fn change_in(
        &self,
        state: &mut State,
        change: impl FnOnce(&mut State),
    ) -> Result<(), StoreError> {
        let mut next = state.clone();
        change(&mut next);
        self.note_changes(state, &mut next);
        self.write(&next)?;
        *state = next;
        Ok(())
    }

    fn write(&self, next: &State) -> Result<(), StoreError> {
        let mut store = lock(&self.store);
        let store = match &mut *store {
            Some(store) => store,
            // The key went with everything else.
            none => {
                let key = make_key(&self.platform).map_err(|_| StoreError::Seal)?;
                none.insert(Store::new(&self.platform.directory, key))
            }
        };
        let for_good = store.write(next, &*self.platform.random)?;
        self.keys.keep_all(!for_good);
        Ok(())
    }

    /// Has the store's folder flushed by this.
    #[cfg(feature = "testing")]
    pub(crate) fn flush_with(&self, flush: fn(&Path) -> io::Result<()>) {
        if let Some(store) = &mut *lock(&self.store) {
            store.flush_with(flush);
        }
    }

    /// Forgets all that is stored, the key and whatever was put aside, and goes on empty.
    pub(crate) fn erase(&self) -> Result<(), ForgetError> {
        let mut state = lock(&self.state);
        let mut store = lock(&self.store);
        // The key first: without it the files are noise, even if deleting them fails.
        self.platform.secrets.delete()?;
        self.epoch.fetch_add(1, Ordering::AcqRel);
        *lock(&self.kept_aside) = None;
        *store = None;
        *state = State::new(&state.issuer);
        let deleted = Store::delete(&self.platform.directory);
        self.keys.keep_all(false);
        drop((state, store));
        self.tidy_keys_here();
        Ok(deleted?)
    }

    /// As [`change`](Self::change), but only while this session is the current one: an answer that comes after the
    /// person has logged out, or in anew, must not bring the old data back.
    pub(crate) fn change_session(
        &self,
        session: &str,
        change: impl FnOnce(&mut State),
    ) -> Result<(), SessionChanged> {
        let mut state = lock(&self.state);
        if state.session.as_ref().map(|s| s.id.as_str()) != Some(session) {
            return Err(SessionChanged::OtherSession);
        }
        self.change_in(&mut state, change)?;
        Ok(())
    }

    /// The id of the current session, for [`change_session`](Self::change_session).
    pub(crate) fn session_id(&self) -> Result<String, crate::CallError> {
        self.read(|state| state.session.as_ref().map(|session| session.id.clone()))
            .ok_or(crate::CallError::NotLoggedIn)
    }
}

/// Why a session's change was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionChanged {
    #[error("another session has begun, or none is left")]
    OtherSession,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SessionChanged> for crate::CallError {
    fn from(error: SessionChanged) -> Self {
        match error {
            SessionChanged::OtherSession => crate::CallError::NotLoggedIn,
            SessionChanged::Store(error) => crate::CallError::Store(error),
        }
    }
}

fn take_folder(folder: &Path) -> Result<FolderLock, OpenError> {
    fs::create_dir_all(folder).map_err(OpenError::Io)?;
    FolderLock::take(folder).map_err(|error| match error {
        LockError::InUse => OpenError::InUse,
        LockError::Io(error) => OpenError::Io(error),
    })
}

fn make_key(platform: &Platform) -> Result<StoreKey, OpenError> {
    let key = StoreKey::generate(&*platform.random).ok_or(OpenError::Random)?;
    platform.secrets.save(&key)?;
    Ok(key)
}
