use std::fs;

use county_api::Profile;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use wallet::{
    CardState, OpenError, Problem, Wallet,
    platform::{SecretStore as _, StoreKey},
    problem::ProblemKind,
};

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
        assert_eq!(fs::read(&kept).unwrap(), bytes, "{name}");
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

/// A store as version 2 wrote it, with one card; in the open, as it was before it was sealed.
const VERSION_2: &str = include_str!("stores/version-2.json");

/// Seals a text as a store of this version.
fn seal(version: u8, text: &str, key: &[u8; 32]) -> Vec<u8> {
    let head = [b'L', b'B', b'W', b'1', version];
    let key = UnboundKey::new(&AES_256_GCM, key).unwrap();
    let nonce = [7; 12];
    let mut body = text.as_bytes().to_vec();
    LessSafeKey::new(key)
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(head),
            &mut body,
        )
        .unwrap();
    [head.as_slice(), &nonce, &body].concat()
}

#[tokio::test]
async fn a_store_of_version_2_opens_with_its_card_and_codes_and_is_refreshed_into_this_one() {
    let device = Device::new();
    let key = StoreKey::from_bytes(&[3; 32]).unwrap();
    device.secrets.save(&key).unwrap();
    fs::write(device.sealed(), seal(2, VERSION_2, key.as_bytes())).unwrap();
    let wallet = device.open();
    let overview = wallet.overview();
    assert_eq!(overview.cards.len(), 1);
    let card = &overview.cards[0];
    assert_eq!(card.claims.family_name, "Østby");
    assert_eq!(card.state, CardState::Valid);
    assert!(overview.logged_in);
    for profile in Profile::ALL {
        wallet.code(&card.id, profile).unwrap();
    }
    assert!(wallet.photo_code(&card.id).unwrap().is_some());
    wallet
        .present(&card.id, &["age_over_16"], "https://kino.example", "n")
        .unwrap();

    // What was written since is of this version.
    assert_eq!(fs::read(device.sealed()).unwrap()[4], 4);
    let id = card.id.clone();
    drop(wallet);
    let wallet = device.open();
    assert_eq!(wallet.overview().cards[0].id, id);
    log_in(&wallet, &device.issuer).await;
    device.issuer.add_training("Fjordbygg AS");
    wallet.fetch_credentials().await.unwrap();
    assert_eq!(wallet.overview().cards.len(), 2);
}
