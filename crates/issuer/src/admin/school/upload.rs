//! Forms with files in them (multipart). Their first field is the form's token: nothing is read before it has been seen.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, Multipart, Request},
    http::HeaderMap,
};

use crate::{
    http::Service,
    web::{WebProblem, csrf},
};

/// A form with files whose token was right. What follows the token is yet to be read.
pub(crate) struct Upload(pub(crate) Multipart);

/// The field of the token, which comes first.
const TOKEN: &str = "_csrf";
/// The longest text in such a form, bytes.
const MOST_TEXT: usize = 4_096;

impl FromRequest<Arc<Service>> for Upload {
    type Rejection = WebProblem;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, WebProblem> {
        let headers: HeaderMap = request.headers().clone();
        let mut parts = Multipart::from_request(request, service)
            .await
            .map_err(|_| WebProblem::Unreadable)?;
        let first = parts
            .next_field()
            .await
            .map_err(|_| WebProblem::Unreadable)?;
        let token = match first {
            Some(field) if field.name() == Some(TOKEN) => text(field).await?,
            _ => return Err(WebProblem::NotOurForm),
        };
        csrf::check(service, &headers, &token)?;
        Ok(Self(parts))
    }
}

/// The text of a field.
///
/// # Errors
/// When it is too long, or no text.
pub(crate) async fn text(field: axum::extract::multipart::Field<'_>) -> Result<String, WebProblem> {
    let bytes = bytes(field, MOST_TEXT).await?;
    String::from_utf8(bytes).map_err(|_| WebProblem::Unreadable)
}

/// The bytes of a field.
///
/// # Errors
/// When there are more than `most`, or the request ends before they do.
pub(crate) async fn bytes(
    mut field: axum::extract::multipart::Field<'_>,
    most: usize,
) -> Result<Vec<u8>, WebProblem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| WebProblem::Unreadable)? {
        if bytes.len() + chunk.len() > most {
            return Err(WebProblem::Unreadable);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
