//! `/health/live` and `/health/ready`, for the county's monitoring.

use std::sync::Arc;

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

use crate::db::entity::sync_run::{self, SyncOutcome};

use super::Service;

/// Records that are read every night are late after a night and a half, seconds.
const SYNC_LATE: i64 = 36 * 3_600;

/// What there is to say of each part.
pub(super) struct Readiness {
    database: bool,
    keys: bool,
    photos: bool,
    /// Seconds since records were last applied; none when that never was, or the database does not answer.
    sync_age: Option<i64>,
    sync_is_late: bool,
}

impl Readiness {
    /// Each part by its name; those without which the service cannot do its work.
    pub(super) fn parts(&self) -> [(&'static str, bool); 3] {
        [
            ("database", self.database),
            ("keys", self.keys),
            ("photos", self.photos),
        ]
    }
}

pub(super) async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

/// Ready means database, keys and photo store. Old records are only a warning, since what is there can still be issued
/// and checked; and Feide is not asked: when it is down, everything but logging in still works.
pub(super) async fn ready(State(service): State<Arc<Service>>) -> Response {
    let state = state(&service).await;
    let is_ready = state.parts().iter().all(|(_, works)| *works);
    let mut body = json!({ "status": if is_ready { "ready" } else { "not_ready" } });
    for (part, works) in state.parts() {
        body[part] = works.into();
    }
    body["sync_age_seconds"] = state.sync_age.into();
    body["warnings"] = if state.sync_is_late {
        json!(["sync_is_late"])
    } else {
        json!([])
    };
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(body)).into_response()
}

/// Asks every part.
pub(super) async fn state(service: &Service) -> Readiness {
    let now = service.unix_now();
    let database = service.db.ping().await.is_ok();
    let keys = service.keys.credential_signer(now).is_ok()
        && service.keys.trust_list_signer(now).is_ok()
        && service.keys.encryption_key(now).is_ok();
    let applied = last_applied(&service.db).await.ok().flatten();
    let sync_age = applied.map(|at| now.saturating_sub(at).max(0));
    let is_planned = service.config.records.sync_at.is_some();
    Readiness {
        database,
        keys,
        photos: service.photos.is_reachable().await,
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
