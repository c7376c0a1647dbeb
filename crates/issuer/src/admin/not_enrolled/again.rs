//! "Your card is ready" once more, to those who have not fetched it.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    admin::school::Circle,
    app::App,
    audit, db,
    db::entity::sms_message::{self, Kind},
    records::status::CHUNK,
    sms::outbox,
};

use super::who::{Step, standing};

/// So many days a message is given before another one goes.
pub(super) const DAYS_BETWEEN: i64 = 3;

/// What came of it, in people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SentAgain {
    /// Whose message waits to be sent now.
    pub(super) waiting: usize,
    /// Who has had one lately, or whose message is on its way.
    pub(super) too_early: usize,
    /// Without a message: there is none for them in the outbox.
    pub(super) without: usize,
}

/// Has the messages of a circle's (or one class's) people without a card wait once more. The job sends them, with all its
/// care for numbers, rights and the hours of the day. Those whose photo waits for the school get none: their card is not
/// ready, and it is not they who have to do something.
///
/// # Errors
/// When the database fails; nothing is changed then.
pub(super) async fn send_again(
    app: &App,
    circle: &Circle,
    class: Option<&str>,
    by: &str,
    reason: &str,
) -> Result<SentAgain, DbErr> {
    let mut standing = standing(app, circle).await?;
    standing.only(class);
    let people: Vec<Uuid> = standing
        .people
        .iter()
        .filter(|person| person.step != Step::PhotoInReview)
        .map(|person| person.person)
        .collect();
    let now = app.unix_now();
    let transaction = db::begin_write(&app.db).await?;
    let (mut waiting, mut too_early) = (BTreeSet::new(), BTreeSet::new());
    for chunk in people.chunks(CHUNK) {
        let messages = sms_message::Entity::find()
            .filter(sms_message::Column::PersonId.is_in(chunk.iter().copied()))
            .filter(sms_message::Column::Kind.eq(Kind::Ready))
            .all(&transaction)
            .await?;
        for message in messages {
            let goes = outbox::may_go_again(message.state, message.sent_at, DAYS_BETWEEN, now)
                && outbox::send_again(&transaction, message.id, now).await? > 0;
            if goes {
                waiting.insert(message.person_id);
            } else {
                too_early.insert(message.person_id);
            }
        }
    }
    // Of two cards' messages, one that goes is enough.
    too_early.retain(|person| !waiting.contains(person));
    let done = SentAgain {
        waiting: waiting.len(),
        too_early: too_early.len(),
        without: people.len() - waiting.len() - too_early.len(),
    };
    let entry = audit::Entry::new(by, "sms.send_again", now)
        .reason(reason)
        .detail(json!({
            "school": circle.segment(), "class": class, "too_early": done.too_early,
        }))
        .people(waiting);
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(done)
}
