//! `/health/live` and `/health/ready`, for the county's monitoring.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use tokio::{sync::Mutex, time::timeout};

use crate::db::entity::sync_run::{self, SyncOutcome};

use super::Service;

/// Records that are read every night are late after a night and a half, seconds.
const SYNC_LATE: i64 = 36 * 3_600;

/// Anybody may ask: an answer is good for so many seconds, so that asking costs the database nothing.
const FRESH: i64 = 5;
/// A part that takes longer does not work just now.
const PATIENCE: Duration = Duration::from_secs(2);

/// The last answer, and when it was found out, unix seconds.
#[derive(Default)]
pub(crate) struct Cache(Mutex<Option<(i64, Readiness)>>);

/// What there is to say of each part.
#[derive(Clone, Copy)]
pub(super) struct Readiness {
    database: bool,
    keys: bool,
    photos: bool,
    /// Seconds since records were last applied; none when that never was, or the database does not answer.
    sync_age: Option<i64>,
    sync_is_late: bool,
}

impl Readiness {
    /// Each part by its name.
    pub(super) fn parts(&self) -> [(&'static str, bool); 3] {
        [
            ("database", self.database),
            ("keys", self.keys),
            ("photos", self.photos),
        ]
    }

    /// Without these there are neither cards nor lists.
    fn is_ready(&self) -> bool {
        self.database && self.keys
    }

    fn warnings(&self) -> Vec<&'static str> {
        [
            (!self.photos, "photos_unreachable"),
            (self.sync_is_late, "sync_is_late"),
        ]
        .into_iter()
        .filter_map(|(holds, warning)| holds.then_some(warning))
        .collect()
    }
}

pub(super) async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

/// Ready means database and keys. Old records and an unreachable photo store are only warnings, since cards that are there
/// are still checked and renewed, and a new process would be no better off; and Feide is not asked: when it is down,
/// everything but logging in still works.
pub(super) async fn ready(State(service): State<Arc<Service>>) -> Response {
    let state = state(&service).await;
    let is_leaving = service.leaving.load(Ordering::Relaxed);
    let is_ready = state.is_ready() && !is_leaving;
    let mut body = json!({ "status": if is_ready {
        "ready"
    } else if is_leaving {
        "stopping"
    } else {
        "not_ready"
    } });
    for (part, works) in state.parts() {
        body[part] = works.into();
    }
    body["sync_age_seconds"] = state.sync_age.into();
    body["warnings"] = state.warnings().into();
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(body)).into_response()
}

/// What was found out a moment ago, or else asks every part.
pub(super) async fn state(service: &Service) -> Readiness {
    let now = service.unix_now();
    // Who asks meanwhile waits, and has the same answer.
    let mut last = service.readiness.0.lock().await;
    match *last {
        Some((at, known)) if (0..FRESH).contains(&now.saturating_sub(at)) => known,
        _ => {
            let found = ask(service, now).await;
            *last = Some((now, found));
            found
        }
    }
}

async fn ask(service: &Service, now: i64) -> Readiness {
    let keys = service.keys.credential_signer(now).is_ok()
        && service.keys.trust_list_signer(now).is_ok()
        && service.keys.encryption_key(now).is_ok();
    let (database, applied, photos) = tokio::join!(
        timeout(PATIENCE, service.db.ping()),
        timeout(PATIENCE, last_applied(&service.db)),
        timeout(PATIENCE, service.photos.is_reachable()),
    );
    let applied = applied.ok().and_then(Result::ok).flatten();
    let sync_age = applied.map(|at| now.saturating_sub(at).max(0));
    let is_planned = service.config.records.sync_at.is_some();
    Readiness {
        database: matches!(database, Ok(Ok(()))),
        keys,
        photos: photos.unwrap_or(false),
        sync_age,
        sync_is_late: is_planned && sync_age.is_none_or(|age| age > SYNC_LATE),
    }
}

/// When records were last applied, unix seconds.
pub(super) async fn last_applied(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let at: Option<Option<i64>> = sync_run::Entity::find()
        .select_only()
        .column(sync_run::Column::FinishedAt)
        .filter(sync_run::Column::Outcome.eq(SyncOutcome::Applied))
        .order_by_desc(sync_run::Column::FinishedAt)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(at.flatten())
}
