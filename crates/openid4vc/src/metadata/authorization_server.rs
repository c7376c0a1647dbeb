//! Authorization server metadata (RFC 8414), the part this profile uses.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{MetadataError, check_addresses, check_identifier};

/// What an authorization server says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationServerMetadata {
    /// Its identifier, as in `iss`.
    pub issuer: String,
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// Where codes and refresh tokens are redeemed.
    pub token_endpoint: Url,
    /// Where requests are pushed (RFC 9126 §5).
    pub pushed_authorization_request_endpoint: Url,
    /// Where tokens are revoked (RFC 7009).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<Url>,
    /// Whether requests must be pushed (RFC 9126 §5).
    #[serde(default)]
    pub require_pushed_authorization_requests: bool,
    /// Scopes, as far as it tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
    /// Response types.
    pub response_types_supported: Vec<String>,
    /// Grants; if absent, `authorization_code` and `implicit`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grant_types_supported: Vec<String>,
    /// How clients authenticate; an app does not: `none`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// PKCE methods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code_challenge_methods_supported: Vec<String>,
    /// Algorithms of DPoP proofs (RFC 9449 §5.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Whether callbacks carry `iss` (RFC 9207 §3).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl AuthorizationServerMetadata {
    /// The wallet's checks before it uses the document, found under `identifier`.
    ///
    /// # Errors
    /// [`MetadataError`] for the first that fails.
    pub fn check(&self, identifier: &str) -> Result<(), MetadataError> {
        // RFC 8414 §3.3: identical, and no use of the document otherwise.
        if self.issuer != identifier {
            return Err(MetadataError::Issuer);
        }
        check_identifier(identifier)?;
        check_addresses([
            ("authorization_endpoint", Some(&self.authorization_endpoint)),
            ("token_endpoint", Some(&self.token_endpoint)),
            (
                "pushed_authorization_request_endpoint",
                Some(&self.pushed_authorization_request_endpoint),
            ),
            ("revocation_endpoint", self.revocation_endpoint.as_ref()),
        ])?;
        for (offered, name, what) in [
            (&self.response_types_supported, "code", "codes"),
            (&self.code_challenge_methods_supported, "S256", "PKCE S256"),
            (
                &self.dpop_signing_alg_values_supported,
                "ES256",
                "DPoP with ES256",
            ),
        ] {
            if !offered.iter().any(|one| one == name) {
                return Err(MetadataError::NotOffered(what));
            }
        }
        // Without it, one server's code could be taken to another (RFC 9207 §4).
        if !self.authorization_response_iss_parameter_supported {
            return Err(MetadataError::NotOffered("iss in callbacks"));
        }
        Ok(())
    }
}
