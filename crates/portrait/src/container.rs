//! What kind of file some bytes are, and whether the file is whole.

use image::ImageFormat;

use crate::PortraitError;
use crate::jpeg::Jpeg;

/// A kind of file that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    Jpeg(Jpeg),
    Png,
}

impl Container {
    /// Tells the kind by the first bytes, and checks that the file is whole and one still picture.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, PortraitError> {
        match image::guess_format(bytes) {
            Ok(ImageFormat::Jpeg) => Jpeg::read(bytes).map(Self::Jpeg),
            Ok(ImageFormat::Png) => png_is_whole(bytes).map(|()| Self::Png),
            Ok(ImageFormat::Gif) => unsupported("GIF"),
            Ok(ImageFormat::WebP) => unsupported("WebP"),
            Ok(ImageFormat::Avif) => unsupported("AVIF"),
            Ok(ImageFormat::Tiff) => unsupported("TIFF"),
            Ok(ImageFormat::Bmp) => unsupported("BMP"),
            // Nothing else that the guess knows comes out of a camera or a school's records.
            _ if is_heif(bytes) => unsupported("HEIC"),
            _ if is_svg(bytes) => unsupported("SVG"),
            _ => Err(PortraitError::NotAPicture),
        }
    }
}

fn unsupported<T>(format: &'static str) -> Result<T, PortraitError> {
    Err(PortraitError::Unsupported { format })
}

/// ISO/IEC 23008-12: a `ftyp` box with one of the brands of HEIF.
fn is_heif(bytes: &[u8]) -> bool {
    let brands: [&[u8; 4]; 6] = [b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"];
    bytes.get(4..8) == Some(b"ftyp".as_slice())
        && bytes
            .get(8..12)
            .is_some_and(|brand| brands.iter().any(|known| known.as_slice() == brand))
}

fn is_svg(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(1024)];
    let text = start.trim_ascii_start();
    text.starts_with(b"<") && start.windows(4).any(|window| window == b"<svg")
}

/// Walks the chunks of a PNG file (PNG 3rd edition, section 5) up to IEND.
fn png_is_whole(bytes: &[u8]) -> Result<(), PortraitError> {
    let mut rest = bytes.get(8..).ok_or(PortraitError::Truncated)?;
    loop {
        let Some((&[a, b, c, d, ref name @ ..], after)) = rest.split_first_chunk::<8>() else {
            return Err(PortraitError::Truncated);
        };
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d]))
            .map_err(|_| PortraitError::Truncated)?;
        let end = length.checked_add(4).ok_or(PortraitError::Truncated)?;
        rest = after.get(end..).ok_or(PortraitError::Truncated)?;
        match name {
            b"IEND" => return Ok(()),
            b"acTL" => return Err(PortraitError::Animated),
            _ => {}
        }
    }
}
