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
        let svg = match card.symbology {
            Symbology::Qr => qr_svg(&card.code)?,
            Symbology::Code39 => barcode::svg(&barcode::code39(&card.code)?),
            Symbology::Code128 => barcode::svg(&barcode::code128(&card.code)?),
            Symbology::Itf => barcode::svg(&barcode::itf(&card.code)?),
            Symbology::Codabar => barcode::svg(&barcode::codabar(&card.code)?),
            Symbology::Ean13 => barcode::svg(&barcode::ean13(&card.code)?),
        };
        Ok(ShownLibraryCode { svg, card })
    }
}
