//! Pictures of people.
//!
//! Input: a file that is said to be a picture.

use portrait::{PortraitError, Settings, normalise, read};

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
    true
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
