//! Writing, reading and refusing tokens in both forms.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests may stop where a test may"
)]

use std::sync::LazyLock;

use ciborium::Value;
use coset::{CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana};
use jose::{Jwk, Signer, SoftwareKey, jws};
use proptest::prelude::*;
use serde_json::json;
use status_list::{
    Aggregation, AggregationError, Bits, ListError, MAX_AGGREGATION_BYTES, MAX_LISTS,
    MAX_TOKEN_BYTES, OutOfRange, ReadError, Status, StatusList, StatusListToken,
};

const URI: &str = "https://id.example/status-lists/1";
const ISSUED: i64 = 1_795_000_000;
const NOW: i64 = ISSUED + 60;

static KEY: LazyLock<SoftwareKey> =
    LazyLock::new(|| SoftwareKey::generate(&ring::rand::SystemRandom::new()).unwrap());

fn key() -> Jwk {
    KEY.public_jwk()
}

fn token() -> StatusListToken {
    let mut list = StatusList::new(Bits::Two, 1 << 17);
    list.set(7, Status::Invalid.into()).unwrap();
    list.set(131_071, Status::Suspended.into()).unwrap();
    StatusListToken {
        uri: URI.into(),
        issued_at: ISSUED,
        expires_at: Some(ISSUED + 86_400),
        ttl: Some(900),
        aggregation_uri: Some("https://id.example/status-lists".into()),
        list,
    }
}

#[test]
fn what_is_written_is_read_in_both_forms() {
    for token in [
        token(),
        StatusListToken {
            expires_at: None,
            ttl: None,
            aggregation_uri: None,
            ..token()
        },
    ] {
        let jwt = token.to_jwt("key-1", &*KEY).unwrap();
        assert_eq!(StatusListToken::jwt_kid(&jwt).unwrap(), "key-1");
        assert_eq!(
            StatusListToken::from_jwt(&jwt, &key(), URI, NOW).unwrap(),
            token
        );
        let cwt = token.to_cwt(b"key-1", &*KEY).unwrap();
        assert_eq!(StatusListToken::cwt_key_id(&cwt).unwrap(), b"key-1");
        assert_eq!(
            StatusListToken::from_cwt(&cwt, &key(), URI, NOW).unwrap(),
            token
        );
    }
}

#[test]
fn a_status_out_of_range_is_no_status() {
    let token = token();
    assert_eq!(token.status(7), Some(Status::Invalid));
    assert_eq!(token.status(8), Some(Status::Valid));
    assert_eq!(token.status(131_071), Some(Status::Suspended));
    assert_eq!(token.status(131_072), None);
    assert_eq!(token.status(u64::MAX), None);
    let mut list = token.list;
    assert_eq!(list.set(131_072, 1), Err(OutOfRange));
    assert_eq!(list.set(u64::MAX, 1), Err(OutOfRange));
    assert_eq!(list.set(0, 4), Err(OutOfRange), "four needs three bits");
}

#[test]
fn a_good_token_in_the_wrong_place_or_time_is_refused_with_its_reason() {
    let other = SoftwareKey::generate(&ring::rand::SystemRandom::new())
        .unwrap()
        .public_jwk();
    let jwt = token().to_jwt("k", &*KEY).unwrap();
    let cwt = token().to_cwt(b"k", &*KEY).unwrap();
    let cases = [
        ("another key", other, URI, NOW, ReadError::Signature),
        (
            "another list",
            key(),
            "https://id.example/status-lists/2",
            NOW,
            ReadError::OtherList,
        ),
        (
            "the future",
            key(),
            URI,
            ISSUED - 301,
            ReadError::FromTheFuture,
        ),
        ("expired", key(), URI, ISSUED + 86_400, ReadError::Expired),
    ];
    for (name, key, uri, now, expected) in cases {
        assert_eq!(
            StatusListToken::from_jwt(&jwt, &key, uri, now).unwrap_err(),
            expected,
            "JWT: {name}"
        );
        assert_eq!(
            StatusListToken::from_cwt(&cwt, &key, uri, now).unwrap_err(),
            expected,
            "CWT: {name}"
        );
    }
    assert!(
        StatusListToken::from_jwt(&jwt, &key(), URI, ISSUED - 300).is_ok(),
        "clocks differ a little"
    );
}

#[test]
fn a_jwt_that_is_no_status_list_is_refused_with_its_reason() {
    let good =
        json!({"sub": URI, "iat": ISSUED, "status_list": {"bits": 2, "lst": "eNo76fITAAPfAgc"}});
    let with = |pointer: &str, value: serde_json::Value| {
        let mut claims = good.clone();
        *claims.pointer_mut(pointer).unwrap() = value;
        claims
    };
    let mut no_ttl = good.clone();
    no_ttl["ttl"] = json!(0);
    let typ = "statuslist+jwt";
    let cases = [
        ("another type", "JWT", good.clone(), ReadError::Type),
        ("no claims", typ, json!([]), ReadError::Claim("status_list")),
        (
            "no list",
            typ,
            json!({"sub": URI, "iat": ISSUED}),
            ReadError::Claim("status_list"),
        ),
        (
            "no time",
            typ,
            with("/iat", json!(null)),
            ReadError::Claim("status_list"),
        ),
        (
            "three bits",
            typ,
            with("/status_list/bits", json!(3)),
            ReadError::List(ListError::Bits),
        ),
        (
            "no base64url",
            typ,
            with("/status_list/lst", json!("e+/=")),
            ReadError::List(ListError::Compression),
        ),
        (
            "no zlib",
            typ,
            with("/status_list/lst", json!("AAAA")),
            ReadError::List(ListError::Compression),
        ),
        ("an empty ttl", typ, no_ttl, ReadError::Claim("ttl")),
    ];
    for (name, typ, claims, expected) in cases {
        let text = jws::sign_json(&jws::Header::new(typ), &claims, &*KEY).unwrap();
        assert_eq!(
            StatusListToken::from_jwt(&text, &key(), URI, NOW).unwrap_err(),
            expected,
            "{name}"
        );
    }
    let long = "a".repeat(MAX_TOKEN_BYTES + 1);
    assert_eq!(
        StatusListToken::from_jwt(&long, &key(), URI, NOW).unwrap_err(),
        ReadError::TooLarge
    );
    assert_eq!(
        StatusListToken::from_jwt("a.b", &key(), URI, NOW).unwrap_err(),
        ReadError::Malformed
    );
}

#[test]
fn a_cwt_that_is_no_status_list_is_refused_with_its_reason() {
    let list = || {
        Value::Map(vec![
            ("bits".into(), 1.into()),
            ("lst".into(), token().list.compress().into()),
        ])
    };
    let claim = |label: i64, value: Value| (Value::from(label), value);
    let good = || {
        vec![
            claim(2, URI.into()),
            claim(6, ISSUED.into()),
            claim(65533, list()),
        ]
    };
    let without = |label: i64| {
        good()
            .into_iter()
            .filter(|(key, _)| *key != label.into())
            .collect()
    };
    let twice = || {
        good()
            .into_iter()
            .chain([claim(2, "https://evil.example".into())])
            .collect()
    };
    let typ = "application/statuslist+cwt";
    let cases: Vec<(&str, Vec<u8>, ReadError)> = vec![
        (
            "another type",
            cwt("application/cwt", good(), true),
            ReadError::Type,
        ),
        (
            "no algorithm",
            cwt(typ, good(), false),
            ReadError::Signature,
        ),
        (
            "no sub",
            cwt(typ, without(2), true),
            ReadError::Claim("sub"),
        ),
        (
            "no iat",
            cwt(typ, without(6), true),
            ReadError::Claim("iat"),
        ),
        (
            "no list",
            cwt(typ, without(65533), true),
            ReadError::Claim("status_list"),
        ),
        ("sub twice", cwt(typ, twice(), true), ReadError::Malformed),
        ("nothing", vec![], ReadError::Malformed),
        (
            "not tagged",
            cwt(typ, good(), true)[1..].to_vec(),
            ReadError::Malformed,
        ),
        (
            "too large",
            vec![0; MAX_TOKEN_BYTES + 1],
            ReadError::TooLarge,
        ),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(
            StatusListToken::from_cwt(&bytes, &key(), URI, NOW).unwrap_err(),
            expected,
            "{name}"
        );
    }
    assert!(
        StatusListToken::from_cwt(&cwt(typ, good(), true), &key(), URI, NOW).is_ok(),
        "the cases start from good"
    );
    let mut tagged = vec![0xd8, 61];
    tagged.extend(token().to_cwt(b"k", &*KEY).unwrap());
    assert_eq!(
        StatusListToken::from_cwt(&tagged, &key(), URI, NOW).unwrap_err(),
        ReadError::Malformed,
        "tag 61"
    );
}

fn cwt(typ: &str, claims: Vec<(Value, Value)>, with_algorithm: bool) -> Vec<u8> {
    let mut payload = Vec::new();
    ciborium::into_writer(&Value::Map(claims), &mut payload).unwrap();
    let mut header = HeaderBuilder::new().value(16, typ.into());
    if with_algorithm {
        header = header.algorithm(iana::Algorithm::ES256);
    }
    CoseSign1Builder::new()
        .protected(header.build())
        .payload(payload)
        .create_signature(b"", |message| KEY.sign(message).unwrap().to_vec())
        .build()
        .to_tagged_vec()
        .unwrap()
}

#[test]
fn a_bomb_is_not_unpacked() {
    let bomb = StatusList::from_bytes(Bits::One, vec![0; 64 << 20]).compress();
    assert!(bomb.len() < 100_000);
    assert_eq!(
        StatusList::decompress(Bits::One, &bomb, 1 << 20),
        Err(ListError::TooLarge)
    );
    let claims = json!({"sub": URI, "iat": ISSUED, "status_list": {"bits": 1, "lst": jose::base64url(&bomb)}});
    let text = jws::sign_json(&jws::Header::new("statuslist+jwt"), &claims, &*KEY).unwrap();
    let refused = StatusListToken::from_jwt(&text, &key(), URI, NOW).unwrap_err();
    assert_eq!(refused, ReadError::List(ListError::TooLarge));
}

#[test]
fn only_a_whole_stream_and_nothing_after_it_is_a_list() {
    let list = StatusList::from_bytes(Bits::Eight, (0..=255).collect());
    let stream = list.compress();
    assert_eq!(
        StatusList::decompress(Bits::Eight, &stream, 256).unwrap(),
        list
    );
    assert_eq!(
        StatusList::decompress(Bits::Eight, &stream, 255),
        Err(ListError::TooLarge)
    );
    for end in 0..stream.len() {
        let cut = StatusList::decompress(Bits::Eight, &stream[..end], 256);
        assert_eq!(cut, Err(ListError::Compression), "cut after {end}");
    }
    let mut longer = stream.clone();
    longer.push(0);
    assert_eq!(
        StatusList::decompress(Bits::Eight, &longer, 256),
        Err(ListError::Compression)
    );
}

#[test]
fn a_fresh_list_is_due_after_its_ttl_and_at_its_end_at_the_latest() {
    let due = |ttl, expires_at| {
        StatusListToken {
            ttl,
            expires_at,
            ..token()
        }
        .refresh_at()
    };
    assert_eq!(due(Some(900), Some(ISSUED + 86_400)), Some(ISSUED + 900));
    assert_eq!(due(Some(900), Some(ISSUED + 60)), Some(ISSUED + 60));
    assert_eq!(due(None, Some(ISSUED + 60)), Some(ISSUED + 60));
    assert_eq!(due(Some(900), None), Some(ISSUED + 900));
    assert_eq!(due(Some(u64::MAX), None), Some(i64::MAX));
    assert_eq!(due(None, None), None);
}

#[test]
fn any_one_flipped_bit_is_refused_in_both_forms() {
    let mut list = StatusList::new(Bits::Two, 64);
    list.set(7, Status::Invalid.into()).unwrap();
    let small = StatusListToken { list, ..token() };
    let good = StatusListToken::from_jwt(&small.to_jwt("k", &*KEY).unwrap(), &key(), URI, NOW);
    assert_eq!(good.unwrap(), small);

    let jwt = small.to_jwt("k", &*KEY).unwrap();
    for place in 0..jwt.len() {
        for bit in 0..7 {
            let mut bytes = jwt.clone().into_bytes();
            bytes[place] ^= 1 << bit;
            let text = String::from_utf8(bytes).unwrap();
            let read = StatusListToken::from_jwt(&text, &key(), URI, NOW);
            assert!(read.is_err(), "JWT: byte {place}, bit {bit}");
        }
    }
    let cwt = small.to_cwt(b"k", &*KEY).unwrap();
    for place in 0..cwt.len() {
        for bit in 0..8 {
            let mut bytes = cwt.clone();
            bytes[place] ^= 1 << bit;
            let read = StatusListToken::from_cwt(&bytes, &key(), URI, NOW);
            assert!(read.is_err(), "CWT: byte {place}, bit {bit}");
        }
    }
}

#[test]
fn an_aggregation_is_read_as_it_was_written() {
    let lists = [
        "https://id.example/status-lists/1",
        "https://id.example/status-lists/2",
    ];
    let aggregation = Aggregation {
        status_lists: lists.map(str::to_owned).to_vec(),
    };
    let json = serde_json::to_string(&aggregation).unwrap();
    assert_eq!(
        json,
        r#"{"status_lists":["https://id.example/status-lists/1","https://id.example/status-lists/2"]}"#
    );
    assert_eq!(Aggregation::from_json(json.as_bytes()), Ok(aggregation));
    let with_more = br#"{"status_lists": [], "else": 1}"#;
    assert_eq!(
        Aggregation::from_json(with_more),
        Ok(Aggregation::default())
    );
}

#[test]
fn what_is_no_aggregation_is_refused() {
    let many = json!({"status_lists": vec!["a"; MAX_LISTS + 1]}).to_string();
    let long = format!(
        r#"{{"status_lists": []}}{}"#,
        " ".repeat(MAX_AGGREGATION_BYTES)
    );
    for (name, json, expected) in [
        ("nothing", "", AggregationError::Malformed),
        (
            "another document",
            r#"{"keys": []}"#,
            AggregationError::Malformed,
        ),
        (
            "an address that is no text",
            r#"{"status_lists": [1]}"#,
            AggregationError::Malformed,
        ),
        (
            "one list twice",
            r#"{"status_lists": ["a", "b", "a"]}"#,
            AggregationError::Repeated,
        ),
        ("too many", &many, AggregationError::TooLarge),
        ("too long", &long, AggregationError::TooLarge),
    ] {
        assert_eq!(
            Aggregation::from_json(json.as_bytes()),
            Err(expected),
            "{name}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn entries_do_not_touch_each_other(
        bits in prop::sample::select(vec![Bits::One, Bits::Two, Bits::Four, Bits::Eight]),
        values in prop::collection::vec(any::<u8>(), 1..200),
    ) {
        let mask = u8::MAX >> (8 - bits.count());
        let mut list = StatusList::new(bits, values.len());
        for (idx, value) in values.iter().enumerate() {
            list.set(idx as u64, !value & mask).unwrap();
        }
        for (idx, value) in values.iter().enumerate().rev() {
            list.set(idx as u64, value & mask).unwrap();
        }
        let list = StatusList::decompress(bits, &list.compress(), 200).unwrap();
        for (idx, value) in values.iter().enumerate() {
            prop_assert_eq!(list.get(idx as u64), Some(value & mask));
        }
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in ".{0,200}") {
        let _ = StatusListToken::from_cwt(&bytes, &key(), URI, NOW);
        let _ = StatusListToken::from_jwt(&text, &key(), URI, NOW);
        let _ = StatusList::decompress(Bits::One, &bytes, 1 << 10);
    }
}
