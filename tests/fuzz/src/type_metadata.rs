//! Type metadata of SD-JWT VC.
//!
//! Input: the JSON document of the type [`VCT`].

use sd_jwt::vc::{TypeMetadata, integrity_of, matches_integrity};

use crate::laws;

/// The type that is asked for.
pub const VCT: &str = "https://issuer.example/types/student-id";

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let hash = integrity_of(data);
    assert!(matches_integrity(data, &hash));
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(
            !matches_integrity(data, text),
            "a document with its own hash in it"
        );
        // A weaker hash beside the right one changes nothing.
        assert!(matches_integrity(data, &format!("{hash} {hash}")));
    }
    let Ok(metadata) = TypeMetadata::from_json(data, VCT) else {
        return false;
    };
    assert_eq!(metadata.vct, VCT);
    assert!(TypeMetadata::from_json(data, "https://issuer.example/types/other").is_err());
    metadata.check().unwrap();
    let again = serde_json::to_vec(&metadata).unwrap();
    if !laws::has_fraction(data) {
        assert_eq!(TypeMetadata::from_json(&again, VCT).unwrap(), metadata);
    }
    for locales in [&["nb-NO", "nn", "en"][..], &["se"], &[""], &[]] {
        let display = metadata.display_for(locales);
        assert_eq!(display.is_none(), metadata.display.is_empty());
    }
    for display in &metadata.display {
        let found = metadata.display_for(&[&display.locale]).unwrap();
        assert!(found.locale.eq_ignore_ascii_case(&display.locale));
    }
    true
}
