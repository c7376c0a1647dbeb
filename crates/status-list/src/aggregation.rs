//! The addresses of all lists of an issuer in one document (draft §9), so that whoever checks without a network can
//! fetch them all beforehand, and nobody learns which one was needed.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// The longest document that is read: 256 KiB.
pub const MAX_AGGREGATION_BYTES: usize = 256 * 1024;

/// The most addresses that are read: lists of 2¹⁷ entries for more credentials than there are people.
pub const MAX_LISTS: usize = 1_000;

/// What is found at an `aggregation_uri` or a `status_list_aggregation_endpoint` (§9.3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregation {
    /// Where the lists are found.
    pub status_lists: Vec<String>,
}

/// Why a document was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AggregationError {
    /// Longer than [`MAX_AGGREGATION_BYTES`], or more than [`MAX_LISTS`].
    #[error("too many lists")]
    TooLarge,
    /// Not JSON of this shape.
    #[error("not an aggregation of status lists")]
    Malformed,
    /// The same list twice.
    #[error("a list stands twice")]
    Repeated,
}

impl Aggregation {
    /// Reads and checks a document. It is not signed: what each address leads to must be, and must name that address.
    ///
    /// # Errors
    /// The first [`AggregationError`].
    pub fn from_json(json: &[u8]) -> Result<Self, AggregationError> {
        if json.len() > MAX_AGGREGATION_BYTES {
            return Err(AggregationError::TooLarge);
        }
        let read: Self = serde_json::from_slice(json).map_err(|_| AggregationError::Malformed)?;
        if read.status_lists.len() > MAX_LISTS {
            return Err(AggregationError::TooLarge);
        }
        let mut seen = HashSet::new();
        if read.status_lists.iter().all(|uri| seen.insert(uri)) {
            Ok(read)
        } else {
            Err(AggregationError::Repeated)
        }
    }
}
