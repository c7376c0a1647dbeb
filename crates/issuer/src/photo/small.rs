//! The small portrait for codes: 48×64 pixels, WebP, half a kilobyte.
//!
//! Made from the locked JPEG whenever it is needed, and remembered for a while. It is not stored: the same JPEG always
//! gives the same file, and should a newer encoder give another one day, a phone that renews its codes finds that they
//! name another portrait than it has, and fetches that as well.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use county_api::PhotoClaims;
use image::RgbImage;
use portrait::{PortraitError, Settings};
use webp::{Encoder, WebPConfig};

const WIDTH: u32 = 48;
const HEIGHT: u32 = 64;
/// The largest file, with room for the rest of its token within the largest photo code.
const MAX_BYTES: usize = 550;
/// Most portraits fit at the first; each gives about 40 bytes less than the one before.
const QUALITIES: [f32; 8] = [30.0, 26.0, 22.0, 18.0, 13.0, 8.0, 4.0, 0.0];
/// Half a megabyte of portraits.
const REMEMBERED: usize = 1_000;

const _: () = assert!(MAX_BYTES <= PhotoClaims::MAX_BYTES);

/// Makes small portraits, and remembers the last ones by the name (SHA-256) of their JPEG.
#[derive(Default)]
pub struct SmallPortraits(Mutex<HashMap<String, Option<Arc<PhotoClaims>>>>);

impl std::fmt::Debug for SmallPortraits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmallPortraits(..)")
    }
}

impl SmallPortraits {
    /// The small portrait of this JPEG, whose SHA-256 is `name`. None if it cannot be made small enough, or is no
    /// picture after all: then there is a card without a photo code, which is better than no card.
    pub async fn of(&self, name: &str, jpeg: &[u8]) -> Option<Arc<PhotoClaims>> {
        if let Some(known) = self.lock().get(name) {
            return known.clone();
        }
        let jpeg = jpeg.to_vec();
        // Some milliseconds of arithmetic, which would hold up everyone else.
        let made = tokio::task::spawn_blocking(move || make(&jpeg))
            .await
            .ok()?;
        let made = match made {
            Ok(webp) => Some(Arc::new(PhotoClaims { webp })),
            Err(error) => {
                tracing::warn!(%error, "a portrait has no small form");
                None
            }
        };
        let mut known = self.lock();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(name.to_owned(), made.clone());
        made
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Option<Arc<PhotoClaims>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why there is no small portrait.
#[derive(Debug, thiserror::Error)]
enum SmallError {
    #[error(transparent)]
    Portrait(#[from] PortraitError),
    #[error("it cannot be made smaller than {MAX_BYTES} bytes")]
    TooLarge,
    #[error("the encoder failed")]
    Encoder,
}

fn make(jpeg: &[u8]) -> Result<Vec<u8>, SmallError> {
    let settings = Settings {
        width: WIDTH,
        height: HEIGHT,
        min_width: 1,
        min_height: 1,
        ..Settings::default()
    };
    let small = portrait::cut(jpeg, &settings)?;
    for quality in QUALITIES {
        let webp = encode(&small, quality)?;
        if webp.len() <= MAX_BYTES {
            return Ok(webp);
        }
    }
    Err(SmallError::TooLarge)
}

fn encode(picture: &RgbImage, quality: f32) -> Result<Vec<u8>, SmallError> {
    let mut config = WebPConfig::new().map_err(|()| SmallError::Encoder)?;
    config.quality = quality;
    // The slowest and smallest; on so few pixels it is quick all the same.
    config.method = 6;
    let encoder = Encoder::from_rgb(picture.as_raw(), picture.width(), picture.height());
    let webp = encoder.encode_advanced(&config);
    webp.map(|webp| webp.to_vec())
        .map_err(|_| SmallError::Encoder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(pixel: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
        let picture = RgbImage::from_fn(480, 640, |x, y| image::Rgb(pixel(x, y)));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Jpeg)
            .unwrap();
        bytes.into_inner()
    }

    /// A light oval on blue, with darker spots: about as much as a face has.
    fn face(x: u32, y: u32) -> [u8; 3] {
        let (x, y) = (f64::from(x) - 240.0, f64::from(y) - 300.0);
        let eye = |at: f64| ((x - at) / 30.0).powi(2) + ((y + 40.0) / 16.0).powi(2) < 1.0;
        let mouth = (x / 60.0).powi(2) + ((y - 110.0) / 14.0).powi(2) < 1.0;
        if eye(-60.0) || eye(60.0) || mouth {
            [70, 40, 40]
        } else if (x / 150.0).powi(2) + (y / 200.0).powi(2) < 1.0 {
            [224, 180, 150]
        } else {
            [60, 90, 140]
        }
    }

    /// As hard to make small as anything.
    fn noise(x: u32, y: u32) -> [u8; 3] {
        let [a, b, c, ..] = jose::sha256(&[x.to_le_bytes(), y.to_le_bytes()].concat());
        [a, b, c]
    }

    #[test]
    fn a_portrait_becomes_half_a_kilobyte_always_the_same_and_can_be_looked_at() {
        let jpeg = jpeg(face);
        let webp = make(&jpeg).unwrap();
        assert!(webp.len() <= 515, "{}", webp.len());
        assert_eq!(make(&jpeg).unwrap(), webp);
        let decoded = webp::Decoder::new(&webp).decode().unwrap();
        assert_eq!((decoded.width(), decoded.height()), (WIDTH, HEIGHT));
        // The forehead is light, the corner is blue.
        let at = |x: usize, y: usize| {
            let from = (y * WIDTH as usize + x) * 3;
            [decoded[from], decoded[from + 1], decoded[from + 2]]
        };
        assert!(at(24, 16)[0] > 180, "{:?}", at(24, 16));
        assert!(at(2, 60)[2] > 100, "{:?}", at(2, 60));
    }

    #[test]
    fn the_hardest_picture_is_made_small_or_refused_but_never_large() {
        for pixel in [
            noise,
            |x, y| if (x + y) % 20 < 10 { [0; 3] } else { [255; 3] },
        ] {
            match make(&jpeg(pixel)) {
                Ok(webp) => assert!(webp.len() <= MAX_BYTES, "{}", webp.len()),
                Err(error) => assert!(matches!(error, SmallError::TooLarge), "{error}"),
            }
        }
    }

    #[tokio::test]
    async fn what_is_no_picture_has_no_small_form_and_is_not_tried_again() {
        let portraits = SmallPortraits::default();
        assert!(portraits.of("a", b"\xFF\xD8\xFF").await.is_none());
        assert!(portraits.of("a", &jpeg(face)).await.is_none());
        let made = portraits.of("b", &jpeg(face)).await.unwrap();
        assert_eq!(portraits.of("b", b"").await.unwrap(), made);
    }
}
