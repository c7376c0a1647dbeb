//! Android's browser in a tab over the app (Custom Tabs), which comes back by a link.
//!
//! The issuer is asked to send it to the claimed https address, of which Android knows that it is the app's alone. A tab
//! may show that address instead of handing it over (a browser that insists on a tap, a claim that the phone could not
//! verify): there is a page at it then, whose button opens the app by its own scheme. That scheme alone would end in
//! nothing where a browser does not follow it by itself, and any app may register it.

use std::sync::Arc;

use async_trait::async_trait;
use county_api::{APP_SCHEME_CALLBACK, County};
use url::Url;

use super::browser::{Browser, BrowserError, Expected, WayBack};
use super::links::{self, Links};

/// Opens an address in a tab over the app, or else in a browser; whether that went well. May block.
pub(crate) type Open = Arc<dyn Fn(&Url) -> bool + Send + Sync>;

/// The tab over the app.
pub(crate) struct Tab {
    open: Open,
    links: Arc<Links>,
    claimed: Option<Url>,
}

struct ByLink {
    open: Open,
    links: Arc<Links>,
    claimed: Option<Url>,
    redirect_uri: Url,
}

impl Tab {
    pub(crate) fn new(open: Open, links: Arc<Links>, county: &County) -> Self {
        Self {
            open,
            links,
            claimed: links::claimed(county),
        }
    }
}

#[async_trait]
impl Browser for Tab {
    async fn ways_back(&self) -> Result<Vec<Box<dyn WayBack>>, BrowserError> {
        let scheme = || Url::parse(APP_SCHEME_CALLBACK).map_err(|_| BrowserError::Broken);
        let redirect_uri = self.claimed.clone().map_or_else(scheme, Ok)?;
        Ok(vec![Box::new(ByLink {
            open: self.open.clone(),
            links: self.links.clone(),
            claimed: self.claimed.clone(),
            redirect_uri,
        })])
    }
}

#[async_trait]
impl WayBack for ByLink {
    fn redirect_uri(&self) -> &Url {
        &self.redirect_uri
    }

    async fn visit(&self, address: &Url, expected: &Expected<'_>) -> Result<Url, BrowserError> {
        // Before the browser is opened: it may be back before this goes on.
        let mut links = self.links.wait();
        let (open, address) = (self.open.clone(), address.clone());
        let opened = tauri::async_runtime::spawn_blocking(move || open(&address)).await;
        if !opened.unwrap_or(false) {
            return Err(BrowserError::NotOpened);
        }
        while let Some(link) = links.recv().await {
            if let Some(callback) = links::callback(&link, self.claimed.as_ref(), expected) {
                return Ok(callback);
            }
        }
        Err(BrowserError::Broken)
    }
}
