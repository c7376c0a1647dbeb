//! Proof Key for Code Exchange with S256 (RFC 7636). The method `plain` does not exist here.

use std::fmt;

use ring::rand::SecureRandom;
use zeroize::Zeroizing;

use crate::bytes::{base64url, constant_time_eq, random_token, sha256};
use crate::key::KeyError;

/// The method's name in requests and metadata.
pub const METHOD: &str = "S256";

/// The client's secret for one authorization. `Debug` does not show it; it is wiped when dropped.
#[derive(Clone)]
pub struct Verifier(Zeroizing<String>);

impl Verifier {
    /// Makes a new one of 256 bits (§4.1).
    ///
    /// # Errors
    /// [`KeyError::Random`] if the system gives no randomness.
    pub fn generate(random: &dyn SecureRandom) -> Result<Self, KeyError> {
        Ok(Self(Zeroizing::new(random_token(random, 32)?)))
    }

    /// Takes back a verifier that was stored during a login; `None` if it is not one (§4.1).
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        is_verifier(text).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text that goes into the token request.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The challenge that goes into the authorization request (§4.2).
    #[must_use]
    pub fn challenge(&self) -> String {
        challenge_of(&self.0)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Verifier(…)")
    }
}

/// The server's check (§4.6): does this verifier belong to this challenge?
#[must_use]
pub fn matches(verifier: &str, challenge: &str) -> bool {
    is_verifier(verifier)
        && constant_time_eq(challenge_of(verifier).as_bytes(), challenge.as_bytes())
}

/// Whether a text can be an S256 challenge at all: the base64url of 32 bytes (§4.2).
#[must_use]
pub fn is_challenge(text: &str) -> bool {
    crate::bytes::base64url_array::<32>(text).is_ok()
}

fn challenge_of(verifier: &str) -> String {
    base64url(&sha256(verifier.as_bytes()))
}

/// §4.1: 43 to 128 unreserved characters.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_rfc_7636_holds() {
        assert_eq!(
            Verifier::from_stored(VERIFIER).unwrap().challenge(),
            CHALLENGE
        );
        assert!(matches(VERIFIER, CHALLENGE));
        assert!(is_challenge(CHALLENGE));
    }

    #[test]
    fn a_new_verifier_matches_its_own_challenge_alone() {
        let random = SystemRandom::new();
        let (one, two) = (
            Verifier::generate(&random).unwrap(),
            Verifier::generate(&random).unwrap(),
        );
        assert!(matches(one.as_str(), &one.challenge()));
        assert!(!matches(one.as_str(), &two.challenge()));
        assert!(!format!("{one:?}").contains(one.as_str()));
    }

    #[test]
    fn wrong_verifiers_and_challenges_are_refused() {
        let long = "a".repeat(129);
        let challenge_of_long = challenge_of(&long);
        for (case, verifier, challenge) in [
            ("the challenge itself (plain)", CHALLENGE, CHALLENGE),
            ("empty", "", CHALLENGE),
            ("padded challenge", VERIFIER, &format!("{CHALLENGE}=")),
            ("shorter challenge", VERIFIER, &CHALLENGE[..42]),
            ("empty challenge", VERIFIER, ""),
            ("too short", "abc", &challenge_of("abc")),
            ("too long", &long, &challenge_of_long),
            (
                "a character that is not allowed",
                &format!("{VERIFIER}+"),
                &challenge_of(&format!("{VERIFIER}+")),
            ),
        ] {
            assert!(!matches(verifier, challenge), "{case}");
        }
        assert!(!is_challenge("short"));
        assert!(!is_challenge(&format!("{CHALLENGE}=")));
    }
}
