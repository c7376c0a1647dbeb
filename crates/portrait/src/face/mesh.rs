//! Face Mesh: a face at 192 × 192, its eyes level, becomes 468 points and whether it is one.

use image::RgbImage;

use super::detector::{Detection, sigmoid};
use super::network::{Network, Workspace};
use super::patch::{Beyond, Patch, Square};

const MODEL: &[u8] = include_bytes!("../../models/face_landmark.tflite");

const PATCH: Patch = Patch {
    pixels: 192,
    beyond: Beyond::Border,
    range: [0.0, 1.0],
};

/// How much more than the face the square around it shows.
const MARGIN: f32 = 1.5;
/// Outer corners of the eyes: first the one on the left of an upright picture.
const EYES: [usize; 2] = [33, 263];

/// A face's shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    /// How sure it is that there is a face.
    pub(super) presence: f32,
    /// In pixels of the picture; z away from the camera.
    pub(super) points: Vec<[f32; 3]>,
}

#[derive(Debug)]
pub(super) struct Mesh(Network);

impl Mesh {
    pub(super) fn new() -> Self {
        Self(Network::new(MODEL))
    }

    /// Looks at one square of the picture.
    pub(super) fn look(
        &self,
        picture: &RgbImage,
        square: Square,
        workspace: &mut Workspace,
    ) -> Shape {
        PATCH.cut(picture, square, &mut workspace.patch);
        let [points, presence] = self.0.run(workspace);
        let unit = 1.0 / PATCH.pixels as f32;
        let (points, _) = points.as_chunks();
        Shape {
            presence: presence.first().copied().map_or(0.0, sigmoid),
            points: points
                .iter()
                .map(|[x, y, z]| {
                    let [right, down] = square.to_picture([x * unit, y * unit]);
                    [right, down, z * unit * square.side]
                })
                .collect(),
        }
    }
}

/// The square in which to look for what the detector saw.
pub(super) fn square_of_detection(detection: &Detection) -> Square {
    let [left, top, right, bottom] = detection.edges;
    Square {
        centre: [(left + right) / 2.0, (top + bottom) / 2.0],
        side: (right - left).max(bottom - top) * MARGIN,
        angle: angle(detection.eyes),
    }
}

/// The square in which to look again at a face.
pub(super) fn square_of_shape(shape: &Shape) -> Option<Square> {
    let eye = |index: usize| shape.points.get(index).map(|[x, y, _]| [*x, *y]);
    let angle = angle([eye(EYES[0])?, eye(EYES[1])?]);
    let (sin, cos) = angle.sin_cos();
    // The points as they would be with the eyes level.
    let level = shape
        .points
        .iter()
        .map(|[x, y, _]| [x * cos + y * sin, y * cos - x * sin]);
    let ends = |axis: usize| {
        let along = level.clone().map(|point| point[axis]);
        (
            along.clone().fold(f32::INFINITY, f32::min),
            along.fold(f32::NEG_INFINITY, f32::max),
        )
    };
    let ((left, right), (top, bottom)) = (ends(0), ends(1));
    let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
    Some(Square {
        centre: [x * cos - y * sin, x * sin + y * cos],
        side: (right - left).max(bottom - top) * MARGIN,
        angle,
    })
}

/// How far the line through the eyes is turned clockwise.
fn angle([left, right]: [[f32; 2]; 2]) -> f32 {
    (right[1] - left[1]).atan2(right[0] - left[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_square_is_turned_with_the_eyes() {
        let detection = Detection {
            score: 1.0,
            edges: [10.0, 20.0, 30.0, 40.0],
            eyes: [[15.0, 20.0], [15.0, 30.0]],
        };
        let square = square_of_detection(&detection);
        assert_eq!((square.centre, square.side), ([20.0, 30.0], 30.0));
        assert!((square.angle - std::f32::consts::FRAC_PI_2).abs() < 1e-6);
    }

    #[test]
    fn a_second_look_is_at_the_middle_of_the_first_shape() {
        // All points on a cross whose arms are turned by an eighth.
        let mut points = vec![[50.0, 50.0, 0.0]; 468];
        points[EYES[0]] = [40.0, 40.0, 0.0];
        points[EYES[1]] = [60.0, 60.0, 0.0];
        points[0] = [60.0, 40.0, 0.0];
        points[1] = [40.0, 60.0, 0.0];
        let square = square_of_shape(&Shape {
            presence: 1.0,
            points,
        })
        .unwrap();
        assert!((square.angle - std::f32::consts::FRAC_PI_4).abs() < 1e-6);
        assert!((square.side - 1.5 * 800_f32.sqrt()).abs() < 1e-3);
        assert!(square.centre.iter().all(|at| (at - 50.0).abs() < 1e-3));
        let nothing = Shape {
            presence: 0.0,
            points: Vec::new(),
        };
        assert_eq!(square_of_shape(&nothing), None);
    }
}
