//! The form in which an entry is hashed.
//!
//! The hash is SHA-256, in lower-case hex, of this text in UTF-8: a JSON array without white space,
//!
//! ```text
//! ["lommebevis-audit-1",seq,prev_hash,id,at,actor,action,person_id,reason,detail]
//! ```
//! where `seq` and `at` are numbers, `person_id` and `reason` a text or null, ids are written with hyphens in lower case,
//! and the members of objects in `detail` stand in the order of their names' code points, at every depth: databases keep
//! JSON without its order. The first entry's `prev_hash` is 64 zeros.

use serde_json::{Value, json};

use crate::{db::entity::audit, seal::hex};

/// What comes before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

const FORM: &str = "lommebevis-audit-1";

/// The hash of an entry.
#[must_use]
pub fn hash(entry: &audit::Model) -> String {
    hex(&jose::sha256(text(entry).as_bytes()))
}

/// What is hashed.
#[must_use]
pub fn text(entry: &audit::Model) -> String {
    json!([
        FORM,
        entry.seq,
        entry.prev_hash,
        entry.id,
        entry.at,
        entry.actor,
        entry.action,
        entry.person_id,
        entry.reason,
        sorted(&entry.detail),
    ])
    .to_string()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            // UTF-8 sorts as its code points do.
            members.sort_by(|a, b| a.0.cmp(b.0));
            members
                .into_iter()
                .map(|(name, value)| (name.clone(), sorted(value)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
