//! BlazeFace, short range: the whole picture at 128 × 128 becomes 896 guesses, which become faces.

use image::RgbImage;

use super::network::{Network, Workspace};
use super::patch::{Beyond, Patch, Square};

const MODEL: &[u8] = include_bytes!("../../models/face_detection_short_range.tflite");

const PATCH: Patch = Patch {
    pixels: 128,
    beyond: Beyond::Black,
    range: [-1.0, 1.0],
};

/// Grids of anchors: cells on a side, guesses for each cell.
const GRIDS: [(usize, usize); 2] = [(16, 2), (8, 6)];
/// What the network says of one guess: middle, width and height of the box, and six points.
const NUMBERS: usize = 16;
const LEAST_SCORE: f32 = 0.5;
/// Guesses that overlap more than this, as part of what both cover together, are of the same face.
const SAME_FACE: f32 = 0.3;

/// Where the detector sees a face, in pixels of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Detection {
    pub(super) score: f32,
    /// Left, top, right, bottom.
    pub(super) edges: [f32; 4],
    /// The eyes: first the one on the left of an upright picture.
    pub(super) eyes: [[f32; 2]; 2],
}

impl Detection {
    pub(super) fn area(&self) -> f32 {
        let [left, top, right, bottom] = self.edges;
        (right - left).max(0.0) * (bottom - top).max(0.0)
    }

    /// What both cover, as part of what they cover together.
    fn overlap(&self, other: &Self) -> f32 {
        let [left, top, right, bottom] = std::array::from_fn(|edge| {
            if edge < 2 {
                self.edges[edge].max(other.edges[edge])
            } else {
                self.edges[edge].min(other.edges[edge])
            }
        });
        let both = (right - left).max(0.0) * (bottom - top).max(0.0);
        let together = self.area() + other.area() - both;
        if together > 0.0 { both / together } else { 0.0 }
    }
}

/// The network, and what it takes to understand it.
#[derive(Debug)]
pub(super) struct Detector {
    network: Network,
    /// Where each guess is counted from, 0 to 1.
    anchors: Vec<[f32; 2]>,
}

impl Detector {
    pub(super) fn new() -> Self {
        let anchors = GRIDS.iter().flat_map(|&(cells, guesses)| {
            (0..cells * cells * guesses).map(move |guess| {
                let cell = guess / guesses;
                [cell % cells, cell / cells].map(|at| (at as f32 + 0.5) / cells as f32)
            })
        });
        Self {
            network: Network::new(MODEL),
            anchors: anchors.collect(),
        }
    }

    /// All faces, largest first.
    pub(super) fn detect(&self, picture: &RgbImage, workspace: &mut Workspace) -> Vec<Detection> {
        let square = Square::around(picture);
        PATCH.cut(picture, square, &mut workspace.patch);
        let [boxes, scores] = self.network.run(workspace);
        let guesses = scores
            .iter()
            .zip(boxes.chunks_exact(NUMBERS))
            .zip(&self.anchors)
            .map(|((score, numbers), anchor)| (sigmoid(*score), numbers, anchor))
            .filter(|(score, ..)| *score > LEAST_SCORE)
            .map(|(score, numbers, anchor)| {
                let place = |at: usize| {
                    square.to_picture([
                        numbers[at] / PATCH.pixels as f32 + anchor[0],
                        numbers[at + 1] / PATCH.pixels as f32 + anchor[1],
                    ])
                };
                let [x, y] = place(0);
                let half = |at: usize| numbers[at] / PATCH.pixels as f32 * square.side / 2.0;
                let (half_width, half_height) = (half(2), half(3));
                Detection {
                    score,
                    edges: [
                        x - half_width,
                        y - half_height,
                        x + half_width,
                        y + half_height,
                    ],
                    eyes: [place(4), place(6)],
                }
            });
        let mut faces = merge(guesses.collect());
        faces.sort_by(|one, other| other.area().total_cmp(&one.area()));
        faces
    }
}

/// The best guess for each face: the mean of all that overlap with the surest, each counted as far as it is sure.
fn merge(mut guesses: Vec<Detection>) -> Vec<Detection> {
    guesses.sort_by(|one, other| other.score.total_cmp(&one.score));
    let mut faces = Vec::new();
    while !guesses.is_empty() {
        let best = guesses.remove(0);
        let (mut same, others): (Vec<_>, Vec<_>) = guesses
            .into_iter()
            .partition(|guess| best.overlap(guess) > SAME_FACE);
        guesses = others;
        same.push(best);
        let weight: f32 = same.iter().map(|guess| guess.score).sum();
        let mean = |number: &dyn Fn(&Detection) -> f32| {
            let weighted = same.iter().map(|guess| number(guess) * guess.score);
            weighted.sum::<f32>() / weight
        };
        faces.push(Detection {
            score: best.score,
            edges: std::array::from_fn(|edge| mean(&|guess| guess.edges[edge])),
            eyes: std::array::from_fn(|eye| {
                std::array::from_fn(|axis| mean(&|guess| guess.eyes[eye][axis]))
            }),
        });
    }
    faces
}

pub(super) fn sigmoid(number: f32) -> f32 {
    1.0 / (1.0 + (-number).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(score: f32, left: f32) -> Detection {
        Detection {
            score,
            edges: [left, 0.0, left + 10.0, 10.0],
            eyes: [[left + 3.0, 4.0], [left + 7.0, 4.0]],
        }
    }

    #[test]
    fn guesses_of_one_face_become_their_weighted_mean() {
        let faces = merge(vec![guess(0.6, 2.0), guess(0.9, 0.0), guess(0.7, 50.0)]);
        assert_eq!(faces.len(), 2);
        assert_eq!(faces[0].score, 0.9);
        assert!((faces[0].edges[0] - 0.8).abs() < 1e-5);
        assert!((faces[0].eyes[1][0] - 7.8).abs() < 1e-5);
        assert_eq!(faces[1].score, 0.7);
        assert!((faces[1].edges[0] - 50.0).abs() < 1e-4);
    }

    #[test]
    fn guesses_that_hardly_overlap_are_different_faces() {
        // 5 of 15 in common, one third; then 4 of 16, a quarter.
        assert_eq!(merge(vec![guess(0.9, 0.0), guess(0.8, 5.0)]).len(), 1);
        assert_eq!(merge(vec![guess(0.9, 0.0), guess(0.8, 6.0)]).len(), 2);
    }

    #[test]
    fn guesses_without_area_do_no_harm() {
        let nothing = Detection {
            score: 0.9,
            edges: [5.0; 4],
            eyes: [[5.0; 2]; 2],
        };
        assert_eq!(merge(vec![nothing, nothing, guess(0.8, 0.0)]).len(), 3);
        let broken = Detection {
            edges: [f32::NAN; 4],
            ..nothing
        };
        assert_eq!(merge(vec![broken, guess(0.8, 0.0)]).len(), 2);
    }

    #[test]
    fn there_is_an_anchor_for_every_guess() {
        let detector = Detector::new();
        assert_eq!(detector.anchors.len(), 896);
        assert_eq!(detector.anchors[1], [0.5 / 16.0, 0.5 / 16.0]);
        assert_eq!(detector.anchors[2], [1.5 / 16.0, 0.5 / 16.0]);
        assert_eq!(detector.anchors[895], [7.5 / 8.0, 7.5 / 8.0]);
    }
}
