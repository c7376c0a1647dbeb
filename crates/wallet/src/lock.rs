//! One process at a time: two of them would each rotate the tokens and undo the other's file.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::Path,
};

/// Holds the folder until dropped. The operating system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

/// Why the folder was not locked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    #[error("another process holds the folder")]
    InUse,
    #[error("the lock file cannot be made")]
    Io(#[source] io::Error),
}

impl FolderLock {
    pub(crate) fn take(folder: &Path) -> Result<Self, LockError> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("wallet.lock"))
            .map_err(LockError::Io)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::InUse),
            Err(TryLockError::Error(error)) => Err(LockError::Io(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_gets_in_use_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = FolderLock::take(folder.path()).unwrap();
        assert!(matches!(
            FolderLock::take(folder.path()),
            Err(LockError::InUse)
        ));
        drop(first);
        FolderLock::take(folder.path()).unwrap();
    }
}
