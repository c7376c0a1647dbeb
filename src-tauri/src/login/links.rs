//! Addresses that the system opens the app with: the app's own scheme, and the issuer's address that the app has claimed.
//! Anybody can write such a link; what counts is whether a login waits for it.

use std::sync::{Mutex, PoisonError};

use county_api::{APP_CALLBACK_PATH, APP_SCHEME_CALLBACK, County};
use tokio::sync::mpsc;
use url::Url;

/// Links that may wait to be looked at; who sends more at once loses them.
const WAITING: usize = 16;

/// Where links are handed to the login that waits for one.
#[derive(Default)]
pub(crate) struct Links(Mutex<Option<mpsc::Sender<Url>>>);

impl Links {
    /// Has the links from now on, until what this gives is dropped.
    pub(crate) fn wait(&self) -> mpsc::Receiver<Url> {
        let (sender, receiver) = mpsc::channel(WAITING);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        receiver
    }

    /// Hands a link over; whether somebody is there to judge it.
    pub(crate) fn deliver(&self, link: &Url) -> bool {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.as_ref().is_some_and(|sender| {
            !matches!(
                sender.try_send(link.clone()),
                Err(mpsc::error::TrySendError::Closed(_))
            )
        })
    }
}

/// The issuer's address that the app has claimed; `None` for an issuer without TLS, of which no system lets an app claim
/// anything.
pub(crate) fn claimed(county: &County) -> Option<Url> {
    let url = Url::parse(&format!("{}{APP_CALLBACK_PATH}", county.issuer_id())).ok()?;
    (url.scheme() == "https").then_some(url)
}

/// The callback that a link is, if it is `expected`.
///
/// Where the claimed address was not caught, its page hands the query on by the app's own scheme: it then stands for the
/// claimed address, which is what the issuer and the login know.
pub(crate) fn callback(
    link: &Url,
    claimed: Option<&Url>,
    expected: impl Fn(&Url) -> bool,
) -> Option<Url> {
    if expected(link) {
        return Some(link.clone());
    }
    let mut bare = link.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    if bare.as_str() != APP_SCHEME_CALLBACK {
        return None;
    }
    let mut meant = claimed?.clone();
    meant.set_query(link.query());
    expected(&meant).then_some(meant)
}
