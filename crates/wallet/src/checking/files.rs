//! Small files that are replaced whole, read up to a limit, and put aside when they are damaged.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use crate::store::{flush_folder, write_flushed};

/// What a half-written file is called.
pub(super) const BESIDE: &str = ".new";

/// The whole file; none if there is none or it is larger than it can be.
///
/// # Errors
/// When it is there and cannot be read.
pub fn read(path: &Path, max: usize) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(max as u64 + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= max).then_some(bytes))
}

/// Puts these bytes in place of the file, or leaves it as it was.
///
/// # Errors
/// When the disk refuses.
pub fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let beside = folder.join(format!("{name}{BESIDE}"));
    write_flushed(&beside, bytes)
        .and_then(|()| fs::rename(&beside, folder.join(name)))
        .and_then(|()| flush_folder(folder))
        .inspect_err(|_| {
            let _ = fs::remove_file(&beside);
        })
}

/// Deletes a file; no error if there is none.
///
/// # Errors
/// When it cannot be deleted.
pub fn delete(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Renames a file that cannot be used, over the last one that could not, so that they do not pile up.
pub fn put_aside(path: &Path) {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".aside");
    let moved = fs::rename(path, &aside).or_else(|_| fs::remove_file(path));
    if let Err(error) = moved {
        tracing::warn!(%error, "a damaged file could not be put aside");
    }
}

/// The names in a folder; none if there is no such folder.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        if let Ok(name) = entry?.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// A name that says nothing of what it was made from: 32 hexadecimal digits.
pub(super) fn hashed(text: &str) -> String {
    let mut name = String::with_capacity(32);
    for byte in jose::sha256(text.as_bytes()).iter().take(16) {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("checker");
        assert!(names(&inner).unwrap().is_empty());
        replace(&inner, "a", b"one").unwrap();
        replace(&inner, "a", b"three").unwrap();
        assert_eq!(names(&inner).unwrap(), ["a"]);
        assert_eq!(read(&inner.join("a"), 5).unwrap().unwrap(), b"three");
        assert!(read(&inner.join("a"), 4).unwrap().is_none());
        assert!(read(&inner.join("b"), 4).unwrap().is_none());
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        replace(folder.path(), "a", b"one").unwrap();
        fs::create_dir(folder.path().join("a.new")).unwrap();
        assert!(replace(folder.path(), "a", b"two").is_err());
        assert_eq!(read(&folder.path().join("a"), 9).unwrap().unwrap(), b"one");
    }

    #[test]
    fn files_put_aside_do_not_pile_up() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..3 {
            replace(folder.path(), "a", b"damaged").unwrap();
            put_aside(&folder.path().join("a"));
        }
        assert_eq!(names(folder.path()).unwrap(), ["a.aside"]);
        delete(&folder.path().join("a.aside")).unwrap();
        delete(&folder.path().join("a.aside")).unwrap();
    }
}
