//! The seeds in the repository: real examples and malformed ones, one file each, in a folder by target.
//!
//! The name of a file tells what must become of it: what begins with `good` is accepted by the target's readers,
//! what begins with `bad` is not, and of the others (crashes of the past among them) only the laws must hold.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of a target's seeds.
#[must_use]
pub fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(target)
}

/// A target's seeds with their names, in the order of these.
#[must_use]
pub fn of(target: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder(target)).expect("every target has a folder of seeds");
    let mut seeds: Vec<_> = entries
        .map(|entry| entry.expect("readable").path())
        .map(|path| {
            let name = path
                .file_name()
                .expect("a file")
                .to_string_lossy()
                .into_owned();
            (name, fs::read(&path).expect("readable"))
        })
        .collect();
    seeds.sort();
    seeds
}

/// What the seeds of a target have that makes them what they are, to know them again by.
#[must_use]
pub fn known(target: &str, essence: impl Fn(&[u8]) -> Option<Vec<u8>>) -> HashSet<Vec<u8>> {
    of(target)
        .iter()
        .filter_map(|(_, seed)| essence(seed))
        .collect()
}
