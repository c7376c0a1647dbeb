//! One FINT resource, read field by field: one bad field is one fault and nothing more.

use super::shape::Key;
use super::table::Table;
use crate::text::Flaw;
use crate::{FaultReason, Faults, Fodselsnummer, Period, Place};
use chrono::NaiveDate;

/// What is kept of a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kept {
    /// Where in the table's texts it lies.
    Text {
        start: u32,
        length: u32,
    },
    Flag(bool),
    Day(NaiveDate),
    Period(Period),
    Bad(Bad),
}

/// Why a field cannot be used.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bad {
    Kind,
    Text(Flaw),
    Day,
    Start,
    End,
    Reversed,
}

impl Bad {
    fn reason(self, field: &str) -> FaultReason {
        let unreadable = |field: String| FaultReason::UnreadableDate { field };
        match self {
            Self::Kind => wrong_kind(field),
            Self::Text(flaw) => flaw.reason(field),
            Self::Day => unreadable(field.to_owned()),
            Self::Start => unreadable(format!("{field}.start")),
            Self::End => unreadable(format!("{field}.slutt")),
            Self::Reversed => FaultReason::EndsBeforeItBegins {
                field: field.to_owned(),
            },
        }
    }
}

/// A resource of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) table: &'a Table,
    pub(super) at: usize,
    /// At whose place faults are reported; itself unless said otherwise.
    pub(super) blamed: (&'a Table, usize),
}

impl<'a> Entry<'a> {
    /// The same, with its faults reported at the place of another: a Person has no key that could be told.
    pub(super) fn blaming(self, other: Entry<'a>) -> Self {
        Self {
            blamed: other.blamed,
            ..self
        }
    }

    /// A text without surrounding space, or the value of an `Identifikator`; none when it is missing, null or blank.
    pub(super) fn text(self, field: &str, faults: &mut Faults) -> Option<String> {
        match self.table.kept(self.at, field)? {
            Kept::Text { start, length } => self.table.text(start, length).map(str::to_owned),
            bad => self.none(field, bad, faults),
        }
    }

    /// As [`Entry::text`], and a fault when there is none.
    pub(super) fn required_text(self, field: &str, faults: &mut Faults) -> Option<String> {
        let text = self.text(field, faults);
        if text.is_none() {
            self.report(missing(field), faults);
        }
        text
    }

    /// A yes or no; no when it is missing or null.
    pub(super) fn flag(self, field: &str, faults: &mut Faults) -> bool {
        match self.table.kept(self.at, field) {
            None => false,
            Some(Kept::Flag(flag)) => flag,
            Some(bad) => self.none(field, bad, faults).unwrap_or_default(),
        }
    }

    /// A day; none when it is missing, null or unreadable (which is a fault).
    pub(super) fn day(self, field: &str, faults: &mut Faults) -> Option<NaiveDate> {
        match self.table.kept(self.at, field)? {
            Kept::Day(day) => Some(day),
            bad => self.none(field, bad, faults),
        }
    }

    /// A period, open at both ends when it is missing. None, with a fault, when it cannot be relied on:
    /// what begins or ends on an unreadable day must not count as always valid.
    pub(super) fn period(self, field: &str, faults: &mut Faults) -> Option<Period> {
        match self.table.kept(self.at, field) {
            None => Some(Period::default()),
            Some(Kept::Period(period)) => Some(period),
            Some(bad) => self.none(field, bad, faults),
        }
    }

    fn none<T>(self, field: &str, kept: Kept, faults: &mut Faults) -> Option<T> {
        let bad = match kept {
            Kept::Bad(bad) => bad,
            _ => Bad::Kind,
        };
        self.report(bad.reason(field), faults);
        None
    }

    /// The keys that a relation's links name; those that cannot be read are faults.
    pub(super) fn links(
        self,
        relation: &str,
        faults: &mut Faults,
    ) -> impl Iterator<Item = Key> + use<'a> {
        let links = self.table.links_of(self.at, relation);
        if links.clone().any(|link| link.is_none()) {
            self.report(leads_nowhere(relation), faults);
        }
        links.flatten()
    }

    /// Its key in faults, and of those who are made of it; `#n` where it has none.
    pub(super) fn name(self) -> String {
        let id = |field| match self.table.kept(self.at, field)? {
            Kept::Text { start, length } => self.table.text(start, length),
            _ => None,
        };
        id("systemId")
            .or_else(|| id("virksomhetsId"))
            // A Person's only key is the national identity number, which must not get into a report.
            .filter(|id| Fodselsnummer::parse(id, true).is_err())
            .map_or_else(|| format!("#{}", self.table.number(self.at)), str::to_owned)
    }

    pub(super) fn report(self, reason: FaultReason, faults: &mut Faults) {
        let (table, at) = self.blamed;
        let place = Place {
            class: table.class().to_owned(),
            id: table.entry(at).name(),
        };
        faults.add(&place, reason);
    }
}

pub(super) fn missing(field: &str) -> FaultReason {
    let field = field.to_owned();
    FaultReason::Missing { field }
}

pub(super) fn wrong_kind(field: &str) -> FaultReason {
    let field = field.to_owned();
    FaultReason::WrongKind { field }
}

pub(super) fn leads_nowhere(relation: &str) -> FaultReason {
    let relation = relation.to_owned();
    FaultReason::LeadsNowhere { relation }
}
