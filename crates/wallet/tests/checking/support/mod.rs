//! A checker's phone, the county whose lists it fetches, and a pupil who shows codes.

#[path = "../../it/support/clock.rs"]
mod clock;
mod county;
mod network;

use std::{fs, path::PathBuf, sync::Arc};

use chrono::TimeDelta;
use county_api::Profile;
use ring::rand::SystemRandom;
use tempfile::TempDir;
use verifier::{Outcome, Scan, Verdict};
use wallet::{
    Platform, Problem,
    checking::{Checkpoint, ExamRooms},
    platform::{MemorySecrets, NoHolderKeys, SecretError, SecretStore, StoreKey},
};

pub(crate) use clock::TestClock;
pub(crate) use county::{County, ISSUER, Pupil};
pub(crate) use network::Network;

/// A phone without any card, and the world around it.
pub(crate) struct Device {
    pub(crate) folder: TempDir,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) county: Arc<County>,
    pub(crate) network: Arc<Network>,
    pub(crate) exam_secrets: Arc<MemorySecrets>,
}

impl Device {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(TestClock::new("2026-11-23T08:00:00Z"));
        let county = Arc::new(County::new(clock.clone()));
        Self {
            folder: tempfile::tempdir().unwrap(),
            network: Arc::new(Network::new(county.clone())),
            exam_secrets: Arc::new(MemorySecrets::default()),
            county,
            clock,
        }
    }

    pub(crate) fn platform(&self) -> Platform {
        Platform {
            clock: self.clock.clone(),
            random: Arc::new(SystemRandom::new()),
            http: self.network.clone(),
            // A checker needs no wallet, and so no key.
            secrets: Arc::new(NoKeyStore),
            holder_keys: Arc::new(NoHolderKeys),
            directory: self.folder.path().to_owned(),
        }
    }

    /// The app is started.
    pub(crate) fn start(&self) -> Arc<Checkpoint> {
        Arc::new(Checkpoint::new(self.platform(), self.county.file()))
    }

    /// The app is started with a network.
    pub(crate) async fn online(&self) -> Arc<Checkpoint> {
        let checkpoint = self.start();
        checkpoint.update().await.unwrap();
        checkpoint
    }

    pub(crate) fn exam_rooms(&self, checkpoint: &Arc<Checkpoint>) -> ExamRooms {
        ExamRooms::new(
            &self.platform(),
            self.exam_secrets.clone(),
            checkpoint.clone(),
        )
    }

    /// The files of a folder with their contents.
    pub(crate) fn files(&self, folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let Ok(entries) = fs::read_dir(self.folder.path().join(folder)) else {
            return Vec::new();
        };
        let paths = entries.map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = paths
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    pub(crate) fn pass_seconds(&self, seconds: i64) {
        self.clock.pass(TimeDelta::seconds(seconds));
    }
}

/// As on a Linux desktop without a keyring.
pub(crate) struct NoKeyStore;

impl SecretStore for NoKeyStore {
    fn load(&self) -> Result<Option<StoreKey>, SecretError> {
        Err(SecretError::Absent)
    }
    fn save(&self, _: &StoreKey) -> Result<(), SecretError> {
        Err(SecretError::Absent)
    }
    fn delete(&self) -> Result<(), SecretError> {
        Err(SecretError::Absent)
    }
    fn protection(&self) -> county_api::KeyProtection {
        county_api::KeyProtection::File
    }
}

/// What a fresh exam code of this pupil comes to.
pub(crate) fn check(checkpoint: &Checkpoint, county: &County, pupil: &Pupil) -> Verdict {
    card(checkpoint.scan(&county.code(pupil, Profile::Exam, None)))
}

/// The verdict on a card.
pub(crate) fn card<E: std::fmt::Debug>(scan: Result<Scan, E>) -> Verdict {
    match scan.unwrap() {
        Scan::Card(verdict) => verdict,
        other => unreachable!("a code of a card was read as {other:?}"),
    }
}

/// The outcome of a fresh exam code of this pupil.
pub(crate) fn outcome(checkpoint: &Checkpoint, county: &County, pupil: &Pupil) -> Outcome {
    check(checkpoint, county, pupil).outcome
}

/// The support code of an error.
pub(crate) fn told<E>(error: &E) -> String
where
    for<'a> Problem: From<&'a E>,
{
    Problem::from(error).support_code
}
