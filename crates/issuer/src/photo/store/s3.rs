//! A bucket at any store that speaks S3, asked with our own HTTP client.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::{
    body::{Body, to_bytes},
    http,
};
use object_store::{
    ClientOptions, ObjectStore,
    aws::AmazonS3Builder,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
    },
    prefix::PrefixStore,
};
use reqwest::Certificate;

use crate::{app::http_client_trusting, config::S3Config};

use super::PhotoStoreError;

/// Far above any portrait, and any page of a listing.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// The bucket that the settings name.
pub(super) fn bucket(config: &S3Config) -> Result<Arc<dyn ObjectStore>, PhotoStoreError> {
    let mut authorities = Vec::new();
    if let Some(file) = &config.ca_file {
        let wrong = |why: String| PhotoStoreError::Authority {
            file: file.clone(),
            why,
        };
        let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
        authorities =
            Certificate::from_pem_bundle(&pem).map_err(|error| wrong(error.to_string()))?;
        if authorities.is_empty() {
            return Err(wrong("holds no certificate".to_owned()));
        }
    }
    let client = Client {
        http: http_client_trusting(authorities)?,
        timeout: Duration::from_secs(config.timeout_s),
    };
    let store = AmazonS3Builder::new()
        .with_endpoint(config.endpoint.as_str().trim_end_matches('/'))
        .with_bucket_name(&config.bucket)
        .with_region(&config.region)
        .with_access_key_id(&config.access_key_id)
        .with_secret_access_key(config.secret_access_key.expose())
        .with_virtual_hosted_style_request(!config.path_style)
        // The settings let plain http through for this machine only.
        .with_allow_http(true)
        // One at a time is understood by every store; we seldom delete many.
        .with_disable_bulk_delete(true)
        .with_http_connector(client)
        .build()?;
    Ok(match &config.prefix {
        Some(prefix) => Arc::new(PrefixStore::new(store, prefix.as_str())),
        None => Arc::new(store),
    })
}

/// The one HTTP client of ours, as the store's crate wants to see it.
#[derive(Clone, Debug)]
struct Client {
    http: reqwest::Client,
    timeout: Duration,
}

impl HttpConnector for Client {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Client {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let unreadable = |error: axum::Error| HttpError::new(HttpErrorKind::Unknown, error);
        let body = to_bytes(Body::new(body), MAX_BYTES)
            .await
            .map_err(unreadable)?;
        let mut answer = self
            .http
            .request(parts.method, parts.uri.to_string())
            .headers(parts.headers)
            .timeout(self.timeout)
            .body(body)
            .send()
            .await
            .map_err(failed)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if bytes.len() + chunk.len() > MAX_BYTES {
                let error = std::io::Error::other("the store's answer is too long");
                return Err(HttpError::new(HttpErrorKind::Decode, error));
            }
            bytes.extend_from_slice(&chunk);
        }
        let mut response = http::Response::new(bytes.into());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// Which failures are worth a second try; the address is left out of the text.
fn failed(error: reqwest::Error) -> HttpError {
    let kind = if error.is_connect() {
        HttpErrorKind::Connect
    } else if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_body() || error.is_request() {
        HttpErrorKind::Interrupted
    } else {
        HttpErrorKind::Unknown
    };
    HttpError::new(kind, error.without_url())
}

#[cfg(test)]
mod stand_in;
#[cfg(test)]
mod tests;
