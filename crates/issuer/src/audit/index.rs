//! By whom entries about several people are found. It is derived from the entries, which are chained; that it is what they
//! say is checked with the chain, since "who has looked at me?" is answered from it.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter,
};
use serde_json::Value;
use uuid::Uuid;

use crate::db::entity::{audit, audit_person};

/// Rows written at once.
const CHUNK: usize = 500;

/// Writes by whom an entry is found.
pub(super) async fn write(db: &DatabaseTransaction, seq: i64, detail: &Value) -> Result<(), DbErr> {
    let people: Vec<Uuid> = people_in(detail).into_iter().collect();
    for people in people.chunks(CHUNK) {
        let rows = people.iter().map(|person| audit_person::ActiveModel {
            person_id: Set(*person),
            seq: Set(seq),
        });
        audit_person::Entity::insert_many(rows)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// The first of these entries, which follow each other, that is not found by all whom it names, or by others.
pub(super) async fn first_wrong(
    db: &impl ConnectionTrait,
    entries: &[audit::Model],
) -> Result<Option<i64>, DbErr> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return Ok(None);
    };
    let rows = audit_person::Entity::find()
        .filter(audit_person::Column::Seq.between(first.seq, last.seq))
        .all(db)
        .await?;
    let mut found: BTreeMap<i64, BTreeSet<Uuid>> = BTreeMap::new();
    for row in rows {
        found.entry(row.seq).or_default().insert(row.person_id);
    }
    for entry in entries {
        if people_in(&entry.detail) == found.remove(&entry.seq).unwrap_or_default() {
            continue;
        }
        // What was pruned since it was read is gone from both.
        let is_kept = audit::Entity::find_by_id(entry.seq).one(db).await?;
        if is_kept.is_some() {
            return Ok(Some(entry.seq));
        }
    }
    Ok(None)
}

/// Those whom a detail names.
fn people_in(detail: &Value) -> BTreeSet<Uuid> {
    let named = detail.get("people").and_then(Value::as_array);
    named
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str()?.parse().ok())
        .collect()
}
