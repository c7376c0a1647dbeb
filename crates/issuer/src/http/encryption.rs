//! The second envelope of credential requests and answers (OpenID4VCI 1.0 §10).

use axum::{
    Json,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use jose::jwe::{self, DecryptError, EncryptError};
use openid4vc::{
    CredentialError, CredentialErrorCode, CredentialRequest, CredentialResponse,
    ResponseEncryption, encryption::MEDIA_TYPE,
};

use super::{Problem, Service, has_type, is_json};

/// Reads a request, plain or encrypted to us.
pub(super) fn open(
    service: &Service,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<CredentialRequest, CredentialError> {
    use CredentialErrorCode::{InvalidCredentialRequest, InvalidEncryptionParameters};
    let refused = |code, why| CredentialError::new(code).with_description(why);
    let most = service.config.lifetimes.batch;
    if is_json(headers) {
        return CredentialRequest::from_json(body, most);
    }
    if !has_type(headers, MEDIA_TYPE) {
        let why = "the body must be application/json or application/jwt";
        return Err(refused(InvalidCredentialRequest, why));
    }
    let compact = std::str::from_utf8(body)
        .map_err(|_| refused(InvalidCredentialRequest, "the request is malformed"))?;
    let plain = service
        .keys
        .decrypt(compact.trim(), service.unix_now())
        .map_err(|error| match error {
            DecryptError::TooLarge | DecryptError::Malformed => {
                refused(InvalidCredentialRequest, "the request is malformed")
            }
            // With our key of the day before yesterday too: the metadata have the new one.
            DecryptError::Header | DecryptError::OtherKey | DecryptError::Content => refused(
                InvalidEncryptionParameters,
                "the request is not encrypted as the metadata say",
            ),
        })?;
    let request = CredentialRequest::from_decrypted(&plain, most)?;
    if let Some(encryption) = &request.credential_response_encryption {
        // Tried out before anything is issued: whether a point lies on the curve shows only when it is used.
        jwe::encrypt(&encryption.jwk, encryption.enc, b"", &service.random).map_err(|_| {
            refused(
                InvalidEncryptionParameters,
                "the key for the answer is not valid",
            )
        })?;
    }
    Ok(request)
}

/// Answers in the way that was asked for. Refusals are never encrypted (§8.3.1.2), so they do not come this way.
pub(super) fn answer(
    service: &Service,
    encryption: Option<&ResponseEncryption>,
    answer: &CredentialResponse,
) -> Response {
    let Some(encryption) = encryption else {
        return ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response();
    };
    match seal(service, encryption, answer) {
        Ok(compact) => {
            let headers = [
                (header::CONTENT_TYPE, MEDIA_TYPE),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, compact).into_response()
        }
        Err(error) => Problem::internal(&*error).into_response(),
    }
}

fn seal(
    service: &Service,
    encryption: &ResponseEncryption,
    answer: &CredentialResponse,
) -> Result<String, Box<dyn std::error::Error>> {
    let plain = serde_json::to_vec(answer)?;
    let sealed: Result<String, EncryptError> =
        jwe::encrypt(&encryption.jwk, encryption.enc, &plain, &service.random);
    Ok(sealed?)
}
