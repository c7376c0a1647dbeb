//! A matrix of weights, multiplied with rows of numbers: where nearly all of the time goes.

use super::{Activation, LANES, Lanes};

/// Rows that are multiplied at once: with eight channels, their sums just fit into the sixteen registers of every
/// 64-bit PC.
const TILE: usize = 4;

/// Weights and biases, in blocks of eight channels side by side.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    /// For each block, for each number of a row: the weights of the block's channels.
    weights: Vec<Lanes>,
    bias: Vec<Lanes>,
    /// Slopes for what is negative, if there are any.
    slopes: Option<Vec<Lanes>>,
    relu: bool,
    /// Numbers of a row.
    pub(crate) depth: usize,
    pub(crate) channels: usize,
}

impl Matrix {
    /// Takes `weights` as one row of `depth` numbers for each channel.
    pub(crate) fn new(weights: &[f32], bias: &[f32], depth: usize) -> Self {
        let channels = bias.len();
        let mut packed = vec![Lanes::default(); channels.div_ceil(LANES) * depth];
        for (channel, row) in weights.chunks_exact(depth).enumerate() {
            let (block, lane) = (channel / LANES, channel % LANES);
            for (lanes, weight) in packed[block * depth..].iter_mut().zip(row) {
                lanes.0[lane] = *weight;
            }
        }
        Self {
            weights: packed,
            bias: bias.chunks(LANES).map(Lanes::load).collect(),
            slopes: None,
            relu: false,
            depth,
            channels,
        }
    }

    /// What is done to every sum, after the residual was added.
    pub(crate) fn set_activation(&mut self, activation: &Activation) {
        self.relu = *activation == Activation::Relu;
        self.slopes = match activation {
            Activation::Prelu(slopes) => Some(slopes.chunks(LANES).map(Lanes::load).collect()),
            _ => None,
        };
    }

    /// Multiplies the rows; to the result of each, the first channels of the residual's row are added.
    pub(crate) fn multiply(&self, rows: &[f32], residual: Option<Residual<'_>>, out: &mut [f32]) {
        let count = out.len() / self.channels;
        for (block, weights) in self.weights.chunks_exact(self.depth).enumerate() {
            let block = Block {
                matrix: self,
                weights,
                index: block,
                residual,
            };
            if count < TILE {
                for row in 0..count {
                    block.tile::<1>(rows, row, out);
                }
                continue;
            }
            let mut row = 0;
            while row < count {
                // The last tile may do some rows again: that is cheaper than doing the rest one by one.
                let start = row.min(count - TILE);
                block.tile::<TILE>(rows, start, out);
                row += TILE;
            }
        }
    }
}

/// Rows that are added to a result; they may have fewer channels than it.
#[derive(Clone, Copy)]
pub(crate) struct Residual<'a> {
    pub(crate) rows: &'a [f32],
    pub(crate) channels: usize,
}

/// Eight channels of a result.
struct Block<'a> {
    matrix: &'a Matrix,
    weights: &'a [Lanes],
    index: usize,
    residual: Option<Residual<'a>>,
}

impl Block<'_> {
    #[inline(always)]
    fn tile<const ROWS: usize>(&self, rows: &[f32], first: usize, out: &mut [f32]) {
        let depth = self.weights.len();
        let rows: [&[f32]; ROWS] =
            std::array::from_fn(|row| &rows[(first + row) * depth..][..depth]);
        let mut sums = [self.matrix.bias[self.index]; ROWS];
        for (at, weights) in self.weights.iter().enumerate() {
            for (sum, row) in sums.iter_mut().zip(rows) {
                sum.add_multiple(row[at], weights);
            }
        }
        for (row, sum) in sums.into_iter().enumerate() {
            self.finish(sum, first + row, out);
        }
    }

    #[inline(always)]
    fn finish(&self, mut sum: Lanes, row: usize, out: &mut [f32]) {
        let channel = self.index * LANES;
        if let Some(residual) = self.residual
            && channel < residual.channels
        {
            let row = &residual.rows[row * residual.channels..][..residual.channels];
            sum = sum.add(Lanes::load(&row[channel..]));
        }
        if self.matrix.relu {
            for lane in &mut sum.0 {
                *lane = lane.max(0.0);
            }
        } else if let Some(slopes) = &self.matrix.slopes {
            for (lane, slope) in sum.0.iter_mut().zip(slopes[self.index].0) {
                *lane = if *lane < 0.0 { *lane * slope } else { *lane };
            }
        }
        let channels = self.matrix.channels;
        sum.store(&mut out[row * channels..][channel..channels]);
    }
}
