//! Where photographers' deliveries lie until they have been gone through.

use std::path::{Path, PathBuf};

use super::{DatabaseConfig, Reader};

/// `photos.spool_folder`; beside what the service keeps anyway, unless it is set: the folder for temporary files is memory on
/// many machines.
pub(super) fn folder(r: &mut Reader, photos: &Path, database: &DatabaseConfig) -> PathBuf {
    r.optional_path("photos.spool_folder").unwrap_or_else(|| {
        if !photos.as_os_str().is_empty() {
            return photos.to_owned();
        }
        let file = database.url.strip_prefix("sqlite://").map(Path::new);
        file.and_then(Path::parent)
            .filter(|folder| !folder.as_os_str().is_empty())
            .map_or_else(std::env::temp_dir, Path::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use crate::config::tests::sample;

    #[test]
    fn deliveries_lie_beside_the_photos_and_not_in_memory() {
        let photos = sample().photos;
        assert_eq!(photos.spool_folder, photos.folder);
    }
}
