//! Makes small `.tflite` files, good and bad ones.

#![allow(
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "each test uses a part of it"
)]

/// Operators' numbers.
pub mod code {
    pub const ADD: i32 = 0;
    pub const CONCATENATION: i32 = 2;
    pub const CONV_2D: i32 = 3;
    pub const DEPTHWISE_CONV_2D: i32 = 4;
    pub const DEQUANTIZE: i32 = 6;
    pub const MAX_POOL_2D: i32 = 17;
    pub const RELU: i32 = 19;
    pub const RESHAPE: i32 = 22;
    pub const PAD: i32 = 34;
    pub const PRELU: i32 = 54;
}

pub const F32: i8 = 0;
pub const F16: i8 = 1;
pub const I32: i8 = 2;

pub const SAME: i8 = 0;
pub const VALID: i8 = 1;

/// A table of a FlatBuffer: numbers of fields, and what is in them.
#[derive(Clone, Default)]
pub struct Table(pub Vec<(usize, Field)>);

/// What a field holds.
#[derive(Clone)]
pub enum Field {
    I8(i8),
    I32(i32),
    Table(Table),
    Tables(Vec<Table>),
    I32s(Vec<i32>),
    Bytes(Vec<u8>),
}

impl Table {
    pub fn with(mut self, field: usize, value: Field) -> Self {
        self.0.push((field, value));
        self
    }

    /// The whole file with this table as its root.
    pub fn file(&self) -> Vec<u8> {
        let mut out = b"\0\0\0\0TFL3".to_vec();
        let root = self.write(&mut out);
        out[..4].copy_from_slice(&u32::try_from(root).unwrap().to_le_bytes());
        out
    }

    fn write(&self, out: &mut Vec<u8>) -> usize {
        let fields = self.0.iter().map(|(field, _)| field + 1).max().unwrap_or(0);
        let vtable = out.len();
        let start = (vtable + 4 + 2 * fields).next_multiple_of(4);
        let mut entries = vec![0_u16; 2 + fields];
        entries[0] = u16::try_from(4 + 2 * fields).unwrap();
        entries[1] = u16::try_from(4 + 4 * self.0.len()).unwrap();
        for (place, (field, _)) in self.0.iter().enumerate() {
            entries[2 + field] = u16::try_from(4 + 4 * place).unwrap();
        }
        out.extend(entries.iter().flat_map(|entry| entry.to_le_bytes()));
        out.resize(start, 0);
        out.extend(i32::try_from(start - vtable).unwrap().to_le_bytes());
        out.resize(start + 4 + 4 * self.0.len(), 0);
        for (place, (_, value)) in self.0.iter().enumerate() {
            let at = start + 4 + 4 * place;
            let bytes = match value {
                Field::I8(number) => i32::from(*number).to_le_bytes(),
                Field::I32(number) => number.to_le_bytes(),
                _ => u32::try_from(value.write(out) - at).unwrap().to_le_bytes(),
            };
            out[at..at + 4].copy_from_slice(&bytes);
        }
        start
    }
}

impl Field {
    fn write(&self, out: &mut Vec<u8>) -> usize {
        out.resize(out.len().next_multiple_of(4), 0);
        // Data stands at a multiple of 16, as other readers want it.
        if let Self::Bytes(_) = self {
            out.resize((out.len() + 4).next_multiple_of(16) - 4, 0);
        }
        let at = out.len();
        let mut length = |length: usize| out.extend(u32::try_from(length).unwrap().to_le_bytes());
        match self {
            Self::I8(_) | Self::I32(_) => unreachable!("they stand in the table"),
            Self::Table(table) => return table.write(out),
            Self::I32s(numbers) => {
                length(numbers.len());
                out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
            }
            Self::Bytes(bytes) => {
                length(bytes.len());
                out.extend(bytes);
                out.resize(out.len().next_multiple_of(4), 0);
            }
            Self::Tables(tables) => {
                length(tables.len());
                let first = out.len();
                out.resize(first + 4 * tables.len(), 0);
                for (index, table) in tables.iter().enumerate() {
                    let at = first + 4 * index;
                    let offset = u32::try_from(table.write(out) - at).unwrap();
                    out[at..at + 4].copy_from_slice(&offset.to_le_bytes());
                }
            }
        }
        at
    }
}

/// A network in the making. Tensors are numbered in the order in which they come.
#[derive(Clone, Default)]
pub struct Net {
    pub tensors: Vec<Table>,
    pub buffers: Vec<Table>,
    pub codes: Vec<i32>,
    pub operators: Vec<Table>,
}

impl Net {
    pub fn new() -> Self {
        let mut net = Self::default();
        // The first buffer is nobody's.
        net.buffers.push(Table::default());
        net
    }

    /// A tensor without data: an input, or something that is computed.
    pub fn tensor(&mut self, shape: &[i32]) -> i32 {
        self.any(shape, F32, 0)
    }

    pub fn floats(&mut self, shape: &[i32], numbers: &[f32]) -> i32 {
        self.constant(shape, F32, numbers.iter().flat_map(|n| n.to_le_bytes()))
    }

    /// 16-bit floats, given as their bits.
    pub fn halves(&mut self, shape: &[i32], numbers: &[u16]) -> i32 {
        self.constant(shape, F16, numbers.iter().flat_map(|n| n.to_le_bytes()))
    }

    pub fn integers(&mut self, shape: &[i32], numbers: &[i32]) -> i32 {
        self.constant(shape, I32, numbers.iter().flat_map(|n| n.to_le_bytes()))
    }

    pub fn constant(
        &mut self,
        shape: &[i32],
        kind: i8,
        bytes: impl IntoIterator<Item = u8>,
    ) -> i32 {
        let data = Field::Bytes(bytes.into_iter().collect());
        self.buffers.push(Table::default().with(0, data));
        let buffer = i32::try_from(self.buffers.len() - 1).unwrap();
        self.any(shape, kind, buffer)
    }

    pub fn any(&mut self, shape: &[i32], kind: i8, buffer: i32) -> i32 {
        let tensor = Table::default()
            .with(0, Field::I32s(shape.to_vec()))
            .with(1, Field::I8(kind))
            .with(2, Field::I32(buffer));
        self.tensors.push(tensor);
        i32::try_from(self.tensors.len() - 1).unwrap()
    }

    pub fn operator(&mut self, code: i32, options: Table, inputs: &[i32], output: i32) {
        self.codes.push(code);
        let operator = Table::default()
            .with(0, Field::I32(i32::try_from(self.codes.len() - 1).unwrap()))
            .with(1, Field::I32s(inputs.to_vec()))
            .with(2, Field::I32s(vec![output]))
            .with(3, Field::I8(options_kind(code)))
            .with(4, Field::Table(options));
        self.operators.push(operator);
    }

    pub fn file(&self, inputs: &[i32], outputs: &[i32]) -> Vec<u8> {
        self.model(inputs, outputs).file()
    }

    pub fn model(&self, inputs: &[i32], outputs: &[i32]) -> Table {
        let codes = self.codes.iter().map(|code| {
            Table::default()
                .with(0, Field::I8(i8::try_from(*code).unwrap_or(127)))
                .with(2, Field::I32(1))
                .with(3, Field::I32(*code))
        });
        let graph = Table::default()
            .with(0, Field::Tables(self.tensors.clone()))
            .with(1, Field::I32s(inputs.to_vec()))
            .with(2, Field::I32s(outputs.to_vec()))
            .with(3, Field::Tables(self.operators.clone()));
        Table::default()
            .with(0, Field::I32(3))
            .with(1, Field::Tables(codes.collect()))
            .with(2, Field::Tables(vec![graph]))
            .with(4, Field::Tables(self.buffers.clone()))
    }
}

/// The schema's number for the kind of options of an operator; ours does not look at it, others do.
fn options_kind(code: i32) -> i8 {
    match code {
        code::CONV_2D => 1,
        code::DEPTHWISE_CONV_2D => 2,
        code::MAX_POOL_2D => 5,
        code::CONCATENATION => 10,
        code::ADD => 11,
        code::RESHAPE => 17,
        code::PAD => 22,
        code::DEQUANTIZE => 46,
        _ => 0,
    }
}

/// Options of a convolution: padding, stride, activation.
pub fn convolution(padding: i8, stride: i32, activation: i8) -> Table {
    window(padding, stride).with(3, Field::I8(activation))
}

/// Options of a depthwise convolution.
pub fn depthwise(padding: i8, stride: i32, activation: i8) -> Table {
    window(padding, stride)
        .with(3, Field::I32(1))
        .with(4, Field::I8(activation))
}

/// Options of a pool over squares.
pub fn pool(padding: i8, stride: i32, size: i32) -> Table {
    window(padding, stride)
        .with(3, Field::I32(size))
        .with(4, Field::I32(size))
}

fn window(padding: i8, stride: i32) -> Table {
    Table::default()
        .with(0, Field::I8(padding))
        .with(1, Field::I32(stride))
        .with(2, Field::I32(stride))
}

/// The smallest network: four numbers, negative ones become zero.
pub fn relu() -> Vec<u8> {
    let mut net = Net::new();
    let input = net.tensor(&[1, 4]);
    let output = net.tensor(&[1, 4]);
    net.operator(code::RELU, Table::default(), &[input], output);
    net.file(&[input], &[output])
}

/// A network of one block as those of faces are made of: a depthwise convolution, a plain one into more channels, the
/// sum with the input (channels of zeros added), and an activation.
pub fn block(width: i32, from: i32, to: i32) -> Vec<u8> {
    let mut net = Net::new();
    let numbers = |count: i32, seed: i32| -> Vec<f32> {
        (0..count)
            .map(|index| ((index * 37 + seed * 11) % 23 - 11) as f32 / 8.0)
            .collect()
    };
    let map = |channels| [1, width, width, channels];
    let input = net.tensor(&map(from));
    let weights = net.floats(&[1, 3, 3, from], &numbers(9 * from, 1));
    let bias = net.floats(&[from], &numbers(from, 2));
    let deep = net.tensor(&map(from));
    net.operator(
        code::DEPTHWISE_CONV_2D,
        depthwise(SAME, 1, 0),
        &[input, weights, bias],
        deep,
    );
    let weights = net.floats(&[to, 1, 1, from], &numbers(to * from, 3));
    let bias = net.floats(&[to], &numbers(to, 4));
    let wide = net.tensor(&map(to));
    net.operator(
        code::CONV_2D,
        convolution(VALID, 1, 0),
        &[deep, weights, bias],
        wide,
    );
    let amounts = net.integers(&[4, 2], &[0, 0, 0, 0, 0, 0, 0, to - from]);
    let padded = net.tensor(&map(to));
    net.operator(code::PAD, Table::default(), &[input, amounts], padded);
    let sum = net.tensor(&map(to));
    net.operator(code::ADD, Table::default(), &[padded, wide], sum);
    let slopes = net.floats(&[1, 1, to], &numbers(to, 5));
    let output = net.tensor(&map(to));
    net.operator(code::PRELU, Table::default(), &[sum, slopes], output);
    net.file(&[input], &[output])
}
