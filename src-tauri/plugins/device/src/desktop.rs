//! Desktops: no keys, no motor, and on Linux a screen that can be kept awake.

use std::sync::Arc;
use std::time::Duration;

use wallet::platform::NoHolderKeys;

use crate::{BackgroundRefresh, Device, Haptic, Haptics, Privacy, Screen};

/// The powers of a desktop.
pub(crate) fn device() -> Device {
    Device {
        keys: Arc::new(NoHolderKeys),
        #[cfg(target_os = "linux")]
        screen: Arc::new(linux::Desktop::new()),
        #[cfg(not(target_os = "linux"))]
        screen: Arc::new(Still),
        privacy: Arc::new(Still),
        haptics: Arc::new(Still),
        background: Arc::new(Still),
    }
}

/// Does nothing, because there is nothing to do: the windows of a desktop are seen by who sits at it, and the app runs
/// as long as it is open.
pub(crate) struct Still;

impl Screen for Still {
    fn full_brightness(&self, _: bool) {}
    fn keep_awake(&self, _: bool) {}
}

impl Privacy for Still {
    fn hide_in_background(&self, _: bool) {}
}

impl Haptics for Still {
    fn play(&self, _: Haptic) {}
}

impl BackgroundRefresh for Still {
    fn every(&self, _: Duration) {}
    fn stop(&self) {}
}

#[cfg(target_os = "linux")]
mod linux {
    //! `org.freedesktop.ScreenSaver`, which the desktops and most screen savers answer to.

    use tokio::sync::watch;

    use crate::Screen;

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
    use super::*;
    use crate::testing;

    #[test]
    fn a_desktop_passes_what_can_be_asked_of_it() {
        let device = device();
        testing::screen_suite(device.screen.as_ref(), &|| None).unwrap();
        testing::privacy_suite(device.privacy.as_ref(), &|| None).unwrap();
        testing::haptics_suite(device.haptics.as_ref(), &|| None).unwrap();
        testing::background_suite(device.background.as_ref(), &|| None).unwrap();
        assert!(device.keys.names().unwrap().is_empty());
    }
}
