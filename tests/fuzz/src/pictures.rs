//! Codes read out of pictures.
//!
//! Input: a picture file; or a text, which is drawn as a QR code and read again.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};
use verifier::picture::{PictureError, read_code};

use crate::draw;

/// Pixels on a side of the largest picture that is looked at here; decoding larger ones takes long and is the same.
const MAX_SIDE: u32 = 256;

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    match size(data) {
        Some((width, height)) if width <= MAX_SIDE && height <= MAX_SIDE => read_code(data).is_ok(),
        Some(_) => false,
        None => {
            let refused = read_code(data).unwrap_err();
            let known = [PictureError::NotAPicture, PictureError::Damaged];
            assert!(known.contains(&refused));
            std::str::from_utf8(data).is_ok_and(drawn)
        }
    }
}

fn size(data: &[u8]) -> Option<(u32, u32)> {
    let format = image::guess_format(data).ok();
    let format = format.filter(|format| matches!(format, ImageFormat::Png | ImageFormat::Jpeg))?;
    let reader = ImageReader::with_format(Cursor::new(data), format);
    reader.into_dimensions().ok()
}

fn drawn(text: &str) -> bool {
    let svg = draw::qr_svg(text);
    let png = draw::qr_png(text, 3);
    assert_eq!(svg.is_ok(), png.is_ok());
    let (Ok(svg), Ok(png)) = (svg, png) else {
        return false;
    };
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
    // The text itself must not get into the page: only its modules.
    assert!(!svg.contains("script"));
    // Other characters than those of our codes are in an encoding that a reader has to guess.
    let ours = |byte: u8| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" $%*+-./:".contains(&byte)
    };
    if !text.is_empty() && text.len() < 120 && text.bytes().all(ours) {
        assert_eq!(read_code(&png).as_deref(), Ok(text));
        return true;
    }
    false
}
