//! Photos of one's own, and what the pupil is told of what becomes of them.

use county_api::{Enrolment, SubmittedFrom};
use serde_json::json;
use wallet::{CardState, PhotoError, PhotoNotice, Problem};

use crate::support::{Device, jpeg};

#[tokio::test]
async fn a_photo_of_ones_own_is_sent_as_it_is_and_the_card_can_be_fetched() {
    let device = Device::new();
    device.issuer.reset_photo("Nytt skoleår");
    let wallet = device.logged_in().await;
    let after = wallet
        .submit_photo(jpeg(7), SubmittedFrom::Selfie, false)
        .await
        .unwrap();
    assert!(matches!(after.state, Enrolment::Ready { .. }));
    assert_eq!(wallet.overview().enrolment.unwrap().status, after);
    wallet
        .submit_photo(jpeg(8), SubmittedFrom::Upload, true)
        .await
        .unwrap();
    let version = env!("CARGO_PKG_VERSION").to_owned();
    assert_eq!(
        device.issuer.with(|inner| inner.submitted.clone()),
        [
            ("source=selfie".to_owned(), version.clone(), jpeg(7)),
            ("source=upload&anyway=true".to_owned(), version, jpeg(8)),
        ]
    );
}

#[tokio::test]
async fn each_way_a_photo_is_not_taken_has_its_own_word() {
    let device = Device::new();
    let wallet = device.logged_in().await;
    let refused = async |status, kind, reasons| {
        device
            .issuer
            .with(|inner| inner.photo_refusal = Some((status, kind, reasons)));
        wallet
            .submit_photo(jpeg(1), SubmittedFrom::Selfie, false)
            .await
            .unwrap_err()
    };
    let unusable = refused(
        422,
        "photo-unusable",
        json!(["dark", "<b>x</b>", 7, "two_faces"]),
    );
    let PhotoError::Unusable { reasons } = unusable.await else {
        panic!("the picture is at fault")
    };
    assert_eq!(
        reasons,
        ["dark", "two_faces"],
        "what is no rule id is left out"
    );
    for status in [413, 415] {
        let error = refused(status, "photo-unusable", json!([])).await;
        assert!(matches!(&error, PhotoError::Unusable { reasons } if reasons.is_empty()));
        assert_eq!(Problem::from(&error).support_code, "LB-PHOTO-510");
    }
    let locked = refused(409, "photo-locked", json!(null)).await;
    assert!(matches!(locked, PhotoError::Locked));
    let elsewhere = refused(409, "photo-not-awaited", json!(null)).await;
    assert!(matches!(elsewhere, PhotoError::Changed));
    let too_many = refused(429, "photo-too-many", json!(null)).await;
    assert_eq!(Problem::from(&too_many).support_code, "LB-PHOTO-511");
    // A proxy's word says nothing of the photo.
    let busy = refused(429, "busy", json!(null)).await;
    assert!(matches!(busy, PhotoError::Call(_)));
}

#[tokio::test]
async fn a_reset_is_told_at_the_next_refresh_and_the_card_is_revoked_while_the_library_card_stays()
{
    let device = Device::new();
    let wallet = device.with_card().await;
    assert_eq!(wallet.overview().photo_notice, None);
    device.issuer.reset_photo("Bildet er gammelt");
    wallet.refresh().await.unwrap();
    let overview = wallet.overview();
    let note = "Bildet er gammelt".to_owned();
    assert_eq!(overview.photo_notice, Some(PhotoNotice::Reset { note }));
    assert_eq!(overview.cards[0].state, CardState::Revoked);
    assert!(overview.library_card.is_some());
}
