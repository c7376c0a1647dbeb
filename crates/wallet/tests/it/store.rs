use std::fs;

use wallet::{OpenError, Problem, Wallet, platform::SecretStore as _, problem::ProblemKind};

use crate::support::{Device, log_in};

#[tokio::test]
async fn a_second_process_is_told_that_the_wallet_is_open() {
    let device = Device::new();
    let first = device.open();
    let second = Wallet::open(device.platform(), device.county()).unwrap_err();
    assert!(matches!(second, OpenError::InUse));
    assert_eq!(Problem::from(&second).kind, ProblemKind::AppAlreadyOpen);
    let anew = Wallet::open_anew(device.platform(), device.county());
    assert!(matches!(anew, Err(OpenError::InUse)));
    drop(first);
    device.open();
}

#[tokio::test]
async fn a_damaged_store_is_left_alone_until_one_begins_anew_and_then_put_aside() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 6] = [
        ("truncated", |bytes| bytes.truncate(bytes.len() / 2)),
        ("empty", Vec::clear),
        ("garbled", |bytes| bytes.fill(0x55)),
        ("one bit", |bytes| bytes[40] ^= 1),
        ("longer", |bytes| bytes.push(0)),
        ("head only", |bytes| bytes.truncate(5)),
    ];
    for (name, damage) in damages {
        let device = Device::new();
        drop(device.with_card().await);
        let mut bytes = fs::read(device.sealed()).unwrap();
        damage(&mut bytes);
        fs::write(device.sealed(), &bytes).unwrap();

        let error = Wallet::open(device.platform(), device.county()).unwrap_err();
        assert!(matches!(error, OpenError::StoreDamaged), "{name}");
        assert_eq!(fs::read(device.sealed()).unwrap(), bytes, "{name}");

        let wallet = Wallet::open_anew(device.platform(), device.county()).unwrap();
        let kept = wallet.kept_aside().unwrap();
        assert_eq!(fs::read(kept).unwrap(), bytes, "{name}");
        assert!(kept.to_string_lossy().contains("2026-11-22"), "{kept:?}");
        assert!(!wallet.overview().logged_in);
        log_in(&wallet, &device.issuer).await;
        wallet.fetch_credentials().await.unwrap();
        drop(wallet);
        let wallet = device.open();
        assert_eq!(wallet.overview().cards.len(), 1);
        assert!(wallet.kept_aside().is_none());
    }
}

#[tokio::test]
async fn a_newer_store_is_told_from_a_damaged_one() {
    let device = Device::new();
    drop(device.with_card().await);
    let mut bytes = fs::read(device.sealed()).unwrap();
    bytes[4] = 9;
    fs::write(device.sealed(), &bytes).unwrap();
    let error = Wallet::open(device.platform(), device.county()).unwrap_err();
    assert!(matches!(error, OpenError::StoreNewer { version: 9 }));
    assert_eq!(Problem::from(&error).kind, ProblemKind::StoreNewer);
    let wallet = Wallet::open_anew(device.platform(), device.county()).unwrap();
    assert_eq!(fs::read(wallet.kept_aside().unwrap()).unwrap(), bytes);
}

#[tokio::test]
async fn a_store_without_its_key_says_so_and_can_be_begun_anew() {
    let device = Device::new();
    drop(device.with_card().await);
    device.secrets.delete().unwrap();
    let error = Wallet::open(device.platform(), device.county()).unwrap_err();
    assert!(matches!(error, OpenError::KeyMissing));
    // Looking does not make a new key over a store that has another.
    assert!(device.secrets.load().unwrap().is_none());
    let wallet = Wallet::open_anew(device.platform(), device.county()).unwrap();
    assert!(wallet.kept_aside().is_some());
    log_in(&wallet, &device.issuer).await;
}

#[tokio::test]
async fn another_countys_store_is_not_opened() {
    let device = Device::new();
    drop(device.with_card().await);
    let mut county = device.county();
    county.issuer = "https://bevis.other.example".parse().unwrap();
    let error = Wallet::open(device.platform(), county).unwrap_err();
    assert!(matches!(error, OpenError::OtherCounty));
    device.open();
}

#[tokio::test]
async fn the_file_shows_nothing_of_the_person() {
    let device = Device::new();
    drop(device.with_card().await);
    let bytes = fs::read(device.sealed()).unwrap();
    for text in ["Østby", "issuer", "credential", "eyJhbGci"] {
        let found = bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes());
        assert!(!found, "{text}");
    }
}

#[tokio::test]
async fn forgetting_leaves_neither_file_nor_key() {
    let device = Device::new();
    drop(device.with_card().await);
    fs::write(device.sealed(), b"damaged").unwrap();
    let wallet = Wallet::open_anew(device.platform(), device.county()).unwrap();
    log_in(&wallet, &device.issuer).await;
    wallet.forget_everything().unwrap();
    let left: Vec<_> = fs::read_dir(device.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["wallet.lock"]);
    assert!(device.secrets.load().unwrap().is_none());
    drop(wallet);
    assert!(!device.open().overview().logged_in);
}
