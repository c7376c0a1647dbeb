//! Numbers of each day, kept for the plots in `/admin`: nothing of anyone, and so kept for years.
//!
//! They are taken once a night, after the day they are of. A night on which the service does not run leaves a gap, since
//! nobody can tell afterwards how it was.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use school_records::{Right, right_on};
use sea_orm::{
    ActiveEnum,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{ExprTrait, OnConflict},
};
use uuid::Uuid;

use crate::{
    app::App,
    db::entity::{
        credential,
        daily_count::{self, What},
        person,
        photo::{self, PhotoState},
        school,
        sync_run::{self, SyncOutcome},
    },
    records::{
        day_in_norway, holders,
        lease::{self, Held},
        record_of,
        status::CHUNK,
    },
    retention::start_of,
};

/// Stands for the whole county where a school's number would stand.
pub const COUNTY: &str = "";
/// Stands for those in training at a company.
pub const TRAINING: &str = "training";
/// Numbers are kept for so many days: three school years and a little.
const KEPT_DAYS: u64 = 1_200;

/// How far a school has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfSchool {
    /// Its number; [`TRAINING`] for those in training.
    pub number: String,
    /// Its name; none for those in training.
    pub name: Option<String>,
    /// People with a right to a card.
    pub eligible: i64,
    /// Of these, people who have one.
    pub enrolled: i64,
    /// Photos that wait for the school.
    pub photos_waiting: i64,
}

/// Keeps yesterday's numbers, unless that is done. The answer is whether it did.
///
/// # Errors
/// When the database fails.
pub async fn daily(app: &App) -> Result<bool, DbErr> {
    let Some(yesterday) = day_in_norway(app.now()).pred_opt() else {
        return Ok(false);
    };
    let key = (What::Eligible, COUNTY.to_owned(), yesterday);
    if daily_count::Entity::find_by_id(key)
        .one(&app.db)
        .await?
        .is_some()
    {
        return Ok(false);
    }
    // Every record of a county is read for it: of several processes one does so.
    let Some(held) = Held::take(app, lease::STATISTICS).await? else {
        return Ok(false);
    };
    let taken = keep(app, yesterday).await;
    held.give_back(app).await;
    taken.map(|()| true)
}

async fn keep(app: &App, yesterday: NaiveDate) -> Result<(), DbErr> {
    take(app, yesterday).await?;
    if let Some(first) = yesterday.checked_sub_days(Days::new(KEPT_DAYS)) {
        daily_count::Entity::delete_many()
            .filter(daily_count::Column::Day.lt(first))
            .exec(&app.db)
            .await?;
    }
    Ok(())
}

/// Counts how it stands now, and what happened on a day, and keeps it under that day. Numbers that are kept already stay.
///
/// # Errors
/// When the database fails.
pub async fn take(app: &App, day: NaiveDate) -> Result<(), DbErr> {
    let mut counts = standing(app, day).await?;
    let (from, until) = (
        start_of(day).timestamp(),
        start_of(day.succ_opt().unwrap_or(day)).timestamp(),
    );
    let new = new_cards(&app.db, from, until).await?;
    counts.insert((What::NewCards, COUNTY.to_owned()), new);
    for (what, outcomes) in [
        (What::SyncsApplied, &[SyncOutcome::Applied][..]),
        (
            What::SyncsStopped,
            &[SyncOutcome::Braked, SyncOutcome::Failed],
        ),
    ] {
        let count = sync_run::Entity::find()
            .filter(sync_run::Column::StartedAt.gte(from))
            .filter(sync_run::Column::StartedAt.lt(until))
            .filter(sync_run::Column::Outcome.is_in(outcomes.iter().map(ActiveEnum::to_value)))
            .count(&app.db)
            .await?;
        counts.insert(
            (what, COUNTY.to_owned()),
            i64::try_from(count).unwrap_or(i64::MAX),
        );
    }
    let rows: Vec<_> = counts
        .into_iter()
        .map(|((what, school), count)| daily_count::ActiveModel {
            what: Set(what),
            school: Set(school),
            day: Set(day),
            count: Set(count),
        })
        .collect();
    let kept = OnConflict::columns([
        daily_count::Column::What,
        daily_count::Column::School,
        daily_count::Column::Day,
    ])
    .do_nothing()
    .to_owned();
    for chunk in rows.chunks(CHUNK) {
        daily_count::Entity::insert_many(chunk.to_vec())
            .on_conflict(kept.clone())
            .exec_without_returning(&app.db)
            .await?;
    }
    Ok(())
}

type Counts = HashMap<(What, String), i64>;

/// Who has a right and who has a card, school by school and in all.
async fn standing(app: &App, day: NaiveDate) -> Result<Counts, DbErr> {
    const OF_PEOPLE: [What; 3] = [What::Eligible, What::Enrolled, What::PhotosWaiting];
    let rules = app.config.records.rules.now();
    let mut counts: Counts = OF_PEOPLE.map(|what| ((what, COUNTY.to_owned()), 0)).into();
    let mut from = Uuid::nil();
    loop {
        let people = person::Entity::find()
            .filter(person::Column::Id.gt(from))
            .filter(person::Column::WithdrawnAt.is_null())
            .order_by_asc(person::Column::Id)
            .limit(CHUNK as u64)
            .all(&app.db)
            .await?;
        let Some(last) = people.last() else {
            return Ok(counts);
        };
        from = last.id;
        let ids: Vec<Uuid> = people.iter().map(|row| row.id).collect();
        let with_card = holders::with_card(&app.db, &ids).await?;
        let waiting = with_waiting_photo(&app.db, &ids).await?;
        for row in &people {
            let Ok(record) = record_of(row) else { continue };
            let school = match right_on(&record, day, &rules) {
                Right::Pupil(right) => right.school_number,
                Right::Apprentice(_) => TRAINING.to_owned(),
                Right::Incomplete(_) | Right::SchoolNotEnabled { .. } | Right::None(_) => continue,
            };
            for (what, counts_here) in [
                (What::Eligible, true),
                (What::Enrolled, with_card.contains(&row.id)),
                (What::PhotosWaiting, waiting.contains(&row.id)),
            ] {
                // A school of which nobody has a card has a nought, and no gap.
                let mut add = |school: String| {
                    *counts.entry((what, school)).or_default() += i64::from(counts_here);
                };
                add(school.clone());
                add(COUNTY.to_owned());
            }
        }
    }
}

async fn with_waiting_photo(
    db: &impl ConnectionTrait,
    people: &[Uuid],
) -> Result<HashSet<Uuid>, DbErr> {
    let found: Vec<Uuid> = photo::Entity::find()
        .select_only()
        .column(photo::Column::PersonId)
        .filter(photo::Column::PersonId.is_in(people.iter().copied()))
        .filter(photo::Column::State.eq(PhotoState::InReview))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// People whose first credential that is still known was issued in this time. One who has had none for so long that it is
/// forgotten counts as new.
async fn new_cards(db: &impl ConnectionTrait, from: i64, until: i64) -> Result<i64, DbErr> {
    let first: Vec<(Uuid, i64)> = credential::Entity::find()
        .select_only()
        .column(credential::Column::PersonId)
        .column_as(credential::Column::IssuedAt.min(), "first")
        .group_by(credential::Column::PersonId)
        .having(ExprTrait::gte(credential::Column::IssuedAt.min(), from))
        .having(ExprTrait::lt(credential::Column::IssuedAt.min(), until))
        .into_tuple()
        .all(db)
        .await?;
    Ok(i64::try_from(first.len()).unwrap_or(i64::MAX))
}

/// The numbers of one kind from a day on, oldest first; days without any are not there.
///
/// # Errors
/// When the database fails.
pub async fn series(
    db: &impl ConnectionTrait,
    what: What,
    school: &str,
    from: NaiveDate,
) -> Result<Vec<(NaiveDate, i64)>, DbErr> {
    let rows = daily_count::Entity::find()
        .filter(daily_count::Column::What.eq(what))
        .filter(daily_count::Column::School.eq(school))
        .filter(daily_count::Column::Day.gte(from))
        .order_by_asc(daily_count::Column::Day)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.day, row.count)).collect())
}

/// How far each school has come by the last day that was counted, by name, those in training last; and that day.
///
/// # Errors
/// When the database fails.
pub async fn by_school(
    db: &impl ConnectionTrait,
) -> Result<Option<(NaiveDate, Vec<OfSchool>)>, DbErr> {
    let last = daily_count::Entity::find()
        .filter(daily_count::Column::What.eq(What::Eligible))
        .filter(daily_count::Column::School.eq(COUNTY))
        .order_by_desc(daily_count::Column::Day)
        .one(db)
        .await?;
    let Some(last) = last else { return Ok(None) };
    let mut found: BTreeMap<String, OfSchool> = BTreeMap::new();
    for row in daily_count::Entity::find()
        .filter(daily_count::Column::Day.eq(last.day))
        .filter(daily_count::Column::School.ne(COUNTY))
        .all(db)
        .await?
    {
        let of = found.entry(row.school.clone()).or_insert(OfSchool {
            number: row.school,
            name: None,
            eligible: 0,
            enrolled: 0,
            photos_waiting: 0,
        });
        match row.what {
            What::Eligible => of.eligible = row.count,
            What::Enrolled => of.enrolled = row.count,
            What::PhotosWaiting => of.photos_waiting = row.count,
            What::NewCards | What::SyncsApplied | What::SyncsStopped => {}
        }
    }
    for school in school::Entity::find().all(db).await? {
        if let Some(of) = found.get_mut(&school.number) {
            of.name = Some(school.name);
        }
    }
    let mut schools: Vec<OfSchool> = found.into_values().collect();
    schools.sort_by_key(|of| {
        let name = of.name.clone().unwrap_or_else(|| of.number.clone());
        (of.number == TRAINING, name.to_lowercase())
    });
    Ok(Some((last.day, schools)))
}

/// A moment as a day in Norway.
#[must_use]
pub fn day_of(unix: i64) -> NaiveDate {
    day_in_norway(DateTime::<Utc>::from_timestamp(unix, 0).unwrap_or_default())
}

#[cfg(test)]
mod tests;
