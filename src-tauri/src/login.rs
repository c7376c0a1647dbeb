//! One login: out to the system's browser and back.

use std::time::Duration;

#[cfg(desktop)]
use tauri::Manager as _;
use tauri::{AppHandle, Runtime};
use tauri_plugin_opener::OpenerExt as _;
use wallet::problem::{Problem, ProblemKind};

use crate::core::{Core, shown};
use crate::loopback::Loopback;
use crate::view::AppState;

/// How long the browser may take. Feide's own pages give up sooner.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Opens the browser, waits until it comes back, and goes as far towards the card as it can.
pub(crate) async fn log_in<R: Runtime>(
    app: &AppHandle<R>,
    core: &Core,
) -> Result<AppState, Problem> {
    let Some(_turn) = core.login_turn() else {
        return Err(Problem::from(ProblemKind::LoginInProgress));
    };
    let mut cancelled = core.cancelled();
    let wallet = core.wallet()?;
    core.let_in()?;
    let way_back = Loopback::open().await.map_err(|error| {
        tracing::error!(%error, "no loopback port for the login");
        Problem::from(ProblemKind::Internal)
    })?;
    let login = async {
        let address = wallet
            .begin_login(way_back.redirect_uri())
            .await
            .map_err(shown)?;
        app.opener()
            .open_url(address.as_str(), None::<&str>)
            .map_err(|error| {
                tracing::error!(%error, "the browser was not opened");
                Problem::from(ProblemKind::BrowserNotOpened)
            })?;
        let callback = way_back
            .wait(|url| wallet.expects(url))
            .await
            .map_err(|error| {
                tracing::error!(%error, "the loopback port failed");
                Problem::from(ProblemKind::Internal)
            })?;
        #[cfg(desktop)]
        to_front(app);
        wallet.finish_login(&callback).await.map_err(shown)?;
        Ok::<(), Problem>(())
    };
    let outcome = tokio::select! {
        outcome = login => outcome,
        _ = cancelled.changed() => Err(Problem::from(ProblemKind::LoginCancelled)),
        () = tokio::time::sleep(PATIENCE) => Err(Problem::from(ProblemKind::LoginExpired)),
    };
    if let Err(problem) = outcome {
        // The way back is closed: what was kept for it is of no more use.
        if let Err(error) = wallet.cancel_login() {
            tracing::warn!(%error, "the login was not forgotten");
        }
        return Err(problem);
    }
    core.go_on().await
}

/// Brings our window back over the browser's.
#[cfg(desktop)]
pub(crate) fn to_front<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window("main") {
        // A window manager may refuse; the person then clicks the window.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}
