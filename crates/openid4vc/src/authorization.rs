//! From the pushed request (RFC 9126) by way of the browser to the callback (RFC 6749 §4.1.2, RFC 9207).

use std::fmt;

use jose::{constant_time_eq, pkce};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

use crate::error::{OAuthError, OAuthErrorCode};
use crate::form::{Form, Hidden, write};

/// What a wallet pushes before it opens the browser: always a code, always PKCE S256.
///
/// The serde form is for keeping a request that was received, not for the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedAuthorizationRequest {
    /// The client.
    pub client_id: String,
    /// Where the browser shall end up. The server compares it with what is registered.
    pub redirect_uri: String,
    /// What is asked for, separated by spaces.
    pub scope: String,
    /// Comes back unchanged; ties the callback to the request.
    pub state: Option<String>,
    /// The PKCE challenge, method S256.
    pub code_challenge: String,
    /// The thumbprint of the DPoP key that the code is bound to (RFC 9449 §10).
    pub dpop_jkt: Option<String>,
}

impl PushedAuthorizationRequest {
    /// Reads a form body.
    ///
    /// # Errors
    /// The answer to give: `invalid_request` or `unsupported_response_type`.
    pub fn from_form(body: &[u8]) -> Result<Self, OAuthError> {
        let refused = |why| OAuthError::new(OAuthErrorCode::InvalidRequest).with_description(why);
        let mut form = Form::parse(body)?;
        // RFC 9126 §2.1: a pushed request must not point to another one. Signed requests are not offered.
        if form.take("request_uri").is_some() || form.take("request").is_some() {
            return Err(refused("request and request_uri are not accepted here"));
        }
        if form.require("response_type")? != "code" {
            return Err(OAuthErrorCode::UnsupportedResponseType.into());
        }
        // RFC 7636 §4.3: without a method it would be `plain`.
        if form.require("code_challenge_method")? != pkce::METHOD {
            return Err(refused("the code challenge method must be S256"));
        }
        let request = Self {
            client_id: form.require("client_id")?,
            redirect_uri: form.require("redirect_uri")?,
            scope: form.require("scope")?,
            state: form.take("state"),
            code_challenge: form.require("code_challenge")?,
            dpop_jkt: form.take("dpop_jkt"),
        };
        if !pkce::is_challenge(&request.code_challenge) {
            return Err(refused("the code challenge is malformed"));
        }
        // A thumbprint is base64url of 32 bytes, as a challenge is.
        if request
            .dpop_jkt
            .as_deref()
            .is_some_and(|jkt| !pkce::is_challenge(jkt))
        {
            return Err(refused("the key thumbprint is malformed"));
        }
        Ok(request)
    }

    /// Writes the form body, `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn to_form(&self) -> String {
        write([
            ("response_type", Some("code")),
            ("client_id", Some(&self.client_id)),
            ("redirect_uri", Some(&self.redirect_uri)),
            ("scope", Some(&self.scope)),
            ("state", self.state.as_deref()),
            ("code_challenge", Some(&self.code_challenge)),
            ("code_challenge_method", Some(pkce::METHOD)),
            ("dpop_jkt", self.dpop_jkt.as_deref()),
        ])
    }

    /// Whether this scope is among those asked for.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|one| one == scope)
    }
}

/// The answer to a pushed request (RFC 9126 §2.2), with status 201.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedAuthorizationResponse {
    /// Stands for the request, once.
    pub request_uri: String,
    /// For how many seconds.
    pub expires_in: u64,
}

/// What the browser brings to the authorization endpoint (RFC 9126 §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// The client, the same as in the pushed request.
    pub client_id: String,
    /// The answer to the pushed request.
    pub request_uri: String,
}

impl AuthorizationRequest {
    /// The address to open in the browser.
    #[must_use]
    pub fn to_url(&self, authorization_endpoint: &Url) -> Url {
        let mut url = authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("request_uri", &self.request_uri);
        url
    }

    /// Reads the query.
    ///
    /// # Errors
    /// `invalid_request`. It is shown in the browser, since nothing says yet where to send it.
    pub fn from_query(query: &str) -> Result<Self, OAuthError> {
        let mut form = Form::parse(query.as_bytes())?;
        Ok(Self {
            client_id: form.require("client_id")?,
            request_uri: form.require("request_uri")?,
        })
    }
}

/// What the browser brings back to the wallet. The code does not show in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum AuthorizationCallback {
    /// It went well.
    Code {
        /// The code, to be redeemed once.
        code: String,
        /// As in the request.
        state: Option<String>,
        /// Who answers (RFC 9207).
        iss: Option<String>,
    },
    /// It did not.
    Error {
        /// Why.
        error: OAuthError,
        /// As in the request.
        state: Option<String>,
        /// Who answers (RFC 9207).
        iss: Option<String>,
    },
}

/// Why a callback gives no code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallbackError {
    /// Neither a code nor an error, or both, or a parameter twice.
    #[error("the callback is malformed")]
    Malformed,
    /// `state` is not the one of the login under way: someone else's login, or an old one.
    #[error("the callback belongs to another login")]
    StateMismatch,
    /// `iss` is absent or names another server (RFC 9207 §2.4).
    #[error("the callback comes from another server")]
    IssuerMismatch,
    /// The server refused.
    #[error("the login was refused")]
    Refused(#[source] OAuthError),
}

impl AuthorizationCallback {
    /// Reads the address the browser was sent to. Whether that is ours is for the caller to know.
    ///
    /// # Errors
    /// [`CallbackError::Malformed`].
    pub fn from_url(url: &Url) -> Result<Self, CallbackError> {
        let query = url.query().unwrap_or_default();
        let mut form = Form::parse(query.as_bytes()).map_err(|_| CallbackError::Malformed)?;
        let (state, iss) = (form.take("state"), form.take("iss"));
        match (form.take("code"), form.take("error")) {
            (Some(code), None) => Ok(Self::Code { code, state, iss }),
            (None, Some(error)) => Ok(Self::Error {
                error: OAuthError {
                    error: error.into(),
                    error_description: form.take("error_description"),
                },
                state,
                iss,
            }),
            _ => Err(CallbackError::Malformed),
        }
    }

    /// The address to send the browser to.
    #[must_use]
    pub fn to_url(&self, redirect_uri: &Url) -> Url {
        let mut url = redirect_uri.clone();
        let mut query = url.query_pairs_mut();
        let (state, iss) = match self {
            Self::Code { code, state, iss } => {
                query.append_pair("code", code);
                (state, iss)
            }
            Self::Error { error, state, iss } => {
                query.append_pair("error", &error.error.to_string());
                if let Some(description) = &error.error_description {
                    query.append_pair("error_description", description);
                }
                (state, iss)
            }
        };
        for (name, value) in [("state", state), ("iss", iss)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        drop(query);
        url
    }

    /// The `state` in the callback, to find the login it belongs to.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::Code { state, .. } | Self::Error { state, .. } => state.as_deref(),
        }
    }

    /// The wallet's checks; errors are believed no sooner than codes.
    ///
    /// # Errors
    /// [`CallbackError`] for the first check that fails, or [`CallbackError::Refused`].
    pub fn into_code(self, state: &str, issuer: &str) -> Result<String, CallbackError> {
        let (outcome, given_state, iss) = match self {
            Self::Code { code, state, iss } => (Ok(code), state, iss),
            Self::Error { error, state, iss } => (Err(error), state, iss),
        };
        if !given_state.is_some_and(|given| constant_time_eq(given.as_bytes(), state.as_bytes())) {
            return Err(CallbackError::StateMismatch);
        }
        if iss.as_deref() != Some(issuer) {
            return Err(CallbackError::IssuerMismatch);
        }
        outcome.map_err(CallbackError::Refused)
    }
}

impl fmt::Debug for AuthorizationCallback {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code { iss, .. } => formatter
                .debug_struct("Code")
                .field("code", &Hidden)
                .field("iss", iss)
                .finish_non_exhaustive(),
            Self::Error { error, iss, .. } => formatter
                .debug_struct("Error")
                .field("error", &error.error)
                .field("iss", iss)
                .finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
#[path = "authorization_tests.rs"]
mod tests;
