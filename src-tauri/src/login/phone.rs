//! The browser of a phone, and the links that lead back from it, also to an app that was ended meanwhile.

use std::sync::Arc;
use std::time::Duration;

use tauri::{AppHandle, Manager as _, Runtime};
use url::Url;
use wallet::problem::ProblemKind;

use super::links::{self, Links};
use crate::commands::tell_state;
use crate::core::{ByLink, Core, shown};

/// Pauses before the issuer is asked once more: an app that has just started may not have its network yet.
const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(5)];

/// See [`super::set_up`].
#[cfg(mobile)]
pub(super) fn set_up<R: Runtime>(app: &AppHandle<R>, county: &county_api::County) {
    use tauri_plugin_deep_link::DeepLinkExt as _;

    let all = Arc::new(Links::default());
    #[cfg(target_os = "android")]
    let browser = super::android::Tab::new(opener(app), all.clone(), county);
    #[cfg(target_os = "ios")]
    let browser = super::ios::LoginWindow::new(app.clone(), all.clone(), county);
    app.manage(super::TheBrowser(Box::new(browser)));
    app.manage(all);

    let handle = app.clone();
    app.deep_link().on_open_url(move |event| {
        for link in event.urls() {
            came_back_soon(&handle, link);
        }
    });
    // The link that has started the app, or the last one again: which one it is, the login tells.
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        match app.deep_link().get_current() {
            Ok(links) => {
                for link in links.into_iter().flatten() {
                    came_back_soon(&app, link);
                }
            }
            Err(error) => tracing::warn!(%error, "what started the app cannot be told"),
        };
    });
}

/// A tab over the app; where no browser has tabs, whichever browser there is.
#[cfg(target_os = "android")]
fn opener<R: Runtime>(app: &AppHandle<R>) -> super::android::Open {
    use tauri_plugin_opener::OpenerExt as _;

    let app = app.clone();
    Arc::new(move |address| {
        let open = |with| app.opener().open_url(address.as_str(), with);
        open(Some("inAppBrowser"))
            .or_else(|_| open(None))
            .inspect_err(|error| tracing::error!(%error, "the browser was not opened"))
            .is_ok()
    })
}

#[cfg(mobile)]
fn came_back_soon<R: Runtime>(app: &AppHandle<R>, link: Url) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move { came_back(&app, &link).await });
}

/// A link has opened the app. Whoever sends it, and however often: only the answer to the login that is under way does
/// anything, and that once.
pub(crate) async fn came_back<R: Runtime>(app: &AppHandle<R>, link: &Url) {
    if app.state::<Arc<Links>>().deliver(link) {
        return;
    }
    let core = app.state::<Core>();
    // Nobody waits: the app was ended while the browser was in front, or this is an old link.
    let Some(_turn) = core.login_turn() else {
        return;
    };
    let Ok(wallet) = core.ready().await else {
        return;
    };
    let claimed = links::claimed(core.county());
    let Some(callback) = links::callback(link, claimed.as_ref(), |url| wallet.expects(url)) else {
        tracing::info!("a link that no login waits for");
        return;
    };
    core.by_link(ByLink::Finishing);
    tell_state(app, &core).await;
    let mut outcome = wallet.finish_login(&callback).await.map_err(shown);
    for pause in PAUSES {
        match &outcome {
            Err(problem) if problem.kind == ProblemKind::NoNetwork => {
                tokio::time::sleep(pause).await;
                outcome = wallet.finish_login(&callback).await.map_err(shown);
            }
            _ => break,
        }
    }
    let outcome = match outcome {
        Ok(()) => core.go_on().await.map(drop),
        Err(problem) => Err(problem),
    };
    core.by_link(match outcome {
        Ok(()) => ByLink::None,
        Err(problem) => {
            tracing::warn!(code = %problem.support_code, "the login that the app was started with has stopped");
            ByLink::Failed(problem)
        }
    });
    tell_state(app, &core).await;
}
