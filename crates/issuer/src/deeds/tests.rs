use std::sync::Arc;

use sea_orm::{EntityTrait, sea_query::Expr};

use super::*;
use crate::{
    app::testing::{NOW, TestClock, app_with},
    config::tests::sample_with,
    db::entity::sms_message::State,
    records::testing::{person, pupil, sync},
};

#[tokio::test]
async fn the_same_message_goes_to_somebody_once_a_day_at_most() {
    let section = "\n[sms]\nsender = \"file\"\nfile = \"sms.jsonl\"\naddress = \"x.example\"\n";
    let clock = Arc::new(TestClock::at(NOW));
    let app = app_with(sample_with(section), clock.clone()).await;
    let mut nora = pupil(1);
    nora.mobile = Some("68 05 00 17".into());
    sync(&app, vec![nora]).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    let why = Why {
        by: "kari",
        reason: "Ikke kommet fram",
    };
    let message = sms_message::Entity::find().one(&app.db).await.unwrap();
    let id = message.unwrap().id;
    sms_message::Entity::update_many()
        .col_expr(sms_message::Column::State, Expr::value(State::Sent))
        .col_expr(sms_message::Column::SentAt, Expr::value(Some(NOW)))
        .exec(&app.db)
        .await
        .unwrap();
    for (hours, goes) in [(0, false), (23, false), (24, true)] {
        clock.set(NOW + hours * 3_600);
        let done = resend_sms(&app, nora, id, why).await;
        assert_eq!(done.is_ok(), goes, "after {hours} hours: {done:?}");
    }
}
