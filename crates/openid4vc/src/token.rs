//! The token endpoint (RFC 6749 §4.1.3, §5 and §6; DPoP-bound by RFC 9449 §5).

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::{OAuthError, OAuthErrorCode};
use crate::form::{Form, Hidden, write};

/// The one token type there is here (RFC 9449 §5).
pub const DPOP: &str = "DPoP";

/// What a wallet asks the token endpoint for. Its secrets do not show in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// The first tokens, for a code.
    AuthorizationCode {
        /// The client.
        client_id: String,
        /// The code from the callback.
        code: String,
        /// The same redirect address as in the pushed request.
        redirect_uri: String,
        /// The PKCE verifier (RFC 7636 §4.5).
        code_verifier: String,
    },
    /// New tokens, for a refresh token.
    RefreshToken {
        /// The client.
        client_id: String,
        /// The refresh token.
        refresh_token: String,
        /// A narrower scope, if any.
        scope: Option<String>,
    },
}

impl TokenRequest {
    /// Reads a form body.
    ///
    /// # Errors
    /// The answer to give: `invalid_request` or `unsupported_grant_type`.
    pub fn from_form(body: &[u8]) -> Result<Self, OAuthError> {
        let mut form = Form::parse(body)?;
        let grant_type = form.require("grant_type")?;
        match grant_type.as_str() {
            "authorization_code" => Ok(Self::AuthorizationCode {
                client_id: form.require("client_id")?,
                code: form.require("code")?,
                redirect_uri: form.require("redirect_uri")?,
                code_verifier: form.require("code_verifier")?,
            }),
            "refresh_token" => Ok(Self::RefreshToken {
                client_id: form.require("client_id")?,
                refresh_token: form.require("refresh_token")?,
                scope: form.take("scope"),
            }),
            _ => Err(OAuthErrorCode::UnsupportedGrantType.into()),
        }
    }

    /// Writes the form body, `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn to_form(&self) -> String {
        match self {
            Self::AuthorizationCode {
                client_id,
                code,
                redirect_uri,
                code_verifier,
            } => write([
                ("grant_type", Some("authorization_code")),
                ("client_id", Some(client_id)),
                ("code", Some(code)),
                ("redirect_uri", Some(redirect_uri)),
                ("code_verifier", Some(code_verifier)),
            ]),
            Self::RefreshToken {
                client_id,
                refresh_token,
                scope,
            } => write([
                ("grant_type", Some("refresh_token")),
                ("client_id", Some(client_id)),
                ("refresh_token", Some(refresh_token)),
                ("scope", scope.as_deref()),
            ]),
        }
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AuthorizationCode {
                client_id,
                redirect_uri,
                ..
            } => formatter
                .debug_struct("AuthorizationCode")
                .field("client_id", client_id)
                .field("redirect_uri", redirect_uri)
                .finish_non_exhaustive(),
            Self::RefreshToken {
                client_id, scope, ..
            } => formatter
                .debug_struct("RefreshToken")
                .field("client_id", client_id)
                .field("scope", scope)
                .finish_non_exhaustive(),
        }
    }
}

/// Tokens. They do not show in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// How to use it; [`TokenResponse::check`] demands [`DPOP`].
    pub token_type: String,
    /// Seconds until the access token expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// The next refresh token. It replaces the one that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The scope granted, if it is not the one asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Why tokens are not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenError {
    /// The token type is not DPoP: the token would work without the key.
    #[error("the token is not bound to the key")]
    NotBound,
    /// A token is empty.
    #[error("a token is empty")]
    Empty,
    /// The scope granted lacks the one asked for.
    #[error("the scope asked for is not granted")]
    Scope,
}

impl TokenResponse {
    /// Tokens bound to a DPoP key.
    #[must_use]
    pub fn dpop(
        access_token: String,
        expires_in: u64,
        refresh_token: Option<String>,
        scope: Option<String>,
    ) -> Self {
        Self {
            access_token,
            token_type: DPOP.to_owned(),
            expires_in: Some(expires_in),
            refresh_token,
            scope,
        }
    }

    /// The wallet's checks before it uses the tokens.
    ///
    /// # Errors
    /// [`TokenError`] for the first that fails.
    pub fn check(&self, scope: &str) -> Result<(), TokenError> {
        // RFC 9449 §5: a client must drop a response of another type when it wants DPoP. RFC 6749 §5.1: any case.
        if !self.token_type.eq_ignore_ascii_case(DPOP) {
            return Err(TokenError::NotBound);
        }
        if self.access_token.is_empty() || self.refresh_token.as_deref() == Some("") {
            return Err(TokenError::Empty);
        }
        // RFC 6749 §5.1: without `scope` all that was asked for is granted.
        match &self.scope {
            Some(granted) if !granted.split(' ').any(|one| one == scope) => Err(TokenError::Scope),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenResponse")
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .field(
                "refresh_token",
                &self.refresh_token.as_ref().map(|_| Hidden),
            )
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn malformed_requests_are_answered_with_the_right_code() {
        use OAuthErrorCode::{InvalidRequest, UnsupportedGrantType};
        for (body, code) in [
            ("", InvalidRequest),
            ("grant_type=", InvalidRequest),
            ("grant_type=password", UnsupportedGrantType),
            (
                "grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code",
                UnsupportedGrantType,
            ),
            ("grant_type=refresh_token&client_id=a", InvalidRequest),
            ("grant_type=refresh_token&refresh_token=a", InvalidRequest),
            (
                "grant_type=authorization_code&client_id=a&code=c&redirect_uri=r",
                InvalidRequest,
            ),
            (
                "grant_type=authorization_code&client_id=a&code=c&code_verifier=v",
                InvalidRequest,
            ),
            (
                "grant_type=authorization_code&client_id=a&redirect_uri=r&code_verifier=v",
                InvalidRequest,
            ),
            (
                "grant_type=refresh_token&grant_type=refresh_token&client_id=a&refresh_token=b",
                InvalidRequest,
            ),
        ] {
            assert_eq!(
                TokenRequest::from_form(body.as_bytes()).unwrap_err().error,
                code,
                "{body}"
            );
        }
    }

    #[test]
    fn tokens_that_are_not_as_asked_for_are_refused() {
        let good = || TokenResponse::dpop("a".into(), 300, Some("r".into()), None);
        assert_eq!(good().check("student-id"), Ok(()));
        let lower_case = TokenResponse {
            token_type: "dpop".into(),
            ..good()
        };
        assert_eq!(lower_case.check("student-id"), Ok(()));
        let more = TokenResponse {
            scope: Some("other student-id".into()),
            ..good()
        };
        assert_eq!(more.check("student-id"), Ok(()));
        let cases = [
            (
                TokenResponse {
                    token_type: "Bearer".into(),
                    ..good()
                },
                TokenError::NotBound,
            ),
            (
                TokenResponse {
                    access_token: String::new(),
                    ..good()
                },
                TokenError::Empty,
            ),
            (
                TokenResponse {
                    refresh_token: Some(String::new()),
                    ..good()
                },
                TokenError::Empty,
            ),
            (
                TokenResponse {
                    scope: Some("student-id-2".into()),
                    ..good()
                },
                TokenError::Scope,
            ),
        ];
        for (tokens, error) in cases {
            assert_eq!(tokens.check("student-id"), Err(error));
        }
    }

    #[test]
    fn a_response_is_read_with_what_it_has() {
        let read = |value| serde_json::from_value::<TokenResponse>(value);
        let least =
            read(json!({"access_token": "a", "token_type": "DPoP", "c_nonce": "x"})).unwrap();
        assert_eq!(least.expires_in, None);
        for wrong in [
            json!({"token_type": "DPoP"}),
            json!({"access_token": "a"}),
            json!({"access_token": "a", "token_type": "DPoP", "expires_in": -1}),
            json!({"access_token": 1, "token_type": "DPoP"}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let shown = format!(
            "{:?} {:?} {:?}",
            TokenResponse::dpop("SECRET".into(), 1, Some("SECRET".into()), None),
            TokenRequest::from_form(b"grant_type=refresh_token&client_id=c&refresh_token=SECRET"),
            TokenRequest::from_form(
                b"grant_type=authorization_code&client_id=c&code=SECRET&redirect_uri=r&code_verifier=SECRET"
            ),
        );
        assert!(!shown.contains("SECRET"), "{shown}");
    }

    proptest! {
        #[test]
        fn a_request_comes_back_as_it_was_written(texts in prop::array::uniform4(".{1,40}"), scope: bool) {
            let [client_id, code, redirect_uri, code_verifier] = texts;
            let requests = [
                TokenRequest::RefreshToken {
                    client_id: client_id.clone(),
                    refresh_token: code.clone(),
                    scope: scope.then(|| redirect_uri.clone()),
                },
                TokenRequest::AuthorizationCode { client_id, code, redirect_uri, code_verifier },
            ];
            for request in requests {
                prop_assert_eq!(TokenRequest::from_form(request.to_form().as_bytes()).unwrap(), request);
            }
        }
    }
}
