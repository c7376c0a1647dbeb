//! Status lists: an entry for every credential, and the signed lists drawn from the rows
//! (Token Status List, draft 21).

mod tokens;

use ring::rand::{SecureRandom, SystemRandom};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, TryInsertResult,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    app::App,
    db::{
        entity::{
            credential::{self, CardKind, CredentialStatus, KeyLevel},
            slip, status_list as table,
        },
        lock,
    },
};

use super::{IssueError, terms::Terms};
pub(crate) use tokens::StatusTokens;

/// Bits an entry: valid, invalid, suspended.
pub(crate) const BITS: i64 = 2;
/// How often a random entry is tried. Lists are at most half full, so failing is a matter of 2⁻⁶⁴.
pub(crate) const TRIES: usize = 64;

/// Lists up to this size are counted each time they are written to.
const COUNTED_ALWAYS: i64 = 2_048;

/// The address of a list, which is also its `sub` and the `uri` in credentials.
pub(crate) fn uri(app: &App, list: i64) -> String {
    app.config.issuer.at(&format!("/status-lists/{list}"))
}

/// The list of an address of ours.
pub(crate) fn list_of(app: &App, uri: &str) -> Option<i64> {
    let start = app.config.issuer.at("/status-lists/");
    let id = uri.strip_prefix(&start)?.parse().ok()?;
    (self::uri(app, id) == uri).then_some(id)
}

/// A credential's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The list's address.
    pub uri: String,
    /// The place in it, from 0.
    pub idx: u64,
}

/// What is written down about a credential to be.
pub(crate) struct New<'a> {
    pub(crate) device_id: Uuid,
    pub(crate) person_id: Uuid,
    pub(crate) configuration: &'a str,
    pub(crate) card: CardKind,
    pub(crate) terms: Terms,
    pub(crate) photo_sha256: Option<&'a str>,
    pub(crate) notification_id: &'a str,
}

/// Writes a row for each of so many credentials, each at a random unused place, and gives the places. `keys` says of each
/// credential's key how well it is guarded, as far as that is known.
pub(crate) async fn register(
    db: &DatabaseTransaction,
    app: &App,
    new: &New<'_>,
    keys: impl IntoIterator<Item = Option<KeyLevel>>,
) -> Result<Vec<Entry>, IssueError> {
    let list = open_list(db, app).await?;
    let mut entries = Vec::new();
    for key in keys {
        let idx = register_one(db, &app.random, new, key, &list).await?;
        entries.push(Entry {
            uri: uri(app, list.id),
            idx: idx.unsigned_abs(),
        });
    }
    Ok(entries)
}

/// So many batches of one configuration may be out on one device. A phone that fetches anew has no more use for what it
/// had; but what it was sent may have been lost on the way, and then it still shows the one before.
const BATCHES_OUT: usize = 4;

/// Makes the oldest batches of a device and configuration invalid, those beyond [`BATCHES_OUT`], so that no device can
/// hoard proofs that outlive their data. The answer is how many credentials that were.
///
/// The batch of `new`, the newest that the phone said it has stored, and then the newest others stay.
pub(crate) async fn retire(
    db: &impl ConnectionTrait,
    app: &App,
    new: &New<'_>,
) -> Result<u64, IssueError> {
    let mut out: Vec<credential::Model> = credential::Entity::find()
        .filter(credential::Column::DeviceId.eq(new.device_id))
        .filter(credential::Column::Configuration.eq(new.configuration))
        .filter(credential::Column::ExpiresAt.gt(app.unix_now()))
        .filter(credential::Column::Status.ne(CredentialStatus::Invalid))
        .all(db)
        .await?;
    // Within a day, which is as exact as what is issued may be, the row's name tells the order.
    out.sort_by_key(|row| std::cmp::Reverse((row.issued_at, row.id)));
    let is_stored =
        |row: &&credential::Model| row.notification_event.as_deref() == Some("credential_accepted");
    let newest = std::iter::once(Some(new.notification_id));
    let stored = out.iter().find(is_stored).into_iter().chain(&out);
    let mut keep: Vec<Option<&str>> = Vec::with_capacity(BATCHES_OUT);
    for batch in newest.chain(stored.map(|row| row.notification_id.as_deref())) {
        if keep.len() < BATCHES_OUT && !keep.contains(&batch) {
            keep.push(batch);
        }
    }
    let oldest: Vec<Uuid> = out
        .iter()
        .filter(|row| !keep.contains(&row.notification_id.as_deref()))
        .map(|row| row.id)
        .collect();
    if oldest.is_empty() {
        return Ok(0);
    }
    let retired = credential::Entity::update_many()
        .col_expr(
            credential::Column::Status,
            Expr::value(CredentialStatus::Invalid),
        )
        .filter(credential::Column::Id.is_in(oldest))
        .exec(db)
        .await?;
    Ok(retired.rows_affected)
}

async fn register_one(
    db: &impl ConnectionTrait,
    random: &SystemRandom,
    new: &New<'_>,
    key_protection: Option<KeyLevel>,
    list: &table::Model,
) -> Result<i64, IssueError> {
    for _ in 0..TRIES {
        let idx = random_below(random, list.size)?;
        let row = credential::ActiveModel {
            id: Set(Uuid::now_v7()),
            device_id: Set(new.device_id),
            person_id: Set(new.person_id),
            configuration: Set(new.configuration.to_owned()),
            card: Set(Some(new.card)),
            list_id: Set(list.id),
            idx: Set(idx),
            issued_at: Set(new.terms.issued_at),
            expires_at: Set(new.terms.expires_at),
            status: Set(CredentialStatus::Valid),
            photo_sha256: Set(new.photo_sha256.map(str::to_owned)),
            notification_id: Set(Some(new.notification_id.to_owned())),
            notification_event: Set(None),
            key_protection: Set(key_protection),
        };
        // Two requests may draw the same place: the database decides, the other draws again.
        let inserted = credential::Entity::insert(row)
            .on_conflict_do_nothing_on([credential::Column::ListId, credential::Column::Idx])
            .exec_without_returning(db)
            .await?;
        if matches!(inserted, TryInsertResult::Inserted(1)) {
            return Ok(idx);
        }
    }
    Err(IssueError::StatusListFull)
}

/// The list that takes new credentials; a new one when that is half full, so that places stay hard to guess
/// and quick to find.
pub(crate) async fn open_list(
    db: &DatabaseTransaction,
    app: &App,
) -> Result<table::Model, IssueError> {
    open(db, app, Holds::Credentials).await
}

/// The list that takes new slips of paper.
pub(crate) async fn open_slip_list(
    db: &DatabaseTransaction,
    app: &App,
) -> Result<table::Model, IssueError> {
    let list = open(db, app, Holds::Slips).await?;
    slip::list::Entity::insert(slip::list::ActiveModel { id: Set(list.id) })
        .on_conflict_do_nothing_on([slip::list::Column::Id])
        .exec_without_returning(db)
        .await?;
    Ok(list)
}

/// What a list has places for: never both, since their rows lie in two tables, and a place must be given away once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Credentials,
    Slips,
}

async fn open(
    db: &DatabaseTransaction,
    app: &App,
    holds: Holds,
) -> Result<table::Model, IssueError> {
    if let Some(list) = newest_list(db, holds).await?.filter(|list| !list.full)
        && (is_taken_for_open(&app.random, &list)? || has_room(db, &list, holds).await?)
    {
        return Ok(list);
    }
    // One makes the next list; the others wait, and take that.
    lock::named(db, lock::Name::StatusLists).await?;
    if let Some(list) = newest_list(db, holds).await?.filter(|list| !list.full) {
        if has_room(db, &list, holds).await? {
            return Ok(list);
        }
        table::Entity::update_many()
            .col_expr(table::Column::Full, Expr::value(true))
            .filter(table::Column::Id.eq(list.id))
            .exec(db)
            .await?;
    }
    let last = table::Entity::find()
        .order_by_desc(table::Column::Id)
        .one(db)
        .await?;
    let list = table::Model {
        id: last.map_or(1, |list| list.id + 1),
        size: i64::try_from(app.config.status_list.size).unwrap_or(1 << 17),
        bits: BITS,
        created_at: app.unix_now(),
        full: false,
    };
    table::Entity::insert(table::ActiveModel::from(list.clone()))
        .exec_without_returning(db)
        .await?;
    Ok(list)
}

async fn newest_list(
    db: &impl ConnectionTrait,
    holds: Holds,
) -> Result<Option<table::Model>, DbErr> {
    let of_slips = slip::list::Entity::find()
        .select_only()
        .column(slip::list::Column::Id)
        .into_query();
    table::Entity::find()
        .filter(match holds {
            Holds::Credentials => table::Column::Id.not_in_subquery(of_slips),
            Holds::Slips => table::Column::Id.in_subquery(of_slips),
        })
        .order_by_desc(table::Column::Id)
        .one(db)
        .await
}

/// Counting takes as long as the list is large, so it is done the more seldom: a list may then end a little more than half
/// full, which a drawn place bears.
fn is_taken_for_open(random: &dyn SecureRandom, list: &table::Model) -> Result<bool, IssueError> {
    Ok(random_below(random, (list.size / COUNTED_ALWAYS).max(1))? != 0)
}

async fn has_room(
    db: &impl ConnectionTrait,
    list: &table::Model,
    holds: Holds,
) -> Result<bool, DbErr> {
    if list.full {
        return Ok(false);
    }
    let used = match holds {
        Holds::Credentials => {
            let rows = credential::Entity::find();
            rows.filter(credential::Column::ListId.eq(list.id))
                .count(db)
                .await?
        }
        Holds::Slips => {
            let rows = slip::Entity::find();
            rows.filter(slip::Column::ListId.eq(list.id))
                .count(db)
                .await?
        }
    };
    Ok(i64::try_from(used).unwrap_or(i64::MAX) < list.size / 2)
}

/// A number from 0 up to `limit`, each as likely as the other.
pub(crate) fn random_below(random: &dyn SecureRandom, limit: i64) -> Result<i64, IssueError> {
    let limit = u32::try_from(limit).ok().filter(|limit| *limit > 0);
    let limit = limit.ok_or(IssueError::StatusListFull)?;
    // Drawn again above the last whole multiple of `limit`, else small numbers come more often.
    let fair = u32::MAX - u32::MAX % limit;
    loop {
        let mut bytes = [0; 4];
        random.fill(&mut bytes).map_err(|_| IssueError::Random)?;
        let number = u32::from_le_bytes(bytes);
        if number < fair {
            return Ok(i64::from(number % limit));
        }
    }
}
