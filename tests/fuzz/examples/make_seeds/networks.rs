//! Small neural networks.

#[path = "../../../../crates/tflite/tests/common/mod.rs"]
mod common;

use common::{Field, Net, SAME, Table, VALID, code};

use super::seed;

pub(super) fn write() {
    let put = |name: &str, file: &[u8]| seed("tflite", name, file);
    put("good-relu", &common::relu());
    put("good-block", &common::block(3, 2, 3));
    put("good-wide-block", &common::block(2, 9, 9));
    put("good-ends", &ends());
    put("good-half-weights", &convolution([2, 2], 2, SAME));
    put("good-pool", &pool(2));
    let whole = common::block(2, 1, 2);
    put("bad-cut-off", &whole[..whole.len() / 2]);
    put("bad-mark", &[&whole[..7], b"2", &whole[8..]].concat());
    put("bad-window", &convolution([2, 2], 3, VALID));
    put("bad-stride", &pool(0));
    put("bad-huge", &convolution([i32::MAX, i32::MAX], 3, SAME));
    put("bad-operator", &operator(99));
    put("bad-inputs", &operator(code::ADD));
}

/// A convolution by windows of this size, its weights of half size.
fn convolution([height, width]: [i32; 2], window: i32, padding: i8) -> Vec<u8> {
    let mut net = Net::new();
    let input = net.tensor(&[1, height, width, 1]);
    let count = usize::try_from(window * window).expect("a small window");
    let half = net.halves(&[1, window, window, 1], &vec![0x3C00; count]);
    let weights = net.tensor(&[1, window, window, 1]);
    net.operator(code::DEQUANTIZE, Table::default(), &[half], weights);
    let bias = net.floats(&[1], &[-1.0]);
    let output = net.tensor(&[1, height, width, 1]);
    let options = common::convolution(padding, 1, 1);
    net.operator(code::CONV_2D, options, &[input, weights, bias], output);
    net.file(&[input], &[output])
}

fn pool(stride: i32) -> Vec<u8> {
    let mut net = Net::new();
    let input = net.tensor(&[1, 4, 4, 2]);
    let output = net.tensor(&[1, 2, 2, 2]);
    net.operator(
        code::MAX_POOL_2D,
        common::pool(SAME, stride, 2),
        &[input],
        output,
    );
    net.file(&[input], &[output])
}

/// Two outputs, put together and in a new shape.
fn ends() -> Vec<u8> {
    let mut net = Net::new();
    let input = net.tensor(&[1, 2, 2]);
    let positive = net.tensor(&[1, 2, 2]);
    net.operator(code::RELU, Table::default(), &[input], positive);
    let both = net.tensor(&[1, 4, 2]);
    let options = Table::default().with(0, Field::I32(1));
    net.operator(code::CONCATENATION, options, &[input, positive], both);
    let flat = net.tensor(&[1, 8]);
    net.operator(code::RESHAPE, Table::default(), &[both], flat);
    net.file(&[input], &[flat, positive])
}

/// One operator of one input, whatever it is.
fn operator(code: i32) -> Vec<u8> {
    let mut net = Net::new();
    let input = net.tensor(&[1, 4]);
    let output = net.tensor(&[1, 4]);
    net.operator(code, Table::default(), &[input], output);
    net.file(&[input], &[output])
}
