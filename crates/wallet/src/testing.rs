//! For tests of programs around the wallet: a store that says whatever the test needs.

use std::path::Path;

use ring::rand::SystemRandom;

use crate::{
    platform::StoreKey,
    store::{Store, StoreError},
};

/// Writes a store with this state, given as JSON, sealed with this key. Members that are left out are empty.
///
/// # Errors
/// When the state is not one, or the store cannot be written.
pub fn write(folder: &Path, key: &StoreKey, state: &serde_json::Value) -> Result<(), StoreError> {
    let state = serde_json::from_value(state.clone()).map_err(|_| StoreError::Seal)?;
    Store::new(folder, key.clone()).write(&state, &SystemRandom::new())
}
