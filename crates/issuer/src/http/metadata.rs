//! What we are and can do: issuer metadata (OpenID4VCI 1.0 §12.2), authorization server metadata (RFC 8414)
//! and the issuer's keys (SD-JWT VC, draft 26, §5).

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use county_api::{SCOPE, SD_JWT_CONFIGURATION};
use serde_json::{Value, json};

use crate::issue;

use super::{
    Service, in_person,
    types::{self, CLAIMS},
};

/// How long the documents may be kept, seconds.
const KEEP: &str = "public, max-age=300";

pub(super) async fn issuer(State(service): State<Arc<Service>>) -> Response {
    let at = |path| service.config.issuer.at(path);
    let mut configurations = in_person::configurations();
    configurations.insert(SD_JWT_CONFIGURATION.to_owned(), card(&service));
    document(json!({
        "credential_issuer": service.config.issuer.id(),
        "authorization_servers": [service.config.issuer.id()],
        "credential_endpoint": at("/openid4vci/credential"),
        "nonce_endpoint": at("/openid4vci/nonce"),
        "notification_endpoint": at("/openid4vci/notification"),
        "batch_credential_issuance": { "batch_size": service.config.lifetimes.batch.max(2) },
        "display": types::LANGUAGES.map(|locale| json!({
            "name": service.config.issuer.name,
            "locale": locale,
        })),
        "credential_configurations_supported": configurations,
    }))
}

/// The configuration of the SD-JWT VC.
fn card(service: &Service) -> Value {
    json!({
        "format": "dc+sd-jwt",
        "scope": SCOPE,
        "vct": issue::vct(service),
        "credential_signing_alg_values_supported": ["ES256"],
        "cryptographic_binding_methods_supported": ["jwk"],
        "proof_types_supported": { "jwt": { "proof_signing_alg_values_supported": ["ES256"] } },
        "credential_metadata": {
            "display": types::display_of_the_card(),
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
    document(json!({
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
    }))
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
