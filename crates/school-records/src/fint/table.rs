//! A class's resources, found by any of their keys and joined by their links.
//!
//! A county has over a million of them, so each is a few numbers in lists that all share, and nothing is kept but what a card
//! needs: no JSON, and of links only fingerprints of what they point at.

use super::entry::{Entry, Kept, leads_nowhere, missing};
use super::shape::{Field, Fingerprints, Key, Kind, Read, Shape, identifier_in, links};
use crate::{FaultReason, Faults, Place};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// All resources of one class.
#[derive(Debug, Default)]
pub(crate) struct Table {
    class: String,
    shape: Shape,
    fingerprints: Fingerprints,
    rows: Vec<Row>,
    /// By the place of the field in the shape.
    values: Vec<(u8, Kept)>,
    links: Vec<Target>,
    texts: String,
    /// By id field and value: links write them in any case.
    by_key: HashMap<Key, u32>,
    /// How many records were taken, good or bad.
    taken: u64,
    own: HashSet<Key>,
    repeated: HashSet<Key>,
    pub(super) faults: Faults,
}

/// A resource: where in the table's lists what is its own begins. It ends where the next one's begins.
#[derive(Debug, Clone, Copy)]
struct Row {
    number: u32,
    values: u32,
    links: u32,
}

#[derive(Debug, Clone, Copy)]
struct Target {
    /// The place of the relation in the shape.
    relation: u8,
    /// A link that cannot be read has no key.
    is_readable: bool,
    key: Key,
}

/// Four thousand million of anything are more than fit into memory.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn small(position: usize) -> u8 {
    u8::try_from(position).unwrap_or(u8::MAX)
}

pub(super) fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl Table {
    pub(super) fn new(class: &str, fingerprints: &Fingerprints) -> Self {
        Self {
            class: class.to_owned(),
            shape: Shape::of(class),
            fingerprints: fingerprints.clone(),
            ..Self::default()
        }
    }

    /// Takes what is read of a record. Of two with one `systemId` the first is kept.
    pub(crate) fn take(&mut self, record: &Value) {
        self.taken += 1;
        let Value::Object(object) = record else {
            let place = Place {
                class: self.class.clone(),
                id: format!("#{}", self.taken),
            };
            self.faults.add(&place, FaultReason::NotAnObject);
            return;
        };
        let at = self.rows.len();
        let row = Row {
            number: u32::try_from(self.taken).unwrap_or(u32::MAX),
            values: narrow(self.values.len()),
            links: narrow(self.links.len()),
        };
        let texts = self.texts.len();
        self.rows.push(row);
        for (position, field) in self.shape.fields.iter().enumerate() {
            self.keep(small(position), *field, object);
        }
        for (position, relation) in self.shape.relations.iter().enumerate() {
            let fingerprints = &self.fingerprints;
            self.links.extend(links(object, relation).map(|link| {
                Target {
                    relation: small(position),
                    is_readable: link.is_some(),
                    key: link
                        .map(|link| fingerprints.of(&link.field, &link.value))
                        .unwrap_or_default(),
                }
            }));
        }
        let mut is_known = false;
        let mut is_same = false;
        let keys: Vec<Key> = identifiers(object)
            .map(|(field, value)| {
                let key = self.fingerprints.of(field, &value);
                let is_taken = self.by_key.contains_key(&key);
                is_known |= is_taken;
                is_same |= is_taken && field.eq_ignore_ascii_case("systemid");
                key
            })
            .collect();
        self.note_own_address(object);
        if is_known {
            let mut faults = std::mem::take(&mut self.faults);
            self.entry(at).report(FaultReason::SameKey, &mut faults);
            self.faults = faults;
        }
        if is_same {
            self.rows.truncate(at);
            self.values.truncate(wide(row.values));
            self.links.truncate(wide(row.links));
            self.texts.truncate(texts);
            return;
        }
        for key in keys {
            self.by_key.entry(key).or_insert(narrow(at));
        }
    }

    fn keep(&mut self, position: u8, field: Field, object: &Map<String, Value>) {
        let target;
        let read = if field.kind == Kind::Target {
            target = links(object, field.name).flatten().next();
            target.as_ref().map(|target| Read::Text(&target.value))
        } else {
            field.read(object)
        };
        if let Some(read) = read {
            let texts = &mut self.texts;
            let kept = read.kept(field.kind, |text| {
                let start = narrow(texts.len());
                texts.push_str(text);
                Kept::Text {
                    start,
                    length: narrow(text.len()),
                }
            });
            self.values.push((position, kept));
        }
    }

    /// Remembers the address that the record gives as its own, or its `systemId`, to see if it comes again.
    fn note_own_address(&mut self, object: &Map<String, Value>) {
        let address = object
            .get("_links")
            .and_then(|links| links.pointer("/self/0/href")?.as_str())
            .map(|href| self.fingerprints.of("", href));
        let system_id = || {
            let read = identifier_in(object.get("systemId")?)?;
            Some(self.fingerprints.of("systemid", read.text()?))
        };
        if let Some(key) = address.or_else(system_id)
            && !self.own.insert(key)
        {
            self.repeated.insert(key);
        }
    }

    /// The records that came more than once. All has been read when this is asked: what was remembered for it is let go.
    pub(crate) fn repeated(&mut self) -> HashSet<Key> {
        self.own = HashSet::new();
        std::mem::take(&mut self.repeated)
    }

    /// How many records were taken, good or bad.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn class(&self) -> &str {
        &self.class
    }

    pub(super) fn number(&self, at: usize) -> u32 {
        self.rows.get(at).map_or(0, |row| row.number)
    }

    pub(super) fn entry(&self, at: usize) -> Entry<'_> {
        Entry {
            table: self,
            at,
            blamed: (self, at),
        }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.len()).map(|at| self.entry(at))
    }

    pub(super) fn text(&self, start: u32, length: u32) -> Option<&str> {
        let start = wide(start);
        self.texts.get(start..start.checked_add(wide(length))?)
    }

    pub(super) fn kept(&self, at: usize, field: &str) -> Option<Kept> {
        let mut fields = self.shape.fields.iter();
        let position = small(fields.position(|known| known.name == field)?);
        let values = self.own_part(at, |row| row.values, self.values.len());
        let mut values = self.values.get(values)?.iter();
        values.find_map(|(of, kept)| (*of == position).then_some(*kept))
    }

    pub(super) fn links_of<'a>(
        &'a self,
        at: usize,
        relation: &str,
    ) -> impl Iterator<Item = Option<Key>> + Clone + use<'a> {
        let mut relations = self.shape.relations.iter();
        let position = relations.position(|known| *known == relation).map(small);
        let links = self.own_part(at, |row| row.links, self.links.len());
        let links = self.links.get(links).unwrap_or_default().iter();
        links
            .filter(move |link| Some(link.relation) == position)
            .map(|link| link.is_readable.then_some(link.key))
    }

    fn own_part(&self, at: usize, begins: fn(&Row) -> u32, end: usize) -> Range<usize> {
        let begin = self.rows.get(at).map(begins).map_or(end, wide);
        begin..self.rows.get(at + 1).map(begins).map_or(end, wide)
    }

    /// The resource that the relation's first link with a target names. A link without a target is a fault;
    /// so is having no link at all, when `required`.
    pub(super) fn linked_from(
        &self,
        entry: Entry<'_>,
        relation: &str,
        required: bool,
        faults: &mut Faults,
    ) -> Option<Entry<'_>> {
        match self.find_linked(entry, relation, faults) {
            Linked::To(at) => return Some(self.entry(wide(at))),
            Linked::Nowhere => entry.report(leads_nowhere(relation), faults),
            Linked::None if required => entry.report(missing(relation), faults),
            Linked::None => {}
        }
        None
    }

    fn find_linked(&self, entry: Entry<'_>, relation: &str, faults: &mut Faults) -> Linked {
        let mut is_empty = true;
        for key in entry.links(relation, faults) {
            is_empty = false;
            if let Some(at) = self.by_key.get(&key) {
                return Linked::To(*at);
            }
        }
        if is_empty {
            Linked::None
        } else {
            Linked::Nowhere
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
    ) -> Owners {
        let mut owners = vec![None; self.len()];
        for (parent_at, parent) in (0..).zip(parents.entries()) {
            for key in parent.links(back_relation, faults) {
                let child = self.by_key.get(&key);
                if let Some(owner) = child.and_then(|child| owners.get_mut(wide(*child))) {
                    owner.get_or_insert(parent_at);
                }
            }
        }
        for (entry, owner) in self.entries().zip(&mut owners) {
            match parents.find_linked(entry, relation, faults) {
                Linked::To(at) => *owner = Some(at),
                _ if owner.is_some() => {}
                Linked::None => entry.report(missing(relation), faults),
                Linked::Nowhere => entry.report(leads_nowhere(relation), faults),
            }
        }
        Owners(owners)
    }
}

/// Every identifier that the resource has, with its field's name: a link can name any.
fn identifiers(object: &Map<String, Value>) -> impl Iterator<Item = (&str, String)> {
    object.iter().filter_map(|(field, value)| {
        let value = value.as_object().map(|_| value)?;
        Some((field.as_str(), identifier_in(value)?.text()?.to_owned()))
    })
}

/// For each resource of a table the place of the one that it belongs to.
#[derive(Debug)]
pub(super) struct Owners(Vec<Option<u32>>);

impl Owners {
    pub(super) fn of(&self, at: usize) -> Option<u32> {
        self.0.get(at).copied().flatten()
    }
}

enum Linked {
    To(u32),
    Nowhere,
    None,
}
