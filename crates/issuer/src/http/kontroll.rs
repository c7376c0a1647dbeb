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
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::{Embed, EmbeddedFile};

use super::{
    Problem, Service, cacheable, etag,
    page::{Page, Situation},
};

/// The page as it was built; empty in a program that was built without it.
#[derive(Embed)]
#[folder = "../../ui/dist-kontroll"]
#[allow_missing = true]
struct Files;

const PAGE: &str = "index.html";
/// The page names its files from this path on; the path of the public address is put before it.
const FOLDER: &str = "\"/kontroll/";
/// What the page may do: run its own scripts and the verifier, and talk to this service alone.
const POLICY: &str = include_str!("../../../../ui/kontroll/policy.txt");
/// For files whose names hold their digest.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// For the operator, when it is.
pub(crate) const NOT_BUILT: &str = "this program was built without the page /kontroll, so codes can be checked in the app only; see docs/kontroll.md";

/// Whether the program has the page in it.
pub(crate) fn is_built() -> bool {
    Files::get(PAGE).is_some()
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
    let Some(page) = Files::get(PAGE) else {
        return Page::new(Situation::NoCheckPage, &headers).into_response();
    };
    let prefix = service.config.issuer.public_url.path();
    let html = String::from_utf8_lossy(&page.data).replace(
        FOLDER,
        &format!("\"{}/kontroll/", prefix.trim_end_matches('/')),
    );
    let mut response = cacheable(
        &headers,
        "text/html; charset=utf-8",
        0,
        &etag(html.as_bytes()),
        html,
    );
    let policy: Vec<&str> = POLICY.lines().collect();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY.as_str(), policy.join("; ")),
        (
            "permissions-policy",
            "camera=(self), microphone=(), geolocation=()".to_owned(),
        ),
        (header::CACHE_CONTROL.as_str(), "no-cache".to_owned()),
    ] {
        if let (Ok(name), Ok(value)) = (header::HeaderName::try_from(name), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
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

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let kind = media_type(&path).ok_or(Problem::NotFound)?;
    let (file, coding) = compressed(&path, &headers)
        .or_else(|| Files::get(&path).map(|file| (file, None)))
        .ok_or(Problem::NotFound)?;
    let tag = etag(&file.metadata.sha256_hash());
    let mut response = cacheable(&headers, kind, 0, &tag, file.data);
    let lasting = if path.starts_with("assets/") {
        FOREVER
    } else {
        "no-cache"
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lasting));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    if path == "worker.js" {
        // The worker serves both addresses of the page, and so more than its own folder. It passes over all else.
        headers.insert("service-worker-allowed", HeaderValue::from_static("/"));
        // A worker has a policy of its own.
        if let Ok(policy) = POLICY.lines().collect::<Vec<_>>().join("; ").parse() {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    Ok(response)
}

/// By the end of the name; everything else in the folder is for this service alone.
fn media_type(path: &str) -> Option<&'static str> {
    match path.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "png" => Some("image/png"),
        "webmanifest" => Some("application/manifest+json"),
        _ => None,
    }
}

/// The file as it was compressed when the page was built, in a coding that the browser takes (RFC 9110 §12.5.3).
fn compressed(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted: Vec<&str> = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|coding| !coding.replace(' ', "").ends_with(";q=0"))
        .filter_map(|coding| coding.split(';').next())
        .map(str::trim)
        .collect();
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(coding, _)| {
            accepted
                .iter()
                .any(|known| known.eq_ignore_ascii_case(coding))
        })
        .find_map(|(coding, ending)| {
            Files::get(&format!("{path}.{ending}")).map(|file| (file, Some(coding)))
        })
}
