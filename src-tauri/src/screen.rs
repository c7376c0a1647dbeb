//! While a code is on the screen: as bright as it gets, and not put to sleep; given back afterwards, and while the app
//! is out of sight.
//!
//! Nothing of it is ever an error to the screens: a code that is a little dim is better than none.

use std::sync::{Arc, Mutex, PoisonError};

use tauri_plugin_device::Screen;

/// Whether the screen is held.
pub(crate) struct ScreenHold {
    screen: Arc<dyn Screen>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    wanted: bool,
    out_of_sight: bool,
    held: bool,
}

impl ScreenHold {
    pub(crate) fn new(screen: Arc<dyn Screen>) -> Self {
        Self {
            screen,
            state: Mutex::default(),
        }
    }

    /// Holds the screen or lets go of it. The last call wins; asking twice changes nothing.
    pub(crate) fn hold(&self, on: bool) {
        self.change(|state| state.wanted = on);
    }

    /// Lets go while the app is out of sight, and holds again afterwards what was held: other apps are none of its
    /// business.
    pub(crate) fn out_of_sight(&self, out_of_sight: bool) {
        self.change(|state| state.out_of_sight = out_of_sight);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        let on = state.wanted && !state.out_of_sight;
        if state.held != on {
            state.held = on;
            self.screen.full_brightness(on);
            self.screen.keep_awake(on);
        }
    }
}

impl Drop for ScreenHold {
    fn drop(&mut self) {
        self.hold(false);
    }
}

#[cfg(test)]
mod tests {
    use tauri_plugin_device::testing::{FakeScreen, Seen};

    use super::*;

    #[derive(Clone, Default)]
    struct Noted(Arc<Mutex<Vec<(&'static str, bool)>>>);

    impl Screen for Noted {
        fn full_brightness(&self, on: bool) {
            self.0.lock().unwrap().push(("bright", on));
        }
        fn keep_awake(&self, on: bool) {
            self.0.lock().unwrap().push(("awake", on));
        }
    }

    const ON: [(&str, bool); 2] = [("bright", true), ("awake", true)];
    const OFF: [(&str, bool); 2] = [("bright", false), ("awake", false)];

    #[test]
    fn the_last_call_wins_and_asking_twice_changes_nothing() {
        for (calls, expected) in [
            (&[][..], vec![]),
            (&[false], vec![]),
            (&[true], ON.to_vec()),
            (&[true, true], ON.to_vec()),
            (&[true, true, false], [ON, OFF].concat()),
            (&[true, false, true], [ON, OFF, ON].concat()),
        ] {
            let noted = Noted::default();
            let hold = ScreenHold::new(Arc::new(noted.clone()));
            for on in calls {
                hold.hold(*on);
            }
            assert_eq!(*noted.0.lock().unwrap(), expected, "{calls:?}");
        }
    }

    #[test]
    fn a_screen_that_is_held_is_given_back_when_the_app_ends() {
        let noted = Noted::default();
        let hold = ScreenHold::new(Arc::new(noted.clone()));
        hold.hold(true);
        drop(hold);
        assert_eq!(*noted.0.lock().unwrap(), [ON, OFF].concat());
    }

    #[test]
    fn it_is_let_go_out_of_sight_and_held_again_in_front_if_a_code_is_still_shown() {
        let before = Seen {
            brightness: 0.3,
            awake: false,
        };
        let held = Seen {
            brightness: 1.0,
            awake: true,
        };
        let screen = FakeScreen::new(0.3);
        let hold = ScreenHold::new(Arc::new(screen.clone()));
        hold.hold(true);
        assert_eq!(screen.seen(), held);
        hold.out_of_sight(true);
        hold.out_of_sight(true);
        assert_eq!(screen.seen(), before);
        hold.out_of_sight(false);
        assert_eq!(screen.seen(), held);
        // The code was taken off, or comes on, while nobody looks.
        hold.out_of_sight(true);
        hold.hold(false);
        hold.out_of_sight(false);
        assert_eq!(screen.seen(), before);
        hold.out_of_sight(true);
        hold.hold(true);
        assert_eq!(screen.seen(), before);
        hold.out_of_sight(false);
        assert_eq!(screen.seen(), held);
    }
}
