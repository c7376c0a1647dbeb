//! Reading a code out of a picture: a photograph of a screen, a screenshot, a frame from a camera.

use std::collections::HashSet;
use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageError, ImageFormat, ImageReader, Limits, imageops};
use rxing::{BarcodeFormat, DecodeHints, helpers};

/// Largest file that is read, in bytes.
pub const MAX_BYTES: usize = 10_000_000;
/// Most pixels that are decoded.
pub const MAX_PIXELS: u64 = 40_000_000;
/// Longer sides are scaled down to this before looking: a code that fills a tenth of it can still be read.
const MAX_SIDE: u32 = 3_000;

/// Why no code was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// More than [`MAX_BYTES`].
    #[error("the picture file is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// More than [`MAX_PIXELS`].
    #[error("the picture has more than {MAX_PIXELS} pixels")]
    TooManyPixels,
    /// Neither PNG nor JPEG.
    #[error("the picture is neither PNG nor JPEG")]
    NotAPicture,
    /// Cannot be decoded.
    #[error("the picture is damaged")]
    Damaged,
    /// A picture without a QR code, or with one that cannot be made out.
    #[error("no QR code was found in the picture")]
    NoCode,
}

/// Reads the text of the QR code in a PNG or JPEG file.
///
/// If there are several, one of ours comes first; so a library code beside it does no harm.
pub fn read_code(bytes: &[u8]) -> Result<String, PictureError> {
    let picture = decode(bytes)?;
    let mut texts = find(&picture);
    let ours = texts.iter().position(|text| is_ours(text));
    if texts.is_empty() {
        return Err(PictureError::NoCode);
    }
    Ok(texts.swap_remove(ours.unwrap_or(0)))
}

/// A code of a card, a photo code, or a code as a link.
fn is_ours(text: &str) -> bool {
    let begins = |prefix| text.starts_with(prefix);
    [qr_proof::PREFIX, qr_proof::TOKEN_PREFIX]
        .into_iter()
        .any(begins)
        || qr_proof::decode(text).is_ok()
}

fn decode(bytes: &[u8]) -> Result<GrayImage, PictureError> {
    if bytes.len() > MAX_BYTES {
        return Err(PictureError::TooLarge);
    }
    let format = image::guess_format(bytes)
        .ok()
        .filter(|format| matches!(format, ImageFormat::Png | ImageFormat::Jpeg))
        .ok_or(PictureError::NotAPicture)?;
    let open = || ImageReader::with_format(Cursor::new(bytes), format);
    let (width, height) = open()
        .into_dimensions()
        .map_err(|_| PictureError::Damaged)?;
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooManyPixels);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_PIXELS * 8 + (16 << 20));
    let mut reader = open();
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| match error {
        ImageError::Limits(_) => PictureError::TooManyPixels,
        _ => PictureError::Damaged,
    })?;
    let picture = flatten(picture);
    let longest = width.max(height);
    if longest <= MAX_SIDE {
        return Ok(picture);
    }
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(MAX_SIDE) / u64::from(longest);
        u32::try_from(side).unwrap_or(MAX_SIDE).max(1)
    };
    Ok(imageops::thumbnail(&picture, scaled(width), scaled(height)))
}

/// Grey, with what is transparent laid on white: black modules on nothing are common in saved codes.
fn flatten(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let picture = picture.into_luma_alpha8();
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [luma, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        let mixed = (luma * alpha + 255 * (255 - alpha)) / 255;
        image::Luma([u8::try_from(mixed).unwrap_or(u8::MAX)])
    })
}

fn find(picture: &GrayImage) -> Vec<String> {
    let (width, height) = picture.dimensions();
    if width == 0 || height == 0 {
        return Vec::new();
    }
    let hints = || DecodeHints {
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        TryHarder: Some(true),
        AlsoInverted: Some(true),
        ..DecodeHints::default()
    };
    let pixels = || picture.as_raw().clone();
    // All codes at this size first; then one code at several sizes, which reads blurred pictures better.
    if let Ok(found) =
        helpers::detect_multiple_in_luma_with_hints(pixels(), width, height, &mut hints())
    {
        let texts: Vec<String> = found.iter().map(|code| code.getText().to_owned()).collect();
        if !texts.is_empty() {
            return texts;
        }
    }
    helpers::detect_in_luma_filtered_with_hints(pixels(), width, height, None, &mut hints())
        .map(|code| vec![code.getText().to_owned()])
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::County;
    use image::{ImageEncoder, Luma, Rgba, RgbaImage};

    fn draw(text: &str, module: u32) -> GrayImage {
        let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).unwrap();
        let modules = u32::try_from(code.width()).unwrap() + 8;
        let colours = code.to_colors();
        GrayImage::from_fn(modules * module, modules * module, |x, y| {
            let (x, y) = ((x / module).wrapping_sub(4), (y / module).wrapping_sub(4));
            let inside = x < modules - 8 && y < modules - 8;
            let at = (y.wrapping_mul(modules - 8)).wrapping_add(x) as usize;
            let dark = inside && colours[at] == qrcode::Color::Dark;
            Luma([if dark { 10 } else { 245 }])
        })
    }

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn our_code() -> String {
        let county = County::new();
        county.code(&county.claims(), county.now)
    }

    #[test]
    fn our_code_is_read_from_png_and_jpeg_at_several_sizes() {
        let text = our_code();
        for module in [3, 5, 14] {
            let picture = DynamicImage::from(draw(&text, module));
            for format in [ImageFormat::Png, ImageFormat::Jpeg] {
                assert_eq!(
                    read_code(&file(&picture, format)).as_deref(),
                    Ok(text.as_str()),
                    "{module} {format:?}"
                );
            }
        }
    }

    #[test]
    fn a_blurred_tilted_and_inverted_code_is_read() {
        let text = our_code();
        let mut picture = imageops::blur(&draw(&text, 5), 2.0);
        imageops::invert(&mut picture);
        let picture = imageops::rotate90(&picture);
        assert_eq!(
            read_code(&file(&picture.into(), ImageFormat::Png)).as_deref(),
            Ok(text.as_str())
        );
    }

    #[test]
    fn a_code_on_nothing_is_read_as_on_white() {
        let text = our_code();
        let grey = draw(&text, 4);
        let clear = RgbaImage::from_fn(grey.width(), grey.height(), |x, y| {
            Rgba([
                0,
                0,
                0,
                if grey.get_pixel(x, y).0[0] < 128 {
                    255
                } else {
                    0
                },
            ])
        });
        assert_eq!(
            read_code(&file(&clear.into(), ImageFormat::Png)).as_deref(),
            Ok(text.as_str())
        );
    }

    #[test]
    fn our_code_is_found_beside_another_in_each_of_its_forms() {
        let code = our_code();
        let link = qr_proof::link(&code, "https://bevis.example/kontroll").unwrap();
        let photo = format!("{}{}", qr_proof::TOKEN_PREFIX, "6BF".repeat(100));
        for text in [code, link, photo] {
            let (ours, other) = (draw(&text, 4), draw("https://example.com/bibliotek", 12));
            let height = ours.height().max(other.height());
            let mut both =
                GrayImage::from_pixel(ours.width() + other.width() + 40, height, Luma([245]));
            imageops::replace(&mut both, &other, 0, 0);
            imageops::replace(&mut both, &ours, i64::from(other.width()) + 40, 0);
            assert_eq!(
                read_code(&file(&both.into(), ImageFormat::Png)).as_deref(),
                Ok(text.as_str())
            );
        }
    }

    #[test]
    fn what_holds_no_code_says_why() {
        let blank = DynamicImage::from(GrayImage::from_pixel(300, 300, Luma([200])));
        let mut huge = Vec::new();
        image::codecs::png::PngEncoder::new(&mut huge)
            .write_image(
                &vec![0; 7_000 * 6_000],
                7_000,
                6_000,
                image::ExtendedColorType::L8,
            )
            .unwrap();
        let png = file(&blank, ImageFormat::Png);
        for (bytes, expected) in [
            (png.clone(), PictureError::NoCode),
            (png[..png.len() / 2].to_vec(), PictureError::Damaged),
            (png[..20].to_vec(), PictureError::Damaged),
            (huge, PictureError::TooManyPixels),
            (vec![0; MAX_BYTES + 1], PictureError::TooLarge),
            (b"GIF89a".to_vec(), PictureError::NotAPicture),
            (Vec::new(), PictureError::NotAPicture),
        ] {
            assert_eq!(read_code(&bytes), Err(expected));
        }
    }
}
