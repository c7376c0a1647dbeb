//! JSON Web Signatures in compact form (RFC 7515 §7.1).

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::bytes::{base64url, base64url_decode};
use crate::jwk::{Algorithm, Jwk, JwkError, SignatureError};
use crate::key::{SignError, Signer};
use crate::object::{NotText, UniqueObject};

/// The longest compact form that is read, in bytes. A status list of 2^17 entries of two bits needs a sixth of it.
pub const MAX_COMPACT_LENGTH: usize = 256 * 1024;

/// Header members that are fields of [`Header`], or that it never has.
const RESERVED: [&str; 6] = ["alg", "typ", "kid", "jwk", "crit", "b64"];

/// The protected header (RFC 7515 §4).
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// `alg`.
    pub alg: Algorithm,
    /// `typ`: what kind of object this is. Compare it with [`Jws::require_typ`].
    pub typ: Option<String>,
    /// `kid`: the name of the key.
    pub kid: Option<String>,
    /// `jwk`: the key itself. It proves possession, never who somebody is.
    pub jwk: Option<Jwk>,
    /// All other members.
    pub other: Map<String, Value>,
}

/// Why a header was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// Not a JSON object with unique names.
    #[error("the header is not a JSON object with unique names")]
    NotAnObject,
    /// `alg` is absent, `none`, or not supported.
    #[error("the algorithm is missing or not supported")]
    Algorithm,
    /// `crit` or `b64` is present; no extension is understood here (RFC 7515 §4.1.11, RFC 7797).
    #[error("the header demands an extension that is not understood")]
    Critical,
    /// The named member has the wrong type.
    #[error("the header member `{0}` is malformed")]
    Member(&'static str),
    /// `jwk` is not an acceptable public key.
    #[error("the key in the header is not acceptable")]
    Jwk(#[source] JwkError),
}

impl From<NotText> for HeaderError {
    fn from(NotText(name): NotText) -> Self {
        Self::Member(name)
    }
}

/// Why a JWS was not accepted.
#[derive(Debug, Error)]
pub enum JwsError {
    /// Longer than [`MAX_COMPACT_LENGTH`], or than the length that was asked for.
    #[error("the signed object is too large")]
    TooLarge,
    /// Not three parts in canonical base64url.
    #[error("not a JWS in compact form")]
    Malformed,
    /// The header is not acceptable.
    #[error("the header is not acceptable")]
    Header(#[from] HeaderError),
    /// `typ` is not what the caller expects.
    #[error("the signed object is of another type")]
    Type,
    /// `alg` is not among those the caller allows.
    #[error("the algorithm is not allowed here")]
    AlgorithmNotAllowed,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature(#[from] SignatureError),
    /// The payload is not the JSON that is expected.
    #[error("the payload is not as expected")]
    Payload(#[source] serde_json::Error),
}

impl Header {
    /// An ES256 header of this type.
    #[must_use]
    pub fn new(typ: &str) -> Self {
        Self {
            alg: Algorithm::Es256,
            typ: Some(typ.to_owned()),
            kid: None,
            jwk: None,
            other: Map::new(),
        }
    }

    /// Names the key.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    /// Carries the key.
    #[must_use]
    pub fn with_jwk(mut self, jwk: Jwk) -> Self {
        self.jwk = Some(jwk);
        self
    }

    fn from_json(bytes: &[u8]) -> Result<Self, HeaderError> {
        serde_json::from_slice::<UniqueObject>(bytes)
            .map_err(|_| HeaderError::NotAnObject)?
            .try_into()
    }
}

impl TryFrom<UniqueObject> for Header {
    type Error = HeaderError;

    fn try_from(mut object: UniqueObject) -> Result<Self, HeaderError> {
        if object.0.contains_key("crit") || object.0.contains_key("b64") {
            return Err(HeaderError::Critical);
        }
        let alg = object
            .take_text("alg")
            .ok()
            .flatten()
            .and_then(|name| Algorithm::from_name(&name))
            .ok_or(HeaderError::Algorithm)?;
        let jwk = match object.0.shift_remove("jwk") {
            None => None,
            Some(Value::Object(members)) => {
                Some(Jwk::from_members(&members).map_err(HeaderError::Jwk)?)
            }
            Some(_) => return Err(HeaderError::Member("jwk")),
        };
        Ok(Self {
            alg,
            typ: object.take_text("typ")?,
            kid: object.take_text("kid")?,
            jwk,
            other: object.0,
        })
    }
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        UniqueObject::deserialize(deserializer)?
            .try_into()
            .map_err(serde::de::Error::custom)
    }
}

impl Serialize for Header {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            alg: Algorithm,
            #[serde(skip_serializing_if = "Option::is_none")]
            typ: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            kid: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            jwk: Option<&'a Jwk>,
            #[serde(flatten)]
            other: &'a Map<String, Value>,
        }
        Wire {
            alg: self.alg,
            typ: self.typ.as_deref(),
            kid: self.kid.as_deref(),
            jwk: self.jwk.as_ref(),
            other: &self.other,
        }
        .serialize(serializer)
    }
}

/// Signs `payload` and writes the compact form.
///
/// # Errors
/// [`SignError::Header`] if the header is not for ES256 or `other` holds a reserved name, else whatever the
/// key answers.
pub fn sign(header: &Header, payload: &[u8], signer: &dyn Signer) -> Result<String, SignError> {
    let reserved = RESERVED.iter().any(|name| header.other.contains_key(*name));
    if header.alg != Algorithm::Es256 || reserved {
        return Err(SignError::Header);
    }
    let header = serde_json::to_vec(header).map_err(SignError::Json)?;
    let mut compact = base64url(&header);
    compact.push('.');
    compact.push_str(&base64url(payload));
    let signature = signer.sign(compact.as_bytes())?;
    compact.push('.');
    compact.push_str(&base64url(&signature));
    Ok(compact)
}

/// Signs `claims` as JSON and writes the compact form: a JWT (RFC 7519).
///
/// # Errors
/// As [`sign`], and [`SignError::Json`] if the claims cannot be written as JSON.
pub fn sign_json<T: Serialize + ?Sized>(
    header: &Header,
    claims: &T,
    signer: &dyn Signer,
) -> Result<String, SignError> {
    let payload = serde_json::to_vec(claims).map_err(SignError::Json)?;
    sign(header, &payload, signer)
}

/// A JWS that has been read. Nothing in it is true before [`Jws::verify`] says so.
#[derive(Clone)]
pub struct Jws {
    header: Header,
    signing_input: String,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl Jws {
    /// Reads the compact form; does not verify.
    ///
    /// # Errors
    /// [`JwsError::TooLarge`], [`JwsError::Malformed`] or [`JwsError::Header`].
    pub fn parse(compact: &str) -> Result<Self, JwsError> {
        Self::parse_up_to(compact, MAX_COMPACT_LENGTH)
    }

    /// As [`parse`](Self::parse), for a kind of JWS that may be longer or must be shorter: at most `max_length` bytes.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_up_to(compact: &str, max_length: usize) -> Result<Self, JwsError> {
        if compact.len() > max_length {
            return Err(JwsError::TooLarge);
        }
        let (signing_input, signature) = compact.rsplit_once('.').ok_or(JwsError::Malformed)?;
        // A fourth part would leave a dot in the payload, which base64url refuses.
        let (header, payload) = signing_input.split_once('.').ok_or(JwsError::Malformed)?;
        let decode = |part| base64url_decode(part).map_err(|_| JwsError::Malformed);
        Ok(Self {
            header: Header::from_json(&decode(header)?)?,
            signing_input: signing_input.to_owned(),
            payload: decode(payload)?,
            signature: decode(signature)?,
        })
    }

    /// The header, unverified: good for choosing a key.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The payload before anything is verified: good for choosing a key, for nothing else.
    #[must_use]
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// Demands a `typ`. An `application/` prefix and letter case make no difference (RFC 7515 §4.1.9).
    ///
    /// # Errors
    /// [`JwsError::Type`] if it is another or absent.
    pub fn require_typ(&self, expected: &str) -> Result<(), JwsError> {
        let same = self
            .header
            .typ
            .as_deref()
            .is_some_and(|typ| short_media_type(typ).eq_ignore_ascii_case(expected));
        if same { Ok(()) } else { Err(JwsError::Type) }
    }

    /// Verifies with `key` and gives the payload.
    ///
    /// # Errors
    /// [`JwsError::AlgorithmNotAllowed`] or [`JwsError::Signature`].
    pub fn verify(&self, key: &Jwk, allowed: &[Algorithm]) -> Result<&[u8], JwsError> {
        if !allowed.contains(&self.header.alg) {
            return Err(JwsError::AlgorithmNotAllowed);
        }
        key.verify(
            self.header.alg,
            self.signing_input.as_bytes(),
            &self.signature,
        )?;
        Ok(&self.payload)
    }

    /// Verifies with `key` and reads the payload as JSON.
    ///
    /// # Errors
    /// As [`Jws::verify`], and [`JwsError::Payload`].
    pub fn verify_json<T: DeserializeOwned>(
        &self,
        key: &Jwk,
        allowed: &[Algorithm],
    ) -> Result<T, JwsError> {
        serde_json::from_slice(self.verify(key, allowed)?).map_err(JwsError::Payload)
    }
}

/// Payloads are often personal, so `Debug` shows the header alone.
impl fmt::Debug for Jws {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Jws")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

fn short_media_type(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => typ,
    }
}

#[cfg(test)]
#[path = "jws_tests.rs"]
mod tests;
