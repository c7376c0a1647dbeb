//! One county for all of these tests, for as long as one of them needs it.

use std::sync::{Arc, Weak};

use jose::{Jwk, Signer, SoftwareKey};
use ring::rand::SystemRandom;
use tokio::sync::Mutex;

use super::client::Client;
use crate::setting::County;

/// A county that trusts one maker of other wallets.
pub(super) struct Scene {
    pub(super) county: County,
    /// Whom it trusts.
    pub(super) attester: SoftwareKey,
    /// Held by a test that gets cards: a card on one phone ends the person's others.
    pub(super) issuing: Mutex<()>,
}

static SCENE: Mutex<Weak<Scene>> = Mutex::const_new(Weak::new());

impl Scene {
    /// The one that is there, or a new one.
    pub(super) async fn open() -> Arc<Self> {
        let mut known = SCENE.lock().await;
        if let Some(scene) = known.upgrade() {
            return scene;
        }
        let scene = Arc::new(Self::start().await);
        *known = Arc::downgrade(&scene);
        scene
    }

    async fn start() -> Self {
        let attester = new_key();
        let Jwk { key, .. } = attester.public_jwk();
        let jose::PublicKey::P256 { x, y } = key else {
            unreachable!("our own keys are on P-256")
        };
        let trusted = format!(
            "\n[client_attestation]\ntrusted_keys = [{{ kty = \"EC\", crv = \"P-256\", x = \"{}\", y = \"{}\" }}]\n",
            jose::base64url(&x),
            jose::base64url(&y)
        );
        let mut county = County::start().await;
        county.change_settings(|settings| settings + &trusted).await;
        Self {
            county,
            attester,
            issuing: Mutex::new(()),
        }
    }

    /// A client that has not logged in.
    pub(super) fn client(&self) -> Client {
        Client::new(&self.county)
    }
}

pub(super) fn new_key() -> SoftwareKey {
    SoftwareKey::generate(&SystemRandom::new()).expect("a key")
}

pub(super) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// A value that nobody has used before.
pub(super) fn unique() -> String {
    jose::random_token(&SystemRandom::new(), 16).expect("randomness")
}
