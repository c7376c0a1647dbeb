//! Nonces that a server hands out for proofs (RFC 9449 §8), without remembering any of them.

use ring::hmac;
use ring::rand::SecureRandom;

use super::MAX_AHEAD;
use crate::bytes::{base64url, base64url_array};
use crate::key::KeyError;

const TIME: usize = 8;
const MAC: usize = 16;

/// Makes and recognises `DPoP-Nonce` values: a time and a MAC of it under a key that never leaves the server.
///
/// A nonce bounds how early a proof can have been made, so that nobody can make proofs ahead for later. It serves for
/// many requests while it lives; that a proof counts once is the business of its `jti`.
#[derive(Clone)]
pub struct Nonces {
    key: hmac::Key,
    life: i64,
}

impl Nonces {
    /// Nonces that live for `life` seconds, under a new key: those of an earlier run are not recognised, which costs
    /// a client one more request.
    ///
    /// # Errors
    /// [`KeyError::Random`] if the system gives no randomness.
    pub fn new(life: i64, random: &dyn SecureRandom) -> Result<Self, KeyError> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, random).map_err(|_| KeyError::Random)?;
        Ok(Self { key, life })
    }

    /// As [`Nonces::new`] under a key that several processes of one service share, so that each knows the others'
    /// nonces. It must be good for nothing else.
    #[must_use]
    pub fn with_key(life: i64, key: &[u8; 32]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        Self { key, life }
    }

    /// A nonce to send in `DPoP-Nonce`.
    #[must_use]
    pub fn make(&self, now: i64) -> String {
        let mut nonce = [0; TIME + MAC];
        let (time, mac) = nonce.split_at_mut(TIME);
        time.copy_from_slice(&now.to_be_bytes());
        mac.copy_from_slice(&self.mac(time));
        base64url(&nonce)
    }

    /// Whether `nonce` is one of ours and still good.
    #[must_use]
    pub fn accepts(&self, nonce: &str, now: i64) -> bool {
        let Ok(nonce) = base64url_array::<{ TIME + MAC }>(nonce) else {
            return false;
        };
        let (time, mac) = nonce.split_at(TIME);
        let made_at = time
            .iter()
            .fold(0, |value: i64, byte| value << 8 | i64::from(*byte));
        let age = now.saturating_sub(made_at);
        // Another process's clock may be ahead of ours.
        crate::constant_time_eq(mac, &self.mac(time)) && (-MAX_AHEAD..=self.life).contains(&age)
    }

    fn mac(&self, time: &[u8]) -> [u8; MAC] {
        let mut short = [0; MAC];
        short.copy_from_slice(&hmac::sign(&self.key, time).as_ref()[..MAC]);
        short
    }
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;

    use super::*;

    const NOW: i64 = 1_760_000_000;

    fn nonces() -> Nonces {
        Nonces::new(300, &SystemRandom::new()).unwrap()
    }

    #[test]
    fn a_nonce_is_good_while_it_lives_and_with_its_maker_alone() {
        let nonces = nonces();
        let nonce = nonces.make(NOW);
        assert!(nonces.accepts(&nonce, NOW));
        assert!(nonces.accepts(&nonce, NOW + 300));
        assert!(!nonces.accepts(&nonce, NOW + 301));
        assert!(nonces.accepts(&nonce, NOW - MAX_AHEAD));
        assert!(!nonces.accepts(&nonce, NOW - MAX_AHEAD - 1));
        assert!(!self::nonces().accepts(&nonce, NOW));
    }

    #[test]
    fn a_nonce_has_only_the_characters_that_the_header_allows() {
        // RFC 9449 §8.1: NQCHAR.
        let allowed = |byte: u8| {
            byte == 0x21 || (0x23..=0x5b).contains(&byte) || (0x5d..=0x7e).contains(&byte)
        };
        assert!(nonces().make(NOW).bytes().all(allowed));
    }

    #[test]
    fn any_one_flipped_bit_is_refused() {
        let nonces = nonces();
        let nonce = nonces.make(NOW);
        for place in 0..nonce.len() {
            for bit in 0..7 {
                let mut bytes = nonce.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                let text = String::from_utf8(bytes).unwrap();
                assert!(!nonces.accepts(&text, NOW), "byte {place}, bit {bit}");
            }
        }
        assert!(!nonces.accepts("", NOW));
        assert!(!nonces.accepts(&"A".repeat(10_000), NOW));
    }
}
