//! Fetching a photo from the address in the records.

use std::time::Duration;

use jose::sha256;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, TryInsertResult};
use tokio::sync::Semaphore;
use url::Url;
use uuid::Uuid;

use crate::{
    app::App,
    config::PhotosConfig,
    db,
    db::entity::{
        person,
        photo::{self, PhotoSource, PhotoState},
    },
    records::{UnreadableRecord, record_of},
    seal::hex,
};

use super::PhotoStoreError;

/// How many pictures are worked on at once: one of the largest takes hundreds of megabytes while it is decoded, and
/// anyone who is logged in can ask many times.
static DECODING: Semaphore = Semaphore::const_new(2);

/// Why there is no photo from the records. Addresses are left out: they can name a person.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is at a host the county has not allowed, or not https.
    #[error("the photo's address is not at an allowed host (photos.allowed_hosts)")]
    HostNotAllowed,
    /// No answer.
    #[error("the photo's host did not answer")]
    NoAnswer,
    /// Another answer than a picture.
    #[error("the photo's host answered {0}")]
    Status(u16),
    /// More bytes than allowed.
    #[error("the photo is larger than allowed (photos.max_megabytes)")]
    TooLarge,
    /// Not a usable picture.
    #[error("the photo cannot be used: {0}")]
    Unusable(#[from] portrait::PortraitError),
    /// Making a portrait of it was cut short.
    #[error("making the portrait was cut short")]
    CutShort,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] PhotoStoreError),
    /// The record cannot be read back.
    #[error(transparent)]
    Record(#[from] UnreadableRecord),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// Fetches and proposes the photo in the records if there is one that has not been seen before.
pub(super) async fn propose(
    app: &App,
    person: &person::Model,
    row: Option<&photo::Model>,
) -> Result<Option<photo::Model>, FetchError> {
    if row.is_some_and(|row| row.state == PhotoState::Locked) {
        return Ok(None);
    }
    let record = record_of(person)?;
    let Some(url) = record.photo_url else {
        return Ok(None);
    };
    let url_digest = hex(&sha256(url.as_str().as_bytes()));
    if row.is_some_and(|row| row.source_url_sha256.as_deref() == Some(url_digest.as_str())) {
        return Ok(None);
    }

    let bytes = fetch(&app.http, &url, &app.config.photos).await?;
    let settings = portrait::Settings {
        max_bytes: app.config.photos.max_bytes,
        ..portrait::Settings::default()
    };
    let turn = DECODING.acquire().await.map_err(|_| FetchError::CutShort)?;
    let jpeg = tokio::task::spawn_blocking(move || {
        let portrait = portrait::normalise(&bytes, &settings);
        // Here, because the work goes on when nobody waits for it any more.
        drop(turn);
        portrait
    })
    .await
    .map_err(|_| FetchError::CutShort)??;

    let object_key = app.photos.put(&jpeg).await?;
    let proposed = photo::Model {
        person_id: person.id,
        id: Uuid::new_v4(),
        state: PhotoState::Proposed,
        source: PhotoSource::SchoolRecords,
        sha256: county_api::photo_sha256(&jpeg),
        object_key: object_key.clone(),
        source_url_sha256: Some(url_digest),
        source_date: None,
        changed_at: app.unix_now(),
    };
    if insert(app, row, proposed.clone()).await? {
        if let Some(old) = row.filter(|row| row.state == PhotoState::Proposed) {
            app.photos.delete(&old.object_key).await;
        }
        return Ok(Some(proposed));
    }
    // Someone else was quicker; theirs stands.
    app.photos.delete(&object_key).await;
    Ok(photo::Entity::find_by_id(person.id).one(&app.db).await?)
}

/// Puts the row in place of `old`; false if `old` is no longer what is there.
async fn insert(app: &App, old: Option<&photo::Model>, new: photo::Model) -> Result<bool, DbErr> {
    let transaction = db::begin_write(&app.db).await?;
    if let Some(old) = old {
        let found = photo::Entity::find_by_id(old.person_id)
            .one(&transaction)
            .await?;
        if found.as_ref() != Some(old) {
            return Ok(false);
        }
        photo::Entity::delete_by_id(old.person_id)
            .exec(&transaction)
            .await?;
    }
    let row = photo::ActiveModel {
        person_id: Set(new.person_id),
        id: Set(new.id),
        state: Set(new.state),
        source: Set(new.source),
        sha256: Set(new.sha256),
        object_key: Set(new.object_key),
        source_url_sha256: Set(new.source_url_sha256),
        source_date: Set(new.source_date),
        changed_at: Set(new.changed_at),
    };
    let result = photo::Entity::insert(row)
        .on_conflict_do_nothing()
        .exec_without_returning(&transaction)
        .await?;
    let inserted = matches!(result, TryInsertResult::Inserted(count) if count > 0);
    transaction.commit().await?;
    Ok(inserted)
}

async fn fetch(
    http: &reqwest::Client,
    url: &Url,
    config: &PhotosConfig,
) -> Result<Vec<u8>, FetchError> {
    if !is_allowed(url, &config.allowed_hosts) {
        return Err(FetchError::HostNotAllowed);
    }
    let mut response = http
        .get(url.clone())
        .timeout(Duration::from_secs(config.timeout_s))
        .send()
        .await
        .map_err(|_| FetchError::NoAnswer)?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    let announced = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok());
    if announced.is_some_and(|length| length > config.max_bytes) {
        return Err(FetchError::TooLarge);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| FetchError::NoAnswer)? {
        if bytes.len() + chunk.len() > config.max_bytes {
            return Err(FetchError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// An address in the records is data from outside: only https (http to this machine), only hosts on
/// the list, so that a wrong record cannot make the service ask anything else in its network.
fn is_allowed(url: &Url, hosts: &[String]) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let is_safe = match url.scheme() {
        "https" => true,
        "http" => matches!(host, "127.0.0.1" | "localhost" | "[::1]"),
        _ => false,
    };
    let authority = url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    is_safe
        && url.username().is_empty()
        && hosts
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(&authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_allowed_hosts_are_asked() {
        let hosts = ["foto.example.no".to_owned(), "127.0.0.1:8022".to_owned()];
        let cases = [
            ("https://foto.example.no/1.jpg", true),
            ("https://FOTO.example.no/1.jpg", true),
            ("https://foto.example.no:8443/1.jpg", false),
            ("http://foto.example.no/1.jpg", false),
            ("http://127.0.0.1:8022/1.jpg", true),
            ("http://127.0.0.1/1.jpg", false),
            ("https://169.254.169.254/latest", false),
            ("https://foto.example.no@evil.example/1.jpg", false),
            ("https://user@foto.example.no/1.jpg", false),
            ("file:///etc/passwd", false),
        ];
        for (url, expected) in cases {
            assert_eq!(
                is_allowed(&Url::parse(url).unwrap(), &hosts),
                expected,
                "{url}"
            );
        }
    }
}
