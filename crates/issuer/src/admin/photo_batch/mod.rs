//! A photographer's delivery to one school: files named by the pupils' numbers, loose or in a zip, gone through while the
//! page shows how far it is.

mod kept;
mod pages;
mod receive;
mod spool;
mod words;
mod work;

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(crate) use kept::forget_old;
pub(crate) use pages::{routes, slow_routes};

/// So many deliveries are received, wait and are gone through at once: each may fill a gigabyte of the disk.
const PLACES: u32 = 4;

/// What the deliveries of one process share.
#[derive(Debug)]
pub(crate) struct Deliveries {
    places: Arc<Semaphore>,
    /// One is gone through at a time. Pictures are heavy, and people send in theirs meanwhile. Closed when the process ends.
    turn: Semaphore,
}

impl Default for Deliveries {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES as usize)),
            turn: Semaphore::new(1),
        }
    }
}

impl Deliveries {
    /// A place for one more; none while all are taken.
    fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.places.clone().try_acquire_owned().ok()
    }

    /// Has those under way end after the picture they are at, and waits until all have. What was taken stays, and each is
    /// written down as cut short, so that the school can send the rest at once.
    pub(crate) async fn end(&self) {
        self.turn.close();
        let _ = self.places.acquire_many(PLACES).await;
    }
}
