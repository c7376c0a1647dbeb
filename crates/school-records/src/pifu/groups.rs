//! The first time through a file: the groups, and who is a pupil in which.

use std::collections::{BTreeSet, HashMap};

use super::memberships::{Memberships, school, school_number};
use super::{Step, attribute, filled};
use crate::files::Gathering;
use crate::{FaultReason, Faults, Place};

/// The most memberships that one pupil is kept: a pupil with more is no pupil.
const MAX_MEMBERSHIPS: usize = 1_000;

/// A key within its source: `sourcedid`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) source: String,
    pub(super) id: String,
}

/// What kind of group, as far as a card is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    School,
    Class,
    Level,
    Programme,
    Other,
}

#[derive(Default, Debug)]
pub(super) struct Group {
    pub(super) keys: Vec<Key>,
    pub(super) scheme: String,
    /// The type's number, or its name.
    pub(super) level: String,
    pub(super) name: String,
    pub(super) short: String,
    pub(super) long: String,
    pub(super) parent: Option<Key>,
    /// `pifu_id` by type.
    pub(super) ids: HashMap<String, String>,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) website: Option<String>,
    pub(super) begin: Option<String>,
    pub(super) end: Option<String>,
}

impl Group {
    pub(super) fn kind(&self) -> Kind {
        let is_org = self.scheme.eq_ignore_ascii_case("pifu-ims-go-org");
        let name = self.name.to_lowercase();
        match (is_org, self.level.as_str(), name.as_str()) {
            (true, "2", _) | (true, "", "skole") => Kind::School,
            (false, "1", _) | (false, "", "basisgruppe") => Kind::Class,
            (false, "4", _) | (false, "", "trinn") => Kind::Level,
            (false, "6", _) | (false, "", "programområde") => Kind::Programme,
            _ => Kind::Other,
        }
    }

    pub(super) fn title(&self) -> Option<&String> {
        [&self.short, &self.long]
            .into_iter()
            .find(|name| !name.is_empty())
    }

    pub(super) fn full_title(&self) -> Option<&String> {
        [&self.long, &self.short]
            .into_iter()
            .find(|name| !name.is_empty())
    }
}

/// One `role` of a `member`.
#[derive(Default, Clone, Debug)]
pub(super) struct Role {
    pub(super) kind: String,
    pub(super) subrole: String,
    pub(super) status: String,
    pub(super) primary: bool,
    pub(super) begin: Option<String>,
    pub(super) end: Option<String>,
}

/// A pupil's role in a group, and where it stands in the file.
pub(super) struct Seat {
    pub(super) place: String,
    pub(super) group: Key,
    pub(super) role: Role,
}

/// The first time through.
#[derive(Default)]
pub(super) struct First<'a> {
    pub(super) file: &'a str,
    pub(super) kind: String,
    pub(super) faults: Faults,
    pub(super) groups: Vec<Group>,
    pub(super) seats: HashMap<Key, Vec<Seat>>,
    /// Of what is being read.
    pub(super) key: Key,
    pub(super) group: Group,
    pub(super) id_type: String,
    pub(super) id_value: String,
    pub(super) of: Key,
    pub(super) member: Key,
    pub(super) is_person: bool,
    pub(super) roles: Vec<Role>,
    pub(super) role: Role,
    pub(super) number: u64,
}

impl First<'_> {
    pub(super) fn see(&mut self, path: &[String], step: Step<'_>) {
        let names: Vec<&str> = path.iter().skip(1).map(String::as_str).collect();
        match (names.as_slice(), step) {
            (["properties", "type"], Step::Ends(said)) => self.kind = said.to_lowercase(),
            ([.., "sourcedid"], Step::Begins(_)) => self.key = Key::default(),
            ([.., "sourcedid", "source"], Step::Ends(said)) => {
                said.clone_into(&mut self.key.source)
            }
            ([.., "sourcedid", "id"], Step::Ends(said)) => said.clone_into(&mut self.key.id),
            (["group", rest @ ..], step) => self.see_group(rest, step),
            (["membership", rest @ ..], step) => self.see_membership(rest, step),
            _ => {}
        }
    }

    fn see_group(&mut self, path: &[&str], step: Step<'_>) {
        let group = &mut self.group;
        match (path, step) {
            ([], Step::Begins(_)) => {
                *group = Group::default();
                self.number += 1;
            }
            (["sourcedid"], Step::Ends(_)) => group.keys.push(self.key.clone()),
            (["grouptype", "scheme"], Step::Ends(said)) => said.clone_into(&mut group.scheme),
            (["grouptype", "typevalue"], Step::Begins(element)) => {
                group.level = attribute(element, "level").unwrap_or_default();
            }
            (["grouptype", "typevalue"], Step::Ends(said)) => said.clone_into(&mut group.name),
            (["description", "short"], Step::Ends(said)) => said.clone_into(&mut group.short),
            (["description", "long"], Step::Ends(said)) => said.clone_into(&mut group.long),
            (["timeframe", "begin"], Step::Ends(said)) => group.begin = filled(said),
            (["timeframe", "end"], Step::Ends(said)) => group.end = filled(said),
            (["relationship"], Step::Ends(_)) => group.parent = Some(self.key.clone()),
            (["extension", "pifu_id"], Step::Begins(element)) => {
                self.id_type = attribute(element, "type").unwrap_or_default();
                self.id_value.clear();
            }
            (["extension", "pifu_id", "pifu_value"], Step::Ends(said)) => {
                said.clone_into(&mut self.id_value);
            }
            (["extension", "pifu_id"], Step::Ends(_)) if !self.id_value.is_empty() => {
                let kind = std::mem::take(&mut self.id_type);
                group.ids.insert(kind, std::mem::take(&mut self.id_value));
            }
            (["extension", "pifu_tel" | "pifu_email" | "pifu_url"], Step::Begins(element)) => {
                self.id_type = attribute(element, "type").unwrap_or_default();
            }
            (["extension", "pifu_tel", ..], Step::Ends(said)) if self.id_type == "orgTelephone" => {
                group.phone = filled(said).or(group.phone.take());
            }
            (["extension", "pifu_email", ..], Step::Ends(said)) => {
                group.email = filled(said).or(group.email.take());
            }
            (["extension", "pifu_url", ..], Step::Ends(said)) if self.id_type == "orgURL" => {
                group.website = filled(said).or(group.website.take());
            }
            ([], Step::Ends(_)) => {
                let group = std::mem::take(group);
                if group.keys.is_empty() {
                    let field = "sourcedid".to_owned();
                    let place = self.place("group", self.number);
                    self.faults.add(&place, FaultReason::Missing { field });
                } else if group.kind() != Kind::Other {
                    self.groups.push(group);
                }
            }
            _ => {}
        }
    }

    fn see_membership(&mut self, path: &[&str], step: Step<'_>) {
        match (path, step) {
            ([], Step::Begins(_)) => {
                self.of = Key::default();
                self.number += 1;
            }
            (["sourcedid"], Step::Ends(_)) => self.of = self.key.clone(),
            (["member"], Step::Begins(_)) => {
                self.member = Key::default();
                // Only people are members by this standard; other systems say so.
                self.is_person = true;
                self.roles.clear();
            }
            (["member", "sourcedid"], Step::Ends(_)) => self.member = self.key.clone(),
            (["member", "idtype"], Step::Ends(said)) => {
                self.is_person = said == "1" || said.eq_ignore_ascii_case("person");
            }
            (["member", "role"], Step::Begins(element)) => {
                self.role = Role {
                    kind: attribute(element, "roletype").unwrap_or_default(),
                    ..Role::default()
                };
            }
            (["member", "role", "roletype"], Step::Ends(said)) => {
                said.clone_into(&mut self.role.kind);
            }
            (["member", "role", "subrole"], Step::Ends(said)) => {
                self.role.subrole = said.to_uppercase();
            }
            (["member", "role", "status"], Step::Ends(said)) => {
                said.clone_into(&mut self.role.status);
            }
            (["member", "role", "timeframe", "begin"], Step::Ends(said)) => {
                self.role.begin = filled(said);
            }
            (["member", "role", "timeframe", "end"], Step::Ends(said)) => {
                self.role.end = filled(said);
            }
            (["member", "role", "extension", "pifu_primaryRelation"], Step::Ends(said)) => {
                self.role.primary = said == "1";
            }
            (["member", "role"], Step::Ends(_)) => {
                let role = std::mem::take(&mut self.role);
                let is_pupil = matches!(role.kind.as_str(), "01" | "1" | "Learner" | "elev");
                if is_pupil && self.roles.len() < MAX_MEMBERSHIPS {
                    self.roles.push(role);
                }
            }
            (["member"], Step::Ends(_)) if self.is_person => {
                let place = format!("#{}", self.number);
                let seats = self.roles.drain(..).map(|role| Seat {
                    place: place.clone(),
                    group: self.of.clone(),
                    role,
                });
                let mut seats = seats.peekable();
                if seats.peek().is_some() {
                    let known = self.seats.entry(self.member.clone()).or_default();
                    if known.len() < MAX_MEMBERSHIPS {
                        known.extend(seats);
                    }
                }
            }
            _ => {}
        }
    }

    fn place(&self, element: &str, number: u64) -> Place {
        Place {
            class: format!("{} {element}", self.file),
            id: format!("#{number}"),
        }
    }

    /// What every pupil is a member of. The schools go to the gathering.
    pub(super) fn members(self, gathering: &mut Gathering) -> HashMap<Key, Memberships> {
        let by_key: HashMap<&Key, &Group> = self
            .groups
            .iter()
            .flat_map(|group| group.keys.iter().map(move |key| (key, group)))
            .collect();
        let mut taken = BTreeSet::new();
        for group in self
            .groups
            .iter()
            .filter(|group| group.kind() == Kind::School)
        {
            let number = school_number(group);
            if taken.insert(number.clone()) {
                gathering.schools.push(school(group, number));
            }
        }
        let mut members = HashMap::with_capacity(self.seats.len());
        for (person, seats) in &self.seats {
            let mut of = Memberships::default();
            for seat in seats {
                let place = Place {
                    class: format!("{} membership", self.file),
                    id: seat.place.clone(),
                };
                // Groups that no card shows were not kept, and nobody is told of them.
                if let Some(group) = by_key.get(&seat.group) {
                    of.add(&place, group, seat, &by_key, gathering);
                }
            }
            members.insert(person.clone(), of);
        }
        members
    }
}
