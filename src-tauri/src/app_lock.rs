//! The app lock: who is there is asked of the system before the card is shown.
//!
//! It guards the screen, not the store: a phone that is given away for a moment, or taken. The key of the store is the
//! key store's matter. Refreshing goes on behind it, and checking and help need no unlocking.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use wallet::platform::Clock;

/// In the background for longer, the app is locked again.
const LOCK_AFTER: Duration = Duration::from_secs(60);

/// Whether the system can tell that it is its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Availability {
    /// It can. A computer's release build has nothing that can.
    #[cfg_attr(all(desktop, not(debug_assertions)), allow(dead_code))]
    Available,
    /// It could, but nobody has set up a face, a finger or a code.
    #[cfg_attr(desktop, expect(dead_code, reason = "desktops are not asked"))]
    NotSetUp,
    /// Not on this kind of system.
    NotHere,
}

/// The owner was not recognised, or did not want to be.
#[derive(Debug, thiserror::Error)]
#[error("the system did not unlock")]
pub(crate) struct Refused;

/// The system's way to tell its owner. Calls may block while the person is asked.
pub(crate) trait Unlock: Send + Sync {
    /// Whether it can be asked.
    fn available(&self) -> Availability;
    /// Asks, saying why in the person's language.
    fn unlock(&self, reason: &str) -> Result<(), Refused>;
}

/// A system without one: desktops lock their screens themselves. Nor is there one where nothing is shown.
pub(crate) struct Nobody;

impl Unlock for Nobody {
    fn available(&self) -> Availability {
        Availability::NotHere
    }
    fn unlock(&self, _: &str) -> Result<(), Refused> {
        Err(Refused)
    }
}

/// Whether the app is open to whoever holds the device. Whether it is to be locked at all is a preference.
pub(crate) struct AppLock {
    unlock: Arc<dyn Unlock>,
    clock: Arc<dyn Clock>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    open: bool,
    hidden_since: Option<(DateTime<Utc>, Duration)>,
}

impl AppLock {
    /// Locked, as at every start.
    pub(crate) fn new(unlock: Arc<dyn Unlock>, clock: Arc<dyn Clock>) -> Self {
        Self {
            unlock,
            clock,
            inner: Mutex::default(),
        }
    }

    /// Whether the system can be asked.
    pub(crate) fn available(&self) -> Availability {
        self.unlock.available()
    }

    /// The system, to be asked where it may block.
    pub(crate) fn system(&self) -> Arc<dyn Unlock> {
        self.unlock.clone()
    }

    /// The person is who they should be.
    pub(crate) fn open(&self) {
        let mut inner = self.inner();
        inner.open = true;
        // The system's own question may have put the app in the background, and who asked may have left since: only
        // coming to the front ends the count.
        if inner.hidden_since.is_some() {
            inner.hidden_since = Some((self.clock.now(), self.clock.uptime()));
        }
    }

    /// The app is in the background, or in front again.
    pub(crate) fn hidden(&self, hidden: bool) {
        let mut inner = self.inner();
        self.look(&mut inner);
        inner.hidden_since = match (hidden, inner.hidden_since) {
            (true, None) => Some((self.clock.now(), self.clock.uptime())),
            (true, since) => since,
            (false, _) => None,
        };
    }

    /// Whether the system is to be asked before anything is shown.
    pub(crate) fn is_locked(&self) -> bool {
        let mut inner = self.inner();
        self.look(&mut inner);
        !inner.open
    }

    /// By either clock: one may stand still while the device sleeps, the other may be set.
    fn look(&self, inner: &mut Inner) {
        let Some((wall, uptime)) = inner.hidden_since else {
            return;
        };
        let by_wall = (self.clock.now() - wall).abs();
        let by_uptime = self.clock.uptime().saturating_sub(uptime);
        if by_uptime >= LOCK_AFTER || TimeDelta::from_std(LOCK_AFTER).is_ok_and(|l| by_wall >= l) {
            inner.open = false;
        }
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Face, finger or code, by the system's own question.
#[cfg(mobile)]
pub(crate) mod phone {
    use tauri::{AppHandle, Runtime};
    use tauri_plugin_biometric::{AuthOptions, BiometricExt as _};

    use super::{Availability, Refused, Unlock};

    /// Asks through the plugin.
    pub(crate) struct Phone<R: Runtime>(pub(crate) AppHandle<R>);

    impl<R: Runtime> Unlock for Phone<R> {
        fn available(&self) -> Availability {
            match self.0.biometric().status() {
                // The phone's code will do, and the lock is turned on only by unlocking once: what matters is that
                // there is a code.
                Ok(status) if status.error_code.as_deref() == Some("passcodeNotSet") => {
                    Availability::NotSetUp
                }
                Ok(_) => Availability::Available,
                // Asked again when it is to unlock.
                Err(error) => {
                    tracing::warn!(%error, "the system does not say whether it can unlock");
                    Availability::Available
                }
            }
        }

        fn unlock(&self, reason: &str) -> Result<(), Refused> {
            let options = AuthOptions {
                // The code of the phone is as good: nobody is locked out by a wet finger.
                allow_device_credential: true,
                ..AuthOptions::default()
            };
            self.0
                .biometric()
                .authenticate(reason.to_owned(), options)
                .map_err(|_| Refused)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Hands(Mutex<(i64, u64)>);

    impl Clock for Hands {
        fn now(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH + TimeDelta::seconds(self.0.lock().unwrap().0)
        }
        fn uptime(&self) -> Duration {
            Duration::from_secs(self.0.lock().unwrap().1)
        }
    }

    #[test]
    fn the_app_locks_again_after_a_minute_in_the_background_by_either_clock() {
        for (wall, uptime, locked) in [
            (59, 59, false),
            (60, 60, true),
            (3600, 1, true),
            (1, 3600, true),
            (-3600, 1, true),
        ] {
            let hands = Arc::new(Hands::default());
            let lock = AppLock::new(Arc::new(Nobody), hands.clone());
            assert!(lock.is_locked(), "at the start");
            lock.open();
            *hands.0.lock().unwrap() = (10_000, 10_000);
            assert!(!lock.is_locked(), "in front for as long as one likes");
            lock.hidden(true);
            *hands.0.lock().unwrap() = (10_000 + wall, 10_000 + uptime);
            // Said again, as systems do: the first time counts.
            lock.hidden(true);
            lock.hidden(false);
            assert_eq!(lock.is_locked(), locked, "{wall} {uptime}");
        }
    }

    #[test]
    fn an_unlocking_in_the_background_counts_from_then_on() {
        let hands = Arc::new(Hands::default());
        let lock = AppLock::new(Arc::new(Nobody), hands.clone());
        lock.hidden(true);
        *hands.0.lock().unwrap() = (61, 61);
        lock.open();
        assert!(!lock.is_locked());
        *hands.0.lock().unwrap() = (122, 122);
        assert!(lock.is_locked());
    }

    #[test]
    fn an_app_in_the_background_locks_without_coming_back() {
        let hands = Arc::new(Hands::default());
        let lock = AppLock::new(Arc::new(Nobody), hands.clone());
        lock.open();
        lock.hidden(true);
        assert!(!lock.is_locked());
        *hands.0.lock().unwrap() = (61, 61);
        assert!(lock.is_locked());
    }
}
