//! A convolution: for each output pixel the numbers under its window are laid out in a row, rows are gathered in a band
//! that stays in the fastest memory, and the band is multiplied with the weights.

use super::matrix::Residual;
use super::{Depthwise, Map, Matrix, Window};

/// Pixels in a band, if the map is wide enough and high enough for them.
const BAND: usize = 64;

/// A convolution, with all that may be joined to it.
#[derive(Clone, Debug)]
pub(crate) struct Convolution {
    pub(crate) source: Source,
    pub(crate) matrix: Matrix,
    pub(crate) output: Map,
    /// Whether anything is done to the sums already.
    pub(crate) has_activation: bool,
    /// Channels of the map that is added to the result: the second input of the step.
    pub(crate) residual: Option<usize>,
}

/// Where the rows for the matrix come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// The pixels of the input as they are.
    Pixels,
    /// The pixels under a window.
    Window(Window),
    /// A depthwise convolution of the input.
    Depthwise(Box<Depthwise>),
}

impl Convolution {
    fn rows_in_band(&self) -> usize {
        (BAND / self.output.width).clamp(1, self.output.height)
    }

    /// How many numbers the band needs.
    pub(crate) fn band(&self) -> usize {
        match self.source {
            Source::Pixels => 0,
            // Asked before it is known that it is not too much.
            _ => (self.rows_in_band() * self.output.width).saturating_mul(self.matrix.depth),
        }
    }

    /// Makes the output. `band` has room for as many numbers as it was asked for.
    pub(crate) fn run(
        &self,
        input: &[f32],
        residual: Option<&[f32]>,
        band: &mut [f32],
        out: &mut [f32],
    ) {
        let rows = self.rows_in_band();
        let width = self.output.width;
        let depth = self.matrix.depth;
        for (index, out) in out.chunks_mut(rows * self.output.row()).enumerate() {
            let first = index * rows;
            let pixels = out.len() / self.output.channels;
            let residual = residual.zip(self.residual).map(|(map, channels)| Residual {
                rows: &map[first * width * channels..][..pixels * channels],
                channels,
            });
            let numbers: &[f32] = match &self.source {
                Source::Pixels => &input[first * width * depth..][..pixels * depth],
                Source::Window(window) => {
                    let band = &mut band[..pixels * depth];
                    for (y, band) in (first..).zip(band.chunks_exact_mut(width * depth)) {
                        gather(window, input, y, band);
                    }
                    band
                }
                Source::Depthwise(depthwise) => {
                    let band = &mut band[..pixels * depth];
                    for (y, band) in (first..).zip(band.chunks_exact_mut(width * depth)) {
                        depthwise.row(input, y, band);
                    }
                    band
                }
            };
            self.matrix.multiply(numbers, residual, out);
        }
    }
}

/// Lays out what is under the windows of one row; what is outside of the input counts as zero.
fn gather(window: &Window, input: &[f32], y: usize, band: &mut [f32]) {
    let channels = window.input.channels;
    let (row_len, part) = (window.input.row(), window.width * channels);
    if window.rows(y).count() < window.height {
        band.fill(0.0);
    }
    for (x, place) in band.chunks_exact_mut(window.height * part).enumerate() {
        let (columns, first) = window.columns(x);
        for (ky, row) in window.rows(y) {
            let to = &mut place[ky * part..][..part];
            let from = &input[row * row_len..][..row_len];
            let (start, end) = (columns.start * channels, columns.end * channels);
            if end - start < part {
                to.fill(0.0);
            }
            to[start..end].copy_from_slice(&from[first * channels..][..end - start]);
        }
    }
}
