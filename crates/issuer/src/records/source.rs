//! Where the records are read.

use std::time::Duration;

use school_records::{
    SchoolRecords,
    files::{self, FileSource, SetError},
    fint::{self, FintSource},
    http::ReqwestHttp,
};

use crate::{
    app::App,
    config::{FintConfig, RecordsSource},
};

use super::progress::{Phase, Progress};

/// Why a set could not be read whole.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// From FINT.
    #[error(transparent)]
    Fint(#[from] fint::ReadError),
    /// From files.
    #[error(transparent)]
    Files(#[from] SetError),
    /// The reading was cut short.
    #[error("the reading was cut short")]
    CutShort,
}

/// A place that gives a complete set of records, or an error: never half a set.
#[async_trait::async_trait]
pub trait Source: Send + Sync {
    /// Reads everything, and tells how far it is.
    async fn read(&self, progress: &Progress) -> Result<SchoolRecords, ReadError>;
}

/// The source that the settings name.
#[must_use]
pub fn configured(app: &App) -> Box<dyn Source> {
    match &app.config.records.source {
        RecordsSource::Fint(fint) => Box::new(Fint::new(app, fint)),
        RecordsSource::Files(source) => Box::new(Files(source.clone())),
    }
}

/// The county's FINT.
#[derive(Debug)]
pub struct Fint {
    source: FintSource,
    http: ReqwestHttp,
}

impl Fint {
    /// As configured.
    #[must_use]
    pub fn new(app: &App, fint: &FintConfig) -> Self {
        let mut source = FintSource::new(
            fint.base_url.clone(),
            fint.token_url.clone(),
            fint.client_id.clone(),
            fint.client_secret.clone(),
            fint.grant.clone(),
        );
        source.scope.clone_from(&fint.scope);
        source.model = fint.model;
        source.allow_synthetic = app.config.records.synthetic_numbers;
        source.library_codes.clone_from(&fint.library_codes);
        Self {
            source,
            http: ReqwestHttp::new(app.http.clone(), Duration::from_secs(fint.timeout_s)),
        }
    }
}

#[async_trait::async_trait]
impl Source for Fint {
    async fn read(&self, progress: &Progress) -> Result<SchoolRecords, ReadError> {
        let mut source = self.source.clone();
        progress.enter(Phase::Read, 0);
        source.counter = progress.counter();
        let http = self.http.clone();
        let runtime = tokio::runtime::Handle::current();
        // Parsing and joining take a large county seconds in which a thread serves nobody else, so it is one of those that
        // are kept for that. Whoever stops waiting takes `waits` along, and ends the reading.
        let (waits, is_left) = tokio::sync::oneshot::channel::<()>();
        let read = tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                tokio::select! {
                    read = fint::read(&source, &http) => Ok(read?),
                    _ = is_left => Err(ReadError::CutShort),
                }
            })
        });
        let read = read.await.map_err(|_| ReadError::CutShort)?;
        drop(waits);
        read
    }
}

/// Files, in any of the forms that are read.
#[derive(Debug)]
pub struct Files(pub FileSource);

#[async_trait::async_trait]
impl Source for Files {
    async fn read(&self, progress: &Progress) -> Result<SchoolRecords, ReadError> {
        let mut source = self.0.clone();
        progress.enter(Phase::Read, source.bytes());
        source.counter = progress.counter();
        // Minutes of work for a large county, which must not hold up whoever is served meanwhile.
        let read = tokio::task::spawn_blocking(move || files::read(&source)).await;
        Ok(read.map_err(|_| ReadError::CutShort)??)
    }
}
