//! Deliveries as they are written down: how far each is, and what became of its files.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::db::entity::{
    photo_batch::{self, State},
    photo_batch_file,
};

/// One that has stood still for so long, in seconds, was cut short: its process has ended.
pub(super) const STANDS_STILL: i64 = 300;
/// What became of each file is kept for so many seconds: it is the school's to do something about.
pub(super) const KEPT: i64 = 30 * 86_400;

/// Whether something is still being done about it, or will be when its turn comes.
pub(super) fn is_running(batch: &photo_batch::Model, now: i64) -> bool {
    let has_ended = matches!(batch.state, State::Done | State::CutShort);
    !has_ended && now - batch.touched_at < STANDS_STILL
}

/// The delivery of a school that is under way.
///
/// # Errors
/// When the database fails.
pub(super) async fn running(
    db: &impl ConnectionTrait,
    school: &str,
    now: i64,
) -> Result<Option<photo_batch::Model>, DbErr> {
    let last = latest(db, school, None, 1).await?.into_iter().next();
    Ok(last.filter(|batch| is_running(batch, now)))
}

/// A school's deliveries, the newest first; of one person only, where one is named.
///
/// # Errors
/// When the database fails.
pub(super) async fn latest(
    db: &impl ConnectionTrait,
    school: &str,
    by: Option<&str>,
    most: u64,
) -> Result<Vec<photo_batch::Model>, DbErr> {
    let of_whom = by.map(|by| photo_batch::Column::MadeBy.eq(by));
    photo_batch::Entity::find()
        .filter(photo_batch::Column::SchoolNumber.eq(school))
        .filter(Condition::all().add_option(of_whom))
        .order_by_desc(photo_batch::Column::MadeAt)
        .limit(most)
        .all(db)
        .await
}

/// A school's delivery, with what has become of its files once it has ended.
///
/// # Errors
/// When the database fails.
pub(super) async fn get(
    db: &impl ConnectionTrait,
    school: &str,
    id: Uuid,
    now: i64,
) -> Result<Option<(photo_batch::Model, Vec<photo_batch_file::Model>)>, DbErr> {
    let batch = photo_batch::Entity::find_by_id(id)
        .filter(photo_batch::Column::SchoolNumber.eq(school))
        .one(db)
        .await?;
    let Some(batch) = batch else { return Ok(None) };
    if is_running(&batch, now) {
        return Ok(Some((batch, Vec::new())));
    }
    let files = photo_batch_file::Entity::find()
        .filter(photo_batch_file::Column::BatchId.eq(id))
        .order_by_asc(photo_batch_file::Column::Seq)
        .all(db)
        .await?;
    Ok(Some((batch, files)))
}

/// Forgets deliveries that nobody has to do anything about any more.
///
/// # Errors
/// When the database fails.
pub(crate) async fn forget_old(db: &impl ConnectionTrait, now: i64) -> Result<(), DbErr> {
    let old: Vec<Uuid> = photo_batch::Entity::find()
        .select_only()
        .column(photo_batch::Column::Id)
        .filter(photo_batch::Column::MadeAt.lte(now - KEPT))
        .limit(100)
        .into_tuple()
        .all(db)
        .await?;
    photo_batch_file::Entity::delete_many()
        .filter(photo_batch_file::Column::BatchId.is_in(old.iter().copied()))
        .exec(db)
        .await?;
    photo_batch::Entity::delete_many()
        .filter(photo_batch::Column::Id.is_in(old))
        .exec(db)
        .await?;
    Ok(())
}
