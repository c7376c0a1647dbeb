//! What Lommebevis asks of a device, and no official plugin gives: keys that never leave it, a bright screen that stays
//! awake, no picture among the recent apps, a tap that is felt, a refresh while the app is closed.
//!
//! Each power is a trait in a file of its own, with a suite that every side of it has to pass (feature `testing`), a
//! fake, and the systems' sides: `desktop.rs`, `android.rs` (Kotlin in `android/`), `ios/`. What fails is logged and is
//! no error: none of them is worth losing a card over. The keys are [`wallet::platform::HolderKeys`], which do have
//! errors; the clocks are [`wallet::platform::Clock`].
//!
//! Touch and vibration have an official plugin too. It is not used: on Android it vibrates also for who has turned that
//! off, and needs a permission for it.

mod background;
mod haptics;
mod privacy;
mod screen;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

#[cfg(target_os = "android")]
pub mod android;
// Both key stores answer in DER.
#[cfg(any(test, mobile))]
mod der;
#[cfg(desktop)]
mod desktop;
#[cfg(target_os = "ios")]
mod ios;
// What is said to Android's key store; the tests of it run anywhere.
#[cfg(any(test, target_os = "android"))]
mod key_messages;

use std::sync::Arc;

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Manager as _, Runtime};
use wallet::platform::HolderKeys;

pub use background::{BackgroundRefresh, Work};
pub use haptics::{Haptic, Haptics};
#[cfg(target_os = "ios")]
pub use ios::login_window;
pub use privacy::Privacy;
pub use screen::Screen;

/// The powers of this device; in Tauri's state once the plugin is there.
#[derive(Clone)]
pub struct Device {
    /// The keys that it keeps.
    pub keys: Arc<dyn HolderKeys>,
    /// Its screen.
    pub screen: Arc<dyn Screen>,
    /// What others see of the app.
    pub privacy: Arc<dyn Privacy>,
    /// Its motor.
    pub haptics: Arc<dyn Haptics>,
    /// Work while nobody looks.
    pub background: Arc<dyn BackgroundRefresh>,
}

/// The plugin, whose powers are in [`Device`]. `refresh` is the work that [`BackgroundRefresh`] asks for, where the system
/// calls the process itself (iOS); on Android a worker calls the app's own entry point.
pub fn init<R: Runtime>(refresh: Work<R>) -> TauriPlugin<R> {
    Builder::new("device")
        .setup(move |app, api| {
            #[cfg(desktop)]
            let device = {
                let _ = (api, refresh);
                desktop::device()
            };
            #[cfg(target_os = "android")]
            let device = {
                let _ = refresh;
                android::device(app, &api)?
            };
            #[cfg(target_os = "ios")]
            let device = {
                let _ = api;
                ios::device(app, refresh)
            };
            app.manage(device);
            Ok(())
        })
        .build()
}

/// The keys of this device for a process without a window, in which no plugin runs: `None` where that is not possible.
#[must_use]
pub fn keys_without_window() -> Option<Arc<dyn HolderKeys>> {
    #[cfg(desktop)]
    return Some(Arc::new(wallet::platform::NoHolderKeys));
    #[cfg(target_os = "android")]
    return android::keys_without_window();
    #[cfg(target_os = "ios")]
    return Some(Arc::new(ios::EnclaveKeys));
}

/// Keeps the app's folder out of backups, where the system has none declared for it (iOS; Android's manifest says it for
/// all of the app). To be called before anything is written there. A failure is logged: the store in it is sealed.
pub fn keep_out_of_backups(folder: &std::path::Path) {
    #[cfg(target_os = "ios")]
    if let Err(error) = ios::keep_out_of_backups(folder) {
        tracing::warn!(%error, "the app's folder may go into backups");
    }
    #[cfg(not(target_os = "ios"))]
    let _ = folder;
}
