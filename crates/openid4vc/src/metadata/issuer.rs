//! Credential issuer metadata (OpenID4VCI 12.2.4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{MetadataError, check_addresses, check_identifier};
use crate::encryption::{RequestEncryption, ResponseEncryptionOffer};

/// The format name of SD-JWT VC (appendix A.3).
pub const SD_JWT_VC_FORMAT: &str = "dc+sd-jwt";

/// What a credential issuer says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IssuerMetadata {
    /// The issuer's identifier.
    pub credential_issuer: String,
    /// Identifiers of its authorization servers; if empty, it is its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_servers: Vec<String>,
    /// Where credentials are asked for.
    pub credential_endpoint: Url,
    /// Where nonces are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce_endpoint: Option<Url>,
    /// Where the issuer hears what became of its credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_endpoint: Option<Url>,
    /// Whether and how requests may come encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_request_encryption: Option<RequestEncryption>,
    /// Whether and how answers may be encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_response_encryption: Option<ResponseEncryptionOffer>,
    /// How many credentials a request may ask for; one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_credential_issuance: Option<BatchCredentialIssuance>,
    /// The issuer's name and logo, by language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<Display>,
    /// What it issues.
    pub credential_configurations_supported: BTreeMap<String, CredentialConfiguration>,
}

/// Issuing several credentials at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchCredentialIssuance {
    /// The most proofs a request may have; at least 2.
    pub batch_size: u32,
}

/// A name and how to draw it, for one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Display {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The language (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Image>,
    /// More than the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A CSS colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background_color: Option<String>,
    /// A CSS colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_color: Option<String>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Where it is, or itself as a `data:` URI.
    pub uri: String,
    /// What it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<String>,
}

/// One kind of credential.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CredentialConfiguration {
    /// The format.
    pub format: String,
    /// The scope to ask for it with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The type of an SD-JWT VC (A.3.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vct: Option<String>,
    /// Algorithms of the issuer's signature: names for JOSE, numbers for COSE.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credential_signing_alg_values_supported: Vec<Value>,
    /// How a credential is bound to a key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cryptographic_binding_methods_supported: Vec<String>,
    /// Which key proofs are taken, by type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub proof_types_supported: BTreeMap<String, ProofType>,
    /// How to show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_metadata: Option<CredentialMetadata>,
}

/// What is demanded of one type of key proof.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ProofType {
    /// Algorithms of the proof's signature.
    pub proof_signing_alg_values_supported: Vec<String>,
    /// If there, the wallet must attest where its keys lie; this profile does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_attestations_required: Option<Value>,
}

/// How to show a credential and its claims.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CredentialMetadata {
    /// The credential, by language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<Display>,
    /// Its claims, in order of display.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ClaimDescription>,
}

/// How to show a claim (appendix B.2).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimDescription {
    /// Where it is: names, positions, or `null` for all elements (appendix C).
    pub path: Vec<Value>,
    /// Whether the credential always has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mandatory: bool,
    /// Its name, by language. Type metadata of SD-JWT VC calls this `label` instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<ClaimDisplay>,
}

/// The name of a claim in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimDisplay {
    /// The name.
    pub name: String,
    /// The language (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

impl IssuerMetadata {
    /// The wallet's checks before it uses the document, found under `identifier`.
    ///
    /// # Errors
    /// [`MetadataError`] for the first that fails.
    pub fn check(&self, identifier: &str) -> Result<(), MetadataError> {
        // 12.2.3: plain string comparison, and no use of the document otherwise.
        if self.credential_issuer != identifier {
            return Err(MetadataError::Issuer);
        }
        check_identifier(identifier)?;
        for server in &self.authorization_servers {
            check_identifier(server)?;
        }
        check_addresses([
            ("credential_endpoint", Some(&self.credential_endpoint)),
            ("nonce_endpoint", self.nonce_endpoint.as_ref()),
            ("notification_endpoint", self.notification_endpoint.as_ref()),
        ])?;
        // Every proof of this profile carries a nonce.
        if self.nonce_endpoint.is_none() {
            return Err(MetadataError::NotOffered("nonces"));
        }
        if let Some(encryption) = &self.credential_request_encryption {
            encryption.check()?;
        }
        if let Some(encryption) = &self.credential_response_encryption {
            encryption.check()?;
        }
        if self
            .batch_credential_issuance
            .is_some_and(|batch| batch.batch_size < 2)
        {
            return Err(MetadataError::Member("batch_size"));
        }
        if self.credential_configurations_supported.is_empty() {
            return Err(MetadataError::Member("credential_configurations_supported"));
        }
        Ok(())
    }

    /// The authorization server to log in at: the first named, or the issuer itself (12.2.4).
    #[must_use]
    pub fn authorization_server(&self) -> &str {
        self.authorization_servers
            .first()
            .unwrap_or(&self.credential_issuer)
    }

    /// How many credentials one request may ask for.
    #[must_use]
    pub fn batch_size(&self) -> u32 {
        self.batch_credential_issuance
            .map_or(1, |batch| batch.batch_size)
    }

    /// One configuration, checked. Others may be of kinds that are not understood here.
    ///
    /// # Errors
    /// [`MetadataError::UnknownConfiguration`], or what is wrong with it.
    pub fn configuration(&self, id: &str) -> Result<&CredentialConfiguration, MetadataError> {
        let configuration = self
            .credential_configurations_supported
            .get(id)
            .ok_or(MetadataError::UnknownConfiguration)?;
        configuration.check()?;
        Ok(configuration)
    }
}

impl CredentialConfiguration {
    /// Whether this profile can ask for it: bound to a `jwk` by ES256 proofs without attestation.
    fn check(&self) -> Result<(), MetadataError> {
        if self.format == SD_JWT_VC_FORMAT && self.vct.as_deref().unwrap_or_default().is_empty() {
            return Err(MetadataError::Member("vct"));
        }
        // HAIP 1.0 §4.2: each configuration has a scope, and wallets ask by it.
        if self.scope.as_deref().unwrap_or_default().is_empty() {
            return Err(MetadataError::Member("scope"));
        }
        if !self
            .cryptographic_binding_methods_supported
            .iter()
            .any(|method| method == "jwk")
        {
            return Err(MetadataError::NotOffered("binding to a JWK"));
        }
        let proof = self
            .proof_types_supported
            .get("jwt")
            .ok_or(MetadataError::NotOffered("proofs of type jwt"))?;
        if !proof
            .proof_signing_alg_values_supported
            .iter()
            .any(|name| name == "ES256")
        {
            return Err(MetadataError::NotOffered("ES256 proofs"));
        }
        if proof.key_attestations_required.is_some() {
            return Err(MetadataError::NotOffered("keys without attestation"));
        }
        Ok(())
    }
}
