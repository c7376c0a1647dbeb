//! What the job writes: whose a message is, what came of it, and until when nothing is sent.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    app::App,
    db::entity::{
        setting,
        sms_message::{self, State},
    },
    sms::sender::Code,
};

/// Row of the setting table.
const PAUSED: &str = "sms_paused_until";

/// Until when the gateway wants peace from all processes, unix seconds.
pub(super) async fn paused_until(app: &App) -> Result<i64, DbErr> {
    let row = setting::Entity::find_by_id(PAUSED).one(&app.db).await?;
    Ok(row.and_then(|row| row.value.parse().ok()).unwrap_or(0))
}

/// Has all processes wait until then.
pub(super) async fn keep_pause(app: &App, until: i64) -> Result<(), DbErr> {
    let row = setting::ActiveModel {
        key: Set(PAUSED.to_owned()),
        value: Set(until.to_string()),
    };
    let update = OnConflict::column(setting::Column::Key)
        .update_column(setting::Column::Value)
        .to_owned();
    setting::Entity::insert(row)
        .on_conflict(update)
        .exec_without_returning(&app.db)
        .await?;
    Ok(())
}

/// Takes a message in hand; whether nobody else has.
pub(super) async fn claim(app: &App, id: Uuid, now: i64, until: i64) -> Result<bool, DbErr> {
    let result = sms_message::Entity::update_many()
        .col_expr(sms_message::Column::State, Expr::value(State::Sending))
        .col_expr(
            sms_message::Column::Attempts,
            sea_orm::ExprTrait::add(Expr::col(sms_message::Column::Attempts), 1),
        )
        .col_expr(sms_message::Column::ClaimedUntil, Expr::value(Some(until)))
        .filter(sms_message::Column::Id.eq(id))
        .filter(sms_message::Column::State.eq(State::Waiting))
        .filter(sms_message::Column::DueAt.lte(now))
        .exec(&app.db)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Only for the claim that `message` shows: when that has lapsed, another process may have the message in hand already.
pub(super) async fn settle(
    app: &App,
    message: &sms_message::Model,
    from: State,
    to: State,
    code: Option<Code>,
    due: Option<i64>,
) -> Result<(), DbErr> {
    let now = app.unix_now();
    let sent_at = (to == State::Sent).then_some(now);
    sms_message::Entity::update_many()
        .col_expr(sms_message::Column::State, Expr::value(to))
        .col_expr(
            sms_message::Column::Outcome,
            Expr::value(code.map(Code::into_owned)),
        )
        .col_expr(
            sms_message::Column::ClaimedUntil,
            Expr::value(Option::<i64>::None),
        )
        .col_expr(sms_message::Column::SentAt, Expr::value(sent_at))
        .col_expr(
            sms_message::Column::DueAt,
            Expr::value(due.unwrap_or(message.due_at)),
        )
        .filter(sms_message::Column::Id.eq(message.id))
        .filter(sms_message::Column::State.eq(from))
        .filter(match message.claimed_until {
            Some(until) => sms_message::Column::ClaimedUntil.eq(until),
            None => sms_message::Column::ClaimedUntil.is_null(),
        })
        .exec(&app.db)
        .await?;
    Ok(())
}
