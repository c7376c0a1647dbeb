//! The audit trail: who did what, when and why. Written in the same transaction as the deed.
//!
//! It is only ever added to, and each entry carries the hash of the one before it, so that an entry that is changed,
//! removed, inserted or moved breaks the chain; [`chain`] has the form, [`verify`] the check. Marks tagged with the master
//! key are set every hour: whoever can write to the database, but has not that key, cannot make the chain anew and leave
//! the marks in place. But who can delete the marks as well can write anew what came after the last that is left; only a
//! hash that was noted elsewhere shows that.

pub mod chain;
pub mod search;
pub mod verify;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    SqlErr, sea_query::Expr,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::db::entity::{audit, audit_head};

/// How often a writer without a transaction tries again when another was faster.
const TRIES: usize = 100;
/// The only row of the head's table.
pub(crate) const HEAD: i64 = 1;

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

/// Writes an entry at the end of the chain.
///
/// Writers wait for each other at the head's row: those in a transaction until it ends, so that the chain has the order
/// of the commits. Those without one find out by the entry's number that another was faster, and try again.
///
/// # Errors
/// When the database fails; the deed must then not be committed either.
pub async fn record(db: &impl ConnectionTrait, entry: Entry) -> Result<(), DbErr> {
    let id = Uuid::new_v4();
    for _ in 1..TRIES {
        match add(db, id, entry.clone()).await {
            Err(error) if is_taken(&error) => {}
            result => return result,
        }
    }
    add(db, id, entry).await
}

fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

async fn add(db: &impl ConnectionTrait, id: Uuid, entry: Entry) -> Result<(), DbErr> {
    // Nothing but the lock.
    audit_head::Entity::update_many()
        .col_expr(audit_head::Column::Id, Expr::value(HEAD))
        .filter(audit_head::Column::Id.eq(HEAD))
        .exec(db)
        .await?;
    let last = audit::Entity::find()
        .order_by_desc(audit::Column::Seq)
        .one(db)
        .await?;
    let head = audit_head::Entity::find_by_id(HEAD).one(db).await?;
    if let (Some(last), Some(head)) = (&last, &head)
        && last.seq < head.seq
    {
        // The deed must not wait for that; whoever looks after the service must know.
        tracing::error!(
            last = last.seq,
            head = head.seq,
            "the end of the audit trail is missing: entries were removed"
        );
    }
    // After everything has been pruned, the head still knows where the chain goes on.
    let (seq, prev_hash) = match (last, head) {
        (Some(last), _) => (last.seq, last.hash),
        (None, Some(head)) => (head.seq, head.hash),
        (None, None) => (0, chain::GENESIS.to_owned()),
    };
    let mut row = audit::Model {
        seq: seq + 1,
        id,
        at: entry.at,
        actor: entry.actor,
        action: entry.action.to_owned(),
        person_id: entry.person,
        reason: entry.reason,
        detail: entry.detail,
        prev_hash,
        hash: String::new(),
    };
    row.hash = chain::hash(&row);
    let (seq, hash) = (row.seq, row.hash.clone());
    audit::ActiveModel::from(row).reset_all().insert(db).await?;
    audit_head::Entity::update_many()
        .col_expr(audit_head::Column::Seq, Expr::value(seq))
        .col_expr(audit_head::Column::Hash, Expr::value(hash))
        .filter(audit_head::Column::Id.eq(HEAD))
        .filter(audit_head::Column::Seq.lt(seq))
        .exec(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
