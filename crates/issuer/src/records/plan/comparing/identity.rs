//! Whether a record is still about the same human.

use school_records::PersonRecord;

use crate::{db::entity::person, records::record_of};

/// What has become of whom a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::records) enum Identity {
    /// Nothing says otherwise.
    Same,
    /// The same human, of whom the birth date or the number was mended.
    Corrected,
    /// Another, or nobody can be sure.
    Another,
}

impl Identity {
    /// The national number is the human: with the same one, another birth date is a mistake that was mended. With another
    /// number it is another human, except where all else that says who it is has stayed, as when somebody who came to the
    /// country gets a fødselsnummer for the D-number; one thing that differs besides, and nobody can be sure. Where there
    /// is no number to compare, the birth date decides: a card must never come to be another's.
    pub(super) fn of(old: &person::Model, new: &PersonRecord, new_nin: Option<&String>) -> Self {
        // A record of ours that cannot be read says nothing of birth date or name.
        let record = record_of(old).ok();
        let birth_date = record.as_ref().and_then(|record| record.birth_date);
        let is_same_number = agree(old.nin_hash.as_ref(), new_nin);
        let is_same_birth = agree(birth_date.as_ref(), new.birth_date.as_ref());
        match (is_same_number, is_same_birth) {
            (Some(true), Some(false)) => Self::Corrected,
            (Some(false), Some(true))
                if record.is_some_and(|record| is_same_name(&record, new)) =>
            {
                Self::Corrected
            }
            (Some(false), _) | (None, Some(false)) => Self::Another,
            _ => Self::Same,
        }
    }
}

/// The same key in the source, the same Feide name and the same name.
fn is_same_name(old: &PersonRecord, new: &PersonRecord) -> bool {
    let feide_name = |record: &PersonRecord| record.feide_name.as_ref().map(|it| it.to_lowercase());
    let name = |record: &PersonRecord| {
        [&record.given_name, &record.family_name].map(|part| part.to_lowercase())
    };
    old.source_key == new.source_key
        && new.feide_name.is_some()
        && feide_name(old) == feide_name(new)
        && !new.family_name.is_empty()
        && name(old) == name(new)
}

/// None when either is unknown.
fn agree<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> Option<bool> {
    Some(one? == other?)
}
