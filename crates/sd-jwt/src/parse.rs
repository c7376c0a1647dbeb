//! An SD-JWT as text (RFC 9901 §4) and its Disclosures (§4.2), before anything is checked.

use serde_json::Value;

/// The longest text that is read: 512 KiB. A credential with a portrait has some 60 KiB.
pub const MAX_LENGTH: usize = 512 * 1024;

/// The most Disclosures that are read.
pub const MAX_DISCLOSURES: usize = 1_000;

/// An SD-JWT that was read: issuer-signed JWT, Disclosures, and the Key Binding JWT if there is one. Unverified.
#[derive(Clone)]
pub struct SdJwt {
    pub(crate) issuer: jose::jws::Jws,
    pub(crate) disclosures: Vec<Disclosure>,
    pub(crate) key_binding: Option<String>,
    /// Everything up to and including the last `~`: what `sd_hash` covers (§4.3.1).
    pub(crate) bound_text: String,
}

/// What somebody may learn of one claim or array element.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Disclosure {
    /// As it stands in the SD-JWT. Digests are over this text, not over what it decodes to.
    pub(crate) text: String,
    pub(crate) content: Content,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// Three elements: salt, claim name, value (§4.2.1).
    Claim { name: String, value: Value },
    /// Two elements: salt, value (§4.2.2).
    Element { value: Value },
}

/// Why a text is no SD-JWT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Longer than [`MAX_LENGTH`], or more than [`MAX_DISCLOSURES`].
    #[error("too long")]
    TooLong,
    /// No `~` at the end of the issuer's part, or nothing between two of them.
    #[error("not separated as an SD-JWT")]
    Separators,
    /// The issuer-signed part is not a JWS with a JSON object in it.
    #[error("the issuer-signed part is not a JWT")]
    IssuerJwt,
    /// A Disclosure is not base64url of a JSON array of salt, perhaps name, and value.
    #[error("a disclosure is malformed")]
    Disclosure,
}

impl SdJwt {
    /// Reads the compact form (§4): `<JWT>~<Disclosure>~…~` with a Key Binding JWT after the last `~` or nothing.
    ///
    /// # Errors
    /// [`ParseError`]
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.len() > MAX_LENGTH {
            return Err(ParseError::TooLong);
        }
        let (before, after) = text.rsplit_once('~').ok_or(ParseError::Separators)?;
        let mut parts = before.split('~');
        let issuer = parts.next().ok_or(ParseError::Separators)?;
        let issuer = jose::jws::Jws::parse(issuer).map_err(|_| ParseError::IssuerJwt)?;
        if before.matches('~').count() > MAX_DISCLOSURES {
            return Err(ParseError::TooLong);
        }
        Ok(Self {
            issuer,
            disclosures: parts.map(Disclosure::parse).collect::<Result<_, _>>()?,
            key_binding: (!after.is_empty()).then(|| after.to_owned()),
            bound_text: text[..=before.len()].to_owned(),
        })
    }

    /// The header of the issuer-signed JWT, to choose the key by. Unverified.
    #[must_use]
    pub fn header(&self) -> &jose::jws::Header {
        self.issuer.header()
    }

    /// Whether there is a Key Binding JWT. Unverified.
    #[must_use]
    pub fn has_key_binding(&self) -> bool {
        self.key_binding.is_some()
    }

    /// How many Disclosures there are.
    #[must_use]
    pub fn disclosure_count(&self) -> usize {
        self.disclosures.len()
    }
}

/// What is disclosed is personal, so `Debug` shows only the header and counts.
impl std::fmt::Debug for SdJwt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SdJwt")
            .field("header", self.header())
            .field("disclosures", &self.disclosures.len())
            .field("key_binding", &self.has_key_binding())
            .finish_non_exhaustive()
    }
}

impl Disclosure {
    fn parse(text: &str) -> Result<Self, ParseError> {
        if text.is_empty() {
            return Err(ParseError::Separators);
        }
        let json = jose::base64url_decode(text).map_err(|_| ParseError::Disclosure)?;
        let elements: Vec<Value> =
            serde_json::from_slice(&json).map_err(|_| ParseError::Disclosure)?;
        let content = match <[Value; 3]>::try_from(elements) {
            Ok([Value::String(_), Value::String(name), value]) => Content::Claim { name, value },
            Ok(_) => return Err(ParseError::Disclosure),
            Err(elements) => match <[Value; 2]>::try_from(elements) {
                Ok([Value::String(_), value]) => Content::Element { value },
                _ => return Err(ParseError::Disclosure),
            },
        };
        Ok(Self {
            text: text.to_owned(),
            content,
        })
    }

    /// The digest by which the issuer refers to it (§4.2.3).
    pub(crate) fn digest(&self) -> String {
        digest(&self.text)
    }
}

/// SHA-256 of the text, base64url.
pub(crate) fn digest(text: &str) -> String {
    jose::base64url(&jose::sha256(text.as_bytes()))
}
