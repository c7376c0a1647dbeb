//! Checking a code, against the two signatures in it checked by ring alone.
//!
//! `cargo bench -p qr-proof`

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may stop where a test may"
)]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../../jose/benches/ratio/mod.rs"]
mod ratio;

use std::hint::black_box;

use common::{AUDIENCE, KEYS, NOW, code, token};
use criterion::{Criterion, criterion_group, criterion_main};
use jose::{PublicKey, Signer};
use qr_proof::{Policy, decode, verify_token};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

/// Two signatures over messages as long as those of a code, checked by ring and nothing else.
fn two_raw() -> impl Fn() {
    let signed = [
        (&KEYS.issuer, vec![1_u8; 300]),
        (&KEYS.holder, vec![2; 430]),
    ]
    .map(|(key, message)| {
        let PublicKey::P256 { x, y } = key.public_jwk().key else {
            unreachable!("a software key is on P-256")
        };
        let point = [&[4][..], &x, &y].concat();
        let signature = key.sign(&message).unwrap();
        (
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point),
            message,
            signature,
        )
    });
    move || {
        for (key, message, signature) in &signed {
            key.verify(black_box(message), black_box(signature))
                .unwrap();
        }
    }
}

fn benchmark(criterion: &mut Criterion) {
    let text = code();
    let token = token();
    let issuer = KEYS.issuer.public_jwk();
    let policy = Policy::new(&issuer, AUDIENCE, NOW);
    let raw = two_raw();
    let whole = || decode(black_box(&text)).unwrap().verify(&policy).unwrap();
    let read = || decode(black_box(&text)).unwrap();

    let mut group = criterion.benchmark_group("code");
    group.bench_function("two raw signatures", |bench| bench.iter(&raw));
    group.bench_function("decode", |bench| bench.iter(read));
    group.bench_function("decode and verify", |bench| bench.iter(whole));
    group.bench_function("verify a token", |bench| {
        bench.iter(|| verify_token(black_box(&token), &issuer, NOW).unwrap())
    });
    group.finish();

    let [raw, read, whole] = ratio::medians(
        5_000,
        [&mut || raw(), &mut || drop(read()), &mut || drop(whole())],
    );
    ratio::at_most("reading a code", read, raw, 0.2);
    ratio::at_most("checking a code", whole, raw, 1.2);
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
