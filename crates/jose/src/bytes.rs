//! The few things done to plain bytes everywhere: base64url, SHA-256, comparing, and random tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use ring::rand::SecureRandom;
use thiserror::Error;

use crate::KeyError;

/// The text is not base64url without padding (RFC 7515 §2), or it is not in its one canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not canonical base64url without padding")]
pub struct Base64UrlError;

/// Writes base64url without padding (RFC 7515 §2).
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url without padding.
///
/// Padding, white space and set trailing bits are refused, so that one value has one text: replay
/// memories and digests over the text rely on it.
///
/// # Errors
/// [`Base64UrlError`] for anything but the canonical form.
pub fn base64url_decode(text: &str) -> Result<Vec<u8>, Base64UrlError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Base64UrlError)
}

/// Reads base64url that must hold exactly `N` bytes.
pub(crate) fn base64url_array<const N: usize>(text: &str) -> Result<[u8; N], Base64UrlError> {
    // The length is known, so a long text need not be decoded to be refused.
    if text.len() != (N * 4).div_ceil(3) {
        return Err(Base64UrlError);
    }
    base64url_decode(text)?
        .try_into()
        .map_err(|_| Base64UrlError)
}

/// SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// Compares without telling by time where the first difference is. Lengths are not hidden.
#[must_use]
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).fold(0u8, |difference, (a, b)| {
            std::hint::black_box(difference | (a ^ b))
        }) == 0
}

/// A random value of `bytes` bytes, as base64url: for nonces, states, codes, tokens and `jti`.
///
/// # Errors
/// [`KeyError::Random`] if the system gives no randomness.
pub fn random_token(random: &dyn SecureRandom, bytes: usize) -> Result<String, KeyError> {
    let mut buffer = zeroize::Zeroizing::new(vec![0; bytes]);
    random.fill(&mut buffer).map_err(|_| KeyError::Random)?;
    Ok(base64url(&buffer))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn only_the_canonical_form_of_base64url_is_read() {
        assert_eq!(base64url_decode("AQ"), Ok(vec![1]));
        assert_eq!(base64url_decode(""), Ok(vec![]));
        for (case, text) in [
            ("padding", "AQ=="),
            ("set trailing bits", "AR"),
            ("standard alphabet", "+/+/"),
            ("white space", "AQ "),
            ("line break", "AQID\nAQID"),
            ("impossible length", "AAAAA"),
            ("not ASCII", "Åå"),
        ] {
            assert_eq!(base64url_decode(text), Err(Base64UrlError), "{case}");
        }
    }

    #[test]
    fn comparing_tells_equal_from_unequal() {
        assert!(constant_time_eq(b"", b""));
        assert!(constant_time_eq(b"same", b"same"));
        assert!(!constant_time_eq(b"same", b"sama"));
        assert!(!constant_time_eq(b"same", b"sam"));
    }

    #[test]
    fn random_tokens_differ_and_have_the_length_asked_for() {
        let random = SystemRandom::new();
        let one = random_token(&random, 32).unwrap();
        assert_eq!(base64url_decode(&one).unwrap().len(), 32);
        assert_ne!(one, random_token(&random, 32).unwrap());
    }

    proptest! {
        #[test]
        fn base64url_comes_back_as_it_went(bytes: Vec<u8>) {
            prop_assert_eq!(base64url_decode(&base64url(&bytes)).unwrap(), bytes);
        }

        #[test]
        fn a_text_that_is_read_is_the_one_that_would_be_written(text in "[A-Za-z0-9_-]{0,40}") {
            if let Ok(bytes) = base64url_decode(&text) {
                prop_assert_eq!(base64url(&bytes), text);
            }
        }
    }
}
