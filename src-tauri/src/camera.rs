//! What the screens may ask of the system: the camera, for scanning, and nothing else.

use tauri::webview::{PermissionKind, PermissionResponse};
use tauri::{Runtime, Url, Webview};

/// Answers a page that asks for a capability. Without an answer WebKitGTK refuses the camera, and iOS asks twice; where
/// the system has a question of its own, it is asked all the same.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that Tauri gives the answer"
)]
pub(crate) fn decide<R: Runtime>(webview: Webview<R>, kind: PermissionKind) -> PermissionResponse {
    let is_ours = webview.label() == "main" && webview.url().is_ok_and(|url| is_own(&url));
    if kind == PermissionKind::Camera && is_ours {
        PermissionResponse::Allow
    } else {
        PermissionResponse::Deny
    }
}

/// Whether a page is one of the app's own: `tauri://localhost`, or `http(s)://tauri.localhost` on Windows and Android.
fn is_own(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost") && url.port().is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_apps_own_pages_get_the_camera() {
        for (url, own) in [
            ("tauri://localhost/", true),
            ("tauri://localhost/index.html#/check", true),
            ("http://tauri.localhost/", true),
            ("https://tauri.localhost/", true),
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
