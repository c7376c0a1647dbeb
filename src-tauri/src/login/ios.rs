//! The login window of iOS (`ASWebAuthenticationSession`), which hands the callback over by itself.
//!
//! From iOS 17.4 on it takes the claimed https address, which no other app can ask for. Where the phone has not heard that
//! the address is the app's, the window does not open, and the app's own scheme is the next way, as on older systems:
//! within the window no other app gets it.

use std::sync::Arc;

use async_trait::async_trait;
use county_api::{APP_SCHEME_CALLBACK, County};
use tauri::{AppHandle, Runtime};
use tauri_plugin_device::login_window::{self, LoginWindowError};
use url::Url;

use super::browser::{Browser, BrowserError, Expected, WayBack};
use super::links::{self, Links};

/// The system's login window.
pub(crate) struct LoginWindow<R: Runtime> {
    app: AppHandle<R>,
    links: Arc<Links>,
    claimed: Option<Url>,
}

struct InWindow<R: Runtime> {
    app: AppHandle<R>,
    links: Arc<Links>,
    claimed: Option<Url>,
    redirect_uri: Url,
}

impl<R: Runtime> LoginWindow<R> {
    pub(crate) fn new(app: AppHandle<R>, links: Arc<Links>, county: &County) -> Self {
        Self {
            app,
            links,
            claimed: links::claimed(county),
        }
    }
}

#[async_trait]
impl<R: Runtime> Browser for LoginWindow<R> {
    async fn ways_back(&self) -> Result<Vec<Box<dyn WayBack>>, BrowserError> {
        let scheme = Url::parse(APP_SCHEME_CALLBACK).map_err(|_| BrowserError::Broken)?;
        let claimed = self.claimed.clone().filter(|_| login_window::takes_https());
        Ok(claimed
            .into_iter()
            .chain([scheme])
            .map(|redirect_uri| {
                Box::new(InWindow {
                    app: self.app.clone(),
                    links: self.links.clone(),
                    claimed: self.claimed.clone(),
                    redirect_uri,
                }) as Box<dyn WayBack>
            })
            .collect())
    }
}

#[async_trait]
impl<R: Runtime> WayBack for InWindow<R> {
    fn redirect_uri(&self) -> &Url {
        &self.redirect_uri
    }

    async fn visit(&self, address: &Url, expected: &Expected<'_>) -> Result<Url, BrowserError> {
        let mut links = self.links.wait();
        let window = login_window::open(&self.app, address, &self.redirect_uri);
        let by_link = async {
            // Whoever went on in Safari comes back by a link.
            while let Some(link) = links.recv().await {
                if let Some(callback) = links::callback(&link, self.claimed.as_ref(), expected) {
                    return Ok(callback);
                }
            }
            std::future::pending().await
        };
        tokio::select! {
            // The window is closed then, so that what it gives is judged as the answer, whatever it is.
            outcome = window => outcome.map_err(|error| match error {
                LoginWindowError::Closed => BrowserError::Closed,
                LoginWindowError::NotOpened => BrowserError::NotOpened,
            }),
            callback = by_link => callback,
        }
    }
}
