//! OpenID4VCI: metadata and messages.

use fuzz::keys::{HOLDER, SEED_HOLDER, SEED_ISSUER, STRANGER};
use fuzz::{NOW, openid4vc_messages as target, openid4vc_metadata};
use openid4vc::metadata::signed;
use openid4vc::{client_attestation, key_attestation, proof};
use serde_json::{Value, json};

use crate::seed;

pub(crate) fn write() {
    metadata();
    json();
    forms();
    attested();
    offers();
}

fn metadata() {
    let put = |name: &str, value: Value| seed("openid4vc_metadata", name, value.to_string());
    let issuer = json!({
        "credential_issuer": openid4vc_metadata::ISSUER, "authorization_servers": [openid4vc_metadata::SERVER],
        "credential_endpoint": "https://issuer.example/credential", "credential_request_encryption": {
            "jwks": {"keys": [{"kty": "OKP"}, encryption_key()]}, "enc_values_supported": ["A128GCM", "A256GCM"], "encryption_required": true,
        },
        "credential_response_encryption": {
            "alg_values_supported": ["ECDH-ES"], "enc_values_supported": ["A256GCM"], "encryption_required": false,
        },
        "nonce_endpoint": "https://issuer.example/nonce",
        "notification_endpoint": "https://issuer.example/notification", "batch_credential_issuance": {"batch_size": 10},
        "display": [{"name": "Fjordviken fylkeskommune", "locale": "nb", "logo": {"uri": "data:,", "alt_text": "…"}}],
        "credential_configurations_supported": {
            "student-id-sd-jwt": {
                "format": "dc+sd-jwt", "scope": "student-id", "vct": "https://issuer.example/types/student-id",
                "credential_signing_alg_values_supported": ["ES256"], "cryptographic_binding_methods_supported": ["jwk"],
                "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
                "credential_metadata": {
                    "display": [{"name": "Elevbevis", "locale": "nb", "background_color": "#003366"}],
                    "claims": [{"path": ["given_name", 0, null], "mandatory": true, "display": [{"name": "Fornavn", "locale": "nb"}]}],
                },
            },
            "something-else": {"format": "mso_mdoc", "credential_signing_alg_values_supported": [-7]},
        },
    });
    put("good-issuer", issuer.clone());
    let server = json!({
        "issuer": openid4vc_metadata::SERVER, "authorization_endpoint": "https://login.example/authorize",
        "token_endpoint": "https://login.example/token", "pushed_authorization_request_endpoint": "https://login.example/par",
        "revocation_endpoint": "https://login.example/revoke", "require_pushed_authorization_requests": true,
        "scopes_supported": ["student-id"], "response_types_supported": ["code"], "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["none"], "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": ["ES256"], "authorization_response_iss_parameter_supported": true,
    });
    put("good-server", server.clone());
    for (name, document, pointer, value) in [
        (
            "bad-issuer-other",
            &issuer,
            "/credential_issuer",
            json!("https://evil.example"),
        ),
        (
            "bad-issuer-http",
            &issuer,
            "/nonce_endpoint",
            json!("http://issuer.example/nonce"),
        ),
        (
            "bad-issuer-nothing",
            &issuer,
            "/credential_configurations_supported",
            json!({}),
        ),
        (
            "bad-server-plain",
            &server,
            "/code_challenge_methods_supported",
            json!(["plain"]),
        ),
        (
            "bad-server-userinfo",
            &server,
            "/token_endpoint",
            json!("https://login.example@evil.example/token"),
        ),
    ] {
        let mut changed = document.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        put(name, changed);
    }
    let addresses = |name: &str, text: &str| seed("openid4vc_metadata", name, text);
    addresses(
        "good-addresses",
        "http://127.0.0.1/cb\nhttp://127.0.0.1:49152/cb",
    );
    addresses(
        "good-addresses-ipv6",
        "http://[::1]/cb?a=b\nhttp://[::1]:49152/cb?a=b",
    );
    addresses(
        "good-addresses-app",
        "no.lommebevis.app:/callback\nno.lommebevis.app:/callback",
    );
    addresses(
        "good-address-path",
        "https://issuer.example:8443/tenant/1?q#f",
    );
    addresses("bad-addresses", "not an address");
}

/// A key that somebody can encrypt to.
fn encryption_key() -> Value {
    let mut key = serde_json::to_value(&SEED_HOLDER.jwk).unwrap();
    key["alg"] = "ECDH-ES".into();
    key["use"] = "enc".into();
    key
}

fn json() {
    let put = |name: &str, value: Value| seed("openid4vc_messages", name, value.to_string());
    let prove = |key: &fuzz::keys::Party| {
        proof::prove(target::ISSUER, target::CLIENT, "nonce-1", NOW, &key.key).unwrap()
    };
    let jwt = prove(&SEED_HOLDER);
    seed("openid4vc_messages", "good-proof", &jwt);
    put(
        "good-credential-request",
        json!({"credential_configuration_id": "student-id-sd-jwt", "proofs": {"jwt": [jwt, prove(&STRANGER)]}}),
    );
    put(
        "bad-credential-request-both",
        json!({"credential_configuration_id": "a", "credential_identifier": "b", "proofs": {"jwt": ["x"]}}),
    );
    put(
        "bad-credential-request-types",
        json!({"credential_configuration_id": "a", "proofs": {"jwt": ["x"], "attestation": ["y"]}}),
    );
    put(
        "bad-credential-request-encrypted",
        json!({"credential_configuration_id": "a", "proofs": {"jwt": ["x"]}, "credential_response_encryption": {}}),
    );
    put(
        "good-proof-claims",
        json!({"iss": target::CLIENT, "aud": target::ISSUER, "iat": NOW, "nonce": "nonce-1"}),
    );
    put(
        "bad-proof-claims-old",
        json!({"aud": target::ISSUER, "iat": NOW - 301, "nonce": "nonce-1"}),
    );
    put(
        "credential-request-for-an-encrypted-answer",
        json!({"credential_configuration_id": "a", "proofs": {"jwt": ["x"]}, "credential_response_encryption": {"enc": "A128GCM", "jwk": encryption_key()}}),
    );
    put("good-nonce", json!({"c_nonce": "wKI4LT17ac15ES9bw8ac4"}));
    put(
        "good-credentials",
        json!({"credentials": [{"credential": "eyJ~"}, {"credential": "0oRD"}], "notification_id": "3fwe98js"}),
    );
    put(
        "good-notification",
        json!({"notification_id": "3fwe98js", "event": "credential_accepted", "event_description": "ok"}),
    );
    put(
        "good-token",
        json!({"access_token": "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", "token_type": "DPoP", "expires_in": 300, "refresh_token": "Q..Zkm29lexi8VnWg2zPW1x-tgGad0Ibc3s3EwM_Ni4-g", "scope": "student-id"}),
    );
    put(
        "good-pushed",
        json!({"request_uri": "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c", "expires_in": 60}),
    );
    put(
        "good-error",
        json!({"error": "use_dpop_nonce", "error_description": "a nonce is needed"}),
    );
    put(
        "good-error-other",
        json!({"error": "something_of_their_own"}),
    );
}

fn forms() {
    let put = |name: &str, text: &str| seed("openid4vc_messages", name, text);
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let pushed = format!(
        "response_type=code&client_id=lommebevis-app&redirect_uri=http%3A%2F%2F127.0.0.1%3A49152%2Fcb&scope=student-id&state=af0&code_challenge={challenge}&code_challenge_method=S256&dpop_jkt={challenge}"
    );
    put("good-par", &pushed);
    put("bad-par-plain", &pushed.replace("S256", "plain"));
    put("bad-par-twice", &format!("{pushed}&scope=x"));
    put(
        "good-token-code",
        "grant_type=authorization_code&client_id=a&code=SplxlOBe&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    );
    put(
        "good-token-refresh",
        "grant_type=refresh_token&client_id=a&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA&scope=student-id",
    );
    put(
        "bad-token-password",
        "grant_type=password&username=a&password=b",
    );
    put(
        "good-authorize",
        "client_id=lommebevis-app&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ax",
    );
    let callback = format!(
        "http://127.0.0.1:49152/callback?code=SplxlOBe&state={}&iss=https%3A%2F%2Fissuer.example",
        target::STATE
    );
    put("good-callback", &callback);
    put(
        "callback-other-issuer",
        &callback.replace("issuer.example", "evil.example"),
    );
    put(
        "callback-error",
        &callback.replace("code=SplxlOBe", "error=access_denied&error_description=nei"),
    );
    put("callback-both", &format!("{callback}&error=x"));
}

fn attested() {
    let put = |name: &str, text: &str| seed("openid4vc_attested", name, text);
    let issuer = openid4vc_metadata::ISSUER;
    let document = json!({
        "credential_issuer": issuer, "credential_endpoint": "https://issuer.example/credential",
        "nonce_endpoint": "https://issuer.example/nonce", "credential_configurations_supported": {"a": {"format": "x"}},
    });
    let kid = SEED_ISSUER.jwk.thumbprint();
    for (name, party) in [("good", &SEED_ISSUER), ("bad-stranger", &STRANGER)] {
        let key = &party.key;
        let jwt = signed::sign(&document, issuer, NOW, NOW + 60, &kid, key).unwrap();
        put(&format!("{name}-metadata"), &jwt);
    }
    // The stranger is trusted for wallets and keys beside the seeds' issuer, the holder is not.
    for (name, party) in [("good", &SEED_ISSUER), ("bad-untrusted", &SEED_HOLDER)] {
        let jwt =
            client_attestation::attest(target::CLIENT, &SEED_HOLDER.jwk, NOW, NOW + 60, &party.key);
        put(&format!("{name}-client"), &jwt.unwrap());
        let keys = [SEED_HOLDER.jwk.clone(), HOLDER.jwk.clone()];
        let jwt = key_attestation::attest(&keys, "nonce-1", NOW, NOW + 60, &party.key).unwrap();
        put(&format!("{name}-keys"), &jwt);
    }
    for (name, party) in [("good", &SEED_HOLDER), ("bad-stranger", &STRANGER)] {
        let jwt = client_attestation::prove(issuer, "jti-1", NOW, &party.key).unwrap();
        put(&format!("{name}-possession"), &jwt);
    }
    let mut claims = document;
    let frame = json!({"sub": issuer, "iat": NOW, "exp": NOW + 60});
    claims
        .as_object_mut()
        .unwrap()
        .extend(frame.as_object().unwrap().clone());
    put("good-metadata-claims", &claims.to_string());
    let confirmation = json!({"jwk": HOLDER.jwk});
    put(
        "good-client-claims",
        &json!({"sub": target::CLIENT, "exp": NOW + 60, "iat": NOW, "cnf": confirmation})
            .to_string(),
    );
    put(
        "bad-client-claims-expired",
        &json!({"sub": target::CLIENT, "exp": NOW - 60, "cnf": confirmation}).to_string(),
    );
    put(
        "good-possession-claims",
        &json!({"aud": issuer, "jti": "1", "iat": NOW}).to_string(),
    );
    put(
        "bad-possession-claims-old",
        &json!({"aud": issuer, "jti": "1", "iat": NOW - 301}).to_string(),
    );
    put("good-keys-claims", &json!({"iat": NOW, "exp": NOW + 60, "attested_keys": [SEED_HOLDER.jwk], "nonce": "n", "key_storage": ["iso_18045_high"]}).to_string());
    put(
        "bad-keys-claims-other",
        &json!({"iat": NOW, "exp": NOW + 60, "attested_keys": [HOLDER.jwk], "nonce": "n"})
            .to_string(),
    );
}

fn offers() {
    let put = |name: &str, text: &str| seed("openid4vc_metadata", name, text);
    let offer = json!({
        "credential_issuer": openid4vc_metadata::ISSUER, "credential_configuration_ids": ["student-id-sd-jwt"],
        "grants": {
            "authorization_code": {"issuer_state": "eyJ", "authorization_server": openid4vc_metadata::SERVER},
            "urn:ietf:params:oauth:grant-type:pre-authorized_code": {
                "pre-authorized_code": "oaKazRN8I0IbtZ0C7JuMn5", "tx_code": {"length": 4, "input_mode": "numeric", "description": "Sjekk SMS"},
            },
        },
    });
    put("good-offer", &offer.to_string());
    put(
        "bad-offer-twice",
        &offer
            .to_string()
            .replace("[\"student-id-sd-jwt\"]", "[\"a\",\"a\"]"),
    );
    put(
        "bad-offer-http",
        &offer.to_string().replace("https://issuer", "http://issuer"),
    );
    put(
        "good-offer-link",
        "openid-credential-offer://?credential_offer=%7B%22credential_issuer%22%3A%22https%3A%2F%2Fissuer.example%22%2C%22credential_configuration_ids%22%3A%5B%22a%22%5D%7D",
    );
    put(
        "good-offer-reference",
        "haip-vci://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Foffer%2F1",
    );
}
