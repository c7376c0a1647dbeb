//! A matrix of weights, multiplied with rows of numbers: where nearly all of the time goes.

use super::{Activation, LANES, Lanes};

/// Rows that are multiplied at once: their sums of eight channels, the weights and what is being added just fit into the
/// sixteen registers that every 64-bit PC has.
const TILE: usize = 6;

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
                lanes.0.as_flattened_mut()[lane] = *weight;
            }
        }
        Self {
            weights: packed,
            bias: bias.chunks(LANES).map(Lanes::load_some).collect(),
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
            Activation::Prelu(slopes) => Some(slopes.chunks(LANES).map(Lanes::load_some).collect()),
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
        let mut sums = self.sums::<ROWS>(rows, first);
        let (channel, channels) = (self.index * LANES, self.matrix.channels);
        if let Some(residual) = self.residual
            && channel < residual.channels
        {
            let whole = channel + LANES <= residual.channels;
            for (row, sum) in (first..).zip(&mut sums) {
                let row = &residual.rows[row * residual.channels..][..residual.channels];
                let added = if whole {
                    Lanes::load(row, channel)
                } else {
                    Lanes::load_some(&row[channel..])
                };
                sum.with(&added, |sum, added| sum + added);
            }
        }
        if self.matrix.relu {
            for sum in &mut sums {
                sum.with(
                    &Lanes::default(),
                    |sum, zero| if sum > zero { sum } else { zero },
                );
            }
        } else if let Some(slopes) = &self.matrix.slopes {
            let slopes = &slopes[self.index];
            for sum in &mut sums {
                // Without a choice between the two, which would be a jump.
                let mut negative = *sum;
                negative.with(
                    &Lanes::default(),
                    |sum, zero| if sum < zero { sum } else { zero },
                );
                sum.with(
                    &Lanes::default(),
                    |sum, zero| if sum > zero { sum } else { zero },
                );
                sum.add_product(&negative, slopes);
            }
        }
        let whole = channel + LANES <= channels;
        for (row, sum) in (first..).zip(&sums) {
            let row = &mut out[row * channels..][..channels];
            if whole {
                sum.store(row, channel);
            } else {
                sum.store_some(&mut row[channel..]);
            }
        }
    }

    /// The sums alone: by far the most of all work, kept apart so that they stay in registers.
    #[inline(never)]
    fn sums<const ROWS: usize>(&self, rows: &[f32], first: usize) -> [Lanes; ROWS] {
        let depth = self.weights.len();
        let rows: [&[f32]; ROWS] =
            std::array::from_fn(|row| &rows[(first + row) * depth..][..depth]);
        let mut sums = [self.matrix.bias[self.index]; ROWS];
        for (at, weights) in self.weights.iter().enumerate() {
            for (sum, row) in sums.iter_mut().zip(rows) {
                sum.add_multiple(row[at], weights);
            }
        }
        sums
    }
}
