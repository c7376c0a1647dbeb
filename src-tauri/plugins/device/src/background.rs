//! Work while nobody looks at the app.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tauri::AppHandle;

/// What the system calls the app for: answers whether it went well. It has about half a minute.
pub type Work<R> =
    Arc<dyn Fn(AppHandle<R>) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// Work while nobody looks at the app.
pub trait BackgroundRefresh: Send + Sync {
    /// Has the system call the app about so often, with a network, in place of what was asked before. When, and whether
    /// at all, is the system's own choice.
    fn every(&self, interval: Duration);
    /// No more calls.
    fn stop(&self);
}

#[cfg(any(test, feature = "testing"))]
pub(crate) mod testing {
    //! What every side has to do, and one that does it.

    use std::sync::{Arc, Mutex, PoisonError};
    use std::time::Duration;

    use super::BackgroundRefresh;
    use crate::testing::{Clauses, becomes};

    const HOUR: Duration = Duration::from_secs(60 * 60);

    /// What holds everywhere. `asked`: how many calls the system has been asked for; `None` where it does not tell, as in
    /// a simulator or for who has turned it off. Leaves nothing asked for.
    ///
    /// # Errors
    ///
    /// What does not hold.
    pub fn suite(
        refresh: &dyn BackgroundRefresh,
        asked: &dyn Fn() -> Option<usize>,
    ) -> Result<(), String> {
        let mut clauses = Clauses::of("background refresh");
        let is = |wanted| becomes(|| asked().is_none_or(|asked| asked == wanted));
        refresh.stop();
        clauses.holds("stopping what was never asked for harms nothing", is(0));
        refresh.every(24 * HOUR);
        clauses.holds("the system is asked", is(1));
        refresh.every(12 * HOUR);
        clauses.holds("asking again takes the place of what was asked", is(1));
        refresh.stop();
        clauses.holds("after stopping nothing is asked for", is(0));
        clauses.end()
    }

    /// Remembers what was asked. Its clones are the same.
    #[derive(Clone, Default)]
    pub struct FakeRefresh(Arc<Mutex<Option<Duration>>>);

    impl FakeRefresh {
        /// How often the app would be called.
        #[must_use]
        pub fn interval(&self) -> Option<Duration> {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }

        fn set(&self, interval: Option<Duration>) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = interval;
        }
    }

    impl BackgroundRefresh for FakeRefresh {
        fn every(&self, interval: Duration) {
            self.set(Some(interval));
        }

        fn stop(&self) {
            self.set(None);
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_fake_is_as_every_side_has_to_be() {
            let refresh = FakeRefresh::default();
            suite(&refresh, &|| {
                Some(usize::from(refresh.interval().is_some()))
            })
            .unwrap();
        }

        #[test]
        fn a_side_that_cannot_be_stopped_does_not_pass() {
            let failed = suite(&FakeRefresh::default(), &|| Some(1)).unwrap_err();
            assert!(failed.contains("stopping"), "{failed}");
        }
    }
}
