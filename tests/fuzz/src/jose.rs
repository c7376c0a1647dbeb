//! `jose`: JWS, keys, DPoP proofs, encrypted answers.
//!
//! Input: a compact JWS, DPoP proof or JWE; a JWK, a JWK set; or `header` and `payload` as two lines of plain JSON, out
//! of which a JWS is signed or, where `alg` is `ECDH-ES`, a JWE is made.

use std::collections::HashSet;
use std::sync::LazyLock;

use jose::jwe::{self, ContentEncryption, EncryptionJwk};
use jose::jws::{Header, Jws};
use jose::{Algorithm, Jwk, JwkSet, base64url, base64url_decode, dpop, pkce};
use ring::rand::SystemRandom;
use serde_json::Value;
use url::Url;

use crate::NOW;
use crate::keys::{HOLDER, ISSUER, SEED_HOLDER, SEED_ISSUER, STRANGER};
use crate::make;

mod encrypted;

/// What a DPoP proof must be for.
pub const DPOP_URL: &str = "https://issuer.example/token";
/// The access token that DPoP proofs are for.
pub const ACCESS_TOKEN: &str = "kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

static SIGNED_SEEDS: LazyLock<HashSet<Vec<u8>>> =
    LazyLock::new(|| crate::seeds::known("jose", |seed| Some(signing_input(seed)?.to_vec())));

static NONCES: LazyLock<dpop::Nonces> =
    LazyLock::new(|| dpop::Nonces::new(300, &SystemRandom::new()).unwrap());

/// Everything up to the last dot: what is signed. The signature itself has a twin (ECDSA is malleable).
pub(crate) fn signing_input(compact: &[u8]) -> Option<&[u8]> {
    let dot = compact.iter().rposition(|byte| *byte == b'.')?;
    compact.get(..dot)
}

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let mut accepted = key(data) | key_set(data) | encryption_key(data);
    if let Ok(text) = std::str::from_utf8(data) {
        canonical_base64url(text);
        pkce_texts(text);
        accepted |= signed(text) | proof(text);
        accepted |= encrypted::RECIPIENT.decrypt(text).is_ok();
        assert!(!NONCES.accepts(text, NOW), "a nonce that nobody made");
    }
    let [header, payload] = make::lines(data);
    if !header.starts_with(b"{") {
        return accepted;
    }
    accepted
        | made_jws(data, header, payload)
        | made_proof(data, header)
        | encrypted::made(data, header, payload)
}

fn canonical_base64url(text: &str) {
    if let Ok(bytes) = base64url_decode(text) {
        assert_eq!(base64url(&bytes), text);
    }
}

fn pkce_texts(text: &str) {
    let (verifier, challenge) = text.split_once('\n').unwrap_or((text, text));
    if pkce::matches(verifier, challenge) {
        assert!(pkce::is_challenge(challenge) && (43..=128).contains(&verifier.len()));
    }
}

fn signed(text: &str) -> bool {
    let Ok(jws) = Jws::parse(text) else {
        return false;
    };
    assert_eq!(text.split('.').count(), 3);
    for part in text.split('.') {
        assert_eq!(base64url(&base64url_decode(part).unwrap()), part);
    }
    same_header_again(jws.header());
    for party in [&SEED_ISSUER, &SEED_HOLDER] {
        if jws.verify(&party.jwk, &[Algorithm::Es256]).is_ok() {
            let known = SIGNED_SEEDS.contains(signing_input(text.as_bytes()).unwrap());
            assert!(known, "a signature that nobody made");
            return true;
        }
    }
    false
}

fn same_header_again(header: &Header) {
    let again: Header = serde_json::from_slice(&serde_json::to_vec(header).unwrap()).unwrap();
    // Not the members that are passed over: their numbers may lose a last digit.
    assert_eq!(
        (again.alg, &again.typ, &again.kid, &again.jwk),
        (header.alg, &header.typ, &header.kid, &header.jwk)
    );
    assert!(again.other.keys().eq(header.other.keys()));
}

fn made_jws(data: &[u8], header: &[u8], payload: &[u8]) -> bool {
    let text = make::jws(header, payload, &ISSUER);
    let Ok(jws) = Jws::parse(&text) else {
        return false;
    };
    assert_eq!(jws.unverified_payload(), payload);
    same_header_again(jws.header());
    let verified = jws.verify(&ISSUER.jwk, &[Algorithm::Es256]).is_ok();
    assert_eq!(verified, jws.header().alg == Algorithm::Es256);
    let both = [Algorithm::Es256, Algorithm::Rs256];
    assert!(jws.verify(&STRANGER.jwk, &both).is_err());
    assert!(jws.verify(&ISSUER.jwk, &[Algorithm::Rs256]).is_err());

    let changed = make::one_bit_flipped(data, text.as_bytes());
    if let Ok(changed) = std::str::from_utf8(&changed)
        && let Ok(changed) = Jws::parse(changed)
    {
        assert!(
            changed.verify(&ISSUER.jwk, &both).is_err(),
            "a bit was flipped"
        );
    }
    verified
}

fn key(data: &[u8]) -> bool {
    let Ok(jwk) = serde_json::from_slice::<Jwk>(data) else {
        return false;
    };
    let text = serde_json::to_string(&jwk).unwrap();
    assert_eq!(serde_json::from_str::<Jwk>(&text).unwrap(), jwk);
    assert_eq!(jwk.thumbprint(), jwk.key_only().thumbprint());
    assert_eq!(base64url(&jwk.thumbprint_bytes()), jwk.thumbprint());
    // Members that nobody reads may hold what this reader does not take, such as half a surrogate pair.
    let Ok(object) = serde_json::from_slice::<Value>(data) else {
        return true;
    };
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        assert!(object.get(private).is_none(), "a private member was read");
    }
    for (algorithm, length) in [(Algorithm::Es256, 64), (Algorithm::Rs256, 256)] {
        let signature = vec![7; length];
        assert!(jwk.verify(algorithm, b"message", &signature).is_err());
    }
    true
}

fn key_set(data: &[u8]) -> bool {
    let Ok(set) = serde_json::from_slice::<JwkSet>(data) else {
        return false;
    };
    assert!(set.keys.len() <= jose::jwk::MAX_KEYS_IN_SET);
    let text = serde_json::to_string(&set).unwrap();
    assert_eq!(serde_json::from_str::<JwkSet>(&text).unwrap(), set);
    for key in &set.keys {
        if let Some(kid) = &key.kid {
            assert_eq!(set.find(kid).unwrap().kid.as_ref(), Some(kid));
        }
    }
    !set.keys.is_empty()
}

fn encryption_key(data: &[u8]) -> bool {
    let Ok(jwk) = serde_json::from_slice::<EncryptionJwk>(data) else {
        return false;
    };
    let text = serde_json::to_string(&jwk).unwrap();
    assert_eq!(serde_json::from_str::<EncryptionJwk>(&text).unwrap(), jwk);
    // A point that is not on the curve is an error, and no more.
    let enc = ContentEncryption::A128Gcm;
    jwe::encrypt(&jwk, enc, b"for you alone", &SystemRandom::new()).is_ok()
}

fn expected(key_thumbprint: &str) -> dpop::Expected<'_> {
    dpop::Expected {
        method: "POST",
        url: DPOP_URL,
        now: NOW,
        max_age: dpop::DEFAULT_MAX_AGE,
        access_token: Some(ACCESS_TOKEN),
        key_thumbprint: Some(key_thumbprint),
        nonces: None,
    }
}

fn proof(text: &str) -> bool {
    let thumbprint = SEED_HOLDER.jwk.thumbprint();
    let accepted = dpop::verify(text, &expected(&thumbprint)).is_ok();
    if accepted {
        assert!(SIGNED_SEEDS.contains(signing_input(text.as_bytes()).unwrap()));
    }
    accepted
}

/// The claims of a DPoP proof, signed as a holder does.
fn made_proof(data: &[u8], claims: &[u8]) -> bool {
    let header = Header::new(dpop::TYP).with_jwk(HOLDER.jwk.key_only());
    let header = serde_json::to_vec(&header).unwrap();
    let text = make::jws(&header, claims, &HOLDER);
    let thumbprint = HOLDER.jwk.thumbprint();
    let Ok(proof) = dpop::verify(&text, &expected(&thumbprint)) else {
        return false;
    };
    assert_eq!(proof.thumbprint, thumbprint);
    assert!((1..=dpop::MAX_JTI_LENGTH).contains(&proof.jti.len()));
    assert!(NOW - proof.issued_at <= dpop::DEFAULT_MAX_AGE);
    assert!(proof.issued_at - NOW <= dpop::MAX_AHEAD);
    // Members that nobody reads may hold what this reader does not take, such as half a surrogate pair.
    let Ok(claims) = serde_json::from_slice::<Value>(claims) else {
        return true;
    };
    assert_eq!(claims["htm"], "POST");
    // Another reader of addresses must see the same place.
    let (ours, theirs) = (
        Url::parse(DPOP_URL),
        Url::parse(claims["htu"].as_str().unwrap()),
    );
    let (ours, theirs) = (ours.unwrap(), theirs.unwrap());
    assert_eq!(
        (ours.origin(), ours.path()),
        (theirs.origin(), theirs.path())
    );

    let other = STRANGER.jwk.thumbprint();
    assert!(dpop::verify(&text, &expected(&other)).is_err());
    let changed = make::one_bit_flipped(data, text.as_bytes());
    if let Ok(changed) = std::str::from_utf8(&changed) {
        assert!(dpop::verify(changed, &expected(&thumbprint)).is_err());
    }
    true
}
