//! Building and signing a list of 2¹⁷ entries of two bits, against zlib alone on the same bytes.
//!
//! `cargo bench -p status-list`

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may stop where a test may"
)]

#[path = "../../jose/benches/ratio/mod.rs"]
mod ratio;

use std::hint::black_box;
use std::io::Write;

use criterion::{Criterion, criterion_group, criterion_main};
use flate2::{Compression, write::ZlibEncoder};
use jose::{Signer, SoftwareKey};
use status_list::{Bits, Status, StatusList, StatusListToken};

const ENTRIES: usize = 1 << 17;
const URI: &str = "https://id.fjordviken.example/status-lists/1";

/// The entries that are not valid: one in a hundred, at places that look random.
fn blocked() -> Vec<(u64, Status)> {
    (0..ENTRIES as u64 / 100)
        .map(|n| {
            let place = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 47;
            let status = if n % 3 == 0 {
                Status::Suspended
            } else {
                Status::Invalid
            };
            (place, status)
        })
        .collect()
}

fn build(blocked: &[(u64, Status)]) -> StatusListToken {
    let mut list = StatusList::new(Bits::Two, ENTRIES);
    for (place, status) in blocked {
        list.set(*place, (*status).into()).unwrap();
    }
    StatusListToken {
        uri: URI.to_owned(),
        issued_at: 1_795_000_000,
        expires_at: Some(1_795_086_400),
        ttl: Some(900),
        aggregation_uri: None,
        list,
    }
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn benchmark(criterion: &mut Criterion) {
    let blocked = blocked();
    let key = SoftwareKey::generate(&ring::rand::SystemRandom::new()).unwrap();
    let token = build(&blocked);
    let (jwt, cwt) = (
        token.to_jwt("key-1", &key).unwrap(),
        token.to_cwt(b"key-1", &key).unwrap(),
    );
    let public = key.public_jwk();

    let raw = || zlib(black_box(token.list.as_bytes()));
    let as_jwt = || build(black_box(&blocked)).to_jwt("key-1", &key).unwrap();
    let as_cwt = || build(black_box(&blocked)).to_cwt(b"key-1", &key).unwrap();
    let read = || StatusListToken::from_jwt(&jwt, &public, URI, 1_795_000_000).unwrap();

    let mut group = criterion.benchmark_group("2^17 entries of 2 bits");
    group.sample_size(50);
    group.bench_function("zlib alone", |bench| bench.iter(raw));
    group.bench_function("build and sign, JWT", |bench| bench.iter(as_jwt));
    group.bench_function("build and sign, CWT", |bench| bench.iter(as_cwt));
    group.bench_function("read and verify, JWT", |bench| bench.iter(read));
    group.finish();

    let [raw, as_jwt, as_cwt] = ratio::medians(
        500,
        [&mut || drop(raw()), &mut || drop(as_jwt()), &mut || {
            drop(as_cwt())
        }],
    );
    ratio::at_most("building and signing a JWT", as_jwt, raw, 1.3);
    ratio::at_most("building and signing a CWT", as_cwt, raw, 1.3);
    ratio::size("JWT", jwt.len());
    ratio::size("CWT", cwt.len());
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
