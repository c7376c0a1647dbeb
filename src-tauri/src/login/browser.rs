//! The way out to the browser and back, as a login sees it.

use std::time::Duration;

use async_trait::async_trait;
use url::Url;

/// How long the browser may take. Feide's own pages give up sooner.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Why the browser did not come back with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BrowserError {
    /// There is none, or it does not open this address in this way.
    #[error("the browser was not opened")]
    NotOpened,
    /// The person closed it.
    #[cfg_attr(not(any(target_os = "ios", test)), expect(dead_code))]
    #[error("the person closed the browser")]
    Closed,
    /// The way back broke.
    #[error("the way back from the browser failed")]
    Broken,
}

/// Tells the answer to this login from whatever else comes.
pub(crate) type Expected<'a> = dyn Fn(&Url) -> bool + Send + Sync + 'a;

/// The system's browser.
#[async_trait]
pub(crate) trait Browser: Send + Sync {
    /// The ways in which it can come back, best first. Each is for one login.
    async fn ways_back(&self) -> Result<Vec<Box<dyn WayBack>>, BrowserError>;

    /// How long a login may take until the browser is back.
    fn patience(&self) -> Duration {
        PATIENCE
    }
}

/// One way back from the browser.
#[async_trait]
pub(crate) trait WayBack: Send + Sync {
    /// Where the issuer is to send the browser.
    fn redirect_uri(&self) -> &Url;

    /// Opens an address and waits until the browser is back, then gives the address that it came back with. What is not
    /// expected does not end the wait, as long as the browser can still come again. Whoever drops this has the browser
    /// closed where that is possible, and the way back in any case.
    async fn visit(&self, address: &Url, expected: &Expected<'_>) -> Result<Url, BrowserError>;
}
