//! Steps that are joined give what they give one by one.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod common;

use common::{Net, SAME, Table, VALID, code};
use tflite::{Model, RunError, Scratch};

fn small(number: usize) -> f32 {
    ((number * 29 + 5) % 19) as f32 / 4.0 - 2.0
}

/// The network of `common::block`, written down plainly.
fn block(width: usize, from: usize, to: usize, input: &[f32]) -> Vec<f32> {
    let numbers = |count: usize, seed: usize| -> Vec<f32> {
        (0..count)
            .map(|index| ((index * 37 + seed * 11) % 23) as f32 / 8.0 - 11.0 / 8.0)
            .collect()
    };
    let (weights, bias) = (numbers(9 * from, 1), numbers(from, 2));
    let (wide_weights, wide_bias) = (numbers(to * from, 3), numbers(to, 4));
    let slopes = numbers(to, 5);
    let mut out = Vec::new();
    for (y, x) in (0..width).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let deep: Vec<f32> = (0..from)
            .map(|channel| {
                let mut sum = bias[channel];
                for place in 0..9 {
                    let (row, column) = (y + place / 3, x + place % 3);
                    if (1..=width).contains(&row) && (1..=width).contains(&column) {
                        let at = ((row - 1) * width + column - 1) * from + channel;
                        sum += input[at] * weights[place * from + channel];
                    }
                }
                sum
            })
            .collect();
        for channel in 0..to {
            let mut sum = wide_bias[channel];
            for (number, weight) in deep.iter().zip(&wide_weights[channel * from..]) {
                sum += number * weight;
            }
            if channel < from {
                sum += input[(y * width + x) * from + channel];
            }
            out.push(if sum < 0.0 {
                sum * slopes[channel]
            } else {
                sum
            });
        }
    }
    out
}

#[test]
fn a_block_is_the_sum_of_its_steps() {
    for (width, from, to) in [(1, 1, 1), (2, 3, 5), (4, 8, 8), (5, 12, 20), (9, 10, 17)] {
        let int = |number: usize| i32::try_from(number).unwrap();
        let model = Model::parse(&common::block(int(width), int(from), int(to))).unwrap();
        let input: Vec<f32> = (0..width * width * from).map(small).collect();
        let mut scratch = Scratch::default();
        let expected = block(width, from, to, &input);
        // Twice: what the first run left behind does not matter.
        for _ in 0..2 {
            let outputs = model.run(&[&input], &mut scratch).unwrap();
            for (ours, expected) in outputs[0].iter().zip(&expected) {
                assert!((ours - expected).abs() < 1e-3, "{ours} {expected}");
            }
        }
    }
}

#[test]
fn what_somebody_else_needs_too_is_not_joined_away() {
    // A convolution whose result is an output itself, besides being activated.
    let mut net = Net::new();
    let input = net.tensor(&[1, 1, 1, 1]);
    let weights = net.floats(&[1, 1, 1, 1], &[-3.0]);
    let bias = net.floats(&[1], &[1.0]);
    let plain = net.tensor(&[1, 1, 1, 1]);
    let inputs = [input, weights, bias];
    net.operator(
        code::CONV_2D,
        common::convolution(VALID, 1, 0),
        &inputs,
        plain,
    );
    let positive = net.tensor(&[1, 1, 1, 1]);
    net.operator(code::RELU, Table::default(), &[plain], positive);
    let sum = net.tensor(&[1, 1, 1, 1]);
    net.operator(code::ADD, Table::default(), &[positive, plain], sum);
    let model = Model::parse(&net.file(&[input], &[plain, positive, sum])).unwrap();
    let mut scratch = Scratch::default();
    let outputs = model.run(&[&[2.0]], &mut scratch).unwrap();
    assert_eq!(outputs, [[-5.0], [0.0], [-5.0]]);
}

#[test]
fn a_sum_of_a_convolution_with_itself_is_twice_as_much() {
    let mut net = Net::new();
    let input = net.tensor(&[1, 1, 1, 1]);
    let weights = net.floats(&[1, 1, 1, 1], &[3.0]);
    let bias = net.floats(&[1], &[0.0]);
    let plain = net.tensor(&[1, 1, 1, 1]);
    let inputs = [input, weights, bias];
    net.operator(
        code::CONV_2D,
        common::convolution(SAME, 1, 0),
        &inputs,
        plain,
    );
    let sum = net.tensor(&[1, 1, 1, 1]);
    net.operator(code::ADD, Table::default(), &[plain, plain], sum);
    let model = Model::parse(&net.file(&[input], &[sum])).unwrap();
    let mut scratch = Scratch::default();
    assert_eq!(model.run(&[&[2.0]], &mut scratch).unwrap(), [[12.0]]);
}

#[test]
fn one_scratch_space_fits_several_models() {
    let (small, large) = (common::relu(), common::block(6, 8, 12));
    let (small, large) = (Model::parse(&small).unwrap(), Model::parse(&large).unwrap());
    let mut scratch = Scratch::default();
    let pixels = vec![0.5; 6 * 6 * 8];
    let alone = large.run(&[&pixels], &mut Scratch::default()).unwrap()[0].to_vec();
    for _ in 0..2 {
        assert_eq!(small.run(&[&[-1.0; 4]], &mut scratch).unwrap(), [[0.0; 4]]);
        assert_eq!(large.run(&[&pixels], &mut scratch).unwrap(), [&alone[..]]);
    }
}

#[test]
fn wrong_inputs_are_refused() {
    let model = Model::parse(&common::relu()).unwrap();
    let mut scratch = Scratch::default();
    assert_eq!(
        model.run(&[], &mut scratch),
        Err(RunError::InputCount {
            expected: 1,
            given: 0
        })
    );
    assert_eq!(
        model.run(&[&[1.0; 3]], &mut scratch),
        Err(RunError::InputLength {
            input: 0,
            expected: 4,
            given: 3
        })
    );
}
