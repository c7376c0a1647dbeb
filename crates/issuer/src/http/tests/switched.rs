//! A school that is switched off in another process.

use county_api::SD_JWT_CONFIGURATION;

use super::{NORA, Phone, World, key, prove_key};
use crate::{
    db::entity::photo::PhotoState,
    schools::{self, Switch},
};

#[tokio::test]
async fn a_process_that_has_not_heard_of_a_switch_issues_no_card_at_the_school() {
    let world = World::new().await;
    world.pupil(NORA, Some(PhotoState::Locked)).await;
    let phone = Phone::new(&world);
    let token = phone.log_in(NORA).await.access_token;
    let service = &world.service;
    let off = Switch {
        number: "10001",
        enabled: false,
        by: "fylke@fjordviken.example",
        reason: "Skolen venter til januar",
    };
    schools::switch(service, off).await.unwrap();
    let rules = &service.config.records.rules;
    rules.replace(rules.configured().clone());
    let nonce = phone.nonce().await;
    let proofs = vec![prove_key(&key(), &nonce, service.unix_now())];
    let refused = phone.ask_for(&token, SD_JWT_CONFIGURATION, proofs).await;
    assert_eq!(refused.expect(400).error(), "credential_request_denied");
    let on = Switch {
        enabled: true,
        ..off
    };
    schools::switch(service, on).await.unwrap();
    phone.fetch(&token, SD_JWT_CONFIGURATION, &[key()]).await;
}
