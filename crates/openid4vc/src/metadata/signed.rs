//! Signed issuer metadata (OpenID4VCI 12.2.3).

use jose::jws::{self, Header, Jws, JwsError};
use jose::{Algorithm, Jwk, SignError, Signer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::{IssuerMetadata, MetadataError};

/// The media type that asks for signed metadata, and that they come in.
pub const MEDIA_TYPE: &str = "application/jwt";

/// The `typ` of signed metadata; the standard writes it so.
pub const TYP: &str = "openidvci-issuer-metadata+jwt";

/// How far in the future metadata may have been signed, in seconds: clocks differ.
pub const MAX_AHEAD: i64 = 300;

/// Metadata that were read. Nothing in them is true before [`SignedMetadata::verify`] says so.
#[derive(Debug, Clone)]
pub struct SignedMetadata(Jws);

/// Why signed metadata are not used.
#[derive(Debug, Error)]
pub enum SignedMetadataError {
    /// Not a JWT of this type by the key given.
    #[error("the metadata are not signed as they must be")]
    Jws(#[from] JwsError),
    /// They have expired, or lie in the future.
    #[error("the metadata are not of this time")]
    Time,
    /// `sub` names another issuer.
    #[error("the metadata are about another issuer")]
    Subject,
    /// What is in them is not acceptable.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
}

#[derive(Serialize, Deserialize)]
struct Frame {
    sub: String,
    iat: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
}

/// Signs a metadata document of `issuer`; all its members become claims.
///
/// # Errors
/// Whatever the key answers.
pub fn sign(
    document: &Value,
    issuer: &str,
    now: i64,
    expires_at: i64,
    kid: &str,
    signer: &dyn Signer,
) -> Result<String, SignError> {
    #[derive(Serialize)]
    struct Claims<'a> {
        #[serde(flatten)]
        frame: Frame,
        #[serde(flatten)]
        document: &'a Value,
    }
    let claims = Claims {
        frame: Frame {
            sub: issuer.to_owned(),
            iat: now,
            exp: Some(expires_at),
        },
        document,
    };
    jws::sign_json(&Header::new(TYP).with_kid(kid), &claims, signer)
}

impl SignedMetadata {
    /// Reads the compact form; does not verify.
    ///
    /// # Errors
    /// [`SignedMetadataError::Jws`].
    pub fn parse(jwt: &str) -> Result<Self, SignedMetadataError> {
        let jws = Jws::parse(jwt)?;
        jws.require_typ(TYP)?;
        Ok(Self(jws))
    }

    /// The name of the key that they say they are signed with, for finding it among those that are trusted.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.0.header().kid.as_deref()
    }

    /// The metadata, if `key` signed them, they are of this time, and about `identifier`.
    ///
    /// # Errors
    /// [`SignedMetadataError`] for the first check that fails.
    pub fn verify(
        &self,
        key: &Jwk,
        identifier: &str,
        now: i64,
    ) -> Result<IssuerMetadata, SignedMetadataError> {
        let frame: Frame = self.0.verify_json(key, &[Algorithm::Es256])?;
        if frame.sub != identifier {
            return Err(SignedMetadataError::Subject);
        }
        let ahead = frame.iat > now.saturating_add(MAX_AHEAD);
        if ahead || frame.exp.is_some_and(|exp| exp <= now) {
            return Err(SignedMetadataError::Time);
        }
        let metadata: IssuerMetadata = self.0.verify_json(key, &[Algorithm::Es256])?;
        metadata.check(identifier)?;
        Ok(metadata)
    }
}

#[cfg(test)]
mod tests {
    use jose::SoftwareKey;
    use ring::rand::SystemRandom;
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://issuer.example";
    const NOW: i64 = 1_760_000_000;

    fn new_key() -> SoftwareKey {
        SoftwareKey::generate(&SystemRandom::new()).unwrap()
    }

    fn document() -> Value {
        json!({
            "credential_issuer": ISSUER,
            "credential_endpoint": "https://issuer.example/credential",
            "nonce_endpoint": "https://issuer.example/nonce",
            "credential_configurations_supported": {"id": {"format": "dc+sd-jwt"}},
        })
    }

    fn read(jwt: &str, key: &SoftwareKey, now: i64) -> Result<IssuerMetadata, SignedMetadataError> {
        SignedMetadata::parse(jwt)?.verify(&key.public_jwk(), ISSUER, now)
    }

    #[test]
    fn signed_metadata_say_what_the_plain_ones_say() {
        let key = new_key();
        let jwt = sign(&document(), ISSUER, NOW, NOW + 60, "k", &key).unwrap();
        assert_eq!(SignedMetadata::parse(&jwt).unwrap().kid(), Some("k"));
        let plain: IssuerMetadata = serde_json::from_value(document()).unwrap();
        assert_eq!(read(&jwt, &key, NOW + 59).unwrap(), plain);
        let payload = Jws::parse(&jwt).unwrap().unverified_payload().to_vec();
        let payload: Value = serde_json::from_slice(&payload).unwrap();
        assert_eq!(payload["sub"], ISSUER);
        assert_eq!(payload["iat"], NOW);
        assert_eq!(payload["credential_issuer"], ISSUER);
    }

    #[test]
    fn signed_metadata_that_do_not_hold_are_refused() {
        let key = new_key();
        let good = || sign(&document(), ISSUER, NOW, NOW + 60, "k", &key).unwrap();
        assert!(matches!(
            read(&good(), &new_key(), NOW),
            Err(SignedMetadataError::Jws(_))
        ));
        for now in [NOW + 60, NOW - MAX_AHEAD - 1] {
            assert!(matches!(
                read(&good(), &key, now),
                Err(SignedMetadataError::Time)
            ));
        }
        let of_another = sign(
            &document(),
            "https://other.example",
            NOW,
            NOW + 60,
            "k",
            &key,
        );
        assert!(matches!(
            read(&of_another.unwrap(), &key, NOW),
            Err(SignedMetadataError::Subject)
        ));
        let mut about_another = document();
        about_another["credential_issuer"] = json!("https://other.example");
        let about_another = sign(&about_another, ISSUER, NOW, NOW + 60, "k", &key).unwrap();
        assert!(matches!(
            read(&about_another, &key, NOW),
            Err(SignedMetadataError::Metadata(_))
        ));
        let claims = json!({"sub": ISSUER, "iat": NOW});
        let header = Header::new("JWT");
        let another_type = jws::sign_json(&header, &claims, &key).unwrap();
        assert!(SignedMetadata::parse(&another_type).is_err());
        // Not what one would expect it to be called.
        let header = Header::new("openid4vci-issuer-metadata+jwt");
        let nearly = jws::sign_json(&header, &claims, &key).unwrap();
        assert!(SignedMetadata::parse(&nearly).is_err());
    }
}
