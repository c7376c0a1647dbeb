//! Type metadata: how a type of credential is called, looks, and which claims it has (draft §4).

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::type_display::{Rendering, TypeDisplay};
use super::{ALWAYS_VISIBLE, integrity::is_well_formed};

/// The longest document that is read: 256 KiB.
const MAX_LENGTH: usize = 256 * 1024;

/// A type of credential. Reading one with [`TypeMetadata::from_json`] checks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeMetadata {
    /// The type itself, equal to `vct` in the credential.
    pub vct: String,
    /// A name for developers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A description for developers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Another type that this one builds on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// Hash of that type's document.
    #[serde(
        rename = "extends#integrity",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub extends_integrity: Option<String>,
    /// How to show it, one for each language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<TypeDisplay>,
    /// Its claims.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ClaimMetadata>,
}

/// One claim of a type (§4.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimMetadata {
    /// Where it is found.
    pub path: Vec<ClaimPathElement>,
    /// What it is called, one for each language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<ClaimDisplay>,
    /// Whether every credential of the type has it; not if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandatory: Option<bool>,
    /// Whether it may, must or must not be selectively disclosable; it may if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sd: Option<Disclosable>,
    /// Its name in SVG templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub svg_id: Option<String>,
}

/// One step of a path: a name, a position, or `null` for every element (§4.6.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ClaimPathElement {
    /// A member of an object.
    Name(String),
    /// An element of an array.
    Index(u64),
    /// Every element of an array.
    Every(()),
}

/// What a claim is called in one language (§4.6.2). The name is `label` here and `name` in OpenID4VCI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimDisplay {
    /// A language tag (RFC 5646).
    pub locale: String,
    /// The label for people.
    pub label: String,
    /// A description for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Whether a claim is selectively disclosable (§4.6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Disclosable {
    /// It must be.
    Always,
    /// As the issuer likes.
    Allowed,
    /// It must not be.
    Never,
}

/// Why a document was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Longer than 256 KiB.
    #[error("too long")]
    TooLong,
    /// Not JSON of this shape.
    #[error("not type metadata")]
    Malformed,
    /// `vct` is not the type that was asked for.
    #[error("the document is of another type")]
    OtherType,
    /// It extends itself, perhaps by way of others (§6.3).
    #[error("the type extends itself")]
    ExtendsItself,
    /// A language tag that is none (RFC 5646 §2.1).
    #[error("a language tag is malformed")]
    Locale,
    /// Two displays for one language.
    #[error("a language stands twice")]
    LocaleTwice,
    /// A path is empty, or two claims have the same one.
    #[error("a claim's path is empty or stands twice")]
    Path,
    /// An `svg_id` that is no identifier, or that stands twice.
    #[error("an svg_id is malformed or stands twice")]
    SvgId,
    /// A claim said to be always disclosable that may never be.
    #[error("a claim that must stay visible is said to be disclosable")]
    Disclosable,
    /// A colour that is not `#` and 3, 4, 6 or 8 hexadecimal digits.
    #[error("a colour is malformed")]
    Colour,
    /// Properties of an SVG template that are missing, empty or unknown.
    #[error("the properties of a template are missing or malformed")]
    SvgProperties,
    /// A hash that is not of the form of Subresource Integrity.
    #[error("a hash is malformed")]
    Integrity,
    /// The document is not the one whose hash was given (§5).
    #[error("the document has another hash")]
    OtherContent,
    /// A type says less of a claim than the type it extends: `sd` or `mandatory` is loosened (§4.6.5).
    #[error("a type loosens a rule of the type that it extends")]
    Loosened,
    /// More types extend one another than anyone would by good will.
    #[error("too many types extend one another")]
    TooManyTypes,
    /// A document that another refers to was not given.
    #[error("the document of an extended type is missing")]
    Incomplete,
}

impl TypeMetadata {
    /// Reads and checks the document of the type `vct`.
    ///
    /// # Errors
    /// The first [`MetadataError`].
    pub fn from_json(json: &[u8], vct: &str) -> Result<Self, MetadataError> {
        if json.len() > MAX_LENGTH {
            return Err(MetadataError::TooLong);
        }
        let metadata: Self = serde_json::from_slice(json).map_err(|_| MetadataError::Malformed)?;
        if metadata.vct != vct {
            return Err(MetadataError::OtherType);
        }
        metadata.check()?;
        Ok(metadata)
    }

    /// Checks the rules that the shape alone does not hold.
    ///
    /// # Errors
    /// The first [`MetadataError`].
    pub fn check(&self) -> Result<(), MetadataError> {
        if self.extends.as_ref() == Some(&self.vct) {
            return Err(MetadataError::ExtendsItself);
        }
        integrity(&self.extends_integrity)?;
        locales(self.display.iter().map(|display| &display.locale))?;
        self.display
            .iter()
            .filter_map(|display| display.rendering.as_ref())
            .try_for_each(Rendering::check)?;
        unique(
            self.claims.iter().map(|claim| &claim.path),
            MetadataError::Path,
        )?;
        unique(
            self.claims.iter().filter_map(|claim| claim.svg_id.as_ref()),
            MetadataError::SvgId,
        )?;
        self.claims.iter().try_for_each(ClaimMetadata::check)
    }

    /// How to show the type to somebody who reads these languages, in order of liking: an exact match, else the same
    /// language of another place (`nb` for `nb-NO`), else whatever comes first.
    #[must_use]
    pub fn display_for(&self, locales: &[&str]) -> Option<&TypeDisplay> {
        let find = |wanted: &str| {
            self.display
                .iter()
                .find(|display| display.locale.eq_ignore_ascii_case(wanted))
        };
        let language = |locale: &&str| {
            locale
                .split('-')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        let near = |wanted: &&str| {
            self.display
                .iter()
                .find(|d| language(&&*d.locale) == language(wanted))
        };
        locales
            .iter()
            .find_map(|wanted| find(wanted).or_else(|| near(wanted)))
            .or(self.display.first())
    }
}

impl ClaimMetadata {
    fn check(&self) -> Result<(), MetadataError> {
        let Some(first) = self.path.first() else {
            return Err(MetadataError::Path);
        };
        locales(self.display.iter().map(|display| &display.locale))?;
        let identifier = |id: &String| {
            id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if !self.svg_id.as_ref().is_none_or(identifier) {
            return Err(MetadataError::SvgId);
        }
        let stays = matches!(first, ClaimPathElement::Name(name) if ALWAYS_VISIBLE.contains(&name.as_str()));
        if stays && self.sd == Some(Disclosable::Always) {
            return Err(MetadataError::Disclosable);
        }
        Ok(())
    }
}

pub(super) fn integrity(text: &Option<String>) -> Result<(), MetadataError> {
    match text {
        Some(text) if !is_well_formed(text) => Err(MetadataError::Integrity),
        _ => Ok(()),
    }
}

/// Language tags that are well formed, each once.
fn locales<'a>(tags: impl Iterator<Item = &'a String> + Clone) -> Result<(), MetadataError> {
    let well_formed = |tag: &String| {
        let mut parts = tag.split('-');
        let language = parts.next().is_some_and(|language| {
            (2..=8).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic())
        });
        language
            && parts.all(|part| {
                (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            })
    };
    if !tags.clone().all(well_formed) {
        return Err(MetadataError::Locale);
    }
    unique(
        tags.map(|tag| tag.to_ascii_lowercase()),
        MetadataError::LocaleTwice,
    )
}

fn unique<T: std::hash::Hash + Eq>(
    mut items: impl Iterator<Item = T>,
    error: MetadataError,
) -> Result<(), MetadataError> {
    let mut seen = HashSet::new();
    if items.all(|item| seen.insert(item)) {
        Ok(())
    } else {
        Err(error)
    }
}
