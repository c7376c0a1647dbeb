//! Whether the trail is whole, and the marks that say so to whoever has the master key.
//!
//! What this cannot tell: whoever can write to the database can delete marks, and then write anew what came after the last
//! one that is left, or the whole trail if none is. Only a number and hash that were noted elsewhere (`audit verify
//! --noted`) or an export that is kept elsewhere show that.

use std::{
    collections::BTreeMap,
    io::{self, BufRead},
};

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    app::App,
    db::entity::{audit, audit_head, audit_mark},
};

use super::{HEAD, chain, index, marks::tag};

pub use super::marks::{last_before, mark, prune};

pub(super) const PAGE: u64 = 1_000;
/// So many entries at the end are checked while somebody waits for the page.
const RECENT: i64 = 200_000;

/// A whole trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// How many entries.
    pub entries: u64,
    /// The first; entries before it were pruned.
    pub first: i64,
    /// The last.
    pub last: i64,
    /// Its hash, to be kept elsewhere.
    pub head: String,
}

/// The first place where the trail is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the audit trail is broken at entry {seq}: {what}")]
pub struct Broken {
    /// The entry's number.
    pub seq: i64,
    /// What is wrong.
    pub what: Fault,
}

/// What is wrong with an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Entries are missing.
    #[error("it is missing; the next one there is {found}")]
    Missing {
        /// The next that is there.
        found: i64,
    },
    /// Entries at the end are missing.
    #[error("it and what came after it are missing")]
    MissingEnd,
    /// It does not follow from the one before.
    #[error("it does not follow the entry before it: one was changed, removed, moved or put in")]
    NotChained,
    /// It is not what was written.
    #[error("it was changed")]
    Changed,
    /// A mark says something else.
    #[error("the mark that was set there says something else: the trail was written anew")]
    Mark,
    /// A mark is none.
    #[error("the mark that was set there was not made with this master key")]
    ForgedMark,
    /// It names others than those by whom it is found.
    #[error("it is not found by those whom it names: who has looked at them is not told in full")]
    Index,
    /// What was noted elsewhere is something else.
    #[error("its hash is not the one that was given")]
    NotExpected,
}

/// Why it could not be said.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It is broken.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// What was noted elsewhere cannot be compared any more.
    #[error("entry {seq} is older than what is kept, from {first} on: note a newer one")]
    TooOld {
        /// The number that was noted.
        seq: i64,
        /// The first that is kept.
        first: i64,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    /// The file cannot be read.
    #[error("the export cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A line is no entry.
    #[error("line {0} of the export is no entry")]
    Line(usize),
    /// There is nothing.
    #[error("the export has no entries")]
    Empty,
}

/// An entry as it is exported: one JSON object a line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exported {
    seq: i64,
    prev_hash: String,
    id: Uuid,
    at: i64,
    actor: String,
    action: String,
    person_id: Option<Uuid>,
    reason: Option<String>,
    detail: serde_json::Value,
    hash: String,
}

impl From<audit::Model> for Exported {
    fn from(row: audit::Model) -> Self {
        Self {
            seq: row.seq,
            prev_hash: row.prev_hash,
            id: row.id,
            at: row.at,
            actor: row.actor,
            action: row.action,
            person_id: row.person_id,
            reason: row.reason,
            detail: row.detail,
            hash: row.hash,
        }
    }
}

impl From<Exported> for audit::Model {
    fn from(entry: Exported) -> Self {
        Self {
            seq: entry.seq,
            id: entry.id,
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            person_id: entry.person_id,
            reason: entry.reason,
            detail: entry.detail,
            prev_hash: entry.prev_hash,
            hash: entry.hash,
        }
    }
}

/// Follows the chain, entry by entry.
pub(super) struct Follower {
    pub(super) next: i64,
    prev_hash: String,
    pub(super) entries: u64,
}

impl Follower {
    pub(super) fn after(seq: i64, hash: String) -> Self {
        Self {
            next: seq + 1,
            prev_hash: hash,
            entries: 0,
        }
    }

    pub(super) fn take(&mut self, entry: &audit::Model) -> Result<(), Broken> {
        let broken = |seq, what| Err(Broken { seq, what });
        if entry.seq != self.next {
            return broken(self.next, Fault::Missing { found: entry.seq });
        }
        if entry.prev_hash != self.prev_hash {
            return broken(entry.seq, Fault::NotChained);
        }
        if chain::hash(entry) != entry.hash {
            return broken(entry.seq, Fault::Changed);
        }
        self.next += 1;
        self.prev_hash.clone_from(&entry.hash);
        self.entries += 1;
        Ok(())
    }

    pub(super) fn whole(self) -> Whole {
        Whole {
            last: self.next - 1,
            first: self.next - i64::try_from(self.entries).unwrap_or(0),
            entries: self.entries,
            head: self.prev_hash,
        }
    }
}

/// Checks the whole trail, from what was pruned on to its end, against its marks, and against an entry's number and hash
/// that were noted elsewhere, if any.
///
/// # Errors
/// The first broken entry.
pub async fn database(app: &App, noted: Option<(i64, &str)>) -> Result<Whole, VerifyError> {
    check(app, noted, i64::MAX).await
}

/// As [`database`], but of a long trail only the end, from a mark on.
///
/// # Errors
/// As [`database`].
pub async fn recent(app: &App) -> Result<Whole, VerifyError> {
    check(app, None, RECENT).await
}

async fn check(app: &App, noted: Option<(i64, &str)>, most: i64) -> Result<Whole, VerifyError> {
    let end = audit_head::Entity::find_by_id(HEAD).one(&app.db).await?;
    let far_enough = end.map_or(0, |head| head.seq.saturating_sub(most));
    let marks = audit_mark::Entity::find()
        .order_by_asc(audit_mark::Column::Seq)
        .all(&app.db)
        .await?;
    for mark in &marks {
        if tag(&app.seal, mark.seq, &mark.hash, mark.at, mark.pruned) != mark.tag {
            let what = Fault::ForgedMark;
            return Err(Broken {
                seq: mark.seq,
                what,
            }
            .into());
        }
    }
    let start = marks
        .iter()
        .rfind(|mark| mark.pruned || mark.seq <= far_enough);
    let mut follower = match start {
        Some(mark) => Follower::after(mark.seq, mark.hash.clone()),
        None => Follower::after(0, chain::GENESIS.to_owned()),
    };
    let mut expected: BTreeMap<i64, (&str, Fault)> = marks
        .iter()
        .filter(|mark| mark.seq >= follower.next)
        .map(|mark| (mark.seq, (mark.hash.as_str(), Fault::Mark)))
        .collect();
    if let Some((seq, hash)) = noted {
        match start.filter(|mark| mark.seq == seq) {
            Some(mark) if mark.hash != hash => {
                let what = Fault::NotExpected;
                return Err(Broken { seq, what }.into());
            }
            Some(_) => {}
            None if seq < follower.next => {
                let first = follower.next;
                return Err(VerifyError::TooOld { seq, first });
            }
            None => {
                expected.insert(seq, (hash, Fault::NotExpected));
            }
        }
    }
    // Before what was pruned there is nothing.
    let mut from = match start {
        Some(mark) if !mark.pruned => mark.seq,
        _ => i64::MIN,
    };
    loop {
        let page = audit::Entity::find()
            .filter(audit::Column::Seq.gt(from))
            .order_by_asc(audit::Column::Seq)
            .limit(PAGE)
            .all(&app.db)
            .await?;
        let Some(last) = page.last() else { break };
        from = last.seq;
        for entry in &page {
            follower.take(entry)?;
            if let Some((hash, what)) = expected.remove(&entry.seq)
                && hash != entry.hash
            {
                let seq = entry.seq;
                return Err(Broken { seq, what }.into());
            }
        }
        if let Some(seq) = index::first_wrong(&app.db, &page).await? {
            let what = Fault::Index;
            return Err(Broken { seq, what }.into());
        }
    }
    // An entry that is written while this runs is ahead of the head that was read before, never behind.
    let head = audit_head::Entity::find_by_id(HEAD).one(&app.db).await?;
    let furthest = expected
        .keys()
        .copied()
        .chain(head.iter().map(|head| head.seq))
        .max()
        .unwrap_or(0);
    let is_being_written = audit::Entity::find()
        .filter(audit::Column::Seq.gte(follower.next))
        .one(&app.db)
        .await?
        .is_some();
    if furthest >= follower.next && !is_being_written {
        let what = Fault::MissingEnd;
        return Err(Broken {
            seq: follower.next,
            what,
        }
        .into());
    }
    Ok(follower.whole())
}

/// Checks an export. It begins where it begins; what it cannot say is whether entries are missing before or after.
///
/// # Errors
/// The first broken entry, or a line that is none.
pub fn export(lines: impl BufRead) -> Result<Whole, VerifyError> {
    let mut follower: Option<Follower> = None;
    for (index, line) in lines.lines().enumerate() {
        let entry: Exported =
            serde_json::from_str(&line?).map_err(|_| VerifyError::Line(index + 1))?;
        let entry = audit::Model::from(entry);
        follower
            .get_or_insert_with(|| Follower::after(entry.seq - 1, entry.prev_hash.clone()))
            .take(&entry)?;
    }
    follower.map(Follower::whole).ok_or(VerifyError::Empty)
}
