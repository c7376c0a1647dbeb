mod altinn;
mod gateway;
mod sending;
mod stand_in;

use std::sync::Arc;

use school_records::PersonRecord;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

use crate::{
    app::{
        App,
        testing::{NOW, TestClock, app_with},
    },
    config::{Config, tests::sample_with},
    db::entity::{
        person,
        sms_message::{self, State},
    },
    records::testing::{apprentice, pupil},
};

/// A county that sends by what `section` says, and its clock: a Wednesday in September, at noon.
async fn county(section: &str) -> (App, Arc<TestClock>) {
    let config: Config = sample_with(&format!(
        "\n[sms]\naddress = \"fjordviken.example/bevis\"\n{section}\n"
    ));
    let clock = Arc::new(TestClock::at(NOW));
    (app_with(config, clock.clone()).await, clock)
}

fn with_mobile(mut record: PersonRecord, mobile: &str) -> PersonRecord {
    record.mobile = Some(mobile.into());
    record
}

fn a_pupil(n: usize) -> PersonRecord {
    with_mobile(pupil(n), &format!("6805{n:04}"))
}

fn an_apprentice(n: usize) -> PersonRecord {
    with_mobile(apprentice(n, None), &format!("6805{n:04}"))
}

async fn messages(app: &App) -> Vec<sms_message::Model> {
    sms_message::Entity::find().all(&app.db).await.unwrap()
}

async fn states(app: &App) -> Vec<State> {
    messages(app)
        .await
        .into_iter()
        .map(|row| row.state)
        .collect()
}

async fn set_record(app: &App, key: &str, record: &PersonRecord) {
    let row = crate::records::testing::person(app, key).await;
    let mut row: person::ActiveModel = row.into();
    row.record = Set(serde_json::to_value(record).unwrap());
    row.record_hash = Set("another".into());
    row.update(&app.db).await.unwrap();
}
