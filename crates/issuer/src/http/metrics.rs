//! What is counted for the county's monitoring, as Prometheus reads it.
//!
//! Requests, credentials and refusals are counted as they come, in this process; what the rows know (runs of the sync,
//! messages) is read from them when somebody asks. Labels are routes, methods, statuses and names of ours, so there is a
//! bound on them, and nothing personal can be among them.

use std::{sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use metrics::{Key, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::entity::{
    credential::KeyLevel,
    sms_message,
    sync_run::{self, SyncOutcome},
};

use super::{Problem, Service, health};

/// Upper bounds of the latency histogram, seconds.
const BUCKETS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

const REQUESTS: &str = "lommebevis_http_requests_total";
const LATENCY: &str = "lommebevis_http_request_seconds";
const CONNECTIONS: &str = "lommebevis_connections";
const CREDENTIALS: &str = "lommebevis_credentials_issued_total";
const KEYS: &str = "lommebevis_credential_keys_total";
const HELD_BACK: &str = "lommebevis_held_back_total";
const SYNC_RUNS: &str = "lommebevis_sync_runs";
const SYNC_LAST: &str = "lommebevis_sync_last";
const SYNC_AGE: &str = "lommebevis_sync_age_seconds";
const MESSAGES: &str = "lommebevis_sms_messages";
const MESSAGE_AGE: &str = "lommebevis_sms_oldest_waiting_seconds";
const STATUS_LISTS: &str = "lommebevis_status_lists";
const STATUS_LIST_AGE: &str = "lommebevis_status_list_age_seconds";
const KEY_ENDS: &str = "lommebevis_signing_key_ends_in_seconds";
const DB_CONNECTIONS: &str = "lommebevis_db_connections";
const READY: &str = "lommebevis_ready";

/// What this process has counted.
pub(crate) struct Metrics(PrometheusRecorder);

impl Metrics {
    pub(super) fn new() -> Self {
        let builder = PrometheusBuilder::new();
        // Only an empty list is refused, and then there are summaries instead.
        let builder = builder
            .set_buckets(&BUCKETS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let metrics = Self(builder.build_recorder());
        let recorder = &metrics.0;
        for (name, text) in [
            (REQUESTS, "Requests by route, method and status."),
            (CREDENTIALS, "Credentials signed, by configuration."),
            (
                KEYS,
                "Credentials signed, by where the app says that their keys lie.",
            ),
            (
                HELD_BACK,
                "Requests refused because there were too many, by limit.",
            ),
        ] {
            recorder.describe_counter(name.into(), None, text.into());
        }
        recorder.describe_histogram(
            LATENCY.into(),
            Some(Unit::Seconds),
            "Time from a request's head to its answer's.".into(),
        );
        for (name, text) in [
            (CONNECTIONS, "Connections that are open."),
            (SYNC_RUNS, "Runs of the sync that are kept, by outcome."),
            (SYNC_LAST, "1 for the outcome of the last run of the sync."),
            (SYNC_AGE, "Time since records were last applied."),
            (MESSAGES, "Messages by state."),
            (
                MESSAGE_AGE,
                "Time since the oldest message that waits was due.",
            ),
            (STATUS_LISTS, "Status lists that this process has signed."),
            (STATUS_LIST_AGE, "Time since the oldest of them was signed."),
            (KEY_ENDS, "Time until the key that signs credentials stops."),
            (DB_CONNECTIONS, "Connections to the database, by use."),
            (READY, "1 if the part works."),
        ] {
            recorder.describe_gauge(name.into(), None, text.into());
        }
        metrics
    }

    /// Credentials were signed, for keys that are guarded so well.
    pub(super) fn issued(
        &self,
        configuration: &'static str,
        count: usize,
        keys: Vec<Option<KeyLevel>>,
    ) {
        let labels = vec![Label::new("configuration", configuration)];
        self.add(&Key::from_parts(CREDENTIALS, labels), count as u64);
        for key in keys {
            let level = key.map_or("unknown", KeyLevel::name);
            let labels = vec![Label::new("key_protection", level)];
            self.add(&Key::from_parts(KEYS, labels), 1);
        }
    }

    /// A caller must wait.
    pub(crate) fn held_back(&self, limit: &'static str) {
        self.add(
            &Key::from_parts(HELD_BACK, vec![Label::new("limit", limit)]),
            1,
        );
    }

    /// A connection was opened or closed.
    pub(super) fn connections(&self, change: f64) {
        let gauge = self
            .0
            .register_gauge(&Key::from_static_name(CONNECTIONS), &METADATA);
        gauge.increment(change);
    }

    /// Frees what has been counted into the histograms; due every few seconds, also when nobody reads.
    pub(super) fn tidy(&self) {
        self.0.handle().run_upkeep();
    }

    fn add(&self, key: &Key, count: u64) {
        self.0.register_counter(key, &METADATA).increment(count);
    }

    fn set(&self, name: &'static str, label: Option<(&'static str, String)>, value: f64) {
        let labels: Vec<Label> = label
            .into_iter()
            .map(|(name, value)| Label::new(name, value))
            .collect();
        let key = Key::from_parts(name, labels);
        self.0.register_gauge(&key, &METADATA).set(value);
    }
}

/// Counts a request and times its answer.
pub(super) async fn observe(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let method = match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    };
    let begun = Instant::now();
    let response = next.run(request).await;
    let recorder = &service.metrics.0;
    let route = Label::new("route", route);
    let key = Key::from_parts(LATENCY, vec![route.clone()]);
    recorder
        .register_histogram(&key, &METADATA)
        .record(begun.elapsed().as_secs_f64());
    let status = Label::new("status", response.status().as_str().to_owned());
    let labels = vec![route, Label::new("method", method), status];
    service.metrics.add(&Key::from_parts(REQUESTS, labels), 1);
    response
}

/// What the address for monitoring serves: `/metrics`, and `/health` once more.
pub(super) fn routes(service: Arc<Service>) -> Router {
    Router::new()
        .route("/metrics", get(scrape))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .with_state(service)
        .fallback(async || Problem::NotFound)
}

async fn scrape(State(service): State<Arc<Service>>) -> Response {
    let now = service.unix_now();
    let metrics = &service.metrics;
    if let Err(error) = read_rows(&service, now).await {
        tracing::warn!(%error, "the database gives no numbers");
    }
    let state = health::state(&service).await;
    for (part, works) in state.parts() {
        metrics.set(
            READY,
            Some(("part", part.to_owned())),
            f64::from(u8::from(works)),
        );
    }
    let (lists, oldest) = service.status_tokens.count_and_oldest();
    metrics.set(STATUS_LISTS, None, lists as f64);
    if let Some(oldest) = oldest {
        metrics.set(STATUS_LIST_AGE, None, seconds(now - oldest));
    }
    let outlives = service.config.keys.outlives_s(&service.config.lifetimes);
    if let Ok(signer) = service.keys.credential_signer(now) {
        metrics.set(KEY_ENDS, None, seconds(signer.not_after - outlives - now));
    }
    if let Some((open, idle)) = pool(&service.db) {
        let used = f64::from(open) - idle as f64;
        metrics.set(DB_CONNECTIONS, Some(("use", "idle".into())), idle as f64);
        metrics.set(DB_CONNECTIONS, Some(("use", "busy".into())), used.max(0.0));
    }
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::OK, headers, metrics.0.handle().render()).into_response()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "ages are far below 2^52 seconds"
)]
fn seconds(seconds: i64) -> f64 {
    seconds.max(0) as f64
}

async fn read_rows(service: &Service, now: i64) -> Result<(), DbErr> {
    let (db, metrics) = (&service.db, &service.metrics);
    let runs: Vec<(String, i64)> = sync_run::Entity::find()
        .select_only()
        .column(sync_run::Column::Outcome)
        .column_as(sync_run::Column::Id.count(), "count")
        .group_by(sync_run::Column::Outcome)
        .into_tuple()
        .all(db)
        .await?;
    let last: Option<SyncOutcome> = sync_run::Entity::find()
        .select_only()
        .column(sync_run::Column::Outcome)
        .order_by_desc(sync_run::Column::StartedAt)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    let last = last.map(|outcome| sea_orm::ActiveEnum::to_value(&outcome));
    for outcome in <SyncOutcome as sea_orm::ActiveEnum>::values() {
        let count = runs.iter().find(|(name, _)| *name == outcome);
        let label = Some(("outcome", outcome.clone()));
        metrics.set(
            SYNC_RUNS,
            label.clone(),
            seconds(count.map_or(0, |(_, count)| *count)),
        );
        let is_last = f64::from(u8::from(last.as_ref() == Some(&outcome)));
        metrics.set(SYNC_LAST, label, is_last);
    }
    if let Some(applied) = health::last_applied(db).await? {
        metrics.set(SYNC_AGE, None, seconds(now - applied));
    }
    let states: Vec<(String, i64)> = sms_message::Entity::find()
        .select_only()
        .column(sms_message::Column::State)
        .column_as(sms_message::Column::Id.count(), "count")
        .group_by(sms_message::Column::State)
        .into_tuple()
        .all(db)
        .await?;
    for state in <sms_message::State as sea_orm::ActiveEnum>::values() {
        let count = states.iter().find(|(name, _)| *name == state);
        let count = seconds(count.map_or(0, |(_, count)| *count));
        metrics.set(MESSAGES, Some(("state", state)), count);
    }
    let waiting: Option<i64> = sms_message::Entity::find()
        .select_only()
        .column(sms_message::Column::DueAt)
        .filter(sms_message::Column::State.eq(sms_message::State::Waiting))
        .order_by_asc(sms_message::Column::DueAt)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    metrics.set(
        MESSAGE_AGE,
        None,
        waiting.map_or(0.0, |due| seconds(now - due)),
    );
    Ok(())
}

/// Connections that are open, and how many of them are idle.
fn pool(db: &DatabaseConnection) -> Option<(u32, usize)> {
    match db.get_database_backend() {
        sea_orm::DatabaseBackend::Sqlite => {
            let pool = db.get_sqlite_connection_pool();
            Some((pool.size(), pool.num_idle()))
        }
        sea_orm::DatabaseBackend::Postgres => {
            let pool = db.get_postgres_connection_pool();
            Some((pool.size(), pool.num_idle()))
        }
        _ => None,
    }
}
