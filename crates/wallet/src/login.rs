//! Logging in: the person goes to the issuer (and on to Feide) in the system's browser and comes back with a code.
//!
//! OAuth 2.0 for native apps (RFC 8252) with PAR, PKCE S256, DPoP and `iss` in the response. What is needed to finish
//! is kept sealed in between, so that the system may end the app while the browser is in front.

use jose::{Signer as _, constant_time_eq, pkce};
use openid4vc::{
    AuthorizationCallback, AuthorizationRequest, CallbackError, OAuthErrorCode,
    PushedAuthorizationRequest, PushedAuthorizationResponse, TokenRequest, TokenResponse,
};
use url::Url;

use crate::{
    CallError, StoreError, Wallet,
    issuer::{Proof, post_form, read_json},
    platform::KeyUse,
    state::{PendingLogin, Secret},
};

/// Why a login did not begin or did not end in a session.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The person stopped it.
    #[error("the login was cancelled")]
    Cancelled,
    /// Feide, or the person at Feide, said no.
    #[error("Feide refused the login")]
    FeideRefused,
    /// Feide does not answer, or not as it should.
    #[error("Feide is not available")]
    FeideUnavailable,
    /// The issuer ended the login with another error.
    #[error("the login ended with an error")]
    Refused {
        /// The OAuth error code, if it is one that the standards name.
        error: Option<String>,
    },
    /// No login is under way: it was finished, cancelled, or never begun here.
    #[error("no login is under way")]
    NotBegun,
    /// It took too long, or the code was no longer good.
    #[error("the login took too long")]
    Expired,
    /// What came back belongs to another login. The one under way goes on.
    #[error("the answer belongs to another login")]
    StateMismatch,
    /// What came back is from another issuer (RFC 9207).
    #[error("the answer is from another issuer")]
    IssuerMismatch,
    /// The address is not the answer to a login at all.
    #[error("the address is not the answer to a login")]
    NotACallback,
    /// The issuer could not be asked.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl From<StoreError> for LoginError {
    fn from(error: StoreError) -> Self {
        LoginError::Call(error.into())
    }
}

impl Wallet {
    /// Begins a login: gives the address to open in the system's browser, which ends at `redirect_uri`.
    ///
    /// A login that was under way is forgotten. Card and session stay until the new login has succeeded.
    pub async fn begin_login(&self, redirect_uri: &Url) -> Result<Url, LoginError> {
        let random = &*self.platform.random;
        let metadata = self.metadata().await?;
        // A new key for each login: to the issuer this is a new device.
        let key = self.make_key(KeyUse::Session).await?;
        let verifier = pkce::Verifier::generate(random).map_err(CallError::from)?;
        let state = jose::random_token(random, 32).map_err(CallError::from)?;

        let form = PushedAuthorizationRequest {
            client_id: county_api::CLIENT_ID.into(),
            redirect_uri: redirect_uri.to_string(),
            scope: county_api::SCOPE.into(),
            state: Some(state.clone()),
            code_challenge: verifier.challenge(),
            // RFC 9449 §10: binds the code to the key as well.
            dpop_jkt: Some(key.public_jwk().thumbprint()),
        };
        let request = post_form(
            metadata.oauth.pushed_authorization_request_endpoint.clone(),
            form.to_form(),
        );
        let answer = self.send_patiently(request, Proof::Key(&key)).await?;
        let pushed: PushedAuthorizationResponse = read_json(&answer)?;

        let pending = PendingLogin {
            state: Secret::new(state),
            pkce_verifier: Secret::new(verifier.as_str()),
            key: key.stored(),
            redirect_uri: redirect_uri.clone(),
            started_at: self.server_clock.now(),
        };
        self.change(|state| state.pending = Some(pending))?;
        self.tidy_keys().await;

        let authorization = AuthorizationRequest {
            client_id: county_api::CLIENT_ID.into(),
            request_uri: pushed.request_uri,
        };
        Ok(authorization.to_url(&metadata.oauth.authorization_endpoint))
    }

    /// Finishes the login with the address that the browser came back to.
    ///
    /// If the issuer cannot be reached the login stays under way, and the same address may be tried again.
    pub async fn finish_login(&self, callback: &Url) -> Result<(), LoginError> {
        let epoch = self.epoch();
        let pending = self
            .read(|state| state.pending.clone())
            .ok_or(LoginError::NotBegun)?;
        if !same_place(callback, &pending.redirect_uri) {
            return Err(LoginError::NotACallback);
        }
        let answer =
            AuthorizationCallback::from_url(callback).map_err(|_| LoginError::NotACallback)?;
        let outcome = answer.into_code(pending.state.as_str(), self.county.issuer_id());
        let age = self
            .server_clock
            .now()
            .signed_duration_since(pending.started_at);
        let error = match outcome {
            // A stray or forged answer must not end the login that is under way.
            Err(CallbackError::Malformed) => return Err(LoginError::NotACallback),
            Err(CallbackError::StateMismatch) => return Err(LoginError::StateMismatch),
            Err(CallbackError::IssuerMismatch) => return Err(LoginError::IssuerMismatch),
            Err(CallbackError::Refused(error)) => refusal(error.error),
            Ok(_) if age.abs() > self.settings.login_within => LoginError::Expired,
            Ok(code) => return self.redeem(epoch, &pending, code).await,
        };
        self.forget_login()?;
        self.tidy_keys().await;
        Err(error)
    }

    async fn redeem(
        &self,
        epoch: u64,
        pending: &PendingLogin,
        code: String,
    ) -> Result<(), LoginError> {
        let metadata = self.metadata().await?;
        let key = self.keys.open(&pending.key).map_err(CallError::from)?;
        let form = TokenRequest::AuthorizationCode {
            client_id: county_api::CLIENT_ID.to_owned(),
            code,
            redirect_uri: pending.redirect_uri.to_string(),
            code_verifier: pending.pkce_verifier.as_str().to_owned(),
        };
        let request = post_form(metadata.oauth.token_endpoint.clone(), form.to_form());
        let answer = match self.send_patiently(request, Proof::Key(&key)).await {
            // The code is bound to it: a new login has to make another.
            Err(CallError::KeyGone) => {
                self.forget_login()?;
                return Err(LoginError::Expired);
            }
            answer => answer?,
        };
        let tokens: TokenResponse = match read_json(&answer) {
            Ok(tokens) => tokens,
            Err(CallError::Refused { error, .. }) if error.as_deref() == Some("invalid_grant") => {
                self.forget_login()?;
                return Err(LoginError::Expired);
            }
            Err(error @ CallError::Refused { .. }) => {
                self.forget_login()?;
                return Err(error.into());
            }
            Err(error) => return Err(error.into()),
        };
        let id = jose::random_token(&*self.platform.random, 16).map_err(CallError::from)?;
        let session = self.session_of(id, &key, tokens, None)?;
        let is_kept = self.change_since(epoch, |state| {
            // Where the person is known only by the card, as in an older store, the name is kept for comparison.
            let known = state.cards.first().map(|card| card.account.clone());
            state.account = state.account.take().or(known);
            state.session = Some(session);
            state.pending = None;
            state.signed_out = false;
            // What was seen was another login's, perhaps another person's. The card stays until there is a new one.
            state.enrolment = None;
            state.last_failure = None;
            // Who logs in wants the card.
            state.removed.clear();
        })?;
        // An older login's key goes.
        self.tidy_keys().await;
        // Who has everything forgotten while the browser is in front is not logged in afterwards.
        is_kept.then_some(()).ok_or(LoginError::NotBegun)
    }

    /// Whether an address is the answer to the login that is under way. For a listener that hears other calls too:
    /// what this turns down must not end the wait.
    pub fn expects(&self, callback: &Url) -> bool {
        let Some(pending) = self.read(|state| state.pending.clone()) else {
            return false;
        };
        same_place(callback, &pending.redirect_uri)
            && AuthorizationCallback::from_url(callback).is_ok_and(|answer| {
                answer.state().is_some_and(|given| {
                    constant_time_eq(given.as_bytes(), pending.state.as_str().as_bytes())
                })
            })
    }

    /// Ends the login that is under way, if there is one.
    pub fn cancel_login(&self) -> Result<(), LoginError> {
        if self.read(|state| state.pending.is_some()) {
            self.forget_login()?;
            self.tidy_keys_here();
        }
        Ok(())
    }

    fn forget_login(&self) -> Result<(), StoreError> {
        self.change(|state| state.pending = None)
    }
}

/// Whether an address is the redirect URI with a query added.
fn same_place(callback: &Url, redirect_uri: &Url) -> bool {
    let bare = |url: &Url| {
        let mut url = url.clone();
        url.set_query(None);
        url.set_fragment(None);
        url
    };
    bare(callback) == bare(redirect_uri)
}

/// RFC 6749 §4.1.2.1, as the issuer uses it: a refusal by Feide is `access_denied`, a failure of Feide is
/// `temporarily_unavailable`.
fn refusal(error: OAuthErrorCode) -> LoginError {
    match error {
        OAuthErrorCode::AccessDenied => LoginError::FeideRefused,
        OAuthErrorCode::TemporarilyUnavailable => LoginError::FeideUnavailable,
        // The text came through the browser: only what the standards name is kept.
        OAuthErrorCode::Other(_) => LoginError::Refused { error: None },
        known => LoginError::Refused {
            error: Some(known.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_must_come_back_to_the_very_place() {
        let redirect = Url::parse("http://127.0.0.1:5000/callback").unwrap();
        for (callback, same) in [
            ("http://127.0.0.1:5000/callback?code=1", true),
            ("http://127.0.0.1:5001/callback?code=1", false),
            ("http://127.0.0.1:5000/callback/?code=1", false),
            ("http://localhost:5000/callback?code=1", false),
            ("https://127.0.0.1:5000/callback?code=1", false),
        ] {
            assert_eq!(
                same_place(&Url::parse(callback).unwrap(), &redirect),
                same,
                "{callback}"
            );
        }
    }

    #[test]
    fn refusals_are_told_apart_and_strange_texts_are_not_repeated() {
        assert!(matches!(
            refusal("access_denied".to_owned().into()),
            LoginError::FeideRefused
        ));
        assert!(matches!(
            refusal("temporarily_unavailable".to_owned().into()),
            LoginError::FeideUnavailable
        ));
        assert!(
            matches!(refusal("server_error".to_owned().into()), LoginError::Refused { error: Some(e) } if e == "server_error")
        );
        assert!(matches!(
            refusal("<script>".to_owned().into()),
            LoginError::Refused { error: None }
        ));
    }
}
