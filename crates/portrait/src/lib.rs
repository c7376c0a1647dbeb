//! Portraits: a picture from anywhere becomes a portrait of one size, or is refused with the reason.
//!
//! The bytes are untrusted: whoever sent them chose every one of them. So their size is looked at before their
//! kind, their kind before their structure, and the pixels they announce before a single one is decoded.
//! What comes out holds pixels alone: no place, time or camera from the file that came in.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut bytes = std::io::Cursor::new(Vec::new());
//! # image::RgbImage::new(600, 600).write_to(&mut bytes, image::ImageFormat::Png)?;
//! # let bytes = bytes.into_inner();
//! let jpeg = portrait::normalise(&bytes, &portrait::Settings::default())?;
//! # assert!(jpeg.starts_with(&[0xFF, 0xD8, 0xFF]));
//! # Ok(())
//! # }
//! ```

mod check;
mod container;
mod crop;
mod examine;
mod face;
mod frame;
mod geometry;
mod jpeg;
mod measures;
mod report;
mod rules;

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageResult, Limits, Rgb, RgbImage};

pub use check::{check, check_file, make};
pub use examine::{Examined, MAX_RECEIVED_BYTES, NotAPortrait, examine};
pub use face::{Depth, Face, FaceFinder, Pose, Rect};
pub use report::{Finding, Hint, Measure, Mode, Place, Report, Rule, Value, Verdict};

use container::Container;
use crop::Crop;
use frame::Frame;
use geometry::Geometry;

/// The version of the rules and measures, which a client sends along with a picture.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is taken in, and what comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Largest file, in bytes.
    pub max_bytes: usize,
    /// Most pixels that a file may announce.
    pub max_pixels: u64,
    /// Least width of the part that is used, in pixels.
    pub min_width: u32,
    /// Least height of the part that is used, in pixels.
    pub min_height: u32,
    /// Width of the portrait, in pixels.
    pub width: u32,
    /// Height of the portrait, in pixels.
    pub height: u32,
    /// Largest portrait, in bytes.
    pub max_jpeg_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_bytes: 10_000_000,
            max_pixels: 40_000_000,
            min_width: 240,
            min_height: 320,
            width: 480,
            height: 640,
            max_jpeg_bytes: 64_000,
        }
    }
}

/// Why a picture is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortraitError {
    /// The file is larger than [`Settings::max_bytes`].
    #[error("the file has {bytes} bytes, more than {limit}")]
    TooLarge {
        /// Bytes of the file.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The picture has more pixels than [`Settings::max_pixels`].
    #[error("the picture has {pixels} pixels, more than {limit}")]
    TooManyPixels {
        /// Pixels announced.
        pixels: u64,
        /// Pixels allowed.
        limit: u64,
    },
    /// The part of the picture that would be used is smaller than the settings allow.
    #[error("the usable part of the picture is only {width} x {height} pixels")]
    TooSmall {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// The bytes are no picture at all.
    #[error("the file is not a picture")]
    NotAPicture,
    /// A picture, but of a kind that is not read here.
    #[error("the picture is {format}, not JPEG or PNG")]
    Unsupported {
        /// The kind, as it may be shown.
        format: &'static str,
    },
    /// A JPEG file that would have to be gone over more often than any camera's.
    #[error("the picture has more than {limit} scans")]
    TooManyScans {
        /// Scans allowed.
        limit: u32,
    },
    /// A received portrait that no version of [`portrait`] has made.
    #[error("not a portrait: {0}")]
    NotAPortrait(#[from] NotAPortrait),
    /// A moving picture.
    #[error("the picture is animated")]
    Animated,
    /// The file ends before the picture does.
    #[error("the file is cut off")]
    Truncated,
    /// The file is whole but cannot be decoded.
    #[error("the picture is damaged")]
    Damaged,
    /// The portrait cannot be made small enough; real photographs can.
    #[error("the portrait cannot be made smaller than {limit} bytes")]
    Incompressible {
        /// Bytes allowed.
        limit: usize,
    },
}

/// Makes a portrait from the bytes of a JPEG or PNG file: upright, cropped to the settings' shape,
/// scaled to their size, as a JPEG file without metadata.
///
/// A picture that is too tall loses more at the bottom than at the top, where the face is.
pub fn normalise(bytes: &[u8], settings: &Settings) -> Result<Vec<u8>, PortraitError> {
    encode(&cut(bytes, settings)?, settings.max_jpeg_bytes)
}

/// The pixels of such a portrait, for another file format.
pub fn cut(bytes: &[u8], settings: &Settings) -> Result<RgbImage, PortraitError> {
    let picture = read(bytes, settings)?;
    let crop = Crop::upper_middle(picture.width(), picture.height(), settings)?;
    Ok(scale(&picture, crop, settings.width, settings.height))
}

/// Makes the portrait that is stored, around this face; without a face as [`normalise`] cuts it.
///
/// The result has the settings' size, is no larger than they allow and holds pixels alone. It is never compressed so
/// much that [`Rule::Jpeg`] would be said of it.
pub fn portrait(
    picture: &RgbImage,
    face: Option<&Face>,
    settings: &Settings,
) -> Result<Vec<u8>, PortraitError> {
    let size = [picture.width(), picture.height()];
    let portrait = match face.and_then(Geometry::of) {
        Some(geometry) => Frame::around(&geometry, size, settings).cut(picture, settings)?,
        None => {
            let crop = Crop::upper_middle(size[0], size[1], settings)?;
            scale(picture, crop, settings.width, settings.height)
        }
    };
    encode_well(&portrait, settings.max_jpeg_bytes)
}

/// Reads a JPEG or PNG file from untrusted bytes and turns it upright.
///
/// What is transparent becomes white.
pub fn read(bytes: &[u8], settings: &Settings) -> Result<RgbImage, PortraitError> {
    Ok(turned_upright(bytes, settings)?.0)
}

/// The same, and how the file said that it had to be turned.
fn turned_upright(
    bytes: &[u8],
    settings: &Settings,
) -> Result<(RgbImage, Orientation), PortraitError> {
    if bytes.len() > settings.max_bytes {
        return Err(PortraitError::TooLarge {
            bytes: bytes.len(),
            limit: settings.max_bytes,
        });
    }
    let container = Container::of(bytes)?;
    let cursor = Cursor::new(bytes);
    match container {
        Container::Jpeg(_) => decode(|_| JpegDecoder::new(cursor), settings),
        Container::Png => decode(|limits| PngDecoder::with_limits(cursor, limits), settings),
    }
}

fn decode<D: ImageDecoder>(
    open: impl FnOnce(Limits) -> ImageResult<D>,
    settings: &Settings,
) -> Result<(RgbImage, Orientation), PortraitError> {
    // 16-bit RGBA is the widest pixel there is, and a decoder needs some room of its own.
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(
        settings
            .max_pixels
            .saturating_mul(8)
            .saturating_add(16 << 20),
    );

    let mut decoder = open(limits.clone()).map_err(|_| PortraitError::Damaged)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > settings.max_pixels {
        return Err(PortraitError::TooManyPixels {
            pixels,
            limit: settings.max_pixels,
        });
    }
    // A damaged note on which way is up does not damage the picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (upright_width, upright_height) = match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    };
    Crop::upper_middle(upright_width, upright_height, settings)?;

    decoder
        .set_limits(limits)
        .map_err(|_| PortraitError::Damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| PortraitError::Damaged)?;
    picture.apply_orientation(orientation);
    Ok((opaque(picture), orientation))
}

/// Drops transparency by laying the picture on white; dropping the channel alone would show what it hid.
fn opaque(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        Rgb([red, green, blue].map(|channel| {
            let mixed = (channel * alpha + 255 * (255 - alpha) + 127) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        }))
    })
}

fn scale(picture: &RgbImage, crop: Crop, width: u32, height: u32) -> RgbImage {
    let part = imageops::crop_imm(picture, crop.x, crop.y, crop.width, crop.height);
    if crop.width > 4 * width && crop.height > 4 * height {
        // Averaging down to twice the size first is as good to the eye and many times quicker.
        let halfway = imageops::thumbnail(&*part, 2 * width, 2 * height);
        imageops::resize(&halfway, width, height, FilterType::Lanczos3)
    } else {
        imageops::resize(&*part, width, height, FilterType::Lanczos3)
    }
}

/// In a quality that leaves nothing to be said against it. What is still too large then is noise or a pattern that
/// nobody needs to see on a card, and is smoothed.
fn encode_well(portrait: &RgbImage, limit: usize) -> Result<Vec<u8>, PortraitError> {
    const QUALITIES: [u8; 3] = [85, 80, 75];
    if let Some(jpeg) = first_within(portrait, &QUALITIES, limit)? {
        return Ok(jpeg);
    }
    // Each from the original: what is smoothed twice is smoother than either says, and soon not sharp enough.
    for smoothing in [0.6, 0.8, 1.0, 1.2, 1.6] {
        let smoothed = imageops::blur(portrait, smoothing);
        if let Some(jpeg) = first_within(&smoothed, &QUALITIES, limit)? {
            return Ok(jpeg);
        }
    }
    Err(PortraitError::Incompressible { limit })
}

fn encode(portrait: &RgbImage, limit: usize) -> Result<Vec<u8>, PortraitError> {
    let qualities = [92, 88, 84, 80, 75, 70, 60, 50, 40, 30, 20, 10];
    first_within(portrait, &qualities, limit)?.ok_or(PortraitError::Incompressible { limit })
}

fn first_within(
    portrait: &RgbImage,
    qualities: &[u8],
    limit: usize,
) -> Result<Option<Vec<u8>>, PortraitError> {
    for quality in qualities {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, *quality)
            .encode(
                portrait.as_raw(),
                portrait.width(),
                portrait.height(),
                ExtendedColorType::Rgb8,
            )
            .map_err(|_| PortraitError::Damaged)?;
        if jpeg.len() <= limit {
            return Ok(Some(jpeg));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
