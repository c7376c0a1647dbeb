//! The powers of an iPhone, in Rust: nothing of it needs Swift, and all of it is type-checked without a Mac.

#![expect(
    unsafe_code,
    reason = "Apple's frameworks are spoken to in Objective-C and C"
)]

mod background;
mod haptics;
mod key_errors;
mod keys;
pub mod login_window;
mod privacy;
mod screen;

use std::path::Path;
use std::sync::Arc;

use objc2::MainThreadMarker;
use objc2::rc::Retained;
use objc2_foundation::{NSNumber, NSString, NSURL, NSURLIsExcludedFromBackupKey};
use objc2_ui_kit::{UIApplication, UIWindowScene};
use tauri::{AppHandle, Runtime};

use crate::{Device, Work};

pub(crate) use keys::EnclaveKeys;

/// The powers of an iPhone. Called before the app has finished launching, which is when a task can be registered.
pub(crate) fn device<R: Runtime>(app: &AppHandle<R>, refresh: Work<R>) -> Device {
    Device {
        keys: Arc::new(EnclaveKeys),
        screen: Arc::new(screen::PhoneScreen::new(app.clone())),
        privacy: Arc::new(privacy::Cover::new(app.clone())),
        haptics: Arc::new(haptics::Motor(app.clone())),
        background: Arc::new(background::Refresh::register(app.clone(), refresh)),
    }
}

/// Keeps a folder out of the backups, of a computer's and of iCloud's. Makes it, since only what is there can be marked.
pub(crate) fn keep_out_of_backups(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let url =
        NSURL::fileURLWithPath_isDirectory(&NSString::from_str(&folder.to_string_lossy()), true);
    let yes = NSNumber::new_bool(true);
    // SAFETY: the value of this key is a number that says yes or no.
    unsafe { url.setResourceValue_forKey_error(Some(&yes), NSURLIsExcludedFromBackupKey) }
        .map_err(|error| error.to_string())
}

/// Has it done on the main thread, where alone UIKit may be spoken to; at once if this is it, else nobody waits for it.
fn on_main_thread<R: Runtime>(
    app: &AppHandle<R>,
    act: impl FnOnce(MainThreadMarker) + Send + 'static,
) {
    let asked = app.run_on_main_thread(move || {
        if let Some(main) = MainThreadMarker::new() {
            act(main);
        }
    });
    if let Err(error) = asked {
        tracing::debug!(%error, "the main thread is gone");
    }
}

/// The scene of the app's window; none before it is shown, as when the system calls the app in the background.
fn scene(main: MainThreadMarker) -> Option<Retained<UIWindowScene>> {
    UIApplication::sharedApplication(main)
        .connectedScenes()
        .iter()
        .find_map(|scene| scene.downcast::<UIWindowScene>().ok())
}

#[cfg(feature = "testing")]
pub(crate) mod looking {
    //! What can be seen from within of what the powers have done, for the suites on a phone. None of it may be called on
    //! the main thread, which it waits for.

    use std::sync::mpsc;
    use std::time::Duration;

    use objc2::MainThreadMarker;
    use objc2_ui_kit::UIApplication;
    use tauri::{AppHandle, Runtime};

    use crate::testing::Seen;

    const PATIENCE: Duration = Duration::from_secs(2);

    fn from_main_thread<R: Runtime, T: Send + 'static>(
        app: &AppHandle<R>,
        look: impl FnOnce(MainThreadMarker) -> Option<T> + Send + 'static,
    ) -> Option<T> {
        let (tell, told) = mpsc::channel();
        super::on_main_thread(app, move |main| {
            // Who asked may have gone.
            let _ = tell.send(look(main));
        });
        told.recv_timeout(PATIENCE).ok().flatten()
    }

    /// How bright the screen is, and whether it stays awake.
    pub(crate) fn at_screen<R: Runtime>(app: &AppHandle<R>) -> Option<Seen> {
        from_main_thread(app, |main| {
            Some(Seen {
                brightness: super::scene(main)?.screen().brightness(),
                awake: UIApplication::sharedApplication(main).isIdleTimerDisabled(),
            })
        })
    }

    /// How many background calls wait. `None` for who has turned them off, and in a simulator, which has none.
    pub(crate) fn at_requests<R: Runtime>(app: &AppHandle<R>) -> Option<usize> {
        use objc2_ui_kit::UIBackgroundRefreshStatus;
        if cfg!(target_abi = "sim") {
            return None;
        }
        let is_on = from_main_thread(app, |main| {
            let status = UIApplication::sharedApplication(main).backgroundRefreshStatus();
            Some(status == UIBackgroundRefreshStatus::Available)
        })?;
        is_on
            .then(|| super::background::pending(PATIENCE))
            .flatten()
    }
}
