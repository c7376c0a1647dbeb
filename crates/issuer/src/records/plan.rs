//! What a complete set would change, and whether that is too much to be believed.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use school_records::{PersonRecord, Rules};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    db::entity::person,
    seal::{Seal, hex},
};

use super::index;
use super::status::{Kept, cards_held, cards_held_by, cards_kept, cards_kept_by};

/// Why a set cannot be used, whatever it says.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Two people under one key: one would overwrite the other.
    #[error("two people in the set have the key of one; nothing was applied")]
    SameKey,
    /// A record cannot be written as JSON.
    #[error("a record cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// How much a set would change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// People in the set.
    pub read: usize,
    /// Schools in the set.
    pub schools: usize,
    /// Parts of the set that could not be used.
    pub faults: usize,
    /// New people.
    pub added: usize,
    /// People whose record changed.
    pub changed: usize,
    /// Of these, people who became someone else: other birth date, national number or Feide name.
    pub identity_changed: usize,
    /// People who were withdrawn before and are back.
    pub returned: usize,
    /// People who are no longer in the set.
    pub withdrawn: usize,
    /// People who are still there, but who by the new record have no card today, or only one that lacks something, and by
    /// the old one had.
    pub right_lost: usize,
    /// Pupils' cards that people had by the old records and have not by the new, the withdrawn with them.
    pub pupil_cards_lost: usize,
    /// Training cards, likewise.
    pub training_cards_lost: usize,
    /// People as before.
    pub unchanged: usize,
    /// People who share a Feide name with another; they cannot be matched by it.
    pub shared_feide_names: usize,
}

/// A person to write.
pub(super) struct Write {
    pub(super) id: Uuid,
    pub(super) source_key: String,
    pub(super) feide_name: Option<String>,
    pub(super) nin_hash: Option<String>,
    pub(super) record: Value,
    pub(super) record_hash: String,
    pub(super) search_key: String,
    /// Names of the fields that changed; never values.
    pub(super) changes: Value,
    /// Another birth date or national number: accounts must be matched anew.
    pub(super) is_another_human: bool,
}

/// By what a record gives a card or takes it.
#[derive(Clone, Copy)]
pub(super) struct Standing<'a> {
    pub(super) today: NaiveDate,
    pub(super) rules: &'a Rules,
}

/// What to do.
pub(super) struct Plan {
    pub(super) writes: Vec<Write>,
    pub(super) withdrawn: Vec<Uuid>,
    /// People in the set by source key, for what hangs on them.
    pub(super) ids: HashMap<String, Uuid>,
    pub(super) counts: Counts,
    /// New keys of people who are stored, and of withdrawn ones whose key another has now. In this order they never meet.
    pub(super) new_keys: Vec<(Uuid, String)>,
    /// People stored and not withdrawn before.
    active_before: usize,
    pupils: OfKind,
    apprentices: OfKind,
}

/// How many have a card of one kind today.
#[derive(Clone, Copy, Debug, Default)]
struct OfKind {
    before: usize,
    after: usize,
    lost: usize,
}

impl OfKind {
    /// A source that is missing, or has only a part of what it had, takes one kind of card and leaves the other.
    fn brakes(self, percent: f64) -> bool {
        self.before > 0
            && (self.after == 0 || self.lost as f64 > self.before as f64 * percent / 100.0)
    }
}

impl Plan {
    /// Compares the set with what is stored.
    pub(super) fn make(
        stored: &[person::Model],
        people: &[PersonRecord],
        seal: &Seal,
        standing: Standing<'_>,
    ) -> Result<Self, PlanError> {
        let mut gone: HashMap<&str, &person::Model> = stored
            .iter()
            .map(|row| (row.source_key.as_str(), row))
            .collect();
        let mut plan = Self {
            writes: Vec::new(),
            withdrawn: Vec::new(),
            ids: HashMap::with_capacity(people.len()),
            counts: Counts {
                read: people.len(),
                ..Counts::default()
            },
            active_before: stored
                .iter()
                .filter(|row| row.withdrawn_at.is_none())
                .count(),
            new_keys: Vec::new(),
            pupils: OfKind::default(),
            apprentices: OfKind::default(),
        };
        let mut writes = Vec::with_capacity(people.len());
        for record in people {
            writes.push(Write::of(record, seal)?);
        }
        let moved = moved(stored, &writes);
        let mut feide_names: HashMap<String, usize> = HashMap::new();
        for (record, mut new) in people.iter().zip(writes) {
            let mut old = gone.remove(record.source_key.as_str());
            if let Some(row) = moved.get(record.source_key.as_str()) {
                if let Some(former) = old {
                    plan.new_keys
                        .push((former.id, format!("{}:{}", former.source_key, former.id)));
                }
                gone.remove(row.source_key.as_str());
                plan.new_keys.push((row.id, record.source_key.clone()));
                old = Some(row);
            }
            let id = old.map_or_else(Uuid::new_v4, |row| row.id);
            if plan.ids.insert(record.source_key.clone(), id).is_some() {
                return Err(PlanError::SameKey);
            }
            new.id = id;
            if let Some(name) = &new.feide_name {
                *feide_names.entry(name.clone()).or_default() += 1;
            }
            plan.compare_cards(old, Some(record), standing);
            plan.add(new, old, record, standing);
        }
        for row in gone.values() {
            plan.compare_cards(Some(row), None, standing);
        }
        plan.counts.pupil_cards_lost = plan.pupils.lost;
        plan.counts.training_cards_lost = plan.apprentices.lost;
        plan.withdrawn = gone
            .values()
            .filter(|row| row.withdrawn_at.is_none())
            .map(|row| row.id)
            .collect();
        plan.counts.withdrawn = plan.withdrawn.len();
        plan.counts.shared_feide_names = feide_names.values().filter(|count| **count > 1).sum();
        Ok(plan)
    }

    fn add(
        &mut self,
        mut new: Write,
        old: Option<&person::Model>,
        record: &PersonRecord,
        Standing { today, rules }: Standing<'_>,
    ) {
        let Some(old) = old else {
            new.changes = serde_json::json!({ "added": true });
            self.counts.added += 1;
            self.writes.push(new);
            return;
        };
        let has_returned = old.withdrawn_at.is_some();
        if old.record_hash == new.record_hash && !has_returned {
            self.counts.unchanged += 1;
            return;
        }
        let old_birth_date = old
            .record
            .get("birth_date")
            .and_then(Value::as_str)
            .and_then(|text| text.parse().ok());
        new.is_another_human = differ(old_birth_date.as_ref(), record.birth_date.as_ref())
            || differ(old.nin_hash.as_ref(), new.nin_hash.as_ref());
        let is_identity_changed =
            new.is_another_human || differ(old.feide_name.as_ref(), new.feide_name.as_ref());
        let mut fields = changed_fields(&old.record, &new.record);
        if old.nin_hash != new.nin_hash {
            fields.push("national_number".to_owned());
        }
        new.changes = serde_json::json!({ "fields": fields });
        if has_returned {
            new.changes["returned"] = true.into();
            self.counts.returned += 1;
        } else {
            self.counts.changed += 1;
            // Someone who was not there is nobody's card, so only those who were count here.
            self.counts.identity_changed += usize::from(is_identity_changed);
            let is_right_lost = (cards_kept(old, today, rules).any()
                && !cards_kept_by(record, today, rules).any())
                || (cards_held(old, today, rules).any()
                    && !cards_held_by(record, today, rules).any());
            self.counts.right_lost += usize::from(is_right_lost);
        }
        self.writes.push(new);
    }

    /// Counts the cards of one person, before and after.
    fn compare_cards(
        &mut self,
        old: Option<&person::Model>,
        new: Option<&PersonRecord>,
        Standing { today, rules }: Standing<'_>,
    ) {
        let before = old.map_or(Kept::NONE, |old| cards_held(old, today, rules));
        let after = new.map_or(Kept::NONE, |new| cards_held_by(new, today, rules));
        for (kind, before, after) in [
            (&mut self.pupils, before.pupil, after.pupil),
            (&mut self.apprentices, before.training, after.training),
        ] {
            kind.before += usize::from(before);
            kind.after += usize::from(after);
            kind.lost += usize::from(before && !after);
        }
    }

    /// Whether this would take the card from, or turn into someone else, more than the share in percent.
    /// A source that answers with half of its data withdraws nobody, but leaves many without a right. Each kind of card is
    /// counted by itself too, as a share of those who had it, and one that nobody has any more always brakes.
    /// Never at the first load.
    pub(super) fn brakes(&self, percent: f64) -> bool {
        let limit = self.active_before as f64 * percent / 100.0;
        let losing = self.counts.withdrawn + self.counts.right_lost;
        self.active_before > 0
            && (losing as f64 > limit
                || self.counts.identity_changed as f64 > limit
                || self.pupils.brakes(percent)
                || self.apprentices.brakes(percent))
    }
}

impl Write {
    /// The person's id is for the caller to set.
    fn of(record: &PersonRecord, seal: &Seal) -> Result<Self, PlanError> {
        let nin_hash = record
            .nin
            .as_ref()
            .map(|nin| seal.number_hash(&nin.expose()));
        let value = serde_json::to_value(record)?;
        // A change of the number alone is a change as well.
        let hashed = serde_json::to_vec(&(&value, &nin_hash))?;
        Ok(Self {
            id: Uuid::nil(),
            source_key: record.source_key.clone(),
            feide_name: record.feide_name.as_ref().map(|name| name.to_lowercase()),
            nin_hash,
            search_key: index::search_key(record),
            record: value,
            record_hash: hex(&jose::sha256(&hashed)),
            changes: Value::Null,
            is_another_human: false,
        })
    }
}

/// Stored people by the key that they have in the set, where that is another than they have had.
///
/// Whoever has one of two cards less or more may be under another key: a pupil who is also an apprentice is under the
/// pupil's, until school is over. It is the same human where one record with a key that nobody there has, and one stored
/// person whose key is not in the set, have one national number, and no others have it.
fn moved<'a>(stored: &'a [person::Model], writes: &[Write]) -> HashMap<String, &'a person::Model> {
    let keys: HashSet<&str> = writes
        .iter()
        .map(|write| write.source_key.as_str())
        .collect();
    let active = || stored.iter().filter(|row| row.withdrawn_at.is_none());
    let there: HashSet<&str> = active().map(|row| row.source_key.as_str()).collect();
    let mut by_number: HashMap<&str, (Vec<&person::Model>, Vec<&Write>)> = HashMap::new();
    for row in active() {
        if let Some(hash) = &row.nin_hash {
            by_number.entry(hash).or_default().0.push(row);
        }
    }
    for write in writes {
        if let Some(found) = write
            .nin_hash
            .as_deref()
            .and_then(|hash| by_number.get_mut(hash))
        {
            found.1.push(write);
        }
    }
    by_number
        .into_values()
        .filter_map(|(rows, writes)| match (&rows[..], &writes[..]) {
            ([row], [write])
                if !keys.contains(row.source_key.as_str())
                    && !there.contains(write.source_key.as_str()) =>
            {
                Some((write.source_key.clone(), *row))
            }
            _ => None,
        })
        .collect()
}

/// Both known, and not the same.
fn differ<T: PartialEq>(old: Option<&T>, new: Option<&T>) -> bool {
    matches!((old, new), (Some(old), Some(new)) if old != new)
}

fn changed_fields(old: &Value, new: &Value) -> Vec<String> {
    let empty = serde_json::Map::new();
    let old = old.as_object().unwrap_or(&empty);
    let new = new.as_object().unwrap_or(&empty);
    let mut fields: Vec<String> = new
        .iter()
        .filter(|(name, value)| old.get(*name) != Some(value))
        .map(|(name, _)| name.clone())
        .chain(old.keys().filter(|name| !new.contains_key(*name)).cloned())
        .collect();
    fields.sort_unstable();
    fields
}
