//! Debug builds only: a file that says whether the owner is recognised, so that a test can lock and unlock the real
//! window. `LOMMEBEVIS_TEST_UNLOCK` names it; it is read anew each time, and `yes` unlocks.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app_lock::{Availability, Refused, Unlock};

/// Names the file.
const VARIABLE: &str = "LOMMEBEVIS_TEST_UNLOCK";

struct File(PathBuf);

/// The file, if one is named.
pub(crate) fn named() -> Option<Arc<dyn Unlock>> {
    let path = std::env::var_os(VARIABLE)?;
    Some(Arc::new(File(path.into())))
}

impl Unlock for File {
    fn available(&self) -> Availability {
        Availability::Available
    }

    fn unlock(&self, _: &str) -> Result<(), Refused> {
        match std::fs::read_to_string(&self.0) {
            Ok(answer) if answer.trim() == "yes" => Ok(()),
            _ => Err(Refused),
        }
    }
}
