//! Key attestations (OpenID4VCI appendix D.1): somebody who is trusted for it says where keys are kept.

use jose::jws::{self, Header, JwsError};
use jose::{Jwk, PublicKey, SignError, Signer};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::attested::{self, CLOCK_SKEW};

/// The `typ` of a key attestation.
pub const TYP: &str = "key-attestation+jwt";

/// The member of a key proof's header that carries one (F.1).
pub const HEADER_MEMBER: &str = "key_attestation";

/// An attestation of more keys than this is refused.
pub const MAX_KEYS: usize = 100;

/// A key attestation that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAttestation {
    /// The keys it speaks of.
    pub keys: Vec<Jwk>,
    /// The issuer's nonce in it, which has yet to be used up.
    pub nonce: String,
    /// How well the keys are kept, by the names of D.2.
    pub key_storage: Vec<String>,
    /// How well people are asked before the keys are used, by the names of D.2.
    pub user_authentication: Vec<String>,
}

/// Why a key attestation does not hold; all are `invalid_proof` on the wire.
#[derive(Debug, Error)]
pub enum KeyAttestationError {
    /// Not a JWT of the right type by somebody who is trusted, or a claim is missing.
    #[error("the key attestation is not acceptable")]
    Jws(#[from] JwsError),
    /// It has expired.
    #[error("the key attestation expired {seconds} s ago")]
    Expired {
        /// Seconds since then.
        seconds: i64,
    },
    /// It was made in the future.
    #[error("the key attestation lies in the future")]
    Ahead,
    /// No keys, too many, or one that is not on P-256.
    #[error("the attested keys are not acceptable")]
    Keys,
    /// The key that the proof is made with is not among those attested.
    #[error("the proof is made with another key than those attested")]
    OtherKey,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iat: i64,
    // "MUST be present if the attestation is used with the JWT proof type", which is the only one here.
    exp: i64,
    attested_keys: Vec<Jwk>,
    // F.1: must be there when there is a nonce endpoint, and there is.
    nonce: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    key_storage: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    user_authentication: Vec<String>,
}

/// Attests keys: what the wallet's maker does, or the part that keeps them.
///
/// # Errors
/// Whatever the key answers.
pub fn attest(
    keys: &[Jwk],
    nonce: &str,
    now: i64,
    expires_at: i64,
    attester: &dyn Signer,
) -> Result<String, SignError> {
    let header = Header::new(TYP).with_kid(attester.public_jwk().thumbprint());
    let claims = Claims {
        iat: now,
        exp: expires_at,
        attested_keys: keys.iter().map(Jwk::key_only).collect(),
        nonce: nonce.to_owned(),
        key_storage: Vec::new(),
        user_authentication: Vec::new(),
    };
    jws::sign_json(&header, &claims, attester)
}

/// Checks an attestation that came with the proof for `proven`.
///
/// # Errors
/// [`KeyAttestationError`] for the first check that fails.
pub fn verify(
    jwt: &str,
    trusted: &[Jwk],
    proven: &Jwk,
    now: i64,
) -> Result<KeyAttestation, KeyAttestationError> {
    use KeyAttestationError::{Ahead, Expired, Keys, OtherKey};
    let claims: Claims = attested::read(jwt, TYP, trusted)?;
    let seconds = now.saturating_sub(claims.exp);
    if seconds >= CLOCK_SKEW {
        return Err(Expired { seconds });
    }
    if claims.iat > now.saturating_add(CLOCK_SKEW) {
        return Err(Ahead);
    }
    let keys: Vec<Jwk> = claims.attested_keys.iter().map(Jwk::key_only).collect();
    let usable = keys
        .iter()
        .all(|key| matches!(key.key, PublicKey::P256 { .. }));
    if !usable || !(1..=MAX_KEYS).contains(&keys.len()) {
        return Err(Keys);
    }
    // D.1: "the JWT used as a proof is signed by a key contained in the attestation".
    if !keys.contains(&proven.key_only()) {
        return Err(OtherKey);
    }
    Ok(KeyAttestation {
        keys,
        nonce: claims.nonce,
        key_storage: claims.key_storage,
        user_authentication: claims.user_authentication,
    })
}

#[cfg(test)]
mod tests {
    use jose::SoftwareKey;
    use ring::rand::SystemRandom;
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_760_000_000;

    fn new_key() -> SoftwareKey {
        SoftwareKey::generate(&SystemRandom::new()).unwrap()
    }

    fn claims(key: &Jwk) -> Value {
        json!({"iat": NOW, "exp": NOW + 600, "nonce": "n", "attested_keys": [key],
            "key_storage": ["iso_18045_high"]})
    }

    fn signed(typ: &str, claims: &Value, attester: &SoftwareKey) -> String {
        jws::sign_json(&Header::new(typ), claims, attester).unwrap()
    }

    fn with(mut claims: Value, name: &str, content: Value) -> Value {
        claims[name] = content;
        claims
    }

    fn without(mut claims: Value, name: &str) -> Value {
        claims.as_object_mut().unwrap().shift_remove(name).unwrap();
        claims
    }

    #[test]
    fn an_attestation_by_somebody_trusted_tells_of_its_keys() {
        let (attester, holder, other) = (new_key(), new_key(), new_key());
        let keys = [other.public_jwk(), holder.public_jwk()];
        let jwt = attest(&keys, "n", NOW, NOW + 600, &attester).unwrap();
        let trusted = [new_key().public_jwk(), attester.public_jwk()];
        let read = verify(&jwt, &trusted, &holder.public_jwk(), NOW + 5).unwrap();
        assert_eq!(read.keys, keys);
        assert_eq!(read.nonce, "n");
        let rich = signed(TYP, &claims(&holder.public_jwk()), &attester);
        let read = verify(&rich, &trusted, &holder.public_jwk(), NOW).unwrap();
        assert_eq!(read.key_storage, ["iso_18045_high"]);
    }

    #[test]
    fn an_attestation_that_does_not_hold_is_refused() {
        let (attester, holder) = (new_key(), new_key());
        let holder = holder.public_jwk();
        let good = claims(&holder);
        let by_attester = |claims: &Value| signed(TYP, claims, &attester);
        let many: Vec<Jwk> = vec![holder.clone(); MAX_KEYS + 1];
        let private = json!({"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ", "d": "AQ"});
        for (case, jwt) in [
            ("another signer", signed(TYP, &good, &new_key())),
            ("another type", signed("JWT", &good, &attester)),
            (
                "the type of drafts",
                signed("keyattestation+jwt", &good, &attester),
            ),
            ("no exp", by_attester(&without(good.clone(), "exp"))),
            ("no iat", by_attester(&without(good.clone(), "iat"))),
            ("no nonce", by_attester(&without(good.clone(), "nonce"))),
            (
                "no keys",
                by_attester(&without(good.clone(), "attested_keys")),
            ),
            (
                "empty keys",
                by_attester(&with(good.clone(), "attested_keys", json!([]))),
            ),
            (
                "too many keys",
                by_attester(&with(good.clone(), "attested_keys", json!(many))),
            ),
            (
                "a private key",
                by_attester(&with(good.clone(), "attested_keys", json!([private]))),
            ),
            (
                "another key",
                by_attester(&with(
                    good.clone(),
                    "attested_keys",
                    json!([new_key().public_jwk()]),
                )),
            ),
            (
                "expired",
                by_attester(&with(good.clone(), "exp", json!(NOW - CLOCK_SKEW))),
            ),
            (
                "from the future",
                by_attester(&with(good.clone(), "iat", json!(NOW + CLOCK_SKEW + 1))),
            ),
            ("not a JWT", "x.y".into()),
        ] {
            let trusted = [attester.public_jwk()];
            assert!(verify(&jwt, &trusted, &holder, NOW).is_err(), "{case}");
        }
        let jwt = by_attester(&good);
        assert!(verify(&jwt, &[attester.public_jwk()], &holder, NOW).is_ok());
        assert!(verify(&jwt, &[], &holder, NOW).is_err(), "nobody trusted");
    }
}
