//! The few points of a face that measures go by, and what is between them.

use crate::face::Face;

/// A place in a picture, in pixels.
pub(crate) type Point = [f64; 2];

/// Corners of the eye on the picture's left (the person's right) and of the other, outer first.
const EYE_ON_THE_LEFT: [usize; 2] = [33, 133];
const EYE_ON_THE_RIGHT: [usize; 2] = [263, 362];
/// Points of the upper lid and those of the lower lid below them.
const LIDS_ON_THE_LEFT: [(usize, usize); 3] = [(160, 144), (159, 145), (158, 153)];
const LIDS_ON_THE_RIGHT: [(usize, usize); 3] = [(385, 380), (386, 374), (387, 373)];
/// Points of the inner edge of the upper lip and those of the lower lip below them.
const LIPS: [(usize, usize); 3] = [(82, 87), (13, 14), (312, 317)];
const MOUTH_CORNERS: [usize; 2] = [61, 291];
const NOSE_TIP: usize = 1;
const CHIN: usize = 152;
const FOREHEAD: usize = 10;
const TEMPLES: [usize; 2] = [127, 356];
/// From one temple along the jaw to the other, and back along the brows. OFIQ's face ends at the brows too.
const OUTLINE: [usize; 32] = [
    127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288,
    361, 323, 454, 356, 300, 293, 334, 296, 336, 107, 66, 105, 63,
];
const LANDMARKS: usize = 468;

/// The points of a face that measures go by, in pixels of the picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Geometry {
    /// The middle of the eye on the left of the picture, which is the person's right eye, and of the other.
    pub(crate) eyes: [Point; 2],
    pub(crate) nose: Point,
    /// On the left of the picture, and on the right.
    pub(crate) mouth: [Point; 2],
    pub(crate) chin: Point,
    pub(crate) forehead: Point,
    pub(crate) temples: [Point; 2],
    /// Around the face, up to the brows.
    pub(crate) outline: Vec<Point>,
    /// Of the less open eye.
    pub(crate) lid_gap: f64,
    pub(crate) lip_gap: f64,
}

impl Geometry {
    /// Nothing where points are missing or no numbers, or where the eyes or the chin are in one place.
    pub(crate) fn of(face: &Face) -> Option<Self> {
        if face.landmarks.len() < LANDMARKS {
            return None;
        }
        let at = |index: usize| {
            let [x, y, _] = face.landmarks[index];
            [f64::from(x), f64::from(y)]
        };
        let widest = |pairs: [(usize, usize); 3]| {
            pairs
                .map(|(upper, lower)| distance(at(upper), at(lower)))
                .into_iter()
                .fold(0.0, f64::max)
        };
        let geometry = Self {
            eyes: [EYE_ON_THE_LEFT, EYE_ON_THE_RIGHT]
                .map(|[outer, inner]| middle(at(outer), at(inner))),
            nose: at(NOSE_TIP),
            mouth: MOUTH_CORNERS.map(at),
            chin: at(CHIN),
            forehead: at(FOREHEAD),
            temples: TEMPLES.map(at),
            outline: OUTLINE.map(at).to_vec(),
            lid_gap: widest(LIDS_ON_THE_LEFT).min(widest(LIDS_ON_THE_RIGHT)),
            lip_gap: widest(LIPS),
        };
        geometry.is_sound().then_some(geometry)
    }

    fn is_sound(&self) -> bool {
        let finite = face_points(self).all(|[x, y]| x.is_finite() && y.is_finite());
        finite && self.eye_distance() >= 1.0 && self.height() >= 1.0
    }

    /// Between the eyes.
    pub(crate) fn between_eyes(&self) -> Point {
        middle(self.eyes[0], self.eyes[1])
    }

    /// From eye to eye, in pixels: the unit of most lengths here.
    pub(crate) fn eye_distance(&self) -> f64 {
        distance(self.eyes[0], self.eyes[1])
    }

    /// From between the eyes to the chin, in pixels: ISO/IEC 29794-5 calls it T.
    pub(crate) fn height(&self) -> f64 {
        distance(self.between_eyes(), self.chin)
    }

    /// How far the line through the eyes is from level, in radians; positive when it falls to the right.
    pub(crate) fn tilt(&self) -> f64 {
        let [left, right] = self.eyes;
        (right[1] - left[1]).atan2(right[0] - left[0])
    }

    pub(crate) fn mouth_centre(&self) -> Point {
        middle(self.mouth[0], self.mouth[1])
    }

    /// The same face where another picture shows it.
    pub(crate) fn map(&self, to: impl Fn(Point) -> Point + Copy, scale: f64) -> Self {
        Self {
            eyes: self.eyes.map(to),
            nose: to(self.nose),
            mouth: self.mouth.map(to),
            chin: to(self.chin),
            forehead: to(self.forehead),
            temples: self.temples.map(to),
            outline: self.outline.iter().copied().map(to).collect(),
            lid_gap: self.lid_gap * scale,
            lip_gap: self.lip_gap * scale,
        }
    }
}

fn face_points(face: &Geometry) -> impl Iterator<Item = Point> + '_ {
    let named = [face.nose, face.chin, face.forehead];
    let pairs = [face.eyes, face.mouth, face.temples];
    named
        .into_iter()
        .chain(pairs.into_iter().flatten())
        .chain(face.outline.iter().copied())
        .chain([[face.lid_gap, face.lip_gap]])
}

pub(crate) fn middle(a: Point, b: Point) -> Point {
    [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0]
}

pub(crate) fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Turning, scaling and moving, without stretching.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Similarity {
    /// Scale times cosine and sine of the angle.
    pub(crate) along: f64,
    pub(crate) across: f64,
    pub(crate) shift: Point,
}

impl Similarity {
    /// What brings `from` as near to `to` as can be, by least squares.
    pub(crate) fn fit<const N: usize>(from: [Point; N], to: [Point; N]) -> Self {
        let mean = |points: [Point; N]| {
            let [x, y] = points.iter().fold([0.0; 2], |sum, point| {
                [sum[0] + point[0], sum[1] + point[1]]
            });
            [x / N as f64, y / N as f64]
        };
        let (from_mean, to_mean) = (mean(from), mean(to));
        let (mut dot, mut cross, mut square) = (0.0, 0.0, 0.0);
        for (p, q) in from.iter().zip(&to) {
            let (px, py) = (p[0] - from_mean[0], p[1] - from_mean[1]);
            let (qx, qy) = (q[0] - to_mean[0], q[1] - to_mean[1]);
            dot += px * qx + py * qy;
            cross += px * qy - py * qx;
            square += px * px + py * py;
        }
        let square = square.max(f64::MIN_POSITIVE);
        let (along, across) = (dot / square, cross / square);
        let turned = [
            along * from_mean[0] - across * from_mean[1],
            across * from_mean[0] + along * from_mean[1],
        ];
        Self {
            along,
            across,
            shift: [to_mean[0] - turned[0], to_mean[1] - turned[1]],
        }
    }

    pub(crate) fn apply(&self, [x, y]: Point) -> Point {
        [
            self.along * x - self.across * y + self.shift[0],
            self.across * x + self.along * y + self.shift[1],
        ]
    }

    pub(crate) fn scale(&self) -> f64 {
        self.along.hypot(self.across)
    }

    pub(crate) fn inverse(&self) -> Self {
        let square = (self.along * self.along + self.across * self.across).max(f64::MIN_POSITIVE);
        let (along, across) = (self.along / square, -self.across / square);
        let [x, y] = self.shift;
        Self {
            along,
            across,
            shift: [across * y - along * x, -(across * x + along * y)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_finds_the_turn_and_its_inverse_undoes_it() {
        let known = Similarity {
            along: 1.2,
            across: -0.7,
            shift: [30.0, -4.0],
        };
        let from = [[0.0, 0.0], [10.0, 3.0], [-4.0, 8.0]];
        let fitted = Similarity::fit(from, from.map(|point| known.apply(point)));
        for point in [[5.0, 5.0], [-100.0, 40.0]] {
            assert!(distance(fitted.apply(point), known.apply(point)) < 1e-9);
            assert!(distance(fitted.inverse().apply(fitted.apply(point)), point) < 1e-9);
        }
    }
}
