//! How blurred a face is.
//!
//! After Crété and others, "The blur effect" (2007): what is sharp loses much of its detail when it is blurred, and
//! what is blurred already loses little. Unlike the variance of a Laplacian this does not go by how much detail
//! there is: smooth skin is not blurred, and noise is not sharp.

use super::face_area::FaceArea;
use super::patch::Patch;

/// Samples that are averaged, before and behind each.
const REACH: usize = 5;

/// From 0, sharp, to 1, blurred.
pub(crate) fn blur(patch: &Patch, area: &FaceArea) -> f64 {
    let (mut across, mut down) = (Loss::default(), Loss::default());
    let width = patch.grid.width;
    let mut columns_of = vec![Vec::new(); width];
    for (row, columns) in area.rows() {
        let start = row * width;
        across.add(
            patch.luminance[start + columns.start..start + columns.end]
                .iter()
                .copied(),
        );
        for column in columns {
            columns_of[column].push(patch.luminance[start + column]);
        }
    }
    for column in columns_of {
        // The area is convex, so a column of it is in one piece.
        down.add(column.into_iter());
    }
    across.share().max(down.share())
}

/// How much of the difference between neighbours there was, and is left after averaging.
#[derive(Default)]
struct Loss {
    before: u64,
    /// Times the number of samples averaged.
    lost: u64,
}

impl Loss {
    fn add(&mut self, line: impl Iterator<Item = u8>) {
        const WINDOW: i64 = 2 * REACH as i64 + 1;
        let line: Vec<i64> = line.map(i64::from).collect();
        if line.len() <= 2 * REACH + 1 {
            return;
        }
        // The mean's difference between neighbours is that of the sample that comes in and the one that goes out.
        for at in REACH + 1..line.len() - REACH {
            let before = (line[at] - line[at - 1]).abs();
            let after = (line[at + REACH] - line[at - REACH - 1]).abs();
            self.before += before.unsigned_abs();
            self.lost += (before * WINDOW - after).max(0).unsigned_abs();
        }
    }

    fn share(&self) -> f64 {
        if self.before == 0 {
            return 1.0;
        }
        let before = self.before as f64;
        (before - self.lost as f64 / (2 * REACH + 1) as f64) / before
    }
}
