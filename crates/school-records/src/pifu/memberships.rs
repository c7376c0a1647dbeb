//! What a pupil is a member of, and what that says.

use std::collections::HashMap;

use super::groups::{Group, Key, Kind, Seat};
use crate::day::written_day;
use crate::files::{Gathering, Membership, Relation};
use crate::finish::web_address;
use crate::{
    ClassMembership, Contact, FaultReason, Faults, Period, Place, ProgrammeMembership, School,
    TrainingContract,
};

pub(super) fn school_number(group: &Group) -> String {
    let of_vigo = group.ids.get("vigoNumber").cloned();
    of_vigo.unwrap_or_else(|| {
        group
            .keys
            .first()
            .map(|key| key.id.clone())
            .unwrap_or_default()
    })
}

pub(super) fn school(group: &Group, number: String) -> School {
    // Written as NO999000999, and sometimes with MVA at the end.
    let organisation_number = group.ids.get("organizationNumber").map(|text| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    });
    School {
        name: group
            .full_title()
            .cloned()
            .unwrap_or_else(|| number.clone()),
        number,
        organisation_number: organisation_number.filter(|digits| digits.len() == 9),
        domain: group.ids.get("domainName").cloned(),
        contact: Contact {
            phone: group.phone.clone(),
            email: group.email.clone(),
            website: group.website.as_deref().and_then(web_address),
        },
    }
}

/// What one person is a pupil of.
#[derive(Default)]
pub(super) struct Memberships {
    pub(super) relations: Vec<Relation>,
    pub(super) of_groups: Vec<(String, Membership)>,
    /// Levels, by school.
    pub(super) levels: Vec<(String, String, Period)>,
    pub(super) contracts: Vec<TrainingContract>,
    /// A private candidate, says a programme area.
    pub(super) is_private: bool,
}

impl Memberships {
    pub(super) fn add(
        &mut self,
        place: &Place,
        group: &Group,
        seat: &Seat,
        by_key: &HashMap<&Key, &Group>,
        gathering: &mut Gathering,
    ) {
        if seat.role.status == "0" {
            return;
        }
        let role = &seat.role;
        let begin = role.begin.as_ref().or(group.begin.as_ref());
        let end = role.end.as_ref().or(group.end.as_ref());
        let Some(period) = period(place, begin, end, &mut gathering.faults) else {
            return;
        };
        let Some(name) = group.title() else {
            gathering.missing(place, "description");
            return;
        };
        if group.kind() == Kind::Programme && matches!(role.subrole.as_str(), "L" | "K") {
            self.contracts.push(TrainingContract {
                contract_type: Some(role.subrole.clone()),
                period,
                programme: group.full_title().cloned(),
                ..TrainingContract::default()
            });
            return;
        }
        let Some(school) = school_of(group, by_key) else {
            gathering.leads_nowhere(place, "relationship");
            return;
        };
        match group.kind() {
            Kind::School => self.relations.push(Relation {
                school,
                period,
                main: role.primary,
                category: None,
            }),
            Kind::Class => {
                let class = ClassMembership {
                    name: name.clone(),
                    level: None,
                    period,
                };
                self.of_groups.push((school, Membership::Class(class)));
            }
            Kind::Level => self.levels.push((school, name.clone(), period)),
            // Broken off: the time that is left of it is none.
            Kind::Programme if role.subrole == "S" => {}
            Kind::Programme => {
                self.is_private |= role.subrole == "P";
                let programme = ProgrammeMembership {
                    code: group.ids.get("grepCodeShortForm").unwrap_or(name).clone(),
                    name: group.full_title().unwrap_or(name).clone(),
                    period,
                };
                self.of_groups
                    .push((school, Membership::Programme(programme)));
            }
            Kind::Other => {}
        }
    }
}

/// The number of the school that a group belongs to: its own, or that of a group above it.
fn school_of(group: &Group, by_key: &HashMap<&Key, &Group>) -> Option<String> {
    let mut group = group;
    // A school owner is its own parent.
    for _ in 0..8 {
        if group.kind() == Kind::School {
            return Some(school_number(group));
        }
        group = by_key.get(group.parent.as_ref()?)?;
    }
    None
}

fn period(
    place: &Place,
    begin: Option<&String>,
    end: Option<&String>,
    faults: &mut Faults,
) -> Option<Period> {
    let mut day = |field: &str, text: Option<&String>| match text {
        None => Some(None),
        Some(text) => {
            let day = written_day(text);
            if day.is_none() {
                let field = format!("timeframe.{field}");
                faults.add(place, FaultReason::UnreadableDate { field });
            }
            day.map(Some)
        }
    };
    let period = Period {
        start: day("begin", begin)?,
        end: day("end", end)?,
    };
    if period.ends_before_it_begins() {
        let field = "timeframe".to_owned();
        faults.add(place, FaultReason::EndsBeforeItBegins { field });
        return None;
    }
    Some(period)
}
