//! No change to the file, and nothing that a server may say, makes the wallet open wrongly, panic or lose a card.

use std::{fs, sync::OnceLock};

use county_api::Profile;
use proptest::prelude::*;
use wallet::{OpenError, Wallet};

use crate::support::{Device, first};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

/// A device with a card on it, made once: the cases only change a copy of its file.
fn sealed() -> &'static (Device, Vec<u8>) {
    static SEALED: OnceLock<(Device, Vec<u8>)> = OnceLock::new();
    SEALED.get_or_init(|| {
        let device = Device::new();
        drop(runtime().block_on(device.with_card()));
        let bytes = fs::read(device.sealed()).unwrap();
        (device, bytes)
    })
}

/// Opens a copy of the device's folder with this file in it.
fn open_with(bytes: &[u8]) -> Result<Wallet, OpenError> {
    let (device, _) = sealed();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("wallet.sealed"), bytes).unwrap();
    let mut platform = device.platform();
    platform.directory = folder.path().to_owned();
    Wallet::open(platform, device.county())
}

#[test]
fn the_unchanged_file_opens() {
    assert_eq!(open_with(&sealed().1).unwrap().overview().cards.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_changed_byte_is_refused(place in any::<prop::sample::Index>(), change in 1u8..) {
        let mut bytes = sealed().1.clone();
        let at = place.index(bytes.len());
        bytes[at] ^= change;
        let refused = matches!(
            open_with(&bytes),
            Err(OpenError::StoreDamaged | OpenError::StoreNewer { .. })
        );
        prop_assert!(refused, "byte {}", at);
    }

    #[test]
    fn any_change_to_the_first_bytes_is_refused(at in 0usize..40, change in 1u8..) {
        let mut bytes = sealed().1.clone();
        bytes[at] ^= change;
        prop_assert!(open_with(&bytes).is_err());
    }

    #[test]
    fn any_truncation_is_refused(place in any::<prop::sample::Index>()) {
        let bytes = &sealed().1;
        let refused = matches!(
            open_with(&bytes[..place.index(bytes.len())]),
            Err(OpenError::StoreDamaged)
        );
        prop_assert!(refused);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Every answer of a refresh is cut short or gets a byte changed, somewhere.
    #[test]
    fn whatever_a_server_answers_the_card_stays(
        seed in any::<u64>(),
        cut in any::<bool>(),
        status in prop::sample::select(vec![0u16, 200, 204, 302, 400, 401, 403, 404, 409, 429, 500]),
    ) {
        runtime().block_on(async {
            let device = Device::new();
            let wallet = device.with_card().await;
            let claims = wallet.overview().cards[0].claims.clone();
            device.clock.pass(chrono::TimeDelta::days(4));
            let mut state = seed | 1;
            device.network.change(move |_, answer| {
                // xorshift: a cheap row of numbers from the seed.
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                if state % 3 == 0 && !answer.body.is_empty() {
                    let at = usize::try_from(state >> 8).unwrap_or(0) % answer.body.len();
                    if cut {
                        answer.body.truncate(at);
                    } else {
                        answer.body[at] ^= 1 << (state % 8);
                    }
                }
                if status != 0 && state % 5 == 0 {
                    answer.status = status;
                }
            });
            let _ = wallet.refresh().await;
            let _ = wallet.check_validity(&first(&wallet)).await;
            let overview = wallet.overview();
            assert_eq!(overview.cards[0].claims, claims);
            wallet.code(&first(&wallet), Profile::Exam).unwrap();
        });
    }
}
