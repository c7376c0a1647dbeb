//! The keys of everyone who signs in these targets.

use fuzz::keys::{HOLDER, ISSUER, SEED_HOLDER, SEED_ISSUER, STRANGER};
use jose::{Algorithm, Signer};

#[test]
fn every_party_verifies_what_it_signed_and_nobody_elses() {
    let all = [&SEED_ISSUER, &SEED_HOLDER, &ISSUER, &HOLDER, &STRANGER];
    for (at, party) in all.iter().enumerate() {
        let signature = party.key.sign(b"message").expect("signed");
        for (other_at, other) in all.iter().enumerate() {
            let verified = other.jwk.verify(Algorithm::Es256, b"message", &signature);
            assert_eq!(verified.is_ok(), at == other_at);
        }
    }
}
