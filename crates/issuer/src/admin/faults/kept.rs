//! What could not be used of the last set that was applied, for the schools to look at. Kept in the transaction of the
//! sync, so that it is always about the records that stand.

use std::collections::HashMap;

use school_records::{FaultReason, SchoolRecords};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::{db::entity::record_fault, records::status::CHUNK};

/// More of them nobody reads; the county's log has the rest.
const MOST_SHOWN: u64 = 500;

/// Puts the faults of a set in the place of those of the one before.
///
/// # Errors
/// When the database fails.
pub(crate) async fn keep(
    db: &DatabaseTransaction,
    records: &SchoolRecords,
    run: Uuid,
    at: i64,
) -> Result<(), DbErr> {
    record_fault::Entity::delete_many().exec(db).await?;
    if records.faults.is_empty() {
        return Ok(());
    }
    let (pupils, numbers) = (schools_of_pupils(records), numbers_of_schools(records));
    let rows: Vec<_> = (1..)
        .zip(&records.faults)
        .map(|(seq, fault)| {
            let (reason, field) = name_of(&fault.reason);
            let id = fault.place.id.as_str();
            let school = match fault.place.class.as_str() {
                class if PUPILS.contains(&class) => pupils.get(id).copied(),
                class if SCHOOLS.contains(&class) => numbers.get(id).copied(),
                _ => None,
            };
            record_fault::ActiveModel {
                seq: Set(seq),
                run_id: Set(run),
                place_class: Set(fault.place.class.clone()),
                place_id: Set(fault.place.id.clone()),
                reason: Set(reason.to_owned()),
                field: Set(field),
                school_number: Set(school.map(str::to_owned)),
                at: Set(at),
            }
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        record_fault::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Classes and files whose records' keys are those of pupils. Those of others may be the same by chance.
const PUPILS: [&str; 4] = ["elev", "elever.csv", "users.csv", "person"];
/// And those of schools.
const SCHOOLS: [&str; 3] = ["skole", "skoler.csv", "orgs.csv"];

/// By the pupil's own key, which is the second half of the source key.
fn schools_of_pupils(records: &SchoolRecords) -> HashMap<&str, &str> {
    let pupils = records.people.iter().filter_map(|person| {
        let (_, id) = person.source_key.split_once(':')?;
        let school = person
            .enrolments
            .iter()
            .filter(|enrolment| enrolment.school_number.is_some())
            .max_by_key(|enrolment| (enrolment.main, enrolment.period.start))?;
        Some((id, school.school_number.as_deref()?))
    });
    pupils.collect()
}

fn numbers_of_schools(records: &SchoolRecords) -> HashMap<&str, &str> {
    let numbers = records.schools.iter().map(|school| school.number.as_str());
    numbers.map(|number| (number, number)).collect()
}

/// The name by which a reason is stored, and what it is about.
fn name_of(reason: &FaultReason) -> (&'static str, Option<String>) {
    match reason {
        FaultReason::NotAnObject => ("not_an_object", None),
        FaultReason::Missing { field } => ("missing", Some(field.clone())),
        FaultReason::WrongKind { field } => ("wrong_kind", Some(field.clone())),
        FaultReason::UnreadableDate { field } => ("unreadable_date", Some(field.clone())),
        FaultReason::EndsBeforeItBegins { field } => ("ends_before_it_begins", Some(field.clone())),
        FaultReason::LeadsNowhere { relation } => ("leads_nowhere", Some(relation.clone())),
        FaultReason::SameKey => ("same_key", None),
        FaultReason::PersonalNumber => ("personal_number", None),
        FaultReason::NobodyKnown => ("nobody_known", None),
        FaultReason::TooLong { field } => ("too_long", Some(field.clone())),
        FaultReason::CellCount => ("cell_count", None),
        FaultReason::UnknownColumn { position } => ("unknown_column", Some(position.to_string())),
        FaultReason::Contradicts { field } => ("contradicts", Some(field.clone())),
        FaultReason::NumberAsKey => ("number_as_key", None),
    }
}

/// Those of a school; without one, those of no known school.
fn find(school: Option<&str>) -> Select<record_fault::Entity> {
    record_fault::Entity::find().filter(match school {
        Some(number) => record_fault::Column::SchoolNumber.eq(number),
        None => record_fault::Column::SchoolNumber.is_null(),
    })
}

/// How many faults are in a school's records; without a school, how many are of no known school.
///
/// # Errors
/// When the database fails.
pub(super) async fn count(db: &impl ConnectionTrait, school: Option<&str>) -> Result<u64, DbErr> {
    find(school).count(db).await
}

/// How many faults are kept in all.
///
/// # Errors
/// When the database fails.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    record_fault::Entity::find().count(db).await
}

/// The same faults, no more than anybody reads. And how many there are.
///
/// # Errors
/// When the database fails.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    school: Option<&str>,
) -> Result<(Vec<record_fault::Model>, u64), DbErr> {
    let count = count(db, school).await?;
    let rows = find(school)
        .order_by_asc(record_fault::Column::Seq)
        .limit(MOST_SHOWN)
        .all(db)
        .await?;
    Ok((rows, count))
}

#[cfg(test)]
mod tests {
    use school_records::{Fault, Faults, Place};

    use super::*;
    use crate::{
        app::testing,
        records::{
            sync::{self, Options},
            testing::{Once, pupil, set},
        },
    };

    fn fault(class: &str, id: &str, reason: FaultReason) -> Fault {
        let place = Place {
            class: class.into(),
            id: id.into(),
        };
        Fault { place, reason }
    }

    async fn apply(app: &crate::app::App, faults: Vec<Fault>) {
        let mut records = set(vec![pupil(1), pupil(2)]);
        let mut list = Faults::default();
        faults.into_iter().for_each(|fault| list.push(fault));
        records.faults = list;
        sync::run(app, &Once::new(Ok(records)), &Options::default())
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn the_faults_of_the_last_set_are_kept_with_the_school_where_it_is_known() {
        let app = testing::app().await;
        let missing = FaultReason::Missing {
            field: "navn".into(),
        };
        apply(
            &app,
            vec![
                fault("elev", "1", missing),
                fault("bibliotek.csv", "#7", FaultReason::NobodyKnown),
            ],
        )
        .await;
        let (here, count) = of(&app.db, Some("10001")).await.unwrap();
        assert_eq!(count, 1);
        assert_eq!(
            (here[0].reason.as_str(), here[0].field.as_deref()),
            ("missing", Some("navn"))
        );
        let (nowhere, _) = of(&app.db, None).await.unwrap();
        assert_eq!(nowhere[0].place_id, "#7");
        assert_eq!(of(&app.db, Some("10002")).await.unwrap().1, 0);

        apply(&app, vec![]).await;
        assert_eq!(of(&app.db, Some("10001")).await.unwrap().1, 0);
        assert_eq!(of(&app.db, None).await.unwrap().1, 0);
    }

    #[tokio::test]
    async fn a_set_that_is_not_applied_leaves_the_faults_of_the_one_before() {
        let app = testing::app().await;
        apply(&app, vec![fault("elev", "1", FaultReason::SameKey)]).await;
        let braked = set(vec![]);
        sync::run(&app, &Once::new(Ok(braked)), &Options::default())
            .await
            .unwrap_err();
        assert_eq!(of(&app.db, Some("10001")).await.unwrap().1, 1);
    }
}
