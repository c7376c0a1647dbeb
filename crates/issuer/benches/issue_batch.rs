//! Issuing what a phone fetches at a time, ten SD-JWT VCs and a token for each of four purposes, against its fourteen
//! signatures made by ring alone.
//!
//! `cargo bench -p issuer --bench issue_batch`

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark may stop where a test may"
)]

#[path = "../../jose/benches/ratio/mod.rs"]
mod ratio;

use std::hint::black_box;

use county_api::{CardClaims, CardType, InPersonClaims, PortraitHash, Profile, claims::Portrait};
use criterion::{Criterion, criterion_group, criterion_main};
use issuer::issue::{Entry, Issuing, Terms};
use jose::{Jwk, Signer, SoftwareKey};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};

const ISSUER: &str = "https://skolebevis.fjordviken.example";
const COPIES: usize = 10;

/// A card with a photo of so many bytes.
fn card(photo: usize) -> CardClaims {
    let mut jpeg = vec![0xFF, 0xD8, 0xFF];
    // What a photo looks like to base64 and SHA-256: anything.
    jpeg.extend((3..photo.max(4)).map(|at| u8::try_from(at * 7 % 251).unwrap()));
    CardClaims {
        given_name: "Nora".into(),
        family_name: "Bjørnstad".into(),
        birthdate: "2008-02-29".parse().unwrap(),
        portrait: Portrait::from_jpeg(jpeg).unwrap(),
        card_type: CardType::Elev,
        institution: "Fjordvik videregående skole".into(),
        institution_number: Some("974000001".into()),
        class: Some("2STA".into()),
        programme: Some("Studiespesialisering".into()),
        student_number: Some("100042".into()),
        semester: "2026-H".parse().unwrap(),
        valid_from: "2026-08-01".parse().unwrap(),
        valid_until: "2026-12-31".parse().unwrap(),
        age_over_16: true,
        age_over_18: true,
        age_over_20: false,
        county: "Fjordviken fylkeskommune".into(),
    }
}

struct Batch<'a> {
    issuing: Issuing<'a>,
    card: CardClaims,
    holders: Vec<(Jwk, Entry)>,
}

impl Batch<'_> {
    fn cards(&self) -> Vec<String> {
        self.issuing.cards(&self.card, &self.holders).unwrap()
    }

    fn tokens(&self) -> Vec<String> {
        let hash = Some(PortraitHash([7; 8]));
        let profiles = Profile::ALL.iter().zip(self.holders.chunks(1));
        profiles
            .flat_map(|(profile, holder)| {
                let claims = InPersonClaims::of(*profile, &self.card, hash);
                self.issuing.tokens(&claims.to_identity(), holder).unwrap()
            })
            .collect()
    }

    /// The messages that are signed, as long as they really are.
    fn signed(&self) -> Vec<Vec<u8>> {
        let length = |card: &String| card.find('~').unwrap() - 87;
        let cards = self.cards().iter().map(length).collect::<Vec<_>>();
        let tokens = self.tokens();
        let tokens = tokens.iter().map(|token| token.len() * 3 / 4 - 64);
        let lengths = cards.into_iter().chain(tokens);
        lengths.map(|length| vec![1; length]).collect()
    }

    /// What is hashed into digests, as long as it really is.
    fn disclosed(&self) -> Vec<Vec<u8>> {
        let cards = self.cards();
        let disclosures = cards
            .iter()
            .flat_map(|card| card.split('~').skip(1))
            .filter(|part| !part.is_empty());
        disclosures.map(|text| text.as_bytes().to_vec()).collect()
    }
}

fn benchmark(criterion: &mut Criterion) {
    let random = SystemRandom::new();
    let key = SoftwareKey::generate(&random).unwrap();
    let jwk = key.public_jwk().with_thumbprint_kid();
    let kid = jwk.thumbprint();
    let holders: Vec<(Jwk, Entry)> = (0..COPIES)
        .map(|number| {
            let holder = SoftwareKey::generate(&random).unwrap().public_jwk();
            let entry = Entry {
                uri: format!("{ISSUER}/status-lists/1"),
                idx: 90_000 + number as u64,
            };
            (holder, entry)
        })
        .collect();
    let batch = |photo: usize| Batch {
        issuing: Issuing {
            issuer: ISSUER,
            vct: format!("{ISSUER}/types/student-id"),
            terms: Terms {
                issued_at: 1_789_516_800,
                expires_at: 1_792_108_800,
            },
            kid: &kid,
            key_id: county_api::key_id(&jwk),
            signer: &key,
            random: &random,
        },
        card: card(photo),
        holders: holders.clone(),
    };
    let ring_key =
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.pkcs8(), &random).unwrap();

    let mut group = criterion.benchmark_group("batch");
    // A photo as small as a file can be, one of usual size, and the largest that the issuer stores.
    for photo in [4, 32_000, 64_000] {
        let batch = batch(photo);
        let signed = batch.signed();
        assert_eq!(signed.len(), COPIES + Profile::ALL.len());
        let disclosed = batch.disclosed();
        let mut sign = || {
            for message in &signed {
                black_box(ring_key.sign(&random, black_box(message)).unwrap());
            }
        };
        let mut hash = || {
            for text in &disclosed {
                black_box(digest(&SHA256, black_box(text)));
            }
        };
        let mut issue = || {
            black_box((batch.cards(), batch.tokens()));
        };
        if photo == 32_000 {
            group.bench_function("raw signatures", |bench| bench.iter(&mut sign));
            group.bench_function("raw digests", |bench| bench.iter(&mut hash));
            group.bench_function("all of it", |bench| bench.iter(&mut issue));
        }
        let [signing, hashing, issuing] = ratio::medians(400, [&mut sign, &mut hash, &mut issue]);
        let what = format!("issuing a batch with a photo of {photo} bytes");
        ratio::at_most(&what, issuing, signing, 1.6);
        let what = format!("{what}, against signatures and digests");
        ratio::at_most(&what, issuing, signing + hashing, 1.6);
    }
    group.finish();
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
