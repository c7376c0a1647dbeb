//! How much there is to see behind a person.
//!
//! OFIQ takes the background from a network that labels every pixel. Here it is what lies well away from where a head
//! can be: above it, and beside it down to the mouth, below which there are shoulders. Wide hair and scarves reach
//! into that, so the rule goes by the plainest of the three parts: a busy room is busy in all of them.

use image::RgbImage;

use super::patch::{Grid, Linear, Patch};
use crate::geometry::{Geometry, Point, Similarity, distance};

/// ISO/IEC 29794-5: the part of the aligned picture that is looked at, and the size it is brought to.
const LEFT: f64 = 62.0;
const WIDTH: f64 = 492.0;
const HEIGHT: f64 = 508.0;
const SAMPLES: [usize; 2] = [354, 292];
/// Fewer samples say nothing.
const ENOUGH: f64 = 400.0;

/// Mean gradients of the luminance (Scharr).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Background {
    pub(crate) mean: f64,
    /// Of the plainest part.
    pub(crate) plainest: f64,
}

impl Background {
    /// `face` is in coordinates of the aligned picture. Nothing where too little is to be seen of the background.
    pub(crate) fn of(
        picture: &RgbImage,
        to_picture: &Similarity,
        face: &Geometry,
        linear: &Linear,
    ) -> Option<Self> {
        let head = Head::of(face);
        let grid = Grid {
            corner: [LEFT, 0.0],
            step: [WIDTH / SAMPLES[0] as f64, HEIGHT / SAMPLES[1] as f64],
            width: SAMPLES[0],
            // Nothing below the mouth is used.
            height: ((head.mouth / HEIGHT * SAMPLES[1] as f64).max(0.0) as usize).min(SAMPLES[1]),
        };
        let patch = Patch::sample(picture, to_picture, grid, linear);
        let [width, height] = [picture.width(), picture.height()].map(f64::from);
        // Beyond the border there is no background, and at the border a false edge.
        let edge = 2.0 * to_picture.scale().max(1.0);
        let inside = |point: Point| {
            let [x, y] = to_picture.apply(point);
            x >= edge && y >= edge && x < width - edge && y < height - edge
        };
        let mut sums = [(0.0, 0.0); 3];
        for row in 1..grid.height.saturating_sub(1) {
            for column in 1..grid.width - 1 {
                let point = grid.at(column, row);
                if let Some(part) = head.part_beside(point)
                    && inside(point)
                {
                    sums[part].0 += gradient(&patch, column, row);
                    sums[part].1 += 1.0;
                }
            }
        }
        let parts = || sums.iter().filter(|(_, count)| *count >= ENOUGH);
        let count: f64 = parts().map(|(_, count)| count).sum();
        (count > 0.0).then(|| Self {
            mean: parts().map(|(sum, _)| sum).sum::<f64>() / count,
            plainest: parts()
                .map(|(sum, count)| sum / count)
                .fold(f64::INFINITY, f64::min),
        })
    }
}

/// Where a head with its hair can be: an ellipse.
struct Head {
    centre: Point,
    radii: [f64; 2],
    mouth: f64,
}

impl Head {
    fn of(face: &Geometry) -> Self {
        let (forehead, chin) = (face.forehead, face.chin);
        let length = distance(forehead, chin);
        Self {
            centre: [
                face.between_eyes()[0],
                forehead[1] + 0.4 * (chin[1] - forehead[1]),
            ],
            radii: [
                0.75 * distance(face.temples[0], face.temples[1]),
                0.85 * length,
            ],
            mouth: face.mouth_centre()[1],
        }
    }

    /// Left of the head, above it, right of it; nothing within.
    fn part_beside(&self, [x, y]: Point) -> Option<usize> {
        let [across, down] = [
            (x - self.centre[0]) / self.radii[0],
            (y - self.centre[1]) / self.radii[1],
        ];
        if across < -1.0 {
            Some(0)
        } else if across > 1.0 {
            Some(2)
        } else if down < 0.0 && across.hypot(down) > 1.0 {
            Some(1)
        } else {
            None
        }
    }
}

fn gradient(patch: &Patch, column: usize, row: usize) -> f64 {
    let at = |across: usize, down: usize| {
        let index = (row + down - 1) * patch.grid.width + column + across - 1;
        f64::from(patch.luminance[index])
    };
    let side = |a: f64, b: f64, c: f64| 3.0 * a + 10.0 * b + 3.0 * c;
    let across = side(at(2, 0), at(2, 1), at(2, 2)) - side(at(0, 0), at(0, 1), at(0, 2));
    let down = side(at(0, 2), at(1, 2), at(2, 2)) - side(at(0, 0), at(1, 0), at(2, 0));
    across.hypot(down)
}
