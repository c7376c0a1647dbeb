//! The files that the command believes: trust list, pinned key, status lists.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use jose::Jwk;
use verifier::{StatusCache, StatusError, TrustList, TrustListError};

/// Larger than any file that is meant.
const MAX_BYTES: u64 = 4 << 20;

/// Why a file is of no use. The path is part of every text: it is what someone has to put right.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: io::Error },
    #[error("{path} is larger than {limit} bytes")]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("{path} holds no public P-256 JWK, nor a county.json with one")]
    Key { path: PathBuf },
    #[error("{path}: {source}")]
    TrustList {
        path: PathBuf,
        source: TrustListError,
    },
    #[error("{path}: {source}")]
    Status { path: PathBuf, source: StatusError },
    #[error("{path} is neither a JWT nor a CWT")]
    NotAStatusList { path: PathBuf },
}

/// Everything that was read.
pub(crate) struct Lists {
    pub(crate) trust: TrustList,
    pub(crate) statuses: StatusCache,
    /// Status lists that are of no use. Cards in them are then of unknown status, never valid.
    pub(crate) complaints: Vec<String>,
}

impl Lists {
    pub(crate) fn load(
        trust_list: &Path,
        trust_key: &Path,
        statuses: &[PathBuf],
        now: DateTime<Utc>,
        known_version: Option<u64>,
    ) -> Result<Self, FileError> {
        let pinned = read_key(trust_key)?;
        let text = String::from_utf8_lossy(&read(trust_list, MAX_BYTES)?).into_owned();
        let trust = TrustList::verify(&text, &pinned, now, known_version).map_err(|source| {
            FileError::TrustList {
                path: trust_list.to_owned(),
                source,
            }
        })?;
        let mut lists = Self {
            trust,
            statuses: StatusCache::default(),
            complaints: Vec::new(),
        };
        for path in statuses {
            if let Err(error) = lists.add(path, now) {
                lists.complaints.push(error.to_string());
            }
        }
        Ok(lists)
    }

    /// Adds a status list, or each file of a folder; hidden files are someone's half-written ones.
    fn add(&mut self, path: &Path, now: DateTime<Utc>) -> Result<(), FileError> {
        if !path.is_dir() {
            return self.add_file(path, now);
        }
        let failed = |source| FileError::Read {
            path: path.to_owned(),
            source,
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !hidden && entry.path().is_file() {
                files.push(entry.path());
            }
        }
        files.sort();
        for file in files {
            if let Err(error) = self.add_file(&file, now) {
                self.complaints.push(error.to_string());
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path, now: DateTime<Utc>) -> Result<(), FileError> {
        let bytes = read(path, MAX_BYTES)?;
        // A CWT begins with the tag of COSE_Sign1, which no JWT can.
        let added = if bytes.first() == Some(&0xD2) {
            self.statuses.add_cwt(&bytes, &self.trust, now)
        } else {
            let text = std::str::from_utf8(&bytes).map_err(|_| FileError::NotAStatusList {
                path: path.to_owned(),
            })?;
            self.statuses.add_jwt(text, &self.trust, now)
        };
        added.map_err(|source| FileError::Status {
            path: path.to_owned(),
            source,
        })
    }
}

/// Reads a whole file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let failed = |source| FileError::Read {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(bytes)
}

fn read_key(path: &Path) -> Result<Jwk, FileError> {
    let bytes = read(path, MAX_BYTES)?;
    let mut json: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    if let Some(key) = json.get_mut("trust_list_key") {
        json = key.take();
    }
    serde_json::from_value(json)
        .ok()
        .filter(|jwk: &Jwk| matches!(jwk.key, jose::PublicKey::P256 { .. }))
        .ok_or_else(|| FileError::Key {
            path: path.to_owned(),
        })
}
