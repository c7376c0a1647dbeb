//! A desktop's browser, which comes back by the loopback address.

use async_trait::async_trait;
use tauri::{AppHandle, Runtime};
use tauri_plugin_opener::OpenerExt as _;
use url::Url;

use super::browser::{Browser, BrowserError, Expected, WayBack};
use super::loopback::Loopback;

/// The browser that the desktop opens.
pub(crate) struct SystemBrowser<R: Runtime>(pub(crate) AppHandle<R>);

struct Listening<R: Runtime> {
    app: AppHandle<R>,
    loopback: Loopback,
}

#[async_trait]
impl<R: Runtime> Browser for SystemBrowser<R> {
    async fn ways_back(&self) -> Result<Vec<Box<dyn WayBack>>, BrowserError> {
        let loopback = Loopback::open().await.map_err(broken)?;
        Ok(vec![Box::new(Listening {
            app: self.0.clone(),
            loopback,
        })])
    }
}

#[async_trait]
impl<R: Runtime> WayBack for Listening<R> {
    fn redirect_uri(&self) -> &Url {
        self.loopback.redirect_uri()
    }

    async fn visit(&self, address: &Url, expected: &Expected<'_>) -> Result<Url, BrowserError> {
        self.app
            .opener()
            .open_url(address.as_str(), None::<&str>)
            .map_err(|error| {
                tracing::error!(%error, "the browser was not opened");
                BrowserError::NotOpened
            })?;
        self.loopback.wait(expected).await.map_err(broken)
    }
}

fn broken(error: std::io::Error) -> BrowserError {
    tracing::error!(%error, "the loopback port failed");
    BrowserError::Broken
}
