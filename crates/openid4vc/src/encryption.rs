//! Encrypted credential requests and responses (OpenID4VCI 8.2, 10 and 12.2.4): a second envelope inside TLS, so that
//! neither proxy nor log on the way sees a card.
//!
//! ECDH-ES alone, with AES-GCM of 128 or 256 bits, without compression: what is compressed together with somebody
//! else's words can be guessed by its length.

use jose::jwe::{self, ContentEncryption, EncryptionJwk};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{CredentialError, CredentialErrorCode};
use crate::metadata::MetadataError;

/// The media type of both messages (10).
pub const MEDIA_TYPE: &str = "application/jwt";

/// How the issuer takes encrypted requests: `credential_request_encryption` (12.2.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestEncryption {
    /// Its keys. Others may be of kinds that are not understood here.
    pub jwks: Keys,
    /// The content encryptions it understands.
    pub enc_values_supported: Vec<String>,
    /// Whether it takes nothing else.
    pub encryption_required: bool,
}

/// A JWK set that is looked into with care (RFC 7517 §5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Keys {
    /// The keys.
    pub keys: Vec<Value>,
}

impl RequestEncryption {
    /// What a server offers that has this key.
    ///
    /// # Errors
    /// When the key cannot be written as JSON, which does not happen.
    pub fn offered(key: &EncryptionJwk) -> Result<Self, serde_json::Error> {
        Ok(Self {
            jwks: Keys {
                keys: vec![serde_json::to_value(key)?],
            },
            enc_values_supported: names(),
            encryption_required: false,
        })
    }

    /// The first key that can be encrypted to, and the best content encryption that the issuer understands.
    #[must_use]
    pub fn choose(&self) -> Option<(EncryptionJwk, ContentEncryption)> {
        let enc = best(&self.enc_values_supported)?;
        let key = self.jwks.keys.iter().find_map(|key| {
            let key = EncryptionJwk::deserialize(key).ok()?;
            // "Each JWK in the set MUST have a kid".
            key.kid().is_some().then_some(key)
        })?;
        Some((key, enc))
    }

    pub(crate) fn check(&self) -> Result<(), MetadataError> {
        if self.encryption_required && self.choose().is_none() {
            return Err(MetadataError::NotOffered("a key for encrypted requests"));
        }
        Ok(())
    }
}

/// How the issuer encrypts its answers: `credential_response_encryption` in the metadata (12.2.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseEncryptionOffer {
    /// The key agreements it knows.
    pub alg_values_supported: Vec<String>,
    /// The content encryptions it knows.
    pub enc_values_supported: Vec<String>,
    /// Whether it answers in no other way.
    pub encryption_required: bool,
}

impl ResponseEncryptionOffer {
    /// What a server of this profile offers.
    #[must_use]
    pub fn offered() -> Self {
        Self {
            alg_values_supported: vec![jwe::ALGORITHM.to_owned()],
            enc_values_supported: names(),
            encryption_required: false,
        }
    }

    /// The best content encryption that the issuer knows.
    #[must_use]
    pub fn choose(&self) -> Option<ContentEncryption> {
        let agreement = self
            .alg_values_supported
            .iter()
            .any(|name| name == jwe::ALGORITHM);
        agreement
            .then(|| best(&self.enc_values_supported))
            .flatten()
    }

    pub(crate) fn check(&self) -> Result<(), MetadataError> {
        if self.encryption_required && self.choose().is_none() {
            return Err(MetadataError::NotOffered("ECDH-ES for encrypted answers"));
        }
        Ok(())
    }
}

/// How the wallet wants its answer: `credential_response_encryption` in the request (8.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResponseEncryption {
    /// The key to encrypt to.
    pub jwk: EncryptionJwk,
    /// The content encryption.
    pub enc: ContentEncryption,
}

impl ResponseEncryption {
    /// Reads the member of a request.
    ///
    /// # Errors
    /// `invalid_encryption_parameters`.
    pub fn from_value(value: Value) -> Result<Self, CredentialError> {
        let refused = |why| {
            CredentialError::new(CredentialErrorCode::InvalidEncryptionParameters)
                .with_description(why)
        };
        #[derive(Deserialize)]
        struct Raw {
            jwk: Value,
            enc: String,
            zip: Option<Value>,
        }
        let raw: Raw =
            serde_json::from_value(value).map_err(|_| refused("jwk and enc must be given"))?;
        if raw.zip.is_some() {
            return Err(refused("compression is not offered"));
        }
        let enc = ContentEncryption::from_name(&raw.enc)
            .ok_or_else(|| refused("enc must be A128GCM or A256GCM"))?;
        let jwk = EncryptionJwk::deserialize(raw.jwk)
            .map_err(|_| refused("jwk must be a public P-256 key with alg ECDH-ES"))?;
        Ok(Self { jwk, enc })
    }
}

fn names() -> Vec<String> {
    // As the profiles list them, the shorter first.
    [ContentEncryption::A128Gcm, ContentEncryption::A256Gcm]
        .map(|enc| enc.name().to_owned())
        .into()
}

fn best(names: &[String]) -> Option<ContentEncryption> {
    ContentEncryption::ALL
        .into_iter()
        .find(|enc| names.iter().any(|name| name == enc.name()))
}

#[cfg(test)]
mod tests {
    use jose::jwe::Recipient;
    use ring::rand::SystemRandom;
    use serde_json::json;

    use super::*;

    fn jwk() -> Value {
        let recipient = Recipient::new(&SystemRandom::new()).unwrap();
        serde_json::to_value(recipient.public_jwk()).unwrap()
    }

    fn offer(keys: &[Value], enc: &[&str], required: bool) -> RequestEncryption {
        serde_json::from_value(json!({
            "jwks": {"keys": keys}, "enc_values_supported": enc, "encryption_required": required,
            "zip_values_supported": ["DEF"],
        }))
        .unwrap()
    }

    fn without(mut value: Value, name: &str) -> Value {
        value.as_object_mut().unwrap().shift_remove(name).unwrap();
        value
    }

    fn with(mut value: Value, name: &str, content: Value) -> Value {
        value[name] = content;
        value
    }

    #[test]
    fn what_is_offered_is_what_the_standard_calls_it() {
        let recipient = Recipient::new(&SystemRandom::new()).unwrap();
        let offered = RequestEncryption::offered(recipient.public_jwk()).unwrap();
        let written = serde_json::to_value(&offered).unwrap();
        assert_eq!(
            written["enc_values_supported"],
            json!(["A128GCM", "A256GCM"])
        );
        assert_eq!(written["encryption_required"], json!(false));
        let key = &written["jwks"]["keys"][0];
        assert_eq!(key["alg"], "ECDH-ES");
        assert_eq!(key["kid"], json!(recipient.public_jwk().kid()));
        assert_eq!(
            serde_json::to_value(ResponseEncryptionOffer::offered()).unwrap(),
            json!({
                "alg_values_supported": ["ECDH-ES"],
                "enc_values_supported": ["A128GCM", "A256GCM"],
                "encryption_required": false,
            })
        );
    }

    #[test]
    fn the_longer_key_is_chosen_and_strange_keys_are_passed_over() {
        let good = jwk();
        let rsa = json!({"kty": "RSA", "kid": "1", "alg": "RSA-OAEP-256", "n": "AQ", "e": "AQAB"});
        let nameless = without(jwk(), "kid");
        let offered = offer(
            &[rsa.clone(), nameless, good.clone()],
            &["A128GCM", "A256GCM", "A256CBC-HS512"],
            false,
        );
        let (key, enc) = offered.choose().unwrap();
        assert_eq!(serde_json::to_value(key).unwrap(), good);
        assert_eq!(enc, ContentEncryption::A256Gcm);
        let short = offer(std::slice::from_ref(&good), &["A128GCM"], true);
        assert_eq!(short.choose().unwrap().1, ContentEncryption::A128Gcm);
        assert_eq!(short.check(), Ok(()));
        for useless in [
            offer(&[rsa], &["A256GCM"], true),
            offer(&[good], &["A256CBC-HS512"], true),
        ] {
            assert_eq!(useless.choose(), None);
            assert!(useless.check().is_err());
        }
    }

    #[test]
    fn an_issuer_that_demands_what_we_do_not_have_is_not_used() {
        let answer = |alg: &str, enc: &str, encryption_required| ResponseEncryptionOffer {
            alg_values_supported: vec![alg.into()],
            enc_values_supported: vec![enc.into()],
            encryption_required,
        };
        assert_eq!(
            answer("ECDH-ES", "A128GCM", true).choose(),
            Some(ContentEncryption::A128Gcm)
        );
        for (alg, enc) in [("RSA-OAEP", "A256GCM"), ("ECDH-ES", "A256CBC-HS512")] {
            assert_eq!(answer(alg, enc, false).choose(), None);
            assert_eq!(answer(alg, enc, false).check(), Ok(()));
            assert!(answer(alg, enc, true).check().is_err());
        }
    }

    #[test]
    fn wrong_parameters_for_the_answer_are_refused() {
        let good = json!({"jwk": jwk(), "enc": "A256GCM"});
        let read = ResponseEncryption::from_value(good.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), good);
        // Members of drafts and of the future are passed over.
        assert!(
            ResponseEncryption::from_value(with(good.clone(), "alg", json!("ECDH-ES"))).is_ok()
        );
        let key = |name: &str, content: Value| {
            let key = with(good["jwk"].clone(), name, content);
            with(good.clone(), "jwk", key)
        };
        for wrong in [
            json!(null),
            json!("A256GCM"),
            without(good.clone(), "jwk"),
            without(good.clone(), "enc"),
            with(good.clone(), "enc", json!("A256CBC-HS512")),
            with(good.clone(), "enc", json!("none")),
            with(good.clone(), "enc", json!(1)),
            with(good.clone(), "zip", json!("DEF")),
            with(good.clone(), "jwk", json!("key")),
            with(good.clone(), "jwk", without(good["jwk"].clone(), "alg")),
            key("alg", json!("ECDH-ES+A256KW")),
            key("alg", json!("RSA-OAEP-256")),
            key("crv", json!("P-384")),
            key("kty", json!("RSA")),
            key("use", json!("sig")),
            key("x", json!("AQ")),
            key("d", json!("AQ")),
        ] {
            let error = ResponseEncryption::from_value(wrong.clone()).unwrap_err();
            assert_eq!(
                error.error,
                CredentialErrorCode::InvalidEncryptionParameters,
                "{wrong}"
            );
        }
    }
}
