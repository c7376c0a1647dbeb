//! While a code is on the screen: as bright as it gets, and not put to sleep; given back afterwards.
//!
//! Nothing of it is ever an error to the screens: a code that is a little dim is better than none.

use std::sync::{Mutex, PoisonError};

/// What the app asks of the device's screen.
pub(crate) trait Screen: Send + Sync {
    /// As bright as it gets, or as the person has it. Nothing on desktops, where it is none of the app's business.
    fn full_brightness(&self, on: bool);
    /// Kept from going dark by itself, or not.
    fn keep_awake(&self, on: bool);
}

/// Whether the screen is held.
pub(crate) struct ScreenHold {
    screen: Box<dyn Screen>,
    held: Mutex<bool>,
}

impl ScreenHold {
    pub(crate) fn new(screen: Box<dyn Screen>) -> Self {
        Self {
            screen,
            held: Mutex::new(false),
        }
    }

    /// Holds the screen or lets go of it. The last call wins; asking twice changes nothing.
    pub(crate) fn hold(&self, on: bool) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if *held != on {
            *held = on;
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

/// The screen of this system.
pub(crate) fn system() -> Box<dyn Screen> {
    #[cfg(target_os = "linux")]
    return Box::new(linux::Desktop::new());
    #[cfg(not(target_os = "linux"))]
    return Box::new(Still);
}

/// A screen that nothing is asked of: of a system that the app cannot ask yet.
#[cfg(not(target_os = "linux"))]
struct Still;

#[cfg(not(target_os = "linux"))]
impl Screen for Still {
    fn full_brightness(&self, _: bool) {}
    fn keep_awake(&self, _: bool) {}
}

#[cfg(target_os = "linux")]
mod linux {
    //! `org.freedesktop.ScreenSaver`, which the desktops and most screen savers answer to.

    use tokio::sync::watch;

    use super::Screen;

    const SERVICE: &str = "org.freedesktop.ScreenSaver";
    const PATH: &str = "/org/freedesktop/ScreenSaver";

    /// Asks over the message bus, from a task of its own: whoever asks to hold the screen waits for nothing.
    pub(super) struct Desktop(watch::Sender<bool>);

    impl Desktop {
        pub(super) fn new() -> Self {
            let (wanted, told) = watch::channel(false);
            tauri::async_runtime::spawn(follow(told));
            Self(wanted)
        }
    }

    impl Screen for Desktop {
        fn full_brightness(&self, _: bool) {}

        fn keep_awake(&self, on: bool) {
            self.0.send_replace(on);
        }
    }

    /// Does what was wanted last. Ends, and with it the connection and what it held, when nobody wants any more.
    async fn follow(mut wanted: watch::Receiver<bool>) {
        let mut held: Option<(zbus::Connection, u32)> = None;
        while wanted.changed().await.is_ok() {
            let on = *wanted.borrow_and_update();
            held = match (on, held.take()) {
                (true, None) => inhibit()
                    .await
                    .inspect_err(|error| tracing::debug!(%error, "the screen is not kept awake"))
                    .ok(),
                (false, Some((bus, cookie))) => {
                    if let Err(error) = call(&bus, "UnInhibit", &(cookie,)).await {
                        tracing::debug!(%error, "the screen saver did not answer");
                    }
                    None
                }
                (_, held) => held,
            };
        }
    }

    async fn inhibit() -> zbus::Result<(zbus::Connection, u32)> {
        let bus = zbus::Connection::session().await?;
        let answer = call(&bus, "Inhibit", &("Lommebevis", "A code is shown")).await?;
        let cookie = answer.body().deserialize()?;
        Ok((bus, cookie))
    }

    async fn call<B>(bus: &zbus::Connection, method: &str, body: &B) -> zbus::Result<zbus::Message>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        bus.call_method(Some(SERVICE), PATH, Some(SERVICE), method, body)
            .await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

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

    /// What holds for every screen.
    fn suite(calls: &[bool], expected: &[(&'static str, bool)]) {
        let noted = Noted::default();
        let hold = ScreenHold::new(Box::new(noted.clone()));
        for on in calls {
            hold.hold(*on);
        }
        assert_eq!(*noted.0.lock().unwrap(), expected, "{calls:?}");
    }

    #[test]
    fn the_last_call_wins_and_asking_twice_changes_nothing() {
        suite(&[], &[]);
        suite(&[false], &[]);
        suite(&[true], &ON);
        suite(&[true, true], &ON);
        suite(&[true, true, false], &[ON, OFF].concat());
        suite(&[true, false, true], &[ON, OFF, ON].concat());
    }

    #[test]
    fn a_screen_that_is_held_is_given_back_when_the_app_ends() {
        let noted = Noted::default();
        let hold = ScreenHold::new(Box::new(noted.clone()));
        hold.hold(true);
        drop(hold);
        assert_eq!(*noted.0.lock().unwrap(), [ON, OFF].concat());
    }
}
