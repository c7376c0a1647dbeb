//! The portrait's frame around a face.
//!
//! The frame is 4 eye distances wide; the eyes stand in its middle, 45 hundredths of its height from above. Where the
//! picture is too small for that, the frame first moves and shrinks a little, and only then the border's pixels go on
//! beyond the border. Eyes that are not level are levelled, if the picture is large enough to turn the frame in: a
//! phone is easily held askew. A frame that would reach beyond the border when turned stays upright.

use std::ops::RangeInclusive;

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use crate::geometry::{Geometry, Point};
use crate::measures::between;
use crate::{PortraitError, Settings};

/// Width of the frame, in eye distances.
const WIDTH: f64 = 4.0;
/// Where the eyes are best, and where they may be, as shares of the frame.
const EYES_ACROSS: f64 = 0.50;
const EYES_DOWN: f64 = 0.45;
const MAY_BE_ACROSS: RangeInclusive<f64> = 0.46..=0.54;
const MAY_BE_DOWN: RangeInclusive<f64> = 0.38..=0.49;
/// How much the frame may shrink.
const LEAST_SIZE: f64 = 0.78;
/// Angles that are levelled, in degrees. Less is not seen; more is no accident.
const LEVELLED: RangeInclusive<f64> = 1.0..=20.0;

/// A rectangle in a picture, which may be turned and may reach beyond the border.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    /// The point that all turns around, in pixels of the picture.
    eyes: Point,
    /// Where it is in the frame, as shares of its width and height.
    eyes_at: [f64; 2],
    width: f64,
    height: f64,
    /// In radians, clockwise.
    angle: f64,
}

impl Frame {
    /// The frame for this face in a picture of this size.
    pub(crate) fn around(face: &Geometry, picture: [u32; 2], settings: &Settings) -> Self {
        let shape = f64::from(settings.height.max(1)) / f64::from(settings.width.max(1));
        let width = WIDTH * face.eye_distance();
        let best = Self {
            eyes: face.between_eyes(),
            eyes_at: [EYES_ACROSS, EYES_DOWN],
            width,
            height: width * shape,
            angle: 0.0,
        };
        let turned = Self {
            angle: face.tilt(),
            ..best
        };
        if LEVELLED.contains(&turned.angle.to_degrees().abs()) && turned.is_within(picture) {
            return turned;
        }
        best.fitted(picture)
    }

    /// Where a share of the frame is in the picture.
    fn place(&self, [across, down]: [f64; 2]) -> Point {
        let (x, y) = (
            (across - self.eyes_at[0]) * self.width,
            (down - self.eyes_at[1]) * self.height,
        );
        let (sine, cosine) = self.angle.sin_cos();
        [
            self.eyes[0] + x * cosine - y * sine,
            self.eyes[1] + x * sine + y * cosine,
        ]
    }

    fn corners(&self) -> [Point; 4] {
        [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]].map(|corner| self.place(corner))
    }

    fn is_within(&self, [width, height]: [u32; 2]) -> bool {
        self.corners().iter().all(|[x, y]| {
            (0.0..=f64::from(width)).contains(x) && (0.0..=f64::from(height)).contains(y)
        })
    }

    /// Moved and shrunk, within bounds, so that as little as can be lies beyond the border.
    fn fitted(mut self, [width, height]: [u32; 2]) -> Self {
        let [width, height] = [f64::from(width), f64::from(height)];
        // The room on either side of the eyes, and the most of the frame that may be there.
        let room = [
            (
                self.eyes[0],
                self.width,
                *MAY_BE_ACROSS.start(),
                EYES_ACROSS,
            ),
            (
                width - self.eyes[0],
                self.width,
                1.0 - MAY_BE_ACROSS.end(),
                1.0 - EYES_ACROSS,
            ),
            (self.eyes[1], self.height, *MAY_BE_DOWN.start(), EYES_DOWN),
            (
                height - self.eyes[1],
                self.height,
                1.0 - MAY_BE_DOWN.end(),
                1.0 - EYES_DOWN,
            ),
        ];
        let mut size: f64 = 1.0;
        for (room, length, least, _) in room {
            size = size.min(room / (least * length).max(f64::MIN_POSITIVE));
        }
        // Both sides of an axis must fit at once.
        size = size
            .min(width / self.width)
            .min(height / self.height)
            .clamp(LEAST_SIZE, 1.0);
        self.width *= size;
        self.height *= size;
        self.eyes_at = [
            fit(self.eyes[0], width, self.width, EYES_ACROSS, &MAY_BE_ACROSS),
            fit(self.eyes[1], height, self.height, EYES_DOWN, &MAY_BE_DOWN),
        ];
        self
    }

    /// The frame's pixels, in the size of the settings.
    pub(crate) fn cut(
        &self,
        picture: &RgbImage,
        settings: &Settings,
    ) -> Result<RgbImage, PortraitError> {
        let (width, height) = (settings.width, settings.height);
        let [picture_width, picture_height] = [picture.width(), picture.height()].map(f64::from);
        let corners = self.corners();
        let ends = |axis: usize, most: f64| {
            let along = corners.map(|corner| corner[axis]);
            let least = along.into_iter().fold(f64::INFINITY, f64::min).round();
            let end = along.into_iter().fold(f64::NEG_INFINITY, f64::max).round();
            (least.clamp(0.0, most) as u32, end.clamp(0.0, most) as u32)
        };
        let ((left, right), (top, bottom)) = (ends(0, picture_width), ends(1, picture_height));
        let too_small = || PortraitError::TooSmall {
            width: right.saturating_sub(left),
            height: bottom.saturating_sub(top),
        };
        if right <= left || bottom <= top {
            return Err(too_small());
        }
        // What of the frame lies in the picture is brought to the frame's resolution first, with a good filter.
        let scale = f64::from(width) / self.width;
        let size = |length: u32| ((f64::from(length) * scale).round() as u32).max(1);
        let part = imageops::crop_imm(picture, left, top, right - left, bottom - top);
        let (part_width, part_height) = (size(right - left), size(bottom - top));
        let part = if (right - left, bottom - top) == (part_width, part_height) {
            part.to_image()
        } else if scale < 0.25 {
            // Averaging down to twice the size first is as good to the eye and many times quicker.
            let halfway = imageops::thumbnail(&*part, 2 * part_width, 2 * part_height);
            imageops::resize(&halfway, part_width, part_height, FilterType::Lanczos3)
        } else {
            imageops::resize(&*part, part_width, part_height, FilterType::Lanczos3)
        };
        if self.angle == 0.0 && part.dimensions() == (width, height) {
            return Ok(part);
        }
        let [scale_x, scale_y] = [
            f64::from(part_width) / f64::from(right - left),
            f64::from(part_height) / f64::from(bottom - top),
        ];
        Ok(RgbImage::from_fn(width, height, |column, row| {
            let [x, y] = self.place([
                (f64::from(column) + 0.5) / f64::from(width),
                (f64::from(row) + 0.5) / f64::from(height),
            ]);
            Rgb(between(
                &part,
                [
                    (x - f64::from(left)) * scale_x,
                    (y - f64::from(top)) * scale_y,
                ],
            ))
        }))
    }
}

/// Where in a frame of this length the eyes are to be, so that the frame lies within the picture if it can.
fn fit(eyes: f64, picture: f64, frame: f64, best: f64, may_be: &RangeInclusive<f64>) -> f64 {
    // The frame begins at `eyes - at * frame`, which should not be below nought, and ends `frame` later.
    let most = eyes / frame;
    let least = 1.0 - (picture - eyes) / frame;
    best.max(least)
        .min(most)
        .clamp(*may_be.start(), *may_be.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Face;
    use crate::measures::Measured;
    use crate::measures::synthetic::Person;
    use crate::report::{Mode, Rule};
    use crate::rules::{Purpose, judge};
    use proptest::prelude::*;

    fn frame(person: &Person, size: [u32; 2]) -> Frame {
        let geometry = Geometry::of(&person.face()).unwrap();
        Frame::around(&geometry, size, &Settings::default())
    }

    /// The face as the portrait of this frame shows it.
    fn shown(face: &Face, frame: &Frame, settings: &Settings) -> Face {
        let (sine, cosine) = frame.angle.sin_cos();
        let mut face = face.clone();
        for [x, y, _] in &mut face.landmarks {
            let [right, down] = [f64::from(*x) - frame.eyes[0], f64::from(*y) - frame.eyes[1]];
            let across = (right * cosine + down * sine) / frame.width + frame.eyes_at[0];
            let below = (down * cosine - right * sine) / frame.height + frame.eyes_at[1];
            *x = (across * f64::from(settings.width)) as f32;
            *y = (below * f64::from(settings.height)) as f32;
        }
        face
    }

    #[test]
    fn the_eyes_stand_in_the_middle_at_45_hundredths_and_120_pixels_apart() {
        let person = Person {
            eyes: [700.0, 800.0],
            eye_distance: 200.0,
            ..Person::default()
        };
        let frame = frame(&person, [1400, 1800]);
        assert_eq!(frame.eyes_at, [0.5, 0.45]);
        assert!((frame.width - 800.0).abs() < 1e-3);
        assert!((frame.height - 800.0 * 4.0 / 3.0).abs() < 1e-3);
        let scale = 480.0 / frame.width;
        assert!((200.0 * scale - 120.0).abs() < 1e-3);
    }

    #[test]
    fn eyes_are_levelled_where_there_is_room_to_turn() {
        let askew = Person {
            tilt: 9.0,
            eyes: [700.0, 900.0],
            eye_distance: 150.0,
            ..Person::default()
        };
        let turned = frame(&askew, [1400, 1800]);
        assert!((turned.angle.to_degrees() - 9.0).abs() < 0.1);
        // The same face where a turned frame would reach beyond the border.
        let cramped = Person {
            eyes: [310.0, 380.0],
            ..askew
        };
        assert_eq!(frame(&cramped, [620, 900]).angle, 0.0);
        // Upside down is not askew.
        let turned_over = Person {
            tilt: 180.0,
            ..askew
        };
        assert_eq!(frame(&turned_over, [1400, 1800]).angle, 0.0);
    }

    #[test]
    fn a_levelled_portrait_has_level_eyes() {
        let askew = Person {
            tilt: 12.0,
            eyes: [700.0, 900.0],
            eye_distance: 150.0,
            ..Person::default()
        };
        let picture = askew.draw(1400, 1800);
        let portrait = frame(&askew, [1400, 1800])
            .cut(&picture, &Settings::default())
            .unwrap();
        // Both pupils, 120 pixels apart, 288 from above.
        for x in [180, 300] {
            let pupil = portrait.get_pixel(x, 288).0;
            assert!(pupil.iter().all(|channel| *channel < 60), "{x}: {pupil:?}");
        }
    }

    proptest! {
        #[test]
        fn a_face_that_has_room_enough_stands_where_the_issuer_looks_for_it(
            eye_distance in 90.0_f64..300.0,
            left in 1.65_f64..3.0,
            right in 1.65_f64..3.0,
            above in 1.85_f64..4.0,
            below in 2.35_f64..5.0,
            tilt in -15.0_f64..15.0,
            height in 1.4_f64..2.5,
            yaw in -16.0_f32..16.0,
        ) {
            let person = Person {
                eyes: [left * eye_distance, above * eye_distance],
                eye_distance,
                tilt,
                height,
                ..Person::default()
            };
            let size = [(left + right) * eye_distance, (above + below) * eye_distance].map(|length| length.ceil() as u32);
            let frame = frame(&person, size);
            prop_assert!(MAY_BE_ACROSS.contains(&frame.eyes_at[0]) && MAY_BE_DOWN.contains(&frame.eyes_at[1]));
            let scale = 480.0 / frame.width;
            prop_assert!((119.9..154.0).contains(&(eye_distance * scale)));
            // Little is made up: less than a seventh of an eye distance at any side.
            for [x, y] in frame.corners() {
                let beyond = (-x).max(x - f64::from(size[0])).max(-y).max(y - f64::from(size[1]));
                prop_assert!(beyond < eye_distance / 7.0, "{beyond} of {eye_distance}");
            }
            // However long the face is, and turned as far as a phone lets it be.
            let settings = Settings::default();
            let mut face = shown(&person.face(), &frame, &settings);
            face.pose.yaw = yaw;
            let portrait = RgbImage::new(settings.width, settings.height);
            let signs = Measured::of(&portrait, &[face], Mode::Live).unwrap().signs;
            for finding in judge(&signs, Purpose::Received) {
                prop_assert!(
                    ![Rule::TooFar, Rule::Framing, Rule::TooClose].contains(&finding.rule),
                    "{finding:?} {signs:?}"
                );
            }
        }

        #[test]
        fn any_face_anywhere_gives_a_portrait_of_the_size(
            eye_distance in 1.0_f64..400.0, x in -300.0_f64..600.0, y in -300.0_f64..700.0, tilt in -180.0_f64..180.0,
        ) {
            let settings = Settings { width: 48, height: 64, ..Settings::default() };
            let person = Person { eyes: [x, y], eye_distance, tilt, ..Person::default() };
            let picture = RgbImage::new(300, 400);
            let geometry = Geometry::of(&person.face());
            prop_assume!(geometry.is_some());
            let frame = Frame::around(&geometry.unwrap(), [300, 400], &settings);
            match frame.cut(&picture, &settings) {
                Ok(portrait) => prop_assert_eq!(portrait.dimensions(), (48, 64)),
                Err(error) => prop_assert!(matches!(error, PortraitError::TooSmall { .. }), "{:?}", error),
            }
        }
    }
}
