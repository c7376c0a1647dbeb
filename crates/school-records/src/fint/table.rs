//! A class's resources, found by any of their keys and joined by their links.

use super::entry::{Entry, leads_nowhere, missing};
use crate::{FaultReason, Faults, Fodselsnummer, Place};
use serde_json::Value;
use std::collections::HashMap;

/// All resources of one class.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) entries: Vec<Entry>,
    /// By id field and value, both in lower case: links write them in either.
    by_key: HashMap<(String, String), usize>,
}

impl Table {
    /// Takes the records of a reading. Of two with one `systemId` the first is kept.
    pub(super) fn new(class: &str, records: Vec<Value>, faults: &mut Faults) -> Self {
        let mut table = Self::default();
        for (number, record) in (1..).zip(records) {
            let mut place = Place {
                class: class.to_owned(),
                id: format!("#{number}"),
            };
            let Value::Object(object) = record else {
                faults.add(&place, FaultReason::NotAnObject);
                continue;
            };
            let mut entry = Entry::new(place.clone(), object);
            // A Person's only key is the national identity number, which must not get into a report.
            if let Some(id) = entry
                .identifier("systemId")
                .or_else(|| entry.identifier("virksomhetsId"))
                .filter(|id| Fodselsnummer::parse(id, true).is_err())
            {
                place.id = id;
                entry.place = place;
            }
            table.insert(entry, faults);
        }
        table
    }

    fn insert(&mut self, entry: Entry, faults: &mut Faults) {
        let at = self.entries.len();
        let keys: Vec<_> = entry
            .identifiers()
            .map(|(field, value)| (field, value.to_lowercase()))
            .collect();
        let taken = |key: &(String, String)| self.by_key.contains_key(key);
        if keys.iter().any(taken) {
            faults.add(&entry.place, FaultReason::SameKey);
        }
        if keys.iter().any(|key| key.0 == "systemid" && taken(key)) {
            return;
        }
        for key in keys {
            self.by_key.entry(key).or_insert(at);
        }
        self.entries.push(entry);
    }

    /// The resource that the relation's first link with a target names. A link without a target is a fault;
    /// so is having no link at all, when `required`.
    pub(super) fn linked_from(
        &self,
        entry: &Entry,
        relation: &str,
        required: bool,
        faults: &mut Faults,
    ) -> Option<usize> {
        let found = self.find_linked(entry, relation, faults);
        if let Linked::None = found
            && required
        {
            faults.add(&entry.place, missing(relation));
        }
        found.report(entry, relation, faults)
    }

    fn find_linked(&self, entry: &Entry, relation: &str, faults: &mut Faults) -> Linked {
        let links = entry.links(relation, faults);
        let is_empty = links.is_empty();
        let mut targets = links.into_iter().filter_map(|link| {
            let key = (link.field, link.value.to_lowercase());
            self.by_key.get(&key).copied()
        });
        match targets.next() {
            Some(at) => Linked::To(at),
            None if is_empty => Linked::None,
            None => Linked::Nowhere,
        }
    }

    /// For each of this table's resources the one of `parents` that it belongs to, by its own link (`relation`) or,
    /// where that is missing or leads nowhere, by the parent's link to it (`back_relation`).
    pub(super) fn owners(
        &self,
        relation: &str,
        parents: &Table,
        back_relation: &str,
        faults: &mut Faults,
    ) -> Vec<Option<usize>> {
        let mut by_parent: Vec<Option<usize>> = vec![None; self.entries.len()];
        for (parent_at, parent) in parents.entries.iter().enumerate() {
            for link in parent.links(back_relation, faults) {
                let key = (link.field, link.value.to_lowercase());
                if let Some(child) = self.by_key.get(&key) {
                    by_parent[*child].get_or_insert(parent_at);
                }
            }
        }
        let mut owners = Vec::with_capacity(self.entries.len());
        for (entry, by_parent) in self.entries.iter().zip(by_parent) {
            let owner = match (parents.find_linked(entry, relation, faults), by_parent) {
                (Linked::To(at), _) | (_, Some(at)) => Some(at),
                (Linked::None, None) => {
                    faults.add(&entry.place, missing(relation));
                    None
                }
                (nowhere @ Linked::Nowhere, None) => nowhere.report(entry, relation, faults),
            };
            owners.push(owner);
        }
        owners
    }
}

enum Linked {
    To(usize),
    Nowhere,
    None,
}

impl Linked {
    fn report(self, entry: &Entry, relation: &str, faults: &mut Faults) -> Option<usize> {
        match self {
            Self::To(at) => Some(at),
            Self::None => None,
            Self::Nowhere => {
                faults.add(&entry.place, leads_nowhere(relation));
                None
            }
        }
    }
}
