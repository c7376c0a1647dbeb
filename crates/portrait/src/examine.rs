//! What an issuer does with a portrait that it was sent.

use image::metadata::Orientation;

use crate::check::report;
use crate::container::Container;
use crate::face::{Depth, FaceFinder};
use crate::jpeg::Jpeg;
use crate::report::{Mode, Report, Verdict};
use crate::rules::{self, Purpose};
use crate::{PortraitError, Settings, encode_well, turned_upright};

/// The largest file that is received, in bytes. A portrait has a fourth of it.
pub const MAX_RECEIVED_BYTES: usize = 256 * 1024;

/// A portrait, and what was found in the picture that it was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    /// What was found.
    pub report: Report,
    /// The portrait, encoded here: none of the bytes that were read.
    pub jpeg: Vec<u8>,
}

/// Why a received file cannot have been made by [`portrait`](crate::portrait()).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPortrait {
    /// PNG is read elsewhere, but never sent.
    #[error("no JPEG")]
    Kind,
    /// One component, not three.
    #[error("no colours")]
    Colours,
    /// Not of the settings' size.
    #[error("{width} x {height} pixels are the wrong size")]
    Size {
        /// Its width.
        width: u16,
        /// Its height.
        height: u16,
    },
    /// A note says that it lies on its side or head.
    #[error("the picture is to be turned")]
    Turned,
    /// There are bytes behind the end of the picture, which might be anything.
    #[error("something follows the picture")]
    MoreBehind,
}

/// Reads a portrait that a client made with [`portrait`](crate::portrait()), as warily as any other foreign bytes,
/// and looks at it as though nobody had looked before.
///
/// The report goes by the rules for a picture, with two differences. Limits that refuse are a tenth wider, so that
/// nobody is refused for what rounding and compression change in what their own phone found good. And in place of the
/// room around the head, the face must stand where [`portrait`](crate::portrait()) puts it.
///
/// A report that rejects is no error: `jpeg` is there all the same, for a person to look at.
pub fn examine(
    finder: &FaceFinder,
    bytes: &[u8],
    settings: &Settings,
) -> Result<Examined, PortraitError> {
    let limit = settings.max_bytes.min(MAX_RECEIVED_BYTES);
    if bytes.len() > limit {
        return Err(PortraitError::TooLarge {
            bytes: bytes.len(),
            limit,
        });
    }
    let Container::Jpeg(jpeg) = Container::of(bytes)? else {
        return Err(NotAPortrait::Kind.into());
    };
    is_portrait(&jpeg, settings)?;
    let (picture, orientation) = turned_upright(bytes, settings)?;
    if orientation != Orientation::NoTransforms {
        return Err(NotAPortrait::Turned.into());
    }
    // What was read from the markers is what was decoded.
    if picture.dimensions() != (settings.width, settings.height) {
        return Err(PortraitError::Damaged);
    }
    let faces = finder.find(&picture, Depth::Final);
    let mut report = report(&picture, &faces, Mode::Final, Purpose::Received);
    report.findings.extend(rules::compression(
        jpeg.luminance_table_sum,
        Purpose::Received,
    ));
    report.verdict = Verdict::of(&report.findings);
    Ok(Examined {
        report,
        jpeg: encode_well(&picture, settings.max_jpeg_bytes)?,
    })
}

fn is_portrait(jpeg: &Jpeg, settings: &Settings) -> Result<(), NotAPortrait> {
    let Jpeg { width, height, .. } = *jpeg;
    if jpeg.components != 3 {
        return Err(NotAPortrait::Colours);
    }
    if (u32::from(width), u32::from(height)) != (settings.width, settings.height) {
        return Err(NotAPortrait::Size { width, height });
    }
    if jpeg.behind > 0 {
        return Err(NotAPortrait::MoreBehind);
    }
    Ok(())
}
