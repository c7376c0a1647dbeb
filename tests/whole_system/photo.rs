//! A photo of one's own, from the phone to the card and back, with the real service and its commands.

use county_api::{Enrolment, PhotoMissingReason, SubmittedFrom, photo_sha256};
use wallet::{CardState, PhotoError, PhotoNotice};

use crate::setting::{County, log_in};

const SUNNIVA: &str = "sunniva@fjordviken.example";

/// A real face in a portrait's shape.
const PICTURE: &[u8] = include_bytes!("../county/photos/nora.jpg");

/// The same in a portrait's size. The tests send it "anyway": what the rules say of it is not the matter here.
fn picture() -> Vec<u8> {
    let filter = image::imageops::FilterType::Triangle;
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::load_from_memory(PICTURE)
        .unwrap()
        .resize_exact(480, 640, filter)
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .unwrap();
    jpeg.into_inner()
}

async fn command(county: &County, arguments: &[&str]) -> String {
    let output = county
        .stage
        .issuer_command(arguments)
        .await
        .unwrap_or_else(|e| panic!("{e}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

async fn person(county: &County, action: &str, reason: &str) -> String {
    let who = ["--feide", SUNNIVA, "--by", "sigrid", "--reason", reason];
    command(county, &[&["person", action], &who[..]].concat()).await
}

/// A word on the photo that was looked at.
async fn on_photo(county: &County, action: &str, reason: &str, sha256: &str) {
    let who = ["--feide", SUNNIVA, "--by", "sigrid", "--reason", reason];
    let seen = ["--photo", &sha256[..16]];
    command(county, &[&["person", action], &who[..], &seen].concat()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_sent_returned_sent_again_approved_locked_and_reset() {
    let county = County::start().await;
    let phone = county.wallet("phone");
    log_in(&phone, "sunniva").await.unwrap();
    let first = phone
        .submit_photo(picture(), SubmittedFrom::Upload, true)
        .await
        .unwrap();
    let Enrolment::PhotoInReview { photo, .. } = first.state else {
        panic!("{:?}", first.state)
    };
    let own = phone.proposed_photo().await.unwrap();
    assert_eq!(photo_sha256(&own), photo.sha256);
    assert_ne!(own, picture(), "the service keeps bytes of its own");
    assert!(phone.fetch_credentials().await.is_err());
    let waiting = command(&county, &["photos", "waiting", "--by", "sigrid"]).await;
    assert!(waiting.contains(SUNNIVA), "{waiting}");

    on_photo(&county, "return-photo", "Ta av deg capsen", &photo.sha256).await;
    phone.enrolment().await.unwrap();
    let told = phone.overview().photo_notice;
    assert!(
        matches!(&told, Some(PhotoNotice::Returned { note, .. }) if note == "Ta av deg capsen"),
        "{told:?}"
    );

    let mut another = picture();
    // A comment, which makes other bytes of the same picture.
    another.splice(2..2, [0xFF, 0xFE, 0x00, 0x03, 0x20]);
    let second = phone
        .submit_photo(another, SubmittedFrom::Selfie, true)
        .await
        .unwrap();
    let Enrolment::PhotoInReview { photo, .. } = second.state else {
        panic!("{:?}", second.state)
    };
    on_photo(&county, "approve-photo", "ser fint ut", &photo.sha256).await;
    let ready = phone.enrolment().await.unwrap();
    let Enrolment::Ready {
        photo_sha256: locked,
        ..
    } = ready.state
    else {
        panic!("{:?}", ready.state)
    };
    phone.fetch_credentials().await.unwrap();
    let card = phone.overview().cards.remove(0);
    assert_eq!(photo_sha256(card.claims.portrait.jpeg()), locked);
    let second = phone
        .submit_photo(picture(), SubmittedFrom::Selfie, true)
        .await;
    assert!(matches!(second, Err(PhotoError::Locked)), "{second:?}");

    person(&county, "reset-photo", "Nytt skoleår").await;
    phone.refresh().await.unwrap();
    let overview = phone.overview();
    assert_eq!(overview.cards[0].state, CardState::Revoked);
    assert!(matches!(
        overview.enrolment.unwrap().status.state,
        Enrolment::PhotoMissing { why: PhotoMissingReason::Reset { note }, .. } if note == "Nytt skoleår"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photographers_folder_is_gone_through_file_by_file() {
    let county = County::start().await;
    let folder = county.path().join("delivery");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("0.jpg"), PICTURE).unwrap();
    std::fs::write(folder.join("liste.csv"), "100042;Nora").unwrap();
    let folder = folder.display().to_string();
    let said = command(
        &county,
        &["photos", "import", &folder, "--by", "sigrid", "--dry-run"],
    )
    .await;
    assert!(said.contains("0.jpg\tno such pupil"), "{said}");
    assert!(said.contains("liste.csv\tnot named NUMBER.jpg"), "{said}");
    assert!(said.ends_with("0 of 2 file(s) would be taken.\n"), "{said}");
}
