use std::sync::Arc;

use wallet::{
    OpenError, Problem, Wallet,
    platform::{FileSecrets, SecretError, SecretStore, StoreKey},
    problem::ProblemKind,
};

use crate::support::Device;

struct Broken(fn() -> SecretError);

impl SecretStore for Broken {
    fn load(&self) -> Result<Option<StoreKey>, SecretError> {
        Err((self.0)())
    }
    fn save(&self, _: &StoreKey) -> Result<(), SecretError> {
        Err((self.0)())
    }
    fn delete(&self) -> Result<(), SecretError> {
        Err((self.0)())
    }
    fn protection(&self) -> county_api::KeyProtection {
        county_api::KeyProtection::File
    }
}

#[test]
fn an_absent_key_store_is_told_from_a_locked_one() {
    let cases: [(fn() -> SecretError, ProblemKind); 4] = [
        (|| SecretError::Absent, ProblemKind::KeyStoreAbsent),
        (|| SecretError::Locked, ProblemKind::KeyStoreLocked),
        (|| SecretError::NotAKey, ProblemKind::KeyMissing),
        (
            || SecretError::Failed("no".into()),
            ProblemKind::KeyStoreAbsent,
        ),
    ];
    for (error, kind) in cases {
        let device = Device::new();
        let mut platform = device.platform();
        platform.secrets = Arc::new(Broken(error));
        let refused = Wallet::open(platform, device.county()).unwrap_err();
        assert_eq!(Problem::from(&refused).kind, kind);
    }
}

#[test]
fn a_locked_key_store_harms_nothing_and_opens_when_it_is_unlocked() {
    let device = Device::new();
    drop(device.open());
    let mut platform = device.platform();
    platform.secrets = Arc::new(Broken(|| SecretError::Locked));
    for anew in [false, true] {
        let refused = if anew {
            Wallet::open_anew(platform.clone(), device.county())
        } else {
            Wallet::open(platform.clone(), device.county())
        };
        assert!(matches!(refused, Err(OpenError::KeyStoreLocked)));
    }
    device.open();
}

#[tokio::test]
async fn a_key_file_serves_where_there_is_no_key_store() {
    let device = Device::new();
    let keys = tempfile::tempdir().unwrap();
    let mut platform = device.platform();
    platform.secrets = Arc::new(FileSecrets::new(keys.path().join("key")));
    let wallet = Wallet::open(platform.clone(), device.county()).unwrap();
    crate::support::log_in(&wallet, &device.issuer).await;
    drop(wallet);
    let wallet = Wallet::open(platform, device.county()).unwrap();
    assert!(wallet.overview().logged_in);
}
