//! Type metadata of SD-JWT VC.
//!
//! Input: the JSON document of the type [`VCT`]; or several documents, a line each, of which one extends the next.

use sd_jwt::vc::{TypeChain, TypeMetadata, integrity_of, matches_integrity};

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
    let whole = chain(data, None);
    assert_eq!(chain(data, Some(&integrity_of(b"another document"))), None);
    let Ok(metadata) = TypeMetadata::from_json(data, VCT) else {
        return whole.is_some();
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

/// The type with all that it inherits from the documents on the lines after its own.
fn chain(data: &[u8], integrity: Option<&str>) -> Option<TypeMetadata> {
    let mut chain = TypeChain::new(VCT, integrity);
    let mut documents = data.split(|byte| *byte == b'\n');
    let mut count = 0;
    while chain.wanted().is_some() {
        chain.add(documents.next()?).ok()?;
        count += 1;
        assert!(count < 20, "a chain without end");
    }
    let whole = chain.finish().ok()?;
    assert_eq!(whole.vct, VCT);
    whole.check().unwrap();
    Some(whole)
}
