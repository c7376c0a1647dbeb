use jose::SoftwareKey;
use ring::rand::SystemRandom;
use serde_json::{Value, json};

use super::*;

const CLIENT: &str = "lommebevis-app";
const SERVER: &str = "https://issuer.example/county";
const NOW: i64 = 1_760_000_000;

fn new_key() -> SoftwareKey {
    SoftwareKey::generate(&SystemRandom::new()).unwrap()
}

/// A wallet maker that is trusted, and one copy of its wallet.
struct Scene {
    attester: SoftwareKey,
    instance: SoftwareKey,
    trusted: Vec<Jwk>,
}

impl Scene {
    fn new() -> Self {
        let attester = new_key();
        Self {
            trusted: vec![new_key().public_jwk(), attester.public_jwk()],
            attester,
            instance: new_key(),
        }
    }

    fn expected(&self) -> Expected<'_> {
        Expected {
            trusted: &self.trusted,
            client_id: CLIENT,
            audience: SERVER,
            now: NOW,
            max_age: DEFAULT_MAX_AGE,
        }
    }

    fn claims(&self) -> Value {
        json!({"sub": CLIENT, "iat": NOW, "exp": NOW + 600, "cnf": {"jwk": self.instance.public_jwk()}})
    }

    fn attested(&self, claims: &Value) -> Result<ClientAttestation, ClientAttestationError> {
        let jwt = jws::sign_json(&Header::new(TYP), claims, &self.attester).unwrap();
        verify(&jwt, &self.expected())
    }

    fn proven(&self, claims: &Value) -> Result<PossessionProof, ClientAttestationError> {
        let proof = jws::sign_json(&Header::new(POP_TYP), claims, &self.instance).unwrap();
        let attestation = self.attested(&self.claims()).unwrap();
        attestation.verify_proof(&proof, &self.expected())
    }
}

fn with(mut claims: Value, name: &str, content: Value) -> Value {
    claims[name] = content;
    claims
}

fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().unwrap().shift_remove(name).unwrap();
    claims
}

fn proof_claims() -> Value {
    json!({"aud": SERVER, "jti": "1", "iat": NOW, "challenge": "not asked for", "iss": "ignored"})
}

#[test]
fn an_attestation_with_its_proof_is_believed() {
    let scene = Scene::new();
    let attestation = attest(
        CLIENT,
        &scene.instance.public_jwk(),
        NOW - 100,
        NOW + 100,
        &scene.attester,
    )
    .unwrap();
    let attestation = verify(&attestation, &scene.expected()).unwrap();
    assert_eq!(attestation.instance_key, scene.instance.public_jwk());
    let proof = prove(SERVER, "jti-1", NOW - 5, &scene.instance).unwrap();
    assert_eq!(
        attestation.verify_proof(&proof, &scene.expected()).unwrap(),
        PossessionProof {
            jti: "jti-1".into(),
            issued_at: NOW - 5
        }
    );
    let thumbprint = scene.instance.public_jwk().thumbprint();
    assert!(attestation.accept_dpop(&thumbprint).is_ok());
    let other = attestation.accept_dpop(&new_key().public_jwk().thumbprint());
    assert!(matches!(other, Err(ClientAttestationError::OtherDpopKey)));
}

#[test]
fn an_attestation_that_does_not_hold_is_refused_with_the_codes_of_the_draft() {
    use OAuthErrorCode::{InvalidClientAttestation, UseFreshAttestation};
    let scene = Scene::new();
    let good = scene.claims();
    let private = json!({"jwk": {"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ", "d": "AQ"}});
    for (claims, code) in [
        (without(good.clone(), "sub"), InvalidClientAttestation),
        (without(good.clone(), "exp"), InvalidClientAttestation),
        (without(good.clone(), "cnf"), InvalidClientAttestation),
        (
            with(good.clone(), "sub", json!("another")),
            InvalidClientAttestation,
        ),
        (
            with(good.clone(), "sub", json!(1)),
            InvalidClientAttestation,
        ),
        (
            with(good.clone(), "cnf", json!({"kid": "1"})),
            InvalidClientAttestation,
        ),
        (with(good.clone(), "cnf", private), InvalidClientAttestation),
        (
            with(good.clone(), "exp", json!(NOW - CLOCK_SKEW)),
            UseFreshAttestation,
        ),
        (
            with(good.clone(), "iat", json!(NOW + CLOCK_SKEW + 1)),
            InvalidClientAttestation,
        ),
        (
            with(good.clone(), "nbf", json!(NOW + CLOCK_SKEW + 1)),
            InvalidClientAttestation,
        ),
    ] {
        let error = scene.attested(&claims).unwrap_err();
        assert_eq!(error.code(), code, "{claims}");
    }
    assert!(scene.attested(&without(good.clone(), "iat")).is_ok());

    let wrong_type = jws::sign_json(&Header::new("JWT"), &good, &scene.attester).unwrap();
    let stranger = jws::sign_json(&Header::new(TYP), &good, &new_key()).unwrap();
    let large = format!("{}.x.y", "A".repeat(MAX_LENGTH));
    for jwt in [wrong_type, stranger, large, String::new(), "x".into()] {
        let error = verify(&jwt, &scene.expected()).unwrap_err();
        assert_eq!(error.code(), InvalidClientAttestation);
    }
    let nobody = Expected {
        trusted: &[],
        ..scene.expected()
    };
    let jwt = jws::sign_json(&Header::new(TYP), &good, &scene.attester).unwrap();
    assert!(verify(&jwt, &nobody).is_err());
}

#[test]
fn a_proof_of_possession_that_does_not_hold_is_refused() {
    let scene = Scene::new();
    assert!(scene.proven(&proof_claims()).is_ok());
    let good = proof_claims();
    let long = "x".repeat(MAX_JTI_LENGTH + 1);
    for claims in [
        without(good.clone(), "aud"),
        without(good.clone(), "jti"),
        without(good.clone(), "iat"),
        with(good.clone(), "aud", json!("https://other.example")),
        with(good.clone(), "aud", json!(format!("{SERVER}/"))),
        with(good.clone(), "jti", json!("")),
        with(good.clone(), "jti", json!(long)),
        with(good.clone(), "iat", json!(NOW - DEFAULT_MAX_AGE - 1)),
        with(good.clone(), "iat", json!(NOW + CLOCK_SKEW + 1)),
    ] {
        let error = scene.proven(&claims).unwrap_err();
        assert_eq!(
            error.code(),
            OAuthErrorCode::InvalidClientAttestation,
            "{claims}"
        );
    }
    let attestation = scene.attested(&scene.claims()).unwrap();
    let other_key = prove(SERVER, "1", NOW, &new_key()).unwrap();
    let other_type = jws::sign_json(&Header::new("dpop+jwt"), &good, &scene.instance).unwrap();
    for proof in [other_key, other_type, "x".into()] {
        assert!(attestation.verify_proof(&proof, &scene.expected()).is_err());
    }
}
