//! Opening the wallet: where it may block, and again if it did not open.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use county_api::County;
use wallet::platform::Platform;
use wallet::problem::{Problem, ProblemKind};
use wallet::{OpenError, Wallet};

use super::shown;

/// The wallet behind its key store, which may ask the person to unlock it.
#[derive(Clone)]
pub(crate) struct Door(Arc<Inner>);

struct Inner {
    platform: Platform,
    county: County,
    /// Whether a history is kept, as was chosen; asked when the wallet opens.
    keeps_history: Box<dyn Fn() -> bool + Send + Sync>,
    opened: Mutex<Opened>,
    /// See [`Door::begins_anew_without_its_key`].
    begins_anew: AtomicBool,
}

/// How long a refresh in the background may be about to open or to close the wallet when the app is started; while it has
/// it open, it is shared. Only phones have one, in a process in which nothing else opens it; on a desktop somebody else's
/// wallet is not waited for.
const BACKGROUND_TURN: Duration = Duration::from_secs(if cfg!(mobile) { 10 } else { 0 });

/// The wallets that are open in this process, by their folders: an app that starts while a refresh in the background has
/// its wallet open takes that one, and shows the card at once.
static SHARED: Mutex<Vec<(PathBuf, Weak<Wallet>)>> = Mutex::new(Vec::new());

/// The wallet that this process has open in a folder.
fn shared(folder: &Path) -> Option<Arc<Wallet>> {
    let all = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    all.iter()
        .filter(|(of, _)| of == folder)
        .find_map(|(_, wallet)| wallet.upgrade())
}

fn share(folder: &Path, wallet: &Arc<Wallet>) {
    let mut all = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|(_, wallet)| wallet.strong_count() > 0);
    all.push((folder.to_owned(), Arc::downgrade(wallet)));
}

enum Opened {
    NotYet,
    Open(Arc<Wallet>),
    Stopped(Problem),
}

impl Door {
    /// Opens nothing yet.
    pub(crate) fn new(
        platform: Platform,
        county: County,
        keeps_history: Box<dyn Fn() -> bool + Send + Sync>,
    ) -> Self {
        Self(Arc::new(Inner {
            platform,
            county,
            keeps_history,
            opened: Mutex::new(Opened::NotYet),
            begins_anew: AtomicBool::new(false),
        }))
    }

    /// A store without its key is taken for what it is where the key store can be believed, one that was brought over from
    /// another phone: it is put aside and an empty one is opened.
    #[cfg(any(target_os = "ios", test))]
    pub(super) fn begins_anew_without_its_key(&self) {
        self.0.begins_anew.store(true, Ordering::Relaxed);
    }

    /// The wallet, opened if it is not yet. The first call may block; see [`ready`](Self::ready).
    pub(crate) fn wallet(&self) -> Result<Arc<Wallet>, Problem> {
        let mut opened = self.opened();
        if matches!(*opened, Opened::NotYet) {
            *opened = self.0.open(false);
        }
        match &*opened {
            Opened::Open(wallet) => Ok(wallet.clone()),
            Opened::Stopped(problem) => Err(problem.clone()),
            Opened::NotYet => Err(Problem::from(ProblemKind::Internal)),
        }
    }

    /// The wallet, if it is open already. Never blocks for a key store.
    pub(crate) fn opened_wallet(&self) -> Option<Arc<Wallet>> {
        // Whoever opens it now holds the lock meanwhile.
        let opened = match self.0.opened.try_lock() {
            Ok(opened) => opened,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => return None,
        };
        match &*opened {
            Opened::Open(wallet) => Some(wallet.clone()),
            Opened::NotYet | Opened::Stopped(_) => None,
        }
    }

    /// The wallet, waited for where it holds up nobody.
    pub(crate) async fn ready(&self) -> Result<Arc<Wallet>, Problem> {
        self.elsewhere(Self::wallet).await
    }

    /// Tries again to open a wallet that did not open.
    pub(crate) async fn retry(&self) {
        let _ = self.elsewhere(|door| door.reopen(false)).await;
    }

    /// Puts a store that cannot be opened aside and begins with an empty one. Does nothing to an open wallet.
    pub(crate) async fn open_anew(&self) {
        let _ = self.elsewhere(|door| door.reopen(true)).await;
    }

    fn reopen(&self, anew: bool) -> Result<(), Problem> {
        let mut opened = self.opened();
        if matches!(*opened, Opened::Stopped(_)) {
            *opened = self.0.open(anew);
        }
        Ok(())
    }

    /// As the end of the app does it: a mock of an app lives on.
    #[cfg(test)]
    pub(super) fn close(&self) {
        *self.opened() = Opened::NotYet;
    }

    async fn elsewhere<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let door = self.clone();
        tauri::async_runtime::spawn_blocking(move || act(&door))
            .await
            .unwrap_or_else(|error| {
                tracing::error!(%error, "the thread that opens the wallet ended");
                Err(Problem::from(ProblemKind::Internal))
            })
    }

    fn opened(&self) -> std::sync::MutexGuard<'_, Opened> {
        // What is behind it is replaced whole, so a panic elsewhere leaves nothing half done.
        self.0.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes it from whoever has it open in this process, or waits for who has not yet or has no longer.
fn patiently<T>(
    patience: Duration,
    open: impl Fn() -> Result<T, OpenError>,
    shared: impl Fn() -> Option<T>,
) -> Result<T, OpenError> {
    let begun = Instant::now();
    loop {
        match open() {
            Err(OpenError::InUse) => {
                if let Some(theirs) = shared() {
                    return Ok(theirs);
                }
                if begun.elapsed() >= patience {
                    return Err(OpenError::InUse);
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            outcome => return outcome,
        }
    }
}

impl Inner {
    fn open(&self, anew: bool) -> Opened {
        let folder = &self.platform.directory;
        let outcome = patiently(
            BACKGROUND_TURN,
            || {
                let wallet = Arc::new(self.open_here(anew)?);
                share(folder, &wallet);
                Ok(wallet)
            },
            || shared(folder),
        );
        match outcome {
            Ok(wallet) => {
                if let Err(error) = wallet.keep_history((self.keeps_history)()) {
                    tracing::warn!(%error, "a history that is not wanted is still there");
                }
                Opened::Open(wallet)
            }
            Err(error) => {
                tracing::warn!(error = %error, "the wallet cannot be opened");
                Opened::Stopped(shown(error))
            }
        }
    }

    fn open_here(&self, anew: bool) -> Result<Wallet, OpenError> {
        let (platform, county) = (self.platform.clone(), self.county.clone());
        // Once more, whoever asked for an empty one: a store that opens now is not put aside.
        let outcome = Wallet::open(platform.clone(), county.clone());
        let lost = match &outcome {
            Err(OpenError::KeyMissing) => self.begins_anew.load(Ordering::Relaxed),
            Err(OpenError::InUse) | Ok(_) => return outcome,
            Err(_) => false,
        };
        if anew || lost {
            tracing::warn!("the store is put aside, and an empty one begun");
            return Wallet::open_anew(platform, county);
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_wallet_that_is_open_elsewhere_is_waited_for_and_not_for_ever() {
        let tries = Cell::new(0);
        let busy = |until| -> Result<(), OpenError> {
            tries.set(tries.get() + 1);
            if tries.get() < until {
                Err(OpenError::InUse)
            } else {
                Err(OpenError::StoreDamaged)
            }
        };
        let other = patiently(Duration::from_secs(20), || busy(3), || None);
        assert!(
            matches!(other, Err(OpenError::StoreDamaged)),
            "then it is tried"
        );
        assert_eq!(tries.replace(0), 3);
        let gave_up = patiently(Duration::ZERO, || busy(3), || None);
        assert!(matches!(gave_up, Err(OpenError::InUse)));
        assert_eq!(tries.replace(0), 1);
        let theirs = patiently(Duration::from_secs(20), || busy(3), || Some(()));
        assert!(theirs.is_ok(), "what this process has open is taken");
        assert_eq!(tries.get(), 1, "at once");
    }
}
