//! Status lists as CWT.
//!
//! Input: the bytes of a CWT; or, where the first byte is below 64, the length of a protected header, that header, and the
//! claims, out of which a CWT is signed.

use std::collections::HashSet;
use std::sync::LazyLock;

use ciborium::Value as Cbor;
use status_list::StatusListToken;

use crate::NOW;
use crate::keys::{ISSUER, SEED_ISSUER, STRANGER};
use crate::make;
use crate::status_list_jwt::{URI, holds_together};

/// The protected header and payload of each seed.
static SEEDS: LazyLock<HashSet<Vec<u8>>> =
    LazyLock::new(|| crate::seeds::known("status_list_cwt", signed_part));

fn signed_part(bytes: &[u8]) -> Option<Vec<u8>> {
    let Cbor::Tag(18, sign1) = ciborium::from_reader(bytes).ok()? else {
        return None;
    };
    let parts = sign1.into_array().ok()?;
    Some(
        [
            parts.first()?.as_bytes()?.as_slice(),
            parts.get(2)?.as_bytes()?,
        ]
        .concat(),
    )
}

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    foreign(data) | made(data)
}

fn foreign(bytes: &[u8]) -> bool {
    let _ = StatusListToken::cwt_key_id(bytes);
    let _ = StatusListToken::cwt_uri(bytes);
    let Ok(token) = StatusListToken::from_cwt(bytes, &SEED_ISSUER.jwk, URI, NOW) else {
        return false;
    };
    assert!(
        SEEDS.contains(&signed_part(bytes).unwrap()),
        "not what the issuer signed"
    );
    holds_together(&token);
    true
}

fn made(data: &[u8]) -> bool {
    let Some((&length @ 0..64, rest)) = data.split_first() else {
        return false;
    };
    let Some((protected, claims)) = rest.split_at_checked(usize::from(length)) else {
        return false;
    };
    let bytes = make::bytes(&make::cose(protected, claims, &ISSUER));
    let read = |bytes: &[u8]| StatusListToken::from_cwt(bytes, &ISSUER.jwk, URI, NOW);
    let Ok(token) = read(&bytes) else {
        return false;
    };
    assert_eq!(StatusListToken::cwt_uri(&bytes).unwrap(), URI);
    assert!(StatusListToken::from_cwt(&bytes, &STRANGER.jwk, URI, NOW).is_err());
    holds_together(&token);

    if token.list.as_bytes().len() > 1 << 16 {
        return true; // Compressing it takes long, and says nothing new.
    }
    let again = token.to_cwt(&ISSUER.key_id(), &ISSUER.key).unwrap();
    assert_eq!(read(&again).unwrap(), token);
    let jwt = token.to_jwt(&ISSUER.jwk.thumbprint(), &ISSUER.key).unwrap();
    let from_jwt = StatusListToken::from_jwt(&jwt, &ISSUER.jwk, URI, NOW).unwrap();
    assert_eq!(from_jwt, token);
    flipped(data, &bytes);
    true
}

/// No flipped bit makes another token out of this one. CBOR has more than one form for the same lengths, so what is
/// signed decides, not the bytes around it.
fn flipped(data: &[u8], bytes: &[u8]) {
    let changed = make::one_bit_flipped(data, bytes);
    if StatusListToken::from_cwt(&changed, &ISSUER.jwk, URI, NOW).is_ok() {
        assert_eq!(
            signed_part(&changed),
            signed_part(bytes),
            "a bit was flipped"
        );
    }
}
