//! Looking at pictures that came from outside, whoever made them and whatever their phone said of them.
//!
//! What comes out is the county's own: pixels encoded anew. No byte that was received is stored or signed.

use std::{sync::OnceLock, time::Duration};

use portrait::{Examined, FaceFinder, PortraitError, Report, Rule, Settings};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many pictures are worked on at once: one of the largest takes hundreds of megabytes while it is decoded, a check
/// takes a tenth of a second of one core, and anyone who is logged in can ask many times.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Looks at a picture. A trait, so that tests can do without faces.
pub trait Examiner: Send + Sync + std::fmt::Debug {
    /// At a portrait that an app has made.
    ///
    /// # Errors
    /// When the bytes are not such a portrait.
    fn received(&self, jpeg: &[u8]) -> Result<Examined, PortraitError>;

    /// At a picture as a camera made it, of at most `max_bytes`; the portrait is cut out of it.
    ///
    /// # Errors
    /// When the bytes are not a usable picture.
    fn delivered(&self, picture: &[u8], max_bytes: usize) -> Result<Examined, PortraitError>;
}

/// The rules of the crate `portrait`.
#[derive(Default)]
pub struct PortraitRules {
    /// Made when it is first needed: most commands look at no picture.
    finder: OnceLock<FaceFinder>,
}

impl std::fmt::Debug for PortraitRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PortraitRules")
    }
}

impl PortraitRules {
    fn finder(&self) -> &FaceFinder {
        self.finder.get_or_init(FaceFinder::new)
    }
}

impl Examiner for PortraitRules {
    fn received(&self, jpeg: &[u8]) -> Result<Examined, PortraitError> {
        let settings = Settings {
            max_bytes: county_api::MAX_SUBMITTED_PHOTO,
            ..Settings::default()
        };
        portrait::examine(self.finder(), jpeg, &settings)
    }

    fn delivered(&self, picture: &[u8], max_bytes: usize) -> Result<Examined, PortraitError> {
        let settings = Settings {
            max_bytes,
            ..Settings::default()
        };
        portrait::make(self.finder(), picture, &settings)
    }
}

/// The ids of the rules that the picture breaks so badly that they reject it. The others are advice for the one who took
/// the picture: what they found of a face is in no audit entry and no log.
pub(super) fn rejecting(report: &Report) -> Vec<&'static str> {
    report
        .findings
        .iter()
        .filter(|finding| finding.rejects)
        .map(|finding| finding.rule.id())
        .collect()
}

/// The id of the rule by which the picture is not one of one person, if it is not: there is no face, or are several.
pub(super) fn not_of_one(report: &Report) -> Option<&'static str> {
    report
        .findings
        .iter()
        .filter(|finding| finding.rejects)
        .map(|finding| finding.rule)
        .find(|rule| matches!(rule, Rule::NoFace | Rule::TwoFaces))
        .map(|rule| rule.id())
}

/// How long a picture waits for its turn: some dozens go before it in that time.
const PATIENCE: Duration = Duration::from_secs(20);

/// The work was cut short: the service is ending, or too many pictures wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the work on the picture was cut short")]
pub struct CutShort;

async fn turn(
    places: &'static Semaphore,
    patience: Duration,
) -> Result<SemaphorePermit<'static>, CutShort> {
    match tokio::time::timeout(patience, places.acquire()).await {
        Ok(Ok(turn)) => Ok(turn),
        Ok(Err(_)) | Err(_) => Err(CutShort),
    }
}

/// Does the work where it holds up nobody, when its turn comes.
pub(super) async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, CutShort> {
    let turn = turn(&AT_ONCE, PATIENCE).await?;
    tokio::task::spawn_blocking(move || {
        let done = work();
        // Here, because the work goes on when nobody waits for it any more.
        drop(turn);
        done
    })
    .await
    .map_err(|_| CutShort)
}

#[cfg(test)]
mod tests {
    use portrait::Verdict;

    use super::{testing::picture, *};

    /// A real face, enlarged: a photographer's is sharper.
    const FACE: &[u8] = include_bytes!("../../../../tests/county/photos/nora.jpg");

    /// A portrait that passes.
    const GOOD_FACE: &[u8] = include_bytes!("../../../../tests/portraits/good.jpg");

    #[test]
    fn the_rules_see_a_face_where_there_is_one_and_refuse_a_picture_without() {
        let rules = PortraitRules::default();
        let face = rules.delivered(FACE, 10 << 20).unwrap();
        assert_eq!(face.report.faces, 1);
        assert!(!face.report.reasons().contains(&Rule::NoFace.id()));
        assert!(face.jpeg.len() <= Settings::default().max_jpeg_bytes);
        // What is cut out of it is what an app would send.
        let received = rules.received(&face.jpeg).unwrap();
        assert_eq!(received.report.faces, 1);
        assert_ne!(received.jpeg, face.jpeg);

        let good = rules.delivered(GOOD_FACE, 10 << 20).unwrap();
        assert_ne!(good.report.verdict, Verdict::Reject, "{:?}", good.report);
        let received = rules.received(&good.jpeg).unwrap();
        assert_ne!(received.report.verdict, Verdict::Reject);

        let wall = rules.received(&picture(200, 0)).unwrap();
        assert_eq!(wall.report.verdict, Verdict::Reject);
        assert_eq!(wall.report.reasons()[0], Rule::NoFace.id());
    }

    #[tokio::test]
    async fn a_picture_waits_for_its_turn_but_not_for_ever() {
        static PLACES: Semaphore = Semaphore::const_new(1);
        let patience = Duration::from_millis(20);
        let first = turn(&PLACES, patience).await.unwrap();
        assert_eq!(turn(&PLACES, patience).await.unwrap_err(), CutShort);
        drop(first);
        assert!(turn(&PLACES, patience).await.is_ok());
    }

    #[test]
    fn only_a_jpeg_of_a_portraits_shape_is_received() {
        let rules = PortraitRules::default();
        let mut wide = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(640, 480)
            .write_to(&mut wide, image::ImageFormat::Jpeg)
            .unwrap();
        let mut polyglot = picture(200, 0);
        polyglot.extend_from_slice(b"PK\x03\x04");
        for bytes in [wide.into_inner(), polyglot, FACE[..1000].to_vec()] {
            assert!(rules.received(&bytes).is_err());
        }
    }
}

/// An examiner for tests, which sees no faces: how light the middle of the picture is decides.
#[cfg(test)]
pub(crate) mod testing {
    use portrait::{Finding, Report, Rule, Verdict};

    use super::{Examined, Examiner, PortraitError, Settings};

    /// On a picture this light nobody is seen.
    pub(crate) const NOBODY: u8 = 2;
    /// On one this light two people are.
    pub(crate) const TWO: u8 = 11;
    /// A picture this light is rejected as too dark.
    pub(crate) const DARK: u8 = 20;
    /// One this light is accepted, with advice on the background.
    pub(crate) const PLAIN: u8 = 100;
    /// One this light is accepted.
    pub(crate) const GOOD: u8 = 200;

    #[derive(Debug)]
    pub(crate) struct Lightness;

    impl Examiner for Lightness {
        fn received(&self, jpeg: &[u8]) -> Result<Examined, PortraitError> {
            self.delivered(jpeg, county_api::MAX_SUBMITTED_PHOTO)
        }

        fn delivered(&self, picture: &[u8], max_bytes: usize) -> Result<Examined, PortraitError> {
            let settings = Settings {
                max_bytes,
                ..Settings::default()
            };
            let jpeg = portrait::normalise(picture, &settings)?;
            let middle = portrait::read(&jpeg, &settings)?.get_pixel(240, 320).0[0];
            let finding = |rule, rejects| Finding {
                rule,
                rejects,
                hint: None,
            };
            let findings = match middle {
                ..7 => vec![finding(Rule::NoFace, true)],
                7..15 => vec![finding(Rule::TwoFaces, true)],
                15..60 => vec![finding(Rule::Dark, true)],
                60..150 => vec![finding(Rule::Background, false)],
                150.. => vec![],
            };
            Ok(Examined {
                report: Report {
                    faces: 1,
                    verdict: Verdict::of(&findings),
                    findings,
                    measures: vec![],
                    place: None,
                },
                jpeg,
            })
        }
    }

    /// A picture of one lightness, 3:4; another `mark` makes another picture.
    pub(crate) fn picture(lightness: u8, mark: u8) -> Vec<u8> {
        let mut jpeg = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_fn(480, 640, |x, y| {
            let value = if x < 40 && y < 40 { mark } else { lightness };
            image::Rgb([value; 3])
        })
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .unwrap();
        jpeg.into_inner()
    }
}
