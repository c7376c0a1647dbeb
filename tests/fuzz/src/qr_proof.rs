//! Codes, the tokens in them, still codes, links and challenges.
//!
//! Input: the text of any of them; the bytes of a token or of a code; or, where the first byte is below 64, the length of
//! the proof's claims, these, and the token's claims, out of which a token and a code are signed.

use std::collections::HashSet;
use std::sync::LazyLock;

use ciborium::Value as Cbor;
use jose::{Jwk, PublicKey};
use qr_proof::{
    Challenge, Code, DecodeError, Policy, VerifiedCode, decode, decode_slip, decode_token, is_slip,
    issue, issue_slip, link, prove, read_token, show_slip, show_token, token_key_id, verify_token,
};

use crate::NOW;
use crate::keys::{HOLDER, ISSUER, Party, SEED_ISSUER, STRANGER};
use crate::make;

/// What the codes are for.
pub const AUDIENCE: &str = "sid:exam";
/// The page that links lead to.
pub const PAGE: &str = "https://issuer.example/kontroll";

/// The hash of what the holder signed; the token is in it.
pub(crate) static SEEDS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    crate::seeds::known("qr_proof", |seed| {
        let code = decode(std::str::from_utf8(seed).ok()?).ok()?;
        Some(code.proof_id().to_vec())
    })
});
/// The claims of the tokens among the seeds, by themselves and in still codes.
static TOKEN_SEEDS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    crate::seeds::known("qr_proof", |seed| {
        let still = seed.strip_prefix(qr_proof::TOKEN_PREFIX.as_bytes());
        let bytes = still.and_then(|text| base45::decode(std::str::from_utf8(text).ok()?).ok());
        claims_of(bytes.as_deref().unwrap_or(seed))
    })
});

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let mut accepted = token(data) | made(data);
    if let Ok(text) = std::str::from_utf8(data) {
        accepted |= code(text) | linked(text) | still(text) | slip(text) | challenge(text);
    }
    let text = format!("{}{}", qr_proof::PREFIX, base45::encode(data));
    accepted | code(&text)
}

fn verify(code: &Code, issuer: &Party) -> Option<VerifiedCode> {
    code.verify(&Policy::new(&issuer.jwk, AUDIENCE, NOW)).ok()
}

fn code(text: &str) -> bool {
    let Some(encoded) = text.strip_prefix(qr_proof::PREFIX) else {
        return false;
    };
    let Ok(code) = decode(text) else {
        return false;
    };
    // One code has one text, and one encoding of what is in it; the link says the same.
    let as_link = link(text, PAGE).unwrap();
    assert_eq!(decode(&as_link).unwrap().proof_id(), code.proof_id());
    let bytes = base45::decode(encoded).unwrap();
    assert!(bytes.len() <= qr_proof::MAX_BYTES);
    assert_eq!(base45::encode(&bytes), encoded);
    deterministic(&bytes);
    assert!(!code.key_id().is_empty());
    let Some(verified) = verify(&code, &SEED_ISSUER) else {
        return false;
    };
    assert!(
        SEEDS.contains(verified.proof_id.as_slice()),
        "not what the holder signed"
    );
    true
}

/// A link, to whatever page.
fn linked(text: &str) -> bool {
    let Some((page, fragment)) = text.split_once('#') else {
        return false;
    };
    let Ok(code) = decode(text) else {
        return false;
    };
    let scheme = page.split("://").next().unwrap().to_ascii_lowercase();
    assert!(scheme == "http" || scheme == "https");
    assert!(
        fragment
            .bytes()
            .all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
    );
    let Some(verified) = verify(&code, &SEED_ISSUER) else {
        return false;
    };
    assert!(
        SEEDS.contains(verified.proof_id.as_slice()),
        "not what the holder signed"
    );
    true
}

fn still(text: &str) -> bool {
    let Ok(code) = decode_token(text) else {
        return false;
    };
    let encoded = text.strip_prefix(qr_proof::TOKEN_PREFIX).unwrap();
    let bytes = base45::decode(encoded).unwrap();
    assert_eq!(show_token(&bytes).unwrap(), text);
    assert_eq!(&read_token(&bytes).unwrap(), code.claims());
    assert!(matches!(decode(text), Err(DecodeError::NotOurCode)));
    let good = code.verify(&SEED_ISSUER.jwk, NOW, qr_proof::DEFAULT_MAX_AHEAD);
    assert_eq!(good.is_ok(), token(&bytes));
    good.is_ok()
}

/// A slip, by itself or as a link.
fn slip(text: &str) -> bool {
    let Ok(slip) = decode_slip(text) else {
        return false;
    };
    assert!(is_slip(text) && !slip.key_id().is_empty());
    assert!(decode(text).is_err() && decode_token(text).is_err());
    let claims = slip.claims();
    let seconds = claims.expires_at.checked_sub(claims.issued_at).unwrap();
    assert!((1..=qr_proof::MAX_SLIP_LIFETIME).contains(&seconds));
    // Written by the product and read again, it says the same.
    if let Ok(again) = issue_slip(claims, &ISSUER.key_id(), &ISSUER.key) {
        let again = decode_slip(&show_slip(&again).unwrap()).unwrap();
        assert_eq!(again.claims(), claims);
        assert!(again.verify(&STRANGER.jwk, NOW, 15).is_err());
    }
    slip.verify(&SEED_ISSUER.jwk, NOW, 15).is_ok()
}

fn challenge(text: &str) -> bool {
    let Ok(challenge) = Challenge::from_text(text) else {
        return false;
    };
    assert_eq!(challenge.to_text(), text);
    assert_eq!(challenge.as_bytes().len(), 16);
    assert!(matches!(decode(text), Err(DecodeError::NotOurCode)));
    true
}

/// Another reader and writer of CBOR gives the same bytes.
fn deterministic(bytes: &[u8]) {
    let value: Cbor = ciborium::from_reader(bytes).unwrap();
    assert_eq!(make::bytes(&value), bytes);
}

fn token(bytes: &[u8]) -> bool {
    let Ok(claims) = read_token(bytes) else {
        assert!(verify_token(bytes, &SEED_ISSUER.jwk, NOW).is_err());
        return false;
    };
    deterministic(bytes);
    assert!(!token_key_id(bytes).unwrap().is_empty());
    let Ok(verified) = verify_token(bytes, &SEED_ISSUER.jwk, NOW) else {
        return false;
    };
    assert_eq!(verified, claims);
    assert!(
        TOKEN_SEEDS.contains(&claims_of(bytes).unwrap()),
        "not what the issuer signed"
    );
    true
}

/// The bytes of the claims in a token.
fn claims_of(token: &[u8]) -> Option<Vec<u8>> {
    let Cbor::Tag(18 | 61, sign1) = ciborium::from_reader(token).ok()? else {
        return None;
    };
    let sign1 = match *sign1 {
        Cbor::Tag(18, sign1) => *sign1,
        sign1 => sign1,
    };
    let parts = sign1.into_array().ok()?;
    parts.into_iter().nth(2)?.into_bytes().ok()
}

/// The protected headers `{1: ES256, 4: key id, 16: 293}` and `{1: ES256, 13: token, 16: 294}`.
fn header(kid: Option<&[u8]>, token: Option<Cbor>, typ: u64) -> Vec<u8> {
    let mut header = vec![(Cbor::from(1), Cbor::from(-7))];
    header.extend(kid.map(|kid| (Cbor::from(4), Cbor::Bytes(kid.to_vec()))));
    header.extend(token.map(|token| (Cbor::from(13), token)));
    header.push((16.into(), typ.into()));
    make::bytes(&Cbor::Map(header))
}

/// A token with just these claims.
#[must_use]
pub fn token_of(claims: &[u8], issuer: &Party) -> Cbor {
    make::cose(&header(Some(&issuer.key_id()), None, 293), claims, issuer)
}

/// A code with just these claims around a token.
#[must_use]
pub fn code_of(claims: &[u8], token: Cbor, holder: &Party) -> String {
    let proof = make::cose(&header(None, Some(token), 294), claims, holder);
    format!(
        "{}{}",
        qr_proof::PREFIX,
        base45::encode(make::bytes(&proof))
    )
}

fn made(data: &[u8]) -> bool {
    let Some((&length @ 0..64, rest)) = data.split_first() else {
        return false;
    };
    let Some((proof_claims, token_claims)) = rest.split_at_checked(usize::from(length)) else {
        return false;
    };
    let token = token_of(token_claims, &ISSUER);
    let bytes = make::bytes(&token);
    let Ok(claims) = read_token(&bytes) else {
        return false;
    };
    deterministic(token_claims);
    assert!(verify_token(&bytes, &STRANGER.jwk, NOW).is_err());
    let good = verify_token(&bytes, &ISSUER.jwk, NOW).is_ok();
    if good {
        assert!(claims.expires_at > NOW);
        assert!(claims.issued_at <= NOW + qr_proof::DEFAULT_MAX_AHEAD);
    }
    // Written by the product and read again, it says the same.
    if let Ok(again) = issue(&claims, &ISSUER.key_id(), &ISSUER.key) {
        assert_eq!(read_token(&again).unwrap(), claims);
    }
    let changed = make::one_bit_flipped(data, &bytes);
    assert!(
        verify_token(&changed, &ISSUER.jwk, NOW).is_err(),
        "a bit was flipped"
    );

    let text = code_of(proof_claims, token, &HOLDER);
    let own = claims.holder.key == HOLDER.jwk.key;
    let proved = prove(&bytes, AUDIENCE, NOW, None, &HOLDER.key);
    assert!(own || proved.is_err(), "someone else's token was taken");
    let Ok(code) = decode(&text) else {
        return false;
    };
    assert_eq!(code.claims(), &claims);
    let Some(verified) = verify(&code, &ISSUER) else {
        return false;
    };
    assert!(good && own, "accepted from someone else, or not good");
    assert!(
        (NOW - qr_proof::DEFAULT_MAX_AGE..=NOW + qr_proof::DEFAULT_MAX_AHEAD)
            .contains(&verified.issued_at)
    );
    assert!(verify(&code, &STRANGER).is_none());
    let changed = make::one_bit_flipped(data, text.as_bytes());
    if let Ok(Ok(changed)) = std::str::from_utf8(&changed).map(decode) {
        assert!(verify(&changed, &ISSUER).is_none(), "a bit was flipped");
    }
    true
}

/// The claims of a good token with this as claim 169.
#[must_use]
pub fn claims_with(identity: Cbor, holder: &Jwk) -> Vec<u8> {
    let PublicKey::P256 { x, y } = &holder.key else {
        return Vec::new();
    };
    let key = [
        (1, 2.into()),
        (-1, 1.into()),
        (-2, Cbor::Bytes(x.to_vec())),
        (-3, Cbor::Bool(y[31] & 1 == 1)),
    ];
    let list = [("idx", 42.into()), ("uri", "/status-lists/1".into())];
    make::bytes(&map([
        (1, "https://issuer.example".into()),
        (4, (NOW + 86_400).into()),
        (6, (NOW - 3_600).into()),
        (8, map([(1, map(key))])),
        (169, identity),
        (65535, map([("status_list", map(list))])),
    ]))
}

/// A map with its members in this order.
#[must_use]
pub fn map<K: Into<Cbor>, const N: usize>(members: [(K, Cbor); N]) -> Cbor {
    Cbor::Map(members.map(|(key, value)| (key.into(), value)).into())
}
