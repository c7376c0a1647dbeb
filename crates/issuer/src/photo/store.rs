//! Where the sealed pictures lie: in a folder, or in a bucket at any store that speaks S3.

mod s3;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path as Key};
use uuid::Uuid;

use crate::{
    config::PhotosConfig,
    seal::{Seal, SealError},
};

/// Why a picture could not be kept or had.
#[derive(Debug, thiserror::Error)]
pub enum PhotoStoreError {
    /// The folder cannot be made.
    #[error("the photo folder: {0}")]
    Folder(#[from] std::io::Error),
    /// The authority that the store's certificate is to be by.
    #[error("the file {} with the store's authority: {why}", file.display())]
    Authority {
        /// Where it is.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The HTTP client.
    #[error("the HTTP client could not be made: {0}")]
    Http(#[from] reqwest::Error),
    /// The store failed.
    #[error("the photo store failed: {0}")]
    Store(#[from] object_store::Error),
    /// What lies there is not what was put there.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Pictures, sealed under the master key.
#[derive(Clone, Debug)]
pub struct PhotoStore {
    objects: Arc<dyn ObjectStore>,
    /// Where that is a local folder.
    folder: Option<PathBuf>,
    seal: Seal,
}

impl PhotoStore {
    /// Keeps pictures in a local folder, made if need be.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path, seal: Seal) -> Result<Self, PhotoStoreError> {
        std::fs::create_dir_all(folder)?;
        let objects = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self {
            objects: Arc::new(objects),
            folder: Some(folder.to_owned()),
            seal,
        })
    }

    /// Whether the store answers.
    pub async fn is_reachable(&self) -> bool {
        let probe = self.objects.head(&Key::from("photos/none")).await;
        let answers = matches!(probe, Ok(_) | Err(object_store::Error::NotFound { .. }));
        // A folder that is gone has no such file either.
        let is_there = match &self.folder {
            Some(folder) => tokio::fs::metadata(folder)
                .await
                .is_ok_and(|it| it.is_dir()),
            None => true,
        };
        answers && is_there
    }

    /// Keeps pictures where the settings say.
    ///
    /// # Errors
    /// When the folder cannot be made, or the settings of the bucket are of no use. The bucket is not asked yet.
    pub fn configured(config: &PhotosConfig, seal: Seal) -> Result<Self, PhotoStoreError> {
        match &config.s3 {
            None => Self::open(&config.folder, seal),
            Some(s3) => Ok(Self {
                objects: s3::bucket(s3)?,
                folder: None,
                seal,
            }),
        }
    }

    /// Whether there is no picture at all.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn is_empty(&self) -> Result<bool, PhotoStoreError> {
        let mut objects = self.objects.list(Some(&Key::from("photos")));
        Ok(objects.try_next().await?.is_none())
    }

    /// Keeps a picture; the answer is its key.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn put(&self, jpeg: &[u8]) -> Result<String, PhotoStoreError> {
        let key = format!("photos/{}", Uuid::new_v4());
        let sealed = self.seal.seal(&key, jpeg)?;
        self.objects
            .put(&Key::from(key.as_str()), sealed.into())
            .await?;
        Ok(key)
    }

    /// The picture under this key.
    ///
    /// # Errors
    /// When it is not there, or was changed.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, PhotoStoreError> {
        let sealed = self.objects.get(&Key::from(key)).await?.bytes().await?;
        Ok(self.seal.open(key, &sealed)?.to_vec())
    }

    /// What lies under this key, sealed; none if nothing does.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sealed(&self, key: &str) -> Result<Option<Vec<u8>>, PhotoStoreError> {
        match self.objects.get(&Key::from(key)).await {
            Ok(object) => Ok(Some(object.bytes().await?.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts back what [`PhotoStore::sealed`] gave.
    ///
    /// # Errors
    /// When it does not open under this key, or the store fails.
    pub async fn put_sealed(&self, key: &str, sealed: Vec<u8>) -> Result<(), PhotoStoreError> {
        self.seal.open(key, &sealed)?;
        self.objects.put(&Key::from(key), sealed.into()).await?;
        Ok(())
    }

    /// Deletes a picture that no row names any more. A failure is logged, not passed on: the row has gone already, what is
    /// left cannot be read without the master key, and [`PhotoStore::sweep`] tries again.
    pub async fn delete(&self, key: &str) {
        match self.objects.delete(&Key::from(key)).await {
            // The picture of a rejected photo went when it was rejected.
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => tracing::warn!(key, %error, "a photo could not be deleted"),
        }
    }

    /// Deletes the pictures that were put here before a moment and are not among the `named`: those that could not be
    /// deleted when they should have been, or that a crash has left. What is sealed under another key stays. The answer is
    /// how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(
        &self,
        named: &HashSet<String>,
        before: DateTime<Utc>,
    ) -> Result<usize, PhotoStoreError> {
        let mut left = Vec::new();
        let mut objects = self.objects.list(Some(&Key::from("photos")));
        while let Some(object) = objects.try_next().await? {
            if object.last_modified < before && !named.contains(object.location.as_ref()) {
                left.push(object.location);
            }
        }
        let mut deleted = 0;
        for key in &left {
            // Two counties may have been given the same place in one bucket: neither must lose its pictures to the other.
            let Some(sealed) = self.sealed(key.as_ref()).await? else {
                continue;
            };
            if self.seal.open(key.as_ref(), &sealed).is_err() {
                tracing::error!(
                    "among the photos lie some that are not sealed under this master key; they stay. If they are \
                     another county's, give each a prefix of its own in the bucket"
                );
                break;
            }
            self.objects.delete(key).await?;
            deleted += 1;
        }
        Ok(deleted)
    }
}
