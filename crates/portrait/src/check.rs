//! One report from a picture.

use image::RgbImage;

use crate::container::Container;
use crate::examine::Examined;
use crate::face::{Depth, Face, FaceFinder};
use crate::measures::Measured;
use crate::report::{Mode, Report, Verdict};
use crate::rules::{self, Purpose};
use crate::{PortraitError, Settings, portrait, read};

/// Looks for faces, measures the main one and says what could be better.
///
/// [`Mode::Live`] is for frames of a live view, which are smaller than the picture that will be taken: it is quicker,
/// goes by shares of the frame instead of pixels, and leaves the background alone.
pub fn check(finder: &FaceFinder, picture: &RgbImage, mode: Mode) -> Report {
    let (depth, purpose) = match mode {
        Mode::Live => (Depth::Live, Purpose::Live),
        Mode::Final => (Depth::Final, Purpose::Source),
    };
    report(picture, &finder.find(picture, depth), mode, purpose)
}

/// The same of a file from untrusted bytes, whose compression is judged too.
pub fn check_file(
    finder: &FaceFinder,
    bytes: &[u8],
    settings: &Settings,
) -> Result<Report, PortraitError> {
    Ok(look(finder, bytes, settings)?.report)
}

/// Makes a portrait of a file from untrusted bytes and says of the file what [`check_file`] says; faces are looked for
/// once.
///
/// A report that rejects is no error: `jpeg` is there all the same.
pub fn make(
    finder: &FaceFinder,
    bytes: &[u8],
    settings: &Settings,
) -> Result<Examined, PortraitError> {
    let Look {
        picture,
        faces,
        report,
    } = look(finder, bytes, settings)?;
    Ok(Examined {
        report,
        jpeg: portrait(&picture, faces.first(), settings)?,
    })
}

/// A file, what it shows, and what is to be said of it.
struct Look {
    picture: RgbImage,
    faces: Vec<Face>,
    report: Report,
}

fn look(finder: &FaceFinder, bytes: &[u8], settings: &Settings) -> Result<Look, PortraitError> {
    let picture = read(bytes, settings)?;
    let faces = finder.find(&picture, Depth::Final);
    let mut report = report(&picture, &faces, Mode::Final, Purpose::Source);
    if let Container::Jpeg(jpeg) = Container::of(bytes)? {
        let finding = rules::compression(jpeg.luminance_table_sum, Purpose::Source);
        report.findings.extend(finding);
        report.verdict = Verdict::of(&report.findings);
    }
    Ok(Look {
        picture,
        faces,
        report,
    })
}

/// What is to be said of a picture in which these faces were found.
pub(crate) fn report(picture: &RgbImage, faces: &[Face], mode: Mode, purpose: Purpose) -> Report {
    let measured = Measured::of(picture, faces, mode);
    let (findings, measures, place) = match measured {
        None => (rules::without_face(), Vec::new(), None),
        Some(measured) => (
            rules::judge(&measured.signs, purpose),
            measured.measures,
            Some(measured.place),
        ),
    };
    Report {
        faces: faces.len(),
        verdict: Verdict::of(&findings),
        findings,
        measures,
        place,
    }
}
