//! What staff see of the outbox and do with it: look, have messages sent once more, stop them.

use std::collections::HashMap;

use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, IntoCondition},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit, db,
    db::entity::{
        person,
        sms_message::{self, State},
    },
    records::{record_of, status::CHUNK},
};

use super::outbox;

/// Which messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Those {
    /// All in a state, however many.
    In(State),
    /// These, as far as they are in it.
    Named(State, Vec<Uuid>),
}

impl Those {
    fn state(&self) -> State {
        match self {
            Self::In(state) | Self::Named(state, _) => *state,
        }
    }

    /// Each as a condition that fits into one statement.
    fn conditions(&self) -> Vec<Condition> {
        let in_state = sms_message::Column::State.eq(self.state());
        match self {
            Self::In(_) => vec![in_state.into_condition()],
            Self::Named(_, ids) => ids
                .chunks(CHUNK)
                .map(|ids| {
                    Condition::all()
                        .add(in_state.clone())
                        .add(sms_message::Column::Id.is_in(ids.iter().copied()))
                })
                .collect(),
        }
    }

    /// The people whom named ones are for, for the trail: of all in a state there can be as many as the county has.
    async fn people(&self, db: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
        let mut people = Vec::new();
        if let Self::Named(..) = self {
            for those in self.conditions() {
                let found: Vec<Uuid> = sms_message::Entity::find()
                    .select_only()
                    .column(sms_message::Column::PersonId)
                    .filter(those)
                    .into_tuple()
                    .all(db)
                    .await?;
                people.extend(found);
            }
        }
        Ok(people)
    }
}

/// A message as staff see it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The row.
    pub message: sms_message::Model,
    /// The key of the person in the records.
    pub key: String,
    /// The last two digits of the number it goes to; none without a number that a message can go to.
    pub ending: Option<String>,
}

/// A page of the messages in a state, the newest first; `skip` are left out before it. One more than `limit` says that there
/// is a next page.
///
/// # Errors
/// When the database fails.
pub async fn page(app: &App, state: State, skip: u64, limit: u64) -> Result<Vec<Shown>, DbErr> {
    let rows = sms_message::Entity::find()
        .filter(sms_message::Column::State.eq(state))
        .order_by_desc(sms_message::Column::CreatedAt)
        .order_by_asc(sms_message::Column::Id)
        .offset(skip)
        .limit(limit)
        .all(&app.db)
        .await?;
    let people: HashMap<Uuid, person::Model> = person::Entity::find()
        .filter(person::Column::Id.is_in(rows.iter().map(|row| row.person_id)))
        .all(&app.db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let ending = |person: &person::Model| {
        let sms = app.config.sms.as_ref()?;
        let number = outbox::number(&record_of(person).ok()?, sms).ok()?;
        Some(number.ending().to_owned())
    };
    Ok(rows
        .into_iter()
        .map(|message| {
            let person = people.get(&message.person_id);
            Shown {
                key: person.map_or_else(String::new, |person| person.source_key.clone()),
                ending: person.and_then(ending),
                message,
            }
        })
        .collect())
}

/// Has messages sent once more. The answer is how many wait now.
///
/// # Errors
/// When the database fails.
pub async fn retry(app: &App, which: &Those, by: &str, reason: &str) -> Result<u64, DbErr> {
    let transaction = db::begin_write(&app.db).await?;
    let people = which.people(&transaction).await?;
    let mut count = 0;
    for those in which.conditions() {
        count += outbox::make_those_wait(&transaction, those, app.unix_now()).await?;
    }
    record(
        &transaction,
        app,
        "sms.retry",
        which,
        people,
        count,
        (by, reason),
    )
    .await?;
    transaction.commit().await?;
    Ok(count)
}

/// Has messages that wait not be sent, until someone has them sent once more. One that a process has in hand goes. The answer
/// is how many are stopped.
///
/// # Errors
/// When the database fails.
pub async fn stop(app: &App, which: &Those, by: &str, reason: &str) -> Result<u64, DbErr> {
    let transaction = db::begin_write(&app.db).await?;
    let people = which.people(&transaction).await?;
    let mut count = 0;
    for those in which.conditions() {
        let result = sms_message::Entity::update_many()
            .col_expr(sms_message::Column::State, Expr::value(State::Stopped))
            .filter(those)
            .filter(sms_message::Column::State.eq(State::Waiting))
            .exec(&transaction)
            .await?;
        count += result.rows_affected;
    }
    record(
        &transaction,
        app,
        "sms.stop",
        which,
        people,
        count,
        (by, reason),
    )
    .await?;
    transaction.commit().await?;
    Ok(count)
}

async fn record(
    db: &DatabaseTransaction,
    app: &App,
    action: &'static str,
    which: &Those,
    people: Vec<Uuid>,
    count: u64,
    (by, reason): (&str, &str),
) -> Result<(), DbErr> {
    let entry = audit::Entry::new(by, action, app.unix_now())
        .reason(reason)
        .detail(json!({ "state": which.state().to_value(), "count": count }))
        .people(people);
    audit::record(db, entry).await
}

#[cfg(test)]
mod tests {
    use sea_orm::ActiveValue::Set;

    use super::*;
    use crate::{
        app::testing,
        config::tests::sample_with,
        records::testing::{pupil, sync},
    };

    const SMS: &str = "\n[sms]\nsender = \"file\"\nfile = \"sms.jsonl\"\naddress = \"x.example\"\n";

    async fn with_three() -> App {
        let clock = std::sync::Arc::new(testing::TestClock::at(testing::NOW));
        let app = testing::app_with(sample_with(SMS), clock).await;
        let mut people = vec![pupil(1), pupil(2), pupil(3)];
        people[0].mobile = Some("68 05 00 17".into());
        people[1].mobile = Some("none".into());
        sync(&app, people).await.unwrap();
        app
    }

    #[tokio::test]
    async fn staff_see_no_more_of_a_number_than_its_end() {
        let app = with_three().await;
        let shown = page(&app, State::Waiting, 0, 10).await.unwrap();
        assert_eq!(shown.len(), 3);
        let of = |key: &str| shown.iter().find(|shown| shown.key == key).unwrap();
        assert_eq!(of("elev:1").ending.as_deref(), Some("17"));
        assert_eq!(of("elev:2").ending, None);
        assert!(!format!("{shown:?}").contains("680500"));
        assert_eq!(page(&app, State::Waiting, 2, 10).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn what_is_stopped_stays_so_until_someone_has_it_sent() {
        let app = with_three().await;
        let one = page(&app, State::Waiting, 0, 1).await.unwrap()[0]
            .message
            .id;
        let named = Those::Named(State::Waiting, vec![one, Uuid::new_v4()]);
        assert_eq!(stop(&app, &named, "fylke", "Feil tekst").await.unwrap(), 1);
        assert_eq!(stop(&app, &named, "fylke", "Feil tekst").await.unwrap(), 0);
        let all = Those::In(State::Waiting);
        assert_eq!(stop(&app, &all, "fylke", "Feil tekst").await.unwrap(), 2);
        // The next sync does not have them wait again.
        let people = vec![pupil(1), pupil(2), pupil(3)];
        sync(&app, people).await.unwrap();
        assert!(page(&app, State::Waiting, 0, 9).await.unwrap().is_empty());
        let again = Those::In(State::Stopped);
        assert_eq!(retry(&app, &again, "fylke", "Rett nå").await.unwrap(), 3);
        assert_eq!(page(&app, State::Waiting, 0, 9).await.unwrap().len(), 3);
    }

    #[tokio::test]
    async fn all_that_wait_are_stopped_and_sent_again_however_many_there_are() {
        let app = with_three().await;
        let person = crate::records::testing::person(&app, "elev:1").await.id;
        sms_message::Entity::delete_many()
            .exec(&app.db)
            .await
            .unwrap();
        // Each of somebody else in life; the constraint is about person and card.
        const MANY: usize = 10_500;
        let people: Vec<Uuid> = (0..MANY).map(|_| Uuid::new_v4()).collect();
        let model = person::Entity::find_by_id(person).one(&app.db).await;
        let model = model.unwrap().unwrap();
        for chunk in people.chunks(CHUNK) {
            let rows = chunk.iter().map(|id| person::ActiveModel {
                id: Set(*id),
                source_key: Set(id.to_string()),
                ..model.clone().into()
            });
            person::Entity::insert_many(rows)
                .exec_without_returning(&app.db)
                .await
                .unwrap();
            let rows = chunk.iter().map(|person| sms_message::ActiveModel {
                id: Set(Uuid::new_v4()),
                person_id: Set(*person),
                card: Set(sms_message::Card::Pupil),
                kind: Set(sms_message::Kind::Ready),
                state: Set(State::Waiting),
                created_at: Set(testing::NOW),
                due_at: Set(testing::NOW),
                attempts: Set(0),
                claimed_until: Set(None),
                outcome: Set(None),
                sent_at: Set(None),
            });
            sms_message::Entity::insert_many(rows)
                .exec_without_returning(&app.db)
                .await
                .unwrap();
        }
        let all = Those::In(State::Waiting);
        let stopped = stop(&app, &all, "fylke", "Feil tekst").await.unwrap();
        assert_eq!(stopped, MANY as u64);
        assert!(page(&app, State::Waiting, 0, 9).await.unwrap().is_empty());
        let again = Those::In(State::Stopped);
        let waiting = retry(&app, &again, "fylke", "Rett nå").await.unwrap();
        assert_eq!(waiting, MANY as u64);
    }
}
