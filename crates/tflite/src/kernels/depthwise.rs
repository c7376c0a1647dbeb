//! A convolution in which each channel sees only itself.

use super::{LANES, Lanes, Window, multiply_add};

/// Weights and biases for each channel.
#[derive(Clone, Debug)]
pub(crate) struct Depthwise {
    pub(crate) window: Window,
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
    weights: [Lanes; 9],
}

impl Depthwise {
    /// Takes `weights` as one row of all channels for each place in the window.
    pub(crate) fn new(window: Window, weights: Vec<f32>, bias: Vec<f32>) -> Self {
        let channels = bias.len();
        let blocks = if (window.height, window.width) == (3, 3) && channels >= LANES {
            (0..channels.div_ceil(LANES))
                .map(|block| {
                    let channel = (block * LANES).min(channels - LANES);
                    Block {
                        channel,
                        bias: Lanes::load(&bias[channel..]),
                        weights: std::array::from_fn(|place| {
                            Lanes::load(&weights[place * channels + channel..])
                        }),
                    }
                })
                .collect()
        } else {
            Vec::new()
        };
        Self {
            window,
            weights,
            bias,
            blocks,
        }
    }

    /// Makes one row of the output.
    pub(crate) fn row(&self, input: &[f32], y: usize, out: &mut [f32]) {
        let window = &self.window;
        let (row, channels) = (window.input.row(), self.bias.len());
        let inside = window.rows(y).count() == 3 && !self.blocks.is_empty();
        let whole = if inside { self.whole() } else { 0..0 };
        for x in (0..whole.start).chain(whole.end..window.output.width) {
            self.border(input, y, x, &mut out[x * channels..][..channels]);
        }
        if whole.is_empty() {
            return;
        }
        let first = y * window.stride_y - window.top;
        let rows: [&[f32]; 3] = std::array::from_fn(|ky| &input[(first + ky) * row..][..row]);
        let step = window.stride_x * channels;
        let start = (whole.start * window.stride_x - window.left) * channels;
        for block in &self.blocks {
            let mut at = start + block.channel;
            for pixel in
                out[whole.start * channels..whole.end * channels].chunks_exact_mut(channels)
            {
                let mut sum = block.bias;
                for (row, weights) in rows.iter().zip(block.weights.as_chunks::<3>().0) {
                    for (kx, weights) in weights.iter().enumerate() {
                        let from = Lanes::load(&row[at + kx * channels..]);
                        sum.add_product(&from, weights);
                    }
                }
                sum.store(&mut pixel[block.channel..]);
                at += step;
            }
        }
    }

    /// The columns of the output whose windows lie in the input.
    fn whole(&self) -> std::ops::Range<usize> {
        let window = &self.window;
        let is_whole = |x: &usize| window.columns(*x).0.len() == window.width;
        let start = (0..window.output.width).find(is_whole).unwrap_or(0);
        let end = (start..window.output.width)
            .take_while(is_whole)
            .last()
            .map_or(start, |last| last + 1);
        start..end
    }

    /// Makes one pixel of any window, however it lies.
    fn border(&self, input: &[f32], y: usize, x: usize, out: &mut [f32]) {
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
