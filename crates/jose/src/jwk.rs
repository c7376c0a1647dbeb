//! JSON Web Keys: public keys for P-256 and RSA (RFC 7517, RFC 7518 §6) and their thumbprints (RFC 7638).

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::bytes::{base64url, base64url_array, base64url_decode, sha256};
use crate::object::{NotText, UniqueObject, text};

/// A JWK set with more keys than this is refused; real sets hold a handful.
pub const MAX_KEYS_IN_SET: usize = 100;

/// Members that hold private or shared key material (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A signature algorithm (RFC 7518 §3.1). Others do not exist here, so they cannot be allowed by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256; the signature is r‖s, 64 bytes.
    #[serde(rename = "ES256")]
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256; verified only, never made.
    #[serde(rename = "RS256")]
    Rs256,
}

impl Algorithm {
    /// The name in a JOSE header.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Es256, Self::Rs256]
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
    }
}

/// A public key. Whether a point lies on the curve is checked when it is used.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PublicKey {
    /// A point on P-256, big-endian coordinates.
    P256 {
        /// The x coordinate.
        x: [u8; 32],
        /// The y coordinate.
        y: [u8; 32],
    },
    /// An RSA key of 2048 to 8192 bits, big-endian without leading zeros.
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The public exponent.
        e: Vec<u8>,
    },
}

/// A public JSON Web Key. Reading one that carries private members is an error, not a warning.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Jwk {
    /// The key itself.
    pub key: PublicKey,
    /// `kid`: a name for the key.
    pub kid: Option<String>,
    /// `alg`: the one algorithm the key is meant for.
    pub alg: Option<Algorithm>,
    /// `use`: `sig` or `enc`.
    pub key_use: Option<String>,
}

/// Why a JWK was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum JwkError {
    /// It holds private or shared key material.
    #[error("the key holds private members")]
    PrivateMember,
    /// `kty` is absent or neither `EC` nor `RSA`.
    #[error("the key type is not supported")]
    KeyType,
    /// `crv` is absent or not `P-256`.
    #[error("the curve is not supported")]
    Curve,
    /// `alg` names an algorithm that is not supported or does not fit the key.
    #[error("the key is for an algorithm that is not supported")]
    Algorithm,
    /// The named member is absent, of the wrong type, or out of bounds.
    #[error("the key member `{0}` is missing or malformed")]
    Member(&'static str),
}

impl From<NotText> for JwkError {
    fn from(NotText(name): NotText) -> Self {
        Self::Member(name)
    }
}

/// Why a signature was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// The key cannot be used with this algorithm, or is not a key for signatures.
    #[error("the key does not fit the algorithm")]
    KeyMismatch,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    Invalid,
}

impl Jwk {
    /// A P-256 key from its coordinates, with no other members.
    #[must_use]
    pub fn p256(x: [u8; 32], y: [u8; 32]) -> Self {
        Self::bare(PublicKey::P256 { x, y })
    }

    fn bare(key: PublicKey) -> Self {
        Self {
            key,
            kid: None,
            alg: None,
            key_use: None,
        }
    }

    /// The same key without `kid`, `alg` and `use`, as it goes into a header.
    #[must_use]
    pub fn key_only(&self) -> Self {
        Self::bare(self.key.clone())
    }

    /// Names the key.
    #[must_use]
    pub fn with_kid(mut self, kid: String) -> Self {
        self.kid = Some(kid);
        self
    }

    /// Names the key by its own thumbprint.
    #[must_use]
    pub fn with_thumbprint_kid(self) -> Self {
        let kid = self.thumbprint();
        self.with_kid(kid)
    }

    /// The RFC 7638 thumbprint with SHA-256, as base64url.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        base64url(&self.thumbprint_bytes())
    }

    /// The RFC 7638 thumbprint with SHA-256.
    #[must_use]
    pub fn thumbprint_bytes(&self) -> [u8; 32] {
        // RFC 7638 §3.2 and §3.3: the required members only, in order of their names, no white space.
        let canonical = match &self.key {
            PublicKey::P256 { x, y } => format!(
                r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#,
                base64url(x),
                base64url(y)
            ),
            PublicKey::Rsa { n, e } => format!(
                r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#,
                base64url(e),
                base64url(n)
            ),
        };
        sha256(canonical.as_bytes())
    }

    /// Checks `signature` over `message`; for ES256 it is r‖s.
    ///
    /// # Errors
    /// [`SignatureError::KeyMismatch`] if key, its `alg`, its `use` and `algorithm` do not fit together,
    /// [`SignatureError::Invalid`] if the signature is wrong or the key is not a valid one.
    pub fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let for_other_use = self.key_use.as_deref().is_some_and(|name| name != "sig");
        if for_other_use || self.alg.is_some_and(|own| own != algorithm) {
            return Err(SignatureError::KeyMismatch);
        }
        let outcome =
            match (&self.key, algorithm) {
                (PublicKey::P256 { x, y }, Algorithm::Es256) => {
                    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, uncompressed_point(x, y))
                        .verify(message, signature)
                }
                (PublicKey::Rsa { n, e }, Algorithm::Rs256) => RsaPublicKeyComponents { n, e }
                    .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
                _ => return Err(SignatureError::KeyMismatch),
            };
        outcome.map_err(|_| SignatureError::Invalid)
    }

    fn to_object(&self) -> Map<String, Value> {
        let mut object = Map::new();
        let mut put = |name: &str, text: String| object.insert(name.to_owned(), text.into());
        match &self.key {
            PublicKey::P256 { x, y } => {
                put("kty", "EC".to_owned());
                put("crv", "P-256".to_owned());
                put("x", base64url(x));
                put("y", base64url(y));
            }
            PublicKey::Rsa { n, e } => {
                put("kty", "RSA".to_owned());
                put("n", base64url(n));
                put("e", base64url(e));
            }
        }
        if let Some(kid) = &self.kid {
            put("kid", kid.clone());
        }
        if let Some(key_use) = &self.key_use {
            put("use", key_use.clone());
        }
        if let Some(alg) = self.alg {
            put("alg", alg.name().to_owned());
        }
        object
    }
}

/// SEC 1 §2.3.3, uncompressed: the only form ring takes.
pub(crate) fn uncompressed_point(x: &[u8; 32], y: &[u8; 32]) -> [u8; 65] {
    let mut point = [4; 65];
    point[1..33].copy_from_slice(x);
    point[33..].copy_from_slice(y);
    point
}

/// Reads the key members, and refuses private ones before anything else is looked at.
pub(crate) fn read_public_key(members: &Map<String, Value>) -> Result<PublicKey, JwkError> {
    if PRIVATE_MEMBERS
        .iter()
        .any(|name| members.contains_key(*name))
    {
        return Err(JwkError::PrivateMember);
    }
    let required = |name| text(members, name)?.ok_or(JwkError::Member(name));
    match text(members, "kty")? {
        Some("EC") => {
            if text(members, "crv")? != Some("P-256") {
                return Err(JwkError::Curve);
            }
            let coordinate =
                |name| base64url_array(required(name)?).map_err(|_| JwkError::Member(name));
            Ok(PublicKey::P256 {
                x: coordinate("x")?,
                y: coordinate("y")?,
            })
        }
        Some("RSA") => {
            let number = |name, bytes: std::ops::RangeInclusive<usize>| {
                // RFC 7518 §2, Base64urlUInt: the fewest octets, so no leading zero.
                base64url_decode(required(name)?)
                    .ok()
                    .filter(|value| bytes.contains(&value.len()) && value[0] != 0)
                    .ok_or(JwkError::Member(name))
            };
            Ok(PublicKey::Rsa {
                n: number("n", 256..=1024)?,
                e: number("e", 1..=5)?,
            })
        }
        _ => Err(JwkError::KeyType),
    }
}

impl Jwk {
    /// Reads a key that stands in JSON that was read already, such as `cnf.jwk` of a credential.
    ///
    /// # Errors
    /// The first [`JwkError`].
    pub fn from_members(members: &Map<String, Value>) -> Result<Self, JwkError> {
        let key = read_public_key(members)?;
        let alg = match text(members, "alg")? {
            None => None,
            Some(name) => Some(Algorithm::from_name(name).ok_or(JwkError::Algorithm)?),
        };
        match (&key, alg) {
            (PublicKey::P256 { .. }, Some(Algorithm::Rs256))
            | (PublicKey::Rsa { .. }, Some(Algorithm::Es256)) => return Err(JwkError::Algorithm),
            _ => {}
        }
        Ok(Self {
            key,
            kid: text(members, "kid")?.map(str::to_owned),
            alg,
            key_use: text(members, "use")?.map(str::to_owned),
        })
    }
}

impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let UniqueObject(members) = UniqueObject::deserialize(deserializer)?;
        Self::from_members(&members).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_object().serialize(serializer)
    }
}

/// A JWK set (RFC 7517 §5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    /// The keys, in their order.
    pub keys: Vec<Jwk>,
}

impl JwkSet {
    /// The first key of this name.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.kid.as_deref() == Some(kid))
    }
}

impl<'de> Deserialize<'de> for JwkSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Raw {
            keys: Vec<Value>,
        }
        let raw = Raw::deserialize(deserializer)?;
        if raw.keys.len() > MAX_KEYS_IN_SET {
            return Err(serde::de::Error::custom("too many keys in the set"));
        }
        // RFC 7517 §5: keys of a type, algorithm or size that is not understood are passed over.
        Ok(Self {
            keys: raw
                .keys
                .into_iter()
                .filter_map(|key| serde_json::from_value(key).ok())
                .collect(),
        })
    }
}

#[cfg(test)]
#[path = "jwk_tests.rs"]
mod tests;
