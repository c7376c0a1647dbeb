//! Pictures that a person takes of themself: looked at, made into a portrait, and kept in memory until sent or dropped.
//!
//! Frames of the live view come in one by one, are looked at and are gone. Nothing of any picture is written to disk
//! or to the log.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use county_api::SubmittedFrom;
use portrait::{FaceFinder, Finding, Hint, Measure, Mode, Report, Rule, Settings, Verdict};
use tokio::sync::Semaphore;
use wallet::problem::{Problem, ProblemKind};
use zeroize::{Zeroize as _, Zeroizing};

use crate::view::{FrameView, PictureView};

/// Largest frame of the live view, in bytes and in pixels: twice what the screens send.
const FRAME: Limits = Limits {
    bytes: 300_000,
    pixels: 720 * 960,
};
/// Largest picture: the screens send 1600 pixels on the long side.
const PICTURE: Limits = Limits {
    bytes: 6_000_000,
    pixels: 2_048 * 2_048,
};

/// Fewer pixels between the eyes, and the picture will be refused; with some room for the person's moving.
const LEAST_EYE_DISTANCE: f64 = 95.0;

#[derive(Clone, Copy)]
struct Limits {
    bytes: usize,
    pixels: u64,
}

/// The one who looks at pictures, and the picture that waits to be sent.
pub(crate) struct Selfies {
    finder: Arc<OnceLock<FaceFinder>>,
    /// One picture is looked at at a time: a phone has few cores, and an old answer helps nobody.
    turn: Semaphore,
    held: Mutex<Held>,
}

/// The picture that waits, if one does.
#[derive(Default)]
struct Held {
    count: u64,
    picture: Option<Waiting>,
}

/// A portrait that may be sent.
#[derive(Clone)]
pub(crate) struct Waiting {
    id: String,
    pub(crate) source: SubmittedFrom,
    pub(crate) jpeg: Zeroizing<Vec<u8>>,
}

impl Selfies {
    pub(crate) fn new() -> Self {
        Self {
            finder: Arc::new(OnceLock::new()),
            turn: Semaphore::new(1),
            held: Mutex::new(Held::default()),
        }
    }

    /// What to say of a frame of the live view; a picture taken now would be `picture_width` pixels wide.
    pub(crate) async fn check_frame(
        &self,
        jpeg: String,
        picture_width: u32,
    ) -> Result<FrameView, Problem> {
        let (mut report, frame_width) = self
            .look(move |finder| {
                let picture = read(jpeg, FRAME)?;
                let report = portrait::check(finder, &picture, Mode::Live);
                Ok((report, picture.width()))
            })
            .await?;
        hold_against_camera(&mut report, frame_width, picture_width);
        Ok(frame_view(&report))
    }

    /// Makes a portrait, keeps it in place of the one before, and says what could be better.
    pub(crate) async fn check_picture(
        &self,
        jpeg: String,
        source: SubmittedFrom,
    ) -> Result<PictureView, Problem> {
        let (jpeg, report) = self
            .look(move |finder| {
                let bytes = decode(jpeg, PICTURE)?;
                let made = portrait::make(finder, &bytes, &settings(PICTURE))
                    .map_err(|error| unreadable(&error))?;
                Ok((Zeroizing::new(made.jpeg), made.report))
            })
            .await?;
        tracing::debug!(reasons = ?report.reasons(), "a picture was looked at");
        let uri = format!("data:image/jpeg;base64,{}", BASE64.encode(&*jpeg));
        let id = self.keep(jpeg, source);
        Ok(PictureView {
            id,
            portrait: uri,
            verdict: report.verdict.into(),
            findings: report.findings,
        })
    }

    fn keep(&self, jpeg: Zeroizing<Vec<u8>>, source: SubmittedFrom) -> String {
        let mut held = self.held();
        held.count += 1;
        let id = held.count.to_string();
        held.picture = Some(Waiting {
            id: id.clone(),
            source,
            jpeg,
        });
        id
    }

    /// The picture of this name, which goes on waiting: sending it may fail.
    pub(crate) fn waiting(&self, id: &str) -> Result<Waiting, Problem> {
        let held = self.held();
        let waiting = held.picture.as_ref().filter(|waiting| waiting.id == id);
        waiting
            .cloned()
            .ok_or_else(|| Problem::from(ProblemKind::Internal))
    }

    /// Forgets whatever waits: the person has gone, or the screens begin anew.
    pub(crate) fn clear(&self) {
        self.held().picture = None;
    }

    /// Forgets the picture of this name, if it is still there.
    pub(crate) fn drop_picture(&self, id: &str) {
        let mut held = self.held();
        if held
            .picture
            .as_ref()
            .is_some_and(|waiting| waiting.id == id)
        {
            held.picture = None;
        }
    }

    /// Where it holds up nothing else, and one at a time.
    async fn look<T: Send + 'static>(
        &self,
        with: impl FnOnce(&FaceFinder) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let internal = |_| Problem::from(ProblemKind::Internal);
        let _turn = self.turn.acquire().await.map_err(|_| internal(()))?;
        let finder = self.finder.clone();
        tauri::async_runtime::spawn_blocking(move || with(finder.get_or_init(FaceFinder::new)))
            .await
            .unwrap_or_else(|error| {
                tracing::error!(%error, "the thread that looks at a picture ended");
                Err(internal(()))
            })
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        // What is behind it is replaced whole, so a panic elsewhere leaves nothing half done.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a picture must be to become a portrait here: any size, since the check says what is too small.
fn settings(limits: Limits) -> Settings {
    Settings {
        min_width: 1,
        min_height: 1,
        max_bytes: limits.bytes,
        max_pixels: limits.pixels,
        ..Settings::default()
    }
}

/// The pixels of a picture as the screens send it. What came in is wiped.
fn read(base64: String, limits: Limits) -> Result<image::RgbImage, Problem> {
    let bytes = decode(base64, limits)?;
    portrait::read(&bytes, &settings(limits)).map_err(|error| unreadable(&error))
}

/// The file that the screens send. What came in is wiped.
fn decode(mut base64: String, limits: Limits) -> Result<Zeroizing<Vec<u8>>, Problem> {
    // Four letters for three bytes, so that nothing larger is even decoded.
    let too_large = base64.len() > limits.bytes.saturating_mul(4) / 3 + 4;
    let bytes = (!too_large).then(|| BASE64.decode(&base64));
    base64.zeroize();
    match bytes {
        Some(Ok(bytes)) => Ok(Zeroizing::new(bytes)),
        _ => Err(Problem::from(ProblemKind::PhotoUnusable)),
    }
}

fn unreadable(error: &portrait::PortraitError) -> Problem {
    tracing::info!(%error, "a picture cannot be used");
    Problem::from(ProblemKind::PhotoUnusable)
}

/// A face that is near enough in the frame may still be too few pixels in the picture of a small camera: better said
/// now than after the picture.
fn hold_against_camera(report: &mut Report, frame_width: u32, picture_width: u32) {
    let eyes = report
        .measures
        .iter()
        .find(|(measure, _)| *measure == Measure::InterEyeDistance);
    let Some((_, eyes)) = eyes else { return };
    let eyes = eyes.native * f64::from(picture_width) / f64::from(frame_width.max(1));
    let is_told = |finding: &Finding| finding.rule == Rule::TooFar && finding.rejects;
    if eyes >= LEAST_EYE_DISTANCE || report.findings.iter().any(is_told) {
        return;
    }
    report
        .findings
        .retain(|finding| finding.rule != Rule::TooFar);
    let too_far = Finding {
        rule: Rule::TooFar,
        rejects: true,
        hint: Some(Hint::Closer),
    };
    report.findings.push(too_far);
    report.verdict = Verdict::of(&report.findings);
}

/// What stands in the way comes before advice, whatever the order of the rules.
fn frame_view(report: &Report) -> FrameView {
    let rejecting = report.findings.iter().find(|finding| finding.rejects);
    let first = rejecting.or(report.findings.first());
    FrameView {
        verdict: report.verdict.into(),
        hint: first.map(|finding| finding.rule),
        direction: first.and_then(|finding| finding.hint),
        place: report.place,
    }
}

#[cfg(test)]
mod tests;
