//! What a person's standing means for the credentials that are out.
//!
//! A credential is suspended while its person is blocked, is no longer in the records, or has no
//! right to the card that it is of; it is good again when that is over. One that was made invalid
//! stays so. A record that merely lacks something for a day does not take a card away.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use school_records::{PersonRecord, Right, Rules, right_as_pupil, right_in_training};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    config::RecordsConfig,
    db::entity::{
        block,
        credential::{self, CardKind, CredentialStatus},
        person, slip,
    },
};

use super::{day_in_norway, in_force, record_of};

/// How many people are asked for at once: far below every database's limit of variables.
pub(crate) const CHUNK: usize = 500;

/// How many credentials changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Now suspended.
    pub suspended: u64,
    /// Good again.
    pub restored: u64,
}

/// Brings the credentials of everyone in line.
///
/// # Errors
/// When the database fails.
pub async fn refresh_all(
    db: &impl ConnectionTrait,
    config: &RecordsConfig,
    now: DateTime<Utc>,
) -> Result<Changed, DbErr> {
    let mut people: Vec<Uuid> = credential::Entity::find()
        .select_only()
        .column(credential::Column::PersonId)
        .distinct()
        .filter(credential::Column::Status.ne(CredentialStatus::Invalid))
        .filter(credential::Column::ExpiresAt.gt(now.timestamp()))
        .into_tuple()
        .all(db)
        .await?;
    // Who has no phone may have a slip of paper all the same.
    let on_paper: Vec<Uuid> = slip::Entity::find()
        .select_only()
        .column(slip::Column::PersonId)
        .distinct()
        .filter(slip::Column::Status.ne(CredentialStatus::Invalid))
        .filter(slip::Column::ExpiresAt.gt(now.timestamp()))
        .into_tuple()
        .all(db)
        .await?;
    let known: HashSet<Uuid> = people.iter().copied().collect();
    people.extend(on_paper.into_iter().filter(|id| !known.contains(id)));
    refresh(db, config, now, &people).await
}

/// Brings the credentials of these people in line.
///
/// # Errors
/// When the database fails.
pub async fn refresh(
    db: &impl ConnectionTrait,
    config: &RecordsConfig,
    now: DateTime<Utc>,
    people: &[Uuid],
) -> Result<Changed, DbErr> {
    let today = day_in_norway(now);
    let mut changed = Changed::default();
    for chunk in people.chunks(CHUNK) {
        let rows: HashMap<Uuid, person::Model> = person::Entity::find()
            .filter(person::Column::Id.is_in(chunk.iter().copied()))
            .all(db)
            .await?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
        let blocked: HashSet<Uuid> = block::Entity::find()
            .filter(block::Column::PersonId.is_in(chunk.iter().copied()))
            .filter(in_force(today))
            .all(db)
            .await?
            .into_iter()
            .map(|row| row.person_id)
            .collect();
        let kept: HashMap<Uuid, Kept> = rows
            .iter()
            .filter(|(id, _)| !blocked.contains(id))
            .map(|(id, row)| (*id, cards_kept(row, today, &config.rules)))
            .collect();
        for card in [Some(CardKind::Pupil), Some(CardKind::Training), None] {
            let (good, suspended): (Vec<Uuid>, Vec<Uuid>) = chunk
                .iter()
                .partition(|id| kept.get(id).is_some_and(|kept| kept.has(card)));
            let (valid, out) = (CredentialStatus::Valid, CredentialStatus::Suspended);
            changed.suspended += set(db, &suspended, card, valid, out).await?;
            changed.restored += set(db, &good, card, out, valid).await?;
        }
    }
    Ok(changed)
}

/// Makes all credentials of a person invalid for good.
///
/// # Errors
/// When the database fails.
pub async fn invalidate(db: &impl ConnectionTrait, person: Uuid) -> Result<u64, DbErr> {
    let slips = slip::Entity::update_many()
        .col_expr(slip::Column::Status, Expr::value(CredentialStatus::Invalid))
        .filter(slip::Column::PersonId.eq(person))
        .filter(slip::Column::Status.ne(CredentialStatus::Invalid))
        .exec(db)
        .await?;
    let credentials = make_invalid(db, credential::Column::PersonId.eq(person)).await?;
    Ok(credentials + slips.rows_affected)
}

/// Makes all credentials on a device invalid for good.
///
/// # Errors
/// When the database fails.
pub async fn invalidate_on(db: &impl ConnectionTrait, device: Uuid) -> Result<u64, DbErr> {
    make_invalid(db, credential::Column::DeviceId.eq(device)).await
}

async fn make_invalid(db: &impl ConnectionTrait, which: SimpleExpr) -> Result<u64, DbErr> {
    let result = credential::Entity::update_many()
        .col_expr(
            credential::Column::Status,
            Expr::value(CredentialStatus::Invalid),
        )
        .filter(which)
        .filter(credential::Column::Status.ne(CredentialStatus::Invalid))
        .exec(db)
        .await?;
    Ok(result.rows_affected)
}

async fn set(
    db: &impl ConnectionTrait,
    people: &[Uuid],
    card: Option<CardKind>,
    from: CredentialStatus,
    to: CredentialStatus,
) -> Result<u64, DbErr> {
    if people.is_empty() {
        return Ok(0);
    }
    let result = credential::Entity::update_many()
        .col_expr(credential::Column::Status, Expr::value(to))
        .filter(credential::Column::PersonId.is_in(people.iter().copied()))
        .filter(match card {
            Some(card) => credential::Column::Card.eq(card),
            None => credential::Column::Card.is_null(),
        })
        .filter(credential::Column::Status.eq(from))
        .exec(db)
        .await?;
    let Some(card) = card else {
        return Ok(result.rows_affected);
    };
    let slips = slip::Entity::update_many()
        .col_expr(slip::Column::Status, Expr::value(to))
        .filter(slip::Column::PersonId.is_in(people.iter().copied()))
        .filter(slip::Column::Card.eq(card))
        .filter(slip::Column::Status.eq(from))
        .exec(db)
        .await?;
    Ok(result.rows_affected + slips.rows_affected)
}

/// The cards whose credentials stay good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// The pupil's card.
    pub(super) pupil: bool,
    /// The training card.
    pub(super) training: bool,
}

impl Kept {
    const ALL: Self = Self {
        pupil: true,
        training: true,
    };
    pub(super) const NONE: Self = Self {
        pupil: false,
        training: false,
    };

    /// Whether this card is among them; one that does not say which it is counts as the one that there is.
    pub(super) fn has(self, card: Option<CardKind>) -> bool {
        match card {
            Some(CardKind::Pupil) => self.pupil,
            Some(CardKind::Training) => self.training,
            None => self.any(),
        }
    }

    pub(super) fn any(self) -> bool {
        self.pupil || self.training
    }
}

/// Which cards of a stored person stay good.
pub(super) fn cards_kept(person: &person::Model, today: NaiveDate, rules: &Rules) -> Kept {
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

/// Which cards that are out someone with this record keeps.
pub(super) fn cards_kept_by(record: &PersonRecord, today: NaiveDate, rules: &Rules) -> Kept {
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
pub(super) fn cards_held(person: &person::Model, today: NaiveDate, rules: &Rules) -> Kept {
    if person.withdrawn_at.is_some() {
        return Kept::NONE;
    }
    // A record of ours that cannot be read is told where credentials are looked at.
    record_of(person).map_or(Kept::NONE, |record| cards_held_by(&record, today, rules))
}

/// Which cards someone with this record has today.
pub(super) fn cards_held_by(record: &PersonRecord, today: NaiveDate, rules: &Rules) -> Kept {
    Kept {
        pupil: matches!(right_as_pupil(record, today, rules), Right::Pupil(_)),
        training: matches!(
            right_in_training(record, today, rules),
            Right::Apprentice(_)
        ),
    }
}
