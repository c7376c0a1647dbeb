//! What the wallet engine runs on in the walk and in whole-system tests: the same parts as in the app.

use std::path::Path;
use std::sync::Arc;

use wallet::platform::{
    ClientError, FileSecrets, KeyringSecrets, NoHolderKeys, Platform, ReqwestHttp, SecretStore,
    SystemClock,
};

/// The app's own parts, with the wallet in `folder` and its key in the system's key store or, when one is
/// asked for, in a file.
///
/// # Errors
/// When the HTTP client cannot be made.
pub fn real(folder: &Path, key_file: Option<&Path>) -> Result<Platform, ClientError> {
    let secrets: Arc<dyn SecretStore> = match key_file {
        Some(path) => Arc::new(FileSecrets::new(path)),
        None => Arc::new(KeyringSecrets::new(
            "no.lommebevis.walk",
            folder.display().to_string(),
        )),
    };
    Ok(Platform {
        clock: Arc::new(SystemClock::new()),
        random: Arc::new(ring::rand::SystemRandom::new()),
        http: Arc::new(ReqwestHttp::new()?),
        secrets,
        holder_keys: Arc::new(NoHolderKeys),
        directory: folder.to_owned(),
    })
}
