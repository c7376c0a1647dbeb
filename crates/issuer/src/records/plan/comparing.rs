//! Comparing a set with what is stored.

mod identity;
mod moved;

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use school_records::PersonRecord;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Plan, PlanError, Standing, Write, nin_hash};
use crate::{
    db::entity::person,
    records::{
        diff::{Differ, Weight},
        progress::Progress,
        status::{CHUNK, Held, cards_kept, cards_kept_by, held, held_by},
    },
    seal::{Seal, hex},
};
pub(in crate::records) use identity::Identity;

/// So many keys of stored people are read at once.
const PAGE: u64 = 2_000;

/// How a person of the set stands to what is stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    No,
    AsBefore,
    Changed,
    Withdrawn,
}

/// What is read of everyone who is stored.
#[derive(FromQueryResult)]
struct Key {
    id: Uuid,
    source_key: String,
    nin_hash: Option<String>,
    record_hash: String,
    withdrawn_at: Option<i64>,
    next_change: Option<NaiveDate>,
}

/// While the set is compared.
pub(super) struct Comparing<'a> {
    people: &'a [PersonRecord],
    seal: &'a Seal,
    standing: Standing<'a>,
    known: Vec<Known>,
    /// Stored people who are not in the set, and were not withdrawn before.
    gone: Vec<Key>,
    differ: Differ,
    /// Hashes of what the brake weighs.
    weighed: Vec<[u8; 32]>,
    interned: HashMap<Vec<String>, Arc<Value>>,
    plan: Plan,
}

impl<'a> Comparing<'a> {
    pub(super) fn new(
        people: &'a [PersonRecord],
        seal: &'a Seal,
        standing: Standing<'a>,
        most: usize,
        plan: Plan,
    ) -> Self {
        Self {
            people,
            seal,
            standing,
            known: vec![Known::No; people.len()],
            gone: Vec::new(),
            differ: Differ::new(most),
            weighed: Vec::new(),
            interned: HashMap::new(),
            plan,
        }
    }

    pub(super) async fn compare(
        mut self,
        db: &impl ConnectionTrait,
        progress: &Progress,
    ) -> Result<Plan, PlanError> {
        self.read_keys(db, progress).await?;
        self.find_moved(db).await?;
        self.look_at_known(db).await?;
        self.look_at_gone(db).await?;
        Ok(self.done())
    }

    /// Finds everyone who is stored in the set.
    async fn read_keys(
        &mut self,
        db: &impl ConnectionTrait,
        progress: &Progress,
    ) -> Result<(), PlanError> {
        let mut places: HashMap<&str, usize> = HashMap::with_capacity(self.people.len());
        for (at, record) in self.people.iter().enumerate() {
            if places.insert(&record.source_key, at).is_some() {
                return Err(PlanError::SameKey);
            }
        }
        let mut after = String::new();
        loop {
            let page = person::Entity::find()
                .select_only()
                .columns([
                    person::Column::Id,
                    person::Column::SourceKey,
                    person::Column::NinHash,
                    person::Column::RecordHash,
                    person::Column::WithdrawnAt,
                    person::Column::NextChange,
                ])
                .filter(person::Column::SourceKey.gt(after.as_str()))
                .order_by_asc(person::Column::SourceKey)
                .limit(PAGE)
                .into_model::<Key>()
                .all(db)
                .await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after.clone_from(&last.source_key);
            progress.add(page.len());
            for key in page {
                let is_active = key.withdrawn_at.is_none();
                if key
                    .next_change
                    .is_some_and(|day| day <= self.standing.today)
                {
                    self.plan.due.push(key.id);
                }
                self.plan.active_before += usize::from(is_active);
                match places.get(key.source_key.as_str()) {
                    Some(&at) => {
                        self.plan.ids[at] = key.id;
                        self.known[at] = if !is_active {
                            Known::Withdrawn
                        } else if key.record_hash == hex(&self.plan.hashes[at]) {
                            Known::AsBefore
                        } else {
                            Known::Changed
                        };
                    }
                    None if is_active => self.gone.push(key),
                    None => {}
                }
            }
        }
    }

    fn nin_hash(&self, at: usize) -> Option<String> {
        nin_hash(&self.people[at], self.seal)
    }

    /// Those who are in the set.
    async fn look_at_known(&mut self, db: &impl ConnectionTrait) -> Result<(), PlanError> {
        let places: Vec<usize> = (0..self.people.len()).collect();
        for chunk in places.chunks(CHUNK) {
            let other: Vec<usize> = chunk
                .iter()
                .copied()
                .filter(|at| matches!(self.known[*at], Known::Changed | Known::Withdrawn))
                .collect();
            let rows = rows_by_id(db, other.iter().map(|at| self.plan.ids[*at])).await?;
            for at in chunk.iter().copied() {
                let people = self.people;
                let record = &people[at];
                match self.known[at] {
                    Known::No => self.add_new(at, record),
                    Known::AsBefore => {
                        let cards = self.held_by(record);
                        self.plan.count_cards(&cards, &cards);
                        self.plan.counts.unchanged += 1;
                    }
                    Known::Changed | Known::Withdrawn => {
                        // A row can only have gone since if it was withdrawn long ago: then it is new.
                        match rows.get(&self.plan.ids[at]) {
                            Some(old) => {
                                self.add_changed(at, record, old)?;
                            }
                            None => self.add_new(at, record),
                        }
                    }
                }
            }
            // Others are served meanwhile.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    fn held_by(&self, record: &PersonRecord) -> Held {
        held_by(record, self.standing.today, self.standing.rules)
    }

    fn add_new(&mut self, at: usize, record: &PersonRecord) {
        let cards = self.held_by(record);
        let plan = &mut self.plan;
        plan.count_cards(&Held::NONE, &cards);
        plan.counts.added += 1;
        if plan.ids[at].is_nil() {
            plan.ids[at] = Uuid::new_v4();
        }
        self.differ.added(&record.source_key);
        let changes = self
            .interned
            .entry(vec![ADDED.to_owned()])
            .or_insert_with_key(|fields| Arc::new(told(fields)));
        plan.writes.push(Write {
            id: plan.ids[at],
            at,
            changes: changes.clone(),
            is_new: true,
            identity: Identity::Same,
        });
    }

    fn add_changed(
        &mut self,
        at: usize,
        record: &PersonRecord,
        old: &person::Model,
    ) -> Result<(), PlanError> {
        let Standing { today, rules, .. } = self.standing;
        let new_nin = self.nin_hash(at);
        let value = serde_json::to_value(record)?;
        let has_returned = old.withdrawn_at.is_some();
        let old_birth_date: Option<NaiveDate> = old
            .record
            .get("birth_date")
            .and_then(Value::as_str)
            .and_then(|text| text.parse().ok());
        let identity = Identity::of(old, record, new_nin.as_ref());
        let new_name = record.feide_name.as_ref().map(|name| name.to_lowercase());
        // With nothing to compare it with, the next set could put another human here unseen.
        let is_identity_lost = old.nin_hash.is_some() && new_nin.is_none()
            || old_birth_date.is_some() && record.birth_date.is_none();
        let is_identity_changed = identity != Identity::Same
            || is_identity_lost
            || differ(old.feide_name.as_ref(), new_name.as_ref());
        let mut fields = changed_fields(&old.record, &value);
        if old.nin_hash != new_nin {
            fields.push("national_number".to_owned());
        }
        let (before, after) = (held(old, today, rules), self.held_by(record));
        let lost = self.plan.count_cards(&before, &after);
        if has_returned {
            self.plan.counts.returned += 1;
            self.differ.returned(&record.source_key);
        } else {
            let is_right_lost = (cards_kept(old, today, rules).any()
                && !cards_kept_by(record, today, rules).any())
                || (before.cards.any() && !after.cards.any());
            let counts = &mut self.plan.counts;
            counts.changed += 1;
            // Someone who was not there is nobody's card, so only those who were count here.
            counts.identity_changed += usize::from(is_identity_changed);
            counts.right_lost += usize::from(is_right_lost);
            let is_lost = is_right_lost || lost.any();
            let is_number_changed = old.nin_hash != new_nin;
            let key = &record.source_key;
            if is_identity_changed || is_lost {
                let what = [
                    ("someone_else", is_identity_changed),
                    ("right", is_right_lost),
                    ("pupil", lost.pupil),
                    ("training", lost.training),
                ];
                let new = is_identity_changed.then(|| self.plan.hash(at));
                self.weighed.push(weigh(&(key, what, new))?);
            }
            self.differ.changed(
                key,
                (&old.record, &value),
                is_number_changed,
                Weight {
                    someone_else: identity == Identity::Another,
                    identity_changed: is_identity_changed,
                    card_lost: is_lost,
                },
            );
        }
        if has_returned {
            fields.push(RETURNED.to_owned());
        }
        let changes = self
            .interned
            .entry(fields)
            .or_insert_with_key(|fields| Arc::new(told(fields)));
        self.plan.writes.push(Write {
            id: old.id,
            at,
            changes: changes.clone(),
            is_new: false,
            identity,
        });
        Ok(())
    }

    /// Those who are not in the set any more.
    async fn look_at_gone(&mut self, db: &impl ConnectionTrait) -> Result<(), PlanError> {
        let Standing { today, rules, .. } = self.standing;
        let gone = std::mem::take(&mut self.gone);
        for chunk in gone.chunks(CHUNK) {
            let rows = rows_by_id(db, chunk.iter().map(|key| key.id)).await?;
            for key in chunk {
                let cards = rows
                    .get(&key.id)
                    .map_or(Held::NONE, |row| held(row, today, rules));
                self.plan.count_cards(&cards, &Held::NONE);
                self.weighed.push(weigh(&(&key.source_key, "withdrawn"))?);
                self.differ.withdrawn(&key.source_key);
            }
        }
        self.plan.withdrawn = gone.iter().map(|key| key.id).collect();
        self.plan.counts.withdrawn = gone.len();
        Ok(())
    }

    fn done(mut self) -> Plan {
        let plan = &mut self.plan;
        plan.counts.pupil_cards_lost = plan.pupils.lost;
        plan.counts.training_cards_lost = plan.apprentices.lost;
        // In no order of the database's.
        self.weighed.sort_unstable();
        plan.diff_digest = hex(&jose::sha256(&self.weighed.concat()));
        plan.diff = self.differ.diff();
        self.plan
    }
}

/// Stands among the names of fields for "was not there".
const ADDED: &str = "\u{0}added";
/// Stands among the names of fields for "was withdrawn before".
const RETURNED: &str = "\u{0}returned";

fn told(fields: &[String]) -> Value {
    match fields.split_last() {
        Some((last, _)) if last == ADDED => json!({ "added": true }),
        Some((last, fields)) if last == RETURNED => {
            json!({ "fields": fields, "returned": true })
        }
        _ => json!({ "fields": fields }),
    }
}

fn weigh(what: &impl Serialize) -> Result<[u8; 32], PlanError> {
    Ok(jose::sha256(&serde_json::to_vec(what)?))
}

async fn rows_by_id(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, person::Model>, DbErr> {
    let ids: Vec<Uuid> = ids.collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = person::Entity::find()
        .filter(person::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
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
