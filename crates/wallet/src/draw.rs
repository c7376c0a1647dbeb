//! QR codes as SVG for the screen and PNG for files: level M, four modules of quiet zone, black on white.

use image::{DynamicImage, ImageFormat, Luma};
use qrcode::{EcLevel, QrCode, render::svg};

/// ISO/IEC 18004 §9.1 asks for four modules; the renderer's default is the same, but it is no promise.
const QUIET: usize = 4;

/// The text does not fit a QR code, or cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the code cannot be drawn")]
pub struct DrawError;

/// Draws a text as an SVG element without XML head, one unit a module, to be sized by its place on the page.
///
/// It has no role and no name: what a screen reader should say is for the page to give.
pub fn qr_svg(text: &str) -> Result<String, DrawError> {
    let code = encode(text)?;
    let drawn = code
        .render::<svg::Color<'_>>()
        .quiet_zone(true)
        .module_dimensions(1, 1)
        .build();
    // Inside a page an XML head is an error; crisp edges are the renderer's own.
    let start = drawn.find("<svg").ok_or(DrawError)?;
    drawn.get(start..).map(str::to_owned).ok_or(DrawError)
}

/// Draws a text as a PNG with this many pixels a module.
pub fn qr_png(text: &str, pixels: u32) -> Result<Vec<u8>, DrawError> {
    let code = encode(text)?;
    let side = (code.width() + 2 * QUIET)
        .checked_mul(pixels as usize)
        .ok_or(DrawError)?;
    if pixels == 0 || side > 10_000 {
        return Err(DrawError);
    }
    let picture = code
        .render::<Luma<u8>>()
        .quiet_zone(true)
        .module_dimensions(pixels, pixels)
        .build();
    let mut png = std::io::Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(picture)
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|_| DrawError)?;
    Ok(png.into_inner())
}

fn encode(text: &str) -> Result<QrCode, DrawError> {
    QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| DrawError)
}

#[cfg(test)]
mod tests {
    use qrcode::Version;

    use super::*;

    #[test]
    fn the_svg_stands_alone_and_is_crisp_black_on_white() {
        let svg = qr_svg("SID1:ABC").unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        assert!(svg.contains(r#"shape-rendering="crispEdges""#));
        assert!(svg.contains(r##"fill="#fff""##) && svg.contains(r##"fill="#000""##));
        // Version 1 is 21 modules, and 4 of quiet zone on each side.
        assert!(svg.contains(r#"viewBox="0 0 29 29""#), "{svg}");
    }

    #[test]
    fn every_code_is_drawn_at_level_m_and_the_one_odd_character_of_a_link_makes_it_no_larger() {
        let signed = "A7 B$K2M*9Q/4W:X0Z-5C+1D.%".repeat(27);
        let code = encode(&format!("SID1:{signed}").as_str()[..700]).unwrap();
        assert_eq!(code.error_correction_level(), EcLevel::M);
        assert_eq!(code.version(), Version::Normal(17));
        // The same 463 bytes in base32.
        let page = "HTTPS://SKOLEBEVIS.MORE-OG-ROMSDAL.FYLKESKOMMUNE.NO/KONTROLL";
        let link = format!("{page}#{}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".repeat(24));
        let link = link.get(..page.len() + 1 + 741).unwrap();
        let mixed = encode(link).unwrap();
        assert_eq!(mixed.error_correction_level(), EcLevel::M);
        assert_eq!(mixed.version(), Version::Normal(18));
        // `#` is not in the alphanumeric set: written as bytes, all of it would be five versions larger.
        let alphanumeric = encode(&link.replace('#', ".")).unwrap();
        assert_eq!(mixed.version(), alphanumeric.version());
        let bytes = encode(&link.to_lowercase()).unwrap();
        assert_eq!(bytes.version(), Version::Normal(23));
    }

    #[test]
    fn another_library_reads_the_png() {
        let text = format!("SID1:{}", "0123456789ABCDEF $%*+-./:".repeat(25));
        let png = qr_png(&text, 4).unwrap();
        assert_eq!(verifier::picture::read_code(&png).unwrap(), text);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert_eq!(qr_svg(&"a".repeat(3000)), Err(DrawError));
        assert_eq!(qr_png("a", 0), Err(DrawError));
        assert_eq!(qr_png("a", u32::MAX), Err(DrawError));
    }
}
