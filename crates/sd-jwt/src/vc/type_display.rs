//! How a type of credential is shown (draft §4.5).

use serde::{Deserialize, Serialize};

use super::type_metadata::{MetadataError, integrity};

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
    /// For which screens; needed where there are several templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub properties: Option<SvgProperties>,
}

/// For which screens a template is made (§4.5.1.2.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SvgProperties {
    /// `portrait` or `landscape`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orientation: Option<String>,
    /// `light` or `dark`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color_scheme: Option<String>,
    /// `normal` or `high`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contrast: Option<String>,
}

impl Rendering {
    pub(super) fn check(&self) -> Result<(), MetadataError> {
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
        let several = self.svg_templates.len() > 1;
        self.svg_templates.iter().try_for_each(|template| {
            integrity(&template.integrity)?;
            match &template.properties {
                Some(properties) => properties.check(),
                None if several => Err(MetadataError::SvgProperties),
                None => Ok(()),
            }
        })
    }
}

impl SvgProperties {
    fn check(&self) -> Result<(), MetadataError> {
        let known = [
            (&self.orientation, ["portrait", "landscape"]),
            (&self.color_scheme, ["light", "dark"]),
            (&self.contrast, ["normal", "high"]),
        ];
        let said = known.iter().filter_map(|(value, values)| {
            let value = value.as_ref()?;
            Some(values.contains(&value.as_str()))
        });
        // At least one must be there, and none may say what no screen is.
        if said.clone().count() > 0 && said.into_iter().all(|known| known) {
            Ok(())
        } else {
            Err(MetadataError::SvgProperties)
        }
    }
}
