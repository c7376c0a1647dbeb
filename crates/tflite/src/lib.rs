//! Runs small neural networks from `.tflite` files: safe Rust, no other code, one thread.
//!
//! Made for networks that look at pictures: one batch of `height × width × channels` (NHWC), 32-bit floats, weights as
//! 32-bit or 16-bit floats. These operators are known: `ADD`, `CONCATENATION`, `CONV_2D`, `DEPTHWISE_CONV_2D`,
//! `DEQUANTIZE` (of constants), `MAX_POOL_2D`, `PAD`, `PRELU`, `RELU`, `RESHAPE`. A network with any other, or with
//! an option that is not known here, is refused when it is read, never run wrongly.
//!
//! A file is untrusted: every offset in it is checked, what it may ask for in memory is bounded ([`MAX_ELEMENTS`]), and
//! after [`Model::parse`] nothing about it can go wrong any more. How long a network takes is its own affair; who does
//! not know it looks at [`Model::work`] first.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let bytes = include_bytes!("../tests/models/relu.tflite");
//! let model = tflite::Model::parse(bytes)?;
//! let mut scratch = tflite::Scratch::default();
//! let outputs = model.run(&[&[-1.0, 0.0, 1.0, 2.0]], &mut scratch)?;
//! assert_eq!(outputs, [[0.0, 0.0, 1.0, 2.0]]);
//! # Ok(())
//! # }
//! ```

mod flatbuffer;
mod fuse;
mod graph;
mod half;
mod kernels;
mod operators;
mod plan;
mod schema;

use plan::Plan;

/// Most numbers that one tensor may hold, and a quarter of what all together may: 64 MiB and 256 MiB of floats.
pub const MAX_ELEMENTS: usize = 1 << 24;

/// Why a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The file does not have the mark `TFL3`.
    #[error("the file is not a tflite model")]
    NotAModel,
    /// Something in the file points outside of it.
    #[error("the model is damaged")]
    Damaged,
    /// There is more of something than anyone should need.
    #[error("the model has too many or too large {what}")]
    TooLarge {
        /// Of what.
        what: &'static str,
    },
    /// An operator that is not known here.
    #[error("the model needs the operator with code {code}")]
    UnsupportedOperator {
        /// Its number in the schema's `BuiltinOperator`.
        code: i32,
    },
    /// An operator that is known, but not in this way.
    #[error("operator {operator} of the model needs {what}, which is not known here")]
    Unsupported {
        /// Its place in the file.
        operator: usize,
        /// What is not known.
        what: &'static str,
    },
    /// An operator whose inputs, output and options do not fit together.
    #[error("operator {operator} of the model does not fit: {what}")]
    Inconsistent {
        /// Its place in the file.
        operator: usize,
        /// What does not fit.
        what: &'static str,
    },
    /// The model's own inputs or outputs are not what its operators read and write.
    #[error("the inputs or outputs of the model do not fit")]
    Ends,
}

/// Why a network did not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The network takes another number of inputs.
    #[error("the network takes {expected} inputs, not {given}")]
    InputCount {
        /// How many it takes.
        expected: usize,
        /// How many were given.
        given: usize,
    },
    /// An input has not as many numbers as the network takes.
    #[error("input {input} of the network takes {expected} numbers, not {given}")]
    InputLength {
        /// Which one.
        input: usize,
        /// How many numbers it takes.
        expected: usize,
        /// How many were given.
        given: usize,
    },
}

/// A network, ready to run.
#[derive(Clone, Debug)]
pub struct Model {
    plan: Plan,
}

/// Where a network keeps what it works with: used again, a run needs no new memory. Fits every model.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    slots: Vec<Vec<f32>>,
    band: Vec<f32>,
}

impl Model {
    /// Reads a network from the bytes of a `.tflite` file, which may be anyone's.
    pub fn parse(bytes: &[u8]) -> Result<Self, ModelError> {
        let raw = schema::read(bytes)?;
        let mut graph = graph::build(&raw)?;
        fuse::fuse(&mut graph);
        Ok(Self {
            plan: Plan::of(graph)?,
        })
    }

    /// The shapes of the inputs, in order.
    #[must_use]
    pub fn inputs(&self) -> &[Vec<usize>] {
        &self.plan.input_shapes
    }

    /// The shapes of the outputs, in order.
    #[must_use]
    pub fn outputs(&self) -> &[Vec<usize>] {
        &self.plan.output_shapes
    }

    /// How many multiplications and the like a run takes: a measure of time.
    #[must_use]
    pub fn work(&self) -> u64 {
        self.plan.work
    }

    /// How many bytes of scratch space a run needs.
    #[must_use]
    pub fn memory(&self) -> usize {
        (self.plan.slots.iter().sum::<usize>() + self.plan.band) * size_of::<f32>()
    }

    /// Runs the network. The outputs lie in the scratch space, in the order and shapes of [`Model::outputs`].
    pub fn run<'s>(
        &self,
        inputs: &[&[f32]],
        scratch: &'s mut Scratch,
    ) -> Result<Vec<&'s [f32]>, RunError> {
        self.plan.run(inputs, scratch)
    }
}
