//! Which cards a record gives, and which of those that are out stay good.

use chrono::NaiveDate;
use school_records::{PersonRecord, Right, Rules, right_as_pupil, right_in_training};

use crate::{
    db::entity::{credential::CardKind, person},
    records::record_of,
};

/// The cards whose credentials stay good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::records) struct Kept {
    /// The pupil's card.
    pub(in crate::records) pupil: bool,
    /// The training card.
    pub(in crate::records) training: bool,
}

impl Kept {
    const ALL: Self = Self {
        pupil: true,
        training: true,
    };
    pub(in crate::records) const NONE: Self = Self {
        pupil: false,
        training: false,
    };

    /// Whether this card is among them; one that does not say which it is counts as the one that there is.
    pub(in crate::records) fn has(self, card: Option<CardKind>) -> bool {
        match card {
            Some(CardKind::Pupil) => self.pupil,
            Some(CardKind::Training) => self.training,
            None => self.any(),
        }
    }

    pub(in crate::records) fn any(self) -> bool {
        self.pupil || self.training
    }
}

/// Which cards somebody has, and at which school the pupil's.
#[derive(Clone, Debug)]
pub(in crate::records) struct Held {
    pub(in crate::records) cards: Kept,
    pub(in crate::records) school: Option<String>,
}

impl Held {
    pub(in crate::records) const NONE: Self = Self {
        cards: Kept::NONE,
        school: None,
    };
}

/// Which cards of a stored person stay good.
pub(in crate::records) fn cards_kept(
    person: &person::Model,
    today: NaiveDate,
    rules: &Rules,
) -> Kept {
    if person.withdrawn_at.is_some() {
        return Kept::NONE;
    }
    match record_of(person) {
        Ok(record) => cards_kept_by(&record, today, rules),
        // Our own fault, so not to the person's harm.
        Err(error) => {
            tracing::error!(person = %person.id, %error, "a stored record cannot be read");
            Kept::ALL
        }
    }
}

/// Whether a credential of this card may be made for a stored person.
pub(crate) fn keeps(
    person: &person::Model,
    card: CardKind,
    today: NaiveDate,
    rules: &Rules,
) -> bool {
    held(person, today, rules).cards.has(Some(card))
}

/// Which cards that are out someone with this record keeps.
pub(in crate::records) fn cards_kept_by(
    record: &PersonRecord,
    today: NaiveDate,
    rules: &Rules,
) -> Kept {
    let is_kept = |right: Right| match right {
        Right::Pupil(_) | Right::Apprentice(_) | Right::Incomplete(_) => true,
        Right::SchoolNotEnabled { .. } | Right::None(_) => false,
    };
    Kept {
        pupil: is_kept(right_as_pupil(record, today, rules)),
        training: is_kept(right_in_training(record, today, rules)),
    }
}

/// Which cards a stored person has today. One that lacks something is none.
pub(in crate::records) fn held(person: &person::Model, today: NaiveDate, rules: &Rules) -> Held {
    if person.withdrawn_at.is_some() {
        return Held::NONE;
    }
    // A record of ours that cannot be read is told where credentials are looked at.
    record_of(person).map_or(Held::NONE, |record| held_by(&record, today, rules))
}

/// Which cards someone with this record has today.
pub(in crate::records) fn held_by(record: &PersonRecord, today: NaiveDate, rules: &Rules) -> Held {
    let school = match right_as_pupil(record, today, rules) {
        Right::Pupil(right) => Some(right.school_number),
        _ => None,
    };
    Held {
        cards: Kept {
            pupil: school.is_some(),
            training: matches!(
                right_in_training(record, today, rules),
                Right::Apprentice(_)
            ),
        },
        school,
    }
}
