//! Random values that we hand out and know again only by their hash.

use jose::KeyError;
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

/// Bytes of randomness in every value handed out; 256 bits.
const BYTES: usize = 32;

/// A new random value, base64url.
pub(crate) fn generate(random: &dyn SecureRandom) -> Result<Zeroizing<String>, KeyError> {
    jose::random_token(random, BYTES).map(Zeroizing::new)
}

/// The form in which a value is stored and looked up.
///
/// A look-up by hash tells nothing by its timing: whoever would measure it cannot choose the hash.
pub(crate) fn hash(value: &str) -> String {
    jose::base64url(&jose::sha256(value.as_bytes()))
}
