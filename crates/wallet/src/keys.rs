//! The holder's keys: made where the device keeps them best, and deleted when nothing names them any more.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use county_api::KeyProtection;
use jose::{Algorithm, Jwk, SignError, Signer, SoftwareKey};
use ring::rand::SecureRandom;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use tokio::runtime::{Handle, RuntimeFlavor};
use zeroize::Zeroizing;

use crate::{
    CallError, Wallet,
    issuer::lock,
    platform::{DeviceKey, HolderKeyError, HolderKeys, KeyUse, KeyWish, Platform, SecretStore},
    state::{Card, State},
};

/// What a new key of the device signs first, for nobody.
const TRIAL: &[u8] = b"lommebevis: does this key sign?";

/// A key as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum StoredKey {
    /// The key itself: text in JSON, as in stores from before the device could keep keys.
    Software(KeyBytes),
    /// What the device knows it by: an object in JSON.
    Device(DeviceKey),
}

impl StoredKey {
    /// A key that is in memory.
    pub(crate) fn software(key: &SoftwareKey) -> Self {
        StoredKey::Software(KeyBytes::of(key))
    }

    /// The device's name for it, if it is the device that keeps it.
    pub(crate) fn device_name(&self) -> Option<&str> {
        match self {
            StoredKey::Software(_) => None,
            StoredKey::Device(key) => Some(&key.name),
        }
    }

    /// How well it is guarded, where keys in the store are guarded this well.
    pub(crate) fn protection(&self, store: KeyProtection) -> KeyProtection {
        match self {
            StoredKey::Software(_) => store,
            StoredKey::Device(key) => key.protection,
        }
    }
}

/// A private key as PKCS#8, base64url in JSON. Does not show and is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KeyBytes(Zeroizing<Vec<u8>>);

impl KeyBytes {
    fn of(key: &SoftwareKey) -> Self {
        Self(Zeroizing::new(key.pkcs8().to_vec()))
    }

    fn key(&self, random: &dyn SecureRandom) -> Result<SoftwareKey, jose::KeyError> {
        SoftwareKey::from_pkcs8(&self.0, random)
    }
}

impl fmt::Debug for KeyBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyBytes(..)")
    }
}

impl Serialize for KeyBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(jose::base64url(&self.0)))
    }
}

impl<'de> Deserialize<'de> for KeyBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        jose::base64url_decode(&text)
            .map(|bytes| Self(Zeroizing::new(bytes)))
            .map_err(|_| de::Error::custom("not base64url"))
    }
}

/// A key that signs, wherever it lies.
#[derive(Clone)]
pub(crate) struct HolderKey(Arc<Place>);

enum Place {
    Memory(SoftwareKey),
    Device {
        key: DeviceKey,
        keys: Arc<Keys>,
    },
    /// As `Device`, and made a moment ago: no store may name it yet.
    New {
        key: DeviceKey,
        keys: Arc<Keys>,
    },
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Place::New { key, keys } = self {
            lock(&keys.in_hand).remove(&key.name);
        }
    }
}

impl HolderKey {
    /// As the store keeps it.
    pub(crate) fn stored(&self) -> StoredKey {
        match &*self.0 {
            Place::Memory(key) => StoredKey::software(key),
            Place::Device { key, .. } | Place::New { key, .. } => StoredKey::Device(key.clone()),
        }
    }

    /// Does something that signs with this key. A device's key may take its time: not on a thread that others wait for.
    pub(crate) async fn use_to<R, F>(&self, sign: F) -> Result<R, CallError>
    where
        R: Send + 'static,
        F: FnOnce(&HolderKey) -> Result<R, SignError> + Send + 'static,
    {
        if matches!(&*self.0, Place::Memory(_)) {
            return Ok(sign(self)?);
        }
        let key = self.clone();
        Ok(off_thread(move || sign(&key)).await??)
    }
}

impl Signer for HolderKey {
    fn public_jwk(&self) -> Jwk {
        match &*self.0 {
            Place::Memory(key) => key.public_jwk(),
            Place::Device { key, .. } | Place::New { key, .. } => key.public.key_only(),
        }
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        match &*self.0 {
            Place::Memory(key) => key.sign(message),
            Place::Device { key, keys } | Place::New { key, keys } => keys.sign(key, message),
        }
    }
}

impl fmt::Debug for HolderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderKey(..)")
    }
}

/// Where keys come from and go.
pub(crate) struct Keys {
    device: Arc<dyn HolderKeys>,
    secrets: Arc<dyn SecretStore>,
    random: Arc<dyn SecureRandom + Send + Sync>,
    /// Held while a key is made and while the device's are listed: a key that is listed is in hand, or stored, or
    /// nobody's.
    making: Mutex<()>,
    /// Names of keys that were made and that a store may not name yet.
    in_hand: Mutex<BTreeSet<String>>,
    /// Names of keys that did not sign when they were to, and that were not merely locked. Some devices go on listing a
    /// key that never signs again.
    gone: Mutex<BTreeSet<String>>,
    /// After a power cut the store may be the one from before the last change: what that one names stays, too.
    keep_all: AtomicBool,
}

impl Keys {
    pub(crate) fn new(platform: &Platform) -> Self {
        Self {
            device: platform.holder_keys.clone(),
            secrets: platform.secrets.clone(),
            random: platform.random.clone(),
            making: Mutex::default(),
            in_hand: Mutex::default(),
            gone: Mutex::default(),
            keep_all: AtomicBool::default(),
        }
    }

    /// How well a key in the store is guarded.
    pub(crate) fn store_protection(&self) -> KeyProtection {
        self.secrets.protection()
    }

    /// Has [`tidy`](Self::tidy) delete nothing, or again what nobody names.
    pub(crate) fn keep_all(&self, all: bool) {
        self.keep_all.store(all, Ordering::Release);
    }

    /// Makes a key: the device's own, or else one in memory, for no phone is refused for what it cannot do. A device that
    /// merely does not do it now, locked in a pocket, is asked another time: it is not to have worse keys for that. One whose
    /// key does not sign has made none.
    fn make(self: &Arc<Self>, key_use: KeyUse) -> Result<HolderKey, CallError> {
        let wish = KeyWish {
            key_use,
            // Nobody is asked when it signs: the code on the screen is signed anew every few seconds, and a refresh signs
            // in the background. The app's lock asks for the owner.
            user_presence: false,
        };
        let making = lock(&self.making);
        match self.device.generate(wish) {
            Ok(key) => {
                lock(&self.in_hand).insert(key.name.clone());
                drop(making);
                let keys = self.clone();
                let made = HolderKey(Arc::new(Place::New {
                    key: key.clone(),
                    keys,
                }));
                match self.try_out(&key) {
                    Ok(()) => return Ok(made),
                    Err(SignError::KeyUnavailable) => return Err(CallError::KeyLocked),
                    Err(_) => tracing::warn!("the device made a key that does not sign"),
                }
                return self.make_in_memory();
            }
            Err(HolderKeyError::Absent) => {}
            Err(HolderKeyError::Locked | HolderKeyError::NotConfirmed) => {
                return Err(CallError::KeyLocked);
            }
            Err(error) => tracing::warn!(kind = kind(&error), "the device made no key"),
        }
        drop(making);
        self.make_in_memory()
    }

    fn make_in_memory(&self) -> Result<HolderKey, CallError> {
        let key = SoftwareKey::generate(&*self.random)?;
        Ok(HolderKey(Arc::new(Place::Memory(key))))
    }

    /// Some chips make keys and do not sign with them. Deletes a key that does not; what cannot be deleted now is swept up
    /// later.
    fn try_out(&self, key: &DeviceKey) -> Result<(), SignError> {
        let signed = self.sign(key, TRIAL).and_then(|signature| {
            key.public
                .verify(Algorithm::Es256, TRIAL, &signature)
                .map_err(|_| SignError::Failed)
        });
        if signed.is_err() {
            lock(&self.gone).remove(&key.name);
            if let Err(error) = self.device.delete(&key.name) {
                tracing::warn!(kind = kind(&error), "a key was not deleted");
            }
        }
        signed
    }

    /// A stored key, to sign with.
    pub(crate) fn open(self: &Arc<Self>, key: &StoredKey) -> Result<HolderKey, jose::KeyError> {
        Ok(HolderKey(Arc::new(match key {
            StoredKey::Software(bytes) => Place::Memory(bytes.key(&*self.random)?),
            StoredKey::Device(key) => Place::Device {
                key: key.clone(),
                keys: self.clone(),
            },
        })))
    }

    fn sign(&self, key: &DeviceKey, message: &[u8]) -> Result<[u8; 64], SignError> {
        self.device.sign(&key.name, message).map_err(|error| {
            tracing::info!(kind = kind(&error), "a key of the device did not sign");
            match error {
                // A device that keeps no keys does not keep this one either.
                HolderKeyError::Gone | HolderKeyError::Absent => {
                    lock(&self.gone).insert(key.name.clone());
                    SignError::KeyGone
                }
                HolderKeyError::Locked | HolderKeyError::NotConfirmed => SignError::KeyUnavailable,
                // It may sign another time. If it is a card's, the next refresh replaces it all the same.
                HolderKeyError::Failed(_) => {
                    lock(&self.gone).insert(key.name.clone());
                    SignError::Failed
                }
            }
        })
    }

    /// Which of these keys are gone. A device that does not say is taken to have them all.
    fn missing(&self, names: &BTreeSet<String>) -> BTreeSet<String> {
        if names.is_empty() {
            return BTreeSet::new();
        }
        let mut missing = lock(&self.gone).clone();
        match self.device.names() {
            Ok(there) => {
                let there: BTreeSet<String> = there.into_iter().collect();
                missing.extend(names.difference(&there).cloned());
            }
            Err(error) => tracing::info!(kind = kind(&error), "the device's keys are not listed"),
        }
        missing.retain(|name| names.contains(name));
        missing
    }

    /// Deletes every key of the device that is neither in hand nor named by the state that `named` looks at. What
    /// cannot be deleted now is found again the next time.
    fn tidy(&self, named: impl FnOnce() -> BTreeSet<String>) {
        let there = {
            let _making = lock(&self.making);
            match self.device.names() {
                Ok(names) => names,
                Err(error) => {
                    tracing::info!(kind = kind(&error), "the device's keys are not listed");
                    return;
                }
            }
        };
        if there.is_empty() {
            return;
        }
        // In this order: a key leaves the hand after it was stored.
        let in_hand = lock(&self.in_hand).clone();
        let named = named();
        // After the look at the state: a change that may be undone says so before it shows.
        if self.keep_all.load(Ordering::Acquire) {
            return;
        }
        for name in there {
            if in_hand.contains(&name) || named.contains(&name) {
                continue;
            }
            match self.device.delete(&name) {
                Ok(()) => {
                    lock(&self.gone).remove(&name);
                }
                Err(error) => tracing::warn!(kind = kind(&error), "a key was not deleted"),
            }
        }
    }
}

impl Wallet {
    /// Makes keys for one use.
    pub(crate) async fn make_keys(
        &self,
        key_use: KeyUse,
        count: usize,
    ) -> Result<Vec<HolderKey>, CallError> {
        let keys = self.keys.clone();
        let made = off_thread(move || (0..count).map(|_| keys.make(key_use)).collect());
        made.await?
    }

    /// Makes one key.
    pub(crate) async fn make_key(&self, key_use: KeyUse) -> Result<HolderKey, CallError> {
        let mut made = self.make_keys(key_use, 1).await?;
        made.pop().ok_or(CallError::Crypto)
    }

    /// Names of the device keys of these cards that are gone.
    pub(crate) async fn missing_keys(&self, cards: &[Card]) -> BTreeSet<String> {
        let names: BTreeSet<String> = cards
            .iter()
            .flat_map(Card::keys)
            .filter_map(|key| key.device_name().map(str::to_owned))
            .collect();
        let keys = self.keys.clone();
        off_thread(move || keys.missing(&names))
            .await
            .unwrap_or_default()
    }

    /// Deletes the device's keys that nothing names any more. After each change of what is stored; a crash in between is
    /// made good when the wallet is opened the next time.
    pub(crate) async fn tidy_keys(&self) {
        let keys = self.keys.clone();
        let state = self.state.clone();
        let _ = off_thread(move || keys.tidy(|| lock(&state).device_keys())).await;
    }

    /// As [`tidy_keys`](Self::tidy_keys), on this thread: done when this returns. Whoever waits for the thread is served by
    /// another meanwhile.
    pub(crate) fn tidy_keys_here(&self) {
        let tidy = || self.keys.tidy(|| self.read(State::device_keys));
        match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
            Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(tidy),
            _ => tidy(),
        }
    }
}

impl State {
    /// The names of all keys that the device keeps for this wallet.
    pub(crate) fn device_keys(&self) -> BTreeSet<String> {
        let pending = self.pending.iter().map(|login| &login.key);
        let session = self.session.iter().map(|session| &session.key);
        let ended = self.ended.iter().map(|ended| &ended.key);
        let cards = self.cards.iter().flat_map(Card::keys);
        pending
            .chain(session)
            .chain(ended)
            .chain(cards)
            .filter_map(|key| key.device_name().map(str::to_owned))
            .collect()
    }
}

/// The kind of failure, for the log: what a platform says besides may name a key.
fn kind(error: &HolderKeyError) -> &'static str {
    match error {
        HolderKeyError::Absent => "absent",
        HolderKeyError::Gone => "gone",
        HolderKeyError::Locked => "locked",
        HolderKeyError::NotConfirmed => "not_confirmed",
        HolderKeyError::Failed(_) => "failed",
    }
}

/// Runs work that may block where nobody waits for the thread.
pub(crate) async fn off_thread<R: Send + 'static>(
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, CallError> {
    match Handle::try_current() {
        Ok(runtime) => runtime
            .spawn_blocking(work)
            .await
            .map_err(|_| CallError::Crypto),
        Err(_) => Ok(work()),
    }
}
