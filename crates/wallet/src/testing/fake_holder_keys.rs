use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use county_api::KeyProtection;
use jose::{Signer as _, SoftwareKey};
use ring::rand::SystemRandom;

use crate::platform::{DeviceKey, HolderKeyError, HolderKeys, KeyUse, KeyWish};

/// A device that keeps keys, in memory, and that goes wrong on demand.
#[derive(Default)]
pub struct FakeHolderKeys {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    keys: BTreeMap<String, (KeyUse, SoftwareKey)>,
    /// Still listed, as Android lists a key that it has made void.
    void: BTreeSet<String>,
    made: u64,
    absent: bool,
    failing: bool,
    /// So many calls to sign fail from here on.
    hiccups: u32,
    /// There, and failing whenever they are to sign.
    broken: BTreeSet<String>,
    mute: bool,
    wrong: bool,
    locked: bool,
    slow: Duration,
}

impl FakeHolderKeys {
    /// A device without faults.
    pub fn new() -> Self {
        Self::default()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits as long as this device does, and then looks, if there is anything to look at.
    fn act(&self) -> Result<MutexGuard<'_, Inner>, HolderKeyError> {
        let slow = self.inner().slow;
        thread::sleep(slow);
        let inner = self.inner();
        if inner.failing {
            return Err(HolderKeyError::Failed("the chip does not answer".into()));
        }
        Ok(inner)
    }

    /// Keeps no keys, or does again.
    pub fn set_absent(&self, absent: bool) {
        self.inner().absent = absent;
    }

    /// Fails at everything.
    pub fn set_failing(&self, failing: bool) {
        self.inner().failing = failing;
    }

    /// Fails at signing the next time and not after, as a key store that is busy.
    pub fn fail_once(&self) {
        self.inner().hiccups = 1;
    }

    /// Breaks a key: it is listed, and fails whenever it is to sign.
    pub fn break_key(&self, name: &str) {
        self.inner().broken.insert(name.to_owned());
    }

    /// Makes keys and fails at signing with any.
    pub fn set_mute(&self, mute: bool) {
        self.inner().mute = mute;
    }

    /// Makes keys and signs what nobody asked for.
    pub fn set_wrong(&self, wrong: bool) {
        self.inner().wrong = wrong;
    }

    /// Neither signs nor makes keys, as a phone in a pocket.
    pub fn set_locked(&self, locked: bool) {
        self.inner().locked = locked;
    }

    /// Takes this long for each call.
    pub fn set_slow(&self, slow: Duration) {
        self.inner().slow = slow;
    }

    /// Loses a key altogether.
    pub fn lose(&self, name: &str) {
        self.inner().keys.remove(name);
    }

    /// Loses every key for this use.
    pub fn lose_all(&self, key_use: KeyUse) {
        self.inner().keys.retain(|_, (of, _)| *of != key_use);
    }

    /// Makes a key void: it is listed, and never signs again.
    pub fn make_void(&self, name: &str) {
        self.inner().void.insert(name.to_owned());
    }

    /// The names of the keys for this use.
    pub fn names_for(&self, key_use: KeyUse) -> Vec<String> {
        let inner = self.inner();
        let of_use = inner.keys.iter().filter(|(_, (of, _))| *of == key_use);
        of_use.map(|(name, _)| name.clone()).collect()
    }

    /// How many keys were ever made.
    pub fn made(&self) -> u64 {
        self.inner().made
    }
}

impl HolderKeys for FakeHolderKeys {
    fn generate(&self, wish: KeyWish) -> Result<DeviceKey, HolderKeyError> {
        let mut inner = self.act()?;
        if inner.absent {
            return Err(HolderKeyError::Absent);
        }
        if inner.locked {
            return Err(HolderKeyError::Locked);
        }
        let key = SoftwareKey::generate(&SystemRandom::new())
            .map_err(|error| HolderKeyError::Failed(error.into()))?;
        inner.made += 1;
        let name = format!("fake-{}", inner.made);
        let public = key.public_jwk();
        inner.keys.insert(name.clone(), (wish.key_use, key));
        Ok(DeviceKey {
            name,
            public,
            protection: KeyProtection::Hardware,
        })
    }

    fn sign(&self, name: &str, message: &[u8]) -> Result<[u8; 64], HolderKeyError> {
        let mut inner = self.act()?;
        if inner.locked {
            return Err(HolderKeyError::Locked);
        }
        let hiccup = inner.hiccups > 0;
        inner.hiccups = inner.hiccups.saturating_sub(1);
        let key = inner.keys.get(name);
        let (_, key) = key
            .filter(|_| !inner.absent && !inner.void.contains(name))
            .ok_or(HolderKeyError::Gone)?;
        if inner.mute || inner.broken.contains(name) || hiccup {
            return Err(HolderKeyError::Failed("the key does not sign".into()));
        }
        let message = if inner.wrong { b"another" } else { message };
        key.sign(message)
            .map_err(|error| HolderKeyError::Failed(error.into()))
    }

    fn names(&self) -> Result<Vec<String>, HolderKeyError> {
        let inner = self.act()?;
        if inner.absent {
            return Ok(Vec::new());
        }
        Ok(inner.keys.keys().cloned().collect())
    }

    fn delete(&self, name: &str) -> Result<(), HolderKeyError> {
        let mut inner = self.act()?;
        inner.keys.remove(name);
        inner.void.remove(name);
        inner.broken.remove(name);
        Ok(())
    }
}

impl fmt::Debug for FakeHolderKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeHolderKeys").finish_non_exhaustive()
    }
}
