//! The device's screen: bright and awake while a code is on it.

/// The device's screen.
pub trait Screen: Send + Sync {
    /// As bright as it gets, or as the person has it. Nothing on desktops, where it is none of the app's business.
    fn full_brightness(&self, on: bool);
    /// Kept from going dark by itself, or not.
    fn keep_awake(&self, on: bool);
}

#[cfg(any(test, feature = "testing"))]
pub(crate) mod testing {
    //! What every screen has to do, and one that does it.

    use std::sync::{Arc, Mutex, PoisonError};

    use super::Screen;
    use crate::testing::{Clauses, becomes};

    /// What can be seen of a screen.
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Seen {
        /// How bright it is, from 0 to 1.
        pub brightness: f64,
        /// Whether it stays awake by itself.
        pub awake: bool,
    }

    /// What holds for every screen. `look`: what can be seen of it now; `None` where nothing can be, as on a desktop.
    ///
    /// # Errors
    ///
    /// What does not hold.
    pub fn suite(screen: &dyn Screen, look: &dyn Fn() -> Option<Seen>) -> Result<(), String> {
        let mut clauses = Clauses::of("screen");
        let Some(before) = look() else {
            // Then this much can be asked of it: that asking in any order harms nothing.
            for on in [false, true, true, false, false] {
                screen.full_brightness(on);
                screen.keep_awake(on);
            }
            return clauses.end();
        };
        let is = |wanted: Seen| {
            becomes(|| {
                look().is_some_and(|seen| {
                    (seen.brightness - wanted.brightness).abs() < 0.02 && seen.awake == wanted.awake
                })
            })
        };
        screen.full_brightness(false);
        screen.keep_awake(false);
        clauses.holds("letting go of what is not held changes nothing", is(before));
        screen.full_brightness(true);
        let bright = Seen {
            brightness: 1.0,
            ..before
        };
        clauses.holds("it gets as bright as it can", is(bright));
        screen.keep_awake(true);
        let held = Seen {
            awake: true,
            ..bright
        };
        clauses.holds("it stays awake", is(held));
        screen.full_brightness(true);
        screen.keep_awake(true);
        clauses.holds("asking twice changes nothing", is(held));
        screen.full_brightness(false);
        let dimmed = Seen {
            awake: true,
            ..before
        };
        clauses.holds("once is enough to have the brightness back", is(dimmed));
        screen.keep_awake(false);
        clauses.holds("all is as the person had it", is(before));
        clauses.end()
    }

    /// A screen in memory. Its clones are the same screen.
    #[derive(Clone)]
    pub struct FakeScreen(Arc<Mutex<State>>);

    struct State {
        brightness: f64,
        before: Option<f64>,
        awake: bool,
    }

    impl FakeScreen {
        /// That the person has as bright as this, from 0 to 1.
        #[must_use]
        pub fn new(brightness: f64) -> Self {
            Self(Arc::new(Mutex::new(State {
                brightness,
                before: None,
                awake: false,
            })))
        }

        /// What can be seen of it.
        #[must_use]
        pub fn seen(&self) -> Seen {
            let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Seen {
                brightness: state.brightness,
                awake: state.awake,
            }
        }
    }

    impl Screen for FakeScreen {
        fn full_brightness(&self, on: bool) {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if on && state.before.is_none() {
                state.before = Some(state.brightness);
                state.brightness = 1.0;
            } else if !on && let Some(before) = state.before.take() {
                state.brightness = before;
            }
        }

        fn keep_awake(&self, on: bool) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).awake = on;
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_fake_is_as_every_screen_has_to_be() {
            for brightness in [0.0, 0.4, 1.0] {
                let screen = FakeScreen::new(brightness);
                suite(&screen, &|| Some(screen.seen())).unwrap();
            }
        }

        /// Remembers the brightness anew each time it is asked, and so forgets the person's.
        struct Forgetful(FakeScreen);

        impl Screen for Forgetful {
            fn full_brightness(&self, on: bool) {
                if on {
                    self.0.0.lock().unwrap().before = None;
                }
                self.0.full_brightness(on);
            }
            fn keep_awake(&self, on: bool) {
                self.0.keep_awake(on);
            }
        }

        #[test]
        fn a_screen_that_forgets_how_bright_it_was_does_not_pass() {
            let screen = Forgetful(FakeScreen::new(0.4));
            let failed = suite(&screen, &|| Some(screen.0.seen())).unwrap_err();
            assert!(failed.contains("brightness back"), "{failed}");
        }
    }
}
