//! What a complete set would change, and whether that is too much to be believed.
//!
//! The set is in memory; of what is stored only keys and hashes are read, a few at a time, and the whole rows only of those
//! who change or leave. So comparing takes little more than the set, however many are stored, and a night on which nothing
//! has changed reads no record back.

mod comparing;
mod schools;

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use school_records::{PersonRecord, Rules, SchoolRecords};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::seal::{Seal, hex};

use super::{
    diff::Diff,
    progress::{Phase, Progress},
    status::{CHUNK, Held, Kept},
};
use comparing::Comparing;
pub(super) use comparing::Identity;
use schools::OfSchools;
pub use schools::SchoolLoss;

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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
    /// Of these, people who became someone else, or may, or of whom it was corrected who they are: another birth date,
    /// national number or Feide name, or a birth date or number that is not told any more.
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
    /// Schools that would lose more of their pupils' cards than is to be believed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schools_lost: Vec<SchoolLoss>,
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
    /// Whether it is still about the same human.
    pub(super) identity: Identity,
}

impl Write {
    /// Accounts must be matched anew, and face and cards must go.
    pub(super) fn is_another_human(&self) -> bool {
        self.identity == Identity::Another
    }
}

/// By what a record gives a card or takes it, and how much of that is too much at one school.
#[derive(Clone, Copy)]
pub(super) struct Standing<'a> {
    pub(super) today: NaiveDate,
    pub(super) rules: &'a Rules,
    pub(super) school_percent: f64,
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
    schools: OfSchools,
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
        let mut plan = Self {
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
            schools: OfSchools::default(),
        };
        plan.source_digest = digest_of(records, &plan.hashes)?;
        let mut plan = Comparing::new(people, seal, standing, most, plan)
            .compare(db, progress)
            .await?;
        plan.counts.schools_lost = std::mem::take(&mut plan.schools)
            .lost(db, standing.school_percent)
            .await?;
        Ok(plan)
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
    fn count_cards(&mut self, before: &Held, after: &Held) -> Kept {
        self.schools.count(before, after);
        let (before, after) = (before.cards, after.cards);
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
    /// counted by itself too, as a share of those who had it, and one that nobody has any more always brakes. So does a
    /// school that loses most of its own, which may be few of all: the likeliest part of a source to be missing is a school.
    /// Never at the first load.
    pub(super) fn brakes(&self, percent: f64) -> bool {
        let limit = self.active_before as f64 * percent / 100.0;
        let losing = self.counts.withdrawn + self.counts.right_lost;
        self.active_before > 0
            && (losing as f64 > limit
                || self.counts.identity_changed as f64 > limit
                || !self.counts.schools_lost.is_empty()
                || self.pupils.brakes(percent)
                || self.apprentices.brakes(percent))
    }
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
