//! Type metadata: how a type of credential is called, looks, and which claims it has (draft §4).

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::ALWAYS_VISIBLE;

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

/// How to show a type in one language (§4.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeDisplay {
    /// A language tag (RFC 5646).
    pub locale: String,
    /// The name for people.
    pub name: String,
    /// A description for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Pictures and colours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendering: Option<Rendering>,
}

/// Ways of drawing the card (§4.5.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendering {
    /// A logo and colours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simple: Option<SimpleRendering>,
    /// Whole pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub svg_templates: Vec<SvgTemplate>,
}

/// A logo, a picture and two colours (§4.5.1.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimpleRendering {
    /// The logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// What lies behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background_image: Option<Image>,
    /// A CSS colour, `#` and hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background_color: Option<String>,
    /// A CSS colour, `#` and hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_color: Option<String>,
}

/// A picture somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Where.
    pub uri: String,
    /// Its hash.
    #[serde(
        rename = "uri#integrity",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub integrity: Option<String>,
}

/// A picture that can be told in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// Where.
    pub uri: String,
    /// Its hash.
    #[serde(
        rename = "uri#integrity",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub integrity: Option<String>,
    /// What it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<String>,
}

/// A picture with places for claims (§4.5.1.2). Filling one in safely is the caller's work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SvgTemplate {
    /// Where.
    pub uri: String,
    /// Its hash.
    #[serde(
        rename = "uri#integrity",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub integrity: Option<String>,
    /// For which screens: `orientation`, `color_scheme`, `contrast`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<serde_json::Value>,
}

/// One claim of a type (§4.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimMetadata {
    /// Where it is found.
    pub path: Vec<ClaimPathElement>,
    /// What it is called, one for each language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub display: Vec<ClaimDisplay>,
    /// Whether every credential of the type has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mandatory: bool,
    /// Whether it may, must or must not be selectively disclosable.
    #[serde(default)]
    pub sd: Disclosable,
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Disclosable {
    /// It must be.
    Always,
    /// As the issuer likes.
    #[default]
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
    /// It extends itself.
    #[error("the type extends itself")]
    ExtendsItself,
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
    /// A hash that is not of the form of Subresource Integrity.
    #[error("a hash is malformed")]
    Integrity,
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
        unique(
            self.display.iter().map(|display| &display.locale),
            MetadataError::LocaleTwice,
        )?;
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

impl Rendering {
    fn check(&self) -> Result<(), MetadataError> {
        if let Some(simple) = &self.simple {
            for colour in [&simple.background_color, &simple.text_color]
                .into_iter()
                .flatten()
            {
                let digits = colour.strip_prefix('#').ok_or(MetadataError::Colour)?;
                if ![3, 4, 6, 8].contains(&digits.len())
                    || !digits.bytes().all(|digit| digit.is_ascii_hexdigit())
                {
                    return Err(MetadataError::Colour);
                }
            }
            simple
                .logo
                .iter()
                .try_for_each(|logo| integrity(&logo.integrity))?;
            simple
                .background_image
                .iter()
                .try_for_each(|image| integrity(&image.integrity))?;
        }
        self.svg_templates
            .iter()
            .try_for_each(|template| integrity(&template.integrity))
    }
}

impl ClaimMetadata {
    fn check(&self) -> Result<(), MetadataError> {
        let Some(first) = self.path.first() else {
            return Err(MetadataError::Path);
        };
        unique(
            self.display.iter().map(|display| &display.locale),
            MetadataError::LocaleTwice,
        )?;
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
        if stays && self.sd == Disclosable::Always {
            return Err(MetadataError::Disclosable);
        }
        Ok(())
    }
}

/// The hash of a document in the form of Subresource Integrity, for `vct#integrity` and the like (§5).
#[must_use]
pub fn integrity_of(document: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(jose::sha256(document)))
}

/// Whether `document` has the hash `integrity`: one or more of `sha256-…`, `sha384-…`, `sha512-…`, of which the longest
/// kind counts. A malformed hash matches nothing.
#[must_use]
pub fn matches_integrity(document: &[u8], integrity: &str) -> bool {
    let Some(hashes) = hashes(integrity) else {
        return false;
    };
    let strongest = hashes
        .iter()
        .map(|(algorithm, _)| algorithm.output_len())
        .max();
    hashes.iter().any(|(algorithm, expected)| {
        Some(algorithm.output_len()) == strongest
            && ring::digest::digest(algorithm, document).as_ref() == expected.as_slice()
    })
}

fn hashes(integrity: &str) -> Option<Vec<(&'static ring::digest::Algorithm, Vec<u8>)>> {
    let hash = |text: &str| {
        let (name, value) = text.split_once('-')?;
        let algorithm = match name {
            "sha256" => &ring::digest::SHA256,
            "sha384" => &ring::digest::SHA384,
            "sha512" => &ring::digest::SHA512,
            _ => return None,
        };
        let value = STANDARD
            .decode(value)
            .ok()
            .filter(|value| value.len() == algorithm.output_len())?;
        Some((algorithm, value))
    };
    let hashes: Vec<_> = integrity
        .split_ascii_whitespace()
        .map(hash)
        .collect::<Option<_>>()?;
    (!hashes.is_empty()).then_some(hashes)
}

fn integrity(text: &Option<String>) -> Result<(), MetadataError> {
    match text {
        Some(text) if hashes(text).is_none() => Err(MetadataError::Integrity),
        _ => Ok(()),
    }
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
