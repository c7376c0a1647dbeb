//! The page `/kontroll` of the real issuer, in a real browser, judging the codes of a real wallet.

use std::path::{Path, PathBuf};
use std::time::Duration;

use county_api::Profile;
use serde_json::{Value, json};
use wallet::{ShownCode, Wallet};
use whole_system::walk;
use whole_system::webdriver::Window;

use crate::setting::County;

/// Where the screenshots go, to be looked at.
fn picture(name: &str) -> PathBuf {
    let folder = whole_system::stage::repository().join("tests/.out");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// A browser on somebody's phone, whose camera sees `film`.
async fn browser(film: &Path) -> Window {
    let camera = format!("--use-file-for-fake-video-capture={}", film.display());
    let arguments = [
        "--window-size=390,844",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        &camera,
    ];
    Window::chromium("nb", &arguments)
        .await
        .unwrap_or_else(|e| panic!("{e}"))
}

/// A film of a phone that shows these pictures of codes, each for a second.
fn write_film(path: &Path, codes: &[Vec<u8>]) {
    const WIDTH: u32 = 1280;
    const HEIGHT: u32 = 720;
    let mut film = format!("YUV4MPEG2 W{WIDTH} H{HEIGHT} F2:1 Ip A1:1 C420jpeg\n").into_bytes();
    for code in codes {
        let code = image::load_from_memory(code).unwrap().into_luma8();
        assert!(code.height() <= HEIGHT, "the code fills the screen");
        let (left, top) = ((WIDTH - code.width()) / 2, (HEIGHT - code.height()) / 2);
        let mut frame = image::GrayImage::from_pixel(WIDTH, HEIGHT, image::Luma([70]));
        for (x, y, pixel) in code.enumerate_pixels() {
            // A screen is neither quite white nor quite black.
            let seen = 45 + u8::try_from(u16::from(pixel.0[0]) * 160 / 255).unwrap();
            frame.put_pixel(left + x, top + y, image::Luma([seen]));
        }
        for _ in 0..2 {
            film.extend_from_slice(b"FRAME\n");
            film.extend_from_slice(frame.as_raw());
            film.extend(std::iter::repeat_n(128, (WIDTH * HEIGHT / 2) as usize));
        }
    }
    let part = path.with_extension("part");
    std::fs::write(&part, film).unwrap();
    std::fs::rename(part, path).unwrap();
}

/// Nora's code for an exam. Codes of one second are the same code to a checker, so each has a second of its own.
async fn exam_code(phone: &Wallet) -> ShownCode {
    let code = phone.code(&walk::first_card(phone), Profile::Exam).unwrap();
    let second = code.created_at.timestamp();
    while phone
        .code(&walk::first_card(phone), Profile::Exam)
        .unwrap()
        .created_at
        .timestamp()
        == second
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    code
}

/// Nora's code for an exam as a link, as a phone's camera hands it to the browser.
async fn link(phone: &Wallet) -> String {
    let link = exam_code(phone).await.link_text.unwrap();
    assert!(link.starts_with("HTTP://127.0.0.1:") && link.contains("/KONTROLL#"));
    link
}

/// What is behind the `#`.
fn secret(link: &str) -> &str {
    link.split_once('#').unwrap().1
}

/// Waits until the page can do without a network.
async fn kept(page: &Window) {
    let script = "return (async () => {
        const registrations = await navigator.serviceWorker.getRegistrations();
        const kept = await (await caches.open('kontroll-lists')).keys();
        return registrations.length === 2 && registrations.every(({ active }) => active?.state === 'activated') && kept.length >= 4;
    })()";
    for _ in 0..600 {
        if page.run(script).await.unwrap() == Value::Bool(true) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the page does not keep itself");
}

async fn heading(page: &Window) -> String {
    page.see("[data-look] h1").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn any_browser_checks_a_code_by_link_and_by_camera_with_and_without_a_network() {
    let mut county = County::start().await;
    let phone = county.enrolled("nora", "phone").await;
    let film = county.path().join("camera.y4m");
    write_film(&film, &[drawn(&exam_code(&phone).await.text)]);
    let page = browser(&film).await;

    // A link, opened by the phone's own camera.
    let first = link(&phone).await;
    page.go(&first).await.unwrap();
    // The sample county is a demo, so its cards are grey; everything else about them is true.
    assert_eq!(heading(&page).await, "Demo");
    page.see_text("Nora").await.unwrap();
    page.see_text("Fjordviken videregående skole")
        .await
        .unwrap();
    page.screenshot(&picture("kontroll-1-link.png"))
        .await
        .unwrap();
    let address = page.run("return location.href").await.unwrap();
    let issuer = county.stage.issuer_url();
    assert_eq!(address, json!(format!("{issuer}KONTROLL")));
    kept(&page).await;

    // The page's own scanner: the code for the exam and the photo code, in turn.
    page.press("Lukk").await.unwrap();
    let photo = phone
        .photo_code(&walk::first_card(&phone))
        .unwrap()
        .expect("a photo code");
    let codes = [exam_code(&phone).await.text, photo.text];
    write_film(&film, &codes.map(|text| drawn(&text)));
    page.press("Skann en kode").await.unwrap();
    let other = match heading(&page).await.as_str() {
        "Bare bilde" => "Neste",
        _ => "Skann også bildekoden",
    };
    page.press(other).await.unwrap();
    page.see("img[alt*='Nora']").await.unwrap();
    page.screenshot(&picture("kontroll-2-photo.png"))
        .await
        .unwrap();

    // Blocked: told at once, and without a network from then on.
    let blocked = [
        "person",
        "block",
        "--feide",
        "nora@fjordviken.example",
        "--reason",
        "Mistet telefon",
        "--by",
        "test",
    ];
    county.stage.issuer_command(&blocked).await.unwrap();
    let second = link(&phone).await;
    page.go(&second).await.unwrap();
    page.see_text("Beviset er sperret for tiden").await.unwrap();
    kept(&page).await;
    county.stage.cut_network().await;
    assert!(!county.stage.anything_answers().await);
    let third = link(&phone).await;
    page.go(&third).await.unwrap();
    page.see_text("Beviset er sperret for tiden").await.unwrap();
    page.screenshot(&picture("kontroll-3-offline.png"))
        .await
        .unwrap();
    page.go(issuer.join("kontroll").unwrap().as_str())
        .await
        .unwrap();
    page.see_text("Fikk ikke hentet en nyere nå").await.unwrap();
    page.close().await.unwrap();

    // The issuer handed out files and lists, and knows of nobody.
    let log = std::fs::read_to_string(county.path().join("county/logs/issuer.log")).unwrap();
    assert!(
        log.contains("/KONTROLL") && log.contains("/status-lists"),
        "{log}"
    );
    for code in [&first, &second, &third].map(|link| secret(link)) {
        for part in code.as_bytes().chunks_exact(12) {
            let part = std::str::from_utf8(part).unwrap();
            assert!(!log.contains(part), "a code is in the issuer's log");
        }
    }
}

/// A code as the camera sees it on a screen.
fn drawn(text: &str) -> Vec<u8> {
    use qrcode::{EcLevel, QrCode};
    let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    let size = 700 / (u32::try_from(code.width()).unwrap() + 8);
    let picture = code
        .render::<image::Luma<u8>>()
        .module_dimensions(size, size)
        .build();
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::ImageLuma8(picture)
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    png.into_inner()
}
