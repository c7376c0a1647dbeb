//! `GET /.well-known/apple-app-site-association`: which iOS apps may open which of this service's links. Apple's own servers
//! fetch it and hand it on to phones.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::Response};
use serde_json::json;

use county_api::APP_CALLBACK_PATH;

use super::{Problem, Service, assetlinks::MAX_AGE, cacheable, etag};

pub(super) async fn association(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let config = &service.config;
    if config.app.apple.is_empty() {
        return Err(Problem::NotFound);
    }
    let prefix = config.issuer.public_url.path().trim_end_matches('/');
    let body = json!({
        "applinks": {
            "details": [{
                "appIDs": config.app.apple,
                "components": [{
                    "/": format!("{prefix}{APP_CALLBACK_PATH}"),
                    "comment": "The way back from the login",
                }],
            }],
        },
        // The system's login window gives an https address back to those alone whom the host trusts with its passwords.
        "webcredentials": { "apps": config.app.apple },
    })
    .to_string();
    let tag = etag(body.as_bytes());
    Ok(cacheable(&headers, "application/json", MAX_AGE, &tag, body))
}
