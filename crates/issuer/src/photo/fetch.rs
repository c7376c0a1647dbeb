//! Fetching a photo from the address in the records.

use std::time::Duration;

use jose::sha256;
use sea_orm::{ActiveEnum, DbErr, EntityTrait};
use serde_json::json;
use url::Url;
use uuid::Uuid;

use crate::{
    app::App,
    audit,
    config::PhotosConfig,
    db,
    db::entity::{
        person,
        photo::{self, PhotoSource, PhotoState},
    },
    records::{UnreadableRecord, record_of},
    seal::hex,
};

use super::{
    PhotoStoreError,
    examine::{CutShort, in_turn, not_of_one},
    save,
    state::{Deed, step},
};

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
    /// It is not a picture of one person; the id of the rule that says so.
    #[error("the photo is not one of one person: {0}")]
    NotOfOne(&'static str),
    /// The person has said of this very picture that it is not them, or the school has taken it off their card.
    #[error("the photo is one that was rejected or taken back")]
    SaidNo,
    /// Making a portrait of it was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
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

impl FetchError {
    /// For how many seconds the address is not asked again: a bad picture is seldom mended within the hour, a host that does
    /// not answer may be back in a minute, and so may the school's word on a "not me". None for what the address has no part in.
    fn passed_over_for(&self) -> Option<i64> {
        match self {
            Self::TooLarge | Self::Unusable(_) | Self::NotOfOne(_) => Some(3_600),
            Self::NoAnswer | Self::Status(_) | Self::SaidNo => Some(60),
            Self::HostNotAllowed
            | Self::CutShort(_)
            | Self::Store(_)
            | Self::Record(_)
            | Self::Database(_) => None,
        }
    }
}

/// Fetches and proposes the photo in the records if there is one that has not been seen before.
pub(super) async fn propose(
    app: &App,
    person: &person::Model,
    row: Option<&photo::Model>,
) -> Result<Option<photo::Model>, FetchError> {
    if step(row.map(Into::into), Deed::ProposeFromRecords(None)).is_err() || is_delivered(row) {
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
    let now = app.unix_now();
    if app.passed_over.holds(person.id, &url_digest, now) {
        return Ok(None);
    }
    let (jpeg, sha256) = match usable(app, row, &url).await {
        Ok(usable) => usable,
        Err(error) => {
            if let Some(seconds) = error.passed_over_for() {
                let until = now + seconds;
                app.passed_over.put(person.id, &url_digest, now, until);
            }
            return Err(error);
        }
    };

    let object_key = app.photos.put(&jpeg).await?;
    let proposed = photo::Model {
        person_id: person.id,
        id: Uuid::new_v4(),
        state: PhotoState::Proposed,
        source: PhotoSource::SchoolRecords,
        sha256,
        object_key: object_key.clone(),
        source_url_sha256: Some(url_digest),
        source_date: None,
        changed_at: app.unix_now(),
        submitted_sha256: None,
        // Whose photo was returned or taken back, and who is shown another of the school's, is told why.
        note: row.and_then(photo::Model::note_that_holds),
        reasons: None,
        handed_back: row.is_some_and(|row| row.handed_back),
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

/// The portrait made of the picture at the address, and its digest.
async fn usable(
    app: &App,
    row: Option<&photo::Model>,
    url: &Url,
) -> Result<(Vec<u8>, String), FetchError> {
    let bytes = fetch(&app.http, url, &app.config.photos).await?;
    let (examiner, max_bytes) = (app.examiner.clone(), app.config.photos.max_bytes);
    let examined = in_turn(move || examiner.delivered(&bytes, max_bytes)).await??;
    // Nobody is asked whether they are a wall or two people. Nothing else that the rules say counts: the person is asked,
    // and the school's picture is the school's.
    if let Some(rule) = not_of_one(&examined.report) {
        return Err(FetchError::NotOfOne(rule));
    }
    let jpeg = examined.jpeg;
    let sha256 = county_api::photo_sha256(&jpeg);
    // The same picture at another address is the same picture. A reset forgets the address only where it takes a "not
    // me" back.
    let taken_back = row.is_some_and(|row| {
        row.state == PhotoState::Reset && row.source_url_sha256.is_some() && row.sha256 == sha256
    });
    if taken_back || step(row.map(Into::into), Deed::ProposeFromRecords(Some(&sha256))).is_err() {
        return Err(FetchError::SaidNo);
    }
    Ok((jpeg, sha256))
}

/// A photographer's picture that waits to be looked at goes before the one in the records.
fn is_delivered(row: Option<&photo::Model>) -> bool {
    row.is_some_and(|row| {
        row.state == PhotoState::Proposed && row.source == PhotoSource::Photographer
    })
}

/// Puts the row in place of `old`; false if `old` is no longer what is there.
async fn insert(app: &App, old: Option<&photo::Model>, new: photo::Model) -> Result<bool, DbErr> {
    let transaction = db::begin_write(&app.db).await?;
    let found = super::held(&transaction, new.person_id).await?;
    if found.as_ref() != old {
        return Ok(false);
    }
    let entry = audit::Entry::new("records", "photo.propose", new.changed_at)
        .person(new.person_id)
        .detail(json!({ "source": new.source.to_value(), "photo": new.sha256 }));
    save(&transaction, new).await?;
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(true)
}

/// What an address gives, if the county allows it.
pub(super) async fn fetch(
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
