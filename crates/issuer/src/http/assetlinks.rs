//! `GET /.well-known/assetlinks.json`: which Android apps may open this service's links (Digital Asset Links). Android fetches
//! it when the app is installed, and opens the login's way back in the app alone from then on. Which paths: the app's manifest.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::Response};
use serde_json::json;

use super::{Problem, Service, cacheable, etag};

/// How long a copy may be used without asking, seconds. A new certificate should count the same day.
pub(super) const MAX_AGE: u64 = 3600;

pub(super) async fn assetlinks(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let apps = &service.config.app.android;
    if apps.is_empty() {
        return Err(Problem::NotFound);
    }
    let statements: Vec<_> = apps
        .iter()
        .map(|app| {
            json!({
                "relation": ["delegate_permission/common.handle_all_urls"],
                "target": {
                    "namespace": "android_app",
                    "package_name": app.package,
                    "sha256_cert_fingerprints": app.sha256_cert_fingerprints,
                },
            })
        })
        .collect();
    let body = json!(statements).to_string();
    let tag = etag(body.as_bytes());
    Ok(cacheable(&headers, "application/json", MAX_AGE, &tag, body))
}
