//! What waits to be sent. A row is made in the transaction of the sync that gave the right, and a unique index sees to it
//! that there is one for a person, a card and a kind, ever.

use std::collections::HashMap;

use chrono::NaiveDate;
use school_records::{ContractKind, PersonRecord, Right, Rules, right_on};
use sea_orm::{
    ActiveEnum,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, IntoCondition, OnConflict},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    config::{Existing, SmsConfig},
    db::entity::{
        setting,
        sms_message::{self, Card, Kind, State},
    },
    records::status::CHUNK,
};

use super::number::PhoneNumber;

/// Row of the setting table: since when there are messages.
pub(crate) const SETTING: &str = "sms_since";

/// So many messages are read at once.
const PAGE: u64 = 2_000;

/// What a sync meant for the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Queued {
    /// New messages.
    pub queued: usize,
    /// Messages that wait again: the number or the right is back.
    pub again: usize,
    /// People who get none, because they had the right before there were messages.
    pub skipped: usize,
}

/// Under what a message is queued.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The settings.
    pub sms: &'a SmsConfig,
    /// Who has a right.
    pub rules: &'a Rules,
    /// The day in Norway.
    pub today: NaiveDate,
    /// Now, unix seconds.
    pub now: i64,
    /// Whether records had been applied before this set.
    pub has_run_before: bool,
}

/// The cards that a record gives on a day, with the school that says in which language to write.
///
/// School and training are judged apart, so that whoever has both is told of both.
#[must_use]
pub fn cards(
    record: &PersonRecord,
    today: NaiveDate,
    rules: &Rules,
) -> Vec<(Card, Option<String>)> {
    let of = |record: &PersonRecord| match right_on(record, today, rules) {
        Right::Pupil(right) => Some((Card::Pupil, Some(right.school_number))),
        Right::Apprentice(right) => match right.kind {
            ContractKind::Larling => Some((Card::Apprentice, None)),
            ContractKind::Larekandidat => Some((Card::TrainingCandidate, None)),
            ContractKind::NoCard => None,
        },
        Right::Incomplete(_) | Right::SchoolNotEnabled { .. } | Right::None(_) => None,
    };
    if record.enrolments.is_empty() || record.contracts.is_empty() {
        return of(record).into_iter().collect();
    }
    let (mut school, mut training) = (record.clone(), record.clone());
    school.contracts.clear();
    training.enrolments.clear();
    [school, training].iter().filter_map(of).collect()
}

#[derive(FromQueryResult)]
struct Known {
    id: Uuid,
    person_id: Uuid,
    card: Card,
    state: State,
}

/// Queues a message for everyone who has a right and has had none.
///
/// # Errors
/// When the database fails.
pub async fn queue(
    db: &impl ConnectionTrait,
    people: impl Iterator<Item = (Uuid, &PersonRecord)>,
    circumstances: Circumstances<'_>,
) -> Result<Queued, DbErr> {
    let Circumstances {
        sms,
        rules,
        today,
        now,
        has_run_before,
    } = circumstances;
    let is_first = setting::Entity::find_by_id(SETTING)
        .one(db)
        .await?
        .is_none();
    let skips = is_first && has_run_before && sms.existing == Existing::Skip;
    let known = known(db).await?;
    let (mut rows, mut count, mut again) = (Vec::new(), 0, Vec::new());
    for (person, record) in people {
        for (card, _) in cards(record, today, rules) {
            match known.get(&(person, card)) {
                None => rows.push(sms_message::ActiveModel {
                    id: Set(Uuid::new_v4()),
                    person_id: Set(person),
                    card: Set(card),
                    kind: Set(Kind::Ready),
                    state: Set(if skips {
                        State::Skipped
                    } else {
                        State::Waiting
                    }),
                    created_at: Set(now),
                    due_at: Set(now),
                    attempts: Set(0),
                    claimed_until: Set(None),
                    outcome: Set(None),
                    sent_at: Set(None),
                }),
                Some((id, State::Lapsed)) => again.push(*id),
                Some((id, State::NoNumber)) if number(record, sms).is_ok() => again.push(*id),
                Some(_) => {}
            }
        }
        if rows.len() >= CHUNK {
            count += rows.len();
            insert(db, std::mem::take(&mut rows)).await?;
        }
    }
    count += rows.len();
    insert(db, rows).await?;
    make_wait(db, &again, now).await?;
    if is_first {
        setting::Entity::insert(setting::ActiveModel {
            key: Set(SETTING.to_owned()),
            value: Set(now.to_string()),
        })
        .on_conflict(
            OnConflict::column(setting::Column::Key)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    }
    Ok(Queued {
        queued: if skips { 0 } else { count },
        again: again.len(),
        skipped: if skips { count } else { 0 },
    })
}

/// Every message that there is, by whom it is to. A few rows at a time: a county has as many as people.
async fn known(db: &impl ConnectionTrait) -> Result<HashMap<(Uuid, Card), (Uuid, State)>, DbErr> {
    let mut known = HashMap::new();
    let mut after = Uuid::nil();
    loop {
        let page = sms_message::Entity::find()
            .select_only()
            .columns([
                sms_message::Column::Id,
                sms_message::Column::PersonId,
                sms_message::Column::Card,
                sms_message::Column::State,
            ])
            .filter(sms_message::Column::Kind.eq(Kind::Ready))
            .filter(sms_message::Column::Id.gt(after))
            .order_by_asc(sms_message::Column::Id)
            .limit(PAGE)
            .into_model::<Known>()
            .all(db)
            .await?;
        let Some(last) = page.last() else {
            return Ok(known);
        };
        after = last.id;
        let found = page.into_iter();
        known.extend(found.map(|row| ((row.person_id, row.card), (row.id, row.state))));
    }
}

async fn insert(
    db: &impl ConnectionTrait,
    rows: Vec<sms_message::ActiveModel>,
) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let once = OnConflict::columns([
        sms_message::Column::PersonId,
        sms_message::Column::Card,
        sms_message::Column::Kind,
    ])
    .do_nothing()
    .to_owned();
    sms_message::Entity::insert_many(rows)
        .on_conflict(once)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The number in a record.
///
/// # Errors
/// When there is none that a message can go to.
pub fn number(
    record: &PersonRecord,
    sms: &SmsConfig,
) -> Result<PhoneNumber, super::number::NumberError> {
    let text = record.mobile.as_deref().unwrap_or_default();
    PhoneNumber::parse(text, sms.test_numbers)
}

/// Forgets what a record's former person was told: the next one is told anew.
///
/// # Errors
/// When the database fails.
pub async fn forget(db: &impl ConnectionTrait, people: &[Uuid]) -> Result<(), DbErr> {
    for chunk in people.chunks(CHUNK) {
        sms_message::Entity::delete_many()
            .filter(sms_message::Column::PersonId.is_in(chunk.iter().copied()))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Has messages wait once more, as if they had never been tried. The answer is how many there were.
///
/// # Errors
/// When the database fails.
pub async fn make_wait(db: &impl ConnectionTrait, ids: &[Uuid], now: i64) -> Result<u64, DbErr> {
    let mut count = 0;
    for chunk in ids.chunks(CHUNK) {
        let those = sms_message::Column::Id.is_in(chunk.iter().copied());
        count += make_those_wait(db, those.into_condition(), now).await?;
    }
    Ok(count)
}

/// As [`make_wait`], by a condition.
///
/// # Errors
/// When the database fails.
pub(super) async fn make_those_wait(
    db: &impl ConnectionTrait,
    those: Condition,
    now: i64,
) -> Result<u64, DbErr> {
    let result = sms_message::Entity::update_many()
        .col_expr(sms_message::Column::State, Expr::value(State::Waiting))
        .col_expr(sms_message::Column::Attempts, Expr::value(0_i64))
        .col_expr(sms_message::Column::DueAt, Expr::value(now))
        .col_expr(
            sms_message::Column::ClaimedUntil,
            Expr::value(Option::<i64>::None),
        )
        .filter(those)
        .filter(sms_message::Column::State.is_not_in([State::Waiting, State::Sending, State::Sent]))
        .exec(db)
        .await?;
    Ok(result.rows_affected)
}

/// Whether another message may go to somebody: what was sent is given so many days first.
#[must_use]
pub fn may_go_again(state: State, sent_at: Option<i64>, days: i64, now: i64) -> bool {
    match state {
        // What the county has stopped is the county's to start again.
        State::Waiting | State::Sending | State::Stopped => false,
        State::Sent => sent_at.is_none_or(|at| at <= now - days * 86_400),
        State::Unclear | State::Failed | State::NoNumber | State::Lapsed | State::Skipped => true,
    }
}

/// As [`make_wait`], for one message, which may have been taken by the gateway before. Nothing for one that waits
/// already or is in hand.
///
/// # Errors
/// When the database fails.
pub async fn send_again(db: &impl ConnectionTrait, id: Uuid, now: i64) -> Result<u64, DbErr> {
    let sent = sms_message::Entity::update_many()
        .col_expr(sms_message::Column::State, Expr::value(State::Unclear))
        .filter(sms_message::Column::Id.eq(id))
        .filter(sms_message::Column::State.eq(State::Sent))
        .exec(db)
        .await?;
    // The gateway knows a message by its id, and would take it for a repetition: the new one needs an id of its own.
    let fresh = Uuid::new_v4();
    if sent.rows_affected > 0 {
        sms_message::Entity::update_many()
            .col_expr(sms_message::Column::Id, Expr::value(fresh))
            .filter(sms_message::Column::Id.eq(id))
            .exec(db)
            .await?;
        return make_wait(db, &[fresh], now).await;
    }
    make_wait(db, &[id], now).await
}

/// How many messages are in each state.
///
/// # Errors
/// When the database fails.
pub async fn counts(db: &impl ConnectionTrait) -> Result<Vec<(State, u64)>, DbErr> {
    let found: Vec<(State, i64)> = sms_message::Entity::find()
        .select_only()
        .column(sms_message::Column::State)
        .column_as(sms_message::Column::Id.count(), "count")
        .group_by(sms_message::Column::State)
        .into_tuple()
        .all(db)
        .await?;
    let found: HashMap<State, i64> = found.into_iter().collect();
    let count = |state: &State| found.get(state).map_or(0, |count| count.unsigned_abs());
    let all = State::ALL.into_iter();
    Ok(all.map(|state| (state, count(&state))).collect())
}

/// Messages in a state, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn in_state(
    db: &impl ConnectionTrait,
    states: &[State],
    limit: u64,
) -> Result<Vec<sms_message::Model>, DbErr> {
    sms_message::Entity::find()
        .filter(sms_message::Column::State.is_in(states.iter().map(ActiveEnum::to_value)))
        .order_by_asc(sms_message::Column::CreatedAt)
        .order_by_asc(sms_message::Column::Id)
        .limit(limit)
        .all(db)
        .await
}
