//! Credential offers (OpenID4VCI 4.1): an issuer's invitation to fetch something.
//!
//! Nobody vouches for an offer: it comes off a poster or out of a link. [`CredentialOffer::from_json`] sees to its
//! form alone, and [`CredentialOffer::check`] to what the issuer's own metadata say of it. Whether that issuer is one
//! to deal with at all is for the wallet to know, before it fetches anything (13.5, 15.6).

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::{Url, form_urlencoded};

use crate::form::Hidden;
use crate::metadata::{IssuerMetadata, check_identifier};

/// The scheme of links to any wallet (12.1.1).
pub const SCHEME: &str = "openid-credential-offer";

/// The scheme of links to wallets of the high assurance profile (HAIP 1.0 §4.1).
pub const HAIP_SCHEME: &str = "haip-vci";

/// The longest offer that is read, in bytes.
pub const MAX_LENGTH: usize = 64 * 1024;

/// An offer with more configurations than this is refused.
pub const MAX_CONFIGURATIONS: usize = 100;

/// The longest description of a transaction code, in characters (4.1.1).
pub const MAX_DESCRIPTION: usize = 300;

/// What stands in a link: the offer itself, or where it is to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferLink {
    /// By value (4.1.2).
    Offer(Box<CredentialOffer>),
    /// By reference (4.1.3): to be fetched with GET, once the person wants that.
    Reference(Url),
}

/// An offer that has the right form. Nothing in it can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialOffer {
    /// Who offers.
    pub credential_issuer: String,
    /// What, by the names in the issuer's metadata.
    pub credential_configuration_ids: Vec<String>,
    /// How; if empty, the authorization server's metadata tell.
    #[serde(default, skip_serializing_if = "Grants::is_empty")]
    pub grants: Grants,
}

/// The grants that are offered. Others than these two are passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// With a login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_code: Option<AuthorizationCodeGrant>,
    /// With a code that came with the offer.
    #[serde(
        default,
        rename = "urn:ietf:params:oauth:grant-type:pre-authorized_code",
        skip_serializing_if = "Option::is_none"
    )]
    pub pre_authorized_code: Option<PreAuthorizedCodeGrant>,
}

impl Grants {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A login at the authorization server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCodeGrant {
    /// To be sent along with the authorization request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_state: Option<String>,
    /// Which of several authorization servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_server: Option<String>,
}

/// A code that needs no login. It does not show in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreAuthorizedCodeGrant {
    /// The code.
    #[serde(rename = "pre-authorized_code")]
    pub code: String,
    /// If there, the person must enter a second code that came another way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx_code: Option<TransactionCode>,
    /// Which of several authorization servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_server: Option<String>,
}

impl fmt::Debug for PreAuthorizedCodeGrant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PreAuthorizedCodeGrant")
            .field("code", &Hidden)
            .field("tx_code", &self.tx_code)
            .field("authorization_server", &self.authorization_server)
            .finish()
    }
}

/// What the transaction code looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionCode {
    /// Which characters it has.
    #[serde(default)]
    pub input_mode: InputMode,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u8>,
    /// Where the person finds it. Text of a stranger: to be shown as such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The characters of a transaction code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputMode {
    /// Digits.
    #[default]
    Numeric,
    /// Any characters.
    Text,
}

/// Why an offer is not taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OfferError {
    /// Not exactly one of `credential_offer` and `credential_offer_uri`, once, and nothing beside it.
    #[error("the link does not hold exactly one offer")]
    Link,
    /// The offer is to be had at an address that is not https.
    #[error("the offer's address is not https")]
    Reference,
    /// The answer from the offer's address is not plain JSON; signed offers do not exist.
    #[error("the offer is not JSON")]
    MediaType,
    /// Longer than [`MAX_LENGTH`].
    #[error("the offer is too large")]
    TooLarge,
    /// Not JSON of the right form.
    #[error("the offer is malformed")]
    Malformed,
    /// The named member is empty, repeated, or out of bounds.
    #[error("the offer's member `{0}` is not acceptable")]
    Member(&'static str),
    /// The metadata are another issuer's.
    #[error("the metadata are another issuer's")]
    Issuer,
    /// The issuer does not have what is offered.
    #[error("the issuer's metadata do not know what is offered")]
    UnknownConfiguration,
    /// The offer names an authorization server that the metadata do not.
    #[error("the offer names an authorization server of its own")]
    AuthorizationServer,
}

impl OfferLink {
    /// Reads a link. Which scheme and host it has is for the system that gave it to us.
    ///
    /// # Errors
    /// [`OfferError`].
    pub fn from_url(url: &Url) -> Result<Self, OfferError> {
        let query = url.query().unwrap_or_default();
        if query.len() > MAX_LENGTH {
            return Err(OfferError::TooLarge);
        }
        let mut parameters = form_urlencoded::parse(query.as_bytes());
        // 4.1: "a single URI query parameter".
        let (Some((name, value)), None) = (parameters.next(), parameters.next()) else {
            return Err(OfferError::Link);
        };
        match &*name {
            "credential_offer" => {
                CredentialOffer::from_json(value.as_bytes()).map(|offer| Self::Offer(offer.into()))
            }
            "credential_offer_uri" => {
                let url = Url::parse(&value).map_err(|_| OfferError::Reference)?;
                // 4.1: "the https scheme"; not this machine either, whatever the poster says.
                let plain = url.username().is_empty()
                    && url.password().is_none()
                    && url.fragment().is_none();
                if url.scheme() != "https" || !plain {
                    return Err(OfferError::Reference);
                }
                Ok(Self::Reference(url))
            }
            _ => Err(OfferError::Link),
        }
    }

    /// The link that opens any wallet.
    ///
    /// # Errors
    /// [`OfferError::Malformed`] if the offer cannot be written as JSON.
    pub fn to_url(&self) -> Result<Url, OfferError> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        match self {
            Self::Offer(offer) => {
                let json = serde_json::to_string(offer).map_err(|_| OfferError::Malformed)?;
                query.append_pair("credential_offer", &json);
            }
            Self::Reference(url) => {
                query.append_pair("credential_offer_uri", url.as_str());
            }
        }
        Url::parse(&format!("{SCHEME}://?{}", query.finish())).map_err(|_| OfferError::Malformed)
    }
}

impl CredentialOffer {
    /// Reads the answer from the address of a reference.
    ///
    /// # Errors
    /// [`OfferError::MediaType`] (4.1.3), or as [`CredentialOffer::from_json`].
    pub fn from_response(content_type: Option<&str>, body: &[u8]) -> Result<Self, OfferError> {
        let kind = content_type.unwrap_or_default().split(';').next();
        if !kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
            return Err(OfferError::MediaType);
        }
        Self::from_json(body)
    }

    /// Reads an offer and checks its form (4.1.1).
    ///
    /// # Errors
    /// [`OfferError`].
    pub fn from_json(json: &[u8]) -> Result<Self, OfferError> {
        if json.len() > MAX_LENGTH {
            return Err(OfferError::TooLarge);
        }
        let offer: Self = serde_json::from_slice(json).map_err(|_| OfferError::Malformed)?;
        offer.check_form()?;
        Ok(offer)
    }

    fn check_form(&self) -> Result<(), OfferError> {
        check_identifier(&self.credential_issuer)
            .map_err(|_| OfferError::Member("credential_issuer"))?;
        let ids = &self.credential_configuration_ids;
        // "A non-empty array of unique strings".
        let unique: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        let bounded = (1..=MAX_CONFIGURATIONS).contains(&ids.len());
        if !bounded || unique.len() != ids.len() || unique.contains("") {
            return Err(OfferError::Member("credential_configuration_ids"));
        }
        let Some(grant) = &self.grants.pre_authorized_code else {
            return Ok(());
        };
        if grant.code.is_empty() {
            return Err(OfferError::Member("pre-authorized_code"));
        }
        let Some(code) = &grant.tx_code else {
            return Ok(());
        };
        if code.length == Some(0) {
            return Err(OfferError::Member("length"));
        }
        // "The length of the string MUST NOT exceed 300 characters."
        if code
            .description
            .as_ref()
            .is_some_and(|text| text.chars().count() > MAX_DESCRIPTION)
        {
            return Err(OfferError::Member("description"));
        }
        Ok(())
    }

    /// Compares the offer with the metadata of the issuer it names, which must have been checked.
    ///
    /// # Errors
    /// [`OfferError::Issuer`], [`OfferError::UnknownConfiguration`] or [`OfferError::AuthorizationServer`].
    pub fn check(&self, metadata: &IssuerMetadata) -> Result<(), OfferError> {
        if self.credential_issuer != metadata.credential_issuer {
            return Err(OfferError::Issuer);
        }
        let known = &metadata.credential_configurations_supported;
        if !self
            .credential_configuration_ids
            .iter()
            .all(|id| known.contains_key(id))
        {
            return Err(OfferError::UnknownConfiguration);
        }
        // 12.2.4: "the Wallet MUST NOT proceed" with a server that the metadata do not name.
        let named = [
            self.grants
                .authorization_code
                .as_ref()
                .and_then(|grant| grant.authorization_server.as_ref()),
            self.grants
                .pre_authorized_code
                .as_ref()
                .and_then(|grant| grant.authorization_server.as_ref()),
        ];
        if named
            .into_iter()
            .flatten()
            .any(|server| !metadata.authorization_servers.contains(server))
        {
            return Err(OfferError::AuthorizationServer);
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "offer_tests.rs"]
mod tests;
