//! Status lists as JWT, the list itself, and the list of lists.
//!
//! Input: a compact JWT; an aggregation as JSON; or a line with the JSON of the claims, in which `"#zlib"` stands for the rest of the input as it
//! is and `"#list"` for the rest compressed.

use std::collections::HashSet;
use std::sync::LazyLock;

use jose::base64url;
use serde_json::Value;
use status_list::{Aggregation, Bits, MAX_LIST_BYTES, Status, StatusList, StatusListToken};

use crate::NOW;
use crate::jose::signing_input;
use crate::keys::{ISSUER, SEED_ISSUER, STRANGER};
use crate::make;

/// The list that is asked for.
pub const URI: &str = "https://issuer.example/status-lists/1";

static SEEDS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    crate::seeds::known("status_list_jwt", |seed| {
        Some(signing_input(seed)?.to_vec())
    })
});

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let raw = std::str::from_utf8(data).is_ok_and(foreign);
    raw | aggregation(data) | (data.starts_with(b"{") && made(data))
}

fn aggregation(data: &[u8]) -> bool {
    let Ok(read) = Aggregation::from_json(data) else {
        return false;
    };
    assert!(read.status_lists.len() <= status_list::MAX_LISTS);
    let unique: HashSet<_> = read.status_lists.iter().collect();
    assert_eq!(unique.len(), read.status_lists.len());
    let again = serde_json::to_vec(&read).unwrap();
    assert_eq!(Aggregation::from_json(&again), Ok(read));
    true
}

fn foreign(text: &str) -> bool {
    let _ = StatusListToken::jwt_uri(text);
    let kid = StatusListToken::jwt_kid(text);
    let Ok(token) = StatusListToken::from_jwt(text, &SEED_ISSUER.jwk, URI, NOW) else {
        return false;
    };
    assert!(
        SEEDS.contains(signing_input(text.as_bytes()).unwrap()),
        "not what the issuer signed"
    );
    assert!(kid.is_ok());
    holds_together(&token);
    true
}

fn made(data: &[u8]) -> bool {
    let [claims, rest] = make::lines(data);
    let Ok(mut claims) = serde_json::from_slice::<Value>(claims) else {
        return false;
    };
    if let Some(Value::String(lst)) = claims.pointer_mut("/status_list/lst") {
        match lst.as_str() {
            "#zlib" => *lst = base64url(rest),
            "#list" => {
                let list = StatusList::from_bytes(Bits::One, rest.to_vec());
                *lst = base64url(&list.compress());
            }
            _ => {}
        }
    }
    let text = make::typed_jws("statuslist+jwt", claims.to_string().as_bytes(), &ISSUER);
    let read = |text: &str| StatusListToken::from_jwt(text, &ISSUER.jwk, URI, NOW);
    let Ok(token) = read(&text) else {
        return false;
    };
    assert_eq!(StatusListToken::jwt_uri(&text).unwrap(), URI);
    assert!(StatusListToken::from_jwt(&text, &STRANGER.jwk, URI, NOW).is_err());
    assert!(
        StatusListToken::from_jwt(&text, &ISSUER.jwk, "https://issuer.example/other", NOW).is_err()
    );
    holds_together(&token);

    if token.list.as_bytes().len() > 1 << 16 {
        return true; // Compressing it takes long, and says nothing new.
    }
    let kid = ISSUER.jwk.thumbprint();
    let again = token.to_jwt(&kid, &ISSUER.key).unwrap();
    assert_eq!(read(&again).unwrap(), token);
    let as_cwt = token.to_cwt(&ISSUER.key_id(), &ISSUER.key).unwrap();
    let from_cwt = StatusListToken::from_cwt(&as_cwt, &ISSUER.jwk, URI, NOW);
    // COSE has no room for a time to live beyond 2⁶³.
    if token.ttl.is_none_or(|ttl| i64::try_from(ttl).is_ok()) {
        assert_eq!(from_cwt.unwrap(), token);
    }
    let changed = make::one_bit_flipped(data, text.as_bytes());
    if let Ok(changed) = std::str::from_utf8(&changed) {
        assert!(read(changed).is_err(), "a bit was flipped");
    }
    true
}

/// What must hold of every token that was accepted.
pub(crate) fn holds_together(token: &StatusListToken) {
    assert_eq!(token.uri, URI);
    assert!(token.issued_at <= NOW + status_list::CLOCK_SKEW);
    assert!(token.expires_at.is_none_or(|expires_at| expires_at > NOW));
    assert_ne!(token.ttl, Some(0));
    let _ = token.refresh_at();

    let list = &token.list;
    assert!(list.as_bytes().len() <= MAX_LIST_BYTES);
    assert_eq!(list.is_empty(), list.as_bytes().is_empty());
    for outside in [
        list.len(),
        list.len().saturating_add(1),
        u64::MAX / 8,
        u64::MAX,
    ] {
        assert_eq!(token.status(outside), None);
    }
    let mut changed = list.clone();
    for idx in [0, list.len() / 2, list.len().saturating_sub(1)] {
        if idx >= list.len() {
            continue;
        }
        let value = list.get(idx).unwrap();
        assert!(u32::from(value) < 1 << list.bits().count());
        assert_eq!(token.status(idx), Some(Status::from(value)));
        changed.set(idx, value ^ 1).unwrap();
        assert_eq!(changed.get(idx), Some(value ^ 1));
        changed.set(idx, value).unwrap();
    }
    assert_eq!(&changed, list);
}
