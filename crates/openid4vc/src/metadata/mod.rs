//! Metadata of the credential issuer and of its authorization server.
//!
//! Both are read with serde and then checked with their `check` method against the identifier under which they
//! were looked for: without that equality, anyone's document could speak for anyone (OpenID4VCI 12.2.3, RFC 8414
//! §3.3).

mod authorization_server;
mod issuer;
pub mod signed;

use thiserror::Error;
use url::Url;

use crate::address::is_secure;

pub use authorization_server::AuthorizationServerMetadata;
pub use issuer::{
    BatchCredentialIssuance, ClaimDescription, ClaimDisplay, CredentialConfiguration,
    CredentialMetadata, Display, Image, IssuerMetadata, ProofType, SD_JWT_VC_FORMAT,
};

/// Why metadata is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MetadataError {
    /// The document is about another issuer.
    #[error("the metadata is about another issuer")]
    Issuer,
    /// The named address is neither https nor on this machine, or has userinfo or a fragment.
    #[error("the address `{0}` is not secure")]
    Address(&'static str),
    /// The named member is missing, empty or out of bounds.
    #[error("the member `{0}` is missing or not acceptable")]
    Member(&'static str),
    /// The server does not offer the named part of the profile.
    #[error("the server does not offer {0}")]
    NotOffered(&'static str),
    /// There is no configuration of that name.
    #[error("the credential configuration is not offered")]
    UnknownConfiguration,
}

/// Each must be secure; absent ones are passed over.
fn check_addresses<'a>(
    addresses: impl IntoIterator<Item = (&'static str, Option<&'a Url>)>,
) -> Result<(), MetadataError> {
    for (name, url) in addresses {
        if url.is_some_and(|url| !is_secure(url)) {
            return Err(MetadataError::Address(name));
        }
    }
    Ok(())
}

/// An identifier is a secure URL without query (OpenID4VCI 12.2.1, RFC 8414 §2).
pub(crate) fn check_identifier(text: &str) -> Result<(), MetadataError> {
    let acceptable = Url::parse(text).is_ok_and(|url| is_secure(&url) && url.query().is_none());
    if acceptable {
        Ok(())
    } else {
        Err(MetadataError::Address("issuer"))
    }
}

#[cfg(test)]
mod tests;
