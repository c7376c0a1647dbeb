//! A cover over the window while the app is not in front.
//!
//! The system takes its picture of the app after `didEnterBackground`. The cover is laid earlier, at `willResignActive`,
//! so that the choice of apps, in which the window still lives, does not show the card either.

use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use block2::RcBlock;
use objc2::{MainThreadMarker, MainThreadOnly as _};
use objc2_foundation::{NSNotification, NSNotificationCenter, NSNotificationName};
use objc2_ui_kit::{
    UIApplicationDidBecomeActiveNotification, UIApplicationWillResignActiveNotification, UIColor,
    UIView, UIViewAutoresizing,
};
use tauri::{AppHandle, Runtime};

use super::{on_main_thread, scene};
use crate::Privacy;

/// Names the cover among the views of a window.
const TAG: isize = 0x4c6f_6d6d;

/// Lays the cover, if it is wanted.
pub(super) struct Cover<R: Runtime> {
    app: AppHandle<R>,
    wanted: Arc<AtomicBool>,
}

impl<R: Runtime> Cover<R> {
    /// Wanted by nobody yet.
    pub(super) fn new(app: AppHandle<R>) -> Self {
        let wanted = Arc::new(AtomicBool::new(false));
        let is_wanted = wanted.clone();
        // SAFETY: the names of UIKit's notifications are constants that are set when it is loaded.
        let (leaving, back) = unsafe {
            (
                UIApplicationWillResignActiveNotification,
                UIApplicationDidBecomeActiveNotification,
            )
        };
        observe(leaving, move |main| {
            if is_wanted.load(Ordering::Acquire) {
                lay(main);
            }
        });
        observe(back, lift);
        Self { app, wanted }
    }
}

impl<R: Runtime> Privacy for Cover<R> {
    fn hide_in_background(&self, on: bool) {
        self.wanted.store(on, Ordering::Release);
        if !on {
            on_main_thread(&self.app, lift);
        }
    }
}

/// Calls `act` whenever the system tells of it, for as long as the app lives.
fn observe(name: &NSNotificationName, act: impl Fn(MainThreadMarker) + Send + Sync + 'static) {
    let block = RcBlock::new(move |_: NonNull<NSNotification>| {
        if let Some(main) = MainThreadMarker::new() {
            act(main);
        }
    });
    // SAFETY: no object is asked for whose type could be wrong, no queue is given, and the block can be sent to another
    // thread: what it holds is `Send` and `Sync`. The center keeps what it answers with until it is taken off, which it
    // never is.
    let _ = unsafe {
        NSNotificationCenter::defaultCenter().addObserverForName_object_queue_usingBlock(
            Some(name),
            None,
            None,
            &block,
        )
    };
}

fn lay(main: MainThreadMarker) {
    let Some(scene) = scene(main) else { return };
    for window in scene.windows().iter() {
        if window.viewWithTag(TAG).is_some() {
            continue;
        }
        let cover = UIView::initWithFrame(UIView::alloc(main), window.bounds());
        cover.setTag(TAG);
        cover.setBackgroundColor(Some(&UIColor::systemBackgroundColor()));
        // The phone may be turned while the cover lies there.
        cover.setAutoresizingMask(
            UIViewAutoresizing::FlexibleWidth | UIViewAutoresizing::FlexibleHeight,
        );
        window.addSubview(&cover);
    }
}

fn lift(main: MainThreadMarker) {
    let Some(scene) = scene(main) else { return };
    for window in scene.windows().iter() {
        if let Some(cover) = window.viewWithTag(TAG) {
            cover.removeFromSuperview();
        }
    }
}
