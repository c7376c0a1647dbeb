//! Hashes of referenced documents (draft §5): "integrity metadata" of W3C Subresource Integrity §3.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest;

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
            && digest::digest(algorithm, document).as_ref() == expected.as_slice()
    })
}

/// Whether this is integrity metadata at all.
pub(crate) fn is_well_formed(integrity: &str) -> bool {
    hashes(integrity).is_some()
}

fn hashes(integrity: &str) -> Option<Vec<(&'static digest::Algorithm, Vec<u8>)>> {
    let hash = |text: &str| {
        let (name, value) = text.split_once('-')?;
        let algorithm = match name {
            "sha256" => &digest::SHA256,
            "sha384" => &digest::SHA384,
            "sha512" => &digest::SHA512,
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
