//! The operators of a file as steps whose shapes fit together, in the order in which they run.

use crate::kernels::{Activation, Concatenation, Convolution, Depthwise, Padding, Pool};
use crate::operators;
use crate::schema::{Raw, RawTensor, kind};
use crate::{MAX_ELEMENTS, ModelError, half};

/// Something that is computed or given: the number of the tensor that was so first, since a new shape is no new value.
pub(crate) type Value = usize;

/// What a model does.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) steps: Vec<Step>,
    pub(crate) inputs: Vec<Value>,
    pub(crate) outputs: Vec<Value>,
    pub(crate) input_shapes: Vec<Vec<usize>>,
    pub(crate) output_shapes: Vec<Vec<usize>>,
    /// How many numbers each value has.
    pub(crate) sizes: Vec<usize>,
    pub(crate) work: u64,
}

/// One step: what is done to which values, and which value comes out.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) kernel: Kernel,
    pub(crate) inputs: Vec<Value>,
    pub(crate) output: Value,
}

/// What is done.
#[derive(Clone, Debug)]
pub(crate) enum Kernel {
    Convolution(Convolution),
    Depthwise(Box<Depthwise>, Activation),
    Pool(Pool),
    Padding(Padding),
    Concatenation(Concatenation),
    Add(Activation),
    Activation(Activation),
}

/// What is known of a tensor while the operators are read.
#[derive(Clone, Copy)]
enum State {
    /// Nothing: no operator has written it yet.
    Unknown,
    /// It has data, its own or that of the half-size tensor with this number.
    Constant(usize),
    /// It is this value.
    Value(Value),
}

/// The tensors while the operators are read, one after the other.
pub(crate) struct Tensors<'r, 'a> {
    raw: &'r [RawTensor<'a>],
    states: Vec<State>,
    /// Numbers of constants that were taken so far, each as often as it was.
    taken: usize,
    operator: usize,
}

pub(crate) fn build(raw: &Raw<'_>) -> Result<Graph, ModelError> {
    let mut tensors = Tensors {
        raw: &raw.tensors,
        states: raw
            .tensors
            .iter()
            .enumerate()
            .map(|(number, tensor)| match tensor.data {
                [] => State::Unknown,
                _ => State::Constant(number),
            })
            .collect(),
        taken: 0,
        operator: 0,
    };
    for input in &raw.inputs {
        let tensor = &raw.tensors[*input];
        if tensor.kind != kind::F32 || !matches!(tensors.states[*input], State::Unknown) {
            return Err(ModelError::Ends);
        }
        tensors.states[*input] = State::Value(*input);
    }
    let mut steps = Vec::new();
    let mut work = 0_u64;
    for (number, operator) in raw.operators.iter().enumerate() {
        tensors.operator = number;
        if let Some((step, its_work)) = operators::step(operator, &mut tensors)? {
            work = work.saturating_add(its_work);
            steps.push(step);
        }
    }
    let outputs = raw
        .outputs
        .iter()
        .map(|output| match tensors.states[*output] {
            State::Value(value) => Ok(value),
            _ => Err(ModelError::Ends),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let shapes = |numbers: &[usize]| {
        numbers
            .iter()
            .map(|number| raw.tensors[*number].shape.clone())
            .collect()
    };
    if outputs.is_empty() {
        return Err(ModelError::Ends);
    }
    Ok(Graph {
        steps,
        inputs: raw.inputs.clone(),
        outputs,
        input_shapes: shapes(&raw.inputs),
        output_shapes: shapes(&raw.outputs),
        sizes: raw.tensors.iter().map(RawTensor::len).collect(),
        work,
    })
}

impl RawTensor<'_> {
    fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

impl Tensors<'_, '_> {
    /// The operator does not fit together.
    pub(crate) fn inconsistent(&self, what: &'static str) -> ModelError {
        ModelError::Inconsistent {
            operator: self.operator,
            what,
        }
    }

    /// The operator is known, but not in this way.
    pub(crate) fn unsupported(&self, what: &'static str) -> ModelError {
        ModelError::Unsupported {
            operator: self.operator,
            what,
        }
    }

    pub(crate) fn shape(&self, tensor: usize) -> &[usize] {
        &self.raw[tensor].shape
    }

    pub(crate) fn len(&self, tensor: usize) -> usize {
        self.raw[tensor].len()
    }

    /// A value that was computed by now.
    pub(crate) fn value(&self, tensor: usize) -> Result<Value, ModelError> {
        match self.states[tensor] {
            State::Value(value) => Ok(value),
            State::Constant(_) => Err(self.unsupported("a constant as an input")),
            State::Unknown => Err(self.inconsistent("an input was not computed yet")),
        }
    }

    /// The floats of a constant.
    pub(crate) fn constant(&mut self, tensor: usize) -> Result<Vec<f32>, ModelError> {
        let State::Constant(source) = self.states[tensor] else {
            return Err(self.unsupported("weights that are not constant"));
        };
        let len = self.len(tensor);
        self.take(len)?;
        let data = self.raw[source].data;
        let numbers: Vec<f32> = match self.raw[source].kind {
            kind::F32 => {
                let (numbers, _) = data.as_chunks();
                numbers.iter().map(|n| f32::from_le_bytes(*n)).collect()
            }
            kind::F16 => {
                let (numbers, _) = data.as_chunks();
                let half = |n: &[u8; 2]| half::to_f32(u16::from_le_bytes(*n));
                numbers.iter().map(half).collect()
            }
            _ => return Err(self.unsupported("weights of this type")),
        };
        if numbers.len() != len || (tensor == source && self.raw[source].kind == kind::F16) {
            return Err(self.inconsistent("a constant does not have its size"));
        }
        Ok(numbers)
    }

    /// The whole numbers of a constant.
    pub(crate) fn integers(&self, tensor: usize) -> Result<Vec<i32>, ModelError> {
        let raw = &self.raw[tensor];
        if raw.kind != kind::I32 || raw.data.len() != 4 * raw.len() {
            return Err(self.unsupported("this type of a constant"));
        }
        let (numbers, _) = raw.data.as_chunks();
        Ok(numbers.iter().map(|n| i32::from_le_bytes(*n)).collect())
    }

    /// Counts numbers that will be kept.
    pub(crate) fn take(&mut self, numbers: usize) -> Result<(), ModelError> {
        self.taken = self.taken.saturating_add(numbers);
        if self.taken > 4 * MAX_ELEMENTS {
            return Err(ModelError::TooLarge { what: "weights" });
        }
        Ok(())
    }

    /// Notes that a constant is another one in full size.
    pub(crate) fn widen(&mut self, input: usize, output: usize) -> Result<(), ModelError> {
        let (from, to) = (&self.raw[input], &self.raw[output]);
        if from.kind != kind::F16 || to.kind != kind::F32 {
            return Err(self.unsupported("these types"));
        }
        if !matches!(self.states[input], State::Constant(_)) {
            return Err(self.unsupported("an input that is not constant"));
        }
        if from.shape != to.shape {
            return Err(self.inconsistent("input and output differ in shape"));
        }
        self.define(output, State::Constant(input))
    }

    /// Notes that a tensor is a value in another shape.
    pub(crate) fn reshape(&mut self, input: usize, output: usize) -> Result<(), ModelError> {
        if self.len(input) != self.len(output) {
            return Err(self.inconsistent("input and output differ in size"));
        }
        let value = self.value(input)?;
        self.define(output, State::Value(value))
    }

    /// Notes that a tensor is computed by this operator.
    pub(crate) fn compute(&mut self, output: usize) -> Result<Value, ModelError> {
        self.define(output, State::Value(output))?;
        Ok(output)
    }

    fn define(&mut self, output: usize, state: State) -> Result<(), ModelError> {
        if !matches!(self.states[output], State::Unknown) || self.raw[output].kind != kind::F32 {
            return Err(self.inconsistent("the output is something else already"));
        }
        self.states[output] = state;
        Ok(())
    }
}
