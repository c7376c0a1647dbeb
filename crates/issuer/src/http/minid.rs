//! `/minid`: help with getting a MinID, for everybody, without a login.
//!
//! The page (`ui/src/minid`) plans by itself, with the crate `minid-web` as WebAssembly. What this service does is hand
//! out files and the county's settings; nothing that a person writes on the page is sent.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use minid_guide::Guide;
use rust_embed::Embed;

use super::{
    Problem, Service,
    built_page::BuiltPage,
    cacheable, etag,
    page::{Page, Situation},
};

/// The page as it was built; empty in a program that was built without it.
#[derive(Embed)]
#[folder = "../../ui/dist-minid"]
#[allow_missing = true]
struct Files;

/// It may run its own scripts and talk to this service alone, and needs nothing of the device.
const MINID: BuiltPage = BuiltPage {
    name: "minid",
    files: Files::get,
    policy: include_str!("../../../../ui/minid/policy.txt"),
    permissions: "camera=(), microphone=(), geolocation=()",
    worker_everywhere: false,
};

/// For the operator, when it is.
pub(crate) const NOT_BUILT: &str = "this program was built without the page /minid, so the help with MinID is in the app only; see docs/minid.md";

/// Whether the program has the page in it.
pub(crate) fn is_built() -> bool {
    MINID.is_built()
}

pub(super) fn routes(prefix: &str) -> Router<Arc<Service>> {
    Router::new()
        .route(&format!("{prefix}/minid"), get(page))
        .route(&format!("{prefix}/minid/"), get(page))
        .route(&format!("{prefix}/minid/guide.json"), get(guide))
        .route(&format!("{prefix}/minid/{{*file}}"), get(file))
}

async fn page(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    MINID
        .page(&service, &headers)
        .unwrap_or_else(|| Page::new(Situation::NoMinidPage, &headers).into_response())
}

/// The county's numbers and addresses, or those that came with the program.
async fn guide(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shipped;
    let guide = match &service.config.minid.guide {
        Some(guide) => guide,
        None => {
            shipped = Guide::shipped().map_err(|error| Problem::internal(&error))?;
            &shipped
        }
    };
    let body = guide.to_json().map_err(|error| Problem::internal(&error))?;
    let tag = etag(body.as_bytes());
    Ok(cacheable(&headers, "application/json", 300, &tag, body))
}

async fn file(
    State(service): State<Arc<Service>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    MINID.file(&service, &path, &headers)
}
