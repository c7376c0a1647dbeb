//! What a complete set would change, and whether that is too much to be believed.
//!
//! The set is in memory; of what is stored only keys and hashes are read, a few at a time, and the whole rows only of those
//! who change or leave. So comparing takes little more than the set, however many are stored, and a night on which nothing
//! has changed reads no record back.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use school_records::{PersonRecord, Rules, SchoolRecords};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    db::entity::person,
    seal::{Seal, hex},
};

use super::{
    diff::{Diff, Differ},
    progress::{Phase, Progress},
    status::{CHUNK, Kept, cards_held, cards_held_by, cards_kept, cards_kept_by},
};

/// So many keys of stored people are read at once.
const PAGE: u64 = 2_000;

/// Why a set cannot be used, whatever it says.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Two people under one key: one would overwrite the other.
    #[error("two people in the set have the key of one; nothing was applied")]
    SameKey,
    /// A record cannot be written as JSON.
    #[error("a record cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// What is stored cannot be read.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
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
    /// Of these, people who became someone else, or may: another birth date, national number or Feide name, or a birth date
    /// or number that is not told any more.
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
    /// The record's place in the set.
    pub(super) at: usize,
    /// Names of the fields that changed; never values. Shared, since most change alike.
    pub(super) changes: Arc<Value>,
    /// Nobody knew of the person before.
    pub(super) is_new: bool,
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
    /// Those of whom the calendar may say something else today.
    due: Vec<Uuid>,
    /// People in the set, in its order, for what hangs on them.
    pub(super) ids: Vec<Uuid>,
    /// SHA-256 of each record, in the set's order.
    hashes: Vec<[u8; 32]>,
    pub(super) counts: Counts,
    /// New keys of people who are stored, and of withdrawn ones whose key another has now. In this order they never meet.
    pub(super) new_keys: Vec<(Uuid, String)>,
    /// What would change, for people to look at: as much of it as was asked for.
    pub(super) diff: Diff,
    /// SHA-256 (hex) of all that the brake weighs, person by person.
    pub(super) diff_digest: String,
    /// SHA-256 (hex) of the set.
    pub(super) source_digest: String,
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

impl Plan {
    /// Compares the set with what is stored. `most` is of how many of a kind the diff tells.
    pub(super) async fn make(
        db: &impl ConnectionTrait,
        records: &SchoolRecords,
        seal: &Seal,
        standing: Standing<'_>,
        most: usize,
        progress: &Progress,
    ) -> Result<Self, PlanError> {
        let people = &records.people;
        progress.enter(Phase::Compare, people.len() as u64);
        let mut comparing = Comparing {
            people,
            seal,
            standing,
            known: vec![Known::No; people.len()],
            gone: Vec::new(),
            differ: Differ::new(most),
            weighed: Vec::new(),
            interned: HashMap::new(),
            plan: Self {
                writes: Vec::new(),
                withdrawn: Vec::new(),
                due: Vec::new(),
                ids: vec![Uuid::nil(); people.len()],
                hashes: hashes(people, seal).await?,
                counts: Counts {
                    read: people.len(),
                    schools: records.schools.len(),
                    faults: records.faults.len(),
                    shared_feide_names: shared_feide_names(people),
                    ..Counts::default()
                },
                new_keys: Vec::new(),
                diff: Diff::default(),
                diff_digest: String::new(),
                source_digest: String::new(),
                active_before: 0,
                pupils: OfKind::default(),
                apprentices: OfKind::default(),
            },
        };
        comparing.plan.source_digest = digest_of(records, &comparing.plan.hashes)?;
        comparing.read_keys(db, progress).await?;
        comparing.find_moved(db).await?;
        comparing.look_at_known(db).await?;
        comparing.look_at_gone(db).await?;
        Ok(comparing.done())
    }

    /// The hash of a record, as it is stored.
    pub(super) fn hash(&self, at: usize) -> String {
        self.hashes
            .get(at)
            .map(|hash| hex(hash))
            .unwrap_or_default()
    }

    /// Everyone stored who is written, or whose credentials are looked at, in the order in which people are locked.
    pub(super) fn touched(&self) -> Vec<Uuid> {
        let written = self.writes.iter().filter(|write| !write.is_new);
        let mut ids: Vec<Uuid> = written
            .map(|write| write.id)
            .chain(self.withdrawn.iter().copied())
            .chain(self.due.iter().copied())
            .chain(self.new_keys.iter().map(|(id, _)| *id))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Counts the cards of one person, before and after; which of them are lost.
    fn count_cards(&mut self, before: Kept, after: Kept) -> Kept {
        let lost = Kept {
            pupil: before.pupil && !after.pupil,
            training: before.training && !after.training,
        };
        for (kind, before, after, lost) in [
            (&mut self.pupils, before.pupil, after.pupil, lost.pupil),
            (
                &mut self.apprentices,
                before.training,
                after.training,
                lost.training,
            ),
        ] {
            kind.before += usize::from(before);
            kind.after += usize::from(after);
            kind.lost += usize::from(lost);
        }
        lost
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

/// While the set is compared.
struct Comparing<'a> {
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

impl Comparing<'_> {
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

    /// Finds stored people who are in the set under another key than they have had.
    ///
    /// Whoever has one of two cards less or more may be under another key: a pupil who is also an apprentice is under the
    /// pupil's, until school is over. It is the same human where one record with a key that nobody there has, and one stored
    /// person whose key is not in the set, have one national number, and no others have it.
    async fn find_moved(&mut self, db: &impl ConnectionTrait) -> Result<(), PlanError> {
        let mut gone: HashMap<&str, usize> = HashMap::new();
        for (at, key) in self.gone.iter().enumerate() {
            if let Some(hash) = &key.nin_hash {
                gone.insert(hash, at);
            }
        }
        if gone.is_empty() {
            return Ok(());
        }
        // Place in the set, and among those who are gone.
        let mut pairs: HashMap<String, (usize, usize)> = HashMap::new();
        for at in 0..self.people.len() {
            if matches!(self.known[at], Known::No | Known::Withdrawn)
                && let Some(hash) = self.nin_hash(at)
                && let Some(row) = gone.get(hash.as_str())
            {
                pairs.insert(hash, (at, *row));
            }
        }
        if pairs.is_empty() {
            return Ok(());
        }
        let mut in_set: HashMap<String, usize> = HashMap::new();
        for at in 0..self.people.len() {
            if let Some(hash) = self.nin_hash(at)
                && pairs.contains_key(&hash)
            {
                *in_set.entry(hash).or_default() += 1;
            }
        }
        let hashes: Vec<&String> = pairs.keys().collect();
        let mut stored: HashMap<String, usize> = HashMap::new();
        for chunk in hashes.chunks(CHUNK) {
            let found: Vec<String> = person::Entity::find()
                .select_only()
                .column(person::Column::NinHash)
                .filter(person::Column::WithdrawnAt.is_null())
                .filter(person::Column::NinHash.is_in(chunk.iter().map(|hash| hash.as_str())))
                .into_tuple()
                .all(db)
                .await?;
            for hash in found {
                *stored.entry(hash).or_default() += 1;
            }
        }
        let mut moves: Vec<(usize, usize)> = pairs
            .into_iter()
            .filter(|(hash, _)| in_set.get(hash) == Some(&1) && stored.get(hash) == Some(&1))
            .map(|(_, pair)| pair)
            .collect();
        moves.sort_unstable();
        let plan = &mut self.plan;
        for (at, row) in &moves {
            let (key, row) = (&self.people[*at].source_key, &self.gone[*row]);
            if self.known[*at] == Known::Withdrawn {
                let former = plan.ids[*at];
                plan.new_keys.push((former, format!("{key}:{former}")));
            }
            plan.new_keys.push((row.id, key.clone()));
            plan.ids[*at] = row.id;
            self.known[*at] = Known::Changed;
        }
        let mut no_more: Vec<usize> = moves.iter().map(|(_, row)| *row).collect();
        no_more.sort_unstable_by(|a, b| b.cmp(a));
        for row in no_more {
            self.gone.swap_remove(row);
        }
        Ok(())
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
                        self.plan.count_cards(cards, cards);
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

    fn held_by(&self, record: &PersonRecord) -> Kept {
        cards_held_by(record, self.standing.today, self.standing.rules)
    }

    fn add_new(&mut self, at: usize, record: &PersonRecord) {
        let cards = self.held_by(record);
        let plan = &mut self.plan;
        plan.count_cards(Kept::NONE, cards);
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
            is_another_human: false,
        });
    }

    fn add_changed(
        &mut self,
        at: usize,
        record: &PersonRecord,
        old: &person::Model,
    ) -> Result<(), PlanError> {
        let Standing { today, rules } = self.standing;
        let new_nin = self.nin_hash(at);
        let value = serde_json::to_value(record)?;
        let has_returned = old.withdrawn_at.is_some();
        let old_birth_date: Option<NaiveDate> = old
            .record
            .get("birth_date")
            .and_then(Value::as_str)
            .and_then(|text| text.parse().ok());
        let is_another_human = differ(old_birth_date.as_ref(), record.birth_date.as_ref())
            || differ(old.nin_hash.as_ref(), new_nin.as_ref());
        let new_name = record.feide_name.as_ref().map(|name| name.to_lowercase());
        // With nothing to compare it with, the next set could put another human here unseen.
        let is_identity_lost = old.nin_hash.is_some() && new_nin.is_none()
            || old_birth_date.is_some() && record.birth_date.is_none();
        let is_identity_changed = is_another_human
            || is_identity_lost
            || differ(old.feide_name.as_ref(), new_name.as_ref());
        let mut fields = changed_fields(&old.record, &value);
        if old.nin_hash != new_nin {
            fields.push("national_number".to_owned());
        }
        let (before, after) = (cards_held(old, today, rules), self.held_by(record));
        let lost = self.plan.count_cards(before, after);
        if has_returned {
            self.plan.counts.returned += 1;
            self.differ.returned(&record.source_key);
        } else {
            let is_right_lost = (cards_kept(old, today, rules).any()
                && !cards_kept_by(record, today, rules).any())
                || (before.any() && !after.any());
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
                is_another_human,
                is_lost,
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
            is_another_human,
        });
        Ok(())
    }

    /// Those who are not in the set any more.
    async fn look_at_gone(&mut self, db: &impl ConnectionTrait) -> Result<(), PlanError> {
        let Standing { today, rules } = self.standing;
        let gone = std::mem::take(&mut self.gone);
        for chunk in gone.chunks(CHUNK) {
            let rows = rows_by_id(db, chunk.iter().map(|key| key.id)).await?;
            for key in chunk {
                let cards = rows
                    .get(&key.id)
                    .map_or(Kept::NONE, |row| cards_held(row, today, rules));
                self.plan.count_cards(cards, Kept::NONE);
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

/// The keyed hash of a person's national number.
pub(super) fn nin_hash(record: &PersonRecord, seal: &Seal) -> Option<String> {
    let nin = record.nin.as_ref()?;
    Some(seal.number_hash(&nin.expose()))
}

/// SHA-256 of each record with the number's hash: a change of the number alone is a change as well.
async fn hashes(people: &[PersonRecord], seal: &Seal) -> Result<Vec<[u8; 32]>, PlanError> {
    let mut hashes = Vec::with_capacity(people.len());
    let mut json = Vec::with_capacity(4096);
    for chunk in people.chunks(CHUNK) {
        for record in chunk {
            json.clear();
            serde_json::to_writer(&mut json, &(record, nin_hash(record, seal)))?;
            hashes.push(jose::sha256(&json));
        }
        tokio::task::yield_now().await;
    }
    Ok(hashes)
}

/// The records are in the order of their keys, so that two readings of the same have the same.
fn digest_of(records: &SchoolRecords, hashes: &[[u8; 32]]) -> Result<String, PlanError> {
    let mut all = hashes.to_vec();
    all.sort_unstable();
    let schools = jose::sha256(&serde_json::to_vec(&records.schools)?);
    all.push(schools);
    Ok(hex(&jose::sha256(&all.concat())))
}

fn shared_feide_names(people: &[PersonRecord]) -> usize {
    let mut names: HashMap<String, usize> = HashMap::with_capacity(people.len());
    for name in people
        .iter()
        .filter_map(|record| record.feide_name.as_ref())
    {
        *names.entry(name.to_lowercase()).or_default() += 1;
    }
    names.values().filter(|count| **count > 1).sum()
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
