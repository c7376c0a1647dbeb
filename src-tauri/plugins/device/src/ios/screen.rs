//! The screen's brightness and the idle timer.

use std::sync::{Arc, Mutex, PoisonError};

use objc2_ui_kit::UIApplication;
use tauri::{AppHandle, Runtime};

use super::{on_main_thread, scene};
use crate::Screen;

/// As bright as it gets.
const FULL: f64 = 1.0;
/// The system answers with what the hardware does, which is not to the last digit what was asked.
const ABOUT: f64 = 0.02;

/// The screen that the app's window is on.
pub(super) struct PhoneScreen<R: Runtime> {
    app: AppHandle<R>,
    /// How bright it was before, while it is as bright as it gets.
    before: Arc<Mutex<Option<f64>>>,
}

impl<R: Runtime> PhoneScreen<R> {
    pub(super) fn new(app: AppHandle<R>) -> Self {
        Self {
            app,
            before: Arc::default(),
        }
    }
}

impl<R: Runtime> Screen for PhoneScreen<R> {
    /// The system keeps what an app sets until the phone is locked, also for other apps: it has to be given back before
    /// the app leaves, which is whoever holds the screen's business (`WindowEvent::Suspended` is `willResignActive`).
    fn full_brightness(&self, on: bool) {
        let before = self.before.clone();
        on_main_thread(&self.app, move |main| {
            let Some(screen) = scene(main).map(|scene| scene.screen()) else {
                return;
            };
            let mut before = before.lock().unwrap_or_else(PoisonError::into_inner);
            let now = screen.brightness();
            if on {
                if before.is_none() {
                    *before = Some(now);
                    screen.setBrightness(FULL);
                }
            } else if let Some(was) = before.take()
                // Whoever has dimmed it meanwhile wants it so.
                && (now - FULL).abs() < ABOUT
            {
                screen.setBrightness(was);
            }
        });
    }

    fn keep_awake(&self, on: bool) {
        on_main_thread(&self.app, move |main| {
            UIApplication::sharedApplication(main).setIdleTimerDisabled(on);
        });
    }
}
