//! The window shows the app's own pages alone, and these may use the camera, for scanning and for the portrait, and
//! nothing else.

use tauri::plugin::{Builder, TauriPlugin};
use tauri::webview::{PermissionKind, PermissionResponse};
use tauri::{Runtime, Url, Webview};

/// Keeps every other page out of the window: whatever is asked for in it is asked for by us.
pub(crate) fn own_pages_only<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("own-pages-only")
        .on_navigation(|_, url| is_own(url))
        .build()
}

/// Answers a page that asks for a capability. Without an answer WebKitGTK refuses the camera, and iOS asks twice; where
/// the system has a question of its own, it is asked all the same.
///
/// The address is not looked at here: on Android this runs on the thread that would have to tell it.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that Tauri gives the answer"
)]
pub(crate) fn decide<R: Runtime>(webview: Webview<R>, kind: PermissionKind) -> PermissionResponse {
    if kind == PermissionKind::Camera && webview.label() == "main" {
        PermissionResponse::Allow
    } else {
        PermissionResponse::Deny
    }
}

/// Whether a page is one of the app's own: `tauri://localhost`, or `http(s)://tauri.localhost` on Windows and Android;
/// or a file that such a page has made, to be saved.
fn is_own(url: &Url) -> bool {
    match url.scheme() {
        "blob" => Url::parse(url.path())
            .is_ok_and(|made_by| made_by.scheme() != "blob" && is_own(&made_by)),
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost") && url.port().is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_apps_own_pages_are_shown() {
        for (url, own) in [
            ("tauri://localhost/", true),
            ("tauri://localhost/index.html#/check", true),
            ("http://tauri.localhost/", true),
            ("https://tauri.localhost/", true),
            ("blob:tauri://localhost/6e0b2a8e", true),
            ("blob:http://tauri.localhost/6e0b2a8e", true),
            ("blob:https://example.org/6e0b2a8e", false),
            ("blob:blob:tauri://localhost/6e0b2a8e", false),
            ("http://tauri.localhost:8080/", false),
            ("https://tauri.localhost.example/", false),
            ("https://localhost/", false),
            ("tauri://example/", false),
            ("about:blank", false),
            ("data:text/html,x", false),
        ] {
            assert_eq!(is_own(&url.parse().unwrap()), own, "{url}");
        }
    }
}
