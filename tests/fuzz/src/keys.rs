//! The keys of everyone who signs here.
//!
//! Their private numbers are 1, 2, 3 …, so that nobody takes them for secrets and every run has the same ones.

use std::sync::LazyLock;

use jose::{Jwk, Signer, SoftwareKey};
use ring::rand::SystemRandom;

/// Signed the seeds. Nothing is signed with it while fuzzing, so what it is found under must come from a seed.
pub static SEED_ISSUER: LazyLock<Party> = LazyLock::new(|| Party::number(0));
/// Holds the cards of the seeds.
pub static SEED_HOLDER: LazyLock<Party> = LazyLock::new(|| Party::number(1));
/// Signs what a target makes of its input.
pub static ISSUER: LazyLock<Party> = LazyLock::new(|| Party::number(2));
/// Holds what a target makes of its input.
pub static HOLDER: LazyLock<Party> = LazyLock::new(|| Party::number(3));
/// Whoever must not be believed.
pub static STRANGER: LazyLock<Party> = LazyLock::new(|| Party::number(4));

/// x and y of 1·G to 5·G on P-256.
const POINTS: [&str; 5] = [
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc4766997807775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1",
    "5ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c8734640c4998ff7e374b06ce1a64a2ecd82ab036384fb83d9a79b127a27d5032",
    "e2534a3532d08fbba02dde659ee62bd0031fe2db785596ef509302446b030852e0f1575a4c633cc719dfee5fda862d764efc96c3f30ee0055c42c23f184ed8c6",
    "51590b7a515140d2d784c85608668fdfef8c82fd1f5be52421554a0dc3d033ede0c17da8904a727d8ae1bf36bf8a79260d012f00d4d80888d1d0bb44fda16da4",
];

/// PKCS#8 around the private number (RFC 5958, RFC 5915 with the public key).
const BEFORE_NUMBER: &str =
    "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420";
const BEFORE_POINT: &str = "a14403420004";

/// Somebody with a key.
pub struct Party {
    /// Signs.
    pub key: SoftwareKey,
    /// Its public half, named by its thumbprint.
    pub jwk: Jwk,
}

impl Party {
    fn number(index: usize) -> Self {
        let number = format!("{:064x}", index + 1);
        let pkcs8 = format!("{BEFORE_NUMBER}{number}{BEFORE_POINT}{}", POINTS[index]);
        let pkcs8: Vec<u8> = (0..pkcs8.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&pkcs8[at..at + 2], 16).expect("hexadecimal"))
            .collect();
        let key = SoftwareKey::from_pkcs8(&pkcs8, &SystemRandom::new()).expect("a key");
        let jwk = key.public_jwk().with_thumbprint_kid();
        Self { key, jwk }
    }

    /// The name by which COSE headers call the key.
    #[must_use]
    pub fn key_id(&self) -> [u8; 8] {
        county_api::key_id(&self.jwk)
    }
}
