//! Lists that were made, kept sealed until the day of the exam is over.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    FromQueryResult, QueryFilter, QueryOrder, QuerySelect, sea_query::Query,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit, db,
    db::entity::{exam_roster, exam_roster_person},
    deeds::Why,
    roster::{self, Order, RosterError},
    seal::SealError,
};

/// Rows written at once.
const CHUNK: usize = 500;

/// A list as the page shows it: all but the file.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Kept {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) starts_at: i64,
    pub(super) candidates: i64,
    pub(super) photos: i64,
    pub(super) made_at: i64,
    pub(super) made_by: String,
}

/// Why nothing was made, given out or deleted.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeptError {
    #[error(transparent)]
    Make(#[from] RosterError),
    #[error("there is no such list")]
    NoSuchList,
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

/// Makes a list and keeps it. The answer is its id.
///
/// # Errors
/// What [`roster::make`] says, or when the database fails; nothing is kept then.
pub(super) async fn make(app: &App, order: Order, by: &str) -> Result<Uuid, KeptError> {
    let school = order.school.clone();
    let made = roster::make(app, order).await?;
    let id = Uuid::new_v4();
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let row = exam_roster::ActiveModel {
        id: Set(id),
        school_number: Set(school.clone()),
        title: Set(made.roster.title.clone()),
        starts_at: Set(made.roster.starts_at),
        late_after_minutes: Set(i64::from(made.roster.late_after_minutes)),
        candidates: Set(count(made.roster.candidates.len())),
        photos: Set(count(made.with_photo())),
        made_at: Set(made.roster.iat),
        made_by: Set(by.to_owned()),
        expires_at: Set(made.roster.exp),
        sealed: Set(app.seal.seal(&place(id), made.signed.as_bytes())?),
    };
    let transaction = db::begin_write(&app.db).await?;
    roster::record(&transaction, &made, &school, by).await?;
    row.insert(&transaction).await?;
    for people in made.people.chunks(CHUNK) {
        let rows = people.iter().map(|person| exam_roster_person::ActiveModel {
            person_id: Set(*person),
            roster_id: Set(id),
        });
        exam_roster_person::Entity::insert_many(rows)
            .exec_without_returning(&transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(id)
}

/// A school's lists, the next exam first.
///
/// # Errors
/// When the database fails.
pub(super) async fn list(db: &impl ConnectionTrait, school: &str) -> Result<Vec<Kept>, DbErr> {
    exam_roster::Entity::find()
        .select_only()
        .columns([
            exam_roster::Column::Id,
            exam_roster::Column::Title,
            exam_roster::Column::StartsAt,
            exam_roster::Column::Candidates,
            exam_roster::Column::Photos,
            exam_roster::Column::MadeAt,
            exam_roster::Column::MadeBy,
        ])
        .filter(exam_roster::Column::SchoolNumber.eq(school))
        .order_by_asc(exam_roster::Column::StartsAt)
        .order_by_asc(exam_roster::Column::Title)
        .into_model()
        .all(db)
        .await
}

/// The signed file of a school's list, which is written down.
///
/// # Errors
/// When there is no such list at this school, or the database fails.
pub(super) async fn give_out(
    app: &App,
    school: &str,
    id: Uuid,
    why: Why<'_>,
) -> Result<(exam_roster::Model, Vec<u8>), KeptError> {
    let row = find(&app.db, school, id).await?;
    let file = app.seal.open(&place(id), &row.sealed)?.to_vec();
    let people: Vec<Uuid> = exam_roster_person::Entity::find()
        .select_only()
        .column(exam_roster_person::Column::PersonId)
        .filter(exam_roster_person::Column::RosterId.eq(id))
        .order_by_asc(exam_roster_person::Column::PersonId)
        .into_tuple()
        .all(&app.db)
        .await?;
    let entry = audit::Entry::new(why.by, "roster.fetch", app.unix_now())
        .reason(why.reason)
        .detail(json!({ "list": id, "school": school }))
        .people(people);
    audit::record(&app.db, entry).await?;
    Ok((row, file))
}

/// Deletes a school's list. Copies that were given out go by themselves when the day is over.
///
/// # Errors
/// When there is no such list at this school, or the database fails.
pub(super) async fn delete(
    app: &App,
    school: &str,
    id: Uuid,
    by: &str,
    reason: &str,
) -> Result<(), KeptError> {
    let transaction = db::begin_write(&app.db).await?;
    let row = find(&transaction, school, id).await?;
    exam_roster_person::Entity::delete_many()
        .filter(exam_roster_person::Column::RosterId.eq(row.id))
        .exec(&transaction)
        .await?;
    exam_roster::Entity::delete_by_id(row.id)
        .exec(&transaction)
        .await?;
    let entry = audit::Entry::new(by, "roster.delete", app.unix_now())
        .reason(reason)
        .detail(json!({ "list": id, "school": school }));
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(())
}

/// Deletes the lists whose day is over.
///
/// # Errors
/// When the database fails.
pub(crate) async fn forget_expired(db: &impl ConnectionTrait, now: i64) -> Result<(), DbErr> {
    let expired = Query::select()
        .column(exam_roster::Column::Id)
        .from(exam_roster::Entity)
        .and_where(exam_roster::Column::ExpiresAt.lte(now))
        .take();
    exam_roster_person::Entity::delete_many()
        .filter(exam_roster_person::Column::RosterId.in_subquery(expired))
        .exec(db)
        .await?;
    exam_roster::Entity::delete_many()
        .filter(exam_roster::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    Ok(())
}

async fn find(
    db: &impl ConnectionTrait,
    school: &str,
    id: Uuid,
) -> Result<exam_roster::Model, KeptError> {
    exam_roster::Entity::find_by_id(id)
        .filter(exam_roster::Column::SchoolNumber.eq(school))
        .one(db)
        .await?
        .ok_or(KeptError::NoSuchList)
}

/// Where a sealed list belongs.
fn place(id: Uuid) -> String {
    format!("exam_roster/{id}")
}

#[cfg(test)]
mod tests {
    use county_api::Roster;
    use sea_orm::PaginatorTrait;

    use super::*;
    use crate::{
        app::testing::{self, NOW},
        db::entity::audit as entries,
        records::testing::{person, pupil, sync},
        roster::Expected,
    };

    fn order() -> Order {
        Order {
            school: "10001".into(),
            title: "Norsk".into(),
            starts_at: chrono::DateTime::from_timestamp(NOW + 86_400, 0).unwrap(),
            late_after_minutes: 0,
            who: Expected::Classes(vec![("2STA".into(), None)]),
            whole_county: false,
        }
    }

    fn why(by: &str) -> Why<'_> {
        Why {
            by,
            reason: "Eksamen",
        }
    }

    #[tokio::test]
    async fn a_list_is_kept_sealed_given_out_with_a_trace_and_only_to_its_school() {
        let app = testing::app().await;
        sync(&app, vec![pupil(1), pupil(2)]).await.unwrap();
        let id = make(&app, order(), "kari").await.unwrap();
        let kept = list(&app.db, "10001").await.unwrap();
        assert_eq!((kept.len(), kept[0].candidates), (1, 2));
        assert!(list(&app.db, "10002").await.unwrap().is_empty());

        let (row, file) = give_out(&app, "10001", id, why("kari")).await.unwrap();
        assert!(!row.sealed.windows(4).any(|bytes| bytes == b"eyJ0"));
        let signed = String::from_utf8(file).unwrap();
        assert!(Roster::key_name(&signed).is_ok());
        let other = give_out(&app, "10002", id, why("ola")).await;
        assert!(matches!(other, Err(KeptError::NoSuchList)));
        let other = delete(&app, "10002", id, "ola", "feil").await;
        assert!(matches!(other, Err(KeptError::NoSuchList)));

        delete(&app, "10001", id, "kari", "Ikke i bruk")
            .await
            .unwrap();
        assert!(list(&app.db, "10001").await.unwrap().is_empty());
        let deeds: Vec<String> = entries::Entity::find()
            .all(&app.db)
            .await
            .unwrap()
            .into_iter()
            .map(|entry| entry.action)
            .filter(|action| action.starts_with("roster."))
            .collect();
        assert_eq!(deeds, ["roster.make", "roster.fetch", "roster.delete"]);
        let nora = person(&app, "elev:1").await.id;
        let about = entries::Entity::find()
            .filter(crate::audit::search::about(nora))
            .filter(entries::Column::Action.starts_with("roster."))
            .count(&app.db);
        assert_eq!(about.await.unwrap(), 2);
        assert_eq!(on_lists(&app).await, 0);
    }

    #[tokio::test]
    async fn a_list_goes_when_its_day_is_over() {
        let app = testing::app().await;
        sync(&app, vec![pupil(1)]).await.unwrap();
        make(&app, order(), "kari").await.unwrap();
        forget_expired(&app.db, NOW + 86_400).await.unwrap();
        assert_eq!(list(&app.db, "10001").await.unwrap().len(), 1);
        forget_expired(&app.db, NOW + 3 * 86_400).await.unwrap();
        assert!(list(&app.db, "10001").await.unwrap().is_empty());
        assert_eq!(on_lists(&app).await, 0);
    }

    async fn on_lists(app: &App) -> u64 {
        let rows = exam_roster_person::Entity::find();
        rows.count(&app.db).await.unwrap()
    }
}
