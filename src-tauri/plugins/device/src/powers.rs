//! The powers of a device, as the app sees them. What fails is logged and is no error: none of them is worth losing a
//! card over. The keys are [`wallet::platform::HolderKeys`], the clocks [`wallet::platform::Clock`].

use std::time::Duration;

/// The device's screen.
pub trait Screen: Send + Sync {
    /// As bright as it gets, or as the person has it. Nothing on desktops, where it is none of the app's business.
    fn full_brightness(&self, on: bool);
    /// Kept from going dark by itself, or not.
    fn keep_awake(&self, on: bool);
}

/// What others can see of the app.
pub trait Privacy: Send + Sync {
    /// Whether the picture that the system shows of the app among the others, while it is in the background, is blank.
    fn hide_in_background(&self, on: bool);
}

/// What is felt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Haptic {
    /// Something was taken in, such as a code.
    Tap,
    /// It went well.
    Success,
    /// Look at it.
    Warning,
}

/// The motor in the device.
pub trait Haptics: Send + Sync {
    /// Makes it felt, if the person's settings let it.
    fn play(&self, haptic: Haptic);
}

/// Work while nobody looks at the app.
pub trait BackgroundRefresh: Send + Sync {
    /// Has the system call the app about so often, with a network, in place of what was asked before. When, and whether
    /// at all, is the system's own choice.
    fn every(&self, interval: Duration);
    /// No more calls.
    fn stop(&self);
}
