//! Addresses in the records that gave nothing usable, so that they are not asked at every look at the enrolment.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use uuid::Uuid;

/// More than there are bad ones in any county; beyond that all are forgotten, and asked once more.
const REMEMBERED: usize = 20_000;

/// Whose address, by its digest, and until when (unix seconds) it is passed over. In memory: a restart asks anew.
#[derive(Default)]
pub struct PassedOver(Mutex<HashMap<(Uuid, String), i64>>);

impl std::fmt::Debug for PassedOver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PassedOver(..)")
    }
}

impl PassedOver {
    /// Whether the address is passed over now.
    pub(super) fn holds(&self, person: Uuid, address: &str, now: i64) -> bool {
        let key = (person, address.to_owned());
        self.lock().get(&key).is_some_and(|until| now < *until)
    }

    /// Passes it over until then.
    pub(super) fn put(&self, person: Uuid, address: &str, now: i64, until: i64) {
        let mut known = self.lock();
        known.retain(|_, until| now < *until);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert((person, address.to_owned()), until);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(Uuid, String), i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
