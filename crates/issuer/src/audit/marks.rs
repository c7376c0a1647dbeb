//! Marks at the trail's end, which say to whoever has the master key that it was whole; and pruning, which leaves one.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};

use crate::{
    app::App,
    db::{
        self,
        entity::{audit, audit_head, audit_mark, audit_person},
    },
    seal::{Seal, hex},
};

use super::{
    HEAD, chain,
    verify::{Broken, Fault, Follower, PAGE, VerifyError},
};

/// Sets a mark at the end of the trail, if it has grown since the last one and follows from it.
///
/// # Errors
/// When the database fails, or the trail is broken: a mark would then vouch for what somebody has put there.
pub async fn mark(app: &App) -> Result<(), VerifyError> {
    let transaction = db::begin_write(&app.db).await?;
    db::lock::named(&transaction, db::lock::Name::AuditMarks).await?;
    let newest = audit_mark::Entity::find()
        .order_by_desc(audit_mark::Column::Seq)
        .one(&transaction)
        .await?;
    let mut follower = match newest {
        Some(mark) => {
            let seq = mark.seq;
            let broken = |what| VerifyError::from(Broken { seq, what });
            if tag(&app.seal, seq, &mark.hash, mark.at, mark.pruned) != mark.tag {
                return Err(broken(Fault::ForgedMark));
            }
            // Nothing is left of what was pruned; else the marked entry is there as it was.
            let marked = audit::Entity::find_by_id(seq).one(&transaction).await?;
            if !mark.pruned && marked.is_none_or(|entry| entry.hash != mark.hash) {
                return Err(broken(Fault::Mark));
            }
            Follower::after(seq, mark.hash)
        }
        None => Follower::after(0, chain::GENESIS.to_owned()),
    };
    loop {
        let page = audit::Entity::find()
            .filter(audit::Column::Seq.gte(follower.next))
            .order_by_asc(audit::Column::Seq)
            .limit(PAGE)
            .all(&transaction)
            .await?;
        if page.is_empty() {
            break;
        }
        for entry in &page {
            follower.take(entry)?;
        }
    }
    let head = audit_head::Entity::find_by_id(HEAD)
        .one(&transaction)
        .await?;
    if head.is_some_and(|head| head.seq >= follower.next) {
        let what = Fault::MissingEnd;
        return Err(Broken {
            seq: follower.next,
            what,
        }
        .into());
    }
    if follower.entries > 0 {
        let whole = follower.whole();
        let at = app.unix_now();
        set_mark(&transaction, &app.seal, whole.last, &whole.head, at, false).await?;
    }
    Ok(transaction.commit().await?)
}

/// Deletes the entries that were written before a moment, from the first on, up to the first that was not; a mark is left
/// in their place, from which the rest is verified. The answer is how many.
///
/// # Errors
/// When the database fails.
pub async fn prune(
    transaction: &DatabaseTransaction,
    seal: &Seal,
    before: i64,
    now: i64,
) -> Result<u64, DbErr> {
    let Some(last) = last_before(transaction, before).await? else {
        return Ok(0);
    };
    set_mark(transaction, seal, last.seq, &last.hash, now, true).await?;
    audit_mark::Entity::delete_many()
        .filter(audit_mark::Column::Seq.lt(last.seq))
        .exec(transaction)
        .await?;
    audit_person::Entity::delete_many()
        .filter(audit_person::Column::Seq.lte(last.seq))
        .exec(transaction)
        .await?;
    let pruned = audit::Entity::delete_many()
        .filter(audit::Column::Seq.lte(last.seq))
        .exec(transaction)
        .await?;
    Ok(pruned.rows_affected)
}

/// The last entry of those from the first on that were written before a moment.
///
/// # Errors
/// When the database fails.
pub async fn last_before(
    db: &impl ConnectionTrait,
    before: i64,
) -> Result<Option<audit::Model>, DbErr> {
    let first_kept = audit::Entity::find()
        .filter(audit::Column::At.gte(before))
        .order_by_asc(audit::Column::Seq)
        .one(db)
        .await?;
    let mut older = audit::Entity::find().order_by_desc(audit::Column::Seq);
    if let Some(kept) = first_kept {
        older = older.filter(audit::Column::Seq.lt(kept.seq));
    }
    older.one(db).await
}

async fn set_mark(
    db: &impl ConnectionTrait,
    seal: &Seal,
    seq: i64,
    hash: &str,
    at: i64,
    pruned: bool,
) -> Result<(), DbErr> {
    audit_mark::Entity::insert(audit_mark::ActiveModel {
        seq: Set(seq),
        hash: Set(hash.to_owned()),
        at: Set(at),
        pruned: Set(pruned),
        tag: Set(tag(seal, seq, hash, at, pruned)),
    })
    .on_conflict(
        OnConflict::column(audit_mark::Column::Seq)
            .update_columns([
                audit_mark::Column::Hash,
                audit_mark::Column::At,
                audit_mark::Column::Pruned,
                audit_mark::Column::Tag,
            ])
            .to_owned(),
    )
    .exec_without_returning(db)
    .await?;
    Ok(())
}

pub(super) fn tag(seal: &Seal, seq: i64, hash: &str, at: i64, pruned: bool) -> String {
    let text = format!("{seq} {hash} {at} {pruned}");
    hex(&seal.tag("audit mark", text.as_bytes()))
}
