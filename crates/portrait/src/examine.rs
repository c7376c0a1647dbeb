//! What an issuer does with a portrait that it was sent.

use crate::face::FaceFinder;
use crate::report::{Mode, Report};
use crate::{PortraitError, Settings, check, encode, read};

/// A portrait that was received and looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Examined {
    /// What was found.
    pub report: Report,
    /// The portrait, encoded anew: none of the bytes that were received.
    pub jpeg: Vec<u8>,
}

/// Reads a portrait that a client made with [`portrait`](crate::portrait()), as warily as any other foreign bytes,
/// and looks at it as though nobody had looked before.
pub fn examine(
    finder: &FaceFinder,
    bytes: &[u8],
    settings: &Settings,
) -> Result<Examined, PortraitError> {
    let picture = read(bytes, settings)?;
    Ok(Examined {
        report: check(finder, &picture, Mode::Final),
        jpeg: encode(&picture, settings.max_jpeg_bytes)?,
    })
}
