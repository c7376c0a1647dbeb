//! Everything the engine needs from outside, in one bundle.
//!
//! The engine itself opens no socket, reads no clock and asks no key store; it is handed these. A test hands it others.

mod clock;
mod holder_keys;
mod http;
mod secrets;

use std::{fmt, path::PathBuf, sync::Arc};

use ring::rand::SecureRandom;

pub use clock::{Clock, SystemClock};
pub use holder_keys::{DeviceKey, HolderKeyError, HolderKeys, KeyUse, KeyWish, NoHolderKeys};
pub use http::{ClientError, Http, HttpError, Method, Request, ReqwestHttp, Response};
pub use secrets::{FileSecrets, KeyringSecrets, MemorySecrets, SecretError, SecretStore, StoreKey};

/// What the engine is given by the program around it.
#[derive(Clone)]
pub struct Platform {
    /// The device's clocks.
    pub clock: Arc<dyn Clock>,
    /// Random bytes for keys, nonces and states.
    pub random: Arc<dyn SecureRandom + Send + Sync>,
    /// The network.
    pub http: Arc<dyn Http>,
    /// Where the key of the sealed store lives.
    pub secrets: Arc<dyn SecretStore>,
    /// Where the device keeps the holder's keys, if it keeps any.
    pub holder_keys: Arc<dyn HolderKeys>,
    /// The folder of the sealed store; made if it is not there.
    pub directory: PathBuf,
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Platform")
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}
