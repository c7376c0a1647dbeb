//! What staff see of the outbox and do with it: look, have messages sent once more, stop them.

use std::collections::HashMap;

use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
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

/// How many are changed at once.
const LIMIT: u64 = 10_000;

/// Which messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Those {
    /// All in a state.
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

    async fn find(&self, db: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
        Ok(match self {
            Self::In(state) => outbox::in_state(db, &[*state], LIMIT)
                .await?
                .into_iter()
                .map(|row| row.id)
                .collect(),
            Self::Named(state, ids) => {
                let mut found = Vec::new();
                for chunk in ids.chunks(CHUNK) {
                    let rows = sms_message::Entity::find()
                        .filter(sms_message::Column::Id.is_in(chunk.iter().copied()))
                        .filter(sms_message::Column::State.eq(*state))
                        .all(db)
                        .await?;
                    found.extend(rows.into_iter().map(|row| row.id));
                }
                found
            }
        })
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
    let ids = which.find(&transaction).await?;
    let count = outbox::make_wait(&transaction, &ids, app.unix_now()).await?;
    let entry = audit::Entry::new(by, "sms.retry", app.unix_now())
        .reason(reason)
        .detail(json!({ "state": which.state().to_value(), "count": count }));
    audit::record(&transaction, entry).await?;
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
    let ids = which.find(&transaction).await?;
    let mut count = 0;
    for chunk in ids.chunks(CHUNK) {
        let result = sms_message::Entity::update_many()
            .col_expr(sms_message::Column::State, Expr::value(State::Stopped))
            .filter(sms_message::Column::Id.is_in(chunk.iter().copied()))
            .filter(sms_message::Column::State.eq(State::Waiting))
            .exec(&transaction)
            .await?;
        count += result.rows_affected;
    }
    let entry = audit::Entry::new(by, "sms.stop", app.unix_now())
        .reason(reason)
        .detail(json!({ "count": count }));
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
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
}
