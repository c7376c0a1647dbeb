//! A checker's challenge: a code that the holder's phone scans, and which the holder's next code answers.
//!
//! Against someone who relays a code live from a phone elsewhere: only the phone that stands here has seen the
//! challenge.

use ring::rand::SecureRandom;

use crate::{CHALLENGE_PREFIX, DecodeError};

/// 128 random bits, made for one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Challenge([u8; 16]);

impl Challenge {
    /// A new challenge; none if the system gives no randomness.
    pub fn new(random: &dyn SecureRandom) -> Option<Self> {
        let mut bytes = [0; 16];
        random.fill(&mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The text of the code that the checker shows: [`CHALLENGE_PREFIX`] and base45.
    #[must_use]
    pub fn to_text(self) -> String {
        format!("{CHALLENGE_PREFIX}{}", base45::encode(self.0))
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    ///
    /// # Errors
    /// [`DecodeError::NotOurCode`] for any other code, the other variants for a damaged one.
    pub fn from_text(text: &str) -> Result<Self, DecodeError> {
        let encoded = text
            .strip_prefix(CHALLENGE_PREFIX)
            .ok_or(DecodeError::NotOurCode)?;
        // 16 bytes are 24 characters.
        if encoded.len() > 24 {
            return Err(DecodeError::TooLarge);
        }
        let bytes = base45::decode(encoded).map_err(|_| DecodeError::Base45)?;
        let challenge = bytes
            .try_into()
            .map(Self)
            .map_err(|_| DecodeError::Structure("a challenge has 16 bytes"))?;
        if challenge.to_text() == text {
            Ok(challenge)
        } else {
            Err(DecodeError::Base45)
        }
    }

    /// The bytes that the holder signs (`cnonce`).
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_written_and_read_back_and_no_two_are_alike() {
        let random = ring::rand::SystemRandom::new();
        let one = Challenge::new(&random).unwrap();
        assert_eq!(Challenge::from_text(&one.to_text()), Ok(one));
        assert_eq!(one.to_text().len(), 29);
        assert_ne!(Challenge::new(&random).unwrap(), one);
    }

    #[test]
    fn what_is_no_challenge_is_refused() {
        let good = Challenge([7; 16]).to_text();
        for (text, error) in [
            (
                good.replace("SIC1:", "SID1:").as_str(),
                DecodeError::NotOurCode,
            ),
            ("", DecodeError::NotOurCode),
            ("SIC1:a", DecodeError::Base45),
            (
                &good[..26],
                DecodeError::Structure("a challenge has 16 bytes"),
            ),
            (&format!("{good}00"), DecodeError::TooLarge),
        ] {
            assert_eq!(Challenge::from_text(text), Err(error), "{text}");
        }
    }
}
