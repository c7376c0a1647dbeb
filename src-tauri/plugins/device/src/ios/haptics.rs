//! The Taptic Engine. Plays nothing for who has turned "System Haptics" off, and in low-power mode.

use objc2::{MainThreadMarker, MainThreadOnly as _};
use objc2_ui_kit::{
    UIImpactFeedbackGenerator, UIImpactFeedbackStyle, UINotificationFeedbackGenerator,
    UINotificationFeedbackType,
};
use tauri::{AppHandle, Runtime};

use super::on_main_thread;
use crate::{Haptic, Haptics};

/// The motor of the phone.
pub(super) struct Motor<R: Runtime>(pub(super) AppHandle<R>);

impl<R: Runtime> Haptics for Motor<R> {
    fn play(&self, haptic: Haptic) {
        on_main_thread(&self.0, move |main| match haptic {
            Haptic::Tap => {
                let style = UIImpactFeedbackStyle::Light;
                #[expect(deprecated, reason = "what stands in its place needs iOS 17.5")]
                let generator = UIImpactFeedbackGenerator::initWithStyle(
                    UIImpactFeedbackGenerator::alloc(main),
                    style,
                );
                generator.impactOccurred();
            }
            Haptic::Success => notify(main, UINotificationFeedbackType::Success),
            Haptic::Warning => notify(main, UINotificationFeedbackType::Warning),
        });
    }
}

fn notify(main: MainThreadMarker, kind: UINotificationFeedbackType) {
    UINotificationFeedbackGenerator::new(main).notificationOccurred(kind);
}
