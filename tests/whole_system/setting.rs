//! A county, started for one test, and people with a wallet of their own.

use std::path::Path;

use county_api::EnrolmentStatus;
use tempfile::TempDir;
use wallet::platform::Platform;
use wallet::{LoginError, Wallet};
use whole_system::browser::Browser;
use whole_system::stage::{Options, Ports, Stage};
use whole_system::{platform, walk};

/// Everybody's password at the Feide stand-in.
pub(crate) const PASSWORD: &str = "lommebevis";

/// A running county in a folder that goes with it.
pub(crate) struct County {
    pub(crate) stage: Stage,
    pub(crate) folder: TempDir,
}

impl County {
    /// Starts one: 3 500 people, the named ones among them.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = Options {
            folder: folder.path().join("county"),
            ports: Ports::free().expect("free ports"),
            database: postgres_database().await,
            tell: |_| {},
        };
        let stage = Stage::start(options)
            .await
            .unwrap_or_else(|e| panic!("{e}"));
        Self { stage, folder }
    }

    /// Changes the issuer's settings and starts it anew with them.
    pub(crate) async fn change_settings(&mut self, change: impl FnOnce(String) -> String) {
        let file = self.stage.config_file();
        let settings = std::fs::read_to_string(&file).expect("the settings");
        std::fs::write(&file, change(settings)).expect("the settings");
        self.stage.kill_issuer().await;
        self.stage
            .start_issuer()
            .await
            .unwrap_or_else(|e| panic!("{e}"));
    }

    /// What a phone named `name` runs on; its key is in a file of its own.
    pub(crate) fn platform(&self, name: &str) -> Platform {
        let folder = self.folder.path().join(name);
        let key = self.folder.path().join(format!("{name}.key"));
        platform::real(&folder, Some(&key)).expect("an HTTP client")
    }

    /// A wallet on a phone named `name`.
    pub(crate) fn wallet(&self, name: &str) -> Wallet {
        self.wallet_on(self.platform(name))
    }

    /// A wallet on the given parts.
    pub(crate) fn wallet_on(&self, platform: Platform) -> Wallet {
        let county = walk::read_county(&self.stage).expect("a county file");
        Wallet::open(platform, county).unwrap_or_else(|e| panic!("{e}"))
    }

    /// `login` logs in on a new phone and asks how the enrolment stands.
    pub(crate) async fn enrolment_of(&self, login: &str) -> EnrolmentStatus {
        let wallet = self.wallet(login);
        log_in(&wallet, login)
            .await
            .unwrap_or_else(|e| panic!("{login}: {e}"));
        wallet
            .enrolment()
            .await
            .unwrap_or_else(|e| panic!("{login}: {e}"))
    }

    /// `login` gets a card on a new phone.
    pub(crate) async fn enrolled(&self, login: &str, phone: &str) -> Wallet {
        let wallet = self.wallet(phone);
        log_in(&wallet, login)
            .await
            .unwrap_or_else(|e| panic!("{login}: {e}"));
        get_card(&wallet).await;
        wallet
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// The address of a fresh database, where `LOMMEBEVIS_TEST_POSTGRES` names a server; `./test postgres` starts one.
pub(crate) async fn postgres_database() -> Option<String> {
    let server = std::env::var("LOMMEBEVIS_TEST_POSTGRES").ok()?;
    let mut url = url::Url::parse(&server).expect("LOMMEBEVIS_TEST_POSTGRES is an address");
    // Named for what it is to be unique by.
    let port = Ports::free().expect("free ports").issuer;
    let name = format!("stage_{}_{port}", std::process::id());
    let made = tokio::process::Command::new("psql")
        .args(["-q", "-v", "ON_ERROR_STOP=1", "-d", &server, "-c"])
        .arg(format!("DROP DATABASE IF EXISTS {name}"))
        .arg("-c")
        .arg(format!("CREATE DATABASE {name}"))
        .status()
        .await
        .expect("psql, which with-postgres.sh puts on the path");
    assert!(made.success(), "no database could be made");
    url.set_path(&name);
    Some(url.into())
}

/// Confirms the photo if it waits for that, and fetches the credentials.
pub(crate) async fn get_card(wallet: &Wallet) {
    let status = wallet.enrolment().await.expect("an enrolment");
    if let county_api::Enrolment::PhotoToConfirm { photo, .. } = status.state {
        wallet
            .confirm_photo(&photo.sha256)
            .await
            .expect("a photo to confirm");
    }
    wallet
        .fetch_credentials()
        .await
        .unwrap_or_else(|e| panic!("{e}"));
}

/// Logs in as a person does, form and all.
pub(crate) async fn log_in(wallet: &Wallet, login: &str) -> Result<(), LoginError> {
    let home = walk::redirect_uri();
    let authorize = wallet.begin_login(&home).await?;
    let callback = Browser::new()
        .expect("a browser")
        .log_in(&authorize, &home, login, PASSWORD)
        .await
        .unwrap_or_else(|e| panic!("{e}"));
    wallet.finish_login(&callback).await
}
