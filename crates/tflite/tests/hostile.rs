//! Files that are wrong: by accident, by their maker's error, or on purpose.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

mod common;

use common::{F16, Field, I32, Net, SAME, Table, VALID, code};
use proptest::prelude::*;
use tflite::{Model, ModelError, Scratch};

/// Runs what is read, if it is not too much work, with inputs of zeros.
fn try_it(file: &[u8]) -> Result<(), ModelError> {
    let model = Model::parse(file)?;
    if model.work() < 1 << 20 && model.memory() < 1 << 24 {
        let inputs: Vec<Vec<f32>> = model
            .inputs()
            .iter()
            .map(|shape| vec![0.0; shape.iter().product()])
            .collect();
        let inputs: Vec<&[f32]> = inputs.iter().map(Vec::as_slice).collect();
        let mut scratch = Scratch::default();
        let outputs = model.run(&inputs, &mut scratch).unwrap();
        for (output, shape) in outputs.iter().zip(model.outputs()) {
            assert_eq!(output.len(), shape.iter().product::<usize>());
        }
    }
    Ok(())
}

/// One operator of two inputs with everything right, to be made wrong.
fn one(code: i32, options: Table, shapes: [&[i32]; 3], weights: usize) -> Result<(), ModelError> {
    let mut net = Net::new();
    let input = net.tensor(shapes[0]);
    let weights = net.floats(shapes[1], &vec![1.0; weights]);
    let bias = net.floats(&[1], &[0.0]);
    let output = net.tensor(shapes[2]);
    let inputs = match code {
        code::CONV_2D | code::DEPTHWISE_CONV_2D => vec![input, weights, bias],
        code::PRELU => vec![input, weights],
        _ => vec![input],
    };
    net.operator(code, options, &inputs, output);
    try_it(&net.file(&[input], &[output]))
}

#[test]
fn what_is_no_model_is_refused() {
    for bytes in [&b""[..], b"\0", b"TFL3", b"\x89PNG\r\n\x1a\n0000"] {
        assert_eq!(try_it(bytes), Err(ModelError::NotAModel));
    }
    let mut file = common::relu();
    file[7] = b'2';
    assert_eq!(try_it(&file), Err(ModelError::NotAModel));
}

#[test]
fn a_file_that_ends_early_is_refused_wherever_it_ends() {
    let file = common::block(2, 3, 5);
    assert_eq!(try_it(&file), Ok(()));
    for end in 0..file.len() {
        // The last bytes are those of a vector's padding or data; a part of them may not be needed.
        if let Ok(()) = try_it(&file[..end]) {
            assert!(end + 16 > file.len(), "{end} of {}", file.len());
        }
    }
}

#[test]
fn operators_that_are_not_known_are_named() {
    let net = |code| one(code, Table::default(), [&[1], &[1], &[1]], 1);
    for code in [1, 23, 99, 127, 200, -1] {
        assert_eq!(net(code), Err(ModelError::UnsupportedOperator { code }));
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let map: &[i32] = &[1, 4, 4, 1];
    let window: &[i32] = &[1, 3, 3, 1];
    let conv = common::convolution;
    assert_eq!(
        one(code::CONV_2D, conv(SAME, 1, 0), [map, window, map], 9),
        Ok(())
    );
    let cases = [
        (
            "stride 0",
            code::CONV_2D,
            conv(SAME, 0, 0),
            [map, window, map],
            9,
        ),
        (
            "stride below 0",
            code::CONV_2D,
            conv(SAME, -1, 0),
            [map, window, map],
            9,
        ),
        (
            "huge stride",
            code::CONV_2D,
            conv(SAME, i32::MAX, 0),
            [map, window, map],
            9,
        ),
        (
            "padding",
            code::CONV_2D,
            conv(2, 1, 0),
            [map, window, map],
            9,
        ),
        (
            "activation",
            code::CONV_2D,
            conv(SAME, 1, 4),
            [map, window, map],
            9,
        ),
        (
            "no options",
            code::CONV_2D,
            Table::default(),
            [map, window, map],
            9,
        ),
        (
            "few weights",
            code::CONV_2D,
            conv(SAME, 1, 0),
            [map, window, map],
            8,
        ),
        (
            "many weights",
            code::CONV_2D,
            conv(SAME, 1, 0),
            [map, window, map],
            10,
        ),
        (
            "output",
            code::CONV_2D,
            conv(VALID, 1, 0),
            [map, window, map],
            9,
        ),
        (
            "batch",
            code::CONV_2D,
            conv(SAME, 1, 0),
            [&[2, 4, 4, 1], window, &[2, 4, 4, 1]],
            9,
        ),
        (
            "flat",
            code::CONV_2D,
            conv(SAME, 1, 0),
            [&[16], window, &[16]],
            9,
        ),
        (
            "window",
            code::CONV_2D,
            conv(VALID, 1, 0),
            [&[1, 2, 2, 1], window, &[1, 1, 1, 1]],
            9,
        ),
        (
            "channels",
            code::CONV_2D,
            conv(SAME, 1, 0),
            [map, &[2, 3, 3, 1], map],
            18,
        ),
        (
            "multiplier",
            code::DEPTHWISE_CONV_2D,
            common::depthwise(SAME, 1, 0),
            [map, &[1, 3, 3, 2], &[1, 4, 4, 2]],
            18,
        ),
        (
            "pool",
            code::MAX_POOL_2D,
            common::pool(SAME, 2, 0),
            [map, window, &[1, 2, 2, 1]],
            9,
        ),
        (
            "pooled channels",
            code::MAX_POOL_2D,
            common::pool(SAME, 2, 2),
            [map, window, &[1, 2, 2, 2]],
            9,
        ),
        (
            "relu",
            code::RELU,
            Table::default(),
            [map, window, &[1, 4, 4, 2]],
            9,
        ),
        ("slopes", code::PRELU, Table::default(), [map, &[2], map], 2),
        (
            "reshape",
            code::RESHAPE,
            Table::default(),
            [map, window, &[1, 17]],
            9,
        ),
        (
            "dequantize",
            code::DEQUANTIZE,
            Table::default(),
            [map, window, map],
            9,
        ),
        (
            "axis",
            code::CONCATENATION,
            Table::default().with(0, Field::I32(4)),
            [map, window, map],
            9,
        ),
        (
            "axis below 0",
            code::CONCATENATION,
            Table::default().with(0, Field::I32(i32::MIN)),
            [map, window, map],
            9,
        ),
        (
            "joined",
            code::CONCATENATION,
            Table::default().with(0, Field::I32(3)),
            [map, window, &[1, 4, 4, 2]],
            9,
        ),
        ("inputs", code::ADD, Table::default(), [map, window, map], 9),
        (
            "dilation",
            code::CONV_2D,
            conv(SAME, 1, 0).with(4, Field::I32(2)),
            [map, window, map],
            9,
        ),
    ];
    for (name, code, options, shapes, weights) in cases {
        let refusal = one(code, options, shapes, weights).unwrap_err();
        assert!(
            matches!(
                refusal,
                ModelError::Inconsistent { operator: 0, .. }
                    | ModelError::Unsupported { operator: 0, .. }
            ),
            "{name}: {refusal}"
        );
    }
}

#[test]
fn padding_that_does_not_fit_is_refused() {
    for amounts in [
        vec![0, 0, 1, 0, 0, 0, 0, 0],
        vec![0, 0, -1, 1, 0, 0, 0, 0],
        vec![1, 0, 0, 0, 0, 0, 0, 0],
        vec![0, 0, i32::MAX, i32::MAX, 0, 0, 0, 0],
        vec![0; 6],
    ] {
        let mut net = Net::new();
        let input = net.tensor(&[1, 2, 2, 1]);
        let amounts = net.integers(&[i32::try_from(amounts.len()).unwrap() / 2, 2], &amounts);
        let output = net.tensor(&[1, 2, 2, 1]);
        net.operator(code::PAD, Table::default(), &[input, amounts], output);
        assert!(try_it(&net.file(&[input], &[output])).is_err());
    }
}

#[test]
fn steps_in_a_wrong_order_are_refused() {
    let mut net = Net::new();
    let [input, middle, output] = [(); 3].map(|()| net.tensor(&[1, 4]));
    net.operator(code::RELU, Table::default(), &[middle], output);
    net.operator(code::RELU, Table::default(), &[input], middle);
    assert!(try_it(&net.file(&[input], &[output])).is_err());

    let mut twice = Net::new();
    let [input, output] = [(); 2].map(|()| twice.tensor(&[1, 4]));
    twice.operator(code::RELU, Table::default(), &[input], output);
    twice.operator(code::RELU, Table::default(), &[input], output);
    assert!(try_it(&twice.file(&[input], &[output])).is_err());

    let mut itself = Net::new();
    let input = itself.tensor(&[1, 4]);
    itself.operator(code::RELU, Table::default(), &[input], input);
    assert!(try_it(&itself.file(&[input], &[input])).is_err());
}

#[test]
fn wrong_ends_are_refused() {
    let mut net = Net::new();
    let [input, output, unused] = [(); 3].map(|()| net.tensor(&[1, 4]));
    net.operator(code::RELU, Table::default(), &[input], output);
    assert_eq!(try_it(&net.file(&[input], &[output])), Ok(()));
    assert_eq!(
        try_it(&net.file(&[input], &[input])),
        Ok(()),
        "what comes in may go out"
    );
    assert_eq!(try_it(&net.file(&[input], &[])), Err(ModelError::Ends));
    assert_eq!(
        try_it(&net.file(&[input], &[unused])),
        Err(ModelError::Ends)
    );
    assert_eq!(
        try_it(&net.file(&[input, input], &[output])),
        Err(ModelError::Ends)
    );
    assert_eq!(
        try_it(&net.file(&[-1], &[output])),
        Err(ModelError::Damaged)
    );
    assert_eq!(try_it(&net.file(&[3], &[output])), Err(ModelError::Damaged));
    let mut graphs = net.model(&[input], &[output]);
    for (_, field) in &mut graphs.0 {
        if let Field::Tables(tables) = field
            && tables.len() == 1
        {
            let graph = tables[0].clone();
            tables.push(graph);
        }
    }
    assert_eq!(try_it(&graphs.file()), Err(ModelError::Ends));
}

#[test]
fn sizes_that_nobody_needs_are_refused() {
    let large = |shape: &[i32]| {
        let mut net = Net::new();
        let [input, output] = [(); 2].map(|()| net.tensor(shape));
        net.operator(code::RELU, Table::default(), &[input], output);
        try_it(&net.file(&[input], &[output]))
    };
    assert_eq!(large(&[1, 1024, 1024, 16]), Ok(()));
    let refused = Err(ModelError::TooLarge { what: "tensors" });
    assert_eq!(large(&[1, 1024, 1024, 17]), refused);
    assert_eq!(large(&[i32::MAX; 4]), refused);
    assert_eq!(
        large(&[1; 5]),
        Err(ModelError::TooLarge { what: "dimensions" })
    );
    assert_eq!(large(&[1, 0]), Err(ModelError::Damaged));
    assert_eq!(large(&[1, -4]), Err(ModelError::Damaged));

    // One buffer, taken as weights again and again: small in the file, large in memory.
    let mut net = Net::new();
    let side = 1024;
    let numbers = vec![0_u16; 1024 * 1024];
    let half = net.halves(&[side, 1, 1, side], &numbers);
    let weights = net.tensor(&[side, 1, 1, side]);
    net.operator(code::DEQUANTIZE, Table::default(), &[half], weights);
    let bias = net.floats(&[side], &[0.0; 1024]);
    let first = net.tensor(&[1, 1, 1, side]);
    let mut input = first;
    for _ in 0..40 {
        let output = net.tensor(&[1, 1, 1, side]);
        let options = common::convolution(VALID, 1, 0);
        net.operator(code::CONV_2D, options, &[input, weights, bias], output);
        input = output;
    }
    let refused = Err(ModelError::TooLarge { what: "weights" });
    assert_eq!(try_it(&net.file(&[first], &[input])), refused);
}

#[test]
fn constants_of_another_type_are_refused() {
    for kind in [F16, I32, 3, 9] {
        let mut net = Net::new();
        let input = net.tensor(&[1, 1]);
        let slopes = net.constant(&[1], kind, [0; 4]);
        let output = net.tensor(&[1, 1]);
        net.operator(code::PRELU, Table::default(), &[input, slopes], output);
        assert!(try_it(&net.file(&[input], &[output])).is_err());
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = try_it(&bytes);
        let _ = try_it(&[b"\x10\0\0\0TFL3", &bytes[..]].concat());
    }

    #[test]
    fn changed_files_are_answered(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        width in 1..4_i32, from in 1..10_i32, more in 0..4_i32,
    ) {
        let mut file = common::block(width, from, from + more);
        for (place, byte) in changes {
            let place = place.index(file.len());
            file[place] = byte;
        }
        let _ = try_it(&file);
    }

    #[test]
    fn changed_numbers_are_answered(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), -3..40_i32), 1..4),
    ) {
        let mut file = common::block(2, 3, 5);
        for (place, number) in changes {
            let place = 4 * place.index(file.len() / 4);
            file[place..place + 4].copy_from_slice(&number.to_le_bytes());
        }
        let _ = try_it(&file);
    }
}
