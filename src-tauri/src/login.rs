//! One login: out to the system's browser and back.
//!
//! The browser is the system's own in every case (RFC 8252 §8.12): what is typed in it is none of the app's business.
//! A phone may end the app meanwhile; the pending login is in the store, and the link that starts the app again finishes
//! it.

#[cfg(any(target_os = "android", test))]
mod android;
mod browser;
#[cfg(desktop)]
mod desktop;
#[cfg(target_os = "ios")]
mod ios;
#[cfg(any(mobile, test))]
pub(crate) mod links;
#[cfg(desktop)]
mod loopback;
#[cfg(test)]
mod tests;

#[cfg(desktop)]
use tauri::Manager as _;
use tauri::{AppHandle, Runtime};
use url::Url;
use wallet::Wallet;
use wallet::problem::{Problem, ProblemKind};

use self::browser::{Browser, BrowserError};
use crate::core::{ByLink, Core, shown};
use crate::view::AppState;

/// The browser of this system, in Tauri's state.
pub(crate) struct TheBrowser(pub(crate) Box<dyn Browser>);

/// Sets the browser of this system up, and on phones listens for the links that lead back.
pub(crate) fn set_up<R: Runtime>(app: &AppHandle<R>, county: &county_api::County) {
    #[cfg(desktop)]
    {
        let _ = county;
        app.manage(TheBrowser(Box::new(desktop::SystemBrowser(app.clone()))));
    }
    #[cfg(mobile)]
    phone::set_up(app, county);
}

/// Opens the browser, waits until it comes back, and goes as far towards the card as it can.
pub(crate) async fn log_in<R: Runtime>(
    app: &AppHandle<R>,
    core: &Core,
    browser: &dyn Browser,
) -> Result<AppState, Problem> {
    let Some(_turn) = core.login_turn() else {
        return Err(Problem::from(ProblemKind::LoginInProgress));
    };
    core.by_link(ByLink::None);
    let mut cancelled = core.cancelled();
    let wallet = core.wallet()?;
    core.let_in()?;
    let login = async {
        let callback = there_and_back(browser, &wallet).await?;
        to_front(app);
        wallet.finish_login(&callback).await.map_err(shown)
    };
    let outcome = tokio::select! {
        outcome = login => outcome,
        _ = cancelled.changed() => Err(Problem::from(ProblemKind::LoginCancelled)),
        () = tokio::time::sleep(browser.patience()) => Err(Problem::from(ProblemKind::LoginExpired)),
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

/// The address that the browser came back with, by the first way that this system takes.
async fn there_and_back(browser: &dyn Browser, wallet: &Wallet) -> Result<Url, Problem> {
    let ways = browser.ways_back().await.map_err(told)?;
    for way in ways {
        let address = wallet
            .begin_login(way.redirect_uri())
            .await
            .map_err(shown)?;
        match way.visit(&address, &|url| wallet.expects(url)).await {
            Err(BrowserError::NotOpened) => tracing::warn!("the browser was not opened"),
            outcome => return outcome.map_err(told),
        }
    }
    Err(told(BrowserError::NotOpened))
}

fn told(error: BrowserError) -> Problem {
    Problem::from(match error {
        BrowserError::NotOpened => ProblemKind::BrowserNotOpened,
        BrowserError::Closed => ProblemKind::LoginCancelled,
        BrowserError::Broken => ProblemKind::Internal,
    })
}

/// Brings our window back over the browser's; phones do that by themselves.
pub(crate) fn to_front<R: Runtime>(app: &AppHandle<R>) {
    #[cfg(desktop)]
    if let Some(window) = app.get_webview_window("main") {
        // A window manager may refuse; the person then clicks the window.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
    #[cfg(mobile)]
    let _ = app;
}

#[cfg(any(mobile, test))]
pub(crate) mod phone;
