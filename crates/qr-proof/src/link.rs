//! The code as a link, for cameras without the app: the address of a page that checks, with the code behind the `#`.
//!
//! What stands behind the `#` never leaves the phone that scanned it (RFC 9110 §4.2.5: a fragment is not sent). It is
//! base32 (RFC 4648 §6), and the address is in capitals, so that all but the `#` is in the alphanumeric set of a QR
//! code.

use data_encoding::BASE32_NOPAD;

use crate::proof::from_base45;
use crate::{DecodeError, EncodeError, MAX_BYTES, PREFIX};

/// The same code as a link to `page`, the address of a page that checks codes; `page` must answer to its name in
/// capitals too.
///
/// # Errors
/// [`EncodeError::Page`] if the address is not plain http(s), [`EncodeError::Token`] if `code` is not a code.
pub fn link(code: &str, page: &str) -> Result<String, EncodeError> {
    let signed = from_base45(code, PREFIX)?;
    Ok(format!(
        "{}#{}",
        address(page)?,
        BASE32_NOPAD.encode(&signed)
    ))
}

/// As [`link`], for what has a prefix of its own, which stands before the base32.
pub(crate) fn marked(signed: &[u8], prefix: &str, page: &str) -> Result<String, EncodeError> {
    let page = address(page)?;
    Ok(format!("{page}#{prefix}{}", BASE32_NOPAD.encode(signed)))
}

/// A page's address in capitals.
fn address(page: &str) -> Result<String, EncodeError> {
    // Scheme and host do not mind capitals; the page's path must answer to them, and anything else might not.
    let plain = page.split_once("://").is_some_and(|(scheme, rest)| {
        matches!(scheme, "http" | "https")
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-./:".contains(&byte))
    });
    if !plain {
        return Err(EncodeError::Page);
    }
    Ok(page.to_ascii_uppercase())
}

/// The signed bytes behind the `#` of a link, if `text` is one. Whose page it is does not matter: nobody goes there.
pub(crate) fn read(text: &str) -> Option<Result<Vec<u8>, DecodeError>> {
    let fragment = fragment(text)?;
    if fragment.len() > (MAX_BYTES * 8).div_ceil(5) {
        return Some(Err(DecodeError::TooLarge));
    }
    // Another page's link with a fragment of its own is simply another code.
    let bytes = BASE32_NOPAD.decode(fragment.as_bytes()).ok()?;
    (!bytes.is_empty()).then_some(Ok(bytes))
}

/// The base32 behind the `#` and the prefix of a link that [`marked`] wrote; none if `text` is no such link.
pub(crate) fn read_marked(text: &str, prefix: &str) -> Option<Result<Vec<u8>, DecodeError>> {
    let encoded = fragment(text)?.strip_prefix(prefix)?;
    if encoded.len() > (MAX_BYTES * 8).div_ceil(5) {
        return Some(Err(DecodeError::TooLarge));
    }
    let bytes = BASE32_NOPAD.decode(encoded.as_bytes());
    Some(bytes.map_err(|_| DecodeError::Base32))
}

/// What stands behind the `#` of a web address.
fn fragment(text: &str) -> Option<&str> {
    let (page, fragment) = text.split_once('#')?;
    let scheme = page.split_once("://")?.0;
    ["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
        .then_some(fragment)
}
