//! Pictures of people.
//!
//! Input: a file that is said to be a picture.

use std::sync::LazyLock;

use portrait::{
    Examined, FaceFinder, PortraitError, Report, Settings, Verdict, check_file, examine, make,
    normalise, read,
};

static FINDER: LazyLock<FaceFinder> = LazyLock::new(FaceFinder::new);

/// Small, so that many are tried; the rules are the same.
const SETTINGS: Settings = Settings {
    max_bytes: 16 * 1024,
    max_pixels: 128 * 128,
    min_width: 6,
    min_height: 8,
    width: 12,
    height: 16,
    max_jpeg_bytes: 1_200,
};

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let picture = read(data, &SETTINGS);
    let portrait = normalise(data, &SETTINGS);
    let picture = match picture {
        Ok(picture) => picture,
        Err(error) => {
            assert_eq!(portrait, Err(error));
            assert_eq!(check_file(&FINDER, data, &SETTINGS), Err(error));
            assert!(examine(&FINDER, data, &SETTINGS).is_err());
            return false;
        }
    };
    let pixels = u64::from(picture.width()) * u64::from(picture.height());
    assert!(data.len() <= SETTINGS.max_bytes && pixels <= SETTINGS.max_pixels);
    let jpeg = match portrait {
        Ok(jpeg) => jpeg,
        // Noise cannot be made small; nothing else is wrong with a picture that was read.
        Err(error) => {
            assert!(matches!(error, PortraitError::Incompressible { .. }));
            return false;
        }
    };
    assert!(jpeg.starts_with(&[0xFF, 0xD8, 0xFF]) && jpeg.ends_with(&[0xFF, 0xD9]));
    assert!(jpeg.len() <= SETTINGS.max_jpeg_bytes);
    // A portrait is itself a good picture, of the size that was asked for.
    let again = read(&jpeg, &SETTINGS).unwrap();
    assert_eq!(
        (again.width(), again.height()),
        (SETTINGS.width, SETTINGS.height)
    );
    no_metadata(&jpeg);
    looked_at(data);
    // What has a portrait's size is received, whatever it shows.
    received(&jpeg);
    true
}

/// Whoever reads a picture can look at it and make a portrait of it, and what is said of it holds together.
fn looked_at(data: &[u8]) {
    match make(&FINDER, data, &SETTINGS) {
        Ok(made) => sound(&made),
        Err(error) => {
            let hopeless = matches!(
                error,
                PortraitError::Incompressible { .. } | PortraitError::TooSmall { .. }
            );
            assert!(hopeless, "{error}");
            consistent(&check_file(&FINDER, data, &SETTINGS).unwrap());
        }
    }
    if let Ok(examined) = examine(&FINDER, data, &SETTINGS) {
        sound(&examined);
    }
}

fn received(portrait: &[u8]) {
    match examine(&FINDER, portrait, &SETTINGS) {
        Ok(examined) => sound(&examined),
        Err(error) => assert!(matches!(error, PortraitError::Incompressible { .. })),
    }
}

fn sound(Examined { report, jpeg }: &Examined) {
    consistent(report);
    assert!(jpeg.len() <= SETTINGS.max_jpeg_bytes);
    no_metadata(jpeg);
}

fn consistent(report: &Report) {
    assert_eq!(report.verdict, Verdict::of(&report.findings));
    assert!(
        report
            .findings
            .iter()
            .map(|finding| finding.rule)
            .is_sorted()
    );
    // Without a face nothing is measured, and nobody is accepted.
    let seen = report.place.is_some();
    assert_eq!(seen, !report.measures.is_empty());
    assert!(seen || report.verdict == Verdict::Reject);
    assert!(
        report
            .measures
            .iter()
            .all(|(_, value)| value.native.is_finite() && value.score <= 100)
    );
}

/// Between the beginning and the picture itself stand tables and sizes, and no application's notes but JFIF's.
fn no_metadata(jpeg: &[u8]) {
    let mut rest = &jpeg[2..];
    loop {
        let [0xFF, marker, high, low, ..] = *rest else {
            panic!("not a marker");
        };
        assert!(!matches!(marker, 0xE1..=0xEF | 0xFE), "a note was left in");
        if marker == 0xDA {
            return;
        }
        rest = &rest[2 + usize::from(u16::from_be_bytes([high, low]))..];
    }
}
