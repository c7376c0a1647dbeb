//! `[photos.s3]`: a bucket for the photos, at any store that speaks S3.

use std::path::PathBuf;

use url::Url;

use super::{Reader, Secret};

/// `[photos.s3]`
#[derive(Clone, Debug)]
pub struct S3Config {
    /// Where the store is, such as `https://s3.example.no`.
    pub endpoint: Url,
    /// The bucket.
    pub bucket: String,
    /// What the store calls its region; most take any.
    pub region: String,
    /// Name of the access key.
    pub access_key_id: String,
    /// The access key.
    pub secret_access_key: Secret,
    /// Put before every name, so that a bucket can be shared.
    pub prefix: Option<String>,
    /// The bucket's name comes in the path and not before the host's.
    pub path_style: bool,
    /// An authority besides the public ones, in PEM.
    pub ca_file: Option<PathBuf>,
    /// Per request, seconds.
    pub timeout_s: u64,
}

impl S3Config {
    pub(super) fn read(r: &mut Reader) -> Option<Self> {
        const NAMES: [&str; 8] = [
            "endpoint",
            "region",
            "access_key_id",
            "secret_access_key",
            "prefix",
            "path_style",
            "ca_file",
            "timeout_seconds",
        ];
        let Some(bucket) = r.optional_text("photos.s3.bucket") else {
            for name in NAMES {
                if r.is_set(&format!("photos.s3.{name}")) {
                    r.missing("photos.s3.bucket", "the bucket's name");
                }
            }
            return None;
        };
        Some(Self {
            endpoint: r.address(
                "photos.s3.endpoint",
                "the store's address, such as https://s3.example.no",
            ),
            bucket,
            region: r.text_or("photos.s3.region", "us-east-1"),
            access_key_id: r.text("photos.s3.access_key_id", "the access key's name"),
            secret_access_key: r.secret("photos.s3.secret_access_key"),
            prefix: r.optional_text("photos.s3.prefix"),
            path_style: r.or("photos.s3.path_style", true),
            ca_file: r.optional_path("photos.s3.ca_file"),
            timeout_s: r.seconds("photos.s3.timeout_seconds", 20),
        })
    }
}
