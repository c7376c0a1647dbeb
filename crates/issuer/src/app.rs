//! What every part of the running service shares.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use county_api::County;
use reqwest::{Certificate, redirect};
use ring::rand::SystemRandom;
use sea_orm::{DatabaseConnection, DbErr};

use crate::{
    admin::photo_batch::Deliveries,
    config::Config,
    db,
    keys::{KeyStore, KeysError},
    photo::{Examiner, PassedOver, PhotoStore, PhotoStoreError, PortraitRules, SmallPortraits},
    records::{progress::Progress, schedule},
    schools,
    seal::{MasterKeyError, Seal},
};

/// The service: settings, rows, keys, photos and the way out.
#[derive(Debug)]
pub struct App {
    /// Settings.
    pub config: Arc<Config>,
    /// Rows.
    pub db: DatabaseConnection,
    /// Seals what is stored.
    pub seal: Seal,
    /// Signing keys.
    pub keys: KeyStore,
    /// Sealed portraits.
    pub photos: PhotoStore,
    /// Looks at pictures from outside.
    pub examiner: Arc<dyn Examiner>,
    /// Photos in the records that could not be used lately.
    pub passed_over: PassedOver,
    /// Their small forms, for codes.
    pub small_portraits: SmallPortraits,
    /// For Feide, the records and their photos: no redirects, public roots only.
    pub http: reqwest::Client,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: SystemRandom,
    /// How far the run of the sync is that this process is doing.
    pub sync_progress: Progress,
    /// Photographers' deliveries that this process takes in and goes through.
    pub(crate) deliveries: Deliveries,
}

impl App {
    /// Opens everything the configuration names.
    ///
    /// # Errors
    /// When the master key, the database, a signing key or the photo folder does not open.
    pub async fn open(config: Config) -> Result<Self, OpenError> {
        let seal = Seal::load(&config.keys.master_key_file)?;
        let db = db::open(&config.database).await?;
        let app = Self::open_with(config, seal, db).await?;
        schools::reload(&app).await?;
        Ok(app)
    }

    /// As [`App::open`], but leaves the tables as they are, for a copy that is made before a new version changes them.
    ///
    /// # Errors
    /// As [`App::open`], and when there is no database.
    pub async fn open_as_it_is(config: Config) -> Result<Self, OpenError> {
        let seal = Seal::load(&config.keys.master_key_file)?;
        let db = db::open_as_it_is(&config.database).await?;
        Self::open_with(config, seal, db).await
    }

    async fn open_with(
        config: Config,
        seal: Seal,
        db: DatabaseConnection,
    ) -> Result<Self, OpenError> {
        let keys = KeyStore::load(&db, &seal).await?;
        let photos = PhotoStore::configured(&config.photos, seal.clone())?;
        Ok(Self {
            db,
            keys,
            photos,
            examiner: Arc::new(PortraitRules::default()),
            passed_over: PassedOver::default(),
            small_portraits: SmallPortraits::default(),
            seal,
            http: http_client()?,
            clock: Arc::new(SystemClock),
            random: SystemRandom::new(),
            sync_progress: Progress::default(),
            deliveries: Deliveries::default(),
            config: Arc::new(config),
        })
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// When the records are read next, if that is planned.
    #[must_use]
    pub fn next_sync(&self) -> Option<DateTime<Utc>> {
        let records = &self.config.records;
        records
            .sync_at
            .map(|at| schedule::next(self.now(), at, records.time_zone))
    }

    /// What an app or a checker is told about this county: `county.json`.
    ///
    /// # Errors
    /// When there is no key for the trust list.
    pub fn county(&self) -> Result<County, KeysError> {
        let key = self.keys.trust_list_signer(self.unix_now())?;
        Ok(County {
            issuer: self.config.issuer.public_url.clone(),
            name: self.config.issuer.name.clone(),
            trust_list_key: key.jwk().clone(),
            password_help_url: self.config.feide.password_help_url.clone(),
            accessibility_statement_url: self.config.issuer.accessibility_statement_url.clone(),
            demo: self.config.issuer.demo,
        })
    }

    /// Now, unix seconds.
    #[must_use]
    pub fn unix_now(&self) -> i64 {
        self.clock.now().timestamp()
    }
}

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The master key.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The database.
    #[error("the database does not open: {0}")]
    Database(#[from] DbErr),
    /// A signing key.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The photo folder.
    #[error(transparent)]
    Photos(#[from] PhotoStoreError),
    /// The HTTP client.
    #[error("the HTTP client could not be made: {0}")]
    Http(#[from] reqwest::Error),
}

/// What time it is; a trait so that tests say so.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The one HTTP client: rustls on ring, Mozilla's roots, no redirects (an address that was checked
/// is the address that is asked), no compression surprises.
///
/// # Errors
/// When a certificate is malformed.
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    http_client_trusting(Vec::new())
}

/// As [`http_client`], with authorities of the county's own besides the public ones.
///
/// # Errors
/// When a certificate is malformed.
pub fn http_client_trusting(own: Vec<Certificate>) -> Result<reqwest::Client, reqwest::Error> {
    client(own)?.build()
}

/// For this machine itself: whatever proxy the surroundings name, it is not asked.
///
/// # Errors
/// As [`http_client`].
pub fn local_http_client() -> Result<reqwest::Client, reqwest::Error> {
    client(Vec::new())?.no_proxy().build()
}

fn client(own: Vec<Certificate>) -> Result<reqwest::ClientBuilder, reqwest::Error> {
    // A second call finds the provider in place, which is just as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(|der| Certificate::from_der(der))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(reqwest::Client::builder()
        .tls_certs_only(roots.into_iter().chain(own))
        .redirect(redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .user_agent(concat!("lommebevis-issuer/", env!("CARGO_PKG_VERSION"))))
}

/// A service on a database in memory, for tests of this crate.
#[cfg(test)]
pub(crate) mod testing {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::keys;

    /// Wednesday 2026-09-16 12:00 in Norway.
    pub(crate) const NOW: i64 = 1_789_552_800;

    /// A clock that stands until it is set.
    #[derive(Debug)]
    pub(crate) struct TestClock(AtomicI64);

    impl TestClock {
        pub(crate) fn at(unix: i64) -> Self {
            Self(AtomicI64::new(unix))
        }

        pub(crate) fn set(&self, unix: i64) {
            self.0.store(unix, Ordering::SeqCst);
        }
    }

    impl Clock for TestClock {
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp(self.0.load(Ordering::SeqCst), 0).unwrap_or_default()
        }
    }

    /// As `app_with`, with the sample configuration.
    pub(crate) async fn app() -> App {
        app_with(crate::config::tests::sample(), Arc::new(TestClock::at(NOW))).await
    }

    /// Fresh database, fresh keys, a photo folder that goes away with the process's temporary files.
    pub(crate) async fn app_with(mut config: Config, clock: Arc<dyn Clock>) -> App {
        let folder = tempfile::tempdir().unwrap().keep();
        config.photos.folder = folder.join("photos");
        config.photos.spool_folder = folder;
        let seal = Seal::from_key(&[42; 32]);
        let db = db::in_memory().await.unwrap();
        keys::init(&db, &seal, &config, clock.now().timestamp(), "test")
            .await
            .unwrap();
        App {
            keys: KeyStore::load(&db, &seal).await.unwrap(),
            photos: PhotoStore::open(&config.photos.folder, seal.clone()).unwrap(),
            examiner: Arc::new(crate::photo::examine::testing::Lightness),
            passed_over: PassedOver::default(),
            small_portraits: SmallPortraits::default(),
            http: http_client().unwrap(),
            random: SystemRandom::new(),
            sync_progress: Progress::default(),
            deliveries: Deliveries::default(),
            config: Arc::new(config),
            db,
            seal,
            clock,
        }
    }
}
