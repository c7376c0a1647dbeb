//! A phone, a county and a person, and the issuer that knows them.

mod clock;
mod issuer;
mod network;

use std::sync::Arc;

use county_api::County;
use jose::Signer as _;
use ring::rand::SystemRandom;
use tempfile::TempDir;
use url::Url;
use wallet::{
    Platform, Wallet,
    platform::{MemorySecrets, SecretStore},
    testing::FakeHolderKeys,
};

pub(crate) use clock::TestClock;
pub(crate) use issuer::{Envelopes, Fault, ISSUER, Issuer, jpeg, random, webp};
pub(crate) use network::Network;

pub(crate) const REDIRECT: &str = "http://127.0.0.1:49152/callback";

/// A device with a wallet's folder on it, and the world around it.
pub(crate) struct Device {
    pub(crate) folder: TempDir,
    pub(crate) secrets: Arc<MemorySecrets>,
    /// Absent, unless the device is one [`with_chip`](Device::with_chip).
    pub(crate) keys: Arc<FakeHolderKeys>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) issuer: Arc<Issuer>,
    pub(crate) network: Arc<Network>,
}

impl Device {
    /// A device that keeps no keys.
    pub(crate) fn new() -> Self {
        let device = Self::with_chip();
        device.keys.set_absent(true);
        device
    }

    /// A device that keeps keys.
    pub(crate) fn with_chip() -> Self {
        let keys = Arc::new(FakeHolderKeys::new());
        let clock = Arc::new(TestClock::new("2026-11-22T10:00:00Z"));
        let issuer = Arc::new(Issuer::new(clock.clone()));
        Self {
            folder: tempfile::tempdir().unwrap(),
            secrets: Arc::new(MemorySecrets::default()),
            keys,
            network: Arc::new(Network::new(issuer.clone())),
            clock,
            issuer,
        }
    }

    pub(crate) fn platform(&self) -> Platform {
        Platform {
            clock: self.clock.clone(),
            random: Arc::new(SystemRandom::new()),
            http: self.network.clone(),
            secrets: self.secrets.clone() as Arc<dyn SecretStore>,
            holder_keys: self.keys.clone(),
            directory: self.folder.path().to_owned(),
        }
    }

    pub(crate) fn county(&self) -> County {
        County {
            issuer: Url::parse(ISSUER).unwrap(),
            name: "Fjordviken fylkeskommune".into(),
            trust_list_key: self.issuer.trust_list_key.public_jwk(),
            password_help_url: None,
            accessibility_statement_url: None,
            demo: false,
        }
    }

    pub(crate) fn open(&self) -> Wallet {
        Wallet::open(self.platform(), self.county()).unwrap()
    }

    pub(crate) fn sealed(&self) -> std::path::PathBuf {
        self.folder.path().join("wallet.sealed")
    }

    /// A wallet whose person has logged in.
    pub(crate) async fn logged_in(&self) -> Wallet {
        let wallet = self.open();
        log_in(&wallet, &self.issuer).await;
        wallet
    }

    /// A wallet with a card in it.
    pub(crate) async fn with_card(&self) -> Wallet {
        let wallet = self.logged_in().await;
        wallet.fetch_credentials().await.unwrap();
        wallet
    }
}

pub(crate) fn redirect() -> Url {
    Url::parse(REDIRECT).unwrap()
}

pub(crate) async fn log_in(wallet: &Wallet, issuer: &Issuer) {
    let address = wallet.begin_login(&redirect()).await.unwrap();
    let callback = issuer.browser(&address);
    wallet.finish_login(&callback).await.unwrap();
}

/// The name of the first card, or one that no card has.
pub(crate) fn first(wallet: &Wallet) -> String {
    let cards = wallet.overview().cards;
    cards
        .first()
        .map(|card| card.id.clone())
        .unwrap_or_default()
}
