//! The arithmetic. Shapes were checked when the model was read; here they are taken for granted.
//!
//! Everything is written for the compiler's vectoriser: fixed blocks of eight numbers, no branch in the inner loops.

mod convolution;
mod depthwise;
mod matrix;
mod simple;

pub(crate) use convolution::{Convolution, Source};
pub(crate) use depthwise::Depthwise;
pub(crate) use matrix::Matrix;
pub(crate) use simple::{Concatenation, Padding, Pool, activate, add};

/// A picture in memory: rows of pixels, each with its channels side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Map {
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
}

impl Map {
    pub(crate) fn row(self) -> usize {
        self.width * self.channels
    }
}

/// How a window moves over a map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) input: Map,
    pub(crate) output: Map,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) stride_y: usize,
    pub(crate) stride_x: usize,
    /// How far the first window reaches over the upper border.
    pub(crate) top: usize,
    /// How far the first window reaches over the left border.
    pub(crate) left: usize,
}

impl Window {
    /// The rows of the input under the window of one output row, and which rows of the window these are.
    fn rows(&self, y: usize) -> impl Iterator<Item = (usize, usize)> {
        let first = y * self.stride_y;
        let (top, height) = (self.top, self.input.height);
        (0..self.height).filter_map(move |ky| {
            let row = (first + ky).checked_sub(top)?;
            (row < height).then_some((ky, row))
        })
    }

    /// The columns of the window that lie in the input, and the column of the input where the first of them is.
    fn columns(&self, x: usize) -> (std::ops::Range<usize>, usize) {
        let first = x * self.stride_x;
        let from = self.left.saturating_sub(first).min(self.width);
        let to = (self.input.width + self.left)
            .saturating_sub(first)
            .clamp(from, self.width);
        (from..to, (first + from).saturating_sub(self.left))
    }
}

/// What is done to every number at the end of a step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Activation {
    /// Nothing.
    None,
    /// What is negative becomes zero.
    Relu,
    /// What is negative is multiplied by the slope of its channel.
    Prelu(Vec<f32>),
}

/// Eight numbers that are worked on at once, in fours as the narrowest of the usual processors have them. Aligned so
/// that they can be an operand straight from memory.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(32))]
pub(crate) struct Lanes([[f32; 4]; 2]);

pub(crate) const LANES: usize = 8;

impl Lanes {
    /// Eight numbers from this place on.
    #[inline(always)]
    fn load(from: &[f32], at: usize) -> Self {
        // Cut to eight first, so that there is one check and no second way through.
        let [first, second] = from[at..at + LANES].as_chunks().0 else {
            return Self::default();
        };
        Self([*first, *second])
    }

    /// The first eight of these numbers, or fewer and zeros.
    fn load_some(from: &[f32]) -> Self {
        let mut lanes = Self::default();
        for (lane, number) in lanes.0.as_flattened_mut().iter_mut().zip(from) {
            *lane = *number;
        }
        lanes
    }

    /// Writes all eight.
    #[inline(always)]
    fn store(&self, to: &mut [f32], at: usize) {
        to[at..at + LANES].copy_from_slice(self.0.as_flattened());
    }

    /// Writes as many as there is room for.
    fn store_some(&self, to: &mut [f32]) {
        for (number, lane) in to.iter_mut().zip(self.0.as_flattened()) {
            *number = *lane;
        }
    }

    /// Does the same to each pair of numbers.
    #[inline(always)]
    fn with(&mut self, other: &Self, change: impl Fn(f32, f32) -> f32) {
        for half in 0..2 {
            for lane in 0..4 {
                self.0[half][lane] = change(self.0[half][lane], other.0[half][lane]);
            }
        }
    }

    /// Adds a product of numbers.
    #[inline(always)]
    fn add_product(&mut self, left: &Self, right: &Self) {
        for half in 0..2 {
            for lane in 0..4 {
                self.0[half][lane] =
                    multiply_add(left.0[half][lane], right.0[half][lane], self.0[half][lane]);
            }
        }
    }

    /// Adds a multiple.
    #[inline(always)]
    fn add_multiple(&mut self, factor: f32, lanes: &Self) {
        for half in 0..2 {
            for lane in 0..4 {
                self.0[half][lane] = multiply_add(factor, lanes.0[half][lane], self.0[half][lane]);
            }
        }
    }
}

/// In one instruction where every processor of the kind has it; elsewhere the standard library would call a function.
#[inline(always)]
fn multiply_add(left: f32, right: f32, sum: f32) -> f32 {
    if cfg!(any(target_feature = "fma", target_arch = "aarch64")) {
        left.mul_add(right, sum)
    } else {
        left * right + sum
    }
}
