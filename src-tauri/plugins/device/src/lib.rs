//! What Lommebevis asks of a device, and no official plugin gives: keys that never leave it, a bright screen that stays
//! awake, no picture among the recent apps, a tap that is felt, a refresh while the app is closed.
//!
//! Each power is a trait in a file of its own, with a suite that every side of it has to pass (feature `testing`), a
//! fake, and the systems' sides: `desktop.rs`, `android.rs` (Kotlin in `android/`), `ios.rs`.

#[cfg(target_os = "ios")]
#[path = "ios/login_window.rs"]
pub mod login_window;
mod powers;

pub use powers::{BackgroundRefresh, Haptic, Haptics, Privacy, Screen};
