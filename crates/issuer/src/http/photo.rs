//! `/wallet/photo`: the person's photo, seen, decided on, and sent in.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Query, State, rejection::BytesRejection, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use county_api::{EnrolmentStatus, PORTRAIT_HEADER, PhotoDecision, PhotoSubmission};

use crate::{
    db::entity::person,
    oauth::access::Caller,
    photo::{self, PhotoError, Refusal, SubmitError},
    records,
};

use super::{Problem, Service, has_type, photo_unusable, read_json, wallet};

/// The first bytes of every JPEG file (ITU-T T.81, annex B).
const JPEG: [u8; 3] = [0xFF, 0xD8, 0xFF];

/// The photo that there is, in whatever state, as JPEG.
pub(super) async fn current(
    State(service): State<Arc<Service>>,
    caller: Caller,
) -> Result<Response, Problem> {
    let person = person(&service, caller).await?;
    let jpeg = photo::current(&service, person.id)
        .await
        .map_err(|error| Problem::internal(&error))?
        .and_then(|photo| photo.jpeg)
        .ok_or(Problem::PhotoMissing)?;
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, jpeg).into_response())
}

/// "This is me."
pub(super) async fn confirm(
    State(service): State<Arc<Service>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<EnrolmentStatus>, Problem> {
    let decision: PhotoDecision = read_json(&headers, &body)?;
    let person = person(&service, caller).await?.id;
    let app = service.clone();
    to_the_end(async move { photo::confirm(&app, person, &decision.sha256).await })
        .await?
        .map_err(refused)?;
    wallet::enrolment(State(service), caller).await
}

/// "This is not me."
pub(super) async fn reject(
    State(service): State<Arc<Service>>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<EnrolmentStatus>, Problem> {
    let decision: PhotoDecision = read_json(&headers, &body)?;
    let person = person(&service, caller).await?.id;
    let app = service.clone();
    to_the_end(async move { photo::reject(&app, person, &decision.sha256).await })
        .await?
        .map_err(refused)?;
    wallet::enrolment(State(service), caller).await
}

/// A picture of the person's own.
pub(super) async fn submit(
    State(service): State<Arc<Service>>,
    caller: Caller,
    headers: HeaderMap,
    how: Result<Query<PhotoSubmission>, QueryRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<EnrolmentStatus>, Response> {
    let Ok(Query(how)) = how else {
        return Err(Problem::BadRequest.into_response());
    };
    let jpeg = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => photo_unusable(StatusCode::PAYLOAD_TOO_LARGE, &[]),
        _ => Problem::BadRequest.into_response(),
    })?;
    if !has_type(&headers, "image/jpeg") || !jpeg.starts_with(&JPEG) {
        return Err(photo_unusable(StatusCode::UNSUPPORTED_MEDIA_TYPE, &[]));
    }
    let person = person(&service, caller)
        .await
        .map_err(IntoResponse::into_response)?;
    let awaited = records::awaits_photo(&service, &person)
        .await
        .map_err(|error| Problem::internal(&error).into_response())?;
    if !awaited {
        return Err(Problem::PhotoNotAwaited.into_response());
    }
    let version = checked_with(&headers);
    let app = service.clone();
    to_the_end(async move {
        photo::submit(&app, person.id, jpeg.to_vec(), how, version.as_deref()).await
    })
    .await
    .map_err(IntoResponse::into_response)?
    .map_err(not_taken)?;
    wallet::enrolment(State(service), caller)
        .await
        .map_err(IntoResponse::into_response)
}

/// The version that the app names, if it looks like one.
fn checked_with(headers: &HeaderMap) -> Option<String> {
    let version = headers.get(PORTRAIT_HEADER)?.to_str().ok()?;
    let is_one = (1..=32).contains(&version.len())
        && version
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte));
    is_one.then(|| version.to_owned())
}

/// Goes on when the phone hangs up: what a deed leaves to be deleted is deleted.
async fn to_the_end<T: Send + 'static>(
    deed: impl Future<Output = T> + Send + 'static,
) -> Result<T, Problem> {
    tokio::spawn(deed)
        .await
        .map_err(|error| Problem::internal(&error))
}

fn refused(error: PhotoError) -> Problem {
    match error {
        PhotoError::Refused(refusal) => conflict(refusal),
        error => Problem::internal(&error),
    }
}

fn conflict(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Locked => Problem::PhotoLocked,
        Refusal::NoPhoto => Problem::PhotoMissing,
        Refusal::AnotherPhoto
        | Refusal::Rejected
        | Refusal::InReview
        | Refusal::NothingWaits
        | Refusal::NotLocked => Problem::PhotoChanged,
    }
}

fn not_taken(error: SubmitError) -> Response {
    match error {
        SubmitError::Refused(refusal) => conflict(refusal).into_response(),
        SubmitError::TooMany => Problem::PhotoTooMany.into_response(),
        SubmitError::NotAPortrait(_) => photo_unusable(StatusCode::UNPROCESSABLE_ENTITY, &[]),
        SubmitError::Rejected { reasons } => {
            photo_unusable(StatusCode::UNPROCESSABLE_ENTITY, &reasons)
        }
        error => Problem::internal(&error).into_response(),
    }
}

async fn person(service: &Service, caller: Caller) -> Result<person::Model, Problem> {
    records::person_of(service, caller.account_id)
        .await
        .map_err(|error| Problem::internal(&error))?
        .ok_or(Problem::PhotoMissing)
}
