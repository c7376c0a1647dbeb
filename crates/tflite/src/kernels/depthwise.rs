//! A convolution in which each channel sees only itself.

use std::array::from_fn;
use std::ops::Range;

use super::{LANES, Lanes, Window, multiply_add};

/// Weights and biases for each channel.
#[derive(Clone, Debug)]
pub(crate) struct Depthwise {
    pub(crate) window: Window,
    /// The columns of the output whose windows lie in the input.
    whole: Range<usize>,
    /// For each place in the window, the weights of all channels.
    weights: Vec<f32>,
    bias: Vec<f32>,
    /// The same for windows of 3 × 3, eight channels at a time.
    blocks: Vec<Block>,
}

/// Eight channels. The last block may share some with the one before it.
#[derive(Clone, Debug)]
struct Block {
    channel: usize,
    bias: Lanes,
    weights: [[Lanes; 3]; 3],
}

impl Depthwise {
    /// Takes `weights` as one row of all channels for each place in the window.
    pub(crate) fn new(window: Window, weights: Vec<f32>, bias: Vec<f32>) -> Self {
        let channels = bias.len();
        let blocks = if (window.height, window.width) == (3, 3) && channels >= LANES {
            (0..channels.div_ceil(LANES))
                .map(|block| {
                    let channel = (block * LANES).min(channels - LANES);
                    let place = |place| Lanes::load(&weights, place * channels + channel);
                    Block {
                        channel,
                        bias: Lanes::load(&bias, channel),
                        weights: from_fn(|ky| from_fn(|kx| place(3 * ky + kx))),
                    }
                })
                .collect()
        } else {
            Vec::new()
        };
        let is_whole = |x: &usize| window.columns(*x).0.len() == window.width;
        let start = (0..window.output.width).find(is_whole).unwrap_or(0);
        let columns = (start..window.output.width).take_while(is_whole).count();
        Self {
            window,
            whole: start..start + columns,
            weights,
            bias,
            blocks,
        }
    }

    /// Makes one row of the output.
    pub(crate) fn row(&self, input: &[f32], y: usize, out: &mut [f32]) {
        let channels = self.bias.len();
        if self.blocks.is_empty() {
            for (x, pixel) in out.chunks_exact_mut(channels).enumerate() {
                self.any_window(input, y, x, pixel);
            }
            return;
        }
        let window = &self.window;
        let whole = if window.rows(y).count() == 3 {
            self.whole.clone()
        } else {
            0..0
        };
        for block in &self.blocks {
            for x in (0..whole.start).chain(whole.end..window.output.width) {
                let sum = block.border(window, input, y, x);
                sum.store(out, x * channels + block.channel);
            }
            if !whole.is_empty() {
                block.inside(window, input, y, whole.clone(), out);
            }
        }
    }

    /// Makes one pixel of any window, however it lies.
    fn any_window(&self, input: &[f32], y: usize, x: usize, out: &mut [f32]) {
        let window = &self.window;
        let channels = self.bias.len();
        out.copy_from_slice(&self.bias);
        let (columns, first) = window.columns(x);
        for (ky, row) in window.rows(y) {
            for (kx, column) in columns.clone().zip(first..) {
                let from = &input[(row * window.input.width + column) * channels..][..channels];
                let weights = &self.weights[(ky * window.width + kx) * channels..][..channels];
                for ((sum, from), weight) in out.iter_mut().zip(from).zip(weights) {
                    *sum = multiply_add(*from, *weight, *sum);
                }
            }
        }
    }
}

impl Block {
    /// One pixel whose window reaches over the border.
    fn border(&self, window: &Window, input: &[f32], y: usize, x: usize) -> Lanes {
        let mut sum = self.bias;
        let (columns, first) = window.columns(x);
        for (ky, row) in window.rows(y) {
            let pixels = row * window.input.width + first;
            for (kx, pixel) in columns.clone().zip(pixels..) {
                let from = Lanes::load(input, pixel * window.input.channels + self.channel);
                sum.add_product(&from, &self.weights[ky][kx]);
            }
        }
        sum
    }

    /// The pixels whose windows lie in the input.
    #[inline(never)]
    fn inside(
        &self,
        window: &Window,
        input: &[f32],
        y: usize,
        columns: Range<usize>,
        out: &mut [f32],
    ) {
        let (row, channels) = (window.input.row(), window.input.channels);
        let first = y * window.stride_y - window.top;
        let rows: [&[f32]; 3] = from_fn(|ky| &input[(first + ky) * row..][..row]);
        let step = window.stride_x * channels;
        let mut from = (columns.start * window.stride_x - window.left) * channels + self.channel;
        let mut to = columns.start * channels + self.channel;
        for _ in columns {
            let mut sum = self.bias;
            for (row, weights) in rows.iter().zip(&self.weights) {
                for (kx, weights) in weights.iter().enumerate() {
                    sum.add_product(&Lanes::load(row, from + kx * channels), weights);
                }
            }
            sum.store(out, to);
            from += step;
            to += channels;
        }
    }
}
