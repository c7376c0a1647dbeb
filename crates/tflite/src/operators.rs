//! One operator of a file becomes a step: its options are understood, its shapes checked.

use crate::ModelError;
use crate::flatbuffer::Table;
use crate::graph::{Kernel, Step, Tensors};
use crate::kernels::{
    Activation, Concatenation, Convolution, Depthwise, LANES, Map, Matrix, Padding, Pool, Source,
    Window,
};
use crate::schema::RawOperator;

/// Numbers of the schema's `BuiltinOperator`.
mod code {
    pub(super) const ADD: i32 = 0;
    pub(super) const CONCATENATION: i32 = 2;
    pub(super) const CONV_2D: i32 = 3;
    pub(super) const DEPTHWISE_CONV_2D: i32 = 4;
    pub(super) const DEQUANTIZE: i32 = 6;
    pub(super) const MAX_POOL_2D: i32 = 17;
    pub(super) const RELU: i32 = 19;
    pub(super) const RESHAPE: i32 = 22;
    pub(super) const PAD: i32 = 34;
    pub(super) const PRELU: i32 = 54;
}

/// The step, and how much work it is. Some operators need none.
pub(crate) fn step(
    operator: &RawOperator<'_>,
    tensors: &mut Tensors<'_, '_>,
) -> Result<Option<(Step, u64)>, ModelError> {
    let (inputs, [output]) = (&operator.inputs[..], &operator.outputs[..]) else {
        return Err(tensors.inconsistent("not one output"));
    };
    let options = Options {
        table: operator.options,
    };
    let (kernel, sources, work) = match (operator.code, inputs) {
        (code::DEQUANTIZE, [input]) => {
            tensors.widen(*input, *output)?;
            return Ok(None);
        }
        // The new shape is the output's; the second input only says it again.
        (code::RESHAPE, [input] | [input, _]) => {
            tensors.reshape(*input, *output)?;
            return Ok(None);
        }
        (code::CONV_2D, [input, weights, bias]) => {
            convolution(&options, tensors, [*input, *weights, *bias, *output])?
        }
        (code::DEPTHWISE_CONV_2D, [input, weights, bias]) => {
            depthwise(&options, tensors, [*input, *weights, *bias, *output])?
        }
        (code::MAX_POOL_2D, [input]) => pool(&options, tensors, *input, *output)?,
        (code::PAD, [input, amounts]) => padding(tensors, *input, *amounts, *output)?,
        (code::CONCATENATION, [_, ..]) => concatenation(&options, tensors, inputs, *output)?,
        (code::ADD, [left, right]) => {
            if tensors.shape(*left) != tensors.shape(*output) {
                return Err(tensors.inconsistent("input and output differ in shape"));
            }
            if tensors.shape(*right) != tensors.shape(*output) {
                return Err(tensors.unsupported("inputs of different shapes"));
            }
            let activation = options.activation(0, tensors)?;
            (Kernel::Add(activation), vec![*left, *right], 1)
        }
        (code::RELU, [input]) => {
            if tensors.shape(*input) != tensors.shape(*output) {
                return Err(tensors.inconsistent("input and output differ in shape"));
            }
            (Kernel::Activation(Activation::Relu), vec![*input], 1)
        }
        (code::PRELU, [input, slopes]) => prelu(tensors, *input, *slopes, *output)?,
        (
            code::DEQUANTIZE
            | code::RESHAPE
            | code::CONV_2D
            | code::DEPTHWISE_CONV_2D
            | code::MAX_POOL_2D
            | code::PAD
            | code::CONCATENATION
            | code::ADD
            | code::RELU
            | code::PRELU,
            _,
        ) => return Err(tensors.inconsistent("the number of inputs")),
        (code, _) => return Err(ModelError::UnsupportedOperator { code }),
    };
    let inputs = sources
        .into_iter()
        .map(|input| tensors.value(input))
        .collect::<Result<Vec<_>, _>>()?;
    let step = Step {
        kernel,
        inputs,
        output: tensors.compute(*output)?,
    };
    // `work` is for one number of the output.
    Ok(Some((
        step,
        work.saturating_mul(tensors.len(*output) as u64),
    )))
}

type Made = Result<(Kernel, Vec<usize>, u64), ModelError>;

fn convolution(
    options: &Options<'_>,
    tensors: &mut Tensors<'_, '_>,
    [input, weights, bias, output]: [usize; 4],
) -> Made {
    let [channels, height, width, depth] = *tensors.shape(weights) else {
        return Err(tensors.inconsistent("the shape of the weights"));
    };
    let window = options.window(tensors, input, output, (height, width))?;
    let activation = options.activation(3, tensors)?;
    options.no_dilation(4, tensors)?;
    if (depth, channels) != (window.input.channels, window.output.channels)
        || tensors.len(bias) != channels
    {
        return Err(tensors.inconsistent("the shapes of weights and bias"));
    }
    let depth = height * width * depth;
    // What they will take once the channels are filled up to whole blocks.
    tensors.take(channels.next_multiple_of(LANES).saturating_mul(depth))?;
    let weights = tensors.constant(weights)?;
    let mut matrix = Matrix::new(&weights, &tensors.constant(bias)?, depth);
    matrix.set_activation(&activation);
    let is_plain = (height, width, window.stride_y, window.stride_x) == (1, 1, 1, 1);
    let convolution = Convolution {
        source: if is_plain {
            Source::Pixels
        } else {
            Source::Window(window)
        },
        has_activation: activation != Activation::None,
        matrix,
        output: window.output,
        residual: None,
    };
    if convolution.band() > crate::MAX_ELEMENTS {
        return Err(ModelError::TooLarge { what: "windows" });
    }
    Ok((Kernel::Convolution(convolution), vec![input], depth as u64))
}

fn depthwise(
    options: &Options<'_>,
    tensors: &mut Tensors<'_, '_>,
    [input, weights, bias, output]: [usize; 4],
) -> Made {
    let [1, height, width, channels] = *tensors.shape(weights) else {
        return Err(tensors.inconsistent("the shape of the weights"));
    };
    let window = options.window(tensors, input, output, (height, width))?;
    let activation = options.activation(4, tensors)?;
    options.no_dilation(5, tensors)?;
    if window.input.channels != channels || window.output.channels != channels {
        return Err(tensors.unsupported("several outputs of one channel"));
    }
    if tensors.len(bias) != channels {
        return Err(tensors.inconsistent("the shape of the bias"));
    }
    // They are kept twice, the second time in blocks of nine.
    tensors.take(channels.next_multiple_of(LANES).saturating_mul(9))?;
    let depthwise = Depthwise::new(window, tensors.constant(weights)?, tensors.constant(bias)?);
    let work = (height * width) as u64;
    Ok((
        Kernel::Depthwise(Box::new(depthwise), activation),
        vec![input],
        work,
    ))
}

fn pool(options: &Options<'_>, tensors: &Tensors<'_, '_>, input: usize, output: usize) -> Made {
    let width = options.size(3, tensors)?;
    let height = options.size(4, tensors)?;
    let window = options.window(tensors, input, output, (height, width))?;
    if window.input.channels != window.output.channels {
        return Err(tensors.inconsistent("input and output differ in channels"));
    }
    let activation = options.activation(5, tensors)?;
    Ok((
        Kernel::Pool(Pool { window, activation }),
        vec![input],
        height.saturating_mul(width) as u64,
    ))
}

fn padding(tensors: &Tensors<'_, '_>, input: usize, amounts: usize, output: usize) -> Made {
    let amounts = tensors
        .integers(amounts)?
        .into_iter()
        .map(|amount| usize::try_from(amount).ok())
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| tensors.inconsistent("less than no padding"))?;
    let [0, 0, top, bottom, left, right, before, after] = *amounts else {
        return Err(tensors.unsupported("padding of another shape"));
    };
    let (input_map, output_map) = (map(tensors, input)?, map(tensors, output)?);
    let grown = |length: usize, before: usize, after| {
        length
            .checked_add(before)
            .and_then(|length| length.checked_add(after))
    };
    if grown(input_map.height, top, bottom) != Some(output_map.height)
        || grown(input_map.width, left, right) != Some(output_map.width)
        || grown(input_map.channels, before, after) != Some(output_map.channels)
    {
        return Err(tensors.inconsistent("the shape of the output"));
    }
    let padding = Padding {
        input: input_map,
        output: output_map,
        top,
        left,
        before,
    };
    Ok((Kernel::Padding(padding), vec![input], 1))
}

fn concatenation(
    options: &Options<'_>,
    tensors: &Tensors<'_, '_>,
    inputs: &[usize],
    output: usize,
) -> Made {
    let shape = tensors.shape(output);
    let axis = options.i32(0, 0)?;
    let axis = usize::try_from(if axis < 0 {
        axis.saturating_add(i32::try_from(shape.len()).unwrap_or(0))
    } else {
        axis
    })
    .ok()
    .filter(|axis| *axis < shape.len())
    .ok_or_else(|| tensors.inconsistent("the axis"))?;
    let mut length = 0_usize;
    for input in inputs {
        let input = tensors.shape(*input);
        if input.len() != shape.len()
            || input[..axis] != shape[..axis]
            || input[axis + 1..] != shape[axis + 1..]
        {
            return Err(tensors.inconsistent("the shapes of the inputs"));
        }
        length = length.saturating_add(input[axis]);
    }
    if length != shape[axis] {
        return Err(tensors.inconsistent("the shape of the output"));
    }
    if options.activation(1, tensors)? != Activation::None {
        return Err(tensors.unsupported("an activation"));
    }
    let parts = inputs
        .iter()
        .map(|input| tensors.shape(*input)[axis..].iter().product())
        .collect();
    let concatenation = Concatenation { parts };
    Ok((Kernel::Concatenation(concatenation), inputs.to_vec(), 1))
}

fn prelu(tensors: &mut Tensors<'_, '_>, input: usize, slopes: usize, output: usize) -> Made {
    if tensors.shape(input) != tensors.shape(output) {
        return Err(tensors.inconsistent("input and output differ in shape"));
    }
    let channels = tensors.shape(input).last().copied();
    if channels != Some(tensors.len(slopes)) {
        return Err(tensors.unsupported("slopes that are not one for each channel"));
    }
    let slopes = tensors.constant(slopes)?;
    Ok((
        Kernel::Activation(Activation::Prelu(slopes)),
        vec![input],
        1,
    ))
}

/// A tensor as one picture.
fn map(tensors: &Tensors<'_, '_>, tensor: usize) -> Result<Map, ModelError> {
    let [1, height, width, channels] = *tensors.shape(tensor) else {
        return Err(tensors.unsupported("anything but one picture"));
    };
    Ok(Map {
        height,
        width,
        channels,
    })
}

/// The options of an operator. What is absent has its default.
struct Options<'a> {
    table: Option<Table<'a>>,
}

impl Options<'_> {
    fn i32(&self, field: usize, absent: i32) -> Result<i32, ModelError> {
        self.table
            .map_or(Ok(absent), |table| table.i32(field, absent))
    }

    fn i8(&self, field: usize) -> Result<i8, ModelError> {
        self.table.map_or(Ok(0), |table| table.i8(field, 0))
    }

    /// A length of at least one.
    fn size(&self, field: usize, tensors: &Tensors<'_, '_>) -> Result<usize, ModelError> {
        usize::try_from(self.i32(field, 0)?)
            .ok()
            .filter(|size| (1..=crate::MAX_ELEMENTS).contains(size))
            .ok_or_else(|| tensors.inconsistent("a length that cannot be"))
    }

    /// Numbers of the schema's `ActivationFunctionType`.
    fn activation(
        &self,
        field: usize,
        tensors: &Tensors<'_, '_>,
    ) -> Result<Activation, ModelError> {
        match self.i8(field)? {
            0 => Ok(Activation::None),
            1 => Ok(Activation::Relu),
            _ => Err(tensors.unsupported("this activation")),
        }
    }

    fn no_dilation(&self, field: usize, tensors: &Tensors<'_, '_>) -> Result<(), ModelError> {
        if (self.i32(field, 1)?, self.i32(field + 1, 1)?) != (1, 1) {
            return Err(tensors.unsupported("a window with gaps"));
        }
        Ok(())
    }

    /// How a window of this height and width moves. All operators with one have these options at the same places.
    fn window(
        &self,
        tensors: &Tensors<'_, '_>,
        input: usize,
        output: usize,
        (height, width): (usize, usize),
    ) -> Result<Window, ModelError> {
        let (input, output) = (map(tensors, input)?, map(tensors, output)?);
        let stride_x = self.size(1, tensors)?;
        let stride_y = self.size(2, tensors)?;
        // Numbers of the schema's `Padding`. SAME: as much output as there are strides in the input, with the window
        // reaching over both borders alike, or one further at the end. VALID: the window stays inside.
        let place = |input: usize, window: usize, stride: usize| match self.i8(0) {
            Ok(0) => {
                let output = input.div_ceil(stride);
                let over = ((output - 1) * stride + window).saturating_sub(input);
                Some((output, over / 2))
            }
            Ok(1) => {
                let output = input.checked_sub(window)? / stride + 1;
                Some((output, 0))
            }
            _ => None,
        };
        let vertical = place(input.height, height, stride_y);
        let horizontal = place(input.width, width, stride_x);
        let (Some((rows, top)), Some((columns, left))) = (vertical, horizontal) else {
            return Err(tensors.inconsistent("the window"));
        };
        if (rows, columns) != (output.height, output.width) {
            return Err(tensors.inconsistent("the shape of the output"));
        }
        Ok(Window {
            input,
            output,
            height,
            width,
            stride_y,
            stride_x,
            top,
            left,
        })
    }
}
