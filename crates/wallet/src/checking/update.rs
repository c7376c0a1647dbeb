//! Bringing a checker's lists up to date: the trust list, and every status list that its issuers name.

use serde::Deserialize;
use status_list::{MAX_TOKEN_BYTES, MEDIA_TYPE_JWT};
use url::Url;

use super::{Checkpoint, lists::Lists};
use crate::{
    CallError, Problem, TrustError,
    issuer::{SMALL_ANSWER, get, read_json, require_success},
    platform::Response,
    server_clock::http_date,
};

/// Counties are fifteen, and some run an issuer for tests as well.
const MAX_ISSUERS: usize = 40;
/// 256 lists of 2¹⁷ entries are 33 million credentials of one issuer.
const MAX_LISTS: usize = 256;

/// What an issuer says of its lists (Token Status List draft §9.3).
#[derive(Deserialize)]
struct Aggregation {
    status_lists: Vec<String>,
}

impl Checkpoint {
    /// Fetches trust list and status lists. Scanning goes on meanwhile with what there was.
    ///
    /// What came before something failed is taken; what did not come stays as it was and gets older. The failure is
    /// also in the [`state`](Self::state).
    ///
    /// # Errors
    /// [`TrustError`]: the county's issuer could not be asked, or sent what is not to be believed.
    pub async fn update(&self) -> Result<(), TrustError> {
        let before = self.updates();
        let _one_at_a_time = self.updating.lock().await;
        if self.updates() != before {
            // Somebody else's, while this one waited for its turn.
            return Ok(());
        }
        self.begin_update();
        let mut lists = self.lists();
        let outcome = self.fetch(&mut lists).await;
        self.end_update(lists, outcome.as_ref().err().map(Problem::from));
        outcome
    }

    async fn fetch(&self, lists: &mut Lists) -> Result<(), TrustError> {
        let trusted = self.fetch_trust_list(lists).await;
        if let Err(TrustError::Call(_)) = trusted {
            return trusted;
        }
        // A trust list that is refused is no reason to let the status lists grow old.
        let own = self.county.issuer_id();
        let mut issuers: Vec<String> = lists
            .trust()
            .map(|trust| trust.issuers())
            .unwrap_or_default()
            .iter()
            .map(|issuer| issuer.iss.clone())
            .collect();
        let listed = issuers.iter().any(|issuer| issuer == own);
        issuers.sort_by_key(|issuer| issuer != own);
        let mut own_lists = Ok(());
        for issuer in issuers.iter().take(MAX_ISSUERS) {
            let fetched = self.fetch_status_lists(issuer, lists).await;
            if issuer == own {
                own_lists = fetched;
                // Not only after all the others: one slow county must not keep a block from being seen.
                self.go_by(lists);
            } else if let Err(error) = fetched {
                tracing::info!(%error, "another issuer's status lists could not be fetched");
            }
        }
        trusted?;
        // Only now: a trust list that has dropped the county's issuer must count, or its cards would go on being good.
        if !listed {
            return Err(TrustError::IssuerNotListed);
        }
        own_lists
    }

    async fn fetch_trust_list(&self, lists: &mut Lists) -> Result<(), TrustError> {
        let media_type = county_api::trust_list::MEDIA_TYPE;
        let url = address(self.county.issuer_id(), "trust-list")?;
        let answer = self.ask(url, media_type, SMALL_ANSWER).await?;
        require_success(&answer)?;
        let text = std::str::from_utf8(&answer.body).map_err(|_| TrustError::TrustListGarbled)?;
        lists.take_trust(text, self.clock.now())
    }

    async fn fetch_status_lists(&self, issuer: &str, lists: &mut Lists) -> Result<(), TrustError> {
        let url = address(issuer, "status-lists")?;
        let answer = self.ask(url, "application/json", SMALL_ANSWER).await?;
        let Aggregation {
            status_lists: named,
        } = read_json(&answer)?;
        // An issuer speaks for itself alone. New lists stand last.
        let theirs = |uri: &&String| {
            uri.strip_prefix(issuer)
                .is_some_and(|path| path.starts_with('/'))
        };
        let uris: Vec<&String> = named.iter().filter(theirs).collect();
        let mut outcome = if uris.len() == named.len() {
            Ok(())
        } else {
            Err(TrustError::StatusList)
        };
        for uri in uris.iter().skip(uris.len().saturating_sub(MAX_LISTS)) {
            match self.fetch_status_list(issuer, uri, lists).await {
                Ok(()) => {}
                // No network: the next one will not come either.
                Err(TrustError::Call(CallError::Http(error))) => {
                    return Err(TrustError::Call(CallError::Http(error)));
                }
                Err(error) => outcome = Err(error),
            }
        }
        lists.forget_unnamed(issuer, &named, self.clock.now());
        outcome
    }

    async fn fetch_status_list(
        &self,
        issuer: &str,
        uri: &str,
        lists: &mut Lists,
    ) -> Result<(), TrustError> {
        let url = Url::parse(uri).map_err(|_| TrustError::StatusList)?;
        let answer = self.ask(url, MEDIA_TYPE_JWT, MAX_TOKEN_BYTES).await?;
        require_success(&answer)?;
        let text = std::str::from_utf8(&answer.body).map_err(|_| TrustError::StatusList)?;
        lists.take_status(text, issuer, uri, self.clock.now())
    }

    async fn ask(&self, url: Url, accept: &str, max_answer: usize) -> Result<Response, CallError> {
        let own = url.origin() == self.county.issuer.origin();
        let asked = self.clock.moment();
        let answer = self
            .platform
            .http
            .send(get(url, accept, max_answer))
            .await?;
        // RFC 9111 §5.1: an answer with an age lay in a cache, and so did its date.
        let fresh = own && answer.header("age").is_none();
        if let Some(date) = answer.header("date").filter(|_| fresh).and_then(http_date) {
            self.clock.note(date, asked);
        }
        Ok(answer)
    }
}

fn address(issuer: &str, path: &str) -> Result<Url, CallError> {
    Url::parse(&format!("{issuer}/{path}")).map_err(|_| CallError::Garbled)
}
