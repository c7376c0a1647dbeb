//! What is on the sheet, and what fits.

use super::*;

#[tokio::test]
async fn the_sheet_is_a_tagged_page_and_its_metadata_name_nobody() {
    let (app, _, nora, _) = school().await;
    for language in [Language::Nb, Language::Nn, Language::En] {
        let slip = printed(&app, nora, Wanted { language, ..EXAM }).await;
        let text = String::from_utf8_lossy(&slip.pdf);
        assert!(text.starts_with("%PDF-"));
        for part in ["StructTreeRoot", "pdfuaid:part", language.words().title] {
            assert!(text.contains(part), "{part}");
        }
        for personal in ["Bjørnstad", "Marja", "100001", "2009"] {
            assert!(!text.contains(personal), "{personal}");
        }
        assert!(slip.pdf.len() < 200_000, "{}", slip.pdf.len());
        assert!(!format!("{slip:?}").contains("SIS1"));
    }
}

#[tokio::test]
async fn the_longest_names_and_the_busiest_picture_still_fit_and_the_sheet_says_how_to_scan_them() {
    let app = testing::app_with(settings(), Arc::new(TestClock::at(NOW))).await;
    let mut record = pupil(1);
    record.given_name = "Aleksandra Katharina Elisabeth".into();
    record.family_name = "Bjørnstad-Čáhppesjávri von Frankenberg und Ludwigsdorf".into();
    sync(&app, vec![record]).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    // Tiles in all colours, as small as a portrait in so many bytes can have them.
    let pixel = |x, y| {
        let [red, green, blue, ..] = jose::sha256(format!("{} {}", x / 8, y / 8).as_bytes());
        image::Rgb([red, green, blue])
    };
    lock_picture(&app, nora, pixel).await;
    let slip = printed(&app, nora, EXAM).await;
    let is_link = !slip.code.starts_with(qr_proof::SLIP_PREFIX);
    assert_eq!(is_link, kontroll::is_built(), "{}", slip.code.len());
    assert_eq!(
        checked(&Arc::new(app), &slip.code).await.outcome,
        Outcome::Slip
    );
    let page = "https://id.fylket.no/kontroll";
    for words in [Language::Nb, Language::Nn, Language::En].map(Language::words) {
        let (link, plain) = (words.steps(page, true), words.steps(page, false));
        assert_ne!(link[0], plain[0]);
        assert!(link[0].contains(page) && plain[0].contains(page));
        assert_eq!(link[1..], plain[1..]);
    }
}

#[tokio::test]
async fn a_county_that_wants_no_links_prints_none() {
    let mut config = settings();
    config.slip.as_link = false;
    let app = testing::app_with(config, Arc::new(TestClock::at(NOW))).await;
    sync(&app, vec![pupil(1)]).await.unwrap();
    let nora = person(&app, "elev:1").await.id;
    lock_photo(&app, nora).await;
    let slip = printed(&app, nora, EXAM).await;
    assert!(slip.code.starts_with(qr_proof::SLIP_PREFIX));
}

#[test]
fn a_slip_that_ends_before_midnight_says_when() {
    let at = DateTime::parse_from_rfc3339("2026-10-24T22:10:00Z").unwrap();
    // The day with 25 hours: 24 of them after ten past midnight it is ten past eleven.
    let over = at.timestamp() + qr_proof::MAX_SLIP_LIFETIME;
    let said = |language: Language| {
        let words = language.words();
        (words.until)(
            &words.weekday_and_day(day("2026-10-25")),
            &words.clock(over),
        )
    };
    assert_eq!(
        said(Language::Nb),
        "Gjelder bare søndag 25. oktober 2026, til kl. 23.10"
    );
    assert_eq!(
        said(Language::En),
        "Valid on Sunday 25 October 2026 only, until 23:10"
    );
}
