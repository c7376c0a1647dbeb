//! A store that speaks as much of S3 as we do: one bucket, path style, and it checks every signature (AWS Signature
//! Version 4) and every payload's hash.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use ring::hmac;

use crate::seal::hex;

pub(super) const KEY_ID: &str = "lommebevis";
pub(super) const SECRET: &str = "a secret+of/the store";

/// What lies there, and what goes wrong next.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) objects: BTreeMap<String, Vec<u8>>,
    /// So many requests are answered with 503 first.
    pub(super) busy: usize,
}

type Shared = Arc<Mutex<Contents>>;

/// Starts one; the answer is its address and what lies in it.
pub(super) async fn start() -> (String, Shared) {
    let contents = Shared::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer).with_state(contents.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, contents)
}

async fn answer(
    State(contents): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut contents = contents.lock().unwrap();
    if contents.busy > 0 {
        contents.busy -= 1;
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if !is_signed(&method, &uri, &headers, &body) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(key) = uri.path().strip_prefix("/photos-bucket") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let key = key.trim_start_matches('/').to_owned();
    match (method, key.is_empty()) {
        (Method::PUT, false) => {
            contents.objects.insert(key, body.to_vec());
            ([("etag", "\"1\"")], "").into_response()
        }
        (Method::GET, false) => match contents.objects.get(&key) {
            Some(bytes) => (
                [
                    ("etag", "\"1\""),
                    ("last-modified", "Wed, 16 Sep 2026 10:00:00 GMT"),
                ],
                bytes.clone(),
            )
                .into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        (Method::DELETE, false) => {
            contents.objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        (Method::GET, true) => list(&contents, uri.query().unwrap_or_default()).into_response(),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// Two at a time, so that pages are turned.
fn list(contents: &Contents, query: &str) -> String {
    let query: BTreeMap<_, _> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let prefix = query.get("prefix").map_or("", |prefix| prefix.as_ref());
    let after = query
        .get("continuation-token")
        .map_or("", |after| after.as_ref());
    let found: Vec<_> = contents
        .objects
        .iter()
        .filter(|(key, _)| key.starts_with(prefix) && key.as_str() > after)
        .collect();
    let mut xml = String::from("<?xml version=\"1.0\"?><ListBucketResult>");
    for (key, bytes) in found.iter().take(2) {
        write!(
            xml,
            "<Contents><Key>{key}</Key><Size>{}</Size><ETag>\"1\"</ETag>\
             <LastModified>2026-09-16T10:00:00.000Z</LastModified></Contents>",
            bytes.len()
        )
        .unwrap();
    }
    if found.len() > 2 {
        write!(
            xml,
            "<NextContinuationToken>{}</NextContinuationToken>",
            found[1].0
        )
        .unwrap();
    }
    xml + "</ListBucketResult>"
}

fn is_signed(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    };
    let Some(rest) = header("authorization").strip_prefix("AWS4-HMAC-SHA256 ") else {
        return false;
    };
    let parts: BTreeMap<&str, &str> = rest
        .split(", ")
        .filter_map(|part| part.split_once('='))
        .collect();
    let (Some(credential), Some(names), Some(signature)) = (
        parts.get("Credential"),
        parts.get("SignedHeaders"),
        parts.get("Signature"),
    ) else {
        return false;
    };
    let Some((id, scope)) = credential.split_once('/') else {
        return false;
    };
    if id != KEY_ID || header("x-amz-content-sha256") != hex(&jose::sha256(body)) {
        return false;
    }
    let mut query: Vec<&str> = uri
        .query()
        .unwrap_or("")
        .split('&')
        .filter(|q| !q.is_empty())
        .collect();
    query.sort_unstable();
    let signed: String = names
        .split(';')
        .map(|name| format!("{name}:{}\n", header(name).trim()))
        .collect();
    let request = format!(
        "{method}\n{}\n{}\n{signed}\n{names}\n{}",
        uri.path(),
        query.join("&"),
        header("x-amz-content-sha256"),
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
        header("x-amz-date"),
        hex(&jose::sha256(request.as_bytes()))
    );
    let sign = |key: &[u8], text: &str| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
    };
    let key = scope
        .split('/')
        .fold(format!("AWS4{SECRET}").into_bytes(), |key, part| {
            sign(&key, part)
        });
    hex(&sign(&key, &to_sign)) == *signature
}
