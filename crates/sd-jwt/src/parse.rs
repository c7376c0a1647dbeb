//! An SD-JWT as text (RFC 9901 §4) and its Disclosures (§4.2), before anything is checked.

use std::ops::Range;

use jose::jws::Jws;

/// The longest text that is read: 512 KiB. A credential with a portrait has some 60 KiB.
pub const MAX_LENGTH: usize = 512 * 1024;

/// The most Disclosures that are read.
pub const MAX_DISCLOSURES: usize = 1_000;

/// An SD-JWT that was taken apart: issuer-signed JWT, Disclosures, and the Key Binding JWT if there is one. Unverified;
/// what is in the Disclosures is not even looked at before the issuer's signature has been checked.
#[derive(Clone)]
pub struct SdJwt {
    pub(crate) issuer: Jws,
    pub(crate) key_binding: Option<String>,
    /// Everything up to and including the last `~`: what `sd_hash` covers (§4.3.1).
    pub(crate) bound_text: String,
    /// Where each Disclosure stands in it.
    disclosures: Vec<Range<usize>>,
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
        let jwt = parts.next().ok_or(ParseError::Separators)?;
        let issuer = Jws::parse(jwt).map_err(|_| ParseError::IssuerJwt)?;
        let mut at = jwt.len() + 1;
        let mut disclosures = Vec::new();
        for disclosure in parts {
            if disclosure.is_empty() {
                return Err(ParseError::Separators);
            }
            if disclosures.len() == MAX_DISCLOSURES {
                return Err(ParseError::TooLong);
            }
            let end = at + disclosure.len();
            disclosures.push(at..end);
            at = end + 1;
        }
        Ok(Self {
            issuer,
            key_binding: (!after.is_empty()).then(|| after.to_owned()),
            bound_text: text[..=before.len()].to_owned(),
            disclosures,
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

    /// The Disclosures as they stand in the text: digests are over that, not over what it decodes to.
    pub(crate) fn disclosures(&self) -> Vec<&str> {
        let text = |place: &Range<usize>| &self.bound_text[place.clone()];
        self.disclosures.iter().map(text).collect()
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

/// The digest by which the issuer refers to a Disclosure (§4.2.3) and the holder to a presentation (§4.3.1):
/// SHA-256 of the text, base64url.
pub(crate) fn digest(text: &str) -> String {
    jose::base64url(&jose::sha256(text.as_bytes()))
}
