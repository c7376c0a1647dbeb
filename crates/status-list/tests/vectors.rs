//! What another implementation wrote is read, and what the draft prints is written. See `vectors/make.py`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

use jose::{Jwk, SoftwareKey, base64url, base64url_decode};
use serde::Deserialize;
use status_list::{Bits, MAX_LIST_BYTES, Status, StatusList, StatusListToken};

const URI: &str = "https://example.com/statuslists/1";
const ISSUED: i64 = 1_686_920_170;

#[derive(Deserialize)]
struct Vector {
    name: String,
    bits: u64,
    size: usize,
    lst: String,
    entries: Vec<(u64, u8)>,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("vectors/lists.json")).unwrap()
}

fn key() -> Jwk {
    serde_json::from_str(include_str!("vectors/key.json")).unwrap()
}

fn cwt() -> Vec<u8> {
    from_hex(include_str!("vectors/token.cwt.hex").trim())
}

fn from_hex(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn every_entry_of_every_vector_is_read_as_it_was_meant() {
    for vector in vectors() {
        let bits = Bits::try_from(vector.bits).unwrap();
        let compressed = base64url_decode(&vector.lst).unwrap();
        let list = StatusList::decompress(bits, &compressed, MAX_LIST_BYTES).unwrap();
        assert_eq!(list.len(), vector.size as u64, "{}", vector.name);
        let found: Vec<_> = (0..list.len())
            .map(|idx| (idx, list.get(idx).unwrap()))
            .filter(|(_, v)| *v != 0)
            .collect();
        assert_eq!(found, vector.entries, "{}", vector.name);
        assert_eq!(list.get(list.len()), None, "{}", vector.name);
    }
}

#[test]
fn every_vector_is_built_bit_for_bit() {
    for vector in vectors() {
        let bits = Bits::try_from(vector.bits).unwrap();
        let mut list = StatusList::new(bits, vector.size);
        for (idx, value) in &vector.entries {
            list.set(*idx, *value).unwrap();
        }
        let theirs = base64url_decode(&vector.lst).unwrap();
        assert_eq!(
            list,
            StatusList::decompress(bits, &theirs, MAX_LIST_BYTES).unwrap(),
            "{}",
            vector.name
        );
        let ours = StatusList::decompress(bits, &list.compress(), MAX_LIST_BYTES).unwrap();
        assert_eq!(ours, list, "{}", vector.name);
    }
}

#[test]
fn the_examples_of_section_4_come_out_as_printed() {
    let mut one = StatusList::new(Bits::One, 16);
    for (idx, value) in [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
        .into_iter()
        .enumerate()
    {
        one.set(idx as u64, value).unwrap();
    }
    assert_eq!(one.as_bytes(), [0xb9, 0xa3]);
    assert_eq!(base64url(&one.compress()), "eNrbuRgAAhcBXQ");
    let mut two = StatusList::new(Bits::Two, 12);
    for (idx, value) in [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3].into_iter().enumerate() {
        two.set(idx as u64, value).unwrap();
    }
    assert_eq!(two.as_bytes(), [0xc9, 0x44, 0xf9]);
    let read = StatusList::decompress(Bits::Two, &base64url_decode("eNo76fITAAPfAgc").unwrap(), 3)
        .unwrap();
    assert_eq!(read, two);
}

#[test]
fn the_jwt_of_another_implementation_is_read() {
    let text = include_str!("vectors/token.jwt").trim();
    assert_eq!(StatusListToken::jwt_kid(text).unwrap(), "12");
    assert_eq!(StatusListToken::jwt_uri(text).unwrap(), URI);
    let token = StatusListToken::from_jwt(text, &key(), URI, ISSUED + 60).unwrap();
    check(&token);
}

#[test]
fn the_cwt_of_another_implementation_is_read() {
    let bytes = cwt();
    assert_eq!(StatusListToken::cwt_key_id(&bytes).unwrap(), b"12");
    assert_eq!(StatusListToken::cwt_uri(&bytes).unwrap(), URI);
    let token = StatusListToken::from_cwt(&bytes, &key(), URI, ISSUED + 60).unwrap();
    check(&token);
}

/// §4.2 and §4.3 print the same list in both forms, and a JWT and CWT carry it as printed.
#[test]
fn the_list_in_our_tokens_is_written_as_the_draft_prints_it() {
    let key = SoftwareKey::generate(&ring::rand::SystemRandom::new()).unwrap();
    let list = StatusList::from_bytes(Bits::One, vec![0xb9, 0xa3]);
    let token = StatusListToken {
        uri: URI.into(),
        issued_at: ISSUED,
        expires_at: None,
        ttl: None,
        aggregation_uri: None,
        list,
    };
    let jwt = token.to_jwt("12", &key).unwrap();
    let claims = base64url_decode(jwt.split('.').nth(1).unwrap()).unwrap();
    let claims = String::from_utf8(claims).unwrap();
    assert!(claims.ends_with(r#""status_list":{"bits":1,"lst":"eNrbuRgAAhcBXQ"}}"#));

    let cwt = token.to_cwt(b"12", &key).unwrap();
    let printed = from_hex("a2646269747301636c73744a78dadbb918000217015d");
    let claim = [&[0x19, 0xff, 0xfd][..], &printed].concat(); // 65533
    assert!(cwt.windows(claim.len()).any(|part| part == claim));
}

fn check(token: &StatusListToken) {
    assert_eq!(token.issued_at, ISSUED);
    assert_eq!(token.expires_at, Some(2_291_720_170));
    assert_eq!(token.ttl, Some(43_200));
    assert_eq!(token.refresh_at(), Some(ISSUED + 43_200));
    assert_eq!(token.status(0), Some(Status::Invalid));
    assert_eq!(token.status(1), Some(Status::Valid));
    assert_eq!(token.status(16), None);
}
