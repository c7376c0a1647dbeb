//! The school records: reading them, matching accounts to people, and what people have a right to.
//!
//! | Module | Holds |
//! |---|---|
//! | [`source`] | where the records are read |
//! | [`sync`], `apply` | a complete set into the database: compare, brake, apply |
//! | [`plan`] | what a set would change, and whether that is too much |
//! | [`diff`] | the same for people to look at |
//! | [`schedule`], [`background`] | when the next sync is, and running it |
//! | [`lease`] | which of several processes does so |
//! | [`runs`], [`progress`] | what came of it, how far it is, and who decides when it braked |
//! | [`status`] | what a change means for credentials that are out |
//! | [`matching`] | from a Feide account to a person |
//! | [`enrolment`] | what stands between a person and the card |
//! | [`card`] | what the card says |
//! | [`holders`] | who has one |
//! | [`index`] | what people are found by |

mod apply;
pub mod background;
pub mod card;
pub mod contacts;
pub mod diff;
pub mod enrolment;
pub mod holders;
pub mod index;
pub mod lease;
pub mod matching;
pub mod plan;
mod points;
pub mod progress;
pub mod runs;
pub mod schedule;
pub mod source;
pub mod status;
pub mod sync;

pub use card::{CardError, CardFacts, card_facts};
pub use enrolment::{EnrolmentError, awaits_photo, enrolment, person_of};
pub(crate) use enrolment::{full_name, given_names, standing_now};
pub use matching::{FeidePerson, MatchError, match_account};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Oslo;
use school_records::PersonRecord;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::db::entity::{block, person};

/// The calendar day in Norway, by which rights begin and end.
#[must_use]
pub fn day_in_norway(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Oslo).date_naive()
}

/// What is stored cannot be read back. It does not say why: the reason can quote what it could not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored record cannot be read")]
pub struct UnreadableRecord;

/// The record of a person as it was read from the source.
///
/// # Errors
/// When the row was written by another version.
pub fn record_of(person: &person::Model) -> Result<PersonRecord, UnreadableRecord> {
    serde_json::from_value(person.record.clone()).map_err(|_| UnreadableRecord)
}

/// The block that is in force for a person on a day: of several, the one that lasts longest.
///
/// # Errors
/// When the database fails.
pub async fn active_block(
    db: &impl ConnectionTrait,
    person: Uuid,
    today: NaiveDate,
) -> Result<Option<block::Model>, DbErr> {
    let blocks = block::Entity::find()
        .filter(block::Column::PersonId.eq(person))
        .filter(in_force(today))
        .all(db)
        .await?;
    Ok(blocks
        .into_iter()
        .max_by_key(|block| (block.until.unwrap_or(NaiveDate::MAX), block.created_at)))
}

/// Blocks that are neither lifted nor past their last day.
pub(crate) fn in_force(today: NaiveDate) -> Condition {
    Condition::all().add(block::Column::LiftedAt.is_null()).add(
        Condition::any()
            .add(block::Column::Until.is_null())
            .add(block::Column::Until.gte(today)),
    )
}

#[cfg(test)]
pub(crate) mod testing;
