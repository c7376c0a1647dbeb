//! For tests of programs around the wallet: a store that says whatever the test needs, keys of a device that does whatever
//! the test needs, and the suite that every device's keys have to pass.

mod fake_holder_keys;
pub mod holder_keys;

use std::{collections::BTreeSet, io, path::Path};

use ring::rand::SystemRandom;

pub use fake_holder_keys::FakeHolderKeys;

use crate::{
    Wallet,
    platform::StoreKey,
    state::State,
    store::{Store, StoreError, flush_folder},
};

/// The names of the device's keys that this wallet's store names.
pub fn device_keys(wallet: &Wallet) -> BTreeSet<String> {
    wallet.read(State::device_keys)
}

/// Has the system fail, or no longer, at making sure that a store that was replaced stays so over a power cut.
pub fn set_flush_fails(wallet: &Wallet, fails: bool) {
    wallet.flush_with(match fails {
        true => |_| Err(io::ErrorKind::Other.into()),
        false => flush_folder,
    });
}

/// Writes a store with this state, given as JSON, sealed with this key. Members that are left out are empty.
///
/// # Errors
/// When the state is not one, or the store cannot be written.
pub fn write(folder: &Path, key: &StoreKey, state: &serde_json::Value) -> Result<(), StoreError> {
    let state = serde_json::from_value(state.clone()).map_err(|_| StoreError::Seal)?;
    Store::new(folder, key.clone()).write(&state, &SystemRandom::new())?;
    Ok(())
}
