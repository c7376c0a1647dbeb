//! The notices of this system, by Tauri's plugin. The screens cannot reach it: no capability allows them.

use chrono::{DateTime, Utc};
use tauri::{AppHandle, Runtime};
use tauri_plugin_notification::NotificationExt as _;

use super::{Notice, Notifier, Permission};

/// Of a core that tells nobody.
#[cfg(test)]
pub(crate) struct Silent;

#[cfg(test)]
impl Notifier for Silent {
    fn keeps_time(&self) -> bool {
        false
    }
    fn replace_all(&self, _: &[Notice], _: DateTime<Utc>) {}
    fn clear(&self) {}
    fn permission(&self) -> Permission {
        Permission::Granted
    }
    fn ask(&self) {}
}

/// Shows what is due while the app runs: a desktop's notices know no time.
#[cfg(desktop)]
pub(crate) struct System<R: Runtime>(pub(crate) AppHandle<R>);

#[cfg(desktop)]
impl<R: Runtime> Notifier for System<R> {
    fn keeps_time(&self) -> bool {
        false
    }

    fn replace_all(&self, notices: &[Notice], _: DateTime<Utc>) {
        for notice in notices {
            let shown = self
                .0
                .notification()
                .builder()
                .title(notice.title)
                .body(notice.body)
                .show();
            if let Err(error) = shown {
                tracing::warn!(%error, "a notice was not shown");
            }
        }
    }

    fn clear(&self) {
        // What was shown is the desktop's own, which lets no plugin reach it; it says nothing of anybody.
    }

    fn permission(&self) -> Permission {
        // A desktop is told in its own settings, and does not tell us.
        Permission::Granted
    }

    fn ask(&self) {}
}

/// The numbers that notices are given: those that wait, and from [`SHOWN`] on those that are shown at once, so that none
/// that is on the screen is taken for one that is to come. All are named when they are taken back: without a list the
/// plugin takes nothing back on phones.
///
/// The first half is for what a refresh makes untrue: where one is made without the app, on Android, that much is taken
/// back (`OUTDATED` in the device plugin's `Notices.kt`), and the dates on the way to a MinID stay.
#[cfg(mobile)]
const NUMBERS: std::ops::RangeInclusive<i32> = 1..=64;
#[cfg(mobile)]
const UNTIL_REFRESHED: std::ops::RangeInclusive<i32> = 1..=32;
#[cfg(mobile)]
const OTHERS: std::ops::RangeInclusive<i32> = 33..=64;
#[cfg(mobile)]
const SHOWN: i32 = 1_000;

/// The drawable of the small icon: Android takes its outline alone, and of the app's icon that is a filled square.
#[cfg(target_os = "android")]
pub(crate) const ICON: &str = "ic_notice";

/// Leaves the time to the phone, which shows them whether or not the app runs.
#[cfg(mobile)]
pub(crate) struct System<R: Runtime>(pub(crate) AppHandle<R>);

#[cfg(mobile)]
impl<R: Runtime> Notifier for System<R> {
    fn keeps_time(&self) -> bool {
        true
    }

    fn replace_all(&self, notices: &[Notice], now: DateTime<Utc>) {
        with_window(|| self.hand_over(notices, now));
    }

    fn clear(&self) {
        with_window(|| self.take_back());
    }

    fn permission(&self) -> Permission {
        with_window(|| self.asked()).unwrap_or(Permission::Denied)
    }

    fn ask(&self) {
        // Nobody waits for the answer: it can take as long as the person likes.
        let app = self.0.clone();
        std::thread::spawn(move || {
            if let Err(error) = app.notification().request_permission() {
                tracing::warn!(%error, "the person was not asked to let notices through");
            }
        });
    }
}

/// Tauri panics where there is no activity, as in a process of Android's that outlives it: a worker may then still refresh
/// by the app's own wallet, which is to go on.
#[cfg(mobile)]
fn with_window<T>(act: impl FnOnce() -> T) -> Option<T> {
    let acted = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act));
    if acted.is_err() {
        tracing::warn!("there is no window to reach the phone's notices by");
    }
    acted.ok()
}

#[cfg(mobile)]
impl<R: Runtime> System<R> {
    fn hand_over(&self, notices: &[Notice], now: DateTime<Utc>) {
        let plugin = self.0.notification();
        if let Err(error) = plugin.cancel(NUMBERS.collect()) {
            tracing::warn!(%error, "what was waiting is not taken back");
            return;
        }
        if notices.is_empty() {
            return;
        }
        if self.asked() == Permission::NotAsked {
            // Asked when there is something to tell, which is when the person can tell what it is for.
            Notifier::ask(self);
        }
        let (mut until_refreshed, mut others) = (UNTIL_REFRESHED, OTHERS);
        for notice in notices {
            let numbers = if notice.until_refreshed {
                &mut until_refreshed
            } else {
                &mut others
            };
            // More than there are numbers for lie months ahead, and are planned anew before.
            let Some(number) = numbers.next() else {
                continue;
            };
            let number = if notice.at > now {
                number
            } else {
                SHOWN + number
            };
            let mut builder = plugin
                .builder()
                .id(number)
                .title(notice.title)
                .body(notice.body);
            #[cfg(target_os = "android")]
            {
                builder = builder.icon(ICON);
            }
            if notice.at > now
                && let Ok(date) = time::OffsetDateTime::from_unix_timestamp(notice.at.timestamp())
            {
                builder = builder.schedule(tauri_plugin_notification::Schedule::At {
                    date,
                    repeating: false,
                    allow_while_idle: true,
                });
            }
            if let Err(error) = builder.show() {
                tracing::warn!(%error, "a notice was not handed over");
            }
        }
    }

    fn take_back(&self) {
        let plugin = self.0.notification();
        let all: Vec<i32> = NUMBERS
            .chain(NUMBERS.map(|number| SHOWN + number))
            .collect();
        for taken in [plugin.cancel(all.clone()), plugin.remove_active(all)] {
            if let Err(error) = taken {
                tracing::warn!(%error, "notices are not taken back");
            }
        }
    }

    fn asked(&self) -> Permission {
        use tauri_plugin_notification::PermissionState;
        match self.0.notification().permission_state() {
            Ok(PermissionState::Granted) => Permission::Granted,
            // Android says so after the first no, and then it is the person's turn.
            Ok(PermissionState::Denied | PermissionState::PromptWithRationale) => {
                Permission::Denied
            }
            _ => Permission::NotAsked,
        }
    }
}
