//! One bounded way of asking Feide for JSON.

use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;

use super::FeideError;

/// Discovery, keys and userinfo are a few kilobytes; groups are not asked for.
const MAX_BODY: usize = 256 * 1024;

/// Sends `request` and reads a JSON answer; any status but 200 is [`FeideError::Status`].
pub(super) async fn json<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, FeideError> {
    let (status, body) = send(request).await?;
    if status != StatusCode::OK {
        return Err(FeideError::Status(status.as_u16()));
    }
    read(&body)
}

/// Sends `request`, which has a time limit of its own, and gives the status and at most [`MAX_BODY`] bytes of answer.
pub(super) async fn send(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), FeideError> {
    let unreachable = |error: reqwest::Error| FeideError::Unreachable(error.without_url());
    let mut response = request
        .header(reqwest::header::ACCEPT, "application/json")
        .send()
        .await
        .map_err(unreachable)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(FeideError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok((response.status(), body))
}

/// Reads JSON without letting the parser's message, which may quote the answer, out of here.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, FeideError> {
    serde_json::from_slice(body).map_err(|_| FeideError::Malformed)
}
