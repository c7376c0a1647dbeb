//! The audit trail: who did what, when and why. Written in the same transaction as the deed.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::db::entity::audit;

/// An entry to be.
#[derive(Clone, Debug)]
pub struct Entry {
    actor: String,
    action: &'static str,
    at: i64,
    person: Option<Uuid>,
    reason: Option<String>,
    detail: Value,
}

impl Entry {
    /// `actor` did `action` (such as `person.block`) at `at` (unix seconds).
    #[must_use]
    pub fn new(actor: &str, action: &'static str, at: i64) -> Self {
        Self {
            actor: actor.to_owned(),
            action,
            at,
            person: None,
            reason: None,
            detail: json!({}),
        }
    }

    /// To whom.
    #[must_use]
    pub fn person(mut self, person: Uuid) -> Self {
        self.person = Some(person);
        self
    }

    /// Why.
    #[must_use]
    pub fn reason(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }

    /// Anything more; no national number and no secret.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

/// Writes an entry.
///
/// # Errors
/// When the database fails; the deed must then not be committed either.
pub async fn record(db: &impl ConnectionTrait, entry: Entry) -> Result<(), DbErr> {
    audit::ActiveModel {
        id: Set(Uuid::new_v4()),
        at: Set(entry.at),
        actor: Set(entry.actor),
        action: Set(entry.action.to_owned()),
        person_id: Set(entry.person),
        reason: Set(entry.reason),
        detail: Set(entry.detail),
    }
    .insert(db)
    .await?;
    Ok(())
}
