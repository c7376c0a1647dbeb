//! A drawn person whose every measure is known beforehand.

use image::{Rgb, RgbImage};

use crate::face::{Face, Pose, Rect};
use crate::geometry::Point;

/// A person as drawn: light skin, plain clothes, even light, before a plain wall.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    /// Between the eyes, in pixels.
    pub(crate) eyes: Point,
    pub(crate) eye_distance: f64,
    /// Degrees, clockwise.
    pub(crate) tilt: f64,
    /// The skin's colour in full light.
    pub(crate) skin: [f64; 3],
    /// The light, as a factor: on the half of the face on the picture's left, and on the other.
    pub(crate) light: [f64; 2],
    /// What covers the mouth, if anything.
    pub(crate) mask: Option<[f64; 3]>,
    pub(crate) sunglasses: bool,
    /// Hair or cloth around the face.
    pub(crate) around: Option<[f64; 3]>,
    pub(crate) beard: bool,
    pub(crate) busy_wall: bool,
    /// Gaps as shares of the distance from the eyes to the chin.
    pub(crate) lid_gap: f64,
    pub(crate) lip_gap: f64,
    /// From between the eyes to the chin, in eye distances. It moves the face's points alone; the drawing stays.
    pub(crate) height: f64,
}

impl Default for Person {
    fn default() -> Self {
        Self {
            eyes: [480.0, 540.0],
            eye_distance: 150.0,
            tilt: 0.0,
            skin: LIGHT_SKIN,
            light: [1.0; 2],
            mask: None,
            sunglasses: false,
            around: None,
            beard: false,
            busy_wall: false,
            lid_gap: 0.06,
            lip_gap: 0.01,
            height: HEIGHT,
        }
    }
}

pub(crate) const LIGHT_SKIN: [f64; 3] = [224.0, 172.0, 145.0];
/// As dark as skin is: reflects some four hundredths of the light.
pub(crate) const DARK_SKIN: [f64; 3] = [68.0, 42.0, 32.0];

/// From the eyes to the chin, in eye distances.
const HEIGHT: f64 = 1.8;

impl Person {
    /// A point that is given in eye distances from between the eyes.
    fn at(&self, [x, y]: Point) -> Point {
        let (sine, cosine) = self.tilt.to_radians().sin_cos();
        let (x, y) = (x * self.eye_distance, y * self.eye_distance);
        [
            self.eyes[0] + x * cosine - y * sine,
            self.eyes[1] + x * sine + y * cosine,
        ]
    }

    /// The opposite.
    fn seen(&self, [x, y]: Point) -> Point {
        let (sine, cosine) = self.tilt.to_radians().sin_cos();
        let (x, y) = (x - self.eyes[0], y - self.eyes[1]);
        [
            (x * cosine + y * sine) / self.eye_distance,
            (y * cosine - x * sine) / self.eye_distance,
        ]
    }

    pub(crate) fn face(&self) -> Face {
        let mut points = vec![[0.0, 0.5]; 468];
        let lid = self.lid_gap * self.height / 2.0;
        let lip = self.lip_gap * self.height / 2.0;
        for (index, point) in [
            (33, [-0.64, 0.0]),
            (133, [-0.36, 0.0]),
            (362, [0.36, 0.0]),
            (263, [0.64, 0.0]),
            (1, [0.0, 0.57]),
            (61, [-0.41, 1.15]),
            (291, [0.41, 1.15]),
            (152, [0.0, self.height]),
            (10, [0.0, -0.85]),
            (127, [-1.1, -0.1]),
            (356, [1.1, -0.1]),
            (234, [-1.1, 0.2]),
            (454, [1.1, 0.2]),
            (58, [-0.95, 1.1]),
            (288, [0.95, 1.1]),
            (150, [-0.6, 1.6]),
            (379, [0.6, 1.6]),
            (63, [-0.75, -0.4]),
            (293, [0.75, -0.4]),
        ] {
            points[index] = point;
        }
        for (upper, lower) in [(160, 144), (159, 145), (158, 153)] {
            (points[upper], points[lower]) = ([-0.5, -lid], [-0.5, lid]);
        }
        for (upper, lower) in [(385, 380), (386, 374), (387, 373)] {
            (points[upper], points[lower]) = ([0.5, -lid], [0.5, lid]);
        }
        for (upper, lower) in [(82, 87), (13, 14), (312, 317)] {
            (points[upper], points[lower]) = ([0.0, 1.15 - lip], [0.0, 1.15 + lip]);
        }
        let side = 2.2 * self.eye_distance;
        Face {
            score: 0.95,
            presence: 0.99,
            bounds: Rect {
                x: (self.eyes[0] - side / 2.0) as f32,
                y: (self.eyes[1] - 0.3 * side) as f32,
                width: side as f32,
                height: side as f32,
            },
            landmarks: points
                .into_iter()
                .map(|point| {
                    let [x, y] = self.at(point);
                    [x as f32, y as f32, 0.0]
                })
                .collect(),
            pose: Pose {
                yaw: 0.0,
                pitch: 0.0,
                roll: self.tilt as f32,
            },
        }
    }

    pub(crate) fn draw(&self, width: u32, height: u32) -> RgbImage {
        let mut noise = 1_u32;
        RgbImage::from_fn(width, height, |x, y| {
            let point = self.seen([f64::from(x) + 0.5, f64::from(y) + 0.5]);
            let light = self.light[usize::from(point[0] > 0.0)];
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = f64::from(noise >> 24) / 64.0 - 2.0;
            Rgb(self.colour(point, [x, y]).map(|channel| {
                // Light is a factor of what is linear; the channels are not.
                let lit = channel * light.powf(1.0 / 2.2);
                (lit + grain).clamp(0.0, 255.0) as u8
            }))
        })
    }

    fn colour(&self, [x, y]: Point, [column, row]: [u32; 2]) -> [f64; 3] {
        let eye = (x.abs() - 0.5, y);
        let within = |across: f64, down: f64, wide: f64, high: f64| {
            (across / wide).powi(2) + (down / high).powi(2) < 1.0
        };
        if self.sunglasses && within(eye.0, eye.1, 0.45, 0.3) {
            return [14.0, 14.0, 16.0];
        }
        if within(eye.0, eye.1, 0.06, 0.06) {
            return [18.0, 14.0, 12.0];
        }
        if within(eye.0, eye.1, 0.17, self.lid_gap * HEIGHT / 2.0) {
            return [220.0, 215.0, 210.0];
        }
        if let Some(mask) = self.mask
            && y > 0.45
            && within(x, y - 0.6, 1.1, 1.25)
        {
            return mask;
        }
        if within(x, y - 1.15, 0.42, 0.1) {
            return self.skin.map(|channel| channel * 0.75);
        }
        if within(x, y - 0.4, 1.15, 1.4) {
            if self.beard && y > 0.85 {
                return [40.0, 30.0, 26.0];
            }
            // Skin is not of one colour, and shines where it faces the lamp.
            let shade = 1.0 - 0.25 * x.abs() - 0.05 * (9.0 * x).sin() * (7.0 * y).cos();
            let shine: f64 = [(0.0, -0.35), (-0.55, 0.45), (0.55, 0.45), (0.0, 0.4)]
                .iter()
                .map(|(across, down)| {
                    let distance = (x - across).powi(2) + (y - down).powi(2);
                    62.0 * (-distance / 0.03).exp()
                })
                .sum();
            return self.skin.map(|channel| channel * shade + shine);
        }
        if let Some(around) = self.around
            && within(x, y - 0.6, 1.7, 2.1)
        {
            return around;
        }
        if within(x, y - 4.2, 2.6, 2.3) {
            return [90.0, 100.0, 130.0];
        }
        if self.busy_wall && (column / 9 + row / 9) % 2 == 0 {
            return [60.0, 80.0, 60.0];
        }
        [205.0, 205.0, 200.0]
    }
}
