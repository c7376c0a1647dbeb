//! How much light falls on a face, and how evenly.

use super::face_area::FaceArea;
use super::patch::Patch;
use crate::geometry::Geometry;

/// Luminance up to this is nearly black, and from the other on nearly white (ISO/IEC 29794-5).
const NEARLY_BLACK: usize = 25;
const NEARLY_WHITE: usize = 247;

/// The light on a face.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Light {
    /// 0 to 1.
    pub(crate) mean: f64,
    pub(crate) variance: f64,
    /// In bits.
    pub(crate) entropy: f64,
    /// Shares of the face, 0 to 1.
    pub(crate) nearly_black: f64,
    pub(crate) nearly_white: f64,
    /// What the brightest hundredth of the face reaches, 0 to 1: reflections on the skin, the white of the eyes.
    pub(crate) highlight: f64,
    /// How the halves of the face differ, -1 to 1; positive when the half on the picture's left is the brighter.
    pub(crate) asymmetry: f64,
}

impl Light {
    /// Nothing where no part of the face is in the picture.
    pub(crate) fn of(patch: &Patch, area: &FaceArea, face: &Geometry) -> Option<Self> {
        let mut histogram = [0_u32; 256];
        let mut halves = [0.0; 2];
        let mut counts = [0.0; 2];
        let (between, chin) = (face.between_eyes(), face.chin);
        let slant = (chin[0] - between[0]) / (chin[1] - between[1]).max(1.0);
        for (row, columns) in area.rows() {
            let y = patch.grid.at(0, row)[1];
            let line = patch.grid.place([between[0] + (y - between[1]) * slant, y])[0];
            let middle = (line.max(0.0) as usize).clamp(columns.start, columns.end);
            let start = row * patch.grid.width;
            for (half, columns) in [columns.start..middle, middle..columns.end]
                .into_iter()
                .enumerate()
            {
                counts[half] += columns.len() as f64;
                for luminance in &patch.luminance[start + columns.start..start + columns.end] {
                    histogram[usize::from(*luminance)] += 1;
                    halves[half] += f64::from(*luminance);
                }
            }
        }
        let count = f64::from(histogram.iter().sum::<u32>());
        if count < 1.0 {
            return None;
        }
        let shares = histogram.map(|of_value| f64::from(of_value) / count);
        let levels = || {
            shares
                .iter()
                .enumerate()
                .map(|(value, share)| (value as f64 / 255.0, *share))
        };
        let mean: f64 = levels().map(|(value, share)| value * share).sum();
        let [left, right] = [0, 1].map(|half| halves[half] / f64::max(counts[half], 1.0));
        Some(Self {
            mean,
            variance: levels()
                .map(|(value, share)| (value - mean).powi(2) * share)
                .sum(),
            entropy: -shares
                .iter()
                .filter(|share| **share > 0.0)
                .map(|share| share * share.log2())
                .sum::<f64>(),
            nearly_black: shares[..=NEARLY_BLACK].iter().sum(),
            nearly_white: shares[NEARLY_WHITE..].iter().sum(),
            highlight: highest(&shares, 0.01),
            asymmetry: (left - right) / (left + right).max(1.0),
        })
    }
}

/// The value that this share of all samples reach.
fn highest(shares: &[f64; 256], share: f64) -> f64 {
    let mut above = 0.0;
    let reached = shares.iter().rposition(|of_value| {
        above += of_value;
        above >= share
    });
    reached.unwrap_or(0) as f64 / 255.0
}

/// ISO/IEC 29794-5, illumination uniformity: how far the luminance histograms of two samples overlap, 0 to 1.
pub(crate) fn overlap(patch: &Patch, zones: [Vec<usize>; 2]) -> f64 {
    let [left, right] = zones.map(|zone| {
        let mut shares = [0.0; 256];
        for index in &zone {
            shares[usize::from(patch.luminance[*index])] += 1.0 / zone.len() as f64;
        }
        shares
    });
    left.iter().zip(&right).map(|(a, b)| f64::min(*a, *b)).sum()
}
