//! Every operator against values worked out by hand.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod common;

use common::{Field, Net, SAME, Table, VALID, code};
use tflite::{Model, Scratch};

/// Runs a file with one input and one output.
fn run(file: &[u8], input: &[f32]) -> Vec<f32> {
    let model = Model::parse(file).unwrap();
    model.run(&[input], &mut Scratch::default()).unwrap()[0].to_vec()
}

fn counted(count: u16) -> Vec<f32> {
    (1..=count).map(f32::from).collect()
}

#[test]
fn relu_leaves_what_is_positive() {
    assert_eq!(
        run(&common::relu(), &[-1.5, 0.0, 2.0, -0.0]),
        [0.0, 0.0, 2.0, 0.0]
    );
}

#[test]
fn the_file_of_the_example_is_the_smallest_network() {
    assert_eq!(include_bytes!("models/relu.tflite")[..], common::relu());
}

#[test]
fn prelu_has_a_slope_for_each_channel() {
    let mut net = Net::new();
    let input = net.tensor(&[1, 1, 2, 2]);
    let slopes = net.floats(&[1, 1, 2], &[0.5, -1.0]);
    let output = net.tensor(&[1, 1, 2, 2]);
    net.operator(code::PRELU, Table::default(), &[input, slopes], output);
    let file = net.file(&[input], &[output]);
    assert_eq!(run(&file, &[-4.0, -3.0, 2.0, 1.0]), [-2.0, 3.0, 2.0, 1.0]);
}

#[test]
fn add_adds_and_then_activates() {
    for (activation, expected) in [(0, [-3.0, 8.0]), (1, [0.0, 8.0])] {
        let mut net = Net::new();
        let input = net.tensor(&[1, 2]);
        let positive = net.tensor(&[1, 2]);
        net.operator(code::RELU, Table::default(), &[input], positive);
        let output = net.tensor(&[1, 2]);
        let options = Table::default().with(0, Field::I8(activation));
        net.operator(code::ADD, options, &[input, positive], output);
        let file = net.file(&[input], &[output]);
        assert_eq!(run(&file, &[-3.0, 4.0]), expected);
    }
}

#[test]
fn a_convolution_at_the_border_sees_zeros_outside() {
    // The sum over 3 × 3 of the numbers 1 to 9, plus 0.5.
    let mut net = Net::new();
    let input = net.tensor(&[1, 3, 3, 1]);
    let weights = net.floats(&[1, 3, 3, 1], &[1.0; 9]);
    let bias = net.floats(&[1], &[0.5]);
    let output = net.tensor(&[1, 3, 3, 1]);
    let inputs = [input, weights, bias];
    net.operator(
        code::CONV_2D,
        common::convolution(SAME, 1, 0),
        &inputs,
        output,
    );
    assert_eq!(
        run(&net.file(&[input], &[output]), &counted(9)),
        [12.5, 21.5, 16.5, 27.5, 45.5, 33.5, 24.5, 39.5, 28.5]
    );
}

#[test]
fn same_padding_of_an_even_map_lies_at_the_end() {
    // 4 × 4, window 3 × 3, stride 2: one row and column of zeros, below and to the right.
    let mut net = Net::new();
    let input = net.tensor(&[1, 4, 4, 1]);
    let weights = net.floats(&[1, 3, 3, 1], &[1.0; 9]);
    let bias = net.floats(&[1], &[0.0]);
    let output = net.tensor(&[1, 2, 2, 1]);
    let inputs = [input, weights, bias];
    net.operator(
        code::CONV_2D,
        common::convolution(SAME, 2, 0),
        &inputs,
        output,
    );
    assert_eq!(
        run(&net.file(&[input], &[output]), &counted(16)),
        [54.0, 45.0, 72.0, 54.0]
    );
}

#[test]
fn a_valid_convolution_stays_inside() {
    // Two channels in, two out: the first sums the left column's first channel, the second negates the last number seen.
    let mut net = Net::new();
    let input = net.tensor(&[1, 2, 3, 2]);
    let weights = net.floats(
        &[2, 2, 2, 2],
        &[
            1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, //
            0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.0,
        ],
    );
    let bias = net.floats(&[2], &[0.0, 0.0]);
    let output = net.tensor(&[1, 1, 2, 2]);
    let inputs = [input, weights, bias];
    net.operator(
        code::CONV_2D,
        common::convolution(VALID, 1, 0),
        &inputs,
        output,
    );
    assert_eq!(
        run(&net.file(&[input], &[output]), &counted(12)),
        [8.0, -10.0, 12.0, -12.0]
    );
}

#[test]
fn a_convolution_of_single_pixels_is_a_matrix() {
    // Nine channels, so that a block of eight is not enough, and five pixels, so that a tile of four is not.
    let mut net = Net::new();
    let input = net.tensor(&[1, 1, 5, 2]);
    let weights: Vec<f32> = (0..9_u8).flat_map(|n| [f32::from(n), 1.0]).collect();
    let weights = net.floats(&[9, 1, 1, 2], &weights);
    let bias = net.floats(&[9], &[-20.0; 9]);
    let output = net.tensor(&[1, 1, 5, 9]);
    let inputs = [input, weights, bias];
    net.operator(
        code::CONV_2D,
        common::convolution(VALID, 1, 1),
        &inputs,
        output,
    );
    let expected: Vec<f32> = (0..5_u8)
        .flat_map(|pixel| {
            let (first, second) = (f32::from(2 * pixel + 1), f32::from(2 * pixel + 2));
            (0..9_u8).map(move |n| (f32::from(n) * first + second - 20.0).max(0.0))
        })
        .collect();
    assert_eq!(run(&net.file(&[input], &[output]), &counted(10)), expected);
}

#[test]
fn a_depthwise_convolution_keeps_channels_apart() {
    // Two channels: the first is summed under the window, of the second only the middle is taken, doubled.
    let mut net = Net::new();
    let input = net.tensor(&[1, 2, 2, 2]);
    let mut weights = [1.0, 0.0].repeat(9);
    weights[9] = 2.0;
    let weights = net.floats(&[1, 3, 3, 2], &weights);
    let bias = net.floats(&[2], &[0.0, 1.0]);
    let output = net.tensor(&[1, 2, 2, 2]);
    let inputs = [input, weights, bias];
    net.operator(
        code::DEPTHWISE_CONV_2D,
        common::depthwise(SAME, 1, 0),
        &inputs,
        output,
    );
    assert_eq!(
        run(&net.file(&[input], &[output]), &counted(8)),
        [16.0, 5.0, 16.0, 9.0, 16.0, 13.0, 16.0, 17.0]
    );
}

#[test]
fn a_wide_depthwise_convolution_is_that_of_each_channel() {
    for (width, channels, stride, padding) in [
        (5, 8, 1, SAME),
        (5, 10, 1, SAME),
        (6, 11, 2, SAME),
        (7, 16, 2, VALID),
        (3, 9, 1, VALID),
        (1, 8, 1, SAME),
        (2, 8, 1, SAME),
    ] {
        let small = |number: usize| ((number * 31 + 7) % 17) as f32 / 4.0 - 2.0;
        let width_out = match padding {
            SAME => usize::div_ceil(width, stride),
            _ => (width - 3) / stride + 1,
        };
        let pad = match padding {
            SAME => ((width_out - 1) * stride + 3).saturating_sub(width) / 2,
            _ => 0,
        };
        let input: Vec<f32> = (0..width * width * channels).map(small).collect();
        let weights: Vec<f32> = (0..9 * channels).map(|n| small(n + 5)).collect();
        let bias: Vec<f32> = (0..channels).map(|n| small(n + 3)).collect();
        let mut expected = Vec::new();
        for (y, x) in (0..width_out).flat_map(|y| (0..width_out).map(move |x| (y, x))) {
            for channel in 0..channels {
                let mut sum = bias[channel];
                for (ky, kx) in (0..3).flat_map(|ky| (0..3).map(move |kx| (ky, kx))) {
                    let (row, column) = (y * stride + ky, x * stride + kx);
                    let (Some(row), Some(column)) = (row.checked_sub(pad), column.checked_sub(pad))
                    else {
                        continue;
                    };
                    if row < width && column < width {
                        sum += input[(row * width + column) * channels + channel]
                            * weights[(ky * 3 + kx) * channels + channel];
                    }
                }
                expected.push(sum);
            }
        }
        let int = |number: usize| i32::try_from(number).unwrap();
        let mut net = Net::new();
        let from = net.tensor(&[1, int(width), int(width), int(channels)]);
        let weights = net.floats(&[1, 3, 3, int(channels)], &weights);
        let bias = net.floats(&[int(channels)], &bias);
        let to = net.tensor(&[1, int(width_out), int(width_out), int(channels)]);
        let options = common::depthwise(padding, int(stride), 0);
        net.operator(code::DEPTHWISE_CONV_2D, options, &[from, weights, bias], to);
        // All numbers are small multiples of 1/16, so every order of adding gives the same.
        assert_eq!(run(&net.file(&[from], &[to]), &input), expected);
    }
}

#[test]
fn a_pool_takes_the_largest() {
    let mut net = Net::new();
    let input = net.tensor(&[1, 3, 3, 1]);
    let output = net.tensor(&[1, 2, 2, 1]);
    net.operator(
        code::MAX_POOL_2D,
        common::pool(SAME, 2, 2),
        &[input],
        output,
    );
    let file = net.file(&[input], &[output]);
    let numbers = [-1.0, -2.0, -3.0, -4.0, -5.0, -6.0, 7.0, 8.0, -9.0];
    assert_eq!(run(&file, &numbers), [-1.0, -3.0, 8.0, -9.0]);
}

#[test]
fn padding_surrounds_with_zeros() {
    let mut net = Net::new();
    let input = net.tensor(&[1, 1, 2, 1]);
    let amounts = net.integers(&[4, 2], &[0, 0, 1, 0, 0, 1, 1, 0]);
    let output = net.tensor(&[1, 2, 3, 2]);
    net.operator(code::PAD, Table::default(), &[input, amounts], output);
    assert_eq!(
        run(&net.file(&[input], &[output]), &[5.0, 6.0]),
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 0.0, 6.0, 0.0, 0.0]
    );
}

#[test]
fn concatenation_goes_along_any_axis() {
    for (axis, shape, expected) in [
        (1, [1, 4, 2], [-1.0, 2.0, 3.0, -4.0, 0.0, 2.0, 3.0, 0.0]),
        (2, [1, 2, 4], [-1.0, 2.0, 0.0, 2.0, 3.0, -4.0, 3.0, 0.0]),
        (-1, [1, 2, 4], [-1.0, 2.0, 0.0, 2.0, 3.0, -4.0, 3.0, 0.0]),
    ] {
        let mut net = Net::new();
        let input = net.tensor(&[1, 2, 2]);
        let positive = net.tensor(&[1, 2, 2]);
        net.operator(code::RELU, Table::default(), &[input], positive);
        let output = net.tensor(&shape);
        let options = Table::default().with(0, Field::I32(axis));
        net.operator(code::CONCATENATION, options, &[input, positive], output);
        let file = net.file(&[input], &[output]);
        assert_eq!(run(&file, &[-1.0, 2.0, 3.0, -4.0]), expected);
    }
}

#[test]
fn a_new_shape_changes_no_number() {
    let mut net = Net::new();
    let input = net.tensor(&[1, 2, 2, 1]);
    let output = net.tensor(&[1, 4]);
    let shape = net.integers(&[2], &[1, 4]);
    net.operator(code::RESHAPE, Table::default(), &[input, shape], output);
    let file = net.file(&[input], &[output]);
    let model = Model::parse(&file).unwrap();
    assert_eq!(model.inputs(), [[1, 2, 2, 1]]);
    assert_eq!(model.outputs(), [[1, 4]]);
    assert_eq!(run(&file, &counted(4)), counted(4));
}

#[test]
fn weights_may_be_of_half_size() {
    let mut net = Net::new();
    let input = net.tensor(&[1, 1, 1, 1]);
    let half = net.halves(&[2, 1, 1, 1], &[0x3C00, 0xC100]);
    let weights = net.tensor(&[2, 1, 1, 1]);
    net.operator(code::DEQUANTIZE, Table::default(), &[half], weights);
    let bias = net.floats(&[2], &[0.0, 0.0]);
    let output = net.tensor(&[1, 1, 1, 2]);
    let inputs = [input, weights, bias];
    net.operator(
        code::CONV_2D,
        common::convolution(VALID, 1, 0),
        &inputs,
        output,
    );
    assert_eq!(run(&net.file(&[input], &[output]), &[4.0]), [4.0, -10.0]);
}
