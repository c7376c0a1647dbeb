//! What others vouch for in OpenID4VCI: signed metadata, attestations of a wallet and of its keys.
//!
//! Input: any of these as a compact JWT; or its claims as JSON.

use std::collections::HashSet;
use std::sync::LazyLock;

use jose::Jwk;
use openid4vc::client_attestation::{self, ClientAttestation, Expected};
use openid4vc::key_attestation::{self, KeyAttestation};
use openid4vc::metadata::signed::{self, SignedMetadata};
use openid4vc::{IssuerMetadata, client_attestation as client};

use crate::jose::signing_input;
use crate::keys::{HOLDER, ISSUER, Party, SEED_HOLDER, SEED_ISSUER, STRANGER};
use crate::openid4vc_messages::CLIENT;
use crate::openid4vc_metadata::ISSUER as ISSUER_ID;
use crate::{NOW, make};

static SEEDS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    crate::seeds::known("openid4vc_attested", |seed| {
        Some(signing_input(seed)?.to_vec())
    })
});

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let mut accepted = std::str::from_utf8(data).is_ok_and(foreign);
    if data.starts_with(b"{") {
        accepted |=
            made_metadata(data) | made_client(data) | made_possession(data) | made_keys(data);
    }
    accepted
}

fn foreign(text: &str) -> bool {
    let accepted = metadata(text, &SEED_ISSUER).is_some()
        || of_client(text, &SEED_ISSUER).is_some()
        || possession(text, &SEED_HOLDER)
        || of_keys(text, &SEED_ISSUER, &SEED_HOLDER).is_some();
    if accepted {
        let known = SEEDS.contains(signing_input(text.as_bytes()).unwrap());
        assert!(known, "a signature that nobody made");
    }
    accepted
}

fn metadata(text: &str, signer: &Party) -> Option<IssuerMetadata> {
    let read = SignedMetadata::parse(text).ok()?;
    let _ = read.kid();
    read.verify(&signer.jwk, ISSUER_ID, NOW).ok()
}

fn expected(trusted: &[Jwk]) -> Expected<'_> {
    Expected {
        trusted,
        client_id: CLIENT,
        audience: ISSUER_ID,
        now: NOW,
        max_age: client_attestation::DEFAULT_MAX_AGE,
    }
}

fn of_client(text: &str, attester: &Party) -> Option<ClientAttestation> {
    // Somebody else who is trusted too, in front.
    let trusted = [STRANGER.jwk.clone(), attester.jwk.clone()];
    client_attestation::verify(text, &expected(&trusted)).ok()
}

fn possession(text: &str, instance: &Party) -> bool {
    let attestation = ClientAttestation {
        instance_key: instance.jwk.clone(),
    };
    let Ok(proof) = attestation.verify_proof(text, &expected(&[])) else {
        return false;
    };
    assert!((1..=client::MAX_JTI_LENGTH).contains(&proof.jti.len()));
    assert!((NOW - client::DEFAULT_MAX_AGE..=NOW + 60).contains(&proof.issued_at));
    true
}

fn of_keys(text: &str, attester: &Party, proven: &Party) -> Option<KeyAttestation> {
    let trusted = [STRANGER.jwk.clone(), attester.jwk.clone()];
    key_attestation::verify(text, &trusted, &proven.jwk, NOW).ok()
}

/// Signed by another, or with a bit flipped, it is refused.
fn refused_otherwise(data: &[u8], text: &str, accepts: impl Fn(&str, &Party) -> bool) {
    assert!(!accepts(text, &SEED_ISSUER), "believed under another's key");
    let changed = make::one_bit_flipped(data, text.as_bytes());
    if let Ok(changed) = std::str::from_utf8(&changed) {
        assert!(!accepts(changed, &ISSUER), "a bit was flipped");
    }
}

fn made_metadata(data: &[u8]) -> bool {
    let text = make::typed_jws(signed::TYP, data, &ISSUER);
    let Some(read) = metadata(&text, &ISSUER) else {
        return false;
    };
    assert_eq!(read.credential_issuer, ISSUER_ID);
    read.check(ISSUER_ID).unwrap();
    refused_otherwise(data, &text, |text, by| metadata(text, by).is_some());
    true
}

fn made_client(data: &[u8]) -> bool {
    let text = make::typed_jws(client_attestation::TYP, data, &ISSUER);
    let Some(attestation) = of_client(&text, &ISSUER) else {
        return false;
    };
    let thumbprint = attestation.instance_key.thumbprint();
    attestation.accept_dpop(&thumbprint).unwrap();
    assert!(attestation.accept_dpop(&thumbprint[1..]).is_err());
    refused_otherwise(data, &text, |text, by| of_client(text, by).is_some());
    true
}

fn made_possession(data: &[u8]) -> bool {
    let text = make::typed_jws(client_attestation::POP_TYP, data, &HOLDER);
    let accepted = possession(&text, &HOLDER);
    assert!(!possession(&text, &SEED_HOLDER), "somebody else's proof");
    accepted
}

fn made_keys(data: &[u8]) -> bool {
    let text = make::typed_jws(key_attestation::TYP, data, &ISSUER);
    let Some(attestation) = of_keys(&text, &ISSUER, &SEED_HOLDER) else {
        return false;
    };
    assert!((1..=key_attestation::MAX_KEYS).contains(&attestation.keys.len()));
    assert!(attestation.keys.contains(&SEED_HOLDER.jwk.key_only()));
    refused_otherwise(data, &text, |text, by| {
        of_keys(text, by, &SEED_HOLDER).is_some()
    });
    true
}
