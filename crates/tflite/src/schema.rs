//! What a file holds, as the schema of TensorFlow Lite (version 3) names it: tables become structures, nothing is
//! understood yet.

use crate::flatbuffer::{Table, Tables};
use crate::{MAX_ELEMENTS, ModelError};

/// The only sub-graph of a model.
pub(crate) struct Raw<'a> {
    pub(crate) tensors: Vec<RawTensor<'a>>,
    pub(crate) operators: Vec<RawOperator<'a>>,
    pub(crate) inputs: Vec<usize>,
    pub(crate) outputs: Vec<usize>,
}

/// A tensor: constant when it has data.
pub(crate) struct RawTensor<'a> {
    pub(crate) shape: Vec<usize>,
    pub(crate) kind: i8,
    pub(crate) data: &'a [u8],
}

/// An operator, with the numbers of the tensors it reads and writes.
pub(crate) struct RawOperator<'a> {
    pub(crate) code: i32,
    pub(crate) inputs: Vec<usize>,
    pub(crate) outputs: Vec<usize>,
    pub(crate) options: Option<Table<'a>>,
}

/// The kinds of tensors that are known: numbers of the schema's `TensorType`.
pub(crate) mod kind {
    pub(crate) const F32: i8 = 0;
    pub(crate) const F16: i8 = 1;
    pub(crate) const I32: i8 = 2;
}

const MAX_TABLES: usize = 4096;
const MAX_DIMENSIONS: usize = 4;
const MAX_OPERANDS: usize = 32;

pub(crate) fn read(bytes: &[u8]) -> Result<Raw<'_>, ModelError> {
    let model = Table::root(bytes, *b"TFL3")?;
    let codes = tables(model, 1, "kinds of operators")?
        .iter()
        .map(|code| {
            let code = code?;
            // The narrow field came first and is still written; what does not fit into it is in the wide one.
            Ok(i32::from(code.i8(0, 0)?).max(code.i32(3, 0)?))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let buffers = tables(model, 4, "buffers")?
        .iter()
        .map(|buffer| buffer?.vector(0, 1))
        .collect::<Result<Vec<_>, _>>()?;

    let mut graphs = tables(model, 2, "graphs")?.iter();
    let (Some(graph), None) = (graphs.next(), graphs.next()) else {
        return Err(ModelError::Ends);
    };
    let graph = graph?;
    let tensors = tables(graph, 0, "tensors")?
        .iter()
        .map(|tensor| read_tensor(tensor?, &buffers))
        .collect::<Result<Vec<_>, _>>()?;
    let numbers = |table: Table<'_>, field| -> Result<Vec<usize>, ModelError> {
        let numbers = table.i32s(field)?;
        if numbers.len() > MAX_OPERANDS {
            return Err(ModelError::TooLarge {
                what: "inputs or outputs",
            });
        }
        numbers
            .into_iter()
            .map(|number| {
                usize::try_from(number)
                    .ok()
                    .filter(|number| *number < tensors.len())
                    .ok_or(ModelError::Damaged)
            })
            .collect()
    };
    let operators = tables(graph, 3, "operators")?
        .iter()
        .map(|operator| {
            let operator = operator?;
            let code = usize::try_from(operator.i32(0, 0)?).ok();
            Ok(RawOperator {
                code: *code
                    .and_then(|code| codes.get(code))
                    .ok_or(ModelError::Damaged)?,
                inputs: numbers(operator, 1)?,
                outputs: numbers(operator, 2)?,
                options: operator.table(4)?,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let inputs = numbers(graph, 1)?;
    let outputs = numbers(graph, 2)?;
    Ok(Raw {
        tensors,
        operators,
        inputs,
        outputs,
    })
}

fn read_tensor<'a>(tensor: Table<'_>, buffers: &[&'a [u8]]) -> Result<RawTensor<'a>, ModelError> {
    let dimensions = tensor.i32s(0)?;
    if dimensions.len() > MAX_DIMENSIONS {
        return Err(ModelError::TooLarge { what: "dimensions" });
    }
    let shape = dimensions
        .into_iter()
        .map(|length| {
            usize::try_from(length)
                .ok()
                .filter(|length| *length > 0)
                .ok_or(ModelError::Damaged)
        })
        .collect::<Result<Vec<_>, _>>()?;
    shape
        .iter()
        .try_fold(1_usize, |elements, length| elements.checked_mul(*length))
        .filter(|elements| *elements <= MAX_ELEMENTS)
        .ok_or(ModelError::TooLarge { what: "tensors" })?;
    let buffer = usize::try_from(tensor.i32(2, 0)?).ok();
    Ok(RawTensor {
        shape,
        kind: tensor.i8(1, 0)?,
        data: buffer
            .and_then(|buffer| buffers.get(buffer))
            .ok_or(ModelError::Damaged)?,
    })
}

fn tables<'a>(
    table: Table<'a>,
    field: usize,
    what: &'static str,
) -> Result<Tables<'a>, ModelError> {
    let tables = table.tables(field)?;
    if tables.len > MAX_TABLES {
        return Err(ModelError::TooLarge { what });
    }
    Ok(tables)
}
