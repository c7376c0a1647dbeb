use chrono::TimeDelta;
use county_api::{Profile, Validity};
use status_list::Status;
use wallet::{CardState, CheckError, ValidityResult};

use crate::support::{Device, Fault, first};

#[tokio::test]
async fn online_the_issuers_own_word_is_shown_with_its_time() {
    let device = Device::new();
    let wallet = device.with_card().await;
    let ValidityResult::Online {
        statement,
        server_time,
    } = wallet.check_validity(&first(&wallet)).await.unwrap()
    else {
        panic!("offline");
    };
    assert_eq!(statement.result, Validity::Valid);
    assert_eq!(server_time, device.clock.truth());
}

#[tokio::test]
async fn a_suspension_learnt_here_shows_on_the_card_and_so_does_its_end() {
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::minutes(1));
    device.issuer.block();
    wallet.check_validity(&first(&wallet)).await.unwrap();
    assert_eq!(wallet.overview().cards[0].state, CardState::Suspended);
    device.clock.pass(TimeDelta::minutes(1));
    device.issuer.with(|inner| {
        for status in inner.statuses.values_mut() {
            *status = Status::Valid;
        }
    });
    wallet.check_validity(&first(&wallet)).await.unwrap();
    assert_eq!(wallet.overview().cards[0].state, CardState::Valid);
}

#[tokio::test]
async fn the_end_of_a_block_that_a_refresh_had_found_on_every_credential_shows_on_the_card_as_well()
{
    let device = Device::new();
    let wallet = device.with_card().await;
    device.clock.pass(TimeDelta::minutes(1));
    device.issuer.block();
    wallet.refresh().await.unwrap();
    assert_eq!(wallet.overview().cards[0].state, CardState::Suspended);
    device.clock.pass(TimeDelta::minutes(1));
    device.issuer.with(|inner| inner.statuses.clear());
    let result = wallet.check_validity(&first(&wallet)).await.unwrap();
    assert!(matches!(result, ValidityResult::Online { .. }));
    assert_eq!(wallet.overview().cards[0].state, CardState::Valid);

    // Without the lists the answer is the same, and the card waits for its next refresh.
    device.issuer.block();
    device.clock.pass(TimeDelta::minutes(1));
    wallet.refresh().await.unwrap();
    device.clock.pass(TimeDelta::minutes(1));
    device.issuer.with(|inner| inner.statuses.clear());
    device.issuer.fault(Fault::StrangerSignsStatusList);
    let result = wallet.check_validity(&first(&wallet)).await.unwrap();
    assert!(matches!(result, ValidityResult::Online { .. }));
    assert_eq!(wallet.overview().cards[0].state, CardState::Suspended);
}

#[tokio::test]
async fn offline_what_is_known_is_shown_with_its_age_and_nothing_gets_worse() {
    type Break = fn(&Device);
    let breaks: [Break; 3] = [
        |device| device.network.cut(),
        |device| device.issuer.with(|inner| inner.down = true),
        |device| device.issuer.with(|inner| inner.sessions_ended = true),
    ];
    for break_it in breaks {
        let device = Device::new();
        let wallet = device.with_card().await;
        let fetched_at = device.clock.truth();
        device.clock.pass(TimeDelta::hours(5));
        break_it(&device);
        let result = wallet.check_validity(&first(&wallet)).await.unwrap();
        assert_eq!(
            result,
            ValidityResult::Offline {
                last_known: CardState::Valid,
                known_at: fetched_at,
                age: TimeDelta::hours(5),
            }
        );
        assert_eq!(wallet.overview().cards[0].state, CardState::Valid);
        wallet.code(&first(&wallet), Profile::Exam).unwrap();
    }
}

#[tokio::test]
async fn a_statement_that_cannot_be_believed_is_neither_shown_nor_kept() {
    for fault in [Fault::StrangerSignsStatement, Fault::StatementAboutAnother] {
        let device = Device::new();
        let wallet = device.with_card().await;
        device.issuer.block();
        device.issuer.fault(fault);
        let refused = wallet.check_validity(&first(&wallet)).await;
        assert!(
            matches!(refused, Err(CheckError::Statement | CheckError::Trust(_))),
            "{fault:?}"
        );
        assert_eq!(wallet.overview().cards[0].state, CardState::Valid);
    }
}
