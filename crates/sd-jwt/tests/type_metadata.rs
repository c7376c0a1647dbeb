//! Type metadata of SD-JWT VC, read and refused.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

use sd_jwt::vc::{Disclosable, MetadataError, TypeMetadata, integrity_of, matches_integrity};
use serde_json::{Value, json};

const VCT: &str = "https://id.example/types/student-id";

fn document() -> Value {
    json!({
        "vct": VCT,
        "name": "Student ID",
        "display": [
            {"locale": "nb", "name": "Elevbevis", "rendering": {"simple": {
                "logo": {"uri": "https://id.example/logo.svg", "uri#integrity": integrity_of(b"logo"), "alt_text": "Våpen"},
                "background_color": "#12107c", "text_color": "#FFF"}}},
            {"locale": "nn", "name": "Elevprov"},
            {"locale": "en-GB", "name": "Student ID"},
        ],
        "claims": [
            {"path": ["given_name"], "sd": "always", "mandatory": true, "svg_id": "given_name",
             "display": [{"locale": "nb", "label": "Fornavn"}]},
            {"path": ["classes", null, "code"]},
            {"path": ["classes", 0]},
            {"path": ["iss"], "sd": "never"},
        ],
        "something_new": true,
    })
}

fn read(document: &Value) -> Result<TypeMetadata, MetadataError> {
    TypeMetadata::from_json(document.to_string().as_bytes(), VCT)
}

#[test]
fn a_document_is_read_and_written_as_it_was() {
    let metadata = read(&document()).unwrap();
    assert_eq!(metadata.claims[0].sd, Some(Disclosable::Always));
    assert_eq!(metadata.claims[1].sd, None);
    assert_eq!(
        serde_json::to_value(&metadata.claims[1].path).unwrap(),
        json!(["classes", null, "code"])
    );
    let again = serde_json::to_vec(&metadata).unwrap();
    assert_eq!(TypeMetadata::from_json(&again, VCT).unwrap(), metadata);
}

#[test]
fn the_display_is_in_the_language_that_the_reader_likes_best() {
    let metadata = read(&document()).unwrap();
    let name = |locales: &[&str]| {
        metadata
            .display_for(locales)
            .map(|display| display.name.as_str())
    };
    assert_eq!(name(&["nn"]), Some("Elevprov"));
    assert_eq!(name(&["nn-NO", "en"]), Some("Elevprov"));
    assert_eq!(name(&["en"]), Some("Student ID"));
    assert_eq!(name(&["se", "EN-gb"]), Some("Student ID"));
    assert_eq!(name(&["se"]), Some("Elevbevis"));
    assert_eq!(name(&[]), Some("Elevbevis"));
}

#[test]
fn each_wrong_document_is_refused_with_its_reason() {
    let with = |pointer: &str, value: Value| {
        let mut document = document();
        *document.pointer_mut(pointer).unwrap() = value;
        document
    };
    let mut extends = document();
    extends["extends"] = VCT.into();
    let svg = |templates: Value| {
        let mut document = document();
        document["display"][0]["rendering"]["svg_templates"] = templates;
        document
    };
    let good = json!([
        {"uri": "a", "properties": {"orientation": "portrait", "new": 1}},
        {"uri": "b", "properties": {"color_scheme": "dark", "contrast": "normal"}},
    ]);
    assert!(read(&svg(good)).is_ok());
    let logo = "/display/0/rendering/simple/logo/uri#integrity";
    let colour = "/display/0/rendering/simple/background_color";
    let cases = [
        (
            "another type",
            with("/vct", json!("https://other.example")),
            MetadataError::OtherType,
        ),
        ("no vct", json!({}), MetadataError::Malformed),
        ("itself", extends, MetadataError::ExtendsItself),
        (
            "a language twice",
            with("/display/1/locale", json!("nb")),
            MetadataError::LocaleTwice,
        ),
        (
            "the same language in other letters",
            with("/display/1/locale", json!("NB")),
            MetadataError::LocaleTwice,
        ),
        (
            "a language that is none",
            with("/display/1/locale", json!("norsk bokmål")),
            MetadataError::Locale,
        ),
        (
            "a label's language that is none",
            with("/claims/0/display/0/locale", json!("")),
            MetadataError::Locale,
        ),
        (
            "several templates without properties",
            svg(json!([{"uri": "a"}, {"uri": "b", "properties": {"contrast": "high"}}])),
            MetadataError::SvgProperties,
        ),
        (
            "a template whose properties say nothing",
            svg(json!([{"uri": "a", "properties": {}}])),
            MetadataError::SvgProperties,
        ),
        (
            "a template for a screen that is none",
            svg(json!([{"uri": "a", "properties": {"orientation": "upside-down"}}])),
            MetadataError::SvgProperties,
        ),
        (
            "a template with a hash that is none",
            svg(json!([{"uri": "a", "uri#integrity": "sha256"}])),
            MetadataError::Integrity,
        ),
        (
            "no path",
            with("/claims/0/path", json!([])),
            MetadataError::Path,
        ),
        (
            "a path twice",
            with("/claims/0/path", json!(["iss"])),
            MetadataError::Path,
        ),
        (
            "a negative step",
            with("/claims/0/path", json!(["a", -1])),
            MetadataError::Malformed,
        ),
        (
            "an svg_id with a space",
            with("/claims/0/svg_id", json!("a b")),
            MetadataError::SvgId,
        ),
        (
            "an svg_id with a number first",
            with("/claims/0/svg_id", json!("1a")),
            MetadataError::SvgId,
        ),
        (
            "an unknown sd",
            with("/claims/0/sd", json!("often")),
            MetadataError::Malformed,
        ),
        (
            "a hidden issuer",
            with("/claims/3/sd", json!("always")),
            MetadataError::Disclosable,
        ),
        (
            "a colour in words",
            with(colour, json!("red")),
            MetadataError::Colour,
        ),
        (
            "a colour with CSS in it",
            with(colour, json!("#12;url(x)")),
            MetadataError::Colour,
        ),
        (
            "a hash of another kind",
            with(logo, json!("md5-AAAA")),
            MetadataError::Integrity,
        ),
        (
            "a short hash",
            with(logo, json!("sha256-AAAA")),
            MetadataError::Integrity,
        ),
    ];
    for (name, document, expected) in cases {
        assert_eq!(read(&document).unwrap_err(), expected, "{name}");
    }
    assert_eq!(
        TypeMetadata::from_json(&vec![b' '; 300_000], VCT),
        Err(MetadataError::TooLong)
    );
}

#[test]
fn a_hash_matches_its_document_alone() {
    // W3C Subresource Integrity §1.2.1 prints this hash of this script.
    let script = b"alert('Hello, world.');";
    let sha384 = "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO";
    assert!(matches_integrity(script, sha384));
    assert!(!matches_integrity(b"alert('Hello, world!');", sha384));
    assert!(matches_integrity(script, &integrity_of(script)));
    let both = |first: &[u8]| format!("{} {sha384}", integrity_of(first));
    assert!(
        matches_integrity(script, &both(b"something else")),
        "the longest kind counts"
    );
    assert!(!matches_integrity(
        b"something else",
        &both(b"something else")
    ));
    for malformed in ["", "sha384", "sha384-", "sha1-AAAA", "sha256-AAAA"] {
        assert!(!matches_integrity(script, malformed), "{malformed}");
    }
}
