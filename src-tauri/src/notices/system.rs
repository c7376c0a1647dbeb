//! The notices of this system, by Tauri's plugin. The screens cannot reach it: no capability allows them.

use tauri::{AppHandle, Runtime};
use tauri_plugin_notification::NotificationExt as _;

use super::{Notice, Notifier};

/// Of a core that tells nobody.
#[cfg(test)]
pub(crate) struct Silent;

#[cfg(test)]
impl Notifier for Silent {
    fn keeps_time(&self) -> bool {
        false
    }
    fn replace_all(&self, _: &[Notice]) {}
}

/// Shows what is due while the app runs: a desktop's notices know no time.
#[cfg(desktop)]
pub(crate) struct System<R: Runtime>(pub(crate) AppHandle<R>);

#[cfg(desktop)]
impl<R: Runtime> Notifier for System<R> {
    fn keeps_time(&self) -> bool {
        false
    }

    fn replace_all(&self, notices: &[Notice]) {
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
}

/// Leaves the time to the phone, which shows them whether or not the app runs.
#[cfg(mobile)]
pub(crate) struct System<R: Runtime>(pub(crate) AppHandle<R>);

#[cfg(mobile)]
impl<R: Runtime> Notifier for System<R> {
    fn keeps_time(&self) -> bool {
        true
    }

    fn replace_all(&self, notices: &[Notice]) {
        let plugin = self.0.notification();
        if let Err(error) = plugin.cancel_all() {
            tracing::warn!(%error, "what was waiting is not taken back");
            return;
        }
        if notices.is_empty() {
            return;
        }
        use tauri_plugin_notification::PermissionState;
        if !matches!(plugin.permission_state(), Ok(PermissionState::Granted)) {
            // Asked when there is something to tell, which is when the person can tell what it is for.
            let _ = plugin.request_permission();
        }
        for (number, notice) in (1..).zip(notices) {
            let mut builder = plugin
                .builder()
                .id(number)
                .title(notice.title)
                .body(notice.body);
            if notice.at > chrono::Utc::now()
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
}
