//! What we are and can do: issuer metadata (OpenID4VCI 1.0 §12.2), plain and signed, authorization server metadata
//! (RFC 8414) and the issuer's keys (SD-JWT VC, draft 26, §5).

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use county_api::{CardSlot, SCOPE};
use openid4vc::{
    RequestEncryption, ResponseEncryptionOffer,
    metadata::signed::{self, MEDIA_TYPE},
};
use serde_json::{Value, json};

use crate::issue;

use super::{
    Problem, Service, in_person,
    types::{self, CLAIMS},
};

/// How long the documents may be kept, seconds.
const KEEP: &str = "public, max-age=300";

/// How long a signed document is good, seconds: for as long as a rotated key for requests is accepted.
const SIGNED_FOR: i64 = 86_400;

pub(super) async fn issuer(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let now = service.unix_now();
    let key = service
        .keys
        .encryption_key(now)
        .map_err(|error| Problem::internal(&error))?;
    let encryption =
        RequestEncryption::offered(key.jwk()).map_err(|error| Problem::internal(&error))?;
    let described = describe(&service, &encryption);
    let mut response = if wants_signed(&headers) {
        // §12.2.3. With the key that signs credentials: whoever trusts those can trust this.
        let signer = service
            .keys
            .credential_signer(now)
            .map_err(|error| Problem::internal(&error))?;
        let issuer = service.config.issuer.id();
        let until = now + SIGNED_FOR;
        let jwt = signed::sign(&described, issuer, now, until, &signer.kid, &*signer)
            .map_err(|error| Problem::internal(&error))?;
        let headers = [
            (header::CONTENT_TYPE, MEDIA_TYPE),
            (header::CACHE_CONTROL, KEEP),
        ];
        (headers, jwt).into_response()
    } else {
        document(described)
    };
    response
        .headers_mut()
        .append(header::VARY, header::HeaderValue::from_static("accept"));
    Ok(response)
}

/// Whether `Accept` names the signed form and likes it no less than the plain one (§12.2.2).
fn wants_signed(headers: &HeaderMap) -> bool {
    let (mut signed, mut plain) = (0.0_f32, 0.0_f32);
    let ranges = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    for range in ranges {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality: f32 = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(1.0, |q| q.parse().unwrap_or(0.0));
        match name.as_str() {
            MEDIA_TYPE => signed = signed.max(quality),
            "application/json" | "application/*" | "*/*" => plain = plain.max(quality),
            _ => {}
        }
    }
    signed > 0.0 && signed >= plain
}

fn describe(service: &Service, encryption: &RequestEncryption) -> Value {
    let at = |path| service.config.issuer.at(path);
    let mut configurations = in_person::configurations();
    for slot in CardSlot::ALL {
        let id = slot.sd_jwt_configuration().to_owned();
        configurations.insert(id, card(service, slot));
    }
    json!({
        "credential_issuer": service.config.issuer.id(),
        "authorization_servers": [service.config.issuer.id()],
        "credential_endpoint": at("/openid4vci/credential"),
        "nonce_endpoint": at("/openid4vci/nonce"),
        "notification_endpoint": at("/openid4vci/notification"),
        "credential_request_encryption": encryption,
        "credential_response_encryption": ResponseEncryptionOffer::offered(),
        "batch_credential_issuance": { "batch_size": service.config.lifetimes.batch.max(2) },
        "display": types::LANGUAGES.map(|locale| json!({
            "name": service.config.issuer.name,
            "locale": locale,
        })),
        "credential_configurations_supported": configurations,
    })
}

/// The configuration of the SD-JWT VC. Both cards are of one type.
fn card(service: &Service, slot: CardSlot) -> Value {
    json!({
        "format": "dc+sd-jwt",
        "scope": SCOPE,
        "vct": issue::vct(service),
        "credential_signing_alg_values_supported": ["ES256"],
        "cryptographic_binding_methods_supported": ["jwk"],
        "proof_types_supported": { "jwt": { "proof_signing_alg_values_supported": ["ES256"] } },
        "credential_metadata": {
            "display": types::display_of_the_card(slot),
            "claims": CLAIMS.map(|claim| json!({
                "path": [claim.name],
                "mandatory": claim.always,
                // `name` here, `label` in the type metadata: the two specifications differ.
                "display": claim.labels.map(|(locale, name)| json!({ "name": name, "locale": locale })),
            })),
        },
    })
}

pub(super) async fn authorization_server(State(service): State<Arc<Service>>) -> Response {
    let at = |path| service.config.issuer.at(path);
    let mut described = json!({
        "issuer": service.config.issuer.id(),
        "authorization_endpoint": at("/oauth/authorize"),
        "token_endpoint": at("/oauth/token"),
        "revocation_endpoint": at("/oauth/revoke"),
        "pushed_authorization_request_endpoint": at("/oauth/par"),
        "require_pushed_authorization_requests": true,
        "authorization_response_iss_parameter_supported": true,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "scopes_supported": [SCOPE],
        "ui_locales_supported": types::LANGUAGES,
        // Token Status List §9.1.
        "status_list_aggregation_endpoint": at("/status-lists"),
    });
    // Attestation-based client authentication, draft 11, §7.6 and §8: welcome, if there is anyone to believe.
    if !service.config.client_attestation.trusted_keys.is_empty() {
        described["token_endpoint_auth_methods_supported"] = json!([
            "none",
            "attest_jwt_client_auth",
            "attest_jwt_client_auth_dpop"
        ]);
        described["client_attestation_signing_alg_values_supported"] = json!(["ES256"]);
        described["client_attestation_pop_signing_alg_values_supported"] = json!(["ES256"]);
        described["client_attestation_pop_methods_supported"] =
            json!(["attestation_pop_jwt", "dpop_combined", "none"]);
    }
    document(described)
}

pub(super) async fn jwt_vc_issuer(State(service): State<Arc<Service>>) -> Response {
    let keys = service.keys.published(service.unix_now());
    let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
    document(json!({
        "issuer": service.config.issuer.id(),
        "jwks": { "keys": keys },
    }))
}

fn document(value: Value) -> Response {
    ([(header::CACHE_CONTROL, KEEP)], Json(value)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_metadata_are_for_those_who_ask_for_them() {
        for (accept, signed) in [
            (None, false),
            (Some("*/*"), false),
            (Some("application/json"), false),
            (Some("application/jwt"), true),
            (Some("application/jwt, application/json;q=0.5"), true),
            (Some("application/jwt, */*"), true),
            (Some("application/jwt;q=0.5, application/json"), false),
            (Some("application/jwt;q=0"), false),
            (Some("text/html"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(header::ACCEPT, accept.parse().unwrap());
            }
            assert_eq!(wants_signed(&headers), signed, "{accept:?}");
        }
    }
}
