//! Joins steps, so that numbers are finished while they are still in the processor's registers.
//!
//! These networks are chains of one block: a depthwise convolution, a plain one, the sum with what went in (with
//! channels of zeros where there were fewer), an activation. A whole block becomes one step.

use crate::graph::{Graph, Kernel, Step, Value};
use crate::kernels::{Activation, Source};

pub(crate) fn fuse(graph: &mut Graph) {
    let steps = std::mem::take(&mut graph.steps);
    let mut uses = vec![0_usize; graph.sizes.len()];
    for value in steps.iter().flat_map(|step| &step.inputs) {
        uses[*value] += 1;
    }
    for value in &graph.outputs {
        uses[*value] += 1;
    }
    let mut joined = Joined {
        steps: Vec::with_capacity(steps.len()),
        made_by: vec![None; graph.sizes.len()],
        uses,
    };
    for step in steps {
        joined.push(step);
    }
    graph.steps = joined.steps.into_iter().flatten().collect();
}

/// The steps so far. Each place holds one, or none if it was joined to a later one.
struct Joined {
    steps: Vec<Option<Step>>,
    made_by: Vec<Option<usize>>,
    uses: Vec<usize>,
}

impl Joined {
    fn push(&mut self, step: Step) {
        let step = match &step.kernel {
            Kernel::Convolution(_) => self.after_depthwise(step),
            Kernel::Add(_) => self.after_convolution(step),
            Kernel::Activation(_) => self.after_anything(step),
            _ => step,
        };
        self.made_by[step.output] = Some(self.steps.len());
        self.steps.push(Some(step));
    }

    /// Takes out the step that makes a value, if it suits and nobody else needs what it makes.
    fn take(&mut self, value: Value, suits: impl FnOnce(&Step) -> bool) -> Option<Step> {
        let place = self.steps.get_mut(self.made_by[value]?)?;
        if self.uses[value] == 1 && place.as_ref().is_some_and(suits) {
            place.take()
        } else {
            None
        }
    }

    /// A plain convolution of a depthwise one.
    fn after_depthwise(&mut self, mut step: Step) -> Step {
        let Kernel::Convolution(convolution) = &mut step.kernel else {
            return step;
        };
        if !matches!(convolution.source, Source::Pixels) {
            return step;
        }
        let earlier = self.take(step.inputs[0], |earlier| {
            matches!(earlier.kernel, Kernel::Depthwise(_, Activation::None))
        });
        if let Some(earlier) = earlier
            && let Kernel::Depthwise(depthwise, _) = earlier.kernel
        {
            convolution.source = Source::Depthwise(depthwise);
            step.inputs = earlier.inputs;
        }
        step
    }

    /// A sum, one side of which comes from a convolution, and the other perhaps from adding channels of zeros.
    fn after_convolution(&mut self, step: Step) -> Step {
        let Kernel::Add(activation) = &step.kernel else {
            return step;
        };
        for (side, other) in [(1, 0), (0, 1)] {
            let earlier = self.take(step.inputs[side], |earlier| match &earlier.kernel {
                Kernel::Convolution(made) => !made.has_activation && made.residual.is_none(),
                _ => false,
            });
            let Some(mut earlier) = earlier else {
                continue;
            };
            let Kernel::Convolution(convolution) = &mut earlier.kernel else {
                continue;
            };
            let padding = self.take(step.inputs[other], |padding| match &padding.kernel {
                Kernel::Padding(padding) => padding.only_adds_channels(),
                _ => false,
            });
            let (residual, channels) = match padding {
                Some(Step {
                    kernel: Kernel::Padding(padding),
                    inputs,
                    ..
                }) => (inputs[0], padding.input.channels),
                _ => (step.inputs[other], convolution.output.channels),
            };
            convolution.residual = Some(channels);
            convolution.matrix.set_activation(activation);
            convolution.has_activation = *activation != Activation::None;
            earlier.inputs.push(residual);
            earlier.output = step.output;
            return earlier;
        }
        step
    }

    /// An activation, which can be the end of another step.
    fn after_anything(&mut self, step: Step) -> Step {
        let Kernel::Activation(activation) = &step.kernel else {
            return step;
        };
        let earlier = self.take(step.inputs[0], |earlier| match &earlier.kernel {
            Kernel::Convolution(convolution) => !convolution.has_activation,
            Kernel::Add(own) | Kernel::Depthwise(_, own) => *own == Activation::None,
            _ => false,
        });
        let Some(mut earlier) = earlier else {
            return step;
        };
        match &mut earlier.kernel {
            Kernel::Convolution(convolution) => {
                convolution.matrix.set_activation(activation);
                convolution.has_activation = true;
            }
            Kernel::Add(own) | Kernel::Depthwise(_, own) => *own = activation.clone(),
            _ => {}
        }
        earlier.output = step.output;
        earlier
    }
}
