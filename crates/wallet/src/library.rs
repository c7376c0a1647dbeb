//! The library card: a number, drawn the way the library's scanner reads it. Never needs a network.

use county_api::{LibraryCard, Symbology};

use crate::{BarcodeError, DrawError, Wallet, barcode, draw::qr_svg};

/// Why there is no library card to show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// The person has no library card.
    #[error("there is no library card")]
    NoCard,
    /// The number cannot be drawn in the way that was set for it.
    #[error(transparent)]
    Barcode(#[from] BarcodeError),
    /// The number does not fit a QR code.
    #[error(transparent)]
    Draw(#[from] DrawError),
}

/// A library card to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownLibraryCode {
    /// The code as an SVG element, black on white, with its quiet zone.
    pub svg: String,
    /// The number and how it is drawn.
    pub card: LibraryCard,
}

impl Wallet {
    /// Draws the library card.
    pub fn library_code(&self) -> Result<ShownLibraryCode, LibraryError> {
        let card = self
            .read(|state| state.enrolment.as_ref()?.status.library_card.clone())
            .ok_or(LibraryError::NoCard)?;
        let svg = drawn(&card)?;
        Ok(ShownLibraryCode { svg, card })
    }
}

fn drawn(card: &LibraryCard) -> Result<String, LibraryError> {
    Ok(match card.symbology {
        Symbology::Qr => qr_svg(&card.code)?,
        Symbology::Code39 => barcode::svg(&barcode::code39(&card.code)?),
        Symbology::Code128 => barcode::svg(&barcode::code128(&card.code)?),
        Symbology::Itf => barcode::svg(&barcode::itf(&card.code)?),
        Symbology::Codabar => barcode::svg(&barcode::codabar(&card.code)?),
        Symbology::Ean13 => barcode::svg(&barcode::ean13(&card.code)?),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rxing::{
        BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, MultiFormatReader, Reader,
        common::HybridBinarizer,
    };

    use super::*;
    use crate::Problem;

    const SCALE: usize = 4;

    /// Grey pixels of one of our drawings, which are rectangles alone, and their width and height.
    fn pixels(svg: &str) -> (Vec<u8>, usize, usize) {
        let view = svg.split("viewBox=\"0 0 ").nth(1).unwrap();
        let (size, _) = view.split_once('"').unwrap();
        let (width, height) = size.split_once(' ').unwrap();
        let [width, height] = [width, height].map(|side| side.parse::<usize>().unwrap() * SCALE);
        let mut grey = vec![255; width * height];
        let (_, path) = svg.split_once(" d=\"").unwrap();
        let (path, _) = path.split_once('"').unwrap();
        for rectangle in path.split('M').skip(1) {
            let numbers: Vec<usize> = rectangle
                .split([' ', 'h', 'v', 'H', 'V', 'z', '-'])
                .filter(|part| !part.is_empty())
                .take(4)
                .map(|part| part.parse::<usize>().unwrap() * SCALE)
                .collect();
            for row in numbers[1]..numbers[1] + numbers[3] {
                let from = row * width + numbers[0];
                grey[from..from + numbers[2]].fill(0);
            }
        }
        (grey, width, height)
    }

    #[test]
    fn a_number_of_odd_length_is_not_drawn_as_another_number_in_pairs_of_digits() {
        let card = LibraryCard {
            code: "1234567".to_owned(),
            symbology: Symbology::Itf,
        };
        let error = drawn(&card).unwrap_err();
        assert!(matches!(
            error,
            LibraryError::Barcode(BarcodeError::OddDigits)
        ));
        assert_eq!(Problem::from(&error).support_code, "LB-CARD-621");
    }

    #[test]
    fn the_picture_that_is_shown_is_read_by_another_library_in_every_symbology() {
        for (symbology, format, code) in [
            (Symbology::Qr, BarcodeFormat::QR_CODE, "N001234567"),
            (Symbology::Code39, BarcodeFormat::CODE_39, "N001234567"),
            (Symbology::Code128, BarcodeFormat::CODE_128, "N001234567"),
            (Symbology::Itf, BarcodeFormat::ITF, "0012345678"),
            (Symbology::Codabar, BarcodeFormat::CODABAR, "20123456789"),
            (Symbology::Ean13, BarcodeFormat::EAN_13, "4006381333931"),
        ] {
            let card = LibraryCard {
                code: code.to_owned(),
                symbology,
            };
            let (grey, width, height) = pixels(&drawn(&card).unwrap());
            let [width, height] = [width, height].map(|side| u32::try_from(side).unwrap());
            let source = Luma8LuminanceSource::new(grey, width, height).unwrap();
            let hints = DecodeHints {
                PossibleFormats: Some(HashSet::from([format])),
                TryHarder: Some(true),
                ..DecodeHints::default()
            };
            let mut picture = BinaryBitmap::new(HybridBinarizer::new(source));
            let seen = MultiFormatReader::default()
                .decode_with_hints(&mut picture, &hints)
                .unwrap_or_else(|error| panic!("{symbology:?}: {error}"));
            assert_eq!(seen.getText(), code, "{symbology:?}");
        }
    }
}
