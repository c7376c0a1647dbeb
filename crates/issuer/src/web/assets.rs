//! The pages' style and script: `ui/admin`, built by `ui/vite.admin.config.ts`.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use rust_embed::{Embed, EmbeddedFile};

use crate::http::{Problem, Service, built_page::BuiltPage};

/// As they were built; empty in a program that was built without them.
#[derive(Embed)]
#[folder = "../../ui/dist-admin"]
#[allow_missing = true]
struct Files;

const WEB: BuiltPage = BuiltPage {
    name: "web",
    files: Files::get,
    policy: "default-src 'none'",
    permissions: "",
    worker_everywhere: false,
};

/// What the pages need, and what they are without it.
const NEEDED: [(&str, &str); 3] = [
    (
        "assets/web.css",
        "this program was built without the pages' style, so /admin and /min-side are bare; build it with `npm run build:admin` in ui",
    ),
    (
        "assets/web.js",
        "this program was built without the pages' script, so /admin does not tell how far a sync is; build it with `npm run build:admin` in ui",
    ),
    (
        "app-texts.json",
        "this program was built without the app's words, so /admin cannot say what a pupil sees; build them with `npm run build:admin` in ui",
    ),
];

/// For the operator: what this program was built without.
pub(crate) fn missing() -> impl Iterator<Item = &'static str> {
    let missing = NEEDED.iter().filter(|(path, _)| get(path).is_none());
    missing.map(|(_, words)| *words)
}

/// One of the built files.
pub(crate) fn get(path: &str) -> Option<EmbeddedFile> {
    Files::get(path)
}

/// Where browsers find the style.
pub(super) fn style(service: &Service) -> String {
    address(service, "assets/web.css")
}

pub(super) fn script(service: &Service) -> String {
    address(service, "assets/web.js")
}

/// With a part of its digest, so that a new program brings a new one at once.
fn address(service: &Service, path: &str) -> String {
    let digest = get(path).map(|file| jose::base64url(&file.metadata.sha256_hash()[..9]));
    format!(
        "{}/web/{path}?{}",
        super::base(service),
        digest.unwrap_or_default()
    )
}

pub(super) async fn file(
    State(service): State<Arc<Service>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    WEB.file(&service, &path, &headers)
}
