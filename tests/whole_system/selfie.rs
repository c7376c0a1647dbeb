//! The portrait in the app's real window: a picture file stands in for the camera, and all else is as a pupil has it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use serde_json::Value;
use whole_system::stage::repository;
use whole_system::webdriver::Window;

use crate::setting::County;
use crate::window::{SCREEN, log_in_with_chromium, open_app_with, opened_address, pictures};

/// Portraits that may be used freely; see the README beside them.
fn portrait() -> RgbImage {
    let path = repository().join("tests/portraits/good.jpg");
    image::open(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .into_rgb8()
}

/// The same person in a room without light.
fn dark(picture: &RgbImage) -> RgbImage {
    let mut picture = picture.clone();
    for pixel in picture.pixels_mut() {
        *pixel = Rgb(pixel.0.map(|value| value / 4));
    }
    picture
}

/// The same person a few metres away.
fn far(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let mut room = RgbImage::from_pixel(width, height, Rgb([176, 178, 172]));
    let small = imageops::resize(picture, width * 3 / 5, height * 3 / 5, FilterType::Triangle);
    imageops::overlay(
        &mut room,
        &small,
        i64::from(width) / 5,
        i64::from(height) / 5,
    );
    room
}

/// Two who both want to be in the picture.
fn two(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let mut pair = RgbImage::new(width, height);
    let half = imageops::resize(picture, width / 2, height / 2, FilterType::Triangle);
    for (x, y) in [
        (0, 0),
        (width / 2, 0),
        (0, height / 2),
        (width / 2, height / 2),
    ] {
        imageops::overlay(&mut pair, &half, i64::from(x), i64::from(y));
    }
    pair
}

/// What the camera sees from now on.
fn hold_up(camera: &Path, picture: &RgbImage) {
    let new = camera.with_extension("new.jpg");
    picture.save(&new).unwrap();
    std::fs::rename(&new, camera).unwrap();
}

/// Waits for the words, and keeps a picture of the window for people to look at.
async fn sees(app: &Window, words: &str, shot: &str) {
    app.see_text(words).await.unwrap();
    // The page has the words; it is painted a moment later.
    tokio::time::sleep(Duration::from_millis(300)).await;
    app.screenshot(&pictures().join(format!("photo-{shot}.png")))
        .await
        .unwrap();
}

/// Calls a command of the core as the screens do, and gives what it answers: the way round screens without a button.
async fn command(app: &Window, name: &str, arguments: &Value) -> Value {
    let script = format!(
        "window.__answer = null; window.__TAURI_INTERNALS__.invoke('{name}', {arguments})\
         .then((good) => (window.__answer = {{ good }}), (bad) => (window.__answer = {{ bad }}));"
    );
    app.run(&script).await.unwrap();
    for _ in 0..600 {
        let answer = app.run("return window.__answer").await.unwrap();
        if !answer.is_null() {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{name} gives no answer");
}

/// A picture of her own that looks good, sent past the screens.
async fn send_past_the_screens(app: &Window, picture: &Path) -> Value {
    use base64::Engine as _;
    let jpeg = base64::engine::general_purpose::STANDARD.encode(std::fs::read(picture).unwrap());
    let arguments = serde_json::json!({"jpeg": jpeg, "source": "selfie"});
    let checked = command(app, "check_picture", &arguments).await;
    let id = &checked["good"]["id"];
    assert!(id.is_string(), "{checked}");
    let arguments = serde_json::json!({"id": id, "anyway": false});
    command(app, "submit_picture", &arguments).await
}

fn camera_of(county: &County) -> PathBuf {
    county.path().join("camera.jpg")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_without_a_photo_is_guided_to_a_good_one_which_is_locked_until_it_is_reset() {
    let _alone = SCREEN.lock().await;
    let county = County::start().await;
    let good = portrait();
    let camera = camera_of(&county);
    hold_up(&camera, &dark(&good));
    let app = open_app_with(
        &county,
        &[],
        &[("LOMMEBEVIS_TEST_CAMERA", camera.to_str().unwrap())],
    )
    .await;

    app.press("Logg inn med Feide").await.unwrap();
    log_in_with_chromium(&opened_address(&county).await, "sunniva").await;
    app.see_text("Vi mangler et bilde av deg").await.unwrap();

    // Bad pictures get the hint that helps, and nothing is taken by itself.
    app.press("Ta eller velg et bilde").await.unwrap();
    sees(&app, "Slik blir bildet bra", "0-guide").await;
    app.press("Ta en selfie").await.unwrap();
    sees(&app, "Det er for mørkt", "1-dark").await;
    hold_up(&camera, &two(&good));
    sees(&app, "Bare du skal være med i bildet", "2-two").await;
    hold_up(&camera, &far(&good));
    sees(&app, "Kom litt nærmere", "3-far").await;

    // A good one is taken by itself, and locked.
    hold_up(&camera, &good);
    sees(&app, "Når bildet er tatt i bruk, låses det", "4-review").await;
    app.press("Bruk dette bildet").await.unwrap();
    app.see_text("Elevbevis").await.unwrap();
    sees(&app, "Sunniva", "5-card").await;

    // Locked: the screens offer no second one, and the issuer takes none.
    let text = app.text().await.unwrap();
    assert!(!text.contains("Ta eller velg et bilde"), "{text}");
    let answer = send_past_the_screens(&app, &camera).await;
    assert_eq!(answer["bad"]["kind"], "photo_locked", "{answer}");

    // Until the county opens for a new one.
    let reset = [
        "person",
        "reset-photo",
        "--feide",
        "sunniva@fjordviken.example",
        "--reason",
        "Hun ba om det",
        "--by",
        "sigrid@fjordviken.example",
    ];
    county.stage.issuer_command(&reset).await.unwrap();
    app.press("Oppdater").await.unwrap();
    sees(&app, "Du kan ta et nytt bilde", "6-reset").await;
    // Another picture of the same person: the very one that was taken back would wait for the school.
    hold_up(&camera, &imageops::flip_horizontal(&good));
    app.press("Ta eller velg et bilde").await.unwrap();
    app.press("Ta en selfie").await.unwrap();
    app.press("Bruk dette bildet").await.unwrap();
    app.see_text("Elevbevis").await.unwrap();
    app.see_text("Gyldig").await.unwrap();
    app.close().await.unwrap();
}
