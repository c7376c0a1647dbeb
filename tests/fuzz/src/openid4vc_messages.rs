//! The messages between wallet and issuer: requests and answers, errors, callbacks and key proofs.
//!
//! Input: a JSON body, a form body or query, an address, a key proof; or the claims of a key proof as JSON.

use std::collections::HashSet;
use std::sync::LazyLock;

use jose::jws::Header;
use openid4vc::authorization::AuthorizationCallback;
use openid4vc::proof::{self, Expected};
use openid4vc::{
    AuthorizationRequest, CredentialError, CredentialRequest, CredentialResponse, NonceResponse,
    NotificationError, NotificationRequest, OAuthError, PushedAuthorizationRequest,
    PushedAuthorizationResponse, TokenRequest, TokenResponse,
};
use ring::rand::SystemRandom;
use url::Url;

use crate::NOW;
use crate::jose::signing_input;
use crate::keys::{HOLDER, SEED_HOLDER};
use crate::laws::json_comes_back;
use crate::make;

/// The issuer that proofs are for.
pub const ISSUER: &str = "https://issuer.example";
/// The wallet that makes them.
pub const CLIENT: &str = "lommebevis-app";
/// The `state` of the login that is going on.
pub const STATE: &str = "af0ifjsldkj";
const BATCH: usize = 10;

static SEEDS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    crate::seeds::known("openid4vc_messages", |seed| {
        Some(signing_input(seed)?.to_vec())
    })
});

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let mut accepted = credential_request(data) | notification(data) | answers(data) | forms(data);
    if let Ok(text) = std::str::from_utf8(data) {
        accepted |= browser(text) | key_proof(text);
    }
    accepted | made_proof(data)
}

fn credential_request(data: &[u8]) -> bool {
    encrypted(data);
    let Ok(request) = CredentialRequest::from_json(data, BATCH) else {
        return false;
    };
    assert!(request.credential_response_encryption.is_none());
    assert!((1..=BATCH).contains(&request.proofs.jwt.len()));
    let text = serde_json::to_vec(&request).unwrap();
    assert_eq!(CredentialRequest::from_json(&text, BATCH).unwrap(), request);
    let _ = proof::verify_all(&request.proofs.jwt, &expected());
    true
}

/// A request that came encrypted, and may ask for an encrypted answer.
fn encrypted(data: &[u8]) {
    let Ok(request) = CredentialRequest::from_decrypted(data, BATCH) else {
        assert!(CredentialRequest::from_json(data, BATCH).is_err());
        return;
    };
    let text = serde_json::to_vec(&request).unwrap();
    assert_eq!(
        CredentialRequest::from_decrypted(&text, BATCH).unwrap(),
        request
    );
    if let Some(to) = &request.credential_response_encryption {
        // A point that is not on the curve is an error, and no more.
        let _ = jose::jwe::encrypt(&to.jwk, to.enc, b"an answer", &SystemRandom::new());
    }
}

fn notification(data: &[u8]) -> bool {
    let Ok(request) = NotificationRequest::from_json(data) else {
        return false;
    };
    let text = serde_json::to_vec(&request).unwrap();
    assert_eq!(NotificationRequest::from_json(&text).unwrap(), request);
    let event = serde_json::to_value(request.event).unwrap();
    assert_eq!(event, request.event.name());
    true
}

fn answers(data: &[u8]) -> bool {
    let mut accepted = json_comes_back::<CredentialResponse>(data)
        | json_comes_back::<NonceResponse>(data)
        | json_comes_back::<PushedAuthorizationResponse>(data)
        | json_comes_back::<OAuthError>(data)
        | json_comes_back::<CredentialError>(data)
        | json_comes_back::<NotificationError>(data)
        | json_comes_back::<TokenResponse>(data);
    if let Ok(response) = serde_json::from_slice::<CredentialResponse>(data) {
        let count = response.credentials.len();
        assert_eq!(response.check(BATCH).is_ok(), (1..=BATCH).contains(&count));
        assert!(
            response
                .credentials
                .iter()
                .all(|one| hides(one, &one.credential))
        );
    }
    if let Ok(response) = serde_json::from_slice::<TokenResponse>(data) {
        let good = response.check("student-id").is_ok();
        assert!(!good || response.token_type.eq_ignore_ascii_case("dpop"));
        assert!(hides(&response, &response.access_token));
        accepted |= good;
    }
    if let Ok(error) = serde_json::from_slice::<OAuthError>(data) {
        assert!((400..600).contains(&error.error.status()));
        // What is shown of an error is its code.
        assert!(error.to_string().ends_with(&error.error.to_string()));
    }
    accepted
}

/// Whether `Debug` keeps a long secret to itself.
fn hides(value: &impl std::fmt::Debug, secret: &str) -> bool {
    secret.len() < 32 || !format!("{value:?}").contains(secret)
}

fn forms(data: &[u8]) -> bool {
    let mut accepted = false;
    if let Ok(request) = TokenRequest::from_form(data) {
        let again = TokenRequest::from_form(request.to_form().as_bytes());
        assert!(again.unwrap() == request);
        accepted = true;
    }
    if let Ok(request) = PushedAuthorizationRequest::from_form(data) {
        let again = PushedAuthorizationRequest::from_form(request.to_form().as_bytes());
        assert_eq!(again.unwrap(), request);
        for scope in request.scope.split(' ') {
            assert!(request.has_scope(scope));
        }
        accepted = true;
    }
    accepted
}

/// What the browser brings: a query to the server, a callback to the wallet.
fn browser(text: &str) -> bool {
    let mut accepted = false;
    if let Ok(request) = AuthorizationRequest::from_query(text) {
        let url = request.to_url(&Url::parse(ISSUER).unwrap());
        let again = AuthorizationRequest::from_query(url.query().unwrap());
        assert_eq!(again.unwrap(), request);
        accepted = true;
    }
    let redirect = Url::parse("http://127.0.0.1:49152/callback").unwrap();
    let mut queried = redirect.clone();
    queried.set_query(Some(text));
    for url in [Ok(queried), Url::parse(text)].into_iter().flatten() {
        let Ok(callback) = AuthorizationCallback::from_url(&url) else {
            continue;
        };
        let again = AuthorizationCallback::from_url(&callback.to_url(&redirect)).unwrap();
        assert!(again == callback);
        let for_us = callback.state() == Some(STATE);
        let code = callback.into_code(STATE, ISSUER);
        assert!(for_us || code.is_err());
        accepted |= code.is_ok();
    }
    accepted
}

fn expected() -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        client_id: CLIENT,
        now: NOW,
        max_age: proof::DEFAULT_MAX_AGE,
    }
}

fn key_proof(text: &str) -> bool {
    let Ok(proof) = proof::verify(text, &expected()) else {
        return false;
    };
    // Anyone may prove a key of their own, but nobody the seeds' holder's.
    if proof.jwk == SEED_HOLDER.jwk.key_only() {
        let known = SEEDS.contains(signing_input(text.as_bytes()).unwrap());
        assert!(known, "not what the holder signed");
    }
    true
}

fn made_proof(data: &[u8]) -> bool {
    if !data.starts_with(b"{") {
        return false;
    }
    let header = Header::new(proof::TYP).with_jwk(HOLDER.jwk.key_only());
    let text = make::jws(&serde_json::to_vec(&header).unwrap(), data, &HOLDER);
    let Ok(proof) = proof::verify(&text, &expected()) else {
        return false;
    };
    assert_eq!(proof.jwk, HOLDER.jwk.key_only());
    assert!(!proof.nonce.is_empty());
    assert!((NOW - proof::DEFAULT_MAX_AGE..=NOW + proof::MAX_AHEAD).contains(&proof.issued_at));
    let twice = [text.clone(), text.clone()];
    assert!(
        proof::verify_all(&twice, &expected()).is_err(),
        "one key twice"
    );
    let changed = make::one_bit_flipped(data, text.as_bytes());
    if let Ok(changed) = std::str::from_utf8(&changed) {
        assert!(
            proof::verify(changed, &expected()).is_err(),
            "a bit was flipped"
        );
    }
    true
}
