//! Where the records are read.

use std::time::Duration;

use school_records::{
    SchoolRecords,
    fint::{self, FintSource},
    http::ReqwestHttp,
};

use crate::app::App;

pub use school_records::fint::ReadError;

/// A place that gives a complete set of records, or an error: never half a set.
#[async_trait::async_trait]
pub trait Source: Send + Sync {
    /// Reads everything.
    async fn read(&self) -> Result<SchoolRecords, ReadError>;
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
    pub fn new(app: &App) -> Self {
        let records = &app.config.records;
        let fint = &records.fint;
        let mut source = FintSource::new(
            fint.base_url.clone(),
            fint.token_url.clone(),
            fint.client_id.clone(),
            fint.client_secret.clone(),
            fint.grant.clone(),
        );
        source.scope.clone_from(&fint.scope);
        source.model = fint.model;
        source.allow_synthetic = records.synthetic_numbers;
        source.library_codes.clone_from(&fint.library_codes);
        Self {
            source,
            http: ReqwestHttp::new(app.http.clone(), Duration::from_secs(fint.timeout_s)),
        }
    }
}

#[async_trait::async_trait]
impl Source for Fint {
    async fn read(&self) -> Result<SchoolRecords, ReadError> {
        fint::read(&self.source, &self.http).await
    }
}
