//! `GET /trust-list`: whose signatures count, signed with the key that the apps pin.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{extract::State, http::HeaderMap, response::Response};
use county_api::{TrustListBody, TrustedIssuer, TrustedKey, trust_list::MEDIA_TYPE};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, sea_query::OnConflict};
use serde::{Deserialize, Serialize};

use crate::db::{begin_write, entity::setting, lock};

use super::{Problem, Service, cacheable, etag};

/// Row of the setting table.
const SETTING: &str = "trust_list";
/// A list is signed anew after this many seconds, so that it does not grow old while nothing changes.
const SIGN_AGAIN: i64 = 3600;
/// How long a copy may be used without asking, seconds.
const MAX_AGE: u64 = 300;

/// The list that was signed last.
#[derive(Default)]
pub(crate) struct Cache(Mutex<Option<Signed>>);

#[derive(Clone)]
struct Signed {
    digest: String,
    signer: String,
    signed_at: i64,
    jws: String,
}

/// The version, and what it was given to.
#[derive(Serialize, Deserialize)]
struct Version {
    version: u64,
    digest: String,
}

pub(super) async fn trust_list(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let jws = signed(&service).await?;
    let tag = etag(jws.as_bytes());
    Ok(cacheable(&headers, MEDIA_TYPE, MAX_AGE, &tag, jws))
}

async fn signed(service: &Service) -> Result<String, Problem> {
    let now = service.unix_now();
    let issuers = vec![issuer(service, now)];
    let content = serde_json::to_vec(&issuers).map_err(|error| Problem::internal(&error))?;
    let digest = jose::base64url(&jose::sha256(&content));
    let signer = service
        .keys
        .trust_list_signer(now)
        .map_err(|error| Problem::internal(&error))?;

    let known = cached(service).clone();
    if let Some(known) = known
        && known.digest == digest
        && known.signer == signer.kid
        && (0..SIGN_AGAIN).contains(&(now - known.signed_at))
    {
        return Ok(known.jws);
    }
    let body = TrustListBody {
        version: version(service, &digest).await?,
        iat: now,
        exp: now + service.config.keys.trust_list_s,
        issuers,
    };
    let jws = body
        .sign(&*signer)
        .map_err(|error| Problem::internal(&error))?;
    *cached(service) = Some(Signed {
        digest,
        signer: signer.kid.clone(),
        signed_at: now,
        jws: jws.clone(),
    });
    Ok(jws)
}

fn cached(service: &Service) -> std::sync::MutexGuard<'_, Option<Signed>> {
    service
        .trust_list
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

fn issuer(service: &Service, now: i64) -> TrustedIssuer {
    let settings = &service.config.issuer;
    let mut keys: Vec<TrustedKey> = service
        .keys
        .published(now)
        .iter()
        .map(|key| TrustedKey {
            jwk: key.jwk().clone(),
            not_before: key.not_before,
            not_after: key.not_after,
        })
        .collect();
    keys.sort_by(|a, b| (a.not_before, &a.jwk.kid).cmp(&(b.not_before, &b.jwk.kid)));
    TrustedIssuer {
        iss: settings.id().to_owned(),
        name: settings.name.clone(),
        demo: settings.demo,
        keys,
    }
}

/// The version of this content: the last one, or one more when the content is new.
async fn version(service: &Service, digest: &str) -> Result<u64, DbErr> {
    let read = |row: Option<setting::Model>| {
        row.and_then(|row| serde_json::from_str::<Version>(&row.value).ok())
    };
    let stored = setting::Entity::find_by_id(SETTING)
        .one(&service.db)
        .await?;
    if let Some(stored) = read(stored)
        && stored.digest == digest
    {
        return Ok(stored.version);
    }
    let transaction = begin_write(&service.db).await?;
    lock::named(&transaction, lock::Name::TrustList).await?;
    let stored = read(
        setting::Entity::find_by_id(SETTING)
            .one(&transaction)
            .await?,
    );
    let version = match &stored {
        Some(stored) if stored.digest == digest => return Ok(stored.version),
        Some(stored) => stored.version + 1,
        None => 1,
    };
    let value = serde_json::json!({ "version": version, "digest": digest }).to_string();
    setting::Entity::insert(setting::ActiveModel {
        key: Set(SETTING.to_owned()),
        value: Set(value),
    })
    .on_conflict(
        OnConflict::column(setting::Column::Key)
            .update_column(setting::Column::Value)
            .to_owned(),
    )
    .exec_without_returning(&transaction)
    .await?;
    transaction.commit().await?;
    Ok(version)
}
