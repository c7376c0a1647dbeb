//! Pages that are built by themselves (`ui/vite.*.config.ts`) and carried in this program: how their files are handed out.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use rust_embed::EmbeddedFile;

use super::{Problem, Service, cacheable, etag};

const PAGE: &str = "index.html";
/// For files whose names hold their digest.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// One such page.
pub(crate) struct BuiltPage {
    /// Its path, without the `/`.
    pub(crate) name: &'static str,
    /// The files as they were built; none in a program that was built without them.
    pub(crate) files: fn(&str) -> Option<EmbeddedFile>,
    /// What the page may do: one directive of its Content-Security-Policy on each line.
    pub(crate) policy: &'static str,
    /// Which of the device's abilities it may use.
    pub(crate) permissions: &'static str,
    /// Its service worker serves more than its own path, and passes over all else.
    pub(crate) worker_everywhere: bool,
}

impl BuiltPage {
    /// Whether the program has the page in it.
    pub(crate) fn is_built(&self) -> bool {
        (self.files)(PAGE).is_some()
    }

    /// The page itself, if the program has it.
    pub(crate) fn page(&self, service: &Service, request: &HeaderMap) -> Option<Response> {
        let page = (self.files)(PAGE)?;
        let name = self.name;
        // The page names its files from its own path on; the path of the public address is put before it.
        let html = String::from_utf8_lossy(&page.data).replace(
            &format!("\"/{name}/"),
            &format!("\"{}/{name}/", prefix(service)),
        );
        let tag = etag(html.as_bytes());
        let mut response = cacheable(request, "text/html; charset=utf-8", 0, &tag, html);
        let headers = response.headers_mut();
        self.restrict(headers);
        headers.insert(
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static(self.permissions),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        Some(response)
    }

    /// One of its files.
    pub(crate) fn file(
        &self,
        service: &Service,
        path: &str,
        request: &HeaderMap,
    ) -> Result<Response, Problem> {
        let kind = media_type(path).ok_or(Problem::NotFound)?;
        let (file, coding) = self
            .compressed(path, request)
            .or_else(|| (self.files)(path).map(|file| (file, None)))
            .ok_or(Problem::NotFound)?;
        let tag = etag(&file.metadata.sha256_hash());
        let mut response = cacheable(request, kind, 0, &tag, file.data);
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
            // The page stands above the folder that the worker is in.
            let scope = if self.worker_everywhere {
                "/".to_owned()
            } else {
                format!("{}/{}", prefix(service), self.name)
            };
            if let Ok(scope) = scope.parse() {
                headers.insert(HeaderName::from_static("service-worker-allowed"), scope);
            }
            // A worker has a policy of its own.
            self.restrict(headers);
        }
        Ok(response)
    }

    fn restrict(&self, headers: &mut HeaderMap) {
        if let Ok(policy) = self.policy.lines().collect::<Vec<_>>().join("; ").parse() {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }

    /// The file as it was compressed when the page was built, in a coding that the browser takes (RFC 9110 §12.5.3).
    fn compressed(
        &self,
        path: &str,
        request: &HeaderMap,
    ) -> Option<(EmbeddedFile, Option<&'static str>)> {
        let accepted: Vec<&str> = request
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
                (self.files)(&format!("{path}.{ending}")).map(|file| (file, Some(coding)))
            })
    }
}

/// The path of the public address, without a final `/`.
fn prefix(service: &Service) -> &str {
    let public_url = &service.config.issuer.public_url;
    public_url.path().trim_end_matches('/')
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
