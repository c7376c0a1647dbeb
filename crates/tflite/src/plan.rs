//! Where each value lies in memory, and the run itself.

use crate::graph::{Graph, Kernel, Step, Value};
use crate::kernels::{activate, add};
use crate::{MAX_ELEMENTS, ModelError, RunError, Scratch};

/// Steps that work on slots instead of values: a slot is used again as soon as nobody needs what lies in it.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    steps: Vec<Step>,
    /// For each value, its slot.
    slot_of: Vec<usize>,
    /// For each value, how many numbers it has.
    sizes: Vec<usize>,
    inputs: Vec<Value>,
    outputs: Vec<Value>,
    pub(crate) input_shapes: Vec<Vec<usize>>,
    pub(crate) output_shapes: Vec<Vec<usize>>,
    /// How many numbers each slot has room for.
    pub(crate) slots: Vec<usize>,
    /// How many numbers the band of a convolution needs.
    pub(crate) band: usize,
    pub(crate) work: u64,
}

impl Plan {
    pub(crate) fn of(graph: Graph) -> Result<Self, ModelError> {
        let (slot_of, slots) = place(&graph);
        let total = slots
            .iter()
            .fold(0, |sum: usize, size| sum.saturating_add(*size));
        if total > 4 * MAX_ELEMENTS {
            return Err(ModelError::TooLarge { what: "tensors" });
        }
        let band = graph.steps.iter().map(|step| match &step.kernel {
            Kernel::Convolution(convolution) => convolution.band(),
            _ => 0,
        });
        Ok(Self {
            slot_of,
            slots,
            band: band.max().unwrap_or(0),
            steps: graph.steps,
            sizes: graph.sizes,
            inputs: graph.inputs,
            outputs: graph.outputs,
            input_shapes: graph.input_shapes,
            output_shapes: graph.output_shapes,
            work: graph.work,
        })
    }

    pub(crate) fn run<'s>(
        &self,
        inputs: &[&[f32]],
        scratch: &'s mut Scratch,
    ) -> Result<Vec<&'s [f32]>, RunError> {
        if inputs.len() != self.inputs.len() {
            return Err(RunError::InputCount {
                expected: self.inputs.len(),
                given: inputs.len(),
            });
        }
        let slots = &mut scratch.slots;
        slots.resize_with(slots.len().max(self.slots.len()), Vec::new);
        for (slot, size) in slots.iter_mut().zip(&self.slots) {
            slot.resize(slot.len().max(*size), 0.0);
        }
        scratch.band.resize(scratch.band.len().max(self.band), 0.0);
        for (input, (value, given)) in self.inputs.iter().zip(inputs).enumerate() {
            let expected = self.sizes[*value];
            if given.len() != expected {
                return Err(RunError::InputLength {
                    input,
                    expected,
                    given: given.len(),
                });
            }
            slots[self.slot_of[*value]][..expected].copy_from_slice(given);
        }
        for step in &self.steps {
            let slot = self.slot_of[step.output];
            let mut out = std::mem::take(&mut slots[slot]);
            self.step(
                step,
                slots,
                &mut scratch.band,
                &mut out[..self.sizes[step.output]],
            );
            slots[slot] = out;
        }
        let slots = &scratch.slots;
        Ok(self
            .outputs
            .iter()
            .map(|value| &slots[self.slot_of[*value]][..self.sizes[*value]])
            .collect())
    }

    fn step(&self, step: &Step, slots: &[Vec<f32>], band: &mut [f32], out: &mut [f32]) {
        let input = |index: usize| {
            let value = step.inputs[index];
            &slots[self.slot_of[value]][..self.sizes[value]]
        };
        match &step.kernel {
            Kernel::Convolution(convolution) => {
                let residual = convolution.residual.map(|_| input(1));
                convolution.run(input(0), residual, band, out);
            }
            Kernel::Depthwise(depthwise, activation) => {
                let row = depthwise.window.output.row();
                for (y, row) in out.chunks_exact_mut(row).enumerate() {
                    depthwise.row(input(0), y, row);
                }
                activate(out, activation);
            }
            Kernel::Pool(pool) => pool.run(input(0), out),
            Kernel::Padding(padding) => padding.run(input(0), out),
            Kernel::Concatenation(concatenation) => {
                for part in 0..step.inputs.len() {
                    concatenation.place(part, input(part), out);
                }
            }
            Kernel::Add(activation) => add(input(0), input(1), activation, out),
            Kernel::Activation(activation) => {
                out.copy_from_slice(input(0));
                activate(out, activation);
            }
        }
    }
}

/// Gives each value a slot: the smallest free one that is large enough, or the largest free one, which then grows.
fn place(graph: &Graph) -> (Vec<usize>, Vec<usize>) {
    let mut last_use = vec![0; graph.sizes.len()];
    for (index, step) in graph.steps.iter().enumerate() {
        for value in &step.inputs {
            last_use[*value] = index;
        }
    }
    for value in &graph.outputs {
        last_use[*value] = usize::MAX;
    }
    let mut slot_of = vec![0; graph.sizes.len()];
    let mut slots: Vec<usize> = Vec::new();
    // The inputs are all written before the first step.
    for value in &graph.inputs {
        slot_of[*value] = slots.len();
        slots.push(graph.sizes[*value]);
    }
    let mut free: Vec<usize> = Vec::new();
    for (index, step) in graph.steps.iter().enumerate() {
        let size = graph.sizes[step.output];
        let best = free
            .iter()
            .enumerate()
            .min_by_key(|(_, slot)| match slots[**slot].checked_sub(size) {
                Some(spare) => (false, spare),
                None => (true, usize::MAX - slots[**slot]),
            })
            .map(|(place, _)| place);
        let slot = match best {
            Some(place) => free.swap_remove(place),
            None => {
                slots.push(0);
                slots.len() - 1
            }
        };
        slots[slot] = slots[slot].max(size);
        slot_of[step.output] = slot;
        for (place, value) in step.inputs.iter().enumerate() {
            if last_use[*value] == index && !step.inputs[..place].contains(value) {
                free.push(slot_of[*value]);
            }
        }
        // What nobody reads is gone at once.
        if last_use[step.output] <= index {
            free.push(slot);
        }
    }
    (slot_of, slots)
}
