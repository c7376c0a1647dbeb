//! Error answers: `error` with its code, and an optional description.

use std::fmt;

use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::{Deserialize, Serialize};

/// An error answer of the OAuth endpoints and of protected resources.
pub type OAuthError = ErrorResponse<OAuthErrorCode>;

/// An error answer of the credential endpoint.
pub type CredentialError = ErrorResponse<CredentialErrorCode>;

/// An error answer of the notification endpoint.
pub type NotificationError = ErrorResponse<NotificationErrorCode>;

/// An error answer in JSON, or in the query of a callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorResponse<Code> {
    /// What went wrong.
    pub error: Code,
    /// More for developers, in ASCII. It is not shown to people and says nothing about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

impl<Code> ErrorResponse<Code> {
    /// An error without description.
    #[must_use]
    pub fn new(error: Code) -> Self {
        Self {
            error,
            error_description: None,
        }
    }

    /// Adds a description. It is fixed text, so nothing personal can get into it.
    #[must_use]
    pub fn with_description(mut self, description: &'static str) -> Self {
        self.error_description = Some(description.to_owned());
        self
    }
}

impl<Code> From<Code> for ErrorResponse<Code> {
    fn from(error: Code) -> Self {
        Self::new(error)
    }
}

/// Shows the code alone: the description comes from the other side.
impl<Code: fmt::Display> fmt::Display for ErrorResponse<Code> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the answer is the error {}", self.error)
    }
}

impl<Code: fmt::Debug + fmt::Display> std::error::Error for ErrorResponse<Code> {}

/// Codes of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1, RFC 9449 §12.2, and of attestation-based client
/// authentication (draft 11, §7.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OAuthErrorCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The client is not known or did not authenticate.
    InvalidClient,
    /// The code or refresh token is wrong, expired, used or of another client.
    InvalidGrant,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// The grant type is not supported.
    UnsupportedGrantType,
    /// The response type is not supported.
    UnsupportedResponseType,
    /// The scope is not known.
    InvalidScope,
    /// The person or the server said no.
    AccessDenied,
    /// Something unexpected at the server.
    ServerError,
    /// The server is overloaded or under maintenance.
    TemporarilyUnavailable,
    /// The kind of token cannot be revoked here.
    UnsupportedTokenType,
    /// The access token is wrong, expired or revoked.
    InvalidToken,
    /// The access token does not reach that far.
    InsufficientScope,
    /// The DPoP proof does not hold.
    InvalidDpopProof,
    /// The DPoP proof must carry the nonce in `DPoP-Nonce`.
    UseDpopNonce,
    /// The client attestation or its proof of possession does not hold.
    InvalidClientAttestation,
    /// The client attestation is too old.
    UseFreshAttestation,
    /// A code that is not known here.
    #[serde(untagged)]
    Other(String),
}

impl OAuthErrorCode {
    /// The HTTP status that an endpoint answers with, outside redirects.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            // RFC 9449 §7.1: a resource answers 401 to a bad proof, the token endpoint 400 (§5); this is the latter.
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }
}

/// Codes of OpenID4VCI 8.3.1.2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialErrorCode {
    /// A parameter is missing, repeated, unsupported or malformed.
    InvalidCredentialRequest,
    /// The credential configuration is not known.
    UnknownCredentialConfiguration,
    /// The credential identifier is not known.
    UnknownCredentialIdentifier,
    /// `proofs` is missing, or one of them does not hold or has no nonce.
    InvalidProof,
    /// A proof has a nonce that is wrong, expired or used. The wallet should get a new one.
    InvalidNonce,
    /// The parameters for an encrypted answer are wrong.
    InvalidEncryptionParameters,
    /// The issuer will not issue this credential; asking again does not help.
    CredentialRequestDenied,
    /// A code that is not known here.
    #[serde(untagged)]
    Other(String),
}

/// Codes of OpenID4VCI 11.3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationErrorCode {
    /// The identifier is not known.
    InvalidNotificationId,
    /// The request is malformed.
    InvalidNotificationRequest,
    /// A code that is not known here.
    #[serde(untagged)]
    Other(String),
}

// Display is the name on the wire; serde writes unit variants and text into a formatter as they are.
macro_rules! display_as_on_the_wire {
    ($($code:ty),+) => {$(
        impl fmt::Display for $code {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.serialize(formatter)
            }
        }
    )+};
}
display_as_on_the_wire!(OAuthErrorCode, CredentialErrorCode, NotificationErrorCode);

impl From<String> for OAuthErrorCode {
    fn from(name: String) -> Self {
        let deserializer = StrDeserializer::<ValueError>::new(&name);
        Self::deserialize(deserializer).unwrap_or(Self::Other(name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn codes_are_written_and_read_by_their_names() {
        for (code, name) in [
            (OAuthErrorCode::InvalidRequest, "invalid_request"),
            (
                OAuthErrorCode::UnsupportedGrantType,
                "unsupported_grant_type",
            ),
            (
                OAuthErrorCode::TemporarilyUnavailable,
                "temporarily_unavailable",
            ),
            (OAuthErrorCode::InvalidDpopProof, "invalid_dpop_proof"),
            (OAuthErrorCode::UseDpopNonce, "use_dpop_nonce"),
            (
                OAuthErrorCode::InvalidClientAttestation,
                "invalid_client_attestation",
            ),
            (OAuthErrorCode::UseFreshAttestation, "use_fresh_attestation"),
            (OAuthErrorCode::Other("odd".into()), "odd"),
        ] {
            assert_eq!(serde_json::to_value(&code).unwrap(), json!(name));
            assert_eq!(
                serde_json::from_value::<OAuthErrorCode>(json!(name)).unwrap(),
                code
            );
            assert_eq!(OAuthErrorCode::from(name.to_owned()), code);
            assert_eq!(code.to_string(), name);
        }
        assert_eq!(
            serde_json::to_value(CredentialError::new(
                CredentialErrorCode::UnknownCredentialConfiguration
            ))
            .unwrap(),
            json!({"error": "unknown_credential_configuration"})
        );
        assert_eq!(
            NotificationErrorCode::InvalidNotificationId.to_string(),
            "invalid_notification_id"
        );
    }

    #[test]
    fn an_error_answer_is_read_with_what_it_has() {
        let read = |value| serde_json::from_value::<OAuthError>(value);
        let error = read(
            json!({"error": "invalid_grant", "error_description": "used", "error_uri": "x", "n": 1}),
        )
        .unwrap();
        assert_eq!(error.error, OAuthErrorCode::InvalidGrant);
        assert_eq!(error.error_description.as_deref(), Some("used"));
        assert!(!error.to_string().contains("used"));
        for wrong in [json!({}), json!({"error": 1}), json!([]), json!("error")] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_code_has_its_status() {
        for (code, status) in [
            (OAuthErrorCode::InvalidRequest, 400),
            (OAuthErrorCode::InvalidClient, 401),
            (OAuthErrorCode::InvalidToken, 401),
            (OAuthErrorCode::InvalidClientAttestation, 400),
            (OAuthErrorCode::UseFreshAttestation, 400),
            (OAuthErrorCode::InsufficientScope, 403),
            (OAuthErrorCode::ServerError, 500),
            (OAuthErrorCode::TemporarilyUnavailable, 503),
            (OAuthErrorCode::Other("x".into()), 400),
        ] {
            assert_eq!(code.status(), status, "{code}");
        }
    }
}
