//! The operators that hardly calculate.

use super::{Activation, Map, Window};

/// Adds two maps of one shape.
pub(crate) fn add(left: &[f32], right: &[f32], activation: &Activation, out: &mut [f32]) {
    for ((out, left), right) in out.iter_mut().zip(left).zip(right) {
        *out = left + right;
    }
    activate(out, activation);
}

/// What is done at the end of a step that is not a convolution.
pub(crate) fn activate(numbers: &mut [f32], activation: &Activation) {
    match activation {
        Activation::None => {}
        Activation::Relu => {
            for number in numbers {
                *number = number.max(0.0);
            }
        }
        Activation::Prelu(slopes) => {
            for pixel in numbers.chunks_exact_mut(slopes.len()) {
                for (number, slope) in pixel.iter_mut().zip(slopes) {
                    if *number < 0.0 {
                        *number *= slope;
                    }
                }
            }
        }
    }
}

/// The largest number under a window, for each channel.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) window: Window,
    pub(crate) activation: Activation,
}

impl Pool {
    pub(crate) fn run(&self, input: &[f32], out: &mut [f32]) {
        let window = &self.window;
        let channels = window.input.channels;
        for (y, out) in out.chunks_exact_mut(window.output.row()).enumerate() {
            for (x, out) in out.chunks_exact_mut(channels).enumerate() {
                out.fill(f32::NEG_INFINITY);
                let (columns, first) = window.columns(x);
                for (_, row) in window.rows(y) {
                    let at = (row * window.input.width + first) * channels;
                    for pixel in input[at..][..columns.len() * channels].chunks_exact(channels) {
                        for (out, number) in out.iter_mut().zip(pixel) {
                            *out = if *number > *out { *number } else { *out };
                        }
                    }
                }
            }
        }
        activate(out, &self.activation);
    }
}

/// Zeros around a map, and after its channels.
#[derive(Clone, Debug)]
pub(crate) struct Padding {
    pub(crate) input: Map,
    pub(crate) output: Map,
    pub(crate) top: usize,
    pub(crate) left: usize,
    /// Zeros before the channels.
    pub(crate) before: usize,
}

impl Padding {
    /// Whether nothing but channels is added, and these at the end.
    pub(crate) fn only_adds_channels(&self) -> bool {
        self.before == 0
            && (self.input.height, self.input.width) == (self.output.height, self.output.width)
    }

    pub(crate) fn run(&self, input: &[f32], out: &mut [f32]) {
        out.fill(0.0);
        let (from, to) = (self.input.channels, self.output.channels);
        let start = self.top * self.output.row() + self.left * to + self.before;
        for (y, row) in input.chunks_exact(self.input.row()).enumerate() {
            for (x, pixel) in row.chunks_exact(from).enumerate() {
                out[start + y * self.output.row() + x * to..][..from].copy_from_slice(pixel);
            }
        }
    }
}

/// Several tensors put together along one axis.
#[derive(Clone, Debug)]
pub(crate) struct Concatenation {
    /// For each input: how many of its numbers stand side by side.
    pub(crate) parts: Vec<usize>,
}

impl Concatenation {
    /// Puts one input in its place.
    pub(crate) fn place(&self, part: usize, input: &[f32], out: &mut [f32]) {
        let whole = self.parts.iter().sum();
        let start: usize = self.parts[..part].iter().sum();
        let len = self.parts[part];
        for (out, input) in out.chunks_exact_mut(whole).zip(input.chunks_exact(len)) {
            out[start..start + len].copy_from_slice(input);
        }
    }
}
