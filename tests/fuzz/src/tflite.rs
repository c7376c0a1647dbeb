//! Small neural networks.
//!
//! Input: a file that is said to be a network.

use tflite::{Model, Scratch};

/// What is run: more would only take time.
const MOST_WORK: u64 = 1 << 18;
const MOST_MEMORY: usize = 1 << 22;

/// Runs everything over one input.
pub fn run(data: &[u8]) -> bool {
    let Ok(model) = Model::parse(data) else {
        return false;
    };
    let size = |shape: &Vec<usize>| shape.iter().product::<usize>();
    assert!(!model.outputs().is_empty());
    if model.work() > MOST_WORK || model.memory() > MOST_MEMORY {
        return true;
    }
    let inputs: Vec<Vec<f32>> = model
        .inputs()
        .iter()
        .map(|shape| (0..size(shape)).map(|at| at as f32 / 8.0 - 1.0).collect())
        .collect();
    let inputs: Vec<&[f32]> = inputs.iter().map(Vec::as_slice).collect();
    let mut scratch = Scratch::default();
    let once = outputs(&model, &inputs, &mut scratch);
    assert!(
        once.iter()
            .map(Vec::len)
            .eq(model.outputs().iter().map(size))
    );
    // What the first run left behind changes nothing, not by a bit.
    assert!(once == outputs(&model, &inputs, &mut scratch));
    true
}

/// The outputs as bits, so that what is no number is equal to itself.
fn outputs(model: &Model, inputs: &[&[f32]], scratch: &mut Scratch) -> Vec<Vec<u32>> {
    let outputs = model.run(inputs, scratch).unwrap();
    let bits = |output: &&[f32]| output.iter().map(|number| number.to_bits()).collect();
    outputs.iter().map(bits).collect()
}
