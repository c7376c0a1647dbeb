//! "Your card is ready" once more, to those who have not fetched it.

use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    admin::school::Circle,
    app::App,
    audit, db,
    db::entity::sms_message::{self, Kind, State},
    records::status::CHUNK,
    sms::outbox,
};

use super::who::{StandingError, standing};

/// So many days a message is given before another one goes.
pub(super) const DAYS_BETWEEN: i64 = 3;

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SentAgain {
    /// Messages that wait to be sent now.
    pub(super) waiting: usize,
    /// People who have had one lately, or whose message is on its way.
    pub(super) too_early: usize,
    /// People without a message: there is none for them in the outbox.
    pub(super) without: usize,
}

/// Whether another message may go.
fn may_go(state: State, sent_at: Option<i64>, now: i64) -> bool {
    match state {
        // What the county has stopped is the county's to start again.
        State::Waiting | State::Sending | State::Stopped => false,
        State::Sent => {
            sent_at.is_none_or(|at| at <= now - TimeDelta::days(DAYS_BETWEEN).num_seconds())
        }
        State::Unclear | State::Failed | State::NoNumber | State::Lapsed | State::Skipped => true,
    }
}

/// Has the messages of a circle's (or one class's) people without a card wait once more. The job sends them, with all its
/// care for numbers, rights and the hours of the day.
///
/// # Errors
/// When a stored record cannot be read, or the database fails; nothing is changed then.
pub(super) async fn send_again(
    app: &App,
    circle: &Circle,
    class: Option<&str>,
    by: &str,
    reason: &str,
) -> Result<SentAgain, StandingError> {
    let mut standing = standing(app, circle).await?;
    standing.only(class);
    let people: Vec<Uuid> = standing.people.iter().map(|person| person.person).collect();
    let now = app.unix_now();
    let transaction = db::begin_write(&app.db).await?;
    let mut done = SentAgain::default();
    for chunk in people.chunks(CHUNK) {
        let messages = sms_message::Entity::find()
            .filter(sms_message::Column::PersonId.is_in(chunk.iter().copied()))
            .filter(sms_message::Column::Kind.eq(Kind::Ready))
            .all(&transaction)
            .await?;
        for message in messages {
            if !may_go(message.state, message.sent_at, now) {
                done.too_early += 1;
                continue;
            }
            let went = outbox::send_again(&transaction, message.id, now).await?;
            done.waiting += usize::try_from(went).unwrap_or_default();
        }
    }
    done.without = people.len().saturating_sub(done.waiting + done.too_early);
    let entry = audit::Entry::new(by, "sms.send_again", now)
        .reason(reason)
        .detail(json!({
            "school": circle.segment(), "class": class,
            "waiting": done.waiting, "too_early": done.too_early,
        }));
    audit::record(&transaction, entry).await?;
    transaction.commit().await?;
    Ok(done)
}
