//! The bar codes of library cards, whose numbers come from the library.
//!
//! Input: a number, which is drawn in every kind of code that can say it and read again.

use std::collections::HashSet;

use rxing::common::HybridBinarizer;
use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, MultiFormatReader, Reader,
};

use crate::barcode::{BarcodeError, codabar, code39, code128, ean13, itf, svg};

type Draw = fn(&str) -> Result<Vec<bool>, BarcodeError>;

const KINDS: [(Draw, BarcodeFormat); 5] = [
    (code39, BarcodeFormat::CODE_39),
    (code128, BarcodeFormat::CODE_128),
    (itf, BarcodeFormat::ITF),
    (codabar, BarcodeFormat::CODABAR),
    (ean13, BarcodeFormat::EAN_13),
];

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    let mut drawn = false;
    for (draw, format) in KINDS {
        let Ok(bars) = draw(text) else {
            continue;
        };
        drawn = true;
        assert!(bars.first() == Some(&true) && bars.last() == Some(&true));
        // Forty characters of eleven modules and what stands around them.
        assert!(bars.len() < 1_000);
        let svg = svg(&bars);
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        if let Some(read) = read(&bars, format) {
            assert_eq!(read, expected(text, format), "{format:?}");
        }
    }
    drawn
}

/// What a scanner types: without the blanks around, and without Codabar's letters at both ends.
fn expected(text: &str, format: BarcodeFormat) -> String {
    let trimmed = text.trim();
    match format {
        BarcodeFormat::CODE_128 => text.to_owned(),
        BarcodeFormat::CODABAR => {
            let is_guard = |c: char| c.is_ascii_alphabetic();
            trimmed
                .trim_start_matches(is_guard)
                .trim_end_matches(is_guard)
                .to_owned()
        }
        _ => trimmed.to_owned(),
    }
}

/// Draws the modules as grey pixels and has another library read them.
fn read(bars: &[bool], format: BarcodeFormat) -> Option<String> {
    const QUIET: usize = 11;
    const HEIGHT: u32 = 12;
    let mut row = vec![255; QUIET * 2];
    for bar in bars {
        row.extend([if *bar { 0 } else { 255 }; 2]);
    }
    row.extend(vec![255; QUIET * 2]);
    let width = u32::try_from(row.len()).unwrap();
    let source = Luma8LuminanceSource::new(row.repeat(HEIGHT as usize), width, HEIGHT).ok()?;
    let hints = DecodeHints {
        PossibleFormats: Some(HashSet::from([format])),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let found = MultiFormatReader::default()
        .decode_with_hints(&mut bitmap, &hints)
        .ok()?;
    Some(found.getText().to_owned())
}
