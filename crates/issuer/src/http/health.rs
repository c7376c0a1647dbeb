//! `/health/live` (the process answers) and `/health/ready` (it can do its work).

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::Service;

pub(super) async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

/// Ready means database and keys. Feide is not asked: when it is down, everything but logging in still works.
pub(super) async fn ready(State(service): State<Arc<Service>>) -> Response {
    let database = service.db.ping().await.is_ok();
    let now = service.unix_now();
    let keys = service.keys.credential_signer(now).is_ok()
        && service.keys.trust_list_signer(now).is_ok()
        && service.keys.encryption_key(now).is_ok();
    let status = if database && keys {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "status": if status == StatusCode::OK { "ready" } else { "not_ready" },
        "database": database,
        "keys": keys,
    });
    (status, Json(body)).into_response()
}
