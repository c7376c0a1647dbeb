//! What a person's standing means for the credentials that are out.
//!
//! A credential is suspended while its person is blocked, is no longer in the records, or has no
//! right to the card that it is of; it is good again when that is over. One that was made invalid
//! stays so. A record that merely lacks something for a day does not take a card away.
//!
//! Nobody is looked at but those for whom something may have changed: whose record, block or withdrawal did, and whose
//! `next_change` has come, the day from which the calendar may say otherwise. What happens to a person is brought into
//! line at once, and leaves the person due: [`sweep`] looks once more within a minute, so that a credential that was being
//! issued meanwhile is caught too, and only it sets the next day.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use school_records::{PersonRecord, Right, Rules, next_change, right_as_pupil, right_in_training};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict, SimpleExpr},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    app::App,
    config::RecordsConfig,
    db::{
        self,
        entity::{
            block,
            credential::{self, CardKind, CredentialStatus},
            person, setting, slip,
        },
        lock,
    },
    seal::hex,
};

use super::{
    day_in_norway, in_force,
    lease::{self, Held},
    record_of,
};

/// Row of the setting table: by which rules everyone was looked at last.
const RULES: &str = "status_rules";

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

impl std::ops::AddAssign for Changed {
    fn add_assign(&mut self, more: Self) {
        self.suspended += more.suspended;
        self.restored += more.restored;
    }
}

/// Brings the credentials of everyone in line who has any.
///
/// # Errors
/// When the database fails.
pub async fn refresh_all(
    db: &DatabaseTransaction,
    config: &RecordsConfig,
    now: DateTime<Utc>,
) -> Result<Changed, DbErr> {
    let people: Vec<Uuid> = holders(now).into_tuple().all(db).await?;
    refresh(db, config, now, &people).await
}

/// Brings the credentials of those in line who are due, in the transaction of what made them so.
pub(super) async fn refresh_due(
    db: &DatabaseTransaction,
    config: &RecordsConfig,
    now: DateTime<Utc>,
) -> Result<Changed, DbErr> {
    let due = holders(now).filter(person::Column::NextChange.lte(day_in_norway(now)));
    let people: Vec<Uuid> = due.into_tuple().all(db).await?;
    let mut changed = Changed::default();
    for chunk in people.chunks(CHUNK) {
        let rows = lock::people(db, chunk.iter().copied()).await?;
        changed += align(db, config, now, &rows).await?;
    }
    Ok(changed)
}

/// People with a credential, or a slip of paper, that is not invalid and has not expired.
fn holders(now: DateTime<Utc>) -> sea_orm::Select<person::Entity> {
    let credentials = credential::Entity::find()
        .select_only()
        .column(credential::Column::PersonId)
        .filter(credential::Column::Status.ne(CredentialStatus::Invalid))
        .filter(credential::Column::ExpiresAt.gt(now.timestamp()));
    // Who has no phone may have one all the same.
    let slips = slip::Entity::find()
        .select_only()
        .column(slip::Column::PersonId)
        .filter(slip::Column::Status.ne(CredentialStatus::Invalid))
        .filter(slip::Column::ExpiresAt.gt(now.timestamp()));
    person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .filter(
            Condition::any()
                .add(person::Column::Id.in_subquery(credentials.into_query()))
                .add(person::Column::Id.in_subquery(slips.into_query())),
        )
}

/// Brings the credentials of these people in line, because something has happened to them.
///
/// # Errors
/// When the database fails.
pub async fn refresh(
    db: &DatabaseTransaction,
    config: &RecordsConfig,
    now: DateTime<Utc>,
    people: &[Uuid],
) -> Result<Changed, DbErr> {
    let mut changed = Changed::default();
    for chunk in people.chunks(CHUNK) {
        let rows = lock::people(db, chunk.iter().copied()).await?;
        changed += align(db, config, now, &rows).await?;
        make_due(db, Some(chunk), day_in_norway(now)).await?;
    }
    Ok(changed)
}

/// Has these people, or everyone, looked at by the next sweep.
async fn make_due(
    db: &impl ConnectionTrait,
    people: Option<&[Uuid]>,
    today: NaiveDate,
) -> Result<(), DbErr> {
    let mut update = person::Entity::update_many()
        .col_expr(person::Column::NextChange, Expr::value(Some(today)));
    if let Some(people) = people {
        update = update.filter(person::Column::Id.is_in(people.iter().copied()));
    }
    update.exec(db).await?;
    Ok(())
}

/// Has everyone looked at by the next sweep if the rules are others than the last time. To be called when the service
/// starts.
///
/// # Errors
/// When the database fails.
pub async fn heed_rules(app: &App) -> Result<(), DbErr> {
    let rules = serde_json::to_vec(&*app.config.records.rules)
        .map_err(|error| DbErr::Custom(format!("the rules cannot be written: {error}")))?;
    let digest = hex(&jose::sha256(&rules));
    let known = setting::Entity::find_by_id(RULES).one(&app.db).await?;
    if known.is_some_and(|known| known.value == digest) {
        return Ok(());
    }
    let transaction = db::begin_write(&app.db).await?;
    make_due(&transaction, None, day_in_norway(app.now())).await?;
    let row = setting::ActiveModel {
        key: Set(RULES.to_owned()),
        value: Set(digest),
    };
    let update = OnConflict::column(setting::Column::Key)
        .update_column(setting::Column::Value)
        .to_owned();
    setting::Entity::insert(row)
        .on_conflict(update)
        .exec_without_returning(&transaction)
        .await?;
    transaction.commit().await
}

/// Looks at those who are due, a few at a time so that nobody waits for long, and sets when each is due next.
///
/// # Errors
/// When the database fails; what was done before stays done.
pub async fn sweep(app: &App) -> Result<Changed, DbErr> {
    let mut changed = Changed::default();
    if due(&app.db, day_in_norway(app.now()), 1).await?.is_empty() {
        return Ok(changed);
    }
    let Some(held) = Held::take(app, lease::STATUS).await? else {
        return Ok(changed);
    };
    let result = loop {
        match sweep_some(app).await {
            Ok(Some(some)) => changed += some,
            Ok(None) => break Ok(changed),
            Err(error) => break Err(error),
        }
    };
    held.give_back(app).await;
    result
}

/// None when nobody is due any more.
async fn sweep_some(app: &App) -> Result<Option<Changed>, DbErr> {
    let now = app.now();
    let today = day_in_norway(now);
    let transaction = db::begin_write(&app.db).await?;
    let ids = due(&transaction, today, CHUNK as u64).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let config = &app.config.records;
    let rows = lock::people(&transaction, ids.iter().copied()).await?;
    let changed = align(&transaction, config, now, &rows).await?;
    // Blocks that end with a day.
    let blocks = block::Entity::find()
        .filter(block::Column::PersonId.is_in(ids.iter().copied()))
        .filter(in_force(today))
        .all(&transaction)
        .await?;
    let mut next: HashMap<Option<NaiveDate>, Vec<Uuid>> = HashMap::new();
    for row in &rows {
        let by_record = record_of(row)
            .ok()
            .filter(|_| row.withdrawn_at.is_none())
            .and_then(|record| next_change(&record, today));
        let by_block = blocks
            .iter()
            .filter(|block| block.person_id == row.id)
            .filter_map(|block| block.until?.succ_opt())
            .min();
        let day = by_record.into_iter().chain(by_block).min();
        next.entry(day).or_default().push(row.id);
    }
    for (day, people) in next {
        person::Entity::update_many()
            .col_expr(person::Column::NextChange, Expr::value(day))
            .filter(person::Column::Id.is_in(people))
            .exec(&transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(Some(changed))
}

async fn due(db: &impl ConnectionTrait, today: NaiveDate, most: u64) -> Result<Vec<Uuid>, DbErr> {
    person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .filter(person::Column::NextChange.lte(today))
        .order_by_asc(person::Column::NextChange)
        .limit(most)
        .into_tuple()
        .all(db)
        .await
}

/// Sets the status of these people's credentials by their rows, which are held, and their blocks.
async fn align(
    db: &DatabaseTransaction,
    config: &RecordsConfig,
    now: DateTime<Utc>,
    rows: &[person::Model],
) -> Result<Changed, DbErr> {
    let mut changed = Changed::default();
    let having: HashSet<Uuid> = holders(now)
        .filter(person::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .into_tuple()
        .all(db)
        .await?
        .into_iter()
        .collect();
    if having.is_empty() {
        return Ok(changed);
    }
    let rows: Vec<_> = rows.iter().filter(|row| having.contains(&row.id)).collect();
    let kept = kept(db, config, now, &rows).await?;
    for card in [Some(CardKind::Pupil), Some(CardKind::Training), None] {
        let (good, suspended): (Vec<Uuid>, Vec<Uuid>) = having
            .iter()
            .partition(|id| kept.get(id).is_some_and(|kept| kept.has(card)));
        let (valid, out) = (CredentialStatus::Valid, CredentialStatus::Suspended);
        changed.suspended += set(db, &suspended, card, valid, out).await?;
        changed.restored += set(db, &good, card, out, valid).await?;
    }
    Ok(changed)
}

/// Which cards of these people stay good; those who are not there are blocked.
async fn kept(
    db: &impl ConnectionTrait,
    config: &RecordsConfig,
    now: DateTime<Utc>,
    rows: &[&person::Model],
) -> Result<HashMap<Uuid, Kept>, DbErr> {
    let today = day_in_norway(now);
    let blocked: HashSet<Uuid> = block::Entity::find()
        .filter(block::Column::PersonId.is_in(rows.iter().map(|row| row.id)))
        .filter(in_force(today))
        .all(db)
        .await?
        .into_iter()
        .map(|row| row.person_id)
        .collect();
    Ok(rows
        .iter()
        .filter(|row| !blocked.contains(&row.id))
        .map(|row| (row.id, cards_kept(row, today, &config.rules)))
        .collect())
}

/// Makes all credentials and slips of a person invalid for good, and sees to it that none is issued until the transaction
/// ends: whose they are, or whose face is on them, is in question.
///
/// # Errors
/// When the database fails.
pub async fn invalidate(db: &DatabaseTransaction, person: Uuid) -> Result<u64, DbErr> {
    let credentials = invalidate_credentials(db, person).await?;
    let slips = slip::Entity::update_many()
        .col_expr(slip::Column::Status, Expr::value(CredentialStatus::Invalid))
        .filter(slip::Column::PersonId.eq(person))
        .filter(slip::Column::Status.ne(CredentialStatus::Invalid))
        .exec(db)
        .await?;
    Ok(credentials + slips.rows_affected)
}

/// As [`invalidate`], but slips of paper stay good: whoever has lost the phone was given one for that.
///
/// # Errors
/// When the database fails.
pub async fn invalidate_credentials(db: &DatabaseTransaction, person: Uuid) -> Result<u64, DbErr> {
    lock::person(db, person).await?;
    make_invalid(db, credential::Column::PersonId.eq(person)).await
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

#[cfg(test)]
mod tests;
