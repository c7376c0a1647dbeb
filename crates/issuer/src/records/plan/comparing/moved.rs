//! People who are in the set under another key than they have had.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{Comparing, Known};
use crate::{
    db::entity::person,
    records::{plan::PlanError, status::CHUNK},
};

impl Comparing<'_> {
    /// Finds stored people who are in the set under another key than they have had.
    ///
    /// Whoever has one of two cards less or more may be under another key: a pupil who is also an apprentice is under the
    /// pupil's, until school is over. It is the same human where one record with a key that nobody there has, and one stored
    /// person whose key is not in the set, have one national number, and no others have it.
    pub(super) async fn find_moved(&mut self, db: &impl ConnectionTrait) -> Result<(), PlanError> {
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
}
