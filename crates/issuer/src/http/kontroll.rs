//! `/kontroll`: a page on which anybody with a phone checks a card, without the app.
//!
//! The page (`ui/src/kontroll`) judges by itself, with the crate `verifier-web` as WebAssembly. What this service does
//! is hand out files; a code stands behind the `#` of the address, which no browser sends.
//!
//! The page answers to two addresses: `/kontroll`, and `/KONTROLL` (with the path of the public address in capitals as
//! well), since a QR code holds a link in capitals in much less room.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::Embed;

use super::{
    Problem, Service,
    built_page::BuiltPage,
    cacheable, etag,
    page::{Page, Situation},
};

/// The page as it was built; empty in a program that was built without it.
#[derive(Embed)]
#[folder = "../../ui/dist-kontroll"]
#[allow_missing = true]
struct Files;

/// It may run its own scripts and the verifier, use the camera, and talk to this service alone.
const KONTROLL: BuiltPage = BuiltPage {
    name: "kontroll",
    files: Files::get,
    policy: include_str!("../../../../ui/kontroll/policy.txt"),
    permissions: "camera=(self), microphone=(), geolocation=()",
    worker_everywhere: true,
};

/// For the operator, when it is.
pub(crate) const NOT_BUILT: &str = "this program was built without the page /kontroll, so codes can be checked in the app only; see docs/kontroll.md";

/// Whether the program has the page in it.
pub(crate) fn is_built() -> bool {
    KONTROLL.is_built()
}

pub(super) fn routes(prefix: &str) -> Router<Arc<Service>> {
    let capitals = prefix.to_ascii_uppercase();
    Router::new()
        .route(&format!("{prefix}/kontroll"), get(page))
        .route(&format!("{prefix}/kontroll/"), get(page))
        .route(&format!("{capitals}/KONTROLL"), get(page))
        .route(&format!("{prefix}/kontroll/county.json"), get(county))
        .route(&format!("{prefix}/kontroll/{{*file}}"), get(file))
}

async fn page(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    KONTROLL
        .page(&service, &headers)
        .unwrap_or_else(|| Page::new(Situation::NoCheckPage, &headers).into_response())
}

/// Whom to believe: the same `county.json` that an app is built with.
async fn county(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let county = service
        .county()
        .map_err(|error| Problem::internal(&error))?;
    let body = serde_json::to_string(&county).map_err(|error| Problem::internal(&error))?;
    let tag = etag(body.as_bytes());
    Ok(cacheable(&headers, "application/json", 300, &tag, body))
}

async fn file(
    State(service): State<Arc<Service>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    KONTROLL.file(&service, &path, &headers)
}
